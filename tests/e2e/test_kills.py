"""A whole publication, from the schedule to the site on disk, killed at any moment.

Ten times here; KILLS=200 in the environment for more.
"""

import os
import re
import signal
import time
from collections.abc import Mapping
from multiprocessing import get_context
from pathlib import Path
from random import Random

import pytest

from calfeed import clock
from calfeed.export import export
from calfeed.ledger import open_ledger
from calfeed.publication import Publication, publish
from calfeed.sources import locate
from calfeed.web import create_app
from calfeed.web.current import Current
from tests.e2e.test_load import write

pytestmark = pytest.mark.e2e

KILLS = int(os.environ.get("KILLS", "10"))


def build(folder: Path) -> Publication:
    """Do what `calfeed build` does."""
    publication = publish(locate([], None, folder), open_ledger(f"sqlite:///{folder}/ledger.db"), clock.now())
    current = Current(lambda: publication, lambda: None)
    current.refresh()
    export(create_app(current, prepared=0), publication, folder / "site", filters=0)
    return publication


def feeds(folder: Path) -> Mapping[str, bytes]:
    """Read every feed of the site by its path."""
    site = folder / "site"
    return {f"/{file.relative_to(site).as_posix()}": file.read_bytes() for file in site.rglob("*.ics")}


def sequences(body: bytes) -> dict[bytes, int]:
    """Give the SEQUENCE of each event of a feed by its UID."""
    events = body.split(b"BEGIN:VEVENT\r\n")[1:]
    found = [(re.search(rb"UID:(.*)\r", each), re.search(rb"SEQUENCE:(\d+)\r", each)) for each in events]
    return {uid[1]: int(sequence[1]) for uid, sequence in found if uid and sequence}


def test_killed_at_any_moment_nothing_is_torn_lost_or_taken_back(tmp_path: Path) -> None:
    (tmp_path / "calfeed.yaml").write_text("id: group\nname: Group\n", "utf-8")
    write(tmp_path, 0)
    began = time.monotonic()
    paths = {path for path in build(tmp_path).renditions if path.endswith(".ics")}
    seconds, killed = time.monotonic() - began, 0
    dice = Random(7)  # noqa: S311  # no secret
    known = sequences(feeds(tmp_path)["/calendar/group.ics"])
    for version in range(1, KILLS + 1):
        write(tmp_path, version)
        child = get_context("fork").Process(target=build, args=(tmp_path,))
        child.start()
        child.join(dice.uniform(0, seconds))
        child.kill()
        child.join()
        killed += child.exitcode == -signal.SIGKILL
        there = feeds(tmp_path)
        assert there.keys() == paths
        assert [
            path
            for path, body in there.items()
            if not (body.startswith(b"BEGIN:VCALENDAR\r\n") and body.endswith(b"END:VCALENDAR\r\n"))
        ] == []
        now = sequences(there["/calendar/group.ics"])
        assert known.keys() <= now.keys()  # a talk told anew after many lost edits may count as another
        assert [uid for uid in known if now[uid] < known[uid]] == []
        known = now
    assert killed > KILLS / 2
    last = build(tmp_path)  # as after a restart
    assert feeds(tmp_path) == {path: last.renditions[path].body for path in paths}
    assert (
        publish(
            locate([], None, tmp_path), open_ledger(f"sqlite:///{tmp_path}/ledger.db"), clock.now()
        ).renditions
        == last.renditions
    )
