"""Names that stand on the line of a title: “Li Lei: Paxos Made Simple”, “Paxos Made Simple (Li Lei)”.

What is a name there and what a title is settled by the names known from elsewhere in the schedule, or
by the habit of most of its entries.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from calfeed.days import Day
from calfeed.model import Cell
from calfeed.parts import Part
from calfeed.people import are_known, looks_like_people, named_in, only_names, read_people, split_lead


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a session: the part it tells, its words without mark and label, its cell.

    `place` is the column or key it stood under, or "" ; of several lines of one part that of the lowest
    `rank` is meant; `why` says in words how the part was told, for `explain`.
    """

    part: Part = field(hash=False)
    text: str
    cell: Cell = field(hash=False)
    label: str = field(default="", hash=False)
    rank: int = field(default=0, hash=False)
    place: str = field(default="", hash=False)
    why: str = field(default="", hash=False)


def part_people(days: Sequence[Day], records: Sequence[Sequence[Line]]) -> Iterator[tuple[Line, ...]]:
    """Part lines that hold names and a title, where the schedule has the habit or the names are known."""
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for day, lines in zip(days, records, strict=True):
        if (topic := _alone_with_title(lines)) is not None and topic.part is Part.TOPIC:
            texts[day.record.series].append(topic.text)
    known = _known(records)
    habits = {series: _habit(titles, known) for series, titles in texts.items()}
    for day, lines in zip(days, records, strict=True):
        yield tuple(_parted(lines, habits.get(day.record.series, _Habit(known))))


@dataclass(frozen=True, slots=True)
class _Habit:
    """How a series puts names beside its titles, and the names that are believed there."""

    known: frozenset[str]
    is_lead: bool = False
    is_lead_in_cells: bool = False
    is_tail: bool = False


def _habit(titles: Sequence[str], known: frozenset[str]) -> _Habit:
    """A colon has many uses, so a third of the lines is a habit; a cell of a table is a title as a rule."""
    known |= frozenset(_in_turn(titles))
    leads = _taken([lead[0] for title in titles if (lead := _lead(title, known))])
    tails = _taken([behind[1] for title in titles if (behind := tail(title, known))])
    return _Habit(
        known,
        is_lead=leads >= 2 and leads * 3 >= len(titles),
        is_lead_in_cells=leads >= 3 and leads * 10 >= len(titles) * 7,
        is_tail=tails >= 2 and tails * 2 >= len(titles) and tails > leads,
    )


def _taken(names: Sequence[str]) -> int:
    """Count names beside titles; one that stands beside nearly all of them is the group's own."""
    most = max(Counter(names).values(), default=0)
    return 0 if most > 3 and most * 5 >= len(names) * 4 else len(names)


_BESIDE = (
    re.compile(r"(?P<who>[^:]{2,40}):\s+\S.*"),
    re.compile(r"(?P<who>[^–—-]{2,40}?)\s[-–—]+\s.*"),
    re.compile(r".*\s[-–—]+\s(?P<who>[^–—-]{2,40})"),
    re.compile(r".*\S\s*\((?P<who>[^()]{2,40})\)"),
    re.compile(r".*\s(?P<by>by)\s(?P<who>[^,]{2,40})"),
)
"""Where a first name may stand beside a title."""


def _in_turn(titles: Sequence[str]) -> Iterator[str]:
    """Find the first names that most titles have in one place: there people take turns, but behind “by”."""
    for place in _BESIDE:
        found = [m for title in titles if len(title) < 300 and (m := place.fullmatch(title))]
        named = [who for m in found if (who := tuple(p.name for p in only_names(m["who"])))]
        if len(named) < 3 or len(named) * 3 < len(titles) * 2:
            continue
        takes_turns = len(set(named)) < len(named) and all(one != other for one, other in pairwise(named))
        if takes_turns or found[0].groupdict().get("by"):
            yield from (name for who in named for name in who)


def _lead(text: str, known: Container[str]) -> tuple[str, str] | None:
    """Part names from the title behind them; “Li Lei; Paxos” and “Li Lei. Paxos” are as good as a colon."""
    return (
        split_lead(text, known)
        or split_lead(re.sub(r"(?<=\w{3})[;.]\s+", ": ", text, count=1), known)
        or _before_comma(text)
    )


_REFERENCE = re.compile(r"\b(?:1[5-9]|20)\d\d\b|\bpp?\.|\bch(?:ap(?:ter|\.)|\.)|\bet al\b|§")


def _before_comma(text: str) -> tuple[str, str] | None:
    """Part “Li Lei, Han Meimei, Paxos made simple”, which is no reference to a book."""
    if not ("," in text or "，" in text) or len(text) > 300 or _REFERENCE.search(text):
        return None
    commas = [m.start() for m in re.finditer(r",\s|，", text)][:4]
    cuts = ((text[:at], text[at + 1 :].strip()) for at in reversed(commas))
    return next((c for c in cuts if looks_like_people(c[0]) and not looks_like_people(c[1])), None)


_BEHIND = re.compile(
    r"(.{4,}?)(?:\s*[(（\[]([^()（）\[\]]{2,60})[)）\]]|\s+by\s+([^,]{2,60}(?:,[^,]{2,40}){0,3})|,\s([^,()]{2,40}))[\s.]*$"
)


def _kept_if_people(m: re.Match[str]) -> str:
    return m[0] if looks_like_people(m[0].strip(" []")) else ""


def tail(text: str, known: Container[str] = ()) -> tuple[str, str] | None:
    """Part names from the title before them: “Paxos Made Simple (Li Lei)”, “… by Li Lei”, “…, Li Lei”.

    Gives title and names, None where nothing but a whole name, or a `known` one, could stand there.
    """
    bare = re.sub(r"(?:\s*\[[^\[\]]{2,20}\])+$", _kept_if_people, text.strip())
    m = _BEHIND.fullmatch(bare) if len(text) < 300 else None
    names = (m[2] or m[3] or m[4]) if m else ""
    if not m or not (looks_like_people(names) or are_known(names, known)):
        return None
    return m[1].rstrip(" -–—:,"), names


def _known(records: Sequence[Sequence[Line]]) -> frozenset[str]:
    """Give the names that stand in lines of their own, whole and by their first word."""
    names = [p.name for lines in records for x in lines if x.part is Part.PEOPLE for p in read_people(x.text)]
    return frozenset((*names, *(name.partition(" ")[0] for name in names)))


def _alone_with_title(lines: Sequence[Line]) -> Line | None:
    """Give the topic of a session that names nobody in a line of its own, or names and has no topic."""
    people = [line for line in lines if line.part is Part.PEOPLE]
    topics = [line for line in lines if line.part is Part.TOPIC]
    if topics and people:
        return None
    # “Expander Codes (Noor Haddad)” can be somebody, but where other titles end so.
    return _main(topics) if topics else people[0] if len(people) == 1 else None


_FRAME = re.compile(
    r"(?:(?:(?:short|general|brief|quick|our|group|lab|weekly|round of)\s)?"
    r"(?:introductions?|intros?|welcome|greetings?|opening|closing|announcements?|news|updates?|discussions?"
    r"|q ?& ?a|questions|housekeeping|agenda|logistics|wrap-?up|breaks?|coffee|lunch|pause|begrüßung"
    r"|einführung|vorstellungsrunde|diskussion|neues|accueil|actualités|tour de table"
    r"|introducción|bienvenida|apertura|cierre|anuncios|abertura|boas-vindas|avisos|benvenuto)"
    r"(?:\s(?:remarks|talk|session|words|round"
    r"|and (?:\w+\s)?(?:introductions?|announcements?|news|updates?|welcome)))?"
    r"|[开開]场|[开開]幕|闭幕|はじめに|開会|閉会|소개|인사말?|질의응답)\W*",
    re.IGNORECASE,
)


def is_frame(text: str) -> bool:
    """Tell what belongs to any meeting, and is its title only where nothing else is: “Welcome”."""
    return len(text) < 50 and _FRAME.fullmatch(text) is not None


def _main(topics: Sequence[Line]) -> Line:
    """Choose the title: below “Introduction” the talk is what somebody gives, “Ada Brandt – [Paxos](…)”."""
    first = min(topics, key=lambda line: (line.rank, not line.place and is_frame(line.text)))
    if len(topics) == 1 or first.place or first.label or split_lead(first.text):
        return first
    given = (line for line in topics if not line.place and line.cell.spans and split_lead(line.text))
    return next(given, first)


def _parted(lines: Sequence[Line], habit: _Habit) -> Iterator[Line]:
    topic = _alone_with_title(lines)
    is_given = topic is not None and topic.part is Part.TOPIC and bool(_given(topic, habit))
    for line in lines:
        is_cell = line.place.startswith(("column", "key"))
        if line.part is Part.TOPIC and is_cell and line.text.strip("? ") in habit.known:
            yield replace(line, part=Part.NOTE)  # a column of titles may name who chooses one
        elif line is not topic:
            yield from _further(line, topic, habit, is_given=is_given)
        elif line.part is Part.PEOPLE:
            is_title = habit.is_tail and not is_cell and not line.label
            yield from _split(line, "behind", tail(line.text, habit.known) if is_title else None)
        else:
            yield from _from_title(line, habit, is_cell=is_cell)


def _further(line: Line, topic: Line | None, habit: _Habit, *, is_given: bool) -> Iterator[Line]:
    """Tell a further talk of a session, given by somebody if the first `is_given`, from what lies beside."""
    if topic is None or not line.part is topic.part is Part.TOPIC or line.rank > topic.rank:
        yield line
        return
    is_alike = line.rank == topic.rank and not (line.place or line.label or topic.place or topic.label)
    is_talk = is_alike and not is_frame(line.text)
    given = _given(line, habit) if is_talk and is_given else ()
    if given:
        yield from given
    elif line.place.startswith(("column", "key")) or (is_talk and not is_given and any(line.cell.links())):
        yield line
    else:
        yield replace(line, part=Part.MATERIALS)


def _given(line: Line, habit: _Habit) -> tuple[Line, ...]:
    """Give the speakers and the title on a line; nothing where it names no speaker."""
    parted = tuple(_from_title(line, habit, is_cell=line.place.startswith(("column", "key"))))
    return parted if len(parted) > 1 else ()


def _from_title(line: Line, habit: _Habit, *, is_cell: bool) -> Iterator[Line]:
    rest, people = named_in(line.text)
    if people:
        names = ", ".join(p.name + (f" ({p.affiliation})" if p.affiliation else "") for p in people)
        yield Line(Part.PEOPLE, names, _bare(line.cell), why="named beside the title")
        yield from (replace(line, text=rest),) if rest.strip(" -–—:,.;") else ()
        return
    if habit.is_tail and (behind := tail(line.text, habit.known)):
        yield from _split(line, "behind", behind)
        return
    lead = _lead(line.text, habit.known) if habit.is_lead_in_cells or not is_cell else None
    if lead and (habit.is_lead or are_known(lead[0], habit.known)):
        for who, title in (lead,) if ";" not in lead[1] else _each(lead, habit.known):
            yield from _split(line, "beside", (title, who))
    elif line.text.strip("? ") in habit.known:
        yield replace(line, part=Part.PEOPLE)
    else:
        yield line


def _each(lead: tuple[str, str], known: Container[str]) -> Sequence[tuple[str, str]]:
    """Part “Owls; Han Meimei: Bats” behind a name, where each piece leads with names."""
    title, *others = re.split(r"\s?;\s", lead[1])
    leads = [split_lead(other, known) for other in others]
    found = [other for other in leads if other]
    return [(lead[0], title), *found] if len(found) == len(leads) else [lead]


def _split(line: Line, where: str, parts: tuple[str, str] | None) -> Iterator[Line]:
    """Make two lines of a line's title and names; None leaves it whole."""
    if parts is None:
        yield line
        return
    title, names = parts
    yield Line(Part.PEOPLE, names, _bare(line.cell), why=f"named {where} the title")
    yield replace(line, part=Part.TOPIC if title else Part.MATERIALS, text=title)


def _bare(cell: Cell) -> Cell:
    """Give the place of a cell without its links, which belong to the title."""
    return Cell("", cell.position)
