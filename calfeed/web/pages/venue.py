"""The papers of one venue that the group has read, in every year."""

from collections.abc import Iterator

from flask import render_template
from werkzeug.exceptions import NotFound

from calfeed.publication import Publication
from calfeed.web import agenda
from calfeed.web.pages.visit import Visit
from calfeed.web.subscribe import subscription

RULE = "/venue/<slug>/"
QUERY = ()


def slugs(publication: Publication) -> Iterator[str]:
    """Give the venues."""
    return (place.slug for place in agenda.venues(publication.entries))


def show(visit: Visit) -> str:
    """Show the coming sessions, soonest first, then those that were, latest first.

    Raises:
        NotFound: no paper of such a venue is in the schedule.
    """
    known = agenda.venues(visit.publication.entries)
    venue = next((place for place in known if place.slug == visit.slug), None)
    if venue is None:
        raise NotFound
    coming, past = agenda.parted(venue.entries, visit.now)
    calendar = visit.publication.calendar
    feed = subscription(
        visit.site, f"filter/{calendar.slug}/venue/{venue.slug}", f"{calendar.name}: {venue.series}"
    )
    return render_template(
        "venue.html",
        venue=venue,
        others=known,
        coming=coming,
        past=past,
        subscriptions=(feed,),
    )
