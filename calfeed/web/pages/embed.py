"""The next sessions for other sites: a page for an iframe, and a piece of HTML to put into a page."""

from collections.abc import Iterator

from flask import render_template
from werkzeug.exceptions import NotFound

from calfeed.publication import Publication
from calfeed.web import agenda
from calfeed.web.pages.visit import Visit

RULE = "/embed/<slug>/"
QUERY = ()

_TEMPLATES = {"agenda": "agenda.html", "fragment": "fragment.html"}
_COMING = 5
_PAST = 3


def slugs(_publication: Publication) -> Iterator[str]:
    """Give both."""
    return iter(_TEMPLATES)


def show(visit: Visit) -> str:
    """Show what comes, or else the last that was; all addresses are whole, for nobody knows where they land.

    Raises:
        NotFound: it is neither of the two.
    """
    if visit.slug not in _TEMPLATES:
        raise NotFound
    coming, past = agenda.parted(agenda.told(visit.publication.entries), visit.now)
    return render_template(
        _TEMPLATES[visit.slug],
        home=visit.home,
        is_over=not coming,
        entries=coming[:_COMING] or past[:_PAST],
    )
