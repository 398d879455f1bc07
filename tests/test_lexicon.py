"""Names of months and weekdays, whole and shortened."""

import pytest
from babel.dates import get_day_names, get_month_names

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


@pytest.mark.parametrize("code", ["es", "pt", "it", "nl", "sv", "da", "nb", "pl", "cs", "ru", "uk", "tr"])
def test_names_in_further_languages_are_those_of_babel(code: str) -> None:
    months = {lexicon.folded(name): number for number, name in get_month_names("wide", locale=code).items()}
    days = {
        lexicon.folded(name.removesuffix("-feira")): number
        for number, name in get_day_names("wide", locale=code).items()
    }
    known = {name: lexicon.AMBIGUOUS.get(name) or lexicon.named("months", name) for name in months}

    assert known == months
    # Some write no weekdays of their own beside dates, as far as schedules are known.
    assert code in ("uk", "tr") or {name: lexicon.named("days", name) for name in days} == days


def test_misspelt_month_is_guessed_for_the_hint() -> None:
    assert (lexicon.likely_month("Septmber 3"), lexicon.likely_month("Room 3")) == ("September", None)
