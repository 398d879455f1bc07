"""What a group expects of its sessions, and what looks wrong across all of them: Sessions to diagnostics."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from calfeed.diagnostics import Diagnostic, Position, diagnose
from calfeed.model import Session, Status
from calfeed.settings import Materials, Policy, Settings
from calfeed.values import slug

_HELD = (Status.CONFIRMED, Status.TENTATIVE)


def judge(sessions: Sequence[Session], settings: Settings, today: date) -> tuple[Diagnostic, ...]:
    """Hold all sessions of a calendar against each other and against the group's policy.

    `today` tells which talks are past, for materials that should be there by now.
    """
    held = [session for session in sessions if session.status in _HELD]
    found = [*_duplicates(held), *_similar_people(held)]
    for session in held:
        found += _venue(session, settings.policy)
        found += _duration(session, settings.policy)
        if settings.policy.materials:
            found += _materials(session, settings.policy.materials, today)
    return tuple(found)


def _duplicates(sessions: Sequence[Session]) -> Iterator[Diagnostic]:
    first: dict[tuple[date, str], Session] = {}
    for session in sessions:
        if session.title is None:
            continue
        twin = first.setdefault((session.date, slug(session.title)), session)
        if twin is not session:
            message = f"“{session.title}” on {session.date} stands at {twin.source} already"
            yield diagnose("session-duplicate", message, session.source, "remove one, or tell them apart")


def _similar_people(sessions: Sequence[Session]) -> Iterator[Diagnostic]:
    """Compare each name with those that differ in one letter or only in the order of its words."""
    where: dict[str, tuple[str, Position]] = {}
    for session in sessions:
        for person in session.presenters:
            where.setdefault(person.slug, (person.name, session.source))
    met: dict[str, str] = {}
    similar: dict[str, str] = {}
    for key in where:
        for form in _forms(key):
            if (other := met.setdefault(form, key)) != key:
                similar.setdefault(key, other)
    for key, earlier in similar.items():
        (name, position), (other, _) = where[key], where[earlier]
        hint = f"if they are one, add to people: {{name: {other}, aliases: [{name}]}}"
        yield diagnose("person-similar", f"is “{name}” the same person as “{other}”?", position, hint)


def _forms(key: str) -> Iterator[str]:
    """Give the spellings under which two names meet that are one letter or one swap of words apart."""
    yield " ".join(sorted(key.split("-")))
    if len(key) >= 8:  # in shorter names one letter is what tells two people apart
        yield key
        yield from (key[:i] + key[i + 1 :] for i in range(len(key)))


def _venue(session: Session, policy: Policy) -> Iterator[Diagnostic]:
    venue = session.venue
    if venue is None:
        return
    accepted = [series.casefold() for series in policy.venues]
    if accepted and venue.series.casefold() not in accepted:
        message = f"{venue.name} is not one of the venues that the group reads"
        yield diagnose("venue-unexpected", message, session.source, f"accepted: {', '.join(policy.venues)}")
    if policy.years is not None and venue.year is not None and session.date.year - venue.year > policy.years:
        message = f"{venue.name} is more than {policy.years} years before the session"
        yield diagnose("venue-old", message, session.source)


def _duration(session: Session, policy: Policy) -> Iterator[Diagnostic]:
    if policy.minimum_duration and session.start and session.end:
        length = session.end - session.start
        if length < policy.minimum_duration:
            wanted = policy.minimum_duration // timedelta(minutes=1)
            message = f"the session takes {length // timedelta(minutes=1)} minutes, less than {wanted}"
            yield diagnose("duration-short", message, session.source)


def _materials(session: Session, wanted: Materials, today: date) -> Iterator[Diagnostic]:
    if session.date + wanted.after >= today:
        return
    there = {link.kind for link in session.links} | ({"paper"} if session.paper_url else set())
    missing = [kind for kind in wanted.kinds if kind not in there]
    if missing:
        message = f"no {' and no '.join(missing)} {wanted.after.days} days after the session"
        yield diagnose("materials-missing", message, session.source)
