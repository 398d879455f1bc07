"""One session at an address that outlives every edit, with what changed about it and when."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import render_template
from werkzeug.exceptions import NotFound

from calfeed.model import Entry
from calfeed.publication import Publication
from calfeed.web import agenda, public, structured
from calfeed.web.pages.visit import Visit
from calfeed.web.subscribe import subscriptions

RULE = "/session/<slug>/"
QUERY = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """A session among those that are told of: the one before it and the one after."""

    entry: Entry
    before: Entry | None
    after: Entry | None


def slugs(publication: Publication) -> Iterator[str]:
    """Give the UID of every session that feeds have, or had, told of."""
    return (entry.uid for entry in agenda.told(publication.entries))


def show(visit: Visit) -> str:
    """Show all that is known of it.

    Raises:
        NotFound: no session that was told of has this UID.
    """
    publication = visit.publication
    place = _find(publication, visit.slug)
    return render_template(
        "session.html",
        place=place,
        structured=structured.event(place.entry, publication.calendar, _address(visit)),
        changes=[change for change in publication.changes if change.uid == visit.slug],
        subscriptions=subscriptions(publication, visit.site, f"calendar/{publication.calendar.slug}"),
    )


def _address(visit: Visit) -> str | None:
    return public.address(visit.publication.calendar, RULE.replace("<slug>", visit.slug), visit.language)


def _find(publication: Publication, uid: str) -> _Place:
    entries = agenda.told(publication.entries)
    for place, entry in enumerate(entries):
        if entry.uid == uid:
            after = entries[place + 1] if place + 1 < len(entries) else None
            return _Place(entry, entries[place - 1] if place else None, after)
    raise NotFound
