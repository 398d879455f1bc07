"""Hostile files take time in proportion to their length, whatever stands in them."""

import time
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from tests.caches import forget
from tests.fuzz import reading


def days(count: int) -> list[date]:
    return [date(1900, 1, 1) + timedelta(days=number) for number in range(count)]


def table(rows: list[str]) -> str:
    return "".join(["| Date | Title |\n|---|---|\n", *(f"| {row} |\n" for row in rows)])


def steps(day: date, number: int) -> date:
    """Put every ninth row out of order, so that a slip is looked for."""
    return day + timedelta(days=40 * (number % 9 == 0))


HOSTILE: dict[str, Callable[[int], str]] = {
    "rows": lambda n: table([f"{d} | Talk {d.toordinal()}" for d in days(n)]),
    "rows without a year": lambda n: table([f"{d:%B} {d.day} | Talk {d.toordinal()}" for d in days(n)]),
    "rows in numbers": lambda n: table([f"{d.month}/{d.day} | Talk {d.toordinal()}" for d in days(n)]),
    "identical rows": lambda n: table(["September 3, 2024 | Paxos"] * n),
    "weekly rows, some out of order": lambda n: table(
        [f"{steps(d, number)} | Talk" for number, d in enumerate(days(7 * n)[::7])]
    ),
    "bare dates": lambda n: "".join(f"{d}\n\n" for d in days(n)),
    "bare dates in one paragraph": lambda n: "".join(f"{d}\n" for d in days(n)),
    "a section for each heading": lambda n: "".join(f"# Part\n## {d:%B} {d.day}\n- Talk\n" for d in days(n)),
    "a table in each section": lambda n: "".join(f"# Part\n\n{table([f'{d} | Talk'])}\n" for d in days(n)),
    "lines of one session": lambda n: "## 2024-09-03\n\n" + "- a line of words\n" * n,
    "links of one line": lambda n: "## 2024-09-03\n\n- [Paxos Made Simple](a) " + "[b](c) " * 9 * n,
    "names in one line": lambda n: "## 2024-09-03\n\n- " + "Ada Brandt, " * n,
    "words in one heading": lambda n: "## September 3, 2024 " + "word " * 9 * n,
    "dates in one heading": lambda n: "## " + "September 3, 2024 " * n,
    "brackets": lambda n: "## 2024-09-03\n\n- " + "[" * n + "a" + "]" * n,
    "a deep list": lambda n: "- " * n + "2024-09-03: Paxos",
}


def seconds(text: str) -> float:
    forget()
    start = time.process_time()
    reading("README.md", text.encode())
    return time.process_time() - start


@pytest.mark.parametrize("write", [pytest.param(write, id=name) for name, write in HOSTILE.items()])
def test_four_times_the_text_takes_about_four_times_the_time(write: Callable[[int], str]) -> None:
    seconds(write(50))  # what is loaded or made on first use counts for neither

    # A busy machine makes some measurement wrong, but not each of five.
    assert any(seconds(write(2000)) < 8 * seconds(write(500)) + 0.2 for _ in range(5))


def test_an_alias_bomb_is_refused() -> None:
    text = "a: &a [x, x]\n" + "".join(
        f"a{n}: &a{n} [*a{n - 1 or ''}, *a{n - 1 or ''}]\n" for n in range(1, 99)
    )
    codes = [d.code for d in reading("talks.yaml", text.encode()).diagnostics]

    assert codes == ["yaml-syntax"]
