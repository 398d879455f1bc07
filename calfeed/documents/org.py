"""Org to blocks of located cells, line by line; #+TITLE and its like are its data."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from calfeed import hypertext, tables
from calfeed.diagnostics import Diagnostic, Position
from calfeed.model import Block, Cell, Document, Heading, Item, Mapping, Paragraph, Scalar, Span, Table

_HEADING = re.compile(r"(\*+)\s+(COMMENT\b)?(?:(?:TODO|DONE|NEXT|WAITING|CANCELL?ED)\s+)?(?:\[#\w\]\s*)?")
_TAGS = re.compile(r"\s:[\w@#%:]{1,100}:\s*$")
_ITEM = re.compile(r"(\s*)(?:[-+]|\d{1,9}[.)]|(?<=\s)\*)\s+(?:\[[ xX-]\]\s+)?")
_KEYWORD = re.compile(r"#\+(title|subtitle|date|description):\s*(?=\S)", re.IGNORECASE)
_DRAWER = re.compile(r":[\w-]{1,40}:\s*$")

_MARK = re.compile(
    r"\[\[(?P<url>[^\[\]\n]{1,2000})\](?:\[(?P<label>[^\[\]\n]{1,1000})\])?\]"
    r"|[<\[](?P<stamp>\d{4}-\d\d-\d\d)(?: [^\W\d]{1,12}\.?)?(?P<hours>[^<>\[\]\n]{0,40})[>\]]"
    r"|(?:(?<=[\s({'\"-])|^)(?P<sign>[*/+_=~])(?P<body>[^\s*/+_=~](?:[^\n*/+_=~]{0,300}[^\s*/+_=~])?)(?P=sign)"
    r"(?![^\s.,:;!?'\")}\[-])"
)


def read(path: str, text: str) -> tuple[Document, Iterable[Diagnostic]]:
    """Read Org; any text is a document, so there is nothing to complain of."""
    reader = _Reader(path, text.split("\n"))
    blocks = tuple(reader.blocks())
    data = Mapping(Position(path), tuple(reader.keywords)) if reader.keywords else None
    return Document(path, blocks, data), ()


@dataclass(slots=True)
class _Reader:
    """Goes through the lines once; `run` is the paragraph, or the item of some depth, that is open."""

    path: str
    lines: list[str]
    number: int = 0
    keywords: list[tuple[Cell, Scalar]] = field(default_factory=list)
    indents: list[int] = field(default_factory=list)
    run: list[Span] = field(default_factory=list)
    endless: set[str] = field(default_factory=set)

    def blocks(self) -> Iterator[Block]:
        while self.number < len(self.lines):
            line = self.lines[self.number]
            self.number += 1
            yield from self._line(line)
        yield from self._end()

    def _line(self, line: str) -> Iterator[Block]:
        bare = line.strip()
        if line[:1] == "*" and (stars := _HEADING.match(line)):
            yield from self._end()
            yield from self._heading(line, stars)
        elif bare[:1] == "|":
            yield from self._end()
            yield self._table()
        elif not bare or self._is_hidden(bare):
            yield from self._end()
        elif item := _ITEM.match(line):
            yield from self._end()
            self._indent(len(item[1]))
            self._add(line, item.end())
        else:
            column = len(line) - len(line.lstrip())
            if self.indents and column <= self.indents[-1]:
                yield from self._end()
                self.indents = []
            self._add(line, column)

    def _heading(self, line: str, stars: re.Match[str]) -> Iterator[Block]:
        self.indents = []
        if stars[2]:
            while not self._ends_heading(len(stars[1])):
                self.number += 1
            return
        text = _TAGS.sub("", line[stars.end() :])
        yield Heading(len(stars[1]), self._cell(text, self.number, stars.end() + 1))

    def _ends_heading(self, level: int) -> bool:
        if self.number == len(self.lines):
            return True
        stars = _HEADING.match(self.lines[self.number])
        return stars is not None and len(stars[1]) <= level

    def _table(self) -> Table:
        def lines(number: int) -> str | None:
            line = self.lines[number] if number < len(self.lines) else ""
            return line if line.lstrip()[:1] == "|" else None

        drawing = tables.drawn(lines, self.number - 1) or tables.Drawing((), (), self.number)
        self.number = drawing.end
        return Table(self._row(drawing.head), tuple(map(self._row, drawing.rows)))

    def _row(self, row: tables.Row) -> tuple[Cell, ...]:
        return tuple(self._cell(piece.text, piece.line + 1, piece.column + 1) for piece in row)

    def _is_hidden(self, bare: str) -> bool:
        """Tell a line that is no text, and go past the drawer or block that it begins."""
        if bare[:2] == "#+":
            if keyword := _KEYWORD.match(bare):
                key, value = (
                    Cell(text, Position(self.path, self.number, column))
                    for text, column in ((keyword[1].lower(), 3), (bare[keyword.end() :], keyword.end() + 1))
                )
                self.keywords.append((key, Scalar(value, value.text)))
            elif bare[:8].lower() == "#+begin_" and bare[8:13].lower() not in ("quote", "cente", "verse"):
                self._skip_to("#+end_")
            return True
        if bare[0] == ":" and _DRAWER.match(bare):
            self._skip_to(":end:")
            return True
        return bare[0] in "#:" and bare[1:2] in ("", " ")

    def _skip_to(self, sign: str) -> None:
        """Go below the next line that begins with a sign; what never ends is not skipped."""
        if sign in self.endless:
            return
        for number in range(self.number, len(self.lines)):
            if self.lines[number].lstrip()[: len(sign)].lower() == sign:
                self.number = number + 1
                return
        self.endless.add(sign)  # else each line might be searched through to the end

    def _indent(self, column: int) -> None:
        while self.indents and self.indents[-1] > column:
            self.indents.pop()
        if not self.indents or self.indents[-1] < column:
            self.indents.append(column)

    # ── text ──

    def _add(self, line: str, column: int) -> None:
        if self.run:
            self.run.append(Span("\n", Position(self.path, self.number, 1)))
        text = line[column:].rstrip().removesuffix("\\\\")
        self.run += _spans(text, Position(self.path, self.number, column + 1))

    def _end(self) -> Iterator[Block]:
        if not self.run:
            return
        cell = _cell(self.run)
        self.run = []
        yield Item(len(self.indents), cell) if self.indents else Paragraph(cell)

    def _cell(self, text: str, line: int, column: int) -> Cell:
        position = Position(self.path, line, column)
        return _cell(_spans(text, position)) if text else Cell("", position)


def _cell(spans: Iterable[Span]) -> Cell:
    kept = tuple(spans)
    return Cell("".join(span.text for span in kept), kept[0].position, kept)


def _spans(text: str, start: Position) -> Iterator[Span]:
    """Cut a line into spans at its links, timestamps and emphasis; `start` is where it stands."""
    last = 0
    for mark in _MARK.finditer(text):
        yield from hypertext.spans(text[last : mark.start()], _right(start, last))
        name = next(name for name in ("label", "url", "stamp", "body") if mark[name] is not None)
        url = mark["url"] if mark["url"] and mark["url"][0] not in "*#" else None
        looks = {"emphasised": mark["sign"] == "/", "struck": mark["sign"] == "+"}
        yield from hypertext.spans(mark[name], _right(start, mark.start(name)), url, **looks)
        if mark["hours"]:  # the weekday between them was written by the editor
            yield from hypertext.spans(mark["hours"], _right(start, mark.start("hours")), None)
        last = mark.end()
    yield from hypertext.spans(text[last:], _right(start, last))


def _right(position: Position, columns: int) -> Position:
    return Position(position.path, position.line, position.column + columns)
