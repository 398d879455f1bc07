"""What the command line prints of a schedule: the JSON contract, a table, diagnostics."""

from collections.abc import Iterable, Sequence
from typing import Any

from calfeed.contract import Shown, about, session_object
from calfeed.diagnostics import Diagnostic
from calfeed.model import Entry, Session, State
from calfeed.schedule import Schedule


def contract(schedule: Schedule, entries: Iterable[Entry], shown: Shown) -> dict[str, Any]:
    """Give the object that `show --format json` prints; its names are kept for good."""
    # A cancelled twin may hold an equal session: the living one comes last and wins.
    known = {e.session: e for e in sorted(entries, key=lambda e: e.state is not State.CANCELLED)}
    found = [known[session] for session in schedule.sessions]
    return {
        **about(schedule.calendar, found, shown),
        "sessions": [session_object(each, shown) for each in found],
        "diagnostics": [diagnostic_object(diagnostic, shown) for diagnostic in schedule.diagnostics],
    }


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
