"""Events to a Feed for each semester: `semester/<slug>`."""

from collections.abc import Iterator, Mapping, Sequence

from calfeed.model import Calendar, Change, Event, Feed


def gather(calendar: Calendar, events: Sequence[Event], semesters: Mapping[str, str]) -> Iterator[Feed]:
    """Give a feed for every semester: the known ones, even while empty, and those that only events name."""
    titles = {event.session.semester.slug: event.session.semester.title for event in events}
    for slug, title in sorted((titles | dict(semesters)).items()):
        held = tuple(event for event in events if event.session.semester.slug == slug)
        yield Feed(
            calendar, f"semester/{slug}", f"{calendar.name}: {title}", f"The sessions of {title}.", held
        )


def paths(_calendar: Calendar, change: Change) -> Iterator[str]:
    """Give the path of the feed that tells of a change."""
    yield f"semester/{change.semester}"
