"""Entries to what pages list: the next session, semesters, people, venues."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from calfeed.events import ends
from calfeed.model import Entry, Role, State
from calfeed.publication import Publication
from calfeed.values import slug


@dataclass(frozen=True, slots=True)
class Term:
    """A semester on a page: `upcoming` soonest first, `past` latest first, `held` counts sessions."""

    slug: str
    title: str
    upcoming: tuple[Entry, ...]
    past: tuple[Entry, ...]
    held: int


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody and how often they presented and assisted, cancelled sessions not counted."""

    slug: str
    name: str
    presented: int
    assisted: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A venue in all its years and the sessions about its papers."""

    slug: str
    series: str
    entries: tuple[Entry, ...]


def titles(publication: Publication) -> Mapping[str, str]:
    """Map the slugs of the announced semesters to their titles."""
    return {semester.slug: semester.title for semester in publication.semesters}


def plain(text: str) -> str:
    """Take case and accents off, so that "Emile" finds "Émile" and stands beside it."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def takes_place(entry: Entry) -> bool:
    """Tell a session from a slot, a holiday and a cancelled one."""
    return entry.state in {State.CONFIRMED, State.TENTATIVE}


def following(entries: Iterable[Entry], now: datetime) -> Entry | None:
    """Find the session that is on now, or else the next; entries come by date."""
    return next((entry for entry in entries if takes_place(entry) and ends(entry.session) > now), None)


def told(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Leave out open slots and free days, of which nobody is told."""
    return tuple(entry for entry in entries if entry.state is not State.SILENT)


def parted(entries: Sequence[Entry], now: datetime) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """Part entries, which come by date, into those to come, soonest first, and the past, latest first."""
    coming = tuple(entry for entry in entries if ends(entry.session) > now)
    return coming, tuple(entry for entry in reversed(entries) if ends(entry.session) <= now)


def terms(publication: Publication, now: datetime) -> tuple[Term, ...]:
    """Give the semesters, newest first."""
    names = titles(publication)
    members: dict[str, list[Entry]] = {slug: [] for slug in names}
    for entry in publication.entries:
        members.setdefault(entry.session.semester.slug, []).append(entry)
    newest = sorted(members, key=lambda slug: _last_day(members[slug]), reverse=True)
    return tuple(_term(slug, names.get(slug, slug), members[slug], now) for slug in newest)


def _last_day(entries: Sequence[Entry]) -> date:
    """Date a semester by its last session; one without any has just been announced."""
    return max((entry.session.date for entry in entries), default=date.max)


def _term(slug: str, title: str, entries: Sequence[Entry], now: datetime) -> Term:
    upcoming, past = parted(entries, now)
    return Term(slug, title, upcoming, past, sum(map(takes_place, entries)))


def participants(entries: Iterable[Entry]) -> tuple[Participant, ...]:
    """Give everybody whom a session names, by name as last spelled; entries come by date."""
    members: dict[str, dict[str, Entry]] = {}
    names: dict[str, str] = {}
    for entry in entries:
        if entry.state is not State.SILENT:
            for person in entry.session.presenters:
                names[person.slug] = person.name
                members.setdefault(person.slug, {})[entry.uid] = entry
    everybody = (_participant(slug, name, tuple(members[slug].values())) for slug, name in names.items())
    return tuple(sorted(everybody, key=lambda participant: (plain(participant.name), participant.slug)))


def _participant(slug: str, name: str, entries: tuple[Entry, ...]) -> Participant:
    roles = [
        person.role
        for entry in entries
        if takes_place(entry)
        for person in entry.session.presenters
        if person.slug == slug
    ]
    return Participant(slug, name, roles.count(Role.PRESENTER), roles.count(Role.ASSISTANT), entries)


def venues(entries: Iterable[Entry]) -> tuple[Place, ...]:
    """Give the venues of all papers by name; entries come by date."""
    members: dict[str, list[Entry]] = {}
    names: dict[str, str] = {}
    for entry in told(entries):
        if venue := entry.session.venue:
            names[slug(venue.series)] = venue.series
            members.setdefault(slug(venue.series), []).append(entry)
    places = (Place(key, name, tuple(members[key])) for key, name in names.items())
    return tuple(sorted(places, key=lambda place: (place.series.casefold(), place.slug)))
