"""What a group expects of its sessions, and what looks wrong across all of them."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from calfeed.diagnostics import Position
from calfeed.model import Link, Person, Role, Semester, Session, Status, Venue
from calfeed.policy import judge
from calfeed.settings import Materials, PersonSetting, Policy, Presenters, Settings
from calfeed.values import slug

DAY = date(2024, 10, 3)
TODAY = date(2024, 10, 10)
PLAIN = Settings(Path("group"))


def people(*names: str) -> tuple[Person, ...]:
    return tuple(Person(name, slug(name)) for name in names)


def held(line: int, *names: str, title: str | None = None, path: str = "talks.md") -> Session:
    """A session on a line of a file, at no time of day."""
    where = Position(path, line)
    title = title or f"Talk of line {line}"
    return Session(Semester("2024-fall", "2024 Fall"), DAY, where, title=title, presenters=people(*names))


def at(session: Session, start: str, end: str | None = None) -> Session:
    def moment(clock: str | None) -> datetime | None:
        return datetime.combine(session.date, time.fromisoformat(clock)) if clock else None

    return replace(session, start=moment(start), end=moment(end))


def under(policy: Policy) -> Settings:
    return replace(PLAIN, policy=policy)


def said(*sessions: Session, settings: Settings = PLAIN, today: date = TODAY) -> list[tuple[str, int]]:
    """Give the codes that are said of sessions, with their lines."""
    return [(each.code, each.position.line) for each in judge(sessions, settings, today)]


# ── papers, lengths, materials ───────────────────────────────────────────────────────────────────


def test_papers_are_of_the_venues_and_years_that_the_group_reads() -> None:
    settings = under(Policy(venues=("OSDI", "SOSP"), years=3))
    venues = (Venue("osdi'24", "osdi", 2024), Venue("NSDI'24", "NSDI", 2024), Venue("SOSP'19", "SOSP", 2019))
    sessions = [replace(held(line), venue=venue) for line, venue in enumerate((None, *venues), 1)]

    assert said(*sessions, settings=settings) == [("venue-unexpected", 3), ("venue-old", 4)]


def test_meetings_are_as_long_as_the_group_asks() -> None:
    settings = under(Policy(minimum_duration=timedelta(minutes=45)))

    assert said(at(held(1), "14:00", "14:45"), at(held(2), "15:00", "15:44"), held(3), settings=settings) == [
        ("duration-short", 2)
    ]


@pytest.mark.parametrize(("days", "expected"), [(7, []), (8, [("materials-missing", 1)])])
def test_materials_are_missing_from_the_day_after_their_time(
    days: int, expected: list[tuple[str, int]]
) -> None:
    settings = under(Policy(materials=Materials(timedelta(days=7), ("slides", "paper"))))
    there = Link("slides", "slides", "https://example.org/a.pdf", "a.pdf")
    complete = replace(held(2), links=(there,), paper_url="https://example.org/b.pdf")

    assert said(held(1), complete, settings=settings, today=DAY + timedelta(days=days)) == expected


# ── presenters ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (DAY - timedelta(days=8), []),
        (DAY - timedelta(days=7), [("presenter-missing", 1)]),
        (DAY + timedelta(days=99), [("presenter-missing", 1)]),
    ],
)
def test_somebody_presents_what_is_near_or_past(today: date, expected: list[tuple[str, int]]) -> None:
    settings = under(Policy(presenters=Presenters(before=timedelta(days=7))))

    assert said(held(1), held(2, "Ada Brandt"), settings=settings, today=today) == expected


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.PLACEHOLDER, Status.NO_MEETING])
def test_nothing_is_expected_of_what_is_not_held(status: Status) -> None:
    presenters = Presenters(known=True, before=timedelta(days=7))
    settings = under(Policy(presenters=presenters, holidays="DE", materials=Materials(timedelta())))

    assert said(replace(held(1), status=status), settings=settings) == []


def test_presenters_are_among_the_people_of_the_settings() -> None:
    known = (PersonSetting("Ada Brandt"), PersonSetting("Noor Haddad", slug="noor"))
    settings = replace(under(Policy(presenters=Presenters(known=True))), people=known)
    noor = replace(held(2), presenters=(Person("Noor Haddad", "noor"),))

    found = judge((held(1, "Ada Brandt"), noor, held(3, "Ada Brant", "Li Wei")), settings, TODAY)

    assert [(each.code, each.hint) for each in found if each.position.line == 3] == [
        ("person-similar", "if they are one, add to people: {name: Ada Brandt, aliases: [Ada Brant]}"),
        ("presenter-unknown", "did you mean Ada Brandt?"),
        ("presenter-unknown", "add to people: {name: Li Wei}"),
    ]
    assert len(found) == 3


def test_unknown_people_are_welcome_unless_the_group_says_otherwise() -> None:
    assert said(held(1, "Li Wei"), settings=replace(PLAIN, people=(PersonSetting("Ada Brandt"),))) == []


# ── in two places at once ────────────────────────────────────────────────────────────────────────

TWICE = [("presenter-twice", 2)]


@pytest.mark.parametrize(
    ("first", "second", "path", "expected"),
    [
        ("14:00-15:00", "14:30-15:30", "talks.md", TWICE),
        ("14:00-15:00", "14:30-15:30", "other.md", TWICE),
        ("14:00-15:00", "15:00-16:00", "other.md", []),
        ("14:00-15:00", "14:30", "talks.md", TWICE),
        ("14:00", "14:00", "other.md", TWICE),
        ("14:00", "14:30", "other.md", []),
        ("14:00-15:00", "14:00-15:00", "talks.md", []),  # one meeting, two talks
        ("", "", "talks.md", []),
        ("", "", "other.md", TWICE),
        ("14:00", "", "talks.md", []),
        ("14:00", "", "other.md", TWICE),
    ],
)
def test_nobody_presents_in_two_places_at_once(
    first: str, second: str, path: str, expected: list[tuple[str, int]]
) -> None:
    def timed(session: Session, written: str) -> Session:
        return at(session, *written.split("-")) if written else session

    one, other = held(1, "Ada Brandt"), held(2, "Ada Brandt", path=path)

    assert said(timed(one, first), timed(other, second)) == expected


def test_a_talk_that_two_files_announce_is_one_talk() -> None:
    one, other = held(1, "Ada Brandt", title="Hints"), held(2, "Ada Brandt", title="hints!", path="other.md")

    assert said(one, other) == [("session-duplicate", 2)]


def test_who_assists_may_be_elsewhere() -> None:
    assistant = replace(people("Ada Brandt")[0], role=Role.ASSISTANT)

    assert said(held(1, "Ada Brandt"), replace(held(2, path="other.md"), presenters=(assistant,))) == []


def test_each_talk_of_a_busy_day_is_told_once() -> None:
    talks = [held(line, "Ada Brandt", path=f"{line}.md") for line in range(1, 5)]

    assert said(*talks) == [("presenter-twice", 2), ("presenter-twice", 3), ("presenter-twice", 4)]


# ── free days ────────────────────────────────────────────────────────────────────────────────────


def test_no_session_falls_on_a_public_holiday() -> None:
    free, working = held(1), replace(held(2), date=date(2024, 10, 4))

    (found,) = judge((free, working), under(Policy(holidays="DE-BY")), TODAY)

    assert (found.code, found.position.line) == ("holiday", 1)
    assert found.message == "2024-10-03 is a public holiday in DE-BY: German Unity Day"
