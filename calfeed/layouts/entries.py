"""One list item or paragraph per session, which begins with its date; what is nested in it belongs to it.

* August 18, 2020: [Language Models are Few-Shot Learners](…)
  * Speaker: Li Lei
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from calfeed.datelines import Sign, sign
from calfeed.dates import announced, dates, leading, starts_dated
from calfeed.diagnostics import Diagnostic, diagnose, quoted
from calfeed.labels import split_label
from calfeed.model import Cell, Document, Field, Heading, Item, Paragraph, Record
from calfeed.times import times
from calfeed.values import plain

LAYOUT = "entries"

_LONGEST = 80
"""Characters of a line that may say only when a session is."""

_TAIL = 40
"""Characters at the end of a line in which its date may stand: “Paxos Made Simple, Li Lei (Sep 3)”."""


def extract(document: Document) -> tuple[tuple[Record, ...], tuple[Diagnostic, ...]]:
    """Give a record for each dated item or paragraph, and a diagnostic for an odd one among them."""
    groups = [group for section in _sections(document) for group in section.groups()]
    total = sum(len(group.dated) for group in groups)
    schedules = [group for group in groups if group.is_schedule(total)]
    records = tuple(entry.record(group) for group in schedules for entry in group.dated)
    return records, tuple(complaint for group in schedules for complaint in group.complaints())


@dataclass(slots=True)
class _Entry:
    """An item or a paragraph (depth 0), what belongs to it, and the undated items that it is nested in."""

    depth: int
    cell: Cell
    is_dated: bool
    above: tuple[Cell, ...] = ()
    nested: list[Cell] = field(default_factory=list)

    def record(self, group: "_Group") -> Record:
        fields = tuple(Field(cell.standing()) for cell in self.nested)
        standing = self.cell.standing()
        date = standing if dates(standing.text) else self.cell
        first = date.text.find("\n")
        if first > 0 and sign(next(date.lines())) is Sign.LABELLED:  # “Date: …”, and more labelled lines
            fields = (Field(date.without(0, first + 1)), *fields)
            date = next(date.lines())
        series = f"{'paragraphs' if group.depth == 0 else f'items of depth {group.depth}'}"
        return Record(date, fields, (*group.section, *self.above), LAYOUT, series)


@dataclass(slots=True)
class _Group:
    """The items of one depth, or the paragraphs, below one heading."""

    depth: int
    section: tuple[Cell, ...]
    entries: list[_Entry]

    @property
    def dated(self) -> list[_Entry]:
        return [entry for entry in self.entries if entry.is_dated]

    def is_schedule(self, total: int) -> bool:
        """Tell a schedule from a date in passing: a paragraph of prose may begin with one, too."""
        count = len(self.dated)
        if count == 1 and (total >= 2 or self.depth > 0 or announced(self.dated[0].cell.text)):
            return True
        return count >= 2

    def complaints(self) -> Iterator[Diagnostic]:
        """Nothing is dropped in silence: an item among dated ones was perhaps meant to be dated."""
        others = [entry for entry in self.entries if not entry.is_dated]
        if self.depth and len(others) < len(self.dated):
            for entry in others:
                message = f"{quoted(entry.cell.text)} stands among dated lines and has no day: left out"
                hint = "begin it with its date, like September 3 or 2024-09-03"
                yield diagnose("date-absent", message, entry.cell.position, hint)


@dataclass(slots=True)
class _Section:
    """The items and paragraphs below one heading, in the order of the source."""

    headings: tuple[Cell, ...]
    lines: list[tuple[int, Cell]] = field(default_factory=list)

    def groups(self) -> Iterator[_Group]:
        entries = self.entries()
        for depth in sorted({entry.depth for entry in entries if entry.is_dated}):
            yield _Group(depth, self.headings, [entry for entry in entries if entry.depth == depth])

    def entries(self) -> list[_Entry]:
        """Give each line that is not part of the entry before it."""
        ending = self.depths_dated_behind()
        is_told_below = self.is_told_below()
        is_dotted = self.is_dotted()
        entries: list[_Entry] = []
        above: list[_Entry] = []
        last: _Entry | None = None
        for depth, cell in self.lines:
            is_dated = starts_dated(cell.text) or (depth in ending and _ends_dated(cell))
            is_dated = is_dated or (is_dotted and depth > 0 and bool(leading(cell.text)))
            is_below = is_told_below and not is_dated and depth == 0
            if last and (self.belongs(last, depth, cell, is_dated=is_dated) or is_below):
                last.nested.append(cell)
                continue
            above = [entry for entry in above if entry.depth < depth]
            entry = _Entry(depth, cell, is_dated, tuple(each.cell for each in above))
            entries.append(entry)
            last = entry if is_dated else None
            if not is_dated and depth:
                above.append(entry)
        return entries

    def belongs(self, last: _Entry, depth: int, cell: Cell, *, is_dated: bool) -> bool:
        """Tell what is nested in the last dated entry, or hangs on it: its materials, a labelled line."""
        if is_dated:
            return 0 < last.depth < depth
        return depth > last.depth or _hangs_on(cell)

    def is_told_below(self) -> bool:
        """Tell whether most entries say only when, and a paragraph below each of them says what."""
        pairs = [(one, other) for (_, one), other in pairwise(self.lines) if starts_dated(one.text)]
        told = sum(
            depth == 0 and _says_only_when(one) and not starts_dated(other.text)
            for one, (depth, other) in pairs
        )
        return told >= 2 and told * 2 >= len(pairs)

    def is_dotted(self) -> bool:
        """Tell whether lines begin with dates such as 11.4., among which 2.5. is one, too."""
        return sum(bool(leading(cell.text)) and starts_dated(cell.text) for _, cell in self.lines) > 1

    def depths_dated_behind(self) -> set[int]:
        """Find the lists in which nothing begins with a date, but most lines end in one."""
        found: set[int] = set()
        for depth in {depth for depth, _ in self.lines if depth}:
            cells = [cell for d, cell in self.lines if d == depth]
            behind = sum(map(_ends_dated, cells))
            if behind >= 3 and behind * 5 >= len(cells) * 3 and not any(starts_dated(c.text) for c in cells):
                found.add(depth)
        return found


def _sections(document: Document) -> Sequence[_Section]:
    above: list[Heading] = []
    sections = [_Section(())]
    for block in document.blocks:
        if isinstance(block, Heading):
            above = [*(h for h in above if h.level < block.level), block]
            sections.append(_Section(tuple(h.cell for h in above)))
        elif isinstance(block, (Item, Paragraph)):
            sections[-1].lines.append((block.depth if isinstance(block, Item) else 0, block.cell))
    return sections


def _says_only_when(cell: Cell) -> bool:
    line = cell.text.strip().split("\n")[0][:_LONGEST]
    for when in reversed(dates(line)):
        line = f"{line[: when.start]} {line[when.end :]}"
    if time := times(line):
        line = line[: time.first] + line[time.last :]
    return not re.search(r"[^\W\d_]{3}", line)


def _ends_dated(cell: Cell) -> bool:
    """Tell a line whose only date stands at its end."""
    line = cell.text.strip().split("\n")[0]
    written = dates(line[-_TAIL:])
    return (
        len(written) == 1
        and len(line[-_TAIL:]) - written[0].end <= 12
        and (written[0].start > 0 or len(line) > _TAIL)
    )


def _hangs_on(cell: Cell) -> bool:
    """Tell a line that says more of the one before it: only links, or a labelled line."""
    if split_label(plain(cell.text))[0]:
        return True
    beside = "".join(span.text for span in cell.spans if span.url is None)
    return any(cell.links()) and not any(character.isalnum() for character in beside)
