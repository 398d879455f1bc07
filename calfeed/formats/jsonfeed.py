"""Feed -> bytes of a JSON Feed 1.1 (jsonfeed.org): one item for each change of its sessions, newest first."""

import json
from functools import lru_cache
from typing import Any

from calfeed.changes import describe, details, identifier, tags
from calfeed.events import page
from calfeed.feeds import address
from calfeed.model import Calendar, Change, Feed
from calfeed.plain import line
from calfeed.values import web_address

MEDIA_TYPE = "application/feed+json; charset=utf-8"
EXTENSION = "changes.json"


def render(feed: Feed) -> bytes:
    """Write what changed in a feed, in the order in which the feed tells of it."""
    calendar = feed.calendar
    said = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": line(feed.name),
        "description": line(feed.description),
        "language": line(calendar.language),
        "home_page_url": web_address(calendar.site),
        "feed_url": address(feed, EXTENSION),
        "authors": [{"name": line(calendar.name)}],
        "items": [_item(change, calendar) for change in feed.changes],
    }
    return f"{json.dumps(_known(said), ensure_ascii=False)}\n".encode()


@lru_cache(maxsize=2**14)
def _item(change: Change, calendar: Calendar) -> dict[str, Any]:
    author = line(change.author)
    return _known(
        {
            "id": identifier(change),
            "url": page(calendar, change.uid),
            "title": describe(change),
            "content_text": details(change),
            "date_published": f"{change.time:%Y-%m-%dT%H:%M:%SZ}",
            "authors": [{"name": author}] if author else None,
            "tags": tags(change),
        }
    )


def _known(said: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is not known: the format has no null."""
    return {name: value for name, value in said.items() if value not in (None, "")}
