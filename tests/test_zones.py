"""Wall clocks and rules of every zone, held against the standard library's."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
import pytz

from calfeed import zones
from calfeed.zones import Instant, Observance, Yearly, ZoneRule

CANONICAL = sorted({zone for names in pytz.country_timezones.values() for zone in names})
UNWRITABLE = ("Africa/Cairo", "America/Santiago", "Asia/Gaza", "Asia/Hebron", "Asia/Jerusalem")
HOUR = timedelta(hours=1)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@cache
def theirs(zone: str) -> ZoneInfo:
    """Give the standard library's zone from the tzdata package: the machine's own may be older."""
    with files("tzdata").joinpath("zoneinfo", *zone.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, zone)


# ── Names ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["Asia/Shanghai", "Europe/Berlin", "America/Indiana/Knox", "UTC"])
def test_canonical_names_are_known(name: str) -> None:
    assert zones.is_known(name)


@pytest.mark.parametrize(
    "name",
    ["Shanghai", "asia/shanghai", "US/Eastern", "CET", "EST", "PRC", "Asia/Calcutta", "Etc/UTC", "GMT", ""],
)
def test_r51_other_names_are_not_known(name: str) -> None:
    assert not zones.is_known(name)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Shanghai", "Asia/Shanghai"),
        ("asia/shanghai", "Asia/Shanghai"),
        ("Asia/Shangai", "Asia/Shanghai"),
        ("new york", "America/New_York"),
        ("US/Eastern", "America/New_York"),
        ("EST", "America/Panama"),
        ("CET", "Europe/Brussels"),
        ("PRC", "Asia/Shanghai"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("Etc/UTC", "UTC"),
        ("GMT", "UTC"),
    ],
)
def test_a_name_that_is_not_canonical_leads_to_one_that_is(written: str, meant: str) -> None:
    suggestions = zones.suggest(written)
    assert meant in suggestions
    assert len(suggestions) <= 3
    assert all(map(zones.is_known, suggestions))


@pytest.mark.parametrize("written", ["", "/", "Mars/Olympus", "\N{PILE OF POO}"])
def test_nothing_is_suggested_for_what_is_like_no_zone(written: str) -> None:
    assert zones.suggest(written) == ()


# ── Clocks ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("shown", "zone", "meant"),
    [
        ("2024-09-03T14:00", "Asia/Shanghai", Instant(utc("2024-09-03T06:00"))),
        ("2024-09-03T14:00", "Asia/Kathmandu", Instant(utc("2024-09-03T08:15"))),
        ("2024-09-03T14:00", "UTC", Instant(utc("2024-09-03T14:00"))),
        ("2024-03-31T02:30", "Europe/Berlin", Instant(utc("2024-03-31T01:30"), "skipped")),
        ("2024-10-27T02:30", "Europe/Berlin", Instant(utc("2024-10-27T00:30"), "twice")),
        ("2024-10-27T03:00", "Europe/Berlin", Instant(utc("2024-10-27T02:00"))),
        ("2024-10-06T02:15", "Australia/Lord_Howe", Instant(utc("2024-10-05T15:45"), "skipped")),
        ("2024-04-07T01:45", "Australia/Lord_Howe", Instant(utc("2024-04-06T14:45"), "twice")),
        ("2024-03-31T01:30", "Europe/Dublin", Instant(utc("2024-03-31T01:30"), "skipped")),
        ("2011-12-30T12:00", "Pacific/Apia", Instant(utc("2011-12-30T22:00"), "skipped")),
        ("2018-11-04T00:30", "America/Sao_Paulo", Instant(utc("2018-11-04T03:30"), "skipped")),
    ],
)
def test_wall_clock_time_is_an_instant(shown: str, zone: str, meant: Instant) -> None:
    assert zones.resolve(wall(shown), zone) == meant


@pytest.mark.parametrize("zone", CANONICAL)
def test_clocks_agree_with_the_standard_library(zone: str) -> None:
    for hours in range(0, 37 * 365 * 24, 24 * 40 + 5):
        instant = utc("2001-01-01") + hours * HOUR
        shown = zones.local(instant, zone)
        assert shown == instant.astimezone(theirs(zone)).replace(tzinfo=None)
        assert zones.resolve(shown, zone).utc == shown.replace(tzinfo=theirs(zone), fold=0).astimezone(UTC)
        assert zones.utc_offset(shown, zone) == shown.replace(tzinfo=theirs(zone)).utcoffset()


def test_unknown_zone_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        zones.resolve(wall("2024-09-03T14:00"), "Mars/Olympus")


@pytest.mark.parametrize(
    ("zone", "at", "weekday", "skipped"),
    [
        ("Europe/Berlin", time(2, 30), None, date(2020, 3, 29)),
        ("Europe/Berlin", time(2, 30), 6, date(2020, 3, 29)),
        ("Europe/Berlin", time(2, 30), 1, None),
        ("Europe/Berlin", time(3, 0), None, None),
        ("Europe/Berlin", time(14, 0), None, None),
        ("Africa/Cairo", time(0, 30), 4, date(2023, 4, 28)),
        ("Asia/Shanghai", time(0, 30), None, None),
        ("UTC", time(2, 30), None, None),
    ],
)
def test_next_date_that_skips_a_time(zone: str, at: time, weekday: int | None, skipped: date | None) -> None:
    assert zones.skipped_on_weekday(zone, at, weekday) == skipped


# ── Rules ────────────────────────────────────────────────────────────────────────────────────────


def test_zone_with_summer_time_has_two_yearly_observances() -> None:
    assert zones.observances("Europe/Berlin") == ZoneRule(
        utc("1996-03-31T01:00"),
        Observance("CET", 2 * HOUR, HOUR, wall("1970-10-25T03:00"), Yearly(10, 6, -1)),
        Observance("CEST", HOUR, 2 * HOUR, wall("1970-03-29T02:00"), Yearly(3, 6, -1)),
    )


def test_zone_without_summer_time_is_fixed_from_its_last_change() -> None:
    fixed = Observance("CST", 8 * HOUR, 8 * HOUR, wall("1970-01-01"))
    assert zones.observances("Asia/Shanghai") == ZoneRule(utc("1991-09-14T17:00"), fixed)


def test_irish_winter_time_is_the_standard_one() -> None:
    """Irish law, and tzdata, have it the other way round: summer time is standard."""
    rule = zones.observances("Europe/Dublin")
    assert rule is not None
    assert rule.daylight is not None
    assert (rule.standard.name, rule.daylight.name) == ("GMT", "IST")


@pytest.mark.parametrize("zone", UNWRITABLE)
def test_zone_that_no_yearly_weekday_describes_has_no_rule(zone: str) -> None:
    assert zones.observances(zone) is None


def offsets(rule: ZoneRule) -> Iterator[tuple[datetime, timedelta]]:
    """Expand a rule as a client does: the onsets (naive UTC) and the offsets that hold from then on."""
    for observance in filter(None, (rule.standard, rule.daylight)):
        if observance.yearly is None:
            yield observance.start - observance.offset_from, observance.offset_to
            continue
        month, weekday, ordinal = (
            getattr(observance.yearly, name) for name in ("month", "weekday", "ordinal")
        )
        for year in range(1970, 2038):
            next_month = date(year + month // 12, month % 12 + 1, 1)
            days = [date(year, month, 1) + timedelta(n) for n in range(31)]
            fitting = [day for day in days if day < next_month and day.weekday() == weekday]
            onset = datetime.combine(fitting[ordinal - (ordinal > 0)], observance.start.time())
            assert year > 1970 or onset == observance.start
            yield onset - observance.offset_from, observance.offset_to


def is_new(zone: str) -> bool:
    """Tell whether a zone's winters or summers are not what they were before the last two years."""
    days = [
        utc(f"{year}-{day}") for year in (2023, 2030) for day in ("01-05", "03-12", "03-20", "07-05", "11-03")
    ]
    told = [day.astimezone(theirs(zone)).utcoffset() for day in days]
    return told[:5] != told[5:]


@pytest.mark.parametrize("zone", ["Africa/Casablanca", "America/Vancouver"])
def test_r50_zone_whose_rule_is_young_is_written_in_utc(zone: str) -> None:
    """Clients that have not been updated since 2026 would read it by its former rule."""
    assert is_new(zone)
    assert zones.observances(zone) is None


@pytest.mark.parametrize("zone", [*CANONICAL, "UTC"])
def test_r56_rule_is_what_the_standard_library_knows(zone: str) -> None:
    rule = zones.observances(zone)
    if rule is None:
        assert zone in {*UNWRITABLE, "America/Nuuk", "America/Scoresbysund"} or is_new(zone)
        return
    onsets = sorted(offsets(rule))
    moments = [rule.valid_from, *(utc(f"{year}-01-01") for year in range(1970, 2038))]
    moments += [utc("2037-12-31")]
    for onset, _ in onsets:
        moments += [(onset + step).replace(tzinfo=UTC) for step in (-timedelta(seconds=1), timedelta(0))]
    for moment in filter(lambda moment: moment >= rule.valid_from, moments):
        _, told = onsets[bisect_right(onsets, moment.replace(tzinfo=None), key=lambda onset: onset[0]) - 1]
        assert (moment, told) == (moment, moment.astimezone(theirs(zone)).utcoffset())


def test_r49_offsets_are_whole_minutes() -> None:
    rules = filter(None, map(zones.observances, CANONICAL))
    for observance in (each for rule in rules for each in (rule.standard, rule.daylight) if each):
        assert observance.offset_from % timedelta(minutes=1) == timedelta(0)
        assert observance.offset_to % timedelta(minutes=1) == timedelta(0)
        assert re.fullmatch(r"[A-Za-z]{3,5}|[+-]\d{2}(\d{2})?", observance.name)


@pytest.mark.parametrize(
    ("shown", "zone", "expected"),
    [
        ("2024-09-03T14:00", "Asia/Shanghai", True),
        ("1991-09-14T12:00", "Asia/Shanghai", False),
        ("1991-09-15T12:00", "Asia/Shanghai", True),
        ("2006-07-01T12:00", "America/New_York", False),
        ("2007-07-01T12:00", "America/New_York", True),
        ("2037-12-31T23:59", "America/New_York", True),
        ("2038-01-01T00:00", "America/New_York", False),
        ("2024-03-31T02:30", "Europe/Berlin", False),
        ("2024-10-27T02:30", "Europe/Berlin", False),
        ("2024-10-27T03:00", "Europe/Berlin", True),
        ("2024-07-01T12:00", "Asia/Gaza", False),
        ("2024-07-01T12:00", "Africa/Casablanca", False),
        ("2024-07-01T12:00", "UTC", False),
    ],
)
def test_r50_a_time_is_written_with_its_zone_only_where_the_rule_holds(
    shown: str, zone: str, *, expected: bool
) -> None:
    assert zones.writable(wall(shown), zone) is expected
