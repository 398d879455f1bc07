"""The gate, rule by rule of interop sections F to H."""

import gzip
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from wsgiref.types import StartResponse, WSGIEnvironment
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest
from werkzeug.test import Client, TestResponse

from calfeed.publication import Publication, Rendition
from calfeed.web.gate import Gate, _counted, content_disposition, wants_gzip
from calfeed.web.tally import Tally
from tests.web.sample import PUBLICATION

pytestmark = pytest.mark.filterwarnings("ignore:Unknown REQUEST_METHOD")  # that is what some tests send

BODY = b"BEGIN:VCALENDAR\r\n" + b"X-FILLING:x\r\n" * 99 + b"END:VCALENDAR\r\n"
PATH = "/presenter/小雨.ics"
CHANGED = datetime(2024, 9, 1, 3, 15, tzinfo=UTC)
PLAIN_TAG, GZIP_TAG = '"fbfa98"', '"fbfa98-gzip"'
RENDITION = Rendition(
    body=BODY,
    media_type="text/calendar; charset=utf-8",
    filename="xiaoyu.ics",
    etag=PLAIN_TAG,
    last_modified=CHANGED,
    gzip=gzip.compress(BODY, mtime=0),
    etag_gzip=GZIP_TAG,
)
VALIDATORS = {
    "ETag": PLAIN_TAG,
    "Last-Modified": "Sun, 01 Sep 2024 03:15:00 GMT",
    "Cache-Control": "public, max-age=300",
    "Vary": "Accept-Encoding",
    "Access-Control-Allow-Origin": "*",
}
PLAIN_HEADERS = VALIDATORS | {
    "Content-Type": "text/calendar; charset=utf-8",
    "Content-Length": str(len(BODY)),
    "Content-Disposition": 'inline; filename="xiaoyu.ics"',
    "Accept-Ranges": "none",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
}


def published(**renditions: Rendition) -> Publication:
    return replace(PUBLICATION, renditions={PATH: RENDITION} | renditions)


def elsewhere(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("404 Not Found", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"Flask"]


PUBLISHED = published()


def ask(method: str = "GET", path: str = PATH, headers: Mapping[str, str] | None = None) -> TestResponse:
    """Ask through the checker of the standard library, which fails on any breach of PEP 3333."""
    return Client(validator(Gate(elsewhere, lambda: PUBLISHED, Tally()))).open(
        path, method=method, headers=headers, buffered=True
    )


def status(headers: Mapping[str, str], method: str = "GET") -> int:
    return ask(method, headers=headers).status_code


# ── what is sent ─────────────────────────────────────────────────────────────────────────────────


def test_r68_r73_r78_r81_r84_headers_of_a_feed_are_these_and_no_others() -> None:
    answer = ask()
    assert (answer.status_code, dict(answer.headers), answer.data) == (200, PLAIN_HEADERS, BODY)


def test_r69_head_is_get_without_a_body() -> None:
    answer = ask("HEAD")
    assert (answer.status_code, dict(answer.headers), answer.data) == (200, PLAIN_HEADERS, b"")


def test_r67_accept_changes_nothing() -> None:
    kinds = ["text/calendar", "application/calendar+json", "text/html", "text/calendar;q=0", "*/*;q=0.1"]
    assert [ask(headers={"Accept": kind}).data for kind in kinds] == [BODY] * len(kinds)


def test_r90_every_user_agent_gets_the_same() -> None:
    agents = ["Google-Calendar-Importer", "iOS/26.0 (24A123) dataaccessd/1.0", ""]
    assert [dict(ask(headers={"User-Agent": agent}).headers) for agent in agents] == [PLAIN_HEADERS] * 3


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "PROPFIND", "REPORT", "TRACE", "BREW"])
def test_r69_methods_that_would_write_are_refused_with_allow(method: str) -> None:
    answer = ask(method)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert (answer.mimetype, answer.data) == ("text/plain", b"Only GET and HEAD are answered here.\n")


def test_r69_options_says_what_is_allowed() -> None:
    answer = ask("OPTIONS")
    expected = (200, "GET, HEAD, OPTIONS", b"")
    assert (answer.status_code, answer.headers["Allow"], answer.data) == expected


def test_r69_range_is_ignored() -> None:
    for value in ("bytes=0-9", "bytes=99999-", "bytes=zz"):
        answer = ask(headers={"Range": value, "If-Range": PLAIN_TAG})
        assert (answer.status_code, dict(answer.headers), answer.data) == (200, PLAIN_HEADERS, BODY)


def test_r86_query_of_a_feed_is_ignored() -> None:
    assert ask(path=f"{PATH}?v=2").data == BODY


def test_path_is_compared_as_utf_8() -> None:
    assert ask(path="/presenter/%E5%B0%8F%E9%9B%A8%2Eics").data == BODY


# ── conditional requests ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (PLAIN_TAG, 304),
        (f"W/{PLAIN_TAG}", 304),
        (f'"other", {PLAIN_TAG}', 304),
        (f'"a",W/"b",W/{PLAIN_TAG}', 304),
        (f'"x,y", {PLAIN_TAG}', 304),
        ("*", 304),
        (" * ", 304),
        ('"other"', 200),
        ('"fbfa9"', 200),
        ("fbfa98", 200),
        (GZIP_TAG, 200),
        ("", 200),
    ],
)
def test_r71_if_none_match(tags: str, expected: int) -> None:
    assert (status({"If-None-Match": tags}), status({"If-None-Match": tags}, "HEAD")) == (expected, expected)


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        ("Sun, 01 Sep 2024 03:15:00 GMT", 304),
        ("Sunday, 01-Sep-24 03:15:00 GMT", 304),
        ("Sun Sep  1 03:15:00 2024", 304),
        ("Sun, 01 Sep 2024 03:15:01 GMT", 304),
        ("Sun, 01 Sep 2024 03:14:59 GMT", 200),
        ("yesterday", 200),
        ("", 200),
        ("Sun, 01 Sep 99999999999999999999 03:15:00 GMT", 200),
    ],
)
def test_r71_if_modified_since(since: str, expected: int) -> None:
    assert status({"If-Modified-Since": since}) == expected


def test_r71_tag_outranks_date() -> None:
    late, early = "Mon, 02 Sep 2024 00:00:00 GMT", "Sat, 31 Aug 2024 00:00:00 GMT"
    assert status({"If-None-Match": '"other"', "If-Modified-Since": late}) == 200
    assert status({"If-None-Match": PLAIN_TAG, "If-Modified-Since": early}) == 304


def test_r71_304_repeats_the_validators_and_has_no_body() -> None:
    answer = ask(headers={"If-None-Match": PLAIN_TAG})
    assert (dict(answer.headers), answer.data) == (VALIDATORS, b"")


# ── content coding ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("x-gzip", True),
        ("gzip, deflate, br", True),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", True),
        ("*", True),
        ("gzip;q=0.001", True),
        ("identity;q=0.5, gzip", True),
        ("gzip;q=0.2, identity;q=0", True),
        ("", False),
        ("identity", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip;q=0.000, *", False),
        ("*;q=0", False),
        ("identity;q=0", False),
        ("identity, *;q=0.1", False),
        ("identity, gzip;q=0.5", False),
        ("gzip;q=high", False),
        ("gzip;q=-1", False),
        ("gzipped", False),
    ],
)
def test_r81_gzip_only_where_it_is_asked_for(accepted: str, expected: bool) -> None:
    assert wants_gzip(accepted) == expected
    answer = ask(headers={"Accept-Encoding": accepted})
    assert (answer.headers.get("Content-Encoding") == "gzip") == expected


def test_r70_gzip_has_its_own_tag_and_length() -> None:
    answer = ask(headers={"Accept-Encoding": "gzip"})
    changed = {"ETag": GZIP_TAG, "Content-Length": str(len(RENDITION.gzip)), "Content-Encoding": "gzip"}
    assert (dict(answer.headers), gzip.decompress(answer.data)) == (PLAIN_HEADERS | changed, BODY)
    assert dict(ask("HEAD", headers={"Accept-Encoding": "gzip"}).headers) == PLAIN_HEADERS | changed


def test_r71_gzip_tag_holds_for_gzip_alone() -> None:
    coded = {"Accept-Encoding": "gzip"}
    answer = ask(headers=coded | {"If-None-Match": GZIP_TAG})
    assert (answer.status_code, dict(answer.headers)) == (304, VALIDATORS | {"ETag": GZIP_TAG})
    assert status(coded | {"If-None-Match": PLAIN_TAG}) == 200


# ── names of files ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("filename", "expected"),
    [
        ("2024-fall.ics", 'inline; filename="2024-fall.ics"'),
        ("雨.ics", "inline; filename=\"_.ics\"; filename*=UTF-8''%E9%9B%A8.ics"),
        ('a"b\\c\r\nd.ics', "inline; filename=\"a_b_c__d.ics\"; filename*=UTF-8''a%22b%5Cc%0D%0Ad.ics"),
    ],
)
def test_r84_content_disposition_is_inline_and_ascii(filename: str, expected: str) -> None:
    assert content_disposition(filename) == expected


# ── the gate itself ──────────────────────────────────────────────────────────────────────────────


def test_other_paths_go_on_to_the_application() -> None:
    for path in ("/", "/presenter/", f"{PATH}/", "/nothing.ics"):
        assert ask(path=path).data == b"Flask"


def test_nothing_is_served_before_the_first_publication() -> None:
    assert Client(Gate(elsewhere, lambda: None, Tally())).get(PATH).data == b"Flask"


def test_r75_new_publication_is_served_at_once_and_whole() -> None:
    current = [PUBLISHED]
    client = Client(Gate(elsewhere, lambda: current[0], Tally()))
    before = client.get(PATH)
    body = BODY.replace(b"x", b"y")
    tag = f'"{sha256(body).hexdigest()}"'
    current[0] = replace(PUBLISHED, renditions={PATH: replace(RENDITION, body=body, etag=tag)})
    after = client.get(PATH, headers={"If-None-Match": before.headers["ETag"]})
    assert (after.status_code, after.headers["ETag"], after.data) == (200, tag, body)


def test_bodies_are_handed_on_and_never_copied() -> None:
    environ: WSGIEnvironment = {"PATH_INFO": PATH.encode().decode("latin-1")}
    setup_testing_defaults(environ)
    answers: list[Iterable[bytes]] = []
    for coding in ("identity", "gzip"):
        environ["HTTP_ACCEPT_ENCODING"] = coding
        answers.append(Gate(elsewhere, lambda: PUBLISHED, Tally())(environ, lambda *_: lambda _data: None))
    plain, compressed = (next(iter(answer)) for answer in answers)
    assert plain is RENDITION.body
    assert compressed is RENDITION.gzip


def test_server_that_changes_the_headers_it_is_given_changes_no_other_answer() -> None:
    """PEP 3333 allows it, and wsgiref does it."""
    environ: WSGIEnvironment = {"PATH_INFO": PATH.encode().decode("latin-1")}
    setup_testing_defaults(environ)
    seen: list[list[tuple[str, str]]] = []

    def start_response(_status: str, headers: list[tuple[str, str]], *_: object) -> None:
        seen.append([*headers])
        headers.append(("Set-Cookie", "server=1"))

    gate = Gate(elsewhere, lambda: PUBLISHED, Tally())
    for _ in range(2):
        gate(environ, start_response)  # type: ignore[arg-type]  # no write() is needed here
    assert seen[0] == seen[1]


@pytest.mark.parametrize(
    ("path", "counted"),
    [
        ("/presenter/ada-moreau.ics", ("presenter", "ics")),
        ("/presenter/j.r.-smith.changes.json", ("presenter", "changes.json")),
        ("/semester/2024-fall.json", ("semester", "json")),
        ("/calendar/group.zip", ("calendar", "")),
    ],
)
def test_feed_is_counted_without_its_name(path: str, counted: tuple[str, str]) -> None:
    assert _counted(path) == counted
