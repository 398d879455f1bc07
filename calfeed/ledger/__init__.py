"""Memory: what a calendar's subscribers were told, kept between one publication and the next.

    entries and stamps ──codec──▶ rows of text ──store──▶ a file, or nothing at all

`reconcile` decides what is remembered; a store only keeps rows, and keeps two publishers apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Protocol

from calfeed.errors import LedgerError
from calfeed.ledger.codec import decode, encode
from calfeed.ledger.memory import MemoryStore
from calfeed.ledger.reconcile import chronological
from calfeed.model import Entry, Stamp

_SQLITE = "sqlite:///"
_MEMORY = ("memory:", f"{_SQLITE}:memory:")


@dataclass(frozen=True, slots=True)
class Memory:
    """All that is remembered of a calendar; `revision` counts the writes that led to it.

    A ledger gives entries in `chronological` order and stamps in order of their paths.
    """

    revision: int = 0
    entries: tuple[Entry, ...] = ()
    stamps: tuple[Stamp, ...] = ()


class Store(Protocol):
    """Where a ledger's rows lie: texts by kind and key, replaced as a whole or not at all.

    Every method raises LedgerError where the store cannot be used, never its driver's own errors.
    """

    @property
    def name(self) -> str:
        """What to call the store in a sentence; no passwords."""

    def read(self, calendar_id: str) -> tuple[int, dict[tuple[str, str], str]]:
        """Give a calendar's revision and rows; 0 and none where it is unknown."""

    def write(self, calendar_id: str, revision: int, rows: Mapping[tuple[str, str], str]) -> None:
        """Replace a calendar's rows and count one revision up.

        Raises:
            LedgerConflict: the calendar's revision is not the one given.
        """


@dataclass(frozen=True, slots=True)
class Ledger:
    """Remembers calendars in a store."""

    store: Store

    def read(self, calendar_id: str) -> Memory:
        """Recall a calendar; revision 0 and nothing in it where it is unknown.

        Raises:
            LedgerError: the store cannot be read, or what it holds makes no sense.
        """
        revision, rows = self.store.read(calendar_id)
        try:
            entries = [decode(Entry, body) for (kind, _), body in rows.items() if kind == "entry"]
            stamps = [decode(Stamp, body) for (kind, _), body in rows.items() if kind == "stamp"]
        except LedgerError as error:
            raise LedgerError(
                f"the ledger {self.store.name} is damaged: {error}", "restore a backup"
            ) from error
        return Memory(
            revision,
            tuple(sorted(entries, key=chronological)),
            tuple(sorted(stamps, key=attrgetter("path"))),
        )

    def write(self, calendar_id: str, memory: Memory) -> None:
        """Remember a calendar from now on as `memory`, which comes from the revision it names.

        Raises:
            LedgerConflict: somebody wrote since that revision was read: read again and decide anew.
            LedgerError: the store cannot be written; it holds what it held before.
        """
        entries = {("entry", entry.uid): encode(entry) for entry in memory.entries}
        stamps = {("stamp", stamp.path): encode(stamp) for stamp in memory.stamps}
        self.store.write(calendar_id, memory.revision, entries | stamps)


def open_ledger(url: str) -> Ledger:
    """Open the ledger at `sqlite:///relative/path` or `sqlite:////absolute/path`, or a `memory:` of none.

    Nothing is made on the disk before the first write.

    Raises:
        LedgerError: no kind of ledger has such a URL.
    """
    if url in _MEMORY:
        return Ledger(MemoryStore())
    return Ledger(_sqlite(_path(url)))


def default_url(root: Path) -> str:
    """Give the URL of the ledger that a calendar's folder has when none is named."""
    return f"{_SQLITE}{root / '.calfeed' / 'ledger.db'}"


def is_there(url: str) -> bool:
    """Tell whether a ledger has ever been written at a URL.

    Raises:
        LedgerError: no kind of ledger has such a URL, or its folder may not be looked into.
    """
    try:
        return url not in _MEMORY and _path(url).exists()
    except OSError as error:
        raise LedgerError(f"the ledger {_path(url)} cannot be opened ({error.strerror})") from error


def _path(url: str) -> Path:
    path = url.removeprefix(_SQLITE)
    if path in (url, ""):
        scheme = url.partition(":")[0]  # never the whole URL: it may hold a password
        raise LedgerError(
            f"no ledger is known by the URL {scheme}:…", "sqlite:///FILE is, or memory: for none"
        )
    return Path(path)


def _sqlite(path: Path) -> Store:
    from calfeed.ledger.sqlite import SqliteStore  # sqlite3 is loaded only where it is asked for

    return SqliteStore(path)
