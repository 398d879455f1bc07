"""Feed -> bytes of jCal (RFC 7265): the very same calendar as the iCalendar stream, as JSON.

Each event is rendered once, kept, and spliced into every feed that carries it.
"""

import json
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

from calfeed.components import Component, head, reminding_uid, valarms, vevent, vtimezone, zones_of
from calfeed.model import Event, Feed

MEDIA_TYPE = "application/calendar+json"
EXTENSION = "jcal"

_END = ",[]]"


def render(feed: Feed) -> bytes:
    """Write a feed, a component a line; its events keep their order."""
    parts = [*map(_vtimezone, zones_of(feed)), *map(_told, feed.events)]
    calendar, inside = _written(head(feed)).removesuffix(_END), ",\n".join(parts)
    return f"{calendar},[\n{inside}\n]]\n".encode()


@cache
def _vtimezone(zone: str) -> str:
    return _written(vtimezone(zone))


def _told(event: Event) -> str:
    """Write an event with what a subscriber added to it."""
    if not event.alarms:
        return _vevent(event)
    name, properties, _ = json.loads(_vevent(replace(event, alarms=())))
    properties[0][-1] = reminding_uid(event)
    return _dumped([name, properties, [alarm.to_jcal() for alarm in valarms(event)]])


@lru_cache(maxsize=2**16)
def _vevent(event: Event) -> str:
    return _written(vevent(event))


def _written(component: Component) -> str:
    return _dumped(component.to_jcal())


def _dumped(said: list[Any]) -> str:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))
