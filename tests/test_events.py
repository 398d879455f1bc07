"""What subscribers are told of a session, in RFC 5545's words."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calfeed import events
from calfeed.diagnostics import Position
from calfeed.events import compose, ends, fingerprint, sort_key
from calfeed.model import (
    Calendar,
    Cancelled,
    Entry,
    Event,
    Link,
    LinkKind,
    Person,
    Role,
    Session,
    State,
)
from calfeed.values import web_address
from tests.formats import sample
from tests.formats.sample import PAPER

CALENDAR = Calendar("Systems Reading Group", "systems-reading-group", "Asia/Shanghai")
SITE = replace(CALENDAR, site=sample.CALENDAR.site)


def link(kind: LinkKind, url: str, label: str = "here") -> Link:
    return Link(kind, label, url, url)


def person(name: str, role: Role = Role.PRESENTER, affiliation: str | None = None) -> Person:
    return Person(name, name.casefold().replace(" ", "-"), role, affiliation)


SESSION = replace(
    sample.SESSION,
    title="Parrot: Efficient Serving of LLM-based Applications",
    location="Room 402",
    online=None,
    presenters=(person("Chaoyi Ruan"),),
    links=(),
    highlighted=False,
)
ENTRY = replace(sample.ENTRY, session=SESSION)
PARROT = "OSDI'24 Parrot: Efficient Serving of LLM-based Applications"


def at(zone: str, start: str, end: str | None = None) -> Session:
    begin = datetime.fromisoformat(start)
    until = datetime.fromisoformat(end) if end else None
    return replace(SESSION, date=begin.date(), start=begin, end=until, timezone=zone)


def composed(session: Session, state: State = State.CONFIRMED, calendar: Calendar = CALENDAR) -> Event:
    event = compose(replace(ENTRY, session=session, state=state), calendar)
    assert event is not None
    return event


def test_a_session_is_told_whole() -> None:
    session = replace(
        SESSION,
        online="https://meet.example.org/sysrg",
        presenters=(
            Person("Chaoyi Ruan", "chaoyi-ruan", Role.PRESENTER, "USTC", "Andy"),
            person("Kunzhao Xu", Role.ASSISTANT),
            person("李雷", Role.ASSISTANT),
        ),
        links=(
            link("slides", "https://reading.example.org/slides/240903 parrot.pdf"),
            link("video", "https://video.example.org/1"),
            link("other", "https://forum.example.org/t/7", "Discussion"),
            link("paper", PAPER),
            link("other", "mailto:organiser@example.org", "Write to us"),
        ),
        highlighted=True,
    )
    url = f"https://reading.example.org/session/{ENTRY.uid}/"
    assert composed(session, calendar=SITE) == Event(
        uid=ENTRY.uid,
        sequence=2,
        dtstamp=datetime(2024, 9, 1, 3, 15, tzinfo=UTC),
        created=datetime(2024, 8, 20, 2, tzinfo=UTC),
        last_modified=datetime(2024, 9, 1, 3, 15, tzinfo=UTC),
        dtstart=datetime.fromisoformat("2024-09-03T14:00"),
        dtend=datetime.fromisoformat("2024-09-03T15:30"),
        tzid="Asia/Shanghai",
        summary="OSDI'24 Parrot: Efficient Serving of LLM-based Applications",
        description=f"""\
Parrot: Efficient Serving of LLM-based Applications (OSDI'24)
{PAPER}

Presenter: Chaoyi Ruan “Andy” (USTC)
Assistants: Kunzhao Xu, 李雷

Slides:
https://reading.example.org/slides/240903%20parrot.pdf

Video:
https://video.example.org/1

Discussion:
https://forum.example.org/t/7

Join online:
https://meet.example.org/sysrg

Details:
{url}""",
        status="CONFIRMED",
        location="Room 402",
        url=url,
        categories=("OSDI", "Highlight"),
        session=session,
    )


def test_nothing_is_told_of_a_silent_entry() -> None:
    assert compose(replace(ENTRY, state=State.SILENT), CALENDAR) is None


# ── Summary and location ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("session", "summary"),
    [
        (replace(SESSION, venue=None), "Parrot: Efficient Serving of LLM-based Applications"),
        (replace(SESSION, title=None), "OSDI'24 Chaoyi Ruan (topic to be announced)"),
        (replace(SESSION, title=None, venue=None, presenters=()), "Systems Reading Group"),
        (replace(SESSION, title=" \x00\u2028 ", venue=None, presenters=()), "Systems Reading Group"),
        (replace(SESSION, title="A\r\nB\x00C\u2028D", venue=None), "A BC D"),
    ],
)
def test_r25_summary_is_never_empty_and_one_line(session: Session, summary: str) -> None:
    assert composed(session).summary == summary


@pytest.mark.parametrize("word", ["word ", "系统", "🦜", "a"])
def test_r25_summary_and_location_fit_in_255_octets(word: str) -> None:
    event = composed(replace(SESSION, title=word * 300, location=word * 300))
    for text in (event.summary, event.location or ""):
        assert 240 < len(text.encode()) <= 255
        assert text.endswith("…")


def test_r42_cancelled_session_says_so_twice() -> None:
    event = composed(SESSION, State.CANCELLED)
    assert event.status == "CANCELLED"
    assert event.summary == f"CANCELLED: {PARROT}"


@pytest.mark.parametrize(
    ("told", "status", "summary"),
    [
        ("both", "CANCELLED", f"CANCELLED: {PARROT}"),
        ("status", "CANCELLED", PARROT),
        ("title", "CONFIRMED", f"CANCELLED: {PARROT}"),
    ],
)
def test_r42_group_decides_how_feeds_tell_of_a_cancelled_session(
    told: Cancelled, status: str, summary: str
) -> None:
    entry = replace(ENTRY, state=State.CANCELLED)
    event = compose(entry, replace(CALENDAR, cancelled=told))
    held = compose(ENTRY, replace(CALENDAR, cancelled=told))

    assert event
    assert (event.status, event.summary) == (status, summary)
    assert held == compose(ENTRY, CALENDAR)


def test_r42_cancelled_session_that_is_hidden_is_in_no_feed() -> None:
    hiding = replace(CALENDAR, cancelled="hide")

    assert compose(replace(ENTRY, state=State.CANCELLED), hiding) is None
    assert compose(ENTRY, hiding) == compose(ENTRY, CALENDAR)
    assert fingerprint(replace(ENTRY, state=State.CANCELLED), hiding) != fingerprint(ENTRY, hiding)


def test_tentative_session_is_tentative() -> None:
    assert composed(SESSION, State.TENTATIVE).status == "TENTATIVE"


@pytest.mark.parametrize("location", [None, "", " ", "\x00"])
def test_r15_no_location_is_none(location: str | None) -> None:
    assert composed(replace(SESSION, location=location)).location is None


def test_r22_purely_online_session_is_where_one_joins() -> None:
    event = composed(replace(SESSION, location=None, online="https://meet.example.org/sysrg"))
    assert event.location == "https://meet.example.org/sysrg"
    assert "Join online:\nhttps://meet.example.org/sysrg" in event.description


def test_r22_address_too_long_for_a_location_is_not_cut() -> None:
    online = f"https://meet.example.org/{'x' * 300}"
    event = composed(replace(SESSION, location=None, online=online))
    assert event.location is None
    assert f"Join online:\n{online}" in event.description


# ── Description ──────────────────────────────────────────────────────────────────────────────────


def test_affiliation_of_all_is_stated_once() -> None:
    people = tuple(person(name, affiliation="TJU, Tianjin University") for name in ("Ann", "Bo"))
    described = composed(replace(SESSION, presenters=people)).description
    assert described.endswith("\n\nPresenters: Ann, Bo\nAll from TJU, Tianjin University")


def test_description_of_nothing_is_empty() -> None:
    bare = replace(SESSION, title=None, venue=None, presenters=(), paper_url=None)
    assert composed(bare).description == ""


def test_r17_description_keeps_to_3000_characters_by_leaving_out_whole_blocks() -> None:
    links = tuple(link("other", f"https://example.org/{n}", f"Material {n}") for n in range(200))
    described = composed(replace(SESSION, links=links)).description
    assert 2900 < len(described) <= 3000
    assert described.startswith("Parrot")
    assert described.splitlines()[-1].startswith("https://example.org/")


def test_r18_markup_is_left_as_the_organiser_wrote_it() -> None:
    assert composed(replace(SESSION, title="<T> & U")).description.startswith("<T> & U (OSDI'24)\n")


def test_r20_each_address_stands_bare_on_a_line_below_its_label() -> None:
    links = (link("slides", "https://example.org/s"), link("code", "https://example.org/s"))
    described = composed(replace(SESSION, links=links, online="https://example.org/j")).description
    assert described.splitlines() == [
        "Parrot: Efficient Serving of LLM-based Applications (OSDI'24)",
        PAPER,
        "",
        "Presenter: Chaoyi Ruan",
        "",
        "Slides:",
        "https://example.org/s",
        "",
        "Join online:",
        "https://example.org/j",
    ]


def test_r50_local_time_is_said_where_the_event_is_in_utc() -> None:
    event = composed(at("Africa/Cairo", "2024-09-03T14:00", "2024-09-03T15:30"))
    assert (event.dtstart, event.tzid) == (datetime(2024, 9, 3, 11, tzinfo=UTC), None)
    assert "Local time: 2024-09-03 14:00 to 15:30 (Africa/Cairo)" in event.description.splitlines()


def test_r50_local_time_names_the_day_on_which_it_ends() -> None:
    event = composed(at("Africa/Cairo", "2024-09-03T23:00", "2024-09-04T01:00"))
    said = "Local time: 2024-09-03 23:00 to 2024-09-04 01:00 (Africa/Cairo)"
    assert said in event.description.splitlines()


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai"])
def test_local_time_is_not_said_twice(zone: str) -> None:
    assert "Local time" not in composed(at(zone, "2024-09-03T14:00")).description


def test_r89_no_mail_address_or_telephone_number_is_published() -> None:
    session = replace(
        SESSION,
        title="Parrot (write to ann@example.org)",
        location="Room 402 <bo@example.org>, tel:+1-555-0100",
        presenters=(person("Ann (ann@example.org)"),),
        links=(link("other", "mailto:cy@example.org", "mail cy@example.org"), link("other", "tel:+15550100")),
    )
    event = composed(session)
    assert (event.summary, event.location) == ("OSDI'24 Parrot (write to )", "Room 402 ,")
    assert "Presenter: Ann\n" in f"{event.description}\n"
    assert not any(secret in repr(replace(event, session=SESSION)) for secret in ("@", "555", "mailto"))


# ── Time ─────────────────────────────────────────────────────────────────────────────────────────


def test_r53_all_day_session_ends_on_the_day_after() -> None:
    event = composed(replace(SESSION, start=None, end=None))
    assert (event.dtstart, event.dtend, event.tzid) == (date(2024, 9, 3), date(2024, 9, 4), None)


@pytest.mark.parametrize("end", [None, "2024-09-03T14:00", "2024-09-03T13:00", "2024-09-03T14:00:30"])
def test_r54_end_is_later_than_start_and_an_hour_later_where_unknown(end: str | None) -> None:
    event = composed(at("Asia/Shanghai", "2024-09-03T14:00:20", end))
    assert event.dtstart == datetime.fromisoformat("2024-09-03T14:00")
    assert event.dtend == datetime.fromisoformat("2024-09-03T15:00")


def test_wall_clock_is_kept_across_summer_time() -> None:
    summer = composed(at("Europe/Berlin", "2024-10-26T14:00"))
    winter = composed(at("Europe/Berlin", "2024-10-27T14:00"))
    assert (summer.tzid, winter.tzid) == ("Europe/Berlin", "Europe/Berlin")
    assert (str(summer.dtstart), str(winter.dtstart)) == ("2024-10-26 14:00:00", "2024-10-27 14:00:00")
    assert sort_key(winter)[0] - sort_key(summer)[0] == timedelta(hours=25)


@pytest.mark.parametrize(
    ("start", "end", "utc_start", "utc_end"),
    [
        ("2024-03-31T02:30", None, "2024-03-31T01:30", "2024-03-31T02:30"),
        ("2024-03-31T02:30", "2024-03-31T03:15", "2024-03-31T01:30", "2024-03-31T02:30"),
        ("2024-10-27T02:30", "2024-10-27T04:00", "2024-10-27T00:30", "2024-10-27T03:00"),
        ("2024-10-27T01:30", None, "2024-10-26T23:30", "2024-10-27T00:30"),
    ],
)
def test_r50_times_that_clients_read_differently_are_in_utc(
    start: str, end: str | None, utc_start: str, utc_end: str
) -> None:
    event = composed(at("Europe/Berlin", start, end))
    assert event.tzid is None
    assert event.dtstart == datetime.fromisoformat(utc_start).replace(tzinfo=UTC)
    assert event.dtend == datetime.fromisoformat(utc_end).replace(tzinfo=UTC)


def test_r52_no_time_floats() -> None:
    for zone in ("UTC", "Asia/Shanghai", "Africa/Cairo", "Europe/Berlin"):
        event = composed(at(zone, "2024-09-03T14:00"))
        assert isinstance(event.dtstart, datetime)
        assert (event.dtstart.tzinfo is None) == (event.tzid is not None)


@pytest.mark.parametrize(
    ("session", "over"),
    [
        (at("Asia/Shanghai", "2024-09-03T14:00", "2024-09-03T15:30"), "2024-09-03T07:30"),
        (at("Africa/Cairo", "2024-09-03T23:00"), "2024-09-03T21:00"),
        (replace(SESSION, start=None, end=None), "2024-09-03T16:00"),
        (replace(SESSION, start=None, end=None, timezone="America/New_York"), "2024-09-04T04:00"),
    ],
)
def test_a_session_is_over_at_an_instant(session: Session, over: str) -> None:
    assert ends(session) == datetime.fromisoformat(over).replace(tzinfo=UTC)


def test_r45_events_are_ordered_by_instant_then_uid() -> None:
    berlin = composed(at("Europe/Berlin", "2024-09-03T08:30"))
    shanghai = composed(at("Asia/Shanghai", "2024-09-03T14:00"))
    cairo = composed(at("Africa/Cairo", "2024-09-03T09:15"))
    whole_day = composed(replace(SESSION, start=None, end=None))
    twin = replace(shanghai, uid="0")
    ordered = sorted([berlin, shanghai, cairo, whole_day, twin], key=sort_key)
    assert ordered == [whole_day, twin, shanghai, cairo, berlin]


# ── Addresses and text ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("https://example.org", "https://example.org"),
        ("HTTP://Example.org/A?b=1,2;3#c", "http://example.org/A?b=1,2;3#c"),
        ("https://example.org/a b/é/%20/100%", "https://example.org/a%20b/%C3%A9/%20/100%25"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://example.org:8443/<x>\\y\"z'", "https://example.org:8443/%3Cx%3E%5Cy%22z'"),
        ("https://[2001:db8::1]:80/", "https://[2001:db8::1]:80/"),
        ("https://example.org/a\r\nATTENDEE:x", None),
        ("https://example.org/\ta", None),
        ("https://example.org/\x00", None),
        ("https://example.org/\u2028", None),
        ("https://example.org/\u202ea", None),
        ("https://user:secret@example.org/", None),
        ("https://example.org:port/", None),
        ("https://exa mple.org/", None),
        ("https://a..b/", None),
        ("https://[::1/", None),
        ("https:///path", None),
        ("/slides/a.pdf", None),
        ("//example.org/a", None),
        ("mailto:ann@example.org", None),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("", None),
        (None, None),
    ],
)
def test_r63_only_absolute_web_addresses_pass_in_ascii(written: str | None, address: str | None) -> None:
    assert web_address(written) == address


@given(st.text() | st.text().map("https://example.org/{}".format))
def test_r63_address_of_anything_is_printable_ascii(written: str) -> None:
    address = web_address(written)
    if address is not None:
        assert address.isascii()
        assert not set(map(chr, range(33))) & set(address)
        assert web_address(address) == address


# ── Fingerprint ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "changed",
    [
        replace(SESSION, title="Parrots"),
        replace(SESSION, venue=None),
        replace(SESSION, location="Room 403"),
        replace(SESSION, online="https://meet.example.org/sysrg"),
        replace(SESSION, presenters=(person("Chaoyi Ruan", affiliation="USTC"),)),
        replace(SESSION, presenters=(person("Chaoyi Ruan", Role.ASSISTANT),)),
        replace(SESSION, paper_url=None),
        replace(SESSION, links=(link("slides", "https://example.org/s"),)),
        replace(SESSION, highlighted=True),
        replace(SESSION, end=None),
        replace(SESSION, start=None, end=None),
        replace(SESSION, timezone="Asia/Singapore"),
    ],
)
def test_r41_fingerprint_moves_with_all_that_is_seen(changed: Session) -> None:
    assert fingerprint(replace(ENTRY, session=changed), CALENDAR) != fingerprint(ENTRY, CALENDAR)


def test_r41_fingerprint_stays_from_release_to_release() -> None:
    """Raise PROFILE where this must change: every event of every calendar will count as changed."""
    assert (events.PROFILE, fingerprint(sample.ENTRY, sample.CALENDAR)) == (
        2,
        "581ac93a40c8106117b4c06ead1024eb",
    )


def test_r41_fingerprint_moves_with_the_state() -> None:
    assert len({fingerprint(replace(ENTRY, state=state), CALENDAR) for state in State}) == 4


def test_r41_fingerprint_moves_with_the_address_of_the_site() -> None:
    assert fingerprint(ENTRY, SITE) != fingerprint(ENTRY, CALENDAR)


def test_r41_fingerprint_moves_with_the_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint(ENTRY, CALENDAR)
    events._digest.cache_clear()
    monkeypatch.setattr(events, "PROFILE", events.PROFILE + 1)
    assert fingerprint(ENTRY, CALENDAR) != before
    events._digest.cache_clear()


def test_r39_fingerprint_stays_when_nothing_that_is_seen_changed() -> None:
    moved = replace(SESSION, source=Position("archive/2024-fall.md", 99))
    later = datetime(2025, 1, 1, tzinfo=UTC)
    other = Entry("another", 9, later, later, State.CONFIRMED, moved, "old")
    assert fingerprint(other, CALENDAR) == fingerprint(ENTRY, CALENDAR)
    assert fingerprint(ENTRY, replace(CALENDAR, description="New")) == fingerprint(ENTRY, CALENDAR)


def test_r39_silent_entries_have_one_fingerprint() -> None:
    silent = replace(ENTRY, state=State.SILENT)
    changed = replace(silent, session=replace(SESSION, title=None))
    assert fingerprint(silent, CALENDAR) == fingerprint(changed, CALENDAR)


def test_fingerprint_is_the_same_in_every_process() -> None:
    program = (
        f"import runpy; here = runpy.run_path({__file__!r}); "
        "print(here['fingerprint'](here['ENTRY'], here['SITE']))"
    )
    for seed, zone, language in (("1", "Pacific/Apia", "C"), ("2", "America/New_York", "de_DE.UTF-8")):
        environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LANG": language, "LC_ALL": language}
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == fingerprint(ENTRY, SITE)
