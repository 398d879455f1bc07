"""Terms and years: in which days the dates below a heading lie."""

from datetime import date

import pytest

from calfeed import terms
from calfeed.terms import Stated, Term

Span = tuple[str, str]


def _spans(found: Stated | None) -> list[Span]:
    return [(str(first), str(last)) for first, last in found.years] if found else []


@pytest.mark.parametrize(
    ("text", "slug", "title"),
    [
        ("2024 Fall", "2024-fall", "2024 Fall"),
        ("Schedule, Fall semester 2024", "2024-fall", "Fall semester 2024"),
        ("2024-fall.md", "2024-fall", "2024 Fall"),
        ("spring2019", "2019-spring", "Spring2019"),
        ("fall20", "2020-fall", "Fall20"),
        ("Fall 24", "2024-fall", "Fall 24"),
        ("Spring '24", "2024-spring", "Spring '24"),
        ("our fall 2018 meetings", "2018-fall", "Fall 2018"),
        ("2024 reading list (Fall 2024)", "2024-fall", "Fall 2024"),
        ("AY 2023-24 Fall", "2023-fall", "2023-24 Fall"),
        ("AY 2023-24 Spring", "2024-spring", "2023-24 Spring"),
        ("2022（春）", "2022-spring", "2022（春）"),
        ("2022-2023（秋）", "2022-autumn", "2022-2023（秋）"),
        ("2024年秋季学期", "2024-autumn", "2024年秋季学期"),
        ("🍁2022-2023-Autumn-Term-OS.md", "2022-autumn", "2022-2023 Autumn Term"),
        ("WS 2023/24", "2023-winter", "WS 2023/24"),
        ("Wintersemester 2023/2024", "2023-winter", "Wintersemester 2023/2024"),
        ("SoSe 2024", "2024-summer", "SoSe 2024"),
        ("automne 2023", "2023-autumn", "Automne 2023"),
        ("été 2024", "2024-summer", "Été 2024"),
        ("2024年度前期", "2024-first-half", "2024年度前期"),
        ("2024년 1학기", "2024-semester-1", "2024년 1학기"),
        ("2023-2024学年第二学期", "2023-semester-2", "2023-2024学年第二学期"),
        ("Semester 1 2024", "2024-semester-1", "Semester 1 2024"),
        ("Term 2, 2023", "2023-term-2", "Term 2, 2023"),
        ("Q1 2024", "2024-q1", "Q1 2024"),
        ("Michaelmas 2024", "2024-michaelmas", "Michaelmas 2024"),
        ("Easter Term 2024", "2024-easter", "Easter Term 2024"),
        ("S24", "2024-spring", "S24"),
        ("f24.yml", "2024-fall", "F24"),
    ],
)
def test_term_has_one_slug_in_every_spelling(text: str, slug: str, title: str) -> None:
    found = terms.term(text)

    assert found is not None
    assert (found.slug, found.title) == (slug, title)


@pytest.mark.parametrize(
    "text",
    ["Reading group 2024", "Easter 2024", "Offspring 2019", "Springer 2019", "Fall of Rome", "GPT S24"],
)
def test_text_without_a_season_is_no_term(text: str) -> None:
    assert terms.term(text) is None


def test_term_is_stated_with_its_days() -> None:
    term = Term(2024, "fall", "Fall 2024")

    assert terms.stated("Fall 2024") == Stated(((date(2024, 8, 1), date(2025, 1, 31)),), term)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019", [("2019-01-01", "2019-12-31")]),
        ("2019–2023", [("2019-01-01", "2023-12-31")]),
        ("2023/24", [("2023-08-01", "2024-07-31")]),
        ("AY 2023-2024", [("2023-08-01", "2024-07-31")]),
        ("September 2024", [("2024-09-01", "2024-09-30")]),
        ("Avril 2018", [("2018-04-01", "2018-04-30")]),
        ("2024年9月", [("2024-09-01", "2024-09-30")]),
        ("Spring 2024", [("2024-01-01", "2024-06-30")]),
        ("2022-2023 (春)", [("2023-02-01", "2023-07-31")]),
        ("2022-2023（秋）", [("2022-08-01", "2023-01-31")]),
        ("Winter 2024", [("2023-12-01", "2024-04-30"), ("2024-10-01", "2025-03-31")]),
        ("WS 2023/24", [("2023-10-01", "2024-03-31")]),
        ("2023-2024学年第二学期", [("2024-02-01", "2024-07-31")]),
        ("2025-06-01-schedule.md", [("2025-01-01", "2025-12-31")]),
        ("CVPR 2023", [("2023-01-01", "2023-12-31")]),
        ("READING GROUP 2024", [("2024-01-01", "2024-12-31")]),
        ("Founded in 2011, now 2026", [("2026-01-01", "2026-12-31")]),
    ],
)
def test_days_are_stated(text: str, expected: list[Span]) -> None:
    assert _spans(terms.stated(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Reading group (since 2015)",
        "Since September 2015",
        "est. 2015",
        "Papers of CVPR 2023",
        "https://example.org/2023",
        "arXiv:2010.06180",
        "Last updated: 2024-09-03",
        "Reading group",
        "",
    ],
)
def test_beginnings_conferences_and_addresses_state_nothing(text: str) -> None:
    assert terms.stated(text) is None
