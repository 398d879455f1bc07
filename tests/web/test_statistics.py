"""The page of statistics, parsed: a table behind each picture, and nothing that a browser must not run."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from xml.etree.ElementTree import Element

import html5lib
import pytest

from calfeed.model import Entry, Link, Person, Role, Semester
from calfeed.publication import Publication
from calfeed.web import create_app
from calfeed.web.current import Current
from tests.web.sample import ENTRIES, NOW, OSDI, PUBLICATION, entry, publication, session

HTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"
NAMES = ['<script>alert("1")</script>', "A & B", "王小雨", "محمد بن موسى الخوارزمي", "林小雨" * 20]


def serve(published: Publication) -> str:
    current = Current(lambda: published, lambda: None)
    current.refresh()
    return create_app(current, lambda: NOW).test_client().get("/statistics/").text


def parse(page: str) -> Element:
    root: Element = html5lib.HTMLParser(strict=True).parse(page)
    return root


def table(root: Element, caption: str) -> list[list[str]]:
    found = next(each for each in root.iter(f"{HTML}table") if each.findtext(f"{HTML}caption", "") == caption)
    return [["".join(cell.itertext()) for cell in row] for row in found.iter(f"{HTML}tr")]


def group(people: Sequence[str], sessions: int) -> list[Entry]:
    """Give a group that met every week, in two semesters a year, everybody in turn."""
    everybody = [Person(name, f"person-{number}") for number, name in enumerate(people)]
    days = [date(2020, 9, 1) + timedelta(weeks=week) for week in range(sessions)]
    return [
        entry(
            number,
            session(
                day,
                f"Talk {number}",
                everybody[number % len(everybody)],
                replace(everybody[(number + 1) % len(everybody)], role=Role.ASSISTANT),
                semester=Semester(f"{day.year}-{day.month > 6}", f"{day.year} {day.month > 6}"),
                venue=replace(OSDI, series=f"Venue {number % 30}", year=1990 + number % 35),
                links=(Link("slides", "slides", "https://example.org/s", "s"),),
            ),
        )
        for number, day in enumerate(days)
    ]


def test_tables_have_the_numbers() -> None:
    root = parse(serve(PUBLICATION))
    assert table(root, "Sessions of each semester") == [
        ["Semester", "Confirmed", "Tentative"],
        ["2024 Fall", "3", "1"],
        ["2024 Spring", "1", "0"],
    ]
    assert table(root, "Talks of each person") == [
        ["Name", "Presented", "Assisted", "Of all talks"],
        ["Ada Moreau", "2", "2", "50%"],
        ["林小雨", "2", "0", "50%"],
        ["Ben Okafor", "0", "2", "0%"],
    ]
    assert table(root, "Papers of each venue") == [
        ["Venue", "Papers", "Years"],
        ["OSDI", "2", "2024"],
        ["SOSP", "1", "2023"],
    ]
    assert table(root, "Papers of each year") == [["Year", "Papers"], ["2024", "2"], ["2023", "1"]]
    assert table(root, "Past sessions that have materials, by semester") == [
        ["Semester", "Slides", "Video", "Summary", "Paper"],
        ["2024 Fall", "100%", "100%", "0%", "100%"],
        ["2024 Spring", "0%", "0%", "0%", "0%"],
    ]


def test_every_picture_and_head_is_said_to_who_does_not_see_it() -> None:
    root = parse(serve(PUBLICATION))
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    pictures = list(root.iter(f"{SVG}svg"))
    assert len(ids) == len(set(ids))
    assert [picture.get("role") for picture in pictures] == ["img"] * 7
    assert all(set((picture.get("aria-labelledby") or "").split()) <= set(ids) for picture in pictures)
    assert {head.get("scope") for head in root.iter(f"{HTML}th")} == {"col", "row"}


@pytest.mark.parametrize(
    ("entries", "pictures"),
    [((), 0), (ENTRIES[2:4], 0), (ENTRIES[-1:], 1), (ENTRIES[1:2], 7), (group(NAMES, 50), 5)],
    ids=["empty", "nothing held", "bare", "one", "hostile names"],
)
def test_page_of_any_calendar_is_whole_and_clean(entries: Sequence[Entry], pictures: int) -> None:
    page = serve(publication(entries))
    root = parse(page)
    assert len(list(root.iter(f"{SVG}svg"))) == pictures
    assert ("There is no session to count yet." in page) == (pictures == 0)
    assert not re.search(r"<style|<script>|\sstyle=|\son\w+=|xlink|<\?xml|<!--", page)


def test_names_are_cut_in_the_picture_only() -> None:
    root = parse(serve(publication(group(NAMES, 50))))
    shown = {"".join(text.itertext()) for text in root.iter(f"{SVG}text")}
    assert {*NAMES[:4], f"{'林小雨' * 4}林小…"} <= shown
    assert {row[0] for row in table(root, "Talks of each person")[1:]} == set(NAMES)


def test_large_group_has_short_pictures_and_whole_tables() -> None:
    root = parse(serve(publication(group([f"Person {number}" for number in range(300)], 600))))
    people = list(root.iter(f"{SVG}svg"))[1]
    assert len([each for each in people.iter(f"{SVG}rect") if each.get("class") == "first"]) == 15
    assert len(table(root, "Talks of each person")) == 301


def test_page_of_200_sessions_is_light() -> None:
    page = serve(publication(group([f"Person Number {number}" for number in range(60)], 200)))
    assert len(page.encode()) < 50_000
