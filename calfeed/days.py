"""Which day each record is on, and which semester: order of numbers, year, slips, settled by all rows.

The nearest statement of a year wins: the row, the headings above it, front matter, the file's name, the
prose above; then the stated weekdays, and last of all today.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from calfeed.chronology import Expected, day_of, likeliest_order, settle_years, slips
from calfeed.dates import Order, WrittenDate, dates, leading, starts_dated
from calfeed.diagnostics import Diagnostic, Position, diagnose
from calfeed.labels import order_in_label
from calfeed.model import Cell, Document, Heading, Item, Mapping, Paragraph, Record, Scalar, Semester
from calfeed.terms import Stated, stated, stated_term
from calfeed.times import WrittenTime, times


@dataclass(frozen=True, slots=True)
class Day:
    """A record with its day settled.

    `lead` is what its date cell says before the date and `rest` what else it says beside the date and
    the time; `year_from` tells in words where the year was found, for `explain`.
    """

    record: Record
    date: date
    lead: Cell = field(hash=False)
    rest: Cell = field(hash=False)
    time: WrittenTime | None = field(hash=False)
    semester: Semester = field(hash=False)
    year_from: str = field(hash=False)


Row = tuple[Record, WrittenDate, tuple[int, int]]
"""A record, one of the dates it names, and from where to where it names them."""

Written = Callable[[int], date]
"""Gives the day on which a line of the source was written; today where that is not known, as of line 0."""


def settle_days(
    document: Document, records: Sequence[Record], written: Written, usual: int | None
) -> tuple[tuple[Day, ...], tuple[Diagnostic, ...]]:
    """Give each record its day, years settled series by series; a date that cannot be is a diagnostic.

    `usual` is the weekday on which the group meets, Monday as 0: where no year is stated it is
    evidence, as weekdays in the rows are.  `written` gives the day on which a line was written.
    """
    days: list[Day] = []
    diagnostics: list[Diagnostic] = []
    whole = _whole(document)
    around = _Around(whole, () if whole else tuple(_prose(document)))
    order = _order(document, records, around, written, diagnostics)
    for _, group in groupby(records, key=lambda record: (record.series, record.section)):
        rows = [row for record in group for row in _named(record, order)]
        if not rows:
            continue
        found, source = _statement(rows[0][0], around)
        expected = _expected(rows, found, usual, written)
        if found is None and all(when.year is None for _, when, _ in rows):
            message, hint = "no year is stated for these dates", "state it in a heading, like “2024 Fall”"
            diagnostics.append(diagnose("year-guessed", message, rows[0][0].date.position, hint))
            source = "nothing states it: the weekdays, the order of rows and the time of writing decided"
        days += _settled(rows, expected, source, diagnostics)
    return tuple(days), tuple(diagnostics)


# ── the order of numbers ─────────────────────────────────────────────────────────────────────────


def _order(
    document: Document,
    records: Sequence[Record],
    around: "_Around",
    written: Written,
    diagnostics: list[Diagnostic],
) -> Order | None:
    """Settle once for a schedule how its numbers are ordered: as a label says, else as all rows fit best."""
    ambiguous = [r for r in records if any(w.order for w in dates(r.date.text, alone=r.alone))]
    if not ambiguous:
        return None
    if said := next((o for label in _labels(document) if (o := order_in_label(label))), None):
        return Order(said)
    usual = _possible(ambiguous)[0]
    if usual is Order.DAY_FIRST and all(_DOTTED.search(record.date.text) for record in records):
        return usual  # with dots, as in 3.9.2024, the day leads wherever people write so
    found = next((s for record in ambiguous if (s := _statement(record, around)[0])), None)
    # All rows count: one “9/25” tells how “9/4” is meant.
    texts = [(record.date.text, record.alone) for record in records]
    readings = {o: [dates(text, o, alone=alone) for text, alone in texts] for o in _possible(ambiguous)}
    today = written(0) if found else max(written(record.date.position.line) for record in ambiguous)
    order, is_certain = likeliest_order(readings, Expected(today, found))
    if not is_certain:
        first = ambiguous[0].date
        message = f"“{first.text.strip()}” can be read in more than one way: {_WORDS[order]} was assumed"
        hint = "write 2024-09-03 or September 3"
        diagnostics.append(diagnose("date-ambiguous", message, first.position, hint))
    return order


def _expected(rows: Sequence[Row], found: Stated | None, usual: int | None, written: Written) -> Expected:
    """Put together what is known of rows; when they were written is only asked where nothing else tells."""
    if found is not None or all(when.year for _, when, _ in rows):
        return Expected(written(0), found, usual)
    seen = tuple(written(record.date.position.line) for record, _, _ in rows)
    return Expected(max(seen), found, usual, seen)


_DOTTED = re.compile(r"\b(?:[0-2]?\d|3[01])\.\s?(?:0?\d|1[0-2])\.\s?(?:19|20)\d\d\b")
_WORDS = {Order.MONTH_FIRST: "month first", Order.DAY_FIRST: "day first", Order.YEAR_FIRST: "year first"}


def _labels(document: Document) -> Iterator[str]:
    for block in document.blocks:
        if not isinstance(block, (Heading, Paragraph, Item)):
            yield from (cell.text for cell in block.head)


def _possible(records: Sequence[Record]) -> tuple[Order, ...]:
    """Give the orders to try, the one first that is usual where two fit alike: with dots the day leads."""
    usual = dates(records[0].date.text, alone=records[0].alone)[0].order or Order.MONTH_FIRST
    return (usual, *(order for order in Order if order is not usual))


# ── the dates of a record ────────────────────────────────────────────────────────────────────────

_MOVED = re.compile(
    r"→|->|\b(?:moved|postponed|rescheduled|shifted|changed)\b[^\d]{0,12}\bto\b"
    r"|verschoben auf|reporté au|改到|déplacé",
    re.IGNORECASE,
)
_FROM = re.compile(r"\b(?:moved|postponed|rescheduled|shifted|changed)\s+from\s*$", re.IGNORECASE)
_SIDE_BY_SIDE = re.compile(r"\W*(?:and|or|und|et|和|と)?\W*")


def _named(record: Record, order: Order | None) -> Iterator[Row]:
    """Give the dates that a record names side by side ("Sep 3 / Sep 5"); of others only the first."""
    text = record.date.text
    found = dates(text, order, alone=record.alone) or dates(text, alone=record.alone) or leading(text)
    first, *more = found or (None,)
    if first is None:
        return
    named = [first]
    if more and (_MOVED.search(text[first.end : more[0].start]) or _FROM.search(text[: first.start])):
        yield record, more[0], (first.start, more[0].end)  # what stands before is where it was
        return
    for when in more:
        if _SIDE_BY_SIDE.fullmatch(text[named[-1].end : when.start]) is None:
            break
        named.append(when)
    days = {(when.month, when.day, when.year): when for when in reversed(named)}  # “Oct 10 / 10月10日” is one
    yield from ((record, when, (first.start, named[-1].end)) for when in reversed(days.values()))


def _settled(
    rows: Sequence[Row], expected: Expected, source: str, diagnostics: list[Diagnostic]
) -> Iterator[Day]:
    years = settle_years([when for _, when, _ in rows], expected)
    found = [day_of(when, year) for (_, when, _), year in zip(rows, years, strict=True)]
    meant = _corrected(rows, found, diagnostics)
    for number, ((record, when, place), year) in enumerate(zip(rows, years, strict=True)):
        day = meant[number]
        if day is None:
            what = f"{year}-{when.month:02}-{when.day:02} does not exist"
            where = record.date.position
            diagnostics.append(diagnose("date-impossible", what, where, "check the day and the month"))
            continue
        if when.misspelt:
            message = f"“{when.misspelt}” was read as {day:%B}"
            diagnostics.append(diagnose("date-corrected", message, record.date.position, "mend the spelling"))
        if when.weekday not in (None, day.weekday()):
            message = f"{day:%d %B %Y} is a {day:%A}, not as stated"
            hint = "check the date and the year"
            diagnostics.append(diagnose("weekday-mismatch", message, record.date.position, hint))
        source_of_year = source if when.year is None else "the row itself"
        yield _day(record, place, day, expected.stated, source_of_year)


def _corrected(
    rows: Sequence[Row], days: Sequence[date | None], diagnostics: list[Diagnostic]
) -> list[date | None]:
    """Correct a month or year where all else speaks against it, and say so; else say what is likely."""
    meant = list(days)
    there = [number for number, day in enumerate(days) if day]
    for slip in slips([day for day in days if day]):
        number = there[slip.row]
        record, when, _ = rows[number]
        if when.weekday is not None and slip.meant.weekday() != when.weekday:
            continue
        written, position = f"{days[number]:%d %B %Y}", record.date.position
        if slip.is_certain:
            meant[number] = slip.meant
            message = f"{written} does not fit between its neighbours: read as {slip.meant:%A %d %B %Y}"
            diagnostics.append(diagnose("date-corrected", message, position, "mend the date"))
        else:
            message = f"{written} stands out of order: is {slip.meant:%d %B %Y} meant?"
            diagnostics.append(diagnose("date-unlikely", message, position, "check the month and the year"))
    return meant


@lru_cache(maxsize=2**13)
def _day(record: Record, place: tuple[int, int], day: date, found: Stated | None, source: str) -> Day:
    start, end = place
    text = record.date.text
    # What leads to the date, “Abstract du”, “Week 3:”, is no title; a link on it stays one.
    lead = record.date.without(start, len(text)) if starts_dated(text) else Cell("", record.date.position)
    rest = record.date.without(0 if lead.text else start, end)
    time = times(rest.text)
    if time:
        rest = rest.without(time.first, time.last)
    return Day(record, day, lead, rest, time, _semester(found, day), source)


def _semester(found: Stated | None, day: date) -> Semester:
    """Give the semester of a day; a schedule that names none is grouped by calendar year."""
    if found and found.term:
        return Semester(found.term.slug, found.term.title)
    return Semester(str(day.year), str(day.year))


# ── what is stated around a series ───────────────────────────────────────────────────────────────

_KEYS = ("semester", "term", "title", "year", "quarter", "date")


@dataclass(frozen=True, slots=True)
class _Around:
    """What a document states beside the headings: once for all, and the terms in its prose by place."""

    whole: tuple[Stated, str] | None
    prose: tuple[tuple[Position, Stated], ...]


def _statement(record: Record, around: _Around) -> tuple[Stated | None, str]:
    """Find the time stated nearest to a record: in its headings from the inside out, around it, in prose."""
    for cell in reversed(record.section):
        if found := stated(cell.text):
            return found, f"“{' '.join(cell.text.split())}” above it"
    if around.whole:
        return around.whole
    above = bisect_left(around.prose, record.date.position, key=itemgetter(0))
    if above == 0:
        return None, ""
    where, found = around.prose[above - 1]
    return found, f"“{found.term.title if found.term else ''}” in line {where.line}"


def _whole(document: Document) -> tuple[Stated, str] | None:
    """Read what front matter or the file's name states."""
    for text in _front_matter(document):
        if found := stated(text):
            return found, f"“{text}” in the front matter"
    found = stated(document.path.rpartition("/")[2])
    return (found, "the name of the file") if found else None


def _front_matter(document: Document) -> Iterator[str]:
    """Give the texts of front matter that may state a year: semester and year together, term, title."""
    pairs = document.data.pairs if isinstance(document.data, Mapping) else ()
    said = {key.text.casefold(): node.cell.text for key, node in pairs if isinstance(node, Scalar)}
    if "year" in said:
        yield " ".join(said[key] for key in ("semester", "term", "season", "year") if key in said)
    yield from (said[key] for key in _KEYS if key in said)


def _prose(document: Document) -> Sequence[tuple[Position, Stated]]:
    """Find the terms that prose names, from the top: “our fall 2018 meetings”."""
    cells = (block.cell for block in document.blocks if isinstance(block, (Heading, Paragraph, Item)))
    said = ((cell.position, found) for cell in cells if (found := stated_term(cell.text)))
    return sorted(said, key=itemgetter(0))
