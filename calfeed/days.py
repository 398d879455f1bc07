"""Which day each record is on, and which semester: the year from the row, its neighbours, its section.

The nearest statement wins: the row, the headings above it, front matter, the file's name; then the
stated weekdays, and last of all today.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

from calfeed.diagnostics import Diagnostic, diagnose
from calfeed.errors import ValueUnreadable
from calfeed.model import Cell, Document, Mapping, Record, Scalar, Semester
from calfeed.values import Term, WrittenDate, WrittenTime, dates, resolve, term, times, year

_AUTUMN = ("fall", "autumn")


@dataclass(frozen=True, slots=True)
class Day:
    """A record with its day settled; `rest` is what its date cell says beside the date and the time."""

    record: Record
    date: date
    rest: str
    time: WrittenTime | None
    semester: Semester


@dataclass(frozen=True, slots=True)
class Statement:
    """The year that the text around some dates states, and the term where it names one."""

    year: int
    term: Term | None = None

    def first_year(self, month: int) -> int:
        """Give the year of the earliest date of the section: a fall term can begin in its January."""
        return self.year + (self.term is not None and self.term.season in _AUTUMN and month <= 3)


def settle_days(
    document: Document, records: Sequence[Record], today: date, usual: int | None
) -> tuple[tuple[Day, ...], tuple[Diagnostic, ...]]:
    """Give each record its day, years settled section by section; a date that cannot be is a diagnostic.

    `usual` is the weekday on which the group meets, Monday as 0: where no year is stated it is
    evidence, as weekdays in the rows are.
    """
    days: list[Day] = []
    diagnostics: list[Diagnostic] = []
    for section, group in groupby(records, key=lambda record: record.section):
        rows = [(row, when) for row in group for when in _dates(row.date.text)]
        written = [when for _, when in rows]
        found = _statement(document, section)
        if found is None and all(when.year is None for when in written):
            message, hint = "no year is stated for these dates", "state it in a heading, like “2024 Fall”"
            diagnostics.append(diagnose("year-guessed", message, rows[0][0].date.position, hint))
        years = settle_years(written, found, today, usual)
        for (row, when), in_year in zip(rows, years, strict=True):
            try:
                day = _day(row, resolve(when, in_year), found)
            except ValueUnreadable as error:
                diagnostics.append(diagnose(error.code, error.message, row.date.position, error.hint))
                continue
            days.append(day)
            diagnostics.extend(_weekday_fault(day, when))
    return tuple(days), tuple(diagnostics)


def _dates(text: str) -> tuple[WrittenDate, ...]:
    """Give the dates that a heading names side by side ("Sep 3 / Sep 5"); of others only the first."""
    first, *more = dates(text)
    if more and re.search(
        r"→|->|\b(?:moved|postponed|rescheduled|shifted) to\b", text[first.end : more[0].start]
    ):
        return (more[0],)  # what stands before is where it was
    named = [first]
    for when in more:
        if re.fullmatch(r"\s*(?:[/&+,;]|and|or)\s*", text[named[-1].end : when.start]) is None:
            break
        named.append(when)
    return tuple(named)


def _day(row: Record, day: date, found: Statement | None) -> Day:
    named = _dates(row.date.text)
    after = row.date.text[named[-1].end :]
    time = times(after)
    rest = after if time is None else after[: time.first] + after[time.last :]
    semester = _semester(found.term if found else None, day)
    return Day(row, day, row.date.text[: dates(row.date.text)[0].start] + rest, time, semester)


def _semester(named: Term | None, day: date) -> Semester:
    """Give the semester of a day; a schedule that names none is grouped by calendar year."""
    if named is not None:
        return Semester(named.slug, named.title)
    return Semester(str(day.year), str(day.year))


def _weekday_fault(day: Day, when: WrittenDate) -> Iterator[Diagnostic]:
    if when.weekday not in (None, day.date.weekday()):
        message = f"{day.date:%d %B %Y} is a {day.date:%A}, not as stated"
        where = day.record.date.position
        yield diagnose("weekday-mismatch", message, where, "check the date and the year")


def _statement(document: Document, section: Sequence[Cell]) -> Statement | None:
    """Find the year nearest to a section: its headings from the inside out, front matter, file name."""
    texts = [cell.text for cell in reversed(section)]
    for text in (*texts, *_front_matter(document), document.path.rpartition("/")[2]):
        if (named := term(text)) is not None:
            return Statement(named.year, named)
        if (number := year(text)) is not None:
            return Statement(number)
    return None


def _front_matter(document: Document) -> list[str]:
    """Give the texts of front matter that may state a year: semester, term, title, year."""
    pairs = document.data.pairs if isinstance(document.data, Mapping) else ()
    stated = {key.text.casefold(): node.cell.text for key, node in pairs if isinstance(node, Scalar)}
    return [stated[key] for key in ("semester", "term", "title", "year") if key in stated]


def settle_years(
    written: Sequence[WrittenDate], statement: Statement | None, today: date, usual: int | None
) -> tuple[int, ...]:
    """Give the year of each date of one section, in the order of the source.

    Rows with a year of their own keep it.  The others follow the order of rows (oldest or newest
    first): the earliest is in the stated year, and where the months fall back a new year begins.
    Without a statement the year is taken that fits the order and most weekdays, then the one nearest
    to today.
    """
    forward = _is_forward(written)
    rows = list(written if forward else reversed(written))
    if statement:
        years = _roll(rows, statement.first_year(rows[0].month))
    else:
        stated = [row.year for row in rows if row.year is not None] or [today.year]
        tries = [_roll(rows, start) for start in range(stated[0] - 1, stated[0] + 2)]
        years = min(tries, key=lambda years: _unlikeliness(rows, years, today, usual))
    return tuple(years if forward else reversed(years))


def _is_forward(written: Sequence[WrittenDate]) -> bool:
    """Tell whether the oldest row comes first; from December on to January is a step forward, too."""
    places = [(w.year or 0) * 372 + w.month * 31 + w.day for w in written]
    steps = [(b - a) % 372 < 186 if abs(b - a) < 372 else b > a for a, b in pairwise(places)]
    return sum(steps) * 2 >= len(steps)


def _roll(rows: Iterable[WrittenDate], start: int) -> list[int]:
    """Go through rows, oldest first: a month far before the last one opens a new year."""
    years: list[int] = []
    year, last = start, 0
    for row in rows:
        year = row.year or (year + 1 if last - row.month > 5 else year)
        last = row.month
        years.append(year)
    return years


def _unlikeliness(
    rows: Sequence[WrittenDate], years: Sequence[int], today: date, usual: int | None
) -> tuple[int, int, int]:
    days = [_valid(row, year) for row, year in zip(rows, years, strict=True)]
    backward = sum(a is not None and b is not None and b < a for a, b in pairwise(days))
    expected = [usual if row.weekday is None else row.weekday for row in rows]
    wrong = sum(d is not None and e not in (None, d.weekday()) for e, d in zip(expected, days, strict=True))
    return backward, wrong, min((abs((day - today).days) for day in days if day), default=0)


def _valid(row: WrittenDate, year: int) -> date | None:
    try:
        return resolve(row, year)
    except ValueUnreadable:
        return None
