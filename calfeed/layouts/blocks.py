"""One block of lines per session, in which its date does not stand first.

**Title:** Paxos Made Simple        - Paxos Made Simple
**Speaker:** Li Lei                   - Speaker: Li Lei
**Date:** September 3                 - Date: September 3
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from calfeed.datelines import Sign, sign
from calfeed.dates import dates, starts_dated
from calfeed.diagnostics import Diagnostic
from calfeed.labels import split_label
from calfeed.model import Cell, Document, Field, Heading, Item, Paragraph, Record
from calfeed.values import plain

LAYOUT = "blocks"

_MOST = 20
"""Lines of a block, of which one is its date: a paragraph of prose may have more."""

_LINE = re.compile(r"[^\n]+\n?")
_DIGIT = re.compile(r"\d")

_Lines = Sequence[tuple[int, Cell]]
"""Items and paragraphs with their depth, which is 0 for a paragraph."""

_Block = tuple[Cell, tuple[Field, ...]]
"""The line with the date, and the pieces around it."""


def extract(document: Document) -> tuple[tuple[Record, ...], tuple[Diagnostic, ...]]:
    """Give a record for each block, where there are several; all others are left to other layouts."""
    records = [record for section, lines in _sections(document) for record in _records(section, lines)]
    return (tuple(records) if len(records) > 1 else ()), ()


def _sections(document: Document) -> Iterator[tuple[tuple[Cell, ...], _Lines]]:
    above: list[Heading] = []
    lines: list[tuple[int, Cell]] = []
    for block in document.blocks:
        if isinstance(block, Heading):
            yield tuple(h.cell for h in above), lines
            above, lines = [*(h for h in above if h.level < block.level), block], []
        elif isinstance(block, (Item, Paragraph)):
            lines.append((block.depth if isinstance(block, Item) else 0, block.cell))
    yield tuple(h.cell for h in above), lines


def _records(section: tuple[Cell, ...], lines: _Lines) -> Iterator[Record]:
    """Cut the lines below a heading; none where that has a date, or a line begins with one."""
    if section and dates(section[-1].text):
        return
    if any(map(_begins_dated, lines)) or not any(_DIGIT.search(cell.text) for _, cell in lines):
        return
    for date, fields in next(filter(None, (list(cut(lines)) for cut in (_whole, _nested, _labelled))), ()):
        yield Record(date, fields, section, LAYOUT, LAYOUT)


def _begins_dated(line: tuple[int, Cell]) -> bool:
    _, cell = line
    return starts_dated(cell.text) and not _label(cell) and sign(cell) < Sign.NOTHING_ELSE


def _label(cell: Cell) -> str:
    return split_label(plain(cell.text))[0]


def _whole(lines: _Lines) -> Iterator[_Block]:
    """Take paragraphs and items of several lines, of which one is the date, and what is nested in them."""
    last: _Block | None = None
    top = 0
    for depth, cell in lines:
        if "\n" in cell.text and (parted := _parted(cell)):
            yield from (last,) if last else ()
            last, top = parted, depth
        elif last and depth > top:
            last = last[0], (*last[1], Field(cell))
    yield from (last,) if last else ()


def _parted(cell: Cell) -> _Block | None:
    """Part the one line that tells the day, and is not the first, from the others."""
    cut = list(cell.lines())
    told = [number for number, line in enumerate(cut[:_MOST]) if sign(line) >= Sign.NOTHING_ELSE]
    if len(told) != 1 or told[0] == 0 or len(cut) > _MOST:
        return None
    lines = [m.span() for m in _LINE.finditer(cell.text)]  # a break that is also written out leaves none
    start, end = lines[told[0]]
    return cut[told[0]], (Field(cell.without(start, end).standing()),)


def _nested(lines: _Lines) -> Iterator[_Block]:
    """Take items and paragraphs that say what, with a line nested in them that says when."""
    top = min((depth for depth, _ in lines), default=0)
    starts = [number for number, (depth, _) in enumerate(lines) if depth == top]
    for a, b in pairwise((*starts, len(lines))):
        below = [cell for _, cell in lines[a + 1 : b]]
        told = [number for number, cell in enumerate(below) if sign(cell) >= Sign.NOTHING_ELSE]
        if len(told) == 1 and not sign(lines[a][1]):
            date, fields = _date_first(below, told[0])
            yield date, (Field(lines[a][1].standing(), place="heading"), *fields)


def _labelled(lines: _Lines) -> Iterator[_Block]:
    """Take labelled lines in turns, “Title: …”, “Speaker: …”, “Date: …”, “Title: …”: each turn is a block."""
    first = next((label for _, cell in lines if (label := _label(cell))), "")
    starts = [number for number, (_, cell) in enumerate(lines) if first and _label(cell) == first]
    if len(starts) < 2 or sign(lines[starts[0]][1]) is Sign.LABELLED:
        return
    turns = [[cell for _, cell in lines[a:b]] for a, b in pairwise((*starts, len(lines)))]
    dated = [[number for number, cell in enumerate(turn) if sign(cell) is Sign.LABELLED] for turn in turns]
    if all(len(numbers) == 1 for numbers in dated):
        yield from (_date_first(turn, at) for turn, (at,) in zip(turns, dated, strict=True))


def _date_first(cells: Sequence[Cell], at: int) -> _Block:
    return cells[at], tuple(Field(cell.standing()) for cell in (*cells[:at], *cells[at + 1 :]))
