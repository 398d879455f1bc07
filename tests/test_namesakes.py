"""Names that look like one person in two spellings, and names that do not."""

import pytest

from calfeed.diagnostics import Position
from calfeed.namesakes import Named, namesakes
from calfeed.values import slug


def pairs(*names: str) -> list[tuple[str, str]]:
    people = [Named(name, slug(name), Position("talks.md", line)) for line, name in enumerate(names, 1)]
    return [(one.name, other.name) for one, other in namesakes(people)]


@pytest.mark.parametrize(
    ("doubtful", "meant"),
    [
        ("Ada Brand", "Ada Brandt"),
        ("Haddad Noor", "Noor Haddad"),
        ("Ren, Yanjing", "Yanjing Ren"),
        ("B. Peter", "Ben Peter"),
        ("Peter B.", "Ben Peter"),
        ("Ben P.", "Ben Peter"),
        ("Tomislav Z-M", "Tomislav Zabcic-Matic"),
        ("Tomislav Z.", "Tomislav Žabčić-Matić"),
        ("Fletcher", "Fletcher Smith"),
        ("Brandt", "Ada Brandt"),
    ],
)
def test_spellings_of_one_person(doubtful: str, meant: str) -> None:
    assert pairs(meant, doubtful, "Noor al-Sayed") == [(doubtful, meant)]


@pytest.mark.parametrize(
    ("short", "whole"),
    [("B. Peter", "Ben Peter"), ("Fletcher", "Fletcher Smith"), ("Tomislav Z-M", "Tomislav Zabcic-Matic")],
)
def test_short_name_is_the_doubtful_one_wherever_it_stands(short: str, whole: str) -> None:
    assert pairs(short, whole) == [(short, whole)]


@pytest.mark.parametrize(
    "names",
    [
        ("Li Na", "Li Ma"),
        ("Ann Lee", "Anna Lee"),
        ("Wei Li", "Wei Liu"),
        ("B. Peter", "Carl Peter"),
        ("Ben Peter", "Ben Paul"),
        ("J. Li", "Jun Li"),  # two letters are too few to tell a family by
        ("Li", "Li Wei"),
        ("Fletcher", "Fletcherson Smith"),
        ("Ada Brandt", "Ada Noor Haddad"),
        ("李", "李雷"),
    ],
)
def test_different_people(names: tuple[str, str]) -> None:
    assert pairs(*names) == []


@pytest.mark.parametrize(
    "names",
    [
        ("Fletcher", "Fletcher Smith", "Fletcher Stone"),
        ("B. Peter", "Ben Peter", "Bruno Peter"),
        ("Brandt", "Ada Brandt", "Noor Brandt"),
    ],
)
def test_short_name_of_two_people_means_neither(names: tuple[str, ...]) -> None:
    assert pairs(*names) == []


def test_crowd_that_shares_a_word_is_not_searched() -> None:
    crowd = [f"{one * 3}{other * 3} Peter" for one in "cdefghjklm" for other in "nopqrstuvw"]

    assert pairs("Ben Peter", "B. Peter", *crowd) == []
