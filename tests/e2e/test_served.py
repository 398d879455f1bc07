"""The application of deploy/ in a real server, and `calfeed serve`, where there is nothing to serve yet."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from email.message import Message
from pathlib import Path

import pytest

from tests.remote import Server

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parent.parent.parent
CLEAN = {key: value for key, value in os.environ.items() if not key.startswith("CALFEED")}
FEED = "calendar/group.ics"
SCHEDULE = "# Group\n\n### 2024-09-03\n\n- A Talk of Some Length\n"
SETTINGS = "id: group\n"

Files = dict[str, str | None]

# What is wrong, as files to write; what is said of it in public; how the command line exits.
FAULTS: dict[str, tuple[Files, str, int]] = {
    "schedule": ({"README.md": "# Group\n\n### 2024-13-32\n- A Talk\n"}, "README.md:3:5: error[date-", 1),
    "no schedule": ({"README.md": None}, "UsageError; the log says more.", 2),
    "settings": ({"calfeed.yaml": "id: [\n"}, "calfeed.yaml:2:1: error[yaml-syntax]", 2),
    "ledger": ({"ledger": "a file where a folder should be"}, "LedgerError; the log says more.", 3),
}


def write(folder: Path, fault: Files) -> Path:
    """Write a schedule with its settings, and what is wrong with it (None: a file is not there)."""
    folder.mkdir(exist_ok=True)
    whole: Files = {"README.md": SCHEDULE, "calfeed.yaml": SETTINGS, "ledger": None}
    for name, text in (whole | fault).items():
        if text is None:
            (folder / name).unlink(missing_ok=True)
        else:
            (folder / name).write_text(text, "utf-8")
    return folder


def fetch(url: str) -> tuple[int, str, Message]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310  # our own server
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), error.headers


def eventually(condition: Callable[[], bool]) -> bool:
    """Wait for another process, up to thirty seconds."""
    end = time.monotonic() + 30
    while not condition() and time.monotonic() < end:
        time.sleep(0.1)
    return condition()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def granian(folder: Path, log: Path, **environment: str) -> Iterator[str]:
    """Serve a folder as deploy/README.md says; give the address of the site."""
    port = str(free_port())
    ledger = f"sqlite:///{folder}/ledger/ledger.db"
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", port]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--working-dir", str(folder), "deploy.wsgi:application"],
            cwd=folder,
            env=CLEAN | {"PYTHONPATH": str(ROOT), "CALFEED_LEDGER": ledger} | environment,
            stdout=output,
            stderr=output,
        )
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(timeout=10)


def is_up(site: str) -> bool:
    try:
        return fetch(f"{site}robots.txt")[0] == 200
    except urllib.error.URLError:
        return False


@pytest.mark.parametrize("name", FAULTS)
def test_r75_deployed_application_waits_for_what_it_can_serve(name: str, tmp_path: Path) -> None:
    fault, told, _ = FAULTS[name]
    folder, log = write(tmp_path / "group", fault), tmp_path / "log"
    with granian(folder, log) as site:
        assert eventually(lambda: is_up(site))
        for path in (FEED, "filter/group.ics", "", "semester/2024/"):
            status, text, headers = fetch(f"{site}{path}")
            assert (status, headers["Retry-After"]) == (503, "60")
            assert "No schedule could be read yet." in text
        status, text, _ = fetch(f"{site}status")
        assert (status, told in text, str(folder) in text) == (200, True, False)

        write(folder, {})
        assert eventually(lambda: fetch(f"{site}{FEED}")[0] == 200)
        assert "BEGIN:VEVENT" in fetch(f"{site}{FEED}")[1]
        assert fetch(site)[0] == 200
        assert told not in fetch(f"{site}status")[1]
    assert log.read_text("utf-8").count("nothing new is served") == 1


@pytest.mark.parametrize("name", FAULTS)
def test_serve_fails_at_once_where_there_is_nothing_to_serve(name: str, tmp_path: Path) -> None:
    fault, told, code = FAULTS[name]
    folder = write(tmp_path / "group", fault)
    answer = subprocess.run(
        [sys.executable, "-m", "calfeed", "serve", "--port", "0", "--ledger", "sqlite:///ledger/ledger.db"],
        cwd=folder,
        env=CLEAN,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (answer.returncode, answer.stdout, "Traceback" in answer.stderr) == (code, "", False)
    assert (told if "error[" in told else "calfeed: ") in answer.stderr


@contextmanager
def serving(folder: Path, source: str) -> Iterator[str]:
    """Let `calfeed serve` follow a source elsewhere; give the address of the site."""
    port = free_port()
    command = [sys.executable, "-m", "calfeed", "serve", "--port", str(port), source]
    with (folder / "log").open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, env=CLEAN | trusted(), stdout=output, stderr=output)
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        assert process.wait(timeout=10) == 0


@contextmanager
def deployed(folder: Path, source: str) -> Iterator[str]:
    """Let the application of deploy/ do so."""
    with granian(folder, folder / "log", CALFEED_SOURCES=source, **trusted()) as site:
        yield site


def trusted() -> dict[str, str]:
    return {name: os.environ[name] for name in ("SSL_CERT_FILE", "CALFEED_PRIVATE_HOSTS")}


@pytest.mark.parametrize("run", [serving, deployed])
def test_who_watches_is_answered_while_the_first_fetch_hangs(
    run: Callable[[Path, str], AbstractContextManager[str]], server: Server, tmp_path: Path
) -> None:
    server.routes["/talks.md"] = server.hang
    with run(tmp_path, f"{server.url}/talks.md") as site:
        assert eventually(lambda: is_up(site))
        assert fetch(f"{site}healthz")[:2] == (200, "nothing to serve yet\n")
        assert fetch(f"{site}readyz")[:2] == (503, "nothing to serve yet\n")
        assert fetch(f"{site}{FEED}")[0] == 503
        assert fetch(site)[0] == 503
