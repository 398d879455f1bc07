"""Which part of a session each of its lines tells: topic, people, materials, time, place.

A cell of a table is told by its column.  Each other line is judged by its own words first; what stays
open is settled by what the other sessions of the schedule put in the same place, behind the same mark;
so an emoji helps, and nothing needs it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from calfeed.bylines import Line, part_people
from calfeed.columns import Place, Role, settle_columns
from calfeed.days import Day
from calfeed.guesses import Draft, asides_of, habits_of, settle
from calfeed.labels import read_label, split_label
from calfeed.model import Cell, Field
from calfeed.names import is_event
from calfeed.parts import Part
from calfeed.people import looks_like_people, read_people
from calfeed.signs import PLACE, ROOMS, judge
from calfeed.text import LOST
from calfeed.values import is_open, plain, state
from calfeed.weekdays import weekday

_PLACE_BEHIND = re.compile(
    rf"(?:[|,;@，]|\s[–—-])\s?(?:(?:in|at|im|en|à)\s)?(?P<place>{ROOMS})$", re.IGNORECASE
)
_ADDRESS = re.compile(r"https?://[^\s<>]+")
HEAD = "head"
"""The place of what stands beside a date, or in a heading above it."""

_WRAPPED = 72
"""Characters from which on a line may have been wrapped by its width, so that the next belongs to it."""


@dataclass(frozen=True, slots=True, eq=False)
class _Ways:
    """What a schedule does alike in all its sessions: the marks that it begins lines with, which part
    stands behind a mark or at a number, the roles of columns by series and place, the `asides` that it
    labels in its own way, “Participation: …”.
    """

    marks: frozenset[str]
    habits: Mapping[str, Part]
    roles: Mapping[Place, Role]
    asides: frozenset[str]


def assign(days: Sequence[Day]) -> tuple[tuple[Line, ...], ...]:
    """Settle which part each line of each record tells, one tuple a record."""
    roles = settle_columns(day.record for day in days)
    marks = _recurring([_loose(day) for day in days])
    drafts = [_drafts(day, marks) for day in days]
    told = [draft for record in drafts for draft in record]
    named = {p.name for draft in told if draft.part is Part.PEOPLE for p in read_people(draft.words)}
    ways = _ways(marks, frozenset(habits_of(told)), frozenset(roles.items()), asides_of(drafts))
    known = [frozenset(_unsettled(record)) & named for record in drafts]
    return tuple(part_people(days, [_lines(*each, ways) for each in zip(days, known, strict=True)]))


def _unsettled(drafts: Iterable[Draft]) -> Iterator[str]:
    """Give the names in lines that are people, perhaps, if they are named elsewhere."""
    return (person.name for draft in drafts if draft.part is None for person in read_people(draft.words))


@lru_cache(maxsize=2**6)  # the same object for the same ways, so that lines are found by it
def _ways(
    marks: frozenset[str],
    habits: frozenset[tuple[str, Part]],
    roles: frozenset[tuple[Place, Role]],
    asides: frozenset[str],
) -> _Ways:
    return _Ways(marks, dict(habits), dict(roles), asides)


@lru_cache(maxsize=2**13)  # an edit leaves most records as they are, and history is edits
def _lines(day: Day, named: frozenset[str], ways: _Ways) -> tuple[Line, ...]:
    """Settle the lines of one record by the ways of the schedule and the names known from elsewhere."""
    drafts, fields, series = _drafts(day, ways.marks), day.record.fields, day.record.series
    placed = _eventful([line for f in fields for line in _placed(f, ways.roles.get((series, f.place)))])
    head = list(_head(day, placed, drafts))
    for field in fields:
        if field.place == "heading":
            head += _beside(day, field.cell, placed, drafts)
    led = any(line.part is Part.TOPIC for line in (*placed, *head))
    return (*head, *placed, *settle(drafts, ways.habits, ways.asides, named, led=led))


# ── cells that stand in a column ─────────────────────────────────────────────────────────────────


def _placed(field: Field, role: Role | None) -> Iterator[Line]:
    """Make lines of a cell by the role of its column; labelled lines in it are told by their labels."""
    if role is None:
        return
    label = field.label.text if field.label else ""
    cut = list(field.cell.lines())
    is_cut = len(cut) > 1 and any(_is_labelled(cell) for cell in cut)
    cells = cut if is_cut else [field.cell]
    for number, cell in enumerate(cells):
        text = _words(cell)
        found, rest = split_label(text)
        inner = read_label(found) if found and len(cells) > 1 else None
        if inner:
            yield Line(inner.part, rest, cell, found, inner.rank, field.place, f"labelled “{found}”")
        elif number and role.label.part is Part.TOPIC and len(cells) > 1:
            yield Line(Part.NOTE, text, cell, "", 9, field.place, role.why)
        else:
            part = _part_in(cell, text, role)
            if part is Part.TOPIC and (parted := _state_behind(text)):
                text, said = parted
                yield Line(Part.STATE, said, Cell("", cell.position), place=field.place)
            yield Line(part, text, cell, label, role.label.rank, field.place, role.why)


def _eventful(lines: list[Line]) -> list[Line]:
    """Read what happens where a name is expected, and no title stands beside: “Social”, “Logistics”."""
    if any(line.part is Part.TOPIC for line in lines):
        return lines
    return [
        replace(line, part=Part.TOPIC)
        if line.part is Part.PEOPLE and is_event(line.text) and not looks_like_people(line.text)
        else line
        for line in lines
    ]


def _is_labelled(cell: Cell) -> bool:
    return bool(split_label(plain(cell.text))[0])


def _part_in(cell: Cell, text: str, role: Role) -> Part:
    """Give the part of a column's cell: what it is called, but for a cell that says there is none."""
    part = role.label.part
    if part in (Part.DATE, Part.NUMBER, Part.ABSTRACT, Part.WEEKDAY):
        return part
    if is_open(text) and not any(cell.links()):
        return Part.EMPTY
    if state(text) and not any(cell.links()):
        return Part.STATE
    return part


def _words(cell: Cell) -> str:
    """Give a cell's words on one line, without bare addresses."""
    text = (
        plain(cell.text)
        if "\n" not in cell.text
        else "\n".join(plain(line) for line in cell.text.split("\n"))
    )
    return " ".join(_ADDRESS.sub(" ", text).split(" ")) if "://" in text else text


# ── what stands beside the date ──────────────────────────────────────────────────────────────────

_BESIDE_DATE = re.compile(
    r"\b(?:week|session|meeting|lecture|talk|no\.?|nr\.?|part)\s?#?\s?\d+\b|#\d+", re.IGNORECASE
)
_EMPTY = re.compile(r"\(\s*\)|\[\s*\]|（\s*）")
_EDGES = " -–—:,.;|@\t：，、。；"
"""What stands between a date and what is beside it."""

_TO_THE_TIME = re.compile(
    r"^(?:at|à|um|ab|from|a las|alle|ore|às|om|kl|в)(?=\s?(?:[,;|(–—-]|$))", re.IGNORECASE
)
_NO_TIME = re.compile(r"[\d:.h\s–-]*\d[\d:.h\s–-]*(?:[ap]\.?m\.?)?", re.IGNORECASE)
"""What is meant as a time where it was not read as one: "25:00"."""


def _head(day: Day, placed: Sequence[Line], drafts: Sequence[Draft]) -> Iterator[Line]:
    """Make lines of what a date's cell says beside its date: a title, names, a place, a state."""
    if any(day.lead.links()):
        yield Line(
            Part.MATERIALS, plain(day.lead.text), day.lead, plain(day.lead.text), why="leads to the date"
        )
    first, *below = list(day.rest.lines()) if "\n" in day.rest.text else [day.rest]
    if any(_below(day)):
        below = []
    elif not below or not all(_stands_alone(cell, first) for cell in below):
        first, below = day.rest, []
    yield from _beside(day, first, placed, drafts)
    for cell in below:
        yield from _labelled(cell)


def _below(day: Day) -> Iterator[Field]:
    """Give the lines below one that tells only when and where: they are no rest of it."""
    if "\n" not in day.rest.text:
        return
    first, *below = day.rest.lines()
    text = plain(first.text)
    if below and (not re.search(r"\w{3}", text) or PLACE.fullmatch(text.strip(" ,.;:|()-–—"))):
        is_wrapped = any(len(cell.text) >= _WRAPPED for cell in below[:-1])
        yield from () if is_wrapped else map(Field, below)


def _stands_alone(cell: Cell, first: Cell) -> bool:
    """Tell a line of its own below the one with the date, from the rest of that one."""
    goes_on = len(first.text) >= _WRAPPED or re.search(r"(?:\b(?:by|and|with|of|the)|[,&:])\s*$", first.text)
    is_people = not goes_on and looks_like_people(cell.text)
    return is_people or _is_labelled(cell) or _is_linked(cell)


def _is_linked(cell: Cell) -> bool:
    """Tell a line that is nothing but links."""
    beside = "".join(span.text for span in cell.spans if span.url is None)
    return any(cell.links()) and not re.search(r"\w{3}", beside)


def _labelled(cell: Cell) -> Iterator[Line]:
    label, text = split_label(plain(cell.text))
    read = read_label(label)
    part = read.part if read else Part.PEOPLE if looks_like_people(text) else Part.MATERIALS
    yield Line(part, text, cell, label, read.rank if read else 9)


def _beside(day: Day, cell: Cell, placed: Sequence[Line], drafts: Sequence[Draft]) -> Iterator[Line]:
    label, text = split_label(plain(_EMPTY.sub(" ", _BESIDE_DATE.sub(" ", cell.text))))
    known = read_label(label) if label else None
    if known and known.part not in (Part.DATE, Part.TIME, Part.NUMBER):
        yield Line(known.part, text, cell, label, known.rank)
        return
    beside = _TO_THE_TIME.sub("", text.lstrip(")]） ").strip(_EDGES)).strip(_EDGES)
    is_remark = beside[:1] in "([（" and beside[-1:] in ")]）"
    text = plain(beside[1:-1] if is_remark else beside)
    if is_open(text) or weekday(text) is not None:
        if any(link.text != link.url for link in cell.links()) or "://" in cell.text:
            yield Line(Part.MATERIALS, text, cell)
        return
    bare, asides = _without_asides(_ADDRESS.sub(" ", text).strip(" :;,.-–—"))
    yield from (Line(part, said, Cell("", cell.position)) for part, said in asides)
    has_people = any(line.part is Part.PEOPLE for line in placed) or any(
        d.part is Part.PEOPLE for d in drafts
    )
    if state(bare) and not any(link.text != link.url for link in cell.links()):
        yield Line(Part.STATE, bare, cell)
    elif len(bare) <= 20 and _NO_TIME.fullmatch(bare):
        yield Line(Part.TIME, bare, cell)
    elif judge(cell, bare) is Part.PLACE:
        yield Line(Part.PLACE, bare, cell)
    elif not bare:
        yield Line(Part.MATERIALS, "", cell)
    elif looks_like_people(bare) and not has_people and not _has_title_link(cell):
        yield Line(Part.PEOPLE, bare, cell)
    else:
        has_topic = any(line.part is Part.TOPIC for line in placed) or any(
            d.part is Part.TOPIC for d in drafts
        )
        is_note = day.record.alone or (is_remark and has_topic)
        yield Line(Part.NOTE if is_note else Part.TOPIC, bare, cell, rank=1, place=HEAD)


def _without_asides(text: str) -> tuple[str, list[tuple[Part, str]]]:
    """Part a room and a state off the end of what stands beside a date."""
    asides: list[tuple[Part, str]] = []
    if (m := _PLACE_BEHIND.search(text)) and m.start():
        asides.append((Part.PLACE, m["place"]))
        text = text[: m.start()].strip(_EDGES)
    if (parted := _state_behind(text)) and not state(parted[0]):
        asides.append((Part.STATE, parted[1]))
        text = parted[0]
    return text, asides


def _state_behind(text: str) -> tuple[str, str] | None:
    """Part a state off that ends a line as a sentence of its own: “Paxos. Cancelled”, “… (cancelled)”."""
    m = re.search(r"(?:[.;!–—]\s+|\s[-–—]\s|\()([^.;!()]{4,40})[).!]*$", text)
    return (text[: m.start(1)].rstrip(" .;:,–—-("), m[1]) if m and state(m[1]) else None


def _has_title_link(cell: Cell) -> bool:
    return any(len(link.text.split()) >= 4 and not looks_like_people(link.text) for link in cell.links())


# ── lines that stand below ───────────────────────────────────────────────────────────────────────


def _loose(day: Day) -> list[Field]:
    return [*_below(day), *(field for field in day.record.fields if not field.place)]


def _recurring(records: Sequence[Sequence[Field]]) -> frozenset[str]:
    """Find what most sessions begin a line with, and what is no word: an emoji, or what became of one."""
    cells = [field.cell.text for fields in records for field in fields]
    starts = Counter(text.split(maxsplit=1)[0] for text in cells if text.strip())
    often = max(3, len(records) // 2)
    return frozenset(s for s, n in starts.items() if n >= often and not re.search(r"[0-9A-Za-z]", s))


def _cut(fields: Sequence[Field]) -> Iterator[Cell]:
    """Give a record's lines; one that is a list of labelled lines, "Speaker: …" below "Title: …", is cut."""
    for field in fields:
        cut = list(field.cell.lines()) if "\n" in field.cell.text else [field.cell]
        is_cut = any(_begins(one, before) for before, one in pairwise(cut))
        yield from _without_texts(cut) if is_cut else [field.cell]


def _without_texts(cells: Iterable[Cell]) -> Iterator[Cell]:
    """Leave out the lines that go on with an abstract: all below its label, up to the next one."""
    is_abstract = False
    for cell in cells:
        label = split_label(plain(cell.text))[0]
        if read := read_label(label) if label else None:
            is_abstract = read.part is Part.ABSTRACT
        if read or not is_abstract:
            yield cell


def _begins(cell: Cell, before: Cell) -> bool:
    """Tell a line of its own from the rest of a wrapped one: by a label, a mark, names, a place, links."""
    text = plain(cell.text)
    mark = cell.text.strip().removesuffix(text)
    if split_label(text)[0] or (mark and not mark.isascii()):
        return True
    if looks_like_people(text) and len(before.text) < _WRAPPED:
        return True
    return judge(cell, text) in (Part.PLACE, Part.MATERIALS)


@lru_cache(maxsize=2**13)
def _drafts(day: Day, marks: frozenset[str]) -> tuple[Draft, ...]:
    return tuple(_draft(number, cell, marks) for number, cell in enumerate(_cut(_loose(day))))


def _draft(number: int, cell: Cell, marks: frozenset[str]) -> Draft:
    text = " ".join(cell.text.split())
    first = text.partition(" ")[0]
    words = plain(text.removeprefix(first) if first in marks else text)
    mark = text[: len(text) - len(words)].strip(f" {LOST}")  # two different marks may both be lost
    return Draft(cell, words, judge(cell, words), f"line {number}", mark)
