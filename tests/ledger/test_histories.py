"""Schedules as they were edited, version by version: what subscribers make of each."""

import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from calfeed.events import compose
from calfeed.ledger import open_ledger
from calfeed.model import Calendar, Entry
from calfeed.publication import identify, is_over
from calfeed.sources import locate
from tests.likeness import agreement
from tests.subscribers import Audience

OURS = Path(__file__).parent.parent / "histories"
THEIRS = Path(__file__).parents[3] / "shared" / "history"
"""Further histories, where somebody keeps some beside the repository: a version a line, as JSON."""

CALENDAR = Calendar("Readers", "readers")
SKIPPED = 5
"""Of those only each fifth version is read, or the tests would take a minute."""

Versions = list[tuple[datetime, str]]


def histories() -> Iterator[tuple[str, Path]]:
    yield from ((folder.name, folder) for folder in sorted(OURS.iterdir()))
    yield from ((file.name, file) for file in sorted(THEIRS.glob("*.jsonl.gz")))


def versions(place: Path) -> Versions:
    if place.is_dir():
        files = sorted(place.glob("*.md"))
        return [(datetime.fromisoformat(f"{file.stem}T12:00Z"), file.read_text("utf-8")) for file in files]
    with gzip.open(place, "rt", encoding="utf-8") as lines:
        stored = [json.loads(line) for line in lines][::SKIPPED]
    return [(datetime.fromtimestamp(each["time"], UTC), each["text"]) for each in stored]


def replayed(history: Versions, folder: Path) -> Iterator[tuple[datetime, tuple[Entry, ...], list[Entry]]]:
    """Give the moment of each version, all that is remembered then, and of it what the version says."""
    ledger = open_ledger("memory:")
    for now, text in history:
        (folder / "README.md").write_text(text, "utf-8")
        schedule, memory = identify(locate(["README.md"], None, folder), ledger, now, record=True)
        said = Counter(schedule.sessions)
        yield now, memory.entries, [entry for entry in memory.entries if entry.session in said]


@pytest.mark.parametrize("place", [pytest.param(place, id=name) for name, place in histories()])
def test_subscribers_have_each_talk_once_and_as_it_is_now(place: Path, tmp_path: Path) -> None:
    audience, before = Audience(), list[Entry]()
    for now, entries, current in replayed(versions(place), tmp_path):
        over = {entry.uid for entry in entries if is_over(entry, now)}
        events = [event for e in entries if e.uid not in over if (event := compose(e, CALENDAR))]
        audience.fetch(events, now, surely_the_same(before, current))
        before = current
    assert audience.wrong == []


def surely_the_same(before: Sequence[Entry], after: Sequence[Entry]) -> Iterable[tuple[str, str]]:
    """Give the UIDs of what agrees in two of date, title and presenters, and of no other pair."""
    pairs = [
        (old.uid, new.uid) for old in before for new in after if agreement(old.session, new.session) >= 2
    ]
    olds, news = Counter(old for old, _ in pairs), Counter(new for _, new in pairs)
    return [(old, new) for old, new in pairs if olds[old] == 1 == news[new]]


@pytest.mark.parametrize(("name", "talks"), [("moving", 4), ("rewritten", 3)])
def test_each_talk_has_one_uid_for_good(name: str, talks: int, tmp_path: Path) -> None:
    """No talk was dropped for good in these, and the last of the slots that was open is filled."""
    ever = {e.uid for _, entries, _ in replayed(versions(OURS / name), tmp_path) for e in entries}
    assert len(ever) == talks
