"""Every way out of the site, for calendars, programs and other sites: addresses to copy."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from flask import render_template

from calfeed.formats import FORMATS
from calfeed.publication import Publication
from calfeed.web import agenda
from calfeed.web.languages import gettext as _
from calfeed.web.pages.visit import Visit
from calfeed.web.subscribe import subscriptions

RULE = "/feeds/"
QUERY = ()

_NAMES = {
    "text/calendar": "iCalendar",
    "application/atom+xml": "Atom",
    "application/feed+json": "JSON Feed",
    "application/json": "JSON",
    "application/calendar+json": "jCal",
    "text/csv": "CSV",
}
_FRAME = (
    '<iframe src="{url}" title="{title}" width="100%" height="560" style="border: 0" loading="lazy"></iframe>'
)


@dataclass(frozen=True, slots=True)
class _Way:
    """A feed in one format."""

    name: str
    media_type: str
    purpose: str
    url: str


def slugs(_publication: Publication) -> Iterator[str]:
    """There is one."""
    yield ""


def show(visit: Visit) -> str:
    """Show the feeds of everything and of each semester in every format, and how to embed the agenda."""
    publication = visit.publication
    whole = f"calendar/{publication.calendar.slug}"
    terms = [
        term
        for term in agenda.terms(publication, visit.now)
        if f"/semester/{term.slug}.ics" in publication.renditions
    ]
    example = f"?semester={quote(terms[0].slug)}&role=presenter" if terms else ""
    return render_template(
        "feeds.html",
        whole=_ways(visit.site, whole),
        semesters=[(term, _ways(visit.site, f"semester/{term.slug}")) for term in terms],
        filtered=f"{visit.site}filter/{publication.calendar.slug}.ics{example}",
        frame=_FRAME.format(
            url=escape(f"{visit.home}embed/agenda/"), title=escape(publication.calendar.name)
        ),
        fragment=f"{visit.home}embed/fragment/",
        subscriptions=subscriptions(publication, visit.site, whole),
    )


def _ways(site: str, path: str) -> list[_Way]:
    ways = []
    for extension, each in FORMATS.items():
        kind = each.MEDIA_TYPE.partition(";")[0]
        url = f"{site}{quote(path)}.{extension}"
        ways.append(_Way(_NAMES.get(kind, f".{extension}"), kind, _purpose(kind), url))
    return ways


def _purpose(media_type: str) -> str:
    """Say what a format is for; nothing of one that nobody has described yet."""
    purposes: dict[str, str] = {
        "text/calendar": _("For calendar programs: this is the one to subscribe to, once and for years."),
        "application/atom+xml": _("For feed readers: what changed, a sentence for each change."),
        "application/feed+json": _("The same changes as JSON, for feed readers and programs."),
        "application/json": _("For programs: all that is known of every session, under names that stay."),
        "application/calendar+json": _("For programs: the calendar feed as JSON (RFC 7265)."),
        "text/csv": _("For spreadsheets: a line for each session."),
    }
    return purposes.get(media_type, "")
