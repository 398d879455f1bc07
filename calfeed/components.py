"""Feed -> components of iCalendar (RFC 5545): what is said by every format that writes a calendar.

The only module that imports icalendar, which gives values their types and escapes.
"""

import re
from collections.abc import Iterable
from dataclasses import astuple
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, uuid5

import icalendar

from calfeed import reminders, zones
from calfeed.feeds import address
from calfeed.model import Event, Feed
from calfeed.plain import line
from calfeed.values import web_address

_PRODUCT = "-//calfeed//calfeed//EN"  # without a version, so that a release changes no byte (R12)
_LONGEST_NAME, _LONGEST_DESCRIPTION = 100, 255  # characters (R4)

_Component = TypeVar("_Component", bound=icalendar.Component)
Component = icalendar.Component
_Property = tuple[str, object] | tuple[str, object, dict[str, str]]
"""Name, value, and parameters; without a value it is not written (R15)."""


# ── Calendar ─────────────────────────────────────────────────────────────────────────────────────


def head(feed: Feed) -> Component:
    """Give the calendar with only its own properties, some twice: clients look in different places."""
    # KDE shows NAME without taking escapes off, so nothing in it may need one (R4).
    name = _short(re.sub(r"\s*[,;\\]+\s*", " · ", line(feed.name)), _LONGEST_NAME)
    description = unmistakable(_short(line(feed.description), _LONGEST_DESCRIPTION))
    zone = feed.calendar.timezone
    properties: tuple[_Property, ...] = (
        ("version", "2.0"),
        ("prodid", _PRODUCT),
        ("calscale", "GREGORIAN"),
        ("method", "PUBLISH"),
        ("name", name),
        ("x-wr-calname", name),
        ("description", description),
        ("x-wr-caldesc", _escaped(description)),  # icalendar escapes no X- property by itself
        ("x-wr-timezone", zone if _tzids(feed) <= {zone} else None),
        ("refresh-interval", timedelta(hours=1), {"VALUE": "DURATION"}),
        ("x-published-ttl", "PT1H"),
        ("source", address(feed, "ics"), {"VALUE": "URI"}),
        ("url", web_address(feed.calendar.site)),
        ("color", "teal"),
        ("x-apple-calendar-color", "#008080"),
    )
    return _filled(icalendar.Calendar(), properties)


def _escaped(text: str) -> str:
    return icalendar.vText(text).to_ical().decode()


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _tzids(feed: Feed) -> set[str]:
    return {event.tzid for event in feed.events if event.tzid}


# ── Time zones ───────────────────────────────────────────────────────────────────────────────────


def zones_of(feed: Feed) -> list[str]:
    """List the zones to describe: those of the events, or the calendar's, since there must be one (R2)."""
    if any(isinstance(event.dtstart, datetime) for event in feed.events):
        return sorted(_tzids(feed))
    zone = feed.calendar.timezone
    return [zone if zones.observances(zone) else "UTC"]


def vtimezone(zone: str) -> Component:
    """Give what R47-R49 allow: one STANDARD and at most one DAYLIGHT, each with one yearly rule."""
    rule = zones.observances(zone)
    if rule is None:
        raise ValueError(f"{zone} has no single rule, so no event may be written with it")
    names: tuple[_Property, ...] = (("tzid", zone), ("x-lic-location", zone))
    component = _filled(icalendar.Timezone(), names)
    component.add_component(_filled(icalendar.TimezoneStandard(), _observance(rule.standard)))
    if rule.daylight:
        component.add_component(_filled(icalendar.TimezoneDaylight(), _observance(rule.daylight)))
    return component


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


def vevent(event: Event) -> Component:
    """Give what subscribers are told of one session, without reminders.

    Raises:
        ValueError: a value is none that iCalendar could write.
    """
    return _filled(icalendar.Event(), _properties(event))


def valarms(event: Event) -> tuple[Component, ...]:
    """Give the reminders of an event, which go last in it (R30); one that is cancelled has none."""
    if "CANCELLED" in (event.status, event.session.status.name):
        return ()
    return tuple(_valarm(event.summary, before) for before in event.alarms)


def _valarm(summary: str, before: timedelta) -> Component:
    properties: tuple[_Property, ...] = (
        ("action", "DISPLAY"),
        ("description", unmistakable(summary)),
        ("trigger", -before),
    )
    return _filled(icalendar.Alarm(), properties)


def reminding_uid(event: Event) -> str:
    """Name an event with reminders: it is another telling of its session (R34), cancelled or not."""
    variant = "&".join(f"alarm={reminders.written(before)}" for before in event.alarms)
    return str(uuid5(NAMESPACE_URL, f"{event.uid}?{variant}"))


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
        ("summary", unmistakable(event.summary)),
        ("location", unmistakable(event.location)),
        ("description", unmistakable(event.description)),
        ("url", event.url),
        ("categories", [unmistakable(category) for category in event.categories]),
        ("status", event.status),
        ("class", "PUBLIC"),
        ("transp", "TRANSPARENT"),
        ("x-microsoft-cdo-busystatus", "FREE"),
    )


_MISREAD = re.compile(r"(?<=\\)(?=[nN\\])|(?<=\bBEGIN)(?=:V)|(?<=\bEND)(?=:V)")


def unmistakable(text: str | None) -> str:
    r"""Part, by an invisible character, what some reader takes for something else.

    A backslash before an n, written `\\n`, is a line break to several clients, and icalendar itself writes
    `\N` as one; an old reader loses some of a row of backslashes; one that does not go by lines takes out
    a `BEGIN:VEVENT` inside a text.
    """
    return _MISREAD.sub("\N{WORD JOINER}", text or "")


def _filled(component: _Component, properties: Iterable[_Property]) -> _Component:
    for name, value, *parameters in properties:
        if value not in (None, "", []):
            component.add(name, value, dict(*parameters))
    return component


# ── Reading back ─────────────────────────────────────────────────────────────────────────────────


def read_vevent(octets: bytes) -> dict[str, str]:
    """Read one VEVENT as icalendar does: name and parameters of each property, and its value.

    Raises:
        ValueError: it cannot.
    """
    found: dict[str, str] = {}
    for name, value in icalendar.Event.from_ical(octets).items():
        parameters = "".join(f";{key}={parameter}" for key, parameter in value.params.items())
        if isinstance(value, icalendar.vDDDTypes):
            # Not by its `to_ical`, which puts a Z to the time of every zone that is at UTC.
            moment: Any = value.dt
            text = stamp(moment.replace(tzinfo=None) if "TZID" in value.params else moment)
        else:
            text = str(value) if isinstance(value, str) else value.to_ical().decode()
        found[name + parameters] = text
    return found


def stamp(moment: date | datetime) -> str:
    """Write a day, a wall-clock time or a UTC instant as RFC 5545 does."""
    if not isinstance(moment, datetime):
        return f"{moment:%Y%m%d}"
    return f"{moment:%Y%m%dT%H%M%S}{'Z' if moment.tzinfo else ''}"
