"""Lines below a date whose part their own words leave open: settled by each other, and by what is usual.

What the other sessions of the schedule put in the same place, behind the same mark, before the same colon
tells the most; then the looks decide.
"""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from calfeed.bylines import Line
from calfeed.labels import read_label, split_label
from calfeed.model import Cell
from calfeed.parts import Part
from calfeed.people import looks_like_people, only_names, read_people
from calfeed.signs import marker

_LONGEST_LABEL = 40
"""Characters of what a schedule puts before a colon in each session."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A line whose part is not settled, with its number as `place` and the mark before its words."""

    cell: Cell
    words: str
    part: Part | None
    place: str
    mark: str


def habits_of(drafts: Iterable[Draft]) -> Iterator[tuple[str, Part]]:
    """Give the part that most lines in a place tell, be it behind a mark or at a number."""
    votes: defaultdict[str, Counter[Part]] = defaultdict(Counter)
    for draft in drafts:
        if draft.part not in (None, Part.EMPTY, Part.STATE):
            for place in filter(None, (draft.place, draft.mark)):
                votes[place][draft.part] += 1
    return ((place, max(Part, key=counts.__getitem__)) for place, counts in votes.items())


def settle(
    drafts: Sequence[Draft],
    habits: Mapping[str, Part],
    asides: frozenset[str],
    named: Container[str],
    *,
    led: bool,
) -> Iterator[Line]:
    """Settle what a line's own words left open; `led` says that the heading already gives a topic."""
    drafts = _without_further(list(drafts), asides, led=led)
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


def _without_further(drafts: list[Draft], asides: frozenset[str], *, led: bool) -> Sequence[Draft]:
    """Settle what is no title beside a better one: behind a label of the schedule's own, below a title."""
    if asides and (led or any(_named(draft) not in asides and _may_be_title(draft) for draft in drafts)):
        for number, draft in enumerate(drafts):
            if _named(draft) in asides and draft.part in (None, Part.TOPIC):
                part = Part.MATERIALS if any(draft.cell.links()) else Part.NOTE
                drafts[number] = replace(draft, part=part)
    first = next((n for n, draft in enumerate(drafts) if draft.part in (None, Part.TOPIC)), 0)
    topics = [draft for draft in drafts if draft.part is Part.TOPIC]
    is_below = bool(topics) and not led and drafts[first].part is None
    if is_below and all(map(_is_wordy, topics)) and _is_title(drafts[first]):
        drafts[first] = replace(drafts[first], part=Part.TOPIC)
    return drafts


def _may_be_title(draft: Draft) -> bool:
    is_named = looks_like_people(draft.words) or (" - " not in draft.words and only_names(draft.words))
    return draft.part in (None, Part.TOPIC) and not is_named


def _is_title(draft: Draft) -> bool:
    """Tell a first line that may be a title from names, and from what stands before them."""
    return len(draft.words.split()) > 1 and _may_be_title(draft)


def _is_wordy(draft: Draft) -> bool:
    """Tell a line that was taken for a title for its many words, or a colon."""
    return not (any(draft.cell.links()) or split_label(draft.words)[0] or marker(draft.words)[0])


def _named(draft: Draft) -> str:
    """Give the words before a colon, which may be a label of the schedule's own."""
    mark = draft.mark.rstrip(":：")
    if mark != draft.mark:
        return mark
    name, colon, _ = draft.words.replace("：", ":", 1).partition(":")
    return name.strip() if colon and len(name) <= _LONGEST_LABEL else ""


def asides_of(records: Sequence[Sequence[Draft]]) -> frozenset[str]:
    """Find the words that most sessions have before a colon, and that are no known label."""
    often = max(3, len(records) // 2)
    names = Counter(name for drafts in records for name in {_named(draft) for draft in drafts})
    return frozenset(name for name, n in names.items() if name and n >= often and not read_label(name))


def _guess(
    draft: Draft, habits: Mapping[str, Part], named: Container[str], *, has_topic: bool, follows: bool
) -> Part:
    """Guess by a name known from elsewhere, by the mark, by what follows, by the number, by the looks."""
    people = read_people(draft.words)
    may_be_people = looks_like_people(draft.words)
    if people and all(person.name in named for person in people):
        return Part.PEOPLE
    if draft.mark and (part := habits.get(draft.mark)):
        return part
    if may_be_people and not has_topic and follows:
        return Part.TOPIC  # of two lines that could both be names, "Paxos Made Simple" leads
    if may_be_people and has_topic:
        return Part.PEOPLE
    part = habits.get(draft.place)
    if part is None or (part is Part.TOPIC and has_topic):
        return Part.PEOPLE if may_be_people else Part.NOTE if has_topic else Part.TOPIC
    return part


def _may_be_people(draft: Draft) -> bool:
    return draft.part is Part.PEOPLE or (draft.part is None and looks_like_people(draft.words))
