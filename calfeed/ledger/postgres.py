"""A store in a PostgreSQL database: rows in, rows out, as a whole or not at all.

It keeps to a schema of its own, `calfeed`, and so shares a database with others.  Every call connects
anew: publishing is rare, nothing is held between calls, and a server that was away is found again.
Who writes holds one advisory lock, as who writes a SQLite file holds that file.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import LiteralString

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from calfeed.errors import LedgerConflict, LedgerError, LedgerTooNew

Rows = dict[tuple[str, str], str]

STEPS = (
    # An owner who may not make schemas can be given an empty one, which CREATE … IF NOT EXISTS refuses.
    "DO $$ BEGIN IF to_regnamespace('calfeed') IS NULL THEN CREATE SCHEMA calfeed; END IF; END $$",
    "CREATE TABLE calfeed.version (steps integer NOT NULL)",
    "INSERT INTO calfeed.version VALUES (0)",
    "CREATE TABLE calfeed.calendar (id text PRIMARY KEY, revision bigint NOT NULL)",
    "CREATE TABLE calfeed.memory (calendar text NOT NULL, kind text NOT NULL, key text NOT NULL,"
    " body text NOT NULL, PRIMARY KEY (calendar, kind, key))",
)
"""What made the schema, statement by statement; their number is its version.  Only ever append."""

_LOCK = int.from_bytes(b"calf")
_DRIVER: dict[str, int | str] = {
    "application_name": "calfeed",
    "client_encoding": "utf8",
    # A server that falls silent is away after a quarter of a minute; libpq would wait for hours.
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 15_000,
}

_FAULTS: tuple[tuple[type[psycopg.Error], str, str], ...] = (
    (errors.ReadOnlySqlTransaction, "cannot be written", "name the server that takes writes, no replica"),
    (errors.DiskFull, "cannot be written: the server's disk is full", "make room; what was stored is intact"),
    (errors.LockNotAvailable, "is in use by another program", "try again when it has finished"),
    (errors.QueryCanceled, "took too long to answer", "try again, or allow more: its statement_timeout"),
    (
        errors.InsufficientPrivilege,
        "may not be used",
        "let its administrator say: CREATE SCHEMA calfeed AUTHORIZATION the user of the URL",
    ),
    (
        errors.DuplicateTable,
        "cannot be made: its schema calfeed is another program's",
        "name another database",
    ),
    (errors.DataError, "cannot keep this text", "it takes any text where the database's encoding is UTF8"),
    (psycopg.OperationalError, "cannot be reached", "see whether its server runs, and read its log"),
)
_OTHERWISE = ("cannot be used", "see what its server's log says")


@dataclass(frozen=True, slots=True)
class PostgresStore:
    """Keeps rows in a database, in tables made at the first write; see `calfeed.ledger.Store`.

    `url` is `postgresql://user:password@host:port/database`, with all that libpq knows after a `?`.
    `patience` is how many seconds to wait for the server, and for another program that is writing.

    Raises:
        LedgerError: the URL cannot be understood; the sentence shows nothing of it.
    """

    url: str
    patience: float = 5.0

    def __post_init__(self) -> None:
        try:
            asked = conninfo_to_dict(self.url)
        except psycopg.Error:
            asked = {}
        host, port, database = (str(asked.get(part, "")) for part in ("host", "port", "dbname"))
        # A password with one of @ : / in it would end up in these, and in every sentence about them.
        if not database or "@" in host + database or not set(port) <= set("0123456789,"):
            raise LedgerError(
                "the ledger's URL postgresql:… cannot be understood",
                "postgresql://user:password@host:port/database is; in a password write @ : / as %40 %3A %2F",
            ) from None

    @property
    def name(self) -> str:
        """The database and its server, for sentences."""
        asked = conninfo_to_dict(self.url)
        place = ":".join(str(asked[part]) for part in ("host", "port") if part in asked)
        return f"in the database {asked['dbname']} on {place or 'this machine'}"

    def is_there(self) -> bool:
        """Tell whether anything was ever written."""
        with self._connected() as connection:
            return self._version(connection) > 0

    def read(self, calendar_id: str, kind: str | None = None) -> tuple[int, Rows]:
        """Give a calendar's revision and rows, of one kind or all; 0 and none where it is unknown."""
        with self._connected() as connection:
            if self._version(connection) == 0:
                return 0, {}
            self._upgrade(connection)
            with connection.transaction():
                connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                return _revision(connection, calendar_id), _rows(connection, calendar_id, kind)

    def write(self, calendar_id: str, revision: int, rows: Mapping[tuple[str, str], str]) -> None:
        """Replace a calendar's rows if it still has this revision; only rows that differ are written."""
        with self._connected() as connection:
            self._upgrade(connection)
            with self._alone(connection):
                if _revision(connection, calendar_id) != revision:
                    raise LedgerConflict(f"the ledger {self.name} was written by another publisher meanwhile")
                _replace(connection, calendar_id, _rows(connection, calendar_id), rows)
                connection.execute(
                    "INSERT INTO calfeed.calendar VALUES (%s, %s)"
                    " ON CONFLICT (id) DO UPDATE SET revision = excluded.revision",
                    (calendar_id, revision + 1),
                )

    def set_aside(self) -> None:
        """Do nothing: what becomes of a damaged database is for its administrator to say."""

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection]:
        """Connect for one call, and turn what the driver says into a sentence and advice."""
        try:
            # No prepared statements: a pooler between us and the server may not know them.
            asked = make_conninfo(self.url, connect_timeout=max(2, round(self.patience)), **_DRIVER)
            with psycopg.connect(asked, autocommit=True, prepare_threshold=None) as connection:
                yield connection
        except psycopg.Error as error:
            raise self._told(error) from error
        except UnicodeEncodeError as error:
            fault, hint = "cannot keep what is not UTF-8", "give the schedule's files names in UTF-8"
            raise LedgerError(f"the ledger {self.name} {fault} ({error})", hint) from error

    def _told(self, error: psycopg.Error) -> LedgerError:
        fault, hint = next((told for kind, *told in _FAULTS if isinstance(error, kind)), _OTHERWISE)
        if error.pgconn is not None and error.pgconn.used_password and error.sqlstate is None:
            hint = "see whether the URL's user, password and database are right"
        said = str(error).partition("\n")[0]
        return LedgerError(f"the ledger {self.name} {fault} ({said})", hint)

    @contextmanager
    def _alone(self, connection: psycopg.Connection) -> Iterator[None]:
        """Do all of it or nothing, and be the only one to write."""
        with connection.transaction():
            # Every statement after the lock must see what the one who held it before has written.
            connection.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            connection.execute("SELECT set_config('lock_timeout', %s, true)", (f"{self.patience:.3f}s",))
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            yield

    def _upgrade(self, connection: psycopg.Connection) -> None:
        """Bring an older schema, or a database without one, up to date."""
        if self._version(connection) == len(STEPS):
            return
        with self._alone(connection):
            for step in STEPS[self._version(connection) :]:
                connection.execute(step)
            connection.execute("UPDATE calfeed.version SET steps = %s", (len(STEPS),))

    def _version(self, connection: psycopg.Connection) -> int:
        if not _number(connection, "SELECT (to_regclass('calfeed.version') IS NOT NULL)::integer"):
            return 0
        version = _number(connection, "SELECT steps FROM calfeed.version")
        if version > len(STEPS):
            raise LedgerTooNew(f"the ledger {self.name} was written by a newer calfeed", "upgrade calfeed")
        return version


def _number(connection: psycopg.Connection, statement: LiteralString, *parameters: str) -> int:
    row = connection.execute(statement, parameters).fetchone()
    return int(row[0]) if row else 0


def _revision(connection: psycopg.Connection, calendar_id: str) -> int:
    return _number(connection, "SELECT revision FROM calfeed.calendar WHERE id = %s", calendar_id)


def _rows(connection: psycopg.Connection, calendar_id: str, kind: str | None = None) -> Rows:
    statement: LiteralString = "SELECT kind, key, body FROM calfeed.memory WHERE calendar = %s"
    asked = (calendar_id, kind) if kind else (calendar_id,)
    found = connection.execute(statement + " AND kind = %s" if kind else statement, asked)
    return {(kind, key): body for kind, key, body in found}


def _replace(
    connection: psycopg.Connection,
    calendar_id: str,
    stored: Mapping[tuple[str, str], str],
    rows: Mapping[tuple[str, str], str],
) -> None:
    gone = [(calendar_id, *key) for key in stored if key not in rows]
    changed = [(calendar_id, *key, body) for key, body in rows.items() if stored.get(key) != body]
    with connection.cursor() as cursor:
        cursor.executemany("DELETE FROM calfeed.memory WHERE calendar = %s AND kind = %s AND key = %s", gone)
        cursor.executemany(
            "INSERT INTO calfeed.memory VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (calendar, kind, key) DO UPDATE SET body = excluded.body",
            changed,
        )
