"""What subscribers have after any history: every talk once, as the schedule has it, under its first UID."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calfeed.events import compose, fingerprint
from calfeed.ledger.reconcile import reconcile
from calfeed.model import Calendar, Entry, Event
from calfeed.publication import is_over
from tests.properties.scripts import WEEKLY, Script, Version
from tests.subscribers import Audience

CALENDAR = Calendar("Readers", "readers")
HISTORIES = int(os.environ.get("LAWS", "1500"))

scripts = st.integers(0, 2**32).map(lambda seed: list(Script(Random(seed)).versions()))  # noqa: S311  # no secret
Publisher = Callable[[Sequence[Entry], Version], tuple[Entry, ...]]


def record(known: Sequence[Entry], version: Version) -> tuple[Entry, ...]:
    return reconcile(
        known,
        version.sessions,
        version.now,
        calendar_id="readers",
        clean=version.clean,
        fingerprint=partial(fingerprint, calendar=CALENDAR),
    )


def feed(entries: Iterable[Entry], now: datetime) -> Iterator[Event]:
    """Compose what is published: no tombstone is kept for ever (R42)."""
    for entry in entries:
        if not is_over(entry, now) and (event := compose(entry, CALENDAR)):
            yield event


def uids(entries: Iterable[Entry], version: Version) -> dict[int, str]:
    """Give the UID that each talk of a version has."""
    uid_of = {entry.session: entry.uid for entry in entries}
    return {
        number: uid_of[session]
        for number, session in zip(version.talks, version.sessions, strict=True)
        if number != WEEKLY
    }


def told(history: Iterable[Version], publish: Publisher = record) -> Audience:
    """Publish a history to one subscriber of each kind."""
    audience, names = Audience(), dict[int, str]()
    known: tuple[Entry, ...] = ()
    for version in history:
        known = publish(known, version)
        current = uids(known, version)
        same = [(names[number], uid) for number, uid in current.items() if number in names]
        audience.fetch(feed(known, version.now), version.now, same)
        names |= current
    return audience


@settings(max_examples=HISTORIES)
@given(scripts)
def test_a_talk_keeps_its_uid_through_all_that_people_do(history: list[Version]) -> None:
    known: tuple[Entry, ...] = ()
    names: dict[int, str] = {}
    for version in history:
        known = record(known, version)
        current = uids(known, version)
        assert {n: uid for n, uid in current.items() if names.get(n, uid) != uid} == {}
        assert len(set(current.values())) == len(current)
        names |= current


@settings(max_examples=HISTORIES)
@given(scripts)
def test_subscribers_have_no_duplicates_nothing_stale_and_no_ghosts(history: list[Version]) -> None:
    assert told(history).wrong == []


# ── publishers that must be found out ──


def with_constant_stamps(known: Sequence[Entry], version: Version) -> tuple[Entry, ...]:
    """Publish what changed under the stamps that it had."""
    stamps = {entry.uid: entry for entry in known}
    return tuple(
        replace(entry, sequence=old.sequence, last_modified=old.last_modified)
        if (old := stamps.get(entry.uid))
        else entry
        for entry in record(known, version)
    )


def with_new_uids(known: Sequence[Entry], version: Version) -> tuple[Entry, ...]:
    """Publish everything under other UIDs than the last time."""
    build = f"{version.now:%Y%m%d%H}-{len(known)}"
    return tuple(replace(entry, uid=f"{entry.uid}-{build}") for entry in record((), version))


def that_drops(known: Sequence[Entry], version: Version) -> tuple[Entry, ...]:
    """Publish what was read and nothing else."""
    return tuple(entry for entry in record(known, version) if entry.session in version.sessions)


@pytest.mark.parametrize(
    ("publish", "fault"),
    [(with_constant_stamps, "stale"), (with_new_uids, "duplicate"), (that_drops, "vanished")],
)
def test_a_bad_publisher_is_found_out(publish: Publisher, fault: str) -> None:
    histories = (list(Script(Random(seed)).versions()) for seed in range(50))  # noqa: S311  # no secret
    assert any(wrong.startswith(fault) for history in histories for wrong in told(history, publish).wrong)
