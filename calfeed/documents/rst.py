"""reStructuredText to blocks of located cells (`calfeed.doctree` and docutils read it)."""

from collections.abc import Iterable

from calfeed.diagnostics import Diagnostic, Position, diagnose
from calfeed.model import Document

LIMIT = 2**21
"""Characters that are read: docutils takes its time, and a hundred years of weekly sessions stay below."""


def read(path: str, text: str) -> tuple[Document, Iterable[Diagnostic]]:
    """Read a text; all that can be complained of is its size, and what it takes from other files."""
    from calfeed import doctree  # slow import, and few schedules are written so

    if len(text) <= LIMIT:
        return doctree.read(path, text)
    message = f"the file has {len(text):,} characters, more than the {LIMIT:,} that calfeed reads of its kind"
    return Document(path), (diagnose("source-large", message, Position(path), "split it by semester"),)
