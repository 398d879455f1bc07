"""Text whose cells a delimiter parts, as spreadsheets write it, to rows of located text.

Python's `csv` says neither where a cell stands nor forgives a quotation mark that nobody closes, which
would swallow the rows below it; here it is a sign like any other.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from calfeed.diagnostics import Position

DELIMITERS = "\t;|,"
"""What may part cells; the comma last, for it stands in prose, too."""

_SAMPLE = 2**15  # characters, and rows, that are enough to tell what parts the cells
_SAMPLED_ROWS = 200


@dataclass(frozen=True, slots=True)
class Piece:
    """The text of a cell, and where its first character stands; in quotes each `"` of it is written twice."""

    text: str
    line: int
    column: int
    is_quoted: bool = False

    def at(self, path: str, offset: int) -> Position:
        """Tell where a character of the text stands in the file."""
        start = self.text.rfind("\n", 0, offset) + 1
        doubled = self.text.count('"', start, offset) if self.is_quoted else 0
        line = self.line + self.text.count("\n", 0, offset)
        return Position(path, line, (1 if start else self.column) + offset - start + doubled)


Row = tuple[Piece, ...]


def rows(text: str, delimiter: str, first_line: int = 1) -> Iterator[Row]:
    """Cut a text into rows, each with as many cells as are written; an empty line is no row.

    Takes time in proportion to the text: what a mark opens ends at the next single one, at the latest.
    """
    number, start, at = first_line, 0, 0
    cell = _cell(delimiter)
    row: list[Piece] = []
    while match := cell.match(text, at):
        row.append(_piece(match, number, start))
        if is_last := match["end"] != delimiter:
            if len(row) > 1 or row[0].text:
                yield tuple(row)
            row = []
        if lines := match[0].count("\n"):
            number, start = number + lines, match.start() + match[0].rindex("\n") + 1
        at = match.end()
        if is_last and at == len(text):
            break


@cache
def _cell(delimiter: str) -> re.Pattern[str]:
    sign = re.escape(delimiter)
    space = " " if delimiter == "\t" else r" \t"
    return re.compile(
        rf'(?:[{space}]*+"(?P<quoted>(?:[^"]++|"")*+)"[{space}]*+(?=[{sign}\n]|\Z)|(?P<bare>[^{sign}\n]*+))'
        rf"(?P<end>[{sign}\n]|\Z)"
    )


def _piece(match: re.Match[str], number: int, start: int) -> Piece:
    name = "bare" if match["quoted"] is None else "quoted"
    written = match[name]
    text = written.strip()
    skipped = written[: written.find(text)] if text else ""
    at = match.start(name) + len(skipped)
    if "\n" in skipped:
        number, start = number + skipped.count("\n"), match.start(name) + skipped.rindex("\n") + 1
    return Piece(
        text.replace('""', '"') if name == "quoted" else text, number, at - start + 1, name == "quoted"
    )


def delimiter(text: str) -> str:
    """Find what splits the rows of a text most evenly, and into more cells where two do so alike."""
    sample = text[:_SAMPLE]

    def evenness(sign: str) -> tuple[float, int]:
        widths = Counter(len(row) for row, _ in zip(rows(sample, sign), range(_SAMPLED_ROWS), strict=False))
        width, count = widths.most_common(1)[0] if widths else (1, 0)
        return (count / widths.total(), width) if width > 1 else (0, 1)

    best = max(DELIMITERS, key=evenness)
    return best if evenness(best)[0] else ","
