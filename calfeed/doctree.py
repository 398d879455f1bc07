"""The tree that docutils makes of a reStructuredText (a door to its nodes) to blocks of located cells."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from docutils import nodes

from calfeed import hypertext, restructured, tables
from calfeed.diagnostics import Diagnostic, Position, diagnose, quoted
from calfeed.doctext import Texts, joined, made
from calfeed.hypertext import Drawn
from calfeed.labels import read_label
from calfeed.model import Block, Cell, Document, Heading, Item, Mapping, Paragraph, Scalar, Span, Table

_ADORNED = re.compile(r"(?:([!-/:-@\[-`{-~])\1*[ \t]*\n)?([^\n]+)\n([!-/:-@\[-`{-~])\3*[ \t]*")
_ID = re.compile(r"id:\s{0,9}(\S{1,100})")
_META = re.compile(r"(title|subtitle|date|description):[ \t]+(?=\S)")

_CONTAINERS = frozenset(
    (
        *("document", "block_quote", "container", "compound", "footnote", "citation", "attribution", "entry"),
        *("definition_list", "field_list", "option_list", "option_list_item", "description"),
    )
)
_LISTS = frozenset(("bullet_list", "enumerated_list"))
_UNTOLD = frozenset(  # arguments of directives that are no text
    (
        *("container", "class", "only", "ifconfig", "figure", "image", "grid", "tab-set", "jinja"),
        "parsed-literal",
    )
)
_ADMONITIONS = frozenset(
    (
        *("attention", "caution", "danger", "error", "hint", "important", "note", "tip", "warning"),
        *("seealso", "epigraph", "highlights", "pull-quote", "todo"),
    )
)
_HIDDEN = restructured.VERBATIM | frozenset(
    ("role", "default-role", "contents", "sectnum", "meta", "image", "header", "footer")
)


def read(path: str, text: str) -> tuple[Document, tuple[Diagnostic, ...]]:
    """Read a text; where it is nested too deep, nothing of it."""
    try:
        tree = restructured.parse(text)
    except restructured.TooDeep as error:
        message = f"nested deeper than {restructured.DEPTH} levels"
        return Document(path), (
            diagnose("rst-syntax", message, Position(path, error.line), "write it flatter"),
        )
    lines = text.split("\n")
    reader = _Reader(path, lines, Texts(path, lines, tree))
    data = tuple(reader.data(tree))
    blocks = tuple(reader.all(tree.children, 0))
    mapping = Mapping(Position(path), data) if data else None
    return Document(path, blocks, mapping, tuple(reader.ids)), tuple(reader.diagnostics)


@dataclass(slots=True)
class _Reader:
    """Walks the tree; `level` is that of the section in which it is."""

    path: str
    lines: list[str]
    texts: Texts
    level: int = 0
    ids: list[Cell] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    # ── data ──

    def data(self, tree: nodes.document) -> Iterator[tuple[Cell, Scalar]]:
        """Give what stands above everything: fields, as in a paper or for Pelican, or Nikola's comments."""
        fields = _docinfo(tree)
        for each in fields.children if fields else ():
            name, body = each.children
            yield self._pair(name.astext(), body.astext(), _line(each))
        if fields and fields.parent:
            fields.parent.remove(fields)
        for each in tree.children:
            if not isinstance(each, nodes.comment):
                break
            for number, line in enumerate(each.astext().split("\n")):
                if meta := _META.match(line):
                    yield self._pair(meta[1], line[meta.end() :], self._above(each) + number)

    def _pair(self, name: str, value: str, line: int) -> tuple[Cell, Scalar]:
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        key, at = text.find(name) + 1, text.rfind(value.partition("\n")[0]) + 1
        cell = Cell(value, Position(self.path, line, max(at, 1)))
        return Cell(name.lower(), Position(self.path, line, max(key, 1))), Scalar(cell, value)

    def _above(self, node: nodes.Element) -> int:
        """Find the line on which a comment begins: docutils gives one below its end."""
        text, line = node.astext(), _line(node)
        first = text.partition("\n")[0]
        near = range(line, max(0, line - text.count("\n") - 10), -1)
        return next((n for n in near if first in self.lines[min(n, len(self.lines)) - 1]), line)

    # ── blocks ──

    def all(self, children: Iterable[nodes.Node], depth: int) -> Iterator[Block]:
        for node in children:
            if isinstance(node, nodes.Element):
                yield from self._blocks(node, depth)

    def _blocks(self, node: nodes.Element, depth: int) -> Iterator[Block]:
        kind = node.tagname
        if kind == "paragraph":
            yield self._text(node, depth)
        elif kind == "section":
            self.level += 1
            yield from self.all(node.children, depth)
            self.level -= 1
        elif kind == "title":
            yield Heading(self.level, self.texts.cell(node, _line(node) - 1))
        elif kind in _LISTS:
            yield from self._list(node, depth + 1)
        elif kind == "table":
            yield from self._table(node)
        elif kind == "container":
            yield from self._directive(node, depth)
        else:
            yield from self._rarer(node, depth)

    def _rarer(self, node: nodes.Element, depth: int) -> Iterator[Block]:
        kind = node.tagname
        if kind == "field":
            yield from self._labelled(node, depth + 1)
        elif kind == "definition_list_item":
            first = (
                isinstance(node.parent.parent, nodes.list_item) and node.parent.parent.index(node.parent) == 0
            )
            yield from self._defined(node, depth + (not first))
        elif kind == "line_block" and node.parent.tagname != "line_block":
            lines = [self.texts.cell(line, _line(line)) for line in node.findall(nodes.line)]
            yield _block(joined(lines), depth)
        elif kind == "system_message":
            yield from self._recovered(node, depth)
        elif kind == "comment" and (named := _ID.fullmatch(node.astext().strip())):
            self.ids.append(Cell(named[1], Position(self.path, self._above(node))))
        elif kind in _CONTAINERS:
            yield from self.all(node.children, depth)

    def _text(self, node: nodes.Element, depth: int) -> Block:
        cell = self.texts.cell(node, _line(node))
        is_bold = all(isinstance(child, nodes.strong) for child in node.children)
        if is_bold and not depth and hypertext.is_title(cell):
            return Heading(hypertext.TITLE_LEVEL, cell)
        return _block(cell, depth)

    def _list(self, node: nodes.Element, depth: int) -> Iterator[Block]:
        for item in node.children:
            if item.children:
                yield from self.all(item.children, depth)
            else:
                yield Item(depth, Cell("", Position(self.path, _line(item))))

    def _labelled(self, node: nodes.Element, depth: int) -> Iterator[Block]:
        """Read a name and the text beside or below it as one line: “Speaker: Ada Brandt”."""
        name, *_, body = _elements(node)
        label = self.texts.cell(name, _line(name))
        beside = next((each for each in _elements(body)[:1] if each.tagname == "paragraph"), None)
        colon = Span(": ", label.position)
        text = self.texts.cell(beside, _line(beside)) if beside else Cell("", label.position)
        yield Item(depth, made((*label.spans, colon, *text.spans), label.position))
        yield from self.all(body.children[1:] if beside else body.children, depth + 1)

    def _defined(self, node: nodes.Element, depth: int) -> Iterator[Block]:
        term, *others = _elements(node)
        if read_label(term.astext()):
            yield from self._labelled(node, depth)
            return
        cells = [
            self.texts.cell(each, _line(each)) for each in (term, *others) if each.tagname != "definition"
        ]
        spans = [span for cell in cells for span in (Span(" : ", cell.position), *cell.spans)][1:]
        yield Item(depth, made(spans, cells[0].position))
        yield from self.all(others[-1].children if others else (), depth + 1)

    # ── directives ──

    def _directive(self, node: nodes.Element, depth: int) -> Iterator[Block]:
        name, options = node["name"], node["options"]
        if name == "include" or "file" in options or "url" in options:
            self._left_out(node)
        if name == "raw" and node["argument"].strip() == "html":
            yield from hypertext.read(self.path, node["text"], node["first"])
        if name in _HIDDEN:
            return
        yield from self._argument(node, depth)
        if name == "list-table":
            yield from self._list_table(node, depth)
        else:
            yield from self.all(node.children, depth)

    def _left_out(self, node: nodes.Element) -> None:
        given = next((node["options"][key][0] for key in ("file", "url") if key in node["options"]), "")
        message = f"{quoted(given or node['argument'])} is not read: another file"
        where = Position(self.path, _line(node))
        self.diagnostics.append(diagnose("include-skipped", message, where, "name it as a source of its own"))

    def _argument(self, node: nodes.Element, depth: int) -> Iterator[Block]:
        """Read what stands beside the name of a directive: its text, or the title of what is below."""
        text = node["argument"]
        if not text.strip() or node["name"] in _UNTOLD:
            return
        cell = self.texts.plain(text, _line(node))
        is_title = node.children and not depth and node["name"] not in _ADMONITIONS
        is_title = (is_title or node["name"] == "rubric") and hypertext.is_title(cell)
        yield Heading(hypertext.TITLE_LEVEL, cell) if is_title else _block(cell, depth)

    def _recovered(self, node: nodes.Element, depth: int) -> Iterator[Block]:
        """Read what docutils could not: a table out of shape, a title of a level that does not fit."""
        literal = next((child for child in node.children if isinstance(child, nodes.literal_block)), None)
        text = literal.astext() if literal else ""
        if not text.strip():
            return
        first = text.strip().split("\n")[0].strip()
        near = range(max(0, node.get("line", 1) - text.count("\n") - 3), node.get("line", 1) + 2)
        start = next((n for n in near if n < len(self.lines) and self.lines[n].strip() == first), near[0])
        if title := _ADORNED.fullmatch(text.strip()):
            yield Heading(
                self.level + 1, self.texts.plain(title[2].strip(), start + 1 + (title[1] is not None))
            )
        elif drawing := tables.drawn(lambda n: self.lines[n] if n < len(self.lines) else None, start):
            yield Table(self._drawn(drawing.head), tuple(map(self._drawn, drawing.rows)))
        else:
            yield _block(self.texts.plain(text, start + 1), depth)

    def _drawn(self, row: tables.Row) -> tuple[Cell, ...]:
        return tuple(self.texts.plain(piece.text, piece.line + 1) for piece in row)

    # ── tables ──

    def _table(self, node: nodes.Element) -> Iterator[Block]:
        drawn = Drawn()
        groups = (group for group in _elements(node) if isinstance(group, nodes.tgroup))
        for part in (part for group in groups for part in _elements(group)):
            drawn.in_head = isinstance(part, nodes.thead)
            for row in _elements(part):
                for entry in _elements(row):
                    drawn.reach = entry.get("morerows", 0) + 1, entry.get("morecols", 0) + 1
                    drawn.put(self._entry(entry), is_head=_is_bold(entry))
                drawn.end_row()
        title = next((child for child in node.children if isinstance(child, nodes.title)), None)
        if title:
            yield Heading(hypertext.TITLE_LEVEL, self.texts.cell(title, _line(title)))
        if drawn.head or drawn.rows:
            yield Table(drawn.head, tuple(drawn.rows))

    def _list_table(self, node: nodes.Element, depth: int) -> Iterator[Block]:
        """Read a list of lists as a table, whose rows may be of any length."""
        rows: list[tuple[Cell, ...]] = []
        for child in _elements(node):
            if child.tagname not in _LISTS:
                yield from self._blocks(child, depth)
                continue
            for item in _elements(child):
                lists = (each for each in _elements(item) if each.tagname in _LISTS)
                rows.append(tuple(self._entry(entry) for each in lists for entry in _elements(each)))
        count = node["options"].get("header-rows", ("", 0))[0]
        heads = int(count) if re.fullmatch("[0-9]{1,3}", count) else 0
        if rows:
            yield Table(rows[0], tuple(rows[1:])) if heads else Table((), tuple(rows))

    def _entry(self, node: nodes.Element) -> Cell:
        """Read a cell of a table, a line for each block in it."""
        cells: list[Cell] = []
        for block in self.all(node.children, 0):
            rows = (block.head, *block.rows) if isinstance(block, Table) else ((block.cell,),)
            cells += (cell for row in rows for cell in row)
        return joined(cells) if cells else Cell("", self.texts.last.position)


def _block(cell: Cell, depth: int) -> Block:
    return Item(depth, cell) if depth else Paragraph(cell)


# ── the tree ─────────────────────────────────────────────────────────────────────────────────────


def _line(node: nodes.Node) -> int:
    """Give the line of a node, or of the nearest around it that has one."""
    while node.line is None and node.parent:
        node = node.parent
    return max(node.line or 1, 1)


def _elements(node: nodes.Element) -> list[nodes.Element]:
    return [child for child in node.children if isinstance(child, nodes.Element)]


def _is_bold(entry: nodes.Element) -> bool:
    texts = [text for paragraph in entry.children for text in paragraph.children]
    return bool(texts) and all(isinstance(text, nodes.strong) for text in texts)


def _docinfo(tree: nodes.document) -> nodes.field_list | None:
    """Find the fields at the top of a document, which tell of the document: above all, or below its title."""
    top = [node for node in tree.children if not isinstance(node, nodes.comment | nodes.system_message)]
    if len(top) == 1 and isinstance(top[0], nodes.section):
        top = top[0].children[1:]
    return top[0] if top and isinstance(top[0], nodes.field_list) else None
