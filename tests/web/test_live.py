"""Sources to a Current that follows them."""

import gc
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import _lru_cache_wrapper
from pathlib import Path

import pytest

from calfeed import clock
from calfeed.errors import CalfeedError, LedgerError, ScheduleError, SettingsError, UsageError
from calfeed.ledger import open_ledger
from calfeed.publication import Publication, publish
from calfeed.sources import locate
from calfeed.web.current import Current
from calfeed.web.live import Live
from tests.repositories import Git

Write = Callable[[dict[str, str]], Path]

GOOD = {"README.md": "# Group\n\n### 2024-09-03\n- A Talk of Some Length\n", "calfeed.yaml": "id: group\n"}


def started(live: Live) -> Current:
    current = live.waiting()
    current.start()
    return current


def test_current_is_published_once_and_seen_as_unchanged(write: Write) -> None:
    live = Live([], None, "memory:", write(GOOD))
    current = started(live)
    first = current.publication
    current._renew()
    assert first is not None
    assert current.publication is first
    assert [feed.path for feed in first.feeds] == ["calendar/group", "semester/2024"]


@pytest.mark.parametrize(
    ("files", "ledger", "error"),
    [
        ({"notes.txt": "nothing"}, "memory:", UsageError),
        (GOOD | {"README.md": "# Group\n\n### 2024-13-32\n- A Talk\n"}, "memory:", ScheduleError),
        (GOOD | {"calfeed.yaml": "id: [\n"}, "memory:", SettingsError),
        (GOOD, "oracle://organiser:secret@db", LedgerError),
    ],
)
def test_without_a_first_publication_there_is_no_current(
    write: Write, files: dict[str, str], ledger: str, error: type[CalfeedError]
) -> None:
    with pytest.raises(error):
        Live([], None, ledger, write(files)).waiting().start()


@pytest.mark.parametrize(
    ("name", "bad"), [("README.md", "# Group\n\n### 2024-13-32\n- A Talk\n"), ("calfeed.yaml", "id: [\n")]
)
def test_what_could_not_be_read_at_first_is_published_when_it_is_mended(
    write: Write, name: str, bad: str
) -> None:
    folder = write(GOOD | {name: bad})
    live = Live([], None, "memory:", folder)
    current = Current(live.publish, live.signature)
    current.refresh()
    before = current.publication
    write(GOOD)
    current._renew()
    assert (before, current.publication is not None) == (None, True)


def test_settings_that_break_and_are_mended_keep_the_ledger(write: Write) -> None:
    """The ledger is opened once: with one that is only in memory, a new one would mint other stamps."""
    folder = write(GOOD)
    live = Live([], None, "memory:", folder)
    first = live.publish()
    write({"calfeed.yaml": "id: [\n"})
    with pytest.raises(SettingsError):
        live.publish()
    write({"README.md": GOOD["README.md"].replace("Some", "Much"), "calfeed.yaml": "id: group\n"})
    assert [(entry.uid, entry.sequence) for entry in live.publish().entries] == [(first.entries[0].uid, 1)]


def test_what_is_wrong_is_said_once(write: Write, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    live = Live([], None, "memory:", write({"README.md": GOOD["README.md"]}))
    live.publish()
    live.publish()
    assert caplog.text.count("info[id-missing]") == 1


def test_settings_that_are_gone_keep_the_last_good_publication(write: Write) -> None:
    folder = write(GOOD)
    current = Live([], None, "memory:", folder).waiting()
    current.start()
    before = current.publication
    (folder / "calfeed.yaml").unlink()
    current._renew()
    assert current.publication is before
    assert current.served.failure is not None

    write(GOOD)
    current._renew()
    assert current.served.failure is None


# ── several workers ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def ledger(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/ledger.db"


def edited(old: str, new: str) -> dict[str, str]:
    return {"README.md": GOOD["README.md"].replace(old, new)}


def told(current: Current) -> dict[str, tuple[str, bytes]]:
    """Give what a worker serves: the dates and bytes of all feeds."""
    publication = current.publication
    assert publication is not None
    renditions = publication.renditions
    return {path: (str(renditions[path].last_modified), renditions[path].body) for path in renditions}


def sequences(current: Current) -> list[int]:
    assert current.publication is not None
    return [entry.sequence for entry in current.publication.entries]


def revision(ledger: str) -> int:
    return open_ledger(ledger).revision("group")


def test_workers_agree_on_an_edit_and_then_leave_it_at_that(write: Write, ledger: str) -> None:
    folder = write(GOOD)
    workers = [started(Live([], None, ledger, folder)) for _ in range(3)]
    write(edited("Some", "Much"))
    for worker in workers:
        worker._renew()
    made, recorded = [worker.publication for worker in workers], revision(ledger)

    for worker in workers * 3:
        worker._renew()

    assert [worker.publication for worker in workers] == made
    assert all(now is before for now, before in zip([w.publication for w in workers], made, strict=True))
    assert (revision(ledger), [told(worker) for worker in workers]) == (recorded, [told(workers[0])] * 3)


def test_worker_follows_what_a_peer_recorded_of_the_same_sources(
    write: Write, ledger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A peer that was late with an edit took it back and told it again: two revisions unseen by others."""
    folder = write(GOOD)
    one, other = (started(Live([], None, ledger, folder)) for _ in range(2))
    write(edited("Some", "Much"))
    for worker in (one, other):
        worker._renew()
    behind = folder.parent / "behind"
    behind.mkdir()
    (behind / "calfeed.yaml").write_text(GOOD["calfeed.yaml"], "utf-8")
    for text in (GOOD["README.md"], edited("Some", "Much")["README.md"]):
        (behind / "README.md").write_text(text, "utf-8")
        publish(locate([], None, behind), open_ledger(ledger), clock.now())
    assert (sequences(one), sequences(other)) == ([1], [1])

    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(clock.now().timestamp()) + 5))
    for worker in (one, other):
        worker._renew()

    assert (sequences(one), sequences(other)) == ([3], [3])
    assert told(one) == told(other)
    recorded = revision(ledger)
    for worker in (one, other) * 3:
        worker._renew()
    assert revision(ledger) == recorded


def test_worker_that_knows_other_sources_takes_nothing_back(write: Write, ledger: str) -> None:
    """Two machines with one ledger: the edit has reached one of them."""
    ahead = write(GOOD)
    behind = ahead.parent / "behind"
    behind.mkdir()
    for name, text in GOOD.items():
        (behind / name).write_text(text, "utf-8")
    first, last = (started(Live([], None, ledger, folder)) for folder in (ahead, behind))
    before = told(last)
    write(edited("Some", "Much"))
    first._renew()
    recorded = revision(ledger)

    for worker in (last, first) * 3:
        worker._renew()

    assert (revision(ledger), sequences(first), told(last)) == (recorded, [1], before)
    (behind / "README.md").write_text(edited("Some", "Much")["README.md"], "utf-8")
    last._renew()
    assert (revision(ledger), told(last)) == (recorded, told(first))


def test_worker_that_knows_other_sources_fetches_at_once(
    write: Write, ledger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(GOOD)
    live = Live([], None, ledger, folder)
    current, hurries = started(live), list[bool]()
    fetch = live._following.fetch

    def noted(*, hurry: bool) -> datetime:
        hurries.append(hurry)
        return fetch(hurry=hurry)

    monkeypatch.setattr(live._following, "fetch", noted)
    other = folder.parent / "ahead"
    other.mkdir()
    for name, text in (GOOD | edited("Some", "Much")).items():
        (other / name).write_text(text, "utf-8")
    publish(locate([], None, other), open_ledger(ledger), clock.now())
    for _ in range(3):
        current._renew()
    assert hurries == [False, True, False]


def test_commit_without_an_edit_is_noticed(tmp_path: Path, ledger: str) -> None:
    folder = tmp_path / "group"
    folder.mkdir()
    git = Git(folder)
    git.run("init", "--quiet")
    git.commit(GOOD)
    workers = [started(Live([], None, ledger, folder)) for _ in range(2)]
    git.run("commit", "--quiet", "--allow-empty", "--message", "nothing new")

    for worker in workers * 2:
        worker._renew()

    head = git.run("rev-parse", "HEAD").strip()
    assert [commit(worker.publication) for worker in workers] == [head, head]
    assert told(workers[0]) == told(workers[1])


def commit(publication: Publication | None) -> str | None:
    return publication.origin.commit if publication and publication.origin else None


def test_cancelled_sessions_leave_at_the_same_hour(
    write: Write, ledger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(datetime(2024, 9, 2, tzinfo=UTC).timestamp())))
    folder = write(GOOD | {"README.md": GOOD["README.md"] + "\n### 2024-12-03\n- Another Talk\n"})
    one, other = (started(Live([], None, ledger, folder)) for _ in range(2))
    write({"README.md": "# Group\n\n### 2024-12-03\n- Another Talk\n"})
    for worker in (one, other):
        worker._renew()
    there = []
    for now in (-5, 5, 20, 50, 65, 70):
        moment = datetime(2024, 9, 18, tzinfo=UTC) + timedelta(minutes=now)
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(moment.timestamp())))
        for worker in (one, other, one):
            worker._renew()
        assert told(one) == told(other)
        there.append(b"CANCELLED" in told(one)["/calendar/group.ics"][1])
    assert there[0] is True
    assert there[-1] is False


def test_ledger_that_is_away_does_not_matter_before_an_edit(write: Write, tmp_path: Path) -> None:
    folder, file = write(GOOD), tmp_path / "ledger.db"
    current = started(Live([], None, f"sqlite:///{file}", folder))
    file.rename(tmp_path / "kept")
    file.mkdir()
    current._renew()
    assert current.served.failure is None
    write(edited("Some", "Much"))
    current._renew()
    assert (
        current.served.failure
        == "LedgerError; the log says more. (hint: name one that can be written: --ledger sqlite:///FILE)"
    )


def test_worker_holds_no_more_after_many_edits_than_their_history(write: Write, ledger: str) -> None:
    """What is remembered of texts has bounds of its own, and is forgotten here to see what else stays."""
    current = started(Live([], None, ledger, write(GOOD)))
    held = []
    for number in range(60):
        write(edited("Some", f"{number} Different"))
        current._renew()
        if number in (20, 59):
            for each in gc.get_objects():
                if isinstance(each, _lru_cache_wrapper) and each.__module__.startswith("calfeed"):
                    each.cache_clear()
            gc.collect()
            held.append(len(gc.get_objects()))
    assert (held[1] - held[0]) / 39 < 15
