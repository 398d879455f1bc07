"""A Publication to what its organiser asks: what is wrong and where, what is missing, how large feeds are."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath

from calfeed.diagnostics import CODES, Diagnostic, Position, Severity
from calfeed.events import ends
from calfeed.model import Entry, Feed, LinkKind, Person, Role
from calfeed.publication import LARGEST, MOST, Publication, Rendition
from calfeed.web import agenda

_USUAL: tuple[LinkKind, ...] = ("slides", "video", "summary")


@dataclass(frozen=True, slots=True)
class Finding:
    """A diagnostic for everybody to read: `place` is "README.md:7", `address` shows that line, if known."""

    place: str
    address: str | None
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Kind:
    """All findings of one code, and what the code means."""

    code: str
    meaning: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """A past session and what is missing of it; `address` shows its line in the source, if known."""

    entry: Entry
    missing: tuple[LinkKind, ...]
    address: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom to ask for materials (None: nobody is named), and for which sessions, the latest first."""

    person: Person | None
    talks: tuple[Talk, ...]


@dataclass(frozen=True, slots=True)
class Size:
    """A feed as a calendar program loads it: `fill` is the share of what programs take, in percent."""

    path: str
    name: str
    events: int
    octets: int
    fill: int
    changed: datetime


@dataclass(frozen=True, slots=True)
class Overview:
    """All that the organiser's page tells; `noticed` has every severity, `sizes` the latest changed first."""

    noticed: Mapping[Severity, tuple[Kind, ...]]
    lacking: tuple[Asked, ...]
    sizes: tuple[Size, ...]


def overview(publication: Publication, now: datetime) -> Overview:
    """Look a publication over."""
    return Overview(_noticed(publication), _lacking(publication, now), _sizes(publication))


def _noticed(publication: Publication) -> Mapping[Severity, tuple[Kind, ...]]:
    """Group the diagnostics by severity, the worst first, and by code in the order of the table of codes.

    Missing materials are left to `_lacking`, which knows whom to ask.
    """
    members: dict[str, list[Diagnostic]] = {}
    for diagnostic in publication.diagnostics:
        if diagnostic.code == "materials-missing":
            continue
        members.setdefault(diagnostic.code, []).append(diagnostic)
    outside = _outside(publication)
    kinds = [
        (severity, Kind(code, meaning, tuple(_finding(each, publication, outside) for each in members[code])))
        for code, (severity, meaning) in CODES.items()
        if code in members
    ]
    return {each: tuple(kind for severity, kind in kinds if severity is each) for each in Severity}


def _outside(publication: Publication) -> frozenset[str]:
    """Find the files outside of the calendar's folder: where they lie is nobody's business."""
    places = {diagnostic.position.path for diagnostic in publication.diagnostics}
    places |= {entry.session.source.path for entry in publication.entries}
    return frozenset(path for path in places if PurePath(path).is_absolute())


def _finding(diagnostic: Diagnostic, publication: Publication, outside: Iterable[str]) -> Finding:
    if publication.calendar.members:
        diagnostic = diagnostic.discreet()
    place, message, hint = _place(diagnostic.position), diagnostic.message, diagnostic.hint
    if diagnostic.code == "ledger-damaged":  # its message tells where the ledger lies
        message = CODES[diagnostic.code][1]
    for path in outside:
        name = PurePath(path).name
        message, hint = message.replace(path, name), hint.replace(path, name)
    return Finding(place, _address(publication, diagnostic.position), message, hint)


def _place(position: Position) -> str:
    """Name a line for people; nothing for what concerns the whole calendar."""
    path = PurePath(position.path)
    name = path.name if path.is_absolute() else str(path)
    return f"{name}:{position.line}" if path.name else ""


def _address(publication: Publication, position: Position) -> str | None:
    return publication.origin.line(position) if publication.origin else None


def _lacking(publication: Publication, now: datetime) -> tuple[Asked, ...]:
    """Find what past sessions lack, by who presented: the one whose session was last comes first.

    What is expected is the group's policy, or else each kind that any of its sessions has.
    """
    past = [
        entry
        for entry in reversed(publication.entries)
        if agenda.takes_place(entry) and ends(entry.session) <= now
    ]
    wanted = publication.materials
    kinds = wanted.kinds if wanted else _customary(past)
    due = now - (wanted.after if wanted else timedelta())
    asked: dict[str | None, tuple[Person | None, list[Talk]]] = {}
    for entry in past:
        missing = tuple(kind for kind in kinds if kind not in entry.session.materials)
        if missing and ends(entry.session) <= due:
            talk = Talk(entry, missing, _address(publication, entry.session.source))
            for person in _presenting(entry):
                asked.setdefault(person.slug if person else None, (person, []))[1].append(talk)
    return tuple(Asked(person, tuple(talks)) for person, talks in asked.values())


def _customary(past: Sequence[Entry]) -> tuple[LinkKind, ...]:
    there = frozenset[LinkKind]().union(*(entry.session.materials for entry in past))
    return tuple(kind for kind in _USUAL if kind in there)


def _presenting(entry: Entry) -> Sequence[Person | None]:
    people = entry.session.presenters
    return [person for person in people if person.role is Role.PRESENTER] or people or [None]


def _sizes(publication: Publication) -> tuple[Size, ...]:
    sizes = (_size(feed, publication.renditions[f"/{feed.path}.ics"]) for feed in publication.feeds)
    return tuple(sorted(sizes, key=lambda size: size.changed, reverse=True))


def _size(feed: Feed, rendition: Rendition) -> Size:
    octets, events = len(rendition.body), len(feed.events)
    fill = math.ceil(100 * max(octets / LARGEST, events / MOST))
    return Size(feed.path, feed.name, events, octets, fill, rendition.last_modified)
