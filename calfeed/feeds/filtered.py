"""Events and a query to one Feed: any combination of semester, presenter, role, venue and alarms."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from urllib.parse import quote, urlencode

from calfeed import reminders
from calfeed.changes import MOST_TOLD
from calfeed.errors import FilterUnknown
from calfeed.model import Calendar, Change, Event, Feed, Role, Venue
from calfeed.values import slug

_VALUES = 20
_CHARACTERS = 200  # of a whole address (R86)

Choices = Mapping[str, Mapping[str, str]]
Chosen = Mapping[str, tuple[str, ...]]


def select(
    calendar: Calendar,
    events: Sequence[Event],
    semesters: Mapping[str, str],
    query: Mapping[str, Sequence[str]],
    path: str = "",
) -> Feed:
    """Give the events that a query asks for, as a feed with a canonical path and a readable name.

    Keys narrow the feed, several values of one key widen it.  A role is that of the presenters
    asked for, or anybody's where none is.  An alarm neither narrows nor widens: every event has it.
    `semesters` maps slugs to titles; `path` is that of a filter which has one without a query.

    Raises:
        FilterUnknown: a key or a value does not exist, or there are more than an address can carry.
    """
    if sum(map(len, query.values())) > _VALUES:
        raise FilterUnknown(f"A filter can have at most {_VALUES} values.")
    choices = _choices(events, semesters)
    alarms = reminders.read(query.get("alarm", ()))
    chosen = {key: _choose(choices, key, query[key]) for key in query if key != "alarm"}
    labels = [choices[key][value] for key in choices for value in chosen.get(key, ())]
    labels += map(reminders.spoken, alarms)
    path = path or _path(calendar, chosen | {"alarm": tuple(map(reminders.written, alarms))})
    if not _fits(calendar, path):
        hint = "calendar programs ignore a longer address without a word; ask for fewer values"
        raise FilterUnknown(f"The address of this filter would pass {_CHARACTERS} characters.", hint)
    return Feed(
        calendar,
        path,
        f"{calendar.name}: {', '.join(labels)}" if labels else calendar.name,
        calendar.description,
        tuple(replace(each, alarms=alarms) if alarms else each for each in events if _matches(each, chosen)),
    )


def tell(feed: Feed, changes: Iterable[Change]) -> Feed:
    """Give the feed with the latest changes of the events that it carries; `changes` are newest first."""
    uids = {event.uid for event in feed.events}
    told = (change for change in changes if change.uid in uids)
    return replace(feed, changes=tuple(islice(told, MOST_TOLD)))


def venues(calendar: Calendar, events: Iterable[Event]) -> Iterator[str]:
    """Give paths, without a query, for the filters of venues: the slug of each series, oldest first."""
    found = (event.session.venue for event in events if event.session.venue)
    return _addressed(calendar, (f"venue/{slug(venue.series)}" for venue in found))


def prepared(calendar: Calendar, events: Iterable[Event]) -> Iterator[str]:
    """Give paths, without a query, for the filters that most ask for: somebody's semester.

    Oldest first, so that one who is given the first hundred is given the same when there are more.
    """
    asked = (
        f"semester/{event.session.semester.slug}/presenter/{person.slug}"
        for event in events
        for person in event.session.presenters
    )
    return _addressed(calendar, asked)


def _addressed(calendar: Calendar, asked: Iterable[str]) -> Iterator[str]:
    for path in dict.fromkeys(f"filter/{calendar.slug}/{each}" for each in asked):
        if _fits(calendar, path):
            yield path


def _fits(calendar: Calendar, path: str) -> bool:
    written = path if "?" in path else quote(path)
    return len(f"{calendar.site or ''}{written}.ics") <= _CHARACTERS


def _choices(events: Sequence[Event], semesters: Mapping[str, str]) -> Choices:
    """List what can be asked for: key, value, and the value's name in the name of the feed."""
    sessions = [event.session for event in events]
    spoken = _spoken(session.venue for session in sessions if session.venue)
    return {
        "presenter": {person.slug: person.name for session in sessions for person in session.presenters},
        "role": {Role.PRESENTER: "presenting", Role.ASSISTANT: "assisting"},
        "venue": {name: name for name in spoken},
        "semester": {s.semester.slug: s.semester.title for s in sessions} | dict(semesters),
    }


def _spoken(venues: Iterable[Venue]) -> Iterable[str]:
    """Give the names of venues; their series last, for of what is written alike the last is meant."""
    venues = tuple(venues)
    return [*(venue.name for venue in venues), *(venue.series for venue in venues)]


def _choose(choices: Choices, key: str, values: Sequence[str]) -> tuple[str, ...]:
    if key not in choices:
        hint = f"filters: {', '.join((*choices, 'alarm'))}"
        raise FilterUnknown(f"There is no filter named {key[:80]!r}.", hint)
    known = _known(choices[key])
    for value in values:
        if value.casefold() not in known:
            hint = f"{key}: {', '.join(sorted(choices[key])) or 'none yet'}"
            raise FilterUnknown(f"There is no {key} named {value[:80]!r}.", hint)
    return tuple(sorted({known[value.casefold()] for value in values}))


def _known(values: Iterable[str]) -> Mapping[str, str]:
    """Map what may be written to the value that is meant: itself in any case, or else its slug."""
    values = tuple(values)
    return {slug(value): value for value in values} | {value.casefold(): value for value in values}


def _path(calendar: Calendar, chosen: Chosen) -> str:
    query = urlencode([(key, value) for key, values in sorted(chosen.items()) for value in values])
    return f"filter/{calendar.slug}" + (f"?{query}" if query else "")


def _matches(event: Event, chosen: Chosen) -> bool:
    session = event.session
    if "semester" in chosen and session.semester.slug not in chosen["semester"]:
        return False
    if "venue" in chosen:
        wanted, venue = set(map(slug, chosen["venue"])), session.venue
        if venue is None or wanted.isdisjoint((slug(venue.series), slug(venue.name))):
            return False
    return chosen.keys().isdisjoint(("presenter", "role")) or any(
        ("presenter" not in chosen or person.slug in chosen["presenter"])
        and ("role" not in chosen or person.role in chosen["role"])
        for person in session.presenters
    )
