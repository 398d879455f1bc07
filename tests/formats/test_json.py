"""Sessions of a feed as the JSON contract."""

import json
from dataclasses import replace

from calfeed.diagnostics import Position
from calfeed.formats import FORMATS
from calfeed.formats import json as format_
from calfeed.model import State
from calfeed.version import __version__
from tests.formats.sample import CALENDAR, ENTRY, SESSION, event, feed, nasty_session, sample


def test_the_format_is_offered() -> None:
    assert (format_.MEDIA_TYPE, FORMATS["json"]) == ("application/json", format_)


def test_a_feed_is_the_contract_of_its_sessions() -> None:
    assert json.loads(format_.render(feed(event()))) == {
        "calfeed": __version__,
        "calendar": {"name": "Systems Reading Group (系统阅读小组)", "timezone": "Asia/Shanghai"},
        "semesters": [{"slug": "2024-fall", "title": "2024 Fall", "path": "2024-fall.md"}],
        "sessions": [
            {
                "uid": ENTRY.uid,
                "sequence": 2,
                "created": "2024-08-20T02:00:00Z",
                "last_modified": "2024-09-01T03:15:00Z",
                "semester": "2024-fall",
                "date": "2024-09-03",
                "start": "2024-09-03T14:00:00+08:00",
                "end": "2024-09-03T15:30:00+08:00",
                "all_day": False,
                "title": SESSION.title,
                "status": "confirmed",
                "venue": {"name": "OSDI'24", "series": "OSDI", "year": 2024},
                "location": "Room 402, Systems Building (hybrid)",
                "presenters": [
                    {
                        "name": "Li Lei",
                        "slug": "li-lei",
                        "role": "presenter",
                        "affiliation": None,
                        "nickname": None,
                    },
                    {
                        "name": "Han Meimei (韩梅梅🦜)",
                        "slug": "han-meimei",
                        "role": "assistant",
                        "affiliation": None,
                        "nickname": None,
                    },
                ],
                "paper_url": SESSION.paper_url,
                "links": [
                    {
                        "kind": "slides",
                        "label": "slides",
                        "url": "https://reading.example.org/slides/parrot.pdf",
                        "written": "parrot.pdf",
                    }
                ],
                "source": {"path": "2024-fall.md", "line": 20},
            }
        ],
        "diagnostics": [],
    }


def test_sessions_stand_by_date_and_then_as_in_the_source() -> None:
    """Feeds put a whole day before an earlier line of the same day."""
    below = replace(SESSION, source=Position("2024-fall.md", 30), start=None, end=None)
    told = feed(event(uid="above"), event(below, uid="below"))
    assert [each.uid for each in told.events] == ["below", "above"]
    assert [each["uid"] for each in json.loads(format_.render(told))["sessions"]] == ["above", "below"]


def test_a_session_that_left_the_source_is_cancelled() -> None:
    told = json.loads(format_.render(feed(event(state=State.CANCELLED))))
    assert [each["status"] for each in told["sessions"]] == ["cancelled"]


def test_a_line_that_moved_is_told() -> None:
    """Such events are equal: what is kept of one is not told of the other."""
    moved = event(replace(SESSION, source=Position("2024-fall.md", 21)))
    assert moved == event()
    lines = [
        json.loads(format_.render(feed(each)))["sessions"][0]["source"]["line"] for each in (event(), moved)
    ]
    assert lines == [20, 21]


def test_hostile_words_are_words() -> None:
    (told,) = json.loads(format_.render(feed(event(nasty_session('"],\ud800\n</script>')))))["sessions"]
    assert told["title"] == '"], </script>'


def test_r89_no_mail_address_is_published() -> None:
    private = nasty_session("Ada <ada@example.org>, mailto:ada@example.org")
    written = format_.render(feed(event(private), calendar=replace(CALENDAR, name="c/o ada@example.org")))
    assert b"ada@" not in written


def test_the_same_feed_gives_the_same_bytes() -> None:
    assert format_.render(sample()) == format_.render(sample())
