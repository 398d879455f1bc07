"""The static site while it is written: killed, out of space, without rights; and in a real web server."""

import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.message import Message
from pathlib import Path
from urllib.parse import unquote

import pytest

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parent.parent.parent
SITE = "https://reading.example.org/"
FEED = "calendar/systems-reading-group.ics"
MOMENTS = 52

# Two sites that share little: each has people of its own who link to each other.  "kill" writes both in
# turn, for ever, in a process of its own; the other words write one of them, once.
WRITER = """
import os, sys, tempfile, time
from dataclasses import replace
from datetime import date
from pathlib import Path
from calfeed.errors import ExportError
from calfeed.export import export
from calfeed.model import Person
from calfeed.web import create_app
from calfeed.web.current import Current
from tests.web.sample import ENTRIES, NOW, PUBLICATION, entry, publication, session

people = [Person(f"Guest {n}", f"guest-{n}") for n in range(5)]
guests = [entry(20 + n, session(date(2024, 10, 1 + n), f"Talk {n}", *people[n : n + 3])) for n in range(5)]
sites = {"A": PUBLICATION, "B": publication([ENTRIES[0], *guests])}
apps = {}
for name, each in sites.items():
    current = Current(lambda each=each: each, lambda: None)
    current.refresh()
    apps[name] = create_app(current, lambda: NOW, prepared=100)
    with tempfile.TemporaryDirectory() as warm:
        export(apps[name], each, Path(warm))

output = Path(sys.argv[1])
for line in sys.stdin:
    word = line.strip()
    if word == "kill":
        child = os.fork()
        while child == 0:
            for name in ("B", "A"):
                export(apps[name], sites[name], output)
        print(child, flush=True)
        os.waitpid(child, 0)
        print("dead", flush=True)
    else:
        try:
            export(apps[word], sites[word], output)
            print("written", flush=True)
        except ExportError as error:
            print(error, flush=True)
"""


class Writer:
    """A process that writes one of two sites into a folder."""

    def __init__(self, output: Path, *before: str) -> None:
        self._process = subprocess.Popen(
            [*before, sys.executable, "-c", WRITER, str(output)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def tell(self, word: str) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()
        return self.answer()

    def answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def end(self) -> None:
        self._process.communicate(timeout=30)


@contextmanager
def writer(output: Path, *before: str) -> Iterator[Writer]:
    started = Writer(output, *before)
    try:
        yield started
    finally:
        started.end()


def contents(output: Path) -> dict[str, bytes]:
    files = (path for path in output.rglob("*") if path.is_file())
    found = {path.relative_to(output).as_posix(): path.read_bytes() for path in files}
    return {name: body for name, body in found.items() if not name.startswith(".calfeed-stage-")}


def stages(output: Path) -> set[Path]:
    return set(output.glob(".calfeed-stage-*"))


def named(page: bytes) -> Iterator[str]:
    """Give the files of this site that a page names."""
    for link in re.findall(r'(?:href|src|value)="([^"]+)"', page.decode()):
        path = link.partition("#")[0].removeprefix(SITE.removesuffix("/"))
        if path.startswith("/") and not path.startswith("/slides/"):  # which are the group's to put there
            yield unquote(path.removeprefix("/")) + ("index.html" if path.endswith("/") else "")


def missing(there: Mapping[str, bytes]) -> set[str]:
    """Give what the index names, or the home page and whatever can be reached from it, and is not there."""
    seen: set[str] = set()
    to_see = {"index.html", *json.loads(there["index.json"])["files"]}
    while to_see:
        name = to_see.pop()
        seen.add(name)
        if name.endswith(".html") and name in there:
            to_see |= {*named(there[name])} - seen
    return seen - there.keys()


def test_killed_at_any_moment_the_site_is_whole_and_the_next_build_mends_it(tmp_path: Path) -> None:
    output, chance, broken = tmp_path / "site", random.Random(6), 0  # noqa: S311  # moments, not secrets
    with writer(output) as process:
        versions = {}
        for name in ("B", "A"):
            assert process.tell(name) == "written"
            versions[name] = contents(output)
        assert len(versions["A"].keys() ^ versions["B"].keys()) > 50
        assert [missing(version) for version in versions.values()] == [set(), set()]

        for number in range(MOMENTS):
            before = (output / "index.json").stat().st_ino
            child = int(process.tell("kill"))
            end = time.monotonic() + (30 if number % 4 else 0)  # most moments are amid the writing
            while (output / "index.json").stat().st_ino == before and time.monotonic() < end:
                time.sleep(0.0002)
            time.sleep(chance.uniform(0, 0.008 if number % 4 else 0.3))
            os.kill(child, signal.SIGKILL)
            assert process.answer() == "dead"

            there = contents(output)
            assert missing(there) == set()
            torn = {
                name
                for name in there.keys() - {"index.json"}
                if there[name] not in [version.get(name) for version in versions.values()]
            }
            assert torn == set()
            broken += there not in versions.values()
            if number % 3 == 0:  # else the next one starts from what this one left
                assert process.tell("A") == "written"
                assert contents(output) == versions["A"]
                assert stages(output) == set()
    assert broken > MOMENTS // 10, broken


# ── where nothing can be written ─────────────────────────────────────────────────────────────────


@pytest.fixture
def group(tmp_path: Path) -> Path:
    example = ROOT / "examples" / "systems-reading-group"
    return Path(shutil.copytree(example, tmp_path / "group", ignore=shutil.ignore_patterns(".calfeed")))


BUILD = [sys.executable, "-m", "calfeed", "build"]
ANY = {**os.environ, "PYTHONPATH": str(ROOT)}
EPOCH = {**os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "1790000000"}


def test_folder_that_may_only_be_read_stays_as_it_is(group: Path, tmp_path: Path) -> None:
    # root without its privileges: the rights of a folder count
    confined = [] if os.geteuid() else ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
    output = tmp_path / "site"
    build = [*confined, *BUILD, "README.md", "--output", str(output)]
    subprocess.run(build, cwd=group, env=EPOCH, capture_output=True, check=True)
    before = contents(output)
    text = (group / "README.md").read_text("utf-8")
    (group / "README.md").write_text(text.replace("Parrot", "Ostrich"), "utf-8")
    output.chmod(0o555)
    try:
        answer = subprocess.run(build, cwd=group, env=EPOCH, capture_output=True, text=True, check=False)
    finally:
        output.chmod(0o755)
    assert (answer.returncode, contents(output) == before) == (3, True)
    assert re.search(f"calfeed: cannot write {output}.*: Permission denied", answer.stderr)


def test_builds_into_one_folder_come_one_after_the_other(group: Path, tmp_path: Path) -> None:
    """The last to write is the last to publish: else the site would be older than the ledger."""
    ledger = f"sqlite:///{tmp_path}/ledger.db"
    sites = [tmp_path / name for name in ("site", "site", "site", "anew")]
    text = (group / "README.md").read_text("utf-8")
    running = []
    for number, site in enumerate(sites):
        (group / "README.md").write_text(text.replace("Parrot", f"Ostrich {min(number, 2)}"), "utf-8")
        build = [*BUILD, "--output", str(site), "--ledger", ledger]
        running.append(subprocess.Popen(build, cwd=group, env=ANY, stderr=subprocess.PIPE, text=True))
    assert [each.communicate(timeout=60)[1].count("calfeed: ") for each in running] == [0] * 4
    assert [each.returncode for each in running] == [0] * 4
    made, wanted = contents(sites[0]), contents(sites[3])
    assert made.keys() == wanted.keys()
    assert [name for name in made if name.endswith(".ics") and made[name] != wanted[name]] == []
    assert b"Ostrich 2" in b"".join(made.values())


# ── in a real web server ─────────────────────────────────────────────────────────────────────────

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
CONFIGURATION = """
daemon off; pid {folder}/pid; error_log {folder}/log; events {{ }}
http {{
    types {{ text/html html; text/css css; application/json json; }}
    access_log off;
    client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    server {{ listen 127.0.0.1:{port}; root {site}; include {site}/nginx.conf; }}
}}
"""


def fetch(url: str, **headers: str) -> tuple[int, bytes, Message]:
    asked = urllib.request.Request(url, headers=headers)  # noqa: S310  # our own server
    try:
        with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), error.headers


@contextmanager
def nginx(site: Path, folder: Path) -> Iterator[str]:
    """Serve a folder with the nginx of this machine; give its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder.mkdir()
    (folder / "conf").write_text(CONFIGURATION.format(folder=folder, site=site, port=port))
    user = ["-g", "user root;"] if os.geteuid() == 0 else []  # tests' folders are for one user
    process = subprocess.Popen(
        [str(NGINX), "-e", folder / "log", "-c", folder / "conf", *user], stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(100):
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.mark.skipif(NGINX is None, reason="nginx is not on this machine")
def test_nginx_serves_feeds_as_our_own_app_does(tmp_path: Path) -> None:
    site = tmp_path / "site"
    with writer(site) as process:
        assert process.tell("A") == "written"
    with nginx(site, tmp_path / "nginx") as address:
        for path, kind in {
            FEED: "text/calendar; charset=utf-8",
            "semester/2024-fall.atom": "application/atom+xml; charset=utf-8",
            "presenter/ada-moreau.changes.json": "application/feed+json; charset=utf-8",
            "presenter/ada-moreau.json": "application/json",
            "filter/systems-reading-group/venue/osdi.jcal": "application/calendar+json",
            "semester/2024-fall.csv": "text/csv; charset=utf-8",
        }.items():
            status, body, headers = fetch(f"{address}{path}")
            assert (status, headers["Content-Type"]) == (200, kind)
            assert (headers["Cache-Control"], headers["Content-Encoding"]) == ("public, max-age=300", None)
            assert headers["Last-Modified"] == "Sun, 01 Sep 2024 03:15:00 GMT"
            assert body == (site / path).read_bytes()

            _, coded, headers = fetch(f"{address}{path}", **{"Accept-Encoding": "gzip"})
            assert (headers["Content-Type"], headers["Content-Encoding"]) == (kind, "gzip")
            assert coded == (site / f"{path}.gz").read_bytes()

        _, _, headers = fetch(f"{address}index.json")
        assert (headers["Content-Type"], headers["Cache-Control"]) == ("application/json", "no-cache")

        status, body, headers = fetch(address)
        assert (status, body) == (200, (site / "index.html").read_bytes())
        assert headers["Content-Type"] == "text/html; charset=utf-8"
        assert headers["Cache-Control"] == "no-cache"
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
        for path in ("embed/agenda/", "en/embed/fragment/"):
            status, body, headers = fetch(f"{address}{path}")
            assert (status, body) == (200, (site / path / "index.html").read_bytes())
            assert headers["Content-Type"] == "text/html; charset=utf-8"
            assert headers["Content-Security-Policy"].endswith("frame-ancestors *")
            assert (headers["Access-Control-Allow-Origin"], headers["X-Robots-Tag"]) == ("*", "noindex")
        status, body, _ = fetch(f"{address}nowhere/")
        assert (status, body) == (404, (site / "404.html").read_bytes())
