"""SOURCE SYNTAX: the bytes of a file to a Document.  Add a reader as a file here and its suffixes below.

A reader is `read(path, text) -> (Document, diagnostics)`; it knows the syntax, not what a schedule is.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass, replace
from pathlib import PurePosixPath
from typing import TypeVar, cast

from calfeed.diagnostics import Diagnostic, Position, diagnose
from calfeed.documents import html, markdown, org, yaml
from calfeed.model import Document
from calfeed.text import Text, decode

T = TypeVar("T")
Reader = Callable[[str, str], tuple[Document, Iterable[Diagnostic]]]

READERS: dict[str, Reader] = {
    **dict.fromkeys((".md", ".markdown", ".mkd", ".mdown", ".mdx", ".qmd", ".rmd", ".txt"), markdown.read),
    **dict.fromkeys((".yaml", ".yml", ".json"), yaml.read),
    **dict.fromkeys((".html", ".htm"), html.read),
    ".org": org.read,
}

LIMIT = 16 * 2**20  # octets: a hundred years of weekly sessions stay far below

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE)
_UNENDED = re.compile(r"---[ \t]*\n\w[\w -]*:(?:\s|$)")


def read(path: str, data: bytes) -> tuple[Document, tuple[Diagnostic, ...]]:
    """Read one source by the syntax that its suffix names; whatever the bytes, a Document comes back.

    Where nothing could be read the Document is empty and a diagnostic of severity error says why.
    """
    if refusal := _refusal(path, data):
        return Document(path), (refusal,)
    text, diagnostics = decode(path, data)
    if text is None:
        return Document(path), diagnostics
    document, more = _read(path, text.text)
    if text.shifts:
        document, more = _relocated((document, more), text)
    return document, (*diagnostics, *more)


def _refusal(path: str, data: bytes) -> Diagnostic | None:
    if PurePosixPath(path).suffix.lower() not in READERS:
        message = "no reader for this kind of file"
        return diagnose("source-unknown", message, Position(path), f"calfeed reads {', '.join(READERS)}")
    if len(data) > LIMIT:
        message = f"the file has {len(data):,} octets, more than the {LIMIT:,} that calfeed reads"
        return diagnose("source-large", message, Position(path), "split it by semester")
    return None


def _read(path: str, text: str) -> tuple[Document, tuple[Diagnostic, ...]]:
    reader = READERS[PurePosixPath(path).suffix.lower()]
    if reader in (markdown.read, html.read):
        return _read_below_front_matter(reader, path, text)
    document, diagnostics = reader(path, text)
    return document, tuple(diagnostics)


def _read_below_front_matter(reader: Reader, path: str, text: str) -> tuple[Document, tuple[Diagnostic, ...]]:
    if front := _FRONT_MATTER.match(text):
        data, faults = yaml.compose(path, front[1], first_line=2)
        # Empty lines in its place keep every line number below it true.
        document, diagnostics = reader(path, "\n" * front[0].count("\n") + text[front.end() :])
        return replace(document, data=data), (*faults, *diagnostics)
    document, diagnostics = reader(path, text)
    if _UNENDED.match(text) is None:
        return document, tuple(diagnostics)
    message, hint = "the front matter that begins here does not end", "end it with a line of ---"
    return document, (diagnose("yaml-syntax", message, Position(path), hint), *diagnostics)


def _relocated(value: T, text: Text) -> T:
    """Turn the columns of repaired text into those of the file, anywhere inside frozen values."""
    if isinstance(value, Position):
        return cast("T", replace(value, column=text.column(value.line, value.column)))
    if isinstance(value, tuple):
        return cast("T", tuple(_relocated(item, text) for item in value))
    if is_dataclass(value) and not isinstance(value, type):
        changed = {f.name: _relocated(getattr(value, f.name), text) for f in fields(value)}
        return cast("T", replace(value, **changed))
    return value
