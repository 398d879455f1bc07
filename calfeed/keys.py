"""A located node -> a checked value with every fault in it, and the JSON Schema of what is good.

A `Kind` says what a value must be, a table of `Key`s what a mapping may hold; whoever has the table has
both the reading and the schema, so they cannot disagree.
"""

import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from calfeed.diagnostics import Diagnostic, Position, diagnose
from calfeed.model import Mapping, Node, Scalar, Sequence

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Schema = dict[str, object]
Faults = list[Diagnostic]


@dataclass(frozen=True, slots=True)
class Kind(Generic[T_co]):
    """A kind of value: `read(node, example, faults)` gives the value, or adds to the faults and gives None.

    `name` completes the sentence "this is not …"; `example` is a good line of the file, for the hint.
    """

    name: str
    schema: Schema
    read: Callable[[Node, str, Faults], T_co | None]


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a mapping; `field` is the parameter that takes its value, where that is not the name."""

    name: str
    kind: Kind[object]
    description: str
    example: str
    field: str = ""
    required: bool = False

    def line(self) -> str:
        """Give a good line of the file."""
        return f"{self.name}: {self.example}"


def written(name: str, pattern: str, convert: Callable[[str], T | None], **schema: object) -> Kind[T]:
    """Make a kind of text that matches `pattern`, which must mean the same in Python and JavaScript.

    `convert` gets the text without space around it, and gives None where it is still not right.
    """

    def read(node: Node, example: str, faults: Faults) -> T | None:
        value = None
        if isinstance(node, Scalar) and node.value is not None and not isinstance(node.value, bool):
            text = node.cell.text.strip()
            value = convert(text) if re.search(pattern, text) else None
        if value is None:
            _refuse(node, name, example, faults)
        return value

    return Kind(name, {"type": "string", "pattern": pattern, **schema}, read)


def choice(name: str, choices: dict[str, T]) -> Kind[T]:
    """Make a kind of one word of several, in upper or lower case."""
    values = {word.casefold(): value for word, value in choices.items()}

    def convert(text: str) -> T | None:
        return values.get(text.casefold())

    spellings = dict.fromkeys(spelling for word in choices for spelling in (word, word.lower()))
    return Kind(name, {"enum": [*spellings]}, written(name, "", convert).read)


def _read_flag(node: Node, example: str, faults: Faults) -> bool | None:
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return node.value
    _refuse(node, "true or false", example, faults)
    return None


FLAG = Kind("true or false", {"type": "boolean"}, _read_flag)
"""The kind of what is so or not."""


def list_of(item: Kind[T]) -> Kind[tuple[T, ...]]:
    """Make a kind of lists."""

    def read(node: Node, example: str, faults: Faults) -> tuple[T, ...] | None:
        if not isinstance(node, Sequence):
            _refuse(node, "a list", example, faults)
            return None
        values = (item.read(entry, example, faults) for entry in node.items)
        return tuple(value for value in values if value is not None)

    return Kind("a list", {"type": "array", "items": item.schema}, read)


def one_or_list_of(item: Kind[T]) -> Kind[tuple[T, ...]]:
    """Make a kind of lists where an item that is alone need not stand in a list."""
    several = list_of(item)

    def read(node: Node, example: str, faults: Faults) -> tuple[T, ...] | None:
        if isinstance(node, Sequence):
            return several.read(node, example, faults)
        value = item.read(node, example, faults)
        return None if value is None else (value,)

    return Kind(f"{item.name} or a list", {"anyOf": [item.schema, several.schema]}, read)


def mapping(make: Callable[..., T], *keys: Key) -> Kind[T]:
    """Make a kind of mappings; `make` gets the values that are there and right, by keyword."""
    known = {key.name: key for key in keys}
    name = f"a mapping ({', '.join(known)})"

    def read(node: Node, example: str, faults: Faults) -> T | None:
        if not isinstance(node, Mapping):
            _refuse(node, name, example, faults)
            return None
        faults += _misplaced(node, known)
        values: dict[str, object] = {}
        for cell, child in node.pairs:
            if key := known.get(cell.text):
                value = key.kind.read(child, key.line(), faults)
                if value is not None:
                    values[key.field or key.name] = value
        whole = all((key.field or key.name) in values for key in keys if key.required)
        return make(**values) if whole else None

    return Kind(name, _object(keys), read)


def _object(keys: tuple[Key, ...]) -> Schema:
    described = {key.name: f"{key.description} For example {key.line()}" for key in keys}
    return {
        "type": "object",
        "properties": {key.name: {**key.kind.schema, "description": described[key.name]} for key in keys},
        "required": [key.name for key in keys if key.required],
        "additionalProperties": False,
    }


def _misplaced(node: Mapping, known: dict[str, Key]) -> Iterator[Diagnostic]:
    """Find keys that are unknown, given twice, or not there though they must be."""
    seen: dict[str, Position] = {}
    for cell, _ in node.pairs:
        first = seen.setdefault(cell.text, cell.position)
        if cell.text not in known:
            nearest = difflib.get_close_matches(cell.text, known, n=1)
            hint = f"did you mean {nearest[0]}?" if nearest else f"known here: {', '.join(known)}"
            yield diagnose("setting-unknown", f"no key {quoted(cell.text)} is known", cell.position, hint)
        elif first != cell.position:
            message = f"{cell.text} is given twice, first on line {first.line}"
            yield diagnose("setting-duplicate", message, cell.position, "keep one of them")
    for key in known.values():
        if key.required and key.name not in seen:
            hint = f"for example {key.line()}"
            yield diagnose("setting-invalid", f"{key.name} is missing", node.position, hint)


def _refuse(node: Node, name: str, example: str, faults: Faults) -> None:
    shown = {Sequence: "a list", Mapping: "a mapping"}.get(type(node), "an empty value")
    if isinstance(node, Scalar) and node.value is not None:
        shown = quoted(node.cell.text)
    hint = f"for example {example}"
    faults.append(diagnose("setting-invalid", f"{shown} is not {name}", position(node), hint))


def quoted(text: str) -> str:
    """Show a piece of the file in a message, on one line and not too long."""
    line = " ".join(text.split())
    return f'"{line[:60]}…"' if len(line) > 60 else f'"{line}"'


def position(node: Node) -> Position:
    """Tell where a node stands."""
    return node.cell.position if isinstance(node, Scalar) else node.position
