"""What the organiser calls a session for good: `<!-- id: hash-tables -->` in it, or a column or key `id`."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from calfeed.bylines import Line
from calfeed.days import Day
from calfeed.diagnostics import Diagnostic, diagnose
from calfeed.model import Document, Heading

_LABELS = ("id", "uid")
_ID = re.compile(r"(?=.*[^\W\d_])\S{1,100}")
"""An id has a letter: numbers in a column called ID count the rows, and change with every new one."""


def given_ids(
    document: Document, days: Sequence[Day], lines: Sequence[Iterable[Line]]
) -> tuple[Sequence[str | None], tuple[Diagnostic, ...]]:
    """Give the id of each day that has one, and a diagnostic for each comment that stands in none.

    A comment belongs to the session in whose heading, row or item it stands, or else to the one above it
    up to the next heading.
    """
    ids = [_labelled(each) for each in lines]
    spans = sorted((*_span(day), number) for number, day in enumerate(days)) if document.ids else []
    starts = [start for start, _, _ in spans]
    headings = [block.cell.position.line for block in document.blocks if isinstance(block, Heading)]
    strays = []
    for cell in document.ids:
        line = cell.position.line
        above = bisect_right(starts, line) - 1
        if above < 0 or bisect_right(headings, line) > bisect_right(headings, max(spans[above][:2])):
            strays.append(diagnose("line-unused", "this id stands in no session", cell.position))
        else:
            ids[spans[bisect_left(starts, starts[above])][2]] = cell.text
    return ids, tuple(strays)


def _labelled(lines: Iterable[Line]) -> str | None:
    found = (line.text.strip() for line in lines if line.label.strip().casefold() in _LABELS)
    return next((text for text in found if _ID.fullmatch(text)), None)


def _span(day: Day) -> tuple[int, int]:
    """Give the first and the last line of what tells a session."""
    record = day.record
    lines = [record.date.position.line, *(piece.cell.position.line for piece in record.fields)]
    return min(lines), max(lines)
