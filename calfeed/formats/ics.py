"""Feed -> bytes of an iCalendar stream (RFC 5545).  The only module that imports icalendar.

Each VEVENT is rendered once, read back by two readers (R65), kept, and spliced into every feed that
carries it.  icalendar gives values their types and escapes; the lines are folded here, because icalendar
7.3 can part two backslashes that belong together (R60).
"""

import re
from collections.abc import Iterable
from dataclasses import astuple
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any, TypeVar

import icalendar

from calfeed import zones
from calfeed.errors import EventUnpublishable
from calfeed.feeds import address
from calfeed.model import Event, Feed
from calfeed.plain import line
from calfeed.values import web_address

MEDIA_TYPE = "text/calendar; charset=utf-8"
EXTENSION = "ics"

_PRODUCT = "-//calfeed//calfeed//EN"  # without a version, so that a release changes no byte (R12)
_LONGEST_LINE = 75  # octets (R59)
_LONGEST_NAME, _LONGEST_DESCRIPTION = 100, 255  # characters (R4)
_END = b"END:VCALENDAR\r\n"

_Component = TypeVar("_Component", bound=icalendar.Component)
_Property = tuple[str, object] | tuple[str, object, dict[str, str]]
"""Name, value, and parameters; without a value it is not written (R15)."""


def render(feed: Feed) -> bytes:
    """Write a feed; its events keep their order.

    Raises:
        EventUnpublishable: an event does not pass `check`.
    """
    timezones = [_vtimezone(zone) for zone in _zones(feed)]
    return b"".join((_head(feed), *timezones, *map(_vevent, feed.events), _END))


def check(event: Event) -> None:
    """Make sure that an event can be published: one that cannot would void a whole feed (R65).

    Raises:
        EventUnpublishable: it cannot be written, or its bytes do not read back as what was meant.
    """
    _vevent(event)


# ── Calendar ─────────────────────────────────────────────────────────────────────────────────────


def _head(feed: Feed) -> bytes:
    """Write the calendar's own properties, some of them twice: clients look in different places."""
    # KDE shows NAME without taking escapes off, so nothing in it may need one (R4).
    name = _short(re.sub(r"\s*[,;\\]+\s*", " · ", line(feed.name)), _LONGEST_NAME)
    description = _unmistakable(_short(line(feed.description), _LONGEST_DESCRIPTION))
    zone = feed.calendar.timezone
    properties: tuple[_Property, ...] = (
        ("version", "2.0"),
        ("prodid", _PRODUCT),
        ("calscale", "GREGORIAN"),
        ("method", "PUBLISH"),
        ("name", name),
        ("x-wr-calname", name),
        ("description", description),
        ("x-wr-caldesc", icalendar.vText(description)),  # icalendar escapes no X- property by itself
        ("x-wr-timezone", zone if _tzids(feed) <= {zone} else None),
        ("refresh-interval", timedelta(hours=1), {"VALUE": "DURATION"}),
        ("x-published-ttl", "PT1H"),
        ("source", address(feed, EXTENSION), {"VALUE": "URI"}),
        ("url", web_address(feed.calendar.site)),
        ("color", "teal"),
        ("x-apple-calendar-color", "#008080"),
    )
    return _written(_filled(icalendar.Calendar(), properties)).removesuffix(_END)


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _tzids(feed: Feed) -> set[str]:
    return {event.tzid for event in feed.events if event.tzid}


# ── Time zones ───────────────────────────────────────────────────────────────────────────────────


def _zones(feed: Feed) -> list[str]:
    """List the zones to describe: those of the events, or the calendar's, since there must be one (R2)."""
    if any(isinstance(event.dtstart, datetime) for event in feed.events):
        return sorted(_tzids(feed))
    zone = feed.calendar.timezone
    return [zone if zones.observances(zone) else "UTC"]


@cache
def _vtimezone(zone: str) -> bytes:
    """Write what R47-R49 allow: one STANDARD and at most one DAYLIGHT, each with one yearly rule."""
    rule = zones.observances(zone)
    if rule is None:
        raise ValueError(f"{zone} has no single rule, so no event may be written with it")
    names: tuple[_Property, ...] = (("tzid", zone), ("x-lic-location", zone))
    component = _filled(icalendar.Timezone(), names)
    component.add_component(_filled(icalendar.TimezoneStandard(), _observance(rule.standard)))
    if rule.daylight:
        component.add_component(_filled(icalendar.TimezoneDaylight(), _observance(rule.daylight)))
    return _written(component)


def _observance(observance: zones.Observance) -> tuple[_Property, ...]:
    properties: tuple[_Property, ...] = (
        ("dtstart", observance.start),
        ("tzoffsetfrom", observance.offset_from),
        ("tzoffsetto", observance.offset_to),
        ("tzname", observance.name),
    )
    if observance.yearly is None:
        return properties
    month, weekday, ordinal = astuple(observance.yearly)
    day = f"{ordinal}{('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU')[weekday]}"
    return (*properties, ("rrule", {"FREQ": "YEARLY", "BYMONTH": month, "BYDAY": day}))


# ── Events ───────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=2**16)
def _vevent(event: Event) -> bytes:
    try:
        body = _written(_filled(icalendar.Event(), _properties(event)))
        readings = (_read(body), _read_by_icalendar(body))
    except ValueError as error:
        raise EventUnpublishable(f"The event {event.summary!r} cannot be written: {error}") from error
    meant = _meant(event)
    if wrong := {name for reading in readings for name, _ in reading.items() ^ meant.items()}:
        names = ", ".join(sorted(wrong))
        raise EventUnpublishable(f"The event {event.summary!r} does not read back as meant: {names}")
    return body


def _properties(event: Event) -> tuple[_Property, ...]:
    zone = {"TZID": event.tzid} if event.tzid else {}
    return (
        ("uid", event.uid),
        ("dtstamp", event.dtstamp),
        ("created", event.created),
        ("last-modified", event.last_modified),
        ("sequence", event.sequence),
        ("dtstart", event.dtstart, zone),
        ("dtend", event.dtend, zone),
        ("summary", _unmistakable(event.summary)),
        ("location", _unmistakable(event.location)),
        ("description", _unmistakable(event.description)),
        ("url", event.url),
        ("categories", [_unmistakable(category) for category in event.categories]),
        ("status", event.status),
        ("class", "PUBLIC"),
        ("transp", "TRANSPARENT"),
        ("x-microsoft-cdo-busystatus", "FREE"),
    )


_MISREAD = re.compile(r"(?<=\\)(?=[nN\\])|(?<=\bBEGIN)(?=:V)|(?<=\bEND)(?=:V)")


def _unmistakable(text: str | None) -> str:
    r"""Part, by an invisible character, what some reader takes for something else.

    A backslash before an n, written `\\n`, is a line break to several clients, and icalendar itself writes
    `\N` as one; an old reader loses some of a row of backslashes; one that does not go by lines takes out
    a `BEGIN:VEVENT` inside a text.
    """
    return _MISREAD.sub("\N{WORD JOINER}", text or "")


# ── Lines ────────────────────────────────────────────────────────────────────────────────────────


def _filled(component: _Component, properties: Iterable[_Property]) -> _Component:
    for name, value, *parameters in properties:
        if value not in (None, "", []):
            component.add(name, value, dict(*parameters))
    return component


def _written(component: icalendar.Component) -> bytes:
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
    categories = [re.sub(r"[\\;,]", r"\\\g<0>", _unmistakable(category)) for category in event.categories]
    optional = {
        "LOCATION": _unmistakable(event.location),
        "DESCRIPTION": _unmistakable(event.description),
        "URL": event.url,
        "CATEGORIES": ",".join(categories),
    }
    return {
        "UID": event.uid,
        "DTSTAMP": _stamp(event.dtstamp),
        "CREATED": _stamp(event.created),
        "LAST-MODIFIED": _stamp(event.last_modified),
        "SEQUENCE": str(event.sequence),
        f"DTSTART{kind}": _stamp(event.dtstart),
        f"DTEND{kind}": _stamp(event.dtend),
        "SUMMARY": _unmistakable(event.summary),
        **{name: value for name, value in optional.items() if value},
        "STATUS": event.status,
        "CLASS": "PUBLIC",
        "TRANSP": "TRANSPARENT",
        "X-MICROSOFT-CDO-BUSYSTATUS": "FREE",
    }


def _stamp(moment: date | datetime) -> str:
    if not isinstance(moment, datetime):
        return f"{moment:%Y%m%d}"
    return f"{moment:%Y%m%dT%H%M%S}{'Z' if moment.tzinfo else ''}"


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


def _read_by_icalendar(octets: bytes) -> dict[str, str]:
    """Read one VEVENT as icalendar does.

    Raises:
        ValueError: it cannot.
    """
    found: dict[str, str] = {}
    for name, value in icalendar.Event.from_ical(octets).items():
        parameters = "".join(f";{key}={parameter}" for key, parameter in value.params.items())
        if isinstance(value, icalendar.vDDDTypes):
            # Not by its `to_ical`, which puts a Z to the time of every zone that is at UTC.
            moment: Any = value.dt
            text = _stamp(moment.replace(tzinfo=None) if "TZID" in value.params else moment)
        else:
            text = str(value) if isinstance(value, str) else value.to_ical().decode()
        found[name + parameters] = text
    return found
