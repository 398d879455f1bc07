"""Written values: what each spelling means, and what is no value at all."""

from datetime import date, time

import pytest

from calfeed import values
from calfeed.errors import ValueUnreadable
from calfeed.model import Status, Venue


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("September 03", (None, 9, 3, None)),
        ("🔥 December 10", (None, 12, 10, None)),
        ("Sept. 16", (None, 9, 16, None)),
        ("16th Sept", (None, 9, 16, None)),
        ("Tue, 3rd of Sept 2024", (2024, 9, 3, 1)),
        ("Tuesday, September 3, 2024", (2024, 9, 3, 1)),
        ("2024-9-3", (2024, 9, 3, None)),
        ("2023.3.8", (2023, 3, 8, None)),
        ("2024/12/31 14:00", (2024, 12, 31, None)),
    ],
)
def test_date_is_read(text: str, expected: tuple[int | None, int, int, int | None]) -> None:
    (written,) = values.dates(text)

    assert (written.year, written.month, written.day, written.weekday) == expected


@pytest.mark.parametrize("text", ["May 2024", "Decision 3", "version 1.2.3", "Week 12", "1+N", "10:30", ""])
def test_text_without_a_date_has_none(text: str) -> None:
    assert values.dates(text) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("💡 [OSDI'24] Parrot", "[OSDI'24] Parrot"),
        ("🙋‍♂️  Ada   Brandt ", "Ada Brandt"),
        ("- • Ada", "Ada"),
        (".NET Internals", ".NET Internals"),
        ("∞Bench", "∞Bench"),
        ("∑ Sums", "Sums"),
        ("μSlope", "μSlope"),
        ("� Ada", "Ada"),
        ("“Quoted”", "“Quoted”"),
    ],
)
def test_marks_are_taken_off_but_not_signs_of_a_name(text: str, expected: str) -> None:
    assert values.plain(text) == expected


def test_range_of_days_is_its_first() -> None:
    (written,) = values.dates("September 3–5, 2024: Retreat")

    assert (written.month, written.day, written.year) == (9, 3, 2024)


def test_two_dates_are_found_in_order() -> None:
    found = values.dates("from 3 September to October 8")

    assert [(w.month, w.day) for w in found] == [(9, 3), (10, 8)]


def test_day_that_does_not_exist_is_unreadable() -> None:
    (written,) = values.dates("February 29")

    assert values.resolve(written, 2024) == date(2024, 2, 29)
    with pytest.raises(ValueUnreadable, match="2025-02-29 does not exist"):
        values.resolve(written, 2025)


@pytest.mark.parametrize(
    ("text", "slug", "title"),
    [
        ("2024 Fall", "2024-fall", "2024 Fall"),
        ("Schedule, Fall semester 2024", "2024-fall", "Fall semester 2024"),
        ("2024-fall.md", "2024-fall", "2024 Fall"),
        ("spring2019", "2019-spring", "Spring2019"),
    ],
)
def test_term_has_one_slug_in_every_order(text: str, slug: str, title: str) -> None:
    found = values.term(text)

    assert found is not None
    assert (found.slug, found.title) == (slug, title)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Talks of 2024", 2024), ("Reading group (since 2015)", None), ("Founded in 2011, now 2026", 2026)],
)
def test_year_is_that_of_the_text_and_not_of_a_beginning(text: str, expected: int | None) -> None:
    assert values.year(text) == expected


def test_text_without_a_season_is_no_term() -> None:
    assert values.term("Reading group 2024") is None


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("14:00", time(14), None),
        ("at 2pm", time(14), None),
        ("2–3:30 pm", time(14), time(15, 30)),
        ("11-1pm", time(11), time(13)),
        ("10 to 11:30am", time(10), time(11, 30)),
        ("14.00-15.30", time(14), time(15, 30)),
        ("12 a.m.", time(0), None),
        ("12:30 PM", time(12, 30), None),
    ],
)
def test_time_is_read(text: str, start: time, end: time | None) -> None:
    found = values.times(text)

    assert found is not None
    assert (found.start, found.end) == (start, end)


@pytest.mark.parametrize("text", ["version 2.10", "2024", "25:00", "3-4", "13pm", "2024-09-03"])
def test_other_numbers_are_no_times(text: str) -> None:
    assert values.times(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("OSDI'24", Venue("OSDI'24", "OSDI", 2024)),
        ("SOSP 2023", Venue("SOSP 2023", "SOSP", 2023)),
        ("ATC ’19", Venue("ATC ’19", "ATC", 2019)),
        ("SOSP'83", Venue("SOSP'83", "SOSP", 1983)),
        ("Cryptology ePrint", None),
        ("USENIX ATC 2020", Venue("USENIX ATC 2020", "USENIX ATC", 2020)),
        ("Security '21", Venue("Security '21", "Security", 2021)),
        ("The State of Serverless 2024", None),
        ("Attention in 2017", None),
        ("1", None),
    ],
)
def test_venue_is_read(text: str, expected: Venue | None) -> None:
    assert values.venue(text) == expected


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Mingxuan Liu", "mingxuan-liu"),
        ("Émile Żak", "emile-zak"),
        ("O'Brien, Łukasz", "o-brien-łukasz"),
        ("王小雨", "王小雨"),
        ("🦜", "unnamed"),
        ("a" * 99, "a" * 60),
    ],
)
def test_slug_is_fit_for_an_address(name: str, slug: str) -> None:
    assert values.slug(name) == slug


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("📕 slides", "slides"),
        ("Q&A summary", "summary"),
        ("Recording", "video"),
        ("arXiv", "paper"),
        ("GitHub", "code"),
        ("homepage", "other"),
    ],
)
def test_label_tells_the_kind_of_a_link(label: str, kind: str) -> None:
    assert values.link_kind(label) == kind


@pytest.mark.parametrize(
    ("written", "base", "expected"),
    [
        ("./slides/a%20(1).pdf", "https://example.org/raw/", "https://example.org/raw/slides/a%20(1).pdf"),
        ("./slides/a.pdf", None, "./slides/a.pdf"),
        ("https://example.org/ü?q=1&r=[2]#f", None, "https://example.org/%C3%BC?q=1&r=%5B2%5D#f"),
        ("https://bücher.example/", None, "https://xn--bcher-kva.example/"),
        ("mailto:ada@example.org", "https://example.org/", "mailto:ada@example.org"),
        ("slides/my talk.pdf", "https://example.org/", "https://example.org/slides/my%20talk.pdf"),
        ("https://example.org/100%.pdf", None, "https://example.org/100%25.pdf"),
        ("https://user:secret@example.org/", None, None),
        ("tel:+49301234", None, None),
        ("javascript:alert(1)", "https://example.org/", None),
        ("java\nscript:alert(1)", None, None),
        ("data:text/html,x", None, None),
        ("http://[broken", None, None),
        ("a\x07b", None, None),
    ],
)
def test_link_is_made_absolute_or_refused(written: str, base: str | None, expected: str | None) -> None:
    assert values.absolute(written, base) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cancelled!", Status.CANCELLED),
        ("(called off)", Status.CANCELLED),
        ("No meeting", Status.NO_MEETING),
        ("Spring break", Status.NO_MEETING),
        ("National holiday", Status.NO_MEETING),
        ("tentative", Status.TENTATIVE),
        ("No meeting (POPL)", Status.NO_MEETING),
        ("This talk is cancelled due to illness", Status.CANCELLED),
        ("Martin Luther King Day, no meeting", Status.NO_MEETING),
        ("Breaking the Memory Wall", None),
        ("When Good Nodes Break", None),
        ("Cancelled Reads in DRAM", None),
        ("Tentative Locks", None),
        ("No Session Left Behind", None),
        ("No Compromises: Distributed Transactions", None),
    ],
)
def test_state_is_read(text: str, expected: Status | None) -> None:
    assert values.state(text) == expected


@pytest.mark.parametrize("text", ["", "TBD", "(tba)", "—", "To be announced", "N/A", "..."])
def test_what_says_nothing_is_open(text: str) -> None:
    assert values.is_open(text)


def test_misspelt_month_is_guessed_for_the_hint() -> None:
    assert (values.likely_month("Septmber 3"), values.likely_month("Room 3")) == ("September", None)
