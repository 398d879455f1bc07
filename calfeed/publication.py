"""The only module that knows the order: sources in, a frozen Publication out.

Sources ─read─▶ Schedule ─remember─▶ entries ─compose─▶ events ─gather─▶ feeds ─render─▶ Publication
"""

import gzip
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from functools import partial
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from calfeed.diagnostics import Diagnostic, Position, diagnose, has_errors
from calfeed.errors import EventUnpublishable, LedgerConflict, ScheduleError
from calfeed.events import compose, ends, fingerprint, sort_key
from calfeed.feeds import gather
from calfeed.ledger import Ledger, Memory
from calfeed.ledger.reconcile import reconcile
from calfeed.model import Calendar, Entry, Event, Feed, Semester, Stamp, State
from calfeed.schedule import Schedule, folder_name, read
from calfeed.settings import Settings
from calfeed.sources import Sources
from calfeed.values import slug

Result = TypeVar("Result")

TOMBSTONE = timedelta(days=14)
"""How long a cancelled session stays in feeds after it would have ended (R42)."""

LARGEST = 1_000_000
MOST = 1_000
"""Octets and events that a feed keeps below, so that no client loses some of it (R80)."""


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
    `entries` are all remembered sessions by date, placeholders too; `events` those that feeds carry.
    """

    calendar: Calendar
    semesters: tuple[Semester, ...]
    entries: tuple[Entry, ...]
    events: tuple[Event, ...]
    feeds: tuple[Feed, ...]
    renditions: Mapping[str, Rendition]
    diagnostics: tuple[Diagnostic, ...]
    published: datetime


# ── remember ─────────────────────────────────────────────────────────────────────────────────────


def remember(
    sources: Sources, ledger: Ledger, now: datetime, *, record: bool
) -> tuple[Schedule, tuple[Entry, ...]]:
    """Read the sources and give every session its identity, written into the ledger if `record`.

    Raises:
        LedgerError: the ledger cannot be read or written.
    """
    schedule = read(sources, now)
    key = _key(sources.settings)

    def attempt() -> tuple[Entry, ...]:
        before = ledger.read(key)
        after = _reconciled(schedule, before, sources.settings, now)
        if record and after != before:
            ledger.write(key, after)
        return after.entries

    return schedule, _retried(attempt)


def _key(settings: Settings) -> str:
    """Give what the calendar is remembered under: its id, else its name as set, else its folder's.

    Never a title that stands in the schedule: when that cannot be read the memory must still be found.
    """
    return settings.id or slug(settings.name or folder_name(settings))


def _as_known(schedule: Schedule, settings: Settings, stamps: Iterable[Stamp]) -> Schedule:
    """Call a calendar as it was called last, where a schedule that cannot be read may have named it."""
    known = [stamp for stamp in stamps if stamp.path.startswith("/calendar/")]
    if settings.name or schedule.clean == schedule.asked or not known:
        return schedule
    name = max(known, key=lambda stamp: (stamp.last_modified, stamp.path)).name
    return replace(schedule, calendar=replace(schedule.calendar, name=name, slug=slug(name)))


def _reconciled(schedule: Schedule, memory: Memory, settings: Settings, now: datetime) -> Memory:
    """Let this reading say what became of the entries it knows about, and keep the others as they are."""
    foreign, gone = _elsewhere(schedule, memory.entries, settings.root)
    # Where all that is there was read without an error, a file that is not there any more was removed.
    clean = schedule.clean | gone if schedule.clean == schedule.asked else schedule.clean
    entries = reconcile(
        [entry for entry in memory.entries if entry.session.source.path not in foreign],
        schedule.sessions,
        now,
        calendar_id=_key(settings),
        clean=clean,
        fingerprint=partial(fingerprint, calendar=schedule.calendar),
        others=[entry for entry in memory.entries if entry.session.source.path in foreign],
    )
    return replace(memory, entries=entries)


def _elsewhere(
    schedule: Schedule, entries: Iterable[Entry], root: Path
) -> tuple[frozenset[str], frozenset[str]]:
    """Find the remembered sources that were not asked for: those that exist, and those that are gone.

    What exists and was not asked for is no concern of this reading.
    """
    others = {entry.session.source.path for entry in entries} - schedule.asked
    foreign = frozenset(path for path in others if (root / path).exists())
    return foreign, frozenset(others - foreign)


def _current(entries: Iterable[Entry], schedule: Schedule, root: Path) -> Iterator[Entry]:
    """Leave out the entries of sources not asked for, and empty slots that left a source: nobody was
    ever told of them.
    """
    entries = tuple(entries)
    foreign, _ = _elsewhere(schedule, entries, root)
    seen, doubtful = frozenset(schedule.sessions), schedule.asked - schedule.clean
    for entry in entries:
        path = entry.session.source.path
        silent = entry.state is State.SILENT and entry.session not in seen
        if path not in foreign and (not silent or path in doubtful):
            yield entry


def _retried(attempt: Callable[[], Result]) -> Result:
    """Do what reads, decides and writes again when another publisher was faster, three times at most."""
    for _ in range(2):
        try:
            return attempt()
        except LedgerConflict:
            continue
    return attempt()


# ── publish ──────────────────────────────────────────────────────────────────────────────────────


def publish(sources: Sources, ledger: Ledger, now: datetime) -> Publication:
    """Read, remember and render everything; the same sources and ledger give the same bytes.

    Raises:
        ScheduleError: nothing could be read and nothing is remembered.
        LedgerError: the ledger cannot be read or written; what was published stays valid.
    """
    settings, found = sources.settings, read(sources, now)
    key = _key(settings)

    def attempt() -> Publication:
        before = ledger.read(key)
        schedule = _as_known(found, settings, before.stamps)
        after = _reconciled(schedule, before, settings, now)
        entries = tuple(_current(after.entries, schedule, settings.root))
        if not entries and has_errors(schedule.diagnostics):
            raise ScheduleError(schedule.diagnostics)
        events, faults = _events(entries, schedule.calendar, now)
        semesters = tuple({entry.session.semester: None for entry in entries})
        feeds = _feeds(schedule.calendar, semesters, events, settings, before.stamps)
        renditions, stamps = _renditions(feeds, before.stamps, now)
        if (after := replace(after, stamps=stamps)) != before:
            ledger.write(key, after)
        said = (*schedule.diagnostics, *faults, *_too_large(feeds, renditions))
        return Publication(schedule.calendar, semesters, entries, events, feeds, renditions, said, now)

    return _retried(attempt)


def _events(
    entries: Iterable[Entry], calendar: Calendar, now: datetime
) -> tuple[tuple[Event, ...], tuple[Diagnostic, ...]]:
    """Compose what subscribers see; an event that would void a whole feed is kept out of it (R65)."""
    from calfeed.formats import check  # loads icalendar: only where something is published

    events: list[Event] = []
    faults: list[Diagnostic] = []
    for entry in entries:
        over = entry.state is State.CANCELLED and ends(entry.session) + TOMBSTONE < now
        event = None if over else compose(entry, calendar)
        if event is None:
            continue
        try:
            check(event)
        except EventUnpublishable as error:
            faults.append(diagnose("event-unpublishable", error.message, entry.session.source, error.hint))
        else:
            events.append(event)
    return tuple(sorted(events, key=sort_key)), tuple(faults)


def _feeds(
    calendar: Calendar,
    semesters: Iterable[Semester],
    events: Sequence[Event],
    settings: Settings,
    stamps: Iterable[Stamp],
) -> tuple[Feed, ...]:
    """Gather the feeds, and leave no path that was ever published without an answer (R76, R82).

    A path whose feed has another name now leads to that feed; one whose feed is no more answers
    with a feed of no events, so that nothing stays on a subscriber's phone for ever.
    """
    titles = {semester.slug: semester.title for semester in semesters}
    feeds = {feed.path: feed for feed in gather(calendar, events, titles)}
    heirs = {path: heir for path, heir in _aliases(settings) if path not in feeds and heir in feeds}
    stamps = tuple(stamps)
    known = {_feed_path(stamp): stamp.digest for stamp in stamps}
    new = [feed for feed in feeds.values() if feed.path not in known]
    followed = {digest: path for path, digest in known.items() if path in feeds}
    ended: list[Feed] = []
    for path, stamp in zip(map(_feed_path, stamps), stamps, strict=True):
        if path in feeds or path in heirs:
            continue
        # A path that gave the bytes of another last time goes on doing so.
        if heir := followed.get(stamp.digest) or _heir(path, frozenset(stamp.uids), new):
            heirs[path] = heir
        else:
            ended.append(Feed(calendar, path, stamp.name, "", ()))
    named = (
        replace(feed, aliases=tuple(path for path, heir in sorted(heirs.items()) if heir == feed.path))
        for feed in feeds.values()
    )
    return (*named, *ended)


def _feed_path(stamp: Stamp) -> str:
    return stamp.path.removeprefix("/").rpartition(".")[0]


def _aliases(settings: Settings) -> Iterator[tuple[str, str]]:
    for person in settings.people:
        own = person.slug or slug(person.name)
        for name in (person.name, *person.aliases):
            for kind in ("presenter", "presenting"):
                yield f"{kind}/{slug(name)}", f"{kind}/{own}"


def _heir(path: str, uids: frozenset[str], feeds: Iterable[Feed]) -> str | None:
    """Find what an abandoned path is called now: the new feed of its kind that carries most of its events,
    and for a person nearly the same name: a talk that went to somebody else takes no subscriber along.
    """
    kind, _, name = path.partition("/")
    shares: dict[str, float] = {}
    for feed in feeds:
        own_kind, _, own_name = feed.path.partition("/")
        alike = kind in ("calendar", "semester") or SequenceMatcher(None, own_name, name).ratio() > 0.8
        if own_kind == kind and alike:
            carried = {event.uid for event in feed.events}
            shares[feed.path] = len(carried & uids) / (len(carried | uids) or 1)
    best = max(sorted(shares), key=lambda each: shares[each], default=None)
    return best if best and (kind == "calendar" or shares[best] > 0.5) else None


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
                    uids = tuple(event.uid for event in feed.events)
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


def _too_large(feeds: Iterable[Feed], renditions: Mapping[str, Rendition]) -> Iterator[Diagnostic]:
    for feed in feeds:
        size, count = len(renditions[f"/{feed.path}.ics"].body), len(feed.events)
        if size > LARGEST * 0.8 or count > MOST * 0.8:
            message = f"the feed {feed.path} has {count:,} events in {size:,} octets"
            hint = f"clients lose events over {MOST:,} or {LARGEST:,} octets: offer the semesters instead"
            yield diagnose("feed-large", message, Position("."), hint)
