"""How long before a session its calendar reminds: only for subscribers who ask for it (R30)."""

import re
from collections.abc import Iterable
from datetime import timedelta

from calfeed.errors import FilterUnknown

MOST = 3
"""So many reminders a session has at most."""

_UNITS = {
    "w": (timedelta(weeks=1), "week"),
    "d": (timedelta(days=1), "day"),
    "h": (timedelta(hours=1), "hour"),
    "m": (timedelta(minutes=1), "minute"),
}
_WRITTEN = re.compile("([1-9][0-9]{0,4})([wdhm])", re.IGNORECASE)
_LONGEST = timedelta(weeks=4)


def read(values: Iterable[str]) -> tuple[timedelta, ...]:
    """Read lengths of time such as "15m", "2h", "1d" and "1w", each once, the shortest first.

    Raises:
        FilterUnknown: one is none, or none between a minute and four weeks, or there are too many.
    """
    found = {_length(value) for value in values}
    if len(found) > MOST:
        raise FilterUnknown(f"A filter can have at most {MOST} alarms.")
    return tuple(sorted(found))


def _length(value: str) -> timedelta:
    match = _WRITTEN.fullmatch(value)
    length = int(match[1]) * _UNITS[match[2].lower()][0] if match else timedelta()
    if not timedelta() < length <= _LONGEST:
        hint = "alarm: minutes, hours, days or weeks, such as 15m, 2h, 1d or 1w, up to 4w"
        raise FilterUnknown(f"There is no alarm named {value[:80]!r}.", hint)
    return length


def written(before: timedelta) -> str:
    """Write a length of time in the one way that addresses have it: an hour is "1h", never "60m"."""
    count, unit = _counted(before)
    return f"{count}{unit}"


def spoken(before: timedelta) -> str:
    """Say a reminder in words: "reminder 15 minutes before"."""
    count, unit = _counted(before)
    return f"reminder {count} {_UNITS[unit][1]}{'s' if count > 1 else ''} before"


def _counted(before: timedelta) -> tuple[int, str]:
    return next((before // length, unit) for unit, (length, _) in _UNITS.items() if not before % length)
