"""Sources to a Schedule: everything that the text says, understood, and all that is wrong in it."""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache

from calfeed.days import Written
from calfeed.diagnostics import Diagnostic, Position, Severity, diagnose, has_errors, quoted
from calfeed.documents import read as read_document
from calfeed.layouts import extract
from calfeed.model import Calendar, Document, Heading, Session
from calfeed.policy import judge
from calfeed.sessions import Account, interpret
from calfeed.settings import Settings
from calfeed.sources import Source, Sources
from calfeed.terms import term
from calfeed.values import slug
from calfeed.written import Days


@dataclass(frozen=True, slots=True)
class Schedule:
    """All that the sources say: sessions by date and place, what is wrong, which sources are clean."""

    calendar: Calendar
    sessions: tuple[Session, ...]
    diagnostics: tuple[Diagnostic, ...]
    asked: frozenset[str]
    clean: frozenset[str]


def read(sources: Sources, now: datetime) -> Schedule:
    """Read every source and understand it; whatever is wrong becomes a diagnostic."""
    settings = sources.settings
    with uncollected():
        texts = [read_source(source, settings, now).told() for source in sources.find()]
    schedule = assemble(texts, settings)
    sessions, found = schedule.sessions, [*schedule.diagnostics]
    if not sessions and not has_errors(found):
        found.append(_nothing(len(texts), settings))
    return replace(schedule, diagnostics=(*found, *judge(sessions, settings, now.date())))


@contextmanager
def uncollected() -> Iterator[None]:
    """Read without searching for cycles in memory: texts make many objects and no cycles, so the search,
    which looks at all of them again and again, finds nothing.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass(frozen=True, slots=True)
class Told:
    """What one source says, without how it came about.  Only where it `is_clean` is absence evidence."""

    path: str
    title: str | None
    sessions: tuple[Session, ...]
    diagnostics: tuple[Diagnostic, ...]
    is_clean: bool


@dataclass(frozen=True, slots=True)
class Understood:
    """A source that was read, with an account of each session; `explain` tells it to people."""

    source: Source
    title: str | None
    accounts: tuple[Account, ...]
    diagnostics: tuple[Diagnostic, ...]
    is_clean: bool

    def told(self) -> Told:
        """Leave out the accounts, which take most of the memory."""
        sessions = tuple(account.session for account in self.accounts)
        return Told(self.source.path, self.title, sessions, self.diagnostics, self.is_clean)


def assemble(texts: Sequence[Told], settings: Settings) -> Schedule:
    """Make one schedule of all that the sources say, by date; what the group expects is not looked at."""
    sessions = sorted((s for text in texts for s in text.sessions), key=lambda s: (s.date, s.source))
    found = sorted((d for text in texts for d in text.diagnostics), key=lambda d: d.position)
    twins = tuple(_same_ids(sessions))
    return Schedule(
        _calendar(settings, texts),
        tuple(sessions),
        (*found, *twins),
        frozenset(text.path for text in texts),
        frozenset(text.path for text in texts if text.is_clean) - {twin.position.path for twin in twins},
    )


def _same_ids(sessions: Sequence[Session]) -> Iterator[Diagnostic]:
    first: dict[str, Session] = {}
    for session in sessions:
        if session.id and (twin := first.setdefault(session.id, session)) is not session:
            message = f"the id {quoted(session.id)} stands at {twin.source} already"
            yield diagnose("id-duplicate", message, session.source, "give each session an id of its own")


def read_source(source: Source, settings: Settings, now: datetime) -> Understood:
    """Read one source by itself; what only all of them together show (policy, names) is not looked at."""
    data, unreadable = source.read()
    document, faults = (Document(source.path), unreadable) if unreadable else read_document(source.path, data)
    records, strays = extract(document)
    reading = interpret(document, records, settings, _written(source, data, now.date()))
    found = (*faults, *strays, *reading.diagnostics)
    is_clean = not has_errors(found)
    if not reading.accounts and source.named and is_clean:
        hint = f"dates are looked for in headings, tables, lists and YAML: see calfeed explain {source.path}"
        found += (diagnose("sessions-missing", "no dated session was found", Position(source.path), hint),)
    if not reading.accounts and not source.named:  # a file that only lies in the folder fails nobody's check
        found = tuple(replace(d, severity=min(d.severity, Severity.WARNING, key=_weight)) for d in found)
    title = _title(document) if reading.accounts else None
    return Understood(source, title, reading.accounts, found, is_clean)


def _written(source: Source, data: bytes, today: date) -> Written:
    """Make what tells when a line was written; the past is only looked into if it is asked."""

    @cache
    def lines() -> tuple[list[bytes], Days]:
        return data.splitlines(), source.past() if source.past else {}

    def written(line: int) -> date:
        texts, days = lines() if line else ([], {})
        return days.get(texts[line - 1].strip(), today) if 0 < line <= len(texts) else today

    return written


def _weight(severity: Severity) -> int:
    return (Severity.INFO, Severity.WARNING, Severity.ERROR).index(severity)


def _nothing(count: int, settings: Settings) -> Diagnostic:
    message = f"no schedule was found in {count} files" if count else "no file that calfeed reads was found"
    where = Position(settings.file or ".")
    return diagnose("sessions-missing", message, where, "name the file of the schedule")


def _calendar(settings: Settings, texts: Iterable[Told]) -> Calendar:
    """Name the calendar: as set, else as a schedule's title says beside its semester, else its folder."""
    name = settings.name or next((text.title for text in texts if text.title), None) or folder_name(settings)
    return Calendar(
        name,
        slug(name),
        settings.timezone or "UTC",
        settings.description,
        settings.language,
        settings.site,
        settings.cancelled,
        settings.members,
    )


def _title(document: Document) -> str | None:
    first = next((b for b in document.blocks if isinstance(b, Heading)), None)
    if first is None or first.level > 1:
        return None
    text = first.cell.text
    named = term(text)
    return None if named and len(text) < len(named.title) + 4 else " ".join(text.split())


def folder_name(settings: Settings) -> str:
    """Give the name of the calendar's folder as words: what it is called where nothing else says."""
    words = settings.root.name.replace("-", " ").replace("_", " ").strip()
    return (words.title() if words.islower() else words) or "Calendar"
