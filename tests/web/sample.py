"""A small published calendar, made by hand: what the tests of the web and of the export serve."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from calfeed.diagnostics import Diagnostic, Position, diagnose
from calfeed.feeds import gather
from calfeed.formats import FORMATS
from calfeed.model import (
    Calendar,
    Entry,
    Event,
    Link,
    Person,
    Role,
    Semester,
    Session,
    State,
    Status,
    Venue,
)
from calfeed.publication import Publication, rendition

NOW = datetime(2024, 9, 20, 12, tzinfo=UTC)
CHANGED = datetime(2024, 9, 1, 3, 15, tzinfo=UTC)

CALENDAR = Calendar(
    "Systems Reading Group",
    "systems-reading-group",
    "Asia/Shanghai",
    "One paper a week, on operating and distributed systems.",
    site="https://reading.example.org/",
)
SEMESTERS = (
    Semester("2024-fall", "2024 Fall"),
    Semester("2024-spring", "2024 Spring"),
)

ADA = Person("Ada Moreau", "ada-moreau", affiliation="Lakeside University")
BEN = Person("Ben Okafor", "ben-okafor", Role.ASSISTANT)
LIN = Person("林小雨", "lin-xiaoyu", nickname="Rain")
BEN_PRESENTS = replace(BEN, role=Role.PRESENTER)
ADA_ASSISTS = replace(ADA, role=Role.ASSISTANT)


def session(day: date, title: str | None, *presenters: Person, **more: object) -> Session:
    """Make a session of two till half past three in the afternoon in Shanghai."""
    start = datetime.combine(day, time(14))
    plain = Session(
        semester=SEMESTERS[0 if day.month > 6 else 1],
        date=day,
        source=Position("README.md", 7),
        title=title,
        start=start,
        end=start + timedelta(minutes=90),
        timezone="Asia/Shanghai",
        presenters=presenters,
    )
    return replace(plain, **more)  # type: ignore[arg-type]  # the tests' own keywords


def entry(number: int, held: Session, state: State = State.CONFIRMED) -> Entry:
    """Remember a session under a UID that ends in `number`."""
    uid = f"5d683371-bb79-55fe-8a7f-{number:012}"
    return Entry(uid, 0, CHANGED, CHANGED, state, held)


def event(remembered: Entry) -> Event:
    """Make the event of an entry, in UTC and with the least text."""
    held = remembered.session
    start = datetime.combine(held.date, time(6), UTC)
    return Event(
        uid=remembered.uid,
        sequence=remembered.sequence,
        dtstamp=remembered.last_modified,
        created=remembered.created,
        last_modified=remembered.last_modified,
        dtstart=start,
        dtend=start + timedelta(minutes=90),
        tzid=None,
        summary=held.title or "To be announced",
        description=held.title or "To be announced",
        status="CANCELLED" if remembered.state is State.CANCELLED else "CONFIRMED",
        location=held.location,
        url=None,
        categories=(),
        session=held,
    )


def publication(
    entries: Sequence[Entry], calendar: Calendar = CALENDAR, diagnostics: tuple[Diagnostic, ...] = ()
) -> Publication:
    """Publish entries with all their feeds, as of `NOW`."""
    events = tuple(event(each) for each in entries if each.state is not State.SILENT)
    feeds = tuple(gather(calendar, events, {each.slug: each.title for each in SEMESTERS}))
    renditions = {
        f"/{feed.path}.{extension}": rendition(feed, extension, CHANGED)
        for feed in feeds
        for extension in FORMATS
    }
    return Publication(calendar, SEMESTERS, tuple(entries), events, feeds, renditions, diagnostics, NOW)


OSDI = Venue("OSDI'24", "OSDI", 2024)
SOSP = Venue("SOSP'23", "SOSP", 2023)

ENTRIES = (
    entry(1, session(date(2024, 3, 5), "Paging Without Regret", LIN, ADA_ASSISTS, venue=SOSP)),
    entry(
        2,
        session(
            date(2024, 9, 3),
            "Heron: Serving Models From Idle Memory",
            ADA,
            BEN,
            venue=OSDI,
            paper_url="https://papers.example.org/heron.pdf",
            location="Room 402, Systems Building",
            links=(
                Link(
                    "slides", "📕 slides", "https://reading.example.org/slides/heron.pdf", "slides/heron.pdf"
                ),
                Link(
                    "video", "📺 video", "https://video.example.org/heron", "https://video.example.org/heron"
                ),
            ),
            highlighted=True,
        ),
    ),
    entry(3, session(date(2024, 9, 10), "Two Clocks Are Enough", BEN_PRESENTS), State.CANCELLED),
    entry(4, session(date(2024, 9, 17), "No meeting: Mid-Autumn", status=Status.NO_MEETING), State.SILENT),
    entry(
        5,
        session(
            date(2024, 9, 24),
            "A Log-Structured Cache for Far Memory, and What Its Authors Would Do Differently",
            LIN,
            BEN,
            ADA_ASSISTS,
            venue=OSDI,
            paper_url="https://papers.example.org/far-memory.pdf",
            online="https://meet.example.org/reading",
            location="Room 402, Systems Building",
            links=(
                Link("slides", "📕 slides", "https://reading.example.org/slides/far.pdf", "slides/far.pdf"),
            ),
        ),
    ),
    entry(6, session(date(2024, 10, 8), None, ADA, status=Status.TENTATIVE), State.TENTATIVE),
    entry(7, session(date(2024, 10, 15), None, status=Status.PLACEHOLDER), State.SILENT),
    entry(8, session(date(2024, 10, 22), "Writing Day", start=None, end=None)),
)

FINDING = diagnose(
    "venue-old", "the paper is older than three years", Position("README.md", 7, 15), "choose one"
)
PUBLICATION = publication(ENTRIES, diagnostics=(FINDING,))
