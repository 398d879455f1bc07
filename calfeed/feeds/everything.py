"""Events to the one Feed that carries them all: `calendar/<slug>`."""

from collections.abc import Iterator, Mapping, Sequence

from calfeed.model import Calendar, Change, Event, Feed


def gather(calendar: Calendar, events: Sequence[Event], _semesters: Mapping[str, str]) -> Iterator[Feed]:
    """Give the group's main feed, which is there even while nothing is scheduled."""
    yield Feed(calendar, f"calendar/{calendar.slug}", calendar.name, calendar.description, tuple(events))


def paths(calendar: Calendar, _change: Change) -> Iterator[str]:
    """Give the path of the feed that tells of a change: of every one."""
    yield f"calendar/{calendar.slug}"
