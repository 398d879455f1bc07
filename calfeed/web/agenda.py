"""Entries to what pages list: the next session, semesters, people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from calfeed.events import ends
from calfeed.model import Entry, Role, State


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


def takes_place(entry: Entry) -> bool:
    """Tell a session from a slot, a holiday and a cancelled one."""
    return entry.state in {State.CONFIRMED, State.TENTATIVE}


def following(entries: Iterable[Entry], now: datetime) -> Entry | None:
    """Find the session that is on now, or else the next; entries come by date."""
    return next((entry for entry in entries if takes_place(entry) and ends(entry.session) > now), None)


def terms(entries: Sequence[Entry], titles: Mapping[str, str], now: datetime) -> tuple[Term, ...]:
    """Give the semesters, newest first; `titles` maps the slugs of those announced to their titles."""
    members: dict[str, list[Entry]] = {slug: [] for slug in titles}
    for entry in entries:
        members.setdefault(entry.session.semester.slug, []).append(entry)
    newest = sorted(members, key=lambda slug: _last_day(members[slug]), reverse=True)
    return tuple(_term(slug, titles.get(slug, slug), members[slug], now) for slug in newest)


def _last_day(entries: Sequence[Entry]) -> date:
    """Date a semester by its last session; one without any has just been announced."""
    return max((entry.session.date for entry in entries), default=date.max)


def _term(slug: str, title: str, entries: Sequence[Entry], now: datetime) -> Term:
    upcoming = tuple(entry for entry in entries if ends(entry.session) > now)
    past = tuple(entry for entry in reversed(entries) if ends(entry.session) <= now)
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
    return tuple(sorted(everybody, key=lambda participant: (participant.name.casefold(), participant.slug)))


def _participant(slug: str, name: str, entries: tuple[Entry, ...]) -> Participant:
    roles = [
        person.role
        for entry in entries
        if takes_place(entry)
        for person in entry.session.presenters
        if person.slug == slug
    ]
    return Participant(slug, name, roles.count(Role.PRESENTER), roles.count(Role.ASSISTANT), entries)
