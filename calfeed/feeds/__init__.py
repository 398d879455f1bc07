"""Events to Feeds: every module here is a kind of feed, offered by `gather`, or on request by `filtered`."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote

from calfeed.changes import MOST_TOLD, newest
from calfeed.feeds import everything, presenter, semester
from calfeed.model import Calendar, Change, Event, Feed
from calfeed.values import web_address

KINDS = (everything, semester, presenter)


def gather(calendar: Calendar, events: Sequence[Event], semesters: Mapping[str, str]) -> Iterator[Feed]:
    """Give every feed that is published at a path of its own; `semesters` maps slugs to titles.

    Events keep their order in every feed.
    """
    for kind in KINDS:
        yield from kind.gather(calendar, events, semesters)


def tell(calendar: Calendar, feeds: Iterable[Feed], changes: Iterable[Change]) -> tuple[Feed, ...]:
    """Give the feeds with the latest changes of what each carries, or carried under any of its paths."""
    told: dict[str, list[Change]] = defaultdict(list)
    for change in newest(changes):
        for kind in KINDS:
            for path in kind.paths(calendar, change):
                if len(told[path]) < MOST_TOLD:
                    told[path].append(change)
    return tuple(replace(feed, changes=_latest(feed, told)) for feed in feeds)


def _latest(feed: Feed, told: Mapping[str, Sequence[Change]]) -> tuple[Change, ...]:
    found = dict.fromkeys(change for path in (feed.path, *feed.aliases) for change in told.get(path, ()))
    return tuple(newest(found)[:MOST_TOLD])


def address(feed: Feed, extension: str) -> str | None:
    """Give where a feed is published in a format; None where the site has no address.

    A filter's path has a query.
    """
    path, mark, query = feed.path.partition("?")
    site = feed.calendar.site
    return web_address(f"{site}{quote(path)}.{extension}{mark}{query}") if site else None
