"""A member: a token from the command line, an address that works at once, and ends when it is revoked."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.e2e

CALFEED = [sys.executable, "-m", "calfeed"]
CLEAN = {key: value for key, value in os.environ.items() if not key.startswith("CALFEED")}
FILES = {
    "README.md": "# Group\n\n### 2024-09-03\n- A Talk of Some Length\n- Room: Heron Cellar\n",
    "calfeed.yaml": "id: group\nmembers: [online, location]\nurl: https://birds.example.org/\n",
}
ADDRESS = re.compile(r"https://birds\.example\.org/member/([\w-]{32})/calendar/group\.ics\n")


def run(folder: Path, *arguments: str) -> tuple[int, str, str]:
    told = subprocess.run(
        [*CALFEED, *arguments], cwd=folder, env=CLEAN, capture_output=True, text=True, timeout=60, check=False
    )
    return told.returncode, told.stdout, told.stderr


@contextmanager
def serving(folder: Path, log: Path) -> Iterator[str]:
    """Run `calfeed serve` with its errors in a file; give its address."""
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [*CALFEED, "serve", "--port", "0"],
            cwd=folder,
            env=CLEAN,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            assert process.stdout
            yield process.stdout.readline().removeprefix("Page: ").strip()
        finally:
            process.terminate()
            process.communicate(timeout=30)


def fetch(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310  # our own server
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def eventually(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + 30
    while not condition() and time.monotonic() < end:
        time.sleep(0.2)
    return condition()


def ask_badly(site: str, path: str) -> None:
    """Send a request line that no server understands, and wait for its answer."""
    port = urlsplit(site).port
    with socket.create_connection(("127.0.0.1", port or 0), timeout=10) as connection:
        connection.sendall(f"GET {path} and HTTP/1.1\r\n\r\n".encode())
        connection.recv(100)


def test_token_opens_a_running_server_and_closes_it_again(write: Callable[..., Path], tmp_path: Path) -> None:
    folder, log = write(FILES), tmp_path / "log"
    with serving(folder, log) as site:
        code, address, said = run(folder, "token", "create", "ada")
        found = ADDRESS.fullmatch(address)
        assert (code, bool(found), "shown only now" in said) == (0, True, True)
        secret = found[1] if found else ""
        member = f"{site}member/{secret}/calendar/group.ics"
        assert eventually(lambda: fetch(member)[0] == 200)
        assert "LOCATION:Heron Cellar" in fetch(member)[1]
        assert "Heron" not in fetch(f"{site}calendar/group.ics")[1]

        code, address, _ = run(folder, "token", "rotate", "ada")
        rotated = f"{site}member/{address.split('/')[4]}/calendar/group.ics"
        assert eventually(lambda: fetch(member)[0] == 410)
        assert fetch(rotated)[0] == 200
        assert run(folder, "token", "revoke", "ada") == (0, "", "")
        assert eventually(lambda: fetch(rotated)[0] == 410)
        ask_badly(site, f"/member/{secret}/calendar/group.ics")
    told = log.read_text("utf-8")
    assert "GET /member/…/calendar/group.ics" in told
    assert secret not in told
    code, listed, _ = run(folder, "token", "list")
    assert re.fullmatch(r"(\d{4}-\d\d-\d\d  ada  revoked \d{4}-\d\d-\d\d\n){2}", listed)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["token", "create"], "calfeed token create takes a name"),
        (["token", "revoke", "noor"], "there is no token named noor"),
        (["token", "create", "ada", "--ledger", "memory:"], "knows nothing of this calendar"),
        (["feed", "member/s3cret/calendar/group"], "members' feeds are served, and never written to a file"),
    ],
)
def test_what_cannot_be_is_a_sentence(write: Callable[..., Path], arguments: list[str], said: str) -> None:
    folder = write(FILES)
    assert run(folder, "feed", "everything")[0] == 0
    code, out, error = run(folder, *arguments)
    assert (code, out) == (2, "")
    assert said in error


def test_group_that_keeps_nothing_has_no_tokens(write: Callable[..., Path]) -> None:
    code, _, error = run(write(FILES | {"calfeed.yaml": "id: group\n"}), "token", "create", "ada")
    assert code == 2
    assert "nothing is for members alone (hint: set members: [online] in calfeed.yaml)" in error


def test_build_says_what_is_not_in_a_static_site(write: Callable[..., Path]) -> None:
    folder = write(FILES)
    code, _, said = run(folder, "build", "--output", "site")
    assert code == 0
    assert "online and location: for members alone, so not in a static site" in said
    texts = [file.read_bytes() for file in (folder / "site").rglob("*") if file.is_file()]
    assert [text for text in texts if b"Heron" in text] == []
