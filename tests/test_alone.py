"""One program at a time; two openings of a folder stand for two programs, as the lock is an opening's."""

import sys
import threading
from pathlib import Path

import pytest

from calfeed.alone import alone
from calfeed.errors import ExportError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no locks of folders there")


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "public" / "site"


def test_second_waits_for_the_first(output: Path) -> None:
    order, begun = list[str](), threading.Event()

    def second() -> None:
        begun.set()
        with alone(output):
            order.append("second")

    with alone(output):
        other = threading.Thread(target=second)
        other.start()
        assert begun.wait(10)
        other.join(0.3)
        order.append("first")
        (output / "index.html").touch()
    other.join(10)
    assert order == ["first", "second"]


def test_second_gives_up_and_says_why(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calfeed.alone._PATIENCE", 0.2)
    with alone(output):
        (output / "index.html").touch()
        with (
            pytest.raises(ExportError, match=r"another calfeed is making .*try again"),
            alone(output),
        ):
            pytest.fail("two at once")
    with alone(output):
        assert list(output.iterdir()) == [output / "index.html"]


def test_folder_in_which_nothing_came_to_be_is_removed(output: Path) -> None:
    with alone(output):
        assert output.is_dir()
    assert not output.exists()
    output.mkdir()
    with alone(output):
        pass
    assert output.is_dir()


def test_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(ExportError, match=r"cannot write .*: Not a directory"),
        alone(tmp_path / "file" / "site"),
    ):
        pytest.fail("nowhere to be alone")
