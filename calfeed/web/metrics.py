"""What a worker has answered and what it serves, for Prometheus.  Only this module imports prometheus_client.

Nothing is told of anybody: counts by kind of feed or page, kind of calendar program and status.
"""

import os
from collections import Counter as Counted
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from calfeed.publication import Publication
from calfeed.web.current import Served
from calfeed.web.tally import Tally

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """All that one worker process can tell; `now` tells the age of what is served."""

    def __init__(self, tally: Tally, served: Callable[[], Served], now: Callable[[], datetime]) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Collector(tally, served, now))
        ProcessCollector(registry=self._registry)

    def text(self) -> bytes:
        """Write all of it in the text format of Prometheus."""
        return generate_latest(self._registry)


class _Collector(Collector):
    def __init__(self, tally: Tally, served: Callable[[], Served], now: Callable[[], datetime]) -> None:
        self._tally = tally
        self._served = served
        self._now = now
        self._worker = str(os.getpid())

    def collect(self) -> Iterator[Metric]:
        """Give the numbers as they are."""
        labels = ["worker", "kind", "format", "status", "client"]
        requests = CounterMetricFamily("calfeed_requests", "Requests answered by this worker.", labels=labels)
        for row, count in self._tally.rows():
            requests.add_metric([self._worker, *row], count)
        yield requests
        served = self._served()
        stale = "Whether the sources could not be read or fetched when last tried."
        yield GaugeMetricFamily("calfeed_stale", stale, float(served.failure is not None))
        if served.publication:
            yield from _published(served.publication, served.since, self._now())


def _published(publication: Publication, since: datetime | None, now: datetime) -> Iterator[Metric]:
    age = "Seconds since the sources were last known in full; 0 while they are."
    seconds = max(0.0, (now - since).total_seconds()) if since else 0.0
    yield GaugeMetricFamily("calfeed_behind_seconds", age, seconds)
    age = "Seconds since what is served was published."
    seconds = max(0.0, (now - publication.published).total_seconds())
    yield GaugeMetricFamily("calfeed_publication_age_seconds", age, seconds)
    yield GaugeMetricFamily("calfeed_events", "Sessions that feeds carry.", float(len(publication.events)))
    said = GaugeMetricFamily(
        "calfeed_diagnostics", "What is said of the schedule.", labels=["severity", "code"]
    )
    found = Counted((each.severity.name.lower(), each.code) for each in publication.diagnostics)
    for labels, count in sorted(found.items()):
        said.add_metric(labels, count)
    yield said
