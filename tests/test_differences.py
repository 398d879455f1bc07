"""What an edit means to subscribers, as people and programs read it."""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from calfeed import __version__
from calfeed.changes import compare
from calfeed.cli import parser
from calfeed.diagnostics import Position
from calfeed.differences import (
    FORMATS,
    Difference,
    chosen,
    difference,
    log_json,
    log_lines,
    summary,
    warnings,
)
from calfeed.model import Change, ChangeKind, Entry, Facet, Person, Semester, Session, State, Status

NOW = datetime(2024, 9, 1, 8, 15, tzinfo=UTC)
THEN = NOW - timedelta(days=9)
ADA, BEN = Person("Ada Brandt", "ada-brandt"), Person("Ben Okafor", "ben-okafor")
FALL = Semester("2024-fall", "2024 Fall")


def entry(uid: str, day: int, title: str | None, *people: Person) -> Entry:
    """Remember a session in September, or in August before its first day."""
    held = date(2024, 8, 31) + timedelta(days=day)
    session = Session(FALL, held, Position("README.md", 1), title=title, presenters=people)
    return Entry(uid, 0, THEN, THEN, State.CONFIRMED, session)


def edited(known: Entry, state: State = State.CONFIRMED, **parts: object) -> Entry:
    session = replace(known.session, **parts)  # type: ignore[arg-type]  # any field, as the test names it
    return replace(known, sequence=known.sequence + 1, last_modified=NOW, state=state, session=session)


def groups(found: Difference) -> dict[str, str]:
    """Give the UIDs of each group, joined."""
    named = {"new": found.new, "changed": found.changed, "cancelled": found.cancelled, "lost": found.lost}
    return {name: "".join(change.uid for change in group) for name, group in named.items() if group}


A, B, C, D = (
    entry("a", 3, "Hash tables", ADA),
    entry("b", 10, "Trees"),
    entry("c", 17, None),
    entry("d", -9, "Past"),
)
KNOWN = (A, B, C, D)
OTHER = replace(entry("n", 24, "Skip lists", BEN), last_modified=NOW)


# ── what a difference is ─────────────────────────────────────────────────────────────────────────


def test_every_session_is_in_one_group_or_kept() -> None:
    found = difference(
        KNOWN, (edited(A, date=date(2024, 9, 5)), edited(B, X, status=Status.CANCELLED), C, D, OTHER), NOW
    )

    assert groups(found) == {"changed": "a", "cancelled": "b", "new": "n"}
    assert (found.kept, found.mass) == (2, False)
    assert [(mark, change.uid) for mark, change in found.marked()] == [("~", "a"), ("-", "b"), ("+", "n")]
    assert summary(found) == "2 kept, 1 changed, 1 new, 1 cancelled, 0 lost"
    assert list(warnings(found)) == []


def test_nothing_changed_is_nothing_to_tell() -> None:
    found = difference(KNOWN, KNOWN, NOW)

    assert found == Difference(kept=4)
    assert [list(FORMATS[style](found)) for style in ("text", "markdown")] == [
        [],
        ["**4 kept, 0 changed, 0 new, 0 cancelled, 0 lost**"],
    ]


S, X = State.SILENT, State.CANCELLED


def test_what_is_held_after_all_has_changed() -> None:
    known = replace(A, state=X)

    assert groups(difference([known], [edited(known)], NOW)) == {"changed": "a"}


@pytest.mark.parametrize(
    ("new", "group"),
    [
        (replace(OTHER, session=replace(OTHER.session, date=A.session.date)), "lost"),
        (replace(OTHER, session=replace(OTHER.session, title="HASH tables")), "lost"),
        (replace(OTHER, session=replace(OTHER.session, presenters=(BEN, ADA))), "lost"),
        (OTHER, "cancelled"),
        (replace(OTHER, session=replace(OTHER.session, title=None)), "cancelled"),
    ],
)
def test_a_session_is_lost_where_a_new_one_has_something_of_it(new: Entry, group: str) -> None:
    assert groups(difference(KNOWN, (edited(A, X), B, C, D, new), NOW)) == {group: "a", "new": "n"}


@pytest.mark.parametrize(
    "gone",
    [
        edited(A, X, status=Status.CANCELLED),
        edited(A, X, status=Status.NO_MEETING),
        edited(A, X, date=date(2024, 8, 31)),
    ],
)
def test_a_session_that_the_schedule_cancels_or_that_is_past_is_not_lost(gone: Entry) -> None:
    twin = replace(OTHER, session=replace(OTHER.session, title="Hash tables"))

    assert "lost" not in groups(difference(KNOWN, (gone, B, C, D, twin), NOW))


def test_two_open_topics_are_not_the_same_topic() -> None:
    new = replace(OTHER, session=replace(OTHER.session, title=None))

    assert groups(difference(KNOWN, (A, B, edited(C, X), D, new), NOW)) == {"cancelled": "c", "new": "n"}


MANY = tuple(entry(str(number), number, f"Topic {number}") for number in range(1, 10))


@pytest.mark.parametrize(
    ("touched", "mass"),
    [(range(3), False), (range(4), True), (range(9), True)],
)
def test_more_than_a_third_is_too_much_at_once(touched: range, mass: bool) -> None:
    after = [edited(each, date=date(2024, 12, 1)) if n in touched else each for n, each in enumerate(MANY)]

    assert difference(MANY, after, NOW).mass == mass


def test_few_sessions_may_all_change() -> None:
    assert not difference(MANY[:3], [edited(each, X) for each in MANY[:3]], NOW).mass
    assert difference(MANY[:4], [edited(each, X) for each in MANY[:4]], NOW).mass


def test_topics_filled_in_and_rooms_are_no_loss_however_many() -> None:
    open_ = [replace(each, session=replace(each.session, title=None)) for each in MANY]
    filled = [edited(each, title=f"Topic {each.uid}", location="Room 402") for each in open_]

    assert not difference(open_, filled, NOW).mass


def test_the_past_is_not_coming() -> None:
    past = [replace(each, session=replace(each.session, date=date(2024, 8, 1))) for each in MANY]

    assert not difference(past, [edited(each, title="Other") for each in past], NOW).mass


# ── how it is written ────────────────────────────────────────────────────────────────────────────

TWIN = replace(OTHER, session=replace(OTHER.session, date=A.session.date))
LOST = difference((A, B), (edited(A, X), edited(B, location="Room 402"), TWIN), NOW)


def test_text_is_a_line_for_each_change() -> None:
    assert list(FORMATS["text"](LOST)) == [
        "! ‘Hash tables’ on Tue 3 Sep is cancelled",
        "+ New on Tue 3 Sep: ‘Skip lists’ by Ben Okafor",
        "~ The place for ‘Trees’ (10 Sep) is now Room 402",
    ]


def test_json_names_everything() -> None:
    (text,) = FORMATS["json"](LOST)

    assert json.loads(text) == {
        "calfeed": __version__,
        "kept": 0,
        "changed": [
            {
                "uid": "b",
                "sequence": 1,
                "kind": "changed",
                "date": "2024-09-10",
                "title": "Trees",
                "sentence": "The place for ‘Trees’ (10 Sep) is now Room 402",
                "facets": [{"aspect": "location", "before": None, "after": "Room 402"}],
            }
        ],
        "new": [
            {
                "uid": "n",
                "sequence": 0,
                "kind": "new",
                "date": "2024-09-03",
                "title": "Skip lists",
                "sentence": "New on Tue 3 Sep: ‘Skip lists’ by Ben Okafor",
                "facets": [
                    {"aspect": "date", "before": None, "after": "2024-09-03"},
                    {"aspect": "title", "before": None, "after": "Skip lists"},
                    {"aspect": "presenters", "before": None, "after": "Ben Okafor"},
                    {"aspect": "status", "before": None, "after": "confirmed"},
                ],
            }
        ],
        "cancelled": [],
        "lost": [
            {
                "uid": "a",
                "sequence": 1,
                "kind": "cancelled",
                "date": "2024-09-03",
                "title": "Hash tables",
                "sentence": "‘Hash tables’ on Tue 3 Sep is cancelled",
                "facets": [{"aspect": "status", "before": "confirmed", "after": "cancelled"}],
            }
        ],
        "mass_change": False,
    }


def test_markdown_begins_with_the_counts() -> None:
    first, *lines = FORMATS["markdown"](LOST)

    assert first == "**0 kept, 1 changed, 1 new, 0 cancelled, 1 lost**"
    assert lines[:2] == ["", f"> {next(warnings(LOST))}"]
    assert lines[2:4] == ["", r"- `!` ‘Hash tables’ on Tue 3 Sep is cancelled"]
    assert "<details>" not in "\n".join(lines)


def test_markdown_folds_a_long_list_away() -> None:
    lines = list(FORMATS["markdown"](difference((), MANY + KNOWN, NOW)))

    assert lines[2:4] == ["<details><summary>13 changes</summary>", ""]
    assert lines[-2:] == ["", "</details>"]
    assert sum(line.startswith("- `+` New on ") for line in lines) == 13


def test_markdown_stays_below_what_a_comment_may_hold() -> None:
    wordy = [entry(str(number), number, "系*" * 150) for number in range(900)]
    text = "\n".join(FORMATS["markdown"](difference((), wordy, NOW)))

    assert len(text) < 65_536
    assert re.search(r"^- and \d+ more$", text, re.MULTILINE)


def test_hostile_words_are_words_in_markdown() -> None:
    hostile = entry("h", 3, "</details>](x) <b>@all #1 www.evil.example `x` https://evil.example")
    comment = "\n".join(FORMATS["markdown"](difference((), [hostile], NOW)))

    assert not re.search(r"(?<!\\)[<\[\]@#]|www\.|https:", comment)
    assert not re.search(r"@\w|#\w", comment)


def test_the_command_line_offers_every_format(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["diff", "--help"])

    assert f"--format {{{','.join(FORMATS)}}}" in capsys.readouterr().out


@pytest.mark.parametrize("limit", ["-1", "ten", "²"])
def test_the_log_has_no_odd_limit(limit: str) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["log", f"--limit={limit}"])


def test_sources_are_named_beside_revisions() -> None:
    args = parser().parse_args(["diff", "main", "--source", "a.md", "--source", "b.md"])

    assert (args.old, args.new, args.source) == ("main", None, ["a.md", "b.md"])
    assert parser().parse_args(["log"]).source == []


# ── the log ──────────────────────────────────────────────────────────────────────────────────────

FIRST = Change("a", 1, THEN, ChangeKind.NEW, date(2024, 9, 3), "Hash tables", "2024-fall", ("ada-brandt",))
SECOND = replace(
    FIRST,
    sequence=2,
    time=NOW,
    kind=ChangeKind.CHANGED,
    facets=(Facet("location", None, "Room 402"),),
    author="Ada Brandt",
)
THIRD = replace(SECOND, uid="b", time=NOW + timedelta(hours=1), presenters=("ben-okafor",))
ALL = (FIRST, SECOND, THIRD)


def test_the_log_is_newest_first_and_may_be_narrowed() -> None:
    assert chosen(ALL, None, None, 50) == (THIRD, SECOND, FIRST)
    assert chosen(ALL, None, None, 2) == (THIRD, SECOND)
    assert chosen(ALL, "ada-brandt", None, 1) == (SECOND,)
    assert chosen(ALL, None, "a", 50) == (SECOND, FIRST)
    assert chosen(ALL, "ben-okafor", "a", 50) == ()


def test_a_line_of_the_log_says_when_who_and_what() -> None:
    assert list(log_lines((SECOND, FIRST), "Asia/Shanghai")) == [
        "2024-09-01 16:15  Ada Brandt  The place for ‘Hash tables’ (3 Sep) is now Room 402",
        "2024-08-23 16:15  —  New on Tue 3 Sep: ‘Hash tables’",
    ]


def test_the_log_as_json_names_everything() -> None:
    assert json.loads(log_json((SECOND,))) == {
        "calfeed": __version__,
        "changes": [
            {
                "time": "2024-09-01T08:15:00Z",
                "author": "Ada Brandt",
                "uid": "a",
                "sequence": 2,
                "kind": "changed",
                "date": "2024-09-03",
                "title": "Hash tables",
                "sentence": "The place for ‘Hash tables’ (3 Sep) is now Room 402",
                "facets": [{"aspect": "location", "before": None, "after": "Room 402"}],
                "semester": "2024-fall",
                "presenters": ["ada-brandt"],
            }
        ],
    }


def test_what_is_logged_is_what_was_compared() -> None:
    (change,) = compare([A], [edited(A, X)], "Ada Brandt")

    assert list(log_lines([change], "UTC")) == [
        "2024-09-01 08:15  Ada Brandt  ‘Hash tables’ on Tue 3 Sep is cancelled"
    ]
