"""Events and a query to one Feed: any combination of semester, presenter, role and venue."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import quote, urlencode

from calfeed.errors import FilterUnknown
from calfeed.model import Calendar, Event, Feed, Role, Session

_VALUES = 20
_CHARACTERS = 200  # of a whole address (R86)

Choices = Mapping[str, Mapping[str, str]]
Chosen = Mapping[str, tuple[str, ...]]


def select(
    calendar: Calendar,
    events: Sequence[Event],
    semesters: Mapping[str, str],
    query: Mapping[str, Sequence[str]],
) -> Feed:
    """Give the events that a query asks for, as a feed with a canonical path and a readable name.

    Keys narrow the feed, several values of one key widen it.  A role is that of the presenters
    asked for, or anybody's where none is.  `semesters` maps slugs to titles.

    Raises:
        FilterUnknown: a key or a value does not exist, or there are more than an address can carry.
    """
    if sum(map(len, query.values())) > _VALUES:
        raise FilterUnknown(f"A filter can have at most {_VALUES} values.")
    choices = _choices(events, semesters)
    chosen = {key: _choose(choices, key, values) for key, values in sorted(query.items())}
    labels = [choices[key][value] for key in choices for value in chosen.get(key, ())]
    return Feed(
        calendar,
        _path(calendar, chosen),
        f"{calendar.name}: {', '.join(labels)}" if labels else calendar.name,
        calendar.description,
        tuple(event for event in events if _matches(event, chosen)),
    )


def prepared(calendar: Calendar, events: Iterable[Event]) -> Iterator[str]:
    """Give paths for the filters that most ask for, without a query: somebody's semester, a venue's series.

    Oldest first, so that one who is given the first hundred is given the same when there are more.
    """
    asked = dict.fromkeys(path for event in events for path in _asked(event.session))
    for path in (f"filter/{calendar.slug}/{path}" for path in asked):
        if len(f"{calendar.site or ''}{quote(path)}.ics") <= _CHARACTERS:
            yield path


def _asked(session: Session) -> Iterator[str]:
    for person in session.presenters:
        yield f"semester/{session.semester.slug}/presenter/{person.slug}"
    venue = session.venue
    if venue and "/" not in venue.series and not venue.series.startswith("."):
        yield f"venue/{venue.series}"


def _choices(events: Sequence[Event], semesters: Mapping[str, str]) -> Choices:
    """List what can be asked for: key, value, and the value's name in the name of the feed."""
    sessions = [event.session for event in events]
    venues = [session.venue for session in sessions if session.venue is not None]
    spoken = [name for venue in venues for name in (venue.series, venue.name)]
    return {
        "presenter": {person.slug: person.name for session in sessions for person in session.presenters},
        "role": {Role.PRESENTER: "presenting", Role.ASSISTANT: "assisting"},
        "venue": {name: name for name in spoken},
        "semester": {s.semester.slug: s.semester.title for s in sessions} | dict(semesters),
    }


def _choose(choices: Choices, key: str, values: Sequence[str]) -> tuple[str, ...]:
    if key not in choices:
        raise FilterUnknown(f"There is no filter named {key[:80]!r}.", f"filters: {', '.join(choices)}")
    known = {value.casefold(): value for value in choices[key]}
    for value in values:
        if value.casefold() not in known:
            hint = f"{key}: {', '.join(sorted(choices[key])) or 'none yet'}"
            raise FilterUnknown(f"There is no {key} named {value[:80]!r}.", hint)
    return tuple(sorted({known[value.casefold()] for value in values}))


def _path(calendar: Calendar, chosen: Chosen) -> str:
    query = urlencode([(key, value) for key, values in chosen.items() for value in values])
    path = f"filter/{calendar.slug}" + (f"?{query}" if query else "")
    if len(f"{calendar.site or ''}{path}.ics") > _CHARACTERS:
        hint = "calendar programs ignore a longer address without a word; ask for fewer values"
        raise FilterUnknown(f"The address of this filter would pass {_CHARACTERS} characters.", hint)
    return path


def _matches(event: Event, chosen: Chosen) -> bool:
    session = event.session
    if "semester" in chosen and session.semester.slug not in chosen["semester"]:
        return False
    if "venue" in chosen:
        wanted = {name.casefold() for name in chosen["venue"]}
        venue = session.venue
        if venue is None or wanted.isdisjoint((venue.series.casefold(), venue.name.casefold())):
            return False
    return chosen.keys().isdisjoint(("presenter", "role")) or any(
        ("presenter" not in chosen or person.slug in chosen["presenter"])
        and ("role" not in chosen or person.role in chosen["role"])
        for person in session.presenters
    )
