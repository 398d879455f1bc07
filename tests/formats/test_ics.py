"""iCalendar as clients want it: a test for each rule about calendars, events and updates, by its number."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from calfeed.errors import EventUnpublishable
from calfeed.events import compose
from calfeed.formats import FORMATS, ics
from calfeed.model import Event
from tests.formats import sample as samples
from tests.formats.sample import (
    CALENDAR,
    ENTRY,
    SESSION,
    ZONES,
    at,
    components,
    event,
    feed,
    head,
    names,
    one,
    sample,
    unfolded,
)

GOLDEN = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//calfeed//calfeed//EN
CALSCALE:GREGORIAN
METHOD:PUBLISH
NAME:Systems Reading Group (系统阅读小组)
X-WR-CALNAME:Systems Reading Group (系统阅读小组)
DESCRIPTION:Weekly paper sessions\\; all are welcome\\, bring tea.
X-WR-CALDESC:Weekly paper sessions\\; all are welcome\\, bring tea.
X-WR-TIMEZONE:Asia/Shanghai
REFRESH-INTERVAL;VALUE=DURATION:PT1H
X-PUBLISHED-TTL:PT1H
SOURCE;VALUE=URI:https://reading.example.org/calendar/systems-reading-group
 .ics
URL:https://reading.example.org/
COLOR:teal
X-APPLE-CALENDAR-COLOR:#008080
BEGIN:VTIMEZONE
TZID:Asia/Shanghai
X-LIC-LOCATION:Asia/Shanghai
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0800
TZOFFSETTO:+0800
TZNAME:CST
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:5d683371-bb79-55fe-8a7f-eb59d7b06628
DTSTAMP:20240901T031500Z
CREATED:20240820T020000Z
LAST-MODIFIED:20240901T031500Z
SEQUENCE:2
DTSTART;TZID=Asia/Shanghai:20240903T140000
DTEND;TZID=Asia/Shanghai:20240903T153000
SUMMARY:OSDI'24 Parrot: Efficient Serving of LLM-based Applications with Se
 mantic Variable
LOCATION:Room 402\\, Systems Building (hybrid)
DESCRIPTION:Parrot: Efficient Serving of LLM-based Applications with Semant
 ic Variable (OSDI'24)\\nhttps://www.usenix.org/conference/osdi24/presentati
 on/lin-chaofan\\n\\nPresenter: Li Lei\\nAssistant: Han Meimei (韩梅梅🦜)
 \\n\\nSlides:\\nhttps://reading.example.org/slides/parrot.pdf\\n\\nJoin online:
 \\nhttps://meet.example.org/sysrg\\n\\nDetails:\\nhttps://reading.example.org/
 session/5d683371-bb79-55fe-8a7f-eb59d7b06628/
URL:https://reading.example.org/session/5d683371-bb79-55fe-8a7f-eb59d7b0662
 8/
CATEGORIES:OSDI,Highlight
STATUS:CONFIRMED
CLASS:PUBLIC
TRANSP:TRANSPARENT
X-MICROSOFT-CDO-BUSYSTATUS:FREE
END:VEVENT
END:VCALENDAR
"""


def test_a_feed_is_these_bytes() -> None:
    assert ics.render(feed(event())) == GOLDEN.replace("\n", "\r\n").encode()


def test_ics_is_a_registered_format() -> None:
    assert (ics.MEDIA_TYPE, FORMATS["ics"]) == ("text/calendar; charset=utf-8", ics)


# ── A. The calendar ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("events", [(), (event(),)])
def test_r1_one_vcalendar_with_version_and_prodid_first(events: tuple[Event, ...]) -> None:
    lines = unfolded(ics.render(feed(*events)))
    assert lines[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//calfeed//calfeed//EN"]
    assert lines[-1] == "END:VCALENDAR"
    assert (lines.count("BEGIN:VCALENDAR"), lines.count("CALSCALE:GREGORIAN")) == (1, 1)


@pytest.mark.parametrize(
    ("zone", "described"),
    [
        ("Asia/Shanghai", "Asia/Shanghai"),
        ("Europe/Berlin", "Europe/Berlin"),
        ("UTC", "UTC"),
        ("Asia/Gaza", "UTC"),
    ],
)
def test_r2_empty_feed_has_the_time_zone_of_the_calendar(zone: str, described: str) -> None:
    body = ics.render(feed(calendar=replace(CALENDAR, timezone=zone)))
    assert [one(lines, "TZID") for lines in components(body, "VTIMEZONE")] == [described]
    assert components(body, "VEVENT") == []


def test_r3_method_is_publish_once() -> None:
    assert [each for each in unfolded(ics.render(sample())) if each.startswith("METHOD")] == [
        "METHOD:PUBLISH"
    ]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Systems Reading Group", "Systems Reading Group"),
        ("Group: Li Lei, presenting; C:\\x", "Group: Li Lei · presenting · C: · x"),
        ("a\r\nb\u2028c", "a b c"),
        ("系" * 120, "系" * 99 + "…"),
    ],
)
def test_r4_name_is_given_twice_short_and_without_escapes(name: str, written: str) -> None:
    lines = head(ics.render(replace(feed(event()), name=name)))
    assert (one(lines, "NAME"), one(lines, "X-WR-CALNAME")) == (written, written)


def test_r4_description_is_given_twice_and_short() -> None:
    lines = head(ics.render(replace(feed(event()), description="more, " * 90)))
    assert one(lines, "DESCRIPTION") == one(lines, "X-WR-CALDESC")
    assert len(one(lines, "DESCRIPTION").replace("\\", "")) == 255


def test_r5_source_ends_with_the_name_of_the_feed() -> None:
    assert one(head(ics.render(feed(event()))), "SOURCE").endswith("/systems-reading-group.ics")


def test_r6_refresh_is_asked_for_twice_with_a_valid_duration() -> None:
    lines = head(ics.render(feed(event())))
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in lines
    assert "X-PUBLISHED-TTL:PT1H" in lines


@pytest.mark.parametrize(
    ("zones", "default"),
    [
        (("Asia/Shanghai",), ["Asia/Shanghai"]),
        (("Asia/Gaza",), ["Asia/Shanghai"]),
        ((), ["Asia/Shanghai"]),
        (("Asia/Shanghai", "Europe/Berlin"), []),
    ],
)
def test_r8_default_zone_is_that_of_the_events(zones: tuple[str, ...], default: list[str]) -> None:
    events = [event(at(zone, "2024-09-03T14:00"), uid=zone) for zone in zones]
    lines = head(ics.render(feed(*events)))
    assert [each.partition(":")[2] for each in lines if each.startswith("X-WR-TIMEZONE")] == default


def test_r9_calendar_has_no_uid() -> None:
    assert "UID" not in names(head(ics.render(sample())))


def test_r10_colour_is_given_twice() -> None:
    lines = head(ics.render(feed(event())))
    assert (one(lines, "COLOR"), one(lines, "X-APPLE-CALENDAR-COLOR")) == ("teal", "#008080")


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("presenter/li-lei", "https://reading.example.org/presenter/li-lei.ics"),
        ("calendar/系统", "https://reading.example.org/calendar/%E7%B3%BB%E7%BB%9F.ics"),
        (
            "filter/a?presenter=li-lei&venue=OSDI%2724",
            "https://reading.example.org/filter/a.ics?presenter=li-lei&venue=OSDI%2724",
        ),
    ],
)
def test_r11_source_is_where_the_feed_is_published(path: str, address: str) -> None:
    lines = head(ics.render(replace(feed(event()), path=path)))
    assert (one(lines, "SOURCE"), one(lines, "URL")) == (address, "https://reading.example.org/")
    assert f"SOURCE;VALUE=URI:{address}" in lines


def test_r11_no_address_is_made_up_where_the_site_is_unknown() -> None:
    lines = head(ics.render(feed(event(), calendar=replace(CALENDAR, site=None))))
    assert not {"SOURCE", "URL"} & set(names(lines))


def test_r12_calendar_properties_do_not_depend_on_the_events() -> None:
    some = (event(), event(replace(SESSION, start=None, end=None), uid="all-day"))
    assert head(ics.render(feed())) == head(ics.render(feed(*some)))


def test_r13_only_time_zones_and_events() -> None:
    begun = {each for each in unfolded(ics.render(sample())) if each.startswith("BEGIN:")}
    assert begun == {f"BEGIN:{name}" for name in ("VCALENDAR", "VTIMEZONE", "STANDARD", "DAYLIGHT", "VEVENT")}


# ── B. Events ────────────────────────────────────────────────────────────────────────────────────

ONCE = (
    *("UID", "DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY"),
    *("STATUS", "CLASS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS"),
)
AT_MOST_ONCE = ("LOCATION", "DESCRIPTION", "URL", "CATEGORIES")


def test_r14_every_event_has_what_it_must_once_and_nothing_else() -> None:
    for lines in components(ics.render(sample()), "VEVENT"):
        found = names(lines)
        assert sorted(set(found)) == sorted(found)
        assert set(ONCE) <= set(found) <= {*ONCE, *AT_MOST_ONCE}


def test_r15_nothing_is_empty() -> None:
    bare = replace(
        SESSION, title=None, venue=None, location=None, online=None, presenters=(), highlighted=False
    )
    composed = compose(replace(ENTRY, session=replace(bare, paper_url=None, links=())), CALENDAR)
    assert composed is not None
    event_without = replace(composed, url=None, description="")
    unnamed = replace(feed(event_without, calendar=replace(CALENDAR, site=None)), description="")
    lines = unfolded(ics.render(unnamed))
    assert [each for each in lines if each.endswith(":")] == []
    assert not {"LOCATION", "DESCRIPTION", "URL", "CATEGORIES"} & set(names(lines))


FORBIDDEN = {
    "r16": ("ORGANIZER", "ATTENDEE"),
    "r19": ("X-ALT-DESC", "ALTREP"),
    "r22": ("CONFERENCE",),
    "r23": ("ATTACH",),
    "r24": ("LINK", "CONCEPT", "REFID", "PARTICIPANT"),
    "r26": ("X-APPLE-STRUCTURED-LOCATION",),
    "r30": ("VALARM", "TRIGGER"),
    "r36": ("EXDATE", "EXRULE", "RDATE"),
    "r37": ("RECURRENCE-ID",),
    "r54": ("DURATION",),
    "r56": ("TZURL",),
}


@pytest.mark.parametrize("rule", FORBIDDEN)
def test_r16_r19_r22_r23_r24_r26_r30_r36_r37_r54_r56_no_such_property(rule: str) -> None:
    assert not set(FORBIDDEN[rule]) & set(names(unfolded(ics.render(sample()))))


def test_r25_summary_is_required() -> None:
    with pytest.raises(EventUnpublishable):
        ics.check(replace(event(), summary=""))


def test_r27_subscribers_stay_free() -> None:
    for lines in components(ics.render(sample()), "VEVENT"):
        assert one(lines, "TRANSP") == "TRANSPARENT"
        assert one(lines, "X-MICROSOFT-CDO-BUSYSTATUS") == "FREE"


def test_r28_class_is_public() -> None:
    assert {one(lines, "CLASS") for lines in components(ics.render(sample()), "VEVENT")} == {"PUBLIC"}


def test_r29_one_categories_line_with_bare_commas_between_values() -> None:
    composed = replace(event(), categories=("OSDI", "A, B", "x;y\\z"))
    (lines,) = components(ics.render(feed(composed)), "VEVENT")
    assert one(lines, "CATEGORIES") == "OSDI,A\\, B,x\\;y\\\\z"


# ── C. Identity and updates ──────────────────────────────────────────────────────────────────────


def test_r32_one_event_for_each_uid() -> None:
    uids = [one(lines, "UID") for lines in components(ics.render(sample()), "VEVENT")]
    assert len(set(uids)) == len(uids) == len(sample().events)


def test_r35_no_event_recurs() -> None:
    assert all("RRULE" not in names(lines) for lines in components(ics.render(sample()), "VEVENT"))


def test_r38_stamps_are_those_of_the_last_change() -> None:
    (lines,) = components(ics.render(feed(event())), "VEVENT")
    assert [one(lines, name) for name in ("DTSTAMP", "LAST-MODIFIED", "CREATED", "SEQUENCE")] == [
        *("20240901T031500Z", "20240901T031500Z", "20240820T020000Z", "2")
    ]


def test_r39_r45_same_feed_is_the_same_bytes_in_every_process() -> None:
    expected = hashlib.sha256(ics.render(sample())).hexdigest()
    program = (
        "import hashlib, runpy; from calfeed.formats import ics; "
        f"feed = runpy.run_path({samples.__file__!r})['sample'](); "
        "print(hashlib.sha256(ics.render(feed)).hexdigest())"
    )
    for seed, zone, language in (("1", "Pacific/Apia", "C"), ("2", "America/New_York", "tr_TR.UTF-8")):
        environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LANG": language, "LC_ALL": language}
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == expected


def test_r41_changed_session_changes_only_its_own_event() -> None:
    others = [event(at(zone, "2025-05-06T10:00"), uid=zone) for zone in ZONES]
    changed = replace(event(replace(SESSION, title="Parrots")), sequence=3)
    before = components(ics.render(feed(event(), *others)), "VEVENT")
    after = components(ics.render(feed(changed, *others)), "VEVENT")
    assert len(before) == len(after)
    assert [one(old, "UID") for old, new in zip(before, after, strict=True) if old != new] == [ENTRY.uid]


def test_r42_status_is_one_of_three() -> None:
    found = {one(lines, "STATUS") for lines in components(ics.render(sample()), "VEVENT")}
    assert found == {"CONFIRMED", "TENTATIVE", "CANCELLED"}


def test_r43_every_event_is_in_the_feed() -> None:
    many = [event(at("Asia/Shanghai", "2024-09-03T14:00"), uid=str(n)) for n in range(500)]
    assert len(components(ics.render(feed(*many)), "VEVENT")) == 500


def test_r45_one_time_zone_each_sorted_by_name() -> None:
    tzids = [one(lines, "TZID") for lines in components(ics.render(sample()), "VTIMEZONE")]
    assert tzids == sorted(set(tzids))
    assert len(tzids) > 5


def test_r45_order_of_events_is_kept() -> None:
    uids = [one(lines, "UID") for lines in components(ics.render(sample()), "VEVENT")]
    assert uids == [each.uid for each in sample().events]
