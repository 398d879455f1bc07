"""iCalendar as clients want it: each rule about time and text, by its number; what readers find."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import icalendar
import pytest
import pytz
import vobject
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calfeed.errors import EventUnpublishable
from calfeed.events import sort_key
from calfeed.formats import ics
from calfeed.model import Event
from tests.formats.sample import (
    NASTY,
    SESSION,
    ZONES,
    at,
    components,
    event,
    feed,
    names,
    nasty_session,
    one,
    sample,
    unfolded,
)

# ── D. Time ──────────────────────────────────────────────────────────────────────────────────────


def test_r46_every_tzid_has_its_time_zone_and_is_that_of_both_ends() -> None:
    body = ics.render(sample())
    described = {one(lines, "TZID") for lines in components(body, "VTIMEZONE")}
    used = set()
    for lines in components(body, "VEVENT"):
        kinds = {
            each.partition(":")[0].partition(";")[2]
            for each in lines
            if each.startswith(("DTSTART", "DTEND"))
        }
        assert len(kinds) == 1
        used |= {kind.removeprefix("TZID=") for kind in kinds if kind.startswith("TZID")}
    assert used == described


@pytest.mark.parametrize("zone", ZONES)
def test_r47_one_standard_and_at_most_one_daylight(zone: str) -> None:
    body = ics.render(feed(event(at(zone, "2030-07-10T12:00"))))
    for lines in components(body, "VTIMEZONE"):
        assert lines.count("BEGIN:STANDARD") == 1
        assert lines.count("BEGIN:DAYLIGHT") <= 1


def test_r48_summer_time_is_a_yearly_weekday_and_nothing_else() -> None:
    (lines,) = components(ics.render(feed(event(at("Europe/Berlin", "2024-09-03T14:00")))), "VTIMEZONE")
    assert lines == [
        "TZID:Europe/Berlin",
        "X-LIC-LOCATION:Europe/Berlin",
        "BEGIN:STANDARD",
        "DTSTART:19701025T030000",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "TZNAME:CET",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "END:STANDARD",
        "BEGIN:DAYLIGHT",
        "DTSTART:19700329T020000",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "TZNAME:CEST",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "END:DAYLIGHT",
    ]


def test_r48_fixed_zone_has_no_rule() -> None:
    assert "RRULE" not in names(unfolded(ics.render(feed(event()))))


def test_r49_offsets_have_no_seconds_and_onsets_are_in_1970() -> None:
    for lines in components(ics.render(sample()), "VTIMEZONE"):
        for content in lines:
            if content.startswith("TZOFFSET"):
                assert re.fullmatch(r"TZOFFSET(FROM|TO):[+-]\d{4}", content)
            if content.startswith("DTSTART"):
                assert content.startswith("DTSTART:1970")


@pytest.mark.parametrize("zone", ["Asia/Gaza", "Africa/Cairo", "America/Santiago"])
def test_r50_zone_without_a_rule_is_written_in_utc(zone: str) -> None:
    body = ics.render(feed(event(at(zone, "2024-09-03T14:00"))))
    (lines,) = components(body, "VEVENT")
    assert components(body, "VTIMEZONE") == []
    assert one(lines, "DTSTART").endswith("Z")
    assert f"Local time: 2024-09-03 14:00 to 15:30 ({zone})" in one(lines, "DESCRIPTION")


def test_r51_tzid_is_the_canonical_name() -> None:
    for lines in components(ics.render(sample()), "VTIMEZONE"):
        assert one(lines, "TZID") in ZONES


def test_r52_r53_times_are_zoned_in_utc_or_whole_days() -> None:
    zoned, in_utc, whole = r";TZID=[\w/]+:\d{8}T\d{4}00", r":\d{8}T\d{4}00Z", r";VALUE=DATE:\d{8}"
    seen = set()
    for lines in components(ics.render(sample()), "VEVENT"):
        for content in (each for each in lines if each.startswith(("DTSTART", "DTEND"))):
            kinds = [kind for kind in (zoned, in_utc, whole) if re.fullmatch(f"DT[A-Z]+{kind}", content)]
            assert len(kinds) == 1
            seen |= set(kinds)
    assert seen == {zoned, in_utc, whole}


def test_r53_whole_day_ends_on_the_day_after() -> None:
    (lines,) = components(ics.render(feed(event(replace(SESSION, start=None, end=None)))), "VEVENT")
    assert "DTSTART;VALUE=DATE:20240903" in lines
    assert "DTEND;VALUE=DATE:20240904" in lines


def test_r54_end_is_later_and_of_the_same_kind() -> None:
    for lines in components(ics.render(sample()), "VEVENT"):
        start, end = one(lines, "DTSTART"), one(lines, "DTEND")
        assert len(start) == len(end)
        assert start < end


def test_r55_stamps_are_full_utc_times() -> None:
    for lines in components(ics.render(sample()), "VEVENT"):
        for name in ("DTSTAMP", "CREATED", "LAST-MODIFIED"):
            assert re.fullmatch(r"\d{8}T\d{6}Z", one(lines, name))


def test_wall_clock_is_kept_across_summer_time() -> None:
    weeks = [event(at("America/New_York", f"2024-11-{day:02}T14:00"), uid=str(day)) for day in (1, 8)]
    starts = [one(lines, "DTSTART") for lines in components(ics.render(feed(*weeks)), "VEVENT")]
    assert starts == ["20241101T140000", "20241108T140000"]


# ── E. Text ──────────────────────────────────────────────────────────────────────────────────────


def octet_faults(body: bytes) -> Iterator[str]:
    """Find what breaks R57 to R60, octet by octet."""
    if body.startswith(b"\xef\xbb\xbf"):
        yield "R57 byte order mark"
    if re.search(rb"(?<!\r)\n|\r(?!\n)", body) or not body.endswith(b"\r\n") or b"\r\n\r\n" in body:
        yield "R58 line ends"
    for octets in body.split(b"\r\n"):
        if len(octets) > 75:
            yield f"R59 too long: {octets!r}"
        if octets.decode(errors="ignore").encode() != octets:
            yield f"R59 part of a character: {octets!r}"
        if (len(octets) - len(octets.rstrip(b"\\"))) % 2:
            yield f"R60 ends inside an escape: {octets!r}"
    for character in body.decode():
        if re.match("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]", character):
            yield f"R62 control character {character!r}"


def test_r57_r58_r59_r60_r62_octets_of_everything() -> None:
    assert list(octet_faults(ics.render(sample()))) == []


@pytest.mark.parametrize("unit", ["\\", "a\\", ",", "\n", "é", "系", "🦜", "\\🦜", "a\n", "é;"])
@pytest.mark.parametrize("shift", range(5))
def test_r59_r60_folds_fall_between_characters_and_escapes(unit: str, shift: int) -> None:
    description = "x" * shift + unit * 200
    body = ics.render(feed(replace(event(), description=description)))
    assert list(octet_faults(body)) == []
    ((_, _, _, found, _, _),) = read_by_icalendar(body)
    assert found == description


def test_r61_text_is_escaped_and_nothing_else() -> None:
    url = "https://example.org/a,b;c"
    nasty = replace(event(), summary="a,b;c:d\\e\nf\"g'", url=url)
    (lines,) = components(ics.render(feed(nasty)), "VEVENT")
    assert one(lines, "SUMMARY") == "a\\,b\\;c:d\\\\e\\nf\"g'"
    assert one(lines, "URL") == url


@pytest.mark.parametrize("text", ["\\n", "\\N", "a\\\\n", "\\\\"])
def test_r61_backslashes_that_clients_misread_are_parted_from_what_follows(text: str) -> None:
    (lines,) = components(ics.render(feed(replace(event(), summary=text))), "VEVENT")
    summary = one(lines, "SUMMARY")
    assert not re.search(r"\\\\[\\nN]", summary)
    assert summary.replace("\u2060", "") == text.replace("\\", "\\\\")


@pytest.mark.parametrize("text", ["BEGIN:VEVENT", "x END:VCALENDAR y"])
def test_r64_words_of_the_format_inside_a_text_are_disarmed(text: str) -> None:
    (lines,) = components(ics.render(feed(replace(event(), summary=f"A {text}"))), "VEVENT")
    assert text not in one(lines, "SUMMARY")
    assert one(lines, "SUMMARY").replace("\u2060", "") == f"A {text}"


@pytest.mark.parametrize("url", ["https://example.org/\r\nATTENDEE:x", "https://example.org/\u2028"])
def test_r63_address_that_would_break_a_line_is_refused(url: str) -> None:
    with pytest.raises(EventUnpublishable):
        ics.check(replace(event(), url=url))


@pytest.mark.parametrize(
    "bad",
    [
        replace(event(), summary="nul \x00"),
        replace(event(), description="line separator \u2028"),
        replace(event(), location="half a character \ud83e"),
        replace(event(), uid="next line \x85"),
        replace(event(), uid=""),
        replace(event(), sequence=-1, uid="\x7f"),
        replace(event(), tzid="Asia/Shang hai"),
        replace(event(), dtstart=date(2024, 9, 3)),
        replace(event(), categories=("",)),
        replace(event(), url="https://example.org/\\,"),  # only icalendar reads it otherwise
        replace(event(), dtend=datetime(2024, 9, 3, 16, tzinfo=UTC)),
    ],
)
def test_r65_event_that_does_not_read_back_is_refused(bad: Event) -> None:
    with pytest.raises(EventUnpublishable, match="The event"):
        ics.check(bad)


def test_r65_feed_with_an_event_that_does_not_read_back_is_refused() -> None:
    with pytest.raises(EventUnpublishable):
        ics.render(feed(event(uid="good"), replace(event(), summary="nul \x00")))


def test_r65_good_events_pass() -> None:
    for each in sample().events:
        ics.check(each)


def test_r65_events_of_every_zone_pass() -> None:
    for names_of_country in pytz.country_timezones.values():
        for zone in names_of_country:
            ics.check(event(at(zone, "2030-07-10T12:00")))


def test_r66_no_free_text_in_parameters() -> None:
    parameters = set()
    for content in unfolded(ics.render(sample())):
        parameters |= set(content.partition(":")[0].split(";")[1:])
    assert parameters == {
        "VALUE=DATE",
        "VALUE=DURATION",
        "VALUE=URI",
        *(f"TZID={zone}" for zone in ZONES if zone not in ("Asia/Gaza", "UTC", "Africa/Casablanca")),
    }


# ── What readers find ────────────────────────────────────────────────────────────────────────────


def instant(moment: date | datetime) -> datetime:
    if isinstance(moment, datetime):
        return moment.astimezone(UTC)
    return datetime.combine(moment, time(), UTC)


Told = tuple[str, datetime, str, str, str, int]


def told(each: Event) -> Told:
    """Say what a reader should find in an event."""
    start, _ = sort_key(each)
    summary, description, location = map(shown, (each.summary, each.description, each.location or ""))
    return each.uid, start, summary, description, location, each.sequence


def shown(text: object) -> str:
    """Give text as a person sees it."""
    return str(text).replace("\N{WORD JOINER}", "")


def read_by_icalendar(body: bytes) -> list[Told]:
    calendar: Any = icalendar.Calendar.from_ical(body)
    assert not calendar.errors
    return [
        (
            str(found["UID"]),
            instant(found["DTSTART"].dt),
            shown(found["SUMMARY"]),
            shown(found.get("DESCRIPTION", "")),
            shown(found.get("LOCATION", "")),
            int(found["SEQUENCE"]),
        )
        for found in calendar.events
    ]


def read_by_vobject(body: bytes) -> list[Told]:
    """Read with the time zones that the feed itself brings."""
    calendar = vobject.readOne(body.decode(), validate=True)
    return [
        (
            found.uid.value,
            instant(found.dtstart.value),
            shown(found.summary.value),
            shown(found.getChildValue("description", "")),
            shown(found.getChildValue("location", "")),
            int(found.sequence.value),
        )
        for found in calendar.contents.get("vevent", [])
    ]


@pytest.mark.parametrize("read", [read_by_icalendar, read_by_vobject])
def test_readers_find_what_was_meant(read: Callable[[bytes], list[Told]]) -> None:
    assert read(ics.render(sample())) == [told(each) for each in sample().events]


nasty_text = (
    st.text(st.sampled_from([*NASTY, *'\\\\\\,;:\n\r\t"^', "\u2029", "\x7f", "\x1c", "\ud83e"])) | st.text()
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(nasty_text, min_size=1, max_size=4), nasty_text, nasty_text)
def test_nothing_that_anybody_writes_harms_a_feed(texts: list[str], name: str, description: str) -> None:
    events = [event(nasty_session(text), uid=f"uid-{n}") for n, text in enumerate(texts)]
    body = ics.render(replace(feed(*events), name=name or "x", description=description))
    assert list(octet_faults(body)) == []
    found = [told(each) for each in sorted(events, key=sort_key)]
    assert read_by_icalendar(body) == found
    assert read_by_vobject(body) == found
    assert names(unfolded(body)).count("BEGIN") == 3 + len(events)


@settings(max_examples=60)
@given(
    st.text(st.characters(exclude_categories=("C", "Zl", "Zp"))), st.text(st.sampled_from("\\nN,;é系🦜\n x"))
)
def test_every_event_of_clean_text_can_be_published(summary: str, description: str) -> None:
    ics.check(replace(event(), summary=f"x{summary}", description=description))
