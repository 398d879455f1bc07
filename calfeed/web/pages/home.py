"""The page that a link in a chat leads to: the next session, how to subscribe, the running semester."""

from collections.abc import Iterator

from flask import render_template

from calfeed.publication import Publication
from calfeed.web import agenda
from calfeed.web.pages.visit import Visit
from calfeed.web.subscribe import subscriptions

RULE = "/"
QUERY = ()

_COMING = 8
_PAST = 4
_PAST_ALONE = 8


def slugs(_publication: Publication) -> Iterator[str]:
    """There is one."""
    yield ""


def show(visit: Visit) -> str:
    """Show little: a group of ten years has as short a page as a new one."""
    publication = visit.publication
    terms = agenda.terms(publication, visit.now)
    following = agenda.following(publication.entries, visit.now)
    running = [term for term in terms if term.upcoming] or [term for term in terms if term.past][:1]
    return render_template(
        "home.html",
        following=following,
        running=running,
        others=[term for term in terms if term not in running],
        coming=_COMING,
        past=_PAST if following else _PAST_ALONE,
        subscriptions=subscriptions(publication, visit.site, f"calendar/{publication.calendar.slug}"),
    )
