"""Public holidays of countries and their parts."""

import os
import subprocess
import sys
from datetime import date

import pytest

from calfeed.freedays import holiday, is_known, suggest


@pytest.mark.parametrize("region", ["US", "CN", "NO", "DE", "DE-BY", "GB-ENG"])
def test_countries_and_their_parts_are_known(region: str) -> None:
    assert is_known(region)


@pytest.mark.parametrize("region", ["", "XX", "DEU", "DE-", "DE-XX", "de", "Germany"])
def test_nothing_else_is_known(region: str) -> None:
    assert not is_known(region)


@pytest.mark.parametrize(("written", "meant"), [("us", "US"), ("de-by", "DE-BY"), ("DE-BAY", "DE-BY")])
def test_what_may_be_meant(written: str, meant: str) -> None:
    assert suggest(written)[0] == meant


@pytest.mark.parametrize(
    ("region", "day", "expected"),
    [
        ("DE", date(2024, 10, 3), "German Unity Day"),
        ("DE", date(2024, 11, 1), None),
        ("DE-BY", date(2024, 11, 1), "All Saints' Day"),
        ("US", date(2024, 11, 28), "Thanksgiving Day"),
        ("US", date(2024, 11, 27), None),
        ("CN", date(2024, 10, 1), "National Day"),
        ("US", date(9999, 7, 4), None),
    ],
)
def test_holidays(region: str, day: date, expected: str | None) -> None:
    assert holiday(region, day) == expected


def test_names_do_not_depend_on_the_language_of_the_machine() -> None:
    code = "import datetime, calfeed.freedays as f; print(f.holiday('DE', datetime.date(2024, 10, 3)))"
    german = os.environ | {"LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8", "LANGUAGE": "de"}
    answer = subprocess.run(
        [sys.executable, "-c", code], env=german, capture_output=True, text=True, check=True
    )

    assert answer.stdout == "German Unity Day\n"
