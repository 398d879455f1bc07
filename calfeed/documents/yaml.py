"""YAML text -> Node: every key and value with its line and column (the only door to PyYAML).

Nodes are composed from PyYAML's events, one by one, so depth and aliases are bounded before anything
is built, and a plain scalar is read as YAML 1.2 reads it: `no` is a word and `14:00` is not 840.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Final, Protocol

import yaml
from yaml.reader import Reader

from calfeed.diagnostics import Diagnostic, Position, diagnose
from calfeed.model import Block, Cell, Document, Heading, Item, Mapping, Node, Scalar, Sequence, Table

DEPTH: Final = 100
"""How deep lists and mappings may lie in each other, aliases followed."""

ALIASED: Final = 1_000_000
"""How many characters and nodes aliases may add to a text, so that ten lines cannot fill the memory."""

_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader

_PLAIN: tuple[tuple[re.Pattern[str], Callable[[str], int | float | date | None]], ...] = (
    (re.compile(r"~|null|Null|NULL|"), lambda _: None),
    (re.compile(r"true|True|TRUE"), lambda _: True),
    (re.compile(r"false|False|FALSE"), lambda _: False),
    (re.compile(r"[-+]?[0-9]+"), int),
    (re.compile(r"[-+]?([0-9]+\.[0-9]*|\.?[0-9]+)([eE][-+]?[0-9]+)?"), float),
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), date.fromisoformat),
)

_DIGIT = re.compile(r"\d")

_PAIR = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][\da-fA-F]{2})\\u([dD][c-fC-F][\da-fA-F]{2})")

_QUOTE: Final = "put the text in quotes"

# What PyYAML's two parsers say, each in its own words -> what it means, and what to do about it.
_ADVICE: tuple[tuple[str, str, str], ...] = (
    (r"mapping values are not", "a colon has no meaning here", f"{_QUOTE}, or indent keys alike"),
    (r"sequence entries are not", "a dash has no meaning here", "start a list on its own line"),
    (r"tab character|'\\t'", "the line is indented with a tab", "indent with spaces"),
    (r"cannot start any token", "text cannot start with this character", f"{_QUOTE}; indent with spaces"),
    (r"scanning an? (alias|anchor)", "text cannot start with * or &", _QUOTE),
    (
        r"quoted scalar.*end of stream",
        "a quotation mark is never closed",
        "close it, or double an apostrophe",
    ),
    (r"escape", "a backslash stands before a character that it cannot", "use single quotes"),
    (r"parsing a flow", "a [ or { is not closed, or lacks a comma", "close it; put commas between entries"),
    (r"expected ':'", "a key has no colon", "write it as key: value"),
    (r"parsing a block|<document", "the line does not fit those above it", f"indent keys alike; {_QUOTE}"),
)


def read(path: str, text: str) -> tuple[Document, tuple[Diagnostic, ...]]:
    """Read a schedule that is YAML as a whole: a Document with data.

    Its blocks are the lists without keys, at the top or below keys, which become their headings: lists of
    lists are tables, and lists of texts are items.
    """
    node, diagnostics = compose(path, text)
    blocks: list[Block] = []
    if node is not None:
        _add_blocks(blocks, node, level=1)
    return Document(path, tuple(blocks), node), diagnostics


def _add_blocks(blocks: list[Block], node: Node, level: int) -> None:
    """Add the lists in a node; what lies in a list of mappings or below a date is a part of something."""
    if isinstance(node, Sequence):
        rows = tuple(_row(item) for item in node.items if isinstance(item, Sequence))
        if len(rows) == len(node.items) and all(rows):
            blocks += [Table((), rows)] if rows else []
        else:
            blocks += _items(node)
    elif isinstance(node, Mapping):
        for key, value in node.pairs:
            if isinstance(_value(key.text), date):
                continue
            before = len(blocks)
            blocks.append(Heading(level, key))
            _add_blocks(blocks, value, level + 1)
            if len(blocks) == before + 1:
                blocks.pop()  # nothing stands below this key


def _row(node: Sequence) -> tuple[Cell, ...]:
    """Give the cells of a list of scalars, none where something else is in it."""
    cells = tuple(_cell(item) for item in node.items if isinstance(item, Scalar))
    return cells if len(cells) == len(node.items) else ()


def _items(node: Sequence) -> Iterator[Item]:
    """Give a list of texts in which dates may stand; names and keywords without a digit are none."""
    row = _row(node)
    if sum(_DIGIT.search(cell.text) is not None for cell in row) >= 2:
        yield from (Item(1, cell) for cell in row)


def _cell(scalar: Scalar) -> Cell:
    return scalar.cell if scalar.value is not None else Cell("", scalar.cell.position)


def compose(path: str, text: str, *, first_line: int = 1) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """Turn YAML text into its node tree; `first_line` is the line of the file on which `text` starts.

    Of several documents in the text the first that is a mapping or a list is taken.  The node is None
    where there is nothing in the text, or, with one `yaml-syntax` diagnostic, where it cannot be read.
    Merge keys (`<<`) are expanded, after the mapping's own pairs.  Never raises, whatever the text.
    """
    try:
        return _Composer(path, text, first_line).compose(), ()
    except _Unreadable as error:
        return None, (error.diagnostic,)
    except yaml.MarkedYAMLError as error:
        return None, (_explained(error, path, first_line),)
    except ValueError:  # only PyYAML's Python parser: "\UFFFFFFFF" in double quotes
        return None, (_explained(yaml.MarkedYAMLError(problem="escape"), path, first_line),)


class _Unreadable(Exception):
    def __init__(self, message: str, position: Position, hint: str) -> None:
        super().__init__(message)
        self.diagnostic = diagnose("yaml-syntax", message, position, hint)


class _Composer:
    """Turns the events of one text into nodes."""

    def __init__(self, path: str, text: str, first_line: int) -> None:
        self.path = path
        self.first_line = first_line
        # PyYAML says only at which byte or character it met a control character, never on which line.
        if bad := Reader.NON_PRINTABLE.search(text):
            before = text[: bad.start()]
            column = len(before) - before.rfind("\n")
            where = Position(path, first_line + before.count("\n"), column)
            raise _Unreadable(f"the character U+{ord(bad[0]):04X} cannot stand in YAML", where, "delete it")
        if "\\ud" in text or "\\uD" in text:
            text = _PAIR.sub(_escaped, text)
        self.events = yaml.parse(text, Loader=_LOADER)
        self.anchors: dict[str, Node] = {}
        self.aliased = 0

    def compose(self) -> Node | None:
        alone: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                self.anchors = {}
                root = self.node(next(self.events), depth=1)
                if not isinstance(root, Scalar):
                    next(self.events), next(self.events)  # what follows may be the fault: "[a] b"
                    return root
                if root.value is not None:
                    alone = alone or root
        return alone

    def node(self, event: yaml.Event, depth: int) -> Node:
        if depth > DEPTH:
            raise _Unreadable(f"nested deeper than {DEPTH} levels", self.position(event), "write it flatter")
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event, depth)
        if isinstance(event, yaml.ScalarEvent):
            node: Node = self.scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = Sequence(self.position(event), tuple(self.items(depth)))
        else:
            node = self.mapping(event, depth)
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def scalar(self, event: yaml.ScalarEvent) -> Scalar:
        event.value.encode()  # raises on half a surrogate pair: PyYAML's Python parser takes "\ud800"
        cell = Cell(event.value, self.position(event))
        plain = event.implicit[0]
        return Scalar(cell, _value(event.value) if plain else event.value)

    def items(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            yield self.node(event, depth + 1)

    def mapping(self, start: yaml.Event, depth: int) -> Mapping:
        own: list[tuple[Cell, Node]] = []
        merged: list[Mapping] = []
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.node(event, depth + 1)
            value = self.node(next(self.events), depth + 1)
            if not isinstance(key, Scalar):
                raise _Unreadable("a list or a mapping cannot be a key", self.position(event), _QUOTE)
            if key.cell.text == "<<" and (sources := _mappings(value)):
                merged += sources
            else:
                own.append((key.cell, value))
        return Mapping(self.position(start), (*own, *_inherited(merged, {cell.text for cell, _ in own})))

    def alias(self, event: yaml.AliasEvent, depth: int) -> Node:
        node = self.anchors.get(event.anchor or "")
        if node is None:
            message = f"*{event.anchor} stands for nothing that is complete above it"
            raise _Unreadable(message, self.position(event), _QUOTE)
        for level, characters in _extent(node, depth):
            self.aliased += 1 + characters
            if level > DEPTH or self.aliased > ALIASED:
                message = f"*{event.anchor} makes the text too large or too deep"
                raise _Unreadable(message, self.position(event), "write it without aliases")
        return node

    def position(self, event: yaml.Event) -> Position:
        return _place(self.path, self.first_line, event.start_mark)


def _escaped(m: re.Match[str]) -> str:
    r"""Give the escape of an emoji as YAML has it, for the two halves as JSON writes it: "\ud83d\udca1"."""
    return m[1] + f"\\U{0x10000 + (int(m[2], 16) - 0xD800) * 0x400 + int(m[3], 16) - 0xDC00:08x}"


def _value(text: str) -> str | int | float | date | None:
    for pattern, convert in _PLAIN:
        if pattern.fullmatch(text):
            try:
                return convert(text)
            except ValueError:  # 2024-02-30, or more digits than Python makes a number of
                return text
    return text


def _extent(node: Node, depth: int) -> Iterator[tuple[int, int]]:
    """Walk a node: the depth of each node in it, and how many characters it has itself."""
    todo = [(node, depth)]
    while todo:
        node, depth = todo.pop()
        if isinstance(node, Scalar):
            yield depth, len(node.cell.text)
        elif isinstance(node, Sequence):
            yield depth, 0
            todo += [(item, depth + 1) for item in node.items]
        else:
            yield depth, sum(len(cell.text) for cell, _ in node.pairs)
            todo += [(value, depth + 1) for _, value in node.pairs]


def _mappings(node: Node) -> list[Mapping]:
    """Give what a merge key names: a mapping or a list of them, else nothing."""
    nodes = node.items if isinstance(node, Sequence) else (node,)
    mappings = [each for each in nodes if isinstance(each, Mapping)]
    return mappings if len(mappings) == len(nodes) else []


def _inherited(sources: list[Mapping], taken: set[str]) -> Iterator[tuple[Cell, Node]]:
    for source in sources:
        for cell, value in source.pairs:
            if cell.text not in taken:
                taken.add(cell.text)
                yield cell, value


def _explained(error: yaml.MarkedYAMLError, path: str, first_line: int) -> Diagnostic:
    said = f"{error.context}: {error.problem}"
    advice = (row[1:] for row in _ADVICE if re.search(row[0], said))
    message, hint = next(advice, (error.problem or "not YAML", _QUOTE))
    mark = error.problem_mark
    # Something never closed is noticed far below: its start helps more.
    if mark and error.context_mark and error.context_mark.line < mark.line and "block" not in said:
        mark = error.context_mark
    return diagnose("yaml-syntax", message, _place(path, first_line, mark), hint)


class _Mark(Protocol):
    line: int
    column: int


def _place(path: str, first_line: int, mark: _Mark | None) -> Position:
    """Make a Position of PyYAML's mark, which counts from 0."""
    return Position(path, first_line + mark.line, mark.column + 1) if mark else Position(path, first_line)
