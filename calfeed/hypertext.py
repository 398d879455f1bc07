"""HTML to blocks, and what text of the web is made of wherever it stands (the only door to html.parser).

Tables that lay out a page (a heading or another table in a cell) are read as the page they lay out.
Real pages leave tags open, so every tag that begins something ends what cannot contain it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from html import unescape
from html.parser import HTMLParser

from calfeed.diagnostics import Position
from calfeed.model import Block, Cell, Heading, Item, Paragraph, Span, Table

FILL = "\ue000"
"""Stands for each character that is in the source and no text, so that the others keep their columns."""

TITLE_LEVEL = 7
"""The level of a paragraph that is bold as a whole: it heads what follows, below every real heading."""

_LARGEST_SPAN = 50  # rows or columns that one cell may reach over; more is hostile

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LIQUID_COMMENT = re.compile(r"\{%-?\s{0,9}comment\b.*?(?=\{%-?\s{0,9}endcomment\b)", re.DOTALL)
_TEMPLATE = re.compile(r"\{(?:\{[^{}]{0,400}\}|%[^{}]{0,400}%)\}")
_MARKED_SECTION = re.compile(r"<!\[(?:CDATA\[)?")
_LINE = re.compile(r"[^\n]+")

_ADDRESS = re.compile(r"(https?://[^\s<>\[\]\"“”]*[^\s<>\[\]\"“”().,:;!?'])")

_HIDDEN = frozenset(("head", "script", "style", "iframe", "nav", "footer", "svg", "template"))
_HEADINGS = {f"h{level}": level for level in range(1, 7)} | {"summary": TITLE_LEVEL, "caption": TITLE_LEVEL}
_LISTS = frozenset(("ul", "ol", "dl"))
_ROWS = frozenset(("tr", "thead", "tbody", "tfoot"))
_BLOCKS = frozenset(
    (
        *("p", "div", "section", "article", "aside", "header", "main", "center", "blockquote", "pre", "hr"),
        *("address", "figure", "figcaption", "details", "form", "fieldset", "html", "body", "li", "dt", "dd"),
        *_LISTS,
        *_HEADINGS,
    )
)
_LOOKS = {
    **dict.fromkeys(("em", "i"), "em"),
    **dict.fromkeys(("s", "del", "strike"), "struck"),
    **dict.fromkeys(("b", "strong"), "strong"),
}


# ── text ─────────────────────────────────────────────────────────────────────────────────────────


def masked(text: str) -> str:
    """Put FILL in place of comments and of template code (Liquid, Jinja, Hugo); no line or column moves."""
    for last, pattern in (("-->", _COMMENT), ("endcomment", _LIQUID_COMMENT)):
        if last in text:
            # Below the last end no beginning has one, and from each the search would run through all.
            end = text.rindex(last) + len(last)
            text = pattern.sub(fill, text[:end]) + text[end:]
    return _TEMPLATE.sub(fill, text) if "{{" in text or "{%" in text else text


def fill(match: re.Match[str]) -> str:
    """Give FILL for each character of what a pattern found, for `re.sub`; line ends stay."""
    return _LINE.sub(lambda line: FILL * len(line[0]), match[0])


def spans(
    text: str, position: Position, url: str | None = None, *, emphasised: bool = False, struck: bool = False
) -> list[Span]:
    """Give a run of one look as spans: bare web addresses are links (as on GitHub), FILL is left out.

    `position` is that of the first character; text inside a link (`url`) stays whole.
    """
    if FILL in text:
        bare = text.lstrip(f"{FILL} ")
        if FILL in text[: len(text) - len(bare)]:
            position = replace(position, column=position.column + len(text) - len(bare))
            text = bare
        text = text.replace(FILL, "")
    if url is not None or "://" not in text:
        return [Span(text, position, url, emphasised, struck)] if text else []
    found, column = list[Span](), position.column
    for number, piece in enumerate(_ADDRESS.split(text)):
        if piece:
            place = Position(position.path, position.line, column)
            found.append(Span(piece, place, piece if number % 2 else None, emphasised, struck))
            column += len(piece)
    return found


def is_title(cell: Cell) -> bool:
    """Tell whether a paragraph that is bold as a whole is short enough for a heading, and no link."""
    return 0 < len(cell.text.split()) <= 12 and not any(cell.links())


# ── blocks ───────────────────────────────────────────────────────────────────────────────────────


def read(path: str, text: str, first_line: int = 1) -> tuple[Block, ...]:
    """Read HTML, a page or a piece of one that starts on `first_line` of its file.

    Never raises, whatever the text, and takes time in proportion to its length.
    """
    reader = _Reader(path, first_line)
    text = _MARKED_SECTION.sub(fill, masked(text)).partition("<!--")[0]
    end = text.rfind(">") + 1  # no tag ends below, and the parser would look for its end from each "<"
    reader.feed(text[:end])
    reader.close()
    reader.handle_data(unescape(text[end:]))
    return reader.finish()


@dataclass(slots=True)
class Drawn:
    """A table being read; `reach` is how many rows and columns the next cell goes over, `held` are the
    cells that reach into rows below: by column, for how many.
    """

    head: tuple[Cell, ...] = ()
    rows: list[tuple[Cell, ...]] = field(default_factory=list)
    row: list[Cell] = field(default_factory=list)
    held: dict[int, tuple[Cell, int]] = field(default_factory=dict)
    reach: tuple[int, int] = (1, 1)
    in_head: bool = False
    is_head: bool = True

    def put(self, cell: Cell, *, is_head: bool) -> None:
        """Add a cell to the row; the first row is the head where all of it is marked as one."""
        self._let_in()
        down, across = self.reach
        self.is_head = self.is_head and (is_head or not cell.text)
        for number in range(across):
            # What reaches over several columns stands in the first, and leaves the others empty.
            one = cell if number == 0 else Cell("", cell.position)
            if down > 1:
                self.held[len(self.row)] = (one, down)
            self.row.append(one)

    def end_row(self) -> None:
        """Go on with the next row."""
        if self.row:
            self._let_in()
            cells = tuple(self.row)
            labels = sum(bool(cell.text) for cell in cells)
            if not self.head and labels and (self.in_head or (self.is_head and labels > 1 and not self.rows)):
                self.head = cells
            else:
                self.rows.append(cells)
            self.held = {column: (cell, n - 1) for column, (cell, n) in self.held.items() if n > 1}
        self.row, self.is_head = [], True

    def _let_in(self) -> None:
        """Put the cells that reach down from above where they stand."""
        while waiting := self.held.get(len(self.row)):
            self.row.append(waiting[0])


@dataclass(slots=True)
class _Run:
    """The text of one block so far; `is_bold` while all of it is."""

    spans: list[Span] = field(default_factory=list)
    is_bold: bool = True

    def add(self, new: Iterable[Span]) -> None:
        for span in new:
            last = self.spans[-1] if self.spans else None
            if last and span.url is not None and last.url == span.url and len(last.text) < 1000:
                self.spans[-1] = replace(last, text=last.text + span.text)  # one link, whatever is in it
            else:
                self.spans.append(span)

    def ends_open(self) -> bool:
        """Tell whether text may go on after a space."""
        return bool(self.spans) and not self.spans[-1].text[-1].isspace()


class _Reader(HTMLParser):
    """Takes the tags and texts of one page in order, and keeps what is open."""

    def __init__(self, path: str, first_line: int) -> None:
        super().__init__(convert_charrefs=True)
        self.path, self.first_line = path, first_line
        self.blocks: list[Block] = []
        self.run = _Run()
        self.looks = {"em": 0, "struck": 0, "strong": 0}
        self.url: str | None = None
        self.hidden, self.hidden_depth = "", 0
        self.level = self.depth = 0
        self.tables: list[Drawn] = []
        self.cell = ""  # the tag of the open cell

    # ── what the parser calls ──

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.hidden:
            self.hidden_depth += tag == self.hidden
            if tag == "body":  # a head that was never closed
                self.hidden = ""
        elif tag in _HIDDEN:
            self.hidden, self.hidden_depth = tag, 1
        elif tag == "a":
            self.url = dict(attrs).get("href")
        elif tag in _LOOKS:
            self.looks[_LOOKS[tag]] += 1
        elif tag == "br":
            self._break()
        else:
            self._begin(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self.hidden:
            self.hidden_depth -= tag == self.hidden
            self.hidden = self.hidden if self.hidden_depth else ""
        elif tag == "a":
            self.url = None
        elif tag in _LOOKS:
            self.looks[_LOOKS[tag]] = max(0, self.looks[_LOOKS[tag]] - 1)
        else:
            self._end(tag)

    def handle_data(self, data: str) -> None:
        words = data.replace(FILL, "").split()
        if self.hidden or not data:
            return
        starts_apart = data[0].isspace() and self.run.ends_open()
        if not words:
            self.run.add([Span(" ", self._position(data))] if starts_apart else [])
            return
        text = " " * starts_apart + " ".join(words) + " " * data[-1].isspace()
        position = self._position(data)
        if starts_apart:
            position = replace(position, column=max(1, position.column - 1))
        self.run.is_bold = self.run.is_bold and self.looks["strong"] > 0
        looks = {"emphasised": self.looks["em"] > 0, "struck": self.looks["struck"] > 0}
        self.run.add(spans(text, position, self.url, **looks))

    def finish(self) -> tuple[Block, ...]:
        while self.tables:
            self._end_table()
        self._flush()
        return tuple(self.blocks)

    # ── structure ──

    def _begin(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("td", "th") and self.tables:
            self._end_cell()
            given = dict(attrs)
            self.tables[-1].reach = _reach(given.get("rowspan")), _reach(given.get("colspan"))
            self.cell = tag
        elif tag in _ROWS and self.tables:
            self._end_row()
            if tag != "tr":
                self.tables[-1].in_head = tag == "thead"
        elif tag == "table" or (tag in _HEADINGS and self.cell):
            self.cell = ""  # what stands in the cell is a page of its own
            self._flush()
        elif tag in _BLOCKS:
            self._part()
        self._descend(tag)

    def _descend(self, tag: str) -> None:
        if tag == "table":
            self.tables.append(Drawn())
        elif tag in _HEADINGS:
            self.level = _HEADINGS[tag]
        elif tag in _LISTS and not self.cell:
            self.depth += 1

    def _end(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._end_cell()
        elif tag in _ROWS and self.tables:
            self._end_row()
            self.tables[-1].in_head = self.tables[-1].in_head and tag == "tr"
        elif tag == "table" and self.tables:
            self._end_table()
        elif tag in _BLOCKS:
            self._part()
            self.level = 0 if tag in _HEADINGS else self.level
            self.depth -= tag in _LISTS and self.depth > 0 and not self.cell

    def _end_cell(self) -> None:
        if not self.cell:
            self._flush()
            return
        bold = self.run.is_bold and bool(self.run.spans)
        self.tables[-1].put(self._take(), is_head=bold or self.cell == "th")
        self.cell = ""

    def _end_row(self) -> None:
        self._end_cell()
        self.tables[-1].end_row()

    def _end_table(self) -> None:
        self._end_row()
        table = self.tables.pop()
        if any(cell.text for row in (table.head, *table.rows) for cell in row):
            self.blocks.append(Table(table.head, tuple(table.rows)))

    # ── text ──

    def _part(self) -> None:
        """End what stands before a block: a line in a cell, else a block."""
        if self.cell:
            self._break()
        else:
            self._flush()

    def _break(self) -> None:
        if self.run.spans and self.run.spans[-1].text != "\n":
            self.run.spans.append(Span("\n", self._position("")))

    def _position(self, data: str) -> Position:
        """Give the place of the first sign of a text that the parser has just met."""
        lead = data[: len(data) - len(data.lstrip(f"{FILL} \t\n\r\f\v"))]
        line, offset = self.getpos()
        column = len(lead) - lead.rfind("\n") if "\n" in lead else offset + len(lead) + 1
        return Position(self.path, self.first_line + line - 1 + lead.count("\n"), column)

    def _take(self) -> Cell:
        """Make a cell of the text so far, without space around it."""
        taken = self.run.spans
        self.run = _Run()
        while taken and not taken[-1].text.strip():
            taken.pop()
        if not taken:
            return Cell("", self._position(""))
        taken[-1] = replace(taken[-1], text=taken[-1].text.rstrip())
        return Cell("".join(span.text for span in taken), taken[0].position, tuple(taken))

    def _flush(self) -> None:
        if not self.run.spans:
            return
        bold, cell = self.run.is_bold, self._take()
        if not cell.text:
            return
        if self.level:
            self.blocks.append(Heading(self.level, cell))
            self.level = 0
        elif self.depth:
            self.blocks.append(Item(self.depth, cell))
        elif bold and is_title(cell):
            self.blocks.append(Heading(TITLE_LEVEL, cell))
        else:
            self.blocks.append(Paragraph(cell))


def _reach(written: str | None) -> int:
    return min(max(int(written), 1), _LARGEST_SPAN) if written and re.fullmatch("[0-9]{1,4}", written) else 1
