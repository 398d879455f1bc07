"""What people do to a schedule, and which session keeps which identity."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from calfeed.diagnostics import Position
from calfeed.ledger.reconcile import reconcile
from calfeed.model import Entry, Inside, Link, Person, Semester, Session, State, Status

SPRING = datetime(2024, 3, 1, 12, tzinfo=UTC)
LATER = SPRING + timedelta(days=1)
SOURCE = "README.md"


def fingerprint(entry: Entry) -> str:
    """Stand in for what subscribers see of an entry."""
    session = entry.session
    names = [person.name for person in session.presenters]
    return f"{entry.state} {session.date} {session.start} {session.title} {names} {session.location}"


def record(
    known: Sequence[Entry],
    sessions: Sequence[Session],
    now: datetime = SPRING,
    clean: Collection[str] = (SOURCE,),
) -> tuple[Entry, ...]:
    return reconcile(known, sessions, now, calendar_id="group", clean=clean, fingerprint=fingerprint)


def schedule(text: str, path: str = SOURCE) -> list[Session]:
    """Read rows of `MM-DD | title | presenters | paper`, all but the date may be missing."""
    return [_session(row, Position(path, line)) for line, row in enumerate(text.strip().splitlines(), 1)]


def _session(row: str, source: Position) -> Session:
    day, title, names, paper, status = [*(cell.strip() for cell in row.split("|")), "", "", "", ""][:5]
    given = Status(status) if status else Status.CONFIRMED
    return Session(
        semester=Semester("2024-spring", "2024 Spring"),
        date=date.fromisoformat(f"2024-{day}"),
        source=source,
        status=given if title or names or status else Status.PLACEHOLDER,
        title=title or None,
        presenters=tuple(Person(name, name.lower()) for name in re.split(", *", names) if name),
        paper_url=paper or None,
    )


def uids(entries: Sequence[Entry], sessions: Sequence[Session]) -> list[str]:
    """Give the UID of each session, which is the last that its entry holds."""
    return [next(entry.uid for entry in entries if entry.session == session) for session in sessions]


EDITS = {
    "nothing": ("04-02|Parrot|Ann", "04-02|Parrot|Ann", "0"),
    "a new date": ("04-02|Parrot|Ann", "04-04|Parrot|Ann", "0"),
    "a corrected title": ("04-02|Parot: Serving LLMs|Ann", "04-02|Parrot: Serving LLMs|Ann", "0"),
    "another presenter": ("04-02|Parrot|Ann", "04-02|Parrot|Bob", "0"),
    "another paper by the same presenter": ("04-02|Parrot|Ann", "04-02|Nomad|Ann", "0"),
    "a slot filled in": ("04-02", "04-02|Parrot|Ann", "0"),
    "a title announced": ("04-02||Ann", "04-02|Parrot|Ann", "0"),
    "a presenter found": ("04-02|Parrot", "04-02|Parrot|Ann", "0"),
    "somebody else takes an open slot": ("04-02||Ann", "04-02||Bob", "0"),
    "somebody else takes an open slot with a paper": ("04-02||Ann", "04-02|Nomad|Bob", "0"),
    "letter case and punctuation": ("04-02|Parrot: serving|Ann", "04-02|PARROT — Serving|ann", "0"),
    "another talk by another presenter": ("04-02|Parrot|Ann", "04-02|Nomad|Bob", "-"),
    "a talk dropped for an open slot": ("04-02|Parrot|Ann", "04-02||Bob", "-"),
    "a talk dropped for nothing": ("04-02|Parrot|Ann", "04-02", "-"),
    "a talk dropped for a holiday": ("04-02|Parrot|", "04-02|Easter|||no-meeting", "-"),
    "another title where nobody is named": ("04-02|Parrot", "04-02|Nomad", "0"),
    "another title and paper where nobody is named": ("04-02|Parrot||x", "04-02|Nomad||y", "-"),
    "the same paper under another title": ("04-02|Parrot|Ann|x", "04-02|Serving LLMs|Bob|x", "0"),
    "the same paper with nothing else in common": ("04-02|Parrot|Ann|x", "04-09|Serving|Bob|x", "-"),
    "a title and a presenter corrected": (
        "04-02|Parot, serving LLMs|Ann",
        "04-02|Parrot, serving LLMs|Ana",
        "0",
    ),
    "a title cut short and moved": ("04-02|Parrot, serving LLMs|Ann", "04-09|Parrot, serving|Ann", "0"),
    "one presenter of three left": ("04-02|Parrot|Ann, Bob, Cid", "04-02|Nomad|Ann, Bob", "0"),
    "presenters in another order": ("04-02|Parrot|Ann, Bob", "04-09|Parrot|Bob, Ann", "0"),
    "a row on top": ("04-09|Nomad|Bob", "04-02|Parrot|Ann\n04-09|Nomad|Bob", "-0"),
    "rows in another order": ("04-02|Parrot|Ann\n04-09|Nomad|Bob", "04-09|Nomad|Bob\n04-02|Parrot|Ann", "10"),
    "two talks exchanged": (
        "04-02|Parrot|Ann\n04-09|Nomad|Bob",
        "04-02|Nomad|Bob\n04-09|Parrot|Ann",
        "10",
    ),
    "two presenters exchanged": (
        "04-02|Parrot|Ann\n04-09|Nomad|Bob",
        "04-02|Parrot|Bob\n04-09|Nomad|Ann",
        "01",
    ),
    "two papers exchanged by their presenters": (
        "04-02|Parrot|Ann\n04-09|Nomad|Bob",
        "04-02|Nomad|Ann\n04-09|Parrot|Bob",
        "01",
    ),
    "all a week later": (
        "04-02|Parrot|Ann\n04-09|Nomad|Bob\n04-16|Pit|Cid",
        "04-09|Parrot|Ann\n04-16|Nomad|Bob\n04-23|Pit|Cid",
        "012",
    ),
    "turns without titles a week later": (
        "04-02||Ann\n04-09||Bob\n04-16||Cid",
        "04-09||Ann\n04-16||Bob\n04-23||Cid",
        "012",
    ),
    "all a week later, weekly titles too": (
        "04-02|Parrot|Ann\n04-09|Seminar\n04-16|Seminar\n04-23|Nomad|Bob",
        "04-09|Parrot|Ann\n04-16|Seminar\n04-23|Seminar\n04-30|Nomad|Bob",
        "0123",
    ),
    "all a week later, slots with nothing in them too": (
        "04-02|Parrot|Ann\n04-09||||tentative\n04-16||||tentative\n04-23|Nomad|Bob",
        "04-09|Parrot|Ann\n04-16||||tentative\n04-23||||tentative\n04-30|Nomad|Bob",
        "0123",
    ),
    "a week left out, weekly titles behind it": (
        "04-02|Parrot|Ann\n04-09|Seminar\n04-16|Seminar\n04-23|Nomad|Bob",
        "04-02|Parrot|Ann\n04-16|Seminar\n04-23|Seminar\n04-30|Nomad|Bob",
        "0123",
    ),
    "a talk a week later, weekly titles stay": (
        "04-02|Seminar\n04-09|Seminar\n04-16|Seminar\n04-18|Nomad|Bob",
        "04-02|Seminar\n04-09|Seminar\n04-16|Seminar\n04-25|Nomad|Bob",
        "0123",
    ),
    "two turns of one person earlier": ("04-09||Ann\n04-16||Ann", "04-05||Ann\n04-12||Ann", "01"),
    "a date and a title corrected": ("04-02|Parot: Serving LLMs|Ann", "04-09|Parrot: Serving LLMs|Ann", "0"),
    "a date and a presenter changed": ("04-02|Parrot|Ann", "04-09|Parrot|Bob", "0"),
    "a name the other way round, and another title": ("04-02|Parrot|Li Lei", "04-02|Nomad|Lei Li", "0"),
    "one name taken for two": ("04-02|Parrot|Song Shuwei", "04-02|Nomad|Song, Shuwei", "0"),
    "one word of two names in common": ("04-02|Parrot|Ada Brandt", "04-02|Nomad|Ada Lovelace", "-"),
    "a weekly title a day later": (
        "\n".join(f"04-{day:02}|Seminar" for day in range(1, 29, 2)),
        "\n".join(f"04-{day:02}|Seminar" for day in range(2, 30, 2)),
        "".join(str(place) for place in range(14)),
    ),
    "a talk put off, another in its slot": ("04-02|Parrot|Ann", "04-02|Nomad|Bob\n04-09|Parrot|Ann", "-0"),
    "a talk into an empty slot": ("04-02|Parrot|Ann\n04-09", "04-02\n04-09|Parrot|Ann", "-0"),
    "a turn put off, another in its slot": ("04-02||Ann", "04-02|Nomad|Bob\n04-09||Ann", "-0"),
    "a paper handed on, another instead of it": (
        "04-02|Parrot|Ann",
        "04-02|Nomad|Ann\n04-09|Parrot|Bob",
        "0-",
    ),
    "a second talk on a day": ("04-02|Parrot|Ann", "04-02|Nomad|Bob\n04-02|Parrot|Ann", "-0"),
    "one of two talks of a day renamed": ("04-02|Parrot\n04-02|Nomad", "04-02|Pit\n04-02|Nomad", "01"),
    "both talks of a day replaced": ("04-02|Parrot\n04-02|Nomad", "04-02|Pit\n04-02|MSH", "--"),
    "the two talks of one presenter corrected": (
        "04-02|Parot|Ann|x\n04-02|Nomat|Ann|y",
        "04-02|A Parrot|Ann|y\n04-02|The Nomad|Ann|x",
        "10",
    ),
    "a talk put off, another by its presenter instead": (
        "04-02|Parrot|Ann",
        "04-02|Nomad|Ann\n04-09|Parrot|Ann",
        "-0",
    ),
    "cancelled in the source": ("04-02|Parrot|Ann", "04-02|Parrot|Ann||cancelled", "0"),
    "a cancelled talk replaced": ("04-02|Parrot|||cancelled", "04-02|Nomad", "-"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_edit_keeps_identity(edit: str) -> None:
    before, after, kept = EDITS[edit]
    old, new = schedule(before), schedule(after)
    known = record((), old)

    entries = record(known, new, LATER)

    ours = uids(known, old)
    assert "".join(str(ours.index(uid)) if uid in ours else "-" for uid in uids(entries, new)) == kept
    assert set(ours) <= {entry.uid for entry in entries}


@pytest.mark.parametrize("edit", EDITS)
def test_same_edit_in_any_order(edit: str) -> None:
    before, after, _ = EDITS[edit]
    known, new = record((), schedule(before)), schedule(after)
    expected = record(known, new, LATER)
    assert record(known[::-1], new, LATER) == expected
    assert record(known, new[::-1], LATER) == expected
    assert record((*known[1:], *known[:1]), [*new[2:], *new[:2]], LATER) == expected
    assert record(expected, new, LATER + timedelta(days=99)) == expected


def named(row: str, name: str | None) -> Session:
    """Read a row that the organiser calls by an id."""
    return replace(schedule(row)[0], id=name)


def test_the_same_id_is_the_same_session_whatever_else_changes() -> None:
    known = record((), [named("04-02|Parrot|Ann", "a"), named("04-09|Nomad|Bob", "b")])
    changed = [named("04-02|Parrot|Ann", "b"), named("04-16|Pit|Cid", "a")]
    entries = record(known, changed, LATER)
    assert uids(entries, changed) == uids(known, [known[1].session, known[0].session])


def test_two_ids_are_never_the_same_session() -> None:
    known = record((), [named("04-02|Parrot|Ann", "a")])
    assert len(record(known, [named("04-02|Parrot|Ann", "b")], LATER)) == 2


@pytest.mark.parametrize(("before", "after"), [(None, "a"), ("a", None)])
def test_an_id_may_come_and_go(before: str | None, after: str | None) -> None:
    known = record((), [named("04-02|Parrot|Ann", before)])
    (entry,) = record(known, [named("04-09|Parrot|Ann", after)], LATER)
    assert (entry.uid, entry.session.id) == (known[0].uid, after)


def test_an_id_alone_is_no_news_to_subscribers() -> None:
    known = record((), schedule("04-02|Parrot|Ann"))
    (entry,) = record(known, [named("04-02|Parrot|Ann", "a")], LATER)
    assert entry.sequence == 0


@pytest.mark.parametrize("days", [("04-02", "04-09"), ("04-09", "04-02")])
def test_an_id_given_twice_tells_nobody_apart(days: tuple[str, str]) -> None:
    twice = [named(f"{days[0]}|Parrot|Ann", "a"), named(f"{days[1]}|Nomad|Bob", "a")]
    entries = record((), twice)
    assert len({entry.uid for entry in entries}) == 2
    assert record(entries, twice, LATER) == entries
    one = record(entries, twice[:1], LATER)
    assert uids(one, twice[:1]) == uids(entries, twice[:1])


def test_a_new_session_is_minted_from_its_id() -> None:
    (one,), (other,) = (record((), [named(row, "a")]) for row in ("04-02|Parrot|Ann", "04-09|Nomad|Bob"))
    assert one.uid == other.uid


def test_first_seen_is_revision_zero() -> None:
    (entry,) = record((), schedule("04-02|Parrot|Ann"))
    assert (entry.sequence, entry.created, entry.last_modified, entry.state) == (
        0,
        SPRING,
        SPRING,
        State.CONFIRMED,
    )


def test_uid_is_the_same_in_every_process() -> None:
    """A UID in somebody's calendar must not depend on the release, the machine or the source's name."""
    expected = ["1c0f7ec3-04d2-5e6f-902f-9852aea09af4"]
    assert [entry.uid for entry in record((), schedule("04-02|Parrot|Ann"))] == expected
    assert [entry.uid for entry in record((), schedule("04-02|Parrot|Ann", "other.md"))] == expected


def test_other_calendar_has_other_uids() -> None:
    sessions = schedule("04-02|Parrot|Ann")
    (ours,) = record((), sessions)
    (theirs,) = reconcile(
        (), sessions, SPRING, calendar_id="theirs", clean=(SOURCE,), fingerprint=fingerprint
    )
    assert ours.uid != theirs.uid


def test_uid_is_never_given_twice() -> None:
    """A talk moves, and another with the same words stands where it was."""
    first = record((), schedule("04-02|Seminar|Ann"))
    moved = record(first, schedule("04-09|Seminar|Ann"), LATER)
    both = record(moved, schedule("04-02|Seminar|Ann\n04-09|Seminar|Ann"), LATER)
    assert len({entry.uid for entry in both}) == 2
    assert both[1].uid == first[0].uid


def test_equal_rows_have_uids_of_their_own_in_one_order() -> None:
    three = record((), schedule("04-02|Seminar\n" * 3))
    assert len({entry.uid for entry in three}) == 3
    for number in range(3):
        fewer = record((), schedule("04-02|Seminar\n" * number))
        assert {entry.uid for entry in fewer} < {entry.uid for entry in three}
        more = record(fewer, schedule("04-02|Seminar\n" * 3), LATER)
        assert {entry.uid for entry in more} == {entry.uid for entry in three}


def test_uid_of_others_is_not_given() -> None:
    others = record((), schedule("04-02|Parrot|Ann", "old.md"))
    entries = reconcile(
        (),
        schedule("04-02|Parrot|Ann"),
        LATER,
        calendar_id="group",
        clean=(SOURCE, "old.md"),
        fingerprint=fingerprint,
        others=others,
    )
    assert len({entry.uid for entry in entries}) == 2
    assert others[0] in entries


def test_visible_change_moves_all_stamps() -> None:
    known = record((), schedule("04-02|Parrot|Ann"))
    (entry,) = record(known, schedule("04-02|Parrot|Bob"), LATER)
    assert (entry.sequence, entry.created, entry.last_modified) == (1, SPRING, LATER)


def test_invisible_change_moves_no_stamp() -> None:
    (known,) = record((), schedule("04-02|Parrot|Ann"))
    moved_about = schedule("04-02|Parrot|Ann", "archive/2024.md")
    assert record((known,), moved_about, LATER) == (replace(known, session=moved_about[0]),)


def test_stamps_advance_though_the_clock_goes_back() -> None:
    known = record((), schedule("04-02|Parrot|Ann"))
    (entry,) = record(known, schedule("04-02|Parrot|Bob"), SPRING - timedelta(days=3))
    assert (entry.sequence, entry.last_modified) == (1, SPRING + timedelta(seconds=1))


def test_new_wording_is_a_change_of_every_event() -> None:
    """Also of those that left the source (R41)."""
    known = record((), schedule("02-06|Parrot|Ann\n04-02|Nomad|Bob"))
    entries = reconcile(
        known,
        schedule("04-02|Nomad|Bob"),
        LATER,
        calendar_id="group",
        clean=(SOURCE,),
        fingerprint=lambda entry: f"new wording of {fingerprint(entry)}",
    )
    assert [(entry.sequence, entry.last_modified) for entry in entries] == [(1, LATER), (1, LATER)]


def test_vanished_session_is_cancelled_and_comes_back() -> None:
    known = record((), schedule("04-02|Parrot|Ann"))
    (gone,) = record(known, [], LATER)
    assert gone == replace(
        known[0], state=State.CANCELLED, sequence=1, last_modified=LATER, fingerprint=fingerprint(gone)
    )
    (back,) = record([gone], schedule("04-02|Parrot|Ann"), LATER)
    assert (back.uid, back.sequence, back.state) == (gone.uid, 2, State.CONFIRMED)


def test_fault_in_a_source_cancels_nothing_of_it() -> None:
    known = record((), [*schedule("04-02|Parrot|Ann"), *schedule("04-09|Nomad|Bob", "other.md")])
    held, cancelled = record(known, [], LATER, clean=["other.md"])
    assert (held, cancelled.state) == (known[0], State.CANCELLED)


def test_past_session_that_leaves_is_kept() -> None:
    known = record((), schedule("02-06|Parrot|Ann"))
    assert record(known, [], LATER) == known


def test_of_a_past_session_that_stood_twice_one_is_enough() -> None:
    """The other is a mistake that somebody mended; what it was called later is about the one that stayed."""
    twice = record((), schedule("02-06|Parrot|Ann\n02-06|Parrot|Ann"))
    once = record(twice, schedule("02-06|Parrot|Ann"), LATER)
    assert [entry.state for entry in once].count(State.CANCELLED) == 1
    (living,) = [entry.uid for entry in once if entry.state is State.CONFIRMED]
    changed = schedule("02-06|Parrot|Bob")
    assert uids(record(once, changed, LATER), changed) == [living]


def test_session_of_today_has_not_passed() -> None:
    known = record((), schedule("03-01|Parrot|Ann"))
    (entry,) = record(known, [], SPRING)
    assert entry.state is State.CANCELLED


def test_past_turn_is_not_woken_by_the_next_one() -> None:
    known = record((), schedule("02-06||Ann\n03-12||Bob"))
    entries = record(known, schedule("03-12||Bob\n03-19||Ann"), LATER)
    assert entries[:2] == (known[0], replace(known[1], session=entries[1].session))
    assert len(entries) == 3


def test_past_meeting_is_not_woken_by_its_weekly_title() -> None:
    known = record((), schedule("02-06|Seminar\n03-12|Seminar"))
    assert len(record(known, schedule("03-12|Seminar\n03-19|Seminar"), LATER)) == 3


def test_past_talk_put_off_afterwards_keeps_identity() -> None:
    known = record((), schedule("02-28|Parrot"))
    (entry,) = record(known, schedule("03-06|Parrot"), LATER)
    assert entry.uid == known[0].uid


def test_placeholder_is_silent_until_filled_in() -> None:
    (silent,) = record((), schedule("04-02"))
    assert silent.state is State.SILENT
    (visible,) = record([silent], schedule("04-02|Parrot|Ann"), LATER)
    assert (visible.uid, visible.state, visible.sequence) == (silent.uid, State.CONFIRMED, 1)


def test_vanished_placeholder_stays_silent() -> None:
    known = record((), schedule("04-02\n04-09|Easter|||no-meeting"))
    assert record(known, [], LATER) == known


def test_change_of_a_silent_entry_counts() -> None:
    known = record((), schedule("04-02|Easter|||no-meeting"))
    (entry,) = record(known, schedule("04-03|Easter|||no-meeting"), LATER)
    assert (entry.state, entry.sequence, entry.last_modified) == (State.SILENT, 1, LATER)


def test_meeting_called_off_in_its_own_row_is_cancelled() -> None:
    known = record((), schedule("04-02|Parrot|Ann"))
    (entry,) = record(known, schedule("04-02|Parrot|Ann||no-meeting"), LATER)
    assert (entry.uid, entry.state, entry.sequence) == (known[0].uid, State.CANCELLED, 1)


def test_emptied_slot_does_not_hand_notes_to_the_next_talk() -> None:
    parrot = record((), schedule("04-02|Parrot|Ann"))
    emptied = record(parrot, schedule("04-02"), LATER)
    nomad = record(emptied, schedule("04-02|Nomad|Bob"), LATER)
    assert {(entry.session.title, entry.state) for entry in nomad} == {
        ("Parrot", State.CANCELLED),
        ("Nomad", State.CONFIRMED),
    }
    restored = record(emptied, schedule("04-02|Parrot|Ann"), LATER)
    assert uids(restored, schedule("04-02|Parrot|Ann")) == [parrot[0].uid]


def test_living_session_goes_before_a_cancelled_one() -> None:
    """What stands in the schedule keeps its identity though a tombstone would fit a little better."""
    parrot = record((), schedule("04-02|Parrot|Ann"))
    nomad = record(parrot, schedule("04-02|Nomad|Bob"), LATER)
    (living,) = [entry.uid for entry in nomad if entry.state is State.CONFIRMED]
    changed = schedule("04-02|Parrot|Bob")
    assert uids(record(nomad, changed, LATER), changed) == [living]


def test_living_session_goes_before_its_own_past() -> None:
    """Nor does it lose its identity to a tombstone that is restored word for word."""
    parrot = record((), schedule("04-02|Parrot|Ann"))
    nomad = record(parrot, schedule("04-02|Nomad|Bob"), LATER)
    (living,) = [entry.uid for entry in nomad if entry.state is State.CONFIRMED]
    changed = record(nomad, schedule("04-02|Parrot|Bob"), LATER)
    restored = schedule("04-02|Parrot|Ann")
    entries = record(changed, restored, LATER)
    assert [entry.uid for entry in entries if entry.state is State.CONFIRMED] == [living]


def test_tombstone_beside_a_talk_that_moves_is_no_slot_either() -> None:
    known = record((), schedule("04-02|Parrot\n04-02|Pit"))
    gone = record(known, schedule("04-02|Pit"), LATER)
    assert len(record(gone, schedule("04-02|Nomad\n04-09|Pit"), LATER)) == 3


def test_tombstone_is_no_slot_to_write_over() -> None:
    known = record((), schedule("04-02|Parrot\n04-09|Pit"))
    gone = record(known, schedule("04-09|Pit"), LATER)
    entries = record(gone, schedule("04-02|Nomad\n04-09|Pit"), LATER)
    assert len(entries) == 3


def test_rows_that_differ_in_details_keep_them() -> None:
    """Rows with the same date, title and presenters change places in the source."""
    slides = Link("slides", "slides", "https://example.org/s.pdf", "s.pdf")
    first, second = schedule("04-02|Seminar|Ann\n04-02|Seminar|Ann")
    first = replace(first, links=(slides,))
    known = record((), [first, second])
    swapped = [replace(first, source=second.source), replace(second, source=first.source)]
    entries = record(known, swapped, LATER)
    assert uids(entries, swapped) == uids(known, [first, second])
    assert [entry.sequence for entry in entries] == [0, 0]


def test_two_talks_of_a_presenter_are_told_apart_by_their_hours() -> None:
    morning, evening = schedule("04-02|Nomad|Ann\n04-02|Parrot|Ann")
    morning = replace(morning, start=datetime.fromisoformat("2024-04-02T09:00"))
    evening = replace(evening, start=datetime.fromisoformat("2024-04-02T18:00"))
    known = record((), [morning, evening])
    changed = [replace(morning, title="Zen"), replace(evening, title="Art")]
    assert uids(record(known, changed, LATER), changed) == uids(known, [morning, evening])


def test_many_equal_rows_keep_their_places() -> None:
    rows = schedule("04-02|Seminar\n" * 30)
    known = record((), rows)
    assert record(known, rows, LATER) == known
    fewer = record(known, rows[:20], LATER)
    assert [entry.state for entry in fewer].count(State.CANCELLED) == 10
    assert record(fewer, rows[:20], LATER) == fewer


def test_id_that_went_to_a_new_session_stays_with_it() -> None:
    """Two rows had it by mistake; then neither has, and a third one does."""
    mistaken = [named("02-02|Parrot|Ann", "a"), named("04-02|Nomad|Bob", "a")]
    sessions = [named("03-20", "a")]
    known = record(record((), mistaken, SPRING - timedelta(days=40)), sessions)

    assert record(known, sessions, LATER) == known


# ── what only members see ────────────────────────────────────────────────────────────────────────


def inside(known: Sequence[Entry], online: str | None, now: datetime, title: str = "Parrot") -> Entry:
    """Record one session whose address is for members."""
    sessions = [replace(session, online=online) for session in schedule(f"04-02|{title}|Ann")]
    (entry,) = reconcile(
        known,
        sessions,
        now,
        calendar_id="group",
        clean={SOURCE},
        fingerprint=fingerprint,
        concealed=lambda session: session.online or "",
    )
    return entry


def test_what_is_new_to_members_alone_is_a_revision_for_them_alone() -> None:
    first = inside([], "room-1", SPRING)
    second = inside([first], "room-2", LATER)

    assert first.inside == Inside(0, None, "room-1")
    assert second == replace(first, session=second.session, inside=Inside(1, LATER, "room-2"))


def test_what_is_new_to_all_is_no_revision_of_what_members_see_besides() -> None:
    first = inside([], "room-1", SPRING)
    second = inside([first], "room-1", LATER, "Parrot and Nomad")

    assert (second.sequence, second.inside) == (1, first.inside)


def test_revisions_of_members_never_go_back() -> None:
    entry = inside([], "room-1", SPRING)
    for number, online in enumerate((None, "room-1", None), 1):
        entry = inside([entry], online, SPRING - timedelta(days=number))
        assert entry.inside.changes == number
    assert entry.inside.last_modified == SPRING - timedelta(days=1) + timedelta(seconds=2)
