"""What an organiser is told: findings by severity, whom to ask for what, how large feeds are."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from calfeed.diagnostics import Position, Severity, diagnose
from calfeed.origin import Origin
from calfeed.publication import Publication
from calfeed.settings import Materials
from calfeed.web.overview import Asked, Finding, Kind, Size, Talk, overview
from tests.web.sample import (
    ADA,
    BEN,
    CHANGED,
    ENTRIES,
    FINDING,
    LIN,
    NOW,
    PUBLICATION,
    entry,
    publication,
    session,
)

ORIGIN = Origin(
    "c0ffee", NOW, {"README.md": "talks/README.md"}, site="https://github.com/g/t", forge="github"
)
LINE = "https://github.com/g/t/blob/c0ffee/talks/README.md?plain=1#L7"
EARLIER, FIRST = ENTRIES[:2]


def published(**more: object) -> Publication:
    return replace(PUBLICATION, **more)  # type: ignore[arg-type]  # the tests' own keywords


# ── findings ─────────────────────────────────────────────────────────────────────────────────────


def test_findings_are_grouped_and_lead_to_their_lines() -> None:
    impossible = diagnose("date-impossible", "30 February", Position("README.md", 7, 3), "28?")
    of_no_line = diagnose("id-missing", "no id", Position("."), "write one")
    elsewhere = replace(FINDING, position=Position("2023.md", 9), hint="")
    found = overview(
        published(diagnostics=(FINDING, of_no_line, impossible, elsewhere), origin=ORIGIN), NOW
    ).noticed
    old = (
        Finding("README.md:7", LINE, "the paper is older than three years", "choose one"),
        Finding("2023.md:9", None, "the paper is older than three years", ""),
    )
    assert list(found.items()) == [
        (
            Severity.ERROR,
            (
                Kind(
                    "date-impossible",
                    "The date does not exist in the calendar.",
                    (Finding("README.md:7", LINE, "30 February", "28?"),),
                ),
            ),
        ),
        (Severity.WARNING, (Kind("venue-old", "The paper is older than the group's policy allows.", old),)),
        (
            Severity.INFO,
            (
                Kind(
                    "id-missing",
                    "The calendar has no id of its own; its name stands in for it.",
                    (Finding("", None, "no id", "write one"),),
                ),
            ),
        ),
    ]


def test_no_finding_tells_where_things_lie_on_the_machine() -> None:
    path = "/home/an organiser/talks/2023.md"
    twin = diagnose(
        "session-duplicate", f"“Heron” stands at {path}:3:1 already", Position(path, 7), f"see {path}"
    )
    damaged = diagnose("ledger-damaged", "cannot read /var/lib/secret/ledger.db", Position("."))
    found = overview(published(diagnostics=(twin, damaged)), NOW).noticed[Severity.WARNING]
    assert [kind.findings for kind in found] == [
        (Finding("2023.md:7", None, "“Heron” stands at 2023.md:3:1 already", "see 2023.md"),),
        (Finding("", None, "The ledger could not be read; a new one was filled from history.", ""),),
    ]


def test_missing_materials_are_not_told_twice() -> None:
    missing = diagnose("materials-missing", "no slides 7 days after the session", Position("README.md", 7))
    wanted = Materials(timedelta(days=7))
    found = overview(published(diagnostics=(missing,), materials=wanted), NOW)
    assert (found.noticed[Severity.WARNING], len(found.lacking)) == ((), 1)


# ── missing materials ────────────────────────────────────────────────────────────────────────────


def test_what_is_customary_is_expected_of_who_presented() -> None:
    found = overview(published(origin=ORIGIN), NOW).lacking
    assert found == (Asked(LIN, (Talk(EARLIER, ("slides", "video"), LINE),)),)


def test_policy_says_what_is_expected_and_when() -> None:
    wanted = Materials(timedelta(days=30), ("summary", "paper"))
    lacking = [
        overview(published(materials=wanted), now).lacking
        for now in (NOW, datetime(2024, 10, 3, 8, tzinfo=UTC))
    ]
    early = Asked(LIN, (Talk(EARLIER, ("summary", "paper"), None),))
    assert lacking == [(early,), (Asked(ADA, (Talk(FIRST, ("summary",), None),)), early)]


def test_latest_first_and_nobody_in_particular_where_nobody_is_named() -> None:
    slides = Materials(timedelta(), ("slides",))
    talks = [
        entry(1, session(date(2024, 9, 1), "One", ADA)),
        entry(2, session(date(2024, 9, 2), "Two")),
        entry(3, session(date(2024, 9, 3), "Three", LIN, ADA)),
        entry(4, session(date(2024, 9, 4), "Four", BEN)),
    ]
    found = overview(replace(publication(talks), materials=slides), NOW).lacking
    one, two, three, four = (Talk(talk, ("slides",), None) for talk in talks)
    assert found == (
        Asked(BEN, (four,)),
        Asked(LIN, (three,)),
        Asked(ADA, (three, one)),
        Asked(None, (two,)),
    )


def test_nothing_is_expected_where_nobody_has_anything() -> None:
    bare = [replace(each, session=replace(each.session, links=())) for each in ENTRIES]
    assert overview(publication(bare), NOW).lacking == ()


# ── feeds ────────────────────────────────────────────────────────────────────────────────────────


def test_feeds_have_their_sizes_and_the_latest_changed_is_first() -> None:
    spring = "/semester/2024-spring.ics"
    later = replace(PUBLICATION.renditions[spring], last_modified=NOW)
    found = overview(published(renditions={**PUBLICATION.renditions, spring: later}), NOW).sizes
    assert len(found) == len(PUBLICATION.feeds)
    assert found[0] == Size(
        "semester/2024-spring", "Systems Reading Group: 2024 Spring", 1, len(later.body), 1, NOW
    )
    assert {size.changed for size in found[1:]} == {CHANGED}


def test_fill_is_the_larger_share_of_the_limits() -> None:
    path = f"/{PUBLICATION.feeds[0].path}.ics"
    heavy = replace(PUBLICATION.renditions[path], body=b" " * 700_001)
    found = overview(published(renditions={**PUBLICATION.renditions, path: heavy}), NOW).sizes
    assert max(size.fill for size in found) == 71
