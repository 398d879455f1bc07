"""Sessions to Entries: what subscribers are told, and which revision of it.  Pure.

known entries + sessions read now ──matching──▶ pairs ──▶ entries, each with the session it has now
"""

import json
from collections import defaultdict
from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from uuid import UUID, uuid5

from calfeed.diagnostics import Position
from calfeed.ledger.evidence import PROMISED
from calfeed.ledger.matching import identity, match
from calfeed.model import Entry, Inside, Session, State, Status

NAMESPACE = UUID("5b3c1d0e-7c1f-4a53-9a35-0d1f4a6f8e52")
"""In which a calendar's id becomes the namespace of its UIDs (R33).  It never changes."""

_IDLE = (Status.PLACEHOLDER, Status.NO_MEETING)


def reconcile(  # noqa: PLR0913 - all that decides is said, and by name
    known: Iterable[Entry],
    sessions: Sequence[Session],
    now: datetime,
    *,
    calendar_id: str,
    clean: Container[str],
    fingerprint: Callable[[Entry], str],
    others: Iterable[Entry] = (),
    concealed: Callable[[Session], str] = lambda _: "",
) -> tuple[Entry, ...]:
    """Give every session its entry, the one it had or a new one; no entry is ever forgotten.

    `now` is a UTC instant in whole seconds.  `clean` holds the paths of the sources that were read
    without any error: only there is absence evidence.  `fingerprint` digests all that subscribers see
    of an entry but its stamps (R41); of silent entries it is not asked.  `others` are the calendar's
    entries in which these sessions have no say: they stay as they are, and so do their UIDs.  `concealed`
    digests what only members see of a session.  All entries come back in `chronological` order; the order
    of the arguments does not matter.
    """
    entries, others = tuple(known), tuple(others)
    today = now.date()
    session_of, unmatched = match(entries, sessions, today)
    told = [
        replace(entry, session=session, state=_state(session, entry.state))
        for entry in entries
        if (session := session_of.get(entry.uid))
    ]
    lost = [entry for entry in entries if entry.uid not in session_of]
    twins = frozenset(map(identity, sessions)) if lost else frozenset()
    told += (_lost(entry, today, clean, twins) for entry in lost)
    kept = [_revise_inside(_revise(entry, now, fingerprint), now, concealed) for entry in told]
    taken = {entry.uid for entry in (*entries, *others)}
    minted = _first_seen(unmatched, now, calendar_id, taken, fingerprint)
    first = [replace(each, inside=Inside(fingerprint=concealed(each.session))) for each in minted]
    return tuple(sorted([*kept, *first, *others], key=chronological))


def chronological(entry: Entry) -> tuple[date, Position, str]:
    """Put entries in order of date, then of place in the source: a key for `sorted`."""
    return entry.session.date, entry.session.source, entry.uid


# ── What subscribers are told ────────────────────────────────────────────────────────────────────


def _lost(entry: Entry, today: date, clean: Container[str], twins: Container[Hashable]) -> Entry:
    """Cancel what was promised and is not read any more, where that is evidence.

    What is past was held, and stays; but of what had stood twice by mistake one is enough.
    """
    session = entry.session
    if entry.state not in PROMISED or session.source.path not in clean:
        return entry
    if session.date >= today or identity(session) in twins:
        return replace(entry, state=State.CANCELLED)
    return entry


def _state(session: Session, before: State) -> State:
    """Tell of a slot without a meeting only those who hold an event for it."""
    if session.status in _IDLE:
        return State.SILENT if before is State.SILENT else State.CANCELLED
    return State(session.status.value)


def _revise(entry: Entry, now: datetime, fingerprint: Callable[[Entry], str]) -> Entry:
    """Count a revision if there is anything new to see; the stamps never go back (R38, R40)."""
    digest = _digest(entry, fingerprint)
    if digest == entry.fingerprint:
        return entry
    modified = max(now, entry.last_modified + timedelta(seconds=1))
    return replace(entry, sequence=entry.sequence + 1, last_modified=modified, fingerprint=digest)


def _revise_inside(entry: Entry, now: datetime, concealed: Callable[[Session], str]) -> Entry:
    """Count what is new to members alone."""
    digest, inside = concealed(entry.session), entry.inside
    if digest == inside.fingerprint:
        return entry
    modified = max(now, inside.last_modified + timedelta(seconds=1)) if inside.last_modified else now
    return replace(entry, inside=Inside(inside.changes + 1, modified, digest))


def _digest(entry: Entry, fingerprint: Callable[[Entry], str]) -> str:
    if entry.state is State.SILENT:
        return f"silent {entry.session.status} {_content(entry.session)}"
    return fingerprint(entry)


def _first_seen(
    sessions: Iterable[Session],
    now: datetime,
    calendar_id: str,
    taken: Container[str],
    fingerprint: Callable[[Entry], str],
) -> Iterator[Entry]:
    """Mint an entry for each session: the first UID of its content that nobody ever had."""
    namespace = uuid5(NAMESPACE, calendar_id)
    numbers: dict[str, Iterator[int]] = defaultdict(count)  # equal sessions go on where the last one stopped
    for session in sessions:
        content = json.dumps({"id": session.id}) if session.id else _content(session)
        uids = (str(uuid5(namespace, f"{content}#{number}")) for number in numbers[content])
        uid = next(uid for uid in uids if uid not in taken)
        entry = Entry(uid, 0, now, now, _state(session, State.SILENT), session)
        yield replace(entry, fingerprint=_digest(entry, fingerprint))


def _content(session: Session) -> str:
    return json.dumps([str(session.date), session.title, [person.name for person in session.presenters]])
