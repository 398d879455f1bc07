"""Events and a query to one Feed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from calfeed.changes import MOST_TOLD
from calfeed.errors import FilterUnknown
from calfeed.feeds import filtered
from calfeed.model import Event, Feed, Venue
from tests.formats.test_atom import MOVED
from tests.web.sample import CALENDAR, PUBLICATION, SEMESTERS

EVENTS = PUBLICATION.events
TITLES = {semester.slug: semester.title for semester in SEMESTERS}


def select(query: Mapping[str, Sequence[str]]) -> Feed:
    return filtered.select(CALENDAR, EVENTS, TITLES, query)


def numbers(query: Mapping[str, Sequence[str]]) -> list[int]:
    return [int(event.uid[-2:]) for event in select(query).events]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [1, 2, 3, 5, 6, 8]),
        ({"semester": ["2024-spring"]}, [1]),
        ({"presenter": ["ada-moreau"]}, [1, 2, 5, 6]),
        ({"presenter": ["ada-moreau"], "role": ["presenter"]}, [2, 6]),
        ({"presenter": ["ada-moreau"], "role": ["assistant"]}, [1, 5]),
        ({"presenter": ["ada-moreau", "ben-okafor"], "role": ["presenter"]}, [2, 3, 6]),
        ({"role": ["assistant"]}, [1, 2, 5]),
        ({"role": ["assistant", "presenter"]}, [1, 2, 3, 5, 6]),
        ({"venue": ["OSDI"]}, [2, 5]),
        ({"venue": ["osdi'24"]}, [2, 5]),
        ({"venue": ["SOSP", "OSDI"]}, [1, 2, 5]),
        ({"venue": ["OSDI"], "presenter": ["lin-xiaoyu"]}, [5]),
        ({"venue": ["SOSP"], "semester": ["2024-fall"]}, []),
    ],
)
def test_keys_narrow_and_values_widen(query: Mapping[str, Sequence[str]], expected: list[int]) -> None:
    assert numbers(query) == expected


def test_r86_path_is_the_same_however_the_query_is_written() -> None:
    everybody = ["ada-moreau", "ben-okafor", "lin-xiaoyu"]
    first = select({"venue": ["sosp", "OSDI", "osdi", "SOSP'23"], "presenter": everybody[::-1]})
    second = select({"presenter": everybody, "venue": ["OSDI", "SOSP", "SOSP'23"]})
    assert first == second
    assert first.path == (
        "filter/systems-reading-group?presenter=ada-moreau&presenter=ben-okafor&presenter=lin-xiaoyu"
        "&venue=OSDI&venue=SOSP&venue=SOSP%2723"
    )


def test_r86_address_over_200_characters_is_refused() -> None:
    """Google ignores an address over 256 characters without a word; 200 leaves room for its own."""
    long = replace(CALENDAR, site=f"https://example.org/{'a' * 120}/")
    with pytest.raises(FilterUnknown, match="200 characters"):
        filtered.select(long, EVENTS, TITLES, {"presenter": ["ada-moreau", "ben-okafor"]})


def test_name_says_what_was_asked_for() -> None:
    query = {"semester": ["2024-fall"], "venue": ["OSDI"], "role": ["presenter"], "presenter": ["lin-xiaoyu"]}
    assert select(query).name == "Systems Reading Group: 林小雨, presenting, OSDI, 2024 Fall"


@pytest.mark.parametrize(
    ("query", "message", "hint"),
    [
        (
            {"colour": ["red"]},
            "There is no filter named 'colour'.",
            "filters: presenter, role, venue, semester, alarm",
        ),
        ({"semester": ["2025"]}, "There is no semester named '2025'.", "semester: 2024-fall, 2024-spring"),
        ({"role": ["host"]}, "There is no role named 'host'.", "role: assistant, presenter"),
        (
            {"presenter": ["ada-moreau", ""]},
            "There is no presenter named ''.",
            "presenter: ada-moreau, ben-okafor, lin-xiaoyu",
        ),
        ({"venue": ["ICFP"]}, "There is no venue named 'ICFP'.", "venue: OSDI, OSDI'24, SOSP, SOSP'23"),
    ],
)
def test_unknown_filter_names_what_exists(
    query: Mapping[str, Sequence[str]], message: str, hint: str
) -> None:
    with pytest.raises(FilterUnknown) as caught:
        select(query)
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_more_than_twenty_values_are_refused() -> None:
    assert numbers({"role": ["presenter"] * 20}) == [1, 2, 3, 5, 6]
    with pytest.raises(FilterUnknown, match="at most 20 values"):
        select({"role": ["presenter"] * 21})


def test_venue_spelled_in_two_ways_is_one() -> None:
    respelled = [
        replace(event, session=replace(event.session, venue=replace(event.session.venue, series="Osdi")))
        if event.session.venue and event.uid.endswith("2")
        else event
        for event in EVENTS
    ]
    feed = filtered.select(CALENDAR, respelled, TITLES, {"venue": ["OSDI"]})
    assert [int(event.uid[-2:]) for event in feed.events] == [2, 5]


def stems(paths: Iterable[str]) -> list[str]:
    return [path.removeprefix("filter/systems-reading-group/") for path in paths]


def test_prepared_are_semesters_of_presenters_oldest_first() -> None:
    assert stems(filtered.prepared(CALENDAR, EVENTS)) == [
        "semester/2024-spring/presenter/lin-xiaoyu",
        "semester/2024-spring/presenter/ada-moreau",
        "semester/2024-fall/presenter/ada-moreau",
        "semester/2024-fall/presenter/ben-okafor",
        "semester/2024-fall/presenter/lin-xiaoyu",
    ]


def published_at(*series: str) -> list[Event]:
    first = EVENTS[0]
    return [
        replace(first, uid=each, session=replace(first.session, venue=Venue(f"{each} 2024", each, 2024)))
        for each in series
    ]


def test_venues_are_their_series_oldest_first() -> None:
    assert stems(filtered.venues(CALENDAR, EVENTS)) == ["venue/sosp", "venue/osdi"]


@pytest.mark.parametrize(
    ("series", "word"),
    [
        ("A/B", "a-b"),
        ("VLDB Journal", "vldb-journal"),
        ("..", "unnamed"),
        (".hidden", "hidden"),
        ("Théorie", "theorie"),
        ("系统会议", "系统会议"),
        ("C++", "c"),
        ("V" * 200, "v" * 60),
    ],
)
def test_every_venue_has_an_address_that_leads_to_it(series: str, word: str) -> None:
    events = published_at(series, "OSDI")
    assert stems(filtered.venues(CALENDAR, events)) == [f"venue/{word}", "venue/osdi"]
    path = f"filter/systems-reading-group/venue/{word}"
    feed = filtered.select(CALENDAR, events, TITLES, {"venue": [word]}, path)
    assert feed.path == path
    assert [event.uid for event in feed.events] == [series]
    assert feed.name == f"Systems Reading Group: {series}"


def test_venue_has_no_address_that_is_the_name_of_another() -> None:
    assert stems(filtered.venues(CALENDAR, published_at("C++", "C"))) == ["venue/c"]


def test_address_over_200_characters_is_not_prepared() -> None:
    long = replace(CALENDAR, site=f"https://example.org/{'a' * 150}/")
    assert list(filtered.venues(long, EVENTS)) == []
    assert list(filtered.prepared(long, EVENTS)) == []


# ── reminders ────────────────────────────────────────────────────────────────────────────────────


def test_alarms_are_those_of_every_event_and_narrow_nothing() -> None:
    feed = select({"alarm": ["1D", "60m"], "presenter": ["ada-moreau"]})
    lengths = (timedelta(hours=1), timedelta(days=1))
    assert feed.events == tuple(
        replace(e, alarms=lengths) for e in select({"presenter": ["ada-moreau"]}).events
    )
    assert feed.path == "filter/systems-reading-group?alarm=1h&alarm=1d&presenter=ada-moreau"
    assert feed.name == "Systems Reading Group: Ada Moreau, reminder 1 hour before, reminder 1 day before"


def test_r30_nobody_is_reminded_who_did_not_ask() -> None:
    assert {event.alarms for event in select({"presenter": ["ada-moreau"]}).events} == {()}


def test_alarms_count_as_values() -> None:
    with pytest.raises(FilterUnknown, match="at most 20 values"):
        select({"role": ["presenter"] * 20, "alarm": ["1d"]})


def test_changes_are_those_of_its_events() -> None:
    told = [replace(MOVED, uid=event.uid) for event in EVENTS]
    feed = filtered.tell(select({"venue": ["OSDI"], "alarm": ["1d"]}), told)
    assert [int(change.uid[-2:]) for change in feed.changes] == [2, 5]


def test_changes_are_as_few_as_in_any_feed() -> None:
    told = [replace(MOVED, uid=EVENTS[0].uid, sequence=number) for number in range(MOST_TOLD + 1)]
    assert filtered.tell(select({}), told).changes == tuple(told[:MOST_TOLD])
