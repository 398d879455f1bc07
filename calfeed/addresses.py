"""Feeds to feeds that answer at every path that was ever published.  Pure.

feeds + the stamps of what was published before ─▶ the same feeds with aliases, and those that ended
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from difflib import SequenceMatcher

from calfeed.model import Calendar, Feed, Stamp
from calfeed.settings import Settings
from calfeed.values import slug


def keep_addresses(
    calendar: Calendar, gathered: Iterable[Feed], settings: Settings, stamps: Iterable[Stamp]
) -> tuple[Feed, ...]:
    """Leave no path that was ever published without an answer (R76, R82).

    A path whose feed has another name now leads to that feed; one whose feed is no more answers
    with a feed of no events, so that nothing stays on a subscriber's phone for ever.
    """
    feeds = {feed.path: feed for feed in gathered}
    heirs = {path: heir for path, heir in _aliases(settings) if path not in feeds and heir in feeds}
    # Every feed was published as a calendar, too: its paths in other formats say nothing more.
    stamps = tuple(stamp for stamp in stamps if stamp.path.endswith(".ics"))
    known = {_feed_path(stamp): stamp.digest for stamp in stamps}
    new = [feed for feed in feeds.values() if feed.path not in known]
    followed = {digest: path for path, digest in known.items() if path in feeds}
    ended: dict[str, Feed] = {}
    for stamp in stamps:
        path = _feed_path(stamp)
        if path in feeds or path in heirs:
            continue
        # A path that gave the bytes of another last time goes on doing so.
        if heir := followed.get(stamp.digest) or _heir(path, frozenset(stamp.uids), new):
            heirs[path] = heir
        else:
            ended[path] = Feed(calendar, path, stamp.name, "", ())
    named = (
        replace(feed, aliases=tuple(path for path, heir in sorted(heirs.items()) if heir == feed.path))
        for feed in feeds.values()
    )
    return (*named, *ended.values())


def stamped(feeds: Iterable[Feed], stamps: Iterable[Stamp], moment: datetime) -> tuple[Stamp, ...]:
    """Remember which paths there were in a past that nobody rendered: paths of one feed share a digest."""
    known = {stamp.path: stamp for stamp in stamps}
    for feed in feeds:
        uids = tuple(event.uid for event in feed.events)
        for path in (feed.path, *feed.aliases):
            url = f"/{path}.ics"
            known[url] = Stamp(url, f"unrendered {feed.path}", moment, feed.name, uids)
    return tuple(known[path] for path in sorted(known))


def _feed_path(stamp: Stamp) -> str:
    return stamp.path.removeprefix("/").removesuffix(".ics")


def _aliases(settings: Settings) -> Iterator[tuple[str, str]]:
    for person in settings.people:
        own = person.slug or slug(person.name)
        for name in (person.name, *person.aliases):
            for kind in ("presenter", "presenting"):
                yield f"{kind}/{slug(name)}", f"{kind}/{own}"


def _heir(path: str, uids: frozenset[str], feeds: Iterable[Feed]) -> str | None:
    """Find what an abandoned path is called now: the new feed of its kind that carries most of its events,
    and for a person nearly the same name: a talk that went to somebody else takes no subscriber along.
    """
    kind, _, name = path.partition("/")
    shares: dict[str, float] = {}
    for feed in feeds:
        own_kind, _, own_name = feed.path.partition("/")
        alike = kind in ("calendar", "semester") or SequenceMatcher(None, own_name, name).ratio() > 0.8
        if own_kind == kind and alike:
            carried = {event.uid for event in feed.events}
            shares[feed.path] = len(carried & uids) / (len(carried | uids) or 1)
    best = max(sorted(shares), key=lambda each: shares[each], default=None)
    return best if best and (kind == "calendar" or shares[best] > 0.5) else None
