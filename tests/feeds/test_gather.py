"""Events to the feeds that have a path of their own."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from calfeed.changes import MOST_TOLD
from calfeed.feeds import address, gather, tell
from calfeed.model import Change, ChangeKind, Feed, Role
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


# ── changes ──────────────────────────────────────────────────────────────────────────────────────

NOW = datetime(2024, 9, 1, 8, tzinfo=UTC)
CHANGE = Change("a", 1, NOW, ChangeKind.NEW, date(2024, 9, 3), "Herons", "2024-fall", ("ada-moreau",))
OLDER = replace(CHANGE, uid="b", time=NOW - timedelta(days=1), presenters=("lin-xiaoyu", "ada-moreau"))
SPRING = replace(CHANGE, uid="c", time=NOW + timedelta(days=1), semester="2024-spring", presenters=())


def told(feeds: dict[str, Feed]) -> dict[str, str]:
    found = tell(CALENDAR, feeds.values(), [OLDER, CHANGE, SPRING])
    return {feed.path: "".join(change.uid for change in feed.changes) for feed in found}


def test_every_feed_tells_of_the_changes_of_its_sessions_newest_first() -> None:
    assert told(gathered()) == {
        "calendar/systems-reading-group": "cab",
        "semester/2024-fall": "ab",
        "semester/2024-spring": "c",
        "presenter/ada-moreau": "ab",
        "presenting/ada-moreau": "ab",
        "presenter/ben-okafor": "",
        "presenting/ben-okafor": "",
        "presenter/lin-xiaoyu": "b",
        "presenting/lin-xiaoyu": "b",
    }


def test_a_feed_that_carries_nothing_any_more_still_tells_why() -> None:
    ended = Feed(CALENDAR, "presenter/ada-moreau", "Ada Moreau", "", ())

    assert told({"": ended}) == {"presenter/ada-moreau": "ab"}


def test_a_renamed_feed_tells_each_change_once_of_all_its_names() -> None:
    renamed = Feed(CALENDAR, "presenter/ada", "Ada", "", (), ("presenter/ada-moreau", "presenter/lin-xiaoyu"))

    assert told({"": renamed}) == {"presenter/ada": "ab"}


def test_a_feed_tells_of_the_latest_hundred_changes() -> None:
    many = [replace(CHANGE, sequence=number, time=NOW + timedelta(hours=number)) for number in range(150)]
    (feed, *_) = tell(CALENDAR, gathered().values(), many)

    assert [change.sequence for change in feed.changes] == list(range(149, 49, -1))
    assert len(feed.changes) == MOST_TOLD


def test_a_feed_has_an_address_where_the_site_has_one() -> None:
    feed = Feed(CALENDAR, "presenter/小雨", "Xiaoyu", "", ())

    assert (
        address(feed, "changes.json")
        == "https://reading.example.org/presenter/%E5%B0%8F%E9%9B%A8.changes.json"
    )
    assert address(replace(feed, calendar=replace(CALENDAR, site=None)), "atom") is None
