"""Events to Feeds: every module here is a kind of feed, offered by `gather`, or on request by `filtered`."""

from collections.abc import Iterator, Mapping, Sequence

from calfeed.feeds import everything, presenter, semester
from calfeed.model import Calendar, Event, Feed

KINDS = (everything, semester, presenter)


def gather(calendar: Calendar, events: Sequence[Event], semesters: Mapping[str, str]) -> Iterator[Feed]:
    """Give every feed that is published at a path of its own; `semesters` maps slugs to titles.

    Events keep their order in every feed.
    """
    for kind in KINDS:
        yield from kind.gather(calendar, events, semesters)
