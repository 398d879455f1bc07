"""Requests to pages and to filters; what is served is read once for each request, as `g.served`."""

from collections.abc import Callable
from datetime import datetime

from flask import Response, g, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound, ServiceUnavailable
from werkzeug.wrappers import Response as Redirect

from calfeed.publication import Publication
from calfeed.web.current import Current, Served
from calfeed.web.gate import Answer
from calfeed.web.pages import Pages

_WITHOUT_PUBLICATION = {"static", "status", "robots", "health", "hook"}


class Views:
    """Answers from what `current` serves, at the time that `now` tells."""

    def __init__(self, current: Current, now: Callable[[], datetime]) -> None:
        self._current = current
        self._now = now
        self._kept: Pages | None = None

    def prepare(self) -> None:
        """Read what is served; stop a request, of an unknown path too, that needs more than there is.

        Raises:
            ServiceUnavailable: nothing was published yet; clients come back later (R75).
        """
        g.served = self._current.served
        if g.served.publication is None and request.endpoint not in _WITHOUT_PUBLICATION:
            raise ServiceUnavailable(retry_after=60)

    def page(self, kind: str, slug: str = "") -> Response | Redirect:
        """Show a page as it is in this minute, for the next session depends on the time."""
        pages = self._pages()
        minute = self._now().replace(second=0, microsecond=0)
        try:
            page = pages.page(kind, slug, request.url_root, minute)
        except NotFound:
            present = pages.renamed.get(f"{kind}/{slug}")
            if present is None:
                raise
            return redirect(url_for(kind, slug=present.partition("/")[2]), 308)
        response = Response(page.body, mimetype="text/html")
        response.set_etag(page.etag)
        return response

    def filtered(self, slug: str) -> Answer:
        """Answer a filter as the gate answers a feed; an Answer is a WSGI application, which Flask takes."""
        return self._filter(slug, request.args)

    def prepared(self, slug: str, chosen: str) -> Answer:
        """Answer a filter at its address without a query: keys and values in turn."""
        parts = chosen.split("/")
        if len(parts) % 2:
            raise NotFound
        return self._filter(slug, MultiDict(zip(parts[::2], parts[1::2], strict=True)), chosen)

    def status(self) -> str:
        """Tell the organiser how the last reading of the schedule went."""
        served: Served = g.served
        return render_template(
            "status.html", publication=served.publication, failure=served.failure, since=served.since
        )

    def health(self) -> Response:
        """Tell a monitor whether there is something to serve (200, else 503), and how fresh that is."""
        served: Served = g.served
        since = f" since {served.since:%Y-%m-%dT%H:%M:%SZ}" if served.since else ""
        words = f"stale{since}: {served.failure}" if served.failure else "fresh"
        if served.publication is None:
            return Response(f"nothing to serve yet: {served.failure}\n", 503, mimetype="text/plain")
        return Response(f"{words}\n", mimetype="text/plain")

    def robots(self) -> Response:
        """Allow everything: a calendar service may ask before it fetches a feed (R78)."""
        return Response("User-agent: *\nDisallow:\n", mimetype="text/plain")

    def _filter(self, slug: str, query: MultiDict[str, str], chosen: str = "") -> Answer:
        pages = self._pages()
        if f"/calendar/{slug}.ics" not in pages.publication.renditions:
            raise NotFound
        return pages.filter(tuple((key, tuple(values)) for key, values in query.lists()), chosen)

    def _pages(self) -> Pages:
        """Give the pages of what this request is served; they are forgotten when another is published."""
        publication: Publication = g.served.publication
        kept = self._kept
        if kept is None or kept.publication is not publication:
            kept = self._kept = Pages(publication)
        return kept
