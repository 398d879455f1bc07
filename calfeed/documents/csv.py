"""Comma-separated values, and those that a tab, a semicolon or a bar parts, to a table of located cells.

Nothing in the syntax tells the head from the rows, or either from a title above them: their shape does.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from calfeed import hypertext, separated
from calfeed.dates import dates, starts_dated
from calfeed.diagnostics import Diagnostic, Position, diagnose
from calfeed.model import Block, Cell, Document, Heading, Paragraph, Span, Table
from calfeed.separated import Piece, Row

_NOWHERE = Position("")

_LONGEST = 10_000
"""Characters of a cell up to which its markup is read; a longer one was not written by a person."""

_SEPARATOR = re.compile(r"[ \t]*\"?sep=([,;|\t])\"?[ \t]*(?=\n)", re.IGNORECASE)  # as Excel writes it
_COMMENT = re.compile(r"#(?!\d{0,4}$)")
_MARK = re.compile(
    r"\[(?P<label>[^\[\]]{1,1000})\]\((?P<url>[^()\s]{1,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,2000})?)\)"
    r"|(?P<strike>~~)|\*\*|(?<![\w*])\*(?P<emphasis>[^\s*][^*\n]{0,300})\*(?![\w*])|(?P<end>\n)"
)
_FILE = re.compile(r"(?:[\w.%~+-]{1,100}/){1,20}[\w.%~+-]{1,200}\.[a-z][a-z0-9]{1,4}", re.IGNORECASE)


def read(path: str, text: str) -> tuple[Document, Iterable[Diagnostic]]:
    """Read a table; any text is one, so all that can be complained of are rows too long for it."""
    sign, text, first = _parted(path, text)
    rows = _uncommented([*separated.rows(text, sign, first)])
    width = Counter(map(len, rows)).most_common(1)[0][0] if rows else 0
    above = _above(rows, width)
    blocks = [*_titles(path, rows[:above])]
    table = [tuple(_cell(path, piece) for piece in row) for row in rows[above:]]
    if table:
        head, rest = (table[0], table[1:]) if _is_head(table) else ((), table)
        blocks.append(Table(head, tuple(rest)))
        width = len(head) or width
    return Document(path, tuple(blocks)), tuple(_too_long(table, width))


def _parted(path: str, text: str) -> tuple[str, str, int]:
    """Give what parts the cells, the text below the line that may say so, and the number of its line."""
    if said := _SEPARATOR.match(text):
        return said[1], text[said.end() + 1 :], 2
    is_tabbed = path.lower().endswith(".tsv") and "\t" in text
    return "\t" if is_tabbed else separated.delimiter(text), text, 1


def _uncommented(rows: Sequence[Row]) -> Sequence[Row]:
    """Leave out the lines that # makes comments, unless many begin so: then it is a number sign."""
    marked = [_COMMENT.match(row[0].text) is not None and not row[0].is_quoted for row in rows]
    if not any(marked) or sum(marked) * 2 > len(rows):
        return rows
    is_head = marked[0] and len(rows[0]) > 1 and len(rows[0]) == len(rows[1])
    return [row for number, row in enumerate(rows) if not marked[number] or (number == 0 and is_head)]


def _above(rows: Sequence[Row], width: int) -> int:
    """Count the lines above the table: at most half as many cells as it are filled, and none is a date."""
    for number, row in enumerate(rows if width > 1 else ()):
        filled = [piece for piece in row if piece.text]
        if len(filled) * 2 > width or any(starts_dated(piece.text) for piece in filled):
            return number
    return 0  # no table below


def _titles(path: str, rows: Iterable[Row]) -> Iterator[Block]:
    for number, row in enumerate(rows):
        for piece in row:
            if piece.text:
                cell = _cell(path, piece)
                yield Heading(1, cell) if number == 0 else Paragraph(cell)


def _is_head(table: Sequence[Sequence[Cell]]) -> bool:
    """Tell a head, which names its columns, from a row with a date in the column where the next has one."""
    below = table[1] if len(table) > 1 else table[0]
    return not any(
        dates(one.text, alone=True) and dates(two.text, alone=True)
        for one, two in zip(table[0], below, strict=False)
    )


def _too_long(table: Sequence[Sequence[Cell]], width: int) -> Iterator[Diagnostic]:
    for row in table:
        if extra := [cell for cell in row[width:] if cell.text]:
            filled = max(number for number, cell in enumerate(row, start=1) if cell.text)
            message = f"the row has {filled} cells, the table {width} columns"
            hint = "put quotation marks around a text that holds what parts the cells"
            yield diagnose("row-long", message, extra[0].position, hint)


# ── cells ────────────────────────────────────────────────────────────────────────────────────────


def _cell(path: str, piece: Piece) -> Cell:
    """Read a cell with the markup that people put into one: links and looks of Markdown, or HTML."""
    position, text = piece.at(path, 0), piece.text
    if not text:
        return Cell("", position)
    if len(text) > _LONGEST:
        return Cell(text, position, (Span(text, position),))
    if "</" in text or "<br" in text:
        spans = tuple(_of_html(path, piece))
    elif _FILE.fullmatch(text):
        spans = (Span(text, position, text),)  # where nothing else is a link, a file is one
    else:
        spans = tuple(_spans(path, piece))
    return Cell("".join(span.text for span in spans), spans[0].position if spans else position, spans)


def _spans(path: str, piece: Piece) -> Iterator[Span]:
    last, struck, text = 0, False, piece.text
    for mark in _MARK.finditer(text):
        yield from _run(path, piece, slice(last, mark.start()), Span("", _NOWHERE, struck=struck))
        if mark["strike"]:
            struck = not struck and "~~" in text[mark.end() :]
        elif name := next((name for name in ("label", "emphasis", "end") if mark[name]), None):
            look = Span("", _NOWHERE, mark["url"], emphasised=name == "emphasis", struck=struck)
            yield from _run(path, piece, slice(*mark.span(name)), look)
        last = mark.end()
    yield from _run(path, piece, slice(last, len(text)), Span("", _NOWHERE, struck=struck))


def _run(path: str, piece: Piece, place: slice, look: Span) -> Iterator[Span]:
    """Give a part of a cell that has one look, with the addresses in it as links."""
    at = place.start
    for span in hypertext.spans(piece.text[place], _NOWHERE, look.url):
        yield Span(span.text, piece.at(path, at), span.url, look.emphasised, look.struck)
        at += len(span.text)


def _of_html(path: str, piece: Piece) -> Iterator[Span]:
    """Read a page of HTML as one cell, a line for each of its blocks."""
    starts = [0, *(match.end() for match in re.finditer("\n", piece.text))]
    blocks = (block for block in hypertext.read(path, piece.text) if not isinstance(block, Table))
    for number, block in enumerate(blocks):
        for span in (*([Span("\n", block.cell.position)] if number else ()), *block.cell.spans):
            at = starts[span.position.line - 1] + span.position.column - 1
            yield replace(span, position=piece.at(path, at))
