"""A path to what the application answers, without a socket: how the static site is read from it."""

from dataclasses import dataclass
from urllib.parse import quote
from wsgiref.types import WSGIApplication

from werkzeug.datastructures import Headers
from werkzeug.test import Client


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its status code, its headers (in any case) and the whole body."""

    status: int
    headers: Headers
    body: bytes


def ask(app: WSGIApplication, path: str, site: str, coding: str = "identity") -> Reply:
    """GET a path (percent-decoded) as a client of the public address `site` would, in a content coding."""
    with Client(app).get(quote(path), base_url=site, headers={"Accept-Encoding": coding}) as response:
        return Reply(response.status_code, response.headers, response.get_data())
