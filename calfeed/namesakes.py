"""Which names look like one person in two spellings: a letter, an order, an initial, a first name alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from calfeed.diagnostics import Position
from calfeed.values import slug

_TELLING = 3
"""How many letters a word has at least for two names that share it to be worth a question."""


_MANY = 100
"""How many names may share a word: in a larger crowd a short name means nobody for certain."""


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody as a schedule names them, and where that is first."""

    name: str
    slug: str
    source: Position


def namesakes(people: Sequence[Named]) -> Iterator[tuple[Named, Named]]:
    """Give the pairs of a doubtful name and the one that it may mean, once for each doubtful name.

    `people` have different slugs and come in the order in which the schedule names them.
    """
    spellings = {person: slug(person.name) for person in people}
    twins = _twins(spellings)
    shortened = _shortened(spellings)
    for person in people:
        other = twins.get(person) or shortened.get(person)
        if other and twins.get(other) != person:
            yield person, other


# ── one letter or one swap of words apart ──────────────────────────────────────────────────────────


def _twins(spellings: Mapping[Named, str]) -> dict[Named, Named]:
    met: dict[str, Named] = {}
    twins: dict[Named, Named] = {}
    for person, spelling in spellings.items():
        for form in _forms(spelling):
            if (other := met.setdefault(form, person)) != person:
                twins.setdefault(person, other)
    return twins


def _forms(spelling: str) -> Iterator[str]:
    """Give the spellings under which two names meet that are one letter or one swap of words apart."""
    yield " ".join(sorted(spelling.split("-")))
    if len(spelling) >= 8:  # in shorter names one letter is what tells two people apart
        yield spelling
        yield from (spelling[:i] + spelling[i + 1 :] for i in range(len(spelling)))


# ── shortened: "B. Peter", "Tomislav Z-M", "Fletcher" ──────────────────────────────────────────────


def _shortened(spellings: Mapping[Named, str]) -> dict[Named, Named]:
    """Find the short names that can mean one person only."""
    words = {person: spelling.split("-") for person, spelling in spellings.items()}
    ends: dict[str, list[Named]] = {}
    for person, parts in words.items():
        for end in {parts[0], parts[-1]}:
            ends.setdefault(end, []).append(person)
    found: dict[Named, Named] = {}
    for person, parts in words.items():
        if len(parts) > 1 and min(map(len, parts)) > 1:
            continue
        shared = [ends[end] for end in (parts[0], parts[-1]) if len(end) >= _TELLING]
        near = {each: None for sharing in shared if len(sharing) <= _MANY for each in sharing}
        meant = [each for each in near if each != person and _stands_for(parts, words[each])]
        if len(meant) == 1:
            found[person] = meant[0]
    return found


def _stands_for(short: Sequence[str], whole: Sequence[str]) -> bool:
    """Tell whether each word begins with what the short name has in its place, in either order."""
    orders = (whole, whole[::-1])
    return len(short) <= len(whole) and any(all(map(_abbreviates, short, order)) for order in orders)


def _abbreviates(short: str, word: str) -> bool:
    return short == word or (len(short) == 1 and word.startswith(short))
