"""What people call the parts of a session: heads of columns, keys of mappings, labels before a line.

A label is looked up by its words, without case, accents, digits, brackets and marks; one more word, or
one more language, is a line of the table.
"""

import re
from functools import lru_cache

from calfeed.parts import DATA, LABELS, Label, Part
from calfeed.values import plain, words

_SIGNS = dict.fromkeys(("#", "№", "n°", "nº"), Label(Part.NUMBER))
_LINK = re.compile(r"(\w*?)_?(?:links?|urls?|href)")
_NAMES = frozenset(("name", "names", "姓名", "이름", "氏名"))
_DESCRIBING = frozenset(
    words("talk paper speaker presenter session meeting seminar zoom discussion presentation recording guest")
)
"""Words that a label before a line may begin with; with others it may as well be a title."""

_MOST_WORDS = 6
_LONGEST = 80
"""Characters of a text in which a label is looked for."""

_REMARK = re.compile(r"(?<!^)\s?[(\[（【][^()\[\]（）【】]{0,60}[)\]）】]|(?<=\w)[·.]\w{1,5}(?:[·.]s)?$")
_OR = re.compile(r"[/|&+]|\s(?:and|or|et|und|oder)\s", re.IGNORECASE)


@lru_cache(maxsize=2**12)
def read_label(text: str) -> Label | None:
    """Read the head of a column or the key of a mapping: "Speaker(s)", "paper_url", "日期🕣".

    Of "Topic / Chapter" the first counts.  None where it is no known label, or has more words than one.
    """
    if found := _label(text):
        return found
    key = _key(text)
    if not 0 < len(key) <= _MOST_WORDS:
        return None
    either = (_label(piece) for piece in _OR.split(text))
    partly = (LABELS.get(word) for word in (key[0], *_ends(key[-1])))
    return next(filter(None, either), None) or _by_its_last(key) or next(filter(None, partly), None)


def _label(text: str) -> Label | None:
    """Read what is surely a label, and no title of a talk: "Speaker 1", "Talk slides", "Time & Place"."""
    if sign := _SIGNS.get(text.strip("\\ ").casefold()):
        return sign
    key = _key(text)
    if not key or (found := LABELS.get(" ".join(key))):
        return found if key else None
    pieces = _OR.split(text)
    if len(pieces) > 1:
        labels = list(map(_label, pieces))
        return labels[0] if all(labels) else None
    return _in_two_languages(key) or (_by_its_last(key) if _DESCRIBING.issuperset(key[:-1]) else None)


def _in_two_languages(key: tuple[str, ...]) -> Label | None:
    """Read a label and its translation: “Presenter 报告人”, “时间 Time”."""
    first, *others = (LABELS.get(word) for word in key)
    if not first or key[0].isascii() is key[-1].isascii():
        return None
    alike = (Part.DATE, Part.TIME) if first.part is Part.DATE else (first.part,)
    return first if all(other and other.part in alike for other in others) else None


def _key(text: str) -> tuple[str, ...]:
    """Give the words of a label that count: no remarks in brackets, numbers, endings as of orateur·rice."""
    if len(text) > _LONGEST:
        return ()
    bare = _REMARK.sub("", text.strip(" \t*_:："))
    return tuple(word.rstrip("0123456789") for word in words(bare) if not word.isdigit())


def _by_its_last(key: tuple[str, ...]) -> Label | None:
    """Read a label of several words by the last of them, which says what the others describe."""
    *before, last = key
    if (link := _LINK.fullmatch(last)) and (before or link[1] in LABELS):
        return Label(Part.MATERIALS)
    if before and last in _NAMES:
        return LABELS.get(" ".join(before)) or LABELS.get(before[-1])
    return LABELS.get(last)


def _ends(word: str) -> list[str]:
    """Give the ends of a word in a script without spaces: 会议时间 -> 议时间, 时间."""
    return [] if word.isascii() else [word[start:] for start in range(1, min(len(word) - 1, 6))]


_PARTING = re.compile(r"(?P<name>[^:：\n]{1,60}?)\s*[:：]|(?P<dashed>[^:：\n]{2,40}?)\s+[-–—]\s+")
_BEFORE_DASH = (Part.PEOPLE, Part.HOST, Part.TOPIC, Part.PLACE, Part.DATE)


@lru_cache(maxsize=2**14)  # each line is asked about several times on its way
def split_label(text: str) -> tuple[str, str]:
    """Split a label off the front of a line: "Room: 402" -> ("Room", "402").

    Gives ("", text) where no known label leads it, or a number: "Rust: a language", "Week 3: Paxos".
    """
    if (m := _PARTING.match(text[:_LONGEST])) is None:
        return "", text
    name = plain(m["name"] or m["dashed"]).strip("*_ ")
    label = _label(name)
    rest = text[m.end() :].lstrip("*_ ").strip()
    if label is None or not _may_lead(label, rest, is_dashed=m["name"] is None):
        return "", text
    return name, rest


def _may_lead(label: Label, rest: str, *, is_dashed: bool) -> bool:
    """Tell a label from the first words of a title: "Presenter – Ada", but "Code – Data Duality"."""
    if is_dashed:
        return label.sure and label.part in _BEFORE_DASH
    if label is DATA:
        return any(map(str.isdigit, rest))
    return label.part is not Part.NUMBER and (label.sure or label.part is not Part.NOTE)


_FORMAT = re.compile(
    r"(?<![a-z])([dmyjta年月日])\1*[-/. ]([dmyjta年月日])\2*(?:[-/. ]([dmyjta年月日])\3*)?(?![a-z])"
)
_LETTERS = {"j": "d", "t": "d", "a": "y", "年": "y", "月": "m", "日": "d"}
_ORDERS = {"dmy": "dmy", "dm": "dmy", "mdy": "mdy", "md": "mdy", "ymd": "ymd"}


def order_in_label(text: str) -> str | None:
    """Read the order that a label gives its dates: "Date (DD/MM/YYYY)" -> "dmy", "(MM/DD)" -> "mdy"."""
    for m in _FORMAT.finditer(text[:_LONGEST].casefold()):
        letters = "".join(filter(None, m.groups()))
        if "t" in letters:
            letters = letters.replace("j", "y")  # TT.MM.JJJJ, unlike jj/mm/aaaa
        if order := _ORDERS.get("".join(_LETTERS.get(letter, letter) for letter in letters)):
            return order
    return None
