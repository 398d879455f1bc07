"""Entry -> Event: the one place where the organiser's words become RFC 5545's."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from hashlib import blake2b
from typing import Literal

from calfeed import zones
from calfeed.members import member_uid, public
from calfeed.model import Calendar, Entry, Event, LinkKind, Person, Role, Session, State, Status
from calfeed.plain import cut, line
from calfeed.values import web_address

PROFILE = 2
"""Raised by one whenever the same session is written differently, so that every client takes it (R41)."""

_USUAL_LENGTH = timedelta(hours=1)

_LONGEST_NAME = 255  # octets of a summary or a location (R25)
_LONGEST_LINE = 1000  # octets of a line of words in a description
_LONGEST_DESCRIPTION = 3000  # characters (R17)

_STATUSES: dict[State, Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]] = {
    State.CONFIRMED: "CONFIRMED",
    State.TENTATIVE: "TENTATIVE",
    State.CANCELLED: "CANCELLED",
}
_LABELS: dict[LinkKind, str] = {
    "slides": "Slides",
    "video": "Video",
    "summary": "Summary",
    "paper": "Paper",
    "code": "Code",
}


def compose(entry: Entry, calendar: Calendar) -> Event | None:
    """Say in RFC 5545's words what subscribers are told of an entry; None if that is nothing."""
    told = calendar.cancelled if entry.state is State.CANCELLED else None
    if entry.state is State.SILENT or told == "hide":
        return None
    session = public(entry.session, calendar.members)
    dtstart, dtend, tzid = _span(session)
    url = page(calendar, entry.uid)
    return Event(
        uid=entry.uid,
        sequence=entry.sequence,
        dtstamp=entry.last_modified,
        created=entry.created,
        last_modified=entry.last_modified,
        dtstart=dtstart,
        dtend=dtend,
        tzid=tzid,
        summary=_summary(session, calendar, "CANCELLED:" if told in ("both", "title") else ""),
        description=_description(session, _local_time(session, dtstart, dtend), url),
        status="CONFIRMED" if told == "title" else _STATUSES[entry.state],
        location=_location(session),
        url=url,
        categories=tuple(_categories(session)),
        session=replace(session, status=Status.CANCELLED) if told else session,
    )


def compose_inside(entry: Entry, calendar: Calendar) -> Event | None:
    """Say what members are told of an entry: all of it, under a UID and revisions of its own (R34)."""
    inside = entry.inside
    modified = max(entry.last_modified, inside.last_modified or entry.last_modified)
    whole = replace(entry, sequence=entry.sequence + inside.changes, last_modified=modified)
    event = compose(whole, replace(calendar, members=()))
    return replace(event, uid=member_uid(entry.uid)) if event else None


def page(calendar: Calendar, uid: str) -> str | None:
    """Give the address at which the site shows a session; None where the site has none."""
    return web_address(f"{calendar.site}session/{uid}/") if calendar.site else None


def fingerprint(entry: Entry, calendar: Calendar) -> str:
    """Digest all that subscribers see of an entry but its uid and stamps (R41): 32 hexadecimal digits.

    It moves with the session, our wording, the address of the site and the rule of the zone, and is the
    same in every process.
    """
    return _digest(entry.state, entry.session, calendar)


_SEEN = tuple(each.name for each in fields(Event) if each.compare and each.name != "alarms")
"""All but what a subscriber adds."""


@lru_cache(maxsize=2**14)
def _digest(state: State, session: Session, calendar: Calendar) -> str:
    epoch = datetime.fromtimestamp(0, UTC)
    event = compose(Entry("", 0, epoch, epoch, state, session), calendar)
    seen = [getattr(event, name) for name in _SEEN] if event else None
    rule = _rule(event.tzid) if event and event.tzid else None
    return blake2b(json.dumps([PROFILE, seen, rule], default=str).encode(), digest_size=16).hexdigest()


@cache
def _rule(tzid: str) -> str:
    rule = zones.observances(tzid)
    return json.dumps(
        rule and [astuple(rule.standard), rule.daylight and astuple(rule.daylight)], default=str
    )


def sort_key(event: Event) -> tuple[datetime, str]:
    """Order events by start in UTC, then by uid (R45); a whole day starts at midnight UTC."""
    start = event.dtstart
    if not isinstance(start, datetime):
        return datetime.combine(start, time(), UTC), event.uid
    return zones.resolve(start, event.tzid).utc if event.tzid else start, event.uid


# ── Time ─────────────────────────────────────────────────────────────────────────────────────────


def ends(session: Session) -> datetime:
    """Give the aware UTC instant at which a session is over; a whole day is over when its zone's is."""
    if session.start is None:
        midnight = datetime.combine(session.date + timedelta(days=1), time())
        return zones.resolve(midnight, session.timezone).utc
    return _instants(session, session.start)[1]


def _span(session: Session) -> tuple[date | datetime, date | datetime, str | None]:
    """Give DTSTART, DTEND and TZID: whole days, wall-clock times of a zone, or UTC without one (R50)."""
    if session.start is None:
        return session.date, session.date + timedelta(days=1), None
    walls = _walls(session, session.start)
    if all(zones.writable(wall, session.timezone) for wall in walls):
        return *walls, session.timezone
    return *_instants(session, session.start), None


def _walls(session: Session, start: datetime) -> tuple[datetime, datetime]:
    """Give start and end by the clock on the wall, in whole minutes, the end strictly later (R54)."""
    start, end = (wall.replace(second=0, microsecond=0) for wall in (start, session.end or start))
    return start, end if end > start else start + _USUAL_LENGTH


def _instants(session: Session, start: datetime) -> tuple[datetime, datetime]:
    begin, end = (zones.resolve(wall, session.timezone).utc for wall in _walls(session, start))
    return begin, end if end > begin else begin + _USUAL_LENGTH


def _local_time(session: Session, dtstart: date | datetime, dtend: date | datetime) -> str:
    """Say the time on the wall where the event's own times are in UTC (R50)."""
    if not isinstance(dtstart, datetime) or not isinstance(dtend, datetime):
        return ""
    if dtstart.tzinfo is None or session.timezone == "UTC":
        return ""
    start, end = (zones.local(utc, session.timezone) for utc in (dtstart, dtend))
    until = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%Y-%m-%d %H:%M}"
    return f"Local time: {start:%Y-%m-%d %H:%M} to {until} ({session.timezone})"


# ── Words ────────────────────────────────────────────────────────────────────────────────────────


def _summary(session: Session, calendar: Calendar, mark: str) -> str:
    presenting = (line(each.name) for each in session.presenters if each.role is Role.PRESENTER)
    names = ", ".join(filter(None, presenting))
    topic = line(session.title) or (names and f"{names} (topic to be announced)") or line(calendar.name)
    venue = line(session.venue.name) if session.venue else ""
    return cut(" ".join(filter(None, (mark, venue, topic))), _LONGEST_NAME)


def _location(session: Session) -> str | None:
    """Give the room, or the address of a purely online session (R22)."""
    if place := line(session.location):
        return cut(place, _LONGEST_NAME)
    online = web_address(session.online)
    return online if online and len(online) <= _LONGEST_NAME else None


def _categories(session: Session) -> Iterator[str]:
    if session.venue and (series := line(session.venue.series)):
        yield series
    if session.highlighted:
        yield "Highlight"


def _description(session: Session, local_time: str, url: str | None) -> str:
    """Tell what there is to know, key facts first; a block that would make it too long is left out."""
    text = ""
    for block in (_paper(session), _people(session.presenters), local_time, *_links(session, url)):
        longer = f"{text}\n\n{block}".strip("\n")
        text = longer if len(longer) <= _LONGEST_DESCRIPTION else text
    return text


def _paper(session: Session) -> str:
    venue = line(session.venue.name) if session.venue else ""
    title, address = line(session.title), web_address(session.paper_url)
    paper = f"{title} ({venue})" if title and venue else title or venue or (address and "Paper:")
    return "\n".join(filter(None, (cut(paper or "", _LONGEST_LINE), address)))


def _people(people: Sequence[Person]) -> str:
    affiliations = {line(person.affiliation) for person in people}
    shared = affiliations.pop() if len(people) > 1 and len(affiliations) == 1 else ""
    lines = []
    for role, label in ((Role.PRESENTER, "Presenter"), (Role.ASSISTANT, "Assistant")):
        named = [_person(person, shared) for person in people if person.role is role]
        if named:
            lines.append(cut(f"{label}{'s' if len(named) > 1 else ''}: {', '.join(named)}", _LONGEST_LINE))
    return "\n".join([*lines, cut(f"All from {shared}", _LONGEST_LINE)] if shared else lines)


def _person(person: Person, shared: str) -> str:
    nickname, affiliation = line(person.nickname), line(person.affiliation)
    alias = nickname and f" “{nickname}”"
    return f"{line(person.name)}{alias}{f' ({affiliation})' if affiliation and not shared else ''}"


def _links(session: Session, url: str | None) -> Iterator[str]:
    """Give each address once, bare on a line below its label (R20)."""
    labelled = [(_LABELS.get(link.kind) or line(link.label) or "Link", link.url) for link in session.links]
    seen = {web_address(session.paper_url)}
    for label, written in (*labelled, ("Join online", session.online), ("Details", url)):
        address = web_address(written)
        if address and address not in seen:
            seen.add(address)
            yield f"{cut(label.rstrip(' :'), _LONGEST_LINE)}:\n{address}"
