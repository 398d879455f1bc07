"""Requests to pages and to filters; what is served is read once for each request, as `g.served`."""

from collections.abc import Callable, Hashable, Mapping
from datetime import datetime

from flask import Response, g, redirect, render_template, request, url_for
from jinja2.runtime import Macro
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound, ServiceUnavailable
from werkzeug.wrappers import Response as Redirect

from calfeed.model import Entry
from calfeed.publication import Publication
from calfeed.web import health, languages, overview, public
from calfeed.web.answers import Answers
from calfeed.web.current import Current
from calfeed.web.gate import Answer
from calfeed.web.pages import PAGES, month
from calfeed.web.pages.visit import Visit

_WITHOUT_PUBLICATION = {"static", "status", "robots", "hook", *health.NAMES}


class Views:
    """Answers from what `current` serves, at the time that `now` tells.

    `prepared` counts the filters that have an address of their own; None where any filter is answered.
    """

    def __init__(self, current: Current, now: Callable[[], datetime], prepared: int | None) -> None:
        self._current = current
        self._now = now
        self._prepared = prepared
        self._kept: Answers | None = None

    def prepare(self) -> None:
        """Read what is served, the time, and the language: the address's, or else the browser's.

        Stops a request, of an unknown path too, that needs more than there is.

        Raises:
            ServiceUnavailable: nothing was published yet; clients come back later (R75).
        """
        g.served = self._current.served
        g.now = self._now().replace(second=0, microsecond=0)
        publication: Publication | None = g.served.publication
        g.own = languages.own(publication.calendar.language if publication else languages.ENGLISH)
        g.prefix = (request.view_args or {}).pop("lang", None)
        g.language = g.prefix or languages.negotiate(request.accept_languages, g.own)
        if publication is None and request.endpoint not in _WITHOUT_PUBLICATION:
            raise ServiceUnavailable(retry_after=60)

    def page(self, slug: str = "") -> Response | Redirect:
        """Show a page as it is in this minute, for the next session depends on the time."""
        kind = request.endpoint or ""
        answers = self._answers()
        known = PAGES[kind].QUERY
        visit = Visit(
            answers.publication,
            root=request.url_root,
            now=g.now,
            language=g.language,
            is_prefixed=g.prefix is not None,
            slug=slug,
            query=tuple((key, tuple(values)) for key, values in request.args.lists() if key in known),
            prepared=self._prepared,
        )
        g.visit = visit
        try:
            page = answers.page(kind, visit)
        except NotFound:
            g.visit = None
            present = answers.renamed.get(f"{kind}/{slug}")
            if present is None:
                raise
            return redirect(url_for(kind, slug=present.partition("/")[2]), 308)
        response = Response(page.body, mimetype="text/html")
        response.set_etag(page.etag)
        return response

    def filtered(self, slug: str, extension: str) -> Answer:
        """Answer a filter as the gate answers a feed; an Answer is a WSGI application, which Flask takes."""
        return self._filter(slug, extension, request.args)

    def prepared(self, slug: str, chosen: str, extension: str) -> Answer:
        """Answer a filter at its address without a query: keys and values in turn."""
        parts = chosen.split("/")
        if len(parts) % 2:
            raise NotFound
        query = MultiDict(zip(parts[::2], parts[1::2], strict=True))
        return self._filter(slug, extension, query, chosen)

    def status(self) -> str:
        """Tell the organiser how the last reading of the schedule went."""
        publication, now = g.served.publication, self._now()
        return render_template(
            "status.html",
            failure=g.served.failure,
            since=g.served.since,
            now=now,
            overview=overview.overview(publication, now) if publication else None,
        )

    def robots(self) -> Response:
        """Allow everything: a calendar service may ask before it fetches a feed (R78)."""
        publication: Publication | None = g.served.publication
        site = publication and publication.calendar.site
        pages = f"Sitemap: {site}sitemap.xml\n" if site else ""
        return Response(f"User-agent: *\nDisallow:\n{pages}", mimetype="text/plain")

    def sitemap(self) -> Response:
        """List the pages for search engines; a site that does not know its address has no list."""
        answers = self._answers()
        if answers.publication.calendar.site is None:
            raise NotFound
        response = Response(answers.sitemap, mimetype="application/xml")
        response.add_etag()
        response.make_conditional(request)
        return response

    def named(self) -> dict[str, object]:
        """Give what every page's template may name."""
        publication: Publication | None = g.served.publication
        return {
            "calendar": publication and publication.calendar,
            "publication": publication,
            "is_static": self._prepared is not None,
            "subscriptions": (),
            "languages": languages.offered(),
            "kept": self._row,
            "current_month": lambda: publication and month.current(publication, g.now),
            "translations": _translations(g.get("visit")),
        }

    def _row(self, macro: Macro, entry: Entry, *form: Hashable) -> Markup:
        return self._answers().rows.kept(macro, entry, *form)

    def _filter(self, slug: str, extension: str, query: MultiDict[str, str], chosen: str = "") -> Answer:
        answers = self._answers()
        if f"/calendar/{slug}.ics" not in answers.publication.renditions:
            raise NotFound
        asked = tuple(sorted((key, tuple(sorted(values))) for key, values in query.lists()))
        return answers.filter(asked, extension, chosen)

    def _answers(self) -> Answers:
        """Give the answers from what this request is served; forgotten when another is published."""
        publication: Publication = g.served.publication
        kept = self._kept
        if kept is None or kept.publication is not publication:
            kept = self._kept = Answers(publication)
        return kept


def _translations(visit: Visit | None) -> Mapping[str, str]:
    """Give the addresses of a page in all languages, if search engines may know it: not of what was asked."""
    if visit is None or visit.query:
        return {}
    path = PAGES[request.endpoint or ""].RULE.replace("<slug>", visit.slug)
    return public.translations(visit.publication.calendar, path)
