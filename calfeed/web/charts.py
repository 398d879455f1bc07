"""Numbers to pictures that stand in a page as they are: no script, no style of their own.  Only svg.py here.

A picture is as wide as the narrowest screen, so its letters are as large there as they are meant to be:
a name stands above its bar, and a number at the end of its line.  Colours and letters are style.css's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

from markupsafe import Markup, escape
from svg import SVG, Element, Rect, Text, Title, ViewBoxSpec
from svg import Desc as Description

_WIDTH = 320
_ROW = 38
_THICK = 8
_LETTERS = 38
"""So many letters of half a square fit in a line, in the size that style.css gives them."""

_HIGH = 48
_WIDEST = 40


@dataclass(frozen=True, slots=True)
class Bar:
    """A line of a picture: whose it is, one number or two that add up, and how they are written."""

    label: str
    first: int
    second: int
    written: str


@dataclass(frozen=True, slots=True)
class Words:
    """What a picture is called, said to those who do not see it: `name` is its own on the page."""

    name: str
    title: str
    description: str


def bars(words: Words, rows: Sequence[Bar]) -> Markup:
    """Draw a bar for each row, the longest as long as the picture is wide."""
    most = max((row.first + row.second for row in rows), default=0) or 1
    scale = _WIDTH / most
    drawn: list[Element] = []
    for place, row in enumerate(rows):
        top, middle = place * _ROW, round(row.first * scale, 1)
        drawn += (*_line(row.label, row.written, top), _rect("first", 0, top + 20, middle, _THICK))
        if row.second:
            drawn.append(_rect("second", middle, top + 20, round(row.second * scale, 1), _THICK))
    return _picture(words, len(rows) * _ROW, drawn)


def columns(words: Words, written: str, shares: Sequence[float], span: str) -> Markup:
    """Draw shares of a whole (0 to 1) over time as columns that fill up; `span` tells from when to when."""
    step = min(_WIDTH / max(len(shares), 1), _WIDEST)
    wide, bottom = round(step * 0.8, 1), 24 + _HIGH
    drawn: list[Element] = list(_line(words.title, written, 0))
    for place, share in enumerate(shares):
        left, high = round(place * step, 1), round(share * _HIGH, 1)
        drawn += (
            _rect("whole", left, 24, wide, _HIGH),
            _rect("first", left, bottom - high, wide, high),
        )
    return _picture(words, bottom + 24, [*drawn, *_line(span, "", bottom + 4)])


def _line(label: str, number: str, top: int) -> Iterable[Element]:
    yield Text(x=0, y=top + 14, text=escape(_cut(label, _LETTERS - len(number))))
    if number:
        yield Text(x=_WIDTH, y=top + 14, text_anchor="end", text=escape(number))


def _rect(kind: str, left: float, top: float, width: float, height: float) -> Rect:
    return Rect(class_=[kind], x=left, y=top, width=width, height=height)


def _picture(words: Words, height: int, drawn: Iterable[Element]) -> Markup:
    title, description = f"{words.name}-title", f"{words.name}-description"
    picture = SVG(
        class_=["chart"],
        viewBox=ViewBoxSpec(0, 0, _WIDTH, height),
        extra={"role": "img", "aria-labelledby": escape(f"{title} {description}")},
        elements=[
            Title(id=escape(title), text=escape(words.title)),
            Description(id=escape(description), text=escape(words.description)),
            *drawn,
        ],
    )
    return Markup(picture.as_str())  # noqa: S704 - every text in it is escaped above


def _cut(text: str, most: int) -> str:
    """Leave of a text what fits into so many letters of half a square; the table has all of it."""
    width = 0
    for place, letter in enumerate(text):
        width += 2 if east_asian_width(letter) in "WF" else 1
        if width > most:
            return f"{text[: place - 1].rstrip()}…"
    return text
