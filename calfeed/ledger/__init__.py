"""Memory: what a calendar's subscribers were told, kept between one publication and the next.

    entries, stamps, changes ──codec──▶ rows of text ──store──▶ a file, a database, or nothing at all

`reconcile` decides what is remembered; a store only keeps rows, and keeps two publishers apart.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from json import JSONDecodeError
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from calfeed.errors import LedgerDamaged, LedgerError
from calfeed.ledger.codec import decode, encode
from calfeed.ledger.memory import MemoryStore
from calfeed.ledger.reconcile import chronological
from calfeed.model import Change, Entry, Stamp, Token

if TYPE_CHECKING:
    from calfeed.ledger.postgres import PostgresStore

_T = TypeVar("_T")
_SQLITE = "sqlite:///"
_POSTGRES = "postgresql://"
_MEMORY = ("memory:", f"{_SQLITE}:memory:")


@dataclass(frozen=True, slots=True)
class Past:
    """How much of the sources' history is in a memory: all up to a commit, of the files in `scope`.

    `time` is the UTC instant of the last version of them, before which nothing new can have happened.
    """

    commit: str
    scope: str
    time: datetime | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """All that is remembered of a calendar; `revision` counts the writes that led to it.

    A ledger gives entries in `chronological` order, stamps in order of their paths, changes and tokens in the
    order in which they happened.
    """

    revision: int = 0
    entries: tuple[Entry, ...] = ()
    stamps: tuple[Stamp, ...] = ()
    changes: tuple[Change, ...] = ()
    past: Past | None = None
    tokens: tuple[Token, ...] = ()


class Store(Protocol):
    """Where a ledger's rows lie: texts by kind and key, replaced as a whole or not at all.

    Every method raises LedgerError where the store cannot be used, never its driver's own errors.
    """

    @property
    def name(self) -> str:
        """What to call the store in a sentence; no passwords."""

    def read(self, calendar_id: str, kind: str | None = None) -> tuple[int, dict[tuple[str, str], str]]:
        """Give a calendar's revision and rows, of one kind or all; 0 and none where it is unknown."""

    def write(self, calendar_id: str, revision: int, rows: Mapping[tuple[str, str], str]) -> None:
        """Replace a calendar's rows and count one revision up.

        Raises:
            LedgerConflict: the calendar's revision is not the one given.
        """

    def set_aside(self) -> str | None:
        """Keep a store that raised LedgerDamaged under another name, and give that: the next write starts
        anew.  None where a store has no such way.

        Raises:
            LedgerConflict: another publisher did so meanwhile.
        """


@dataclass(frozen=True, slots=True)
class Ledger:
    """Remembers calendars in a store."""

    store: Store

    def read(self, calendar_id: str) -> Memory:
        """Recall a calendar; revision 0 and nothing in it where it is unknown.

        Raises:
            LedgerDamaged: what the store holds is not what anybody ever wrote.
            LedgerError: the store cannot be read, or what it holds makes no sense.
        """
        revision, rows = self.store.read(calendar_id)
        with self._understood():
            entries = _decoded(rows, "entry", Entry)
            stamps = _decoded(rows, "stamp", Stamp)
            changes = _decoded(rows, "change", Change)
            past = next(iter(_decoded(rows, "past", Past)), None)
            tokens = _tokens(rows)
        return Memory(
            revision,
            tuple(sorted(entries, key=chronological)),
            tuple(sorted(stamps, key=attrgetter("path"))),
            tuple(sorted(changes, key=attrgetter("time", "date", "uid"))),
            past,
            tokens,
        )

    def revision(self, calendar_id: str) -> int:
        """Tell alone how many writes led to what is remembered of a calendar: a server looks all the time.

        Raises:
            LedgerError: the store cannot be read.
        """
        return self.store.read(calendar_id, "past")[0]

    def tokens(self, calendar_id: str) -> tuple[Token, ...]:
        """Recall the tokens of a calendar alone, which a server does all the time.

        Raises:
            LedgerError: as `read`.
        """
        _, rows = self.store.read(calendar_id, "token")
        with self._understood():
            return _tokens(rows)

    @contextmanager
    def _understood(self) -> Iterator[None]:
        try:
            yield
        except LedgerError as error:
            # Every calfeed writes JSON; JSON of another kind may be a newer one's.
            kind = LedgerDamaged if isinstance(error.__cause__, JSONDecodeError) else LedgerError
            raise kind(f"the ledger {self.store.name} is damaged: {error}", "restore a backup") from error

    def write(self, calendar_id: str, memory: Memory) -> None:
        """Remember a calendar from now on as `memory`, which comes from the revision it names.

        Raises:
            LedgerConflict: somebody wrote since that revision was read: read again and decide anew.
            LedgerError: the store cannot be written; it holds what it held before.
        """
        entries = {("entry", entry.uid): encode(entry) for entry in memory.entries}
        stamps = {("stamp", stamp.path): encode(stamp) for stamp in memory.stamps}
        changes = {("change", f"{each.uid} {each.sequence}"): encode(each) for each in memory.changes}
        past = {("past", ""): encode(memory.past)} if memory.past else {}
        tokens = {("token", token.digest): encode(token) for token in memory.tokens}
        self.store.write(calendar_id, memory.revision, entries | stamps | changes | past | tokens)


def _tokens(rows: Mapping[tuple[str, str], str]) -> tuple[Token, ...]:
    return tuple(sorted(_decoded(rows, "token", Token), key=attrgetter("created", "digest")))


def _decoded(rows: Mapping[tuple[str, str], str], kind: str, of: type[_T]) -> list[_T]:
    return [decode(of, body) for (each, _), body in rows.items() if each == kind]


def open_ledger(url: str) -> Ledger:
    """Open the ledger at `sqlite:///relative/path`, `sqlite:////absolute/path` or
    `postgresql://user:password@host:port/database`, or a `memory:` of none.

    Nothing is made on the disk, and no server asked, before the first read or write.

    Raises:
        LedgerError: no kind of ledger has such a URL, or what it takes is not installed.
    """
    if url in _MEMORY:
        return Ledger(MemoryStore())
    return Ledger(_postgres(url) if url.startswith(_POSTGRES) else _sqlite(_path(url)))


def default_url(root: Path) -> str:
    """Give the URL of the ledger that a calendar's folder has when none is named."""
    return f"{_SQLITE}{root / '.calfeed' / 'ledger.db'}"


def is_there(url: str) -> bool:
    """Tell whether a ledger has ever been written at a URL.

    Raises:
        LedgerError: no kind of ledger has such a URL, or it cannot be looked into.
    """
    if url.startswith(_POSTGRES):
        return _postgres(url).is_there()
    try:
        return url not in _MEMORY and _path(url).exists()
    except OSError as error:
        raise LedgerError(f"the ledger {_path(url)} cannot be opened ({error.strerror})") from error


def _path(url: str) -> Path:
    path = url.removeprefix(_SQLITE)
    if path in (url, ""):
        scheme = url.partition(":")[0]  # never the whole URL: it may hold a password
        raise LedgerError(
            f"no ledger is known by the URL {scheme}:…",
            "sqlite:///FILE and postgresql://user:password@host:port/database are, or memory: for none",
        )
    return Path(path)


def _sqlite(path: Path) -> Store:
    from calfeed.ledger.sqlite import SqliteStore  # sqlite3 is loaded only where it is asked for

    return SqliteStore(path)


def _postgres(url: str) -> "PostgresStore":
    try:  # its driver is an extra, and loaded only where it is asked for
        from calfeed.ledger.postgres import PostgresStore
    except ImportError as error:
        raise LedgerError(
            f"a ledger in PostgreSQL cannot be used ({error})", "pip install 'calfeed[postgres]'"
        ) from error
    return PostgresStore(url)
