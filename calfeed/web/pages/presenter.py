"""One person's own page: what they give and assist, and the feeds of it."""

from collections.abc import Iterator

from flask import render_template
from werkzeug.exceptions import NotFound

from calfeed.publication import Publication
from calfeed.web import agenda
from calfeed.web.pages.visit import Visit
from calfeed.web.subscribe import subscriptions

RULE = "/presenter/<slug>/"
QUERY = ()


def slugs(publication: Publication) -> Iterator[str]:
    """Give everybody."""
    return (person.slug for person in agenda.participants(publication.entries))


def show(visit: Visit) -> str:
    """Show the coming sessions, soonest first, then those that were, latest first.

    Raises:
        NotFound: nobody has this slug.
    """
    everybody = agenda.participants(visit.publication.entries)
    person = next((person for person in everybody if person.slug == visit.slug), None)
    if person is None:
        raise NotFound
    coming, past = agenda.parted(person.entries, visit.now)
    return render_template(
        "presenter.html",
        person=person,
        coming=coming,
        past=past,
        has_filters=visit.prepared is None,
        subscriptions=subscriptions(
            visit.publication, visit.site, f"presenter/{visit.slug}", f"presenting/{visit.slug}"
        ),
    )
