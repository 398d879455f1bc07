"""Written dates: what each spelling means, and what is no date at all."""

import pytest

from calfeed import dates
from calfeed.dates import Order, WrittenDate

Day = tuple[int | None, int, int, int | None]
"""Year, month, day and weekday."""


def _days(found: tuple[WrittenDate, ...]) -> list[Day]:
    return [(written.year, written.month, written.day, written.weekday) for written in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # year first
        ("2024-09-03", (2024, 9, 3, None)),
        ("2024-9-3", (2024, 9, 3, None)),
        ("2024/12/31 14:00", (2024, 12, 31, None)),
        ("2023.3.8", (2023, 3, 8, None)),
        ("2024. 9. 3.", (2024, 9, 3, None)),
        ("2021-06-11T04:00:00.000Z", (2021, 6, 11, None)),
        ("2024-09-03 Tue 14:00", (2024, 9, 3, 1)),
        # signs
        ("2024年9月3日", (2024, 9, 3, None)),
        ("９月３日", (None, 9, 3, None)),
        ("24年9月3号", (2024, 9, 3, None)),
        ("2024년 9월 3일", (2024, 9, 3, None)),
        ("9月3日（周二）", (None, 9, 3, 1)),
        ("9月3日周二晚", (None, 9, 3, 1)),
        ("本周二 9月3日", (None, 9, 3, 1)),
        ("9월 3일(화)", (None, 9, 3, 1)),
        ("9月3日(火・祝)", (None, 9, 3, 1)),
        # the month in a word
        ("September 03", (None, 9, 3, None)),
        ("🔥 December 10", (None, 12, 10, None)),
        ("Sept. 16", (None, 9, 16, None)),
        ("Nov.19", (None, 11, 19, None)),
        ("Oct 25 2017", (2017, 10, 25, None)),
        ("Oct 25 '17", (2017, 10, 25, None)),
        ("Oct 25 ’98", (1998, 10, 25, None)),
        ("Sep 3 (2024)", (2024, 9, 3, None)),
        ("November, 30th, 2021. 4pm", (2021, 11, 30, None)),
        ("February 8st", (None, 2, 8, None)),
        ("16th Sept", (None, 9, 16, None)),
        ("03-Sep-2024", (2024, 9, 3, None)),
        ("2024 September 3", (2024, 9, 3, None)),
        ("3. Sept.", (None, 9, 3, None)),
        ("24. Dezember", (None, 12, 24, None)),
        ("13 avr. 2018", (2018, 4, 13, None)),
        ("02 fev. 2018", (2018, 2, 2, None)),
        ("1er mars 2024", (2024, 3, 1, None)),
        ("le 15 août", (None, 8, 15, None)),
        # months in further languages
        ("3 de septiembre de 2024", (2024, 9, 3, None)),
        ("Enero 15, 2024", (2024, 1, 15, None)),
        ("3 de set. de 2024", (2024, 9, 3, None)),
        ("12/out/2024", (2024, 10, 12, None)),
        ("23 a 25 de outubro de 2023", (2023, 10, 23, None)),
        ("3 ago 2024", (2024, 8, 3, None)),
        ("22 maart", (None, 3, 22, None)),
        ("3 mei 2024", (2024, 5, 3, None)),
        ("3. září 2024", (2024, 9, 3, None)),
        ("3 września", (None, 9, 3, None)),
        ("3 d’octubre", (None, 10, 3, None)),
        ("3 сентября 2024 г.", (2024, 9, 3, None)),
        ("4 eylül", (None, 9, 4, None)),
        ("terça-feira, 3 de setembro", (None, 9, 3, 1)),
        ("3/9 (terça-feira)", (None, 3, 9, 1)),
        ("jueves, el 3 de octubre", (None, 10, 3, 3)),
        ("martedì 3 settembre", (None, 9, 3, 1)),
        ("Вторник, 3 сентября", (None, 9, 3, 1)),
        # weekdays beside it
        ("Tue, 3rd of Sept 2024", (2024, 9, 3, 1)),
        ("Thursday, September 14, 2017 6:30 PM", (2017, 9, 14, 3)),
        ("Friday 13th December 2024", (2024, 12, 13, 4)),
        ("Monday, the 3rd of June", (None, 6, 3, 0)),
        ("Thursday (Oct 27, 2022), 3-4 pm", (2022, 10, 27, 3)),
        ("Sep 3 (Tue), 2024", (2024, 9, 3, 1)),
        ("Donnerstag, den 5. Juni", (None, 6, 5, 3)),
        ("mar. 5 mars", (None, 3, 5, 1)),
        ("Mar. 5", (None, 3, 5, None)),
        ("Sep 3 Sam Brandt", (None, 9, 3, None)),
        # numbers
        ("9/3 (Tue)", (None, 9, 3, 1)),
        ("9/3(火)", (None, 9, 3, 1)),
        ("Di 3.9.", (None, 9, 3, 1)),
        ("14.3. Ada", (None, 3, 14, None)),
        ("3.9.2024", (2024, 9, 3, None)),
        ("03.09.24", (2024, 9, 3, None)),
        ("9/4/20", (2020, 9, 4, None)),
        ("22/1/19", (2019, 1, 22, None)),
        ("23-05-10", (2023, 5, 10, None)),
        ("3/14", (None, 3, 14, None)),
        ("3.9. 2024", (2024, 9, 3, None)),
        ("02-21", (None, 2, 21, None)),
        ("12-5 Ada", (None, 12, 5, None)),
        ("Week 3: 9/10", (None, 9, 10, None)),
        # numbers of other things beside a date
        ("May 3 (3–4pm)", (None, 5, 3, None)),
        ("2022-06-09 10:00", (2022, 6, 9, None)),
        ("(3:30 -- 4:30 pm) 11 June 2024", (2024, 6, 11, None)),
        ("Week 3 Sep 5", (None, 9, 5, None)),
        ("9/3 10-11", (None, 9, 3, None)),
        ("Sep 3, 20 questions", (None, 9, 3, None)),
        ("Feb 30", (None, 2, 30, None)),
    ],
)
def test_date_is_read(text: str, expected: Day) -> None:
    assert _days(dates.dates(text)) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "May 2024",
        "Decision 3",
        "version 1.2.3",
        "v2.10",
        "Week 12",
        "1+N",
        "10:30",
        "open 24/7",
        "24/7 support",
        "Ada (4/4)",
        "1.1 Introduction",
        "1.1. Introduction",
        "https://example.org/2024/09/03/x",
        "talk-2024-09-03.pdf",
        "2024-09-03.pdf",
        "early/2019/04/22",
        "arXiv 2309.06180",
        "doi 10.1145/3600006.3613165",
        "may 3 people come",
        "pages 12-15",
        "Problem set 3",
        "3 ago",
        "12 Set theory",
        "4 Out of distribution",
        "PCIe gen 3",
        "10-15 minutes each",
        "3-4 pm",
        "476-5880-8380",
        "1-2-3",
        "R6.9.3",
        "20240903",
        "2024-13-03",
        "Sep 32",
        "40/50/2024",
        "",
    ],
)
def test_text_without_a_date_has_none(text: str) -> None:
    assert dates.dates(text) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3.8", (None, 3, 8, None)),
        ("9/10", (None, 9, 10, None)),
        ("1-5", (None, 1, 5, None)),
        ("20240903", (2024, 9, 3, None)),
        ("3.8 - 3.10", (None, 3, 8, None)),
        ("9/3 10-11", (None, 9, 3, None)),
    ],
)
def test_numbers_alone_in_a_cell_are_a_date(text: str, expected: Day) -> None:
    assert _days(dates.dates(text, alone=True)) == [expected]


def test_misspelt_month_is_taken_only_in_a_cell_of_dates() -> None:
    text = "Februart 7, 2023"

    assert dates.dates(text) == ()
    assert dates.dates(text, alone=True) == (WrittenDate(0, 16, 2, 7, 2023, misspelt="Februart"),)


@pytest.mark.parametrize("text", ["Week 3", "Room 12", "Match 3", "Fall 2024", "TBD (2025)"])
def test_cell_without_a_date_has_none(text: str) -> None:
    assert dates.dates(text, alone=True) == ()


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("9/4/20", None, WrittenDate(0, 6, 9, 4, 2020, order=Order.MONTH_FIRST)),
        ("9/4/20", Order.DAY_FIRST, WrittenDate(0, 6, 4, 9, 2020, order=Order.DAY_FIRST)),
        ("9/4/20", Order.YEAR_FIRST, WrittenDate(0, 6, 4, 20, 2009, order=Order.YEAR_FIRST)),
        ("3/9", Order.DAY_FIRST, WrittenDate(0, 3, 9, 3, order=Order.DAY_FIRST)),
        ("3.9.2024", None, WrittenDate(0, 8, 9, 3, 2024, order=Order.DAY_FIRST)),
        ("13/2/2024", None, WrittenDate(0, 9, 2, 13, 2024)),
        ("3/3/2024", None, WrittenDate(0, 8, 3, 3, 2024)),
        ("2024-09-03", Order.DAY_FIRST, WrittenDate(0, 10, 9, 3, 2024)),
    ],
)
def test_order_of_numbers_is_told_where_it_was_a_choice(
    text: str, order: Order | None, expected: WrittenDate
) -> None:
    assert dates.dates(text, order) == (expected,)


def test_numbers_impossible_in_the_given_order_are_no_date() -> None:
    assert dates.dates("13/2/2024", Order.MONTH_FIRST) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Feb 12, 19", [(None, 2, 12), (None, 2, 19)]),
        ("Feb 12, 19 and 26", [(None, 2, 12), (None, 2, 19), (None, 2, 26)]),
        ("March 25 & 27, 2024", [(2024, 3, 25), (2024, 3, 27)]),
        ("March 25 and April 1", [(None, 3, 25), (None, 4, 1)]),
        ("3 and 10 September", [(None, 9, 3), (None, 9, 10)]),
        ("9/3, 9/10", [(None, 9, 3), (None, 9, 10)]),
        ("Tue 9/3 and Thu 9/5", [(None, 9, 3), (None, 9, 5)]),
        ("Sep 3 / Sep 5", [(None, 9, 3), (None, 9, 5)]),
        ("Dec 30 and Jan 6, 2025", [(2024, 12, 30), (2025, 1, 6)]),
        ("moved from Sep 3 to Sep 10", [(None, 9, 3), (None, 9, 10)]),
    ],
)
def test_several_dates_are_found_in_order(text: str, expected: list[tuple[int | None, int, int]]) -> None:
    assert [day[:3] for day in _days(dates.dates(text))] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tue 9/3, Thu 9/5", [(None, 9, 3, 1), (None, 9, 5, 3)]),
        ("9/3 (Tue), 9/5 (Thu)", [(None, 9, 3, 1), (None, 9, 5, 3)]),
        ("[2022-12-07 Wed], [2022-11-08]", [(2022, 12, 7, 2), (2022, 11, 8, None)]),
        ("Sep 3, Mar 5", [(None, 9, 3, None), (None, 3, 5, None)]),
        ("Sep 3 2024-10-05", [(None, 9, 3, None), (2024, 10, 5, None)]),
    ],
)
def test_weekday_and_year_belong_to_one_date(text: str, expected: list[Day]) -> None:
    assert _days(dates.dates(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sep 3–5", WrittenDate(0, 7, 9, 3)),
        ("Sep 3 - 5: Retreat", WrittenDate(0, 9, 9, 3)),
        ("3.–5. September", WrittenDate(0, 15, 9, 3)),
        ("July 15-August 26th", WrittenDate(0, 19, 7, 15)),
        ("17 July - 5 July", WrittenDate(0, 16, 7, 17)),
        ("Dec 24 – Jan 2, 2025", WrittenDate(0, 20, 12, 24, 2024)),
        ("2024/9/3-9/5", WrittenDate(0, 12, 9, 3, 2024)),
        ("9月3日~5日", WrittenDate(0, 7, 9, 3)),
        ("3 September to October 8", WrittenDate(0, 24, 9, 3)),
    ],
)
def test_range_of_days_is_its_first(text: str, expected: WrittenDate) -> None:
    assert dates.dates(text) == (expected,)


@pytest.mark.parametrize(
    "text",
    ["9/3, " * 100_000, "(" * 100_000 + "9/3", "1" * 100_000, "Tue, " * 100_000 + "3", "2024-" * 100_000],
)
def test_long_text_is_cut(text: str) -> None:
    assert all(written.end <= 300 for written in dates.dates(text))


@pytest.mark.parametrize(
    "text",
    [
        "Sep 3: Parrot",
        "🔥 **September 3**",
        "7) July 4th - no meeting",
        "Week 3: Sep 3",
        "Session 4 – 9/10",
        "Abstract du 13 avr. 2018 - Ada",
        "Meeting 23-05-10",
        "Tuesday (Sep 3)",
        "(9/23) Kickoff",
        "第3回 9月3日",
        "日期：9月3日",
        "Date: Dec 17, 2021",
        "(3:30 -- 4:30 pm) 11 June 2024",
    ],
)
def test_line_that_begins_with_its_date_starts_dated(text: str) -> None:
    assert dates.starts_dated(text)


@pytest.mark.parametrize(
    "text",
    [
        "We meet since September 3",
        "Deadline: Sep 3",
        "Due Sep 3",
        "Last updated 2024-09-03",
        "Updated: Sep 3",
        "Preparation (Sep 3)",
        "Ada Brandt",
    ],
)
def test_line_that_mentions_a_date_does_not_start_dated(text: str) -> None:
    assert not dates.starts_dated(text)


@pytest.mark.parametrize("text", ["April, 2022", "2020/", "Fall 2024", "sometime in May", "avril"])
def test_month_or_term_without_a_day_is_vague(text: str) -> None:
    assert dates.is_vague(text)


@pytest.mark.parametrize("text", ["April 3", "2020-04-03", "3.8", "TBD", "Ada", "you may", ""])
def test_day_or_nothing_is_not_vague(text: str) -> None:
    assert not dates.is_vague(text)
