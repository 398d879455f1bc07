"""A term of a reading group as its organisers write it, edit after edit: a history of our own writing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

BEGINS = datetime(2025, 8, 20, 9, tzinfo=UTC)
APART = timedelta(days=3)

FIRST = """\
# Databases and Friends, Fall 2025

| Date | Paper | Presenter |
|---|---|---|
| September 4, 2025 | Log-structured merge trees | Ada Brandt |
| September 11, 2025 | What goes around comes around | Noor Haddad |
| September 18, 2025 | Column stores, ten years later | Jun Sakamoto |
| September 25, 2025 | Snapshot isolation and its anomalies | Priya Raman |
| October 2, 2025 | Consensus without a leader | Emile Laurent |
| October 9, 2025 | Query compilation for the rest of us | Lena Vogel |
| October 16, 2025 | TBD | Tomas Lind |
| October 23, 2025 | Learned indexes, critically | TBD |
| October 30, 2025 | Serverless storage engines | Mira Okafor |
| November 6, 2025 | Time travel in versioned stores | Ada Brandt |
"""

EDITS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("a typo is mended", (("Log-structured merge trees", "Log-Structured Merge-Trees"),)),
    ("a talk moves to another day", (("September 18, 2025", "September 19, 2025"),)),
    ("another person presents", (("leader | Emile Laurent", "leader | Zoe Martin"),)),
    ("an open presenter is named", (("critically | TBD", "critically | Samir Nasser"),)),
    ("an open topic is filled in", (("TBD | Tomas Lind", "Spanner's clocks | Tomas Lind"),)),
    (
        "two talks exchange their days",
        (
            ("| September 25, 2025 | Snap", "| October 9, 2025 | Snap"),
            ("| October 9, 2025 | Query", "| September 25, 2025 | Query"),
        ),
    ),
    (
        "a talk is inserted between the others",
        (
            (
                "| October 16, 2025 |",
                "| October 14, 2025 | Vector databases | Ines Duarte |\n| October 16, 2025 |",
            ),
        ),
    ),
    (
        "a paper is linked",
        (("Vector databases", "[Vector databases](https://papers.example.org/vector.pdf)"),),
    ),
    ("a talk is cancelled", (("Serverless storage engines", "Cancelled: Serverless storage engines"),)),
    ("a talk takes place after all", (("Cancelled: Serverless", "Serverless"),)),
    (
        "everything from mid-October on moves by a week",
        (
            ("November 6, 2025", "November 13, 2025"),
            ("October 30, 2025", "November 6, 2025"),
            ("October 23, 2025", "October 30, 2025"),
            ("October 16, 2025", "October 23, 2025"),
        ),
    ),
    (
        "a talk to come is removed",
        (("| November 6, 2025 | Serverless storage engines | Mira Okafor |\n", ""),),
    ),
    ("the columns get other names", (("| Date | Paper | Presenter |", "| When | What | Speaker |"),)),
    (
        "dates are written another way",
        (
            ("October 30, 2025", "2025-10-30"),
            ("October 23, 2025", "2025-10-23"),
            ("November 13, 2025", "2025-11-13"),
        ),
    ),
)


def versions() -> Iterator[tuple[str, datetime, str]]:
    """Give what was edited, when, and the whole text after it; the first is the schedule as it begins."""
    text, time = FIRST, BEGINS
    yield "the schedule is written", time, text
    for what, replacements in EDITS:
        for old, new in replacements:
            if text.count(old) != 1:
                raise ValueError(f"{what}: {old!r} stands {text.count(old)} times in the schedule")
            text = text.replace(old, new)
        time += APART
        yield what, time, text
