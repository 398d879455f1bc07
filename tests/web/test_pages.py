"""Every kind of page, as a visitor without JavaScript reads it."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from calfeed.model import Change, ChangeKind, Facet, Status
from calfeed.publication import Publication
from calfeed.web import create_app
from calfeed.web.current import Current
from tests.web.sample import CALENDAR, ENTRIES, NOW, PUBLICATION, publication

HERON, FAR_MEMORY, OPEN = ENTRIES[1].uid, ENTRIES[4].uid, ENTRIES[6].uid


def serve(published: Publication = PUBLICATION, prepared: int | None = None) -> FlaskClient:
    current = Current(lambda: published, lambda: None)
    current.refresh()
    return create_app(current, lambda: NOW, prepared=prepared).test_client()


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return serve()


def titles(page: str) -> list[str]:
    """Give the first words of the sessions that a page lists."""
    return [
        words.split()[0] for words in re.findall(r'<a href="/session/[^"]+"><bdi>([^<]+)</bdi></a>', page)
    ]


# ── one session ──────────────────────────────────────────────────────────────────────────────────


def test_session_has_a_page_of_its_own_between_its_neighbours(client: FlaskClient) -> None:
    page = client.get(f"/session/{FAR_MEMORY}/").text
    assert "<h1><bdi>A Log-Structured Cache for Far Memory" in page
    assert '<time datetime="2024-09-24T14:00+08:00">Tuesday, 24 September 2024</time>' in page
    assert re.findall(r'rel="(prev|next)" href="/session/[^"]*(\d)/"', page) == [("prev", "3"), ("next", "6")]


def test_endless_title_is_whole_on_its_own_page_only() -> None:
    endless = "Reading the same paper again, " * 33
    wordy = replace(ENTRIES[0], session=replace(ENTRIES[0].session, title=endless.strip()))
    client = serve(publication([wordy]))
    listed = client.get("/search/").text
    assert (endless.strip() in listed, endless[:180] in listed) == (False, True)
    assert f"<bdi>{endless.strip()}</bdi></h1>" in client.get(f"/session/{wordy.uid}/").text


def test_open_slot_has_none(client: FlaskClient) -> None:
    assert client.get(f"/session/{OPEN}/").status_code == 404


def test_session_tells_what_changed_and_when() -> None:
    told = Change(
        uid=FAR_MEMORY,
        sequence=2,
        time=datetime(2024, 9, 12, 8, 30, tzinfo=UTC),
        kind=ChangeKind.CHANGED,
        date=NOW.date(),
        title="",
        semester="2024-fall",
        facets=(Facet("date", "2024-09-17", "2024-09-24"), Facet("venue", None, "OSDI'24")),
    )
    changes = (told, replace(told, uid=HERON, facets=(Facet("title", None, "of another"),)))
    page = serve(replace(PUBLICATION, changes=changes)).get(f"/session/{FAR_MEMORY}/").text
    assert "12 Sept 2024, 08:30 UTC" in page
    assert re.findall(
        r'<dt>(.*?)</dt>\s*<dd>(?:<del dir="auto">(.*?)</del> )?<ins dir="auto">(.*?)</ins>', page
    ) == [
        ("Date", "2024-09-17", "2024-09-24"),
        ("Venue", "", "OSDI&#39;24"),
    ]
    assert "of another" not in page


# ── a month ──────────────────────────────────────────────────────────────────────────────────────


def test_month_has_whole_weeks_and_its_sessions(client: FlaskClient) -> None:
    page = client.get("/month/2024-09/").text
    days = re.findall(r'<time datetime="(2024-09-\d\d)">', page)
    assert days == [f"2024-09-{day:02}" for day in range(1, 31)]
    assert len(re.findall(r'<li class="', page)) == 42
    assert titles(page) == ["Heron:", "Two", "A"]
    assert re.findall(r'rel="(prev|next)" href="/month/([^"]+)/"', page) == [
        ("prev", "2024-03"),
        ("next", "2024-10"),
    ]


@pytest.mark.parametrize("slug", ["2024-08", "2024-13", "september", "0000-00"])
def test_month_without_a_session_has_no_page(client: FlaskClient, slug: str) -> None:
    assert client.get(f"/month/{slug}/").status_code == 404


def test_every_page_leads_to_the_month_of_the_next_session(client: FlaskClient) -> None:
    assert 'href="/month/2024-09/"' in client.get("/people/").text
    over = serve(publication(ENTRIES[:1]))
    assert 'href="/month/2024-03/"' in over.get("/people/").text


# ── venues, people, search ───────────────────────────────────────────────────────────────────────


def test_venue_shows_its_papers_and_their_feed(client: FlaskClient) -> None:
    page = client.get("/venue/osdi/").text
    assert titles(page) == ["A", "Heron:"]
    feed = re.findall(r'readonly value="https://reading.example.org([^"]+)"', page)
    assert feed == ["/filter/systems-reading-group/venue/osdi.ics"]
    assert client.get(feed[0]).status_code == 200
    assert client.get("/venue/icfp/").status_code == 404


def test_people_are_listed_for_one_who_looks_for_themselves(client: FlaskClient) -> None:
    page = client.get("/people/").text
    assert re.findall(r'<li><a href="([^"]+)"', page) == [
        "/presenter/ada-moreau/",
        "/presenter/ben-okafor/",
        "/presenter/lin-xiaoyu/",
    ]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["Writing", "A", "Two", "Heron:", "Paging"]),
        ("heron", ["Heron:"]),
        ("HÉRON ada", ["Heron:"]),
        ("heron sosp", []),
        ("Moreau regret", ["Paging"]),
        ("小雨", ["A", "Paging"]),
        ("osdi'24", ["A", "Heron:"]),
        ("lakeside university", ["A", "Heron:", "Paging"]),
        ("<script>", []),
    ],
)
def test_search_finds_titles_people_and_venues(client: FlaskClient, asked: str, found: list[str]) -> None:
    page = client.get("/search/", query_string={"q": asked}).text
    assert titles(page) == found
    assert f'value="{asked.replace("<", "&lt;").replace(">", "&gt;").replace(chr(39), "&#39;")}"' in page


# ── a feed of one's own ──────────────────────────────────────────────────────────────────────────


def test_filter_shows_its_sessions_and_its_address(client: FlaskClient) -> None:
    page = client.get("/filters/?presenter=ada-moreau&role=presenter&venue=").text
    assert titles(page) == ["Heron:"]
    assert (
        "<code>https://reading.example.org/filter/systems-reading-group.ics"
        "?presenter=ada-moreau&amp;role=presenter</code>" in page
    )
    assert re.findall(r'name="(\w+)" value="([^"]+)" checked', page) == [
        ("presenter", "ada-moreau"),
        ("role", "presenter"),
    ]


def test_filter_with_nothing_chosen_is_everything(client: FlaskClient) -> None:
    page = client.get("/filters/?role=").text
    assert titles(page) == ["A", "Writing", "Two", "Heron:", "Paging"]


def test_filter_shows_a_session_that_left_the_schedule_as_its_feed_has_it() -> None:
    """The event of such a session tells it as cancelled, which the remembered session does not say."""
    cancelled = [
        replace(event, session=replace(event.session, status=Status.CANCELLED))
        if event.status == "CANCELLED"
        else event
        for event in PUBLICATION.events
    ]
    page = serve(replace(PUBLICATION, events=tuple(cancelled))).get("/filters/?alarm=1d").text
    assert titles(page) == ["A", "Writing", "Two", "Heron:", "Paging"]


def test_filter_that_cannot_be_says_why(client: FlaskClient) -> None:
    answer = client.get("/filters/?presenter=nobody")
    assert answer.status_code == 200
    assert "There is no presenter named &#39;nobody&#39;." in answer.text
    assert "popovertarget" not in answer.text


def test_static_site_offers_what_is_prepared_in_place_of_the_form() -> None:
    static = serve(prepared=2)
    page = static.get("/filters/").text
    assert "<form" not in page
    feeds = re.findall(r'href="https://reading.example.org(/filter/[^"]+)"', page)
    assert feeds
    assert {static.get(feed).status_code for feed in feeds} == {200}
    assert "status" not in re.findall(r'href="/(\w+)', static.get("/").text)
    assert re.search(r'<form class="finder" action="/search/" hidden>', static.get("/search/").text)


# ── languages ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "accepted", "spoken"),
    [
        ("/", "", "en"),
        ("/", "zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("/", "zh", "zh-Hans"),
        ("/", "zh-Hans-CN", "zh-Hans"),
        ("/", "fr,de;q=0.5", "en"),
        ("/", "en-GB,zh;q=0.5", "en"),
        ("/", "*;q=garbage", "en"),
        ("/zh-hans/", "en", "zh-Hans"),
        ("/en/", "zh", "en"),
        ("/en/people/", "zh", "en"),
        ("/zh-hans/status", "en", "zh-Hans"),
    ],
)
def test_language_is_the_address_s_or_else_the_browser_s(
    client: FlaskClient, path: str, accepted: str, spoken: str
) -> None:
    answer = client.get(path, headers={"Accept-Language": accepted})
    assert answer.headers["Content-Language"] == spoken
    assert f'<html lang="{spoken}"' in answer.text
    assert ("Accept-Language" in answer.headers.get("Vary", "")) == (path == "/")


def test_language_is_the_calendar_s_where_the_browser_has_no_wish() -> None:
    chinese = serve(publication(ENTRIES, replace(CALENDAR, language="zh-CN")))
    assert chinese.get("/").headers["Content-Language"] == "zh-Hans"
    assert chinese.get("/", headers={"Accept-Language": "en"}).headers["Content-Language"] == "en"


def test_page_whose_address_says_its_language_leads_to_others_that_do(client: FlaskClient) -> None:
    own = set(re.findall(r'href="(/[^"]*/)"', client.get("/zh-hans/").text))
    assert {address.split("/")[1] for address in own} == {"zh-hans", "en"}
    assert [address for address in own if address.startswith("/en/")] == ["/en/"]


@pytest.mark.parametrize(
    "path",
    ["/presenter/lin-xiaoyu/", f"/session/{HERON}/", "/search/?q=heron", "/filters/?presenter=ada-moreau"],
)
def test_switch_leads_to_the_same_page_in_the_other_language(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    assert f'href="/zh-hans{path}" lang="zh-Hans"' in page
    assert client.get(f"/zh-hans{path}").headers["Content-Language"] == "zh-Hans"


def test_unknown_language_is_no_page(client: FlaskClient) -> None:
    assert [client.get(path).status_code for path in ("/fr/", "/zh/", "/ZH-HANS/")] == [404, 404, 404]


def test_r90_feed_is_the_same_for_visitors_of_every_language(client: FlaskClient) -> None:
    answers = [
        client.get("/calendar/systems-reading-group.ics", headers={"Accept-Language": each})
        for each in ("en", "zh")
    ]
    assert answers[0].data == answers[1].data
    assert "Accept-Language" not in answers[0].headers["Vary"]


def test_home_stays_short_where_a_group_has_met_for_years() -> None:
    many = [
        replace(
            ENTRIES[1],
            uid=f"5d683371-bb79-55fe-8a7f-{number:012}",
            session=replace(ENTRIES[1].session, date=NOW.date() - timedelta(days=number)),
        )
        for number in range(400, 0, -1)
    ]
    page = serve(publication(many)).get("/").text
    assert len(titles(page)) == 8
    assert len(page) < 30_000
