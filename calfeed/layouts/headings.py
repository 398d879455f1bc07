"""One heading per session, its date in the heading, what belongs to it in the lines below.

# 2024 Fall
### September 3
- [OSDI'24] [Parrot: Efficient Serving](https://…)
- Li Lei, Han Meimei
"""

import re
from dataclasses import dataclass, field

from calfeed.diagnostics import Diagnostic, diagnose
from calfeed.model import Block, Cell, Document, Heading, Record
from calfeed.values import dates, likely_month


def extract(document: Document) -> tuple[tuple[Record, ...], tuple[Diagnostic, ...]]:
    """Give a record for each dated heading, and a diagnostic for a sibling of one that has no date."""
    walk = _Walk()
    for block in document.blocks:
        walk.take(block)
    records = tuple(Record(s.heading.cell, tuple(s.lines), s.section) for s in walk.sessions)
    places = {(s.section, s.heading.level) for s in walk.sessions}
    strays = (s for s in walk.undated if (s.section, s.heading.level) in places)
    return records, tuple(_complain(stray) for stray in strays)


@dataclass(slots=True)
class _Part:
    """A heading with the headings above it and the lines below it."""

    heading: Heading
    section: tuple[Cell, ...]
    lines: list[Cell] = field(default_factory=list)


@dataclass(slots=True)
class _Walk:
    """Goes through the blocks once; `last` is the dated heading whose body is being read."""

    sessions: list[_Part] = field(default_factory=list)
    undated: list[_Part] = field(default_factory=list)
    above: list[Heading] = field(default_factory=list)
    last: _Part | None = None

    def take(self, block: Block) -> None:
        if isinstance(block, Heading):
            standing = block.cell.standing()
            # A struck date with a word beside it, "~~October 15~~ cancelled", is still its session's date.
            heading = Heading(block.level, standing if dates(standing.text) else block.cell)
            if self.last is None or _ends(heading, self.last.heading):
                self._open(heading)
                return
        if self.last:
            self.last.lines.append(block.cell.standing())

    def _open(self, heading: Heading) -> None:
        self.above = [h for h in self.above if h.level < heading.level]
        part = _Part(heading, tuple(h.cell for h in self.above))
        dated = bool(dates(heading.cell.text))
        (self.sessions if dated else self.undated).append(part)
        self.last = part if dated else None
        if not dated:
            self.above.append(heading)


def _ends(heading: Heading, session: Heading) -> bool:
    """A session ends at a heading of its level or above, and at any that has a date of its own."""
    return heading.level <= session.level or bool(dates(heading.cell.text))


def _complain(stray: _Part) -> Diagnostic:
    """Nothing is dropped in silence: a heading among dated ones was perhaps meant to be dated."""
    cell = stray.heading.cell
    meant = likely_month(cell.text)
    hint = f"did you mean {meant}?" if meant else "write it like September 3 or 2024-09-03"
    if meant or re.search(r"\d", cell.text):
        return diagnose("date-unreadable", f"“{cell.text}” is not a date", cell.position, hint)
    message = f"“{cell.text}” stands among dated headings and has no date: left out"
    return diagnose("date-absent", message, cell.position, hint)
