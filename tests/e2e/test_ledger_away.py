"""A server whose PostgreSQL goes away goes on with what it serves, says so, and finds it again."""

import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import postgres

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parent.parent.parent
SCHEDULE = "# Group\n\n### 2031-09-03\n\n- A Talk of Some Length\n"


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310  # our own server
        return str(answer.read().decode())


def eventually(condition: Callable[[], bool]) -> bool:
    """Wait for another process, up to a minute: after a failure it waits ten seconds itself."""
    end = time.monotonic() + 60
    while not condition() and time.monotonic() < end:
        time.sleep(0.2)
    return condition()


@contextmanager
def serving(folder: Path, ledger: str, log: Path) -> Iterator[str]:
    """Serve a folder; give the address of the site."""
    command = [sys.executable, "-m", "calfeed", "serve", "--port", "0", "--ledger", ledger]
    with log.open("w") as errors:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    try:
        assert process.stdout
        first = process.stdout.readline()
        assert first.startswith("Page: "), log.read_text("utf-8")
        yield first.removeprefix("Page: ").strip()
    finally:
        process.terminate()
        process.communicate(timeout=30)


def test_r75_server_outlives_its_ledger(write: Callable[..., Path], tmp_path: Path) -> None:
    folder = write({"README.md": SCHEDULE, "calfeed.yaml": "id: group\n"})
    log = tmp_path / "log"
    with postgres.server() as database, serving(folder, database.new_database(), log) as site:
        feed = f"{site}calendar/group.ics"
        before = fetch(feed)
        assert "A Talk of Some Length" in before

        database.stop()
        (folder / "README.md").write_text(SCHEDULE.replace("Some", "Great"), "utf-8")
        assert eventually(lambda: "LedgerError" in fetch(f"{site}status"))
        assert fetch(feed) == before
        assert log.read_text("utf-8").count("nothing new is served: the ledger in the database group0") == 1
        assert postgres.OPEN_SESAME not in log.read_text("utf-8")

        database.start()
        assert eventually(lambda: "A Talk of Great Length" in fetch(feed))
        assert "LedgerError" not in fetch(f"{site}status")
        uids = {line for line in before.splitlines() if line.startswith("UID")}
        assert uids == {line for line in fetch(feed).splitlines() if line.startswith("UID")}
