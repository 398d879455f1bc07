"""The file of a SQLite ledger: every fault of it is a sentence, and it is never half written."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from calfeed.errors import LedgerConflict, LedgerDamaged, LedgerError, LedgerTooNew
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


# ── damage ───────────────────────────────────────────────────────────────────────────────────────

DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "pages overwritten": lambda whole: whole[:5000] + b"\xff" * (len(whole) - 5000),
    "last pages overwritten": lambda whole: whole[:9000] + b"\xff" * (len(whole) - 9000),
    "truncated": lambda whole: whole[:9000],
    "one page left": lambda whole: whole[:4096],
    "head overwritten": lambda whole: b"\0" * 16 + whole[16:],
    "text that is not UTF-8": lambda whole: whole.replace(b"xxxx", b"xx\xffx", 1),
}
OF_OUR_FOLDER: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "a text": lambda _: b"# Reading group\n" * 100,
    "half a head": lambda whole: whole[:50],
    "zeros": lambda whole: b"\0" * len(whole),
}


def damaged(path: Path, damage: Callable[[bytes], bytes]) -> bytes:
    """Write a ledger, damage it, and give what is then in the file."""
    SqliteStore(path).write("group", 0, {("entry", str(number)): "x" * 500 for number in range(100)})
    wrong = damage(path.read_bytes())
    path.write_bytes(wrong)
    return wrong


def assert_set_aside(path: Path, wrong: bytes) -> None:
    store = SqliteStore(path)
    for use in (lambda: store.read("group"), lambda: store.write("group", 1, OLD)):
        with pytest.raises(LedgerDamaged, match="is damaged") as error:
            use()
        assert error.value.hint
        assert path.read_bytes() == wrong
    kept = store.set_aside()
    assert kept == f"{path}.damaged-1"
    assert Path(kept).read_bytes() == wrong
    assert store.read("group") == (0, {})
    store.write("group", 0, NEW)
    assert store.read("group") == (1, NEW)


@pytest.mark.parametrize("how", DAMAGE)
def test_damaged_ledger_is_set_aside(path: Path, how: str) -> None:
    assert_set_aside(path, damaged(path, DAMAGE[how]))


@pytest.mark.parametrize("how", [*DAMAGE, *OF_OUR_FOLDER])
def test_what_lies_in_our_folder_was_ours(tmp_path: Path, how: str) -> None:
    path = tmp_path / ".calfeed" / "ledger.db"
    assert_set_aside(path, damaged(path, (DAMAGE | OF_OUR_FOLDER)[how]))


def test_damaged_ledgers_are_numbered(path: Path) -> None:
    kept = []
    for _ in range(3):
        damaged(path, DAMAGE["truncated"])
        kept.append(SqliteStore(path).set_aside())
    assert kept == [f"{path}.damaged-{number}" for number in (1, 2, 3)]


def test_journal_is_set_aside_with_its_ledger(path: Path) -> None:
    damaged(path, DAMAGE["truncated"])
    journal = path.with_name("ledger.db-journal")
    journal.write_bytes(b"of the damaged one")
    SqliteStore(path).set_aside()
    assert path.with_name("ledger.db.damaged-1-journal").read_bytes() == b"of the damaged one"
    assert not journal.exists()


def test_of_two_publishers_one_sets_aside(path: Path) -> None:
    damaged(path, DAMAGE["truncated"])
    SqliteStore(path).set_aside()
    with pytest.raises(LedgerConflict):
        SqliteStore(path).set_aside()


def test_no_flipped_bit_is_more_than_a_sentence(path: Path) -> None:
    """It is told, or what was written is read, or a text of it reads otherwise: nothing else happens."""
    SqliteStore(path).write("group", 0, OLD | NEW)
    whole, dice = path.read_bytes(), Random(4)  # noqa: S311  # no secret, but the same at every run
    told = 0
    for _ in range(400):
        wrong = bytearray(whole)
        for _ in range(4):
            wrong[dice.choice([dice.randrange(200), dice.randrange(len(wrong))])] ^= 1 << dice.randrange(8)
        path.write_bytes(wrong)
        try:
            SqliteStore(path).read("group")
        except LedgerError:
            told += 1
            assert path.read_bytes() == wrong
    assert told > 50


@pytest.mark.parametrize("folder", [".", ".calfeed"])
def test_damaged_database_of_another_program_is_left_alone(tmp_path: Path, folder: str) -> None:
    path = tmp_path / folder / "ledger.db"
    path.parent.mkdir(exist_ok=True)
    run(path, "PRAGMA application_id = 7", "CREATE TABLE theirs (a)")
    path.write_bytes(path.read_bytes()[:5000] + b"\xff" * 3000)
    with pytest.raises(LedgerError) as error:
        SqliteStore(path).read("group")
    assert not isinstance(error.value, LedgerDamaged)


# ── what is not ours, or newer ───────────────────────────────────────────────────────────────────


def test_other_program_s_database_is_left_alone(path: Path) -> None:
    run(path, "CREATE TABLE calendar (secret)", "PRAGMA user_version = 99")
    before = path.read_bytes()
    with pytest.raises(LedgerError, match="is a database of another program"):
        SqliteStore(path).write("group", 0, OLD)
    assert path.read_bytes() == before


def test_newer_schema_is_left_alone(path: Path) -> None:
    SqliteStore(path).write("group", 0, OLD)
    run(path, f"PRAGMA user_version = {len(STEPS) + 1}", "ALTER TABLE memory RENAME TO remembered")
    before = path.read_bytes()
    for use in (lambda: SqliteStore(path).read("group"), lambda: SqliteStore(path).write("group", 1, NEW)):
        with pytest.raises(LedgerTooNew, match="newer calfeed"):
            use()
    assert (path.read_bytes(), list(path.parent.iterdir())) == (before, [path])


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


# ── real disks and rights ────────────────────────────────────────────────────────────────────────

SAID = """
import sys
from pathlib import Path
from calfeed.errors import LedgerError
from calfeed.ledger.sqlite import SqliteStore

store, size = SqliteStore(Path(sys.argv[1])), int(sys.argv[2])
for use in (
    lambda: store.write("group", store.read("group")[0], {("entry", str(n)): "x" * size for n in range(9)}),
    lambda: store.read("group"),
):
    try:
        print(use())
    except LedgerError as error:
        print(error.message)
"""
# root without its privileges: the rights of a file count
CONFINED = [] if os.geteuid() else ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]


def said(path: Path, size: int, *, before: Iterable[str] = ()) -> list[str]:
    """Write texts of a size, then read, in a process that another command starts; give what is said."""
    command = [*before, sys.executable, "-c", SAID, str(path), str(size)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_really_full_disk_leaves_what_was_stored(tmp_path: Path) -> None:
    own = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    mounting = [*own, "sh", "-c", 'mount -t tmpfs -o size=64k calfeed "$0" && exec "$@"', str(tmp_path)]
    if subprocess.run([*mounting, "true"], check=False, capture_output=True).returncode:
        pytest.skip("a small disk cannot be mounted here")
    path = tmp_path / "ledger.db"
    write = "from pathlib import Path; from calfeed.ledger.sqlite import SqliteStore;"
    write += f"SqliteStore(Path({str(path)!r})).write('group', 0, {OLD!r})"
    first = [sys.executable, "-c", f"{write}; import os, sys; os.execv(sys.argv[1], sys.argv[1:])"]
    written, read = said(path, 20_000, before=[*mounting, *first])
    assert "the disk is full" in written
    assert read == f"(1, {OLD})"


@pytest.mark.parametrize(
    ("file", "folder", "written", "read"),
    [
        (0o444, 0o755, "cannot be written", f"(1, {OLD})"),
        (0o644, 0o555, "cannot be", f"(1, {OLD})"),
        (0o444, 0o555, "cannot be", f"(1, {OLD})"),
        (0o000, 0o755, "cannot be opened", "cannot be opened"),
        (0o644, 0o000, "cannot be opened", "cannot be opened"),
    ],
)
def test_file_and_folder_without_rights(
    tmp_path: Path, file: int, folder: int, written: str, read: str
) -> None:
    path = tmp_path / "group" / "ledger.db"
    SqliteStore(path).write("group", 0, OLD)
    path.chmod(file)
    path.parent.chmod(folder)
    try:
        first, second = said(path, 1, before=CONFINED)
    finally:
        path.parent.chmod(0o755)
    assert (written in first, read in second) == (True, True), (first, second)
    assert SqliteStore(path).read("group") == (1, OLD)


def test_folder_that_takes_no_file(tmp_path: Path) -> None:
    folder = tmp_path / "group"
    folder.mkdir(mode=0o555)
    assert "cannot be opened" in said(folder / "ledger.db", 1, before=CONFINED)[0]
    assert list(folder.iterdir()) == []


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
