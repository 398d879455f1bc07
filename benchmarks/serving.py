"""What a request costs real servers, as ratios of one run: `make bench`, or `python -m benchmarks.serving`.

Each server is asked in turn, some hundred milliseconds at a time, over 32 connections that are kept; what
counts is CPU seconds of its own processes, from /proc, for a request.  The least of several rounds is told.
Where the machine has two cores, the servers have one and who asks has the other: else both move from core to
core, and that, the same for each server, hides what differs.
"""

import os
import shutil
import socket
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.deploy import servers
from tests.deploy.servers import FEED, NAME

ROUNDS = 6
SECONDS = 0.7
CONNECTIONS = 32
EVENTS = 28  # a feed of about 20 KB

_ROUTES = """
from datetime import datetime, timezone
from pathlib import Path
from flask import Flask, Response, request
body = Path({feed!r}).read_bytes()
modified = datetime(2031, 2, 3, tzinfo=timezone.utc)
application = Flask("routes")

@application.get("/{path}")
def feed():
    response = Response(body, mimetype="text/calendar")
    response.set_etag("feed")
    response.last_modified = modified
    response.vary.add("Accept-Encoding")
    response.cache_control.public = True
    response.cache_control.max_age = 300
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Content-Disposition"] = 'inline; filename="group.ics"'
    response.headers["Accept-Ranges"] = "none"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response.make_conditional(request)

@application.get("/bytes")
def alone():
    return Response(body, mimetype="text/calendar")
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers the feed: its first process, its port, and under which path."""

    process: int
    port: int
    path: str = FEED


def cpu(process: int) -> float:
    """Give the CPU seconds that a process and those below it have used so far."""
    fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    threads = Path(f"/proc/{process}/task").iterdir()
    below = [child for thread in threads for child in (thread / "children").read_text("utf-8").split()]
    return own + sum(cpu(int(child)) for child in below)


def receive(connection: socket.socket, size: int) -> None:
    """Read an answer whose size is known."""
    while size > 0:
        got = len(connection.recv(262_144))
        if not got:
            raise ConnectionError("the server closed a connection")
        size -= got


def cost(server: Server, *headers: str) -> float:
    """Give the CPU seconds of one request for the feed."""
    request = "\r\n".join([f"GET /{server.path} HTTP/1.1", f"Host: {NAME}", *headers, "", ""]).encode()
    with ExitStack() as stack:
        connections = [
            stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10))
            for _ in range(CONNECTIONS)
        ]
        connections[0].sendall(request)
        time.sleep(0.2)
        size = len(connections[0].recv(262_144))  # the same each time: an answer of one server is one length
        before, count, end = cpu(server.process), 0, time.monotonic() + SECONDS
        while time.monotonic() < end:
            for connection in connections:
                connection.sendall(request)
            for connection in connections:
                receive(connection, size)
            count += CONNECTIONS
        return (cpu(server.process) - before) / count


def started(stack: ExitStack, folder: Path) -> Mapping[str, Server]:
    """Start the app, plain Flask routes, nginx with the same file, and nginx in front of the app."""
    group, site, log = servers.schedule(folder / "group"), folder / "site", folder / "log"
    (group / "README.md").write_text("# 2026 Fall\n\n" + "\n".join(map(_session, range(EVENTS))), "utf-8")
    servers.build(group, site)
    print(f"a feed of {(site / FEED).stat().st_size:,} bytes:")
    (folder / "routes.py").write_text(_ROUTES.format(feed=str(site / FEED), path=FEED), "utf-8")
    app, route, plain, front = (servers.free_port() for _ in range(4))
    command, environment = servers.granian(group, app)
    flask = environment | {"GRANIAN_PORT": str(route), "PYTHONPATH": str(folder)}
    copies = folder / "nginx"
    nginx = servers.nginx(copies, servers.static(site, plain), servers.proxy(copies, front, app))
    runs: Sequence[tuple[Sequence[str], Mapping[str, str]]] = (
        (command, environment),
        ([command[0], "routes:application"], flask),
        (nginx, servers.CLEAN),
    )
    gate, view, web = (stack.enter_context(servers.running(c, log, e, folder)).pid for c, e in runs)
    for port in (app, route, plain, front):
        servers.wait_for(f"http://127.0.0.1:{port}/{FEED}")
    return {
        "granian": Server(gate, app),
        "route": Server(view, route),
        "bytes": Server(view, route, "bytes"),
        "nginx": Server(web, plain),
        "copy": Server(web, front),
    }


def _session(number: int) -> str:
    talk = f"[OSDI'24] [Talk {number}: of Systems, Papers, and How to Read Them](https://example.org/{number}.pdf)"
    return f"### 2026-09-{1 + number:02}\n\n- {talk}\n- Ada Brandt, Noor Haddad\n"


def main() -> None:
    """Measure, where nginx is."""
    if not shutil.which("nginx", path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin"):
        print("requests through servers: not measured, as nginx is not on this machine")
        return
    least: dict[tuple[str, str], float] = {}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        theirs, *_, ours = sorted(os.sched_getaffinity(0)) * 2
        stack.callback(os.sched_setaffinity, 0, os.sched_getaffinity(0))
        os.sched_setaffinity(0, {theirs})
        running = started(stack, Path(folder))
        os.sched_setaffinity(0, {ours})
        tags = {name: _tag(server) for name, server in running.items()}
        for _ in range(ROUNDS):
            for name, server in running.items():
                for kind, headers in (("200", ()), ("304", (f"If-None-Match: {tags[name]}",))):
                    taken = cost(server, *headers)
                    least[name, kind] = min(taken, least.get((name, kind), taken))
    for kind in ("200", "304"):
        gate, file = least["granian", kind], least["nginx", kind]
        tell(f"  {kind}: granian and the gate / nginx and a file", gate, file)
        tell(f"  {kind}: nginx with copies of the app's / nginx and a file", least["copy", kind], file)
        tell(f"  {kind}: a plain Flask route, the same answer / the gate", least["route", kind], gate)
    tell(
        "  200: a plain Flask route, the bytes alone / the gate",
        least["bytes", "200"],
        least["granian", "200"],
    )


def _tag(server: Server) -> str:
    return servers.fetch(f"http://127.0.0.1:{server.port}/{FEED}")[2]["ETag"] or '"none"'


def tell(what: str, one: float, other: float) -> None:
    """Print a ratio."""
    print(f"{what:<70} {one / other:8.2f}")


if __name__ == "__main__":
    main()
