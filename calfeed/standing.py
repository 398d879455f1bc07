"""Whether a session takes place: what a heading, a line of its own or struck-through text say of that."""

import re
from collections.abc import Iterable, Sequence

from calfeed.bylines import Line
from calfeed.days import Day
from calfeed.model import Record, Status
from calfeed.parts import Part
from calfeed.values import is_open, state


def stated_of(day: Day, lines: Sequence[Line]) -> Status | None:
    """Read the state that a heading, a line of its own, or struck-through text gives a session."""
    said = [state(line.text) for line in lines if line.part is Part.STATE]
    if Status.NO_MEETING in said:
        return Status.NO_MEETING
    if _is_struck(day.record):
        return Status.CANCELLED
    is_either = any(line.part is Part.PEOPLE and _EITHER.search(line.text) for line in lines)
    return next((s for s in said if s), Status.TENTATIVE if is_either else None)


def _is_struck(record: Record) -> bool:
    """Tell whether the date, or all that is told of the session, is struck through."""
    cells = (record.date, *(piece.cell for piece in record.fields))
    if not any(span.struck for cell in cells for span in cell.spans):
        return False
    date, *rest = [[span.struck for span in cell.spans if span.text.strip()] for cell in cells]
    told = [look for cell, look in zip(cells[1:], rest, strict=True) if not is_open(cell.text)]
    struck = date if date and all(date) else [each for look in told for each in look or (False,)]
    return bool(struck) and all(struck)


_EITHER = re.compile(r"\s(?:and/)?(?:or|oder|ou)\s|\s?或\s?", re.IGNORECASE)
"""Between two people of whom one will present."""


def reason(stated: Status | None, lines: Iterable[Line]) -> str | None:
    """Give as title what is said instead of one: “First meeting is canceled for snow storm”."""
    if stated not in (Status.CANCELLED, Status.NO_MEETING):
        return None
    said = (line.text for line in lines if line.part is Part.STATE)
    reason = max((text for text in said if " " in text), key=len, default=None)
    if reason and reason[0] + reason[-1] in ("()", "（）"):
        return reason[1:-1]
    return _called_off(reason) if reason and stated is Status.CANCELLED else reason


def _called_off(text: str) -> str:
    """Give the talk of “Cancelled: Hash tables”: feeds put a word of their own before it (R42)."""
    before, behind = _WORD_BEFORE.fullmatch(text), _WORD_BEHIND.fullmatch(text)
    if before and state(before[1]) is Status.CANCELLED and state(before[2]) is None:
        return before[2]
    if behind and state(behind[2]) is Status.CANCELLED and state(behind[1]) is None:
        return behind[1]
    return text


_WORD_BEFORE = re.compile(r"[\[(（【]?(.{2,20}?)(?:[\])）】]?\s?[:：]|[\])）】]|\s[-–—])\s*(.+)")
_WORD_BEHIND = re.compile(r"(.+?)(?:\s[-–—]|,)\s*(.{2,20})")
