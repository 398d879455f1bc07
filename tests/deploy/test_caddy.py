"""deploy/caddy in a real Caddy: in front of a real granian, with a static site, and with certificates."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.deploy import servers
from tests.deploy.servers import DEPLOY, FEED, NAME, fetch

pytestmark = pytest.mark.e2e

FILES = sorted((DEPLOY / "caddy").glob("*addyfile"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.name))
def test_caddy_understands_it_and_would_write_it_alike(file: Path) -> None:
    caddy = servers.tool("caddy")
    validate = [caddy, "validate", "--adapter", "caddyfile", "--config", str(file)]
    answer = subprocess.run(validate, capture_output=True, text=True, check=False, timeout=60)
    assert (answer.returncode, '"warn"' in answer.stderr) == (0, False), answer.stderr
    shown = subprocess.run([caddy, "fmt", str(file)], capture_output=True, text=True, check=False, timeout=60)
    assert shown.stdout == file.read_text("utf-8")


@contextmanager
def caddy(folder: Path, name: str, changes: dict[str, str], options: str = "") -> Iterator[None]:
    """Run Caddy with a file of deploy/caddy on this machine only, with global options."""
    text = (DEPLOY / "caddy" / name).read_text("utf-8")
    ours = f"\n{{\n\tadmin off\n\tskip_install_trust\n\t{options}\n"
    text = text.replace("\n{\n", ours) if "\n{\n" in text else f"{ours}}}\n{text}"
    assert text.count(ours) == 1
    file = folder / name
    file.write_text(servers.changed(text, changes), "utf-8")
    command = [servers.tool("caddy"), "run", "--adapter", "caddyfile", "--config", str(file)]
    # Without a PATH it finds nothing with which to tell this machine to trust its authority.
    homes = {"XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "HOME": str(folder), "PATH": ""}
    with servers.running(command, folder / "caddy.log", {**os.environ, **homes}):
        yield


@contextmanager
def without_tls(folder: Path, name: str, changes: dict[str, str], more: str = "") -> Iterator[str]:
    """Run it on a port without TLS; give the address."""
    port = servers.free_port()
    site = {f"\n{NAME} {{": f"\nhttp://{NAME}:{port} {{\n\tbind 127.0.0.1\n\t{more}"}
    with caddy(folder, name, site | changes):
        servers.wait_for(f"http://127.0.0.1:{port}/robots.txt")
        yield f"http://127.0.0.1:{port}/"


@contextmanager
def app(folder: Path, group: Path) -> Iterator[tuple[dict[str, str], str, subprocess.Popen[bytes]]]:
    """Run granian; give what leads Caddy to it, its address, and its process."""
    port = servers.free_port()
    command, environment = servers.granian(group, port)
    with servers.running(command, folder / "granian.log", environment) as process:
        servers.wait_for(f"http://127.0.0.1:{port}/{FEED}")
        yield {"127.0.0.1:8000": f"127.0.0.1:{port}"}, f"http://127.0.0.1:{port}/", process


def test_feeds_are_the_same_with_caddy_in_front(tmp_path: Path) -> None:
    with (
        app(tmp_path, servers.schedule(tmp_path / "group")) as (there, behind, _),
        without_tls(tmp_path, "Caddyfile", there) as front,
    ):
        for coding in ("identity", "gzip"):
            straight = fetch(f"{behind}{FEED}", Accept_Encoding=coding)
            through = fetch(f"{front}{FEED}", Accept_Encoding=coding)
            assert through[:2] == straight[:2]
            for name in ("Content-Type", "ETag", "Cache-Control", "Content-Encoding", "Vary"):
                assert through[2][name] == straight[2][name]
            held = fetch(f"{front}{FEED}", Accept_Encoding=coding, If_None_Match=straight[2]["ETag"])
            assert held[0] == 304
        assert fetch(front, Accept_Encoding="gzip")[2]["Content-Encoding"] == "gzip"
        assert fetch(f"{front}nowhere")[0] == 404
        assert fetch(f"{front}metrics")[0] == 404


def test_no_log_holds_the_key_of_a_member(tmp_path: Path) -> None:
    group = servers.schedule(tmp_path / "group")
    with (
        app(tmp_path, group) as (there, _, process),
        without_tls(tmp_path, "Caddyfile", there, more="log") as front,
    ):
        member = servers.member(group)
        token = member.split("/")[1]
        assert fetch(f"{front}{member}")[0] == 200
        fetch(f"{front}member/{token}?{token[:3]}", Referer=f"{front}{member}")
        process.terminate()
        process.wait(timeout=20)
        assert fetch(f"{front}{member}")[0] == 502

    log = (tmp_path / "caddy.log").read_text("utf-8")
    assert [kind for kind in ("http.log.access", "http.log.error") if kind not in log] == []
    assert log.count('"uri":"/member/-/calendar/group.ics"') >= 2
    assert token not in log


def test_certificate_is_trusted_and_http_leads_to_https(tmp_path: Path) -> None:
    """With the authority that is in Caddy: a public one asks the world."""
    curl = servers.tool("curl")
    plain, tls = servers.free_port(), servers.free_port()
    site = {f"\n{NAME} {{": f"\n{NAME} {{\n\tbind 127.0.0.1\n\ttls internal"}
    root = tmp_path / "caddy" / "pki" / "authorities" / "local" / "root.crt"

    def ask(url: str, *options: str) -> list[str]:
        shown = "%{http_code}|%{http_version}|%header{etag}|%{redirect_url}"
        command = [curl, "--silent", "--output", os.devnull, "--write-out", shown, "--max-time", "10"]
        here = ["--connect-to", f"{NAME}::127.0.0.1:"]
        done = subprocess.run([*command, *here, *options, url], capture_output=True, text=True, check=False)
        return done.stdout.split("|")

    with (
        app(tmp_path, servers.schedule(tmp_path / "group")) as (there, _, _),
        caddy(tmp_path, "Caddyfile", site | there, f"http_port {plain}\n\thttps_port {tls}"),
    ):
        servers.wait_for(f"http://127.0.0.1:{plain}/{FEED}", 308)
        feed = f"https://{NAME}:{tls}/{FEED}"
        assert ask(f"http://{NAME}:{plain}/{FEED}")[::3] == ["308", f"https://{NAME}/{FEED}"]

        version = "2" if "HTTP2" in subprocess.check_output([curl, "--version"], text=True) else "1.1"
        status, spoken, etag, _ = ask(feed, "--cacert", str(root))
        assert (status, spoken) == ("200", version)
        assert ask(feed, "--cacert", str(root), "--header", f"If-None-Match: {etag}")[0] == "304"
        assert ask(feed)[0] == "000"


def test_static_site_has_its_types_and_compressed_files(tmp_path: Path) -> None:
    group, site = servers.schedule(tmp_path / "group"), tmp_path / "site"
    servers.build(group, site)
    with without_tls(tmp_path, "static.Caddyfile", {"/srv/reading": str(site)}) as address:
        for path, kind in {
            FEED: "text/calendar; charset=utf-8",
            "calendar/group.atom": "application/atom+xml; charset=utf-8",
            "calendar/group.changes.json": "application/feed+json; charset=utf-8",
            "": "text/html; charset=utf-8",
        }.items():
            status, body, headers = fetch(f"{address}{path}")
            assert (status, headers["Content-Type"]) == (200, kind)
            assert body == (site / (path or "index.html")).read_bytes()
            assert headers["Cache-Control"] == ("public, max-age=300" if path else "no-cache")
            assert ("default-src 'self'" in headers.get("Content-Security-Policy", "")) is not bool(path)
        _, body, headers = fetch(f"{address}{FEED}", Accept_Encoding="gzip")
        assert (headers["Content-Encoding"], body) == ("gzip", (site / f"{FEED}.gz").read_bytes())
        assert headers["Content-Type"] == "text/calendar; charset=utf-8"
        held = fetch(f"{address}{FEED}", Accept_Encoding="gzip", If_None_Match=headers["ETag"])
        assert held[0] == 304
        assert fetch(f"{address}{FEED}")[2]["ETag"] != headers["ETag"]
        assert fetch(f"{address}nowhere")[:2] == (404, (site / "404.html").read_bytes())
        assert fetch(f"{address}nginx.conf")[0] == 404
