"""Requests within requests: what one server in a row takes for a body, the next must not answer."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import NOW
from tests.e2e.test_load import fleet
from tests.e2e.test_served import SCHEDULE, SETTINGS
from tests.serving import serve

pytestmark = pytest.mark.e2e

HIDDEN = b"GET /people/ HTTP/1.1\r\nHost: hidden\r\n\r\n"
FEED = b"GET /calendar/group.ics HTTP/1.1\r\nHost: box\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(HIDDEN)
CHUNKED = b"Transfer-Encoding: chunked\r\n"
CHUNK = b"%x\r\n%b\r\n0\r\n\r\n" % (len(HIDDEN), HIDDEN)

REQUESTS = {
    "a body": FEED + LENGTH + b"\r\n" + HIDDEN,
    "a body in chunks": FEED + CHUNKED + b"\r\n" + CHUNK,
    "a body of a page": b"GET / HTTP/1.1\r\nHost: box\r\n" + LENGTH + b"\r\n" + HIDDEN,
    "length and chunks": FEED + LENGTH + CHUNKED + b"\r\n0\r\n\r\n" + HIDDEN,
    "chunks told oddly": FEED + LENGTH + b"Transfer-Encoding: xchunked\r\n\r\n" + HIDDEN,
    "two lengths": FEED + b"Content-Length: 0\r\n" + LENGTH + b"\r\n" + HIDDEN,
    "a signed length": FEED + b"Content-Length: +%d\r\n\r\n" % len(HIDDEN) + HIDDEN,
    "a space before the colon": FEED + b"Content-Length : %d\r\n\r\n" % len(HIDDEN) + HIDDEN,
}


@pytest.fixture(scope="module", params=["serve", "granian"])
def port(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder: Path = tmp_path_factory.mktemp("served") / "group"
    folder.mkdir()
    (folder / "README.md").write_text(SCHEDULE, "utf-8")
    (folder / "calfeed.yaml").write_text(SETTINGS, "utf-8")
    if request.param == "serve":
        with serve(folder, NOW) as site:
            yield int(site.address.rstrip("/").rpartition(":")[2])
    else:
        with fleet(folder, folder / "log", 1) as running:
            yield running.port


def answers(port: int, sent: bytes) -> bytes:
    """Send octets, and read all that is answered until the server is silent for a second."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(sent)
        connection.settimeout(1)
        found = b""
        try:
            while data := connection.recv(65536):
                found += data
        except (TimeoutError, ConnectionResetError):
            pass
        return found


@pytest.mark.parametrize("name", REQUESTS)
def test_request_hidden_in_another_is_not_answered(name: str, port: int) -> None:
    found = answers(port, REQUESTS[name])
    assert found.count(b"HTTP/1.1 ") <= 1, found
    assert b"Presenters" not in found
    assert b"<!doctype" not in found or name == "a body of a page"
