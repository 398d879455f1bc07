"""Names of months and weekdays, whole and shortened."""

import pytest

from calfeed import lexicon


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("September", 9),
        ("SEPT.", 9),
        ("août", 8),
        ("aout", 8),
        ("févr.", 2),
        ("März", 3),
        ("mar", 3),
        ("Dez", 12),
        ("juin", 6),
        ("jui", None),
        ("se", None),
        ("Maya", None),
    ],
)
def test_month_is_named_by_a_clear_beginning(word: str, expected: int | None) -> None:
    assert lexicon.named("months", word) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [("tues", 1), ("Di", 1), ("mar.", 1), ("週二", 1), ("火曜", 1), ("화", 1), ("T", None)],
)
def test_weekday_is_named_by_a_clear_beginning(word: str, expected: int | None) -> None:
    assert lexicon.named("days", word) == expected


def test_misspelt_month_is_guessed_for_the_hint() -> None:
    assert (lexicon.likely_month("Septmber 3"), lexicon.likely_month("Room 3")) == ("September", None)
