"""Every kind of page in a real browser: of an ordinary, a hostile and a long schedule, in every language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import cast
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.chromium import Window, too_wide, violations
from tests.serving import Place, Site, place

pytestmark = pytest.mark.e2e

SHIFTS = """() => new Promise(done => {
  const shifts = [];
  new PerformanceObserver(list => shifts.push(...list.getEntries().map(each => each.value)))
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(shifts), 50);
})"""
KEPT = "() => [document.cookie, ...Object.keys(localStorage), ...Object.keys(sessionStorage)].filter(Boolean)"
LOADED = """() => [location.href, ...performance.getEntriesByType("resource").map(each => each.name),
  ...[...document.querySelectorAll("link[rel~=icon]")].map(each => each.href)]"""
SCHEMES = """() => ["href", "src", "action"].flatMap(name => [...document.querySelectorAll(`[${name}]`)].map(
  each => new URL(each.getAttribute(name), location).protocol))"""
WORDS = """() => [...document.querySelectorAll("h1, h2, h3, main a")].map(
  each => [each.textContent.trim().replace(/\\s+/g, " "), each.getAttribute("href")])"""
WEIGHT = 50_000
"""Octets of a home page with all that it loads, not compressed: the most that it may have."""


@dataclass(slots=True)
class Visit:
    """What the pages of a site were found to be: a page of each kind in each language, by path."""

    faults: list[str]
    by_day: dict[str, object] = field(default_factory=dict)
    by_night: dict[str, object] = field(default_factory=dict)
    wide: dict[str, object] = field(default_factory=dict)
    shifts: dict[str, object] = field(default_factory=dict)
    kept: dict[str, object] = field(default_factory=dict)
    words: dict[str, object] = field(default_factory=dict)
    schemes: set[str] = field(default_factory=set)

    def look(self, path: str, page: Page) -> None:
        """Note how a page is that has just been opened."""
        self.shifts[path] = page.evaluate(SHIFTS)
        self.wide[path] = too_wide(page)
        self.kept[path] = page.evaluate(KEPT)
        self.words[path] = page.evaluate(WORDS)
        self.schemes |= set(page.evaluate(SCHEMES))
        self.by_day[path] = violations(page)
        page.emulate_media(color_scheme="dark")
        self.by_night[path] = violations(page)
        page.emulate_media(color_scheme="light")


Pages = Mapping[str, tuple[Place, ...]]


def openings(window: Window, pages: Pages) -> Iterator[str]:
    """Open the pages one after the other, and give their paths."""
    for each in chain.from_iterable(pages.values()):
        window.go(each.path)
        yield each.path


@pytest.fixture(scope="module")
def visit(telephone: BrowserContext, site: Site, pages: Pages) -> Visit:
    window = Window(telephone.new_page(), site.address)
    visit = Visit(window.faults)
    for path in openings(window, pages):
        visit.look(path, window.page)
    window.page.close()
    return visit


def faulty(found: dict[str, object]) -> dict[str, object]:
    """Leave out the pages on which nothing was found."""
    return {path: what for path, what in found.items() if what}


@pytest.mark.parametrize(
    ("path", "language", "kind", "bare"),
    [
        ("/", "", "home", ""),
        ("/zh-hans/", "zh-hans", "home", ""),
        ("/presenter/ada/", "", "presenter", "/presenter/ada"),
        ("/en/presenter/ada/", "en", "presenter", "/presenter/ada"),
    ],
)
def test_address_says_what_page_it_is(path: str, language: str, kind: str, bare: str) -> None:
    found = place(path)
    assert (found.path, found.language, found.kind, found.bare) == (path, language, kind, bare)


def test_page_of_every_kind_is_there(pages: Pages) -> None:
    assert {"home", "semester", "presenter", "status"} <= set(pages)


def test_nobody_else_is_asked_and_nothing_fails(visit: Visit) -> None:
    assert visit.faults == []


def test_everybody_can_use_it_by_day(visit: Visit) -> None:
    assert faulty(visit.by_day) == {}


def test_everybody_can_use_it_by_night(visit: Visit) -> None:
    assert faulty(visit.by_night) == {}


def test_nothing_is_wider_than_a_telephone(visit: Visit) -> None:
    assert faulty(visit.wide) == {}


def test_nothing_moves_while_it_loads(visit: Visit) -> None:
    assert faulty(visit.shifts) == {}


def test_nothing_is_kept_about_a_visitor(visit: Visit, telephone: BrowserContext) -> None:
    assert faulty(visit.kept) == {}
    assert telephone.storage_state() == {"cookies": [], "origins": []}


def test_links_lead_to_the_web_and_to_calendars(visit: Visit) -> None:
    assert visit.schemes <= {"http:", "https:", "webcal:"}


def test_everything_is_there_without_scripts(
    browser: Browser, site: Site, pages: Pages, visit: Visit
) -> None:
    with (
        browser.new_context(java_script_enabled=False) as context,
        Window(context.new_page(), site.address) as window,
    ):
        words = {path: window.page.evaluate(WORDS) for path in openings(window, pages)}

    assert words == visit.words


def test_home_page_is_light(telephone: BrowserContext, site: Site, pages: Pages) -> None:
    def weight(path: str) -> int:
        with Window(telephone.new_page(), site.address) as window:
            window.go(path)
            loaded = set(window.page.evaluate(LOADED))
        return sum(site.length(urlsplit(url).path) for url in loaded)

    weights = {each.path: weight(each.path) for each in pages["home"]}
    assert {path: octets for path, octets in weights.items() if octets >= WEIGHT} == {}


# ── what should be noticed is noticed ────────────────────────────────────────────────────────────

BAD = """<!doctype html><html><head><title>Bad</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'self'; img-src *"></head><body>
<p><a href="javascript:alert(2)">Link</a> <font color="#eee">Pale</font></p><pre>%s</pre>
<img src="https://elsewhere.example/pixel.gif"><script>alert(1)</script><script src="/nowhere.js"></script>
</body></html>"""
"""A page against every rule."""
NOTICED = [
    "request to somebody else: https://elsewhere.example/pixel.gif",
    "404: http://bad.example/nowhere.js",
    "console: against the policy: script-src-elem inline",
]
LATE = """() => {
  document.body.prepend(Object.assign(document.createElement("h1"), {textContent: "Late"}));
  document.cookie = "kept=yes";
  return new Promise(done => requestAnimationFrame(() => setTimeout(done, 100)));
}"""


def test_bad_page_is_noticed(telephone: BrowserContext) -> None:
    def answer(route: Route) -> None:
        is_page = route.request.url == "http://bad.example/"
        route.fulfill(status=200 if is_page else 404, content_type="text/html", body=BAD % ("wide" * 99))

    telephone.route("http://bad.example/**", answer)
    window = Window(telephone.new_page(), "http://bad.example/")
    visit = Visit(window.faults)
    window.go("/")
    window.page.evaluate(LATE)
    visit.look("/", window.page)
    with pytest.raises(AssertionError, match="somebody else"), window:
        telephone.clear_cookies()

    for found in (visit.by_day, visit.by_night):
        rules = {str(each).partition(":")[0] for each in cast("list[str]", found["/"])}
        assert {"html-has-lang", "image-alt", "color-contrast"} <= rules
    assert (visit.wide, visit.kept, set(faulty(visit.shifts))) == (
        {"/": ["pre."]},
        {"/": ["kept=yes"]},
        {"/"},
    )
    assert visit.schemes == {"http:", "https:", "javascript:"}
    assert set(NOTICED) <= set(visit.faults)
