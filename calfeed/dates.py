"""Written dates to dates: days and weekdays in the languages that schedules are kept in.

Knows no positions in a file.  A date is found in three steps: a core (“September 3”, 9/3, 9月3日) by
one of the readings; what stands beside it (weekday, year); what joins it to the next (a range, a list).
A new spelling is a reading and its place in `_dates`; it then works in every layout.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from itertools import chain
from typing import Literal

from calfeed.leads import is_lead, is_next
from calfeed.lexicon import AMBIGUOUS, LETTERS, folded, likely_month, named, names
from calfeed.terms import stated
from calfeed.weekdays import weekday, weekday_before, weekday_behind

_LONGEST = 300
"""Characters of a text in which a date is looked for: no more are needed."""


class Order(Enum):
    """How a date in numbers is ordered."""

    MONTH_FIRST = "mdy"
    DAY_FIRST = "dmy"
    YEAR_FIRST = "ymd"


@dataclass(frozen=True, slots=True, order=True)
class WrittenDate:
    """A date as it stands in a text, from character `start` to `end`; `weekday` counts Monday as 0.

    `order` is the order that numbers were read in where another would have been a date, too;
    `misspelt` the month as written where a near miss was taken for it.
    """

    start: int
    end: int
    month: int
    day: int
    year: int | None = None
    weekday: int | None = None
    order: Order | None = None
    misspelt: str | None = None


# ── what stands beside a date ────────────────────────────────────────────────────────────────────

_YEAR_BEHIND = re.compile(
    r"(?:\s(?:del?|do)(?=\s\d{4}))?[\s,.]{0,3}"
    r"(?:[-/(]?(?P<full>(?:19|20)\d\d)(?!\d|[:./-]\d)(?:\)|\sг\.)?|['’](?P<short>\d\d)(?![\w'’]))"
)
_YEAR_BEFORE = re.compile(r"(?<![\w'’-])(?P<full>(?:19|20)\d\d)[,\s./-]{1,2}$")


def _full_year(digits: str) -> int:
    number = int(digits)
    return number if number > 99 else number + (2000 if number < 70 else 1900)


def _beside(text: str, core: WrittenDate, floor: int, ceiling: int) -> WrittenDate:
    """Add to a date the year and the weekday beside it, where no other date has taken them."""
    start, end, year, day_name = core.start, core.end, core.year, core.weekday
    if (before := weekday_before(text, start)) and before[1] >= floor:
        day_name, start, opened = before
    else:
        opened = False
    for _ in range(2):  # the year stands before the weekday or behind it
        if year is None and (m := _YEAR_BEHIND.match(text, end)) and m.end() <= ceiling:
            year, end = _full_year(m["full"] or m["short"]), m.end()
        if day_name is None and (behind := weekday_behind(text, end)) and behind[1] <= ceiling:
            day_name, end = behind
    end += opened and text[end : end + 1] in (")", "]")
    if year is None and (m := _YEAR_BEFORE.search(text[max(floor, start - 8) : start])):
        year, start = int(m["full"]), start - len(m[0])
    if end == core.end and start == core.start:
        return core
    return replace(core, start=start, end=end, year=year, weekday=day_name)


# ── readings ─────────────────────────────────────────────────────────────────────────────────────
# A pattern of numbers begins with a digit, and looks at what stands before it only then: that is fast.

_YEAR_FIRST = re.compile(
    r"(?P<year>(?:19|20)(?<![A-Za-z0-9_./-]\d\d)\d\d)(?P<sep>[-/]|\.\s?)(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})"
    r"(?:[-–~]\d{1,2}(?![\d:./-]))?(?:\.(?!\w))?(?!\d|[-/_][A-Za-z]|\.[a-z]{2,5}\b)"
)
_SIGNS = re.compile(
    r"(?:(?P<year>\d{4}|\d\d)\s?[年년]\s?)?(?<!\d)(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})"
    r"(?:\s?[-–~〜]\s?\d{1,2})?\s?[日号號일](?:\s?[-–~〜至]\s?\d{1,2}\s?[日号號일])?"
)
_ORDINAL = r"(?:st|nd|rd|th|er)"
_NO_DAY = r"(?![A-Za-z0-9_%]|:\d|\.\d(?!\d{3}(?!\d))|\s?[ap]\.?m\b)"
_MONTH_DAY = re.compile(
    rf"(?<![\w/])(?P<month>[{LETTERS}]{{3,12}}+)(?:[-/]|\.?\s{{0,3}}|,\s?(?=\d{{1,2}}(?:st|nd|rd|th|,)))"
    rf"(?P<day>\d{{1,2}}){_ORDINAL}?{_NO_DAY}"
)
_MORE_DAYS = re.compile(
    rf"(?:(?P<range>[-–—~])(?=\d)|\s?(?:(?P<apart>[-–—~]|to\b)|,|[&/+]|and\b|und\b|et\b)\s{{0,2}})"
    rf"(?P<day>\d{{1,2}}){_ORDINAL}?{_NO_DAY}(?(range)|(?=\s*(?:$|[,;)\]&/|–—(-]|:\s|(?:and|und|et|(?:19|20)\d\d)\b)))"
)
_DAY_MONTH = re.compile(
    rf"(?=\d)(?<![\w./:])"
    rf"(?:(?P<first>\d{{1,2}})(?:{_ORDINAL}|\.)?\s?(?:(?P<range>[-–—]|to\b|bis\b|al?\b|tot\b)|[/&]|(?:and|und|et|[ye])\b)\s?)?"
    rf"(?<!\d)(?P<day>\d{{1,2}})(?:{_ORDINAL}|\.)?"
    rf"(?:\s{{0,3}}(?P<of>of\s|del?\s|d['’])?|(?P<sign>[-/]))(?P<month>[{LETTERS}]{{3,12}}+)\b\.?"
)
_COUNTED = re.compile(
    r"\b(?:week|wk|session|lecture|lec|meeting|talk|day|part|no|nr|woche|semaine|séance)\.?\s$", re.I
)
_SENTENCE = re.compile(r"\s[a-z]")


def _year_first(text: str) -> Iterator[WrittenDate]:
    """2024-09-03, 2024/9/3, 2024. 9. 3."""
    for m in _YEAR_FIRST.finditer(text):
        yield WrittenDate(*m.span(), int(m["month"]), int(m["day"]), int(m["year"]))


def _signs(text: str) -> Iterator[WrittenDate]:
    """9月3日, 2024년 9월 3일."""
    for m in _SIGNS.finditer(text) if "月" in text or "월" in text else ():
        year = _full_year(m["year"]) if m["year"] else None
        yield WrittenDate(*m.span(), int(m["month"]), int(m["day"]), year)


def _month(text: str, m: re.Match[str], guess: bool) -> int | None:
    """Give the month of a match; “may 3 people” and “march 5 miles” are words of a sentence.

    “3 de set.”, “3/set” and “3 set 2024” are days; “12 Set theory” and “Problem set 3” are none.
    """
    word = m["month"]
    if guess:
        return names("months").get(folded(likely_month(word, cutoff=0.82) or ""))
    if word in ("may", "march") and _SENTENCE.match(text, m.end()):
        return None
    if word.casefold() in AMBIGUOUS and _is_day_of(text, m):
        return AMBIGUOUS[word.casefold()]
    return named("months", word)


def _is_day_of(text: str, m: re.Match[str]) -> bool:
    return m.re is _DAY_MONTH and bool(m["of"] or m["sign"] or _YEAR_BEHIND.match(text, m.end()))


def _month_day(text: str, guess: bool) -> Iterator[WrittenDate]:
    """September 3, Sept. 3rd, Sep 3–5, Sep 3 & 10, Oct 25 '17."""
    for m in _MONTH_DAY.finditer(text):
        if (month := _month(text, m, guess)) is None:
            continue
        other = _DAY_MONTH.match(text, m.start("day")) if weekday(m["month"]) is not None else None
        if other and named("months", other["month"]):  # mar. 5 mars: a Tuesday
            continue
        written = WrittenDate(*m.span(), month, int(m["day"]), misspelt=m["month"] if guess else None)
        while (more := _MORE_DAYS.match(text, written.end)) and written.day < int(more["day"]) <= 31:
            if more["range"] or more["apart"]:
                written = replace(written, end=more.end())
            else:
                yield written
                written = replace(written, start=more.start("day"), end=more.end(), day=int(more["day"]))
        yield written


def _day_month(text: str, guess: bool) -> Iterator[WrittenDate]:
    """3 September, 3rd of Sept, 1er mars, 3.–5. September, 3 and 10 September."""
    for m in _DAY_MONTH.finditer(text):
        if (month := _month(text, m, guess)) is None or _COUNTED.search(text[: m.start()]):
            continue
        written = WrittenDate(*m.span(), month, int(m["day"]), misspelt=m["month"] if guess else None)
        if m["range"]:
            yield replace(written, day=int(m["first"]))
        elif m["first"]:
            yield replace(written, end=m.end("first"), day=int(m["first"]))
            yield replace(written, start=m.start("day"))
        else:
            yield written


# ── dates in numbers ─────────────────────────────────────────────────────────────────────────────

_NUMBERS = re.compile(
    r"(?P<a>\d(?:(?<=\./\d)|(?<![A-Za-z0-9_./:]\d)(?<![A-Za-z]-\d))\d?)(?P<sep>[-/]|\.\s?)(?P<b>\d{1,2})"
    r"(?:(?P=sep)\s?(?P<c>(?:19|20)\d\d|(?<!\s)\d\d)(?!\d))?(?P<dot>\.(?!\d))?"
    r"(?![A-Za-z0-9_%]|[:./]\d|(?P=sep)\d|\s?(?:[ap]\.?m|uhr|h|min(?:utes)?|pages?|papers?|people)\b)",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)")
_RANGE = re.compile(r"\s*(?:[-–—~〜～]{1,3}|to|till|until|through|bis|au|à|至|到)\s*")
_LIST = re.compile(r"\s*(?:[,;&+/、]|,?\s?(?:and|or|und|oder|et|ou))\s*")
_SET_OFF = re.compile(r"\s*(?:$|[:(,;)\]|–—-])")

_SHAPES = {Order.MONTH_FIRST: (2, 0, 1), Order.DAY_FIRST: (2, 1, 0), Order.YEAR_FIRST: (0, 1, 2)}
"""Where year, month and day stand among three numbers."""


def _joint(gap: str) -> Literal["range", "list"] | None:
    """Tell how the text between two dates joins them, if it does."""
    if len(gap) > 9:
        return None
    return "range" if _RANGE.fullmatch(gap) else "list" if _LIST.fullmatch(gap) else None


def _readings(m: re.Match[str]) -> dict[Order, tuple[int | None, int, int]]:
    """Give the year, month and day in every order that makes a possible date, the usual order first."""
    dotted = m["sep"][0] == "." and (m["c"] or m["dot"])
    dashed = m["sep"] == "-" and m["c"] and len(m["c"]) == 2
    usual = [Order.DAY_FIRST] * bool(dotted) + [Order.YEAR_FIRST] * bool(dashed)
    found: dict[Order, tuple[int | None, int, int]] = {}
    for order in (*usual, *_SHAPES):
        shape = _SHAPES[order]
        if not m["c"] or len(m["c"]) == 4:  # the year is no question: 2024-9-3 without it is 9-3
            shape = _SHAPES[Order.MONTH_FIRST] if order is Order.YEAR_FIRST else shape
        parts = (m["a"], m["b"], m["c"])
        year, month, day = (parts[place] for place in shape)
        if 1 <= int(month) <= 12 and 1 <= int(day) <= 31:
            found[order] = (_full_year(year) if year else None, int(month), int(day))
    return found


def _is_date(text: str, m: re.Match[str], before: Sequence[WrittenDate], alone: bool) -> bool:
    """Tell numbers of a date from fractions, versions, pages and times, by their form and place."""
    if m["c"]:
        return alone or len(m["c"]) == 4 or m["sep"] == "/" or len(m["a"] + m["b"]) == 4
    if any(_joint(text[other.end : m.start()]) for other in before):
        return True
    slash, dot = m["sep"] == "/", bool(m["dot"])
    if (slash or dot) and (weekday_before(text, m.start()) or weekday_behind(text, m.end())):
        return True
    return not before and (alone or _leads(text, m))


def _leads(text: str, m: re.Match[str]) -> bool:
    """Tell whether numbers without a year begin a line as a date does: not 24/7, 1.1, 1.1. Introduction."""
    dotted = m["sep"][0] == "."
    if m[0] == "24/7" or (dotted and not m["dot"]) or not is_lead(text[: m.start()]):
        return False
    padded = "0" in m["a"][0] + m["b"][0]
    spaced = text[m.end() : m.end() + 1].isspace() and (not dotted or len(m["a"] + m["b"]) > 2)
    ranged = _DAY_BEFORE.search(text[: m.start()]) is not None
    return bool(padded or spaced or ranged or int(m["a"]) > 12 or _SET_OFF.match(text, m.end()))


def _numbers(
    text: str, order: Order | None, alone: bool, found: Sequence[WrittenDate]
) -> Iterator[WrittenDate]:
    """9/3, 9/3/24, 3.9.2024, 14.3., 02-21."""
    before = list(found)
    for m in _NUMBERS.finditer(text):
        if m["sep"] == "-" and text[m.start() - 1 : m.start()] == "-":
            continue  # 1-2-3
        readings = _readings(m)
        chosen = order or next(iter(readings), None)
        if chosen in readings and _is_date(text, m, before, alone):
            year, month, day = readings[chosen]
            ambiguous = len(set(readings.values())) > 1
            written = WrittenDate(*m.span(), month, day, year, order=chosen if ambiguous else None)
            before.append(written)
            yield from _with_day_before(text, written, m) if m["sep"][0] == "." else (written,)


_DAY_BEFORE = re.compile(r"(?<![\w.])(\d{1,2})\.?\s?(?:(?P<range>[-–—]|bis)|[/&+]|und|u\.)\s?$")


def _with_day_before(text: str, written: WrittenDate, m: re.Match[str]) -> Iterator[WrittenDate]:
    """4.–5.11. is its first day, 4./5.11. both."""
    first = _DAY_BEFORE.search(text[: written.start]) if m["c"] or m["dot"] else None
    if first is None or not 0 < int(first[1]) < written.day:
        yield written
        return
    end = written.end if first["range"] else first.end(1)
    yield replace(written, start=first.start(), end=end, day=int(first[1]))
    yield from () if first["range"] else (written,)


def _compact(text: str) -> Iterator[WrittenDate]:
    """20240903, which elsewhere is a number of something else."""
    for m in _COMPACT.finditer(text):
        yield WrittenDate(*m.span(), int(m[2]), int(m[3]), int(m[1]))


# ── what is asked ────────────────────────────────────────────────────────────────────────────────

_DIGIT = re.compile(r"\d")
_WIDE = str.maketrans("０１２３４５６７８９（）：，．／－", "0123456789():,./-")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>]+", re.IGNORECASE)
_MOVED = re.compile(r"\b(?:moved|postponed|rescheduled|shifted|verschoben|reporté)\b", re.IGNORECASE)


def dates(text: str, order: Order | None = None, *, alone: bool = False) -> tuple[WrittenDate, ...]:
    """Find the dates written in a text, in order and not overlapping; a range is its first day.

    `order` says how numbers are read (None: month, day or year first, the first that is possible;
    with dots, as in 3.9.2024, the day).  `alone` says that the text is a date's cell: numbers count that
    elsewhere would be something else (3.8, 1-5, 20240903), and a misspelt month.
    """
    cut = text[:_LONGEST]
    return _with_numbers(cut, order, alone) if (worded := _worded(cut)) is None else worded


@lru_cache(maxsize=8192)
def _worded(text: str) -> tuple[WrittenDate, ...] | None:
    """Find the dates of a text; None where its numbers ask for the order, or for what it is."""
    if _DIGIT.search(text) is None:
        return ()
    text, cores = _cores(text)
    return None if not cores or _NUMBERS.search(text) else _complete(text, cores)


@lru_cache(maxsize=8192)
def _with_numbers(text: str, order: Order | None, alone: bool) -> tuple[WrittenDate, ...]:
    text, cores = _cores(text)
    if numbers := tuple(_numbers(text, order, alone, cores)):
        cores = _apart((*cores, *numbers))
    if alone and not cores:
        cores = _apart(chain(_compact(text), _month_day(text, True), _day_month(text, True)))
    return _complete(text, cores)


@lru_cache(maxsize=8192)
def _cores(text: str) -> tuple[str, tuple[WrittenDate, ...]]:
    """Clear a text of addresses and wide signs, and find the dates in it that are none in numbers."""
    text = text if text.isascii() else text.translate(_WIDE)
    if "://" in text or "www." in text:
        text = _ADDRESS.sub(lambda m: " " * len(m[0]), text)
    found = chain(_year_first(text), _signs(text), _month_day(text, False), _day_month(text, False))
    return text, _apart(found)


def _complete(text: str, cores: Sequence[WrittenDate]) -> tuple[WrittenDate, ...]:
    """Add to each date what stands beside it."""
    found: list[WrittenDate] = []
    for place, core in enumerate(cores):
        floor = found[-1].end if found else 0
        ceiling = cores[place + 1].start if place + 1 < len(cores) else len(text)
        found.append(_beside(text, core, floor, ceiling))
    return _joined(text, found) if len(found) > 1 else tuple(found)


def _apart(cores: Iterable[WrittenDate]) -> tuple[WrittenDate, ...]:
    """Keep what can be a date, and of overlapping ones that which begins first, then the longer."""
    possible = [core for core in cores if 1 <= core.month <= 12 and 1 <= core.day <= 31]
    possible.sort(key=lambda core: (core.start, -core.end))
    kept: list[WrittenDate] = []
    for core in possible:
        if not kept or core.start >= kept[-1].end:
            kept.append(core)
    return tuple(kept)


def _joined(text: str, found: Sequence[WrittenDate]) -> tuple[WrittenDate, ...]:
    """Make one of the two dates of a range; “Sep 3 & 10, 2024”: a year counts for the dates before it."""
    kept = [found[-1]]
    for written in reversed(found[:-1]):
        after, year, end = kept[-1], written.year, written.end
        joint = _joint(text[end : after.start])
        if joint and year is None and after.year is not None:
            year = after.year - (after.month < written.month)
        if joint == "range" and not _MOVED.search(text, 0, written.start):
            end = kept.pop().end
        kept.append(replace(written, year=year, end=end))
    return tuple(reversed(kept))


def starts_dated(text: str) -> bool:
    """Tell whether a line begins with its date, which makes an entry of it: “Week 3: Sep 3 …”."""
    found = dates(text)
    return bool(found) and is_lead(text[: found[0].start])


def announced(text: str) -> tuple[int, int] | None:
    """Give month and day of the date that a line announces: “Next meeting: Sep 3 …”."""
    found = dates(text)
    return (found[0].month, found[0].day) if found and is_next(text[: found[0].start]) else None


_DOTTED = re.compile(r"\d{1,2}\.\s?\d{1,2}(?=[.\s])")


def leading(text: str) -> tuple[WrittenDate, ...]:
    """Find the date in numbers with dots that a line begins with, where other lines show that it is one.

    “1.4. Paxos” and “1.4 Paxos” are headings of a book where they stand alone.
    """
    m = _DOTTED.match(text)
    return dates(f"{m[0]}.", Order.DAY_FIRST, alone=True) if m else ()


def is_vague(text: str) -> bool:
    """Tell a text that names a month, term or year and no day: “April, 2022”, “sometime in May”."""
    if len(text) > 60 or dates(text, alone=True):
        return False
    words = re.findall(r"[^\W\d_]{3,12}", text)
    months = (word for word in words if word != "may" and named("months", word))
    return any(months) or stated(text) is not None
