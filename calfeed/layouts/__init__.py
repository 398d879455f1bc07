"""SCHEDULE SHAPE: a Document to Records.  Add a layout as a file here and one word to `LAYOUTS`.

A layout is `extract(document) -> (records, diagnostics)`.  It hands over located text: it may ask
whether a text holds a date, but never what date it is, so a new spelling works in every layout.
"""

from calfeed.diagnostics import Diagnostic
from calfeed.layouts import headings
from calfeed.model import Document, Record

LAYOUTS = (headings,)


def extract(document: Document) -> tuple[tuple[Record, ...], tuple[Diagnostic, ...]]:
    """Collect the dated entries of a document from every layout, in the order of the source."""
    found = [layout.extract(document) for layout in LAYOUTS]
    records = sorted((r for records, _ in found for r in records), key=lambda record: record.date.position)
    return tuple(records), tuple(d for _, diagnostics in found for d in diagnostics)
