"""The dates of one series against each other: in which order numbers stand, which year, which slips.

Pure: written dates in the order of the source go in, days come out.  The rows of a schedule follow
each other, oldest or newest first, mostly on one weekday; what fits that best is what was meant.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from calfeed.dates import Order, WrittenDate
from calfeed.terms import Stated

_YEAR = timedelta(days=366)
_FAR = 4_000_000  # days: further apart than any two there are
_CLOSE = timedelta(days=120)
"""How far apart the neighbours of a slip may lie: where rows are years apart nothing looks odd."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What is known of the days of a series before they are read.

    `stated` is what the text around says of the time they lie in, `usual` the weekday on which the
    group meets (Monday as 0), and last of all decides when each row was written: `seen`, in the order of
    the source, and `today` where that is not known.
    """

    today: date
    stated: Stated | None = None
    usual: int | None = None
    seen: tuple[date, ...] = ()


# ── which order ──────────────────────────────────────────────────────────────────────────────────


def likeliest_order(
    readings: Mapping[Order, Sequence[tuple[WrittenDate, ...]]], expected: Expected
) -> tuple[Order, bool]:
    """Give the order of numbers that makes the rows of a schedule fit best, and whether it is certain.

    `readings` holds the dates of each row as read in each order.
    """
    costs = {
        order: _cost([w for row in rows for w in row[:1]], len(rows), expected)
        for order, rows in readings.items()
    }
    best, *others = sorted(costs, key=lambda order: costs[order])
    rivals = [order for order in others if _told(readings[order]) != _told(readings[best])]
    return best, all(costs[order] >= costs[best] + 1 for order in rivals)


def _told(rows: Sequence[tuple[WrittenDate, ...]]) -> list[tuple[int | None, int, int]]:
    return [(written.year, written.month, written.day) for row in rows for written in row]


def _cost(rows: Sequence[WrittenDate], wanted: int, expected: Expected) -> float:
    """Weigh what speaks against a reading: rows it cannot read, steps back, odd weekdays, the far future."""
    years = settle_years(rows, expected)
    days = [day_of(row, year) for row, year in zip(rows, years, strict=True)]
    there = [day for day in days if day]
    if not there:
        return 20.0 * wanted
    odd = len(there) - max(Counter(day.weekday() for day in there).values())
    stated = sum(
        r.weekday is not None and d is not None and d.weekday() != r.weekday
        for r, d in zip(rows, days, strict=True)
    )
    later = sum(b >= a for a, b in pairwise(there))
    backward = min(later, len(there) - 1 - later)
    far = sum(not -40 * _YEAR < day - expected.today < 2 * _YEAR for day in there)
    jumps = sum(abs(b - a) > _YEAR / 2 for a, b in pairwise(there))
    outside = _outside(there, expected) if expected.stated else 0
    return 20.0 * (wanted - len(there)) + 4 * (backward + far) + 3 * (jumps + stated + outside) + odd


# ── which year ───────────────────────────────────────────────────────────────────────────────────


def settle_years(written: Sequence[WrittenDate], expected: Expected) -> tuple[int, ...]:
    """Give the year of each date of one series, in the order of the source.

    Rows with a year of their own keep it.  The others follow the order of rows (oldest or newest
    first), and where the months fall back a new year begins.  Of the years in which the first may be,
    that one is taken which puts most rows into the stated time, then fits most weekdays, then lies
    nearest to what is stated or to today.
    """
    if all(row.year is not None for row in written):
        return tuple(row.year or 0 for row in written)
    forward = _is_forward(written)
    cost, years = _best_years(written, expected, forward=forward)
    # Over the turn of a year few rows tell too little of their order: what is stated may tell more.
    if expected.stated and any(first.year != last.year for first, last in expected.stated.years):
        other, turned = _best_years(written, expected, forward=not forward)
        years = turned if other[:2] < cost[:2] else years
    return years


def _best_years(
    written: Sequence[WrittenDate], expected: Expected, *, forward: bool
) -> tuple[tuple[int, int, int, int], tuple[int, ...]]:
    """Give the likeliest years of rows whose oldest comes first, or last, and what speaks against them."""
    rows = list(written if forward else reversed(written))
    seen = expected.seen or (expected.today,) * len(rows)
    expected = replace(expected, seen=seen if forward else seen[::-1])
    tries = [(_unlikeliness(rows, years, expected), years) for years in _tries(rows, expected)]
    cost, years = min(tries)
    return cost, tuple(years if forward else reversed(years))


def _tries(rows: Sequence[WrittenDate], expected: Expected) -> Iterator[list[int]]:
    return (_roll(rows, start) for start in _starts(rows, expected))


def _starts(rows: Sequence[WrittenDate], expected: Expected) -> Iterable[int]:
    if expected.stated:
        years = {day.year for span in expected.stated.years for day in span}
    else:
        years = {row.year for row in rows if row.year is not None} or {day.year for day in expected.seen}
    return range(min(years) - 1, max(years) + 2)


def _is_forward(written: Sequence[WrittenDate]) -> bool:
    """Tell whether the oldest row comes first; from December on to January is a step forward, too."""
    places = [(w.year or 0) * 372 + w.month * 31 + w.day for w in written]
    steps = [(b - a) % 372 < 186 if abs(b - a) < 372 else b > a for a, b in pairwise(places) if a != b]
    return sum(steps) * 2 >= len(steps)


def _roll(rows: Iterable[WrittenDate], start: int) -> list[int]:
    """Go through rows, oldest first: a month far before the last one opens a new year."""
    years: list[int] = []
    year, last = start, 0
    for row in rows:
        year = row.year or (year + 1 if last - row.month > 5 else year)
        last = row.month
        years.append(year)
    return years


def _unlikeliness(
    rows: Sequence[WrittenDate], years: Sequence[int], expected: Expected
) -> tuple[int, int, int, int]:
    days = [day_of(row, year) for row, year in zip(rows, years, strict=True)]
    there = [day for day in days if day]
    backward = sum(b < a for a, b in pairwise(there))
    wanted = [expected.usual if row.weekday is None else row.weekday for row in rows]
    wrong = sum(d is not None and w not in (None, d.weekday()) for w, d in zip(wanted, days, strict=True))
    if expected.stated is None:
        return backward, 0, wrong, _far(days, expected.seen)
    spans = expected.stated.years
    outside = _outside(there, expected)
    away = sum(year not in (spans[0][0].year, spans[0][1].year) for year in years)
    away += (
        years[0] != spans[0][0].year
    )  # of two years as good as each other, the schedule begins in the stated one
    return outside, backward, wrong, away


def _far(days: Iterable[date | None], seen: Iterable[date]) -> int:
    """Tell how many days lie between the days and when they were written: of all that were written at
    once the nearest counts, of several such days the median.
    """
    nearest: dict[date, int] = {}
    for day, then in zip(days, seen, strict=True):
        if day:
            nearest[then] = min(abs((day - then).days), nearest.get(then, _FAR))
    return int(median(nearest.values())) if nearest else 0


def _outside(days: Sequence[date], expected: Expected) -> int:
    """Count the days outside the stated time, by the span that suits them best."""
    spans = expected.stated.years if expected.stated else ()
    return min((sum(not first <= day <= last for day in days) for first, last in spans), default=0)


def day_of(written: WrittenDate, year: int) -> date | None:
    """Give the day of a written date, None where the calendar has no such day."""
    try:
        return date(year, written.month, written.day)
    except ValueError:
        return None


# ── which slips ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Slip:
    """A row whose day does not fit between its neighbours; `meant` would, and on the usual weekday.

    `is_certain` tells that the evidence is overwhelming: as written the weekday is wrong, too.
    """

    row: int
    meant: date
    is_certain: bool


def slips(days: Sequence[date]) -> Iterator[Slip]:
    """Find the rows with a wrong month or year: out of order, where another month or year is in order."""
    forward = sum(b >= a for a, b in pairwise(days)) * 2 >= len(days) - 1
    rows = days if forward else [date.fromordinal(4_000_000 - day.toordinal()) for day in days]
    kept = _longest_rise(rows)
    odd = sorted(set(range(len(days))).difference(kept))
    if len(days) < 5 or not odd or len(odd) > max(2, len(days) // 8):
        return
    weekdays = Counter(days[row].weekday() for row in kept)
    usual, count = weekdays.most_common(1)[0]
    is_regular = count * 10 >= len(kept) * 6 and count > 3  # of three days, two often share a weekday
    taken = {days[row] for row in kept}
    for row in odd:
        place = bisect_right(kept, row)
        before = kept[place - 1] if place else None
        after = kept[place] if place < len(kept) else None
        low, high = (before, after) if forward else (after, before)
        fits = [c for c in _near(days[row]) if _is_between(c, days, low, high)]
        meant = [c for c in fits if is_regular and c.weekday() == usual and c not in taken]
        if len(meant) == 1:
            yield Slip(row, meant[0], days[row].weekday() != usual)


def _longest_rise(rows: Sequence[date]) -> list[int]:
    """Give the places of the longest part of a sequence that never falls."""
    ends: list[date] = []
    places: list[int] = []
    before: list[int | None] = []
    for place, day in enumerate(rows):
        length = bisect_right(ends, day)
        before.append(places[length - 1] if length else None)
        ends[length : length + 1] = [day]
        places[length : length + 1] = [place]
    kept: list[int] = []
    last: int | None = places[-1] if places else None
    while last is not None:
        kept.append(last)
        last = before[last]
    return kept[::-1]


def _near(day: date) -> Iterator[date]:
    """Give the days that one slip of the pen makes of another: another month of the year, the year beside."""
    for year, month in (
        (day.year - 1, day.month),
        (day.year + 1, day.month),
        *((day.year, m) for m in range(1, 13)),
    ):
        if (year, month) != (day.year, day.month):
            try:
                yield day.replace(year=year, month=month)
            except ValueError:
                continue


def _is_between(day: date, days: Sequence[date], low: int | None, high: int | None) -> bool:
    """Tell whether a day lies between two rows, or where one of them is missing, soon beside the other."""
    if low is not None and high is not None:
        return days[low] <= day <= days[high] and days[high] - days[low] <= _CLOSE
    if low is not None:
        return timedelta(0) <= day - days[low] <= timedelta(days=35)
    return high is not None and timedelta(0) <= days[high] - day <= timedelta(days=35)
