"""Which session is which: known entries and the sessions read now, in pairs.  Pure.

The same id ──▶ rows that nobody touched ──▶ what is left over, by strong and then by weak evidence
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, timedelta
from operator import attrgetter
from typing import TypeVar

from calfeed.ledger.assignment import assign
from calfeed.ledger.evidence import (
    NOTHING,
    PROMISED,
    STAGES,
    Key,
    Look,
    Pair,
    Words,
    is_gone,
    look,
    rank,
    words,
)
from calfeed.model import Entry, Session

_FEW = 8  # of many sessions with one title or presenter, so many are looked at
_STAYED = timedelta()

_Numbers = dict[int, int]  # of known entries and of the sessions that they have now
_T = TypeVar("_T", bound=Hashable)

_order = attrgetter("order")
_content = attrgetter(*(each.name for each in fields(Session) if each.name != "source"))


def match(
    entries: Iterable[Entry], sessions: Iterable[Session], today: date
) -> tuple[Mapping[str, Session], tuple[Session, ...]]:
    """Give each known UID the session it has now, where there is one, and the sessions without an entry.

    Neither the order of the entries nor that of the sessions matters; near-linear in both.  A row that
    nobody touched costs two look-ups; only what is left over is looked at closely.
    """
    olds, news = list(entries), list(sessions)
    pairs = _same_id(olds, news)
    untouched, moved = _untouched(olds, news, pairs)
    pairs |= untouched
    session_of = {olds[old].uid: news[new] for old, new in pairs.items()}
    if len(pairs) == len(news):
        return session_of, ()
    titles = _once(words(old.session).title for old in olds) & _once(words(new).title for new in news)
    taken = set(pairs.values())
    looks = [
        look(old.session, today, old, moved.get(number, _STAYED))
        for number, old in enumerate(olds)
        if number not in pairs
    ]
    rest = sorted((look(new, today) for n, new in enumerate(news) if n not in taken), key=_order)
    found = _pairs(looks, rest, titles)
    session_of |= {old.uid: new.session for old, new in found.items()}
    matched = set(found.values())
    return session_of, tuple(new.session for new in rest if new not in matched)


def identity(session: Session) -> Hashable:
    """Give what nobody could tell two sessions apart by: the day, the hour, and the words."""
    return session.date, session.start, words(session)


# ── Rows that say who they are, and rows that nobody touched ─────────────────────────────────────


def _same_id(olds: Sequence[Entry], news: Sequence[Session]) -> _Numbers:
    """Pair what the organiser calls by the same id; one that stands twice tells nobody apart."""
    alone = _once(new.id for new in news) - {None}
    known: dict[str | None, list[int]] = defaultdict(list)
    for number, old in enumerate(olds if alone else ()):
        known[old.session.id].append(number)
    pairs: _Numbers = {}
    for number, new in enumerate(news):
        if new.id in alone and (group := known[new.id]):
            equal = [old for old in group if _content(olds[old].session) == _content(new)]
            promised = [old for old in group if olds[old].state in PROMISED]
            alike = equal if len(equal) == 1 else promised or group
            pairs |= {alike[0]: number} if len(alike) == 1 else {}
    return pairs


def _untouched(
    olds: Sequence[Entry], news: Sequence[Session], named: _Numbers
) -> tuple[_Numbers, Mapping[int, timedelta]]:
    """Pair the rows that nobody touched, but for moving many at once; tell by how much those moved.

    Rows of one name (“Seminar”) move where more of them are then found than if they had stayed.
    """
    stayed = _equal(olds, news, named, {})
    if len(stayed) + len(named) == len(news) or not (moved := _moved_along(olds, news)):
        return stayed, {}
    along = _equal(olds, news, named, moved)
    gain: Counter[Words] = Counter()
    for number in moved:
        gain[words(olds[number].session)] += (number in along) - (number in stayed)
    moved = {number: by for number, by in moved.items() if gain[words(olds[number].session)] > 0}
    return (_equal(olds, news, named, moved), moved) if moved else (stayed, {})


def _equal(
    olds: Sequence[Entry], news: Sequence[Session], named: _Numbers, moved: Mapping[int, timedelta]
) -> _Numbers:
    """Pair equal rows, wherever they stand now; of several those changed last, then the lesser UIDs, stay."""
    rows: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for number, old in enumerate(olds):
        if number not in named and not is_gone(old):
            shift = moved.get(number)
            rows[_content(_shifted(old.session, shift) if shift else old.session)].append(number)
    equals: dict[tuple[object, ...], list[int]] = defaultdict(list)
    taken = set(named.values())
    for number, new in enumerate(news):
        if number not in taken and (content := _content(new)) in rows:
            equals[content].append(number)
    pairs: _Numbers = {}
    for content, group in equals.items():
        known = rows[content]
        if len(known) > 1 or len(group) > 1:
            known = sorted(known, key=lambda n: olds[n].uid)
            known = sorted(known, key=lambda n: olds[n].last_modified, reverse=True)[: len(group)]
            known.sort(key=lambda n: (olds[n].session.source, olds[n].uid))
            group.sort(key=lambda n: news[n].source)
        pairs.update(zip(known, group, strict=False))
    return pairs


def _shifted(session: Session, by: timedelta) -> Session:
    start, end = (moment and moment + by for moment in (session.start, session.end))
    return replace(session, date=session.date + by, start=start, end=end)


def _moved_along(olds: Sequence[Entry], news: Sequence[Session]) -> Mapping[int, timedelta]:
    """Tell by how much the rows moved that have no name of their own: as the talks did around them.

    A whole semester that begins a week later takes its weekly titles and open slots along.
    """
    living = [number for number, old in enumerate(olds) if not is_gone(old)]
    day_of = {words(new): new.date for new in news}
    known = _once(words(olds[number].session) for number in living) & _once(map(words, news)) - {NOTHING}
    anchors = sorted(
        (old.date, day_of[said] - old.date)
        for old in (olds[number].session for number in living)
        if (said := words(old)) in known
    )
    if not any(by for _, by in anchors):
        return {}
    days = [day for day, _ in anchors]
    moved: dict[int, timedelta] = {}
    for number in living:
        if words(old := olds[number].session) not in known:
            at = bisect_left(days, old.date)
            around = {by for _, by in anchors[max(0, at - 1) : at + 1] if by}
            moved |= {number: around.pop()} if len(around) == 1 else {}
    return moved


def _pairs(olds: Sequence[Look], news: Sequence[Look], titles: Collection[str]) -> dict[Look, Look]:
    """Pair known sessions with those read now, each stage among what the one before left over.

    `titles` stand once among all that was known and once among all that was read.
    """
    pairs: dict[Look, Look] = {}
    for keys, rules in STAGES:
        matched = set(pairs.values())
        olds, news = [old for old in olds if old not in pairs], [new for new in news if new not in matched]
        days = _once(old.date for old in olds if old.promised) & _once(new.date for new in news)
        candidates = sorted(set(_sharing(keys, olds, news)), key=lambda pair: (pair[0].order, pair[1].order))
        costs: dict[tuple[Look, Look], tuple[int, int]] = {}
        for old, new in candidates:
            pair = Pair(old, new, distinct=old.title in titles, alone=old.date in days)
            if (strength := rank(pair, rules)) is not None:
                costs[old, new] = strength, pair.distance
        pairs |= assign(costs)
    return pairs


def _once(values: Iterable[_T]) -> set[_T]:
    return {value for value, times in Counter(values).items() if times == 1}


def _sharing(keys: Iterable[Key], olds: Iterable[Look], news: Iterable[Look]) -> Iterator[tuple[Look, Look]]:
    """Give the pairs that share a key; where many share it (a weekly title), only those close by."""
    in_order = sorted(olds, key=_order)
    for key in keys:
        buckets: dict[Hashable, list[Look]] = defaultdict(list)
        for old in in_order:
            buckets[key(old), old.promised].append(old)
        for new in news:
            for promised in (True, False) if key(new) else ():  # tombstones crowd nobody out
                bucket = buckets.get((key(new), promised), [])
                if len(bucket) > _FEW:
                    middle = bisect_left(bucket, new.order, key=_order)
                    bucket = bucket[max(0, middle - _FEW // 2) : middle + _FEW // 2]
                yield from ((old, new) for old in bucket)
