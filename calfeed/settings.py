"""calfeed.yaml -> Settings, every fault with its line; and a JSON Schema, so that editors help to write it.

Both come from one table per mapping of the file: a new setting is a field here and a line there.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import time, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from calfeed import freedays, zones
from calfeed.diagnostics import Diagnostic, Position, diagnose
from calfeed.documents.yaml import compose
from calfeed.errors import SettingsError
from calfeed.keys import (
    FLAG,
    Faults,
    Key,
    Kind,
    Schema,
    choice,
    list_of,
    mapping,
    one_or_list_of,
    position,
    quoted,
    written,
)
from calfeed.model import Cancelled, Cell, Kept, LinkKind, Mapping, Node, Scalar, Sequence
from calfeed.times import times
from calfeed.weekdays import weekday

T = TypeVar("T")

FILE = "calfeed.yaml"

# ── what the file says ───────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Meeting:
    """What holds for every session that says nothing else; `weekday` counts from Monday, 0."""

    weekday: int | None = None
    start: time | None = None
    duration: timedelta | None = None
    location: str | None = None
    online: str | None = None


@dataclass(frozen=True, slots=True)
class PersonSetting:
    """One person: the name to show, the name in URLs, and other spellings met in schedules."""

    name: str
    slug: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Materials:
    """Which links a session has, at the latest `after` its day (whole days)."""

    after: timedelta
    kinds: tuple[LinkKind, ...] = ("slides",)


@dataclass(frozen=True, slots=True)
class Presenters:
    """Who presents: somebody `known` from the people of the settings, and named at the latest `before`
    the session's day (whole days).
    """

    known: bool = False
    before: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """What the group expects of its sessions; a breach is a warning, never an error.

    Papers appeared in one of `venues` within the last `years` years; a meeting lasts at least
    `minimum_duration`; `materials` and `presenters` are there when their time has come; no session
    falls on one of the `holidays` of a region ("DE-BY").
    """

    venues: tuple[str, ...] = ()
    years: int | None = None
    minimum_duration: timedelta | None = None
    materials: Materials | None = None
    presenters: Presenters = Presenters()
    holidays: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """All that calfeed.yaml says; `Settings(root)` is what holds where there is none.

    `root` is the calendar's folder and `file` the name of the settings file in it; `site` is where
    the calendar is published and `base_url` what relative links of the schedule start from, both
    with a final slash; `timezone` is a canonical IANA name, `language` a BCP 47 tag; `one_plus_n`
    says whether the first named presents and the others assist (None: the schedule says);
    `cancelled` how feeds tell that a session does not take place; `members` what only members are told;
    `filters` how many filters the static site prepares.
    """

    root: Path
    file: str | None = None
    name: str | None = None
    id: str | None = None
    description: str = ""
    site: str | None = None
    language: str = "en"
    timezone: str | None = None
    meeting: Meeting = Meeting()
    sources: tuple[str, ...] = ()
    base_url: str | None = None
    people: tuple[PersonSetting, ...] = ()
    one_plus_n: bool | None = None
    policy: Policy = Policy()
    cancelled: Cancelled = "both"
    members: Kept = ()
    filters: int = 100


# ── kinds of value ───────────────────────────────────────────────────────────────────────────────


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _address(text: str) -> str | None:
    with suppress(ValueError):  # a port or an IPv6 address that is none
        parts = urlsplit(text)
        if parts.hostname and parts.port != 0:
            return text
    return None


def _folder(text: str) -> str | None:
    return _address(text.rstrip("/") + "/")


def _clock(text: str) -> time | None:
    found = times(text)
    return found.start if found else None


def _length(text: str) -> timedelta | None:
    hours, minutes = re.findall(r"^(?:([\d.]+) ?h)? ?(\d*)", text)[0]
    length = timedelta(hours=float(hours or 0), minutes=int(minutes or 0))
    return length if length <= timedelta(days=1) else None


def _days(text: str) -> timedelta:
    return timedelta(days=int(text))


def _read_zone(node: Node, example: str, faults: Faults) -> str | None:
    zone = _TEXT.read(node, example, faults)
    if zone is None or zones.is_known(zone):
        return zone
    nearest = zones.suggest(zone)
    hint = f"did you mean {' or '.join(nearest)}?" if nearest else f"for example {example}"
    message = f"{quoted(zone)} is not the name of a time zone"
    faults.append(diagnose("zone-unknown", message, position(node), hint))
    return None


def _read_region(node: Node, example: str, faults: Faults) -> str | None:
    region = _TEXT.read(node, example, faults)
    if region is None:
        return None
    try:
        if freedays.is_known(region):
            return region
        message = f"{quoted(region)} is not a country, or a part of one, whose holidays are known"
        nearest = freedays.suggest(region)
        hint = f"did you mean {' or '.join(nearest)}?" if nearest else f"for example {example}"
    except ImportError:
        message = "the package that knows public holidays is not installed"
        hint = "install it: pip install 'calfeed[holidays]'"
    faults.append(diagnose("setting-invalid", message, position(node), hint))
    return None


_HOST = r"^https?://[^\s/?#@]+"  # no user and password: what is published must not have them
_TIME = r"^(([01]?[0-9]|2[0-3]):[0-5][0-9]|(0?[1-9]|1[0-2])(:[0-5][0-9])? ?[AaPp]\.?[Mm]\.?)$"
_DAY = r"^(MON|TUE|WED|THU|FRI|SAT|SUN|[Mm]on|[Tt]ue|[Ww]ed|[Tt]hu|[Ff]ri|[Ss]at|[Ss]un)[A-Za-z]*\.?$"
_SPAN = r"^(?=.*[1-9])([0-9]{1,2}(\.[0-9]{1,2})? ?h ?)?([0-9]{1,4} ?(m|min)?)?$"
_MINUTES: Schema = {"type": ["string", "integer"], "minimum": 1, "maximum": 1440}
_LINKS: tuple[LinkKind, ...] = ("slides", "video", "summary", "paper", "code")

_TEXT = written("text", r"\S", _one_line, type=["string", "number"])  # a room may be called 3901
_PROSE = written("text", r"\S", str)
_URL = written("an http or https address", _HOST + r"([/?#]\S*)?$", _address)
_FOLDER = written("an http or https address without user, ? and #", _HOST + r"(/[^\s?#]*)?$", _folder)
_LANGUAGE = written("a language tag", r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$", str)
_ZONE = Kind("an IANA time zone", {"type": "string"}, _read_zone)
_REGION = Kind("an ISO 3166 country or a part of one", {"type": "string"}, _read_region)
_SLUG = written("small letters, digits and hyphens", r"^(?=.{1,60}$)[a-z0-9]+(-[a-z0-9]+)*$", str)
_CLOCK = written("a time of day", _TIME, _clock)
_LENGTH = written("minutes or a length of at most a day", _SPAN, _length, **_MINUTES)
_COUNT = partial(written, "a whole number", r"^[0-9]{1,4}$", type="integer", minimum=0, maximum=9999)
_WEEKDAY = written("a weekday", _DAY, weekday)
_LINK = choice(f"one of {', '.join(_LINKS)}", {kind: kind for kind in _LINKS})
_TOLD: tuple[Cancelled, ...] = ("both", "status", "title", "hide")
_CANCELLED = choice(f"one of {', '.join(_TOLD)}", {told: told for told in _TOLD})
_KEPT: Kept = ("online", "location")
_MEMBERS = choice(f"one of {', '.join(_KEPT)}", {kept: kept for kept in _KEPT})
_FORMAT = choice("1+N or equal", {"1+N": True, "equal": False})

# ── the keys of each mapping ─────────────────────────────────────────────────────────────────────

_MEETING = mapping(
    Meeting,
    Key("weekday", _WEEKDAY, "The day of the week on which the group meets.", "Tuesday"),
    Key("start", _CLOCK, "When a meeting starts, by the clock of the time zone.", "14:00"),
    Key("duration", _LENGTH, "How long a meeting lasts: minutes, or a length.", "1h30m"),
    Key("location", _TEXT, "Where the group meets.", "Room 3901"),
    Key("online", _URL, "Where the group meets online.", "https://meet.example.org/systems"),
)

_PERSON = mapping(
    PersonSetting,
    Key("name", _TEXT, "The name to show.", "Mingxuan Liu", required=True),
    Key("slug", _SLUG, "The name in the address of the person's feed.", "mingxuan-liu"),
    Key("aliases", list_of(_TEXT), "Other spellings in the schedules.", "[M. Liu, Liu Mingxuan]"),
)

_MATERIALS = mapping(
    Materials,
    Key("kinds", list_of(_LINK), "The links to have; slides if not given.", "[slides, video]"),
    Key(
        "after_days", _COUNT(_days), "How long after the session at the latest.", "7", "after", required=True
    ),
)

_PRESENTERS = mapping(
    Presenters,
    Key("known", FLAG, "Whether every presenter is one of people.", "true"),
    Key("before_days", _COUNT(_days), "How long before the session one is named.", "7", "before"),
)

_POLICY = mapping(
    Policy,
    Key("venues", list_of(_TEXT), "The venues whose papers the group reads.", "[OSDI, SOSP, NSDI]"),
    Key("years", _COUNT(int), "How many years old a paper may be.", "3"),
    Key("minimum_duration", _LENGTH, "How long a meeting lasts at least.", "60"),
    Key("materials", _MATERIALS, "What a past session links to.", "{kinds: [slides], after_days: 7}"),
    Key("presenters", _PRESENTERS, "Who presents, and when that is known.", "{before_days: 7}"),
    Key("holidays", _REGION, "Whose public holidays are free: a country or its part.", "DE-BY"),
)

_SETTINGS = (
    Key("name", _TEXT, "The calendar's name, as subscribers see it.", "Systems Reading Group"),
    Key("id", _TEXT, "What every event's identity starts from: never change it.", "systems.example.org"),
    Key("description", _PROSE, "What the calendar is, in a sentence or two.", "We read a paper a week."),
    Key("url", _FOLDER, "Where this calendar is published.", "https://example.org/calendar/", "site"),
    Key("language", _LANGUAGE, "The language of the schedule, a BCP 47 tag.", "en"),
    Key("timezone", _ZONE, "The time zone of the schedule, an IANA name.", "America/New_York"),
    Key("meeting", _MEETING, "What holds for a session that says nothing else.", "{start: 14:00}"),
    Key("sources", one_or_list_of(_TEXT), "The schedule's files; * matches any name.", "[talks/*.md]"),
    Key("base_url", _FOLDER, "Where relative links of the schedule start.", "https://example.org/group/"),
    Key("people", list_of(_PERSON), "People who need an alias or a slug.", "[{name: Mingxuan Liu}]"),
    Key("format", _FORMAT, "1+N: the first named presents, others assist.", "1+N", "one_plus_n"),
    Key("cancelled", _CANCELLED, "How feeds tell that a session is cancelled.", "both"),
    Key("members", list_of(_MEMBERS), "What only members' feeds tell of a session.", "[online, location]"),
    Key(
        "filters",
        _COUNT(int),
        "How many filters by semester and presenter a static site has; 100 if not given.",
        "200",
    ),
    Key("policy", _POLICY, "What the group expects; a breach is a warning.", "{venues: [OSDI], years: 3}"),
)


def _file(make: Callable[..., T]) -> Kind[T]:
    return mapping(make, *_SETTINGS)


# ── reading ──────────────────────────────────────────────────────────────────────────────────────


def read_settings(path: Path, data: bytes | None = None) -> Settings:
    """Read a settings file, or what an earlier version of it held; its folder is the calendar's.

    Raises:
        SettingsError: with every fault of the file at once, in the order of its lines.
    """
    faults: Faults = []
    make = partial(Settings, path.parent.resolve(), path.name)
    node = _parsed(path, data, faults)
    settings = make() if node is None else _file(make).read(node, "name: Systems Reading Group", faults)
    if settings is not None:
        faults += [*_shared(_child(node, "people")), *_skipped(settings, _child(node, "meeting", "start"))]
    if settings is None or faults:
        raise SettingsError(tuple(sorted(faults, key=lambda fault: fault.position)))
    return settings


def schema() -> dict[str, object]:
    """Describe calfeed.yaml to editors, as a JSON Schema (draft 2020-12)."""
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": dialect, "title": FILE, **_file(Settings).schema}


def _parsed(path: Path, data: bytes | None, faults: Faults) -> Node | None:
    try:
        text = (path.read_bytes() if data is None else data).decode("utf-8-sig")
    except OSError as error:
        message = f"the settings cannot be read: {error.strerror}"
        faults.append(diagnose("source-missing", message, Position(path.name), "name a file that is there"))
        return None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        hint = "save the file as UTF-8"
        faults.append(diagnose("source-binary", "not text in UTF-8", Position(path.name, line), hint))
        return None
    node, diagnostics = compose(path.name, text)
    faults += diagnostics
    return node


def _child(node: Node | None, *keys: str) -> Node | None:
    for key in keys:
        pairs = node.pairs if isinstance(node, Mapping) else ()
        node = next((child for cell, child in pairs if cell.text == key), None)
    return node


def _shared(people: Node | None) -> Iterator[Diagnostic]:
    """Find names and slugs that two people claim."""
    owners: dict[tuple[str, str], tuple[int, int]] = {}
    for number, person in enumerate(people.items if isinstance(people, Sequence) else ()):
        for what, cell in _claims(person):
            claim = what, _one_line(cell.text).casefold()
            owner, line = owners.setdefault(claim, (number, cell.position.line))
            if owner != number:
                message = f"the {what} {quoted(cell.text)} is another person's, on line {line}"
                yield diagnose("setting-duplicate", message, cell.position, "give it to one of them")


def _claims(person: Node) -> Iterator[tuple[str, Cell]]:
    aliases = _child(person, "aliases")
    names = [_child(person, "name"), *(aliases.items if isinstance(aliases, Sequence) else ())]
    yield from (("name", node.cell) for node in names if isinstance(node, Scalar))
    if isinstance(slug := _child(person, "slug"), Scalar):
        yield "slug", slug.cell


def _skipped(settings: Settings, start: Node | None) -> Iterator[Diagnostic]:
    zone, meeting = settings.timezone, settings.meeting
    if zone is None or meeting.start is None or start is None:
        return
    if day := zones.skipped_on_weekday(zone, meeting.start, meeting.weekday):
        message = f"on {day} the clock in {zone} skips {meeting.start:%H:%M}"
        yield diagnose("time-skipped", message, position(start), "choose a time that every meeting day has")
