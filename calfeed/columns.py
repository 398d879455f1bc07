"""What each column of a table, or key of a mapping, tells: by its name, else by what stands in it."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from calfeed.labels import read_label
from calfeed.model import Cell, Record, Span
from calfeed.nobody import is_nobody, is_place
from calfeed.parts import Label, Part
from calfeed.people import looks_like_people, only_names
from calfeed.times import times
from calfeed.values import is_open, link_kind, state, venue

_WORD = re.compile(r"[^\W\d_]{2}")
_ROOM = re.compile(
    r"\b(?:room|hall|zoom|online|auditorium|building|raum|hörsaal|salle|amphi)\b|教室|会議室|会议", re.I
)
_TALK = re.compile(
    r"\b(?:talks?|presentations?|vorträge?|exposés?|charlas?|palestras?)\b|発表|발표|报告", re.I
)
_AUTHOR = re.compile(r"\b(?:authors?|auteure?s?|autor(?:in|en|es|a)?)\b|作者|著者|저자", re.I)
_ENOUGH = 60
"""Cells of a column that are looked at: no more are needed to know what it is."""

Place = tuple[str, str]
"""A series and a place in it: one column of one table."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a column tells, and in words why it is thought so, for `explain`."""

    label: Label
    why: str


@dataclass(slots=True)
class _Column:
    """A column's name and what stands in it."""

    name: str = ""
    cells: list[Cell] = field(default_factory=list)


def settle_columns(records: Iterable[Record]) -> Mapping[Place, Role]:
    """Settle what every column tells; each series with a topic has one, be it only by its looks."""
    columns: dict[str, dict[str, _Column]] = defaultdict(lambda: defaultdict(_Column))
    for record in records:
        for piece in record.fields:
            if piece.label is None and not piece.place.startswith("column"):
                continue
            column = columns[record.series][piece.place]
            column.name = piece.label.text if piece.label else ""
            if len(column.cells) < _ENOUGH and not is_open(piece.cell.text) and not state(piece.cell.text):
                column.cells.append(piece.cell)
    return {
        (series, place): role for series, places in columns.items() for place, role in _settle(places).items()
    }


def _settle(columns: Mapping[str, _Column]) -> dict[str, Role]:
    roles = {place: _role(column) for place, column in columns.items()}
    parts = {role.label.part for place, role in roles.items() if read_label(columns[place].name)}
    for place, role in list(roles.items()):
        if role.label.part in parts & {Part.PEOPLE, Part.TOPIC} and not read_label(columns[place].name):
            roles[place] = Role(Label(Part.NOTE), "nothing told what it is")
    if Part.PEOPLE not in parts:
        roles |= {
            place: Role(Label(Part.PEOPLE, 1), "people take turns in it") for place in _turns(columns, roles)
        }
    if not any(role.label.part is Part.TOPIC for role in roles.values()):
        longest = _topic(columns, roles)
        roles |= {longest: Role(Label(Part.TOPIC), "the longest texts stand in it")} if longest else {}
    if not any(role.label.part is Part.PEOPLE for role in roles.values()):
        hosts = (
            p
            for p, role in roles.items()
            if role.label.part is Part.NOTE and _reaches(columns[p].cells, _is_people, 0.8)
        )
        is_talk = any(_TALK.search(column.name) for column in columns.values())
        named = list(islice(hosts, 1)) or [
            place for place, role in roles.items() if _are_speakers(columns[place], role, is_talk=is_talk)
        ]
        roles |= {p: Role(Label(Part.PEOPLE), "names stand in it") for p in named}
    return roles


def _turns(columns: Mapping[str, _Column], roles: Mapping[str, Role]) -> Sequence[str]:
    """Find the columns of first names, which come again further down, or in another such column.

    A column whose name promises something else, “Literature”, needs such another: titles come again, too.
    """
    names: dict[str, list[str]] = {}
    for place, column in columns.items():
        if roles[place].label.part is Part.NOTE or not roles[place].label.sure:
            people = [only_names(cell.text) for cell in column.cells]
            if people and sum(map(bool, people)) >= 0.8 * len(people):
                names[place] = [person.name for found in people for person in found]
    times_named = Counter(name for found in names.values() for name in found)
    if len(times_named) * 4 > times_named.total() * 3:
        return ()
    shared = Counter(name for found in names.values() for name in set(found))
    return [
        place
        for place, found in names.items()
        if read_label(columns[place].name) is None or any(shared[name] > 1 for name in found)
    ]


def _are_speakers(column: _Column, role: Role, *, is_talk: bool) -> bool:
    """Tell “authors” who speak from those of papers: of a talk, or it is said where most of them are from."""
    if role.label.part is not Part.HOST:
        return False
    is_theirs = is_talk and _AUTHOR.search(column.name) is not None
    return is_theirs or _share(column.cells, _is_from_somewhere) >= 0.6


def _is_from_somewhere(cell: Cell) -> bool:
    return any(person.affiliation for person in only_names(cell.text))


def _role(column: _Column) -> Role:
    label = read_label(column.name)
    if label and label.sure:
        return Role(label, f"it is called “{' '.join(column.name.split())}”")
    seen = _seen(column.cells)
    if label and (seen is None or seen.label.part is label.part or not column.cells):
        return Role(label, f"it is called “{' '.join(column.name.split())}”")
    if seen and (label is None or seen.label.part in _OVERRULING.get(label.part, ())):
        return seen
    return Role(label or Label(Part.NOTE), "nothing told what it is" if label is None else "it is called so")


# What the content may make of a label that is used for two things.
_OVERRULING: Mapping[Part, tuple[Part, ...]] = {
    Part.VENUE: (Part.PLACE,),
    Part.PLACE: (Part.VENUE,),
    Part.PEOPLE: (Part.TOPIC, Part.MATERIALS),
    Part.TOPIC: (Part.PEOPLE, Part.MATERIALS, Part.TIME),
    Part.NOTE: (Part.MATERIALS, Part.TOPIC),
    Part.MATERIALS: (Part.TOPIC,),
    Part.TIME: (),
    Part.DATE: (Part.TIME,),
}


def _seen(cells: Sequence[Cell]) -> Role | None:
    """Tell a column by what stands in most of its cells; None where that leaves it open."""
    return next((role for role, share, holds in _LOOKS if _reaches(cells, holds, share)), None)


def _reaches(cells: Sequence[Cell], holds: Callable[[Cell], bool], share: float) -> bool:
    """Tell whether so much of the cells is such; a few others are enough to know that it is not."""
    spare = len(cells) - share * len(cells) + 1e-9
    others = (1 for cell in cells if not holds(cell))
    return bool(cells) and sum(islice(others, int(spare) + 1)) <= spare


def _share(cells: Sequence[Cell], holds: Callable[[Cell], bool]) -> float:
    return sum(map(holds, cells)) / len(cells) if cells else 0


def _is_people(cell: Cell) -> bool:
    return looks_like_people(cell.text) or is_nobody(cell.text)


def _is_links(cell: Cell) -> bool:
    """Tell a cell of material links from a linked title."""
    if not any(cell.links()):
        return False
    beside = "".join(span.text for span in cell.spans if span.url is None)
    short = all(_is_material(span) for span in cell.links())
    return short and not any(c.isalnum() for c in beside)


def _is_material(link: Span) -> bool:
    is_short = len(link.text) <= 30 and len(link.text.split()) <= 3
    return link.text == link.url or (is_short and link_kind(link.text) != "other")


def _is_room(cell: Cell) -> bool:
    return len(cell.text) <= 60 and _ROOM.search(cell.text) is not None


def _is_venue(cell: Cell) -> bool:
    return venue(cell.text.strip()) is not None


def _is_institution(cell: Cell) -> bool:
    return len(cell.text.split()) <= 10 and is_place(cell.text.strip())


def _is_time(cell: Cell) -> bool:
    return len(cell.text) < 30 and times(cell.text) is not None


def _is_long(cell: Cell) -> bool:
    return len(cell.text.split()) >= 4


_LOOKS: tuple[tuple[Role, float, Callable[[Cell], bool]], ...] = (
    (Role(Label(Part.MATERIALS), "links stand in it"), 0.6, _is_links),
    (Role(Label(Part.PLACE), "rooms stand in it"), 0.6, _is_room),
    (Role(Label(Part.VENUE), "venues of publication stand in it"), 0.6, _is_venue),
    (Role(Label(Part.TIME), "times stand in it"), 0.6, _is_time),
    (Role(Label(Part.NOTE), "institutions stand in it"), 0.6, _is_institution),
    (Role(Label(Part.PEOPLE, 1), "names stand in it"), 0.6, _is_people),
    (Role(Label(Part.TOPIC, 1), "texts as long as titles stand in it"), 0.5, _is_long),
)


def _topic(columns: Mapping[str, _Column], roles: Mapping[str, Role]) -> str | None:
    """Choose the column of titles where none is called so: a text about the talk, else the longest."""
    lengths = {
        place: (roles[place].label.part is Part.ABSTRACT, sum(len(cell.text) for cell in column.cells))
        for place, column in columns.items()
        if _may_be_titles(column, roles[place].label.part)
    }
    return max(lengths, key=lambda place: lengths[place], default=None)


def _may_be_titles(column: _Column, part: Part) -> bool:
    if part is Part.NOTE:
        is_wordy = _share(column.cells, lambda cell: len(cell.text.split()) >= 3) >= 0.5
        is_read = read_label(column.name) is not None
        return is_wordy or (
            not is_read and _share(column.cells, lambda cell: _WORD.search(cell.text) is not None) >= 0.5
        )
    return part is Part.ABSTRACT or (part is Part.MATERIALS and _share(column.cells, _is_links) <= 0.5)
