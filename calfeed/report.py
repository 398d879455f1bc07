"""What the command line prints of a schedule: the JSON contract, a table, diagnostics."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timezone
from typing import Any

from calfeed import __version__, zones
from calfeed.diagnostics import Diagnostic
from calfeed.model import Entry, Semester, Session, State
from calfeed.schedule import Schedule

Shown = Callable[[str], str]
"""Turns a path relative to the calendar's folder into one relative to where the reader stands."""


def contract(schedule: Schedule, entries: Iterable[Entry], shown: Shown) -> dict[str, Any]:
    """Give the object that `show --format json` prints; its names are kept for good."""
    # A cancelled twin may hold an equal session: the living one comes last and wins.
    known = {e.session: e for e in sorted(entries, key=lambda e: e.state is not State.CANCELLED)}
    return {
        "calfeed": __version__,
        "calendar": {"name": schedule.calendar.name, "timezone": schedule.calendar.timezone},
        "semesters": [
            {"slug": semester.slug, "title": semester.title, "path": shown(path)}
            for semester, path in _semesters(schedule.sessions)
        ],
        "sessions": [_session(session, known[session], shown) for session in schedule.sessions],
        "diagnostics": [diagnostic_object(diagnostic, shown) for diagnostic in schedule.diagnostics],
    }


def _semesters(sessions: Iterable[Session]) -> Iterator[tuple[Semester, str]]:
    """Give each semester once, with the source of its first session."""
    first: dict[str, Session] = {}
    for session in sessions:
        first.setdefault(session.semester.slug, session)
    return ((session.semester, session.source.path) for session in first.values())


def _session(session: Session, entry: Entry, shown: Shown) -> dict[str, Any]:
    venue = session.venue
    return {
        "uid": entry.uid,
        "sequence": entry.sequence,
        "created": _utc(entry.created),
        "last_modified": _utc(entry.last_modified),
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


def diagnostic_object(diagnostic: Diagnostic, shown: Shown) -> dict[str, Any]:
    """Give a diagnostic as the contract writes it."""
    return {
        "code": diagnostic.code,
        "severity": str(diagnostic.severity),
        "message": diagnostic.message,
        "hint": diagnostic.hint,
        "path": shown(diagnostic.position.path),
        "line": diagnostic.position.line,
        "column": diagnostic.position.column,
    }


def diagnostic_line(diagnostic: Diagnostic, shown: Shown) -> str:
    """Give a diagnostic as one line that any editor can jump from."""
    return str(diagnostic.at(shown(diagnostic.position.path)))


def table(sessions: Sequence[Session]) -> str:
    """Give the sessions as aligned lines: date, time, state, what, who."""
    return "\n".join(
        f"{s.date:%Y-%m-%d}  {f'{s.start:%H:%M}' if s.start else '     '}  {s.status:<11}  {_what(s)}"
        for s in sessions
    )


def _what(session: Session) -> str:
    title = " ".join(filter(None, (session.venue.name if session.venue else None, session.title)))
    names = ", ".join(person.name for person in session.presenters)
    return " — ".join(filter(None, (title, names)))
