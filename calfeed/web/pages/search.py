"""All sessions in short, and those of them in which the words of a search are found."""

from collections.abc import Iterator

from flask import render_template

from calfeed.model import Entry
from calfeed.publication import Publication
from calfeed.web import agenda
from calfeed.web.pages.visit import Visit

RULE = "/search/"
QUERY = ("q",)

_MOST = 500
_WORDS = 10


def slugs(_publication: Publication) -> Iterator[str]:
    """There is one."""
    yield ""


def show(visit: Visit) -> str:
    """Show what is found, the latest first; the browser itself can search a page that shows all."""
    asked = " ".join(visit.values("q"))[:200].strip()
    words = agenda.plain(asked).split()[:_WORDS]
    latest = reversed(agenda.told(visit.publication.entries))
    found = [entry for entry in latest if all(word in _text(entry) for word in words)]
    return render_template(
        "search.html", asked=asked, found=found, most=_MOST, is_static=visit.prepared is not None
    )


def _text(entry: Entry) -> str:
    """Give all of a session that a search looks through."""
    session = entry.session
    venue = (session.venue.name, session.venue.series) if session.venue else ()
    people = (
        text for person in session.presenters for text in (person.name, person.nickname, person.affiliation)
    )
    texts = (session.title, *people, *venue, session.semester.title, session.location)
    return agenda.plain("\n".join(text for text in texts if text))
