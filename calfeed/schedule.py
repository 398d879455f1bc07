"""Sources to a Schedule: everything that the text says, understood, and all that is wrong in it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from calfeed.diagnostics import Diagnostic, Position, Severity, diagnose, has_errors
from calfeed.documents import read as read_document
from calfeed.layouts import extract
from calfeed.model import Calendar, Document, Heading, Session
from calfeed.policy import judge
from calfeed.sessions import Account, interpret
from calfeed.settings import Settings
from calfeed.sources import Source, Sources
from calfeed.terms import term
from calfeed.values import slug


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
    texts: list[Understood] = []
    sessions: list[Session] = []
    for source in sources.find():
        text = read_source(source, settings, now)
        sessions += (account.session for account in text.accounts)
        texts.append(replace(text, accounts=()))  # how they came about would be most of the memory
    sessions.sort(key=lambda session: (session.date, session.source))
    found = sorted((d for text in texts for d in text.diagnostics), key=lambda d: d.position)
    if not sessions and not has_errors(found):
        found.append(_nothing(len(texts), settings))
    return Schedule(
        _calendar(settings, texts),
        tuple(sessions),
        (*found, *judge(sessions, settings, now.date()), *(_unnamed(settings) if sessions else ())),
        frozenset(text.source.path for text in texts),
        frozenset(text.source.path for text in texts if text.is_clean),
    )


@dataclass(frozen=True, slots=True)
class Understood:
    """A source that was read, with an account of each session; `explain` tells it to people.

    Only where it `is_clean` is absence evidence (ledger).
    """

    source: Source
    title: str | None
    accounts: tuple[Account, ...]
    diagnostics: tuple[Diagnostic, ...]
    is_clean: bool


def read_source(source: Source, settings: Settings, now: datetime) -> Understood:
    """Read one source by itself; what only all of them together show (policy, names) is not looked at."""
    data, unreadable = source.read()
    document, faults = (Document(source.path), unreadable) if unreadable else read_document(source.path, data)
    records, strays = extract(document)
    reading = interpret(document, records, settings, now.date())
    found = (*faults, *strays, *reading.diagnostics)
    is_clean = not has_errors(found)
    if not reading.accounts and source.named and is_clean:
        hint = f"dates are looked for in headings, tables, lists and YAML: see calfeed explain {source.path}"
        found += (diagnose("sessions-missing", "no dated session was found", Position(source.path), hint),)
    if not reading.accounts and not source.named:  # a file that only lies in the folder fails nobody's check
        found = tuple(replace(d, severity=min(d.severity, Severity.WARNING, key=_weight)) for d in found)
    title = _title(document) if reading.accounts else None
    return Understood(source, title, reading.accounts, found, is_clean)


def _weight(severity: Severity) -> int:
    return (Severity.INFO, Severity.WARNING, Severity.ERROR).index(severity)


def _nothing(count: int, settings: Settings) -> Diagnostic:
    message = f"no schedule was found in {count} files" if count else "no file that calfeed reads was found"
    where = Position(settings.file or ".")
    return diagnose("sessions-missing", message, where, "name the file of the schedule")


def _calendar(settings: Settings, texts: Iterable[Understood]) -> Calendar:
    """Name the calendar: as set, else as a schedule's title says beside its semester, else its folder."""
    name = settings.name or next((text.title for text in texts if text.title), None) or folder_name(settings)
    return Calendar(
        name, slug(name), settings.timezone or "UTC", settings.description, settings.language, settings.site
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


def _unnamed(settings: Settings) -> Iterator[Diagnostic]:
    if settings.id is None:
        message = (
            "the calendar has no id: the name that is set, or its folder's, stands in and must not change"
        )
        hint = "write any text that stays for good as id: in calfeed.yaml"
        yield diagnose("id-missing", message, Position(settings.file or "."), hint)
