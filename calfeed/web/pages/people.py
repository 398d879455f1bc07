"""Everybody, for one who looks for themselves: "I am …"."""

from collections.abc import Iterator

from flask import render_template

from calfeed.publication import Publication
from calfeed.web import agenda
from calfeed.web.pages.visit import Visit

RULE = "/people/"
QUERY = ()


def slugs(_publication: Publication) -> Iterator[str]:
    """There is one."""
    yield ""


def show(visit: Visit) -> str:
    """Show everybody by name; nothing of who was chosen is kept anywhere."""
    return render_template("people.html", people=agenda.participants(visit.publication.entries))
