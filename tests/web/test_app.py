"""The whole application as a browser and a calendar program see it, but for the gate."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from itertools import count

import pytest
from flask import g
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from calfeed.formats import FORMATS
from calfeed.model import Entry, Link, State
from calfeed.publication import Publication
from calfeed.web import create_app, paths
from calfeed.web.answers import Answers
from calfeed.web.current import Current, Served
from calfeed.web.pages.visit import Visit
from tests.web.sample import ADA, CALENDAR, ENTRIES, NOW, PUBLICATION, entry, publication, session

FEED = "/calendar/systems-reading-group.ics"
FILTER = "/filter/systems-reading-group.ics"
PAGES = [path for path in paths(PUBLICATION) if path.endswith("/")] + ["/status", "/nowhere"]


def serve(publish: Callable[[], Publication]) -> FlaskClient:
    current = Current(publish, lambda: None)
    current.refresh()
    return create_app(current, lambda: NOW).test_client()


def fail() -> Publication:
    raise RuntimeError("the ledger's password is hunter2")


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return serve(lambda: PUBLICATION)


class Links(HTMLParser):
    """Collects every address in a page, and every id."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.loaded: list[str] = []
        self.ids: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag points to."""
        given = {name: value or "" for name, value in attrs}
        self.addresses += [given[name] for name in ("href", "src") if name in given]
        if (tag == "script" and "src" in given) or tag == "img" or given.get("rel") in {"stylesheet", "icon"}:
            self.loaded.append(given.get("src") or given.get("href", ""))
        if "id" in given:
            self.ids.append(given["id"])


# ── pages ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", PAGES)
def test_pages_follow_only_links_that_exist_and_load_only_our_own(client: FlaskClient, path: str) -> None:
    found = Links(client.get(path).text)
    ours = [address for address in found.addresses if address.startswith("/") and "#" not in address]
    assert ours or path.endswith("/embed/fragment/")  # whose addresses are whole
    assert {address: client.get(address, buffered=True).status_code for address in ours} == dict.fromkeys(
        ours, 200
    )
    assert [address for address in found.loaded if not address.startswith("/static/")] == []
    assert len(found.ids) == len(set(found.ids))


@pytest.mark.parametrize("path", PAGES)
def test_pages_have_security_headers_and_no_cookie(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    names = (
        "Content-Security-Policy",
        "X-Content-Type-Options",
        "Referrer-Policy",
        "Cache-Control",
        "Set-Cookie",
    )
    assert [answer.headers.get(name) for name in names] == [
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors "
        + ("*" if "/embed/" in path else "'none'"),
        "nosniff",
        "no-referrer",
        "no-cache",
        None,
    ]
    tags = re.sub(r'value="[^"]*"', "", answer.text)  # some hold HTML to copy
    assert not re.search(r"<style|<script>|\sstyle=|\son\w+=", tags)


@pytest.mark.parametrize("path", ["/", "/semester/2024-fall/", "/presenter/ada-moreau/", "/status"])
def test_pages_answer_304(client: FlaskClient, path: str) -> None:
    tag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("path", ["/", "/static/style.css"])
def test_impossible_date_is_no_date(client: FlaskClient, path: str) -> None:
    since = {"If-Modified-Since": "Sun, 01 Sep 99999999999999999999 03:15:00 GMT"}
    with client.get(path, headers=since) as answer:
        assert answer.status_code == 200


def test_date_is_left_to_the_server_which_sends_one_anyway(client: FlaskClient) -> None:
    for path in ("/", "/static/style.css"):
        assert "Date" not in client.get(path, buffered=True).headers


def test_home_shows_the_next_session_first(client: FlaskClient) -> None:
    page = client.get("/").text
    following = page[page.index("Next session") : page.index('class="actions"')]
    assert "A Log-Structured Cache for Far Memory" in following
    assert "Tuesday, 24 September 2024" in following
    assert "14:00–15:30" in following
    assert "Shanghai time" in following


def test_home_says_so_where_nothing_is_scheduled() -> None:
    page = serve(lambda: publication(ENTRIES[:2])).get("/").text
    assert "Nothing is scheduled at the moment." in page


def test_home_counts_sessions_and_people(client: FlaskClient) -> None:
    page = client.get("/").text
    people = client.get("/people/").text
    counts = [re.findall(r'class="count"[^>]*>([^<]+)<', each) for each in (page, people)]
    assert counts == [["4 sessions", "1 session"], ["4", "2", "2"]]


def test_each_state_of_a_session_is_told(client: FlaskClient) -> None:
    page = client.get("/semester/2024-fall/").text
    shown = re.findall(r'<li id="[^"]*(\d)" class="session (\w+)">', page)
    assert shown == [
        ("2", "confirmed"),
        ("3", "cancelled"),
        ("4", "silent"),
        ("5", "confirmed"),
        ("6", "tentative"),
        ("7", "silent"),
        ("8", "confirmed"),
    ]
    for words in (
        "Cancelled",
        "Tentative",
        "Open slot",
        "No meeting: Mid-Autumn",
        "To be announced",
        "All day",
    ):
        assert words in page
    assert page.count('aria-label="Highlighted"') == 1


def test_session_is_found_by_its_uid(client: FlaskClient) -> None:
    """Events link to /semester/<slug>/#<uid>."""
    ids = Links(client.get("/semester/2024-fall/").text).ids
    assert {each.uid for each in ENTRIES[1:]} <= set(ids)


def test_presenter_page_counts_roles_and_offers_both_feeds(client: FlaskClient) -> None:
    page = client.get("/presenter/ada-moreau/").text
    assert "2 presented, 2 assisted" in page
    assert re.findall(r'value="([^"]+)"', page) == [
        "https://reading.example.org/presenter/ada-moreau.ics",
        "https://reading.example.org/presenting/ada-moreau.ics",
    ]


@pytest.mark.parametrize(("extension", "kind"), [("atom", "atom+xml"), ("changes.json", "feed+json")])
def test_page_leads_feed_readers_to_its_changes(client: FlaskClient, extension: str, kind: str) -> None:
    page = client.get("/semester/2024-fall/").text
    answer = client.get(f"/semester/2024-fall.{extension}")

    address = f"https://reading.example.org/semester/2024-fall.{extension}"
    assert re.findall(rf'type="application/{re.escape(kind)}" title="([^"]+)" href="{address}"', page) == [
        "Systems Reading Group: 2024 Fall: changes"
    ]
    assert f'<a href="{address}">' in page
    assert (answer.status_code, answer.mimetype) == (200, f"application/{kind}")


def test_unknown_semester_and_presenter_are_not_found(client: FlaskClient) -> None:
    assert [client.get(f"/{kind}/nobody/").status_code for kind in ("semester", "presenter")] == [404, 404]


def test_page_is_in_the_language_of_the_calendar() -> None:
    chinese = replace(CALENDAR, language="zh-Hans")
    page = serve(lambda: publication(ENTRIES, chinese)).get("/").text
    assert '<html lang="zh-Hans" dir="ltr">' in page


def test_r85_subscribing_is_offered_in_this_order(client: FlaskClient) -> None:
    page = client.get("/").text
    marks = [
        'value="https://reading.example.org/calendar/systems-reading-group.ics"',
        'href="webcal://reading.example.org/calendar/systems-reading-group.ics"',
        'href="https://calendar.google.com/calendar/r?cid=webcal%3A%2F%2F',
        'href="https://outlook.live.com/calendar/0/addfromweb?url=https%3A%2F%2F',
        'href="https://outlook.office.com/calendar/0/addfromweb?url=https%3A%2F%2F',
        "Thunderbird",
        "ICSx5",
        "<svg",
        "Download it once",
    ]
    places = [page.find(mark) for mark in marks]
    assert -1 not in places
    assert places == sorted(places)
    assert '<link rel="alternate" type="text/calendar"' in page


def test_r86_addresses_of_feeds_are_short_and_ascii(client: FlaskClient) -> None:
    for path in PAGES:
        for address in re.findall(r'readonly value="(http[^"]+)"', client.get(path).text):
            assert address.isascii()
            assert len(address) <= 200


def test_site_that_is_not_known_is_taken_from_the_request() -> None:
    page = serve(lambda: publication(ENTRIES, replace(CALENDAR, site=None))).get(
        "/", base_url="http://box:8000/sub"
    )
    assert 'value="http://box:8000/sub/calendar/systems-reading-group.ics"' in page.text
    assert 'href="/sub/semester/2024-fall/"' in page.text
    assert "only from a public https address" in page.text


def test_site_that_is_known_wins_over_the_request(client: FlaskClient) -> None:
    page = client.get("/", base_url="http://evil.example.net/").text
    assert "evil.example.net" not in page
    assert "only from a public https address" not in page


# ── names that were changed ──────────────────────────────────────────────────────────────────────

ALIASES = {
    "presenter/ada-moreau": ("presenter/ada-m", "presenter/阿达"),
    "presenting/ada-moreau": ("presenting/ada-m",),
    "semester/2024-fall": ("semester/2024-autumn",),
}


@pytest.fixture(scope="module")
def renamed() -> FlaskClient:
    feeds = tuple(replace(feed, aliases=ALIASES.get(feed.path, ())) for feed in PUBLICATION.feeds)
    return serve(lambda: replace(PUBLICATION, feeds=feeds))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/presenter/ada-m/", "/presenter/ada-moreau/"),
        ("/presenter/阿达/", "/presenter/ada-moreau/"),
        ("/semester/2024-autumn/", "/semester/2024-fall/"),
    ],
)
def test_r82_page_by_an_old_name_leads_to_the_new_one(renamed: FlaskClient, old: str, new: str) -> None:
    answer = renamed.get(old, base_url="http://box/sub")
    assert (answer.status_code, answer.headers["Location"]) == (308, f"/sub{new}")
    assert renamed.get(new).status_code == 200


def test_page_by_a_name_that_nobody_ever_had_is_not_found(renamed: FlaskClient) -> None:
    assert [renamed.get(f"/{page}/").status_code for page in ("presenter/2024-autumn", "semester/ada-m")] == [
        404,
        404,
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("presenter=ada-m&presenter=lin-xiaoyu", "presenter=ada-moreau&presenter=lin-xiaoyu"),
        ("presenter=Ada-M&role=presenter", "presenter=ada-moreau&role=presenter"),
        ("semester=2024-autumn", "semester=2024-fall"),
    ],
)
def test_r82_filter_by_an_old_name_is_the_filter_by_the_new_one(
    renamed: FlaskClient, old: str, new: str
) -> None:
    answers = [renamed.get(f"{FILTER}?{query}") for query in (old, new)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].data == answers[1].data


# ── what is kept ─────────────────────────────────────────────────────────────────────────────────


def test_page_is_made_once_for_a_minute_an_address_and_a_language() -> None:
    with serve(lambda: PUBLICATION).application.test_request_context("/"):
        g.served, g.now, g.language, g.prefix = Served(PUBLICATION), NOW, "en", None
        answers = Answers(PUBLICATION)
        visit = Visit(PUBLICATION, "http://box/", NOW, "en")
        others = (
            replace(visit, now=NOW + timedelta(minutes=1)),
            replace(visit, root="http://other/"),
            replace(visit, language="zh-Hans"),
            replace(visit, is_prefixed=True),
        )
        first = answers.page("home", visit)
        assert answers.page("home", replace(visit)) is first
        assert [answers.page("home", other) is first for other in others] == [False] * 4


def test_page_follows_the_clock_by_the_minute() -> None:
    """The session of 24 September ends at 07:30 UTC."""
    clock = [datetime(2024, 9, 24, 7, minute, second, tzinfo=UTC) for minute, second in ((29, 59), (30, 0))]
    current = Current(lambda: PUBLICATION, lambda: None)
    current.refresh()
    client = create_app(current, lambda: clock.pop(0)).test_client()
    pages = [client.get("/").text for _ in range(2)]
    following = [page[page.index("Next session") : page.index('class="actions"')] for page in pages]
    assert ["Far Memory" in each for each in following] == [True, False]


def test_page_names_the_address_that_was_asked_for_and_no_other() -> None:
    client = serve(lambda: publication(ENTRIES, replace(CALENDAR, site=None)))
    pages = [client.get("/", base_url=root).text for root in ("http://one.example/", "http://two.example/")]
    assert [("one.example" in page, "two.example" in page) for page in pages] == [
        (True, False),
        (False, True),
    ]


def test_page_follows_a_new_publication() -> None:
    outcomes = [PUBLICATION, publication(ENTRIES[:2])]
    current = Current(lambda: outcomes.pop(0), lambda: None)
    current.refresh()
    client = create_app(current, lambda: NOW).test_client()
    before = client.get("/")
    current.refresh()
    after = client.get("/", headers={"If-None-Match": before.headers["ETag"]})
    assert ("Far Memory" in before.text, after.status_code, "Far Memory" in after.text) == (True, 200, False)


class Restless(Current):
    """Serves another publication each time it is looked at."""

    def __init__(self) -> None:
        self.looks = count()
        super().__init__(lambda: PUBLICATION, lambda: None)

    @property
    def served(self) -> Served:
        """Give the next publication."""
        return Served(publication(ENTRIES, replace(CALENDAR, name=f"Group {next(self.looks)}")))

    @served.setter
    def served(self, _served: Served) -> None:
        """Take none."""


@pytest.mark.parametrize("path", PAGES)
def test_page_is_made_from_one_publication(path: str) -> None:
    page = create_app(Restless(), lambda: NOW).test_client().get(path).text
    assert len(set(re.findall(r"Group \d", page))) == 1


# ── contributors' text ───────────────────────────────────────────────────────────────────────────

ATTACK = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def hostile() -> Entry:
    person = replace(ADA, name=ATTACK, affiliation=ATTACK, nickname=ATTACK)
    links = (
        Link("slides", ATTACK, "javascript:alert(1)", "javascript:alert(1)"),
        Link("video", "video", "https://video.example.org/\"onmouseover='alert(1)'", "x"),
        Link("other", "safe", "https://video.example.org/?a=1&b=2", "x"),
    )
    more = {"location": ATTACK, "online": "data:text/html,x", "paper_url": "vbscript:x", "links": links}
    return entry(1, session(date(2024, 9, 24), ATTACK, person, **more))


def test_r90_text_of_a_schedule_is_escaped_and_unsafe_links_are_text() -> None:
    attacked = replace(CALENDAR, name=ATTACK, description=ATTACK)
    client = serve(lambda: publication([hostile()], attacked))
    for path in ("/", "/semester/2024-fall/", "/presenter/ada-moreau/", "/status", "/nowhere"):
        page = client.get(path).text
        assert "alert(1)" in page or path == "/status"
        assert "<script>alert" not in page
        assert "<img" not in page
        schemes = {address.partition(":")[0] for address in Links(page).addresses if ":" in address}
        assert schemes <= {"https", "webcal"}
    assert 'href="https://video.example.org/?a=1&amp;b=2" rel="noopener nofollow"' in client.get("/").text


# ── filters ──────────────────────────────────────────────────────────────────────────────────────


def uids(answer: TestResponse) -> list[int]:
    return [int(number) for number in re.findall(r"UID:\S+(\d)\r\n", answer.text)]


def test_filter_answers_like_a_feed(client: FlaskClient) -> None:
    address = f"{FILTER}?presenter=ada-moreau&role=presenter"
    answer = client.get(address)
    assert (answer.status_code, uids(answer)) == (200, [2, 6])
    feed = client.get(FEED)
    for name in (
        "Content-Type",
        "Last-Modified",
        "Cache-Control",
        "Vary",
        "Content-Disposition",
        "Accept-Ranges",
    ):
        assert answer.headers[name] == feed.headers[name]
    held = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(address, headers=held).status_code == 304
    head = client.head(address)
    assert (head.headers["Content-Length"], head.data) == (str(len(answer.data)), b"")
    coded = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert coded.headers["Content-Encoding"] == "gzip"
    assert coded.headers["ETag"] != answer.headers["ETag"]


def test_filter_without_a_query_is_everything(client: FlaskClient) -> None:
    assert uids(client.get(FILTER)) == [1, 2, 3, 5, 6, 8]


@pytest.mark.parametrize("query", ["colour=red", "presenter=nobody", "semester=", "role=host", "venue=ICFP"])
def test_unknown_filter_says_what_exists(client: FlaskClient, query: str) -> None:
    answer = client.get(f"{FILTER}?{query}")
    assert (answer.status_code, answer.mimetype) == (404, "text/plain")
    assert answer.text.startswith("There is no ")
    assert "<" not in answer.text


def test_filter_of_another_calendar_is_not_found(client: FlaskClient) -> None:
    assert client.get("/filter/another.ics").status_code == 404


def test_prepared_filter_answers_at_an_address_without_a_query(client: FlaskClient) -> None:
    address = "/filter/systems-reading-group/semester/2024-fall/presenter/ada-moreau"
    answer = client.get(f"{address}.ics")
    assert (answer.status_code, uids(answer)) == (200, [2, 5, 6])
    assert f"example.org{address}.ics" in answer.text.replace("\r\n ", "")
    for odd in ("/filter/another/venue/OSDI.ics", f"{address}/venue.ics", f"{address}x.ics"):
        assert (odd, client.get(odd).status_code) == (odd, 404)


@pytest.mark.parametrize("extension", FORMATS)
@pytest.mark.parametrize("way", ["venue/OSDI.{}", "venue/osdi.{}"])
def test_filter_answers_in_every_format(client: FlaskClient, extension: str, way: str) -> None:
    answers = [
        client.get(f"/filter/systems-reading-group.{extension}?venue=OSDI&alarm=1d"),
        client.get(f"/filter/systems-reading-group/{way.format(extension)}"),
    ]
    for answer in answers:
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, FORMATS[extension].MEDIA_TYPE)


def test_filter_with_an_alarm_reminds_of_what_takes_place(client: FlaskClient) -> None:
    plain, reminding = client.get(FILTER).text, client.get(f"{FILTER}?alarm=1d").text
    events = reminding.split("BEGIN:VEVENT")[1:]
    assert "VALARM" not in plain
    assert ["STATUS:CANCELLED" in event for event in events] == ["VALARM" not in event for event in events]
    assert reminding.count("TRIGGER:-P1D\r\nEND:VALARM\r\nEND:VEVENT") == 5
    assert "X-WR-CALNAME:Systems Reading Group: reminder 1 day before\r\n" in reminding


def test_unknown_alarm_says_what_there_is(client: FlaskClient) -> None:
    answer = client.get(f"{FILTER}?alarm=soon")
    assert (answer.status_code, answer.mimetype) == (404, "text/plain")
    assert answer.text.startswith("There is no alarm named 'soon'.\nalarm: minutes, hours, days or weeks")


def test_r72_filter_is_newer_when_an_event_has_left_it() -> None:
    """Clients that keep only the date must not get a 304 for what is no longer there."""
    later = replace(PUBLICATION.renditions[FEED], last_modified=NOW)
    shrunk = publication([each for each in ENTRIES if each.uid != ENTRIES[5].uid])
    shrunk = replace(shrunk, renditions={**shrunk.renditions, FEED: later})
    since = {"If-Modified-Since": "Sun, 01 Sep 2024 03:15:00 GMT"}
    address = f"{FILTER}?presenter=ada-moreau"
    assert serve(lambda: PUBLICATION).get(address, headers=since).status_code == 304
    assert serve(lambda: shrunk).get(address, headers=since).status_code == 200


def test_filters_follow_a_new_publication() -> None:
    outcomes = [PUBLICATION, publication(ENTRIES[:2])]
    current = Current(lambda: outcomes.pop(0), lambda: None)
    current.refresh()
    client = create_app(current, lambda: NOW).test_client()
    before = uids(client.get(f"{FILTER}?presenter=ada-moreau"))
    current.refresh()
    assert (before, uids(client.get(f"{FILTER}?presenter=ada-moreau"))) == ([1, 2, 5, 6], [1, 2])


# ── what goes wrong ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere.ics",
        f"{FEED}.ics",
        "/presenter/nobody.ics",
        "/presenter/nobody.atom",
        "/semester/nobody.changes.json",
    ],
)
def test_r74_unknown_feed_is_a_short_text_and_never_a_calendar(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype, answer.text) == (
        404,
        "text/plain",
        "There is nothing at this address.\n",
    )


def test_unknown_page_is_explained_in_the_style_of_the_site(client: FlaskClient) -> None:
    answer = client.get("/nowhere")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "Systems Reading Group" in answer.text


def test_impossible_host_is_refused_in_a_few_words(client: FlaskClient) -> None:
    answer = client.get("/", headers={"Host": "a" * 300})
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")


def test_r69_pages_and_filters_refuse_other_methods(client: FlaskClient) -> None:
    for path in ("/", FILTER):
        answer = client.post(path)
        assert (answer.status_code, "GET" in answer.headers["Allow"]) == (405, True)


def test_r75_before_the_first_publication_feeds_and_pages_are_503() -> None:
    client = serve(fail)
    for path in (FEED, FILTER, "/presenter/anybody.ics", "/", "/semester/2024-fall/"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")


def test_bug_in_a_page_shows_no_traceback() -> None:
    unsorted = replace(PUBLICATION, entries=(replace(ENTRIES[0], session=None),))  # type: ignore[arg-type]  # a bug
    answer = serve(lambda: unsorted).get("/")
    assert answer.status_code == 500
    assert "It is our fault, and it has been noted." in answer.text
    assert "Traceback" not in answer.text
    assert "AttributeError" not in answer.text


def test_r78_robots_may_read_everything(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    assert (answer.status_code, answer.mimetype, answer.text) == (
        200,
        "text/plain",
        "User-agent: *\nDisallow:\nSitemap: https://reading.example.org/sitemap.xml\n",
    )


def test_person_named_only_in_a_cancelled_session_has_a_page() -> None:
    only = publication([replace(ENTRIES[1], state=State.CANCELLED)])
    assert "0 presented" in serve(lambda: only).get("/presenter/ada-moreau/").text
