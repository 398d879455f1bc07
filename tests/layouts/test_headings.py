"""Headings: a record a dated heading, or a heading with its date below."""

import pytest

from calfeed.documents import read
from calfeed.layouts.headings import extract
from tests.layouts.sample import told


def test_lines_below_a_dated_heading_are_its_fields() -> None:
    text = "# 2024\n## Fall\n### Sep 3\n- Owls\n\nAda\n\n#### Notes\nfew\n### Sep 10\n- Bats\n"

    assert told(extract, text) == [
        "2024 > Fall > Sep 3 | Owls | Ada | Notes | few",
        "2024 > Fall > Sep 10 | Bats",
    ]


def test_record_names_its_layout_and_its_series() -> None:
    (record,), _ = extract(read("a.md", b"### Sep 3\n- Owls\n")[0])

    assert (record.layout, record.series, record.alone) == ("headings", "headings of level 3", False)


def test_dated_heading_that_holds_dated_ones_is_no_session() -> None:
    text = "# Schedule (as of May 1)\n## May 7\n- Owls\n## May 14\n- Bats\n"

    assert told(extract, text) == [
        "Schedule (as of May 1) > May 7 | Owls",
        "Schedule (as of May 1) > May 14 | Bats",
    ]


def test_heading_without_a_date_among_dated_ones_is_said() -> None:
    text = "# Fall\n## Sep 3\n## Septmber 1o\n## Break\n# Rules\n## Be kind\n"

    assert told(extract, text) == ["Fall > Sep 3", "3:4 date-unreadable", "4:4 date-absent"]


def test_misspelt_month_has_a_hint() -> None:
    _, (diagnostic,) = extract(read("a.md", b"## Sep 3\n## Septmber 1o\n")[0])

    assert (diagnostic.message, diagnostic.hint) == ("“Septmber 1o” is not a date", "did you mean September?")


@pytest.mark.parametrize(
    "line", ["Date: Sep 3, 2pm", "When: Sep 3", "Sep 3", "Sep 3, 14:00–15:00", "*Tue Sep 3*"]
)
def test_date_in_a_line_of_its_own_is_that_of_the_heading(line: str) -> None:
    assert told(extract, f"## Owls\n- {line}\n- Ada\n") == [f"{line.strip('*')} | Owls | Ada"]


@pytest.mark.parametrize(
    "text",
    [
        "## About\nWe began on Sep 3.\n## Rules\nBe kind.\n",
        "## Owls\n- Sep 3: first part\n- Sep 4: second part\n",
        "## Owls\n- Deadline: Sep 3\n",
        f"## Owls\nSep 3 {'and more of it ' * 12}\n## Bats\nSep 10 {'and more of it ' * 12}\n",
    ],
)
def test_date_in_passing_is_not_that_of_the_heading(text: str) -> None:
    assert told(extract, text) == []


def test_date_within_a_line_counts_where_most_headings_have_one() -> None:
    text = "## Owls\nTalk of Sep 3 by Ada\n## Bats\nTalk of Sep 10 by Bo\n## Rules\nBe kind.\n"

    assert told(extract, text) == ["Talk of Sep 3 by Ada | Owls", "Talk of Sep 10 by Bo | Bats"]


def test_struck_date_counts_where_it_is_the_only_one() -> None:
    assert told(extract, "## ~~Sep 3~~ cancelled\n## ~~Sep 10~~ Sep 12\n- ~~Owls~~ Bats\n") == [
        "Sep 3 cancelled",
        " Sep 12 |  Bats",
    ]
