"""The ways out of the pages: search engines, previews of links, other sites, feeds, in every language."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from calfeed.formats import FORMATS
from calfeed.model import State
from calfeed.publication import Publication
from calfeed.web import create_app, languages, paths
from calfeed.web.current import Current
from tests.web.sample import CALENDAR, ENTRIES, NOW, PUBLICATION, entry, publication, session

SITE = "https://reading.example.org/"
SESSION = f"/session/{ENTRIES[4].uid}/"
OTHERS = tuple(tag for tag in languages.offered() if tag != "en")


def serve(published: Publication = PUBLICATION) -> FlaskClient:
    current = Current(lambda: published, lambda: None)
    current.refresh()
    return create_app(current, lambda: NOW).test_client()


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return serve()


class Tags(HTMLParser):
    """Collects what a page says of itself."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.meta: dict[str, str] = {}
        self.canonical: list[str] = []
        self.alternates: dict[str, str] = {}
        self.names: set[str] = set()
        self.classes: set[str] = set()
        self.links: list[str] = []
        self.given: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.names.add(tag)
        self.given |= given.keys()
        self.classes |= set(given.get("class", "").split())
        if tag == "meta" and "content" in given:
            name = given.get("property") or given["name"]
            assert name not in self.meta
            self.meta[name] = given["content"]
        if tag == "link" and given["rel"] == "canonical":
            self.canonical.append(given["href"])
        if tag == "link" and "hreflang" in given:
            self.alternates[given["hreflang"]] = given["href"]
        if tag == "a":
            self.links.append(given["href"])


def told(client: FlaskClient, path: str, wishes: str = "") -> Tags:
    return Tags(client.get(path, headers={"Accept-Language": wishes}).text)


# ── search engines and previews ──────────────────────────────────────────────────────────────────


def test_session_page_has_structured_data(client: FlaskClient) -> None:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', client.get(SESSION).text)
    assert [json.loads(each)["url"] for each in found] == [f"{SITE}session/{ENTRIES[4].uid}/"]


def test_session_page_without_an_address_of_its_own_names_none() -> None:
    client = serve(publication(ENTRIES, replace(CALENDAR, site=None)))
    page = client.get(SESSION, headers={"Host": "evil.example"}).text
    block = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert len(block) == 1
    assert "evil" not in block[0]
    tags = Tags(page)
    assert (tags.canonical, tags.alternates, tags.meta.get("og:url")) == ([], {}, None)


def test_link_in_a_chat_shows_when_and_who(client: FlaskClient) -> None:
    tags = told(client, SESSION)
    assert {name: text for name, text in tags.meta.items() if name.startswith(("og:", "description"))} == {
        "description": "Tuesday, 24 September 2024, 14:00–15:30 Shanghai time"
        " · 林小雨, Ben Okafor, Ada Moreau",
        "og:type": "website",
        "og:site_name": "Systems Reading Group",
        "og:title": f"{ENTRIES[4].session.title} · Systems Reading Group",
        "og:description": tags.meta["description"],
        "og:locale": "en_US",
        "og:url": f"{SITE}session/{ENTRIES[4].uid}/",
    }


def test_preview_of_a_cancelled_session_says_so_and_of_a_whole_day_no_time(client: FlaskClient) -> None:
    cancelled, day = (f"/session/{ENTRIES[place].uid}/" for place in (2, 7))
    assert told(client, cancelled).meta["og:description"].startswith("Cancelled · Tuesday, 10 September 2024")
    assert told(client, day).meta["og:description"] == "Tuesday, 22 October 2024"


@pytest.mark.parametrize("path", ["/", "/people/", "/semester/2024-fall/", SESSION])
@pytest.mark.parametrize("tag", languages.offered())
def test_each_language_of_a_page_has_one_address(client: FlaskClient, path: str, tag: str) -> None:
    expected = {
        each: f"{SITE.rstrip('/')}{'' if each == 'en' else f'/{each.casefold()}'}{path}"
        for each in languages.offered()
    }
    for found in (told(client, path, tag), told(client, f"/{tag.casefold()}{path}")):
        assert found.canonical == [expected[tag]]
        assert found.alternates == {**expected, "x-default": expected["en"]}
        assert found.meta["og:url"] == expected[tag]


def test_own_language_of_a_group_is_the_one_without_a_prefix() -> None:
    tag = OTHERS[0]
    client = serve(publication(ENTRIES, replace(CALENDAR, language=tag)))
    assert told(client, "/people/").canonical == [f"{SITE}people/"]
    assert told(client, "/en/people/").canonical == [f"{SITE}en/people/"]


@pytest.mark.parametrize("path", ["/status", "/nowhere", "/session/nowhere/", "/search/?q=heron"])
def test_pages_not_to_be_found_have_no_canonical_address(client: FlaskClient, path: str) -> None:
    tags = told(client, path)
    assert tags.meta["robots"] == "noindex"
    assert (tags.canonical, tags.alternates) == ([], {})


@pytest.mark.parametrize("query", ["utm_source=chat", "endpoint=x&_scheme=javascript&_external=1&lang=en"])
def test_foreign_keys_of_a_query_leave_no_trace(client: FlaskClient, query: str) -> None:
    fresh = serve()
    asked = fresh.get(f"/people/?{query}")
    assert (asked.status_code, asked.text) == (200, client.get("/people/").text)


# ── sitemap and robots ───────────────────────────────────────────────────────────────────────────

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def sitemap(client: FlaskClient) -> Mapping[str, tuple[str | None, list[str]]]:
    """Read of each address when it changed and where else it is."""
    answer = client.get("/sitemap.xml")
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    return {
        url.findtext("s:loc", "", NAMES): (
            url.findtext("s:lastmod", None, NAMES),
            [link.attrib["href"] for link in url.findall("x:link", NAMES)],
        )
        for url in ElementTree.fromstring(answer.data).findall("s:url", NAMES)  # noqa: S314  # our own
    }


def test_sitemap_lists_every_page_that_may_be_found(client: FlaskClient) -> None:
    prefixes = tuple(f"/{tag.casefold()}/" for tag in languages.offered())
    pages = [path for path in paths(PUBLICATION) if path.endswith("/") and not path.startswith(prefixes)]
    expected = {
        f"{SITE.rstrip('/')}{path}" for path in pages if not path.startswith(("/embed/", "/filters/"))
    }
    found = sitemap(client)
    assert set(found) == expected
    assert len([address for address in found if "/session/" in address]) == 6
    for address, (changed, elsewhere) in found.items():
        path = address.removeprefix(SITE)
        assert elsewhere == [
            f"{SITE}{'' if tag == 'en' else tag.casefold() + '/'}{path}" for tag in languages.offered()
        ]
        assert changed == ("2024-09-01T03:15:00Z" if "/session/" in address else None)
        assert client.get(f"/{path}").status_code == 200


def test_sitemap_of_a_group_with_more_than_it_can_list_has_the_latest() -> None:
    many = [entry(number, replace(ENTRIES[0].session, title=f"No. {number}")) for number in range(10_500)]
    found = list(sitemap(serve(replace(PUBLICATION, entries=tuple(many)))))
    assert len(found) == 10_000
    assert f"{SITE}session/{many[-1].uid}/" in found
    assert f"{SITE}session/{many[0].uid}/" not in found
    assert f"{SITE}people/" in found


def test_sitemap_is_not_sent_twice(client: FlaskClient) -> None:
    etag = client.get("/sitemap.xml").headers["ETag"]
    assert client.get("/sitemap.xml", headers={"If-None-Match": etag}).status_code == 304


def test_robots_are_led_to_the_sitemap_and_kept_from_nothing(client: FlaskClient) -> None:
    assert client.get("/robots.txt").text == f"User-agent: *\nDisallow:\nSitemap: {SITE}sitemap.xml\n"


def test_site_that_does_not_know_its_address_has_no_sitemap() -> None:
    unknown = publication(ENTRIES, replace(CALENDAR, site=None))
    client = serve(unknown)
    assert client.get("/sitemap.xml").status_code == 404
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow:\n"
    assert "/sitemap.xml" not in paths(unknown)
    assert "/sitemap.xml" in paths(PUBLICATION)


# ── on other sites ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("prefix", ["", *(f"/{tag.casefold()}" for tag in languages.offered())])
@pytest.mark.parametrize("slug", ["agenda", "fragment"])
def test_other_sites_may_show_what_is_made_for_them(client: FlaskClient, prefix: str, slug: str) -> None:
    answer = client.get(f"{prefix}/embed/{slug}/")
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"].endswith("; frame-ancestors *")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert (
        client.get(f"{prefix}/embed/{slug}/", headers={"If-None-Match": answer.headers["ETag"]}).status_code
        == 304
    )


@pytest.mark.parametrize("path", ["/", "/feeds/", "/status", "/embed/nothing/", "/nowhere", SESSION])
def test_other_sites_may_show_nothing_else(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"].endswith("; frame-ancestors 'none'")
    assert "Access-Control-Allow-Origin" not in headers


def test_fragment_clashes_with_nothing(client: FlaskClient) -> None:
    text = client.get("/embed/fragment/").text
    tags = Tags(text)
    assert (text.startswith("<section "), text.rstrip().endswith("</section>")) == (True, True)
    assert tags.names.isdisjoint({"script", "style", "link", "iframe", "html", "body", "base"})
    assert tags.given.isdisjoint({"id", "style", "onclick"})
    assert {name for name in tags.classes if not name.startswith("calfeed-")} == set()
    assert [link for link in tags.links if not link.startswith(SITE)] == []
    assert [client.get(link.removeprefix(SITE.rstrip("/"))).status_code for link in tags.links] == [200] * 5


def test_fragment_shows_what_comes_and_escapes_it() -> None:
    hostile = [
        *ENTRIES,
        entry(9, replace(ENTRIES[7].session, title="<img src=x onerror=alert(1)>", location="<b>402</b>")),
        entry(10, session(ENTRIES[7].session.date, "Two Clocks"), State.CANCELLED),
    ]
    text = serve(publication(hostile)).get("/embed/fragment/").text
    assert "&lt;img src=x onerror=alert(1)&gt;" in text
    assert Tags(text).names.isdisjoint({"img", "b"})
    assert text.count('<li class="calfeed-session') == 5
    assert "Heron" not in text
    assert "Cancelled" in text


def test_when_nothing_comes_the_last_sessions_are_shown() -> None:
    past = serve(publication(ENTRIES[:4]))
    for slug in ("agenda", "fragment"):
        text = past.get(f"/embed/{slug}/").text
        assert "These were the last sessions." in text
        assert text.index("Two Clocks") < text.index("Heron") < text.index("Paging")
        assert "Nothing is scheduled at the moment." in serve(publication(())).get(f"/embed/{slug}/").text


def test_frame_leads_out_of_itself(client: FlaskClient) -> None:
    text = client.get("/embed/agenda/").text
    assert '<base target="_top">' in text
    assert Tags(text).names.isdisjoint({"header", "footer", "nav", "script"})


# ── feeds and data ───────────────────────────────────────────────────────────────────────────────


def test_every_feed_of_the_group_stands_there_in_every_format(client: FlaskClient) -> None:
    page = client.get("/feeds/").text
    for extension in FORMATS:
        assert f'value="{SITE}calendar/systems-reading-group.{extension}"' in page
        for slug in ("2024-fall", "2024-spring"):
            assert f'href="{SITE}semester/{slug}.{extension}"' in page
            assert client.get(f"/semester/{slug}.{extension}").status_code == 200


def test_addresses_to_copy_answer(client: FlaskClient) -> None:
    page = client.get("/feeds/").text
    filtered = re.findall(rf'value="{SITE}(filter/[^"]+)"', page)
    assert filtered == ["filter/systems-reading-group.ics?semester=2024-fall&amp;role=presenter"]
    assert client.get(f"/{filtered[0].replace('&amp;', '&')}").status_code == 200
    assert f"{SITE}embed/agenda/" in page
    assert f"curl -fsS {SITE}embed/fragment/" in page
    tag = OTHERS[0].casefold()
    assert f"{SITE}{tag}/embed/agenda/" in client.get(f"/{tag}/feeds/").text


def test_name_of_a_group_does_not_end_the_frame_it_names() -> None:
    named = publication(ENTRIES, replace(CALENDAR, name='Ways" onload="alert(1)'))
    page = serve(named).get("/feeds/").text
    frame = next(value for value in re.findall(r'value="([^"]*)"', page) if "iframe" in value)
    assert 'title="Ways&quot; onload=&quot;alert(1)" width' in unescape(frame)


def test_every_page_leads_to_the_feeds(client: FlaskClient) -> None:
    assert "/feeds/" in told(client, "/people/").links


# ── languages ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["/people/", "/embed/fragment/", SESSION])
def test_page_without_a_language_in_its_address_answers_by_what_the_browser_wishes(
    client: FlaskClient, path: str
) -> None:
    tag = OTHERS[0]
    answers = [
        client.get(path),
        client.get(path, headers={"Accept-Language": tag}),
        client.get(f"/en{path}"),
        client.get(f"/{tag.casefold()}{path}", headers={"Accept-Language": "en"}),
    ]
    assert [answer.headers["Content-Language"] for answer in answers] == ["en", tag, "en", tag]
    assert ["Accept-Language" in answer.vary for answer in answers] == [True, True, False, False]
    assert len({answer.headers["ETag"] for answer in answers}) == 4
    held = client.get(path, headers={"Accept-Language": tag, "If-None-Match": answers[0].headers["ETag"]})
    assert held.status_code == 200
    held = client.get(path, headers={"Accept-Language": tag, "If-None-Match": answers[1].headers["ETag"]})
    assert (held.status_code, "Accept-Language" in held.vary) == (304, True)
