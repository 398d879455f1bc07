"""A Publication to pages and filters, each made when it is first asked for."""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from flask import g, request
from jinja2.runtime import Macro
from markupsafe import Markup
from werkzeug.http import generate_etag

from calfeed import publication as publishing
from calfeed.feeds import filtered
from calfeed.model import Entry
from calfeed.publication import Publication
from calfeed.web import agenda, sitemap
from calfeed.web.gate import PUBLIC, Answer, Headers
from calfeed.web.pages import PAGES
from calfeed.web.pages.visit import Query, Visit

_KEPT = 64
_ROWS = 5000


@dataclass(frozen=True, slots=True)
class Page:
    """A finished page."""

    body: bytes
    etag: str


class Rows:
    """Rows of sessions as HTML: the same on every page and in every minute, so each is made once."""

    def __init__(self) -> None:
        self._made: dict[Hashable, Markup] = {}

    def kept(self, macro: Macro, entry: Entry, *form: Hashable) -> Markup:
        """Give what a macro makes of a session for visitors of this language and this address."""
        key = (macro.name, entry.uid, form, g.language, g.prefix, request.script_root)
        if key not in self._made:
            if len(self._made) >= _ROWS:
                self._made.clear()
            self._made[key] = Markup(macro(entry, *form))  # noqa: S704 - a macro escapes
        return self._made[key]


class Answers:
    """All that can be asked of one Publication but its feeds; of each kind the last 64 asked for are kept.

    `renamed` maps the former paths of feeds to the present ones; `rows` is for the pieces that pages share;
    `reach` says who may keep a filter, as in an Answer.
    """

    def __init__(self, publication: Publication, reach: Headers = PUBLIC) -> None:
        self._reach = reach
        self.publication = publication
        self.renamed = {old: feed.path for feed in publication.feeds for old in feed.aliases}
        self.rows = Rows()
        self.page = lru_cache(_KEPT)(self._page)
        self.filter = lru_cache(_KEPT)(self._filter)

    @cached_property
    def sitemap(self) -> bytes:
        """List all pages, which takes a while where there are many."""
        return sitemap.render(self.publication)

    def _page(self, kind: str, visit: Visit) -> Page:
        """Make a page of a kind.

        Raises:
            NotFound: there is no such page.
        """
        body = PAGES[kind].show(visit).encode()
        return Page(body, generate_etag(body))

    def _filter(self, query: Query, extension: str, chosen: str = "") -> Answer:
        """Make the feed of a filter in a format; slugs that were renamed are understood.

        `chosen` is the query as it was written where it is a part of the feed's path.

        Raises:
            FilterUnknown: the query asks for what does not exist.
        """
        publication, calendar = self.publication, self.publication.calendar
        present = {key: [self._present(key, slug) for slug in slugs] for key, slugs in query}
        path = f"filter/{calendar.slug}/{chosen}" if chosen else ""
        feed = filtered.select(calendar, publication.events, agenda.titles(publication), present, path)
        feed = filtered.tell(publishing.fitted(feed, publication.published), publication.changes)
        # The whole calendar's time, not its events': an event that left the filter must count (R72).
        whole = (publication.renditions[f"/calendar/{calendar.slug}.{each}"] for each in {"ics", extension})
        changed = max(each.last_modified for each in whole)
        return Answer(publishing.rendition(feed, extension, changed), self._reach)

    def _present(self, kind: str, slug: str) -> str:
        path = self.renamed.get(f"{kind}/{slug.casefold()}")
        return path.partition("/")[2] if path else slug
