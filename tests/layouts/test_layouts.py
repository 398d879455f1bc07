"""What all layouts together find: what is an entry, what its part, what is left out."""

import pytest

from calfeed.documents import read
from calfeed.layouts import extract
from tests.layouts.sample import told


def test_entries_of_all_layouts_come_in_the_order_of_the_source() -> None:
    front = "---\ntalks: [{date: 2024-08-27, title: Ants}]\n---\n"
    table = "# Fall\n| Date | Who |\n|--|--|\n| Sep 3 | Ada |\n"
    text = f"{front}{table}# Spring\n- Mar 4: Owls\n## Mar 11\nBats\n"

    assert told(extract, text) == [
        "2024-08-27 | title: Ants",
        "Fall > Sep 3 | Who: Ada",
        "Spring > Mar 4: Owls",
        "Spring > Mar 11 | Bats",
    ]


def test_dated_items_below_one_of_many_dated_headings_are_its_notes() -> None:
    text = "## Sep 3\n- Sep 4: slides\n- Sep 5: video\n## Sep 10\n- Bats\n"

    assert told(extract, text) == ["Sep 3 | Sep 4: slides | Sep 5: video", "Sep 10 | Bats"]


def test_dated_items_below_a_single_dated_heading_are_the_sessions() -> None:
    assert told(extract, "# Schedule of Sep 1\n- Sep 4: Owls\n- Sep 5: Bats\n") == [
        "Schedule of Sep 1 > Sep 4: Owls",
        "Schedule of Sep 1 > Sep 5: Bats",
    ]


def test_dated_items_below_a_week_are_the_sessions() -> None:
    text = (
        "## Week of Sep 2\n- Sep 3: Owls\n- Sep 5: Bats\n## Week of Sep 9\n- Sep 10: Ants\n- Sep 12: Bees\n"
    )

    assert told(extract, text) == [
        "Week of Sep 2 > Sep 3: Owls",
        "Week of Sep 2 > Sep 5: Bats",
        "Week of Sep 9 > Sep 10: Ants",
        "Week of Sep 9 > Sep 12: Bees",
    ]


@pytest.mark.parametrize(
    "heading",
    ["Changelog", "Recent Updates", "News", "Deadlines", "Important dates", "更新日志", "Actualités"],
)
def test_dated_lines_below_what_is_no_schedule_are_left_out_and_said(heading: str) -> None:
    text = f"# Talks\n- Sep 3: Owls\n- Sep 10: Bats\n# {heading}\n- Aug 1: Ants\n- Aug 2: Bees\n"

    assert told(extract, text) == ["Talks > Sep 3: Owls", "Talks > Sep 10: Bats", "5:3 section-skipped"]


@pytest.mark.parametrize(
    "heading", ["Schedule updates", "Meeting history", "Newsletter", "Talks and deadlines"]
)
def test_heading_that_speaks_of_meetings_holds_sessions(heading: str) -> None:
    assert told(extract, f"# {heading}\n- Sep 3: Owls\n- Sep 10: Bats\n") == [
        f"{heading} > Sep 3: Owls",
        f"{heading} > Sep 10: Bats",
    ]


def test_left_out_lines_are_counted() -> None:
    _, (diagnostic,) = extract(
        read("a.md", b"# Talks\n- Sep 3: Owls\n# News\n- Aug 1: Ants\n- Aug 2: Bees\n")[0]
    )

    assert diagnostic.message == "2 dated lines below “News” taken for notes: left out"


def test_history_that_alone_is_dated_is_the_schedule() -> None:
    assert told(extract, "# History\n- Sep 3: Owls\n- Sep 10: Bats\n") == [
        "History > Sep 3: Owls",
        "History > Sep 10: Bats",
    ]
