"""HTML pages, with or without front matter, to blocks of located cells (`calfeed.hypertext` reads them)."""

from collections.abc import Iterable

from calfeed import hypertext
from calfeed.diagnostics import Diagnostic
from calfeed.model import Document


def read(path: str, text: str) -> tuple[Document, Iterable[Diagnostic]]:
    """Read a page; any text is one, so there is nothing to complain of."""
    return Document(path, hypertext.read(path, text)), ()
