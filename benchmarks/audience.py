"""What a subscriber sees of a calendar that is built anew at each version of a schedule, and what is so."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import icalendar

from calfeed.model import Session

_STAMPS = ("SEQUENCE", "LAST-MODIFIED", "DTSTAMP")
_SILENT = (*_STAMPS, "CREATED", "UID")


@dataclass(frozen=True, slots=True)
class Version:
    """A schedule file as it was from a UTC instant on."""

    time: datetime
    name: str
    text: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """An event as a subscriber gets it: `words` are all it says, `stamps` what tells that it changed."""

    uid: str
    words: Hashable
    stamps: Hashable
    cancelled: bool


@dataclass(frozen=True, slots=True)
class Build:
    """What a tool makes of a version: the whole feed, and the event of each session, None if it has none."""

    feed: Sequence[Seen]
    of: Mapping[Session, Seen | None]


Tool = Callable[[Version, Sequence[Session]], Build]
"""Builds the calendar of one version after the other."""


def seen(text: str | bytes) -> Iterator[Seen]:
    """Read the events of an .ics file; tasks count as such."""
    for event in icalendar.Calendar.from_ical(text).walk():
        if event.name in ("VEVENT", "VTODO"):
            said = {name: _value(value) for name, value in event.items()}
            words = sorted((name, value) for name, value in said.items() if name not in _SILENT)
            stamps = tuple(said.get(name) for name in _STAMPS)
            yield Seen(said["UID"], tuple(words), stamps, said.get("STATUS") == "CANCELLED")


def _value(value: object) -> str:
    to_ical = getattr(value, "to_ical", None)
    return to_ical().decode() if to_ical else str(value)


# ── what is surely the same session ──────────────────────────────────────────────────────────────


def _plain(text: str | None) -> str:
    return re.sub(r"\W+", " ", unicodedata.normalize("NFKC", text or "")).strip().casefold()


Traits = tuple[object, ...]


def _traits(session: Session) -> Traits:
    people = frozenset(_plain(person.name) for person in session.presenters)
    return session.date, _plain(session.title) or None, people or None


def _likeness(one: Traits, other: Traits) -> int:
    return sum(a is not None and a == b for a, b in zip(one, other, strict=True))


def same(before: Sequence[Session], after: Sequence[Session]) -> list[tuple[Session, Session]]:
    """Pair what is surely one session: two of date, title and presenters agree, and of no other pair."""
    ours, theirs = [*map(_traits, before)], [*map(_traits, after)]
    alike = [(a, b) for a, one in enumerate(ours) for b, two in enumerate(theirs) if _likeness(one, two) >= 2]
    firsts, seconds = Counter(a for a, _ in alike), Counter(b for _, b in alike)
    return [(before[a], after[b]) for a, b in alike if firsts[a] == 1 == seconds[b]]


# ── what a subscriber sees ───────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Subscriber:
    """A calendar program: an event is its UID, changes where a stamp moves, and goes when it is absent."""

    kept: dict[str, Seen] = field(default_factory=dict)

    def fetch(self, feed: Iterable[Seen]) -> None:
        """Take over a feed."""
        self.kept = {event.uid: self._newer(event) for event in feed}

    def _newer(self, event: Seen) -> Seen:
        old = self.kept.get(event.uid)
        return old if old and old.stamps == event.stamps else event


COLUMNS = ("lost", "mistaken", "duplicates", "ghosts", "stale", "unannounced", "restless")


@dataclass(slots=True)
class Score:
    """One tool's subscriber over a whole history, and what it saw, counted by column."""

    tool: Tool
    subscriber: Subscriber = field(default_factory=Subscriber)
    last: Build = field(default_factory=lambda: Build((), {}))
    counts: Counter[str] = field(default_factory=Counter)

    def fetch(self, version: Version, sessions: Sequence[Session], pairs: Mapping[Session, Session]) -> int:
        """Build and fetch a version, in which `pairs` go on; gives how many of these lost their event."""
        build = self.tool(version, sessions)
        self.subscriber.fetch(build.feed)
        lost = sum(self._is_lost(self.last.of[old], build.of[new]) for old, new in pairs.items())
        self.counts["lost"] += lost
        self._count_mistakes(build)
        self._count_feed(build.feed)
        self._count_removed(version, build, pairs)
        self.last = build
        return lost

    def _is_lost(self, before: Seen | None, after: Seen | None) -> bool:
        """Compare the events of one session; what says the same should be the same to the octet."""
        is_lost = before is not None and after is not None and before.uid != after.uid
        if before and after and before.words == after.words:
            self.counts["restless"] += is_lost or before.stamps != after.stamps
        return is_lost

    def _count_mistakes(self, build: Build) -> None:
        """Count the events that were one talk, and now are another that has nothing in common with it."""
        was = {event.uid: session for session, event in self.last.of.items() if event}
        for session, event in build.of.items():
            before = was.get(event.uid) if event else None
            if before and before.title and session.title:
                self.counts["mistaken"] += _likeness(_traits(before), _traits(session)) == 0

    def _count_feed(self, feed: Iterable[Seen]) -> None:
        uids = Counter(event.uid for event in feed)
        self.counts["duplicates"] += sum(count - 1 for count in uids.values())
        single = [event for event in feed if uids[event.uid] == 1]
        self.counts["stale"] += sum(self.subscriber.kept[each.uid].words != each.words for each in single)

    def _count_removed(self, version: Version, build: Build, pairs: Mapping[Session, Session]) -> None:
        """Count what was still to come and is no more in the schedule: it stays, or goes without a word."""
        there = {event.uid for event in build.of.values() if event}
        for session, event in self.last.of.items():
            if event is None or event.cancelled or event.uid in there or session in pairs:
                continue
            if session.date >= version.time.date():
                kept = self.subscriber.kept.get(event.uid)
                self.counts["unannounced"] += kept is None
                self.counts["ghosts"] += kept is not None and not kept.cancelled
