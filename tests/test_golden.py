"""Schedule in, every feed out: tests/golden/<name>/, written anew by `make golden`."""

import shutil
from pathlib import Path

import pytest

from calfeed.ledger import open_ledger
from calfeed.publication import publish
from calfeed.sources import locate
from tests.conftest import NOW

FOLDER = Path(__file__).parent / "golden"
NAMES = sorted(folder.name for folder in FOLDER.iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_feeds_are_the_golden_ones(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    folder = FOLDER / name
    apart = shutil.copytree(folder, tmp_path / name)  # in no repository: its history is no part of the case
    publication = publish(locate(["README.md"], None, apart), open_ledger("memory:"), NOW)
    feeds = {path.lstrip("/"): rendition.body for path, rendition in publication.renditions.items()}
    if request.config.getoption("--rewrite"):
        shutil.rmtree(folder / "feeds", ignore_errors=True)
        for path, body in feeds.items():
            (folder / "feeds" / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / "feeds" / path).write_bytes(body)

    golden = {
        p.relative_to(folder / "feeds").as_posix(): p.read_bytes()
        for p in (folder / "feeds").rglob("*")
        if p.is_file()
    }
    assert feeds == golden
    assert feeds
