"""Members' feeds as a calendar program sees them, and that nobody else sees what is in them."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import icalendar
import pytest
from werkzeug.test import TestResponse

from calfeed.errors import LedgerError
from calfeed.export import export
from calfeed.formats import FORMATS
from calfeed.ledger import open_ledger
from calfeed.model import Token
from calfeed.publication import Publication, publish
from calfeed.sources import locate
from calfeed.tokens import find, issue, revoke, rotate
from calfeed.web import create_app, members, paths
from calfeed.web.current import Current
from calfeed.web.members import redacted
from tests.conftest import NOW

SCHEDULE = """\
# 2024 Fall

### November 5
- [Parrots and Their Keepers in Winter](https://birds.example.org/parrots-paper.pdf)
- Ada Brandt
- Room: Heron Cellar
- [slides](https://birds.example.org/parrots.pdf), [Zoom](https://us02web.zoom.us/j/777?pwd=magpie)

### November 12
- Noor Haddad: Owls and Their Keepers in Summer

### November 19
- Noor Haddad: Swifts on the Wing
- Time: 25:99 Heron Cellar
"""
SETTINGS = """\
name: Bird group
id: birds
url: https://birds.example.org/
timezone: Europe/Berlin
meeting: {start: "14:00", duration: 60, location: Nightjar Attic, online: "https://meet.example.org/kestrel-9"}
"""
MEMBERS = "members: [online, location]\n"
SECRETS = ("heron cellar", "nightjar", "kestrel-9", "magpie", "zoom.us")
FEED = "/calendar/bird-group.ics"


class Group:
    """A group's folder, its ledger, and the site that serves them."""

    def __init__(self, write: Callable[..., Path], settings: str = SETTINGS + MEMBERS) -> None:
        self.write = write
        self.folder = write({"calfeed.yaml": settings, "README.md": SCHEDULE})
        self.ledger = open_ledger("memory:")
        self.now = NOW
        self.current = Current(self.publish, lambda: None, tokens=lambda: self.ledger.tokens("birds"))
        self.current.refresh()
        self.client = create_app(self.current, lambda: self.now).test_client()

    def publish(self) -> Publication:
        return publish(locate(["README.md"], None, self.folder), self.ledger, self.now)

    def later(self, **files: str) -> Publication:
        """Publish an hour later, with files as they are then."""
        self.now += timedelta(hours=1)
        self.write({name.replace("_", "."): text for name, text in files.items()})
        self.current.refresh()
        assert self.current.publication
        return self.current.publication

    def change(self, tokens: tuple[Token, ...]) -> None:
        self.ledger.write("birds", replace(self.ledger.read("birds"), tokens=tokens))

    def issue(self, name: str = "ada") -> str:
        tokens, secret = issue(self.ledger.tokens("birds"), name, NOW)
        self.change(tokens)
        return secret

    def get(self, path: str, **headers: str) -> TestResponse:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(path, headers=given, buffered=True)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask for the tokens at every request."""
    monkeypatch.setattr(members, "_FRESH", 0.0)


@pytest.fixture
def group(write: Callable[..., Path]) -> Group:
    return Group(write)


def vevents(body: bytes) -> Mapping[str, Mapping[str, str]]:
    """Read the properties of each event, as text, by its summary."""
    parsed = icalendar.Calendar.from_ical(body)
    assert isinstance(parsed, icalendar.Calendar)
    events = ({name: _text(value) for name, value in event.items()} for event in parsed.events)
    return {event["SUMMARY"]: event for event in events}


def _text(value: object) -> str:
    return str(value) if isinstance(value, str) else value.to_ical().decode()  # type: ignore[attr-defined]  # any property


def told(body: bytes) -> str:
    """Write what was answered as its reader has it: unfolded, and in small letters."""
    return body.replace(b"\r\n ", b"").decode("utf-8", "replace").casefold()


PARROTS = "Parrots and Their Keepers in Winter"
OWLS = "Owls and Their Keepers in Summer"

# ── what everybody sees ──────────────────────────────────────────────────────────────────────────


def leaks(answers: Mapping[str, bytes]) -> list[tuple[str, str]]:
    return [(path, secret) for path, body in answers.items() for secret in SECRETS if secret in told(body)]


def everything(group: Group) -> Iterator[tuple[str, bytes]]:
    assert group.current.publication
    filters = [f"/filter/bird-group.{extension}?semester=2024-fall" for extension in FORMATS]
    others = ("/search/?q=keepers", "/status", "/healthz", "/nowhere.ics")
    for path in (*paths(group.current.publication), *filters, *others):
        yield path, group.get(path).data


def test_what_is_for_members_stands_at_no_address(group: Group) -> None:
    changed = SCHEDULE.replace("Heron Cellar", "Nightjar Cellar").replace("5\n", "6\n", 1)
    group.later(README_md=changed)
    answers = dict(everything(group))
    assert len(answers) > 90
    assert {path for path, body in answers.items() if "parrots" in told(body)} > {
        FEED,
        "/",
        "/search/?q=keepers",
    }
    assert leaks(answers) == []
    assert "Owls" not in group.get("/search/?q=attic").text


def test_without_the_setting_it_stands_at_many(write: Callable[..., Path]) -> None:
    """So that the test above can fail."""
    found = leaks(dict(everything(Group(write, SETTINGS))))
    assert {secret for _, secret in found} == {*SECRETS}
    assert {Path(path).suffix for path, _ in found} >= {"", ".ics", ".json", ".csv", ".jcal", ".atom"}


def test_static_site_has_none_of_it_and_no_door(group: Group, tmp_path: Path) -> None:
    secret, publication = group.issue(), group.later()
    app = create_app(group.current, lambda: NOW, prepared=100)
    export(app, publication, tmp_path / "site", filters=100)
    files = {str(file): file.read_bytes() for file in (tmp_path / "site").rglob("*") if file.is_file()}
    assert len(files) > 90
    assert leaks({name: body for name, body in files.items() if not name.endswith(".gz")}) == []
    assert app.test_client().get(f"/member/{secret}{FEED}").status_code == 404


def test_what_was_told_before_is_told_no_more(write: Callable[..., Path]) -> None:
    group = Group(write, SETTINGS)
    group.later(README_md=SCHEDULE.replace("Heron Cellar", "Magpie Cellar").replace("5\n", "6\n", 1))
    before = vevents(group.get(FEED).data)
    assert "magpie cellar" in told(group.get("/calendar/bird-group.atom").data)
    group.later(calfeed_yaml=SETTINGS + MEMBERS)
    assert leaks(dict(everything(group))) == []
    after = vevents(group.get(FEED).data)
    assert {name: event["UID"] for name, event in after.items()} == {
        name: event["UID"] for name, event in before.items()
    }
    assert [(before[each]["SEQUENCE"], after[each]["SEQUENCE"]) for each in (PARROTS, OWLS)] == [
        ("1", "2"),
        ("0", "1"),
    ]
    assert "moved from Tue 5 Nov to Wed 6 Nov" in group.get("/calendar/bird-group.atom").text


@pytest.mark.parametrize("settings", [SETTINGS + MEMBERS, "meeting: {online: htp://kestrel-9}\n"])
def test_failure_quotes_nothing(write: Callable[..., Path], settings: str) -> None:
    """Be it of the first publication, or of a later one; see which settings are broken."""
    group = Group(write, settings)
    group.write({"calfeed.yaml": "meeting: {online: htp://kestrel-9}\n"})
    group.current.refresh()
    answers = {path: group.get(path).data for path in ("/status", "/healthz", "/readyz")}
    assert "setting-invalid" in told(answers["/status"])
    assert leaks(answers) == []


def test_change_for_members_alone_moves_no_byte_in_public(group: Group) -> None:
    secret = group.issue()
    group.later()
    every = dict(everything(group))
    feed, inside = (group.get(path) for path in (FEED, f"/member/{secret}{FEED}"))
    group.later(README_md=SCHEDULE.replace("Heron", "Crane"))
    again, inside_again = (group.get(path) for path in (FEED, f"/member/{secret}{FEED}"))
    assert (again.headers["ETag"], again.headers["Last-Modified"]) == (
        feed.headers["ETag"],
        feed.headers["Last-Modified"],
    )
    assert {path: body for path, body in everything(group) if path in group.publish().renditions} == {
        path: body for path, body in every.items() if path in group.publish().renditions
    }
    assert inside_again.headers["ETag"] != inside.headers["ETag"]
    old, new = vevents(inside.data)[PARROTS], vevents(inside_again.data)[PARROTS]
    assert (old["UID"], old["SEQUENCE"]) == (new["UID"], "0")
    assert (new["SEQUENCE"], new["LAST-MODIFIED"]) == ("1", f"{group.now:%Y%m%dT%H%M%SZ}")
    assert vevents(inside.data)[OWLS] == vevents(inside_again.data)[OWLS]
    since = {"If_Modified_Since": inside.headers["Last-Modified"]}
    assert group.get(f"/member/{secret}{FEED}", **since).status_code == 200


# ── what members see ─────────────────────────────────────────────────────────────────────────────


def test_member_sees_all_under_a_uid_of_its_own(group: Group) -> None:
    secret = group.issue()
    open_, inside = (vevents(group.get(path).data) for path in (FEED, f"/member/{secret}{FEED}"))
    assert open_.keys() == inside.keys()
    assert [inside[each]["LOCATION"] for each in (PARROTS, OWLS)] == ["Heron Cellar", "Nightjar Attic"]
    assert "https://meet.example.org/kestrel-9" in inside[OWLS]["DESCRIPTION"]
    assert "zoom.us/j/777?pwd=magpie" in inside[PARROTS]["DESCRIPTION"]
    assert {e["UID"] for e in open_.values()} & {e["UID"] for e in inside.values()} == set()
    assert inside[OWLS]["URL"] == open_[OWLS]["URL"]
    assert group.get(open_[OWLS]["URL"].removeprefix("https://birds.example.org")).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        FEED,
        "/semester/2024-fall.ics",
        "/presenter/ada-brandt.ics",
        "/filter/bird-group.ics?presenter=ada-brandt&alarm=1d",
        "/filter/bird-group/semester/2024-fall/presenter/ada-brandt.ics",
    ],
)
def test_every_feed_has_a_members_form_that_does_not_tell_the_token(group: Group, path: str) -> None:
    secret = group.issue()
    answer = group.get(f"/member/{secret}{path}")
    assert answer.status_code == 200
    assert "heron cellar" in told(answer.data)
    assert secret not in answer.text + str(answer.headers)
    assert "\nSOURCE" not in answer.text
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert (answer.headers["Referrer-Policy"], answer.headers["X-Robots-Tag"]) == ("no-referrer", "noindex")
    other = group.get(f"/member/{group.issue('noor')}{path}")
    assert other.headers["ETag"] == answer.headers["ETag"]
    assert group.get(f"/member/{secret}{path}", If_None_Match=answer.headers["ETag"]).status_code == 304


def test_old_address_of_a_renamed_feed_answers_members_too(group: Group) -> None:
    secret = group.issue()
    group.later(calfeed_yaml=(SETTINGS + MEMBERS).replace("Bird group", "Bird circle"))
    assert "heron cellar" in told(group.get(f"/member/{secret}{FEED}").data)
    assert "heron cellar" in told(group.get(f"/member/{secret}/filter/bird-group.ics").data)


def test_members_keep_their_feed_when_nothing_is_kept_from_others_any_more(group: Group) -> None:
    secret = group.issue()
    before = vevents(group.get(f"/member/{secret}{FEED}").data)
    group.later(calfeed_yaml=SETTINGS)
    after = vevents(group.get(f"/member/{secret}{FEED}").data)
    assert {name: event["UID"] for name, event in before.items()} == {
        name: event["UID"] for name, event in after.items()
    }
    assert all(int(after[name]["SEQUENCE"]) >= int(before[name]["SEQUENCE"]) for name in before)


# ── who has no token ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", [FEED, "/nowhere.ics", "/", "", "/filter/bird-group.ics?presenter=nobody"])
@pytest.mark.parametrize("shown", ["", "guess", "été", "%2e%2e", "x" * 500])
def test_unknown_token_is_any_404(group: Group, shown: str, path: str) -> None:
    group.issue()
    answer = group.get(f"/member/{shown}{path}")
    other = group.get("/nowhere.ics" if path.partition("?")[0].endswith(".ics") else "/nowhere")
    assert (answer.status_code, answer.data) == (404, other.data)
    assert dict(answer.headers) == dict(other.headers)


def test_known_token_finds_nothing_where_nothing_is(group: Group) -> None:
    secret = group.issue()
    for path in ("/nowhere.ics", "/calendar/bird-group.json", "/calendar/bird-group", "/filter/no.ics", "/"):
        assert group.get(f"/member/{secret}{path}").status_code == 404
    refused = group.get(f"/member/{secret}/filter/bird-group.ics?presenter=nobody")
    assert (refused.status_code, refused.headers["Cache-Control"]) == (404, "private, no-cache")
    assert "There is no presenter named 'nobody'." in refused.text


def test_revoked_token_is_gone_at_every_path_and_others_go_on(group: Group) -> None:
    ada, noor = group.issue("ada"), group.issue("noor")
    assert group.get(f"/member/{ada}{FEED}").status_code == 200
    group.change(revoke(group.ledger.tokens("birds"), "ada", NOW))
    assert [group.get(f"/member/{ada}{path}").status_code for path in (FEED, "/nowhere.ics", "")] == [410] * 3
    assert group.get(f"/member/{noor}{FEED}").status_code == 200
    assert "heron" not in told(group.get(f"/member/{ada}{FEED}").data)


def test_what_is_refused_is_said_in_the_language_of_who_asks(group: Group) -> None:
    secret = group.issue()
    group.change(revoke(group.ledger.tokens("birds"), "ada", NOW))
    english, chinese = (
        group.get(f"/member/{secret}{FEED}", Accept_Language=tag) for tag in ("en", "zh-CN,zh;q=0.9")
    )
    assert english.text == "This address was revoked. Ask your group for a new one.\n"
    assert chinese.text == "这个地址已被撤销，请向小组索取新的地址。\n"
    assert (chinese.mimetype, chinese.headers["Cache-Control"]) == ("text/plain", "private, no-cache")


def test_members_are_counted_without_saying_who(group: Group) -> None:
    secret = group.issue()
    group.get(f"/member/{secret}{FEED}", User_Agent="Thunderbird/128")
    group.get(f"/member/{secret}/filter/bird-group.ics?presenter=nobody")
    group.get("/member/guess/")
    group.change(revoke(group.ledger.tokens("birds"), "ada", NOW))
    group.get(f"/member/{secret}{FEED}")
    metrics = group.get("/metrics").text
    row = r'client="(.*?)",format="ics",kind="member",status="(.*?)",worker=".*?"\} (.*)'
    assert sorted(re.findall(row, metrics)) == [
        ("Thunderbird", "200", "1.0"),
        ("other", "404", "2.0"),
        ("other", "410", "1.0"),
    ]
    assert [word for word in (secret, "guess", '"ada"') if word in metrics] == []


def test_rotated_token_is_another(group: Group) -> None:
    old = group.issue()
    tokens, new = rotate(group.ledger.tokens("birds"), "ada", NOW)
    group.change(tokens)
    assert [group.get(f"/member/{each}{FEED}").status_code for each in (old, new)] == [410, 200]
    assert find(group.ledger.tokens("birds"), new) == Token("ada", tokens[-1].digest, NOW)


def test_tokens_outlive_every_publication_and_are_stored_as_digests(group: Group) -> None:
    secret = group.issue()
    group.later(README_md=SCHEDULE.replace("Owls", "Barn Owls"))
    _, rows = group.ledger.store.read("birds")
    assert secret not in json.dumps([*map(list, rows.items())])
    assert [token.name for token in group.ledger.tokens("birds")] == ["ada"]
    assert len(secret) == 32


def test_while_the_ledger_is_away_known_tokens_hold(group: Group, caplog: pytest.LogCaptureFixture) -> None:
    secret = group.issue()
    away = [False]

    def tokens() -> tuple[Token, ...]:
        if away[0]:
            raise LedgerError("the ledger is away")
        return group.ledger.tokens("birds")

    current = Current(group.publish, lambda: None, tokens=tokens)
    current.refresh()
    here, never = create_app(current).test_client(), create_app(current).test_client()
    assert here.get(f"/member/{secret}{FEED}").status_code == 200
    away[0] = True
    assert [here.get(f"/member/{each}{FEED}").status_code for each in (secret, "guess")] == [200, 404]
    answer = never.get(f"/member/{secret}{FEED}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "the ledger is away" in caplog.text


def test_before_the_first_publication_members_wait_like_all(group: Group) -> None:
    client = create_app(Current(group.publish, lambda: None)).test_client()
    assert client.get(f"/member/x{FEED}").status_code == 503


# ── logs ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        ("GET /member/abc-_9/calendar/x.ics HTTP/1.1", "GET /member/…/calendar/x.ics HTTP/1.1"),
        ("('GET /member/abc')", "('GET /member/…')"),
        ("GET /members/abc", "GET /members/abc"),
    ],
)
def test_tokens_are_taken_out_of_logs(said: str, logged: str) -> None:
    assert redacted(said) == logged


def test_flask_never_sees_a_token(group: Group) -> None:
    seen: list[str] = []
    group.client.application.before_request_funcs[None].insert(0, lambda: seen.append(_written()))
    group.get("/member/s3cret/calendar/x.ics?a=s3cret", Referer="https://birds.example.org/")
    assert seen
    assert [text for text in seen if "s3cret" in text] == []


def _written() -> str:
    from flask import request

    return str(sorted((name, str(value)) for name, value in request.environ.items()))
