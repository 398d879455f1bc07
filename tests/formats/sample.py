"""Feeds for the tests of formats, with something nasty in every field, and how to take one apart."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from calfeed.diagnostics import Position
from calfeed.events import compose, sort_key
from calfeed.model import Calendar, Entry, Event, Feed, Link, Person, Role, Semester, Session, State, Venue

NASTY = (
    "a,b;c:d\\e\\n\\N\"f\"'g'^n\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\u2028h\x00i\x85j 系统 👨‍👩‍👧 é́ \ufeff\u202e"
)
ZONES = (
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Pacific/Chatham",
    "America/Sao_Paulo",
    "Asia/Gaza",
    "Europe/Dublin",
    "Pacific/Apia",
    "UTC",
)
CALENDAR = Calendar(
    name="Systems Reading Group (系统阅读小组)",
    slug="systems-reading-group",
    timezone="Asia/Shanghai",
    description="Weekly paper sessions; all are welcome, bring tea.",
    site="https://reading.example.org/",
)
PAPER = "https://www.usenix.org/conference/osdi24/presentation/lin-chaofan"
SESSION = Session(
    semester=Semester("2024-fall", "2024 Fall"),
    date=date(2024, 9, 3),
    source=Position("2024-fall.md", 20),
    title="Parrot: Efficient Serving of LLM-based Applications with Semantic Variable",
    start=datetime.fromisoformat("2024-09-03T14:00"),
    end=datetime.fromisoformat("2024-09-03T15:30"),
    timezone="Asia/Shanghai",
    venue=Venue("OSDI'24", "OSDI", 2024),
    location="Room 402, Systems Building (hybrid)",
    online="https://meet.example.org/sysrg",
    presenters=(
        Person("Li Lei", "li-lei"),
        Person("Han Meimei (韩梅梅🦜)", "han-meimei", Role.ASSISTANT),
    ),
    paper_url=PAPER,
    links=(Link("slides", "slides", "https://reading.example.org/slides/parrot.pdf", "parrot.pdf"),),
    highlighted=True,
)
ENTRY = Entry(
    uid="5d683371-bb79-55fe-8a7f-eb59d7b06628",
    sequence=2,
    created=datetime(2024, 8, 20, 2, tzinfo=UTC),
    last_modified=datetime(2024, 9, 1, 3, 15, tzinfo=UTC),
    state=State.CONFIRMED,
    session=SESSION,
)


def at(zone: str, start: str, hours: float = 1.5) -> Session:
    begin = datetime.fromisoformat(start)
    end = begin + timedelta(hours=hours)
    return replace(SESSION, date=begin.date(), start=begin, end=end, timezone=zone)


def event(session: Session = SESSION, state: State = State.CONFIRMED, uid: str = ENTRY.uid) -> Event:
    composed = compose(replace(ENTRY, session=session, state=state, uid=uid), CALENDAR)
    assert composed is not None
    return composed


def feed(*events: Event, calendar: Calendar = CALENDAR) -> Feed:
    path, name = "calendar/systems-reading-group", calendar.name
    return Feed(calendar, path, name, calendar.description, tuple(sorted(events, key=sort_key)))


def sample() -> Feed:
    """Every kind of event in every kind of zone, with something nasty in every field."""
    starts = ("2024-07-10T23:30", "2025-01-15T09:00", "2025-03-30T02:30", "2025-10-26T02:30")
    sessions = [at(zone, start) for zone in ZONES for start in starts]
    sessions += [replace(SESSION, start=None, end=None), nasty_session(NASTY)]
    states = (State.CONFIRMED, State.TENTATIVE, State.CANCELLED)
    return feed(*(event(each, states[n % 3], f"uid-{n}") for n, each in enumerate(sessions)))


def nasty_session(text: str) -> Session:
    return replace(
        SESSION,
        title=text,
        location=text,
        online=f"https://meet.example.org/{text}",
        venue=Venue(text, text),
        presenters=(Person(text, "a", nickname=text, affiliation=text), Person(text, "b", Role.ASSISTANT)),
        paper_url=f"https://example.org/{text}",
        links=(Link("other", text, f"https://example.org/?{text}", ""), Link("slides", text, text, text)),
    )


def unfolded(body: bytes) -> list[str]:
    """Give content lines as a reader does that knows nothing but RFC 5545 §3.1."""
    return body.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def components(body: bytes, name: str) -> list[list[str]]:
    """Give the lines of each component of one name."""
    found: list[list[str]] = []
    for content in unfolded(body):
        if content == f"BEGIN:{name}":
            found.append([])
        elif content == f"END:{name}":
            found[-1].append("")
        elif found and found[-1][-1:] != [""]:
            found[-1].append(content)
    return [lines[:-1] for lines in found]


def names(lines: list[str]) -> list[str]:
    return [re.split("[;:]", content)[0] for content in lines]


def head(body: bytes) -> list[str]:
    """Give the lines of the calendar itself."""
    lines = unfolded(body)
    return lines[1 : next(n for n, content in enumerate(lines[1:], 1) if content.startswith("BEGIN:"))]


def one(lines: list[str], name: str) -> str:
    """Give the value of a property that is there once."""
    (found,) = [content for content in lines if re.match(f"{name}[;:]", content)]
    return found.partition(":")[2]
