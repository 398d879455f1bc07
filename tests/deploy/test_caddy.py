"""deploy/caddy in a real Caddy: in front of a real granian, and with a static site; TLS stays outside."""

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
def caddy(folder: Path, name: str, changes: dict[str, str]) -> Iterator[str]:
    """Run Caddy with a file of deploy/caddy on a port without TLS; give the address."""
    port = servers.free_port()
    text = (DEPLOY / "caddy" / name).read_text("utf-8")
    text = servers.changed(text, {f"\n{NAME} {{": f"\nhttp://{NAME}:{port} {{\n\tbind 127.0.0.1", **changes})
    (folder / name).write_text(f"{{\n\tadmin off\n}}\n{text}", "utf-8")
    command = [servers.tool("caddy"), "run", "--adapter", "caddyfile", "--config", str(folder / name)]
    homes = {"XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "HOME": str(folder)}
    with servers.running(command, folder / "caddy.log", {**os.environ, **homes}):
        servers.wait_for(f"http://127.0.0.1:{port}/robots.txt")
        yield f"http://127.0.0.1:{port}/"


def test_feeds_are_the_same_with_caddy_in_front(tmp_path: Path) -> None:
    group, port = servers.schedule(tmp_path / "group"), servers.free_port()
    command, environment = servers.granian(group, port)
    app = f"http://127.0.0.1:{port}/"
    with servers.running(command, tmp_path / "granian.log", environment):
        servers.wait_for(f"{app}{FEED}")
        with caddy(tmp_path, "Caddyfile", {"127.0.0.1:8000": f"127.0.0.1:{port}"}) as front:
            for coding in ("identity", "gzip"):
                straight = fetch(f"{app}{FEED}", Accept_Encoding=coding)
                through = fetch(f"{front}{FEED}", Accept_Encoding=coding)
                assert through[:2] == straight[:2]
                for name in ("Content-Type", "ETag", "Cache-Control", "Content-Encoding", "Vary"):
                    assert through[2][name] == straight[2][name]
                held = fetch(f"{front}{FEED}", Accept_Encoding=coding, If_None_Match=straight[2]["ETag"])
                assert held[0] == 304
            assert fetch(front, Accept_Encoding="gzip")[2]["Content-Encoding"] == "gzip"
            assert fetch(f"{front}nowhere")[0] == 404
            assert fetch(f"{front}metrics")[0] == 404


def test_static_site_has_its_types_and_compressed_files(tmp_path: Path) -> None:
    group, site = servers.schedule(tmp_path / "group"), tmp_path / "site"
    servers.build(group, site)
    with caddy(tmp_path, "static.Caddyfile", {"/srv/reading": str(site)}) as address:
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
