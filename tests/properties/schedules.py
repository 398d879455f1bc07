"""Schedules of every layout, made of parts that people write and of parts that nobody would."""

import csv as csv_module
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from hypothesis import strategies as st

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
NAMES = st.sampled_from(["Ada Brandt", "王小雨", "김민수", "Dr. Émile Żak", "Noor", "Everyone", "TBD", ""])
TITLES = st.sampled_from(
    [
        "Paxos Made Simple",
        "[Parrot: Serving](https://e.org/?a=[1])",
        "[OSDI'24] Nomad",
        "cancelled",
        "Thanksgiving",
    ]
) | st.sampled_from(
    ["~~Raft~~", "**Bold** `code`", "[slides](a.pdf)", "Room: 402", "2 pm – 3:30", "💡", "分散システム入門"]
)
GARBAGE = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20) | st.sampled_from(
    [
        "|",
        "---",
        "<td>",
        "[" * 30,
        "](",
        "~~",
        "&#x41;",
        "{{ x }}",
        "- - -",
        "> ",
        "```",
        "*a: &a",
        "\t",
        "#+BEGIN",
    ]
)
SPELLINGS: tuple[Callable[[date], str], ...] = (
    lambda d: d.isoformat(),
    lambda d: f"{d:%B} {d.day}, {d.year}",
    lambda d: f"{d:%a}, {d.day} {d:%b} {d.year}",
    lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: f"{d.year}년 {d.month}월 {d.day}일",
)
DOUBTFUL_SPELLINGS: tuple[Callable[[date], str], ...] = (
    lambda d: f"{d:%d.%m.%Y}",
    lambda d: f"{d:%B} {d.day}",
    lambda d: f"{d.month}/{d.day}",
    lambda d: f"{d.day}.{d.month}.",
    lambda d: f"{d.month}月{d.day}日",
)


@dataclass(frozen=True, slots=True)
class Row:
    """A session as somebody wants to write it: the day, its spelling, and what else is said."""

    day: date
    written: str
    title: str
    people: str


@st.composite
def rows(
    draw: st.DrawFn,
    spellings: Sequence[Callable[[date], str]] = SPELLINGS,
    titles: st.SearchStrategy[str] = TITLES,
    people: st.SearchStrategy[str] = NAMES,
) -> Row:
    """Draw a row."""
    day = draw(DAYS)
    return Row(day, draw(st.sampled_from(spellings))(day), draw(titles), draw(people))


def headings(schedule: Sequence[Row]) -> str:
    """Write a heading a session."""
    return "".join(f"## {row.written}\n\n- {row.title}\n- {row.people}\n\n" for row in schedule)


def table(schedule: Sequence[Row]) -> str:
    """Write a table."""
    return "| Date | Speaker | Title |\n|---|---|---|\n" + "".join(
        f"| {row.written} | {row.people} | {row.title} |\n" for row in schedule
    )


def items(schedule: Sequence[Row]) -> str:
    """Write a list with the people nested in its items."""
    return "".join(f"- {row.written}: {row.title}\n  - Presenter: {row.people}\n" for row in schedule)


def html(schedule: Sequence[Row]) -> str:
    """Write a table of HTML whose cells are not closed."""
    cells = (f"<tr><td>{row.written}<td>{row.people}<td>{row.title}" for row in schedule)
    return f"<table><tr><th>Date<th>Speaker<th>Title{''.join(cells)}</table>"


def org(schedule: Sequence[Row]) -> str:
    """Write Org's headings."""
    return "".join(f"* {row.written}\n- {row.title}\n- {row.people}\n" for row in schedule)


def yaml(schedule: Sequence[Row]) -> str:
    """Write YAML, in the part of it that is JSON as well."""
    sessions = ({"date": row.written, "title": row.title, "speaker": row.people} for row in schedule)
    return "".join(f"- {json.dumps(session, ensure_ascii=False)}\n" for session in sessions)


def csv(schedule: Sequence[Row]) -> str:
    """Write a spreadsheet's export."""
    text = io.StringIO()
    writer = csv_module.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(("Date", "Speaker", "Title"))
    writer.writerows((row.written, row.people, row.title) for row in schedule)
    return text.getvalue()


def rst(schedule: Sequence[Row]) -> str:
    """Write reStructuredText's sections."""
    return "".join(f"{row.written}\n{'-' * 40}\n\n- {row.title}\n- {row.people}\n\n" for row in schedule)


def list_table(schedule: Sequence[Row]) -> str:
    """Write a table as lists in reStructuredText."""
    cells = (f"   * - {row.written}\n     - {row.people}\n     - {row.title}\n" for row in schedule)
    head = ".. list-table::\n   :header-rows: 1\n\n   * - Date\n     - Speaker\n     - Title\n"
    return head + "".join(cells)


LAYOUTS: dict[Callable[[Sequence[Row]], str], str] = {
    headings: "README.md",
    table: "README.md",
    items: "README.md",
    html: "index.html",
    org: "schedule.org",
    yaml: "talks.yaml",
    csv: "schedule.csv",
    rst: "README.rst",
    list_table: "README.rst",
}
"""Each way to write a schedule, and the name of a file in which it is written so."""


@st.composite
def files(draw: st.DrawFn) -> tuple[str, str]:
    """Draw the name and the text of a file: schedules of any layouts with garbage between their lines."""
    write = draw(st.sampled_from(list(LAYOUTS)))
    row = rows((*SPELLINGS, *DOUBTFUL_SPELLINGS), TITLES | GARBAGE, NAMES | GARBAGE)
    lines = write(draw(st.lists(row, max_size=8))).split("\n")
    for garbage in draw(st.lists(GARBAGE, max_size=3)):
        lines.insert(draw(st.integers(0, len(lines))), garbage)
    return LAYOUTS[write], "\n".join(lines)
