"""Names that stand on the line of a title: “Li Lei: Paxos Made Simple”, “Paxos Made Simple (Li Lei)”.

What is a name there and what a title is settled by the names known from elsewhere in the schedule, or
by the habit of most of its entries.
"""

import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace

from calfeed.days import Day
from calfeed.labels import Part
from calfeed.model import Cell
from calfeed.people import looks_like_people, named_in, read_people, split_lead


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a session: the part it tells, its words without mark and label, its cell.

    `place` is the column or key it stood under, or "" ; of several lines of one part that of the lowest
    `rank` is meant; `why` says in words how the part was told, for `explain`.
    """

    part: Part
    text: str
    cell: Cell
    label: str = ""
    rank: int = 0
    place: str = ""
    why: str = ""


def part_people(days: Sequence[Day], records: Sequence[list[Line]]) -> Iterator[tuple[Line, ...]]:
    """Part lines that hold names and a title, where the schedule has the habit or the names are known."""
    known = _known(records)
    splits: Counter[str] = Counter()
    wholes: Counter[str] = Counter()
    tails: Counter[str] = Counter()
    for day, lines in zip(days, records, strict=True):
        if (topic := _alone_with_title(lines)) is not None:
            wholes[day.record.series] += 1
            splits[day.record.series] += _lead(topic.text, known) is not None
            tails[day.record.series] += _tail(topic.text) is not None
    for day, lines in zip(days, records, strict=True):
        series = day.record.series
        # A colon has many uses, so a third of the lines is a habit; a cell of a table is a title as a rule.
        is_tail = tails[series] * 2 >= wholes[series] and tails[series] > splits[series]
        usual = splits[series] * 3 >= wholes[series] and splits[series] >= 2
        mostly = splits[series] * 10 >= wholes[series] * 7 and splits[series] >= 3
        habit = {"usual": usual, "mostly": mostly, "is_tail": is_tail and tails[series] >= 2}
        yield tuple(_parted(lines, known, **habit))


def _lead(text: str, known: Container[str]) -> tuple[str, str] | None:
    """Part names from the title behind them; “Li Lei; Paxos” and “Li Lei. Paxos” are as good as a colon."""
    return split_lead(text, known) or split_lead(re.sub(r"(?<=\w{3})[;.]\s+", ": ", text, count=1), known)


_BEHIND = re.compile(
    r"(.{4,}?)(?:\s*\(([^()]{4,60})\)|\s+by\s+([^,]{4,60}(?:,[^,]{4,40}){0,3})|,\s([^,()]{4,40}))[\s.]*$"
)


def _tail(text: str) -> tuple[str, str] | None:
    """Part names from the title before them: “Paxos Made Simple (Li Lei)”, “… by Li Lei”, “…, Li Lei”."""
    bare = re.sub(r"(?:\s*\[[^\[\]]{2,20}\])+$", "", text.strip())
    m = _BEHIND.fullmatch(bare) if len(text) < 300 else None
    names = (m[2] or m[3] or m[4]) if m else ""
    return (m[1].rstrip(" -–—:,"), names) if m and looks_like_people(names) else None


def _known(records: Sequence[Sequence[Line]]) -> frozenset[str]:
    """Give the names that stand in lines of their own, whole and by their first word."""
    names = [p.name for lines in records for x in lines if x.part is Part.PEOPLE for p in read_people(x.text)]
    return frozenset((*names, *(name.partition(" ")[0] for name in names)))


def _alone_with_title(lines: Sequence[Line]) -> Line | None:
    """Give the topic of a session that names nobody in a line of its own."""
    if any(line.part is Part.PEOPLE for line in lines):
        return None
    return min((line for line in lines if line.part is Part.TOPIC), key=lambda line: line.rank, default=None)


def _parted(
    lines: Sequence[Line], known: frozenset[str], *, usual: bool, mostly: bool, is_tail: bool
) -> Iterator[Line]:
    topic = _alone_with_title(lines)
    for line in lines:
        if (
            line.part is Part.TOPIC
            and line.place.startswith(("column", "key"))
            and line.text.strip("? ") in known
        ):
            yield replace(line, part=Part.NOTE)  # a column of titles may name who chooses one
            continue
        if line is not topic:
            yield line
            continue
        rest, people = named_in(line.text)
        if people:
            names = ", ".join(p.name + (f" ({p.affiliation})" if p.affiliation else "") for p in people)
            yield Line(Part.PEOPLE, names, _bare(line.cell), why="named beside the title")
            yield from (replace(line, text=rest),) if rest.strip(" -–—:,.;") else ()
            continue
        if is_tail and (tail := _tail(line.text)):
            yield Line(Part.PEOPLE, tail[1], _bare(line.cell), why="named behind the title")
            yield replace(line, text=tail[0])
            continue
        is_cell = line.place.startswith(("column", "key"))
        lead = _lead(line.text, known) if mostly or not is_cell else None
        if lead and (usual or all(p.name in known for p in read_people(lead[0]))):
            yield Line(Part.PEOPLE, lead[0], _bare(line.cell), why="named beside the title")
            yield replace(line, text=lead[1], part=line.part if lead[1] else Part.MATERIALS)
        elif line.text.strip("? ") in known:
            yield replace(line, part=Part.PEOPLE)
        else:
            yield line


def _bare(cell: Cell) -> Cell:
    """Give the place of a cell without its links, which belong to the title."""
    return Cell("", cell.position)
