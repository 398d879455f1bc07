"""One mapping per session, in a YAML file or in front matter: its keys say what is what.

- date: 2024-09-03                 2024-09-03:
  speaker: Li Lei                    title: Efficient Serving of LLM-based Applications
  title: Efficient Serving …         speaker: Li Lei
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from calfeed import hypertext
from calfeed.dates import dates
from calfeed.diagnostics import Diagnostic, diagnose
from calfeed.labels import read_label
from calfeed.model import Cell, Document, Field, Mapping, Node, Record, Scalar, Sequence, Span, Table
from calfeed.parts import Part
from calfeed.terms import stated
from calfeed.values import is_open, link_kind

LAYOUT = "mapping"

_TERM = ("semester", "term", "season", "quarter", "year")
"""Keys beside a list of sessions that together state the term."""

_NAME = ("title", "name", "label", "text")
_URL = ("url", "link", "href", "website", "homepage", "pdf")
_FROM = ("affiliation", "institution", "university", "org", "organization")

_DATA = (".yaml", ".yml", ".json")
"""What files that are data as a whole end in; in others data is front matter."""

Section = tuple[Cell, ...]


def extract(document: Document) -> tuple[tuple[Record, ...], tuple[Diagnostic, ...]]:
    """Give a record for each dated mapping of the data, and a diagnostic for its siblings without a date."""
    walk = _Walk()
    is_page = not document.path.lower().endswith(_DATA)
    if is_page and isinstance(document.data, Mapping) and not _is_session(document.data):
        walk.pairs(document.data, ())  # front matter: its date is that of the page
    elif document.data is not None:
        walk.visit(document.data, (), None)
    return tuple(walk.records), tuple(walk.diagnostics)


@dataclass(slots=True)
class _Walk:
    """Goes through the nodes once."""

    records: list[Record] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def visit(self, node: Node, section: Section, date: Cell | None) -> None:
        """Read a node; `date` is that of the mapping or of the key which it stands in."""
        if isinstance(node, Sequence) and date and all(isinstance(item, Scalar) for item in node.items):
            pieces = (_marked_up(item.cell) for item in node.items if isinstance(item, Scalar))
            self.add(date, tuple(map(Field, pieces)), section)
        elif isinstance(node, Sequence):
            self.sequence(node, section, date)
        elif isinstance(node, Mapping):
            own = _date_of(node) or date
            talks = _talks(node) if own else ()
            if own is None:
                self.pairs(node, section)
            elif not talks:
                self.add(own, tuple(_fields(node)), section)
            for talk in talks:
                shared = (f for f in _fields(node) if _part(f.label) in (Part.TIME, Part.PLACE, Part.STATE))
                self.add(own or _date_of(talk), (*_fields(talk), *shared), section)
        elif date is not None:
            self.add(date, (Field(node.cell),) if node.value is not None else (), section)

    def add(self, date: Cell | None, fields: tuple[Field, ...], section: Section) -> None:
        if date is not None:
            self.records.append(Record(date, fields, section, LAYOUT, "mappings", alone=True))

    def sequence(self, node: Sequence, section: Section, date: Cell | None) -> None:
        undated = []
        before = len(self.records)
        for item in node.items:
            count = len(self.records)
            self.visit(item, section, date)
            if len(self.records) == count and isinstance(item, Mapping):
                undated.append(item)
        if len(self.records) > before:
            self.diagnostics += map(_complain, undated)

    def pairs(self, node: Mapping, section: Section) -> None:
        """Read what stands under the keys of an undated mapping: a key may be a date or name a term."""
        values = {key.text.casefold(): value.cell for key, value in node.pairs if isinstance(value, Scalar)}
        stated_here = [values[key] for key in _TERM if key in values]
        if stated_here:
            text = " ".join(cell.text for cell in stated_here)
            section = (*section, Cell(text, stated_here[0].position))
        for key, value in node.pairs:
            if dates(key.text, alone=True):
                self.visit(value, section, key)
            elif not isinstance(value, Scalar):
                self.visit(value, (*section, key) if stated(key.text) else section, None)


def _part(label: Cell | None) -> Part | None:
    read = read_label(label.text) if label else None
    return read.part if read else None


def _date_of(node: Mapping) -> Cell | None:
    """Find the date that a mapping has: under a key that is called so, or else “when” or “time”."""
    for part in (Part.DATE, Part.TIME):
        for key, value in node.pairs:
            if isinstance(value, Scalar) and _part(key) is part and dates(value.cell.text, alone=True):
                return value.cell
    return None


def _is_session(node: Mapping) -> bool:
    """Tell front matter that is a session itself, a talk in a file of its own: it has a speaker or a room."""
    parts = {_part(key) for key, value in node.pairs if not isinstance(value, Scalar) or value.value}
    return _date_of(node) is not None and bool(parts & {Part.PEOPLE, Part.PLACE})


def _talks(node: Mapping) -> tuple[Mapping, ...]:
    """Find the talks that a dated mapping holds: mappings each with somebody who speaks, no title for all."""
    scalars = [key for key, value in node.pairs if isinstance(value, Scalar) and value.value]
    if any(_part(key) is Part.TOPIC for key in scalars):
        return ()
    for _, value in node.pairs:
        if isinstance(value, Sequence) and value.items:
            talks = tuple(item for item in value.items if isinstance(item, Mapping))
            if len(talks) == len(value.items) and all(_has_speaker(talk) for talk in talks):
                return talks
    return ()


def _has_speaker(node: Mapping) -> bool:
    """Tell a talk: somebody surely speaks, or a title stands beside a name."""
    labels = [label for key, _ in node.pairs if (label := read_label(key.text))]
    is_titled = any(label.part is Part.TOPIC for label in labels)
    return any(label.part is Part.PEOPLE and (label.sure or is_titled) for label in labels)


def _fields(node: Mapping) -> Iterator[Field]:
    date = _date_of(node)
    for key, value in node.pairs:
        cell = _cell(key, value)
        if cell is not date and cell.text.strip():
            yield Field(cell, key, f"key {key.text}")


def _cell(key: Cell, node: Node) -> Cell:
    """Give a value as a cell: an address as a link, a list as lines, a mapping as its name and address."""
    if isinstance(node, Scalar):
        text = node.cell.text if node.value is not None else ""
        if _is_address(text, key):
            return _linked(text, text, node.cell)
        return _marked_up(node.cell) if text else Cell("", node.cell.position)
    if isinstance(node, Mapping):
        return _named(key, node)
    cells = [cell for item in node.items if (cell := _cell(key, item)).text.strip()]
    spans: list[Span] = []
    for cell in cells:
        spans += (
            *([Span("\n", cell.position)] if spans else ()),
            *(cell.spans or (Span(cell.text, cell.position),)),
        )
    return Cell("".join(span.text for span in spans), node.position, tuple(spans))


_LINK = re.compile(r"\[([^\[\]]{1,300})\]\(([^()\s]{1,1000})\)")


def _marked_up(cell: Cell) -> Cell:
    """Read the HTML or the Markdown links that people write into values."""
    if "</" in cell.text or "<br" in cell.text:
        blocks = hypertext.read(cell.position.path, cell.text, cell.position.line)
        read = [block.cell for block in blocks if not isinstance(block, Table)]
        return read[0] if len(read) == 1 else cell
    if "](" not in cell.text:
        return cell
    spans: list[Span] = []
    at = 0
    for link in _LINK.finditer(cell.text):
        spans += (Span(cell.text[at : link.start()], cell.position), Span(link[1], cell.position, link[2]))
        at = link.end()
    kept = tuple(span for span in (*spans, Span(cell.text[at:], cell.position)) if span.text)
    return Cell("".join(span.text for span in kept), cell.position, kept)


def _named(key: Cell, node: Mapping) -> Cell:
    """Give a mapping such as {name: Slides, url: …} or {name: Li Lei, affiliation: THU} as one cell."""
    values = {key.text.casefold(): value.cell for key, value in node.pairs if isinstance(value, Scalar)}
    by_name = ("name", *_NAME) if _part(key) is Part.PEOPLE else _NAME  # a speaker may have a title, too
    name = next((values[word] for word in by_name if word in values), None)
    url = next((values[word] for word in _URL if word in values), None)
    origin = next((values[word] for word in _FROM if word in values), None)
    cell = name or url
    if cell is None:
        return Cell("", node.position)
    named = _linked(cell.text, url.text, cell) if url and url.text else cell
    if origin is None or not origin.text:
        return named
    spans = (
        *(named.spans or (Span(named.text, named.position),)),
        Span(f" ({origin.text})", origin.position, emphasised=True),
    )
    return Cell("".join(span.text for span in spans), named.position, spans)


def _linked(text: str, url: str, cell: Cell) -> Cell:
    return Cell(text, cell.position, (Span(text, cell.position, url),))


def _is_address(text: str, key: Cell) -> bool:
    if text.startswith(("http://", "https://")) and " " not in text:
        return True
    return link_kind(key.text) != "other" and "/" in text and " " not in text


def _complain(node: Mapping) -> Diagnostic:
    """Nothing is dropped in silence: an entry among dated ones has no date, or one that is not readable."""
    for key, value in node.pairs:
        if _part(key) is Part.DATE and isinstance(value, Scalar) and not is_open(value.cell.text):
            message = f"“{value.cell.text}” is not a date"
            return diagnose("date-unreadable", message, value.cell.position, "write it like 2024-09-03")
    message = "this entry stands among dated ones and has no day: left out"
    return diagnose("date-absent", message, node.position, "give it a date when it has one")
