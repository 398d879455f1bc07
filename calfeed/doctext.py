"""The texts in docutils' tree (a door to its nodes) to located cells.

The nodes carry lines at best; columns are found by looking each piece of text up in its own line.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from docutils import nodes

from calfeed import hypertext
from calfeed.diagnostics import Position
from calfeed.model import Cell, Span

_WINDOW = 300
"""Characters of a line in which a piece of text is looked up, beyond its own length."""

_DEEPEST = 5
"""How often substitutions may stand for others, and targets lead to others."""


class Texts:
    """Reads the texts of one document; `last` is the one read before."""

    def __init__(self, path: str, lines: Sequence[str], tree: nodes.document) -> None:
        self.path, self.lines, self.tree = path, lines, tree
        self.links = _links(tree)
        self.last = Cell("", Position(path))

    def cell(self, node: nodes.Element, line: int) -> Cell:
        """Read what stands in a node that begins on a line; a cell of a table is right of the one before."""
        is_entry = isinstance(node.parent, nodes.entry)
        column = node.get("column", 1) - 1
        if is_entry and not column and self.last.position.line == line:
            column = self.last.position.column - 1 + len(self.last.text.partition("\n")[0])
        run = _Run(self, line - 1, column, is_column=is_entry and "column" not in node)
        run.walk(node.children, _Look())
        self.last = run.cell()
        return self.last

    def plain(self, text: str, line: int) -> Cell:
        """Read a text without its markup."""
        run = _Run(self, line - 1)
        run.say(text, _Look())
        return run.cell()


def joined(cells: Sequence[Cell]) -> Cell:
    """Make one cell of the texts of some, a line for each."""
    spans = [span for cell in cells for span in (Span("\n", cell.position), *cell.spans)][1:]
    return made(spans, cells[0].position)


def made(spans: Iterable[Span], position: Position) -> Cell:
    """Make a cell of its spans."""
    kept = tuple(spans)
    return Cell("".join(span.text for span in kept), position, kept)


class _Look(NamedTuple):
    url: str | None = None
    emphasised: bool = False
    struck: bool = False


@dataclass(slots=True)
class _Run:
    """Gathers the text of one block and keeps its place in the lines, which count from 0 here."""

    texts: Texts
    line: int
    column: int = 0
    is_column: bool = False
    spans: list[Span] = field(default_factory=list)
    indent: int = 0
    depth: int = 0

    def walk(self, children: Iterable[nodes.Node], look: _Look) -> None:
        for node in children:
            if isinstance(node, nodes.Text):
                self.say(node.astext(), look)
            elif isinstance(node, nodes.Element):
                self._element(node, look)

    def _element(self, node: nodes.Element, look: _Look) -> None:
        kind = node.tagname
        if kind in ("footnote_reference", "system_message", "comment"):
            return
        if kind == "image":
            self.say(node.get("alt", "") if look.url else "", look)  # a picture beside words is none
        elif kind == "substitution_reference":
            self._substitute(node, look)
        elif kind == "citation_reference":
            self.say(f"[{node.astext()}]", look)
        elif kind == "reference":
            self.walk(node.children, look._replace(url=self.texts.links.get(id(node))))
        else:
            struck = look.struck or "strike" in node["classes"]
            self.walk(
                node.children, look._replace(emphasised=look.emphasised or kind == "emphasis", struck=struck)
            )

    def _substitute(self, node: nodes.Element, look: _Look) -> None:
        defined = self.texts.tree.substitution_defs
        name = node.get("refname", "")
        found = defined.get(name) or defined.get(self.texts.tree.substitution_names.get(name.lower(), ""))
        if found is None or self.depth > _DEEPEST:
            self.walk(node.children, look)
            return
        self.depth += 1
        self.walk(found.children, look)
        self.depth -= 1

    def say(self, text: str, look: _Look) -> None:
        """Add text as it stands in the next lines; a link that is wrapped is one link."""
        for number, piece in enumerate(text.split("\n")):
            if number:
                self.spans.append(Span("\n" if look.url is None else " ", self._here(), look.url))
                self.line, self.column = self.line + 1, self.indent
            if piece:
                self.spans += hypertext.spans(piece, self._place(piece), **look._asdict())

    def _place(self, piece: str) -> Position:
        is_first = not self.spans
        for line in (self.line, self.line + 1, self.line - 1) if is_first else (self.line,):
            text = self.texts.lines[line] if 0 <= line < len(self.texts.lines) else ""
            found = text.find(piece, self.column, self.column + len(piece) + _WINDOW)
            if found >= 0:
                self.line, self.column = line, found
                break
        if is_first and self.is_column:
            self.indent = self.column
        place = self._here()
        self.column += len(piece) if found >= 0 else 0
        return place

    def _here(self) -> Position:
        return Position(self.texts.path, max(self.line, 0) + 1, self.column + 1)

    def cell(self) -> Cell:
        spans = [*_merged(self.spans)]
        start = next((span.position for span in spans if span.text.strip()), self._here())
        return made(spans, start)


def _merged(spans: Sequence[Span]) -> Iterator[Span]:
    """Make one span of the lines of a link."""
    last: Span | None = None
    for span in spans:
        if last and last.url is not None and span.url == last.url:
            last = Span(last.text + span.text, last.position, last.url, last.emphasised, last.struck)
            continue
        if last:
            yield last
        last = span
    if last:
        yield last


# ── links ──────────────────────────────────────────────────────────────────────────────────────────


def _links(tree: nodes.document) -> dict[int, str]:
    """Find where each reference leads: the address it holds, or that of the target that it names."""
    targets: dict[str, nodes.target] = {}
    unnamed: list[nodes.target] = []
    for target in tree.findall(nodes.target):
        for name in (*target["names"], *target["dupnames"]):
            targets.setdefault(name, target)
        if target.get("anonymous"):
            unnamed.append(target)
    found: dict[int, str] = {}
    waiting = iter(unnamed)
    for reference in tree.findall(nodes.reference):
        named = targets.get(reference.get("refname", ""))
        goal = next(waiting, None) if reference.get("anonymous") else named
        if url := reference.get("refuri") or (_address(goal, targets) if goal is not None else None):
            found[id(reference)] = url
    return found


def _address(target: nodes.target, targets: dict[str, nodes.target]) -> str | None:
    """Give the address of a target, which may name another one."""
    for _ in range(_DEEPEST):
        if "refuri" in target:
            return str(target["refuri"])
        following = targets.get(target.get("refname", ""))
        if following is None:
            return None
        target = following
    return None
