"""Which session is which: known entries and the sessions read now, in pairs.  Pure.

A wrong pair is worse than a lost one: it moves a subscriber's notes to another talk.  So two sessions
are one only where they agree in date, title or presenters, and where they agree in just one of these,
only by a rule of `_WEAK`.  To refine the matching is to edit the tables `_STRONG` and `_WEAK`.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from difflib import SequenceMatcher
from operator import attrgetter
from typing import TypeVar

from calfeed.diagnostics import Position
from calfeed.model import Entry, Session, State, Status

_MEETING = (Status.CONFIRMED, Status.TENTATIVE)
_PROMISED = (State.CONFIRMED, State.TENTATIVE)
_IDLE = (Status.PLACEHOLDER, Status.NO_MEETING)
_ALIKE = 0.85  # of two titles' letters or words
_FEW = 8  # of many sessions with one title or presenter, so many are looked at

_Order = tuple[date, str, list[str], str, str, Position]
_T = TypeVar("_T", bound=Hashable)
_Key = Callable[["_Look"], Hashable]

_by = attrgetter
_order = _by("order")
_place = _by("session.source")
_identity = _by("date", "title", "people")


def match(
    entries: Iterable[Entry], sessions: Iterable[Session], today: date
) -> tuple[Mapping[str, Session], tuple[Session, ...]]:
    """Give each known UID the session it has now, where there is one, and the sessions without an entry.

    Neither the order of the entries nor that of the sessions matters; near-linear in both.
    """
    news = sorted((_look(session, today) for session in sessions), key=_order)
    pairs = _pairs([_look(entry.session, today, entry) for entry in entries], news)
    matched = set(pairs.values())
    unmatched = tuple(new.session for new in news if new not in matched)
    return {old.uid: new.session for old, new in pairs.items()}, unmatched


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """A session as the matching sees it: case and punctuation do not count, missing is empty.

    `idle` is a slot without a meeting, `past` began before today, `promised` is what subscribers expect
    to happen, `gone` what was cancelled because its row was lost.  `order` puts content before place,
    so that moving rows about changes nothing.
    """

    session: Session
    uid: str
    order: _Order
    date: date
    title: str
    people: frozenset[str]
    idle: bool
    past: bool
    promised: bool
    gone: bool


def _look(session: Session, today: date, entry: Entry | None = None) -> _Look:
    title = _plain(session.title or "")
    people = frozenset(_plain(person.name) for person in session.presenters) - {""}
    names, links = [person.name for person in session.presenters], [link.url for link in session.links]
    written = session.start, session.end, session.status, session.title, names, session.location, links
    state = entry.state if entry is not None else None
    uid = entry.uid if entry is not None else ""
    return _Look(
        session=session,
        uid=uid,
        date=session.date,
        title=title,
        people=people,
        idle=session.status in _IDLE,
        past=session.date < today,
        promised=state in _PROMISED,
        gone=state is State.CANCELLED and session.status in _MEETING,
        order=(session.date, title, sorted(people), f"{session.paper_url} {written}", uid, session.source),
    )


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", unicodedata.normalize("NFKC", text)).strip().casefold()


def _pairs(olds: Sequence[_Look], news: Sequence[_Look]) -> dict[_Look, _Look]:
    """Pair known sessions with those read now, each stage among what the one before left over."""
    titles = _once(old.title for old in olds) & _once(new.title for new in news)
    pairs = _untouched(olds, news)
    for keys, rules in _STAGES:
        olds, news = _left(olds, news, pairs)
        days = _once(old.date for old in olds if old.promised) & _once(new.date for new in news)
        candidates = (
            _Pair(old, new, distinct=old.title in titles, alone=old.date in days)
            for old, new in _sharing(keys, olds, news)
        )
        pairs |= _assign(candidates, rules)
    return pairs


def _untouched(olds: Iterable[_Look], news: Iterable[_Look]) -> dict[_Look, _Look]:
    """Pair the rows that nobody touched, wherever they stand now; of equal ones the lesser UIDs stay."""
    rows: dict[Session, list[_Look]] = defaultdict(list)
    for old in sorted(olds, key=_by("uid")):
        if not old.gone:
            rows[_placeless(old.session)].append(old)
    equals: dict[Session, list[_Look]] = defaultdict(list)
    for new in news:
        equals[_placeless(new.session)].append(new)
    return {
        old: new
        for content, group in equals.items()
        for old, new in zip(
            sorted(rows[content][: len(group)], key=_place), sorted(group, key=_place), strict=False
        )
    }


def _placeless(session: Session) -> Session:
    return replace(session, source=Position(""))


def _left(
    olds: Iterable[_Look], news: Iterable[_Look], pairs: Mapping[_Look, _Look]
) -> tuple[list[_Look], list[_Look]]:
    matched = set(pairs.values())
    return [old for old in olds if old not in pairs], [new for new in news if new not in matched]


def _once(values: Iterable[_T]) -> set[_T]:
    return {value for value, times in Counter(values).items() if times == 1}


def _sharing(
    keys: Iterable[_Key], olds: Iterable[_Look], news: Iterable[_Look]
) -> Iterator[tuple[_Look, _Look]]:
    """Give the pairs that share a key; where many share it (a weekly title), only those close by."""
    in_order = sorted(olds, key=_order)
    for key in keys:
        buckets: dict[Hashable, list[_Look]] = defaultdict(list)
        for old in in_order:
            buckets[key(old), old.promised].append(old)
        for new in news:
            for promised in (True, False) if key(new) else ():  # tombstones crowd nobody out
                bucket = buckets.get((key(new), promised), [])
                if len(bucket) > _FEW:
                    middle = bisect_left(bucket, new.order, key=_order)
                    bucket = bucket[max(0, middle - _FEW // 2) : middle + _FEW // 2]
                yield from ((old, new) for old in bucket)


def _assign(candidates: Iterable["_Pair"], rules: "_Rules") -> dict[_Look, _Look]:
    """Take the strongest pairs first, and of equally strong ones the nearest."""
    ranked = [(strength, pair) for pair in candidates if (strength := _strength(pair, rules))]
    pairs: dict[_Look, _Look] = {}
    taken: set[_Look] = set()
    for _, pair in sorted(ranked, key=lambda each: (each[0], each[1].distance)):
        if pair.old not in pairs and pair.new not in taken:
            pairs[pair.old] = pair.new
            taken.add(pair.new)
    return pairs


# ── The rules of evidence ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two sessions that may be one, and in what they agree; what is missing agrees with nothing.

    `distinct`: the title stands once among the old and once among the new; `alone`: so does the day,
    among what is left.
    """

    old: _Look
    new: _Look
    distinct: bool
    alone: bool

    @property
    def date(self) -> bool:
        return self.old.date == self.new.date

    @property
    def title(self) -> bool:
        return self.old.title == self.new.title != ""

    @property
    def people(self) -> bool:
        return self.old.people == self.new.people != frozenset()

    @property
    def paper(self) -> bool:
        return self.old.session.paper_url == self.new.session.paper_url is not None

    @property
    def distance(self) -> tuple[timedelta, bool, bool, _Order, _Order]:
        """Sort by time, then by what else differs, then by place, so that there are no ties."""
        old, new = self.old, self.new
        other_start = old.session.start != new.session.start
        return abs(old.date - new.date), not self.paper, other_start, old.order, new.order

    @property
    def wakes(self) -> bool:
        return self.old.past and not self.new.past


def _details_changed(pair: _Pair) -> bool:
    return _identity(pair.old) == _identity(pair.new) and not pair.old.gone


def _restored(pair: _Pair) -> bool:
    return _identity(pair.old) == _identity(pair.new)


def _same_day_and_title(pair: _Pair) -> bool:
    return pair.date and pair.title


def _same_talk(pair: _Pair) -> bool:
    return pair.title and pair.people


def _same_day_and_people(pair: _Pair) -> bool:
    return pair.date and pair.people


def _same_paper(pair: _Pair) -> bool:
    return pair.paper and (pair.date or pair.title or pair.people)


def _same_title(pair: _Pair) -> bool:
    """A weekly title is no reason to call off what was held and hold it again."""
    return pair.title and (pair.distinct or not pair.wakes)


def _title_corrected(pair: _Pair) -> bool:
    return (pair.date or pair.people) and _alike(pair.old.title, pair.new.title)


def _team_changed(pair: _Pair) -> bool:
    return pair.date and not pair.old.people.isdisjoint(pair.new.people)


def _slot_filled(pair: _Pair) -> bool:
    return pair.date and not pair.old.title and not pair.old.people


def _turn_moved(pair: _Pair) -> bool:
    """A presenter's turn goes to another day, its title still open (or open again)."""
    return pair.people and not (pair.old.title and pair.new.title) and not pair.wakes


def _slot_changed(pair: _Pair) -> bool:
    """One thing was written over another: the presenter of an open title, or the title where nobody
    is ever named.  Where the paper changes with the title nothing but the day is left in common.
    """
    old, new = pair.old, pair.new
    papers = {old.session.paper_url, new.session.paper_url} - {None}
    retitled = bool(new.title) and not old.people and not new.people and len(papers) < 2
    return pair.date and pair.alone and old.promised and (not old.title or retitled)


_STRONG = (_restored, _same_day_and_title, _same_talk, _same_day_and_people)
_WEAK = (_same_paper, _same_title, _title_corrected, _team_changed, _slot_filled, _turn_moved, _slot_changed)
_Rules = tuple[Callable[[_Pair], bool], ...]
_STAGES: tuple[tuple[tuple[_Key, ...], _Rules], ...] = (
    ((_identity,), (_details_changed,)),
    ((_identity, _by("date", "title"), _by("title", "people"), _by("date", "people")), _STRONG),
    ((_by("date"), _by("title"), _by("people")), _WEAK),
)


def _strength(pair: _Pair, rules: _Rules) -> tuple[int, ...] | None:
    """Name the first rule that holds (0 is strongest), what is promised before all else.

    Weak evidence makes no idle slot of a talk: the talk is cancelled under its own name, and what
    fills the slot later is another one.
    """
    if rules is _WEAK and pair.new.idle and not pair.old.idle:
        return None
    place = next((place for place, rule in enumerate(rules) if rule(pair)), None)
    return None if place is None else (int(not pair.old.promised), place)


def _alike(title: str, other: str) -> bool:
    """Tell whether one title is the other misspelt or cut short."""
    words, others = set(title.split()), set(other.split())
    fewer = min(len(words), len(others))
    if fewer >= 2 and len(words & others) >= _ALIKE * fewer:
        return True
    matcher = SequenceMatcher(None, title, other, autojunk=False)
    return bool(fewer) and matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE
