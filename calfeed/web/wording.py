"""Values to the words of a page, in the visitor's language; links only where a click is safe."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from pathlib import PurePath

from babel import Locale
from babel.core import get_global
from babel.dates import (
    format_date,
    format_skeleton,
    format_timedelta,
    get_day_names,
    get_timezone_location,
)
from babel.numbers import format_percent
from babel.units import format_unit
from flask import g, request, url_for

from calfeed import zones
from calfeed.diagnostics import Diagnostic
from calfeed.errors import CalfeedError, RemoteError, ScheduleError, SettingsError
from calfeed.model import Entry, LinkKind, Session, State
from calfeed.web.languages import gettext as _
from calfeed.web.languages import locale

_SCHEME = re.compile(r"^https?://(?:www\.)?", re.IGNORECASE)
_LONGEST = 40
_FOLLOWED = re.compile(r"""(?:https?://|mailto:)[^\s<>"]+""", re.IGNORECASE)


def long_day(day: date) -> str:
    """Write a date in full: "Tuesday 3 September 2024"."""
    return format_date(day, "full", locale=locale())


def short_day(day: date) -> str:
    """Write a date for a column: "Tue, 3 Sept 2024"."""
    return format_skeleton("yMMMEd", day, locale=locale())


def day_in_term(day: date) -> str:
    """Write a date where the year is plain: "Tue, 3 Sept"."""
    return format_skeleton("MMMEd", day, locale=locale())


def day(when: date | datetime) -> str:
    """Write a date without its weekday: "3 Sept 2024"."""
    return format_skeleton("yMMMd", when, locale=locale())


def month(day: date) -> str:
    """Write a month: "September 2024"."""
    return format_skeleton("yMMMM", day, locale=locale())


def month_of(slug: str) -> str:
    """Write a month that its page's address names: "2024-09"."""
    return month(date.fromisoformat(f"{slug}-01"))


def direction() -> str:
    """Say which way the visitor's language runs: "ltr" or "rtl"."""
    return locale().text_direction


def here(tag: str) -> str:
    """Give the address of this very page in another language."""
    query = dict(g.visit.query) if g.get("visit") else {}
    arguments = {**(request.view_args or {}), **query, "lang": tag}
    return url_for(request.endpoint or "home", **arguments)


def spoken() -> str:
    """Name the visitor's language as Open Graph does, with the country where most speak it: "zh_CN"."""
    return _with_country(locale())


@cache
def _with_country(own: Locale) -> str:
    likely = get_global("likely_subtags")
    whole = Locale.parse(likely.get(f"{own.language}_{own.script}") or likely.get(own.language, own.language))
    return "_".join(filter(None, (whole.language, whole.territory)))


def in_short(entry: Entry) -> str:
    """Say of a session when it is and who presents, on one line: what a chat shows of its link."""
    session = entry.session
    state = _("Cancelled") if entry.state is State.CANCELLED else ""
    when = long_day(session.date)
    if session.start:
        time = f"{times(session)} {clock_of(session)}"
        when = _("%(day)s, %(time)s", day=when, time=time)
    names = _(", ").join(person.name for person in session.presenters)
    return " · ".join(filter(None, (state, when, names)))


def minute(instant: datetime) -> str:
    """Write an instant by the clock of UTC: "3 Sept 2024, 06:15 UTC"."""
    return f"{day(instant)}, {instant.astimezone(UTC):%H:%M} UTC"


def first_weekday() -> int:
    """Give the day that a week begins with, Monday being 0."""
    return locale().first_week_day


def weekdays() -> Iterator[str]:
    """Give the short names of the days of a week, in order."""
    names = get_day_names("abbreviated", "stand-alone", locale=locale())
    return (names[(first_weekday() + place) % 7] for place in range(7))


def times(session: Session) -> str:
    """Write when a session begins and ends on the clock of its zone: "14:00–15:30", or "All day"."""
    if session.start is None:
        return _("All day")
    if session.end is None:
        return f"{session.start:%H:%M}"
    same = session.end.date() == session.start.date()
    later = "" if same else f" ({format_date(session.end, 'EEE', locale=locale())})"
    return f"{session.start:%H:%M}–{session.end:%H:%M}{later}"


def clock_of(session: Session) -> str:
    """Say whose clock that is: "Shanghai time", "UTC", and nothing for a session that lasts all day."""
    if session.start is None:
        return ""
    if session.timezone == "UTC":
        return "UTC"
    city = get_timezone_location(session.timezone, locale=locale(), return_city=True)
    return _("%(city)s time", city=city.rpartition("/")[2])


def instant(session: Session) -> str:
    """Write when a session begins, for programs: "2024-09-03T14:00+08:00", or the date alone."""
    if session.start is None:
        return session.date.isoformat()
    ahead = zones.utc_offset(session.start, session.timezone)
    return session.start.replace(tzinfo=timezone(ahead)).isoformat(timespec="minutes")


def label(text: str) -> str:
    """Name a link; one that is named by nothing but its address, by the beginning of that."""
    bare = _SCHEME.sub("", text)
    return bare if bare == text or len(bare) <= _LONGEST else f"{bare[:_LONGEST]}…"


def href(url: str | None) -> str | None:
    """Give a link that may be followed: http, https or mailto, with nothing hidden in it (R90)."""
    return url if url and url.isprintable() and _FOLLOWED.fullmatch(url) else None


def reminder(alarm: str) -> str:
    """Say how long before a session a reminder comes."""
    return {
        "1w": _("a week before"),
        "1d": _("a day before"),
        "2h": _("two hours before"),
        "15m": _("a quarter of an hour before"),
    }[alarm]


def aspect(name: str) -> str:
    """Name what changed about a session."""
    return {
        "date": _("Date"),
        "time": _("Time"),
        "title": _("Title"),
        "presenters": _("Presenters"),
        "venue": _("Venue"),
        "location": _("Place"),
        "paper": _("Paper"),
        "materials": _("Materials"),
        "status": _("Status"),
    }[name]


def became(kind: str) -> str:
    """Say what became of a session."""
    return {
        "new": _("Announced"),
        "changed": _("Changed"),
        "cancelled": _("Cancelled"),
        "restored": _("Held after all"),
    }[kind]


def material(kind: LinkKind) -> str:
    """Name a kind of material."""
    return {
        "slides": _("Slides"),
        "video": _("Video"),
        "summary": _("Summary"),
        "paper": _("Paper"),
        "code": _("Code"),
        "other": _("Other links"),
    }[kind]


def percent(part: int, whole: int) -> str:
    """Write a share, nothing of nothing being nothing: "37%"."""
    return format_percent(part / whole if whole else 0, locale=locale())


def kilobytes(octets: int) -> str:
    """Write a size to a tenth of a kilobyte: "12.3 kB"."""
    return format_unit(octets / 1000, "digital-kilobyte", "short", "#,##0.0", locale=locale())


def age(past: datetime, now: datetime) -> str:
    """Say how long ago something was, to a minute: "5 minutes ago"."""
    ago = max(now - past, timedelta(minutes=1))
    return format_timedelta(-ago, granularity="minute", add_direction=True, locale=locale())


def finding(diagnostic: Diagnostic) -> str:
    """Write a diagnostic for a public page: of a file outside of the calendar's folder only the name."""
    path = PurePath(diagnostic.position.path)
    shown = path.name if path.is_absolute() else str(path)
    return str(replace(diagnostic, position=replace(diagnostic.position, path=shown)))


def failure(error: Exception, *, discreet: bool = False) -> str:
    """Say on a public page why nothing new is served: no path and no password, which messages may hold.

    Who is `discreet` quotes nothing of the sources.
    """
    if isinstance(error, ScheduleError | SettingsError):
        said = (each.discreet() if discreet else each for each in error.diagnostics)
        return "\n".join(map(finding, said))
    if isinstance(error, RemoteError):
        return f"The schedule cannot be fetched: {error.message}."
    hint = f" (hint: {error.hint})" if isinstance(error, CalfeedError) and error.hint else ""
    return f"{type(error).__name__}; the log says more.{hint}"
