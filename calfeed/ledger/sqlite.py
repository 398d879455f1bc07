"""A store in one SQLite file: rows in, rows out, as a whole or not at all.

Every call opens the file anew, so nothing is held between calls: any thread may call, and the file may
be restored or deleted under a running server.  The journal is SQLite's rollback journal rather than
its write-ahead log: writes are few and small, one file is simple to copy, and the log would need
shared memory, which folders on network disks do not have.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from calfeed.errors import LedgerConflict, LedgerError, LedgerTooNew

Rows = dict[tuple[str, str], str]

STEPS = (
    f"PRAGMA application_id = {int.from_bytes(b'calf')}",
    "CREATE TABLE calendar (id TEXT PRIMARY KEY, revision INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE memory (calendar TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL,"
    " PRIMARY KEY (calendar, kind, key)) WITHOUT ROWID",
)
"""What made the schema, statement by statement; their number is its version.  Only ever append."""

_FAULTS = {
    sqlite3.SQLITE_NOTADB: ("is not a ledger", "name another file, or move this one away"),
    sqlite3.SQLITE_CORRUPT: ("is damaged", "restore it from a backup"),
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

    def read(self, calendar_id: str) -> tuple[int, Rows]:
        """Give a calendar's revision and rows; 0 and none where it, or the file, is unknown."""
        with self._faults_told():
            if not self.path.exists():
                return 0, {}
            with self._opened("rw") as connection, _transaction(connection, "DEFERRED"):
                return _revision(connection, calendar_id), _rows(connection, calendar_id)

    def write(self, calendar_id: str, revision: int, rows: Mapping[tuple[str, str], str]) -> None:
        """Replace a calendar's rows if it still has this revision; only rows that differ are written."""
        with self._faults_told():
            self._make_folder()
            with self._opened("rwc") as connection, _transaction(connection, "IMMEDIATE"):
                if _revision(connection, calendar_id) != revision:
                    raise LedgerConflict(f"the ledger {self.path} was written by another publisher meanwhile")
                _replace(connection, calendar_id, _rows(connection, calendar_id), rows)
                connection.execute("REPLACE INTO calendar VALUES (?, ?)", (calendar_id, revision + 1))

    @contextmanager
    def _opened(self, mode: str) -> Iterator[sqlite3.Connection]:
        with closing(self._connect(mode)) as connection:
            self._upgrade(connection)
            yield connection

    def _connect(self, mode: str) -> sqlite3.Connection:
        uri = f"file:{quote(str(self.path))}?mode={mode}"
        return sqlite3.connect(uri, uri=True, timeout=self.patience, isolation_level=None)

    def _upgrade(self, connection: sqlite3.Connection) -> None:
        """Bring an older schema, or an empty file, up to date."""
        if self._version(connection) == len(STEPS):
            return
        with _transaction(connection, "IMMEDIATE"):
            for step in STEPS[self._version(connection) :]:
                connection.execute(step)
            connection.execute(f"PRAGMA user_version = {len(STEPS)}")

    def _version(self, connection: sqlite3.Connection) -> int:
        version, owner = (
            _number(connection, "PRAGMA user_version"),
            _number(connection, "PRAGMA application_id"),
        )
        tables = _number(connection, "SELECT count(*) FROM sqlite_master")
        if tables and f"PRAGMA application_id = {owner}" != STEPS[0]:
            raise LedgerError(f"{self.path} is a database of another program", "name another file")
        if version > len(STEPS):
            raise LedgerTooNew(f"the ledger {self.path} was written by a newer calfeed", "upgrade calfeed")
        return version

    def _make_folder(self) -> None:
        folder = self.path.parent
        if folder.exists():
            return
        folder.mkdir(parents=True, exist_ok=True)
        if folder.name == ".calfeed":
            (folder / ".gitignore").write_text("*\n", encoding="utf-8")

    @contextmanager
    def _faults_told(self) -> Iterator[None]:
        """Turn what the driver or the file system says into a sentence and advice."""
        try:
            yield
        except sqlite3.Error as error:
            fault, hint = _FAULTS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, _OTHERWISE)
            raise LedgerError(f"the ledger {self.path} {fault} ({error})", hint) from error
        except OSError as error:
            fault, hint = _FAULTS[sqlite3.SQLITE_CANTOPEN]
            raise LedgerError(f"the ledger {self.path} {fault} ({error.strerror})", hint) from error
        except UnicodeError as error:
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


def _rows(connection: sqlite3.Connection, calendar_id: str) -> Rows:
    found = connection.execute("SELECT kind, key, body FROM memory WHERE calendar = ?", (calendar_id,))
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
