"""The dates of one series against each other: order of numbers, years, slips."""

from datetime import date, timedelta

import pytest

from calfeed.chronology import Expected, Slip, day_of, likeliest_order, settle_years, slips
from calfeed.dates import Order, WrittenDate, dates
from calfeed.terms import stated

TODAY = date(2024, 11, 1)


def written(*texts: str) -> list[WrittenDate]:
    return [dates(text, alone=True)[0] for text in texts]


def years(texts: str, heading: str = "", usual: int | None = None) -> tuple[int, ...]:
    expected = Expected(TODAY, stated(heading), usual)
    return settle_years(written(*texts.split(", ")), expected)


def order(texts: str, heading: str = "") -> tuple[Order, bool]:
    rows = texts.split(", ")
    readings = {order: [dates(row, order, alone=True) for row in rows] for order in Order}
    return likeliest_order(readings, Expected(TODAY, stated(heading)))


@pytest.mark.parametrize(
    ("texts", "heading", "expected"),
    [
        ("03/09, 10/09, 17/09", "", (Order.DAY_FIRST, True)),  # no month 17
        ("9/3, 9/10, 9/17", "", (Order.MONTH_FIRST, True)),
        ("Tue 03/09, Tue 01/10", "2024", (Order.DAY_FIRST, True)),
        ("Tue 9/3, Tue 10/1", "2024", (Order.MONTH_FIRST, True)),
        ("3/9, 10/9, 1/10, 8/10", "2024", (Order.DAY_FIRST, True)),  # all on a Tuesday, in order
        ("24-09-03, 24-09-10, 24-10-01", "", (Order.YEAR_FIRST, True)),
        ("3/4/2024", "", (Order.MONTH_FIRST, False)),
        ("4/3, 5/3", "2024", (Order.MONTH_FIRST, False)),
    ],
)
def test_order_of_numbers_is_that_in_which_the_rows_fit_best(
    texts: str, heading: str, expected: tuple[Order, bool]
) -> None:
    assert order(texts, heading) == expected


@pytest.mark.parametrize(
    ("texts", "heading", "expected"),
    [
        ("Sep 3 2023, Sep 10 2024", "Fall 2025", (2023, 2024)),
        ("Sep 3, Oct 1", "Fall 2023", (2023, 2023)),
        ("Dec 17, Jan 7", "Fall 2024", (2024, 2025)),
        ("Jan 7, Dec 17, Dec 10", "Fall 2024", (2025, 2024, 2024)),
        ("Jan 7, Jan 14", "Fall 2024", (2025, 2025)),
        ("Jan 14, Apr 1", "Spring 2025", (2025, 2025)),
        ("Sep 3, Dec 3, Mar 4", "2023-2024", (2023, 2023, 2024)),
        ("Oct 17, Jan 9", "Wintersemester 2023/24", (2023, 2024)),
        ("Mar 7, Mar 14", "2022-2023（春）", (2023, 2023)),
        ("Sep 3, Oct 1, Feb 4, Sep 2", "2022", (2022, 2022, 2023, 2023)),
        ("Nov 5 2019, Dec 3, Jan 7", "", (2019, 2019, 2020)),
    ],
)
def test_year_is_that_of_the_row_else_of_the_time_stated(
    texts: str, heading: str, expected: tuple[int, ...]
) -> None:
    assert years(texts, heading) == expected


@pytest.mark.parametrize(
    ("texts", "usual", "expected"),
    [
        ("Tue Sep 5, Tue Sep 12", None, (2023, 2023)),
        ("Tue Sep 3, Tue Sep 10", None, (2024, 2024)),
        ("Sep 5, Sep 12", 1, (2023, 2023)),  # the group meets on Tuesdays
        ("Nov 5, Dec 3", None, (2024, 2024)),
        ("Dec 10, Jan 14", None, (2024, 2025)),
        ("Jan 14, Dec 10", None, (2025, 2024)),
    ],
)
def test_year_that_nothing_states_fits_the_weekdays_else_lies_near_today(
    texts: str, usual: int | None, expected: tuple[int, ...]
) -> None:
    assert years(texts, usual=usual) == expected


def test_no_dates_have_no_years() -> None:
    assert settle_years([], Expected(TODAY)) == ()


def test_day_that_is_in_no_calendar_is_none() -> None:
    (leap,) = written("Feb 29")

    assert (day_of(leap, 2023), day_of(leap, 2024)) == (None, date(2024, 2, 29))


# ── slips ────────────────────────────────────────────────────────────────────────────────────────


def tuesdays(count: int = 8) -> list[date]:
    return [date(2024, 9, 3) + timedelta(weeks=week) for week in range(count)]


@pytest.mark.parametrize(
    ("row", "wrong", "is_certain"),
    [
        (2, date(2024, 8, 17), True),  # a Saturday; the month before
        (2, date(2023, 9, 17), True),  # a Sunday; the year before
        (2, date(2024, 12, 17), False),  # a Tuesday, too
        (0, date(2025, 9, 3), True),
        (7, date(2024, 1, 22), True),
    ],
)
@pytest.mark.parametrize("is_newest_first", [False, True])
def test_month_or_year_out_of_order_is_a_slip(
    row: int, wrong: date, is_certain: bool, is_newest_first: bool
) -> None:
    days = tuesdays()
    meant, days[row] = days[row], wrong
    if is_newest_first:
        days, row = days[::-1], 7 - row

    assert list(slips(days)) == [Slip(row, meant, is_certain)]


@pytest.mark.parametrize(
    "days",
    [
        [],
        tuesdays(),
        tuesdays()[::-1],
        [*tuesdays(3), date(2024, 8, 24)],  # too few to know
        [*tuesdays(), date(2024, 7, 10)],  # 10 December is a Tuesday, and too long after
        [*tuesdays(), date(2024, 9, 4)],  # in no other month or year a Tuesday soon after
        [*tuesdays(4), *(date(2024, 5, 7) + timedelta(weeks=week) for week in range(4))],  # another term
        [date(2024, 9, 2), date(2024, 9, 5), date(2024, 9, 11), date(2024, 8, 17), date(2024, 9, 20)],
        [*tuesdays(5), date(2024, 8, 1)],  # 1 October is a Tuesday, and another row's
        [date(2000, 1, 2), date(2000, 1, 25), date(2000, 2, 8), date(1999, 1, 1), date(2000, 1, 15)],
    ],
)
def test_rows_in_order_and_rows_that_no_slip_explains_are_left_alone(days: list[date]) -> None:
    assert list(slips(days)) == []
