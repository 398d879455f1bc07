"""deploy/nginx in a real nginx: in front of a real granian, and with a static site."""

import gzip
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

import pytest

from tests.deploy import servers
from tests.deploy.servers import FEED, fetch

pytestmark = pytest.mark.e2e

KEPT = ("Content-Type", "ETag", "Last-Modified", "Cache-Control", "Vary", "Content-Disposition")


@dataclass(frozen=True, slots=True)
class Pair:
    """The app, and nginx in front of it."""

    app: str
    front: str
    process: subprocess.Popen[bytes]


@pytest.fixture(scope="module")
def group(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return servers.schedule(tmp_path_factory.mktemp("nginx") / "group")


@contextmanager
def in_front(group: Path, tmp_path: Path, fresh: str = "") -> Iterator[Pair]:
    app, front = servers.free_port(), servers.free_port()
    folder = tmp_path / "nginx"
    command = servers.nginx(folder, servers.proxy(folder, front, app, fresh))
    serve, environment = servers.granian(group, app)
    with (
        servers.running(serve, tmp_path / "granian.log", environment) as process,
        servers.running(command, tmp_path / "nginx.log"),
    ):
        servers.wait_for(f"http://127.0.0.1:{app}/{FEED}")
        servers.wait_for(f"http://127.0.0.1:{front}/robots.txt")
        yield Pair(f"http://127.0.0.1:{app}/", f"http://127.0.0.1:{front}/", process)


@pytest.fixture
def pair(group: Path, tmp_path: Path) -> Iterator[Pair]:
    with in_front(group, tmp_path) as pair:
        yield pair


def told(headers: Message) -> dict[str, str | None]:
    return {name: headers[name] for name in KEPT}


@pytest.mark.parametrize("coding", ["identity", "gzip", "gzip, deflate, br"])
def test_feeds_are_the_same_with_nginx_in_front(pair: Pair, coding: str) -> None:
    for _ in ("asked of the app", "a copy"):
        straight = fetch(f"{pair.app}{FEED}", Accept_Encoding=coding)
        through = fetch(f"{pair.front}{FEED}", Accept_Encoding=coding)
        assert (through[0], through[1], told(through[2])) == (200, straight[1], told(straight[2]))
        assert through[2]["Content-Encoding"] == straight[2]["Content-Encoding"]
        assert through[2]["ETag"].startswith('"')

        held = fetch(f"{pair.front}{FEED}", Accept_Encoding=coding, If_None_Match=straight[2]["ETag"])
        assert (held[0], held[1], held[2]["ETag"]) == (304, b"", straight[2]["ETag"])
        asked = fetch(f"{pair.front}{FEED}", "HEAD", Accept_Encoding=coding)
        assert (asked[0], asked[1], told(asked[2])) == (200, b"", told(straight[2]))


def test_a_part_of_a_feed_is_answered_with_the_whole(pair: Pair) -> None:
    for _ in ("asked of the app", "a copy"):
        status, body, _ = fetch(f"{pair.front}{FEED}", Range="bytes=0-9")
        assert (status, body) == (200, fetch(f"{pair.app}{FEED}")[1])


def test_what_is_not_there_is_a_404_and_pages_are_compressed(pair: Pair) -> None:
    assert fetch(f"{pair.front}calendar/nobody.ics")[0] == 404
    assert fetch(f"{pair.front}metrics")[0] == 404

    status, body, headers = fetch(pair.front, Accept_Encoding="gzip")
    assert (status, headers["Content-Encoding"], headers["Cache-Control"]) == (200, "gzip", "no-cache")
    assert b"<html" in gzip.decompress(body)
    assert fetch(pair.front, Accept_Encoding="gzip", If_None_Match=headers["ETag"])[0] == 304


def test_an_edit_is_seen_on_pages_at_once_and_in_feeds_when_their_copy_is_old(
    pair: Pair, group: Path
) -> None:
    before = fetch(f"{pair.front}{FEED}")[1]
    text = servers.SCHEDULE.replace("Talk 28", "Talk about caches")
    try:
        (group / "README.md").write_text(text, "utf-8")
        end = time.monotonic() + 20
        while b"about caches" not in fetch(f"{pair.app}{FEED}")[1] and time.monotonic() < end:
            time.sleep(0.2)
        assert b"about caches" in fetch(f"{pair.front}search/?q=caches")[1]
        assert fetch(f"{pair.front}{FEED}")[1] == before
    finally:
        (group / "README.md").write_text(servers.SCHEDULE, "utf-8")


def test_old_copies_are_served_while_the_app_is_away(group: Path, tmp_path: Path) -> None:
    soon = "proxy_ignore_headers Cache-Control; proxy_cache_valid 200 1s;"
    with in_front(group, tmp_path, soon) as pair:
        paths = [FEED, "filter/group.ics?presenter=ada-brandt"]
        before = [fetch(f"{pair.front}{path}")[:2] for path in paths]
        pair.process.terminate()
        pair.process.wait(timeout=20)
        time.sleep(1.5)

        assert fetch(f"{pair.app}{FEED}")[0] == servers.MISSING
        assert [fetch(f"{pair.front}{path}")[:2] for path in paths] == before
        assert [status for status, _ in before] == [200, 200]
        assert fetch(f"{pair.front}calendar/group.atom")[0] == 502


def test_only_filters_are_limited(pair: Pair) -> None:
    filters = [fetch(f"{pair.front}filter/group.ics?presenter=ada-brandt")[0] for _ in range(60)]
    assert (filters[0], set(filters)) == (200, {200, 429})
    assert {fetch(f"{pair.front}{path}")[0] for path in [FEED, ""] * 30} == {200}


def test_no_log_holds_the_key_of_a_member(group: Path, tmp_path: Path) -> None:
    with in_front(group, tmp_path) as pair:
        member = servers.member(group)
        token = member.split("/")[1]
        assert fetch(f"{pair.front}{member}")[2]["Cache-Control"] == "private, no-cache"
        assert {fetch(f"{pair.front}{member}")[0] for _ in range(60)} == {200}
        disguised = (member.replace("m", "%6d", 1), f"/{member}", f"x/../{member}")
        for path in (*disguised, f"member/{token}?{token}"):
            fetch(f"{pair.front}{path}", Referer=f"{pair.front}{member}")
        pair.process.terminate()
        pair.process.wait(timeout=20)
        assert fetch(f"{pair.front}{member}")[0] == 502
        assert fetch(f"{pair.front}nowhere")[0] == 502

    logs = {file.name: file.read_text() for file in (tmp_path / "nginx").iterdir() if file.is_file()}
    assert "GET /member/-/calendar/group.ics HTTP/1.1" in logs["asked"]
    assert "GET /nowhere" in logs["log"]
    assert [name for name, text in logs.items() if token in text] == []


def test_http_leads_to_https_once_there_is_a_certificate(vouched: Path, tmp_path: Path) -> None:
    plain, tls, folder = servers.free_port(), servers.free_port(), tmp_path / "nginx"
    certbot = f"ssl_certificate {vouched}; ssl_certificate_key {vouched}; listen 127.0.0.1:{tls} ssl;"
    changes = {"# if ($https": f"{certbot}\n    if ($https"}
    text = servers.changed(servers.proxy(folder, plain, servers.free_port()), changes)
    with servers.running(servers.nginx(folder, text), tmp_path / "nginx.log"):
        servers.wait_for(f"http://127.0.0.1:{plain}/{FEED}", 301)
        _, _, headers = fetch(f"http://127.0.0.1:{plain}/filter/group.ics?presenter=ada")
        assert headers["Location"] == f"https://{servers.NAME}/filter/group.ics?presenter=ada"
        context = ssl.create_default_context(cafile=str(vouched))
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"https://localhost:{tls}/metrics", context=context, timeout=10)


def test_no_visitor_says_what_host_the_app_sees(tmp_path: Path) -> None:
    """An app that answers what it was told, in front of which nginx says who asks."""
    echo = tmp_path / "echo.py"
    echo.write_text(
        "def application(environ, start_response):\n"
        "    names = sorted(name for name in environ if name == 'HTTP_HOST' or 'FORWARDED' in name)\n"
        "    start_response('200 OK', [])\n"
        "    return [repr({name: environ[name] for name in names}).encode()]\n"
    )
    app, front = servers.free_port(), servers.free_port()
    folder = tmp_path / "nginx"
    command = servers.nginx(folder, servers.proxy(folder, front, app))
    server = [servers.tool("granian"), "--interface", "wsgi", "--port", str(app), "echo:application"]
    with (
        servers.running(server, tmp_path / "granian.log", folder=tmp_path),
        servers.running(command, tmp_path / "nginx.log"),
    ):
        servers.wait_for(f"http://127.0.0.1:{front}/")
        lies = {"Host": "evil.example.com", "Forwarded": "host=evil", "X_Forwarded_For": "6.6.6.6"}
        lies |= {"X_Forwarded_Host": "evil.example.com", "X_Forwarded_Proto": "gopher"}
        _, body, _ = fetch(f"http://127.0.0.1:{front}/", **lies)
    assert body.decode() == repr(
        {
            "HTTP_HOST": servers.NAME,
            "HTTP_X_FORWARDED_FOR": "127.0.0.1",
            "HTTP_X_FORWARDED_HOST": servers.NAME,
            "HTTP_X_FORWARDED_PROTO": "http",
        }
    )


def test_static_site_has_its_types_and_compressed_files(group: Path, tmp_path: Path) -> None:
    site, port = tmp_path / "site", servers.free_port()
    servers.build(group, site)
    with servers.running(servers.nginx(tmp_path / "nginx", servers.static(site, port)), tmp_path / "log"):
        address = f"http://127.0.0.1:{port}/"
        servers.wait_for(address)
        for path, kind in {
            FEED: "text/calendar; charset=utf-8",
            "calendar/group.atom": "application/atom+xml; charset=utf-8",
            "calendar/group.changes.json": "application/feed+json; charset=utf-8",
            "": "text/html; charset=utf-8",
        }.items():
            status, body, headers = fetch(f"{address}{path}")
            assert (status, headers["Content-Type"]) == (200, kind)
            assert body == (site / (path or "index.html")).read_bytes()
        _, body, headers = fetch(f"{address}{FEED}", Accept_Encoding="gzip")
        assert (headers["Content-Encoding"], body) == ("gzip", (site / f"{FEED}.gz").read_bytes())
        assert fetch(f"{address}{FEED}", If_None_Match=fetch(f"{address}{FEED}")[2]["ETag"])[0] == 304
        assert fetch(f"{address}nowhere")[:2] == (404, (site / "404.html").read_bytes())
        assert fetch(f"{address}nginx.conf")[0] == 404
