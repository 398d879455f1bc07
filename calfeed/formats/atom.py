"""Feed -> bytes of an Atom feed (RFC 4287): one entry for each change of its sessions, newest first.

The same changes give the same bytes: nothing in it is the time at which it was written.  Each entry is
rendered once, kept, and spliced into every feed that tells of its change.
"""

from datetime import UTC, datetime
from functools import lru_cache
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from calfeed.changes import describe, details, identifier, tags
from calfeed.events import page
from calfeed.feeds import address
from calfeed.model import Calendar, Change, Feed
from calfeed.plain import line
from calfeed.values import web_address

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
EXTENSION = "atom"

_END = b"</feed>\n"
_NEVER = datetime.fromtimestamp(0, UTC)
"""When a feed was updated that has nothing to tell yet."""


def render(feed: Feed) -> bytes:
    """Write what changed in a feed, in the order in which the feed tells of it."""
    calendar = feed.calendar
    own = address(feed, EXTENSION)
    root = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": line(calendar.language)})
    _add(root, "id", own or uuid5(NAMESPACE_URL, f"{calendar.slug}/{feed.path}").urn)
    _add(root, "title", line(feed.name))
    if feed.description:
        _add(root, "subtitle", line(feed.description))
    _add(root, "updated", _stamp(max((change.time for change in feed.changes), default=_NEVER)))
    _add(SubElement(root, "author"), "name", line(calendar.name))
    _link(root, "self", own, "application/atom+xml")
    _link(root, "alternate", web_address(calendar.site), "text/html")
    _add(root, "generator", "calfeed")
    head = _written(root, declared=True).removesuffix(_END)
    return b"".join((head, *(_entry(change, calendar) for change in feed.changes), _END))


@lru_cache(maxsize=2**14)
def _entry(change: Change, calendar: Calendar) -> bytes:
    entry = Element("entry")
    _add(entry, "id", identifier(change))
    _add(entry, "title", describe(change))
    _add(entry, "updated", _stamp(change.time))
    if change.author:
        _add(SubElement(entry, "author"), "name", line(change.author))
    _link(entry, "alternate", page(calendar, change.uid), "text/html")
    for tag in tags(change):
        SubElement(entry, "category", {"term": tag})
    _add(entry, "content", details(change))
    return _written(entry)


def _written(element: Element, *, declared: bool = False) -> bytes:
    indent(element, " ")
    body: bytes = tostring(element, encoding="utf-8", xml_declaration=declared)
    return body + b"\n"


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text


def _link(parent: Element, relation: str, target: str | None, media_type: str) -> None:
    if target:
        SubElement(parent, "link", {"rel": relation, "type": media_type, "href": target})


def _stamp(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"
