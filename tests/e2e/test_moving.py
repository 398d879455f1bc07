"""`calfeed serve` on addresses: a repository that is pushed to, a file on the web, and their bad days."""

import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.test_served import CLEAN, eventually, fetch
from tests.remote import Server, text
from tests.repositories import Git

pytestmark = pytest.mark.e2e

SCHEDULE = "# Group\n\n### 2024-09-03\n\n- A Talk of Some Length\n"
LATER = SCHEDULE.replace("09-03", "09-10")
SECRET = {"CALFEED_WEBHOOK_SECRET": "geheim"}
SETTINGS = "sources: talks.md\nurl: https://example.org/group/\n"


@contextmanager
def serving(folder: Path, *sources: str, **environment: str) -> Iterator[tuple[str, Path]]:
    """Serve from a folder; give the address of the site, and its log."""
    told = {name: os.environ[name] for name in ("SSL_CERT_FILE", "CALFEED_PRIVATE_HOSTS", "NETRC")}
    log = folder / "log"
    with (
        log.open("w") as output,
        subprocess.Popen(
            [sys.executable, "-m", "calfeed", "serve", "--port", "0", *sources],
            cwd=folder,
            env=CLEAN | told | environment,
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
        ) as process,
    ):
        try:
            assert process.stdout
            found = re.fullmatch(r"Page: (\S+)\n", process.stdout.readline())
            assert found, log.read_text()
            yield found[1], log
        finally:
            process.terminate()


def feed(site: str) -> str:
    return fetch(f"{site}calendar/group.ics")[1]


def uids(site: str) -> list[str]:
    return re.findall(r"^UID:(.*)$", feed(site), re.MULTILINE)


@pytest.fixture
def here(tmp_path: Path) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    return folder


def test_push_is_followed_and_a_bad_day_is_outlived(server: Server, tmp_path: Path, here: Path) -> None:
    (tmp_path / "work").mkdir()
    work = Git(tmp_path / "work")
    work.run("init", "--quiet")
    work.commit({"talks.md": SCHEDULE, "calfeed.yaml": SETTINGS})
    shared = work.clone("repositories/group.git", "--bare").folder
    url = f"{server.url}/group.git#main"

    with serving(here, url, **SECRET) as (site, log):
        before = uids(site)
        assert (len(before), "DTSTART;VALUE=DATE:20240903" in feed(site)) == (1, True)
        assert fetch(f"{site}readyz")[:2] == (200, "fresh\n")

        work.commit({"talks.md": LATER})
        work.run("push", "--quiet", str(shared), "HEAD:main")
        post(f"{site}hook", "geheim")
        assert eventually(lambda: "DTSTART;VALUE=DATE:20240910" in feed(site))
        assert (uids(site), "SEQUENCE:1" in feed(site)) == (before, True)
        again = feed(site)

        server.routes["/group.git/info/refs"] = text("", 500)
        post(f"{site}hook", "geheim")
        assert eventually(lambda: "it answered 500" in fetch(f"{site}status")[1])
        assert "What is served is as of " in fetch(f"{site}status")[1]
        health = (
            r"stale since 20\S+Z: The schedule cannot be fetched: it answered 500 Internal Server Error\.\n"
        )
        assert re.fullmatch(health, fetch(f"{site}readyz")[1])
        assert feed(site) == again
    with serving(here, url) as (site, log):  # begun anew, while it cannot be fetched
        assert feed(site) == again
        assert fetch(f"{site}readyz")[1].startswith("stale: The schedule cannot be fetched")
        assert "cannot fetch https://localhost" in log.read_text()
        assert fetch(f"{site}hook")[0] == 404


def post(url: str, token: str) -> None:
    request = urllib.request.Request(url, b"{}", {"X-Gitlab-Token": token})  # noqa: S310  # our own server
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        assert answer.status == 202


def test_file_is_followed_at_its_pace(server: Server, here: Path) -> None:
    server.routes["/talks.md"] = text(SCHEDULE, ETag='"1"')
    (here / "calfeed.yaml").write_text("name: Group\nid: group\n")
    with serving(here, f"{server.url}/talks.md", CALFEED_FETCH_SECONDS="5") as (site, log):
        before = uids(site)
        assert "DTSTART;VALUE=DATE:20240903" in feed(site)
        server.routes["/talks.md"] = text(LATER, ETag='"2"')
        assert eventually(lambda: "DTSTART;VALUE=DATE:20240910" in feed(site))
        assert uids(site) == before
        assert re.findall(r"(error|warning)\[", log.read_text()) == []


@pytest.mark.parametrize(
    ("source", "code", "said"),
    [
        ("/none.md", 3, "calfeed: cannot fetch https://localhost"),
        ("/none.git", 3, "calfeed: cannot fetch https://localhost"),
        ("/group", 2, "calfeed: nobody can tell what is at an address that ends in group"),
    ],
)
def test_address_where_nothing_is_ends_the_command(
    source: str, code: int, said: str, server: Server, here: Path
) -> None:
    server.routes |= {"/none.md": text("", 404), "/none.git/info/refs": text("", 404)}
    for command in (("serve", "--port", "0"), ("build", "--output", "site")):
        done = subprocess.run(
            [sys.executable, "-m", "calfeed", *command, f"{server.url}{source}"],
            cwd=here,
            env=os.environ | {"PYTHONWARNINGS": "error"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr.startswith(said)) == (code, "", True), done.stderr


def test_other_commands_read_addresses(server: Server, here: Path) -> None:
    server.routes["/talks.md"] = text(SCHEDULE)
    command = [sys.executable, "-m", "calfeed", "show", f"{server.url}/talks.md"]
    done = subprocess.run(command, cwd=here, capture_output=True, text=True, timeout=60, check=True)
    assert "A Talk of Some Length" in done.stdout
