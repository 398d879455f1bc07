"""One Chromium for the tests of a module, and three sites, each started when a test first asks for it.

None outlives its module: Playwright keeps an event loop running, in which other tests could run none.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.chromium import chromium
from tests.schedules import HOSTILE, large
from tests.serving import Place, Site, busiest, serve

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "systems-reading-group"
NOW = datetime(2026, 10, 10, 12, tzinfo=UTC)
"""In the midst of a semester of each of the schedules."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def telephone(browser: Browser) -> Iterator[BrowserContext]:
    """A browser as narrow as any."""
    with browser.new_context(viewport={"width": 360, "height": 740}) as context:
        yield context


@pytest.fixture(scope="module", params=["example", "hostile", "large"])
def site(
    browser: Browser,  # noqa: ARG001  # without one no site is made
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    folder = EXAMPLE
    if request.param != "example":
        folder = tmp_path_factory.mktemp(request.param)
        for name, text in (HOSTILE if request.param == "hostile" else large(200)).items():
            (folder / name).write_text(text, "utf-8")
    with serve(folder, NOW) as served:
        yield served


@pytest.fixture(scope="module")
def pages(site: Site) -> Mapping[str, tuple[Place, ...]]:
    """The longest page of each kind, in every language."""
    return busiest(site)
