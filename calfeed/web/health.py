"""What those who watch over a server ask it: does it live, has it something to serve, what did it do?

`/healthz` is 200 while the process answers at all: restarting it would mend nothing that it says.  `/readyz`
is 503 until there is something to serve, and 200 ever after: a feed that is old is worth more to those who
subscribe than none, and whatever ails the sources ails every replica at once.  How old it is, both say in
words and `/metrics` in numbers, which is what an alarm should be set on.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from flask import Flask, Response

from calfeed.web.current import Served
from calfeed.web.metrics import MEDIA_TYPE, Metrics
from calfeed.web.tally import Tally

NAMES: Final = ("healthz", "readyz", "metrics")


def register(app: Flask, tally: Tally, served: Callable[[], Served], now: Callable[[], datetime]) -> None:
    """Answer at /healthz, /readyz and /metrics."""
    metrics = Metrics(tally, served, now)

    def healthz() -> Response:
        return _told(served(), 200)

    def readyz() -> Response:
        found = served()
        return _told(found, 200 if found.publication else 503)

    for name, view in zip(
        NAMES, (healthz, readyz, lambda: _fresh(metrics.text(), 200, MEDIA_TYPE)), strict=True
    ):
        app.add_url_rule(f"/{name}", name, view)


def _told(served: Served, status: int) -> Response:
    if served.publication is None:
        words = f"nothing to serve yet: {served.failure}" if served.failure else "nothing to serve yet"
    elif served.failure is None:
        words = "fresh"
    else:
        since = f" since {served.since:%Y-%m-%dT%H:%M:%SZ}" if served.since else ""
        words = f"stale{since}: {served.failure}"
    return _fresh(f"{words}\n".encode(), status, "text/plain; charset=utf-8")


def _fresh(body: bytes, status: int, media_type: str) -> Response:
    response = Response(body, status, content_type=media_type)
    response.headers["Cache-Control"] = "no-store"
    return response
