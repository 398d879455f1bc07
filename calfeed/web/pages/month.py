"""One month as a sheet of days."""

import calendar
from collections.abc import Iterator, Mapping
from datetime import date, datetime

from flask import render_template
from werkzeug.exceptions import NotFound

from calfeed.model import Entry
from calfeed.publication import Publication
from calfeed.web import agenda, wording
from calfeed.web.pages.visit import Visit

RULE = "/month/<slug>/"
QUERY = ()


def slugs(publication: Publication) -> Iterator[str]:
    """Give the months in which something takes place, as "2024-09"."""
    return iter(_months(publication))


def current(publication: Publication, now: datetime) -> str | None:
    """Give the month of the next session, or else of the last one there was."""
    following = agenda.following(publication.entries, now)
    if following:
        return _slug(following.session.date)
    return max(_months(publication), default=None)


def show(visit: Visit) -> str:
    """Show the whole weeks of the month, in the order of the visitor's language.

    Raises:
        NotFound: nothing takes place in such a month.
    """
    months = _months(visit.publication)
    if visit.slug not in months:
        raise NotFound
    order = sorted(months)
    place = order.index(visit.slug)
    first = date.fromisoformat(f"{visit.slug}-01")
    return render_template(
        "month.html",
        first=first,
        weeks=calendar.Calendar(wording.first_weekday()).monthdatescalendar(first.year, first.month),
        held=months[visit.slug],
        sooner=order[place - 1] if place else None,
        later=order[place + 1] if place + 1 < len(order) else None,
    )


def _months(publication: Publication) -> Mapping[str, Mapping[date, list[Entry]]]:
    months: dict[str, dict[date, list[Entry]]] = {}
    for entry in agenda.told(publication.entries):
        day = entry.session.date
        months.setdefault(_slug(day), {}).setdefault(day, []).append(entry)
    return months


def _slug(day: date) -> str:
    return day.isoformat()[:7]  # strftime leaves years before 1000 short
