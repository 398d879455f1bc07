"""The small server behind `calfeed serve`: real enough for one machine; deploy/ shows bigger ones."""

import errno
import socket
from threading import Condition
from typing import Final

from flask import Flask
from werkzeug.serving import BaseWSGIServer, ThreadedWSGIServer, WSGIRequestHandler

from calfeed import __version__
from calfeed.errors import ServeError
from calfeed.web.members import redacted

_PATIENCE: Final = 8.0
"""Seconds that answers have to be finished in, when the server is told to end."""


class _Server(ThreadedWSGIServer):
    """Finishes what it has begun to answer, but waits for no client that keeps its connection open."""

    def __init__(self, host: str, port: int, app: Flask, fd: int) -> None:
        self.answering = 0
        self.changed = Condition()
        super().__init__(host, port, app, _Handler, fd=fd)

    def server_close(self) -> None:
        """Take no more connections, and let what is being answered come to its end."""
        super().server_close()
        with self.changed:
            self.changed.wait_for(lambda: not self.answering, _PATIENCE)


class _Handler(WSGIRequestHandler):
    """Keeps connections open (HTTP/1.1) and says nothing of each request but its errors."""

    protocol_version = "HTTP/1.1"
    server_version = f"calfeed/{__version__}"
    sys_version = ""
    timeout = 60  # seconds without a request, so that a silent client does not hold a thread for ever

    def run_wsgi(self) -> None:
        """Answer, and let the server know meanwhile."""
        server = self.server
        assert isinstance(server, _Server)  # noqa: S101 - only it makes handlers
        with server.changed:
            server.answering += 1
        try:
            super().run_wsgi()
        finally:
            with server.changed:
                server.answering -= 1
                server.changed.notify_all()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Leave successful requests unsaid."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  # Werkzeug's name
        """Write an error, without the token of a member."""
        super().log(type, "%s", redacted(message % args if args else message))


def listen(app: Flask, host: str, port: int) -> BaseWSGIServer:
    """Open a server on an address, port 0 for any free one; `serve_forever()` runs it.

    Raises:
        ServeError: the address is in use, not allowed or not ours.
    """
    try:
        listener = socket.create_server((host, port), family=_family(host), backlog=128)
    except (OSError, OverflowError) as error:
        raise ServeError(*_explain(error, host, port)) from error
    with listener:
        return _Server(host, port, app, listener.fileno())


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _explain(error: Exception, host: str, port: int) -> tuple[str, str]:
    where = f"{host}:{port}"
    code = getattr(error, "errno", None)
    if code == errno.EADDRINUSE:
        return f"something else is serving on {where}", "choose another port: --port 0 takes any free one"
    if code == errno.EACCES:
        return f"not allowed to serve on {where}", "ports below 1024 are the system's: try --port 8000"
    return f"cannot serve on {where}: {error}", "check --host and --port"
