"""A store in one SQLite file: rows in, rows out, as a whole or not at all.

Every call opens the file anew, so nothing is held between calls: any thread may call, and the file may
be restored or deleted under a running server.  The journal is SQLite's rollback journal rather than
its write-ahead log: writes are few and small, one file is simple to copy, and the log would need
shared memory, which folders on network disks do not have.

The file appears whole, with its empty tables: in a folder of ours one of no length is one that was lost.
"""

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

from calfeed.errors import LedgerConflict, LedgerDamaged, LedgerError, LedgerTooNew
from calfeed.whole import settle

Rows = dict[tuple[str, str], str]

_MARK = b"calf"
_FOLDER = ".calfeed"

STEPS = (
    f"PRAGMA application_id = {int.from_bytes(_MARK)}",
    "CREATE TABLE calendar (id TEXT PRIMARY KEY, revision INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE memory (calendar TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL,"
    " PRIMARY KEY (calendar, kind, key)) WITHOUT ROWID",
)
"""What made the schema, statement by statement; their number is its version.  Only ever append."""

_DAMAGE = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)
_FAULTS = {
    sqlite3.SQLITE_NOTADB: ("is not a ledger", "name another file, or move this one away"),
    sqlite3.SQLITE_CORRUPT: ("is damaged, or of another program", "restore it, or name another file"),
    sqlite3.SQLITE_CANTOPEN: ("cannot be opened", "name one that can be written: --ledger sqlite:///FILE"),
    sqlite3.SQLITE_PERM: ("cannot be opened", "name one that can be written: --ledger sqlite:///FILE"),
    sqlite3.SQLITE_READONLY: (
        "cannot be written",
        "allow writing to it and its folder, or name another: --ledger sqlite:///FILE",
    ),
    sqlite3.SQLITE_FULL: ("cannot be written: the disk is full", "make room; what was stored is intact"),
    sqlite3.SQLITE_BUSY: ("is in use by another program", "try again when it has finished"),
}
_NOT_UTF8 = ("cannot keep what is not UTF-8", "give it, and the schedule's files, names in UTF-8")
_OTHERWISE = ("cannot be used", "see whether its folder can be read and written")


@dataclass(frozen=True, slots=True)
class SqliteStore:
    """Keeps rows in a file that is made at the first write, with its folder; see `calfeed.ledger.Store`.

    `patience` is how many seconds to wait for another program that is writing.
    """

    path: Path
    patience: float = 5.0

    @property
    def name(self) -> str:
        """The file, for sentences."""
        return str(self.path)

    def read(self, calendar_id: str, kind: str | None = None) -> tuple[int, Rows]:
        """Give a calendar's revision and rows, of one kind or all; 0 and none where it is unknown."""
        with self._faults_told():
            if not self.path.exists():
                return 0, {}
            with self._opened("rw") as connection, _transaction(connection, "DEFERRED"):
                return _revision(connection, calendar_id), _rows(connection, calendar_id, kind)

    def write(self, calendar_id: str, revision: int, rows: Mapping[tuple[str, str], str]) -> None:
        """Replace a calendar's rows if it still has this revision; only rows that differ are written."""
        with self._faults_told():
            self._make()
            with self._opened("rwc") as connection, _transaction(connection, "IMMEDIATE"):
                if _revision(connection, calendar_id) != revision:
                    raise LedgerConflict(f"the ledger {self.path} was written by another publisher meanwhile")
                _replace(connection, calendar_id, _rows(connection, calendar_id), rows)
                connection.execute("REPLACE INTO calendar VALUES (?, ?)", (calendar_id, revision + 1))

    def set_aside(self) -> str:
        """Rename a damaged file to the next free ….damaged-1, and give its new name."""
        with self._faults_told():
            names = (self.path.with_name(f"{self.path.name}.damaged-{number}") for number in count(1))
            kept = next(name for name in names if not name.exists())
            with suppress(FileNotFoundError):  # first: SQLite would play it into the next ledger
                Path(f"{self.path}-journal").rename(f"{kept}-journal")
            try:
                self.path.rename(kept)
            except FileNotFoundError:
                raise LedgerConflict(f"the ledger {self.path} was set aside by another publisher") from None
            return str(kept)

    @contextmanager
    def _opened(self, mode: str) -> Iterator[sqlite3.Connection]:
        if self.path.parent.name == _FOLDER and self.path.exists() and self.path.stat().st_size == 0:
            raise self._damaged("it is empty")
        with closing(self._connect(mode)) as connection:
            self._upgrade(connection)
            yield connection

    def _connect(self, mode: str) -> sqlite3.Connection:
        uri = f"file:{quote(str(self.path))}?mode={mode}"
        connection = sqlite3.connect(uri, uri=True, timeout=self.patience, isolation_level=None)
        connection.text_factory = bytes.decode  # its error tells a damaged text from other faults
        return connection

    def _upgrade(self, connection: sqlite3.Connection) -> None:
        """Bring an older schema, or an empty file, up to date."""
        with _transaction(connection, "DEFERRED"):  # another publisher may just be making the tables
            if self._version(connection) == len(STEPS):
                return
        with _transaction(connection, "IMMEDIATE"):
            for step in STEPS[self._version(connection) :]:
                connection.execute(step)
            connection.execute(f"PRAGMA user_version = {len(STEPS)}")

    def _version(self, connection: sqlite3.Connection) -> int:
        tables = _number(connection, "SELECT count(*) FROM sqlite_master")
        version = _number(connection, "PRAGMA user_version")
        owner = _number(connection, "PRAGMA application_id")
        if tables and f"PRAGMA application_id = {owner}" != STEPS[0]:
            raise LedgerError(f"{self.path} is a database of another program", "name another file")
        if version > len(STEPS):
            raise LedgerTooNew(f"the ledger {self.path} was written by a newer calfeed", "upgrade calfeed")
        return version

    def _make(self) -> None:
        str(self.path).encode()  # SQLite takes no other names: before anything is made
        if self.path.exists():
            return
        self._make_folder()
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as blank:
            self._upgrade(blank)
            whole = blank.serialize()
        new = self.path.with_name(f".{self.path.name}.{uuid4().hex[:8]}")
        # Another publisher may be faster, a disk may have no links or be full: what opens the file says so.
        with suppress(OSError):
            new.write_bytes(whole)
            settle(new)
            os.link(new, self.path)
        with suppress(OSError):
            new.unlink(missing_ok=True)

    def _make_folder(self) -> None:
        folder = self.path.parent
        if folder.exists():
            return
        folder.mkdir(parents=True, exist_ok=True)
        if folder.name == _FOLDER:
            (folder / ".gitignore").write_text("*\n", encoding="utf-8")

    def _damaged(self, why: object) -> LedgerDamaged:
        hint = "restore it from a backup, or delete it to begin anew"
        return LedgerDamaged(f"the ledger {self.path} is damaged ({why})", hint)

    def _is_ours(self) -> bool:
        """Tell a damaged ledger from a file that never was one: by its mark, or where it lies in our folder
        by not being another program's database.
        """
        try:
            with self.path.open("rb") as file:
                head = file.read(72)  # a database has its program's mark in the last four of these bytes
        except OSError:
            return False
        database = len(head) == 72 and head.startswith(b"SQLite format 3\0")
        return head[68:] == _MARK or (self.path.parent.name == _FOLDER and not database)

    @contextmanager
    def _faults_told(self) -> Iterator[None]:
        """Turn what the driver or the file system says into a sentence and advice."""
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code in _DAMAGE and self._is_ours():
                raise self._damaged(error) from error
            fault, hint = _FAULTS.get(code, _OTHERWISE)
            raise LedgerError(f"the ledger {self.path} {fault} ({error})", hint) from error
        except OSError as error:
            fault, hint = _FAULTS[sqlite3.SQLITE_CANTOPEN]
            raise LedgerError(f"the ledger {self.path} {fault} ({error.strerror})", hint) from error
        except UnicodeDecodeError as error:
            raise self._damaged(error) from error
        except UnicodeEncodeError as error:
            fault, hint = _NOT_UTF8
            raise LedgerError(f"the ledger {self.path} {fault} ({error})", hint) from error


@contextmanager
def _transaction(connection: sqlite3.Connection, kind: str) -> Iterator[None]:
    """Do all of it or nothing: DEFERRED sees one state of the file, IMMEDIATE is the only one to write."""
    connection.execute(f"BEGIN {kind}")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _number(connection: sqlite3.Connection, statement: str, *parameters: str) -> int:
    row = connection.execute(statement, parameters).fetchone()
    return int(row[0]) if row else 0


def _revision(connection: sqlite3.Connection, calendar_id: str) -> int:
    return _number(connection, "SELECT revision FROM calendar WHERE id = ?", calendar_id)


def _rows(connection: sqlite3.Connection, calendar_id: str, kind: str | None = None) -> Rows:
    asked = (calendar_id, kind) if kind else (calendar_id,)
    narrow = " AND kind = ?" if kind else ""
    found = connection.execute(f"SELECT kind, key, body FROM memory WHERE calendar = ?{narrow}", asked)  # noqa: S608
    return {(kind, key): body for kind, key, body in found}


def _replace(
    connection: sqlite3.Connection,
    calendar_id: str,
    stored: Mapping[tuple[str, str], str],
    rows: Mapping[tuple[str, str], str],
) -> None:
    gone = [(calendar_id, *key) for key in stored if key not in rows]
    changed = [(calendar_id, *key, body) for key, body in rows.items() if stored.get(key) != body]
    connection.executemany("DELETE FROM memory WHERE calendar = ? AND kind = ? AND key = ?", gone)
    connection.executemany("REPLACE INTO memory VALUES (?, ?, ?, ?)", changed)
