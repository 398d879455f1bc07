"""Sessions as the JSON contract has them, in `show --format json` and in feeds: its names stay for good."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timezone
from typing import Any, Protocol

from calfeed import zones
from calfeed.model import Calendar, Semester, Session
from calfeed.version import __version__

Shown = Callable[[str], str]
"""Turns a path relative to the calendar's folder into one relative to where the reader stands."""


class Known(Protocol):
    """A session and its identity: an Entry or an Event."""

    @property
    def uid(self) -> str:
        """Tell the session from every other."""

    @property
    def sequence(self) -> int:
        """Count its visible changes."""

    @property
    def created(self) -> datetime:
        """Tell when it was first seen."""

    @property
    def last_modified(self) -> datetime:
        """Tell when it last changed."""

    @property
    def session(self) -> Session:
        """Give the session."""


def about(calendar: Calendar, known: Iterable[Known], shown: Shown) -> dict[str, Any]:
    """Give what stands before the sessions: whose they are, and of which semesters."""
    return {
        "calfeed": __version__,
        "calendar": {"name": calendar.name, "timezone": calendar.timezone},
        "semesters": [
            {"slug": semester.slug, "title": semester.title, "path": shown(path)}
            for semester, path in _semesters(each.session for each in known)
        ],
    }


def _semesters(sessions: Iterable[Session]) -> Iterator[tuple[Semester, str]]:
    """Give each semester once, with the source of its first session."""
    first: dict[str, Session] = {}
    for session in sessions:
        first.setdefault(session.semester.slug, session)
    return ((session.semester, session.source.path) for session in first.values())


def session_object(known: Known, shown: Shown) -> dict[str, Any]:
    """Give a session as the contract writes it."""
    session = known.session
    venue = session.venue
    return {
        "uid": known.uid,
        "sequence": known.sequence,
        "created": _utc(known.created),
        "last_modified": _utc(known.last_modified),
        "semester": session.semester.slug,
        "date": session.date.isoformat(),
        "start": _local(session.start, session.timezone),
        "end": _local(session.end, session.timezone),
        "all_day": session.start is None,
        "title": session.title,
        "status": str(session.status),
        "venue": {"name": venue.name, "series": venue.series, "year": venue.year} if venue else None,
        "location": session.location,
        "presenters": [
            {
                "name": person.name,
                "slug": person.slug,
                "role": str(person.role),
                "affiliation": person.affiliation,
                "nickname": person.nickname,
            }
            for person in session.presenters
        ],
        "paper_url": session.paper_url,
        "links": [
            {"kind": link.kind, "label": link.label, "url": link.url, "written": link.written}
            for link in session.links
        ],
        "source": {"path": shown(session.source.path), "line": session.source.line},
    }


def _utc(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"


def _local(wall: datetime | None, zone: str) -> str | None:
    """Write a wall clock with its offset from UTC, so that it is an instant to everybody."""
    return wall.replace(tzinfo=timezone(zones.utc_offset(wall, zone))).isoformat() if wall else None
