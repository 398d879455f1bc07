"""Tells what a layout finds, as one line a record and one a diagnostic."""

from collections.abc import Callable

from calfeed.diagnostics import Diagnostic
from calfeed.documents import read
from calfeed.model import Document, Field, Record

Extract = Callable[[Document], tuple[tuple[Record, ...], tuple[Diagnostic, ...]]]


def told(extract: Extract, text: str, name: str = "a.md") -> list[str]:
    """Tell records as "Fall > Sep 3 | Speaker: Ada | 402", diagnostics as "5:3 date-absent"."""
    document, faults = read(name, text.encode())
    assert faults == ()
    records, diagnostics = extract(document)
    return [*map(_record, records), *map(_diagnostic, diagnostics)]


def _record(record: Record) -> str:
    place = " > ".join(cell.text for cell in (*record.section, record.date))
    return " | ".join((place, *map(_field, record.fields)))


def _field(field: Field) -> str:
    return f"{field.label.text}: {field.cell.text}" if field.label else field.cell.text


def _diagnostic(diagnostic: Diagnostic) -> str:
    return f"{diagnostic.position.line}:{diagnostic.position.column} {diagnostic.code}"
