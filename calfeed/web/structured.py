"""An Entry to what search engines read of it: a schema.org Event, as JSON for a script element."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone

from calfeed import zones
from calfeed.events import compose
from calfeed.model import Calendar, Entry, Event, Role, State
from calfeed.plain import line
from calfeed.values import web_address

Thing = dict[str, object]

_ESCAPED = str.maketrans({character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"})
"""No text can end the script element, and none a line of an old reader of JSON."""


def event(entry: Entry, calendar: Calendar, url: str | None) -> str | None:
    """Tell of a session what feeds tell of it, in plain text; None where feeds tell nothing.

    `url` is the public address of its page.
    """
    told = compose(entry, calendar)
    if told is None:
        return None
    state = "EventCancelled" if entry.state is State.CANCELLED else "EventScheduled"
    thing: Thing = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": line(entry.session.title) or told.summary,
        "startDate": _moment(told.dtstart, told),
        "endDate": _moment(told.dtend, told),
        "eventStatus": f"https://schema.org/{state}",
        **_whereabouts(entry),
        "performer": list(_performers(entry)),
        "organizer": _known({"@type": "Organization", "name": line(calendar.name), "url": calendar.site}),
        "url": url,
        "description": told.description,
    }
    return json.dumps(_known(thing), ensure_ascii=False).translate(_ESCAPED)


def _moment(moment: date | datetime, told: Event) -> str:
    """Write a time with its offset from UTC; of whole days the last, which an event's end lies behind."""
    if not isinstance(moment, datetime):
        return max(moment - timedelta(days=1), told.session.date).isoformat()
    zone = told.session.timezone
    wall = moment if moment.tzinfo is None else zones.local(moment, zone)
    utc = zones.resolve(moment, zone).utc if moment.tzinfo is None else moment.astimezone(UTC)
    ahead = wall - utc.replace(tzinfo=None)
    return wall.replace(tzinfo=timezone(ahead)).isoformat(timespec="minutes")


def _whereabouts(entry: Entry) -> Thing:
    """Say where to go to, in the room and on the web."""
    room, online = line(entry.session.location), web_address(entry.session.online)
    places: list[Thing] = []
    if room:
        places.append({"@type": "Place", "name": room, "address": room})
    if online:
        places.append({"@type": "VirtualLocation", "url": online})
    if not places:
        return {}
    mode = "Mixed" if room and online else "Offline" if room else "Online"
    return {
        "eventAttendanceMode": f"https://schema.org/{mode}EventAttendanceMode",
        "location": places if len(places) > 1 else places[0],
    }


def _performers(entry: Entry) -> Iterator[Thing]:
    for person in entry.session.presenters:
        if person.role is Role.PRESENTER and (name := line(person.name)):
            yield {"@type": "Person", "name": name}


def _known(thing: Thing) -> Thing:
    return {name: value for name, value in thing.items() if value not in (None, "", [])}
