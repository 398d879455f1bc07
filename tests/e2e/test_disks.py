"""Real programs on a disk without room, and on one that takes no writes: told plainly, and made up for."""

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.disks import Disk, small_disk
from tests.e2e.test_kills import sequences
from tests.e2e.test_moving import post
from tests.e2e.test_served import CLEAN, ROOT, eventually, fetch
from tests.remote import Server, text
from tests.repositories import Git

pytestmark = pytest.mark.e2e

Break = Callable[[Disk], None]

TALKS = "".join(f"### 2031-02-{day:02}\n\n- A Talk of the {day}th\n- Ada Brandt\n\n" for day in range(1, 9))
SCHEDULE = f"# Group\n\n{TALKS}"
EDITED = SCHEDULE.replace("A Talk of the 3th", "Another Talk, the 3rd")
ENVIRONMENT = CLEAN | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path / "disk") as mounted:
        yield mounted


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return begun(tmp_path / "group")


def begun(folder: Path) -> Path:
    """Write a schedule with its settings into a new folder."""
    folder.mkdir()
    (folder / "calfeed.yaml").write_text("id: group\nname: Group\nfilters: 5\n", "utf-8")
    (folder / "README.md").write_text(SCHEDULE, "utf-8")
    return folder


@pytest.fixture(params=["full", "read-only"])
def spoil(request: pytest.FixtureRequest) -> Break:
    return Disk.fill if request.param == "full" else Disk.protect


@contextmanager
def serving(disk: Disk, folder: Path, log: Path, *options: str, **environment: str) -> Iterator[str]:
    """Serve a folder where the disk is; give the address of the site.  Both paths are those to the server."""
    words = (sys.executable, "-m", "calfeed", "serve", "--port", "0", *options)
    command = disk.command(folder, "sh", "-c", 'exec "$@" 2>"$0"', str(log), *words)
    told = ENVIRONMENT | environment
    with subprocess.Popen(command, env=told, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            found = re.fullmatch(r"Page: (\S+)\n", process.stdout.readline())
            assert found
            yield found[1]
        finally:
            process.terminate()
    assert process.returncode == 0


def feed(site: str) -> str:
    status, body, _ = fetch(f"{site}calendar/group.ics")
    assert (status, body[:16], body[-15:]) == (200, "BEGIN:VCALENDAR\r", "END:VCALENDAR\r\n")
    return body


def not_lower(before: Mapping[bytes, int], after: Mapping[bytes, int]) -> bool:
    return before.keys() == after.keys() and all(after[uid] >= before[uid] for uid in before)


# ── the server ───────────────────────────────────────────────────────────────────────────────────


def test_server_outlives_a_disk_that_takes_no_writes(
    disk: Disk, folder: Path, tmp_path: Path, spoil: Break
) -> None:
    log = tmp_path / "log"
    with serving(disk, folder, log, "--ledger", f"sqlite:///{disk.place}/ledger/ledger.db") as site:
        before = feed(site)
        spoil(disk)
        (folder / "README.md").write_text(EDITED, "utf-8")
        assert eventually(lambda: fetch(f"{site}readyz")[1].startswith("stale since "))
        status, said, _ = fetch(f"{site}readyz")
        assert (status, "LedgerError" in said) == (200, True)
        assert "LedgerError; the log says more." in fetch(f"{site}status")[1]
        assert "calfeed_stale" in fetch(f"{site}metrics")[1]
        assert feed(site) == before
        assert fetch(site)[0] == 200

        disk.relieve()
        assert eventually(lambda: "Another Talk\\, the 3rd" in feed(site))
        assert fetch(f"{site}readyz")[1] == "fresh\n"
        after = feed(site)
    known, now = sequences(before.encode()), sequences(after.encode())
    assert (not_lower(known, now), sum(now.values())) == (True, 1)
    with serving(disk, folder, log, "--ledger", f"sqlite:///{disk.place}/ledger/ledger.db") as site:
        assert feed(site) == after
    said = log.read_text("utf-8")
    assert "Traceback" not in said


def test_server_outlives_a_full_disk_with_schedule_ledger_and_log_on_it(disk: Disk) -> None:
    begun(disk.here / "group")
    with serving(disk, disk.place / "group", disk.place / "log") as site:
        before = feed(site)
        disk.fill()
        edit_in_place(disk.here / "group" / "README.md", b"A Talk of the 3th", b"A Tale of the 3rd")
        assert eventually(lambda: fetch(f"{site}readyz")[1].startswith("stale since "))
        assert feed(site) == before
        disk.relieve()
        assert eventually(lambda: "A Tale of the 3rd" in feed(site))
        assert not_lower(sequences(before.encode()), sequences(feed(site).encode()))


def edit_in_place(file: Path, old: bytes, new: bytes) -> None:
    assert len(old) == len(new)
    with file.open("r+b") as opened:
        opened.seek(file.read_bytes().index(old))
        opened.write(new)


# ── the static site ──────────────────────────────────────────────────────────────────────────────


def run(disk: Disk, folder: Path, *words: str) -> tuple[int, str]:
    done = subprocess.run(
        disk.command(folder, sys.executable, "-m", "calfeed", *words),
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr


def feeds(site: Path) -> dict[str, bytes]:
    """Read every file that the index of a site lists, as it is said to be there; gives the feeds."""
    listed = json.loads((site / "index.json").read_bytes())["files"]
    bodies = {name: (site / name).read_bytes() for name in listed}
    assert {name: hashlib.sha256(body).hexdigest() for name, body in bodies.items()} == {
        name: described["sha256"] for name, described in listed.items()
    }
    return {name: body for name, body in bodies.items() if name.endswith(".ics")}


@pytest.mark.parametrize("on_it", ["ledger and site", "ledger", "site"])
def test_build_tells_of_a_disk_that_takes_no_writes_and_makes_up_for_it(
    disk: Disk, folder: Path, tmp_path: Path, spoil: Break, on_it: str
) -> None:
    ledger = (disk.place if "ledger" in on_it else tmp_path) / "ledger.db"
    site = (disk.place if "site" in on_it else tmp_path) / "site"
    here = (disk.here if "site" in on_it else tmp_path) / "site"
    build = ("build", "--output", str(site), "--ledger", f"sqlite:///{ledger}")
    assert run(disk, folder, *build)[0] == 0
    before = feeds(here)
    spoil(disk)
    assert run(disk, folder, *build)[0] == 0  # nothing is new, so nothing is written
    (folder / "README.md").write_text(EDITED, "utf-8")

    code, said = run(disk, folder, *build)
    told = [line for line in said.splitlines() if "calfeed: " in line]
    assert (code, len(told), "Traceback" in said) == (3, 1, False), said
    assert "(hint: " in told[0]
    assert feeds(here) == before

    disk.relieve()
    code, said = run(disk, folder, *build)
    after = feeds(here)
    assert (code, "Another Talk" in after["calendar/group.ics"].decode()) == (0, True), said
    assert not_lower(sequences(before["calendar/group.ics"]), sequences(after["calendar/group.ics"]))
    assert [path.name for path in here.iterdir() if path.name.startswith(".calfeed")] == []
    again = tmp_path / "again"
    rebuild = ("build", "--output", str(again), "--ledger", f"sqlite:///{ledger}")
    assert run(disk, folder, *rebuild)[0] == 0
    assert feeds(again) == after


@pytest.mark.parametrize("command", ["build", "serve"])
def test_first_publication_on_a_disk_that_takes_no_writes_is_refused_plainly(
    disk: Disk, folder: Path, spoil: Break, command: str
) -> None:
    spoil(disk)
    ledger = f"sqlite:///{disk.place}/.calfeed/ledger.db"
    options = ("--output", f"{disk.place}/site") if command == "build" else ("--port", "0")
    code, said = run(disk, folder, command, *options, "--ledger", ledger)
    told = [line for line in said.splitlines() if line.startswith("calfeed: ")]
    assert (code, len(told), "Traceback" in said) == (3, 1, False), said
    assert "(hint: " in told[0]
    disk.relieve()
    if command == "build":
        assert run(disk, folder, command, *options, "--ledger", ledger)[0] == 0


def test_feed_to_a_full_disk_leaves_the_old_file(disk: Disk, folder: Path, spoil: Break) -> None:
    words = ("feed", "everything", "-o", f"{disk.place}/group.ics", "--ledger", "memory:")
    assert run(disk, folder, *words)[0] == 0
    before = (disk.here / "group.ics").read_bytes()
    spoil(disk)
    (folder / "README.md").write_text(EDITED, "utf-8")
    code, said = run(disk, folder, *words)
    assert (code, "calfeed: cannot write" in said, "Traceback" in said) == (3, True, False), said
    assert (disk.here / "group.ics").read_bytes() == before


# ── sources on other machines ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["file", "repository"])
def test_source_that_cannot_be_kept_is_followed_again_when_there_is_room(  # noqa: PLR0917
    disk: Disk, folder: Path, tmp_path: Path, server: Server, spoil: Break, kind: str
) -> None:
    kept = {name: os.environ[name] for name in ("SSL_CERT_FILE", "CALFEED_PRIVATE_HOSTS", "NETRC")}
    cache = {"CALFEED_CACHE": f"{disk.place}/cache", "CALFEED_WEBHOOK_SECRET": "geheim"}
    elsewhere = Elsewhere(server, tmp_path / "work", is_git=kind == "repository")
    elsewhere.put(SCHEDULE)
    options = (elsewhere.url, "--ledger", f"sqlite:///{tmp_path}/ledger.db")
    with serving(disk, folder, tmp_path / "log", *options, **kept, **cache) as site:
        before = feed(site)
        spoil(disk)
        elsewhere.put(EDITED + "".join(f"<!-- {number:x} -->\n" for number in range(10**30, 10**30 + 2000)))
        post(f"{site}hook", "geheim")
        assert eventually(lambda: "it cannot be kept here" in fetch(f"{site}readyz")[1])
        assert "it cannot be kept here" in fetch(f"{site}status")[1]
        assert feed(site) == before
        disk.relieve()
        assert eventually(lambda: hurried(site) and "Another Talk\\, the 3rd" in feed(site))
        assert fetch(f"{site}readyz")[1] == "fresh\n"
        assert not_lower(sequences(before.encode()), sequences(feed(site).encode()))
    assert "Traceback" not in (tmp_path / "log").read_text()
    files = [file.name for file in (disk.here / "cache").rglob("*") if file.is_file()]
    assert [name for name in files if re.search(r"tmp|\.\d+$", name)] == []


def hurried(site: str) -> bool:
    post(f"{site}hook", "geheim")
    return True


class Elsewhere:
    """A schedule on a web server, as a file or in a repository."""

    def __init__(self, server: Server, folder: Path, *, is_git: bool) -> None:
        self._server = server
        self._is_git = is_git
        self._count = 0
        folder.mkdir()
        self._git = Git(folder)
        self._git.run("init", "--quiet")
        self.url = f"{server.url}/{'group.git' if is_git else 'talks.md'}"

    def put(self, schedule: str) -> None:
        """Let the schedule be another one."""
        self._count += 1
        if not self._is_git:
            self._server.routes["/talks.md"] = text(schedule, ETag=f'"{self._count}"')
            return
        self._git.commit({"README.md": schedule, "calfeed.yaml": "id: group\nname: Group\n"})
        if self._count == 1:
            self._git.clone("repositories/group.git", "--bare")
        else:
            shared = self._server.repositories / "group.git"
            self._git.run("push", "--quiet", str(shared), "HEAD:main")
