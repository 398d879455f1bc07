"""Events to two Feeds for each person: `presenter/<slug>` (in any role) and `presenting/<slug>`."""

from collections.abc import Iterator, Mapping, Sequence

from calfeed.model import Calendar, Change, Event, Feed, Role


def gather(calendar: Calendar, events: Sequence[Event], _semesters: Mapping[str, str]) -> Iterator[Feed]:
    """Give the feeds of everybody whom an event names, as spelled in the last of them."""
    held: dict[str, list[Event]] = {}
    presented: dict[str, list[Event]] = {}
    names: dict[str, str] = {}
    for event in events:
        for person in event.session.presenters:
            names[person.slug] = person.name
            held.setdefault(person.slug, []).append(event)
            if person.role is Role.PRESENTER:
                presented.setdefault(person.slug, []).append(event)
    for slug in sorted(names):
        name = names[slug]
        whole = f"{calendar.name}: {name}"
        yield _feed(calendar, f"presenter/{slug}", whole, f"The sessions with {name}.", held[slug])
        if slug in presented:
            about = f"The sessions that {name} presents."
            yield _feed(calendar, f"presenting/{slug}", f"{whole} (presenting)", about, presented[slug])


def paths(_calendar: Calendar, change: Change) -> Iterator[str]:
    """Give the paths of the feeds that tell of a change: of all whom it concerns, in any role."""
    for slug in change.presenters:
        yield f"presenter/{slug}"
        yield f"presenting/{slug}"


def _feed(calendar: Calendar, path: str, name: str, description: str, events: Sequence[Event]) -> Feed:
    """Make a feed; somebody named twice in one session is still in it once."""
    return Feed(calendar, path, name, description, tuple({event.uid: event for event in events}.values()))
