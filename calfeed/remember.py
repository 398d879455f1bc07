"""What every session is known as: by the sources' past, by a ledger, and by the sources as they are.

    git ─▶ memory of the past ─▶ (joined with what the ledger holds) ─▶ sources as they are ─▶ memory

What is known after a commit is `reconcile(what is known after its parents, what the commit says)`, with
the commit's time as the clock: every full clone derives the same UIDs, revisions and stamps (decision
0012).  Where a ledger remembers, it rules, and only what is new since then is read.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial, reduce
from operator import attrgetter

from calfeed.addresses import keep_addresses, stamped
from calfeed.changes import compare
from calfeed.diagnostics import Diagnostic, Position, diagnose
from calfeed.events import compose, fingerprint, sort_key
from calfeed.feeds import gather
from calfeed.history import Repository, Version
from calfeed.ledger import Memory, Past
from calfeed.ledger.reconcile import chronological, reconcile
from calfeed.members import concealed, public_entry
from calfeed.model import Change, Entry, Stamp
from calfeed.schedule import Schedule, Told, assemble, folder_name, read_source
from calfeed.settings import Settings
from calfeed.sources import Source, Sources
from calfeed.values import slug
from calfeed.written import Days, days_of_lines

Progress = Callable[[int, int], None]
"""Told how many versions have been read, and of how many."""


def key(settings: Settings) -> str:
    """Give what a ledger keeps the calendar under: its id, else its name as set, else its folder's.

    Never a title that stands in the schedule: when that cannot be read the memory must still be found.
    """
    return settings.id or slug(settings.name or folder_name(settings))


def remember(  # noqa: PLR0913 - all that decides is said, and by name
    memory: Memory,
    found: Schedule,
    sources: Sources,
    now: datetime,
    *,
    past: bool = True,
    progress: Progress | None = None,
) -> tuple[Schedule, Memory]:
    """Bring a memory up to date: with the commits since it was written, then with the sources as they are.

    `found` is the reading of the sources as they are, and comes back under the name that the calendar
    is known by; `now` is its UTC instant, the time of what is not committed or lies in no repository.
    Without `past`, who asks does not care which session is which, and no history is read.

    Raises:
        HistoryError: the repository cannot be read.
    """
    settings = sources.settings
    repository = sources.repository() if past or settings.id is None else None
    origin = repository.root() if repository and not settings.id else None
    faults = _doubts(memory, sources, repository, origin) if found.sessions else ()
    if repository and past:
        memory = recall(memory, sources, repository, progress)
    schedule = _as_known(found, settings, memory.stamps)
    schedule = replace(schedule, diagnostics=(*schedule.diagnostics, *faults))
    known = {entry.session.source.path for entry in memory.entries}
    there = frozenset(path for path in known if (settings.root / path).exists())
    return schedule, learn(memory, schedule, settings, Moment(now, origin, there))


def _doubts(
    memory: Memory, sources: Sources, repository: Repository | None, origin: str | None
) -> Iterator[Diagnostic]:
    """Say what may make another clone, or a later day, take a session for another one."""
    if repository and repository.is_shallow and not memory.entries:
        message = "this clone lacks older commits: it cannot tell which session was which"
        hint = "git fetch --unshallow; in GitHub's actions/checkout: fetch-depth: 0"
        yield diagnose("history-shallow", message, Position("."), hint)
    elif sources.settings.id is None and origin is None:
        message = (
            "the calendar has no id: the name that is set, or its folder's, stands in and must not change"
        )
        hint = "write any text that stays for good as id: in calfeed.yaml"
        yield diagnose("id-missing", message, Position(sources.settings.file or "."), hint)


def elsewhere(
    entries: Iterable[Entry], asked: frozenset[str], there: Callable[[str], bool]
) -> tuple[frozenset[str], frozenset[str]]:
    """Find the remembered sources that were not asked for: those that are there, and those that are gone.

    What is there and was not asked for is no concern of a reading.
    """
    others = {entry.session.source.path for entry in entries} - asked
    foreign = frozenset(path for path in others if there(path))
    return foreign, frozenset(others - foreign)


# ── one reading ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Moment:
    """When the sources were as they were read: a UTC instant, which remembered ones were there, and
    who wrote them.  `origin` is what new UIDs start from where the calendar has no id.
    """

    now: datetime
    origin: str | None = None
    there: frozenset[str] = frozenset()
    author: str | None = None


def learn(memory: Memory, schedule: Schedule, settings: Settings, moment: Moment) -> Memory:
    """Let a reading say what became of the entries it knows about, and keep the others as they are."""
    foreign, gone = elsewhere(memory.entries, schedule.asked, moment.there.__contains__)
    # Where all that is there was read without an error, a file that is not there any more was removed.
    clean = schedule.clean | gone if schedule.clean == schedule.asked else schedule.clean
    entries = reconcile(
        [entry for entry in memory.entries if entry.session.source.path not in foreign],
        schedule.sessions,
        moment.now,
        calendar_id=settings.id or moment.origin or key(settings),
        clean=clean,
        fingerprint=partial(fingerprint, calendar=schedule.calendar),
        others=[entry for entry in memory.entries if entry.session.source.path in foreign],
        concealed=partial(concealed, kept=schedule.calendar.members),
    )
    kept = schedule.calendar.members
    before, after = (tuple(public_entry(e, kept) for e in each) for each in (memory.entries, entries))
    changes = compare(before, after, moment.author)
    return replace(memory, entries=entries, changes=(*memory.changes, *changes))


def _as_known(schedule: Schedule, settings: Settings, stamps: Iterable[Stamp]) -> Schedule:
    """Call a calendar as it was called last, where a schedule that cannot be read may have named it."""
    known = [stamp for stamp in stamps if stamp.path.startswith("/calendar/")]
    if settings.name or schedule.clean == schedule.asked or not known:
        return schedule
    name = max(known, key=lambda stamp: (stamp.last_modified, stamp.path)).name
    return replace(schedule, calendar=replace(schedule.calendar, name=name, slug=slug(name)))


# ── the past ─────────────────────────────────────────────────────────────────────────────────────


def recall(
    memory: Memory,
    sources: Sources,
    repository: Repository,
    progress: Progress | None = None,
    commit: str | None = None,
) -> Memory:
    """Add to a memory what was committed since it was written; to an empty one, all that ever was.

    All is what led to a commit, by its id: to the one that is checked out if none is named.  Files are
    called as in the one that is checked out.

    A memory that was begun without this past keeps to what it told its subscribers.

    Raises:
        HistoryError: the repository cannot be read.
    """
    head = commit or repository.head()
    if head is None:
        return memory
    known, scope = memory.past, sources.scope(repository)
    if known is None and memory.entries:
        return replace(memory, past=Past(head, scope))
    selection = sources.selection(repository, head)
    fold = _Fold(sources, repository, progress)
    if known and known.scope == scope:
        news = repository.versions(head, selection, since=known.commit, not_before=known.time)
        if news is not None:
            time = news[-1].time if news else known.time
            return replace(fold.run(news, memory, known.commit), past=Past(head, scope, time))
    versions = repository.versions(head, selection, later=repository.head() if commit else None) or ()
    memory = _adopted(memory, fold.run(versions, Memory()))
    # What the ledger alone knows has not met the last version yet.
    time = versions[-1].time if versions else None
    return replace(fold.run(versions[-1:], memory, head), past=Past(head, scope, time))


@dataclass(frozen=True, slots=True)
class _State:
    """What is known after a version, the settings that held then, and whom the feeds were of."""

    memory: Memory
    settings: Settings
    subjects: frozenset[Hashable] = frozenset()


class _Fold:
    """Reads the versions of a calendar's sources, each text once, and learns from one after the other."""

    def __init__(self, sources: Sources, repository: Repository, progress: Progress | None) -> None:
        self._sources = sources
        self._repository = repository
        self._progress = progress
        self._origin = repository.root()
        self._texts: dict[tuple[str, str, Settings], Told] = {}
        self._lines: dict[str, dict[str, Days]] = {}

    def run(self, versions: Sequence[Version], before: Memory, since: str | None = None) -> Memory:
        """Give the memory after the last version; the first ones go on from `before`, known at a commit."""
        start = state = _State(before, self._sources.settings_before(self._repository, since))
        states: dict[str, _State] = {}
        for number, version in enumerate(versions, 1):
            parents = [states.get(parent, start) for parent in version.parents] or [start]
            state = states[version.commit] = self._after(reduce(_joined, parents), version)
            if self._progress:
                self._progress(number, len(versions))
        return state.memory

    def _after(self, state: _State, version: Version) -> _State:
        settings = self._sources.settings_at(self._repository, version.files) or state.settings
        found = self._sources.at(self._repository, version.files, settings)
        texts = [self._understood(source, blob, settings, version) for source, blob in found]
        schedule = assemble(texts, settings)
        moment = Moment(version.time, self._origin, schedule.asked, version.author)
        memory = learn(state.memory, schedule, settings, moment)
        subjects = _subjects(memory, schedule)
        if subjects == state.subjects:
            return _State(memory, settings, subjects)
        stamps = _addressed(memory, schedule, settings, version.time)
        return _State(replace(memory, stamps=stamps), settings, subjects)

    def _understood(self, source: Source, blob: str, settings: Settings, version: Version) -> Told:
        """Read a text; where settings and text are those of an earlier version, so are the sessions."""
        known = source.path, blob, settings
        if known not in self._texts:
            path = next(path for path, each in version.files.items() if each == blob)
            past = partial(self._days, path, version.commit)
            source = replace(source, data=self._repository.read(blob), past=past)
            self._texts[known] = read_source(source, settings, version.time).told()
        return self._texts[known]

    def _days(self, path: str, commit: str) -> Days:
        """Look up when the lines of a file were written, as known at a commit."""
        if path not in self._lines:
            head = self._repository.head() or commit
            selection = self._sources.selection(self._repository, head)
            versions = self._repository.versions(head, selection) or ()
            self._lines[path] = days_of_lines(self._repository, versions, path)
        return self._lines[path].get(commit, {})


def _subjects(memory: Memory, schedule: Schedule) -> frozenset[Hashable]:
    """Give what feeds have their paths from: the calendar, its semesters, everybody in every role."""
    sessions = [entry.session for entry in memory.entries]
    people = {(person.slug, person.name, person.role) for each in sessions for person in each.presenters}
    return frozenset((schedule.calendar.slug, *(session.semester for session in sessions), *people))


def _addressed(memory: Memory, schedule: Schedule, settings: Settings, moment: datetime) -> tuple[Stamp, ...]:
    """Remember the paths that the feeds had at a moment of the past."""
    composed = (compose(entry, schedule.calendar) for entry in memory.entries)
    events = sorted(filter(None, composed), key=sort_key)
    semesters = {entry.session.semester.slug: entry.session.semester.title for entry in memory.entries}
    feeds = keep_addresses(
        schedule.calendar, gather(schedule.calendar, events, semesters), settings, memory.stamps
    )
    return stamped(feeds, memory.stamps, moment)


# ── two memories ─────────────────────────────────────────────────────────────────────────────────


def _joined(one: _State, other: _State) -> _State:
    """Know what two lines of history know: of each entry and path the later word."""
    if one is other:
        return one
    memory = replace(
        one.memory,
        entries=_latest((*one.memory.entries, *other.memory.entries)),
        stamps=_newest((*one.memory.stamps, *other.memory.stamps)),
        changes=_told_once((*one.memory.changes, *other.memory.changes)),
    )
    return _State(memory, one.settings, one.subjects | other.subjects)


def _adopted(published: Memory, past: Memory) -> Memory:
    """Fill what a ledger holds with what the past knows besides; what subscribers were told stays."""
    told = {_content(entry) for entry in published.entries}
    uids = {entry.uid for entry in published.entries}
    known = [entry for entry in past.entries if entry.uid in uids or _content(entry) not in told]
    kept = uids | {entry.uid for entry in known}
    return replace(
        published,
        entries=_latest((*published.entries, *known)),
        stamps=_newest((*past.stamps, *published.stamps)),
        changes=_told_once((*published.changes, *(each for each in past.changes if each.uid in kept))),
    )


def _content(entry: Entry) -> Hashable:
    session = entry.session
    return session.date, session.title, tuple(person.name for person in session.presenters)


def _latest(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    latest: dict[str, Entry] = {}
    for entry in sorted(entries, key=attrgetter("sequence", "last_modified", "fingerprint")):
        known = latest.get(entry.uid, entry)
        inside = max(known.inside, entry.inside, key=attrgetter("changes", "fingerprint"))
        latest[entry.uid] = replace(entry, inside=inside)
    return tuple(sorted(latest.values(), key=chronological))


def _newest(stamps: Iterable[Stamp]) -> tuple[Stamp, ...]:
    newest = {stamp.path: stamp for stamp in sorted(stamps, key=attrgetter("last_modified", "digest"))}
    return tuple(newest[path] for path in sorted(newest))


def _told_once(changes: Iterable[Change]) -> tuple[Change, ...]:
    told = {(change.uid, change.sequence): change for change in changes}
    return tuple(sorted(told.values(), key=attrgetter("time", "date", "uid")))
