"""Which day each record is on, which semester, and where that was found."""

from datetime import date, time

import pytest

from calfeed.days import Day, settle_days
from calfeed.diagnostics import Diagnostic
from calfeed.documents import read
from calfeed.layouts import extract

TODAY = date(2024, 11, 1)


def settled(text: str, name: str = "a.md") -> tuple[tuple[Day, ...], tuple[Diagnostic, ...]]:
    document, _ = read(name, text.encode())
    return settle_days(document, extract(document)[0], lambda _line: TODAY, None)


def told(text: str, name: str = "a.md") -> list[str]:
    """Tell days as "2024-09-03 2024-fall", diagnostics as "5:3 date-impossible"."""
    days, diagnostics = settled(text, name)
    return [
        *(f"{day.date} {day.semester.slug}" for day in days),
        *(f"{d.position.line}:{d.position.column} {d.code}" for d in diagnostics),
    ]


# ── what states the year ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("# 2021\n## Sep 3, 2024\n", "a.md", ("2024-09-03", "2024", "the row itself")),
        ("# 2021\n## Fall 2024\n### Sep 3\n", "a.md", ("2024-09-03", "2024-fall", "“Fall 2024” above it")),
        ("# Fall 2024\n## Talks\n### Sep 3\n", "a.md", ("2024-09-03", "2024-fall", "“Fall 2024” above it")),
        (
            "---\nsemester: Fall\nyear: 2023\n---\n# Talks\n## Sep 3\n",
            "2021.md",
            ("2023-09-03", "2023-fall", "“Fall 2023” in the front matter"),
        ),
        (
            "---\ntitle: Talks, spring 2023\n---\n## Mar 4\n",
            "a.md",
            ("2023-03-04", "2023-spring", "“Talks, spring 2023” in the front matter"),
        ),
        ("# Talks\n## Sep 3\n", "2023-fall.md", ("2023-09-03", "2023-fall", "the name of the file")),
        (
            "In fall 2022 we met.\n# Talks\n## Sep 3\n",
            "a.md",
            ("2022-09-03", "2022-fall", "“Fall 2022” in line 1"),
        ),
        (
            "# Talks\n## Sep 3\n",
            "a.md",
            (
                "2024-09-03",
                "2024",
                "nothing states it: the weekdays, the order of rows and the time of writing decided",
            ),
        ),
    ],
)
def test_nearest_statement_of_the_year_wins(text: str, name: str, expected: tuple[str, str, str]) -> None:
    (day,), _ = settled(text, name)

    assert (str(day.date), day.semester.slug, day.year_from) == expected


def test_prose_that_names_a_term_holds_for_what_stands_below_it() -> None:
    autumn = "We met in fall 2022.\n\n## Sep 6\n- Owls\n\n"
    text = f"{autumn}We will meet in spring 2024.\n\n# More\n## Mar 5\n- Bats\n"

    assert told(text) == ["2022-09-06 2022-fall", "2024-03-05 2024-spring"]


def test_prose_that_names_only_a_year_states_nothing() -> None:
    assert told("A group since 2012.\n\n## Sep 3\n") == ["2024-09-03 2024", "3:4 year-guessed"]


def test_missing_year_is_said_once_a_series() -> None:
    text = "- Sep 3: Owls\n- Sep 10: Bats\n"

    assert told(text) == ["2024-09-03 2024", "2024-09-10 2024", "1:3 year-guessed"]


def test_sections_have_years_of_their_own() -> None:
    text = "# 2024\n- Feb 6: Owls\n- Jan 9: Bats\n# 2023\n- Dec 12: Ants\n- Nov 7: Bees\n"

    assert told(text) == ["2024-02-06 2024", "2024-01-09 2024", "2023-12-12 2023", "2023-11-07 2023"]


# ── the order of numbers ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("label", "first", "expected"),
    [
        ("Date (DD/MM/YYYY)", "03/04/2024", ["2024-04-03 2024"]),
        ("Date (MM/DD/YYYY)", "03/04/2024", ["2024-03-04 2024"]),
        ("Date", "03.04.2024", ["2024-04-03 2024"]),
        ("Date", "03/04/2024", ["2024-03-04 2024", "3:3 date-ambiguous"]),
    ],
)
def test_label_settles_the_order_of_numbers(label: str, first: str, expected: list[str]) -> None:
    assert told(f"| {label} | Talk |\n|--|--|\n| {first} | Owls |\n") == expected


def test_one_order_holds_for_the_whole_file() -> None:
    head = "| Date | Talk |\n|--|--|\n"
    text = f"# 2024\n{head}| 03/09 | a |\n\n{head}| 10/09 | b |\n| 17/09 | c |\n"

    assert told(text) == ["2024-09-03 2024", "2024-09-10 2024", "2024-09-17 2024"]


# ── the dates of a record ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Sep 3 / Sep 5", ["2024-09-03", "2024-09-05"]),
        ("Sep 3 & 10", ["2024-09-03", "2024-09-10"]),
        ("9月3日和9月5日", ["2024-09-03", "2024-09-05"]),
        ("Sep 3–5", ["2024-09-03"]),
        ("Sep 3 → Sep 5", ["2024-09-05"]),
        ("Sep 3, moved to Sep 5", ["2024-09-05"]),
        ("Sep 3 verschoben auf Sep 5", ["2024-09-05"]),
        ("9月3日改到9月5日", ["2024-09-05"]),
        ("Sep 5 (moved from Sep 3)", ["2024-09-05"]),
        ("Moved from Sep 3 to Sep 5", ["2024-09-05"]),
        ("Sep 5: notes of Sep 3", ["2024-09-05"]),
    ],
)
def test_dates_side_by_side_are_two_a_moved_one_is_where_it_is_now(heading: str, expected: list[str]) -> None:
    days, _ = settled(f"# 2024\n## {heading}\n")

    assert [str(day.date) for day in days] == expected


@pytest.mark.parametrize(
    ("heading", "lead", "rest", "start"),
    [
        ("Sep 3", "", "", None),
        ("Sep 3: Owls", "", ": Owls", None),
        ("Week 2 (Sep 3): Owls", "Week 2 (", "): Owls", None),
        ("Sep 3, 14:00, Room 1", "", ", , Room 1", time(14)),
        ("Owls, Sep 3", "", "Owls, ", None),
    ],
)
def test_date_is_parted_from_what_stands_beside_it(
    heading: str, lead: str, rest: str, start: time | None
) -> None:
    (day,), _ = settled(f"# 2024\n## {heading}\n")

    assert (day.lead.text, day.rest.text, day.time and day.time.start) == (lead, rest, start)


# ── what is wrong ────────────────────────────────────────────────────────────────────────────────


def test_day_that_does_not_exist_is_left_out_and_said() -> None:
    assert told("# 2023\n## Feb 22\n## Feb 29\n") == ["2023-02-22 2023", "3:4 date-impossible"]


def test_weekday_of_another_date_is_said() -> None:
    _, (diagnostic,) = settled("# 2024\n## Wed, Sep 3\n")

    assert (diagnostic.code, diagnostic.message) == (
        "weekday-mismatch",
        "03 September 2024 is a Tuesday, not as stated",
    )


def test_misspelt_month_is_read_and_said() -> None:
    assert told("| Date | Talk |\n|--|--|\n| Septmber 3, 2024 | Owls |\n") == [
        "2024-09-03 2024",
        "3:3 date-corrected",
    ]


TALKS = "2024-09-03 2024-09-10 {} 2024-09-24 2024-10-01 2024-10-08 2024-10-15"


@pytest.mark.parametrize(
    ("third", "read_as", "code"),
    [
        ("2024-08-17", "2024-09-17", "date-corrected"),
        ("2023-09-17", "2024-09-17", "date-corrected"),
        ("2024-12-17", "2024-12-17", "date-unlikely"),  # a Tuesday as well
        ("Sat 2024-08-17", "2024-08-17", None),  # as the weekday says
    ],
)
def test_slip_is_corrected_where_all_else_speaks_against_it(
    third: str, read_as: str, code: str | None
) -> None:
    dates = [third if date == "{}" else date for date in TALKS.split()]
    days, diagnostics = settled(
        "| Date | Talk |\n|--|--|\n" + "".join(f"| {date} | Owls |\n" for date in dates)
    )

    assert [str(day.date) for day in days] == TALKS.format(read_as).split()
    assert [diagnostic.code for diagnostic in diagnostics] == ([code] if code else [])
