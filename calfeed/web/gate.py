"""A Publication to HTTP answers, finished before they are asked for (interop R67–R76, R80–R84).

The gate stands before Flask: it looks a path up and hands out stored headers and stored bytes.
Nothing it does for a request depends on the size of a body, and it never copies one.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.http import http_date, parse_date

from calfeed.formats import FORMATS
from calfeed.publication import Publication, Rendition
from calfeed.web.tally import LONGEST, Answered, Tally, family

METHODS = "GET, HEAD, OPTIONS"

_OPAQUE = re.compile(r'"([\x21\x23-\x7e\x80-\xff]*)"')
_QUALITY = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)

Headers = tuple[tuple[str, str], ...]
Reply = tuple[str, Headers, tuple[bytes, ...]]
"""A status, headers and a body."""

PUBLIC: Headers = (("Cache-Control", "public, max-age=300"), ("Access-Control-Allow-Origin", "*"))


class Gate:
    """The WSGI middleware that answers feed paths itself and leaves all others to `application`.

    What it answers is counted in `tally`.
    """

    def __init__(
        self, application: WSGIApplication, current: Callable[[], Publication | None], tally: Tally
    ) -> None:
        self._application = application
        self._current = current
        self._tally = tally
        self._prepared: tuple[Publication | None, Mapping[str, tuple[Answer, Answered]]] = (None, {})

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a feed path; hand any other on."""
        publication = self._current()
        prepared = self._prepared
        if prepared[0] is not publication:
            # Two threads may both prepare: the pair is swapped whole, and both make the same.
            prepared = self._prepared = (publication, _prepare(publication, self._tally))
        found = prepared[1].get(environ.get("PATH_INFO", ""))
        if found is None:
            return self._application(environ, start_response)
        answer, answered = found
        status, headers, body = answer.reply(environ)
        answered[status][family(environ.get("HTTP_USER_AGENT", "")[:LONGEST])] += 1
        start_response(status, [*headers])  # a new list: PEP 3333 lets a server change what it is given
        return body


def _prepare(publication: Publication | None, tally: Tally) -> Mapping[str, tuple["Answer", Answered]]:
    """Finish the answers, by path in WSGI's form: UTF-8 octets read as Latin-1 (PEP 3333)."""
    renditions = publication.renditions if publication else {}
    return {
        path.encode().decode("latin-1"): (Answer(rendition), tally.of(*_counted(path)))
        for path, rendition in renditions.items()
    }


def _counted(path: str) -> tuple[str, str]:
    """Tell as what a feed is counted: ("presenter", "ics") for /presenter/ada-moreau.ics, whoever she is."""
    endings = (extension for extension in FORMATS if path.endswith(f".{extension}"))
    return path.split("/", 2)[1], max(endings, key=len, default="")


class Answer:
    """All that one path can answer, finished: a WSGI application of its own.

    `reach` are the headers that say who else may keep or read it.
    """

    def __init__(self, rendition: Rendition, reach: Headers = PUBLIC) -> None:
        coding = ("Content-Encoding", "gzip")
        self._plain = _Variant(rendition, reach, rendition.etag, rendition.body)
        self._gzip = _Variant(rendition, reach, rendition.etag_gzip, rendition.gzip, coding)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer with the coding and the status that the request's headers ask for."""
        status, headers, body = self.reply(environ)
        start_response(status, [*headers])
        return body

    def reply(self, environ: WSGIEnvironment) -> Reply:
        """Choose the answer whose coding and status the request's headers ask for."""
        method = environ["REQUEST_METHOD"]
        if method not in {"GET", "HEAD"}:
            return _OPTIONS if method == "OPTIONS" else _REFUSED
        coding = environ.get("HTTP_ACCEPT_ENCODING")
        variant = self._gzip if coding and wants_gzip(coding) else self._plain
        if variant.is_held_by(environ):
            return variant.unchanged
        return variant.whole if method == "GET" else variant.head


class _Variant:
    """A body in one content coding, with the headers of its 200 and its 304."""

    def __init__(
        self, rendition: Rendition, reach: Headers, etag: str, body: bytes, *coding: tuple[str, str]
    ) -> None:
        validators: Headers = (
            ("ETag", etag),
            ("Last-Modified", http_date(rendition.last_modified)),
            ("Vary", "Accept-Encoding"),
            *reach,
        )
        headers: Headers = (
            ("Content-Type", rendition.media_type),
            ("Content-Length", str(len(body))),
            *coding,
            *validators,
            ("Content-Disposition", content_disposition(rendition.filename)),
            ("Accept-Ranges", "none"),
            ("X-Robots-Tag", "noindex"),
            ("X-Content-Type-Options", "nosniff"),
        )
        self.whole: Reply = "200 OK", headers, (body,)
        self.head: Reply = "200 OK", headers, ()
        self.unchanged: Reply = "304 Not Modified", validators, ()
        self._etag = etag
        self._modified = rendition.last_modified

    def is_held_by(self, environ: WSGIEnvironment) -> bool:
        """Tell whether the client has these bytes (RFC 9110 §13.2.2: a tag outranks a date)."""
        tags = environ.get("HTTP_IF_NONE_MATCH")
        if tags is not None:
            return tags == self._etag or tags.strip() == "*" or self._etag[1:-1] in _OPAQUE.findall(tags)
        written = environ.get("HTTP_IF_MODIFIED_SINCE")
        since = read_date(written) if written else None
        return since is not None and self._modified <= since


def _methods(status: str, body: bytes) -> Reply:
    """Answer OPTIONS, or refuse what would change a feed: clients try PROPFIND and PUT (R69)."""
    headers = (
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Allow", METHODS),
        ("X-Content-Type-Options", "nosniff"),
    )
    return status, headers, (body,)


_OPTIONS = _methods("200 OK", b"")
_REFUSED = _methods("405 Method Not Allowed", b"Only GET and HEAD are answered here.\n")


@lru_cache(maxsize=256)
def wants_gzip(accept_encoding: str) -> bool:
    """Tell whether an Accept-Encoding asks for gzip, at least as much as for plain bytes (R81)."""
    asked: dict[str, float] = {}
    for member in accept_encoding.lower().split(","):
        coding, _, parameter = member.partition(";")
        quality = _QUALITY.fullmatch(parameter.strip())
        asked[coding.strip()] = float(quality[1]) if quality else 0.0 if parameter else 1.0
    gzip = asked.get("gzip", asked.get("x-gzip", asked.get("*", 0.0)))
    return gzip > 0 and gzip >= asked.get("identity", 0.0)


@lru_cache(maxsize=256)
def read_date(written: str) -> datetime | None:
    """Read an HTTP date in any of its three forms; None where it is none (RFC 9110 §5.6.7)."""
    try:
        return parse_date(written)
    except OverflowError:  # from numbers that no date has
        return None


def content_disposition(filename: str) -> str:
    """Name a file as one to be shown, not saved (R84), in ASCII for all and whole for most (RFC 6266)."""
    plain = re.sub(r'[^ -~]|["\\%]', "_", filename)
    whole = "" if plain == filename else f"; filename*=UTF-8''{quote(filename, safe='')}"
    return f'inline; filename="{plain}"{whole}'
