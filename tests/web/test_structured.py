"""What search engines read of a session."""

import json
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

import pytest

from calfeed.model import Entry, Person, State
from calfeed.web import structured
from tests.web.sample import ADA, BEN, CALENDAR, ENTRIES, entry, session

DAY = date(2024, 9, 24)
URL = "https://reading.example.org/session/5/"


def said(remembered: Entry) -> dict[str, Any]:
    text = structured.event(remembered, CALENDAR, URL)
    assert text is not None
    found: dict[str, Any] = json.loads(text)
    return found


def test_session_is_an_event() -> None:
    held = session(DAY, "Far Memory", ADA, BEN, location="Room 402", online="https://meet.example.org/1")
    assert said(entry(5, held)) == {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": "Far Memory",
        "startDate": "2024-09-24T14:00+08:00",
        "endDate": "2024-09-24T15:30+08:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/MixedEventAttendanceMode",
        "location": [
            {"@type": "Place", "name": "Room 402", "address": "Room 402"},
            {"@type": "VirtualLocation", "url": "https://meet.example.org/1"},
        ],
        "performer": [{"@type": "Person", "name": "Ada Moreau"}],
        "organizer": {
            "@type": "Organization",
            "name": "Systems Reading Group",
            "url": "https://reading.example.org/",
        },
        "url": URL,
        "description": "Far Memory\n\nPresenter: Ada Moreau (Lakeside University)\n"
        "Assistant: Ben Okafor\n\nJoin online:\nhttps://meet.example.org/1\n\nDetails:\n"
        "https://reading.example.org/session/5d683371-bb79-55fe-8a7f-000000000005/",
    }


def test_nothing_is_said_of_what_nobody_knows() -> None:
    calendar = replace(CALENDAR, site=None)
    text = structured.event(entry(5, session(DAY, "Far Memory")), calendar, None)
    assert json.loads(text or "") == {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": "Far Memory",
        "startDate": "2024-09-24T14:00+08:00",
        "endDate": "2024-09-24T15:30+08:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "organizer": {"@type": "Organization", "name": "Systems Reading Group"},
        "description": "Far Memory",
    }


@pytest.mark.parametrize(
    ("more", "span"),
    [
        ({"start": None, "end": None}, ("2024-09-24", "2024-09-24")),
        (
            {"end": datetime.combine(date(2024, 9, 25), time(1, 30))},
            ("2024-09-24T14:00+08:00", "2024-09-25T01:30+08:00"),
        ),
        ({"end": None}, ("2024-09-24T14:00+08:00", "2024-09-24T15:00+08:00")),
        ({"timezone": "UTC"}, ("2024-09-24T14:00+00:00", "2024-09-24T15:30+00:00")),
        ({"timezone": "Asia/Kathmandu"}, ("2024-09-24T14:00+05:45", "2024-09-24T15:30+05:45")),
        ({"timezone": "Africa/Casablanca"}, ("2024-09-24T14:00+01:00", "2024-09-24T15:30+01:00")),
        ({"timezone": "Europe/Berlin"}, ("2024-09-24T14:00+02:00", "2024-09-24T15:30+02:00")),
    ],
)
def test_times_have_the_offset_of_their_day(more: dict[str, object], span: tuple[str, str]) -> None:
    found = said(entry(5, session(DAY, "Far Memory", **more)))
    assert (found["startDate"], found["endDate"]) == span


def test_night_in_which_clocks_go_back_has_two_offsets() -> None:
    day = date(2024, 10, 26)
    start, end = datetime.combine(day, time(22)), datetime.combine(date(2024, 10, 27), time(4))
    found = said(entry(5, session(day, "Night", timezone="Europe/Berlin", start=start, end=end)))
    assert (found["startDate"], found["endDate"]) == ("2024-10-26T22:00+02:00", "2024-10-27T04:00+01:00")


@pytest.mark.parametrize(
    ("more", "mode"),
    [
        ({"location": "Room 402"}, "Offline"),
        ({"online": "https://meet.example.org/1"}, "Online"),
        ({"online": "javascript:alert(1)"}, None),
    ],
)
def test_where_a_session_is_attended(more: dict[str, object], mode: str | None) -> None:
    expected = mode and f"https://schema.org/{mode}EventAttendanceMode"
    assert said(entry(5, session(DAY, "Far Memory", **more))).get("eventAttendanceMode") == expected


@pytest.mark.parametrize(
    "title",
    [
        "</script><script>alert(1)</script>",
        "<!--<script>",
        "]]> &lt; \"quoted\" 'twice' \\ \u2028 end",
    ],
)
def test_no_title_ends_the_element_it_stands_in(title: str) -> None:
    remembered = entry(5, session(DAY, title, Person(title, "somebody"), location=title))
    text = structured.event(remembered, CALENDAR, URL) or ""
    assert set("<>&\u2028\u2029").isdisjoint(text)
    assert json.loads(text)["name"] == " ".join(title.split())


def test_mail_addresses_stay_here() -> None:
    who = Person("Ada Moreau (ada@example.org)", "ada", affiliation="ada@example.org")
    held = session(DAY, "Ask ada@example.org", who, location="402, ask ada@example.org")
    text = structured.event(entry(5, held), CALENDAR, URL) or ""
    assert "Ada Moreau" in text
    assert "@example.org" not in text


def test_cancelled_session_says_so_unless_feeds_are_silent_on_it() -> None:
    cancelled = entry(3, session(DAY, "Two Clocks"), State.CANCELLED)
    assert said(cancelled)["eventStatus"] == "https://schema.org/EventCancelled"
    assert said(cancelled)["name"] == "Two Clocks"
    assert structured.event(cancelled, replace(CALENDAR, cancelled="hide"), URL) is None


def test_open_slot_is_no_event() -> None:
    assert [structured.event(each, CALENDAR, URL) for each in ENTRIES if each.state is State.SILENT] == [
        None
    ] * 2


def test_session_without_a_title_has_a_name() -> None:
    assert said(entry(6, session(DAY, None, ADA)))["name"] == "Ada Moreau (topic to be announced)"
