"""JSON Feeds of what changed."""

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from calfeed.changes import identifier
from calfeed.formats import FORMATS, jsonfeed
from calfeed.model import Facet
from tests.formats.sample import NASTY
from tests.formats.test_atom import CANCELLED, FEED, MOVED, NOWHERE


def test_the_format_is_offered() -> None:
    offered = FORMATS["changes.json"]

    assert (jsonfeed.MEDIA_TYPE, offered) == ("application/feed+json; charset=utf-8", jsonfeed)


def test_a_feed_is_what_json_feed_1_1_says() -> None:
    assert json.loads(jsonfeed.render(FEED)) == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Reading: 小雨 & <friends>",
        "description": "All of it.",
        "language": "en",
        "home_page_url": "https://reading.example.org/",
        "feed_url": "https://reading.example.org/presenter/%E5%B0%8F%E9%9B%A8.changes.json",
        "authors": [{"name": "Systems Reading Group (系统阅读小组)"}],
        "items": [
            {
                "id": identifier(MOVED),
                "url": f"https://reading.example.org/session/{MOVED.uid}/",
                "title": "‘Hash tables’ moved from Tue 3 Sep to Thu 5 Sep,"
                " and the place for it is now open, not Room 402",
                "content_text": "date: 2024-09-03 → 2024-09-05\nlocation: Room 402 → none",
                "date_published": "2024-09-01T08:15:00Z",
                "authors": [{"name": "Ada Brandt"}],
                "tags": ["changed", "date", "location"],
            },
            {
                "id": identifier(CANCELLED),
                "url": f"https://reading.example.org/session/{CANCELLED.uid}/",
                "title": "‘Hash tables’ on Thu 5 Sep is cancelled",
                "content_text": "status: confirmed → cancelled",
                "date_published": "2024-08-31T08:15:00Z",
                "tags": ["cancelled"],
            },
        ],
    }


def test_what_is_not_known_is_left_out() -> None:
    feed = json.loads(jsonfeed.render(replace(NOWHERE, description="", changes=(CANCELLED,))))

    assert feed.keys() == {"version", "title", "language", "authors", "items"}
    assert feed["items"][0].keys() == {"id", "title", "content_text", "date_published", "tags"}


def test_nothing_to_tell_is_no_item() -> None:
    assert json.loads(jsonfeed.render(replace(FEED, changes=())))["items"] == []


@given(st.text() | st.just(NASTY))
def test_hostile_words_are_words(text: str) -> None:
    hostile = replace(MOVED, title=text, author=text, semester=text, facets=(Facet("title", text, text),))
    body = jsonfeed.render(replace(FEED, name=text, description=text, path=text, changes=(hostile,)))

    assert [item["id"] for item in json.loads(body)["items"]] == [identifier(hostile)]
