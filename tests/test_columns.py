"""What each column tells: by its name, else by what stands in it."""

import pytest

from calfeed.columns import settle_columns
from calfeed.documents import read
from calfeed.layouts import extract
from calfeed.parts import Part


def parts(text: str, name: str = "a.md") -> list[Part]:
    """Give the parts of the columns beside the date, in order."""
    roles = settle_columns(extract(read(name, text.encode())[0])[0])
    return [roles[place].label.part for place in sorted(roles)]


def column(label: str, *cells: str) -> str:
    """Write a table of dates, titles, and one more column."""
    rows = (f"| 2024-09-{day:02} | Owls in Winter | {cell} |\n" for day, cell in enumerate(cells, start=3))
    return f"| Date | Title | {label} |\n|--|--|--|\n{''.join(rows)}"


TOPIC, PEOPLE, NOTE, HOST, TIME = Part.TOPIC, Part.PEOPLE, Part.NOTE, Part.HOST, Part.TIME


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Speaker", PEOPLE),
        ("Referentin", PEOPLE),
        ("主讲人", PEOPLE),
        ("発表者", PEOPLE),
        ("발표자", PEOPLE),
        ("Intervenante", PEOPLE),
        ("Host", HOST),
        ("Authors", HOST),
        ("Abstract", Part.ABSTRACT),
        ("Slides", Part.MATERIALS),
        ("Room", Part.PLACE),
        ("Time", TIME),
        ("Week", Part.NUMBER),
        ("Conference", Part.VENUE),
        ("Remarks", NOTE),
    ],
)
def test_sure_label_counts_whatever_stands_below_it(label: str, expected: Part) -> None:
    assert parts(column(label, "something", "other")) == [TOPIC, expected]


@pytest.mark.parametrize(
    ("label", "cell", "expected"),
    [
        ("Venue", "OSDI 2024", Part.VENUE),
        ("Who", "Ada Brandt", PEOPLE),
        ("Notes", "[slides](a.pdf)", Part.MATERIALS),
        ("Name", "Ada Brandt, Noor Haddad", PEOPLE),
    ],
)
def test_label_of_two_meanings_is_settled_by_what_stands_below_it(
    label: str, cell: str, expected: Part
) -> None:
    assert parts(column(label, cell, cell, cell)) == [TOPIC, expected]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("Ada Brandt", "Noor Haddad", "Li Lei"), PEOPLE),
        (("Ada Brandt", "TBD", "Li Lei"), PEOPLE),
        (("[slides](a.pdf)", "[video](b)", "[slides](c.pdf)"), Part.MATERIALS),
        (("OSDI 2024", "NSDI 2023", "SOSP 2023"), Part.VENUE),
        (("14:00-15:00", "14:00-15:00", "10am"), TIME),
        (("yes", "no", "yes"), NOTE),
    ],
)
def test_column_without_a_name_is_told_by_what_stands_in_it(cells: tuple[str, ...], expected: Part) -> None:
    assert parts(column("Xyz", *cells)) == [TOPIC, expected]


def test_longest_texts_are_the_titles_where_no_column_is_called_so() -> None:
    text = (
        "| Date | Speaker | Qqq | Xyz |\n|--|--|--|--|\n| 2024-09-03 | Ada Brandt | yes | Owls in Winter |\n"
    )

    assert parts(text) == [PEOPLE, NOTE, TOPIC]


def test_names_are_the_presenters_where_no_column_is_called_so() -> None:
    assert parts(column("Remarks", "Ada Brandt", "Noor Haddad")) == [TOPIC, PEOPLE]


def test_unnamed_column_is_no_second_column_of_people() -> None:
    text = "| Date | Speaker | Title | |\n|--|--|--|--|\n| 2024-09-03 | Ada Brandt | Owls | Noor Haddad |\n"

    assert parts(text) == [PEOPLE, TOPIC, NOTE]


def test_tables_are_settled_each_for_itself() -> None:
    first = "| Date | Who | What |\n|--|--|--|\n| 2024-09-03 | Ada Brandt | Owls |\n"
    second = "| Date | What | Who |\n|--|--|--|\n| 2024-09-10 | Bats | Noor Haddad |\n"

    assert parts(f"{first}\n{second}") == [PEOPLE, TOPIC, TOPIC, PEOPLE]


def test_keys_of_data_are_columns() -> None:
    text = "- {date: 2024-09-03, by: Ada Brandt, name: Owls and Their Keepers in Winter}\n"

    assert parts(text, "a.yml") == [PEOPLE, TOPIC]


@pytest.mark.parametrize(
    ("label", "cell", "expected"),
    [
        ("Speaker", "Ada", "it is called “Speaker”"),
        ("Xyz", "Ada Brandt", "names stand in it"),
        ("Xyz", "10:00", "times stand in it"),
        ("Xyz", "yes", "nothing told what it is"),
    ],
)
def test_role_says_why(label: str, cell: str, expected: str) -> None:
    records, _ = extract(read("a.md", column(label, cell, cell).encode())[0])

    assert settle_columns(records)["table at line 1", "column 3"].why == expected
