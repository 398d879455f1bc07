"""Feed -> bytes of a table for spreadsheets (RFC 4180): a row for each session.

It starts with a byte order mark, by which Excel knows UTF-8.  A cell that a spreadsheet would take for
a formula has an apostrophe before it.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from io import StringIO

from calfeed.model import Event, Feed, LinkKind, Role, Session
from calfeed.plain import line
from calfeed.values import web_address

MEDIA_TYPE = "text/csv; charset=utf-8"
EXTENSION = "csv"

COLUMNS = (
    "uid",
    "date",
    "start",
    "end",
    "timezone",
    "status",
    "title",
    "venue",
    "location",
    "presenters",
    "assistants",
    "paper",
    "slides",
    "video",
    "summary",
    "url",
    "semester",
)
_FORMULA = re.compile(r"(?:^|(?<=;))(?=\s*[=+\-@\t\r\n＝＋－＠])")
"""Where a formula would begin: after a semicolon, too, with which some countries part their cells."""


def render(feed: Feed) -> bytes:
    """Write a row for each event of a feed, in their order, below the names of the columns."""
    return "".join(("\N{BYTE ORDER MARK}", _row(COLUMNS), *map(_session_row, feed.events))).encode()


@lru_cache(maxsize=2**14)
def _told(uid: str, url: str | None, session: Session) -> str:
    told = {"uid": uid, "url": url, **_when(session), **_what(session)}
    return _row(_FORMULA.sub("'", line(told[column])) for column in COLUMNS)


def _session_row(event: Event) -> str:
    return _told(event.uid, event.url, event.session)


def _when(session: Session) -> Mapping[str, str | None]:
    """Tell the time by the clock on the wall, in a form that spreadsheets take for one."""
    return {
        "date": session.date.isoformat(),
        "start": _wall(session.start),
        "end": _wall(session.end),
        "timezone": session.timezone,
        "semester": session.semester.title,
    }


def _wall(moment: datetime | None) -> str | None:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else None


def _what(session: Session) -> Mapping[str, str | None]:
    return {
        "status": session.status,
        "title": session.title,
        "venue": session.venue.name if session.venue else None,
        "location": session.location,
        "presenters": _names(session, Role.PRESENTER),
        "assistants": _names(session, Role.ASSISTANT),
        "paper": web_address(session.paper_url),
        "slides": _links(session, "slides"),
        "video": _links(session, "video"),
        "summary": _links(session, "summary"),
    }


def _names(session: Session, role: Role) -> str:
    return ", ".join(person.name for person in session.presenters if person.role is role)


def _links(session: Session, kind: LinkKind) -> str:
    return " ".join(filter(None, (web_address(link.url) for link in session.links if link.kind == kind)))


def _row(cells: Iterable[str]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue()
