"""A table for spreadsheets."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calfeed.formats import FORMATS
from calfeed.formats import csv as format_
from calfeed.model import Feed, Link, Person, Role, State, Venue
from tests.formats.sample import ENTRY, NASTY, PAPER, SESSION, event, feed, nasty_session, sample


def rows(told: Feed) -> Sequence[dict[str, str]]:
    text = format_.render(told).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text, newline=""), strict=True))


def test_the_format_is_offered() -> None:
    assert (format_.MEDIA_TYPE, FORMATS["csv"]) == ("text/csv; charset=utf-8", format_)


def test_a_row_tells_a_session() -> None:
    assert rows(feed(event())) == [
        {
            "uid": ENTRY.uid,
            "date": "2024-09-03",
            "start": "2024-09-03 14:00",
            "end": "2024-09-03 15:30",
            "timezone": "Asia/Shanghai",
            "status": "confirmed",
            "title": SESSION.title,
            "venue": "OSDI'24",
            "location": "Room 402, Systems Building (hybrid)",
            "presenters": "Li Lei",
            "assistants": "Han Meimei (韩梅梅🦜)",
            "paper": PAPER,
            "slides": "https://reading.example.org/slides/parrot.pdf",
            "video": "",
            "summary": "",
            "url": f"https://reading.example.org/session/{ENTRY.uid}/",
            "semester": "2024 Fall",
        }
    ]


def test_it_is_what_rfc_4180_and_excel_expect() -> None:
    body = format_.render(feed(event(replace(SESSION, title='Of "Systems", and\nmore'))))
    assert body.startswith(b"\xef\xbb\xbfuid,date,start,")
    assert body.count(b"\r\n") == body.count(b"\n") == 2
    assert b',"Of ""Systems"", and more",' in body


def test_nothing_is_an_empty_cell() -> None:
    bare = replace(SESSION, start=None, end=None, venue=None, location=None, presenters=(), paper_url=None)
    (row,) = rows(feed(event(bare, State.CANCELLED)))
    told = {
        name: row[name] for name in ("start", "end", "venue", "location", "presenters", "paper", "status")
    }
    assert told == dict.fromkeys(told, "") | {"status": "cancelled"}


@pytest.mark.parametrize(
    ("written", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'=1"),
        ("\r=1", "'=1"),
        ("＝1+1", "'＝1+1"),
        ("a;=1+1", "a;'=1+1"),
        ('a"; =1+1', "a\";' =1+1"),
        ("1 = 1 - 0; a @ b", "1 = 1 - 0; a @ b"),
        ("C++", "C++"),
    ],
)
def test_formulas_are_words(written: str, cell: str) -> None:
    """In the countries that part cells by semicolons, one within a text begins another cell."""
    hostile = replace(SESSION, title=written, venue=Venue(written, written), location=written)
    hostile = replace(hostile, presenters=(Person(written, "a"), Person(written, "b", Role.ASSISTANT)))
    (row,) = rows(feed(event(hostile)))
    told = {row[name] for name in ("title", "venue", "location", "presenters", "assistants")}
    assert told == {cell}


def test_only_web_addresses_are_told() -> None:
    links = (
        Link("slides", "", "javascript:alert(1)", ""),
        Link("slides", "", "https://example.org/1.pdf", ""),
        Link("slides", "", "https://example.org/2.pdf", ""),
    )
    (row,) = rows(feed(event(replace(SESSION, links=links, paper_url="=cmd|' /C calc'!A0"))))
    assert (row["paper"], row["slides"]) == ("", "https://example.org/1.pdf https://example.org/2.pdf")


@given(st.text() | st.just(NASTY))
def test_hostile_words_stay_in_their_cells(text: str) -> None:
    told = rows(feed(event(nasty_session(text))))
    assert [row["uid"] for row in told] == [ENTRY.uid]
    assert all(cell is not None and not cell.startswith(tuple("=+-@\t\r")) for cell in told[0].values())


def test_rows_stand_in_the_order_of_the_events() -> None:
    assert [row["uid"] for row in rows(sample())] == [each.uid for each in sample().events]


def test_r89_no_mail_address_is_published() -> None:
    assert b"ada@" not in format_.render(feed(event(nasty_session("Ada <ada@example.org>"))))
