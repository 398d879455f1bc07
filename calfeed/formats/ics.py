"""Feed -> bytes of an iCalendar stream (RFC 5545).

Each VEVENT is rendered once, read back by two readers (R65), kept, and spliced into every feed that
carries it.  The lines are folded here, because icalendar 7.3 can part two backslashes that belong
together (R60).
"""

import re
from dataclasses import replace
from datetime import datetime
from functools import cache, lru_cache

from calfeed.components import (
    Component,
    head,
    read_vevent,
    reminding_uid,
    stamp,
    unmistakable,
    valarms,
    vevent,
    vtimezone,
    zones_of,
)
from calfeed.errors import EventUnpublishable
from calfeed.model import Event, Feed

MEDIA_TYPE = "text/calendar; charset=utf-8"
EXTENSION = "ics"

_LONGEST_LINE = 75  # octets (R59)
_END = b"END:VCALENDAR\r\n"
_BEFORE_UID, _AFTER_UID = b"BEGIN:VEVENT\r\nUID:", b"\r\nDTSTAMP:"
_END_EVENT = b"END:VEVENT\r\n"


def render(feed: Feed) -> bytes:
    """Write a feed; its events keep their order.

    Raises:
        EventUnpublishable: an event does not pass `check`.
    """
    calendar = _written(head(feed)).removesuffix(_END)
    timezones = [_vtimezone(zone) for zone in zones_of(feed)]
    return b"".join((calendar, *timezones, *map(_told, feed.events), _END))


def check(event: Event) -> None:
    """Make sure that an event can be published: one that cannot would void a whole feed (R65).

    Raises:
        EventUnpublishable: it cannot be written, or its bytes do not read back as what was meant.
    """
    _vevent(event)


# ── Components ───────────────────────────────────────────────────────────────────────────────────


@cache
def _vtimezone(zone: str) -> bytes:
    return _written(vtimezone(zone))


def _told(event: Event) -> bytes:
    """Write an event with what a subscriber added to it, so that any choice of reminders costs little."""
    if not event.alarms:
        return _vevent(event)
    _, _, told = _vevent(replace(event, alarms=())).partition(_AFTER_UID)
    alarms = map(_written, valarms(event))
    uid = reminding_uid(event).encode()
    return b"".join((_BEFORE_UID, uid, _AFTER_UID, told.removesuffix(_END_EVENT), *alarms, _END_EVENT))


@lru_cache(maxsize=2**16)
def _vevent(event: Event) -> bytes:
    try:
        body = _written(vevent(event))
        readings = (_read(body), read_vevent(body))
    except ValueError as error:
        raise EventUnpublishable(f"The event {event.summary!r} cannot be written: {error}") from error
    meant = _meant(event)
    if wrong := {name for reading in readings for name, _ in reading.items() ^ meant.items()}:
        names = ", ".join(sorted(wrong))
        raise EventUnpublishable(f"The event {event.summary!r} does not read back as meant: {names}")
    return body


# ── Lines ────────────────────────────────────────────────────────────────────────────────────────


def _written(component: Component) -> bytes:
    lines = component.content_lines(sorted=False)
    return b"".join(_folded(content) + b"\r\n" for content in lines if content)


def _folded(content: str) -> bytes:
    """Fold one line between characters, never between a backslash and what it escapes (R59, R60)."""
    pieces, size = [], 0
    for unit in re.findall(r"(?s)\\.|.", content):
        octets = unit.encode()
        if size + len(octets) > _LONGEST_LINE:
            pieces.append(b"\r\n ")
            size = 1
        pieces.append(octets)
        size += len(octets)
    return b"".join(pieces)


# ── Reading back ─────────────────────────────────────────────────────────────────────────────────

_TEXTS = ("SUMMARY", "LOCATION", "DESCRIPTION")
_CONTENT = re.compile(r"([A-Z-]+(?:;[A-Z]+=[\w/+-]+)?):(.+)")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")  # R62
_PARTED = re.compile(rb"(?<!\\)(?:\\\\)*\\\r\n")


def _meant(event: Event) -> dict[str, str]:
    """Say what a reader must find: name and parameter of each property, and its value."""
    kind = ";VALUE=DATE" if not isinstance(event.dtstart, datetime) else ""
    kind = f";TZID={event.tzid}" if event.tzid else kind
    categories = [re.sub(r"[\\;,]", r"\\\g<0>", unmistakable(category)) for category in event.categories]
    optional = {
        "LOCATION": unmistakable(event.location),
        "DESCRIPTION": unmistakable(event.description),
        "URL": event.url,
        "CATEGORIES": ",".join(categories),
    }
    return {
        "UID": event.uid,
        "DTSTAMP": stamp(event.dtstamp),
        "CREATED": stamp(event.created),
        "LAST-MODIFIED": stamp(event.last_modified),
        "SEQUENCE": str(event.sequence),
        f"DTSTART{kind}": stamp(event.dtstart),
        f"DTEND{kind}": stamp(event.dtend),
        "SUMMARY": unmistakable(event.summary),
        **{name: value for name, value in optional.items() if value},
        "STATUS": event.status,
        "CLASS": "PUBLIC",
        "TRANSP": "TRANSPARENT",
        "X-MICROSOFT-CDO-BUSYSTATUS": "FREE",
    }


def _read(octets: bytes) -> dict[str, str]:
    """Read one VEVENT as strictly as the strictest client.

    Raises:
        ValueError: something in it could make some client refuse the feed.
    """
    lines = octets.split(b"\r\n")
    if lines.pop() or not all(0 < len(each) <= _LONGEST_LINE for each in lines):
        raise ValueError("a line is empty, too long or does not end")
    if _PARTED.search(octets) or _UNPRINTABLE.search("".join(each.decode() for each in lines)):
        raise ValueError("a line has a control character or ends inside an escape")
    first, *contents, last = octets.decode().replace("\r\n ", "").splitlines()
    if (first, last) != ("BEGIN:VEVENT", "END:VEVENT"):
        raise ValueError("it is not one VEVENT")
    found: dict[str, str] = {}
    for content in contents:
        match = _CONTENT.fullmatch(content)
        if match is None or match[1] in found:
            raise ValueError(f"{content[:40]!r} is not one property, or one that was there before")
        found[match[1]] = _unescaped(match[2]) if match[1] in _TEXTS else match[2]
    return found


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], text)
