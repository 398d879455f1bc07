"""Calendar programs that keep what they fetched and apply the next feed to it, each by its own rule.

The rules are those that the programs' sources and vendors state (R32, R38, R39, R42, R43).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Protocol

from calfeed.model import Event

_STAMPS = ("sequence", "dtstamp", "created", "last_modified", "session")
_WORDS = tuple(each.name for each in fields(Event) if each.name not in _STAMPS)


class Subscriber(Protocol):
    """Keeps events; `kept` are what its calendar holds now."""

    kept: dict[str, Event]

    def fetch(self, feed: Sequence[Event]) -> None:
        """Apply a feed to what is kept."""


@dataclass(slots=True)
class Evolution:
    """Compares DTSTAMP, LAST-MODIFIED and SEQUENCE, and nothing else."""

    kept: dict[str, Event] = field(default_factory=dict)

    def fetch(self, feed: Sequence[Event]) -> None:
        self.kept = {event.uid: self._newer(event) for event in feed}

    def _newer(self, event: Event) -> Event:
        old = self.kept.get(event.uid, event)
        return old if _revision(old) == _revision(event) else event


def _revision(event: Event) -> tuple[datetime, datetime, int]:
    return event.dtstamp, event.last_modified, event.sequence


@dataclass(slots=True)
class Icsx5:
    """Skips what has no later LAST-MODIFIED, and retains by UID what the feed still has."""

    kept: dict[str, Event] = field(default_factory=dict)

    def fetch(self, feed: Sequence[Event]) -> None:
        self.kept = {event.uid: self._newer(event) for event in feed}

    def _newer(self, event: Event) -> Event:
        old = self.kept.get(event.uid)
        return event if old is None or event.last_modified > old.last_modified else old


@dataclass(slots=True)
class Google:
    """Ignores what has no higher SEQUENCE, and removes what is cancelled."""

    kept: dict[str, Event] = field(default_factory=dict)
    known: dict[str, Event] = field(default_factory=dict)

    def fetch(self, feed: Sequence[Event]) -> None:
        self.known = {event.uid: self._newer(event) for event in feed}
        self.kept = {uid: event for uid, event in self.known.items() if event.status != "CANCELLED"}

    def _newer(self, event: Event) -> Event:
        old = self.known.get(event.uid)
        return event if old is None or event.sequence > old.sequence else old


@dataclass(slots=True)
class Vdirsyncer:
    """Takes anything but the stamps for the item's name: other words are another item."""

    kept: dict[str, Event] = field(default_factory=dict)

    def fetch(self, feed: Sequence[Event]) -> None:
        items = {words(event): event for event in self.kept.values()}
        self.kept = {event.uid: items.get(words(event), event) for event in feed}


SUBSCRIBERS: tuple[Callable[[], Subscriber], ...] = (Evolution, Icsx5, Google, Vdirsyncer)


def words(event: Event) -> tuple[object, ...]:
    """Give all that an event says but its stamps."""
    return tuple(getattr(event, name) for name in _WORDS)


@dataclass(slots=True)
class Audience:
    """One subscriber of each kind, and all that went wrong for any of them, a sentence each."""

    members: tuple[Subscriber, ...] = field(default_factory=lambda: tuple(make() for make in SUBSCRIBERS))
    wrong: list[str] = field(default_factory=list)
    before: dict[str, Event] = field(default_factory=dict)

    def fetch(self, feed: Iterable[Event], now: datetime, same: Iterable[tuple[str, str]] = ()) -> None:
        """Let everybody apply a feed; `same` are UIDs, before and now, of what is surely one talk."""
        published = tuple(feed)
        now_there = {event.uid: event for event in published}
        if len(now_there) < len(published):
            self.wrong.append("duplicate: a UID stands twice")
        for member in self.members:
            member.fetch(published)
            self.wrong += _stale(member, now_there)
        for old, new in same:
            if old != new and old in self.before and new in now_there:
                self.wrong.append(f"duplicate: {self.before[old].summary} was taken for another talk")
        for uid, event in self.before.items():
            if uid not in now_there and event.status != "CANCELLED" and event.session.date >= now.date():
                self.wrong.append(f"vanished: {event.summary} without having been cancelled")
        self.before = now_there


def _stale(member: Subscriber, published: Mapping[str, Event]) -> Iterable[str]:
    name = type(member).__name__
    expected = {
        uid: words(event)
        for uid, event in published.items()
        if not isinstance(member, Google) or event.status != "CANCELLED"
    }
    for uid in expected.keys() | member.kept.keys():
        if uid not in expected:
            yield f"ghost: {name} keeps {member.kept[uid].summary}"
        elif uid not in member.kept:
            yield f"stale: {name} lacks {published[uid].summary}"
        elif words(member.kept[uid]) != expected[uid]:
            yield f"stale: {name} keeps {member.kept[uid].summary} for {published[uid].summary}"
