"""The file of a SQLite ledger: every fault of it is a sentence, and it is never half written."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pytest

from calfeed.errors import LedgerConflict, LedgerError, LedgerTooNew
from calfeed.ledger.sqlite import STEPS, SqliteStore

Rows = Mapping[tuple[str, str], str]

OLD = {("entry", str(number)): "old" for number in range(5)}
NEW = {("entry", str(number)): "new" for number in range(3, 9)}


@dataclass(frozen=True, slots=True)
class Hindered(SqliteStore):
    """A store whose every connection starts with a statement that makes trouble."""

    trouble: str = ""

    def _connect(self, mode: str) -> sqlite3.Connection:
        connection = SqliteStore._connect(self, mode)
        connection.execute(self.trouble)
        return connection


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


def run(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


# ── the file ─────────────────────────────────────────────────────────────────────────────────────


def test_reading_makes_no_file(tmp_path: Path) -> None:
    assert SqliteStore(tmp_path / "deep" / "ledger.db").read("group") == (0, {})
    assert list(tmp_path.iterdir()) == []


def test_first_write_makes_folder_and_file(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "down" / "ledger.db"
    SqliteStore(path).write("group", 0, OLD)
    assert sorted(tmp_path.rglob("*")) == [path.parent.parent, path.parent, path]


def test_our_own_folder_is_kept_out_of_git(tmp_path: Path) -> None:
    path = tmp_path / ".calfeed" / "ledger.db"
    SqliteStore(path).write("group", 0, OLD)
    assert (tmp_path / ".calfeed" / ".gitignore").read_text() == "*\n"


def test_folder_that_was_there_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / ".calfeed"
    folder.mkdir()
    SqliteStore(folder / "ledger.db").write("group", 0, OLD)
    assert [file.name for file in folder.iterdir()] == ["ledger.db"]


def test_odd_file_name_is_no_query(tmp_path: Path) -> None:
    path = tmp_path / "a?mode=memory&b#c%20d'é.db"
    SqliteStore(path).write("group", 0, OLD)
    assert SqliteStore(path).read("group") == (1, OLD)
    assert path.exists()


def test_file_deleted_under_a_running_server_is_empty(path: Path) -> None:
    store = SqliteStore(path)
    store.write("group", 0, OLD)
    path.unlink()
    assert store.read("group") == (0, {})
    store.write("group", 0, NEW)
    assert store.read("group") == (1, NEW)


def test_empty_file_is_an_empty_ledger(path: Path) -> None:
    path.touch()
    assert SqliteStore(path).read("group") == (0, {})


def test_equal_rows_are_not_written_again(path: Path) -> None:
    """The file grows with what changes, and publishing often changes little."""
    store = SqliteStore(path)
    rows = {("entry", f"{number:04}"): "x" * 1000 for number in range(500)}
    store.write("group", 0, rows)
    before = path.read_bytes()
    store.write("group", 1, rows)
    after = path.read_bytes()
    changed = [at for at in range(0, len(before), 4096) if before[at : at + 4096] != after[at : at + 4096]]
    assert len(after) == len(before)
    assert len(changed) <= 2


def test_read_only_file_can_be_read(path: Path) -> None:
    SqliteStore(path).write("group", 0, OLD)
    assert Hindered(path, trouble="PRAGMA query_only = 1").read("group") == (1, OLD)


def test_schema_is_its_steps(path: Path) -> None:
    SqliteStore(path).write("group", 0, {})
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(STEPS),)


@pytest.mark.parametrize("version", range(1, len(STEPS)))
def test_older_schema_is_brought_up_to_date(path: Path, version: int) -> None:
    run(path, *STEPS[:version], f"PRAGMA user_version = {version}")
    SqliteStore(path).write("group", 0, OLD)
    assert SqliteStore(path).read("group") == (1, OLD)


# ── faults ───────────────────────────────────────────────────────────────────────────────────────


def refused(store: SqliteStore) -> str:
    """Give the sentence with which a store refuses to be written."""
    with pytest.raises(LedgerError) as error:
        store.write("group", 0, OLD)
    assert str(store.path) in error.value.message
    assert error.value.hint
    assert error.value.__cause__ is not None
    return error.value.message


def test_folder_is_no_ledger(path: Path) -> None:
    path.mkdir()
    assert "cannot be opened" in refused(SqliteStore(path))
    with pytest.raises(LedgerError, match="cannot be opened"):
        SqliteStore(path).read("group")


def test_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "notes").touch()
    assert "cannot be opened" in refused(SqliteStore(tmp_path / "notes" / "down" / "ledger.db"))


def test_text_is_no_ledger(path: Path) -> None:
    text = "# Reading group\n" * 100
    path.write_text(text)
    assert "is not a ledger" in refused(SqliteStore(path))
    assert path.read_text() == text


@pytest.mark.parametrize("kept", [5000, 9000])
def test_damaged_file(path: Path, kept: int) -> None:
    SqliteStore(path).write("group", 0, {("entry", str(number)): "x" * 500 for number in range(100)})
    whole = path.read_bytes()
    path.write_bytes(whole[:kept] + b"\xff" * (len(whole) - kept))
    with pytest.raises(LedgerError, match="is damaged") as error:
        SqliteStore(path).read("group")
    assert isinstance(error.value.__cause__, sqlite3.Error)


def test_other_program_s_database_is_left_alone(path: Path) -> None:
    run(path, "CREATE TABLE calendar (secret)", "PRAGMA user_version = 99")
    before = path.read_bytes()
    with pytest.raises(LedgerError, match="is a database of another program"):
        SqliteStore(path).write("group", 0, OLD)
    assert path.read_bytes() == before


def test_newer_schema_is_left_alone(path: Path) -> None:
    SqliteStore(path).write("group", 0, OLD)
    run(path, f"PRAGMA user_version = {len(STEPS) + 1}")
    for use in (lambda: SqliteStore(path).read("group"), lambda: SqliteStore(path).write("group", 1, NEW)):
        with pytest.raises(LedgerTooNew, match="newer calfeed"):
            use()


def test_file_that_cannot_be_written(path: Path) -> None:
    SqliteStore(path).write("other", 0, OLD)
    assert "cannot be written" in refused(Hindered(path, trouble="PRAGMA query_only = 1"))


def test_full_disk_leaves_what_was_stored(path: Path) -> None:
    store = SqliteStore(path)
    store.write("group", 0, OLD)
    full = Hindered(path, trouble="PRAGMA max_page_count = 1")
    with pytest.raises(LedgerError, match="the disk is full"):
        full.write("group", 1, {("entry", str(number)): "x" * 5000 for number in range(100)})
    assert store.read("group") == (1, OLD)


def test_locked_file(path: Path) -> None:
    SqliteStore(path).write("other", 0, OLD)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert "is in use" in refused(SqliteStore(path, patience=0.01))


NOT_UTF8 = os.fsdecode(b"caf\xe9")


def test_file_name_that_is_not_utf8(tmp_path: Path) -> None:
    assert "cannot keep what is not UTF-8" in refused(SqliteStore(tmp_path / f"{NOT_UTF8}.db"))
    assert list(tmp_path.iterdir()) == []


def test_row_that_is_not_utf8_leaves_what_was_stored(path: Path) -> None:
    store = SqliteStore(path)
    store.write("group", 0, OLD)
    with pytest.raises(LedgerError, match="cannot keep what is not UTF-8"):
        store.write("group", 1, {**NEW, ("entry", "a"): f"{NOT_UTF8}.md"})
    assert store.read("group") == (1, OLD)


def test_odd_fault_is_a_sentence_too(path: Path) -> None:
    SqliteStore(path).write("other", 0, OLD)
    assert "cannot be used" in refused(Hindered(path, trouble="SELECT nonsense"))


# ── two publishers ───────────────────────────────────────────────────────────────────────────────


def test_no_write_of_two_publishers_is_lost(path: Path) -> None:
    """Each adds a row at a time to what it has read, and begins again when the other was faster."""

    def publish(name: str) -> None:
        store = SqliteStore(path)
        for number in range(20):
            while True:
                revision, rows = store.read("group")
                try:
                    store.write("group", revision, rows | {(name, str(number)): "x"})
                    break
                except LedgerConflict:
                    continue

    threads = [Thread(target=publish, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    revision, rows = SqliteStore(path).read("group")
    assert (revision, len(rows)) == (40, 40)


# ── killed in the middle ─────────────────────────────────────────────────────────────────────────

KILLED = """
import os, signal, sys
from pathlib import Path
from calfeed.ledger.sqlite import SqliteStore

path, moment = Path(sys.argv[1]), int(sys.argv[2])

class Mortal(SqliteStore):
    def _connect(self, mode):
        connection = SqliteStore._connect(self, mode)
        connection.execute("PRAGMA cache_size = 1")  # so that pages reach the file before the end
        seen = 0
        def count(statement):
            nonlocal seen
            seen += 1
            if seen == moment:
                os.kill(os.getpid(), signal.SIGKILL)
        connection.set_trace_callback(count)
        return connection

Mortal(path).write("group", 1, {("entry", str(number)): "new" for number in range(3, 9)})
"""


def test_killed_at_any_statement_leaves_the_old_or_the_new(path: Path) -> None:
    deaths = 0
    for moment in range(1, 99):
        path.unlink(missing_ok=True)
        SqliteStore(path).write("group", 0, OLD)
        done = subprocess.run([sys.executable, "-c", KILLED, str(path), str(moment)], check=False, timeout=60)
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL
        deaths += 1
        assert SqliteStore(path).read("group") in [(1, OLD), (2, NEW)]
    assert SqliteStore(path).read("group") == (2, NEW)
    assert deaths > 10
