"""Tables: a record a dated row."""

import pytest

from calfeed.documents import read
from calfeed.layouts.table import extract
from calfeed.model import Record
from tests.layouts.sample import told


def records(text: str) -> tuple[Record, ...]:
    return extract(read("a.md", text.encode())[0])[0]


def test_row_has_its_section_and_the_heads_of_its_columns() -> None:
    text = "# Fall\n## Talks\n| Date | Who | Room |\n|--|--|--|\n| Sep 3 | Ada | 402 |\n| Sep 10 | Bo | |\n"

    assert told(extract, text) == [
        "Fall > Talks > Sep 3 | Who: Ada | Room: 402",
        "Fall > Talks > Sep 10 | Who: Bo",
    ]


def test_record_names_its_layout_its_table_and_its_columns() -> None:
    first, second = records(
        "| Date | Who |\n|--|--|\n| Sep 3 | Ada |\n\n| Who | Date |\n|--|--|\n| Bo | Sep 10 |\n"
    )

    assert (first.layout, first.series, first.alone) == ("table", "table at line 1", True)
    assert [field.place for field in first.fields] == ["column 2"]
    assert (second.layout, second.series, second.alone) == ("table", "table at line 5", True)
    assert [field.place for field in second.fields] == ["column 1"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "| Posted | Date | Who |\n|--|--|--|\n| Aug 1 | Sep 3 | Ada |\n",
            ["Sep 3 | Posted: Aug 1 | Who: Ada"],
        ),
        ("| Who | Time |\n|--|--|\n| Ada | Sep 3, 14:00 |\n", ["Sep 3, 14:00 | Who: Ada"]),
        ("| Who | |\n|--|--|\n| Ada | Sep 3 |\n", ["Sep 3 | Who: Ada"]),
        ("| Who | Office |\n|--|--|\n| Ada | 402 |\n", []),
    ],
)
def test_column_of_dates_is_the_one_called_so_else_the_one_with_dates(text: str, expected: list[str]) -> None:
    assert told(extract, text) == expected


def test_head_that_holds_a_date_is_a_row() -> None:
    assert told(extract, "| Sep 3 | Ada |\n|--|--|\n| Sep 10 | Bo |\n") == ["Sep 3 | Ada", "Sep 10 | Bo"]


def test_labels_below_an_empty_head_are_the_head() -> None:
    text = "| | |\n|--|--|\n| Date | Who |\n| Sep 3 | Ada |\n"

    assert told(extract, text) == ["Sep 3 | Who: Ada"]


def test_row_without_a_day_of_its_own_is_on_the_day_above_it() -> None:
    text = "| Date | Who | What |\n|--|--|--|\n| Sep 3 | Ada | Owls |\n| | Bo | Bats |\n| | Cy | Ants |\n"

    assert told(extract, text) == [
        "Sep 3 | Who: Ada | What: Owls",
        "Sep 3 | Who: Bo | What: Bats",
        "Sep 3 | Who: Cy | What: Ants",
    ]


@pytest.mark.parametrize(
    "row", ["| | no meeting | next week | | |", "| | all are welcome | | | |", "| | bring | cake | | |"]
)
def test_remark_between_rows_is_no_talk(row: str) -> None:
    head = "| Date | Who | What | Room | Time |\n|--|--|--|--|--|\n"
    text = f"{head}| Sep 3 | Ada | Owls | 402 | 14:00 |\n{row}\n"

    assert told(extract, text) == [
        "Sep 3 | Who: Ada | What: Owls | Room: 402 | Time: 14:00",
        "4:5 date-absent",
    ]


def test_row_below_an_undated_one_is_not_on_the_day_above_it() -> None:
    text = "| Date | Who |\n|--|--|\n| Sep 3 | Ada |\n| later | Bo |\n| | Cy |\n"

    assert told(extract, text) == ["Sep 3 | Who: Ada", "4:3 date-absent", "5:5 date-absent"]


def test_row_that_only_names_a_term_heads_the_rows_below_it() -> None:
    text = "# Talks\n| Date | Who |\n|--|--|\n| **Fall 2024** | |\n| Sep 3 | Ada |\n"

    assert told(extract, text) == ["Talks > Fall 2024 > Sep 3 | Who: Ada"]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("| | |", []),
        ("| TBD | - |", []),
        ("| TBD | Bo |", ["4:3 date-absent"]),
        ("| sometime in May | Bo |", ["4:3 date-absent"]),
        ("| 31/31 | Bo |", ["4:3 date-unreadable"]),
        ("| Septmber 1o | Bo |", ["4:3 date-unreadable"]),
    ],
)
def test_undated_row_with_something_in_it_is_said(row: str, expected: list[str]) -> None:
    assert told(extract, f"| Date | Who |\n|--|--|\n| Sep 3 | Ada |\n{row}\n") == [
        "Sep 3 | Who: Ada",
        *expected,
    ]


def test_long_row_is_shown_short() -> None:
    text = f"| Date | What |\n|--|--|\n| Sep 3 | Owls |\n| | {'very ' * 20}long |\n"
    _, (diagnostic,) = extract(read("a.md", text.encode())[0])

    assert diagnostic.message == f"the row of “{('very ' * 20)[:57]}…” has no day: left out"


def test_times_below_a_dated_heading_are_the_talks_of_that_day() -> None:
    text = "# 2024\n## Sep 3\n| Time | Who |\n|--|--|\n| 10:00 | Ada |\n| 11:00 | Bo |\n"

    assert told(extract, text) == [
        "2024 > Sep 3 | Time: 10:00 | Who: Ada",
        "2024 > Sep 3 | Time: 11:00 | Who: Bo",
    ]


def test_table_without_times_below_a_dated_heading_is_none_of_talks() -> None:
    assert told(extract, "## Sep 3\n| Who | Office |\n|--|--|\n| Ada | 402 |\n") == []


def test_struck_words_are_left_out_where_others_stand() -> None:
    text = "| Date | Who | What |\n|--|--|--|\n| Sep 3 | ~~Ada~~ Bo | ~~Owls~~ |\n"

    assert told(extract, text) == ["Sep 3 | Who:  Bo | What: Owls"]
