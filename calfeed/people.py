"""A written list of people to names, affiliations and nicknames: "Jiaan Zhu (Andy), Long Zhao (THU)"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from calfeed.text import LOST
from calfeed.values import is_open, plain


@dataclass(frozen=True, slots=True)
class WrittenPerson:
    """A person as a schedule writes one."""

    name: str
    affiliation: str | None = None
    nickname: str | None = None


_WIDE = str.maketrans("（），；＆", "(),;&")
_SEPARATOR = re.compile(r"[,;&、\n]|\band\b|\s/\s", re.IGNORECASE)
_MAIL = re.compile(r"<?[\w.+-]{1,64}@[\w.-]{1,200}>?")
_DEGREE = re.compile(r"(?:ph\.?\s?d|m\.?sc|b\.?sc|m\.?d|dr|prof(?:essor)?|jr|sr)\.?", re.IGNORECASE)
_PRONOUNS = re.compile(r"(?:he|she|they|it|any)(?:/\w+)+", re.IGNORECASE)
_INSTITUTION = re.compile(
    r"\b(?:universit\w*|institut\w*|college|school|academy|lab(?:oratory|s)?|department|inc|ltd|gmbh)\b",
    re.IGNORECASE,
)
_ACRONYM = re.compile(r"[A-Z]{3,8}|(?:ETH|TU|KU|UC) \w+")
_PART = re.compile(r"\(([^()]*)\)")
_GROUP = re.compile(r"(?:all|both)\s+(?:from|of|at)\s+", re.IGNORECASE)
_PARTICLE = re.compile(r"al|bin|da|del?|den|der|di|dos|du|el|ibn|la|le|ten|van|von|zu", re.IGNORECASE)
_ASIAN = re.compile(r"[\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af·]{2,8}")


def read_people(text: str, emphasised: frozenset[str] = frozenset()) -> tuple[WrittenPerson, ...]:
    """Read who is named in a line.

    `emphasised` holds the pieces of text that the source sets in italics: "(*Tsinghua*)" is where
    somebody is from, "(Andy)" what somebody is called.  "(all from X)" counts for everybody.
    """
    people: list[WrittenPerson] = []
    shared: str | None = None
    for piece in _pieces(_MAIL.sub(" ", plain(text))):
        name, _, place = _bare(piece).partition(" - ")
        if people and _is_place(name) and not is_open(name):  # "Ada Brandt, Eastport University"
            people[-1] = replace(people[-1], affiliation=people[-1].affiliation or name)
            continue
        person = WrittenPerson(name.rstrip(" :"), place.strip() or None)
        for part in map(str.strip, _PART.findall(piece)):
            if _PRONOUNS.fullmatch(part):
                continue
            if group := _GROUP.match(part):
                shared = part[group.end() :]
            elif _is_nickname(part) and part not in emphasised:
                person = replace(person, nickname=part)
            elif part:
                person = replace(person, affiliation=part)
        if person.name and not is_open(person.name) and not _DEGREE.fullmatch(person.name):
            people.append(person)
    return tuple(replace(p, affiliation=p.affiliation or shared) for p in people)


def _bare(piece: str) -> str:
    """Give a piece of a list of people without its parentheses, its dashes made one."""
    return re.sub(r"\s[-–—]\s", " - ", plain(_PART.sub(" ", piece))).strip(" :")


def _is_place(text: str) -> bool:
    """Tell an institution from a person: by its words, or as an acronym (MIT)."""
    return _INSTITUTION.search(text) is not None or _ACRONYM.fullmatch(text) is not None


def _pieces(text: str) -> Iterator[str]:
    """Cut a line at its separators, but not inside parentheses."""
    text = text.translate(_WIDE)
    hidden = _PART.sub(lambda m: "\0" * len(m[0]), text)
    start = 0
    for separator in _SEPARATOR.finditer(hidden):
        yield text[start : separator.start()]
        start = separator.end()
    yield text[start:]


def _is_nickname(part: str) -> bool:
    """Tell "Andy" from "THU", "NPU, Xi'an" and "Tsinghua University"."""
    return re.fullmatch(r"[A-Z][a-z]+(?:-[A-Z][a-z]+)?", part) is not None


@lru_cache(maxsize=2**14)
def looks_like_people(text: str) -> bool:
    """Tell whether a line can be nothing but names: every piece is two to five capitalised words."""
    pieces = [_bare(piece).partition(" - ")[0] for piece in _pieces(_MAIL.sub(" ", plain(text)))]
    first, *others = [piece for piece in pieces if piece and not _DEGREE.fullmatch(piece)] or [""]
    return _is_name(first) and all(_is_name(piece) or _is_place(piece) for piece in others)


def _is_name(text: str) -> bool:
    if _ASIAN.fullmatch(text):
        return True
    words = text.split()
    return 2 <= len(words) <= 5 and all(_is_part_of_name(word) for word in words)


def _is_part_of_name(word: str) -> bool:
    letters = re.sub(rf"[-'’.{LOST}]", "", word)
    return letters.isalpha() and (word[0].isupper() or _PARTICLE.fullmatch(letters) is not None)
