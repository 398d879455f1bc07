"""What those who watch over a server are told."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from calfeed.errors import CalfeedError, RemoteError
from calfeed.formats import FORMATS
from calfeed.publication import Publication
from calfeed.web import create_app
from calfeed.web.current import Current
from calfeed.web.tally import family
from tests.web.sample import NOW, PUBLICATION

FEED = "/presenter/ada-moreau.ics"
GOOGLE = {"User-Agent": "Google-Calendar-Importer"}


class Source:
    """What is published, or why nothing is."""

    outcome: Publication | Exception = PUBLICATION

    def publish(self) -> Publication:
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


@pytest.fixture
def client() -> FlaskClient:
    current = Current(lambda: PUBLICATION, lambda: None)
    current.refresh()
    return create_app(current, lambda: NOW).test_client()


def test_health_is_told_honestly() -> None:
    source = Source()
    current = Current(source.publish, lambda: None)
    client = create_app(current).test_client()
    told = []
    for each in (CalfeedError("Not yet."), PUBLICATION, RemoteError("it answered 503")):
        source.outcome = each
        current.refresh()
        living, ready = client.get("/healthz?x=1"), client.get("/readyz")
        assert living.data == ready.data
        assert {answer.headers["Cache-Control"] for answer in (living, ready)} == {"no-store"}
        told.append((living.status_code, ready.status_code, re.sub(r"since \S+:", "since …:", ready.text)))
    assert told == [
        (200, 503, "nothing to serve yet: CalfeedError; the log says more.\n"),
        (200, 200, "fresh\n"),
        (200, 200, "stale since …: The schedule cannot be fetched: it answered 503.\n"),
    ]
    assert "What is served is as of " in client.get("/status").text


def test_before_the_first_attempt_nobody_is_sent_here() -> None:
    client = create_app(Current(lambda: PUBLICATION, lambda: None)).test_client()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "nothing to serve yet\n")


def samples(client: FlaskClient) -> dict[str, dict[tuple[str, ...], float]]:
    """Read what a server tells, but of its process: name -> labels in the order of their names -> value."""
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for each in text_string_to_metric_families(client.get("/metrics").text):
        for sample in each.samples:
            labels = tuple(value for name, value in sorted(sample.labels.items()) if name != "worker")
            found.setdefault(sample.name, {})[labels] = sample.value
    return found


def test_answers_are_counted_by_client_format_kind_and_status(client: FlaskClient) -> None:
    tag = client.get(FEED, headers=GOOGLE).headers["ETag"]
    for _ in range(2):
        client.get(FEED, headers=GOOGLE | {"If-None-Match": tag})
    client.put(FEED, headers=GOOGLE)
    client.get("/filter/systems-reading-group.json?presenter=ada-moreau", headers=GOOGLE)
    client.get("/people/", headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Gecko Firefox/140.0"})
    client.get("/nowhere")
    assert samples(client)["calfeed_requests_total"] == {
        ("Google", "ics", "presenter", "200"): 1,
        ("Google", "ics", "presenter", "304"): 2,
        ("Google", "ics", "presenter", "405"): 1,
        ("Google", "json", "filtered", "200"): 1,
        ("browser", "", "people", "200"): 1,
        ("other", "", "none", "404"): 1,
    }


def test_counts_outlive_a_publication() -> None:
    outcomes = iter([PUBLICATION, replace(PUBLICATION, diagnostics=())])
    current = Current(lambda: next(outcomes), lambda: None)
    client = create_app(current, lambda: NOW).test_client()
    for _ in range(2):
        current.refresh()
        client.get(FEED, headers=GOOGLE)
    assert samples(client)["calfeed_requests_total"] == {("Google", "ics", "presenter", "200"): 2}


def test_state_is_told_in_numbers() -> None:
    source = Source()
    current = Current(source.publish, lambda: None)
    current.refresh()
    source.outcome = RemoteError("it answered 503")
    current.refresh()
    found = samples(create_app(current).test_client())
    assert found["calfeed_stale"] == {(): 1}
    assert found["calfeed_publication_age_seconds"][()] > 0
    assert 0 <= found["calfeed_behind_seconds"][()] < 60
    assert found["calfeed_events"] == {(): len(PUBLICATION.events)}
    assert found["calfeed_diagnostics"] == {("venue-old", "warning"): 1}
    assert "process_resident_memory_bytes" in found


def test_nobody_is_told_of(client: FlaskClient) -> None:
    """Neither who asked nor whom they asked for."""
    secrets = {"User-Agent": "ICSx5/2.3 (grace@example.org)", "X-Forwarded-For": "203.0.113.7"}
    for path in (*PUBLICATION.renditions, "/people/", "/presenter/ada-moreau/", "/hunter2"):
        client.get(path, headers=secrets, environ_overrides={"REMOTE_ADDR": "203.0.113.9"}, buffered=True)
    told = client.get("/metrics").text
    assert "ICSx5" in told
    slugs = [feed.path.rpartition("/")[2] for feed in PUBLICATION.feeds]
    assert [word for word in ("grace", "203.0.113", "hunter2", *slugs) if word in told] == []


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_what_is_told_is_read_only_and_no_page(client: FlaskClient, path: str) -> None:
    assert client.post(path).status_code == 405
    answer = client.get(path)
    assert (answer.mimetype, answer.headers["X-Content-Type-Options"]) == ("text/plain", "nosniff")


AGENTS = {
    "Google-Calendar-Importer": "Google",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)": "other",
    "iOS/26.0 (24A123) dataaccessd/1.0": "Apple",
    "macOS/15.1 (24B83) CalendarAgent/1000": "Apple",
    "Microsoft Exchange/15.20 (Test)": "Outlook",
    "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.1; Pro)": "Outlook",
    "Outlook-iOS/2.0": "Outlook",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.1": "Thunderbird",
    "Evolution/3.56.0": "Evolution",
    "ICSx5/2.3.1 (ical4j/3.2; okhttp/5.0) Android/15": "ICSx5",
    "Nextcloud Webcal Service": "Nextcloud",
    "ProtonCalendar/1.0": "Proton",
    "Fastmail/1.0": "Fastmail",
    "vdirsyncer/0.19.3": "vdirsyncer",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537 Chrome/140 Safari/537": "browser",
    "curl/8.14": "other",
    "": "other",
}


@pytest.mark.parametrize("agent", AGENTS)
def test_client_is_told_by_what_it_says_of_itself(agent: str) -> None:
    assert family(agent) == AGENTS[agent]


def test_what_is_kept_of_user_agents_is_bounded(client: FlaskClient) -> None:
    for number in range(1000):
        client.get(FEED, headers={"User-Agent": f"{number}{'x' * 5000}"})
    assert family.cache_info().currsize <= 256
    assert samples(client)["calfeed_requests_total"] == {("other", "ics", "presenter", "200"): 1000}


# ── addresses that nobody was given ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", [f"/{'a' * 1024}", f"/search/?q={'a' * 2048}", f"/{'é' * 512}"])
def test_long_address_is_refused(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.text) == (414, "This address is too long.\n")


def test_address_that_is_not_too_long_is_answered(client: FlaskClient) -> None:
    assert client.get(f"/search/?q={'a' * 2040}").status_code == 200
    assert client.get(f"/{'a' * 1000}").status_code == 404


@pytest.mark.parametrize("extension", FORMATS)
def test_filter_is_the_same_in_any_order_of_its_query(client: FlaskClient, extension: str) -> None:
    asked = ["presenter=ada-moreau&presenter=lin-xiaoyu&role=presenter", "semester=2024-fall&venue=osdi"]
    orders = ["&".join(asked), "&".join(reversed("&".join(asked).split("&")))]
    answers = [client.get(f"/filter/systems-reading-group.{extension}?{order}") for order in orders]
    assert {(each.status_code, each.data, each.headers["ETag"]) for each in answers} == {
        (200, answers[0].data, answers[0].headers["ETag"])
    }


FORGED = {
    "X-Forwarded-Host": "evil.example.net",
    "X-Forwarded-Proto": "gopher",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Port": "666",
    "X-Forwarded-For": "203.0.113.7",
    "X-Original-URL": "/people/",
    "X-Rewrite-URL": "/people/",
    "X-HTTP-Method-Override": "DELETE",
    "X-Host": "evil.example.net",
    "Forwarded": "for=203.0.113.7;host=evil.example.net;proto=gopher",
}


def unknown_site() -> FlaskClient:
    nowhere = replace(PUBLICATION, calendar=replace(PUBLICATION.calendar, site=None))
    current = Current(lambda: nowhere, lambda: None)
    current.refresh()
    return create_app(current, lambda: NOW).test_client()


@pytest.mark.parametrize("path", ["/", "/people/", FEED, "/filter/systems-reading-group.ics", "/nowhere"])
@pytest.mark.parametrize("known", [True, False])
def test_headers_of_proxies_change_nothing(client: FlaskClient, path: str, known: bool) -> None:
    asked = client if known else unknown_site()
    plain, forged = asked.get(path), asked.get(path, headers=FORGED)
    assert (forged.status, forged.data, [*forged.headers]) == (plain.status, plain.data, [*plain.headers])


def test_page_with_the_host_it_was_asked_by_is_for_no_shared_cache(client: FlaskClient) -> None:
    asked: list[Callable[[], FlaskClient]] = [lambda: client, unknown_site]
    kept = [each().get("/", base_url="http://box/").headers["Cache-Control"] for each in asked]
    assert kept == ["no-cache", "private, no-cache"]


def test_page_of_a_known_site_is_the_same_for_every_host(client: FlaskClient) -> None:
    pages = {client.get("/", base_url=f"http://{host}/").data for host in ("box", "evil.example.net")}
    assert len(pages) == 1
