"""A feed of one's own: semester, presenters, role, venue and reminders chosen, the sessions shown at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from flask import render_template

from calfeed.errors import FilterUnknown
from calfeed.feeds import filtered
from calfeed.model import Entry, Feed
from calfeed.publication import Publication
from calfeed.web import agenda
from calfeed.web.pages.visit import Visit
from calfeed.web.subscribe import Subscription, subscription

RULE = "/filters/"
QUERY = ("semester", "presenter", "role", "venue", "alarm")

_SHOWN = 50
ALARMS = ("1w", "1d", "2h", "15m")


@dataclass(frozen=True, slots=True)
class _Choice:
    value: str
    name: str
    is_chosen: bool


def slugs(_publication: Publication) -> Iterator[str]:
    """There is one."""
    yield ""


def show(visit: Visit) -> str:
    """Show the form and what it yields; where no server answers filters, those that are prepared."""
    if visit.prepared is not None:
        return render_template("prepared.html", filters=_prepared(visit))
    feed, refusal = _ask(visit)
    coming, past = agenda.parted(_entries(visit.publication, feed), visit.now)
    return render_template(
        "filters.html",
        refusal=refusal,
        shown=_SHOWN,
        coming=coming,
        past=past,
        semesters=_chosen(
            visit, "semester", {t.slug: t.title for t in agenda.terms(visit.publication, visit.now)}
        ),
        people=_chosen(
            visit, "presenter", {p.slug: p.name for p in agenda.participants(visit.publication.entries)}
        ),
        venues=_chosen(visit, "venue", {v.slug: v.series for v in agenda.venues(visit.publication.entries)}),
        role=next(iter(visit.values("role")), ""),
        alarms=_chosen(visit, "alarm", dict.fromkeys(ALARMS, "")),
        subscription=subscription(visit.site, feed.path, feed.name) if feed else None,
    )


def _ask(visit: Visit) -> tuple[Feed | None, FilterUnknown | None]:
    publication = visit.publication
    query = {key: visit.values(key) for key in QUERY if visit.values(key)}
    try:
        return filtered.select(
            publication.calendar, publication.events, agenda.titles(publication), query
        ), None
    except FilterUnknown as refusal:
        return None, refusal


def _chosen(visit: Visit, key: str, names: Mapping[str, str]) -> list[_Choice]:
    values = visit.values(key)
    return [_Choice(value, name, value in values) for value, name in names.items()]


def _entries(publication: Publication, feed: Feed | None) -> list[Entry]:
    """Find the entries of a feed's events."""
    wanted = {event.uid for event in feed.events} if feed else set()
    return [entry for entry in publication.entries if entry.uid in wanted]


def _prepared(visit: Visit) -> list[Subscription]:
    """Give the filters that have an address of their own, by what is in them."""
    calendar, events = visit.publication.calendar, visit.publication.events
    titles = agenda.titles(visit.publication)
    found = []
    for path in (
        *filtered.venues(calendar, events),
        *islice(filtered.prepared(calendar, events), visit.prepared),
    ):
        parts = path.split("/")[2:]
        query = {key: [value] for key, value in zip(parts[::2], parts[1::2], strict=True)}
        name = filtered.select(calendar, events, titles, query, path).name
        found.append(subscription(visit.site, path, name.removeprefix(f"{calendar.name}: ")))
    return found
