"""What a group expects of its sessions, and what looks wrong across all of them: Sessions to diagnostics."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from difflib import get_close_matches

from calfeed.diagnostics import Diagnostic, diagnose
from calfeed.freedays import holiday
from calfeed.model import Role, Session, Status
from calfeed.namesakes import Named, namesakes
from calfeed.settings import Materials, Policy, Settings
from calfeed.values import slug

_HELD = (Status.CONFIRMED, Status.TENTATIVE)

_MOMENT = timedelta(minutes=1)
"""How long a session lasts for certain whose end nobody states."""

_MOST = 9
"""How many talks of one person on one day are held against another: more is no schedule of people."""


def judge(sessions: Sequence[Session], settings: Settings, today: date) -> tuple[Diagnostic, ...]:
    """Hold all sessions of a calendar against each other and against the group's policy.

    `today` tells which talks are past or near, for materials and presenters that should be there by now.
    """
    held = [session for session in sessions if session.status in _HELD]
    named = _named(held)
    found = [*_duplicates(held), *_similar_people(named), *_booked_twice(held)]
    if settings.policy.presenters.known:
        found += _unknown(named, settings)
    for session in held:
        found += _venue(session, settings.policy)
        found += _duration(session, settings.policy)
        if settings.policy.materials:
            found += _materials(session, settings.policy.materials, today)
        if settings.policy.presenters.before is not None:
            found += _unnamed(session, settings.policy.presenters.before, today)
        if settings.policy.holidays:
            found += _holiday(session, settings.policy.holidays)
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


def _named(sessions: Iterable[Session]) -> tuple[Named, ...]:
    """Give everybody who is named, each where the name stands first."""
    first: dict[str, Named] = {}
    for session in sessions:
        for person in session.presenters:
            first.setdefault(person.slug, Named(person.name, person.slug, session.source))
    return tuple(first.values())


def _similar_people(named: Sequence[Named]) -> Iterator[Diagnostic]:
    for one, other in namesakes(named):
        hint = f"if they are one, add to people: {{name: {other.name}, aliases: [{one.name}]}}"
        message = f"is “{one.name}” the same person as “{other.name}”?"
        yield diagnose("person-similar", message, one.source, hint)


def _unknown(named: Iterable[Named], settings: Settings) -> Iterator[Diagnostic]:
    known = {person.slug or slug(person.name): person.name for person in settings.people}
    for person in named:
        if person.slug in known:
            continue
        nearest = [known[key] for key in get_close_matches(person.slug, known, n=1, cutoff=0.8)]
        hint = f"did you mean {nearest[0]}?" if nearest else f"add to people: {{name: {person.name}}}"
        message = f"“{person.name}” is not among the people of the group"
        yield diagnose("presenter-unknown", message, person.source, hint)


def _booked_twice(sessions: Iterable[Session]) -> Iterator[Diagnostic]:
    """Find who presents in two sessions at once; several talks of one meeting are no clash."""
    booked: dict[tuple[date, str], list[Session]] = {}
    for session in sessions:
        for person in session.presenters:
            if person.role is not Role.PRESENTER:
                continue
            talks = booked.setdefault((session.date, person.slug), [])
            talks[_MOST:] = []
            if clash := next((talk for talk in talks if _clash(talk, session)), None):
                message = f"{person.name} presents another session at that time, at {clash.source}"
                yield diagnose("presenter-twice", message, session.source, "move one of them")
            talks.append(session)


def _clash(one: Session, other: Session) -> bool:
    """Tell whether two sessions of a day need their presenter at once.

    What has the same title is the same talk, written twice; what one file has at the same time, or at
    no time, is one meeting with several talks.
    """
    is_one_meeting = one.source.path == other.source.path and one.start == other.start
    if is_one_meeting or (one.title and other.title and slug(one.title) == slug(other.title)):
        return False
    if one.start is None or other.start is None:
        return one.source.path != other.source.path
    return one.start < (other.end or other.start + _MOMENT) and other.start < (one.end or one.start + _MOMENT)


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
    if today - session.date <= wanted.after:
        return
    missing = [kind for kind in wanted.kinds if kind not in session.materials]
    if missing:
        message = f"no {' and no '.join(missing)} {wanted.after.days} days after the session"
        yield diagnose("materials-missing", message, session.source)


def _unnamed(session: Session, before: timedelta, today: date) -> Iterator[Diagnostic]:
    if not session.presenters and session.date - today <= before:
        message = f"no presenter is named {before.days} days before the session"
        yield diagnose("presenter-missing", message, session.source, "name who presents")


def _holiday(session: Session, region: str) -> Iterator[Diagnostic]:
    if name := holiday(region, session.date):
        message = f"{session.date} is a public holiday in {region}: {name}"
        yield diagnose("holiday", message, session.source, "move the session, or write that there is none")
