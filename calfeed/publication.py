"""The only module that knows the order: sources in, a frozen Publication out.

Sources ─read─▶ Schedule ─remember─▶ entries ─compose─▶ events ─gather─▶ feeds ─render─▶ Publication
"""

import gzip
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from calfeed.addresses import keep_addresses
from calfeed.changes import newest
from calfeed.diagnostics import Diagnostic, Position, diagnose, has_errors
from calfeed.errors import EventUnpublishable, LedgerConflict, LedgerDamaged, ScheduleError
from calfeed.events import compose, compose_inside, ends, sort_key
from calfeed.feeds import gather, tell
from calfeed.ledger import Ledger, Memory
from calfeed.members import public_changes, public_entry
from calfeed.model import Calendar, Change, Entry, Event, Feed, Semester, Stamp, State
from calfeed.origin import Origin, find_origin
from calfeed.remember import Progress, elsewhere, key, remember
from calfeed.schedule import Schedule, read
from calfeed.settings import Materials, Settings
from calfeed.sources import Sources

Result = TypeVar("Result")

TOMBSTONE = timedelta(days=14)
"""How long a cancelled session stays in feeds after it would have ended (R42), to the full hour."""

LARGEST = 1_000_000
MOST = 1_000
"""Octets and events that a feed keeps below, so that no client loses some of it (R80)."""

KEPT_MONTHS = 12
"""How many months of the past no feed leaves out, however large it is (R44)."""


_FEW = 200
"""So many events are never too large together: a description has 3,000 characters at most (R17)."""


@dataclass(frozen=True, slots=True)
class Rendition:
    """The finished bytes of one URL path, with all that HTTP needs, so nothing is computed per request.

    `etag` is the quoted strong tag of `body` (R70); `gzip` the compressed variant (tag: `etag_gzip`);
    `last_modified` a UTC instant in whole seconds; `filename` the human name for Content-Disposition.
    """

    body: bytes
    media_type: str
    filename: str
    etag: str
    last_modified: datetime
    gzip: bytes
    etag_gzip: str


@dataclass(frozen=True, slots=True)
class Publication:
    """Everything that is served, immutable: swapped as a whole, never changed in place.

    `renditions` maps a URL path ("/presenter/mingxuan-liu.ics", percent-decoded) to its bytes;
    `entries` are all remembered sessions by date, placeholders too; `events` those that feeds carry;
    `changes` all that became of them, newest first.  `origin` is the commit of the sources, None outside of
    git; `materials` what the group wants of a past session.  In all of that is only what everybody may know,
    but for the `diagnostics`, which quote the sources; `inside` are the events as members see them.
    `revision` is that of the ledger's memory that tells the same.
    """

    calendar: Calendar
    semesters: tuple[Semester, ...]
    entries: tuple[Entry, ...]
    events: tuple[Event, ...]
    feeds: tuple[Feed, ...]
    renditions: Mapping[str, Rendition]
    diagnostics: tuple[Diagnostic, ...]
    published: datetime
    changes: tuple[Change, ...] = ()
    origin: Origin | None = None
    materials: Materials | None = None
    inside: tuple[Event, ...] = ()
    revision: int = field(default=0, compare=False)


# ── remember ─────────────────────────────────────────────────────────────────────────────────────


def identify(  # noqa: PLR0913 - all that decides is said, and by name
    sources: Sources,
    ledger: Ledger,
    now: datetime,
    *,
    record: bool,
    past: bool = True,
    progress: Progress | None = None,
) -> tuple[Schedule, Memory]:
    """Read the sources and give every session its identity, written into the ledger if `record`.

    Without `past` no history is read, for who does not care which session is which.

    Raises:
        LedgerError: the ledger cannot be read or written.
        HistoryError: the repository cannot be read.
    """

    def attempt() -> tuple[Schedule, Memory]:
        fresh, before = _recalled(sources, ledger)
        found = read(fresh, now)
        schedule, after = remember(before, found, fresh, now, past=past, progress=progress)
        if record and after != before:
            ledger.write(key(fresh.settings), after)
        return schedule, after

    if not record:
        return retried(attempt)
    (schedule, after), said = _mended(lambda: retried(attempt), ledger, sources)
    return replace(schedule, diagnostics=(*schedule.diagnostics, *said)), after


def _recalled(sources: Sources, ledger: Ledger) -> tuple[Sources, Memory]:
    """Read the ledger first, and the settings and sources after it: of two publishers, one that read those
    before an edit must find that the other wrote since, or it would record that the edit was taken back.
    """
    name = key(sources.settings)
    memory = ledger.read(name)
    fresh = sources.anew()
    return (fresh, memory) if key(fresh.settings) == name else _recalled(fresh, ledger)


def _current(entries: Iterable[Entry], schedule: Schedule, root: Path) -> Iterator[Entry]:
    """Leave out the entries of sources not asked for, and empty slots that left a source: nobody was
    ever told of them.
    """
    entries = tuple(entries)
    foreign, _ = elsewhere(entries, schedule.asked, lambda path: (root / path).exists())
    seen, doubtful = frozenset(schedule.sessions), schedule.asked - schedule.clean
    for entry in entries:
        path = entry.session.source.path
        silent = entry.state is State.SILENT and entry.session not in seen
        if path not in foreign and (not silent or path in doubtful):
            yield entry


def retried(attempt: Callable[[], Result]) -> Result:
    """Do what reads, decides and writes again when another publisher was faster, three times at most.

    Raises:
        LedgerConflict: somebody was faster each time.
    """
    for _ in range(2):
        try:
            return attempt()
        except LedgerConflict:
            continue
    return attempt()


def _mended(
    attempt: Callable[[], Result], ledger: Ledger, sources: Sources
) -> tuple[Result, tuple[Diagnostic, ...]]:
    """Do what writes the ledger; a damaged one is set aside first where history can fill another.

    Raises:
        LedgerDamaged: nothing can fill another: identities would be lost, and a backup may have them.
    """
    try:
        return attempt(), ()
    except LedgerDamaged as error:
        repository = sources.repository()
        if repository is None or repository.is_shallow or (kept := ledger.store.set_aside()) is None:
            raise
        message = f"{error.message}; it is kept as {kept}, and a new one is filled from history"
        said = diagnose("ledger-damaged", message, Position("."), "look after the disk it lies on")
    return attempt(), (said,)


# ── publish ──────────────────────────────────────────────────────────────────────────────────────


def publish(
    sources: Sources, ledger: Ledger, now: datetime, *, past: bool = True, progress: Progress | None = None
) -> Publication:
    """Read, remember and render everything; the same sources and ledger give the same bytes.

    Without `past` no history is read, for who does not care which session is which.

    Raises:
        ScheduleError: nothing could be read and nothing is remembered.
        LedgerError: the ledger cannot be read or written; what was published stays valid.
        HistoryError: the repository cannot be read.
    """

    def attempt() -> Publication:
        fresh, before = _recalled(sources, ledger)
        publication, after = _made(fresh, before, now, past=past, progress=progress)
        if after == before:
            return publication
        ledger.write(key(fresh.settings), after)
        return replace(publication, revision=before.revision + 1)

    publication, said = _mended(lambda: retried(attempt), ledger, sources)
    return replace(publication, diagnostics=(*publication.diagnostics, *said))


def agreed(sources: Sources, ledger: Ledger, now: datetime) -> Publication | None:
    """Publish what the ledger holds by now, where another publisher wrote it of the very same sources.

    None where these sources say anything else: one of the two does not know the newest ones yet, and only a
    change of them tells which.  So nothing is recorded: two would take back each other's for ever.

    Raises:
        ScheduleError, LedgerError, HistoryError: as `publish`.
    """
    fresh, before = _recalled(sources, ledger)
    publication, after = _made(fresh, before, now)
    return publication if after == before else None


def _made(
    sources: Sources, before: Memory, now: datetime, *, past: bool = True, progress: Progress | None = None
) -> tuple[Publication, Memory]:
    """Make a publication of the sources, and what has to be remembered once it is told."""
    found = read(sources, now)
    origin = find_origin(sources, found.asked) if past else None
    schedule, after = remember(before, found, sources, now, past=past, progress=progress)
    publication, after = _rendered(sources.settings, schedule, after, now)
    return replace(publication, origin=origin, revision=before.revision), after


def _rendered(
    settings: Settings, schedule: Schedule, memory: Memory, now: datetime
) -> tuple[Publication, Memory]:
    """Make all that is served of what is remembered; the memory then knows what was published when."""
    known, calendar = tuple(_current(memory.entries, schedule, settings.root)), schedule.calendar
    if not known and has_errors(schedule.diagnostics):
        raise ScheduleError(schedule.diagnostics)
    entries = tuple(public_entry(entry, calendar.members) for entry in known)
    events, faults = _events(entries, calendar, now)
    has_members = calendar.members or memory.tokens
    inside, missed = _events(known, calendar, now, compose_inside) if has_members else ((), ())
    semesters = tuple({entry.session.semester: None for entry in entries})
    whole = _feeds(calendar, semesters, events, settings, memory.stamps)
    news = tuple(newest(public_changes(memory.changes, calendar.members)))
    feeds = tell(calendar, (fitted(feed, now) for feed in whole), news)
    renditions, stamps = _renditions(feeds, memory.stamps, now)
    faults = tuple(dict.fromkeys((*faults, *missed)))
    publication = Publication(
        calendar,
        semesters,
        entries,
        events,
        feeds,
        renditions,
        diagnostics=(*schedule.diagnostics, *faults, *_too_large(whole, feeds, renditions)),
        published=now,
        changes=news,
        materials=settings.policy.materials,
        inside=inside,
    )
    return publication, replace(memory, stamps=stamps)


def _events(
    entries: Iterable[Entry],
    calendar: Calendar,
    now: datetime,
    composed: Callable[[Entry, Calendar], Event | None] = compose,
) -> tuple[tuple[Event, ...], tuple[Diagnostic, ...]]:
    """Compose what subscribers see; an event that would void a whole feed is kept out of it (R65)."""
    from calfeed.formats import check  # loads icalendar: only where something is published

    events: list[Event] = []
    faults: list[Diagnostic] = []
    for entry in entries:
        event = None if is_over(entry, now) else composed(entry, calendar)
        if event is None:
            continue
        try:
            check(event)
        except EventUnpublishable as error:
            faults.append(diagnose("event-unpublishable", error.message, entry.session.source, error.hint))
        else:
            events.append(event)
    return tuple(sorted(events, key=sort_key)), tuple(faults)


def hour(now: datetime) -> datetime:
    """Give the last full hour: what leaves feeds by the clock leaves them then, whoever publishes when."""
    return now.replace(minute=0, second=0, microsecond=0)


def is_over(entry: Entry, now: datetime) -> bool:
    """Tell whether a cancelled session has left the feeds by a UTC instant."""
    return entry.state is State.CANCELLED and ends(entry.session) + TOMBSTONE < hour(now)


def _feeds(
    calendar: Calendar,
    semesters: Iterable[Semester],
    events: Sequence[Event],
    settings: Settings,
    stamps: Iterable[Stamp],
) -> tuple[Feed, ...]:
    titles = {semester.slug: semester.title for semester in semesters}
    return keep_addresses(calendar, gather(calendar, events, titles), settings, stamps)


def _renditions(
    feeds: Iterable[Feed], stamps: Iterable[Stamp], now: datetime
) -> tuple[Mapping[str, Rendition], tuple[Stamp, ...]]:
    """Render every feed at every path; a path's Last-Modified moves only when its bytes do (R72)."""
    from calfeed.formats import FORMATS  # loads icalendar: only where something is published

    known = {stamp.path: stamp for stamp in stamps}
    renditions: dict[str, Rendition] = {}
    for feed in feeds:
        for extension in FORMATS:
            first = rendition(feed, extension, now)
            for path in (feed.path, *feed.aliases):
                url = f"/{path}.{extension}"
                stamp = known.get(url)
                if stamp is None or stamp.digest != first.etag:
                    # Only its path as a calendar is looked for by what it carried, see `_feeds`.
                    uids = tuple(event.uid for event in feed.events) if extension == "ics" else ()
                    stamp = Stamp(url, first.etag, now, feed.name, uids)
                known[url] = stamp
                renditions[url] = replace(first, last_modified=stamp.last_modified)
    return MappingProxyType(renditions), tuple(known[path] for path in sorted(known))


def rendition(feed: Feed, extension: str, last_modified: datetime) -> Rendition:
    """Render one feed in one format, with its validators and its compressed variant.

    Raises:
        KeyError: no format has this extension.
    """
    from calfeed.formats import FORMATS  # loads icalendar: only where something is published

    format_ = FORMATS[extension]
    body = format_.render(feed)
    digest = blake2b(body, digest_size=16).hexdigest()
    return Rendition(
        body,
        format_.MEDIA_TYPE,
        f"{feed.path.partition('?')[0].rpartition('/')[2]}.{extension}",
        f'"{digest}"',
        last_modified,
        gzip.compress(body, 6, mtime=0),
        f'"{digest}-gzip"',
    )


def fitted(feed: Feed, now: datetime) -> Feed:
    """Leave out as many months of the past, oldest first, as make a feed too large for clients (R44)."""
    from calfeed.formats import FORMATS  # loads icalendar: only where something is published

    def fits(events: Sequence[Event]) -> bool:
        few = len(events) <= _FEW  # of the largest events there are
        body = b"" if few else FORMATS["ics"].render(replace(feed, events=tuple(events)))
        return len(events) <= MOST and len(body) <= LARGEST

    if fits(feed.events):
        return feed
    month = now.year * 12 + now.month - KEPT_MONTHS
    months = sorted({_month(event) for event in feed.events if _month(event) <= month})
    kept = [[event for event in feed.events if _month(event) >= first] for first in months]
    return replace(feed, events=tuple(kept[bisect_left(kept, True, key=fits)])) if kept else feed


def _month(event: Event) -> int:
    return event.session.date.year * 12 + event.session.date.month


def _too_large(
    whole: Iterable[Feed], feeds: Iterable[Feed], renditions: Mapping[str, Rendition]
) -> Iterator[Diagnostic]:
    for uncut, feed in zip(whole, feeds, strict=True):
        if left := len(uncut.events) - len(feed.events):
            message = (
                f"the feed {feed.path} leaves out its {left:,} oldest sessions, as it would be too large"
            )
            hint = "their semesters' feeds have them"
            yield diagnose("feed-shortened", message, Position("."), hint)
        size, count = len(renditions[f"/{feed.path}.ics"].body), len(feed.events)
        if size > LARGEST * 0.8 or count > MOST * 0.8:
            message = f"the feed {feed.path} has {count:,} events in {size:,} octets"
            hint = f"clients lose events over {MOST:,} or {LARGEST:,} octets: offer the semesters instead"
            yield diagnose("feed-large", message, Position("."), hint)
