"""Sources to the Publication being served: the last good one, whatever happens to a source (R75)."""

import logging
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from calfeed.errors import CalfeedError
from calfeed.publication import Publication
from calfeed.web import wording

_HOUR = 3600.0
_AGAIN = 10.0

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Served:
    """What is served, None before the first publication, and why the last attempt to renew it failed.

    `failure` is for everybody to read; the log says all.
    """

    publication: Publication | None = None
    failure: str | None = None


class Current:
    """Holds what is served now, and renews it.

    `publish` makes a Publication; `watched` gives a cheap signature of all it is made from (paths,
    times, sizes).  Readers take no lock: `served` is replaced whole, so read it once and use that.
    """

    def __init__(self, publish: Callable[[], Publication], watched: Callable[[], Hashable]) -> None:
        self.served = Served()
        self._publish = publish
        self._watched = watched
        self._seen: Hashable = None
        self._due = 0.0
        self._logged = ""
        self._renewing = threading.Lock()
        self._stopping = threading.Event()

    @property
    def publication(self) -> Publication | None:
        """What is served, without its failure."""
        return self.served.publication

    def start(self) -> None:
        """Publish for the first time, for one who cannot go on without: every error is let through."""
        with self._renewing:
            self._publish_what(self._watched())

    def refresh(self) -> None:
        """Publish now; on any failure keep serving what there is and say why in `served`."""
        self._due = 0.0
        self._renew()

    def watch(self, interval: float) -> None:
        """Look at the sources every `interval` seconds, in a daemon thread, and refresh on a change.

        Refreshes hourly even without one, so that tombstones expire, and ten seconds after a failure.
        """
        threading.Thread(target=self._poll, args=(interval,), name="calfeed-watch", daemon=True).start()

    def stop(self) -> None:
        """End the watching; what is served stays."""
        self._stopping.set()

    def _poll(self, interval: float) -> None:
        while not self._stopping.wait(interval):
            self._renew()

    def _renew(self) -> None:
        with self._renewing:
            try:
                seen = self._watched()
                if seen != self._seen or time.monotonic() >= self._due:
                    self._publish_what(seen)
            except Exception as error:  # noqa: BLE001  # not even a bug may end the serving; it is logged
                self._fail(error)

    def _publish_what(self, seen: Hashable) -> None:
        """Publish what was seen before, so that an edit during the publishing is found by the next look."""
        self._seen = seen
        self.served = Served(self._publish())
        self._due = time.monotonic() + _HOUR
        self._logged = ""

    def _fail(self, error: Exception) -> None:
        self._due = time.monotonic() + _AGAIN
        self.served = Served(self.publication, wording.failure(error))
        if repr(error) != self._logged:  # the same failure every few seconds is one
            self._logged = repr(error)
            bug = None if isinstance(error, CalfeedError) else error
            _logger.error("nothing new is served: %s", error, exc_info=bug)
