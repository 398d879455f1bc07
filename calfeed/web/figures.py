"""Entries to the numbers that a group likes to show of itself; only sessions that take place count."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from calfeed.events import ends
from calfeed.model import Entry, LinkKind, Semester, State
from calfeed.values import slug
from calfeed.web import agenda
from calfeed.web.agenda import Participant

KINDS: tuple[LinkKind, ...] = ("slides", "video", "summary", "paper")


@dataclass(frozen=True, slots=True)
class Term:
    """The sessions of a semester, and how many of the `past` ones have a material, in the order of KINDS."""

    semester: Semester
    confirmed: int
    tentative: int
    past: int
    covered: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """A venue: how many sessions are about its papers, and the first and last year of these."""

    slug: str
    name: str
    papers: int
    years: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Figures:
    """All numbers: semesters oldest first, people and venues by number, years newest first.

    `years` counts the sessions about a paper of each year.
    """

    sessions: int
    terms: tuple[Term, ...]
    people: tuple[Participant, ...]
    venues: tuple[Series, ...]
    years: tuple[tuple[int, int], ...]


def count(entries: Iterable[Entry], now: datetime) -> Figures:
    """Count what there is; entries come by date, and those that are over by `now` should have materials."""
    held = tuple(filter(agenda.takes_place, entries))
    years = Counter(venue.year for entry in held if (venue := entry.session.venue) and venue.year)
    return Figures(
        sessions=len(held),
        terms=_terms(held, now),
        people=_people(held),
        venues=_venues(held),
        years=tuple(sorted(years.items(), reverse=True)),
    )


def _terms(held: Iterable[Entry], now: datetime) -> tuple[Term, ...]:
    members: dict[str, list[Entry]] = {}
    for entry in held:
        members.setdefault(entry.session.semester.slug, []).append(entry)
    return tuple(_term(entries, now) for entries in members.values())


def _term(entries: Sequence[Entry], now: datetime) -> Term:
    past = [entry.session.materials for entry in entries if ends(entry.session) <= now]
    confirmed = sum(entry.state is State.CONFIRMED for entry in entries)
    covered = tuple(sum(kind in materials for materials in past) for kind in KINDS)
    return Term(entries[-1].session.semester, confirmed, len(entries) - confirmed, len(past), covered)


def _people(held: Iterable[Entry]) -> tuple[Participant, ...]:
    everybody = agenda.participants(held)
    return tuple(sorted(everybody, key=lambda one: (-one.presented - one.assisted, -one.presented)))


def _venues(held: Iterable[Entry]) -> tuple[Series, ...]:
    """Count by series as it is last spelled."""
    names: dict[str, str] = {}
    years: dict[str, list[int | None]] = {}
    for entry in held:
        if venue := entry.session.venue:
            names[slug(venue.series)] = venue.series
            years.setdefault(slug(venue.series), []).append(venue.year)
    found = (_series(key, name, years[key]) for key, name in names.items())
    return tuple(sorted(found, key=lambda series: (-series.papers, series.name.casefold())))


def _series(key: str, name: str, years: Sequence[int | None]) -> Series:
    known = [year for year in years if year]
    return Series(key, name, len(years), (min(known), max(known)) if known else None)
