"""Several talks below one date, each with its own speaker, to a record each: they are sessions of their own.

- Sep 3                                       ### September 3
  - Ada Brandt: Sketching Streams             **Speaker:** Ada Brandt   **Title:** Sketching Streams
  - Noor Haddad: Expander Codes               **Speaker:** Noor Haddad  **Title:** Expander Codes
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from calfeed.bylines import tail
from calfeed.dates import dates
from calfeed.labels import read_label, split_label
from calfeed.model import Cell, Field, Record
from calfeed.parts import Part
from calfeed.people import looks_like_people, named_in, split_lead
from calfeed.times import times
from calfeed.values import plain, state

_MOST = 40
"""Lines of a record that may be talks: a longer one is a page of notes."""


def part_talks(records: Sequence[Record]) -> tuple[Record, ...]:
    """Give a record for each talk of a day that lists several."""
    series = {record.series for record in records if not record.alone}
    usual = {name for name in series if _is_habit([r for r in records if r.series == name])}
    return tuple(one for record in records for one in _talks(record, is_usual=record.series in usual))


def _is_habit(records: Iterable[Record]) -> bool:
    """Tell whether the days of a series list talks with speakers, as most titles do not name authors."""
    listed = [record for record in records if record.fields and _is_bare(record.date)]
    full = sum(all(_names_speaker(field.cell) for field in record.fields[:_MOST]) for record in listed)
    return full >= 2 and full * 2 >= len(listed)


def _talks(record: Record, *, is_usual: bool) -> Iterator[Record]:
    fields = tuple(_cut(record.fields)) if _may_list(record) else ()
    starts = _labelled_starts(fields) or (_spoken_starts(fields) if is_usual else ())
    if len(starts) < 2:
        yield record
        return
    for first, last in zip(starts, (*starts[1:], len(fields)), strict=True):
        yield replace(record, fields=(*fields[: starts[0]], *fields[first:last]))


def _may_list(record: Record) -> bool:
    if record.alone or not 0 < len(record.fields) <= _MOST or any(field.place for field in record.fields):
        return False
    return _is_bare(record.date)


def _cut(fields: Sequence[Field]) -> Iterator[Field]:
    """Give each line of what labels several speakers; an item that labels one speaker stays whole."""
    for field in fields:
        is_several = "\n" in field.cell.text and _told(field.cell).count("P") > 1
        yield from map(Field, field.cell.lines()) if is_several else (field,)


def _spoken_starts(fields: Sequence[Field]) -> Sequence[int]:
    """Find the lines that name a speaker and a title; none where somebody has a line alone."""
    if any(looks_like_people(plain(field.cell.text)) for field in fields):
        return ()
    return [number for number, field in enumerate(fields) if _names_speaker(field.cell)]


def _labelled_starts(fields: Sequence[Field]) -> Sequence[int]:
    """Find where talks begin that label their speaker: in one item each, or in turns with their titles."""
    told = [_told(field.cell) for field in fields]
    whole = [number for number, parts in enumerate(told) if parts in ("PT", "TP")]
    if len(whole) > 1:
        return whole
    if "T" not in told:  # the title stands without a label above its speaker
        told = [parts or ("T" if behind == "P" else "") for parts, behind in pairwise((*told, ""))]
    places = [number for number, parts in enumerate(told) if parts]
    turns = "".join(told)
    is_in_turns = len(turns) > 2 and turns in ("PT" * (len(turns) // 2), "TP" * (len(turns) // 2))
    return places[::2] if is_in_turns else ()


def _told(cell: Cell) -> str:
    """Tell the labelled lines of a cell that say who (P) and what (T), in their order."""
    parts = [read.part for line in cell.lines() if (read := read_label(split_label(plain(line.text))[0]))]
    return "".join({Part.PEOPLE: "P", Part.TOPIC: "T"}.get(part, "") for part in parts)


def _names_speaker(cell: Cell) -> bool:
    text = plain(cell.text)
    if len(text) > 300 or state(text):
        return False
    rest, people = named_in(text)
    return bool((people and rest) or split_lead(text) or tail(text))


def _is_bare(cell: Cell) -> bool:
    """Tell a date with nothing beside it that could be a title: at most a time, a room, “Week 3”."""
    text = cell.text[:200]
    for when in reversed(dates(text)):
        text = f"{text[: when.start]} {text[when.end :]}"
    if clock := times(text):
        text = f"{text[: clock.first]} {text[clock.last :]}"
    return len(re.findall(r"[^\W\d_]{3,}", text)) <= 2
