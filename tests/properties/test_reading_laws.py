"""Laws of reading, for any text and any schedule: nothing is raised, nothing is lost in silence."""

import re
from calendar import month_name
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from calfeed.documents import read as read_document
from calfeed.layouts import extract
from calfeed.sessions import Reading, interpret
from calfeed.settings import Settings

TODAY = date(2024, 11, 1)

WORDS = st.sampled_from(
    ["Ada Brandt", "王小雨", "Raft", "slides", "[slides](a.pdf)", "[OSDI'24]", "(THU)", "TBD", "14:00", "💡"]
) | st.sampled_from(
    ["[a paper](https://e.org/?a=[1])", "~~x~~", "*Hill*", "**", "cancelled", "Room: 402", "1+N", "`"]
)
LINES = st.one_of(
    st.builds("- {}".format, st.lists(WORDS, max_size=5).map(" ".join)),
    st.builds("### {}".format, st.dates().map(lambda d: f"{d:%B} {d.day}")),
    st.builds("## {}".format, st.sampled_from(["Fall 2024", "2025 Spring", "Schedule", "---"])),
    st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=30),  # lines as editors count them
)
SCHEDULES = st.lists(LINES, max_size=25).map("\n".join)


def reading(text: str) -> Reading:
    document, faults = read_document("README.md", text.encode("utf-8", "surrogatepass"))
    records, strays = extract(document)
    found = interpret(document, records, Settings(root=Path("/nowhere")), lambda _line: TODAY)
    return Reading(found.accounts, (*faults, *strays, *found.diagnostics))


@given(st.one_of(st.text(), SCHEDULES))
@settings(max_examples=300)
def test_any_text_is_read_without_an_exception(text: str) -> None:
    reading(text)


@given(SCHEDULES)
def test_every_dated_heading_is_a_session_or_is_said(text: str) -> None:
    read = reading(text)
    lines = {session.source.line for session in read.sessions} | {d.position.line for d in read.diagnostics}
    dated = re.compile(rf"### (?:{'|'.join(month_name[1:])}) \d+")
    headings = {n for n, line in enumerate(text.split("\n"), start=1) if dated.fullmatch(line)}

    assert headings <= lines


@given(SCHEDULES)
def test_positions_lie_in_the_text(text: str) -> None:
    ends = [len(line) + 1 for line in text.split("\n")]
    read = reading(text)
    places = [session.source for session in read.sessions] + [d.position for d in read.diagnostics]

    assert [p for p in places if not (1 <= p.line <= len(ends) and 1 <= p.column <= ends[p.line - 1])] == []


@given(
    st.dates(date(2019, 1, 1), date(2030, 12, 31)),
    st.lists(st.integers(1, 150), max_size=20),  # wider gaps leave in doubt which end is the older
    st.booleans(),
)
def test_dates_without_years_are_found_again_in_either_order(
    start: date, gaps: list[int], newest_first: bool
) -> None:
    days = [start + timedelta(days=passed) for passed in accumulate(gaps, initial=0)]
    assume(sum(day.year == start.year for day in days) * 2 >= len(days))  # else another year fits better
    rows = [f"### {day:%B} {day.day}" for day in (reversed(days) if newest_first else days)]

    found = reading("\n".join([f"# Talks of {start.year}", *rows])).sessions

    assert sorted(session.date for session in found) == days


@given(st.lists(st.dates(date(1900, 1, 1), date(2099, 12, 31)), min_size=1, max_size=20))
def test_dates_with_years_are_found_again_in_any_order_and_distance(days: list[date]) -> None:
    rows = [f"### {day:%B} {day.day}, {day.year}" for day in days]

    found = reading("\n".join(["# Talks of 2024", *rows])).sessions

    assert sorted(session.date for session in found) == sorted(days)
