"""Atom feeds of what changed, as a reader that is not ours understands them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import feedparser
from hypothesis import given
from hypothesis import strategies as st

from calfeed.changes import details, identifier
from calfeed.formats import FORMATS, atom
from calfeed.model import Change, ChangeKind, Facet, Feed
from tests.formats.sample import CALENDAR, NASTY

NOW = datetime(2024, 9, 1, 8, 15, tzinfo=UTC)
MOVED = Change(
    uid="5d683371-bb79-55fe-8a7f-eb59d7b06628",
    sequence=3,
    time=NOW,
    kind=ChangeKind.CHANGED,
    date=date(2024, 9, 5),
    title="Hash tables",
    semester="2024-fall",
    presenters=("ada-brandt",),
    facets=(Facet("date", "2024-09-03", "2024-09-05"), Facet("location", "Room 402", None)),
    author="Ada Brandt",
)
CANCELLED = replace(
    MOVED,
    sequence=2,
    time=NOW - timedelta(days=1),
    kind=ChangeKind.CANCELLED,
    facets=(Facet("status", "confirmed", "cancelled"),),
    author=None,
)
FEED = Feed(
    CALENDAR, "presenter/小雨", "Reading: 小雨 & <friends>", "All \x00of it.", (), (), (MOVED, CANCELLED)
)
NOWHERE = replace(FEED, calendar=replace(CALENDAR, site=None))


def read(feed: Feed) -> Any:  # noqa: ANN401 - what feedparser gives has no types
    parsed = feedparser.parse(atom.render(feed), response_headers={"content-type": atom.MEDIA_TYPE})
    assert not parsed.bozo, parsed.bozo_exception
    assert parsed.version == "atom10"
    return parsed


def links(of: Any) -> list[tuple[str, str, str]]:  # noqa: ANN401
    return [(link.rel, link.type, link.href) for link in of.get("links", ())]


def test_the_format_is_offered() -> None:
    assert (atom.MEDIA_TYPE, FORMATS["atom"]) == ("application/atom+xml; charset=utf-8", atom)


def test_a_feed_says_what_it_is_and_where() -> None:
    about = read(FEED).feed

    assert about.id == "https://reading.example.org/presenter/%E5%B0%8F%E9%9B%A8.atom"
    assert about.title_detail.value == "Reading: 小雨 & <friends>"
    assert (about.subtitle, about.updated) == ("All of it.", "2024-09-01T08:15:00Z")
    assert (about.author, about.generator) == ("Systems Reading Group (系统阅读小组)", "calfeed")
    assert links(about) == [
        ("self", "application/atom+xml", "https://reading.example.org/presenter/%E5%B0%8F%E9%9B%A8.atom"),
        ("alternate", "text/html", "https://reading.example.org/"),
    ]


def test_a_change_is_an_entry_that_leads_to_its_session() -> None:
    moved, cancelled = read(FEED).entries

    assert (moved.id, cancelled.id) == (identifier(MOVED), identifier(CANCELLED))
    assert (
        moved.title
        == "‘Hash tables’ moved from Tue 3 Sep to Thu 5 Sep, and the place for it is now open,"
        + (" not Room 402")
    )
    assert (moved.updated, moved.author) == ("2024-09-01T08:15:00Z", "Ada Brandt")
    assert [tag.term for tag in moved.tags] == ["changed", "date", "location"]
    assert moved.content[0].value == "date: 2024-09-03 → 2024-09-05\nlocation: Room 402 → none"
    assert links(moved) == [("alternate", "text/html", f"https://reading.example.org/session/{MOVED.uid}/")]
    assert (cancelled.title, "author" in cancelled) == ("‘Hash tables’ on Thu 5 Sep is cancelled", False)


def test_a_feed_without_a_site_has_names_of_its_own_and_no_links() -> None:
    parsed = read(NOWHERE)

    assert parsed.feed.id == "urn:uuid:d935ff0c-be91-5fc1-8362-99df6cacffe6"
    assert read(replace(NOWHERE, path="presenter/other")).feed.id != parsed.feed.id
    assert (links(parsed.feed), [links(entry) for entry in parsed.entries]) == ([], [[], []])


def test_nothing_to_tell_is_as_old_as_can_be() -> None:
    parsed = read(replace(FEED, changes=()))

    assert (parsed.feed.updated, parsed.entries) == ("1970-01-01T00:00:00Z", [])


def test_the_same_changes_are_the_same_bytes() -> None:
    assert atom.render(FEED) == atom.render(replace(FEED))
    assert atom.render(FEED).startswith(b"<?xml version='1.0' encoding='utf-8'?>\n<feed ")


@given(st.text() | st.just(NASTY) | st.just("]]><script>alert(1)</script>&lt;\ufffe\uffff"))
def test_hostile_words_are_words(text: str) -> None:
    hostile = replace(MOVED, title=text, author=text, semester=text, facets=(Facet("title", text, text),))
    feed = replace(FEED, name=text, description=text, path=text, changes=(hostile,))
    (entry,) = read(feed).entries

    assert entry.id == identifier(hostile)
    assert "<script" not in atom.render(feed).decode()
    assert details(hostile).startswith("title: ")
