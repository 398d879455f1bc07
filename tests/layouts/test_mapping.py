"""Data: a record a dated mapping."""

import pytest

from calfeed.documents import read
from calfeed.layouts.mapping import extract
from calfeed.model import Span
from tests.layouts.sample import told


def data(text: str) -> list[str]:
    return told(extract, text, "a.yml")


def test_keys_are_labels() -> None:
    assert data("- date: 2024-09-03\n  title: Owls\n  room:\n- title: Bats\n  when: Sep 10\n") == [
        "2024-09-03 | title: Owls",
        "Sep 10 | title: Bats",
    ]


def test_record_names_its_layout_and_its_keys() -> None:
    (record,), _ = extract(read("a.yml", b"- date: 2024-09-03\n  title: Owls\n")[0])

    assert (record.layout, record.series, record.alone) == ("mapping", "mappings", True)
    assert [field.place for field in record.fields] == ["key title"]


def test_dates_may_be_keys() -> None:
    text = "fall 2024:\n  Sep 3: Owls\n  Sep 10:\n    title: Bats\n  Sep 17:\n  note: none\n"

    assert data(text) == [
        "fall 2024 > Sep 3 | Owls",
        "fall 2024 > Sep 10 | title: Bats",
        "fall 2024 > Sep 17",
    ]


def test_term_beside_a_list_is_its_section() -> None:
    assert data("- year: 2024\n  term: Fall\n  talks:\n  - {when: Sep 3, what: Owls}\n") == [
        "Fall 2024 > Sep 3 | what: Owls"
    ]


def test_talks_of_a_dated_mapping_share_its_time_and_room() -> None:
    talks = "[{title: Owls, speaker: Ada}, {title: Bats, speaker: Bo}]"
    text = f"- date: 2024-09-03\n  room: 402\n  host: Cy\n  talks: {talks}\n"

    assert data(text) == [
        "2024-09-03 | title: Owls | speaker: Ada | room: 402",
        "2024-09-03 | title: Bats | speaker: Bo | room: 402",
    ]


def test_list_in_a_dated_mapping_without_speakers_is_one_of_its_values() -> None:
    assert data("- date: 2024-09-03\n  steps: [{title: Owls}, {title: Bats}]\n") == [
        "2024-09-03 | steps: Owls\nBats"
    ]


def test_undated_entries_among_dated_ones_are_said() -> None:
    text = "- {date: 2024-09-03, title: Owls}\n- {date: later, title: Bats}\n- {title: Ants}\n- {date: TBD}\n"

    assert data(text) == [
        "2024-09-03 | title: Owls",
        "2:10 date-unreadable",
        "3:3 date-absent",
        "4:3 date-absent",
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("slides: a/b.pdf", (("a/b.pdf", "a/b.pdf"),)),
        ("extra: https://e.org/x", (("https://e.org/x", "https://e.org/x"),)),
        ("extra: a/b.pdf", ()),
        (
            "links: [{label: video, url: v}, https://e.org/x]",
            (("video", "v"), ("https://e.org/x", "https://e.org/x")),
        ),
        ("by: {name: Ada, url: 'https://ada.org', org: MIT}", (("Ada", "https://ada.org"),)),
    ],
)
def test_addresses_are_links(value: str, expected: tuple[tuple[str, str], ...]) -> None:
    (record,), _ = extract(read("a.yml", f"- date: 2024-09-03\n  {value}\n".encode())[0])
    (field,) = record.fields

    assert tuple((link.text, link.url) for link in field.cell.links()) == expected


def test_person_stands_before_where_they_are_from() -> None:
    text = "- date: 2024-09-03\n  by: [{name: Ada, affiliation: MIT}, {name: Bo}]\n"

    assert data(text) == ["2024-09-03 | by: Ada (MIT)\nBo"]


def test_line_break_parts_the_values_of_a_list() -> None:
    (record,), _ = extract(read("a.yml", b"- date: 2024-09-03\n  by: [Ada, Bo]\n")[0])
    (field,) = record.fields

    assert field.cell.text == "Ada\nBo"
    assert [type(span) for span in field.cell.spans] == [Span] * 3


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("date: 2024-09-03\ntitle: News", []),
        ("date: 2024-09-03\nspeaker: Ada", ["2024-09-03 | speaker: Ada"]),
        ("date: 2024-09-03\nroom: 402", ["2024-09-03 | room: 402"]),
        ("talks: [{date: 2024-09-03, title: Owls}]", ["2024-09-03 | title: Owls"]),
    ],
)
def test_date_of_front_matter_is_a_session_where_somebody_speaks(front: str, expected: list[str]) -> None:
    assert told(extract, f"---\n{front}\n---\nText.\n") == expected
