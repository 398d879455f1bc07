"""deploy/docker, as far as it goes without a daemon: what the image runs, and what goes into it."""

import json
import re
import shlex
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.deploy import servers
from tests.deploy.servers import DEPLOY, FEED, ROOT, fetch

pytestmark = pytest.mark.e2e

TEXT = re.sub(r" *\\\n *", " ", (DEPLOY / "docker" / "Dockerfile").read_text("utf-8"))
IMAGE = TEXT.split("\nFROM ")[-1]


def written(instruction: str) -> list[str]:
    return re.findall(rf"^ *{instruction} (.*)$", IMAGE, re.MULTILINE)


def test_image_serves_a_schedule_without_being_root(tmp_path: Path) -> None:
    group, port = servers.schedule(tmp_path / "group"), servers.free_port()
    pairs = (pair.split("=", 1) for pair in shlex.split(written("ENV")[0]))
    given = {name: value for name, value in pairs if name != "PATH"}
    assert given["CALFEED_SOURCES"] == "/schedule"
    ours = {"CALFEED_SOURCES": str(group), "CALFEED_LEDGER": f"sqlite:///{tmp_path}/ledger.db"}
    ours |= {"GRANIAN_PORT": str(port), "GRANIAN_HOST": "127.0.0.1", "PYTHONPATH": str(ROOT)}
    program, *arguments = json.loads(written("CMD")[-1])

    command = [servers.tool(program), *arguments]
    with servers.running(command, tmp_path / "log", servers.CLEAN | given | ours):
        servers.wait_for(f"http://127.0.0.1:{port}/{FEED}")
        assert b"BEGIN:VEVENT" in fetch(f"http://127.0.0.1:{port}/{FEED}")[1]
    assert int(written("USER")[-1]) > 0


@contextmanager
def answering(status: int) -> Iterator[int]:
    """Answer /healthz with a status; give the port."""

    class Health(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name that http.server calls
            self.send_response(status if self.path == "/healthz" else 418)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Health) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def healthy(port: int) -> bool:
    check = next(json.loads(line) for line in written("HEALTHCHECK.*? CMD") if "healthz" in line)
    command = [servers.tool(check[0]), *(part.replace(":8000/", f":{port}/") for part in check[1:])]
    return subprocess.run(command, check=False, stderr=subprocess.DEVNULL, timeout=30).returncode == 0


def test_health_check_tells_an_app_that_serves_from_one_that_does_not() -> None:
    with answering(200) as port:
        assert healthy(port)
    with answering(503) as port:
        assert not healthy(port)
    assert not healthy(servers.free_port())


def test_all_that_is_copied_is_let_into_the_build() -> None:
    let_in = (DEPLOY / "docker" / "Dockerfile.dockerignore").read_text("utf-8")
    copied = [
        source
        for line in re.findall(r"^COPY (?!--from)(.*)$", TEXT, re.MULTILINE)
        for source in line.split()[:-1]
    ]

    assert sorted(re.findall(r"^!(.*)$", let_in, re.MULTILINE)) == sorted(copied)
    assert [source for source in copied if not (ROOT / source).exists()] == []
