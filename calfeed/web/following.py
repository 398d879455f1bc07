"""Remote sources to their rhythm: fetched every few minutes, at once when told, seldom while that fails."""

import logging
import os
import time
from collections.abc import Sequence
from datetime import datetime
from random import SystemRandom
from typing import Final

from calfeed import clock
from calfeed.errors import UsageError
from calfeed.remotes import Remote
from calfeed.web.logs import FIELDS

_logger = logging.getLogger(__name__)

_JITTER: Final = 0.2
"""So that a hundred servers that start at once do not ask at once for ever."""

_PAUSE: Final = 5.0
"""Seconds between two fetches, however often one is told: a replayed message costs nothing."""

_AGAIN, _AT_MOST = 30.0, 3600.0
"""Seconds until a fetch that failed is tried again, doubled each time up to an hour."""


class Following:
    """Keeps remote sources as they are elsewhere."""

    def __init__(self, remotes: Sequence[Remote]) -> None:
        self._rhythms = [_Rhythm(remote, _interval()) for remote in remotes]

    def fetch(self, *, hurry: bool) -> datetime:
        """Fetch what is due, or all in a hurry; give the UTC instant as of which all of it is here.

        Raises:
            RemoteError: one cannot be fetched, or could not last time and is not due again.
        """
        for rhythm in self._rhythms:
            rhythm.beat(hurry=hurry)
        for rhythm in self._rhythms:
            if rhythm.failure:
                raise rhythm.failure.with_traceback(None)  # the same one may be raised for days
        return min((rhythm.good for rhythm in self._rhythms), default=clock.now())


class _Rhythm:
    """When a remote source is fetched, and what came of it."""

    def __init__(self, remote: Remote, interval: float) -> None:
        self.failure: Exception | None = None
        self.good = clock.now()
        self._remote = remote
        self._interval = interval
        self._again = _AGAIN
        self._last = float("-inf")
        self._due = float("-inf")

    def beat(self, *, hurry: bool) -> None:
        now = time.monotonic()
        if hurry:
            self._due = min(self._due, self._last + _PAUSE)
        if now < self._due:
            return
        try:
            self._remote.fetch()
        except Exception as error:  # noqa: BLE001  # not even a bug may ask without a pause; Current logs it
            self.failure = error
            wait, self._again = self._again, min(2 * self._again, _AT_MOST)
        else:
            self.failure, self.good = None, clock.now()
            wait, self._again = self._interval, _AGAIN
            fields = {"event": "fetched", "seconds": round(time.monotonic() - now, 3)}
            _logger.info("fetched %s", self._remote.shown, extra={FIELDS: fields})
        self._last = time.monotonic()
        self._due = self._last + wait * SystemRandom().uniform(1 - _JITTER, 1 + _JITTER)


def _interval() -> float:
    """Give the seconds between two fetches: five minutes, or CALFEED_FETCH_SECONDS.

    Raises:
        UsageError: those are not at least five seconds.
    """
    written = os.environ.get("CALFEED_FETCH_SECONDS", "300")
    if not written.isdecimal() or int(written) < _PAUSE:
        raise UsageError(f"CALFEED_FETCH_SECONDS is no number from 5 on: {written!r}", "leave it out for 300")
    return float(written)
