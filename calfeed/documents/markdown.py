"""Markdown to blocks of located cells (headings, paragraphs, list items), by markdown-it-py.

The tokens carry line maps; columns are found by looking each piece of text up in its own line.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from calfeed.diagnostics import Diagnostic, Position
from calfeed.model import Block, Cell, Document, Heading, Item, Paragraph, Span

_HREF = re.compile(r"""<a\s[^>]*?href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


_ADDRESS = re.compile(r"(https?://[^\s<>\[\]\"“”]*[^\s<>\[\]\"“”().,:;!?'])")


def _addresses(text: str, url: str | None) -> Iterator[tuple[str, str | None]]:
    """Cut bare web addresses out of text, as GitHub does; text inside a link stays whole."""
    for piece in [text] if url else _ADDRESS.split(text):
        if piece:
            yield piece, piece if not url and _ADDRESS.fullmatch(piece) else url


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("strikethrough")
    # Links stay as written (percent-encoding intact); what is unsafe is judged, and said, in `sessions`.
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]  # the documented way to override
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005
    return parser


def read(path: str, text: str) -> tuple[Document, Iterable[Diagnostic]]:
    """Read Markdown; any text is a document, so there is nothing to complain of."""
    lines = text.split("\n")
    return Document(path, tuple(_blocks(path, lines, _parser().parse(text)))), ()


def _blocks(path: str, lines: list[str], tokens: list[Token]) -> Iterator[Block]:
    depth = 0
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            depth += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
        elif token.type == "list_item_open" and following and following.type == "list_item_close":
            yield Item(depth, Cell("", Position(path, _line(token))))
        elif token.type in ("heading_open", "paragraph_open") and following:
            cell = _Inline(path, lines, following).cell()
            if token.type == "heading_open":
                yield Heading(int(token.tag[1:]), cell)
            else:
                yield Item(depth, cell) if depth else Paragraph(cell)


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


@dataclass(slots=True)
class _Look:
    """The markup that is open at a place; `url` is the link's target."""

    url: str | None = None
    em: int = 0
    s: int = 0


@dataclass(slots=True)
class _Inline:
    """Walks the children of one inline token and keeps its place in the source as it goes."""

    path: str
    lines: list[str]
    token: Token
    line: int = 0
    column: int = 0
    look: _Look = field(default_factory=_Look)

    def cell(self) -> Cell:
        self.line = _line(self.token)
        spans = tuple(self._spans())
        start = next((span.position for span in spans if span.text.strip()), None)
        return Cell("".join(s.text for s in spans), start or Position(self.path, self.line), spans)

    def _spans(self) -> Iterator[Span]:
        for child in self.token.children or ():
            look = self.look
            for text, url in _addresses(self._text(child), look.url):
                yield Span(text, self._find(text), url, bool(look.em), bool(look.s))
            if child.type in ("softbreak", "hardbreak"):
                self.line, self.column = self.line + 1, 0

    def _text(self, child: Token) -> str:
        kind, _, edge = child.type.rpartition("_")
        if child.type in ("softbreak", "hardbreak"):
            return "\n"
        if kind in ("em", "s"):
            setattr(self.look, kind, getattr(self.look, kind) + (1 if edge == "open" else -1))
        elif kind == "link":
            self.look.url = str(child.attrs["href"]) if edge == "open" else None
        elif child.type == "html_inline":
            return self._html(child.content)
        return child.content if child.type in ("text", "code_inline", "image") else ""

    def _html(self, tag: str) -> str:
        if href := _HREF.match(tag):
            self.look.url = next(group for group in href.groups() if group is not None)
        elif tag.lower() == "</a>":
            self.look.url = None
        return "\n" if _BREAK.match(tag) else ""

    def _find(self, text: str) -> Position:
        source = self.lines[self.line - 1] if self.line <= len(self.lines) else ""
        found = source.find(text, self.column)
        column = found if found >= 0 else self.column  # text with escapes is not found: near will do
        self.column = column + len(text.rstrip("\n"))
        return Position(self.path, self.line, column + 1)
