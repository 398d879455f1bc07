"""Sources to the Publication that is served, whatever happens to a source."""

import logging
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from datetime import UTC, datetime

import pytest

from calfeed.errors import CalfeedError, LedgerError, RemoteError
from calfeed.publication import Publication
from calfeed.web.current import Current, Served
from tests.web.sample import ENTRIES, PUBLICATION, publication

OTHER = publication(ENTRIES[:2])


class Source:
    """A schedule that is edited, and breaks: counts how often it was published."""

    def __init__(self) -> None:
        self.outcome: Publication | Exception = PUBLICATION
        self.signature: Hashable = ("schedule.md", 1, 100)
        self.published = 0
        self.done = threading.Event()

    def publish(self) -> Publication:
        self.published += 1
        self.done.set()
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome

    def watched(self) -> Hashable:
        if isinstance(self.signature, Exception):
            raise self.signature
        return self.signature


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def current(source: Source) -> Iterator[Current]:
    made = Current(source.publish, source.watched)
    yield made
    made.stop()


def eventually(condition: Callable[[], bool]) -> bool:
    """Wait for another thread, up to ten seconds."""
    end = time.monotonic() + 10
    while not condition() and time.monotonic() < end:
        time.sleep(0.005)
    return condition()


def test_nothing_is_there_before_the_first_refresh(current: Current) -> None:
    assert current.served == Served()


def test_refresh_publishes(current: Current) -> None:
    current.refresh()
    assert current.served == Served(PUBLICATION)


def test_start_publishes_once_and_notes_what_it_was_made_from(current: Current, source: Source) -> None:
    looks = threading.Semaphore(0)

    def look() -> Hashable:
        looks.release()
        return source.signature

    current._watched = look
    current.start()
    current.watch(0.001)
    assert all(looks.acquire(timeout=10) for _ in range(5))
    assert (current.served, source.published) == (Served(PUBLICATION), 1)


def test_start_lets_an_error_through(current: Current, source: Source) -> None:
    source.outcome = LedgerError("The ledger is locked.", "wait")
    with pytest.raises(LedgerError, match="locked"):
        current.start()
    assert current.served == Served()


def test_r75_failure_keeps_the_last_good_publication(
    current: Current, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    current.refresh()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "3600")
    source.outcome = LedgerError("The ledger is locked.", "wait")
    current.refresh()
    said = "LedgerError; the log says more. (hint: wait)"
    assert current.served == Served(PUBLICATION, said, datetime(1970, 1, 1, tzinfo=UTC))


def test_r75_bug_keeps_the_last_good_publication_and_is_logged(
    current: Current, source: Source, caplog: pytest.LogCaptureFixture
) -> None:
    current.refresh()
    source.outcome = RuntimeError("postgresql://organiser:secret@db/calfeed does not answer")
    with caplog.at_level(logging.ERROR):
        current.refresh()
    assert current.publication is PUBLICATION
    assert current.served.failure == "RuntimeError; the log says more."
    assert "secret@db" in caplog.text


def test_failure_that_stays_is_logged_once_until_it_was_mended(
    current: Current, source: Source, caplog: pytest.LogCaptureFixture
) -> None:
    locked = LedgerError("The ledger /srv/group/ledger.db is locked.")
    with caplog.at_level(logging.ERROR):
        for outcome in (locked, locked, PUBLICATION, locked):
            source.outcome = outcome
            current.refresh()
    assert caplog.messages == ["nothing new is served: The ledger /srv/group/ledger.db is locked."] * 2
    assert "/srv" not in str(current.served.failure)


def test_success_forgets_the_failure(current: Current, source: Source) -> None:
    source.outcome = CalfeedError("Not yet.")
    current.refresh()
    source.outcome = OTHER
    current.refresh()
    assert current.served == Served(OTHER)


def test_refresh_publishes_even_if_nothing_changed(current: Current, source: Source) -> None:
    current.refresh()
    current.refresh()
    assert source.published == 2


def test_watch_follows_an_edit(current: Current, source: Source) -> None:
    current.refresh()
    source.outcome, source.signature = OTHER, ("schedule.md", 2, 101)
    current.watch(0.001)
    assert eventually(lambda: current.publication is OTHER)


def test_watch_does_not_publish_without_a_change(current: Current, source: Source) -> None:
    looks = threading.Semaphore(0)

    def look() -> Hashable:
        looks.release()
        return "same"

    current._watched = look
    current.refresh()
    current.watch(0.001)
    assert all(looks.acquire(timeout=10) for _ in range(5))
    assert source.published == 1


def test_watch_follows_another_worker_without_a_change(current: Current, source: Source) -> None:
    current.refresh()
    current._follow = lambda: OTHER
    current.watch(0.001)
    assert eventually(lambda: current.publication is OTHER)
    assert source.published == 1


def test_another_worker_does_not_hide_a_failure(current: Current, source: Source) -> None:
    current.refresh()
    source.outcome, source.signature = LedgerError("The ledger is locked."), "edited"
    current._follow = lambda: OTHER
    for _ in range(2):
        current._renew()
    assert current.served.publication is PUBLICATION
    assert current.served.failure is not None


def test_watch_survives_sources_that_cannot_be_looked_at(current: Current, source: Source) -> None:
    source.signature = PermissionError("schedule.md")
    current.watch(0.001)
    assert eventually(lambda: current.served.failure == "PermissionError; the log says more.")
    source.signature = "readable again"
    assert eventually(lambda: current.served == Served(PUBLICATION))


def test_watch_tries_again_after_a_failure_though_nothing_changed(
    current: Current, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ledger that was away is not among what is watched."""
    monkeypatch.setattr("calfeed.web.current._AGAIN", 0.0)
    source.outcome = LedgerError("The ledger is away.")
    current.refresh()
    source.outcome = PUBLICATION
    current.watch(0.001)
    assert eventually(lambda: current.served == Served(PUBLICATION))


def test_failed_look_is_forgotten_after_a_good_one_though_nothing_changed(
    current: Current, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("calfeed.web.current._AGAIN", 0.0)
    current.refresh()
    unchanged = source.signature
    source.signature = PermissionError("schedule.md")
    current.watch(0.001)
    assert eventually(lambda: current.served.failure is not None)
    source.signature = unchanged
    assert eventually(lambda: current.served == Served(PUBLICATION))


def test_edit_during_publishing_is_not_missed(current: Current, source: Source) -> None:
    def edit_meanwhile() -> Publication:
        source.signature = "edited"
        return source.publish()

    current._publish = edit_meanwhile
    current.refresh()
    current._publish = source.publish
    source.outcome = OTHER
    current.watch(0.001)
    assert eventually(lambda: current.publication is OTHER)


def test_stop_ends_the_watching(current: Current, source: Source) -> None:
    current.refresh()
    current.watch(0.001)
    current.stop()
    assert eventually(lambda: "calfeed-watch" not in {thread.name for thread in threading.enumerate()})
    source.signature = "edited too late"
    assert source.published == 1


# ── sources on other machines ────────────────────────────────────────────────────────────────────


class Elsewhere:
    """What is fetched, as of times that a test sets; fails while there is a failure."""

    def __init__(self) -> None:
        self.failure: Exception | None = None
        self.good = datetime(2024, 9, 3, tzinfo=UTC)
        self.hurries: list[bool] = []

    def fetch(self, *, hurry: bool) -> datetime:
        self.hurries.append(hurry)
        if self.failure:
            raise self.failure
        return self.good


AWAY = RemoteError("it answered 503", "wait")
AWAY.address = "https://git.example.org/private.git"
TOLD = "The schedule cannot be fetched: it answered 503."


@pytest.fixture
def elsewhere() -> Elsewhere:
    return Elsewhere()


@pytest.fixture
def followed(source: Source, elsewhere: Elsewhere) -> Iterator[Current]:
    made = Current(source.publish, source.watched, elsewhere.fetch)
    yield made
    made.stop()


def test_what_cannot_be_fetched_is_told_with_its_age_until_it_can(
    followed: Current, source: Source, elsewhere: Elsewhere, caplog: pytest.LogCaptureFixture
) -> None:
    followed.start()
    elsewhere.failure = AWAY
    for _ in range(3):
        followed._renew()
    assert followed.served == Served(PUBLICATION, TOLD, datetime(2024, 9, 3, tzinfo=UTC))
    told = "cannot fetch https://git.example.org/private.git: it answered 503 (hint: wait)"
    assert caplog.messages == [f"nothing new is served: {told}"]

    source.outcome, source.signature = OTHER, "a file that lies here"
    followed._renew()
    assert followed.served == Served(OTHER, TOLD, datetime(2024, 9, 3, tzinfo=UTC))

    elsewhere.failure = None
    followed._renew()
    assert (followed.served, source.published) == (Served(OTHER), 2)


def test_failed_publishing_stays_though_fetching_goes_on(
    followed: Current, source: Source, elsewhere: Elsewhere
) -> None:
    followed.start()
    source.outcome, source.signature = LedgerError("The ledger is locked."), "pushed"
    for day in (4, 5):
        elsewhere.good = datetime(2024, 9, day, tzinfo=UTC)
        followed._renew()
    said = "LedgerError; the log says more."
    assert followed.served == Served(PUBLICATION, said, datetime(2024, 9, 3, tzinfo=UTC))
    assert source.published == 2


def test_start_takes_what_was_fetched_before(followed: Current, elsewhere: Elsewhere) -> None:
    elsewhere.failure = AWAY
    followed.start()
    assert followed.served == Served(PUBLICATION, TOLD)


def test_start_says_why_there_is_nothing(followed: Current, source: Source, elsewhere: Elsewhere) -> None:
    elsewhere.failure, source.outcome = AWAY, CalfeedError("there is no schedule here")
    with pytest.raises(RemoteError, match="it answered 503"):
        followed.start()


def test_what_was_fetched_before_is_served_while_the_first_fetch_hangs(
    followed: Current, source: Source
) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def hang(*, hurry: bool) -> datetime:  # noqa: ARG001
        asked.set()
        assert go_on.wait(10)
        raise AWAY

    followed._fetch = hang
    followed.watch(1000)
    followed.settle(10)
    assert followed.served == Served(PUBLICATION)
    assert asked.wait(10)
    go_on.set()
    assert eventually(lambda: followed.served == Served(PUBLICATION, TOLD))
    assert source.published == 1


def test_first_failure_is_told_once_the_first_fetch_is_over(followed: Current, source: Source) -> None:
    source.outcome = LedgerError("The ledger is locked.")
    followed.watch(1000)
    followed.settle(10)
    assert followed.served == Served(None, "LedgerError; the log says more.")


def test_wake_is_a_hurry(followed: Current, elsewhere: Elsewhere) -> None:
    followed.start()
    followed.watch(1000)
    followed.wake()
    assert eventually(lambda: elsewhere.hurries == [False, True])


def test_wakes_while_one_is_answered_are_one_more(followed: Current, elsewhere: Elsewhere) -> None:
    entered, go_on = threading.Semaphore(0), threading.Semaphore(0)

    def slow(*, hurry: bool) -> datetime:
        entered.release()
        assert go_on.acquire(timeout=10)
        return elsewhere.fetch(hurry=hurry)

    followed.start()
    followed._fetch = slow
    followed.watch(1000)
    followed.wake()
    assert entered.acquire(timeout=10)
    for _ in range(5):
        followed.wake()
    go_on.release()
    assert entered.acquire(timeout=10)
    go_on.release()
    assert eventually(lambda: elsewhere.hurries == [False, True, True])
    assert not entered.acquire(timeout=0.05)
