"""Which part of a session each of its lines tells: topic, people, materials, time, place.

Each line is judged by its own words first.  What stays open is settled by what the other sessions
of the schedule put in the same place, behind the same mark; so an emoji helps, and nothing needs it.
"""

import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise

from calfeed.model import Cell, Record
from calfeed.people import looks_like_people, read_people
from calfeed.text import LOST
from calfeed.values import is_open, link_kind, plain, state, times, venue


class Part(Enum):
    """What a line of a session tells."""

    TOPIC = auto()
    PEOPLE = auto()
    MATERIALS = auto()
    TIME = auto()
    PLACE = auto()
    STATE = auto()
    NOTE = auto()
    EMPTY = auto()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a session: the part it tells, its words without mark and label, its cell."""

    part: Part
    text: str
    cell: Cell
    label: str = ""


_LABELS = (
    (Part.TOPIC, r"topics?|(?:talk )?titles?|papers?(?: \d)?|talk(?: \d)?|subject|readings?|what"),
    (
        Part.NOTE,
        r"hosts?|authors?|chairs?|moderators?|abstract|bio|affiliation|registration|background|optional|scribe",
    ),
    (Part.PEOPLE, r"presenters?(?:\(s\))?|speakers?(?:\(s\))?|instructors?|presented by|discussion leads?"),
    (Part.PEOPLE, r"leads?|led by|people|by|who"),
    (Part.MATERIALS, r"materials?|slides?|videos?|recordings?|links?|resources|summary|notes|code"),
    (Part.TIME, r"times?|when|hours?"),
    (Part.PLACE, r"places?|rooms?|locations?|where|venue"),
    (Part.STATE, r"status"),
)
_LABEL = re.compile(rf"({'|'.join(words for _, words in _LABELS)})\s*[:：]\s*", re.IGNORECASE)
_PLACE = re.compile(r"(?:room|rm\.|hall|lab|building|auditorium)\s+\S{1,20}|zoom|online", re.IGNORECASE)
_WRAPPED = 72
"""Characters from which on a line may have been wrapped by its width, so that the next belongs to it."""

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


def assign(records: Sequence[Record], led: Sequence[bool]) -> tuple[tuple[Line, ...], ...]:
    """Settle which part each line of each record tells, one tuple a record.

    `led` says of each record whether its heading already gives a topic.
    """
    marks = _recurring(records)
    drafts = [[_draft(number, cell, marks) for number, cell in enumerate(_cut(r))] for r in records]
    habits: Habits = Counter(
        (place, draft.part)
        for lines in drafts
        for draft in lines
        for place in filter(None, (draft.place, draft.mark))
        if draft.part not in (None, Part.EMPTY, Part.STATE)
    )
    named = {p.name for ls in drafts for d in ls if d.part is Part.PEOPLE for p in read_people(d.words)}
    pairs = zip(drafts, led, strict=True)
    return tuple(tuple(_settle(lines, habits, named, led=is_led)) for lines, is_led in pairs)


def _recurring(records: Sequence[Record]) -> frozenset[str]:
    """Find what most sessions begin a line with, and what is no word: an emoji, or what became of one."""
    starts = Counter(cell.text.split(maxsplit=1)[0] for r in records for cell in r.lines if cell.text.strip())
    often = max(3, len(records) // 2)
    return frozenset(s for s, n in starts.items() if n >= often and not re.search(r"[0-9A-Za-z]", s))


def _cut(record: Record) -> Iterator[Cell]:
    """Give a record's lines; one that is a list of labelled lines, "Speaker: …" below "Title: …", is cut."""
    for cell in record.lines:
        cut = list(cell.lines())
        yield from cut if any(_begins(one, before) for before, one in pairwise(cut)) else [cell]


def _begins(cell: Cell, before: Cell) -> bool:
    """Tell a line of its own from the rest of a wrapped one: by a label, a mark, names, a place, links."""
    text = plain(cell.text)
    mark = cell.text.strip().removesuffix(text)
    if _LABEL.match(text) or (mark and not mark.isascii()):
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
        label, text = label_of(draft.words)
        yield Line(part, text, draft.cell, label)


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
    if label := _LABEL.match(text):
        part = next(part for part, words in _LABELS if re.fullmatch(words, label[1], re.IGNORECASE))
        return Part.MATERIALS if part is Part.TOPIC and _is_materials(cell, label[0]) else part
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
    if marker(text)[0] or any(not named or len(words.split()) >= 4 for words in linked):
        return Part.TOPIC
    if named:
        return Part.PEOPLE if re.search(r"[,;&、，(（]", text) else None
    if times(text) and len(text.split()) <= 6:
        return Part.TIME
    return Part.TOPIC if len(text.split()) >= 6 or ":" in text or '"' in text else None


def marker(text: str) -> tuple[str | None, str]:
    """Split a venue marker off the front of a topic: "[OSDI'24] Parrot" -> ("OSDI'24", "Parrot")."""
    if (m := _MARKER.match(text)) and venue(m[1]):
        return m[1], text[m.end() :]
    return None, text


def label_of(text: str) -> tuple[str, str]:
    """Split a label off the front of a line: "Room: 402" -> ("Room", "402")."""
    if m := _LABEL.match(text):
        return m[0].rstrip(" :：\t"), text[m.end() :]
    return "", text


def _is_materials(cell: Cell, label: str = "") -> bool:
    """Tell whether a line is, but for its label, only short links that promise slides, a video, a paper."""
    labels = [plain(link.text) for link in cell.links()]
    beside = "".join(span.text for span in cell.spans if span.url is None).replace(label.strip(), "")
    return (
        bool(labels)
        and not re.search(r"\w", beside.replace(LOST, ""))
        and all(len(label.split()) <= 3 and link_kind(label) != "other" for label in labels)
    )
