"""The title of a session that holds several talks: their titles in order, with a slash between them.

A title that is lost is a talk that nobody comes to; so each line that is surely a talk of its own is told.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from calfeed.bylines import Line, is_frame
from calfeed.parts import Part
from calfeed.topics import is_linked_title, read_topic

_MOST = 5
_LONGEST = 240
"""Titles, and characters of them, that are still the name of a session; the first two always are."""

_MOST_LINES = 12
"""Lines of a cell that may be titles: a longer one is a text."""

_MOST_READINGS = 3
"""Linked titles without a speaker that are what a session reads: more are a list to choose from."""

_LISTED = re.compile(r"\s*(?:\(?\d{1,2}[.)、]|[-*•–—·])\s*(?=\S)")


def talks_of(first: Line, lines: Sequence[Line]) -> tuple[Line, ...]:
    """Give the topics that are talks of their own, `first` among them, which is the title else."""
    topics = [line for line in lines if line.part is Part.TOPIC]
    if len(topics) > 1:
        spoken = {line.cell.position for line in lines if line.part is Part.PEOPLE and not line.cell.text}
        others = [line for line in topics if line is not first and _is_beside(line, first)]
        talks = [x for x in others if (x.cell.position in spoken) is (first.cell.position in spoken)]
        if first.cell.position not in spoken:
            talks = [line for line in talks if _is_numbered(line, first)] or list(_readings(first, talks))
        if talks:
            return tuple(line for line in topics if line is first or line in talks)
    is_cell = "\n" in first.text and first.place.startswith(("column", "key"))
    return tuple(_pieces(first, lines)) if is_cell else (first,)


def joined(talks: Sequence[Line]) -> tuple[str | None, bool]:
    """Give the titles of talks as one, and whether all of them are in it."""
    titles: list[str] = []
    for title in dict.fromkeys(read_topic(line, None).title for line in talks):
        if (
            title
            and len(titles) > 1
            and (len(titles) == _MOST or len(" / ".join((*titles, title))) > _LONGEST)
        ):
            return " / ".join((*titles, "…")), False
        titles += (title,) if title else ()
    return " / ".join(titles) or None, True


def _is_beside(line: Line, first: Line) -> bool:
    """Tell a line that stands as the first does, and is a talk: no “Welcome”."""
    is_alike = line.rank == first.rank and bool(line.place) is bool(first.place)
    return is_alike and _label(line) == _label(first) and not is_frame(line.text)


def _label(line: Line) -> str:
    return re.sub(r"[\W\d_]+", "", line.label).casefold()


def _is_numbered(line: Line, first: Line) -> bool:
    """Tell “Title 2” beside “Title 1”, and a second “Title:”; two columns of one name view one talk."""
    return bool(line.label) and (line.label != first.label or not line.place)


def _readings(first: Line, others: Sequence[Line]) -> Sequence[Line]:
    """Give lines that are nothing but a linked title, as the first is, where they are few."""
    if first.place or not 0 < len(others) < _MOST_READINGS or not all(map(_is_reading, (first, *others))):
        return ()
    return others


def _is_reading(line: Line) -> bool:
    links = list(line.cell.links())
    beside = "".join(span.text for span in line.cell.spans if span.url is None)
    return bool(links) and is_linked_title(links[0]) and len(beside) <= len(links[0].text)


def _unlisted(text: str) -> str:
    listed = _LISTED.match(text)
    return text[listed.end() :] if listed else text


def _pieces(line: Line, lines: Sequence[Line]) -> Iterator[Line]:
    """Cut a cell at its lines where they are titles: listed, each with its link, one for each speaker."""
    texts, cells = line.text.split("\n"), list(line.cell.lines())
    people = next((x.text for x in lines if x.part is Part.PEOPLE and "\n" in x.text), "")
    pairs = [(text, cell) for text, cell in zip(texts, cells, strict=False) if text.strip()]
    if len(texts) != len(cells) or not 1 < len(pairs) <= _MOST_LINES:
        yield line
        return
    parted = [replace(line, text=_unlisted(text), cell=cell) for text, cell in pairs]
    are_titles = (
        line.place.startswith("key ")
        or all(_LISTED.match(cell.text) for _, cell in pairs)
        or len(people.split("\n")) == len(pairs)
        or all(any(cell.links()) for _, cell in pairs)
    )
    yield from parted if are_titles and all(read_topic(each, None).title for each in parted) else (line,)
