"""Values to the words of a page."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time

import pytest
from flask import g

from calfeed.diagnostics import Position, diagnose
from calfeed.errors import LedgerError, ScheduleError, SettingsError
from calfeed.web import create_app
from calfeed.web.current import Current
from calfeed.web.wording import clock_of, failure, finding, href, label, long_day, short_day, times
from tests.web.sample import NOW, PUBLICATION, session

DAY = date(2024, 9, 3)
HELD = session(DAY, "Heron")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Be asked for a page in English."""
    with create_app(Current(lambda: PUBLICATION, lambda: None), lambda: NOW).test_request_context("/"):
        g.language, g.prefix = "en", None
        yield


def test_days_name_their_weekday() -> None:
    assert (long_day(DAY), short_day(DAY)) == ("Tuesday, 3 September 2024", "Tue, 3 Sept 2024")


def test_times_of_a_session() -> None:
    late = replace(
        HELD, start=datetime.combine(DAY, time(23)), end=datetime.combine(date(2024, 9, 4), time(0, 30))
    )
    forms = [HELD, replace(HELD, end=None), replace(HELD, start=None, end=None), late]
    assert [times(each) for each in forms] == ["14:00–15:30", "14:00", "All day", "23:00–00:30 (Wed)"]


def test_clock_is_called_by_its_city() -> None:
    zones = ["Asia/Shanghai", "America/New_York", "America/Argentina/Buenos_Aires", "UTC"]
    names = ["Shanghai time", "New York time", "Buenos Aires time", "UTC"]
    assert [clock_of(replace(HELD, timezone=zone)) for zone in zones] == names
    assert clock_of(replace(HELD, start=None, end=None)) == ""


def test_link_that_is_named_by_its_address_is_named_by_the_beginning_of_it() -> None:
    addresses = ["📕 slides", "https://www.ncbi.nlm.nih.gov/pubmed/30799036", f"http://a.example/{'b' * 40}"]
    assert [label(each) for each in addresses] == [
        "📕 slides",
        "ncbi.nlm.nih.gov/pubmed/30799036",
        f"a.example/{'b' * 30}…",
    ]


@pytest.mark.parametrize(
    "url",
    [
        "https://papers.example.org/a%20b.pdf?x=1#y",
        "HTTP://papers.example.org",
        "mailto:organiser@example.org",
        "https://例え.example.org/紙",
    ],
)
def test_r90_harmless_links_are_followed(url: str) -> None:
    assert href(url) == url


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        " javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//example.org/x",
        "./slides/heron.pdf",
        "https:example.org",
        'https://example.org/"onmouseover="alert(1)',
        "https://example.org/a b",
        "https://example.org/\x00",
        "https://example.org/\r\nSet-Cookie: a=b",
        "https://example.org/\u202egpj.exe",
        "https://example.org/\u2066hidden\u2069",
        "https://example.org/zero\u200bwidth",
        "tel:+4930123456",
    ],
)
def test_r90_other_links_are_not(url: str | None) -> None:
    assert href(url) is None


FOUND = diagnose(
    "source-missing", "cannot read the schedule", Position("old/2023.md", 7, 3), "check the path"
)
OUTSIDE = replace(FOUND, position=Position("/home/organiser/2024.md", 7, 3))


def test_finding_names_a_file_within_the_folder_by_its_path_and_another_by_its_name() -> None:
    told = "error[source-missing]: cannot read the schedule (hint: check the path)"
    assert (finding(FOUND), finding(OUTSIDE)) == (f"old/2023.md:7:3: {told}", f"2024.md:7:3: {told}")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (LedgerError("the ledger /srv/l.db is gone", "wait"), "LedgerError; the log says more. (hint: wait)"),
        (LedgerError("the ledger /srv/l.db is gone"), "LedgerError; the log says more."),
        (OSError("postgresql://organiser:secret@db/calfeed"), "OSError; the log says more."),
        (ScheduleError((FOUND, OUTSIDE)), f"{finding(FOUND)}\n{finding(OUTSIDE)}"),
        (SettingsError((OUTSIDE,)), finding(OUTSIDE)),
    ],
)
def test_failure_is_told_without_paths_and_passwords(error: Exception, told: str) -> None:
    assert failure(error) == told
