"""The database of a PostgreSQL ledger: every fault of it is a sentence that shows no password."""

import socket
import sys
from contextlib import closing

import psycopg
import pytest

from calfeed.errors import LedgerError, LedgerTooNew
from calfeed.ledger import is_there, open_ledger
from calfeed.ledger.postgres import STEPS, PostgresStore
from tests.postgres import OPEN_SESAME, Server

OLD = {("entry", str(number)): "old" for number in range(5)}
NEW = {("entry", str(number)): "new" for number in range(3, 9)}


def run(url: str, *statements: str) -> list[tuple[object, ...]]:
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        for statement in statements:
            cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def named(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


def tables(url: str) -> list[tuple[object, ...]]:
    return run(
        url,
        "SELECT schemaname, relname, n_live_tup FROM pg_stat_user_tables ORDER BY 1, 2",
    )


# ── the database ─────────────────────────────────────────────────────────────────────────────────


def test_reading_makes_nothing(database: str) -> None:
    assert PostgresStore(database).read("group") == (0, {})
    assert not is_there(database)
    assert tables(database) == []


def test_it_is_there_from_the_first_write_on(database: str) -> None:
    PostgresStore(database).write("group", 0, OLD)
    assert is_there(database)


def test_schema_is_its_steps(database: str) -> None:
    PostgresStore(database).write("group", 0, {})
    assert run(database, "SELECT steps FROM calfeed.version") == [(len(STEPS),)]
    assert {schema for schema, *_ in tables(database)} == {"calfeed"}


def test_older_schema_is_brought_up_to_date(database: str) -> None:
    run(database, *STEPS[:3], "UPDATE calfeed.version SET steps = 3")
    assert PostgresStore(database).read("group") == (0, {})
    PostgresStore(database).write("group", 0, OLD)
    assert PostgresStore(database).read("group") == (1, OLD)


def test_equal_rows_are_not_written_again(database: str) -> None:
    store = PostgresStore(database)
    store.write("group", 0, OLD)
    before = run(database, "SELECT key, xmin::text FROM calfeed.memory ORDER BY key")
    store.write("group", 1, OLD | {("entry", "4"): "new"})
    after = run(database, "SELECT key, xmin::text FROM calfeed.memory ORDER BY key")
    assert (before[:4], before[4] == after[4]) == (after[:4], False)


def test_other_tables_of_the_database_are_left_alone(database: str) -> None:
    run(database, "CREATE TABLE calendar (id text)", "INSERT INTO calendar VALUES ('theirs')")
    PostgresStore(database).write("group", 0, OLD)
    assert run(database, "SELECT * FROM calendar") == [("theirs",)]


def test_a_user_without_rights_needs_only_a_schema(server: Server, database: str) -> None:
    user = f"guest_{named(database)}"
    guest = server.url(named(database), user)
    run(database, f"CREATE ROLE {user} LOGIN PASSWORD '{OPEN_SESAME}'")
    assert "may not be used" in refused(guest)
    run(database, f"CREATE SCHEMA calfeed AUTHORIZATION {user}")
    PostgresStore(guest).write("group", 0, OLD)
    assert PostgresStore(guest).read("group") == (1, OLD)


# ── faults ───────────────────────────────────────────────────────────────────────────────────────


def refused(url: str, revision: int = 0, patience: float = 5) -> str:
    """Give the sentence with which a store refuses to be written."""
    store = PostgresStore(url, patience)
    with pytest.raises(LedgerError) as error:
        store.write("group", revision, NEW)
    assert store.name in error.value.message
    assert error.value.hint
    assert OPEN_SESAME not in str(error.value)
    return str(error.value)


def test_server_that_is_away() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    told = refused(f"postgresql://owner:secret@127.0.0.1:{port}/group")
    assert f"the ledger in the database group on 127.0.0.1:{port} cannot be reached" in told
    assert "see whether its server runs" in told
    assert "secret" not in told


def test_server_that_never_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://127.0.0.1:{silent.getsockname()[1]}/group"
        assert "cannot be reached" in refused(url, patience=0.1)


def test_wrong_password(server: Server) -> None:
    told = refused(server.url("postgres", "owner", "wr0ng"))
    assert "password authentication failed" in told
    assert "user, password and database are right" in told
    assert "wr0ng" not in told


def test_missing_database(server: Server) -> None:
    told = refused(server.url("nowhere"))
    assert 'database "nowhere" does not exist' in told
    assert "user, password and database are right" in told


def test_read_only_server_can_be_read(database: str) -> None:
    PostgresStore(database).write("group", 0, OLD)
    run(database, f"ALTER DATABASE {named(database)} SET default_transaction_read_only = on")
    assert PostgresStore(database).read("group") == (1, OLD)
    assert "cannot be written" in refused(database, 1)


def fail(url: str, statement: str) -> None:
    """Let the server do something at every row that is written."""
    body = f"BEGIN {statement}; RETURN NEW; END"
    run(
        url,
        f"CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
        "CREATE TRIGGER trouble BEFORE INSERT ON calfeed.memory FOR EACH ROW EXECUTE FUNCTION trouble()",
    )


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("RAISE 'no space left' USING ERRCODE = '53100'", "the server's disk is full (no space left)"),
        ("RAISE 'odd' USING ERRCODE = '22000'", "cannot keep this text (odd)"),
        ("RAISE 'odd' USING ERRCODE = 'XX000'", "cannot be used (odd)"),
        ("PERFORM pg_terminate_backend(pg_backend_pid())", "cannot be reached ("),
    ],
)
def test_fault_of_the_server_leaves_what_was_stored(database: str, statement: str, told: str) -> None:
    PostgresStore(database).write("group", 0, OLD)
    fail(database, statement)
    assert told in refused(database, 1)
    assert PostgresStore(database).read("group") == (1, OLD)


def test_statement_that_takes_too_long(database: str) -> None:
    PostgresStore(database).write("group", 0, OLD)
    fail(database, "PERFORM pg_sleep(60)")
    run(database, f"ALTER DATABASE {named(database)} SET statement_timeout = '100ms'")
    assert "took too long to answer" in refused(database, 1)
    assert PostgresStore(database).read("group") == (1, OLD)


def test_locked_by_another_program(database: str) -> None:
    PostgresStore(database).write("group", 0, OLD)
    with closing(psycopg.connect(database)) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", (int.from_bytes(b"calf"),))
        assert "is in use" in refused(database, 1, patience=0.01)


def test_schema_of_another_program_is_left_alone(database: str) -> None:
    run(database, "CREATE SCHEMA calfeed", "CREATE TABLE calfeed.calendar (theirs text)")
    assert "another program's" in refused(database)
    assert [name for _, name, _ in tables(database)] == ["calendar"]


def test_newer_schema_is_left_alone(database: str) -> None:
    store = PostgresStore(database)
    store.write("group", 0, OLD)
    run(database, "UPDATE calfeed.version SET steps = steps + 1", "ALTER TABLE calfeed.memory RENAME TO m2")
    before = run(database, "SELECT m2.*, xmin::text FROM calfeed.m2")
    for use in (lambda: store.read("group"), lambda: store.write("group", 1, NEW), store.is_there):
        with pytest.raises(LedgerTooNew, match="newer calfeed"):
            use()
    assert run(database, "SELECT m2.*, xmin::text FROM calfeed.m2") == before


def test_row_that_is_not_utf8_leaves_what_was_stored(database: str) -> None:
    store = PostgresStore(database)
    store.write("group", 0, OLD)
    with pytest.raises(LedgerError, match="cannot keep what is not UTF-8"):
        store.write("group", 1, {("entry", "a"): "caf\udce9"})
    with pytest.raises(LedgerError, match="cannot keep this text"):
        store.write("group", 1, {("entry", "a"): "nul \0"})
    assert store.read("group") == (1, OLD)


def test_text_that_the_database_s_encoding_lacks(server: Server) -> None:
    server.run("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
    store = PostgresStore(server.url("latin"))
    store.write("group", 0, {("entry", "a"): "é"})
    with pytest.raises(LedgerError, match="cannot keep this text") as error:
        store.write("group", 1, {("entry", "a"): "讀"})
    assert "UTF8" in error.value.hint
    assert store.read("group") == (1, {("entry", "a"): "é"})


# ── the URL ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("postgresql://me:secret@db.example.org/group", "in the database group on db.example.org"),
        ("postgresql://db.example.org:5433/group", "in the database group on db.example.org:5433"),
        ("postgresql://one:1,two:2/group", "in the database group on one,two:1,2"),
        ("postgresql:///group?password=secret", "in the database group on this machine"),
        ("postgresql:///group?host=/run/pg", "in the database group on /run/pg"),
        ("postgresql://me:%40secret%2F@[::1]/group", "in the database group on ::1"),
    ],
)
def test_name_has_no_password(url: str, name: str) -> None:
    assert open_ledger(url).store.name == name


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://",
        "postgresql://me:secret@host",
        "postgresql://me:secret%zz@host/group",
        "postgresql://me:sec/ret@host/group",
        "postgresql://me:sec/ret/group",
        "postgresql://me:a@secret@host/group",
        "postgresql://me:1/secret@host/group",
        "postgresql://host/group?secret=1",
    ],
)
def test_url_that_cannot_be_understood_is_not_shown(url: str) -> None:
    with pytest.raises(LedgerError) as refused:
        open_ledger(url)
    assert "postgresql://user:password@host:port/database" in refused.value.hint
    assert "secret" not in str(refused.value)
    assert refused.value.__suppress_context__


def test_driver_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "calfeed.ledger.postgres", None)
    with pytest.raises(LedgerError, match=r"pip install 'calfeed\[postgres\]'"):
        open_ledger("postgresql://host/group")
