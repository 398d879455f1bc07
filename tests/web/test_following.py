"""When remote sources are fetched."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from calfeed.errors import RemoteError, UsageError
from calfeed.remotes import Remote
from calfeed.web.following import Following


class Clock(SimpleNamespace):
    """A clock that stands still unless it is set."""

    time = 0.0

    def monotonic(self) -> float:
        return self.time


class Elsewhere(Remote):
    """A remote source that notes when it was fetched, and may fail."""

    def fetch(self) -> None:
        FETCHED.append(CLOCK.time)
        if FAILURE:
            raise FAILURE[0]


CLOCK = Clock()
FETCHED: list[float] = []
FAILURE: list[RemoteError] = []
REMOTE = Elsewhere("https://h.org/a.md", Path("/cache"), is_git=False)


@pytest.fixture
def following(monkeypatch: pytest.MonkeyPatch) -> Following:
    """Follows from one o'clock on, without jitter; the time of day is that of the clock."""
    CLOCK.time = 0.0
    FETCHED.clear()
    FAILURE.clear()
    monkeypatch.setattr("calfeed.web.following.time", CLOCK)
    monkeypatch.setattr("calfeed.web.following._JITTER", 0)
    monkeypatch.setattr("calfeed.web.following.clock.now", lambda: at(CLOCK.time))
    return Following([REMOTE])


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(3600 + seconds, UTC)


def look(following: Following, *times: float, hurry: bool = False) -> list[datetime | None]:
    """Give what is told at some times: as of when sources are here, None for a failure."""
    told: list[datetime | None] = []
    for each in times:
        CLOCK.time = each
        try:
            told.append(following.fetch(hurry=hurry))
        except RemoteError:
            told.append(None)
    return told


def test_fetched_at_first_and_every_five_minutes(following: Following) -> None:
    assert look(following, 0, 1, 299, 300, 301) == [at(0), at(0), at(0), at(300), at(300)]
    assert FETCHED == [0, 300]


def test_failure_stays_and_is_tried_again_ever_later(following: Following) -> None:
    look(following, 0)
    FAILURE.append(RemoteError("away"))
    assert set(look(following, *range(300, 20000, 5))) == {None}
    assert FETCHED == [0, 300, 330, 390, 510, 750, 1230, 2190, 4110, 7710, 11310, 14910, 18510]
    FAILURE.clear()
    assert look(following, 22109, 22110, 22409, 22410) == [None, at(22110), at(22110), at(22410)]
    FAILURE.append(RemoteError("away"))
    assert look(following, 22710, 22739, 22740) == [None, None, None]
    assert FETCHED[-2:] == [22710, 22740]


def test_told_fetches_at_once_but_not_twice_in_five_seconds(following: Following) -> None:
    look(following, 0)
    assert look(following, 10, hurry=True) == [at(10)]
    look(following, 10.1, 10.2, 10.3, hurry=True)
    assert FETCHED == [0, 10]
    look(following, 14.9, 15, 15.1, 16)  # the last of them was not forgotten
    assert FETCHED == [0, 10, 15]


def test_told_fetches_though_it_failed(following: Following) -> None:
    FAILURE.append(RemoteError("away"))
    look(following, 0, 30, 90)
    FAILURE.clear()
    assert look(following, 100, hurry=True) == [at(100)]


def test_times_differ_by_a_fifth(following: Following, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calfeed.web.following._JITTER", 0.2)
    waits = set()
    for number in range(50):
        look(following, 1000 * number)
        waits.add(following._rhythms[0]._due - CLOCK.time)
    assert 240 <= min(waits) < max(waits) <= 360


def test_nothing_to_follow_is_here_now(following: Following) -> None:
    CLOCK.time = 7
    assert (Following([]).fetch(hurry=True), following._rhythms[0].good) == (at(7), at(0))


@pytest.mark.usefixtures("following")
def test_interval_is_told_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALFEED_FETCH_SECONDS", "60")
    look(Following([REMOTE]), 0, 59, 60)
    assert FETCHED == [0, 60]
    for wrong in ("4", "-60", "a minute", ""):
        monkeypatch.setenv("CALFEED_FETCH_SECONDS", wrong)
        with pytest.raises(UsageError, match="is no number from 5 on"):
            Following([REMOTE])
