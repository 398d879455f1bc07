"""What must hold of the ledger whatever people do to a schedule, in whatever order."""

import os
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from calfeed.diagnostics import Position
from calfeed.ledger.reconcile import reconcile
from calfeed.model import Entry, Person, Semester, Session, State, Status
from tests.likeness import agreement, name

SOURCE = "README.md"
TODAY = date(2024, 3, 20)
START = datetime(2024, 3, 20, 12, tzinfo=UTC)

ahead = st.integers(0, 40).map(lambda days: TODAY + timedelta(days=days))
days = st.integers(-20, 40).map(lambda days: TODAY + timedelta(days=days))
titles = st.sampled_from(["Parrot", "Parrot: serving", "Nomad", "nomad.", "PIT for deep learning", "Seminar"])
teams = st.lists(st.sampled_from(["Ann", "Bob", "Cid"]), max_size=2, unique=True).map(tuple)
papers = st.sampled_from(["https://example.org/1", "https://example.org/2"])


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the schedule, without its place in the source."""

    date: date
    title: str | None
    team: tuple[str, ...]
    paper: str | None = None
    status: Status = Status.CONFIRMED
    id: str | None = None


rows = st.builds(
    Row,
    date=days,
    title=titles | st.none(),
    team=teams,
    paper=papers | st.none(),
    status=st.sampled_from([Status.CONFIRMED] * 6 + [Status.TENTATIVE, Status.CANCELLED, Status.NO_MEETING]),
    id=st.sampled_from([*[None] * 8, "a", "b"]),
)


def as_sessions(schedule: Sequence[Row]) -> list[Session]:
    return [
        Session(
            semester=Semester("2024-spring", "2024 Spring"),
            date=row.date,
            source=Position(SOURCE, line),
            status=row.status
            if row.title or row.team or row.status is Status.NO_MEETING
            else Status.PLACEHOLDER,
            title=row.title,
            presenters=tuple(Person(name, name.lower()) for name in row.team),
            paper_url=row.paper,
            id=row.id,
        )
        for line, row in enumerate(schedule, 1)
    ]


def fingerprint(entry: Entry) -> str:
    """Stand in for what subscribers see of an entry."""
    session = entry.session
    names = [person.name for person in session.presenters]
    return f"{entry.state} {session.date} {session.title} {names} {session.paper_url}"


def record(
    known: Sequence[Entry], sessions: Sequence[Session], now: datetime, clean: Collection[str] = (SOURCE,)
) -> tuple[Entry, ...]:
    return reconcile(known, sessions, now, calendar_id="group", clean=clean, fingerprint=fingerprint)


# ── histories ────────────────────────────────────────────────────────────────────────────────────


@st.composite
def histories(draw: st.DrawFn, dates: st.SearchStrategy[date] = days) -> list[list[Row]]:
    """Draw the versions of a schedule, each made from the one before by a few edits; some are empty."""
    drawn = rows.flatmap(lambda row: dates.map(lambda day: replace(row, date=day)))
    schedule = draw(st.lists(drawn, max_size=7))
    versions = [schedule]
    for _ in range(draw(st.integers(1, 5))):
        for _ in range(draw(st.integers(1, 3))):
            schedule = draw(edited(schedule, drawn, dates))
        versions.append(draw(st.sampled_from([*[schedule] * 9, []])))
    return versions


@st.composite
def edited(
    draw: st.DrawFn, schedule: list[Row], drawn: st.SearchStrategy[Row], dates: st.SearchStrategy[date]
) -> list[Row]:
    """Draw one thing that a person does to a schedule."""
    action = draw(
        st.sampled_from(
            ["add", "reorder", "shift", "remove", "move", "title", "team", "swap", "empty", "nothing"]
        )
    )
    if action == "add" or not schedule:
        return [*schedule, draw(drawn)]
    if action == "reorder":
        return draw(st.permutations(schedule))
    if action == "shift":
        return [replace(row, date=row.date + timedelta(days=7)) for row in schedule]
    at = draw(st.integers(0, len(schedule) - 1))
    row, rest = schedule[at], [*schedule[:at], *schedule[at + 1 :]]
    if action == "remove":
        return rest
    if action == "swap" and rest:
        other = draw(st.sampled_from(rest))
        rest.remove(other)
        return [*rest, replace(row, date=other.date), replace(other, date=row.date)]
    change = {
        "move": replace(row, date=draw(dates)),
        "title": replace(row, title=draw(titles)),
        "team": replace(row, team=draw(teams)),
        "empty": Row(row.date, None, ()),
    }
    return [*rest, change.get(action, row)]


@dataclass(frozen=True, slots=True)
class Version:
    """What was read at a moment, and what was remembered from then on."""

    now: datetime
    sessions: list[Session]
    entries: tuple[Entry, ...]


def replayed(history: Sequence[Sequence[Row]], broken: Collection[int] = ()) -> list[Version]:
    """Record every version, most a day after the one before; in the broken ones half of the rows are
    unreadable.
    """
    versions = [Version(START, [], ())]
    for number, schedule in enumerate(history):
        now = START + timedelta(days=-2 if number == SET_BACK else number)
        is_broken = number in broken
        sessions = as_sessions(schedule[::2] if is_broken else schedule)
        entries = record(versions[-1].entries, sessions, now, () if is_broken else (SOURCE,))
        versions.append(Version(now, sessions, entries))
    return versions


SET_BACK = 3
"""The version at which somebody's clock is wrong."""

breaks = st.frozensets(st.integers(0, 5), max_size=2)
laws = settings(max_examples=int(os.environ.get("LAWS", "250")))


# ── laws ─────────────────────────────────────────────────────────────────────────────────────────


@laws
@given(histories(), breaks)
def test_every_session_has_one_entry(history: list[list[Row]], broken: frozenset[int]) -> None:
    for version in replayed(history, broken):
        remembered = Counter(entry.session for entry in version.entries)
        assert Counter(version.sessions) <= remembered


@laws
@given(histories(), breaks)
def test_no_uid_disappears_or_repeats(history: list[list[Row]], broken: frozenset[int]) -> None:
    for before, after in pairwise(replayed(history, broken)):
        uids = [entry.uid for entry in after.entries]
        assert len(uids) == len(set(uids))
        assert {entry.uid for entry in before.entries} <= set(uids)


@laws
@given(histories(), breaks)
def test_stamps_never_go_back_and_move_together(history: list[list[Row]], broken: frozenset[int]) -> None:
    for before, after in pairwise(replayed(history, broken)):
        known = {entry.uid: entry for entry in before.entries}
        for entry in after.entries:
            old = known.get(entry.uid)
            if old is None:
                assert (entry.sequence, entry.created, entry.last_modified) == (0, after.now, after.now)
            elif seen(entry) == seen(old):
                assert stamps(entry) == stamps(old)
            else:
                moment = max(after.now, old.last_modified + timedelta(seconds=1))
                assert stamps(entry) == (old.sequence + 1, old.created, moment)


def seen(entry: Entry) -> str:
    """Give what a revision counts: what subscribers see, and of the rest what a schedule says."""
    return fingerprint(replace(entry, session=replace(entry.session, paper_url=None))) + (
        f"{entry.session.status}" if entry.state is State.SILENT else f"{entry.session.paper_url}"
    )


def stamps(entry: Entry) -> tuple[int, datetime, datetime]:
    return entry.sequence, entry.created, entry.last_modified


@laws
@given(histories(), breaks, st.integers(0, 400))
def test_publishing_again_changes_nothing(
    history: list[list[Row]], broken: frozenset[int], later: int
) -> None:
    for number, version in enumerate(replayed(history, broken)):
        clean = () if number - 1 in broken else (SOURCE,)
        now = version.now + timedelta(days=later)
        assert record(version.entries, version.sessions, now, clean) == version.entries


@laws
@given(histories(), st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(history: list[list[Row]], chance: Random) -> None:
    """Neither in what is handed over nor in the source."""
    entries: tuple[Entry, ...] = ()
    for number, schedule in enumerate(history):
        now = START + timedelta(days=number)
        expected = record(entries, as_sessions(schedule), now)
        shuffled = list(schedule)
        chance.shuffle(shuffled)
        sessions, known = as_sessions(shuffled), list(entries)
        chance.shuffle(sessions)
        chance.shuffle(known)
        assert placeless(record(known, sessions, now)) == placeless(expected)
        entries = expected


def placeless(entries: Sequence[Entry]) -> set[Entry]:
    return {replace(entry, session=replace(entry.session, source=Position(SOURCE))) for entry in entries}


@laws
@given(histories(), breaks)
def test_a_broken_source_cancels_nothing(history: list[list[Row]], broken: frozenset[int]) -> None:
    for number, (before, after) in enumerate(pairwise(replayed(history, broken))):
        if number in broken:
            cancelled = {entry.uid for entry in before.entries if entry.state is State.CANCELLED}
            for entry in after.entries:
                said = entry.session in after.sessions
                assert entry.state is not State.CANCELLED or said or entry.uid in cancelled


@laws
@given(histories(), breaks)
def test_what_has_nothing_in_common_is_never_one(history: list[list[Row]], broken: frozenset[int]) -> None:
    for before, after in pairwise(replayed(history, broken)):
        known = {entry.uid: entry.session for entry in before.entries}
        for entry in after.entries:
            old = known.get(entry.uid)
            if old and is_named(old) and (old.id is None or old.id != entry.session.id):
                assert old == entry.session or agreement(old, entry.session) >= 1


def is_named(session: Session) -> bool:
    """Tell a session from a slot with nothing in it, which moves along with the talks around it."""
    return bool(session.title or session.presenters)


@laws
@given(histories(dates=ahead.map(lambda day: day + timedelta(days=9))))
def test_what_is_surely_the_same_stays_so(history: list[list[Row]]) -> None:
    """Where two of date, title and presenters agree, and of no other pair, the UID is kept.

    Only what is promised has this right: a row that is cancelled or no meeting ranks with the tombstones.
    Nor has a row that is called like another, which may have moved along with the talks around it.
    """
    for before, after in pairwise(replayed(history)):
        certain = [
            (old, new) for old in before.sessions for new in after.sessions if agreement(old, new) >= 2
        ]
        olds, news = Counter(id(old) for old, _ in certain), Counter(id(new) for _, new in certain)
        names = Counter(map(name, before.sessions)) | Counter(map(name, after.sessions))
        for old, new in certain:
            is_sure = olds[id(old)] == 1 == news[id(new)] and names[name(old)] == 1
            is_sure = is_sure and old.id is None and new.id is None
            if is_sure and old.status in (Status.CONFIRMED, Status.TENTATIVE):
                (uid,) = [entry.uid for entry in before.entries if entry.session is old]
                (kept,) = [entry.uid for entry in after.entries if entry.session is new]
                assert kept == uid


@laws
@given(st.lists(rows, min_size=1, max_size=7), st.data())
def test_editing_one_session_changes_one_entry(schedule: list[Row], data: st.DataObject) -> None:
    meetings = [row for row in schedule if row.title and row.status is Status.CONFIRMED and row.date > TODAY]
    assume(meetings)
    at = schedule.index(data.draw(st.sampled_from(meetings)))
    edits = (
        titles.map(lambda title: replace(schedule[at], title=title)),
        teams.map(lambda team: replace(schedule[at], team=team)),
        ahead.map(lambda day: replace(schedule[at], date=day)),
        papers.map(lambda paper: replace(schedule[at], paper=paper)),
    )
    edit = data.draw(st.one_of(edits))
    known = record((), as_sessions(schedule), START)
    changed = [*schedule[:at], edit, *schedule[at + 1 :]]
    entries = record(known, as_sessions(changed), START + timedelta(days=1))
    stamps_before = {entry.uid: stamps(entry) for entry in known}
    moved = [entry for entry in entries if stamps_before.get(entry.uid) != stamps(entry)]
    assert len(entries) == len(known)
    assert len(moved) == (edit != schedule[at])
