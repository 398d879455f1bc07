"""Markdown to blocks of located cells, by markdown-it-py (the only door to it).

The tokens carry line maps; columns are found by looking each piece of text up in its own line.  Text
without markup, which is most of a schedule, is never given to the inline parser: that is what takes time.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial
from html import unescape

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.html_block import html_block
from markdown_it.token import Token

from calfeed import hypertext, tables
from calfeed.diagnostics import Diagnostic, Position
from calfeed.hypertext import FILL
from calfeed.model import Block, Cell, Document, Heading, Item, Paragraph, Span, Table

_LONGEST = 10_000
"""Characters of a text up to which its markup is read; a longer one was not written by a person."""

_WINDOW = 300
"""Characters of a line in which a piece of text is looked up, beyond its own length."""

# Each begins with a sign, so that a search skips from sign to sign.
_NOISE = re.compile(
    r"\{(?::|[.#][A-Za-z]|target=)[^{}\n]{0,200}\}"  # attribute lists of kramdown and pandoc
    r"|\[\^[^\]\s]{1,40}\]:?"  # footnotes
    r"|:(?<![^\s|]:)(?:[a-z][a-z0-9_+-]{0,40}|[+-]1|100):(?![^\s|])"  # emoji by their names
    r"|:(?<![^\n]:):{2,}[^\n]*$",  # fences of pandoc's divs
    re.MULTILINE,
)
_LEADING = re.compile(rf"^([ \t]*){FILL}[{FILL} \t]*", re.MULTILINE)
_MARKUP = re.compile(r"[\\`*_]|~~|<(?=[A-Za-z/!?])|&(?=[#A-Za-z])|\]\(")
_SIGNS = re.compile(r"[\n!&*<\[\\\]_`~]")
_PLAIN = re.compile(
    r"\[([^\[\]\n]{0,1000})\]\(([^\s()<>\\&\[\]\x00-\x20\x7f]{0,2000})\)"  # a link
    r"|(?<!\S)\*\*(?=\S)([^*\n\[\]]{1,200})(?<=\S)\*\*(?![^\s:,.;)])"  # or bold text
)
_SPACED_LINK = re.compile(r"""\[([^\[\]]{1,1000})\]\(([^()<>\n"']{1,500}\.\w{1,5})\)""")
_TASK = re.compile(r"\[[ xX]\]\s+")
_UNDERLINE = re.compile(r"\n[ \t>]*(?:=+|-+)[ \t]*(?:\n|$)")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_HREF = re.compile(r"""\shref\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
_LOOKS = {
    **dict.fromkeys(("em", "i"), "em"),
    **dict.fromkeys(("s", "del", "strike"), "s"),
    **dict.fromkeys(("strong", "b"), "strong"),
    **dict.fromkeys(("style", "script", "iframe"), "hidden"),
}


def read(path: str, text: str) -> tuple[Document, Iterable[Diagnostic]]:
    """Read Markdown; any text is a document, so there is nothing to complain of."""
    masked = _NOISE.sub(hypertext.fill, hypertext.masked(text))
    lines = masked.split("\n")
    env: dict[str, object] = {"masked": lines, "endless": set[str]()}
    # What is no text must not be taken for the indentation, or the beginning, of what follows it.
    source = _LEADING.sub(r"\1", masked) if FILL in masked else masked
    is_drawn = any(sign in source for sign in ("|", "--", "+-", "+="))
    parser = _parser(is_drawn=is_drawn, is_underlined=_UNDERLINE.search(source) is not None)
    tokens = parser.parse(source, env)
    return Document(path, tuple(_Reader(path, lines, env).blocks(tokens))), ()


# ── the parser ───────────────────────────────────────────────────────────────────────────────────


@cache
def _parser(*, is_drawn: bool = True, is_underlined: bool = True) -> MarkdownIt:
    # In a schedule, what stands far right is seldom code: a list below its heading, the body of a note.
    parser = MarkdownIt("commonmark").enable("strikethrough").disable("code")
    # Links stay as written (percent-encoding intact); what is unsafe is judged, and said, in `sessions`.
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]  # the documented way to override
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005
    parser.inline.terminator_re = _SIGNS  # fewer stops than for all plugins that there may be
    parser.core.ruler.enableOnly(["block"])
    parser.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    parser.block.ruler.enable(["table"] * is_drawn)  # rules for texts that have a sign of it
    parser.block.ruler.disable(["lheading"] * (not is_underlined))
    parser.block.ruler.at("html_block", _html, {"alt": ["paragraph", "reference", "blockquote"]})
    return parser


def _line_in(state: StateBlock, number: int, end: int) -> str | None:
    """Give a line within the list or quote that holds it, indented as there; None where that ends."""
    if number >= end:
        return None
    start, stop = state.bMarks[number] + state.tShift[number], state.eMarks[number]
    if start >= stop:
        line: str = state.env["masked"][number]
        return FILL if FILL in line else ""
    indent = state.sCount[number] - state.blkIndent
    return None if indent < 0 else " " * indent + state.src[start:stop]


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Put any table that is drawn with characters into one token, before a rule takes it for a heading."""
    lines = partial(_line_in, state, end=end)
    if silent:
        return tables.interrupts(lines, start)
    table = tables.drawn(lines, start)
    if table is None:
        return False
    state.push("table", "", 0).meta["table"] = table
    state.line = table.end
    return True


_BEGINS_MARKDOWN = re.compile(r" {0,3}(?:#{1,6} |[-*+] |\d{1,9}[.)] )")
_WHOLE = re.compile(r"<(table|ul|ol|dl)\b", re.IGNORECASE)


def _html(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read HTML as people mean it: empty lines do not end a table or list, Markdown ends a <div>'s text."""
    if not html_block(state, start, end, silent):
        return False
    if silent:
        return True
    token = state.tokens[-1]
    if opened := _WHOLE.match(token.content.lstrip()):
        state.line = _closed(state, opened[1].lower(), start, end) or state.line
    elif not re.match(r"\s*<(?:!--|script|style|pre|textarea)", token.content, re.IGNORECASE):
        state.line = _markdown_in(state, start, end) or state.line
    token.map = [start, state.line]
    token.content = state.getLines(start, state.line, state.blkIndent, True)
    return True


def _closed(state: StateBlock, tag: str, start: int, end: int) -> int | None:
    """Give the line below the one that closes a table or list, None where nothing does."""
    if tag in state.env["endless"]:
        return None
    depth = 0
    for number in range(start, end):
        line = (_line_in(state, number, end) or "").lower()
        depth += line.count(f"<{tag}") - line.count(f"</{tag}")
        if depth <= 0:
            return number + 1
    state.env["endless"].add(tag)  # else each one might be searched through to the end
    return None


def _markdown_in(state: StateBlock, start: int, end: int) -> int | None:
    lines = partial(_line_in, state, end=end)
    for number in range(start + 1, state.line):
        if _BEGINS_MARKDOWN.match(lines(number) or "") or tables.interrupts(lines, number):
            return number
    return None


# ── blocks ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Reader:
    """Makes blocks of tokens; `lines` are those of the file."""

    path: str
    lines: list[str]
    env: dict[str, object]

    def blocks(self, tokens: list[Token]) -> Iterator[Block]:
        depth = 0
        for number, token in enumerate(tokens):
            kind = token.type
            if kind == "inline":
                yield from self._text(tokens[number - 1], token, depth)
            elif kind in ("bullet_list_open", "ordered_list_open"):
                depth += 1
            elif kind in ("bullet_list_close", "ordered_list_close"):
                depth -= 1
            elif kind == "list_item_close" and tokens[number - 1].type == "list_item_open":
                yield Item(depth, Cell("", Position(self.path, _line(tokens[number - 1]))))
            elif kind == "table":
                yield self._table(token.meta["table"])
            elif kind == "html_block":
                yield from self._html(token, depth)

    def _text(self, opening: Token, token: Token, depth: int) -> Iterator[Block]:
        text, column = token.content, 0
        if opening.type == "heading_open":
            yield Heading(int(opening.tag[1:]), self._inline(text, _line(token))[0])
            return
        if depth and text[:1] == "[" and (task := _TASK.match(text)):
            text, column = text[task.end() :], task.end()
        if depth:
            yield Item(depth, self._inline(text, _line(token), column)[0])
            return
        cell, is_bold = self._inline(text, _line(token))
        if is_bold and hypertext.is_title(cell):
            yield Heading(hypertext.TITLE_LEVEL, cell)
        elif cell.text.strip():
            yield Paragraph(cell)

    def _inline(self, text: str, line: int, column: int = 0) -> tuple[Cell, bool]:
        lines = tuple(self.lines[line - 1 : line + text.count("\n")])
        if "references" in self.env and "[" in text:
            return _Inline(self.path, lines, text, self.env, line, column, column).read()
        return _read(self.path, lines, text, line, column)

    def _table(self, drawing: tables.Drawing) -> Table:
        return Table(self._row(drawing.head), tuple(map(self._row, drawing.rows)))

    def _row(self, row: tables.Row) -> tuple[Cell, ...]:
        """Make cells of pieces; in a quote or a list they stand right of where the table has them."""
        cells, shift = [], 0
        for piece in row:
            cell, _ = self._inline(piece.text, piece.line + 1, piece.column + shift)
            shift = cell.position.column - piece.column - 1 if cell.text else shift
            cells.append(cell)
        return tuple(cells)

    def _html(self, token: Token, depth: int) -> Iterator[Block]:
        """Read HTML where it stands in its lines, whatever indentation markdown-it took off."""
        first = _line(token)
        placed = [
            " " * max(0, self.lines[number - 1].find(text.strip())) + text.strip()
            for number, text in enumerate(token.content.rstrip("\n").split("\n"), start=first)
        ]
        for block in hypertext.read(self.path, "\n".join(placed), first):
            if depth and isinstance(block, Item | Paragraph):
                below = block.depth if isinstance(block, Item) else 0
                yield Item(depth + below, block.cell)
            else:
                yield block


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


# ── text ─────────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=2**14)  # an edit leaves most lines as they are, and history is edits
def _read(path: str, lines: tuple[str, ...], text: str, line: int, column: int) -> tuple[Cell, bool]:
    """Read text by what stands in its own lines, and tell whether all of it is bold."""
    if _SIGNS.search(text) or "://" in text or FILL in text:
        return _Inline(path, lines, text, {}, line, column, column).read()
    column = max(column, lines[0].find(text, column, column + len(text) + _WINDOW) if lines else 0)
    position = Position(path, line, column + 1)
    return Cell(text, position, (Span(text, position),) if text else ()), False


@dataclass(slots=True)
class _Inline:
    """Reads the text of one block and keeps its place in its own lines, counted from the `first`.

    Text is gathered while it looks the same (`pending`), and becomes spans when the look changes.
    """

    path: str
    lines: Sequence[str]
    text: str
    env: dict[str, object]
    first: int
    column: int
    indent: int
    line: int = 0
    spans: list[Span] = field(default_factory=list)
    pending: str = ""
    start: Position | None = None
    url: str | None = None
    looks: dict[str, int] = field(default_factory=dict)
    is_bold: bool = True

    def read(self) -> tuple[Cell, bool]:
        cut = self._plain()
        if cut is None:
            for child in _parser().inline.parse(self.text, _parser(), self.env, []):
                self._take(child)
        else:
            self._say(cut[0])
            for label, target, bold, text in zip(cut[1::4], cut[2::4], cut[3::4], cut[4::4], strict=True):
                if bold:
                    self._look("strong", 1)
                    self._say(bold)
                    self._look("strong", -1)
                else:
                    self._link(target)
                    self._say(label)
                    self._link(None)
                self._say(text)
        self._flush()
        start = next((span.position for span in self.spans if span.text.strip()), None)
        text = "".join([span.text for span in self.spans])
        start = start or Position(self.path, self.first, self.indent + 1)
        return Cell(text, start, tuple(self.spans)), self.is_bold

    def _plain(self) -> list[str] | None:
        """Cut text with only links and bold words: text, label, target, bold, text, …; else None."""
        text = self.text
        if "[" not in text and not _MARKUP.search(text):
            return [text]
        cut = _PLAIN.split(text)
        has_more = "![" in text or ("[" in text and "references" in self.env)
        if not has_more and not _MARKUP.search("\n".join(filter(None, cut[0::4] + cut[1::4] + cut[3::4]))):
            return cut
        return [text] if len(text) > _LONGEST else None

    def _take(self, child: Token) -> None:
        kind = child.type
        if kind in ("text", "text_special", "code_inline"):
            self._add(child.content)
        elif kind in ("softbreak", "hardbreak"):
            self._end_line()
        elif kind == "html_inline":
            self._tag(child.content)
        elif kind == "image":
            self._say(child.content if self.url is not None else "")  # a picture beside words is none
            self.column += len(str(child.attrs["src"]))
        elif kind == "link_open":
            self._link(str(child.attrs["href"]))
        elif kind == "link_close":
            self._link(None)
        elif child.nesting:
            self._look(_LOOKS[child.tag], child.nesting)

    def _tag(self, tag: str) -> None:
        if (found := self._line().find(tag, self.column, self.column + len(tag) + _WINDOW)) >= 0:
            self.column = found + len(tag)
        self.line += tag.count("\n")
        if (named := _TAG.match(tag)) is None:
            return
        name = named[2].lower()
        if name == "a":
            href = None if named[1] else _HREF.search(tag)
            self._link(unescape(href[1] or href[2] or href[3] or "") if href else None)
        elif name == "br":
            self._flush()
            self.spans.append(Span("\n", self._here(self.column)))
        elif name in _LOOKS:
            self._look(_LOOKS[name], -1 if named[1] else 1)

    def _link(self, url: str | None) -> None:
        """Begin a link, or end it with None; its target stands behind its text, in Markdown."""
        self._flush()
        self.column += len(self.url or "") if url is None else 0
        self.url = url

    def _look(self, name: str, by: int) -> None:
        if name != "strong":
            self._flush()
        self.looks[name] = max(0, self.looks.get(name, 0) + by)

    def _say(self, text: str) -> None:
        """Add text that may have line ends, with the space that markup allows around them."""
        first, *others = text.split("\n")
        self._add(first.rstrip(" ") if others else first)
        for number, line in enumerate(others, start=1):
            self._end_line()
            self._add(line.lstrip(" \t") if number == len(others) else line.strip(" \t"))

    def _add(self, text: str) -> None:
        if not text or self.looks.get("hidden"):
            return
        found = self._line().find(text, self.column, self.column + len(text) + _WINDOW)
        found = found if found >= 0 else self.column  # text with escapes is not found: near will do
        if not self.pending:
            self.start = self._here(found)
        self.column = found + len(text)
        self.pending += text
        self.is_bold = self.is_bold and (bool(self.looks.get("strong")) or text.isspace())

    def _end_line(self) -> None:
        if self.url is None:
            self._flush()
            self.spans.append(Span("\n", self._here(self.column)))
        elif self.pending:
            self.pending += " "  # a link that is wrapped is one link
        self.line, self.column = self.line + 1, self.indent

    def _line(self) -> str:
        return self.lines[self.line] if self.line < len(self.lines) else ""

    def _here(self, column: int) -> Position:
        return Position(self.path, self.first + self.line, column + 1)

    def _flush(self) -> None:
        if not self.pending or self.start is None:
            return
        text, start, self.pending = self.pending, self.start, ""
        looks = {"emphasised": bool(self.looks.get("em")), "struck": bool(self.looks.get("s"))}
        if self.url is not None or "](" not in text:
            self.spans += hypertext.spans(text, start, self.url, **looks)
            return
        pieces = _SPACED_LINK.split(text)
        column = start.column
        for number, piece in enumerate(pieces):
            if number % 3 < 2:
                url = pieces[number + 1] if number % 3 else None
                column += number % 3  # the bracket
                self.spans += hypertext.spans(piece, Position(self.path, self.line, column), url, **looks)
            column += len(piece) + number % 3
