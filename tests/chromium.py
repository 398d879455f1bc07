"""A real browser, Debian's Chromium, and windows of it that note what no visitor should meet."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from types import TracebackType
from typing import Self

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, Response, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_TELL = """addEventListener("securitypolicyviolation",
  event => console.error("against the policy:", event.effectiveDirective, event.blockedURI));"""
_ACCESSIBILITY = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
_VIOLATIONS = """() => axe.run({
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  resultTypes: ["violations"],
}).then(found => found.violations.map(
  each => `${each.id}: ${each.nodes.slice(0, 3).map(node => node.target.join(" ")).join(", ")}`))"""
_TOO_WIDE = """() => document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
  [...document.querySelectorAll("body *:not(:has(*))")]
  .filter(each => each.getBoundingClientRect().right > innerWidth || each.scrollWidth > innerWidth)
  .map(each => `${each.localName}.${each.className}`)"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run Chromium; where there is none the test is skipped, in CI it fails."""
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        give_up = pytest.fail if os.environ.get("CI") else pytest.skip
        give_up("no Chromium is here: apt-get install chromium")
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=program) as browser:
        yield browser


def violations(page: Page) -> list[str]:
    """Name the rules of accessibility that the page, as it now stands, is against, and where."""
    page.evaluate(_ACCESSIBILITY)
    found: list[str] = page.evaluate(_VIOLATIONS)
    return found


def too_wide(page: Page) -> list[str]:
    """Name what makes the page wider than its window."""
    found: list[str] = page.evaluate(_TOO_WIDE)
    return found


class Window:
    """A page of a browser that visits one site; what was wrong on the way fails the test that closes it.

    Wrong are requests to anybody else, answers that say so, complaints of the browser, and dialogs.
    """

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self.faults: list[str] = []
        self._site = site
        page.add_init_script(_TELL)
        page.on("request", self._requested)
        page.on("response", self._answered)
        page.on("console", self._told)
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("dialog", self._asked)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.page.close()
        if kind is None:
            assert not self.faults, "\n".join(self.faults)

    def go(self, path: str) -> None:
        """Open a page of the site, and wait until all that it needs is there."""
        self.page.goto(self._site + path.lstrip("/"), wait_until="load")

    def _requested(self, request: Request) -> None:
        if not request.url.startswith((self._site, "data:")):
            self.faults.append(f"request to somebody else: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.faults.append(f"{response.status}: {response.url}")

    def _told(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"console: {message.text}")

    def _asked(self, dialog: Dialog) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()
