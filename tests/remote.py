"""A web server with TLS on this machine: files, answers that no good server gives, and git's own backend."""

import os
import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Route = Callable[[BaseHTTPRequestHandler], None]


def certificate(folder: Path) -> Path:
    """Make a key and a certificate of localhost and 127.0.0.1, in one file, that vouches for itself."""
    key, made = folder / "key.pem", folder / "certificate.pem"
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    command = ["openssl", "req", "-x509", *curve, "-subj", "/CN=localhost", "-addext", names]
    subprocess.run([*command, "-keyout", str(key), "-out", str(made)], check=True, capture_output=True)
    made.write_text(made.read_text() + key.read_text())
    return made


def text(body: str, status: int = 200, **headers: str) -> Route:
    """Answer with a text; a header's name is written with _ for -."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        told = {"Content_Type": "text/plain; charset=utf-8", "Content_Length": str(len(body.encode()))}
        for name, value in (told | headers).items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body.encode())

    return answer


def moved(location: str, status: int = 302) -> Route:
    return text("", status, Location=location)


@dataclass
class Server:
    """Answers at https://localhost:port by `routes`, a path each, else as git for the repositories of a
    folder; `asked` has the lines of all requests with their outcomes, `headers` those of the last one.
    """

    repositories: Path
    routes: dict[str, Route] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)
    port: int = 0
    hung: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    def hang(self, _: BaseHTTPRequestHandler) -> None:
        """Say nothing until the test is over."""
        self.hung.wait(30)

    def drip(self, request: BaseHTTPRequestHandler) -> None:
        """Send an octet now and then, so that no single wait is long."""
        request.send_response(200)
        request.end_headers()
        while not self.hung.wait(0.02):
            request.wfile.write(b"-")

    def endless(self, request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "application/x-git-upload-pack-advertisement")
        request.end_headers()
        while not self.hung.is_set():
            request.wfile.write(b"001e# service=git-upload-pack\n" * 1000)

    def git(self, request: BaseHTTPRequestHandler) -> None:
        """Let git answer, as behind any web server."""
        path, _, query = request.path.partition("?")
        environment = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self.repositories),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": request.command,
            "CONTENT_TYPE": request.headers.get("Content-Type", ""),
            "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
        }
        body = request.rfile.read(int(request.headers.get("Content-Length", "0")))
        done = subprocess.run(
            ["git", "http-backend"], input=body, env=environment, capture_output=True, check=True
        )
        head, _, answer = done.stdout.partition(b"\r\n\r\n")
        lines = [line.partition(": ") for line in head.decode().split("\r\n")]
        headers = {name: value for name, _, value in lines}
        request.send_response(int(headers.pop("Status", "200").split()[0]))
        for name, value in (headers | {"Content-Length": str(len(answer))}).items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(answer)


@contextmanager
def serving(repositories: Path, certificate: Path) -> Iterator[Server]:
    """Serve until the end of the block."""
    server = Server(repositories)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.headers = dict(self.headers)
            route = server.routes.get(self.path.partition("?")[0], server.git)
            try:
                route(self)
            except OSError:
                self.close_connection = True

        do_POST = do_GET  # noqa: N815

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:  # noqa: ARG002
            server.asked.append(f"{self.command} {self.path} {int(code)}")

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that breaks off is what many tests are about."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with Quiet(("127.0.0.1", 0), Handler) as httpd:
        httpd.socket = context.wrap_socket(httpd.socket, server_side=True, do_handshake_on_connect=False)
        server.port = httpd.server_port
        thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.hung.set()
            httpd.shutdown()
            thread.join()


def ssh(folder: Path) -> Path:
    """Write an `ssh` that runs the command here, and notes how it was called; give the note's place."""
    note, program = folder / "called", folder / "ssh"
    program.write_text(f'#!/bin/sh\necho "$@" > {note}\nfor last; do :; done\nexec /bin/sh -c "$last"\n')
    program.chmod(0o755)
    assert shutil.which("git-upload-pack")
    return note
