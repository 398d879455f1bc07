"""Names that stand on the line of a title."""

from datetime import date

import pytest

from calfeed.bylines import Line, part_people
from calfeed.days import Day
from calfeed.diagnostics import Position
from calfeed.model import Cell, Record, Semester, Span
from calfeed.parts import Part

AT = Position("a.md")
DAY = Day(
    Record(Cell("2024-09-03", AT), series="items"),
    date(2024, 9, 3),
    Cell("", AT),
    Cell("", AT),
    None,
    Semester("2024", "2024"),
    "",
)


def topic(text: str, place: str = "") -> Line:
    return Line(Part.TOPIC, text, Cell(text, AT), place=place)


def people(text: str) -> Line:
    return Line(Part.PEOPLE, text, Cell(text, AT))


def parted(*records: list[Line]) -> list[str]:
    """Tell the lines of each record as "names | title"."""
    told = part_people([DAY] * len(records), list(records))
    marks = {Part.PEOPLE: "by ", Part.TOPIC: "", Part.MATERIALS: "only ", Part.NOTE: "note "}
    return [" | ".join(f"{marks[line.part]}{line.text}" for line in lines) for lines in told]


def titles(*texts: str) -> list[str]:
    return parted(*([topic(text)] for text in texts))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Owls, presented by Ada Brandt", "by Ada Brandt | Owls"),
        ("Owls in Winter (presenter: Ada Brandt)", "by Ada Brandt | Owls in Winter"),
    ],
)
def test_names_that_are_said_to_present_need_no_habit(text: str, expected: str) -> None:
    assert titles(text) == [expected]


@pytest.mark.parametrize("joint", [": ", " - ", " – ", "; ", ". "])
def test_names_before_titles_are_a_habit(joint: str) -> None:
    assert titles(f"Ada Brandt{joint}Owls in Winter", f"Noor Haddad{joint}Bats in Summer") == [
        "by Ada Brandt | Owls in Winter",
        "by Noor Haddad | Bats in Summer",
    ]


@pytest.mark.parametrize("tail", [" ({})", " by {}", ", {}", " – ({})"])
def test_names_behind_titles_are_a_habit(tail: str) -> None:
    assert titles(
        f"Owls in Winter{tail.format('Ada Brandt')}", f"Bats at Night{tail.format('Noor Haddad')}"
    ) == [
        "by Ada Brandt | Owls in Winter",
        "by Noor Haddad | Bats at Night",
    ]


@pytest.mark.parametrize("title", ["Ada Brandt: a Life", "A Life of Owls (Ada Brandt)"])
def test_what_looks_like_a_name_once_is_of_the_title(title: str) -> None:
    assert titles(title, "Bats in Summer") == [title, "Bats in Summer"]


def test_name_known_from_another_session_needs_no_habit() -> None:
    records = [[topic("Ants"), people("Ada Brandt")], [topic("Ada Brandt: Owls")], [topic("Bees")]]

    assert parted(*records) == ["Ants | by Ada Brandt", "by Ada Brandt | Owls", "Bees"]


def test_known_name_alone_is_no_title() -> None:
    assert parted([topic("Ants"), people("Ada Brandt")], [topic("Ada")]) == ["Ants | by Ada Brandt", "by Ada"]


def test_title_of_a_session_whose_presenter_is_named_stays_whole() -> None:
    records = [
        [topic("Owls (Ada Brandt)"), people("Li Lei")],
        [topic("Bats (Noor Haddad)"), people("Li Lei")],
    ]

    assert parted(*records) == ["Owls (Ada Brandt) | by Li Lei", "Bats (Noor Haddad) | by Li Lei"]


def test_column_of_titles_may_name_who_chooses_one() -> None:
    records = [
        [topic("Owls", "column 2"), people("Ada Brandt")],
        [topic("Ada?", "column 2"), people("Ada Brandt")],
    ]

    assert parted(*records) == ["Owls | by Ada Brandt", "note Ada? | by Ada Brandt"]


def test_links_stay_with_the_title() -> None:
    text = "Owls, presented by Ada Brandt"
    cell = Cell(text, AT, (Span("Owls", AT, "https://e.org"), Span(text[4:], AT)))
    ((names, title),) = part_people([DAY], [[Line(Part.TOPIC, text, cell)]])

    assert (names.cell, title.cell) == (Cell("", AT), cell)


def test_nothing_is_parted_into_nothing() -> None:
    assert list(part_people([], [])) == []
    assert parted([]) == [""]
