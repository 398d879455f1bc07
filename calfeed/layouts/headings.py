"""One heading per session: its date in the heading, or in a line below; what belongs to it in the lines.

# 2024 Fall                              ### Paxos Made Simple
### September 3                          - Date: September 3, 2024, 2 pm
- [Parrot: Efficient Serving](https://…) - Presenter: Li Lei
- Li Lei, Han Meimei
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from calfeed.datelines import Sign, sign
from calfeed.dates import dates, starts_dated
from calfeed.diagnostics import Diagnostic, diagnose
from calfeed.lexicon import likely_month
from calfeed.model import Cell, Document, Field, Heading, Record, Table

LAYOUT = "headings"

_MEANT = re.compile(r"(?<!\d)(?:19|20)\d\d([-/.])\d{1,2}\1\d{1,2}(?!\d)")
"""What is meant as a date, even where the calendar has no such day: “2024-13-32”."""

_LONGEST = 160
"""Characters of a line that may hold the date of the heading above it; a paragraph of prose is longer."""


def extract(document: Document) -> tuple[tuple[Record, ...], tuple[Diagnostic, ...]]:
    """Give a record for each heading with a date, in it or below it, and a diagnostic for odd siblings."""
    parts = _parts(document)
    dated = [part for part in parts if part.is_dated]
    below = dict(_dated_below([part for part in parts if not part.is_dated]))
    places = {(part.section, part.heading.level) for part in dated}
    others = (part for part in parts if not part.is_dated and part.heading.cell not in below)
    strays = (
        p for p in others if (p.section, p.heading.level) in places or _MEANT.search(p.heading.cell.text)
    )
    complaints = tuple(_complain(stray) for stray in strays if not stray.tables)
    return (*(part.record(part.heading.cell) for part in dated), *below.values()), complaints


@dataclass(slots=True)
class _Part:
    """A heading with the headings above it and the lines below it, up to the next heading that ends it.

    `has_rows` tells of dated rows in its `tables`; `holds` counts the dated headings below it.
    """

    heading: Heading
    section: tuple[Cell, ...]
    is_dated: bool
    lines: list[Cell] = field(default_factory=list)
    tables: int = 0
    has_rows: bool = False
    holds: int = 0

    def record(self, date: Cell, *head: Field) -> Record:
        lines = (Field(line.standing()) for line in self.lines if line is not date)
        return Record(date, (*head, *lines), self.section, LAYOUT, f"headings of level {self.heading.level}")


def _parts(document: Document) -> list[_Part]:
    """Go through the blocks once; a session ends at a heading of its level or above, or with a date."""
    parts: list[_Part] = []
    above: list[_Part] = []
    for block in document.blocks:
        last = parts[-1] if parts else None
        if isinstance(block, Heading):
            heading, is_dated = _read(block)
            if last and last.is_dated and heading.level > last.heading.level and not is_dated:
                last.lines.append(heading.cell)
                continue
            above = [part for part in above if part.heading.level < heading.level]
            for part in above if is_dated else ():
                part.holds += 1
            parts.append(_Part(heading, tuple(part.heading.cell for part in above), is_dated))
            above.append(parts[-1])
        elif last and isinstance(block, Table):
            last.tables += 1
            last.has_rows |= any(starts_dated(cell.text) for row in block.rows for cell in row[:3])
        elif last and not isinstance(block, Table):
            last.lines.append(block.cell)
    for part in parts:
        # “Schedule (as of May 1)” holds sessions and is none.
        part.is_dated = part.is_dated and part.holds < 2 and not part.has_rows
    return parts


def _read(heading: Heading) -> tuple[Heading, bool]:
    """Tell whether a heading has a date: “~~October 15~~ cancelled” still has its own."""
    standing = heading.cell.standing()
    if standing is not heading.cell and dates(standing.text):
        return Heading(heading.level, standing), True
    return heading, bool(dates(heading.cell.text))


def _dated_below(parts: Sequence[_Part]) -> Iterator[tuple[Cell, Record]]:
    """Give the headings whose date stands in a line below, and their records.

    A date in passing (“based on our talk of May 3”) counts only where most headings of the level
    have one.
    """
    found = [(part, *_date_line(part)) for part in parts]
    levels = Counter(part.heading.level for part in parts if part.lines)
    signs = Counter(part.heading.level for part, how, _ in found if how)
    for part, how, line in found:
        level = part.heading.level
        is_usual = signs[level] >= 2 and signs[level] * 2 >= levels[level]
        if line is not None and (how >= Sign.NOTHING_ELSE or (how and is_usual)):
            yield part.heading.cell, part.record(line, Field(part.heading.cell, place="heading"))


def _date_line(part: _Part) -> tuple[Sign, Cell | None]:
    """Find the line that tells a part's date; none where two tell it alike, as in a list of sessions."""
    signs = [(sign(line), line) for line in part.lines if len(line.text) <= _LONGEST]
    best = max((how for how, _ in signs), default=Sign.NONE)
    lines = [line for how, line in signs if how is best]
    return (best, lines[0]) if best and len(lines) == 1 else (Sign.NONE, None)


def _complain(stray: _Part) -> Diagnostic:
    """Nothing is dropped in silence: a heading among dated ones was perhaps meant to be dated."""
    cell = stray.heading.cell
    meant = likely_month(cell.text) if re.search(r"\d", cell.text) else None
    hint = f"did you mean {meant}?" if meant else "write it like September 3 or 2024-09-03"
    if re.search(r"\d", cell.text):
        return diagnose("date-unreadable", f"“{cell.text}” is not a date", cell.position, hint)
    message = f"“{cell.text}” stands among dated headings and has no date: left out"
    return diagnose("date-absent", message, cell.position, hint)
