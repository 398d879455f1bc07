"""Entries to what pages list."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from calfeed.model import Entry, Semester, State
from calfeed.web import agenda
from tests.web.sample import ENTRIES, NOW, PUBLICATION


def numbers(entries: tuple[Entry, ...]) -> list[int]:
    return [int(entry.uid[-2:]) for entry in entries]


def following(now: datetime) -> int | None:
    found = agenda.following(ENTRIES, now)
    return int(found.uid[-2:]) if found else None


def test_next_session_is_the_one_that_is_not_over() -> None:
    """The session of 24 September ends at 15:30 in Shanghai: 07:30 UTC."""
    end = datetime(2024, 9, 24, 7, 30, tzinfo=UTC)
    assert [following(end - timedelta(seconds=1)), following(end)] == [5, 6]


def test_next_session_is_neither_cancelled_nor_a_slot() -> None:
    assert following(datetime(2024, 9, 5, tzinfo=UTC)) == 5
    assert following(datetime(2024, 10, 10, tzinfo=UTC)) == 8


def test_no_session_is_next_after_the_last() -> None:
    assert following(datetime(2025, 1, 1, tzinfo=UTC)) is None


def test_semesters_are_newest_first_with_upcoming_soonest_first_and_past_latest_first() -> None:
    found = agenda.terms(PUBLICATION, NOW)
    assert [
        (term.slug, term.title, numbers(term.upcoming), numbers(term.past), term.held) for term in found
    ] == [
        ("2024-fall", "2024 Fall", [5, 6, 7, 8], [4, 3, 2], 4),
        ("2024-spring", "2024 Spring", [], [1], 1),
    ]


def test_semester_that_is_announced_or_archived_is_there_too() -> None:
    announced = replace(PUBLICATION, entries=ENTRIES[:1], semesters=(Semester("2025-fall", "2025 Fall"),))
    found = agenda.terms(announced, NOW)
    assert [(term.slug, term.title, term.held) for term in found] == [
        ("2025-fall", "2025 Fall", 0),
        ("2024-spring", "2024-spring", 1),
    ]


def test_people_are_counted_without_cancelled_sessions() -> None:
    found = agenda.participants(ENTRIES)
    assert [(p.slug, p.name, p.presented, p.assisted, numbers(p.entries)) for p in found] == [
        ("ada-moreau", "Ada Moreau", 2, 2, [1, 2, 5, 6]),
        ("ben-okafor", "Ben Okafor", 0, 2, [2, 3, 5]),
        ("lin-xiaoyu", "林小雨", 2, 0, [1, 5]),
    ]


def test_slots_name_nobody() -> None:
    assert agenda.participants([replace(ENTRIES[1], state=State.SILENT)]) == ()
