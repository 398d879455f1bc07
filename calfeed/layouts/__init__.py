"""SCHEDULE SHAPE: a Document to Records.  Add a layout as a file here and one word to `LAYOUTS`.

A layout is `extract(document) -> (records, diagnostics)`.  It hands over located text: it may ask
whether a text holds a date, but never what date it is, so a new spelling works in every layout.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from calfeed.dates import announced, dates
from calfeed.diagnostics import Diagnostic, diagnose
from calfeed.layouts import blocks, entries, headings, mapping, table
from calfeed.model import Document, Record

LAYOUTS = (headings, table, blocks, entries, mapping)

_ASIDE = re.compile(
    r"change ?log|\bchanges\b|change stamps|\bupdates?\b|\bnews\b|\bhistory\b|\bdeadlines?\b|important dates"
    r"|release|\bversions?\b|\breferences\b|更新|日志|公告|新闻|締切|お知らせ|마감|공지|actualit|\bÄnderungen\b",
    re.IGNORECASE,
)
_MEETINGS = re.compile(
    r"schedule|session|meeting|seminar|talk|agenda|programm?e?\b|paper|安排|日程|予定|일정|séance|vortr",
    re.IGNORECASE,
)
_WEEK = re.compile(r"\bweek\b|\bwoche\b|\bsemaine\b|周|週|주차", re.IGNORECASE)


def extract(document: Document) -> tuple[tuple[Record, ...], tuple[Diagnostic, ...]]:
    """Collect the dated entries of a document from every layout, in the order of the source.

    What one layout takes for an entry and another for its part is settled here; what stands under a
    heading such as “Deadlines” or “Changelog” is left out beside others, with a diagnostic.
    """
    found = [layout.extract(document) for layout in LAYOUTS]
    records = sorted((r for records, _ in found for r in records), key=lambda record: record.date.position)
    diagnostics = [d for _, diagnostics in found for d in diagnostics]
    meetings = [record for record in records if not _is_aside(record)]
    if meetings:  # where nothing else is dated, the “history” of a group is its schedule
        diagnostics += _left_out([record for record in records if _is_aside(record)])
    return tuple(_settled(_once(meetings or records))), tuple(diagnostics)


def _once(records: Sequence[Record]) -> list[Record]:
    """Leave out what is only announced, “Next meeting: Sep 3”, where that day has its own place."""
    next_ones = [announced(record.date.text) for record in records]
    if not any(next_ones):
        return list(records)
    days = {
        (when.month, when.day)
        for r, told in zip(records, next_ones, strict=True)
        if not told
        for when in dates(r.date.text)[:1]
    }
    return [record for record, told in zip(records, next_ones, strict=True) if told not in days]


def _is_aside(record: Record) -> bool:
    return bool(record.section) and _is_aside_heading(record.section[-1].text)


@lru_cache(maxsize=1024)
def _is_aside_heading(text: str) -> bool:
    return _ASIDE.search(text) is not None and not _MEETINGS.search(text)


def _left_out(records: Sequence[Record]) -> Iterator[Diagnostic]:
    for heading, group in groupby(records, key=lambda record: record.section[-1]):
        rows = list(group)
        lines = f"{len(rows)} dated lines" if len(rows) > 1 else "a dated line"
        message = f"{lines} below “{' '.join(heading.text.split())}” taken for notes: left out"
        yield diagnose("section-skipped", message, rows[0].date.position, "name the section Schedule")


def _settled(records: Sequence[Record]) -> list[Record]:
    """Settle what lies in what: a dated heading is a session, or the title of the sessions below it.

    Rows of a table are always sessions.  Dated items are notes of the session that they lie in, but
    where a single heading, or one of a week, holds several of them they are the sessions.
    """
    blocked = {record.date.position.line for record in records if record.layout == blocks.LAYOUT}
    records = [r for r in records if r.layout != entries.LAYOUT or r.date.position.line not in blocked]
    outers = [record for record in records if record.layout == headings.LAYOUT]
    inners = [record for record in records if record.layout != headings.LAYOUT]
    lines = [record.date.position.line for record in inners]
    of_series = Counter(record.series for record in outers)
    kept: list[Record] = []
    notes: set[int] = set()
    for outer in outers:
        first, last = _extent(outer)
        within = range(bisect_left(lines, first), bisect_right(lines, last))
        is_title = len(within) > 1 and (of_series[outer.series] == 1 or _WEEK.search(outer.date.text))
        if is_title or any(inners[number].layout == table.LAYOUT for number in within):
            continue
        kept.append(outer)
        notes.update(within)
    kept += (record for number, record in enumerate(inners) if number not in notes)
    return sorted(kept, key=lambda record: record.date.position)


def _extent(record: Record) -> tuple[int, int]:
    """Give the first and the last line on which a record stands."""
    last = record.fields[-1].cell.position.line if record.fields else 0
    first = record.fields[0].cell.position.line if record.fields else record.date.position.line
    return min(first, record.date.position.line), max(last, record.date.position.line)
