"""Sources to a Current that follows them."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from calfeed.errors import CalfeedError, LedgerError, ScheduleError, SettingsError, UsageError
from calfeed.web.current import Current
from calfeed.web.live import Live

Write = Callable[[dict[str, str]], Path]

GOOD = {"README.md": "# Group\n\n### 2024-09-03\n- A Talk of Some Length\n", "calfeed.yaml": "id: group\n"}


def test_current_is_published_once_and_seen_as_unchanged(write: Write) -> None:
    live = Live([], None, "memory:", write(GOOD))
    current = live.current()
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
        Live([], None, ledger, write(files)).current()


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
    current = Live([], None, "memory:", folder).current()
    before = current.publication
    (folder / "calfeed.yaml").unlink()
    current._renew()
    assert current.publication is before
    assert current.served.failure is not None

    write(GOOD)
    current._renew()
    assert current.served.failure is None
