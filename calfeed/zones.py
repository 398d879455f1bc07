"""Wall clock + zone -> instant, and what a VTIMEZONE may say of a zone.  The only module that imports pytz.

pytz knows every change of every zone through 2037, and so does this module; a date after that is in its
zone's last known offset.  All functions but `is_known` and `suggest` raise KeyError for an unknown zone.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from functools import cache, lru_cache
from itertools import pairwise, product, takewhile
from typing import Literal

import pytz

_DAY = timedelta(days=1)
_FIRST_YEAR, _LAST_YEAR = 1970, 2037
RELEASE: str = pytz.OLSON_VERSION  # type: ignore[attr-defined]  # the stubs leave it out
RELEASED = int(RELEASE[:4])
"""The release of the zone data, such as 2026b, and its year."""


@dataclass(frozen=True, slots=True)
class Instant:
    """What a wall-clock time means: `utc` is aware; `doubt` says that the clock does not show that time
    on that day ("skipped") or shows it a second time ("twice").
    """

    utc: datetime
    doubt: Literal["skipped", "twice"] | None = None


@dataclass(frozen=True, slots=True)
class Yearly:
    """A day of each year: the `ordinal`th (-1: the last) `weekday` (Monday 0) of `month`."""

    month: int
    weekday: int
    ordinal: int

    def on(self, year: int) -> date:
        """Give the day of one year."""
        weeks = calendar.monthcalendar(year, self.month)
        days = [week[self.weekday] for week in weeks if week[self.weekday]]
        return date(year, self.month, days[self.ordinal - 1 if self.ordinal > 0 else self.ordinal])


@dataclass(frozen=True, slots=True)
class Observance:
    """One STANDARD or DAYLIGHT of a VTIMEZONE: `start` is its first onset in 1970, a naive wall-clock
    time; it comes again each year, or never (`yearly` is None) in a zone without summer time.
    """

    name: str
    offset_from: timedelta
    offset_to: timedelta
    start: datetime
    yearly: Yearly | None = None


@dataclass(frozen=True, slots=True)
class ZoneRule:
    """What a VTIMEZONE may say of a zone (R47-R50): true from `valid_from` (aware UTC) through 2037."""

    valid_from: datetime
    standard: Observance
    daylight: Observance | None = None


@dataclass(frozen=True, slots=True, order=True)
class _Change:
    """A moment (naive UTC) at which a zone's offset from UTC changes."""

    utc: datetime
    before: timedelta
    after: timedelta
    name: str = field(compare=False)


# ── Names ────────────────────────────────────────────────────────────────────────────────────────


@cache
def _canonical() -> frozenset[str]:
    return frozenset(name for names in pytz.country_timezones.values() for name in names) | {"UTC"}


def is_known(name: str) -> bool:
    """Tell whether this is the canonical name of a zone, which every client knows (R51)."""
    return name in _canonical()


def suggest(name: str) -> tuple[str, ...]:
    """Give up to three canonical names, best first, that somebody who wrote this may have meant."""
    wanted = re.sub(r"\W+", "_", name.rpartition("/")[2]).casefold()
    cities: dict[str, list[str]] = {}
    for known in sorted(_canonical()):
        cities.setdefault(known.rpartition("/")[2].casefold(), []).append(known)
    if wanted in cities:
        return tuple(cities[wanted][:3])
    aliases = {alias.casefold(): alias for alias in pytz.all_timezones}
    if name.casefold() in aliases:
        return _alike(aliases[name.casefold()])
    return tuple(
        known for city in get_close_matches(wanted, cities, n=3, cutoff=0.75) for known in cities[city]
    )[:3]


def _alike(alias: str) -> tuple[str, ...]:
    """Give the canonical zones that keep this one's time today, those that always have done so first."""
    years = range(_LAST_YEAR, 1900, -1)

    def offsets(zone: str) -> Iterator[timedelta]:
        return (_offset(_midnight(date(year, month, 1)), zone) for year in years for month in (7, 1))

    def years_alike(zone: str) -> int:
        pairs = zip(offsets(alias), offsets(zone), strict=True)
        return next((n for n, (one, other) in enumerate(pairs) if one != other), 2 * len(years)) // 2

    ages = {zone: years_alike(zone) for zone in sorted(_canonical())}
    ranked = sorted(ages, key=lambda zone: -ages[zone])[:3]
    return tuple(zone for zone in ranked if ages[zone] >= _LAST_YEAR - 2020)


# ── Clocks ───────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=2**14)
def resolve(wall: datetime, zone: str) -> Instant:
    """Find the instant of a naive wall-clock time.

    A time that the clock skips counts in the offset before the gap, one that it shows twice is the
    first of the two (RFC 5545 §3.3.5).
    """
    if zone == "UTC":
        return Instant(wall.replace(tzinfo=UTC))
    # No zone is a whole day from UTC, and none changes its offset twice in two days.
    before, after = _offset(wall - _DAY, zone), _offset(wall + _DAY, zone)
    fits = [offset for offset in {before, after} if _offset(wall - offset, zone) == offset]
    if not fits:
        return Instant((wall - before).replace(tzinfo=UTC), "skipped")
    return Instant((wall - max(fits)).replace(tzinfo=UTC), "twice" if len(fits) > 1 else None)


def local(utc: datetime, zone: str) -> datetime:
    """Give the naive wall-clock time that a zone shows at an aware instant."""
    return utc.astimezone(pytz.timezone(zone)).replace(tzinfo=None)


def utc_offset(wall: datetime, zone: str) -> timedelta:
    """Give how far ahead of UTC a zone is at a naive wall-clock time."""
    return _offset(resolve(wall, zone).utc.replace(tzinfo=None), zone)


def _offset(utc: datetime, zone: str) -> timedelta:
    return pytz.timezone(zone).fromutc(utc).utcoffset() or timedelta(0)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def skipped_on_weekday(name: str, wall: time, weekday: int | None) -> date | None:
    """Find the first date from 2020 through 2037 on which the clock skips a time of day.

    Only dates on `weekday` (Monday 0) count, unless it is None.
    """
    for change in _changes(name):
        last_shown, shown_next = change.utc + change.before, change.utc + change.after
        for day in {last_shown.date(), shown_next.date()}:
            skipped = last_shown <= datetime.combine(day, wall) < shown_next
            if skipped and day.year >= 2020 and weekday in (None, day.weekday()):
                return day
    return None


# ── Rules ────────────────────────────────────────────────────────────────────────────────────────


def writable(wall: datetime, zone: str) -> bool:
    """Tell whether a naive wall-clock time may be written with its TZID, or else must be in UTC (R50).

    It may where the zone's rule holds, unless the clock skips it or shows it twice that day: clients
    read those two differently.
    """
    rule = observances(zone)
    if rule is None or zone == "UTC" or wall.year > _LAST_YEAR:
        return False
    instant = resolve(wall, zone)
    return instant.doubt is None and rule.valid_from <= instant.utc


@cache
def observances(zone: str) -> ZoneRule | None:
    """Give the one rule that a VTIMEZONE states for a zone, or None where one rule cannot say it.

    It depends on the zone alone, never on a feed's events, so that no event is rewritten because another
    came.  A zone without summer time has its present offset from its last change on.
    """
    changes = _changes(zone)
    yearly = [change for change in changes if change.utc.year == _LAST_YEAR]
    if len(yearly) not in (0, 2):
        return None
    rules = [_rule(pair, changes) for pair in product(*map(_readings, yearly))] if yearly else []
    best = min(rules, key=lambda rule: rule.valid_from, default=None) or _fixed(zone, changes)
    # A rule younger than two years is unknown to clients that have not been updated; and a pattern of
    # a zone without one (Gaza follows the moon) holds only by coincidence, in the last years of all.
    return best if best.valid_from.year <= RELEASED - 2 else None


@cache
def _changes(zone: str) -> tuple[_Change, ...]:
    """Give all changes of offset from 1970 through 2037, in order."""
    # pytz tells them nowhere else; a zone that never had a change lacks both attributes.
    times: list[datetime] = getattr(pytz.timezone(zone), "_utc_transition_times", [])
    infos: list[tuple[timedelta, timedelta, str]] = getattr(pytz.timezone(zone), "_transition_info", [])
    return tuple(
        _Change(utc, before, after, name)
        for (_, (before, _, _)), (utc, (after, _, name)) in pairwise(zip(times, infos, strict=True))
        if utc.year >= _FIRST_YEAR and before != after
    )


def _fixed(zone: str, changes: tuple[_Change, ...]) -> ZoneRule:
    last = pytz.timezone(zone).fromutc(_midnight(date(_LAST_YEAR, 12, 31)))
    offset, start = last.utcoffset() or timedelta(0), _midnight(date(_FIRST_YEAR, 1, 1))
    valid_from = changes[-1].utc if changes else start - offset
    standard = Observance(last.tzname() or zone, offset, offset, start)
    return ZoneRule(valid_from.replace(tzinfo=UTC), standard)


def _readings(change: _Change) -> Iterator[Observance]:
    """Give the yearly rules that a change of 2037 could follow: its day may be a fourth and a last one."""
    wall = change.utc + change.before
    for ordinal in (1, 2, 3, 4, -1):
        yearly = Yearly(wall.month, wall.weekday(), ordinal)
        if yearly.on(wall.year) == wall.date():
            start = datetime.combine(yearly.on(_FIRST_YEAR), wall.time())
            yield Observance(change.name, change.before, change.after, start, yearly)


def _rule(pair: tuple[Observance, ...], changes: tuple[_Change, ...]) -> ZoneRule:
    """Make a rule of a pair of observances, valid as far back as it tells every change."""
    told = sorted(change for observance in pair for change in _expanded(observance))
    agreed = takewhile(lambda both: both[0] == both[1], zip(reversed(told), reversed(changes), strict=False))
    *_, (first, _) = agreed
    standard, daylight = sorted(pair, key=lambda observance: observance.offset_to)
    return ZoneRule(first.utc.replace(tzinfo=UTC), standard, daylight)


def _expanded(observance: Observance) -> Iterator[_Change]:
    for year in range(_FIRST_YEAR, _LAST_YEAR + 1):
        if observance.yearly:
            wall = datetime.combine(observance.yearly.on(year), observance.start.time())
            before, after = observance.offset_from, observance.offset_to
            yield _Change(wall - before, before, after, observance.name)
