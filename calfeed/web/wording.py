"""Values to the words of a page, in English; contributors' links only where a click is safe."""

import re
from dataclasses import replace
from datetime import date
from pathlib import PurePath

from babel.dates import format_date

from calfeed.diagnostics import Diagnostic
from calfeed.errors import CalfeedError, RemoteError, ScheduleError, SettingsError
from calfeed.model import Session

_FOLLOWED = re.compile(r"""(?:https?://|mailto:)[^\s<>"]+""", re.IGNORECASE)


def long_day(day: date) -> str:
    """Write a date in full: "Tuesday, 3 September 2024"."""
    return format_date(day, "EEEE, d MMMM y", locale="en")


def short_day(day: date) -> str:
    """Write a date for a column: "Tue, 3 Sep 2024"."""
    return format_date(day, "EEE, d MMM y", locale="en")


def times(session: Session) -> str:
    """Write when a session begins and ends on the clock of its zone: "14:00–15:30", or "All day"."""
    if session.start is None:
        return "All day"
    if session.end is None:
        return f"{session.start:%H:%M}"
    later = "" if session.end.date() == session.start.date() else f" ({session.end:%a})"
    return f"{session.start:%H:%M}–{session.end:%H:%M}{later}"


def clock_of(session: Session) -> str:
    """Say whose clock that is: "Shanghai time", "UTC", and nothing for a session that lasts all day."""
    if session.start is None:
        return ""
    city = session.timezone.rpartition("/")[2].replace("_", " ")
    return city if city == "UTC" else f"{city} time"


def href(url: str | None) -> str | None:
    """Give a link that may be followed: http, https or mailto, with nothing hidden in it (R90)."""
    return url if url and url.isprintable() and _FOLLOWED.fullmatch(url) else None


def finding(diagnostic: Diagnostic) -> str:
    """Write a diagnostic for a public page: of a file outside of the calendar's folder only the name."""
    path = PurePath(diagnostic.position.path)
    shown = path.name if path.is_absolute() else str(path)
    return str(replace(diagnostic, position=replace(diagnostic.position, path=shown)))


def failure(error: Exception) -> str:
    """Say on a public page why nothing new is served: no path and no password, which messages may hold."""
    if isinstance(error, ScheduleError | SettingsError):
        return "\n".join(map(finding, error.diagnostics))
    if isinstance(error, RemoteError):
        return f"The schedule cannot be fetched: {error.message}."
    hint = f" (hint: {error.hint})" if isinstance(error, CalfeedError) and error.hint else ""
    return f"{type(error).__name__}; the log says more.{hint}"
