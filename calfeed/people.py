"""Who is named in a text: a list of people, people inside other words, a name in front of a title.

Each text is asked several of these questions on its way, hence the caches.
"""

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from calfeed.names import (
    are_whole_asian_names,
    can_be_name,
    is_part_of_name,
    is_whole_name,
    untitled,
    without_gaps,
)
from calfeed.nobody import is_institution, is_no_name, is_place, is_remark, without_position
from calfeed.values import plain, slug


@dataclass(frozen=True, slots=True)
class WrittenPerson:
    """A person as a schedule writes one."""

    name: str
    affiliation: str | None = None
    nickname: str | None = None


_LONGEST, _LONGEST_LINE, _LONGEST_NAME = 1000, 300, 80
_MOST = 30
_CACHED = 2**14

# ── how a list is cut ────────────────────────────────────────────────────────────────────────────

_WIDE = str.maketrans("（），；：＆／＋｜　", "(),;:&/+| ")
_COUNTER = re.compile(r"\[[\W\d]*\]")
_ADDRESS = re.compile(r"https?://\S*|www\.\S+|<?[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,200}>?")
_PART = re.compile(r"\(([^()]*)(?:\)|$)")
_GROUP = re.compile(
    r"\(\s*(?:(?:all|both)\s(?:from|of|at)\s|[均都]来自|tou(?:te)?s de\s|alle (?:von|aus)\s)([^()]*)\)",
    re.IGNORECASE,
)
_JOINT = re.compile(
    r"\b(?:w/|and/or\b)|[;&/、+|\n]|\s[·•]\s"
    r"|(?<!\S)(?:[Aa]nd|AND|[Oo]r|et(?! al\b)|und|oder|ou|with|和|或|与|與|及|と|및)\s"
    r"|(?<=[\u3400-\u9fff]{2}|さん)[和与與及と・](?=[\u3400-\u9fff]{2})|(?<=[가-힣]{3})[와과]\s"
)
_AND = frozenset(("y", "e", "i", "en", "och", "og", "и"))
_COMMA = re.compile(rf",|{_JOINT.pattern}")
_WHOSE_ACCOUNT = re.compile(r"@[\w-]{1,40}\s\(([^()]{2,60})\)")
_AFFILIATED = re.compile(r"\s(?:[-–—]+|from|at|@)\s")

# ── what stands around names ─────────────────────────────────────────────────────────────────────

_BEHIND = re.compile(r"\s(?:Ph\.?\s?D|M\.?Sc|B\.?Sc|MPH|MBA|et al)\.?$")
_ACCOUNT = re.compile(r"[a-z]+(?:[_-][a-z]+)+")
_SHORTENED = re.compile(r"\b(?:\w|[JS]r)\.$")
# ── who names whom ───────────────────────────────────────────────────────────────────────────────

_ROLE = (
    r"ponentes?|palestrantes?|apresentador(?:a|es)?|expositor(?:a|es)?|relator[ei]|relatrice|sprekers?|докладчики?|спикер"
    r"|(?:(?:guest|invited|keynote|main)\s)?(?:speakers?|presenters?|lecturers?|discussion lead(?:er)?s?)"
    r"|orat(?:eur|rice)|intervenante?s?|referent(?:in|en)?|vortragende[rn]?|(?:主讲|主講|分享|报告|汇报|演讲)[人者]?"
    r"|讲者|[発发]表者?|担当者?|登壇者|講演者?|발표자?|발제자?|연사|강연자"
)
_NAMING = re.compile(
    r"(?<![a-z])(?:(?:presented|led|given|taught|delivered|moderated|facilitated)\sby\s"
    r"|(?:presentad[oa]|impartid[oa]|dictad[oa]|apresentad[oa]|ministrad[oa])\spor\s|a\scargo\sde\s"
    r"|presentat[oa]\sda\s"
    r"|(?:présentée?|animée?|donnée?|exposée?)\spar\s|(?:vorgestellt|präsentiert|gehalten|geleitet)\svon\s"
    r"|(?P<event>^tb[acd]|talks?|lecture|workshop|seminar|tutorial|keynote|presentation|discussion|demo|cours"
    rf"|exposé|vortrag|referat)\s(?:by|par|von)\s|(?<!ed\s)by\s(?=(?:drs?|prof)[.\s])|(?:{_ROLE})\s?:\s?)",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(rf"\s*(?:by|(?P<weak>par|von|mit|with|w/)|{_ROLE})[\s:]\s*", re.IGNORECASE)
_DOUBT = r"(?:possibly|probably|perhaps|maybe|tentatively|evtl\.?|eventuell|vielleicht|peut-être)\b\s?:?\s"
_LEAD_IN = re.compile(rf"\s*(?:{_DOUBT})?(?:by\s|{_NAMING.pattern})?", re.IGNORECASE)
_DOUBTED = re.compile(rf"\s*{_DOUBT}(?=\S)", re.IGNORECASE)
_DIVIDER = re.compile(r"：|:(?=\s|$)|\s(?:[-–—]+|[|·])\s")
_SAYING = re.compile(
    r"\s(?:(?:will\s|is\s)?(?:present|discuss|lead|(?:talk|speak)(?=\w{0,3}\s(?:on|about)))(?:e?s|ing)?(?:\s(?:on|about)|:)?"
    r"|(?:spricht|sprechen|referiert)\süber|(?:lies|las|lese)(?:t|en)?\saus|présente(?:nt|ra)?|parle(?:ra)?\sde)\s(?=\S)",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"^(?:I|We|You|He|She|It|They|Who|Wir|Nous)$")
_QUOTED = re.compile(r"(?P<who>[^\"“”„«»「」《》]{2,80}?)[ ,]*(?P<title>[\"“„«「《].{2,200}[\"“”»」》])[ .]*")
_QUOTES = "\"'“”„«»‘’「」《》"
_EDGES = " -–—,;:.|"


@lru_cache(maxsize=_CACHED)
def read_people(
    text: str, emphasised: frozenset[str] = frozenset(), *, surname_first: bool = False
) -> tuple[WrittenPerson, ...]:
    """Read who a line, a cell or a value names, at most 30 people.

    `emphasised` holds the pieces of text that the source sets in italics: "(*Tsinghua*)" is where
    somebody is from, "(Andy)" what somebody is called.  "(all from X)" counts for everybody.
    `surname_first` says that a comma stands inside a name: "Ren, Yanjing" (see `are_surname_first`).
    """
    text = _listed(text)
    group = _GROUP.search(text) if "(" in text else None
    text = text[: group.start()] + text[group.end() :] if group else text
    people: list[WrittenPerson] = []
    for piece in _pieces(text, _JOINT if surname_first else _COMMA):
        person = _read_person(piece, emphasised)
        if is_no_name(person.name) or len(person.name) > _LONGEST_NAME:
            continue
        if people and _is_place_of(person.name, people[-1]):  # "Ada Brandt, Eastport University"
            people[-1] = replace(people[-1], affiliation=people[-1].affiliation or person.name)
        else:
            people.append(person)
    shared = group[1].strip() if group else None
    return tuple(replace(p, affiliation=p.affiliation or shared) for p in people[:_MOST])


def are_surname_first(texts: Iterable[str]) -> bool:
    """Tell whether the commas in a column of people stand inside names: "Ren, Yanjing", "Wu,Tongyu".

    Three such names prove it, or one that stands elsewhere the other way round ("Yanjing Ren").  A word
    that stands on both sides of commas, or alone, is a first name in a list of first names; but "He" may
    be one person's surname and another's first name, which among many names proves nothing.
    """
    names = [name.strip() for text in texts for name in _JOINT.split(_listed(text))]
    with_comma = [name for name in names if "," in name]
    pairs = {pair for name in with_comma if (pair := _halves(name))}
    if sum(_halves(name) is not None for name in with_comma) < 0.9 * len(with_comma):
        return False
    before, behind = {surname for surname, _ in pairs}, {given for _, given in pairs}
    firsts = (before & behind) | (before | behind).intersection(names)
    if sum(not firsts.isdisjoint(pair) for pair in pairs) * 5 > len(pairs):
        return False
    return len(pairs) >= 3 or any(f"{given} {surname}" in names for surname, given in pairs)


@lru_cache(maxsize=_CACHED)
def looks_like_people(text: str) -> bool:
    """Tell whether a text by itself can be nothing but names: a whole name, and only names and places.

    "Ada Brandt, Noor (MIT)" can, "Dr. Brandt" too; "Raft" and "Stephan" cannot, whoever that is.
    """
    if len(text) > _LONGEST_LINE or any(map(_is_of_a_sentence, text.partition("(")[0].split())):
        return False
    names: list[str] = []
    for name, place in map(_bare, _pieces(_listed(text), _COMMA)):
        if is_no_name(name):
            continue
        if not (can_be_name(name) or (names and is_place(name))) or not (place is None or is_place(place)):
            return False
        names.append(name)
    return any(map(is_whole_name, names))


@lru_cache(maxsize=_CACHED)
def named_in(text: str) -> tuple[str, tuple[WrittenPerson, ...]]:
    """Find the presenters that other words name: "Agenda (presented by Lain)", "Speaker: Ada Brandt".

    Gives the text without that phrase, or the whole text where the phrase is woven into a sentence, and
    the people.  A plain "by …" behind a title names the authors of a paper, who are no presenters.
    """
    if len(text) > _LONGEST:
        return text, ()
    wide = text.translate(_WIDE)
    for part in _PART.finditer(wide) if "(" in wide else ():
        if people := _presenters_in(part[1]):
            return " ".join((text[: part.start()] + text[part.end() :]).split()), people
    for m in _NAMING.finditer(wide):
        if people := only_names(wide[m.end() :]):
            return text[: m.end("event") if m["event"] else m.start()].rstrip(_EDGES), people
        # Inside a sentence "as presented by Ada Brandt in 2019" tells nothing of today.
        is_of_today = m["event"] is not None or ":" in m[0]
        if is_of_today and (people := read_people(_leading_name(wide[m.end() :]))):
            return text, people
    if (said := _SAYING.search(text)) and (people := only_names(_PRONOUN.sub("", text[: said.start()]))):
        quoted = _QUOTED.fullmatch(title := text[said.end() :].strip())
        return _unquoted(quoted["title"] if quoted else title), people
    return text, ()


def split_lead(text: str, known: Container[str] = ()) -> tuple[str, str] | None:
    """Split a line that puts names and a title together: "Amit Shah: Rust in Linux", "Rust — Amit Shah".

    Gives people and title without addresses ("" where only an address stands for the title), None where
    the line is not such.  `known` holds names met elsewhere, which are believed when nothing else tells.
    """
    line = _DOUBTED.sub("", plain(_without_addresses(text)), count=1) if len(text) <= _LONGEST else ""
    if dividers := list(_DIVIDER.finditer(line)):
        first, last = dividers[0], dividers[-1]
        sides = ((line[: first.start()], line[first.end() :]), (line[last.end() :], line[: last.start()]))
        believed = [side for side in sides if are_known(side[0], known)]
        for people, title in believed or [side for side in sides if _leads(*side)]:
            return people.strip(_EDGES), _unquoted(title)
        if ":" in first[0] and looks_like_people(sides[0][0]):
            return sides[0][0], _unquoted(sides[0][1])  # a title that looks like a name, too
    if (m := _QUOTED.fullmatch(line)) and (are_known(m["who"], known) or _leads(m["who"], m["title"])):
        return m["who"].strip(_EDGES), _unquoted(m["title"])
    people, _, title = line.partition(" on ")
    return (people, _unquoted(title)) if title and looks_like_people(people) else None


def are_known(text: str, known: Container[str]) -> bool:
    """Tell whether a text names people, all of them known."""
    return bool(people := read_people(text[:_LONGEST_LINE])) and all(p.name in known for p in people)


def key(name: str) -> str:
    """Give what tells who is who: the slug of a name without honorifics and gaps between Asian words."""
    return slug(without_gaps(untitled(name[:_LONGEST_NAME], even_alone=True)) or name)


# ── one piece of a list ──────────────────────────────────────────────────────────────────────────


def _listed(text: str) -> str:
    """Give a list of people without addresses and "Speaker:", its signs made those of ASCII."""
    text = _without_addresses(text[:_LONGEST]).translate(_WIDE)
    if "[" in text:
        text = _COUNTER.sub(" ", text)
    lead = _LEAD_IN.match(text)
    return text[lead.end() :] if lead else text


def _without_addresses(text: str) -> str:
    return _ADDRESS.sub(" ", text) if "@" in text or "http" in text or "www." in text else text


def _pieces(text: str, separator: re.Pattern[str]) -> Iterator[str]:
    """Cut a list at its separators, but not inside parentheses."""
    hidden = _PART.sub(lambda m: "\0" * len(m[0]), text) if "(" in text else text
    start = 0
    for cut in separator.finditer(hidden):
        yield from _apart(text[start : cut.start()])
        start = cut.end()
    yield from _apart(text[start:])


def _apart(piece: str) -> Sequence[str]:
    """Cut between whole names that only a space divides, which Korean and Chinese names do not hold.

    “Ana Gil y Leo Sanz” are two, “José Ortega y Gasset” is one.
    """
    words = piece.split()
    if len(words) < 2:
        return (piece,)
    for place in range(1, len(words) - 1) if not _AND.isdisjoint(words) else ():
        is_joint = words[place] in _AND and words[place + 1][0].isupper()
        if is_joint and (place == 1 or len(words) > place + 2):
            return (" ".join(words[:place]), *_apart(" ".join(words[place + 1 :])))
    return words if are_whole_asian_names(words) else (piece,)


@lru_cache(maxsize=_CACHED)
def _read_person(piece: str, emphasised: frozenset[str]) -> WrittenPerson:
    if (account := _WHOSE_ACCOUNT.fullmatch(piece.strip())) and not is_place(account[1]):
        piece = account[1]
    name, place = _bare(piece)
    person = WrittenPerson(name, place)
    for part in map(str.strip, _PART.findall(piece)):
        if is_remark(part):
            continue
        if part[:1] == "@" or (_is_nickname(part) and part not in emphasised):
            person = replace(person, nickname=part.removeprefix("@"))
        else:
            person = replace(person, affiliation=without_position(part) or None)
    return person


def _bare(piece: str) -> tuple[str, str | None]:
    """Give the name that a piece holds, and the affiliation that stands behind a dash or a word."""
    last = piece.rfind(")")
    within = last >= 0 and is_part_of_name((piece[last + 1 :].split() or [""])[0])  # "Man Hong (Hugo) Hue"
    outside = piece if within and all(map(_is_nickname, _PART.findall(piece))) else _PART.sub(" ", piece)
    parts = _AFFILIATED.split(" ".join(outside.split()), maxsplit=1)
    return _clean(parts[0]), parts[1].strip(_EDGES) if len(parts) > 1 else None


def _clean(written: str) -> str:
    """Give a name without the marks, titles and degrees around it; an account "ada_brandt" as a name."""
    name = plain(written).lstrip("?~@# ").rstrip(" ?!*~–—-_,;:")
    if _ACCOUNT.fullmatch(name):
        return name.replace("_", " ").replace("-", " ").title()
    name = _BEHIND.sub("", untitled(", ".join(map(str.strip, name.split(",")))))
    return name if _SHORTENED.search(name) else name.rstrip(". ")


def _is_of_a_sentence(word: str) -> bool:
    is_one = len(word) > 3 or word == "or"  # “contact Ada Brandt or Li Lei” tells of no talk
    return is_one and word.isalpha() and word.islower() and word not in ("from", "with")


def _is_place_of(text: str, person: WrittenPerson) -> bool:
    """Tell whether a piece of a list says where the one before it is from, and names nobody itself."""
    if not is_place(text):  # a country behind the place: "MIT, US"
        return person.affiliation is not None and re.fullmatch(r"[A-Z]{2}", text) is not None
    # Behind a first name alone "AKB" is another who is called by initials.
    return " " in person.name or not person.name.isascii() or is_institution(text)


def _is_nickname(part: str) -> bool:
    """Tell "Andy" from "THU", "NPU, Xi'an" and "Tsinghua University"."""
    words = part.split("-")
    return all(word.isalpha() and word.istitle() for word in words) and not is_place(part)


def _halves(name: str) -> tuple[str, str] | None:
    """Cut "Ren, Yanjing" into surname and given name; None for what cannot be that."""
    surname, _, given = (" ".join(half.split()) for half in name.partition(","))
    words = [*surname.split(), *given.split()]
    single = sum(word[0].isupper() for word in surname.split()) == 1  # "van der Veen, Ada"
    if single and 1 <= len(given.split()) <= 2 and all(map(is_part_of_name, words)) and not is_place(given):
        return surname, given
    return None


# ── people inside other words ────────────────────────────────────────────────────────────────────


def _presenters_in(part: str) -> tuple[WrittenPerson, ...]:
    """Read a bracketed part that names presenters; three and more behind "by" are a paper's authors."""
    if m := _NAMING.search(part):
        return only_names(part[m.end() :])
    m = _IN_BRACKETS.match(part)
    people = only_names(part[m.end() :]) if m else ()
    is_weak = m is not None and m["weak"] and not all(is_whole_name(person.name) for person in people)
    return () if is_weak or len(people) > 2 else people


@lru_cache(maxsize=_CACHED)
def only_names(text: str) -> tuple[WrittenPerson, ...]:
    """Read a text that is nothing but names to its end; none where it is anything else."""
    people = read_people(text) if len(text) <= _LONGEST_LINE and "et al" not in text else ()
    return people if all(can_be_name(person.name) for person in people) else ()


def _leading_name(text: str) -> str:
    """Give the words of a name that a text begins with: "Rod Page talking about …" -> "Rod Page"."""
    words: list[str] = []
    for word in text[:_LONGEST_NAME].split()[:6]:
        if not is_part_of_name(bare := word.rstrip(",;:")):
            break
        words.append(bare)
        if bare != word:
            break
    return " ".join(words)


def _leads(people: str, title: str) -> bool:
    """Tell whether the one side of a line names people and the other is a title."""
    named = read_people(people[:_LONGEST_LINE])
    if looks_like_people(people) or looks_like_people(title) or not named:
        return looks_like_people(people) and not looks_like_people(title)
    # That words are first names shows by a list of them, or by a title in quotes behind them.
    if not all(is_part_of_name(person.name) and not person.name.isupper() for person in named):
        return False
    begins = title.strip()[:1]
    return begins in tuple(_QUOTES) or (begins != "" and len(named) > 1 and "/" not in people)


def _unquoted(title: str) -> str:
    bare = title.strip(" :-–—")
    return bare.strip(_QUOTES) if bare[:1] in tuple(_QUOTES) else bare
