"""Written semesters and years to spans of days: what a heading or a file name states of its dates."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import chain

from calfeed.lexicon import LETTERS, folded, named

_LONGEST = 300
"""Characters of a text in which a term is looked for: no more are needed."""


@dataclass(frozen=True, slots=True)
class Term:
    """A semester as written: "2024 Fall", "Fall semester 2024"; `year` is that of the season."""

    year: int
    season: str
    title: str

    @property
    def slug(self) -> str:
        """Give the same slug for every order of the words: "2024-fall"."""
        return f"{self.year}-{self.season}"


@dataclass(frozen=True, slots=True)
class Stated:
    """The days in which a text says its dates lie: possible spans, each (first day, last day)."""

    years: tuple[tuple[date, date], ...]
    term: Term | None = None


# ── seasons ──────────────────────────────────────────────────────────────────────────────────────

_SEASONS = {
    "spring": "spring printemps frühling frühjahr 春 봄",
    "summer": "summer été ete sommersemester sommer sose 夏 여름",
    "fall": "fall",
    "autumn": "autumn automne herbst 秋 가을",
    "winter": "winter hiver wintersemester wise 冬 겨울",
    "first-half": "前期",
    "second-half": "後期",
    "michaelmas": "michaelmas",
    "hilary": "hilary",
    "trinity": "trinity",
    "lent": "lent",
    "easter": "easter",
}
_SEASON_OF = {folded(word): season for season, words in _SEASONS.items() for word in words.split()}
_SEASON_OF |= {"ss": "summer", "ws": "winter", "sp": "spring", "su": "summer", "fa": "fall", "wi": "winter"}
_SEASON_OF |= {"s": "spring", "f": "fall"}
_ONLY_AS_TERM = frozenset({"hilary", "trinity", "lent", "easter"})
_IN_SECOND_YEAR = frozenset({"spring", "summer", *_ONLY_AS_TERM})

_Months = tuple[tuple[int, int], ...]

_MONTHS: dict[str, _Months] = {
    "spring": ((1, 6),),
    "summer": ((5, 9), (4, 9)),  # in Germany from April
    "fall": ((8, 13),),
    "autumn": ((8, 13),),
    "winter": ((0, 4), (10, 15)),  # a quarter in the United States, a semester in Germany
    "first-half": ((4, 9),),
    "second-half": ((10, 15),),
    "michaelmas": ((9, 12),),
    "hilary": ((1, 4),),
    "lent": ((1, 4),),
    "trinity": ((4, 7),),
    "easter": ((4, 7),),
    "q1": ((1, 3),),
    "q2": ((4, 6),),
    "q3": ((7, 9),),
    "q4": ((10, 12),),
}
"""First and last month, counted from January of the term's year: 0 is the December before."""

_MONTHS_IN_PAIR: dict[str, _Months] = _MONTHS | {
    "spring": ((2, 7),),
    "winter": ((10, 15),),
    "semester-1": ((8, 13),),
    "semester-2": ((14, 19),),
}
"""The same where the text names an academic year, 2023/24."""

_YEAR = r"(?P<year>(?:19|20)\d\d)(?:\s?[-–/]\s?(?P<next>(?:20)?\d\d)(?!\d|-\d))?(?!\d)"
_LETTERS = "|".join(sorted((w for ws in _SEASONS.values() for w in ws.split()), key=len, reverse=True))
_SEASON = re.compile(
    rf"(?<![A-Za-zÀ-ÿ])(?:(?P<name>{_LETTERS}|(?-i:SS|WS))"
    r"(?P<kind>[\s_-]?(?:semester|term|trimester|quarter|season|session)|[季学學학]*[期기]|季)?"
    r"|(?P<count>(?:semester|term|trimester)[\s_-]?[1-4](?!\d)|q[1-4]|第?[12一二]\s?(?:学期|學期|학기)))(?![A-Za-zÀ-ÿ])",
    re.IGNORECASE,
)
_YEAR_AFTER = re.compile(
    rf"[\s,_(（·–-]{{0,3}}{_YEAR}|(?:\s?['’]|[_-]?|\s(?=[\d/]{{2,5}}\W*$))(?P<short>\d\d)(?:/(?P<next_short>\d\d))?(?!\w)"
)
_YEAR_BEFORE = re.compile(rf"(?<!\d){_YEAR}(?:学年|學年|学年度|年度|年|년도|년)?度?[\s,_(（·–-]{{0,3}}第?$")
_WHOLE = re.compile(r"(?P<name>sp|su|fa|wi|[sf])['’]?(?P<short>\d\d)(?:\.\w{2,5})?", re.IGNORECASE)


def _next_year(m: re.Match[str], year: int) -> int | None:
    """Give the second year of a match: 2023/24, 2019–2023; 2024-09 has none."""
    if not m["next"]:
        return None
    number = int(m["next"])
    if number < 100:
        return year + 1 if number == (year + 1) % 100 else None
    return number if number > year else None


def _named(title: str, season: str, year: int, *, in_pair: bool) -> Stated:
    """State a term; in 2023/24 the spring is that of 2024."""
    year += in_pair and season in _IN_SECOND_YEAR
    months = _MONTHS_IN_PAIR.get(season, ((8, 19),)) if in_pair else _MONTHS.get(season, ((1, 12),))
    title = re.sub(r"[\s_]+|(?<=[^\W\d])-|-(?=[^\W\d])", " ", title).strip()
    term = Term(year, season, title.title() if title.islower() else title)
    return Stated(tuple(_span(year, first, last) for first, last in months), term)


def _span(year: int, first: int, last: int) -> tuple[date, date]:
    """Give the first day of one month and the last day of another, both counted from January of a year."""
    begin, behind = (date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1) for month in (first, last + 1))
    return begin, behind - timedelta(days=1)


def _season(m: re.Match[str]) -> str | None:
    """Give the season of a match; Easter and Trinity are terms only where they say so."""
    if m["count"]:
        number = re.sub(r"[一二]", lambda sign: "12"["一二".index(sign[0])], m["count"].casefold())
        return number if number[0] == "q" else re.sub(r"\W*([a-z]*)\D*(\d)\D*", _counted, number)
    season = _SEASON_OF[folded(m["name"])]
    return None if season in _ONLY_AS_TERM and "term" not in (m["kind"] or "").casefold() else season


def _counted(m: re.Match[str]) -> str:
    return f"{m[1] or 'semester'}-{m[2]}"


# ── readings: where a statement begins and ends, and what it states ──────────────────────────────

_Found = Iterator[tuple[int, int, Stated]]


def _terms(text: str) -> _Found:
    """Fall 2024, 2024-fall, fall20, Spring '24, WS 2023/24, 2022-2023（秋）."""
    if (whole := _WHOLE.fullmatch(text.strip())) is not None:
        name, title = whole["name"].casefold(), whole[0].partition(".")[0]
        yield *whole.span(), _named(title, _SEASON_OF[name], 2000 + int(whole["short"]), in_pair=False)
        return
    for m in _SEASON.finditer(text):
        if (season := _season(m)) is None:
            continue
        offset = max(0, m.start() - 20)
        if before := _YEAR_BEFORE.search(text[offset : m.start()]):
            start, end, year = offset + before.start(), m.end(), int(before["year"])
            end += text[end : end + 1] == {"(": ")", "（": "）"}.get(text[m.start() - 1])
            in_pair = _next_year(before, year) is not None
        elif after := _YEAR_AFTER.match(text, m.end()):
            start, end, year = m.start(), after.end(), int(after["year"] or 2000 + int(after["short"]))
            in_pair = bool(after["next_short"]) or _next_year(after, year) is not None
        else:
            continue
        yield start, end, _named(text[start:end], season, year, in_pair=in_pair)


_MONTH = re.compile(
    rf"(?<![{LETTERS}])(?P<month>[{LETTERS}]{{3,12}}+)\.?(?:,\s?|\sdel?\s|[\s_-])(?P<year>(?:19|20)\d\d)(?!\d)"
)
_MONTH_SIGN = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)[年년]\s?(?P<month>\d{1,2})[月월]")
_PLAIN_YEAR = re.compile(rf"(?<!\d)(?<!\d[./-]){_YEAR}(?!\.\d{{4}})")


def _months(text: str) -> _Found:
    """September 2024, avril 2018, 2024年9月."""
    for m in _MONTH.finditer(text):
        if (month := named("months", m["month"])) is not None:
            yield *m.span(), Stated((_span(int(m["year"]), month, month),))
    for m in _MONTH_SIGN.finditer(text):
        if 1 <= (month := int(m["month"])) <= 12:
            yield *m.span(), Stated((_span(int(m["year"]), month, month),))


def _years(text: str) -> _Found:
    """2019, 2023/24, 2019–2023."""
    for m in _PLAIN_YEAR.finditer(text):
        year = int(m["year"])
        then = _next_year(m, year)
        if then == year + 1:
            yield *m.span(), Stated((_span(year, 8, 19),))
        elif not _is_venue(text, m):
            yield *m.span(), Stated(((date(year, 1, 1), date(then or year, 12, 31)),))


_VENUE = re.compile(r"[A-Z][A-Za-z]*[A-Z][A-Za-z]*[\s'’-]{1,2}$")


def _is_venue(text: str, m: re.Match[str]) -> bool:
    """Tell the year of a conference, “CVPR 2023”; a text that is nothing else may be a group's name."""
    before = text[: m.start()]
    nothing_else = " " not in before.strip() and not text[m.end() :].strip()
    return not nothing_else and not text.isupper() and _VENUE.search(before[-40:]) is not None


# ── what is asked ────────────────────────────────────────────────────────────────────────────────

_NUMBER = re.compile(r"\d\d")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>]+", re.IGNORECASE)
_BEGUN = re.compile(
    r"(?:\b(?:since|seit|depuis|est\.?|established|(?:founded|started)(?: in)?|from)"
    r"|\bupdated(?: on)?:?|©|\(c\))\s?$",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def stated(text: str) -> Stated | None:
    """Read in which days the dates under a heading or in a file lie: “Fall 2024”, “2023/24”, “May 2024”.

    The first term counts, else the first month or year.  A beginning (“since 2015”), a conference
    (“CVPR 2023”) and the inside of an address state nothing.
    """
    text = _bare(text)
    dismissed: list[tuple[int, int]] = []
    found = _first(text, _terms(text), dismissed)
    return found or _first(text, chain(_months(text), _years(text)), dismissed)


def stated_term(text: str) -> Stated | None:
    """Read in which days they lie where a term says it, and no month or year alone."""
    text = _bare(text)
    return _first(text, _terms(text), [])


def term(text: str) -> Term | None:
    """Read the semester that a heading or a file name states."""
    found = stated_term(text)
    return found.term if found else None


def _bare(text: str) -> str:
    """Give the text that may state something, without addresses; none where it has no year."""
    text = text[:_LONGEST]
    if _NUMBER.search(text) is None:
        return ""
    return _ADDRESS.sub(" ", text) if "://" in text or "www." in text else text


def _first(text: str, found: _Found, dismissed: list[tuple[int, int]]) -> Stated | None:
    """Give the first statement that counts; those that do not are added to the dismissed."""
    for start, end, statement in sorted(found, key=lambda one: (one[0], -one[1])):
        if _BEGUN.search(text[max(0, start - 16) : start]):
            dismissed.append((start, end))
        elif not any(first <= start < last for first, last in dismissed):
            return statement
    return None
