"""How long before a session a calendar reminds."""

from datetime import timedelta

import pytest

from calfeed import reminders
from calfeed.errors import FilterUnknown


@pytest.mark.parametrize(
    ("value", "canonical", "words"),
    [
        ("1m", "1m", "reminder 1 minute before"),
        ("15m", "15m", "reminder 15 minutes before"),
        ("60m", "1h", "reminder 1 hour before"),
        ("90M", "90m", "reminder 90 minutes before"),
        ("36h", "36h", "reminder 36 hours before"),
        ("24H", "1d", "reminder 1 day before"),
        ("14d", "2w", "reminder 2 weeks before"),
        ("40320m", "4w", "reminder 4 weeks before"),
    ],
)
def test_length_has_one_canonical_form(value: str, canonical: str, words: str) -> None:
    (before,) = reminders.read([value])
    assert (reminders.written(before), reminders.spoken(before)) == (canonical, words)
    assert reminders.read([canonical]) == (before,)


@pytest.mark.parametrize(
    "value", ["", "0m", "-15m", "+1d", "15", "m", "1.5h", "1y", "1d ", "015m", "٣d", "29d", "5w", "999999m"]
)
def test_what_is_no_length_within_four_weeks_is_refused(value: str) -> None:
    with pytest.raises(FilterUnknown) as caught:
        reminders.read([value])
    assert caught.value.message == f"There is no alarm named {value!r}."
    assert caught.value.hint == "alarm: minutes, hours, days or weeks, such as 15m, 2h, 1d or 1w, up to 4w"


def test_each_length_counts_once_and_the_shortest_is_first() -> None:
    asked = ["1d", "15m", "24h", "2h", "120m"]
    assert reminders.read(asked) == (timedelta(minutes=15), timedelta(hours=2), timedelta(days=1))


def test_more_than_three_are_refused() -> None:
    with pytest.raises(FilterUnknown, match="at most 3 alarms"):
        reminders.read(["1m", "2m", "3m", "4m"])
