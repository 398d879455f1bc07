"""The sessions of one semester by date."""

from collections.abc import Iterator

from flask import render_template
from werkzeug.exceptions import NotFound

from calfeed.publication import Publication
from calfeed.web import agenda
from calfeed.web.pages.visit import Visit
from calfeed.web.subscribe import subscriptions

RULE = "/semester/<slug>/"
QUERY = ()


def slugs(publication: Publication) -> Iterator[str]:
    """Give the semesters, the newest first."""
    return (term.slug for term in agenda.terms(publication, publication.published))


def show(visit: Visit) -> str:
    """Show all of it.

    Raises:
        NotFound: no semester has this slug.
    """
    terms = agenda.terms(visit.publication, visit.now)
    place = next((place for place, term in enumerate(terms) if term.slug == visit.slug), None)
    if place is None:
        raise NotFound
    term = terms[place]
    return render_template(
        "semester.html",
        term=term,
        entries=(*reversed(term.past), *term.upcoming),
        later=terms[place - 1] if place else None,
        sooner=terms[place + 1] if place + 1 < len(terms) else None,
        subscriptions=subscriptions(visit.publication, visit.site, f"semester/{visit.slug}"),
    )
