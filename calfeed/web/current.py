"""Sources to the Publication being served: the last good one, whatever happens to a source (R75)."""

import logging
import math
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from calfeed import clock
from calfeed.errors import CalfeedError
from calfeed.model import State, Token
from calfeed.publication import Publication
from calfeed.web import wording
from calfeed.web.logs import FIELDS

_AGAIN = 10.0


class Fetch(Protocol):
    """Brings here what lies on other machines."""

    def __call__(self, *, hurry: bool) -> datetime:
        """Do so, see Current."""


_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Served:
    """What is served, None before the first publication, and why the last attempt to renew it failed.

    `failure` is for everybody to read; the log says all.  `since` is the UTC instant as of which the sources
    were last known in full, while there is a failure; None before there was any.
    """

    publication: Publication | None = None
    failure: str | None = None
    since: datetime | None = None


def _here(*, hurry: bool) -> datetime:  # noqa: ARG001
    """Fetch nothing: sources that lie here are known as of now."""
    return clock.now()


class Current:
    """Holds what is served now, and renews it.

    `publish` makes a Publication; `watched` gives a cheap signature of all it is made from (paths,
    times, sizes, the hour).  While that stays, `follow` gives what another worker made better, or None.
    `fetch` first brings here what lies on other machines, where that is due or a `hurry`, and
    gives the instant as of which all of it is here; while it fails, what is here is published.  `tokens` asks
    for those of the members.  Readers take no lock: `served` is replaced whole, so read it once and use that.
    """

    def __init__(
        self,
        publish: Callable[[], Publication],
        watched: Callable[[], Hashable],
        fetch: Fetch = _here,
        tokens: Callable[[], tuple[Token, ...]] = tuple,
        follow: Callable[[], Publication | None] = lambda: None,
    ) -> None:
        self.tokens = tokens
        self.served = Served()
        self._publish = publish
        self._watched = watched
        self._fetch = fetch
        self._follow = follow
        self._seen: Hashable = None
        self._due = 0.0
        self._fetched: datetime | None = None
        self._good: datetime | None = None
        self._unfetched: Exception | None = None
        self._unpublished: Exception | None = None
        self._logged = ""
        self._renewing = threading.Lock()
        self._stopping = False
        self._woken = threading.Event()
        self._anew = False
        self._settled = threading.Event()

    @property
    def publication(self) -> Publication | None:
        """What is served, without its failure."""
        return self.served.publication

    def start(self) -> None:
        """Publish for the first time, for one who cannot go on without: every error is let through.

        A source that cannot be fetched is none, where there is what was fetched before.
        """
        with self._renewing:
            self._unfetched = self._bring(hurry=False)
            try:
                self._publish_what(self._watched())
            except CalfeedError as error:
                raise self._unfetched or error from None
            self._tell()

    def refresh(self) -> None:
        """Publish now; on any failure keep serving what there is and say why in `served`."""
        self._due = 0.0
        self._renew()

    def watch(self, interval: float) -> None:
        """Look at the sources every `interval` seconds, in a daemon thread, and refresh on a change.

        Publishes at once where nothing is served yet; tries again ten seconds after a failure.
        """
        threading.Thread(target=self._poll, args=(interval,), name="calfeed-watch", daemon=True).start()

    def settle(self, seconds: float) -> None:
        """Wait, no longer than that, until the watching found something to serve or why there is nothing."""
        self._settled.wait(seconds)

    def wake(self) -> None:
        """Let the watching fetch and look at once, or once more where it is doing so."""
        self._woken.set()

    def republish(self) -> None:
        """Let the watching fetch at once and publish, whether or not anything seems changed."""
        self._anew = True
        self._woken.set()

    def stop(self) -> None:
        """End the watching; what is served stays."""
        self._stopping = True
        self._woken.set()

    def _poll(self, interval: float) -> None:
        if self.publication is None:
            with self._renewing:  # what was fetched before is served while the first fetch takes its time
                self._unpublished = self._look()
            if self.served.publication:
                self._settled.set()
            self._renew()
        self._settled.set()
        while True:
            if hurry := self._woken.wait(interval):
                self._woken.clear()
            if self._stopping:
                return
            if self._anew:
                self._anew, self._due = False, 0.0
            self._renew(hurry=hurry)

    def _renew(self, *, hurry: bool = False) -> None:
        with self._renewing:
            self._unfetched = self._bring(hurry=hurry)
            self._unpublished = self._look()
            self._tell()

    def _bring(self, *, hurry: bool) -> Exception | None:
        """Fetch, and give what stands in the way of it."""
        try:
            self._fetched = self._fetch(hurry=hurry)
        except Exception as error:  # noqa: BLE001  # not even a bug may end the serving; it is logged
            return error
        return None

    def _look(self) -> Exception | None:
        """Publish if anything changed or it is time, and give what stands in the way of it, new or old."""
        try:
            seen = self._watched()
            if seen != self._seen or time.monotonic() >= self._due:
                self._publish_what(seen)
            elif self._unpublished is None:
                self._serve(self._follow)
            else:
                return self._unpublished
        except Exception as error:  # noqa: BLE001  # as above
            self._due = time.monotonic() + _AGAIN
            return error
        return None

    def _publish_what(self, seen: Hashable) -> None:
        """Publish what was seen before, so that an edit during the publishing is found by the next look."""
        self._seen = seen
        self._serve(self._publish)
        self._due = math.inf

    def _serve(self, make: Callable[[], Publication | None]) -> None:
        began = time.monotonic()
        if publication := make():
            self.served = replace(self.served, publication=publication)
            _say(publication, time.monotonic() - began)

    def _tell(self) -> None:
        """Say what stands in the way of serving what is new; in the log once, however long it stays."""
        error = self._unfetched or self._unpublished
        if error is None:
            self._good, self._logged = self._fetched, ""
            self.served = Served(self.publication)
            return
        discreet = self.publication is None or bool(self.publication.calendar.members)
        self.served = Served(self.publication, wording.failure(error, discreet=discreet), self._good)
        if repr(error) != self._logged:
            self._logged = repr(error)
            bug = None if isinstance(error, CalfeedError) else error
            fields = {"event": "failed", "error": type(error).__name__}
            _logger.error("nothing new is served: %s", error, exc_info=bug, extra={FIELDS: fields})


def _say(publication: Publication, seconds: float) -> None:
    """Log what is served from now on."""
    told = {
        "event": "published",
        "revision": publication.origin.commit if publication.origin else None,
        "sessions": sum(entry.state is not State.SILENT for entry in publication.entries),
        "diagnostics": len(publication.diagnostics),
        "seconds": round(seconds, 3),
    }
    words = "published %(sessions)s sessions with %(diagnostics)s diagnostics in %(seconds)s s"
    _logger.info(words, told, extra={FIELDS: told})
