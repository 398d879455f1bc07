"""Which part of a session each of its lines tells: topic, people, materials, time, place.

A cell of a table is told by its column.  Each other line is judged by its own words first; what stays
open is settled by what the other sessions of the schedule put in the same place, behind the same mark;
so an emoji helps, and nothing needs it.
"""

import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from calfeed.bylines import Line, part_people
from calfeed.columns import Role, settle_columns
from calfeed.days import Day
from calfeed.labels import Part, read_label, split_label
from calfeed.model import Cell, Field
from calfeed.people import looks_like_people, read_people
from calfeed.text import LOST
from calfeed.times import times
from calfeed.values import is_open, link_kind, plain, state, venue
from calfeed.weekdays import weekday

_ROOMS = (
    r"(?:room|rm\.|hall|lab|building|auditorium|raum|hörsaal|salle|amphi)\s+[^\s,;|]{1,20}|zoom|online"
    r"|(?:教室|会议室)\s?\w{1,10}"
)
_PLACE = re.compile(_ROOMS, re.IGNORECASE)
_PLACE_BEHIND = re.compile(
    rf"(?:[|,;@，]|\s[–—-])\s?(?:(?:in|at|im|en|à)\s)?(?P<place>{_ROOMS})$", re.IGNORECASE
)
_ADDRESS = re.compile(r"https?://[^\s<>]+")
HEAD = "head"
"""The place of what stands beside a date, or in a heading above it."""

_WRAPPED = 72
"""Characters from which on a line may have been wrapped by its width, so that the next belongs to it."""

_PROSE = 40
"""Words from which on a line is about the talk, and not its title."""

_MARKER = re.compile(r"[\[【(]\s*([^\[\]()【】]{2,40}?)\s*[\])】]\s*")


@dataclass(frozen=True, slots=True)
class _Draft:
    """A line whose part is not settled, with its number as `place` and the mark before its words."""

    cell: Cell
    words: str
    part: Part | None
    place: str
    mark: str


Habits = Counter[tuple[str, Part]]


def assign(days: Sequence[Day]) -> tuple[tuple[Line, ...], ...]:
    """Settle which part each line of each record tells, one tuple a record."""
    records = [day.record for day in days]
    roles = settle_columns(records)
    below = [tuple(_below(day)) for day in days]
    loose = [[*b, *(f for f in r.fields if not f.place)] for b, r in zip(below, records, strict=True)]
    marks = _recurring(loose)
    drafts = [[_draft(n, cell, marks) for n, cell in enumerate(_cut(fields))] for fields in loose]
    habits: Habits = Counter(
        (place, draft.part)
        for lines in drafts
        for draft in lines
        for place in filter(None, (draft.place, draft.mark))
        if draft.part not in (None, Part.EMPTY, Part.STATE)
    )
    named = {p.name for ls in drafts for d in ls if d.part is Part.PEOPLE for p in read_people(d.words)}
    settled: list[list[Line]] = []
    for day, lines in zip(days, drafts, strict=True):
        placed = [
            line for f in day.record.fields for line in _placed(f, roles.get((day.record.series, f.place)))
        ]
        head = list(_head(day, placed, lines))
        for field in day.record.fields:
            if field.place == "heading":
                head += _beside(day, field.cell, placed, lines)
        led = any(line.part is Part.TOPIC for line in (*placed, *head))
        settled.append([*head, *placed, *_settle(lines, habits, named, led=led)])
    return tuple(part_people(days, settled))


# ── cells that stand in a column ─────────────────────────────────────────────────────────────────


def _placed(field: Field, role: Role | None) -> Iterator[Line]:
    """Make lines of a cell by the role of its column; labelled lines in it are told by their labels."""
    if role is None:
        return
    label = field.label.text if field.label else ""
    cut = list(field.cell.lines())
    is_cut = len(cut) > 1 and any(_is_labelled(cell) for cell in cut)
    cells = cut if is_cut else [field.cell]
    for number, cell in enumerate(cells):
        text = _words(cell)
        found, rest = split_label(text)
        inner = read_label(found) if found and len(cells) > 1 else None
        if inner:
            yield Line(inner.part, rest, cell, found, inner.rank, field.place, f"labelled “{found}”")
        elif number and role.label.part is Part.TOPIC and len(cells) > 1:
            yield Line(Part.NOTE, text, cell, "", 9, field.place, role.why)
        else:
            part = _part_in(cell, text, role)
            if part is Part.TOPIC and (parted := _state_behind(text)):
                text, said = parted
                yield Line(Part.STATE, said, Cell("", cell.position), place=field.place)
            yield Line(part, text, cell, label, role.label.rank, field.place, role.why)


def _is_labelled(cell: Cell) -> bool:
    return bool(split_label(plain(cell.text))[0])


def _part_in(cell: Cell, text: str, role: Role) -> Part:
    """Give the part of a column's cell: what it is called, but for a cell that says there is none."""
    part = role.label.part
    if part in (Part.DATE, Part.NUMBER, Part.ABSTRACT, Part.WEEKDAY):
        return part
    if is_open(text) and not any(cell.links()):
        return Part.EMPTY
    if state(text) and not any(cell.links()):
        return Part.STATE
    return part


def _words(cell: Cell) -> str:
    """Give a cell's words on one line, without bare addresses."""
    text = (
        plain(cell.text)
        if "\n" not in cell.text
        else "\n".join(plain(line) for line in cell.text.split("\n"))
    )
    return " ".join(_ADDRESS.sub(" ", text).split(" ")) if "://" in text else text


# ── what stands beside the date ──────────────────────────────────────────────────────────────────

_BESIDE_DATE = re.compile(
    r"\b(?:week|session|meeting|lecture|talk|no\.?|nr\.?|part)\s?#?\s?\d+\b|#\d+", re.IGNORECASE
)
_EMPTY = re.compile(r"\(\s*\)|\[\s*\]|（\s*）")
_EDGES = " -–—:,.;|@\t：，、。；"
"""What stands between a date and what is beside it."""

_TO_THE_TIME = re.compile(r"^(?:at|à|um|ab|from)(?=\s?(?:[,;|(]|$))", re.IGNORECASE)
_NO_TIME = re.compile(r"[\d:.h\s–-]*\d[\d:.h\s–-]*(?:[ap]\.?m\.?)?", re.IGNORECASE)
"""What is meant as a time where it was not read as one: "25:00"."""


def _head(day: Day, placed: Sequence[Line], drafts: Sequence[_Draft]) -> Iterator[Line]:
    """Make lines of what a date's cell says beside its date: a title, names, a place, a state."""
    if any(day.lead.links()):
        yield Line(
            Part.MATERIALS, plain(day.lead.text), day.lead, plain(day.lead.text), why="leads to the date"
        )
    first, *below = list(day.rest.lines()) if "\n" in day.rest.text else [day.rest]
    if any(_below(day)):
        below = []
    elif not below or not all(_stands_alone(cell, first) for cell in below):
        first, below = day.rest, []
    yield from _beside(day, first, placed, drafts)
    for cell in below:
        yield from _labelled(cell)


def _below(day: Day) -> Iterator[Field]:
    """Give the lines below one that tells only when and where: they are no rest of it."""
    first, *below = list(day.rest.lines()) if "\n" in day.rest.text else [day.rest]
    text = plain(first.text)
    if below and (not re.search(r"\w{3}", text) or _PLACE.fullmatch(text.strip(" ,.;:|()-–—"))):
        is_wrapped = any(len(cell.text) >= _WRAPPED for cell in below[:-1])
        yield from () if is_wrapped else map(Field, below)


def _stands_alone(cell: Cell, first: Cell) -> bool:
    """Tell a line of its own below the one with the date, from the rest of that one."""
    goes_on = len(first.text) >= _WRAPPED or re.search(r"(?:\b(?:by|and|with|of|the)|[,&:])\s*$", first.text)
    is_people = not goes_on and looks_like_people(cell.text)
    return is_people or _is_labelled(cell) or _is_linked(cell)


def _is_linked(cell: Cell) -> bool:
    """Tell a line that is nothing but links."""
    beside = "".join(span.text for span in cell.spans if span.url is None)
    return any(cell.links()) and not re.search(r"\w{3}", beside)


def _labelled(cell: Cell) -> Iterator[Line]:
    label, text = split_label(plain(cell.text))
    read = read_label(label)
    part = read.part if read else Part.PEOPLE if looks_like_people(text) else Part.MATERIALS
    yield Line(part, text, cell, label, read.rank if read else 9)


def _beside(day: Day, cell: Cell, placed: Sequence[Line], drafts: Sequence[_Draft]) -> Iterator[Line]:
    label, text = split_label(plain(_EMPTY.sub(" ", _BESIDE_DATE.sub(" ", cell.text))))
    known = read_label(label) if label else None
    if known and known.part not in (Part.DATE, Part.TIME, Part.NUMBER):
        yield Line(known.part, text, cell, label, known.rank)
        return
    beside = _TO_THE_TIME.sub("", text.lstrip(")]） ").strip(_EDGES)).strip(_EDGES)
    is_remark = beside[:1] in "([（" and beside[-1:] in ")]）"
    text = plain(beside[1:-1] if is_remark else beside)
    if is_open(text) or weekday(text) is not None:
        if any(link.text != link.url for link in cell.links()) or "://" in cell.text:
            yield Line(Part.MATERIALS, text, cell)
        return
    bare, asides = _without_asides(_ADDRESS.sub(" ", text).strip(" :;,.-–—"))
    yield from (Line(part, said, Cell("", cell.position)) for part, said in asides)
    has_people = any(line.part is Part.PEOPLE for line in placed) or any(
        d.part is Part.PEOPLE for d in drafts
    )
    if state(bare) and not any(link.text != link.url for link in cell.links()):
        yield Line(Part.STATE, bare, cell)
    elif len(bare) <= 20 and _NO_TIME.fullmatch(bare):
        yield Line(Part.TIME, bare, cell)
    elif judge(cell, bare) is Part.PLACE:
        yield Line(Part.PLACE, bare, cell)
    elif not bare:
        yield Line(Part.MATERIALS, "", cell)
    elif looks_like_people(bare) and not has_people and not _has_title_link(cell):
        yield Line(Part.PEOPLE, bare, cell)
    else:
        has_topic = any(line.part is Part.TOPIC for line in placed) or any(
            d.part is Part.TOPIC for d in drafts
        )
        is_note = day.record.alone or (is_remark and has_topic)
        yield Line(Part.NOTE if is_note else Part.TOPIC, bare, cell, rank=1, place=HEAD)


def _without_asides(text: str) -> tuple[str, list[tuple[Part, str]]]:
    """Part a room and a state off the end of what stands beside a date."""
    asides: list[tuple[Part, str]] = []
    if (m := _PLACE_BEHIND.search(text)) and m.start():
        asides.append((Part.PLACE, m["place"]))
        text = text[: m.start()].strip(_EDGES)
    if (parted := _state_behind(text)) and not state(parted[0]):
        asides.append((Part.STATE, parted[1]))
        text = parted[0]
    return text, asides


def _state_behind(text: str) -> tuple[str, str] | None:
    """Part a state off that ends a line as a sentence of its own: “Paxos. Cancelled”, “… (cancelled)”."""
    m = re.search(r"(?:[.;!–—]\s+|\s[-–—]\s|\()([^.;!()]{4,40})[).!]*$", text)
    return (text[: m.start(1)].rstrip(" .;:,–—-("), m[1]) if m and state(m[1]) else None


def _has_title_link(cell: Cell) -> bool:
    return any(len(link.text.split()) >= 4 and not looks_like_people(link.text) for link in cell.links())


# ── lines that stand below ───────────────────────────────────────────────────────────────────────


def _recurring(records: Sequence[Sequence[Field]]) -> frozenset[str]:
    """Find what most sessions begin a line with, and what is no word: an emoji, or what became of one."""
    cells = [field.cell.text for fields in records for field in fields]
    starts = Counter(text.split(maxsplit=1)[0] for text in cells if text.strip())
    often = max(3, len(records) // 2)
    return frozenset(s for s, n in starts.items() if n >= often and not re.search(r"[0-9A-Za-z]", s))


def _cut(fields: Sequence[Field]) -> Iterator[Cell]:
    """Give a record's lines; one that is a list of labelled lines, "Speaker: …" below "Title: …", is cut."""
    for field in fields:
        cut = list(field.cell.lines()) if "\n" in field.cell.text else [field.cell]
        yield from cut if any(_begins(one, before) for before, one in pairwise(cut)) else [field.cell]


def _begins(cell: Cell, before: Cell) -> bool:
    """Tell a line of its own from the rest of a wrapped one: by a label, a mark, names, a place, links."""
    text = plain(cell.text)
    mark = cell.text.strip().removesuffix(text)
    if split_label(text)[0] or (mark and not mark.isascii()):
        return True
    if looks_like_people(text) and len(before.text) < _WRAPPED:
        return True
    return judge(cell, text) in (Part.PLACE, Part.MATERIALS)


def _draft(number: int, cell: Cell, marks: frozenset[str]) -> _Draft:
    text = " ".join(cell.text.split())
    first = text.partition(" ")[0]
    words = plain(text.removeprefix(first) if first in marks else text)
    mark = text[: len(text) - len(words)].strip(f" {LOST}")  # two different marks may both be lost
    return _Draft(cell, words, judge(cell, words), f"line {number}", mark)


def _settle(drafts: Sequence[_Draft], habits: Habits, named: Container[str], *, led: bool) -> Iterator[Line]:
    """Settle what a line's own words left open; `led` says that the heading already gives a topic."""
    has_topic = led or any(draft.part is Part.TOPIC for draft in drafts)
    last = max((n for n, draft in enumerate(drafts) if _may_be_people(draft)), default=-1)
    for number, draft in enumerate(drafts):
        part = draft.part or _guess(draft, habits, named, has_topic=has_topic, follows=number < last)
        has_topic = has_topic or part is Part.TOPIC
        label, text = split_label(draft.words)
        read = read_label(label) if label else None
        why = f"labelled “{label}”" if label else "its own words" if draft.part else "the place it stands in"
        rank = read.rank if read else 2 * led
        yield Line(part, text, draft.cell, label, rank, why=why)


def _guess(draft: _Draft, habits: Habits, named: Container[str], *, has_topic: bool, follows: bool) -> Part:
    """Guess by a name known from elsewhere, by the mark, by what follows, by the number, by the looks."""
    people = read_people(draft.words)
    may_be_people = looks_like_people(draft.words)
    if people and all(person.name in named for person in people):
        return Part.PEOPLE
    if draft.mark and (part := _by_habit(draft.mark, habits)):
        return part
    if may_be_people and not has_topic and follows:
        return Part.TOPIC  # of two lines that could both be names, "Paxos Made Simple" leads
    if may_be_people and has_topic:
        return Part.PEOPLE
    part = _by_habit(draft.place, habits)
    if part is None or (part is Part.TOPIC and has_topic):
        return Part.PEOPLE if may_be_people else Part.NOTE if has_topic else Part.TOPIC
    return part


def _may_be_people(draft: _Draft) -> bool:
    return draft.part is Part.PEOPLE or (draft.part is None and looks_like_people(draft.words))


def _by_habit(place: str, habits: Habits) -> Part | None:
    """Give the part that most lines in a place tell, be it behind a mark or at a number."""
    votes = {part: habits[place, part] for part in Part if habits[place, part]}
    return max(votes, key=lambda part: votes[part], default=None)


def judge(cell: Cell, text: str) -> Part | None:
    """Tell what a line is by its own words (`text`, without its mark), None where they leave it open."""
    label, _ = split_label(text)
    if label and (read := read_label(label)):
        return Part.MATERIALS if read.part is Part.TOPIC and _is_materials(cell, label) else read.part
    if is_open(text):
        return Part.EMPTY
    if state(text) and not any(cell.links()):
        return Part.STATE
    if _PLACE.fullmatch(text):
        return Part.PLACE
    if _is_materials(cell):
        return Part.MATERIALS
    return _topic_or_people(cell, text)


def _topic_or_people(cell: Cell, text: str) -> Part | None:
    named = looks_like_people(text)
    linked = [x.text for x in cell.links() if link_kind(x.text) == "other" and not x.is_mail]
    if len(text.split()) > _PROSE and sum(map(len, linked)) * 2 < len(text):
        return Part.ABSTRACT
    if marker(text)[0] or any(not named or len(words.split()) >= 4 for words in linked):
        return Part.TOPIC
    if named:
        return Part.PEOPLE if re.search(r"[,;&、，(（]", text) else None
    if times(text) and len(text.split()) <= 6:
        return Part.TIME
    count = len(text.split())
    if count > _PROSE:
        return Part.ABSTRACT
    is_sentence = text.endswith((".", "!"))  # of an abstract, perhaps: a title has no full stop
    return Part.TOPIC if (count >= 6 and not is_sentence) or ":" in text or '"' in text else None


def marker(text: str) -> tuple[str | None, str]:
    """Split a venue marker off the front of a topic: "[OSDI'24] Parrot" -> ("OSDI'24", "Parrot")."""
    if (m := _MARKER.match(text)) and venue(m[1]):
        return m[1], text[m.end() :]
    return None, text


def _is_materials(cell: Cell, label: str = "") -> bool:
    """Tell whether a line is, but for its label, only short links that promise slides, a video, a paper."""
    labels = [plain(link.text) for link in cell.links()]
    beside = "".join(span.text for span in cell.spans if span.url is None).replace(label.strip(), "")
    return (
        bool(labels)
        and not re.search(r"\w", beside.replace(LOST, ""))
        and all(len(label.split()) <= 3 and link_kind(label) != "other" for label in labels)
    )
