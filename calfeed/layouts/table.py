"""One row per session: a column of dates, and what the heads of the other columns say.

| Date   | Speaker | Paper                             |
|--------|---------|-----------------------------------|
| Sep. 3 | Li Lei  | [Parrot: Efficient Serving](https://…) |
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from calfeed.dates import dates, is_vague
from calfeed.diagnostics import Diagnostic, diagnose, quoted
from calfeed.labels import read_label
from calfeed.lexicon import likely_month, named
from calfeed.model import Cell, Document, Field, Heading, Record, Table
from calfeed.parts import Part
from calfeed.values import is_open, state

LAYOUT = "table"

Row = Sequence[Cell]

_DAY = re.compile(r"[0-3]?\d")


def extract(document: Document) -> tuple[tuple[Record, ...], tuple[Diagnostic, ...]]:
    """Give a record for each dated row, and a diagnostic for each other one that has something in it."""
    records: list[Record] = []
    diagnostics: list[Diagnostic] = []
    above: list[Heading] = []
    for block in document.blocks:
        if isinstance(block, Heading):
            above = [*(h for h in above if h.level < block.level), block]
        elif isinstance(block, Table):
            reading = _read(block, tuple(h.cell for h in above))
            records += reading.records
            diagnostics += reading.diagnostics
    return tuple(records), tuple(diagnostics)


def _read(table: Table, section: tuple[Cell, ...]) -> "_Reading":
    head, rows = _headed(table)
    column = _date_column(head, rows)
    if column is None and (merged := _merged(head, rows)):
        head, rows = merged
        column = _date_column(head, rows)
    if column is None:
        across = [n for n, cell in enumerate(table.head) if dates(cell.text, alone=True)]
        return _across(table, across, section) if len(across) >= 2 else _timetable(head, rows, section)
    reading = _Reading(_frame(tuple(head), column, section))
    for row in rows:
        reading.take(row)
    return reading


def _headed(table: Table) -> tuple[Row, Sequence[Row]]:
    """Give the head and the rows; a head that holds a date is a row that was written in its place."""
    if sum(bool(dates(cell.text)) and not read_label(cell.text) for cell in table.head) == 1:
        return (), (table.head, *table.rows)
    if not any(cell.text.strip() for cell in table.head) and table.rows and _is_head(table.rows[0]):
        return table.rows[0], table.rows[1:]
    return table.head, table.rows


def _is_head(row: Row) -> bool:
    """Tell a row of labels below an empty head, or in a table that has none."""
    return sum(read_label(cell.text) is not None for cell in row) >= 2


def _date_column(head: Row, rows: Sequence[Row]) -> int | None:
    """Find the column of dates: the one that is called so, else the first in which most cells are dated."""
    width = max((len(row) for row in rows), default=0)
    for part in (Part.DATE, Part.TIME):
        for number, cell in enumerate(head[:width]):
            if _is_called(cell, part) and _dated_share(number, rows, alone=True):
                return number
    return next((n for n in range(width) if _dated_share(n, rows, alone=False) >= 0.5), None)


def _is_called(cell: Cell, part: Part) -> bool:
    label = read_label(cell.text)
    return label is not None and label.part is part


def _dated_share(column: int, rows: Sequence[Row], *, alone: bool) -> float:
    filled = [text for row in rows if column < len(row) if not is_open(text := row[column].text)]
    dated = sum(bool(dates(text, alone=alone and len(text) <= 40)) for text in filled if len(text) <= 80)
    return dated / len(filled) if filled else 0


def _across(table: Table, columns: Sequence[int], section: tuple[Cell, ...]) -> "_Reading":
    """Read a table whose dates stand in its head.

    A column is a session where its rows are called Title and Speaker, or where all columns are dated;
    else each cell of it is one: a row for each person, say.
    """
    labelled = [row[0] for row in table.rows if row and read_label(row[0].text)]
    is_session = columns[0] == 0 or len(labelled) * 2 > len(table.rows)
    head = tuple(row[0] for row in table.rows) if columns[0] and is_session else ()
    reading = _Reading(_frame(head, -1, section))
    for number in columns:
        cells = [
            row[number] if number < len(row) else Cell("", table.head[number].position) for row in table.rows
        ]
        if is_session:
            reading.add(table.head[number], cells)
        else:
            filled = (
                (row[0], cell) for row, cell in zip(table.rows, cells, strict=True) if cell.text.strip()
            )
            for lead, cell in filled:
                reading.add(table.head[number], (lead, cell))
    return reading


def _merged(head: Row, rows: Sequence[Row]) -> tuple[Row, Sequence[Row]] | None:
    """Make one column of a day and a month that stand in two: “| 03 | Mar | Open lab |”."""
    width = min((len(row) for row in rows), default=0)
    months = [n for n in range(width) if all(named("months", row[n].text.strip(" .")) for row in rows)]
    beside = (n for month in months for n in (month - 1, month + 1) if 0 <= n < width)
    day = next((n for n in beside if all(_DAY.fullmatch(row[n].text.strip()) for row in rows)), None)
    if day is None or not months:
        return None
    first, second = sorted((day, months[0]))

    def merge(row: Row) -> Row:
        date = Cell(f"{row[months[0]].text.strip()} {row[day].text.strip()}", row[first].position)
        return (*row[:first], date, *row[second + 1 :])

    return (merge(head) if len(head) > second else head), [merge(row) for row in rows]


def _timetable(head: Row, rows: Sequence[Row], section: tuple[Cell, ...]) -> "_Reading":
    """Read a table without dates below a heading with one: the talks of that day, by their times."""
    reading = _Reading(_frame(tuple(head), -1, section[:-1]))
    day = section[-1] if section else None
    is_timed = any(_is_called(cell, Part.TIME) for cell in head)
    if day is not None and is_timed and len(dates(day.text)) == 1:
        for row in rows:
            reading.add(day, row)
    return reading


@dataclass(frozen=True, slots=True, eq=False)
class _Frame:
    """What holds for the rows of a table: its head, the number of its column of dates, its headings."""

    head: tuple[Cell, ...]
    column: int
    section: tuple[Cell, ...]

    def label(self, number: int) -> Cell | None:
        return self.head[number] if number < len(self.head) and self.head[number].text.strip() else None

    def below(self, cell: Cell) -> "_Frame":
        return _frame(self.head, self.column, (*self.section, cell))


_frame = lru_cache(maxsize=2**8)(_Frame)


@lru_cache(maxsize=2**13)
def _record(date: Cell, row: tuple[Cell, ...], frame: _Frame) -> Record:
    pieces = (
        Field(cell.standing(), frame.label(number), f"column {number + 1}")
        for number, cell in enumerate(row)
        if number != frame.column and cell.text.strip()
    )
    series = f"table at line {(frame.head[0] if frame.head else date).position.line}"
    return Record(date, tuple(pieces), frame.section, LAYOUT, series, alone=True)


@dataclass(slots=True)
class _Reading:
    """Goes through the rows of one table; `last` is the date of the row before."""

    frame: _Frame
    records: list[Record] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    last: Cell | None = None
    width: int = 0

    def take(self, row: Row) -> None:
        column = self.frame.column
        date = row[column] if column < len(row) else None
        filled = [cell for cell in row if cell.text.strip()]
        if date and dates((standing := date.standing()).text, alone=True):
            date = standing  # “~~Sep 10~~ Sep 12” is on the 12th
        if date and dates(date.text, alone=True):
            self.last, self.width = date, len(filled)
            self.add(date, row)
        elif not filled:
            self.last = None
        elif self.continues(date, filled):
            self.add(self.last or filled[0], row)
        elif len(filled) == 1 and is_vague(filled[0].text):
            self.frame, self.last = self.frame.below(filled[0]), None  # a row that only names a term
        else:
            self.last = None
            self.complain(date, filled)

    def add(self, date: Cell, row: Row) -> None:
        self.records.append(_record(date, tuple(row), self.frame))

    def continues(self, date: Cell | None, filled: Sequence[Cell]) -> bool:
        """Tell a further talk on the day of the row above from a remark between the rows."""
        if self.last is None or (date and date.text.strip()):
            return False
        return len(filled) >= max(2, self.width - 2) and not any(state(cell.text) for cell in filled)

    def complain(self, date: Cell | None, filled: Sequence[Cell]) -> None:
        """Nothing is dropped in silence, but for rows in which nothing stands that could be a session."""
        cell = date if date and date.text.strip() else filled[0]
        if all(is_open(each.text) for each in filled):
            return
        self.diagnostics.append(_undated(cell))


def _undated(cell: Cell) -> Diagnostic:
    text = " ".join(cell.text.split())
    has_digit = re.search(r"\d", text) is not None  # a lone “.” or “-” keeps a cell from being empty
    meant = _meant(text) if has_digit else None
    if meant or (has_digit and re.fullmatch(r"[\d\s./-]+", text)):
        hint = f"did you mean {meant}?" if meant else "write it like September 3 or 2024-09-03"
        return diagnose("date-unreadable", f"{quoted(text)} is not a date", cell.position, hint)
    message = f"the row of {quoted(text)} has no day: left out"
    return diagnose("date-absent", message, cell.position, "give it a date when it has one")


_MISTYPED = str.maketrans("oOlI", "0011")


def _meant(text: str) -> str | None:
    """Give the date that was meant where a letter stands for a digit, “Sep 1o”, or a month is misspelt."""
    retyped = re.sub(r"\b[oOlI]?\d[\doOlI]*\b", lambda m: m[0].translate(_MISTYPED), text[:40])
    if retyped != text and dates(retyped, alone=True):
        return retyped
    return None if is_vague(text) else likely_month(text)
