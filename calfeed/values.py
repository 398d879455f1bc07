"""Written values to values: dates, times, terms, venues, names, states, links.

Knows no positions: a value that has no reading raises ValueUnreadable, or is None where nothing is a
fair answer.  A new spelling of a date is a function here and its place in `READINGS`; it then works in
every layout.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, time
from functools import cache, lru_cache
from typing import Literal
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from calfeed.errors import ValueUnreadable
from calfeed.model import LinkKind, Status, Venue

_LONGEST = 300
"""Characters of a text in which a date, a time, a term or a state is looked for: no more are needed."""

# ── words ────────────────────────────────────────────────────────────────────────────────────────


_MARKS = frozenset(("So", "Sk", "Cf", "Mn", "Me", "Co", "Cn", "Cs"))
_BULLETS = frozenset("*-–—•·>|:;,~=_+ ")


@lru_cache(maxsize=2**14)  # each line is asked about several times on its way
def plain(text: str) -> str:
    """Give text as one line, without the marks (emoji, bullets, their remains) that lead into it."""
    line = " ".join(text.split())
    start = next((i for i, c in enumerate(line) if not _leads_in(c, line[i + 1 : i + 2])), len(line))
    return line[start:]


def _leads_in(character: str, following: str) -> bool:
    """Tell a mark from the first sign of a name such as .NET, ∞Bench or #hashtag."""
    if character == "\N{REPLACEMENT CHARACTER}" and following.isalnum():
        return False  # the first letter of a word was lost
    if character in _BULLETS or unicodedata.category(character) in _MARKS:
        return True
    return following == " " and not character.isalnum() and character not in ")]}»”’"


def slug(text: str) -> str:
    """Make a name fit for a URL path: "Émile Żak" -> "emile-zak"; other scripts stay as they are.

    At most 20 characters beyond ASCII or 60 within, so that a feed's URL stays short (R86).
    """
    folded = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in folded if not unicodedata.combining(c))
    word = "-".join(re.findall(r"[^\W_]+", bare if bare.isascii() else unicodedata.normalize("NFKC", text)))
    return word.casefold()[: 60 if word.isascii() else 20].strip("-") or "unnamed"


_OPEN = re.compile(
    r"(?:tb[adc]|to be (?:announced|determined|decided|confirmed)|n/?a|none|[-–—?.…_ ]*)", re.IGNORECASE
)


def is_open(text: str) -> bool:
    """Tell whether a text only says that something is not known yet: "", "TBD", "—", "to be announced"."""
    return _OPEN.fullmatch(plain(text).strip("()[]*: ")) is not None


_WHICH = r"(?:(?:the|this|talk|session|meeting|seminar|class|is|was|has|been)\s)*"
_MEETING = r"no\s(?:\w+\s)?(?:meeting|session|seminar|class|talk|group|club|lunch|rg)(?:s|es)?"
_FREE = (
    r"(?:(?:spring|summer|fall|autumn|winter|mid-?term|semester|term|public|bank|national|university|exam|study"
    r"|christmas|easter|thanksgiving|new year'?s?)\s)*(?:holidays?|break|vacation|recess)"
)
_AFTER = r"(?=\W*$|\s?[^\w\s]|\s(?:due|because|for|as|this|today|on|by|until|week)\b)"
_OFF = re.compile(f"{_MEETING}{_AFTER}", re.IGNORECASE)
_STATES = tuple(
    (status, re.compile(f"{_WHICH}{words}{_AFTER}", re.IGNORECASE))
    for status, words in (
        (Status.CANCELLED, r"(?:cancel(?:l?ed|lation)|called\soff|skipped|postponed|rescheduled)"),
        (Status.NO_MEETING, _MEETING),
        (Status.NO_MEETING, _FREE),
        (Status.TENTATIVE, r"tentative(?:ly)?"),
    )
)


def state(text: str) -> Status | None:
    """Read a text that only says what becomes of a session: "cancelled", "No meeting (POPL)".

    A title is none, whatever words it begins or ends with: "Cancelled Reads in DRAM".
    """
    pieces = [plain(piece).strip("()[]*:.! ") for piece in re.split(r"[,;–—]|\s-\s", text[:_LONGEST])]
    found = (status for status, pattern in _STATES for piece in pieces if pattern.match(piece))
    # "Reading week: no class" says it behind a colon, but "Recess: a Language" is a title.
    is_off = _OFF.match(plain(text[:_LONGEST].rpartition(":")[2]))
    return next(found, Status.NO_MEETING if is_off else None)


# ── dates ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, order=True)
class WrittenDate:
    """A date as it stands in a text, from character `start` to `end`; `weekday` counts Monday as 0."""

    start: int
    end: int
    month: int
    day: int
    year: int | None = None
    weekday: int | None = None


@cache
def _names(kind: Literal["months", "days"]) -> dict[str, int]:
    from babel.dates import get_day_names, get_month_names  # slow import, only where a word is met

    names = get_month_names("wide", locale="en") if kind == "months" else get_day_names("wide", locale="en")
    return {str(name).casefold(): number for number, name in names.items()}


def _named(kind: Literal["months", "days"], word: str | None) -> int | None:
    """Give the number of the month or weekday that a word of three or more letters begins."""
    short = (word or "").rstrip(".").casefold()
    found = [number for name, number in _names(kind).items() if len(short) >= 3 and name.startswith(short)]
    return found[0] if len(found) == 1 else None


_WORD = r"[^\W\d_]{3,12}\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_DAY = r"(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th)?(?:\s?[-–]\s?\d{1,2}(?!\d))?(?!\d|:\d)"
_WEEKDAY = rf"(?:(?P<weekday>{_WORD}),?\s{{1,3}})?"
_NUMBERS = re.compile(
    rf"(?<![\d./-]){_YEAR}(?P<sep>[-./])(?P<month>\d{{1,2}})(?P=sep)(?P<day>\d{{1,2}})(?!\d)"
)
_MONTH_DAY = re.compile(rf"{_WEEKDAY}\b(?P<month>{_WORD})\s{{0,3}}{_DAY}(?:\s?,?\s{{0,3}}{_YEAR})?")
_DAY_MONTH = re.compile(rf"{_WEEKDAY}{_DAY}\s{{0,3}}(?:of\s)?\b(?P<month>{_WORD})(?:\s?,?\s{{0,3}}{_YEAR})?")


def _numbers(text: str) -> Iterator[WrittenDate]:
    """2024-09-03, 2024/9/3, 2024.9.3."""
    for m in _NUMBERS.finditer(text):
        yield WrittenDate(*m.span(), int(m["month"]), int(m["day"]), int(m["year"]))


def _words(pattern: re.Pattern[str], text: str) -> Iterator[WrittenDate]:
    for m in pattern.finditer(text):
        if (month := _named("months", m["month"])) is None:
            continue
        weekday = _named("days", m["weekday"])
        start = m.start() if weekday is not None else m.start("month" if pattern is _MONTH_DAY else "day")
        year = int(m["year"]) if m["year"] else None
        yield WrittenDate(start, m.end(), month, int(m["day"]), year, weekday)


def _month_day(text: str) -> Iterator[WrittenDate]:
    """September 3, Sept. 3rd, Tuesday, Sep 03, 2024."""
    return _words(_MONTH_DAY, text)


def _day_month(text: str) -> Iterator[WrittenDate]:
    """3 September, Tue 3rd of Sept 2024."""
    return _words(_DAY_MONTH, text)


READINGS: tuple[Callable[[str], Iterator[WrittenDate]], ...] = (_numbers, _month_day, _day_month)


def dates(text: str) -> tuple[WrittenDate, ...]:
    """Find the dates written in a text, in order and not overlapping; the earlier reading wins."""
    found: list[WrittenDate] = []
    for reading in READINGS:
        for written in reading(text[:_LONGEST]):
            if all(written.end <= other.start or written.start >= other.end for other in found):
                found.append(written)
    return tuple(sorted(found))


def resolve(written: WrittenDate, year: int) -> date:
    """Make a date of a written one.

    Raises:
        ValueUnreadable: the calendar has no such day.
    """
    try:
        return date(year, written.month, written.day)
    except ValueError:
        what = f"{year}-{written.month:02}-{written.day:02}"
        raise ValueUnreadable(
            "date-impossible", f"{what} does not exist", "check the day and the month"
        ) from None


def weekday(text: str) -> int | None:
    """Read a text that is nothing but a weekday, Monday as 0: "Tue", "(Tuesday)"."""
    return _named("days", text.strip("()[],. "))


def likely_month(text: str) -> str | None:
    """Guess the month that a misspelt word means, for a hint: "Septmber 3" -> "September"."""
    from difflib import get_close_matches  # slow import, only for a hint

    for word in re.findall(_WORD, text.casefold()):
        if close := get_close_matches(word, _names("months"), n=1, cutoff=0.75):
            return str(close[0]).title()
    return None


@dataclass(frozen=True, slots=True)
class Term:
    """A semester as written: "2024 Fall", "Fall semester 2024"."""

    year: int
    season: str
    title: str

    @property
    def slug(self) -> str:
        """Give the same slug for every order of the words: "2024-fall"."""
        return f"{self.year}-{self.season}"


_SEASON = r"(?P<{}>spring|summer|fall|autumn|winter)(?:\s+(?:semester|term|quarter))?"
_TERM = re.compile(
    rf"\b(?:{_SEASON.format('s1')}[\s,_-]*(?P<y1>(?:19|20)\d\d)|(?P<y2>(?:19|20)\d\d)[\s,_-]*{_SEASON.format('s2')})\b",
    re.I,
)


def term(text: str) -> Term | None:
    """Read the semester that a heading or a file name states."""
    if (m := _TERM.search(text[:_LONGEST])) is None:
        return None
    title = " ".join(re.split(r"[\s_-]+", m[0]))
    season = (m["s1"] or m["s2"]).lower()
    return Term(int(m["y1"] or m["y2"]), season, title.title() if title.islower() else title)


_BEGUN = re.compile(r"\b(?:since|est\.?|established|founded(?:\sin)?|from)\s$", re.IGNORECASE)


def year(text: str) -> int | None:
    """Read the first year that a text states as its own, not as that of a beginning ("since 2015")."""
    found = re.finditer(r"(?<![\d./-])(?:19|20)\d\d(?!\d)", text[:_LONGEST])
    return next((int(m[0]) for m in found if not _BEGUN.search(text[: m.start()])), None)


# ── times of day ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class WrittenTime:
    """A time of day, or a range of it, from character `first` to `last` of a text; wall clock."""

    first: int
    last: int
    start: time
    end: time | None = None


_CLOCK = r"(?P<h{0}>\d{{1,2}})(?:[:.h](?P<m{0}>\d\d))?\s*(?P<p{0}>[ap]\.?m\b\.?)?"
_TIMES = re.compile(
    rf"(?<![\d:.-]){_CLOCK.format(1)}(?:\s*(?:-|–|—|to|until)\s*{_CLOCK.format(2)})?(?!\d|:\d|-\d)", re.I
)


def times(text: str) -> WrittenTime | None:
    """Find the first time of day in a text: "14:00", "2pm", "11–1 pm"; a bare number is none."""
    for m in _TIMES.finditer(text[:_LONGEST]):
        if not (m["m1"] or m["p1"] or m["p2"]) or (m["h2"] and not (m["m2"] or m["p2"])):
            continue
        if "." in m[0] and not (m["h2"] or m["p1"]):  # 2.10 alone is the number of a version
            continue
        start = _clock(m["h1"], m["m1"], m["p1"] or _half_of_start(m))
        end = _clock(m["h2"], m["m2"], m["p2"]) if m["h2"] else None
        if start is not None and (end is not None or not m["h2"]):
            return WrittenTime(*m.span(), start, end)
    return None


def _half_of_start(m: re.Match[str]) -> str | None:
    """Give the half of the day for a start that states none: pm in 2–3:30 pm, am in 11–1 pm."""
    if not m["p2"] or int(m["h1"]) > 12:
        return None
    if int(m["h1"]) % 12 <= int(m["h2"]) % 12:
        return str(m["p2"])
    return "am" if m["p2"][0] in "pP" else "pm"


def _clock(hour: str, minute: str | None, half: str | None) -> time | None:
    number = int(hour)
    if half:
        if not 1 <= number <= 12:
            return None
        number = number % 12 + (12 if half[0] in "pP" else 0)
    return time(number, int(minute or 0)) if number < 24 and int(minute or 0) < 60 else None


# ── venues and links ─────────────────────────────────────────────────────────────────────────────

_VENUE = re.compile(
    r"(?P<series>[A-Za-z][\w&/+.: -]*?)[\s,-]{0,3}(?P<mark>['’‘]?)\s?(?P<year>(?:19|20)?\d\d)"
)


def venue(text: str) -> Venue | None:
    """Read a publication venue: "OSDI'24", "SOSP 2023"; None where the text is something else."""
    name = " ".join(text.split())
    m = _VENUE.fullmatch(name) if len(name) <= 40 else None
    # A title may end in a year, too; a series has few words, and one of them is an acronym.
    if m and len(m["series"].split()) <= 3 and (m["mark"] or re.search(r"[A-Z]\S*[A-Z]", m["series"])):
        number = int(m["year"])
        series = m["series"].strip()
        return Venue(name, series, number if number > 99 else number + (1900 if number > 69 else 2000))
    return None


_KINDS: tuple[tuple[LinkKind, re.Pattern[str]], ...] = (
    ("slides", re.compile(r"\b(?:slides?|slide ?deck|deck|pptx?|presentation)\b", re.I)),
    ("video", re.compile(r"\b(?:videos?|recordings?|playback|youtube|bilibili)\b", re.I)),
    ("summary", re.compile(r"\b(?:summary|summaries|notes?|minutes|q ?& ?a|blog|write-?up|zhihu)\b", re.I)),
    ("code", re.compile(r"\b(?:code|github|repo(?:sitory)?|artifacts?|demo|notebook)\b", re.I)),
    ("paper", re.compile(r"\b(?:papers?|pdf|arxiv|doi|preprint|article|link)\b", re.I)),
)


def link_kind(label: str) -> LinkKind:
    """Read what a link's label promises; the words decide, an emoji is only decoration."""
    return next((kind for kind, pattern in _KINDS if pattern.search(label)), "other")


def absolute(written: str, base: str | None) -> str | None:
    """Give a link's URL, absolute where a base is known, in percent-encoded ASCII (R63).

    None where following it is not safe: any scheme but http, https and mailto, a user and a password.
    """
    target = re.sub(r"[\t\r\n]", "", written.strip())
    try:
        url = urljoin(base, target) if base else target
        scheme = urlsplit(url).scheme.lower()
    except ValueError:  # such as an unclosed [ in the host
        return None
    if scheme in ("http", "https"):
        return web_address(url)
    if scheme not in ("", "mailto") or not url.isprintable():
        return None
    return _quoted(url, also="#")


_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")


@lru_cache(maxsize=2**12)
def web_address(written: str | None) -> str | None:
    """Give an absolute web address in ASCII; None for any other, and for one that hides something (R63)."""
    try:
        parts = urlsplit(written or "")
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host) or "@" in parts.netloc:
        return None
    if not (written or "").isprintable():
        return None
    netloc = (f"[{host}]" if ":" in host else host) + (f":{port}" if port is not None else "")
    return urlunsplit((parts.scheme, netloc, *map(_quoted, parts[2:])))


def _quoted(part: str, also: str = "") -> str:
    return quote(re.sub("%(?![0-9A-Fa-f]{2})", "%25", part), safe=f"%/?:@!$&'()*+,;=~{also}")
