"""What a person is told of a line and of a file: facts, each with where it comes from."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from calfeed import explain
from calfeed.errors import UsageError
from calfeed.explain import explain_file, explain_line, split_place
from calfeed.parts import Part
from calfeed.schedule import Understood, read_source
from calfeed.sources import locate

Read = Callable[..., Understood]

TABLE = """\
# 2024 Fall

We read papers.

| Week | Date   | Speaker    | Title                                     | Remarks   |
|------|--------|------------|-------------------------------------------|-----------|
| 1    | Sep. 3 | Mira Okoye | [Cheap Clocks](https://x.example/a.pdf)   | bring tea |
| 2    | Sep. 10 | Jan Havel | [Loud Queues](https://x.example/b.pdf)    | cancelled |
| 3    | Sep. 17 |           |                                           |           |
| 4    | Sep. 24 | Tove Lund | No meeting                                |           |
"""

HEADINGS = """\
# 2024 Fall

### September 3, 14:00

- Title: Cheap Clocks for Large Machines
- Speaker: Mira Okoye
- [slides](./clocks.pdf)

### Why we meet

### September 10

- Loud Queues and How to Calm Them
"""


SETTINGS = """\
timezone: Europe/Prague
meeting: {duration: 60, location: Attic}
base_url: https://x.example/
"""


@pytest.fixture
def understood(write: Callable[..., Path], now: datetime) -> Read:
    """Write a file, with settings if any, and read it."""

    def read(text: str, name: str = "plan.md", settings: str = "{}") -> Understood:
        sources = locate((name,), None, write({name: text, "calfeed.yaml": settings}))
        (source,) = sources.find()
        return read_source(source, sources.settings, now)

    return read


def line(understood: Understood, number: int) -> list[str]:
    return list(explain_line(understood, number, str))


def facts(understood: Understood, number: int) -> dict[str, str]:
    rows = (row.split(maxsplit=1) for row in line(understood, number) if row.startswith("  "))
    return dict(rows)


# ── what is asked for ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("plan.md", ("plan.md", None)),
        ("plan.md:12", ("plan.md", 12)),
        ("plan.md:12:5", ("plan.md", 12)),
        ("talks/plan.md:007", ("talks/plan.md", 7)),
        ("C:\\plan.md", ("C:\\plan.md", None)),
        ("C:\\plan.md:12", ("C:\\plan.md", 12)),
    ],
)
def test_file_and_line_are_told_apart(written: str, expected: tuple[str, int | None]) -> None:
    assert split_place(written) == expected


@pytest.mark.parametrize("number", ["", "0", "-1", "x", "1.5", "９", "1" * 5000])
def test_what_is_no_line_is_refused(number: str) -> None:
    with pytest.raises(UsageError) as caught:
        split_place(f"plan.md:{number}")

    assert caught.value.hint == "lines count from 1: plan.md:12"


# ── a line of a session ──────────────────────────────────────────────────────────────────────────


def test_row_of_a_table_is_explained_by_its_columns(understood: Read) -> None:
    assert line(understood(TABLE), 7)[:8] == [
        "plan.md:7 belongs to the session of 2024-09-03 (table at line 5; layout: table)",
        "  date      2024-09-03, Tuesday, from “Sep. 3”; the year: “2024 Fall” above it",
        "  semester  2024 Fall",
        "  status    confirmed",
        "  title     “Cheap Clocks”, from column 4: it is called “Title”",
        "  people    Mira Okoye (presenter), from column 3: it is called “Speaker”",
        "  time      all day: none is stated",
        "  paper     https://x.example/a.pdf, from column 4: it is called “Title”",
    ]


def test_diagnostics_of_the_line_come_last(understood: Read) -> None:
    text = understood(TABLE)

    assert line(text, 7)[-1].startswith("plan.md:7:10: info[time-missing]: ")
    assert [row for row in line(text, 8)[1:] if not row.startswith("  ")] == []


def test_lines_below_a_heading_are_explained_by_what_told_them(understood: Read) -> None:
    text = understood(HEADINGS, settings=SETTINGS)

    assert line(text, 6) == [
        "plan.md:6 belongs to the session of 2024-09-03 (headings of level 3; layout: headings)",
        "  date      2024-09-03, Tuesday, from “September 3”; the year: “2024 Fall” above it",
        "  semester  2024 Fall",
        "  status    confirmed",
        "  title     “Cheap Clocks for Large Machines”, from line 5: labelled “Title”",
        "  people    Mira Okoye (presenter), from line 6: labelled “Speaker”",
        "  time      14:00–15:00 Europe/Prague, from beside the date; the end as for every meeting",
        "  place     “Attic”, as for every meeting",
        "  slides    ./clocks.pdf, from line 7: its own words",
    ]


@pytest.mark.parametrize(
    ("number", "status"),
    [
        (8, "cancelled: “cancelled”, from column 5: it is called “Remarks”"),
        (9, "placeholder: no title and no people yet"),
        (10, "no-meeting: “No meeting”, from column 4: it is called “Title”"),
    ],
)
def test_status_is_told_with_its_reason(understood: Read, number: int, status: str) -> None:
    assert facts(understood(TABLE), number)["status"] == status


def test_what_is_left_out_is_told(understood: Read) -> None:
    rows = [row for row in line(understood(TABLE), 7) if row.startswith("  left out")]

    assert rows == [
        "  left out  “1”, a number, from column 1: it is called “Week”",
        "  left out  “bring tea”, a remark, from column 5: it is called “Remarks”",
    ]


def test_order_of_numbers_is_told_where_another_would_do(understood: Read) -> None:
    text = (
        "# 2024\n\n| Date | Title |\n|---|---|\n| 03/09 | A Talk |\n| 10/09 | B Talk |\n| 17/09 | C Talk |\n"
    )

    assert facts(understood(text), 5)["date"] == (
        "2024-09-03, Tuesday, from “03/09”, read day first; the year: “2024” above it"
    )


def test_lines_from_first_to_last_belong_to_a_session_blank_ones_too(understood: Read) -> None:
    text = understood(HEADINGS)
    inside = [number for number in range(1, 14) if "belongs to the session" in line(text, number)[0]]

    assert inside == [3, 4, 5, 6, 7, 11, 12, 13]


def test_value_on_several_lines_of_yaml_belongs_to_its_session(understood: Read) -> None:
    text = understood(
        "- date: 2024-09-03\n  title: Cheap Clocks\n  abstract: |\n    One.\n    Two.\n    Three.\n"
        "- date: 2024-09-10\n  title: Loud Queues\n",
        "plan.yaml",
    )

    assert line(text, 5)[0] == (
        "plan.yaml:5 belongs to the session of 2024-09-03 (mappings; layout: mapping)"
    )


# ── a line of no session ─────────────────────────────────────────────────────────────────────────


def test_line_between_sessions_names_its_neighbours_and_what_is_wrong(understood: Read) -> None:
    *told, complaint = line(understood(HEADINGS), 9)

    assert told == [
        "plan.md:9 belongs to no session",
        "  above  line 3, the session of 2024-09-03",
        "  below  line 11, the session of 2024-09-10",
    ]
    assert complaint.startswith("plan.md:9:5: warning[date-absent]: ")


def test_where_no_session_is_all_that_is_wrong_is_told(understood: Read) -> None:
    told, complaint = line(understood("# Group\n\nHello.\n"), 3)

    assert told == "plan.md:3 belongs to no session"
    assert complaint.startswith("plan.md:1:1: error[sessions-missing]: ")


# ── a file ───────────────────────────────────────────────────────────────────────────────────────


def test_file_is_explained_by_series_and_column(understood: Read) -> None:
    assert [row for row in explain_file(understood(TABLE), str) if "info" not in row] == [
        "plan.md: 4 sessions",
        "  dates     2024-09-03 to 2024-09-24",
        "  year      “2024 Fall” above it (4)",
        "  semester  2024 Fall (4)",
        "  status    confirmed (1), cancelled (1), placeholder (1), no-meeting (1)",
        "table at line 5 (layout: table): 4 sessions",
        "  column 1  left out, a number: it is called “Week” (4)",
        "  column 3  people: it is called “Speaker” (3)",
        "  column 4  title: it is called “Title” (2)",
        "  column 5  left out, a remark: it is called “Remarks” (1)",
    ]


def test_every_part_has_words() -> None:
    assert {*explain._READ, *explain._LEFT_OUT} == set(Part)


def test_columns_are_told_in_their_order(understood: Read) -> None:
    empty = " | ".join(["note"] * 9)
    rows = f"| Date | Title | {empty} | z |\n|{'---|' * 12}\n| 2024-09-03 |  | {empty} | z |\n"
    text = understood(f"{rows}| 2024-09-10 | Cheap Clocks | {empty} | z |\n")
    told = [row.split("  ")[1] for row in explain_file(text, str) if row.startswith("  column")]

    assert told == [f"column {number}" for number in range(2, 13)]


def test_file_without_a_session_says_so(understood: Read) -> None:
    assert next(explain_file(understood("# Group\n\nHello.\n"), str)) == "plan.md: 0 sessions"
