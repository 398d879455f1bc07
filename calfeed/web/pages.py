"""A Publication to pages and filters, each made when it is first asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from flask import render_template
from werkzeug.exceptions import NotFound
from werkzeug.http import generate_etag

from calfeed import publication as publishing
from calfeed.feeds import filtered
from calfeed.publication import Publication
from calfeed.web import agenda
from calfeed.web.gate import Answer
from calfeed.web.subscribe import DELAYS, Subscription, subscription

_KEPT = 64

Query = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A finished page."""

    body: bytes
    etag: str


class Pages:
    """All that can be asked of one Publication but its feeds; of each kind the last 64 asked for are kept.

    `renamed` maps the former paths of feeds to the present ones.
    """

    def __init__(self, publication: Publication) -> None:
        self.publication = publication
        self.renamed = {old: feed.path for feed in publication.feeds for old in feed.aliases}
        self.page = lru_cache(_KEPT)(self._page)
        self.filter = lru_cache(_KEPT)(self._filter)

    def _page(self, kind: str, slug: str, root: str, now: datetime) -> Page:
        """Make a page as it is at a moment, for a client that knows this site by the address `root`.

        Raises:
            NotFound: nobody, or no semester, has this slug.
        """
        body = _KINDS[kind](self.publication, slug, root, now).encode()
        return Page(body, generate_etag(body))

    def _filter(self, query: Query, chosen: str = "") -> Answer:
        """Make the feed of a filter; slugs that were renamed are understood.

        `chosen` is the query as it was written where it is a part of the feed's path.

        Raises:
            FilterUnknown: the query asks for what does not exist.
        """
        calendar = self.publication.calendar
        present = {key: [self._present(key, slug) for slug in slugs] for key, slugs in query}
        feed = filtered.select(calendar, self.publication.events, titles(self.publication), present)
        if chosen:
            feed = replace(feed, path=f"filter/{calendar.slug}/{chosen}")
        # The whole calendar's time, not its events': an event that left the filter must count (R72).
        whole = self.publication.renditions[f"/calendar/{calendar.slug}.ics"]
        return Answer(publishing.rendition(feed, "ics", whole.last_modified))

    def _present(self, kind: str, slug: str) -> str:
        path = self.renamed.get(f"{kind}/{slug.casefold()}")
        return path.partition("/")[2] if path else slug


def titles(publication: Publication) -> Mapping[str, str]:
    """Map the slugs of the announced semesters to their titles."""
    return {semester.slug: semester.title for semester in publication.semesters}


def _home(publication: Publication, _slug: str, root: str, now: datetime) -> str:
    """Show the next session, how to subscribe, all semesters, everybody."""
    return render_template(
        "home.html",
        following=agenda.following(publication.entries, now),
        terms=agenda.terms(publication.entries, titles(publication), now),
        people=agenda.participants(publication.entries),
        subscriptions=_subscriptions(publication, root, f"calendar/{publication.calendar.slug}"),
        delays=DELAYS,
    )


def _semester(publication: Publication, slug: str, root: str, now: datetime) -> str:
    """Show the sessions of one semester by date."""
    known = agenda.terms(publication.entries, titles(publication), now)
    term = next((term for term in known if term.slug == slug), None)
    if term is None:
        raise NotFound
    return render_template(
        "semester.html",
        term=term,
        entries=(*reversed(term.past), *term.upcoming),
        subscriptions=_subscriptions(publication, root, f"semester/{slug}"),
        delays=DELAYS,
    )


def _presenter(publication: Publication, slug: str, root: str, _now: datetime) -> str:
    """Show the sessions of one person, the newest first."""
    known = agenda.participants(publication.entries)
    person = next((person for person in known if person.slug == slug), None)
    if person is None:
        raise NotFound
    return render_template(
        "presenter.html",
        person=person,
        subscriptions=_subscriptions(publication, root, f"presenter/{slug}", f"presenting/{slug}"),
        delays=DELAYS,
    )


_KINDS: Mapping[str, Callable[[Publication, str, str, datetime], str]] = {
    "home": _home,
    "semester": _semester,
    "presenter": _presenter,
}


def _subscriptions(publication: Publication, root: str, *paths: str) -> tuple[Subscription, ...]:
    """Give the ways to subscribe to those of the paths that are feeds."""
    names = {feed.path: feed.name for feed in publication.feeds}
    return tuple(
        subscription(publication.calendar.site or root, path, names[path]) for path in paths if path in names
    )
