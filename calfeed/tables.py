"""Tables drawn with characters to rows of located text: pipes as in Org, columns and grids as in pandoc.

| Date  | Who |         Date      Who           +-------+-----+
|-------|-----|         --------  -----         | Date  | Who |
| May 3 | Ada |         May 3     Ada           +=======+=====+
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from calfeed.hypertext import FILL

Lines = Callable[[int], str | None]
"""Gives a line by its number, None where the text (or the list or quote that holds the table) ends."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The text of a cell; its lines stand at `column` or right of it, the first on `line` (both from 0)."""

    text: str
    line: int
    column: int


Row = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A table as drawn; `head` is empty where it has none, `end` the number of the line below it."""

    head: Row
    rows: tuple[Row, ...]
    end: int


def drawn(lines: Lines, start: int) -> Drawing | None:
    """Read the table that begins on a line; None where none does."""
    first, second = (lines(start) or "").strip(), (lines(start + 1) or "").strip()
    if first[:2] in ("+-", "+="):
        return _grid(lines, start) if _is_border(first) else None
    if first[:2] == "--":
        if "|" not in first:
            return _columns(lines, start)
    elif _is_groups(second) and first:
        return _simple(lines, start)
    if first[:1] == "|" and "|" in first[1:]:
        return _pipes(lines, start)
    return _pipes(lines, start) if "|" in first and (_is_rule(second) or _is_rule(first)) else None


def interrupts(lines: Lines, start: int) -> bool:
    """Tell whether a table begins on a line even though a paragraph stands right above it."""
    first = lines(start) or ""
    return "|" in first and _is_rule((lines(start + 1) or "").strip())


# ── pipes ────────────────────────────────────────────────────────────────────────────────────────

_OTHER_BLOCK = re.compile(
    r"[#>`~]|[-*+]\s|\d{1,9}[.)]\s|:{1,3}(?:\s|$)|Table:|</?(?:div|details|table|center|section|p|ul|ol)\b"
)
_TITLE = re.compile(r"\*\*[^*|]+\*\*|__[^_|]+__")
_CELLS = re.compile(r"(?<!\\)\|")


def _is_rule(text: str) -> bool:
    """Tell the line below a head, `|:---|---:|`; in Org and at times in pandoc a + is between columns."""
    return "|" in text and "-" in text and text[:2] != "- " and not text.strip("|-:+= \t")


def _pipes(lines: Lines, start: int) -> Drawing:
    """Read rows as long as they are written, up to an empty line or another block."""
    number = start
    while _is_rule((lines(number) or "").strip()):
        number += 1
    head: Row = ()
    if (lines(number) or "").strip() and _is_rule((lines(number + 1) or "").strip()):
        head = _cut(lines(number) or "", number)
        number += 2
    is_open = head and not (lines(number - 2) or "").lstrip().startswith("|")
    rows: list[Row] = []
    while text := (lines(number) or "").strip():
        if text[0] != "|" and _OTHER_BLOCK.match(text):
            break
        if _TITLE.fullmatch(text) and not (lines(number + 1) or "").strip():
            break  # the title of the next table, set too close
        if text.strip(f"|-:+= \t{FILL}"):
            row = _cut(lines(number) or "", number)
            # In a table without outer pipes “ | 12:30 | Bats” has an empty cell in front.
            is_short = is_open and text[0] == "|" and len(row) == len(head) - 1
            rows.append((Piece("", number, 0), *row) if is_short else row)
        number += 1
    return Drawing(head, tuple(rows), number)


@lru_cache(maxsize=2**13)
def _cut(line: str, number: int) -> Row:
    """Cut a line at its pipes, but for those behind a backslash."""
    column = len(line) - len(line.lstrip())
    body = line.strip()
    if body[0] == "|":
        body, column = body[1:], column + 1
    if body[-1:] == "|" and body[-2:] != "\\|":
        body = body[:-1]
    row = []
    for part in _CELLS.split(body) if "\\" in body else body.split("|"):
        text = part.strip()
        indent = part.index(text[0]) if text else 0
        row.append(Piece(text.replace("\\|", "|"), number, column + indent))
        column += len(part) + 1
    return tuple(row)


# ── columns ──────────────────────────────────────────────────────────────────────────────────────


def _is_groups(text: str) -> bool:
    """Tell the line that draws columns, `-----  ---`."""
    return text[:2] == "--" and " " in text and not text.strip("- ")


def _is_dashes(text: str) -> bool:
    return text[:2] == "--" and not text.strip("- ")


def _simple(lines: Lines, start: int) -> Drawing:
    """Read a table of one line a row: a head, groups of dashes, rows up to an empty line."""
    edges = _edges(lines(start + 1) or "")
    number, rows = start + 2, list[Row]()
    while (text := lines(number)) and text.strip():
        if not _is_dashes(text.strip()):
            rows.append(_slices([text], edges, number))
        number += 1
    return Drawing(_slices([lines(start) or ""], edges, start), tuple(rows), number)


def _columns(lines: Lines, start: int) -> Drawing | None:
    """Read a table that begins with dashes: without a head, or with rows of several lines."""
    groups = next((n for n in range(start, start + 8) if _is_groups((lines(n) or "").strip())), None)
    if groups is None or any(not (lines(n) or "").strip() for n in range(start, groups)):
        return None
    end = groups + 1
    while (text := lines(end)) is not None and not _is_dashes(text.strip()):
        end += 1
    if text is None or end == groups + 1:
        return None
    edges = _edges(lines(groups) or "")
    body = [(n, lines(n) or "") for n in range(groups + 1, end)]
    is_wrapped = any(not text.strip() for _, text in body)
    rows = [
        _slices([text for _, text in row], edges, row[0][0]) for row in _rows(body, is_wrapped=is_wrapped)
    ]
    above = [lines(n) or "" for n in range(start + 1, groups)]
    return Drawing(_slices(above, edges, start + 1) if above else (), tuple(rows), end + 1)


def _rows(body: Sequence[tuple[int, str]], *, is_wrapped: bool) -> Iterator[list[tuple[int, str]]]:
    """Give the lines of each row, which empty lines part where rows have several lines."""
    row: list[tuple[int, str]] = []
    for number, text in body:
        if row and (not is_wrapped or not text.strip()):
            yield row
            row = []
        if text.strip():
            row.append((number, text))
    if row:
        yield row


def _edges(dashes: str) -> list[int]:
    return [group.start() for group in re.finditer("-+", dashes)]


# ── grids ────────────────────────────────────────────────────────────────────────────────────────


def _is_border(text: str) -> bool:
    return text[-1:] == "+" and len(text) > 2 and not text.strip("+-=:")


def _grid(lines: Lines, start: int) -> Drawing | None:
    """Read a table with a border around each row; one of `=` stands below the head."""
    border = lines(start) or ""
    edges = [match.start() for match in re.finditer(r"\+", border)]
    head: Row = ()
    rows: list[Row] = []
    above, number = start, start + 1
    while (text := (lines(number) or "").strip()[:1]) in ("|", "+") and text:
        line = (lines(number) or "").strip()
        if text == "+" and _is_border(line):
            row = _framed([lines(n) or "" for n in range(above + 1, number)], edges, above + 1)
            if "=" in line and not rows and not head:
                head = row
            elif row:
                rows.append(row)
            above = number
        number += 1
    return Drawing(head, tuple(rows), number) if head or rows else None


def _framed(texts: Sequence[str], edges: Sequence[int], number: int) -> Row:
    """Cut the lines between two borders at their pipes, or at the border's edges where pipes are text."""
    row = _slices(texts, edges[:-1], number)
    if all(text.count("|") == len(edges) for text in texts):
        cut = [_cut(text, number) for text in texts]
        row = tuple(_joined([line[n].text for line in cut], number, edges[n] + 1) for n in range(len(row)))
    return tuple(Piece(piece.text.strip("| "), piece.line, piece.column) for piece in row)


# ── what stands in columns ───────────────────────────────────────────────────────────────────────


def _slices(texts: Sequence[str], edges: Sequence[int], number: int) -> Row:
    """Cut lines at the places where columns begin, as wide as an editor shows them."""
    cut = [[text[a:b].strip() for a, b in pairwise([*_places(text, edges), len(text)])] for text in texts]
    return tuple(
        _joined([line[n] for line in cut], number, edges[n]) for n in range(len(edges) if texts else 0)
    )


def _joined(texts: Sequence[str], number: int, column: int) -> Piece:
    """Make one piece of the lines of a cell; empty ones around them are none."""
    full = [n for n, text in enumerate(texts) if text]
    if not full:
        return Piece("", number, column)
    return Piece("\n".join(texts[full[0] : full[-1] + 1]), number + full[0], column)


def _places(text: str, edges: Sequence[int]) -> Sequence[int]:
    """Turn columns on a screen into places in a text, whose East Asian signs are two columns wide."""
    if text.isascii():
        return edges
    places, width = list[int](), 0
    for place, character in enumerate(text):
        while len(places) < len(edges) and width >= edges[len(places)]:
            places.append(place)
        width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return [*places, *[len(text)] * (len(edges) - len(places))]
