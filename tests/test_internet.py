"""What other machines answer, within limits, and which are never asked."""

import base64
import socket
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from calfeed.errors import RemoteError
from calfeed.internet import Budget, ask, is_public
from tests.remote import Server, moved, text


def get(url: str, seconds: float = 10, octets: int = 1_000_000) -> str:
    with Budget(seconds, octets) as budget:
        return b"".join(ask("GET", url, budget, {}).chunks()).decode()


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("140.82.121.4", True),
        ("2606:50c0:8000::154", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104  # to be refused
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:140.82.121.4", True),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::8c52:7904", True),
        ("2002:7f00:1::", False),
    ],
)
def test_only_addresses_that_everybody_reaches_are_public(address: str, *, public: bool) -> None:
    assert is_public(address) is public


def test_redirects_are_followed_to_the_third(server: Server) -> None:
    server.routes |= {
        "/1": moved("/2", 301),
        "/2": moved("/3", 307),
        "/3": moved("/4", 308),
        "/4": text("here"),
    }
    assert get(f"{server.url}/1") == "here"
    server.routes["/4"] = moved("/5")
    with pytest.raises(RemoteError, match="redirects more than 3 times"):
        get(f"{server.url}/1")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "ip6-localhost", "[::1]"])
def test_private_address_is_asked_neither_at_first_nor_after_a_redirect(server: Server, host: str) -> None:
    private = f"https://{host}:{server.port}/secret"
    server.routes |= {"/secret": text("secret"), "/public": moved(private)}
    for url in (private, f"{server.url}/public"):
        with pytest.raises(RemoteError, match=r"lies in a private network|does not answer: Name"):
            get(url)
    assert [line for line in server.asked if "secret" in line] == []


def test_name_that_is_not_permitted_is_judged_by_where_it_leads(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALFEED_PRIVATE_HOSTS", "git.example.org, other.example.org")
    with pytest.raises(RemoteError, match=r"it lies in a private network \(hint: .* naming localhost in CAL"):
        get(server.url)
    assert server.asked == []


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("http://localhost/", "redirects to what is no https address"),
        ("file:///etc/passwd", "redirects to what is no https address"),
        ("https://localhost:99999/", "redirects to what is no https address"),
        ("https://li:geheim@localhost/", "redirects to an address with a user and password in it"),
    ],
)
def test_redirect_to_anything_else_is_refused(server: Server, location: str, said: str) -> None:
    server.routes["/"] = moved(location)
    with pytest.raises(RemoteError, match=said) as raised:
        get(f"{server.url}/")
    assert "geheim" not in str(raised.value)


@pytest.mark.parametrize("way", ["hang", "drip"])
def test_time_is_over_for_all_together(server: Server, way: str) -> None:
    server.routes["/"] = getattr(server, way)
    before = time.monotonic()
    with pytest.raises(RemoteError, match=r"it took longer than 0.3 seconds"):
        get(f"{server.url}/", seconds=0.3)
    assert time.monotonic() - before < 3


@pytest.mark.usefixtures("server")
def test_time_is_over_amid_the_handshake() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        before = time.monotonic()
        with pytest.raises(RemoteError, match="it took longer"):
            get(f"https://localhost:{silent.getsockname()[1]}/", seconds=0.3)
    assert time.monotonic() - before < 3


def test_endless_answer_is_cut_off(server: Server) -> None:
    server.routes["/"] = server.endless
    with pytest.raises(RemoteError, match="it sent more than 2 MB"):
        get(f"{server.url}/", octets=2_000_000)


def half(request: BaseHTTPRequestHandler) -> None:
    """Promise ten octets and send five."""
    request.send_response(200)
    request.send_header("Content-Length", "10")
    request.end_headers()
    request.wfile.write(b"# Gro")


def cut(request: BaseHTTPRequestHandler) -> None:
    """Promise nothing, and end without a word of TLS that this is the end."""
    request.send_response(200)
    request.end_headers()
    request.wfile.write(b"# Gro")
    request.connection.shutdown(2)


@pytest.mark.parametrize("way", [half, cut])
def test_half_an_answer_is_none(server: Server, way: object) -> None:
    assert callable(way)
    server.routes["/"] = way
    with pytest.raises(RemoteError, match="the connection broke"):
        get(f"{server.url}/")


def test_certificate_of_nobody_we_know_is_refused(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(RemoteError, match=r"certificate is not valid: self.signed.*SSL_CERT_FILE"):
        get(server.url)


@pytest.mark.usefixtures("server")
def test_nobody_answers() -> None:
    with pytest.raises(RemoteError, match="it does not answer: Connection refused"):
        get("https://localhost:1/")


def test_password_of_the_netrc_file_goes_to_its_host_alone(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.routes |= {"/": text("here"), "/away": moved(f"https://127.0.0.1:{server.port}/")}
    netrc = tmp_path / "netrc"
    netrc.write_text("machine localhost login li password geheim\ndefault login li password other\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("CALFEED_PRIVATE_HOSTS", "localhost 127.0.0.1")

    get(f"{server.url}/")
    assert server.headers["Authorization"] == f"Basic {base64.b64encode(b'li:geheim').decode()}"
    get(f"{server.url}/away")
    assert "Authorization" not in server.headers

    netrc.write_text("machine localhost login li pasword geheim\n")
    with pytest.raises(RemoteError, match="the netrc file is not understood, line 1") as raised:
        get(f"{server.url}/")
    assert "geheim" not in f"{raised.value!r} {raised.value.__cause__} {raised.value.__context__ and ''}"


def test_who_has_no_home_has_no_password(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.routes["/"] = text("here")
    monkeypatch.delenv("NETRC")
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    with pytest.raises(RuntimeError):
        Path.home()
    assert get(f"{server.url}/") == "here"
