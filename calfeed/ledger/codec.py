"""Values of the model to JSON text and back, by their type hints: what a ledger keeps of an entry.

A field that is added later needs a default: what was stored before is read with it.
"""

import json
from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from types import UnionType
from typing import Literal, TypeVar, cast, get_args, get_origin, get_type_hints

from calfeed.errors import LedgerError

_T = TypeVar("_T")
_Reader = Callable[[object], object]


def encode(value: object) -> str:
    """Write a dataclass as compact JSON with sorted keys: equal values give equal texts.

    Instants are written in UTC with a Z, wall-clock times without.
    """
    return json.dumps(value, default=_plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def decode(kind: type[_T], text: str) -> _T:
    """Read what `encode` wrote of a dataclass.

    Raises:
        LedgerError: the text is anything else; the sentence names the field.
    """
    read = _dataclass(cast("Hashable", kind))  # a type is one; mypy looks at its instances
    try:
        return cast("_T", read(json.loads(text)))
    except (ValueError, RecursionError) as error:
        raise LedgerError(f"what is stored is not of the kind {kind.__name__}: {error}") from error


def _plain(value: object) -> object:
    """Give JSON's word for a value that JSON does not know."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} has no JSON")


@cache
def _reader(hint: Hashable) -> _Reader:
    """Make the function that turns what JSON gives into a value of a type, or raises ValueError."""
    inner = get_args(hint)
    if isinstance(hint, UnionType):
        return _optional(_reader(inner[0]))
    if get_origin(hint) is tuple:
        return _tuple(_reader(inner[0]))
    if get_origin(hint) is Literal:
        return _choice(inner)
    if not isinstance(hint, type):
        raise TypeError(f"the codec knows no {hint}")
    if is_dataclass(hint):
        return _dataclass(hint)
    if issubclass(hint, Enum):
        return hint
    return _moment(hint) if issubclass(hint, date) else _scalar(hint)


def _optional(read: _Reader) -> _Reader:
    return lambda plain: None if plain is None else read(plain)


def _tuple(read: _Reader) -> _Reader:
    return lambda plain: tuple(map(read, _expect(list, plain)))


def _choice(choices: tuple[object, ...]) -> _Reader:
    def read(plain: object) -> object:
        if plain not in choices:
            raise ValueError(f"{plain!r} is none of {', '.join(map(str, choices))}")
        return plain

    return read


@cache
def _dataclass(kind: type) -> _Reader:
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind)}
    required = {field.name for field in fields(kind) if field.default is field.default_factory is MISSING}

    def read(plain: object) -> object:
        stored = _expect(dict, plain)
        if missing := required - stored.keys():
            raise ValueError(f"{min(missing)} is missing")
        return kind(**{name: _read_field(name, readers, value) for name, value in stored.items()})

    return read


def _read_field(name: str, readers: Mapping[str, _Reader], plain: object) -> object:
    if name not in readers:
        raise ValueError(f"nobody knows {name!r}")
    try:
        return readers[name](plain)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def _moment(kind: type[date]) -> _Reader:
    def read(plain: object) -> object:
        moment = kind.fromisoformat(_expect(str, plain))
        if _plain(moment) != plain:
            raise ValueError(f"{plain!r} is not how a {kind.__name__} is written")
        return moment

    return read


def _scalar(kind: type[_T]) -> Callable[[object], _T]:
    return lambda plain: _expect(kind, plain)


def _expect(kind: type[_T], plain: object) -> _T:
    """Insist on a type exactly: to JSON true is not 1."""
    if type(plain) is not kind:
        raise ValueError(f"{plain!r} is not a {kind.__name__}")
    return plain
