"""SOURCE SYNTAX: the bytes of a file to a Document.  Add a reader as a file here and its suffixes below.

A reader is `read(path, text) -> (Document, diagnostics)`; it knows the syntax, not what a schedule is.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import PurePosixPath
from typing import TypeVar, cast

from calfeed.diagnostics import Diagnostic, Position, diagnose
from calfeed.documents import csv, html, markdown, org, rst, yaml
from calfeed.model import Cell, Document
from calfeed.text import Text, decode

T = TypeVar("T")
Reader = Callable[[str, str], tuple[Document, Iterable[Diagnostic]]]

READERS: dict[str, Reader] = {
    **dict.fromkeys((".md", ".markdown", ".mkd", ".mdown", ".mdx", ".qmd", ".rmd", ".txt"), markdown.read),
    **dict.fromkeys((".yaml", ".yml", ".json"), yaml.read),
    **dict.fromkeys((".html", ".htm"), html.read),
    ".org": org.read,
    ".rst": rst.read,
    **dict.fromkeys((".csv", ".tsv"), csv.read),
}

LIMIT = 16 * 2**20  # octets: a hundred years of weekly sessions stay far below

_MARKS = re.compile(r"^(?:<<<<<<< |=======$|>>>>>>> )", re.MULTILINE)
_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE)
_ID = re.compile(r"<!--\s{0,9}id:\s{0,9}([^\s<>]{1,100})\s{0,9}-->")
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
    if conflict := _conflict(path, text.text):
        return Document(path), (*diagnostics, conflict)
    document, more = _read(path, text.text)
    document = replace(document, ids=(*document.ids, *_ids(path, text.text)))
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


def _conflict(path: str, text: str) -> Diagnostic | None:
    """Find where git left two versions of the same lines: as neither is meant, neither is published."""
    marks = tuple(_MARKS.finditer(text)) if "\n>>>>>>> " in text else ()
    for first, second, third in zip(marks, marks[1:], marks[2:], strict=False):
        if (first[0][0], second[0][0], third[0][0]) == ("<", "=", ">"):
            where = Position(path, text.count("\n", 0, first.start()) + 1)
            hint = "choose what holds, and remove the lines of <<<<<<<, ======= and >>>>>>>"
            message = "a merge was not finished: two versions stand here"
            return diagnose("conflict-unresolved", message, where, hint)
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


def _ids(path: str, text: str) -> Iterator[Cell]:
    """Find what comments call the sessions in which they stand: “<!-- id: hash-tables -->”."""
    for number, line in enumerate(text.split("\n") if "<!--" in text else (), start=1):
        for found in _ID.finditer(line) if "<!--" in line else ():
            yield Cell(found[1], Position(path, number, found.start() + 1))


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
