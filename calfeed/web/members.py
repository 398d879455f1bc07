"""Members' feeds, at `/member/<token>/<path of a feed or filter>.ics`: the address is the key (R87, R88).

The door stands before Flask.  Whoever it does not let in is sent on without what they showed, and with the
reason: without a key, that there is nothing at this address.  So no token ever reaches Flask, or what Flask
logs, and a refusal is said in the visitor's language.
"""

import logging
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from threading import Lock
from urllib.parse import parse_qs
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.exceptions import Gone, NotFound, ServiceUnavailable

from calfeed import publication as publishing
from calfeed.errors import CalfeedError, FilterUnknown
from calfeed.members import member_uid
from calfeed.model import Feed, Token
from calfeed.publication import Publication
from calfeed.tokens import find
from calfeed.web.answers import Answers
from calfeed.web.current import Current
from calfeed.web.gate import Answer, Headers
from calfeed.web.tally import LONGEST, Tally, family

PREFIX = "/member/"
REFUSED = "calfeed.refused"
"""Where the door leaves, in the environment of a request, the exception that says why it was not let in."""

PRIVATE: Headers = (("Cache-Control", "private, no-cache"), ("Referrer-Policy", "no-referrer"))

_FRESH = 2.0
"""Seconds after which a token that was made or revoked is known to every server."""

_KEPT = 64
_SHOWN = re.compile(rf"(?<={PREFIX})[^/\s?\"']+")
_REQUESTED = ("REQUEST_URI", "RAW_URI", "QUERY_STRING")

_logger = logging.getLogger(__name__)


def redacted(text: str) -> str:
    """Take the tokens out of what is to be logged."""
    return _SHOWN.sub("…", text)


class Door:
    """The WSGI middleware that answers members itself and leaves all others to `application`."""

    def __init__(self, application: WSGIApplication, current: Current, tally: Tally) -> None:
        self._application = application
        self._current = current
        self._answered = tally.of("member", "ics")
        self._tokens = _Fresh(current.tokens)
        self._inside: _Inside | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer who shows a token; hand any other on."""
        path = environ.get("PATH_INFO", "")
        if not path.startswith(PREFIX):
            return self._application(environ, start_response)
        shown, _, asked = path.removeprefix(PREFIX).partition("/")
        try:
            token = find(self._tokens(), shown)
            if token and token.revoked:
                return self._refuse(Gone(), environ, start_response)
            answer = self._answer(asked, environ.get("QUERY_STRING", "")) if token else None
        except FilterUnknown as unknown:
            return self._refuse(unknown, environ, start_response)
        except CalfeedError:
            return self._refuse(ServiceUnavailable(retry_after=60), environ, start_response)
        if answer is None:
            return self._refuse(NotFound(), environ, start_response)
        status, headers, body = answer.reply(environ)
        self._answered[status][family(environ.get("HTTP_USER_AGENT", "")[:LONGEST])] += 1
        start_response(status, [*headers])
        return body

    def _answer(self, asked: str, query: str) -> Answer | None:
        publication = self._current.publication
        if publication is None:
            return None
        inside = self._inside
        if inside is None or inside.publication is not publication:
            inside = self._inside = _Inside(publication)
        return inside.answer(asked.encode("latin-1").decode("utf-8", "replace"), query)

    def _refuse(
        self, why: Exception, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Let Flask say it, at an address of the same kind."""
        kept = {name: value for name, value in environ.items() if name not in _REQUESTED}
        kept["PATH_INFO"] = "/member.ics" if environ["PATH_INFO"].endswith(".ics") else "/member"
        return self._application(kept | {REFUSED: why}, start_response)


class _Fresh:
    """The tokens as they were seconds ago; while the ledger does not answer, those that were known hold."""

    def __init__(self, ask: Callable[[], tuple[Token, ...]]) -> None:
        self._ask = ask
        self._known: tuple[Token, ...] | None = None
        self._due = 0.0
        self._asking = Lock()

    def __call__(self) -> tuple[Token, ...]:
        """Give the tokens.

        Raises:
            LedgerError: the ledger cannot be read, and never could.
        """
        with self._asking:
            if self._known is None or time.monotonic() >= self._due:
                try:
                    self._known = self._ask()
                except CalfeedError as error:
                    _logger.warning("the members' tokens cannot be read: %s", error)
                    if self._known is None:
                        raise
                self._due = time.monotonic() + _FRESH
            return self._known


class _Inside:
    """A Publication as members see it: its feeds and filters, each made when it is first asked for."""

    def __init__(self, publication: Publication) -> None:
        self.publication = publication
        calendar, whole = publication.calendar, f"/calendar/{publication.calendar.slug}.ics"
        # As the head of a feed would lead to the public one (SOURCE), or else show the token (R88).
        self._calendar = replace(calendar, members=(), site=None)
        self._events = {event.uid: event for event in publication.inside}
        self._feeds = {path: feed for feed in publication.feeds for path in (feed.path, *feed.aliases)}
        shown = publication.renditions[whole]
        self._changed = max((shown.last_modified, *(event.last_modified for event in publication.inside)))
        hidden = replace(
            publication,
            calendar=self._calendar,
            events=publication.inside,
            renditions={whole: replace(shown, last_modified=self._changed)},
            changes=(),
        )
        self._filters = Answers(hidden, PRIVATE)
        self.answer = lru_cache(_KEPT)(self._answer)

    def _answer(self, path: str, query: str) -> Answer | None:
        """Answer a path without the token; None where there is nothing.

        Raises:
            FilterUnknown: the query asks for what does not exist.
        """
        stem = path.removesuffix(".ics")
        if stem == path:
            return None
        if stem in self._feeds:
            return self._feed(self._feeds[stem])
        kind, _, asked = stem.partition("/")
        slug, _, chosen = asked.partition("/")
        parts = chosen.split("/") if chosen else []
        if kind != "filter" or f"calendar/{slug}" not in self._feeds or len(parts) % 2:
            return None
        values = parse_qs(query, keep_blank_values=True)
        if parts:
            values = {key: [value] for key, value in zip(parts[::2], parts[1::2], strict=True)}
        return self._filters.filter(tuple((key, tuple(each)) for key, each in values.items()), "ics", chosen)

    def _feed(self, feed: Feed) -> Answer:
        found = (self._events.get(member_uid(event.uid)) for event in feed.events)
        events = tuple(event for event in found if event)
        whole = replace(feed, calendar=self._calendar, events=events, changes=())
        fitted = publishing.fitted(whole, self.publication.published)
        return Answer(publishing.rendition(fitted, "ics", self._changed), PRIVATE)
