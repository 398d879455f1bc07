"""Files that hold what they held or what they are to hold."""

import errno
import os
from pathlib import Path

import pytest

from calfeed.whole import advice, write_whole


def test_file_is_replaced_and_nothing_left_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "group.ics"
    for data in (b"old", b"new"):
        write_whole(file, data)
        assert (file.read_bytes(), list(tmp_path.iterdir())) == (data, [file])


def test_what_cannot_be_written_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "group.ics"
    write_whole(file, b"old")

    def full(_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(file, b"new")
    assert (file.read_bytes(), list(tmp_path.iterdir())) == (b"old", [file])


def test_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "file")
    write_whole(tmp_path / "link", b"new")
    assert ((tmp_path / "file").read_bytes(), (tmp_path / "link").is_symlink()) == (b"new", True)


def test_device_is_written_and_not_replaced() -> None:
    write_whole(Path(os.devnull), b"gone")
    assert not Path(os.devnull).is_file()


def test_advice_tells_a_full_disk_from_one_that_takes_no_writes() -> None:
    assert advice(OSError(errno.ENOSPC, "")) == "make room; what was there is there still"
    assert advice(OSError(errno.EROFS, "")) == "allow writing to it and its folder, or name another"
