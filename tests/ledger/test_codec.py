"""The codec gives back what it was given, and refuses everything else with a sentence."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calfeed.diagnostics import Position
from calfeed.errors import LedgerError
from calfeed.ledger.codec import decode, encode
from calfeed.model import Entry, Link, Person, Role, Semester, Session, Stamp, State, Status, Venue

INSTANTS = st.datetimes(timezones=st.just(UTC))
ENTRIES = st.builds(Entry, created=INSTANTS, last_modified=INSTANTS)
STAMPS = st.builds(Stamp, last_modified=INSTANTS)

ENTRY = Entry(
    uid="1c0f7ec3-04d2-5e6f-902f-9852aea09af4",
    sequence=2,
    created=datetime(2024, 3, 1, 12, tzinfo=UTC),
    last_modified=datetime(2024, 3, 2, 12, tzinfo=UTC),
    state=State.TENTATIVE,
    session=Session(
        semester=Semester("2024-spring", "2024 Spring"),
        date=date(2024, 4, 2),
        source=Position("README.md", 7, 3),
        status=Status.TENTATIVE,
        title="μSlope “quoted” 📕",
        start=datetime.fromisoformat("2024-04-02T14:00"),
        end=datetime.fromisoformat("2024-04-02T15:30"),
        timezone="America/Detroit",
        venue=Venue("OSDI'24", "OSDI", 2024),
        presenters=(Person("李雷", "li-lei"), Person("Ann", "ann", Role.ASSISTANT)),
        links=(Link("slides", "slides", "https://example.org/s.pdf", "s.pdf"),),
    ),
    fingerprint="f",
)


@given(ENTRIES)
def test_entry_comes_back(entry: Entry) -> None:
    assert decode(Entry, encode(entry)) == entry


@given(STAMPS)
def test_stamp_comes_back(stamp: Stamp) -> None:
    assert decode(Stamp, encode(stamp)) == stamp


@dataclass(frozen=True, slots=True)
class Note:
    """Something that is stored."""

    text: str
    written: datetime
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewerNote:
    """The same, later, with fields that nobody stored before."""

    text: str
    written: datetime
    tags: tuple[str, ...] = ()
    size: int = 0
    stars: tuple[int, ...] = field(default_factory=lambda: (1, 2))


NOTE = Note('"讀書會"', datetime(2024, 3, 1, 12, tzinfo=UTC), ("u1", "u2"))


def test_text_is_compact_and_readable() -> None:
    expected = '{"tags":["u1","u2"],"text":"\\"讀書會\\"","written":"2024-03-01T12:00:00Z"}'
    assert encode(NOTE) == expected


def test_field_added_later_takes_its_default() -> None:
    expected = NewerNote('"讀書會"', datetime(2024, 3, 1, 12, tzinfo=UTC), ("u1", "u2"), 0, (1, 2))
    assert decode(NewerNote, encode(NOTE)) == expected


def test_instant_is_written_in_utc() -> None:
    abroad = ENTRY.created.astimezone(timezone(timedelta(hours=9)))
    assert encode(replace(ENTRY, created=abroad)) == encode(ENTRY)


def _stored(*path: str) -> tuple[dict[str, object], dict[str, object]]:
    """Give what is stored of an entry, and the object in it that a path leads to."""
    whole: dict[str, object] = json.loads(encode(ENTRY))
    inner = whole
    for name in path:
        found = inner[name]
        assert isinstance(found, dict)
        inner = found
    return whole, inner


def _without(*path: str) -> object:
    whole, inner = _stored(*path[:-1])
    del inner[path[-1]]
    return whole


def _with(value: object, *path: str) -> object:
    whole, inner = _stored(*path[:-1])
    inner[path[-1]] = value
    return whole


@pytest.mark.parametrize(
    ("stored", "sentence"),
    [
        (_without("uid"), "uid is missing"),
        (_without("session", "date"), "session: date is missing"),
        (_with(1, "colour"), "nobody knows 'colour'"),
        (_with("2", "sequence"), "sequence: '2' is not a int"),
        (_with(True, "sequence"), "sequence: True is not a int"),
        (_with(None, "uid"), "uid: None is not a str"),
        (_with("gone", "state"), "state: 'gone' is not a valid State"),
        (_with([], "state"), "state: [] is not a valid State"),
        (_with("2024-04-31", "session", "date"), "session: date: day is out of range for month"),
        (_with("20240402", "session", "date"), "session: date: '20240402' is not how a date is written"),
        (
            _with("2024-03-01T12:00:00+00:00", "created"),
            "created: '2024-03-01T12:00:00+00:00' is not how a datetime is written",
        ),
        (_with(7, "session", "start"), "session: start: 7 is not a str"),
        (_with("ab", "session", "links"), "session: links: 'ab' is not a list"),
        (_with([1], "session", "presenters"), "session: presenters: 1 is not a dict"),
        (
            _with([{"kind": "map", "label": "", "url": "", "written": ""}], "session", "links"),
            "session: links: kind: 'map' is none of slides, video, summary, paper, code, other",
        ),
        ([], "[] is not a dict"),
    ],
)
def test_malformed_value_is_refused(stored: object, sentence: str) -> None:
    with pytest.raises(LedgerError) as refused:
        decode(Entry, json.dumps(stored))
    assert refused.value.message == f"what is stored is not of the kind Entry: {sentence}"


@pytest.mark.parametrize("text", ["", "{", "nothing", "[" * 100_000, '{"uid": "a"'])
def test_text_that_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(LedgerError, match="what is stored is not of the kind Entry"):
        decode(Entry, text)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists))
def test_any_json_is_a_value_or_refused(plain: object) -> None:
    with pytest.raises(LedgerError):
        decode(Entry, json.dumps({"session": plain, "created": plain}))


@dataclass(frozen=True, slots=True)
class Odd:
    """What the codec has no words for."""

    when: timedelta
    which: set[str]


def test_unknown_type_is_a_bug_and_says_so() -> None:
    with pytest.raises(TypeError, match="timedelta has no JSON"):
        encode(Odd(timedelta(), set()))
    with pytest.raises(TypeError, match=r"the codec knows no set\[str\]"):
        decode(Odd, "{}")
