"""Real servers for the files of deploy/: on this machine only, ended by their own process."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from email.message import Message
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
CLEAN = {key: value for key, value in os.environ.items() if not key.startswith(("CALFEED", "GRANIAN"))}
NAME = "reading.example.org"
FEED = "calendar/group.ics"
MISSING = 599
SCHEDULE = "# Group\n\n" + "\n".join(
    f"### 2026-09-{day:02}\n\n- Talk {day}: of systems\n- Ada Brandt\n" for day in range(1, 29)
)

Headers = Mapping[str, str]


def tool(name: str) -> str:
    """Find a program; without it a test is skipped."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"], "/usr/sbin"])
    found = shutil.which(name, path=path)
    if not found:
        pytest.skip(f"{name} is not on this machine")
    return found


def changed(text: str, changes: Mapping[str, str]) -> str:
    """Put what a test has in the place of what a file of deploy/ says; all of it must be there."""
    for written, own in changes.items():
        assert written in text, written
        text = text.replace(written, own)
    return text


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def schedule(folder: Path) -> Path:
    """Write a group's folder."""
    folder.mkdir()
    (folder / "README.md").write_text(SCHEDULE, "utf-8")
    (folder / "calfeed.yaml").write_text(f"id: group\nurl: https://{NAME}/\nmembers: [location]\n", "utf-8")
    return folder


def calfeed(group: Path, *arguments: str) -> str:
    """Run a command beside a group's schedule; give what it says."""
    command = [sys.executable, "-m", "calfeed", *arguments, "--ledger", f"sqlite:///{group}/ledger.db"]
    environment = CLEAN | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, cwd=group, env=environment, capture_output=True, text=True, check=True
    ).stdout


def member(group: Path) -> str:
    """Give somebody a token; give the path of the feed it opens."""
    return urlsplit(calfeed(group, "token", "create", "ada").strip()).path.lstrip("/")


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect."""

    def redirect_request(self, *_: object) -> None:
        return None


_OPENER = urllib.request.build_opener(_Stay)


def fetch(url: str, method: str = "GET", **headers: str) -> tuple[int, bytes, Message]:
    """Ask as a calendar program does; header names are written with underscores."""
    named = {"Host": NAME} | {name.replace("_", "-"): value for name, value in headers.items()}
    asked = urllib.request.Request(url, headers=named, method=method)  # noqa: S310  # our own server
    try:
        with _OPENER.open(asked, timeout=10) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), error.headers
    except urllib.error.URLError:
        return MISSING, b"", Message()


def wait_for(url: str, status: int = 200) -> None:
    """Wait until a server answers as it should, up to thirty seconds."""
    end = time.monotonic() + 30
    while fetch(url)[0] != status and time.monotonic() < end:
        time.sleep(0.1)
    assert fetch(url)[0] == status, url


@contextmanager
def running(
    command: Sequence[str], log: Path, environment: Mapping[str, str] = CLEAN, folder: Path = ROOT
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server, and end it."""
    with log.open("ab") as output:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=20)


def variables(text: str) -> dict[str, str]:
    """Read a file of NAME=value lines."""
    return dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))


def granian(group: Path, port: int) -> tuple[list[str], dict[str, str]]:
    """Give the command and the environment that run the app as deploy/server/granian.env says."""
    given = variables((DEPLOY / "server" / "granian.env").read_text("utf-8"))
    ours = {
        "GRANIAN_PORT": str(port),
        "CALFEED_SOURCES": str(group),
        "CALFEED_LEDGER": f"sqlite:///{group}/ledger.db",
    }
    return [tool("granian"), "deploy.wsgi:application"], CLEAN | {"PYTHONPATH": str(ROOT)} | given | ours


_NGINX = """
daemon off; pid {folder}/pid; error_log {folder}/log; {user} worker_processes 1; events {{ }}
http {{
    include /etc/nginx/mime.types; default_type application/octet-stream;
    access_log {folder}/others; sendfile on; tcp_nopush on; keepalive_requests 1000000;
    client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    {servers}
}}
"""


def nginx(folder: Path, *servers: str) -> list[str]:
    """Write a configuration around server blocks, check it as `nginx -t` does, and give the command."""
    program = tool("nginx")
    folder.mkdir()
    user = "user root;" if os.geteuid() == 0 else ""  # tests' folders are for one user
    text = _NGINX.format(folder=folder, user=user, servers="\n".join(servers))
    (folder / "conf").write_text(text, "utf-8")
    command = [program, "-e", str(folder / "log"), "-c", str(folder / "conf")]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert (checked.returncode, "[warn]" in checked.stderr) == (0, False), checked.stderr
    return command


def proxy(folder: Path, port: int, app: int, fresh: str = "") -> str:
    """Give deploy/nginx/calfeed.conf with a test's ports and folder; `fresh` may age copies sooner."""
    changes = {
        "listen 80;\n    listen [::]:80;": f"listen 127.0.0.1:{port};",
        "127.0.0.1:8000": f"127.0.0.1:{app}",
        "/var/cache/nginx/calfeed": f"{folder}/copies",
        "/var/log/nginx/calfeed.log": f"{folder}/asked",
        "proxy_cache_lock on;": f"proxy_cache_lock on; {fresh}",
    }
    return changed((DEPLOY / "nginx" / "calfeed.conf").read_text("utf-8"), changes)


def static(site: Path, port: int) -> str:
    """Give deploy/nginx/static.conf with a test's port and folder."""
    changes = {
        "listen 80;\n    listen [::]:80;": f"listen 127.0.0.1:{port};",
        "/srv/reading": str(site),
    }
    return changed((DEPLOY / "nginx" / "static.conf").read_text("utf-8"), changes)


def build(group: Path, site: Path) -> None:
    """Write the static site of a group."""
    command = [sys.executable, "-m", "calfeed", "build", str(group), "--output", str(site)]
    environment = CLEAN | {"PYTHONPATH": str(ROOT)}
    subprocess.run(command, env=environment, capture_output=True, check=True)
