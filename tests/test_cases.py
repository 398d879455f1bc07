"""Whole schedules, written by anybody: tests/cases/sessions/*.md.

A case is read as README.md, or as the file in brackets at the end of its title: “… (talks.yml)”.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from calfeed.model import Person, Role, Session
from calfeed.schedule import Schedule, read
from calfeed.sources import locate
from tests.conftest import NOW
from tests.reader import Case, cases

FOLDER = Path(__file__).parent / "cases" / "sessions"


@pytest.mark.parametrize("case", list(cases(FOLDER)), ids=str)
def test_schedule_is_read_as_written_in_the_case(case: Case, write: Callable[..., Path]) -> None:
    named = re.search(r"\((\S+\.\w+)\)$", case.title)
    name = named[1] if named else "README.md"
    folder = write({name: case.input})

    schedule = read(locate([name], None, folder), NOW)

    assert "\n".join(told(schedule)) == case.expected


def told(schedule: Schedule) -> Iterator[str]:
    """Tell a schedule as case files do: a line a session, its links below it, then what is wrong."""
    for session in schedule.sessions:
        yield " | ".join(filter(None, _words(session)))
        if session.paper_url:
            yield f"  paper {session.paper_url}"
        yield from (f"  {link.kind} {link.label} {link.written}" for link in session.links)
    routine = {"id-missing", "time-missing", "link-relative"}
    yield from (str(each) for each in schedule.diagnostics if each.code not in routine)


def _words(session: Session) -> Iterator[str]:
    when = f"{session.date}"
    if session.start:
        when += f" {session.start:%H:%M}" + (f"-{session.end:%H:%M}" if session.end else "")
    yield f"{when} {session.semester.slug} {session.status}" + (" highlighted" if session.highlighted else "")
    yield session.venue.name if session.venue else ""
    yield session.title or ""
    yield ", ".join(map(_person, session.presenters))
    yield session.location or ""


def _person(person: Person) -> str:
    marks = [person.nickname and f"“{person.nickname}”", person.affiliation and f"({person.affiliation})"]
    marks.append("assists" if person.role is Role.ASSISTANT else None)
    return " ".join(filter(None, (person.name, *marks)))
