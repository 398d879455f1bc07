"""What visitors come for, done in a real browser with nothing but a keyboard."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

import pytest
from icalendar import Calendar
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import EXAMPLE, NOW
from tests.chromium import Window, too_wide, violations
from tests.serving import Site, serve

pytestmark = pytest.mark.e2e

FEED = "calendar/systems-reading-group.ics"
FOCUSED = """() => {
  const it = document.activeElement;
  return it.ariaLabel ?? (it.labels?.[0] ?? it).textContent.trim().replace(/\\s+/g, " ");
}"""
"""The name of what has the focus."""
SHOWN = "[...document.querySelectorAll('{0}')].filter(each => each.checkVisibility()).map(each => each.{1})"
"""What is shown of a kind, each by one of its properties."""
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at a keyboard, in front of a page."""

    page: Page
    site: Site

    @property
    def path(self) -> str:
        """Where they are."""
        return self.page.url.removeprefix(self.site.address)

    @property
    def focused(self) -> str:
        """The name of what a key would go to."""
        return str(self.page.evaluate(FOCUSED))

    def press(self, *keys: str) -> None:
        """Press one key after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def reach(self, name: str) -> None:
        """Press Tab until something of that name has the focus."""
        passed = []
        while self.focused != name:
            passed.append(self.focused)
            assert len(passed) < 60, f"no way to {name!r}: {passed}"
            self.press("Tab")

    def opens(self, name: str = "Subscribe") -> None:
        """Go to a button that opens a dialog, and be there."""
        self.reach(name)
        self.press("Enter")
        expect(self.page.locator(":focus")).to_have_role("dialog")

    def follow(self, name: str) -> None:
        """Go to a link and where it leads."""
        self.reach(name)
        with self.page.expect_navigation():
            self.press("Enter")

    def tick(self, name: str) -> None:
        """Go to a box of a form, tick it, and wait for what comes of it."""
        self.reach(name)
        with self.page.expect_response(lambda answer: "/filters/" in answer.url) as answer:
            self.press("Space")
        answer.value.finished()
        self.page.wait_for_url(answer.value.url)

    def events(self, feed: str) -> list[str]:
        """Fetch a feed and name its events."""
        answer = self.page.request.get(feed)
        assert answer.status == 200
        return [str(event["UID"]) for event in Calendar.from_ical(answer.body()).walk("VEVENT")]

    def shown(self, selector: str, aspect: str = "textContent") -> list[str]:
        """Tell what is shown of a kind."""
        found: list[str] = self.page.evaluate(SHOWN.format(selector, aspect))
        return found


@contextmanager
def visitor(
    browser: Browser,
    site: Site,
    path: str = "",
    *,
    width: int = 360,
    zone: str = "Europe/Berlin",
    has_scripts: bool = True,
) -> Iterator[Visitor]:
    """Open a page for a visitor; whatever is wrong on the way, or kept about them, fails the test."""
    with browser.new_context(
        viewport={"width": width, "height": 800},
        timezone_id=zone,
        java_script_enabled=has_scripts,
        permissions=["clipboard-read", "clipboard-write"],
    ) as context:
        with Window(context.new_page(), site.address) as window:
            window.go(path)
            yield Visitor(window.page, site)
        assert context.storage_state() == {"cookies": [], "origins": []}


@pytest.fixture(scope="module")
def site(browser: Browser) -> Iterator[Site]:  # noqa: ARG001  # without one no site is made
    with serve(EXAMPLE, NOW) as served:
        yield served


# ── a newcomer subscribes ────────────────────────────────────────────────────────────────────────

DIALOG = [
    "Close",
    "Address of the calendar feed",
    "Copy",
    "Apple Calendar",
    "Google Calendar",
    "Outlook.com",
    "Outlook at work",
    "Thunderbird and others",
    "Android: ICSx5",
    "Download it once",
    "Atom",
    "JSON Feed",
]
"""Where Tab goes in the dialog, one after the other."""


def test_newcomer_opens_the_dialog_and_goes_through_it(browser: Browser, site: Site) -> None:
    with visitor(browser, site) as somebody:
        somebody.opens()
        passed = []
        for _ in DIALOG:
            somebody.press("Tab")
            passed.append(somebody.focused)
        is_open = somebody.shown(".dialog", "id")
        somebody.press("Escape")
        back = (somebody.focused, somebody.shown(".dialog", "id"))

    assert passed == DIALOG
    assert (is_open, back) == (["subscribe"], ("Subscribe", []))


def test_newcomer_copies_the_address(browser: Browser, site: Site) -> None:
    with visitor(browser, site) as somebody:
        somebody.opens()
        somebody.reach("Copy")
        somebody.press("Enter")
        expect(somebody.page.locator(":focus")).to_have_text("Copied")
        somebody.press("Enter")
        copied = somebody.page.evaluate("navigator.clipboard.readText()")
        expect(somebody.page.locator(":focus")).to_have_text("Copy")

    assert copied == site.address + FEED


def test_every_program_gets_the_address_as_it_takes_it(browser: Browser, site: Site) -> None:
    feed = site.address + FEED
    webcal = feed.replace("http:", "webcal:")
    new = f"calendar/0/addfromweb?url={quote(feed, safe='')}&name=Systems%20Reading%20Group"

    with visitor(browser, site) as somebody:
        somebody.opens()
        links = somebody.shown(".dialog a", "href")

    assert links == [
        webcal,
        f"https://calendar.google.com/calendar/r?cid={quote(webcal, safe='')}",
        f"https://outlook.live.com/{new}",
        f"https://outlook.office.com/{new}",
        webcal,
        "https://icsx5.bitfire.at/",
        feed,
        feed.replace(".ics", ".atom"),
        feed.replace(".ics", ".changes.json"),
    ]


def test_link_of_a_chat_leads_right_to_the_dialog(browser: Browser, site: Site) -> None:
    with visitor(browser, site, "#subscribe") as somebody:
        expect(somebody.page.locator(":focus")).to_have_role("dialog")
        arrived = somebody.shown(".dialog", "id")
        somebody.press("Escape")
        closed = somebody.shown(".dialog", "id")

    assert (arrived, closed) == (["subscribe"], [])


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("theme", THEMES)
def test_everybody_can_use_the_dialog(
    browser: Browser, site: Site, width: int, theme: Literal["light", "dark"]
) -> None:
    with visitor(browser, site, "#subscribe", width=width) as somebody:
        somebody.page.emulate_media(color_scheme=theme)
        assert (violations(somebody.page), too_wide(somebody.page)) == ([], [])


# ── somebody finds their own talks ───────────────────────────────────────────────────────────────


def test_somebody_finds_their_own_talks(browser: Browser, site: Site) -> None:
    with visitor(browser, site) as somebody:
        somebody.follow("People")
        somebody.reach("Name")
        somebody.page.keyboard.type("emile")
        found = somebody.shown("#people li a")
        somebody.follow("Émile Laurent")
        page = somebody.path
        somebody.opens("Subscribe to all of these")
        address = somebody.page.input_value("#subscribe input")

    assert found == ["Émile Laurent"]
    assert (page, address) == (
        "presenter/emile-laurent/",
        f"{site.address}presenter/emile-laurent.ics",
    )


def test_somebody_is_reminded_to_prepare(browser: Browser, site: Site) -> None:
    with visitor(browser, site, "presenter/emile-laurent/") as somebody:
        somebody.follow("With a reminder to prepare")
        chosen = somebody.shown("input:checked", "value")
        address = somebody.page.text_content(".url")

    assert chosen == ["emile-laurent", "", "1w"]
    assert address == (f"{site.address}filter/systems-reading-group.ics?alarm=1w&presenter=emile-laurent")


# ── somebody puts together a feed ────────────────────────────────────────────────────────────────

CHOICE = "alarm=1d&presenter=ada-brandt&role=presenter&venue=OSDI"


def test_choice_shows_at_once_what_it_yields(browser: Browser, site: Site) -> None:
    with visitor(browser, site, "filters/") as somebody:
        somebody.page.evaluate("window.stays = true")
        somebody.tick("Ada Brandt")
        somebody.reach("any")
        with somebody.page.expect_response("**/filters/?*role=presenter*"):
            somebody.press("ArrowRight")
        somebody.tick("OSDI")
        somebody.tick("a day before")
        stays, focused = somebody.page.evaluate("window.stays"), somebody.focused
        address = str(somebody.page.text_content(".url"))
        sessions = somebody.shown("#result .session", "id")
        events = somebody.events(address.replace("alarm=1d&", ""))
        reminding = somebody.events(address)
        count, path = somebody.page.text_content("#count"), somebody.path
        somebody.page.reload()
        again = (somebody.shown("#result .session", "id"), somebody.shown("input:checked", "value"))

    assert (stays, focused, count) == (True, "a day before", "1 session")
    assert address == f"{site.address}filter/systems-reading-group.ics?{CHOICE}"
    assert sessions == events
    assert len(reminding) == len(events)
    assert path == "filters/?presenter=ada-brandt&role=presenter&venue=osdi&alarm=1d"
    assert again == (sessions, ["ada-brandt", "presenter", "osdi", "1d"])


def test_dialog_of_a_choice_works_as_any(browser: Browser, site: Site) -> None:
    with visitor(browser, site, "filters/", zone="America/New_York") as somebody:
        somebody.tick("Ada Brandt")
        clocks = len(somebody.shown("#result .yours")), len(somebody.shown("#result .session .clock"))
        somebody.opens()
        somebody.reach("Copy")
        somebody.press("Enter")
        expect(somebody.page.locator(":focus")).to_have_text("Copied")
        copied = somebody.page.evaluate("navigator.clipboard.readText()")
        address = somebody.page.text_content(".url")

    assert clocks[0] == clocks[1] > 0
    assert copied == address == f"{site.address}filter/systems-reading-group.ics?presenter=ada-brandt"


def test_last_choice_wins_whichever_answer_comes_last(browser: Browser, site: Site) -> None:
    with visitor(browser, site, "filters/") as somebody:
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        somebody.page.route("**/filters/?presenter=ada-brandt", hold)
        somebody.reach("Ada Brandt")
        somebody.press("Space", "Tab")
        somebody.tick("Émile Laurent")
        with somebody.page.expect_response("**/filters/?presenter=ada-brandt"):
            held[0].continue_()
        somebody.page.wait_for_timeout(100)
        shown, path = somebody.page.text_content(".url"), somebody.path

    query = "presenter=ada-brandt&presenter=emile-laurent"
    assert path == f"filters/?{query}"
    assert shown == f"{site.address}filter/systems-reading-group.ics?{query}"


def test_choice_stays_in_another_language(browser: Browser, site: Site) -> None:
    with visitor(browser, site, "filters/") as somebody:
        somebody.tick("Ada Brandt")
        somebody.follow("中文 (简体)")
        assert somebody.path == "zh-hans/filters/?presenter=ada-brandt"


def test_choice_is_shown_without_scripts(browser: Browser, site: Site) -> None:
    with visitor(browser, site, "filters/", has_scripts=False) as somebody:
        somebody.page.get_by_label("Ada Brandt").press("Space")
        with somebody.page.expect_navigation():
            somebody.page.get_by_role("button", name="Show").press("Enter")
        address = somebody.page.text_content(".url")

    assert address == f"{site.address}filter/systems-reading-group.ics?presenter=ada-brandt"


# ── somebody looks around ────────────────────────────────────────────────────────────────────────


def test_search_narrows_at_once_and_asks_by_enter(browser: Browser, site: Site) -> None:
    with visitor(browser, site, "search/") as somebody:
        somebody.reach("Titles, people, venues")
        somebody.page.keyboard.type("laurent")
        narrowed = somebody.shown("#found .title a", "href")
        with somebody.page.expect_navigation():
            somebody.press("Enter")
        found, path = somebody.shown("#found .title a", "href"), somebody.path

    assert found == narrowed != []
    assert path == "search/?q=laurent"


def test_search_works_without_scripts(browser: Browser, site: Site) -> None:
    with visitor(browser, site, "search/", has_scripts=False) as somebody:
        field = somebody.page.get_by_role("searchbox")
        field.fill("laurent")
        with somebody.page.expect_navigation():
            field.press("Enter")
        assert "Émile Laurent" in str(somebody.page.text_content("#found"))


def test_language_is_kept_from_page_to_page(browser: Browser, site: Site) -> None:
    with visitor(browser, site, "people/") as somebody:
        somebody.follow("中文 (简体)")
        switched = somebody.path
        somebody.follow("日程")
        onward = (somebody.path, somebody.page.evaluate("document.documentElement.lang"))

    assert (switched, onward) == ("zh-hans/people/", ("zh-hans/", "zh-Hans"))


def test_months_follow_one_another(browser: Browser, site: Site) -> None:
    with visitor(browser, site) as somebody:
        somebody.follow("Month")
        paths = [somebody.path]
        for name in ("November 2026 →", "← October 2026"):
            somebody.follow(name)
            paths.append(somebody.path)

    assert paths == ["month/2026-10/", "month/2026-11/", "month/2026-10/"]


def test_first_key_skips_to_the_content(browser: Browser, site: Site) -> None:
    with visitor(browser, site, "people/") as somebody:
        somebody.press("Tab")
        first = (somebody.focused, somebody.page.locator(":focus").bounding_box())
        somebody.press("Enter", "Tab")
        then = somebody.focused

    assert first[0] == "Skip to content"
    assert first[1] is not None
    assert first[1]["x"] >= 0
    assert then == "Name"


@pytest.mark.parametrize(
    ("zone", "clock"),
    [
        ("Europe/Berlin", None),
        ("Europe/Paris", None),
        ("America/New_York", "8:00 AM your time"),
        ("Pacific/Auckland", "Wed 1:00 AM your time"),
    ],
)
def test_clock_is_the_visitors_where_it_differs(
    browser: Browser, site: Site, zone: str, clock: str | None
) -> None:
    with visitor(browser, site, zone=zone) as somebody:
        found = [re.sub(r"\s", " ", each) for each in somebody.shown(".next .yours")]

    assert found == [clock] * (clock is not None)


@pytest.mark.parametrize("path", ["", "filters/", "feeds/", "presenter/ada-brandt/", "search/"])
def test_paper_has_nothing_to_press(browser: Browser, site: Site, path: str) -> None:
    with visitor(browser, site, path) as somebody:
        somebody.page.emulate_media(media="print")
        assert somebody.shown("nav, button, input[type=search], input[type=checkbox]", "outerHTML") == []
        assert somebody.shown("h1") != []


@pytest.mark.parametrize("path", ["", "filters/", "people/", "month/2026-10/", "statistics/", "feeds/"])
def test_page_from_right_to_left_fits_a_telephone(browser: Browser, site: Site, path: str) -> None:
    with visitor(browser, site, path) as somebody:
        somebody.page.evaluate("document.documentElement.dir = 'rtl'")
        widths = somebody.page.evaluate("[document.documentElement.scrollWidth, document.body.offsetWidth]")
        assert widths[0] == widths[1]
