"""Publishers in processes of their own, in both kinds of ledger: none undoes another, none leaves half."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

import pytest

from calfeed import clock
from calfeed.ledger import Ledger, Store, open_ledger
from calfeed.ledger.reconcile import chronological
from calfeed.publication import Publication, publish
from calfeed.sources import locate

ROOT = Path(__file__).parent.parent.parent
SECONDS = 2


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgres":
        return str(request.getfixturevalue("database"))
    return f"sqlite:///{tmp_path}/.calfeed/ledger.db"


def start(program: str, *arguments: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


# ── two at once ──────────────────────────────────────────────────────────────────────────────────

PUBLISHER = """
import sys, time
from datetime import date, timedelta
from pathlib import Path
from calfeed import locate, open_ledger, publish
from calfeed.clock import now
from calfeed.errors import LedgerConflict

url, file, seconds = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])
ledger = open_ledger(url)
print("ready", flush=True)
sys.stdin.readline()
end, number, uids = time.monotonic() + seconds, 0, set()
text = "# Group\\n"
while time.monotonic() < end:
    number += 1
    day = date(2031, 1, 1) + timedelta(days=number)
    text += f"\\n### {day}\\n\\n- The talk {number} of {file.stem}\\n"
    file.write_text(text, "utf-8")
    while True:
        try:
            publication = publish(locate([str(file)], None, file.parent), ledger, now())
            break
        except LedgerConflict:  # three times in a row: the server, too, would try again
            continue
    here = [entry for entry in publication.entries if entry.session.source.path == file.name]
    assert len(here) == number, (number, here)
    uids |= {entry.uid for entry in here}
print(number, *sorted(uids))
"""


def test_no_edit_of_two_publishers_is_lost(url: str, tmp_path: Path) -> None:
    """Each publishes a file of one calendar, a talk more at a time: every edit is one revision."""
    (tmp_path / "calfeed.yaml").write_text("id: group\n", "utf-8")
    files = [tmp_path / name for name in ("one.md", "two.md")]
    for file in files:
        file.touch()
    publishers = [start(PUBLISHER, url, file, str(SECONDS)) for file in files]
    for publisher in publishers:
        assert publisher.stdout
        assert publisher.stdout.readline() == "ready\n"
    told = [publisher.communicate("go\n", timeout=120)[0].split() for publisher in publishers]
    edits = [int(number) for number, *_ in told]
    memory = open_ledger(url).read("group")

    assert min(edits) > 1
    assert memory.revision == sum(edits)
    assert {entry.uid for entry in memory.entries} == {uid for _, *uids in told for uid in uids}
    assert sorted(entry.session.title or "" for entry in memory.entries) == sorted(
        f"The talk {number + 1} of {file.stem}"
        for file, count in zip(files, edits, strict=True)
        for number in range(count)
    )
    assert list(memory.entries) == sorted(memory.entries, key=chronological)


# ── killed ───────────────────────────────────────────────────────────────────────────────────────

WRITER = """
import sys
from calfeed.ledger import open_ledger

store = open_ledger(sys.argv[1]).store
revision = store.read("group")[0]
while True:
    rows = {("entry", str(n)): f"{revision + 1}" * 99 for n in range(revision % 7, 40)}
    store.write("group", revision, rows)
    revision += 1
    print(revision, flush=True)
"""


def state(revision: int) -> dict[tuple[str, str], str]:
    """Give the rows that a writer leaves at a revision."""
    if not revision:
        return {}
    return {("entry", str(n)): str(revision) * 99 for n in range((revision - 1) % 7, 40)}


def test_killed_publisher_leaves_the_old_or_the_new(url: str) -> None:
    """What was acknowledged is there, and at most the one after it: never a part of either."""
    store, dice = open_ledger(url).store, Random(7)  # noqa: S311  # no secret
    acknowledged = 0
    for life in range(21):
        writer = start(WRITER, url)
        assert writer.stdout
        if life:  # the first may die before it has made anything
            acknowledged = int(writer.stdout.readline())
        time.sleep(dice.uniform(0, 0.05))
        writer.send_signal(signal.SIGKILL)
        acknowledged = max([acknowledged, *map(int, writer.communicate(timeout=60)[0].split())])
        assert writer.returncode == -signal.SIGKILL

        revision, rows = store.read("group")
        assert revision in (acknowledged, acknowledged + 1)
        assert rows == state(revision)
        acknowledged = revision
    assert acknowledged > 20


# ── one that read the schedule before an edit ────────────────────────────────────────────────────


class Interrupted:
    """A store in which another publisher writes at the very moment that one first reads it."""

    def __init__(self, store: Store, meanwhile: Callable[[], object]) -> None:
        self._store = store
        self._meanwhile = [meanwhile]
        self.name = store.name

    def read(self, calendar_id: str, kind: str | None = None) -> tuple[int, dict[tuple[str, str], str]]:
        while self._meanwhile:
            self._meanwhile.pop()()
        return self._store.read(calendar_id, kind)

    def write(self, calendar_id: str, revision: int, rows: Mapping[tuple[str, str], str]) -> None:
        self._store.write(calendar_id, revision, rows)

    def set_aside(self) -> str | None:
        return self._store.set_aside()


def test_slow_publisher_does_not_take_back_what_a_fast_one_published(url: str, tmp_path: Path) -> None:
    (tmp_path / "calfeed.yaml").write_text("id: group\n", "utf-8")
    schedule = tmp_path / "README.md"
    schedule.write_text("# Group\n\n### 2031-01-07\n\n- A Talk of Some Length\n", "utf-8")
    ledger = open_ledger(url)

    def publish_here(ledger: Ledger) -> Publication:
        return publish(locate([], None, tmp_path), ledger, clock.now())

    def edit() -> None:
        schedule.write_text("# Group\n\n### 2031-01-14\n\n- A Talk of Some Length\n", "utf-8")
        seen.append(publish_here(ledger))

    seen = [publish_here(ledger)]
    slow = publish_here(Ledger(Interrupted(ledger.store, edit)))
    assert [entry.sequence for entry in (*seen[0].entries, *seen[1].entries, *slow.entries)] == [0, 1, 1]
    assert slow.renditions == seen[1].renditions
    assert publish_here(ledger).renditions == seen[1].renditions
