"""The small server behind `calfeed serve`: real enough for one machine; deploy/ shows bigger ones."""

import errno
import socket

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from calfeed import __version__
from calfeed.errors import ServeError


class _Handler(WSGIRequestHandler):
    """Keeps connections open (HTTP/1.1) and says nothing of each request but its errors."""

    protocol_version = "HTTP/1.1"
    server_version = f"calfeed/{__version__}"
    sys_version = ""
    timeout = 60  # seconds without a request, so that a silent client does not hold a thread for ever

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Leave successful requests unsaid."""


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
        return make_server(host, port, app, threaded=True, request_handler=_Handler, fd=listener.fileno())


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
