"""What became of sessions, and the sentence that says it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calfeed.changes import compare, describe, identifier, newest
from calfeed.diagnostics import Position
from calfeed.model import (
    Change,
    ChangeKind,
    Entry,
    Facet,
    Link,
    Person,
    Role,
    Semester,
    Session,
    State,
    Status,
    Venue,
)

ADA, BEN, CYR = (
    Person(name, name.split()[0].casefold()) for name in ("Ada Brandt", "Ben Okafor", "Cyr Duval")
)
HELPS = replace(BEN, role=Role.ASSISTANT)
SLIDES = Link("slides", "slides", "https://example.org/s.pdf", "s.pdf")
VIDEO = Link("video", "video", "https://example.org/v", "https://example.org/v")
HANDOUT = Link("other", "Handout, one page", "https://example.org/h", "h")
SESSION = Session(
    semester=Semester("2024-fall", "2024 Fall"),
    date=date(2024, 9, 3),
    source=Position("README.md", 3),
    title="Hash tables",
    start=datetime.fromisoformat("2024-09-03T14:00"),
    end=datetime.fromisoformat("2024-09-03T15:30"),
    timezone="Europe/Berlin",
    venue=Venue("OSDI'24", "OSDI", 2024),
    location="Room 402",
    presenters=(ADA,),
    paper_url="https://example.org/p.pdf",
)
THEN = datetime(2024, 8, 20, 2, tzinfo=UTC)
NOW = datetime(2024, 9, 1, 8, 15, tzinfo=UTC)
BEFORE = Entry("5d683371-bb79-55fe-8a7f-eb59d7b06628", 2, THEN, THEN, State.CONFIRMED, SESSION)


def revised(session: Session, state: State = State.CONFIRMED) -> Entry:
    return replace(BEFORE, sequence=3, last_modified=NOW, state=state, session=session)


def changed(before: Session, after: Session, state: State = State.CONFIRMED) -> Change:
    (change,) = compare([replace(BEFORE, session=before)], [revised(after, state)], "Ada Brandt")
    return change


def sentence(before: Session, after: Session) -> str:
    return describe(changed(before, after))


def at(start: str, end: str | None, zone: str = "Europe/Berlin") -> Session:
    begin, until = (datetime.fromisoformat(f"2024-09-03T{each}") if each else None for each in (start, end))
    return replace(SESSION, start=begin, end=until, timezone=zone)


# ── compare ──────────────────────────────────────────────────────────────────────────────────────


def test_a_change_says_all_that_is_another_and_whom_it_concerns() -> None:
    after = replace(SESSION, date=date(2024, 9, 5), presenters=(BEN,), links=(SLIDES,))

    assert compare([BEFORE], [revised(after)], "Ada Brandt <ada@example.org>\n") == (
        Change(
            uid=BEFORE.uid,
            sequence=3,
            time=NOW,
            kind=ChangeKind.CHANGED,
            date=date(2024, 9, 5),
            title="Hash tables",
            semester="2024-fall",
            presenters=("ben", "ada"),
            facets=(
                Facet("date", "2024-09-03", "2024-09-05"),
                Facet("presenters", "Ada Brandt", "Ben Okafor"),
                Facet("materials", None, "slides"),
            ),
            names="Ben Okafor",
            author="Ada Brandt",
        ),
    )


def test_a_new_session_was_nothing_in_every_aspect() -> None:
    (change,) = compare([], [replace(BEFORE, sequence=0)], None)

    assert (change.kind, change.time, change.author) == (ChangeKind.NEW, THEN, None)
    assert change.facets == (
        Facet("date", None, "2024-09-03"),
        Facet("time", None, "14:00–15:30"),
        Facet("title", None, "Hash tables"),
        Facet("presenters", None, "Ada Brandt"),
        Facet("venue", None, "OSDI'24"),
        Facet("location", None, "Room 402"),
        Facet("paper", None, "https://example.org/p.pdf"),
        Facet("status", None, "confirmed"),
    )


S, C, T, X = State.SILENT, State.CONFIRMED, State.TENTATIVE, State.CANCELLED


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (None, C, ChangeKind.NEW),
        (None, T, ChangeKind.NEW),
        (None, S, None),
        (None, X, ChangeKind.CANCELLED),
        (S, C, ChangeKind.NEW),
        (S, S, None),
        (S, X, ChangeKind.CANCELLED),
        (C, T, ChangeKind.CHANGED),
        (C, X, ChangeKind.CANCELLED),
        (T, X, ChangeKind.CANCELLED),
        (X, C, ChangeKind.RESTORED),
        (X, T, ChangeKind.RESTORED),
        (X, X, None),
    ],
)
def test_the_states_before_and_after_tell_the_kind(
    before: State | None, after: State, kind: ChangeKind | None
) -> None:
    known = [replace(BEFORE, state=before)] if before else []
    found = compare(known, [revised(replace(SESSION, location="Room 101"), after)], None)

    assert [change.kind for change in found] == ([kind] if kind else [])


def test_what_nobody_sees_differently_is_no_change() -> None:
    moved = replace(SESSION, source=Position("other.md", 9))
    unrevised = replace(BEFORE, session=replace(SESSION, title="Never told"))

    assert compare([BEFORE], [replace(BEFORE, session=moved)], None) == ()
    assert compare([BEFORE], [unrevised], None) == ()


def test_what_is_only_our_wording_is_no_change() -> None:
    reworded = replace(SESSION, presenters=(replace(ADA, nickname="Countess"),), highlighted=True)

    assert compare([BEFORE], [revised(reworded)], None) == ()


def test_the_order_of_names_and_the_address_of_the_site_are_no_change() -> None:
    before = replace(SESSION, presenters=(ADA, BEN), links=(SLIDES, VIDEO))
    moved = replace(SLIDES, url="https://elsewhere.example.org/s.pdf")
    after = replace(SESSION, presenters=(BEN, ADA), links=(VIDEO, moved))

    assert compare([replace(BEFORE, session=before)], [revised(after)], None) == ()


def test_changes_come_in_order_of_time_then_date() -> None:
    early = replace(BEFORE, uid="a", last_modified=NOW - timedelta(days=1))
    second = replace(BEFORE, uid="b", last_modified=NOW, session=replace(SESSION, date=date(2024, 9, 10)))
    first = replace(BEFORE, uid="c", last_modified=NOW)
    found = compare([], [second, first, early], None)

    assert [change.uid for change in found] == ["a", "c", "b"]
    assert [change.uid for change in newest(found)] == ["b", "c", "a"]


def test_every_revision_has_a_name_of_its_own_that_stays() -> None:
    change = changed(SESSION, replace(SESSION, location=None))

    assert identifier(change) == "urn:uuid:704fb24e-01c8-5b9e-8ca4-75cf49e4b477"
    assert identifier(replace(change, title="Other", time=THEN)) == identifier(change)
    assert identifier(replace(change, sequence=4)) != identifier(change)


# ── describe ─────────────────────────────────────────────────────────────────────────────────────

OPEN = replace(SESSION, title=None)
ALONE = replace(SESSION, presenters=())
BOTH = replace(SESSION, presenters=(ADA, BEN))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (SESSION, replace(SESSION, date=date(2024, 9, 5)), "‘Hash tables’ moved from Tue 3 Sep to Thu 5 Sep"),
        (
            SESSION,
            replace(SESSION, date=date(2025, 1, 7)),
            "‘Hash tables’ moved from Tue 3 Sep 2024 to Tue 7 Jan 2025",
        ),
        (
            replace(SESSION, date=date(2025, 1, 7)),
            replace(SESSION, date=date(2025, 1, 9)),
            "‘Hash tables’ moved from Tue 7 Jan to Thu 9 Jan 2025",
        ),
        (
            OPEN,
            replace(OPEN, date=date(2024, 9, 5)),
            "The session of Ada Brandt moved from Tue 3 Sep to Thu 5 Sep",
        ),
        (SESSION, at("15:00", "16:30"), "‘Hash tables’ (3 Sep) now starts at 15:00, not 14:00"),
        (SESSION, at("14:00", "16:30"), "‘Hash tables’ (3 Sep) now ends at 16:30, not 15:30"),
        (SESSION, at("14:00", None), "‘Hash tables’ (3 Sep) is now at 14:00, not 14:00–15:30"),
        (
            SESSION,
            at("14:00", "15:30", "Europe/Lisbon"),
            "‘Hash tables’ (3 Sep) is now at 14:00–15:30 Europe/Lisbon, not 14:00–15:30 Europe/Berlin",
        ),
        (SESSION, replace(SESSION, start=None, end=None), "‘Hash tables’ (3 Sep) now lasts all day"),
        (replace(SESSION, start=None, end=None), SESSION, "‘Hash tables’ (3 Sep) now starts at 14:00"),
        (OPEN, SESSION, "Tue 3 Sep: the topic is now ‘Hash tables’"),
        (SESSION, OPEN, "Tue 3 Sep: the topic is open again, no longer ‘Hash tables’"),
        (
            SESSION,
            replace(SESSION, title="Trees", venue=None, paper_url=None),
            "Tue 3 Sep: the topic is now ‘Trees’, not ‘Hash tables’",
        ),
        (ALONE, SESSION, "Ada Brandt presents ‘Hash tables’ (3 Sep)"),
        (ALONE, BOTH, "Ada Brandt and Ben Okafor present ‘Hash tables’ (3 Sep)"),
        (SESSION, BOTH, "Ben Okafor joins ‘Hash tables’ (3 Sep)"),
        (
            SESSION,
            replace(SESSION, presenters=(ADA, BEN, CYR)),
            "Ben Okafor and Cyr Duval join ‘Hash tables’ (3 Sep)",
        ),
        (BOTH, SESSION, "Ben Okafor leaves ‘Hash tables’ (3 Sep)"),
        (
            SESSION,
            replace(SESSION, presenters=(BEN,)),
            "‘Hash tables’ (3 Sep) is presented by Ben Okafor instead of Ada Brandt",
        ),
        (
            BOTH,
            replace(SESSION, presenters=(ADA, CYR)),
            "Cyr Duval replaces Ben Okafor in ‘Hash tables’ (3 Sep)",
        ),
        (
            BOTH,
            replace(SESSION, presenters=(ADA, HELPS)),
            "Ben Okafor now assists in ‘Hash tables’ (3 Sep)",
        ),
        (
            replace(SESSION, presenters=(ADA, HELPS)),
            replace(SESSION, presenters=(replace(ADA, role=Role.ASSISTANT), BEN, CYR)),
            "Ada Brandt now assists in ‘Hash tables’ (3 Sep); Ben Okafor now presents it;"
            " and Cyr Duval joins it",
        ),
        (
            replace(SESSION, presenters=(ADA, HELPS)),
            replace(SESSION, presenters=(HELPS, CYR)),
            "Cyr Duval replaces Ada Brandt in ‘Hash tables’ (3 Sep)",
        ),
        (
            SESSION,
            replace(SESSION, presenters=(ADA, HELPS)),
            "Ben Okafor joins ‘Hash tables’ (3 Sep)",
        ),
        (
            replace(OPEN, presenters=()),
            replace(OPEN, presenters=(BEN,)),
            "Ben Okafor presents the session on Tue 3 Sep",
        ),
        (
            SESSION,
            replace(SESSION, location="Room 101"),
            "The place for ‘Hash tables’ (3 Sep) is now Room 101, not Room 402",
        ),
        (
            replace(SESSION, location=None),
            replace(SESSION, location=None, online="https://meet.example.org/x"),
            "The place for ‘Hash tables’ (3 Sep) is now https://meet.example.org/x",
        ),
        (
            SESSION,
            replace(SESSION, location=None),
            "The place for ‘Hash tables’ (3 Sep) is now open, not Room 402",
        ),
        (
            SESSION,
            replace(SESSION, venue=Venue("SOSP'23", "SOSP", 2023)),
            "The paper for ‘Hash tables’ (3 Sep) is from SOSP'23, not OSDI'24",
        ),
        (SESSION, replace(SESSION, paper_url=None), "The paper for ‘Hash tables’ (3 Sep) is gone"),
        (replace(SESSION, paper_url=None), SESSION, "The paper for ‘Hash tables’ (3 Sep) is there"),
        (
            SESSION,
            replace(SESSION, paper_url="https://example.org/q"),
            "The paper for ‘Hash tables’ (3 Sep) has a new address",
        ),
        (SESSION, replace(SESSION, links=(SLIDES,)), "Slides for ‘Hash tables’ (3 Sep) are there"),
        (SESSION, replace(SESSION, links=(VIDEO,)), "Video for ‘Hash tables’ (3 Sep) is there"),
        (
            SESSION,
            replace(SESSION, links=(SLIDES, VIDEO)),
            "Slides and video for ‘Hash tables’ (3 Sep) are there",
        ),
        (
            replace(SESSION, links=(SLIDES,)),
            replace(SESSION, links=(HANDOUT,)),
            "Handout one page for ‘Hash tables’ (3 Sep) is there, and slides for it are gone",
        ),
        (
            replace(SESSION, links=(SLIDES,)),
            replace(SESSION, links=(replace(SLIDES, written="s2.pdf"),)),
            "Slides for ‘Hash tables’ (3 Sep) are updated",
        ),
        (
            OPEN,
            replace(SESSION, date=date(2024, 9, 5), presenters=(BEN,), links=(SLIDES,)),
            "The session moved from Tue 3 Sep to Thu 5 Sep; the topic is now ‘Hash tables’; it is"
            " presented by Ben Okafor instead of Ada Brandt; and slides for it are there",
        ),
        (
            OPEN,
            replace(SESSION, presenters=(ADA, BEN)),
            "Tue 3 Sep: the topic is now ‘Hash tables’, and Ben Okafor joins it",
        ),
    ],
)
def test_a_change_is_said_as_a_person_would(before: Session, after: Session, said: str) -> None:
    assert sentence(before, after) == said


def test_a_state_is_said_only_where_nothing_else_tells_of_it() -> None:
    assert describe(changed(SESSION, SESSION, T)) == "‘Hash tables’ (3 Sep) is tentative now"
    assert describe(changed(SESSION, OPEN, T)).startswith("Tue 3 Sep: the topic is open again")
    assert "tentative" not in describe(changed(SESSION, OPEN, T))


@pytest.mark.parametrize(
    ("session", "said"),
    [
        (SESSION, "New on Tue 3 Sep: ‘Hash tables’ by Ada Brandt"),
        (
            replace(BOTH, date=date(2025, 1, 7)),
            "New on Tue 7 Jan 2025: ‘Hash tables’ by Ada Brandt and Ben Okafor",
        ),
        (OPEN, "New on Tue 3 Sep: a session by Ada Brandt, its topic still open"),
        (replace(OPEN, presenters=()), "New on Tue 3 Sep: a session, its topic still open"),
    ],
)
def test_a_new_session_is_announced(session: Session, said: str) -> None:
    (change,) = compare([], [replace(BEFORE, session=session)], None)

    assert describe(change) == said


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (SESSION, "‘Hash tables’ on Tue 3 Sep is cancelled"),
        (replace(OPEN, status=Status.NO_MEETING), "‘Hash tables’ on Tue 3 Sep is cancelled"),
        (replace(SESSION, title="Public holiday"), "‘Hash tables’ on Tue 3 Sep is cancelled"),
        (replace(SESSION, date=date(2024, 9, 5)), "‘Hash tables’ on Tue 3 Sep is cancelled"),
    ],
)
def test_a_cancelled_session_is_called_what_it_was_known_as(after: Session, said: str) -> None:
    assert describe(changed(SESSION, after, X)) == said


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (SESSION, "‘Hash tables’ on Tue 3 Sep takes place after all"),
        (OPEN, "The session on Tue 3 Sep takes place after all"),
        (
            replace(SESSION, date=date(2024, 9, 5)),
            "‘Hash tables’ takes place after all, on Thu 5 Sep instead of Tue 3 Sep",
        ),
    ],
)
def test_a_restored_session_takes_place_after_all(after: Session, said: str) -> None:
    (change,) = compare([replace(BEFORE, state=X)], [revised(after)], None)

    assert describe(change) == said


@given(st.text(max_size=300), st.text(max_size=300))
def test_hostile_words_stay_on_one_printable_line(one: str, other: str) -> None:
    person, link = Person(one, "a"), Link("other", other, "https://example.org/", other)
    after = replace(SESSION, title=other, location=one, presenters=(person, BEN), links=(link,))
    for change in compare([BEFORE], [revised(after)], one):
        said = describe(change)
        assert len(said.encode()) <= 600
        assert said.splitlines() == [said]
        assert all(text is None or "\n" not in text for f in change.facets for text in (f.before, f.after))
