"""What many tests share: a moment, and a schedule that a test writes in its own docstring."""

import inspect
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from calfeed.schedule import Schedule, read
from calfeed.sources import locate
from tests.remote import Server, certificate, serving

# A busy machine is no fault of the program.  CI draws the same examples each time, so that it is the change
# that turns it red; everybody else, and `make laws`, draws new ones.
settings.register_profile("calfeed", deadline=None, derandomize=os.environ.get("CI") == "true")
settings.load_profile("calfeed")

NOW = datetime(2024, 11, 1, 12, tzinfo=UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite", action="store_true", help="write the golden files anew")


@pytest.fixture
def now() -> datetime:
    """The first of November 2024, noon."""
    return NOW


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write files into a new folder named reading-group, and give the folder."""

    def write(files: dict[str, str]) -> Path:
        folder = tmp_path / "reading-group"
        for name, text in files.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8")
        return folder

    return write


@pytest.fixture
def schedule(request: pytest.FixtureRequest, write: Callable[..., Path]) -> Schedule:
    """The Schedule that the test's docstring is, read as README.md without any settings."""
    text = inspect.cleandoc(request.function.__doc__)
    folder = write({"README.md": text + "\n"})
    return read(locate(["README.md"], None, folder), NOW)


@pytest.fixture(scope="session")
def vouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost."""
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def server(vouched: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A web server on this machine that we may ask by the name of localhost, and by no other."""
    monkeypatch.setenv("SSL_CERT_FILE", str(vouched))
    monkeypatch.setenv("CALFEED_PRIVATE_HOSTS", "localhost")
    monkeypatch.setenv("NETRC", os.devnull)
    repositories = tmp_path / "repositories"
    repositories.mkdir()
    with serving(repositories, vouched) as server:
        yield server
