"""Many subscribers of real servers, while the schedule changes every second and two workers publish it.

Ten seconds here; `make load SECONDS=60` runs it for longer.
"""

import asyncio
import os
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from random import Random

import pytest

from tests.e2e.test_served import CLEAN, ROOT, eventually, is_up
from tests.repositories import Git

pytestmark = pytest.mark.e2e

SECONDS = float(os.environ.get("LOAD_SECONDS", "10"))
CONNECTIONS = 64
CONDITIONAL = 0.9
FEEDS = (
    "/calendar/group.ics",
    "/calendar/group.json",
    "/calendar/group.atom",
    "/semester/2031.ics",
    "/presenter/ada-brandt.ics",
    "/filter/group.ics?presenter=ada-brandt&role=presenter",
)
EDITS = max(4, int(SECONDS) // 5)
MEMORY = 1.25
"""How much a worker may grow after its first third."""


@dataclass
class Fleet:
    """Granian with its workers, on a port of this machine."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def workers(self) -> list[int]:
        """The processes that answer."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        programs = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children.split()}
        return [pid for pid, program in programs.items() if b"resource_tracker" not in program]

    def memory(self) -> list[int]:
        """Give the kilobytes that each worker holds."""
        texts = (Path(f"/proc/{pid}/status").read_text() for pid in self.workers)
        return [int(found[1]) for text in texts if (found := re.search(r"VmRSS:\s+(\d+) kB", text))]


@contextmanager
def fleet(folder: Path, log: Path, workers: int) -> Iterator[Fleet]:
    """Serve a folder as deploy/README.md says, by several workers."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", str(workers)]
    ledger = f"sqlite:///{folder}/ledger/ledger.db"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "granian",
                *options,
                "--working-dir",
                str(folder),
                "deploy.wsgi:application",
            ],
            cwd=folder,
            env=CLEAN | {"PYTHONPATH": str(ROOT), "CALFEED_LEDGER": ledger, "CALFEED_LOG": "json"},
            stdout=output,
            stderr=output,
        )
    try:
        assert eventually(lambda: is_up(f"http://127.0.0.1:{port}/")), log.read_text()
        yield Fleet(port, process)
    finally:
        process.terminate()
        process.wait(timeout=10)


@dataclass
class Seen:
    """What all subscribers got: how answers ended, what was wrong, and the tags of each version of a feed."""

    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    tags: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def take(self, path: str, told: str | None, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Note an answer; `told` is the tag that was sent along."""
        self.statuses[status] += 1
        tag = headers.get("etag", "")
        if status == 304:
            if tag != told or body:
                self.wrong.append(f"{path}: 304 with {tag} for {told}")
        elif status != 200:
            self.wrong.append(f"{path}: {status}")
        elif tag != f'"{blake2b(body, digest_size=16).hexdigest()}"':
            self.wrong.append(f"{path}: torn, {len(body)} octets with {tag}")
        else:
            versions = sorted(set(re.findall(rb"Version (\d+)", body)), key=int)
            if versions:
                self.tags.setdefault((path, versions[-1].decode()), set()).add(tag)


Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def get(stream: Stream, path: str, tag: str | None) -> tuple[int, Mapping[str, str], bytes]:
    """Ask on an open connection."""
    reader, writer = stream
    condition = f"If-None-Match: {tag}\r\n" if tag else ""
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{condition}\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return int(first.split()[1]), headers, body


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[Stream]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def subscriber(port: int, seen: Seen, end: asyncio.Event, random: Random) -> Mapping[str, str]:
    """Poll until the end, then once more; gives the tag of each feed as last seen."""
    known: dict[str, str] = {}
    async with connected(port) as stream:
        while not end.is_set():
            path = random.choice(FEEDS)
            tag = known.get(path) if random.random() < CONDITIONAL else None
            status, headers, body = await get(stream, path, tag)
            seen.take(path, tag, status, headers, body)
            known[path] = headers.get("etag", "")
            await asyncio.sleep(random.random() / 10)
        for path in FEEDS:
            status, headers, body = await get(stream, path, known.get(path))
            seen.take(path, known.get(path), status, headers, body)
            known[path] = headers.get("etag", "")
    return known


async def answering(port: int, *paths: str) -> dict[str, list[bytes]]:
    """Ask on many connections which worker answers, and each what it has at some paths."""
    found: dict[str, list[bytes]] = {}
    for _ in range(CONNECTIONS):
        async with connected(port) as stream:
            bodies = [(await get(stream, path, None))[2] for path in (*paths, "/healthz")]
            _, _, body = await get(stream, "/metrics", None)  # in which none stands before it has answered
            found[body.decode().partition('worker="')[2].partition('"')[0]] = bodies[:-1]
    return found


def write(folder: Path, version: int) -> None:
    """Write the schedule as a whole: one talk is renamed, another moved, and now and then one cancelled."""
    weeks = [f"### 2031-02-{day:02}\n\n- A Talk of the {day}th\n- Ada Brandt\n" for day in range(1, 25)]
    weeks[version % 24] += "- cancelled\n" * (version % 5 == 0)
    text = f"# Group\n\n### 2031-03-{version % 28 + 1:02}\n\n- Version {version} of It\n- Ada Brandt\n\n"
    (folder / "new").write_text(text + "\n".join(weeks), "utf-8")
    (folder / "new").rename(folder / "README.md")


async def poll(
    running: Fleet, folder: Path, seen: Seen
) -> tuple[list[Mapping[str, str]], list[int], list[int]]:
    """Let everybody poll while the schedule changes; gives what each has at the end, and memory."""
    end = asyncio.Event()
    randoms = map(Random, range(CONNECTIONS))
    polling = [asyncio.create_task(subscriber(running.port, seen, end, random)) for random in randoms]
    early: list[int] = []
    for version in range(1, int(SECONDS) + 1):
        await asyncio.sleep(1)
        write(folder, version)
        if version == int(SECONDS) // 3:
            early = running.memory()
    await asyncio.sleep(4)  # a worker looks every second, and may just be publishing
    late = running.memory()
    end.set()
    return list(await asyncio.gather(*polling)), early, late


@pytest.mark.parametrize("workers", [2])
def test_subscribers_of_several_workers_see_one_calendar(workers: int, tmp_path: Path) -> None:
    folder, log, seen = tmp_path / "group", tmp_path / "log", Seen()
    folder.mkdir()
    (folder / "calfeed.yaml").write_text("id: group\nname: Group\n", "utf-8")
    write(folder, 0)
    with fleet(folder, log, workers) as running:
        assert len(running.workers) == workers
        views, early, late = asyncio.run(poll(running, folder, seen))
        assert len(asyncio.run(answering(running.port))) == workers
    assert Counter(seen.wrong) == {}
    assert sum(seen.statuses.values()) > 50 * SECONDS
    assert views == [views[0]] * CONNECTIONS
    assert [found for found, tags in seen.tags.items() if len(tags) > 1] == []  # one version, the same octets
    versions = {int(version) for _, version in seen.tags}
    assert len(versions) > SECONDS / 2, versions
    assert max(versions) == int(SECONDS)
    assert [new for old, new in zip(early, late, strict=True) if new > MEMORY * old] == []
    assert running.process.returncode == 0
    assert "failed" not in log.read_text()


def test_workers_agree_within_seconds_of_any_edit_of_settings_or_commit(tmp_path: Path) -> None:
    folder, log, dice = tmp_path / "group", tmp_path / "log", Random(11)  # noqa: S311  # no secret
    folder.mkdir()
    git = Git(folder)
    git.run("init", "--quiet")
    write(folder, 0)
    with fleet(folder, log, 2) as running:
        for number in range(EDITS):
            for part in range(3):  # in the middle of what the last one brought about
                settings = f"id: group\nname: Group\nmeeting: {{location: Room {number}{part}}}\n"
                (folder / "new").write_text(settings, "utf-8")
                (folder / "new").rename(folder / "calfeed.yaml")
                time.sleep(dice.uniform(0, 0.7))
            head = git.commit({})[:7].encode()
            for _ in range(8):
                time.sleep(1)
                views = asyncio.run(answering(running.port, *FEEDS[:5], "/status"))
                served = {tuple(view[:-1]) for view in views.values()}
                commits = [head in view[-1] for view in views.values()]
                if len(served) == 1 and all(commits) and f"Room {number}2".encode() in min(served)[0]:
                    break
            assert (len(views), len(served), commits) == (2, 1, [True, True])
            assert f"Room {number}2".encode() in min(served)[0]
    revisions = [int(found) for found in re.findall(rb"SEQUENCE:(\d+)", min(served)[0])]
    assert max(revisions) <= 3 * EDITS  # nothing was taken back and told again
    assert "failed" not in log.read_text()
