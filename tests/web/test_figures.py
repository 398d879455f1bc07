"""The numbers that a group shows: counted by hand from the sample, and from next to nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime

from calfeed.model import Semester, State, Venue
from calfeed.web.agenda import Participant
from calfeed.web.figures import Figures, Series, Term, count
from tests.web.sample import ADA, ENTRIES, LIN, NOW, OSDI, entry, session

FALL, SPRING = Semester("2024-fall", "2024 Fall"), Semester("2024-spring", "2024 Spring")
EARLIER, FIRST, _CANCELLED, _FREE, NEXT, OPEN, _SLOT, WRITING = ENTRIES


def test_every_number_of_the_sample() -> None:
    assert count(ENTRIES, NOW) == Figures(
        sessions=5,
        terms=(Term(SPRING, 1, 0, 1, (0, 0, 0, 0)), Term(FALL, 3, 1, 1, (1, 1, 0, 1))),
        people=(
            Participant("ada-moreau", "Ada Moreau", 2, 2, (EARLIER, FIRST, NEXT, OPEN)),
            Participant("lin-xiaoyu", "林小雨", 2, 0, (EARLIER, NEXT)),
            Participant("ben-okafor", "Ben Okafor", 0, 2, (FIRST, NEXT)),
        ),
        venues=(Series("osdi", "OSDI", 2, (2024, 2024)), Series("sosp", "SOSP", 1, (2023, 2023))),
        years=((2024, 2), (2023, 1)),
    )


def test_what_does_not_take_place_counts_for_nothing() -> None:
    silent = [replace(each, state=State.SILENT) for each in ENTRIES]
    cancelled = [replace(each, state=State.CANCELLED) for each in ENTRIES]
    assert count([*silent, *cancelled], NOW) == Figures(0, (), (), (), ())


def test_venue_is_one_in_every_spelling_and_need_not_have_a_year() -> None:
    names = [Venue("osdi '22", "osdi", 2022), Venue("OSDI", "OSDI"), OSDI]
    held = [
        entry(n, session(date(2024, 9, n), "Talk", LIN, ADA, venue=venue)) for n, venue in enumerate(names, 1)
    ]
    found = count(held, NOW)
    assert (found.venues, found.years) == ((Series("osdi", "OSDI", 3, (2022, 2024)),), ((2024, 1), (2022, 1)))


def test_materials_are_expected_of_what_is_over() -> None:
    before, after = datetime(2024, 9, 3, 7, tzinfo=UTC), datetime(2024, 9, 3, 7, 30, tzinfo=UTC)
    assert [count([FIRST], now).terms for now in (before, after)] == [
        (Term(FALL, 1, 0, 0, (0, 0, 0, 0)),),
        (Term(FALL, 1, 0, 1, (1, 1, 0, 1)),),
    ]
