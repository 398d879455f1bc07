"""Laws of reading that hold in every layout: nothing raised, nothing lost, the same each time."""

from collections.abc import Callable, Sequence
from datetime import date
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from calfeed.model import Session
from tests.caches import forget
from tests.fuzz import broken_law, fuzz, reading
from tests.properties.schedules import (
    DOUBTFUL_SPELLINGS,
    LAYOUTS,
    SPELLINGS,
    Row,
    files,
    headings,
    items,
    rows,
    table,
)

Writer = Callable[[Sequence[Row]], str]

WRITERS = st.sampled_from(list(LAYOUTS))
TITLES = st.sampled_from(["Paxos Made Simple", "Parrot: Serving of Large Models", "Consensus in the Wild"])
PEOPLE = st.sampled_from(["Ada Brandt", "王小雨", "Émile Żak, Noor Haddad"])
SCHEDULES = st.sampled_from(SPELLINGS).flatmap(
    lambda spelling: st.lists(
        rows([spelling], TITLES, PEOPLE), min_size=3, max_size=12, unique_by=lambda r: r.day
    )
)
"""Schedules as most are: one spelling of dates with years, a title and somebody in each row."""


def sessions(write: Writer, schedule: Sequence[Row]) -> tuple[Session, ...]:
    return reading(LAYOUTS[write], write(schedule).encode()).sessions


@given(files())
@settings(max_examples=200)
def test_schedules_with_garbage_in_them_break_no_law(file: tuple[str, str]) -> None:
    path, text = file

    assert broken_law(path, text.encode()) is None


@given(WRITERS, SCHEDULES)
def test_every_layout_gives_back_every_day(write: Writer, schedule: list[Row]) -> None:
    assert sorted(s.date for s in sessions(write, schedule)) == sorted(row.day for row in schedule)


@given(WRITERS, SCHEDULES, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(write: Writer, schedule: list[Row], chance: Random) -> None:
    shuffled = list(schedule)
    chance.shuffle(shuffled)

    assert said(sessions(write, shuffled)) == said(sessions(write, schedule))


EDITS = st.tuples(st.integers(0, 9), st.integers(0, 2), st.lists(rows(), max_size=2))
"""Where rows are taken out of a schedule, how many, and what is put in their place."""


@given(
    st.sampled_from([headings, table, items]),
    st.lists(rows((*SPELLINGS, *DOUBTFUL_SPELLINGS)), min_size=2, max_size=9),
    st.lists(
        st.tuples(EDITS, st.sampled_from(["", "# Fall 2024", "# 2019", "Wednesdays 2pm, Room 402"])),
        min_size=1,
    ),
)
def test_what_was_read_before_changes_nothing(
    write: Writer, schedule: list[Row], edits: list[tuple[tuple[int, int, list[Row]], str]]
) -> None:
    texts = [f"# Talks\n\n{write(schedule)}"]
    for (at, count, others), above in edits:
        schedule = [*schedule[:at], *others, *schedule[at + count :]]
        texts.append(f"{above}\n\n{write(schedule)}")
    warm = [reading("README.md", text.encode()) for text in texts]

    for text, read in zip(texts, warm, strict=True):
        forget()
        assert reading("README.md", text.encode()) == read


def said(found: Sequence[Session]) -> list[tuple[date, str | None, tuple[str, ...]]]:
    return sorted((s.date, s.title, tuple(person.name for person in s.presenters)) for s in found)


@given(st.lists(rows(), min_size=1, max_size=8), WRITERS)
def test_every_dated_row_is_a_session_or_has_a_diagnostic(schedule: list[Row], write: Writer) -> None:
    text = write(schedule)
    read = reading(LAYOUTS[write], text.encode())
    days = {session.date for session in read.sessions}
    told = {diagnostic.position.line for diagnostic in read.diagnostics}

    lost = [row for row in schedule if row.day not in days and line_of(row, text) not in told]
    assert lost == []


def line_of(row: Row, text: str) -> int:
    return text[: text.index(row.written)].count("\n") + 1


def test_some_seconds_of_fuzzing_break_no_law() -> None:
    _, found = fuzz(seconds=3, seed=1)

    assert found is None


def test_a_broken_law_is_told() -> None:
    law = broken_law("README.md", None)  # type: ignore[arg-type]  # nothing that is text breaks one

    assert "TypeError" in (law or "")
