"""Events to the feeds that have a path of their own."""

from calfeed.feeds import gather
from calfeed.model import Feed, Role
from tests.web.sample import ADA, BEN, CALENDAR, ENTRIES, LIN, PUBLICATION, SEMESTERS, entry, event, session

EVENTS = PUBLICATION.events
TITLES = {semester.slug: semester.title for semester in SEMESTERS}


def numbers(feed: Feed) -> list[int]:
    return [int(each.uid[-2:]) for each in feed.events]


def gathered() -> dict[str, Feed]:
    return {feed.path: feed for feed in gather(CALENDAR, EVENTS, TITLES)}


def test_every_feed_has_its_path_and_its_events_in_their_order() -> None:
    assert {path: numbers(feed) for path, feed in gathered().items()} == {
        "calendar/systems-reading-group": [1, 2, 3, 5, 6, 8],
        "semester/2024-fall": [2, 3, 5, 6, 8],
        "semester/2024-spring": [1],
        "presenter/ada-moreau": [1, 2, 5, 6],
        "presenting/ada-moreau": [2, 6],
        "presenter/ben-okafor": [2, 3, 5],
        "presenting/ben-okafor": [3],
        "presenter/lin-xiaoyu": [1, 5],
        "presenting/lin-xiaoyu": [1, 5],
    }


def test_feeds_are_named_for_people() -> None:
    assert [feed.name for feed in gathered().values()] == [
        "Systems Reading Group",
        "Systems Reading Group: 2024 Fall",
        "Systems Reading Group: 2024 Spring",
        "Systems Reading Group: Ada Moreau",
        "Systems Reading Group: Ada Moreau (presenting)",
        "Systems Reading Group: Ben Okafor",
        "Systems Reading Group: Ben Okafor (presenting)",
        "Systems Reading Group: 林小雨",
        "Systems Reading Group: 林小雨 (presenting)",
    ]


def test_union_of_semesters_is_everything() -> None:
    feeds = gathered()
    semesters = [feed for path, feed in feeds.items() if path.startswith("semester/")]
    union = {each.uid for feed in semesters for each in feed.events}
    assert union == {each.uid for each in feeds["calendar/systems-reading-group"].events}


def test_feeds_exist_before_anything_is_scheduled() -> None:
    """A feed may be subscribed to as soon as a semester is announced."""
    feeds = list(gather(CALENDAR, (), TITLES))
    assert [(feed.path, feed.events) for feed in feeds] == [
        ("calendar/systems-reading-group", ()),
        ("semester/2024-fall", ()),
        ("semester/2024-spring", ()),
    ]


def test_semester_whose_source_is_gone_keeps_its_feed() -> None:
    feeds = {feed.path: feed for feed in gather(CALENDAR, EVENTS, {"2024-fall": "2024 Fall"})}
    assert (feeds["semester/2024-spring"].name, numbers(feeds["semester/2024-spring"])) == (
        "Systems Reading Group: 2024 Spring",
        [1],
    )


def test_assistant_who_never_presented_has_no_presenting_feed() -> None:
    paths = [feed.path for feed in gather(CALENDAR, (event(ENTRIES[1]),), {})]
    assert ("presenter/ben-okafor" in paths, "presenting/ben-okafor" in paths) == (True, False)


def test_person_is_named_as_in_the_latest_session() -> None:
    earlier = session(ENTRIES[1].session.date, "One", LIN)
    later = session(ENTRIES[4].session.date, "Two", type(LIN)("Lin Xiaoyu", LIN.slug))
    feeds = list(gather(CALENDAR, (event(entry(1, earlier)), event(entry(2, later))), {}))
    assert feeds[-1].name == "Systems Reading Group: Lin Xiaoyu (presenting)"


def test_person_named_twice_in_a_session_is_in_it_once() -> None:
    twice = session(ENTRIES[1].session.date, "Duet", ADA, type(ADA)(ADA.name, ADA.slug, Role.ASSISTANT), BEN)
    feeds = {feed.path: feed for feed in gather(CALENDAR, (event(entry(1, twice)),), {})}
    assert (numbers(feeds["presenter/ada-moreau"]), numbers(feeds["presenting/ada-moreau"])) == ([1], [1])
