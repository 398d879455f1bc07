"""Lists and paragraphs: a record a dated line."""

import pytest

from calfeed.documents import read
from calfeed.layouts.entries import extract
from tests.layouts.sample import told


def test_what_is_nested_in_a_dated_item_belongs_to_it() -> None:
    text = "# Fall\n- Sep 3: Owls\n  - Speaker: Ada\n    - from afar\n- Sep 10: Bats\n"

    assert told(extract, text) == ["Fall > Sep 3: Owls | Speaker: Ada | from afar", "Fall > Sep 10: Bats"]


def test_record_names_its_layout_and_its_series() -> None:
    (record,), _ = extract(read("a.md", b"- Fall\n  - Sep 3: Owls\n")[0])

    assert (record.layout, record.series, record.alone) == ("entries", "items of depth 2", False)


def test_undated_items_around_are_its_section() -> None:
    text = "# Talks\n- Fall 2024\n  - Sep 3: Owls\n- Spring 2025\n  - Mar 4: Bats\n"

    assert told(extract, text) == ["Talks > Fall 2024 > Sep 3: Owls", "Talks > Spring 2025 > Mar 4: Bats"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Speaker: Ada", "Speaker: Ada"),
        ("[slides](a.pdf)", "slides"),
        ("[slides](a.pdf) | [video](b)", "slides | video"),
    ],
)
def test_labelled_lines_and_links_hang_on_the_paragraph_before_them(line: str, words: str) -> None:
    text = f"Sep 3: Owls\n\n{line}\n\nSep 10: Bats\n\nThat was all.\n"

    assert told(extract, text) == [f"Sep 3: Owls | {words}", "Sep 10: Bats"]


def test_single_paragraph_is_prose_a_single_item_a_session() -> None:
    assert told(extract, "Sep 3 was a fine day.\n") == []
    assert told(extract, "- Sep 3: Owls\n") == ["Sep 3: Owls"]


def test_item_without_a_day_among_dated_ones_is_said() -> None:
    text = "- Sep 3: Owls\n- Sep 10: Bats\n- later: Ants\n"

    assert told(extract, text) == ["Sep 3: Owls", "Sep 10: Bats", "3:3 date-absent"]


def test_dated_items_among_many_others_are_not_said_to_be_incomplete() -> None:
    assert told(extract, "- Ada\n- Bo\n- Cy\n- Sep 3: Owls\n- Sep 10: Bats\n") == [
        "Sep 3: Owls",
        "Sep 10: Bats",
    ]


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        (("(Sep 3)", "(Sep 10)", "(Sep 17)"), ["Owls (Sep 3)", "Bats (Sep 10)", "Ants (Sep 17)"]),
        (("(Sep 3)", "(Sep 10)", ""), []),
    ],
)
def test_dates_behind_count_where_most_items_of_a_list_have_one(
    ends: tuple[str, str, str], expected: list[str]
) -> None:
    lines = (f"- {name} {end}\n" for name, end in zip(("Owls", "Bats", "Ants"), ends, strict=True))

    assert told(extract, "".join(lines)) == expected


def test_struck_words_are_left_out_where_others_stand() -> None:
    text = "- ~~Sep 3~~ Sep 5: Owls\n- Sep 10: ~~Bats~~ Ants\n- ~~Sep 17: Bees~~\n"

    assert told(extract, text) == [" Sep 5: Owls", "Sep 10:  Ants", "Sep 17: Bees"]
