"""What a schedule says of every meeting: weekday, time of day, length, room, link, zone.

“We meet on Fridays at 4pm in Room 301”, “时间：每周一晚 20:30”, and so in front matter and YAML.  A wrong
time is worse than none: where two statements about the same sessions differ, neither holds.
"""

import re
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import TypeVar

from calfeed import zones
from calfeed.dates import dates
from calfeed.diagnostics import Position
from calfeed.labels import read_label, split_label
from calfeed.model import Cell, Document, Heading, Mapping, Node, Scalar, Sequence, Table
from calfeed.parts import Part
from calfeed.places import SERVICE, named_place, place_in
from calfeed.settings import Meeting
from calfeed.terms import stated_term
from calfeed.times import WrittenTime, times, zone_in
from calfeed.values import web_address
from calfeed.weekdays import usual_weekday, weekday

T = TypeVar("T")

_MOST_LINES = 200
_LONGEST = 1000
"""Characters of a paragraph that are looked at: the time of a meeting stands near its beginning."""


@dataclass(frozen=True, slots=True)
class Custom:
    """What holds for every session that says nothing else, as far as the schedule states it.

    `timezone` is an IANA name; `where` stands the time, else anything; `is_guessed` is its half of the day.
    """

    meeting: Meeting = field(default_factory=Meeting)
    timezone: str | None = None
    where: Position | None = None
    is_guessed: bool = False


@dataclass(frozen=True, slots=True)
class Customs:
    """All that a schedule states of its meetings, each with the lines of the sessions that it holds for."""

    statements: tuple[tuple[range, Custom], ...] = ()

    def of(self, section: tuple[Cell, ...]) -> Custom:
        """Give what holds below some headings (outermost first): the innermost part that states it wins."""
        line = section[-1].position.line if section else 0
        around = sorted((s for s in self.statements if line in s[0]), key=lambda s: -s[0].start)
        parts = [[custom for _, custom in part] for _, part in groupby(around, key=lambda s: s[0].start)]
        start = _agreed(parts, lambda custom: custom.meeting.start)
        meeting = Meeting(
            _agreed(parts, lambda custom: custom.meeting.weekday),
            start,
            _agreed(parts, lambda c: c.meeting.duration if c.meeting.start == start else None),
            _agreed(parts, lambda custom: custom.meeting.location),
            _agreed(parts, lambda custom: custom.meeting.online),
        )
        told = (custom for part in parts for custom in part)
        first = min(told, key=lambda custom: custom.meeting.start is None, default=Custom())
        return Custom(meeting, _agreed(parts, lambda c: c.timezone), first.where, first.is_guessed)


def _agreed(parts: Iterable[Iterable[Custom]], facet: Callable[[Custom], T | None]) -> T | None:
    """Give what the innermost part that states something states; None where it states several things."""
    for part in parts:
        values = {value for custom in part if (value := facet(custom)) is not None}
        if values:
            return values.pop() if len(values) == 1 else None
    return None


def customs(document: Document, sessions: Container[int]) -> Customs:
    """Read what prose, front matter and YAML state of every meeting.

    `sessions` holds the lines on which sessions stand: what is said there is said of one day.
    """
    reader = _Reader(sessions)
    reader.data(_pieces(document.data), reader.parts[0])
    reader.blocks(document)
    return Customs(tuple(reader.statements()))


# ── where it is stated ───────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Part:
    """A part of the source, below a heading or in a mapping, from line `first` to `last`.

    `label` is a heading such as “Where”, which names what the next line says; `is_dated` tells that the
    part is about one day, `is_aside` that it is about something else, `is_one` that it is one of several
    alike, an item of a list or a semester, and says nothing of the others.
    """

    outer: "_Part | None" = None
    level: int = 0
    first: int = 0
    last: int = 2**31
    label: str = ""
    is_aside: bool = False
    is_dated: bool = False
    is_one: bool = False
    has_sessions: bool = False
    said: list[tuple["_Sentence", Custom]] = field(default_factory=list)

    def hold_sessions(self) -> None:
        part: _Part | None = self
        while part and not part.has_sessions:
            part.has_sessions = True
            part = part.outer

    def about(self) -> range:
        """Give the lines of the sessions that are meant here: “Logistics” is about its neighbours."""
        part = self
        while part.outer and not part.has_sessions:
            if part.is_one:
                return range(0)
            part = part.outer
        return range(part.first, part.last + 1)


@dataclass(slots=True)
class _Reader:
    """Goes through a document once, and collects what its parts state."""

    sessions: Container[int]
    parts: list[_Part] = field(default_factory=lambda: [_Part()])
    budget: int = _MOST_LINES

    def statements(self) -> Iterator[tuple[range, Custom]]:
        for part in self.parts:
            for sentence, custom in part.said:
                if sentence.weekday is not None or not part.is_dated:
                    yield part.about(), custom

    def open(self, outer: _Part, first: int, last: int, title: str, level: int = 0) -> _Part:
        is_aside = outer.is_aside or bool(_ASIDE.search(title))
        is_one = not (level or title) or stated_term(title) is not None
        self.parts.append(_Part(outer, level, first, last, is_aside=is_aside, is_one=is_one))
        return self.parts[-1]

    def cell(self, cell: Cell, part: _Part, label: str) -> None:
        if not self.budget or part.is_aside or not (_is_telling(label) or _CLUE.search(cell.text[:_LONGEST])):
            return
        self.budget -= 1
        for sentence in _sentences(cell.standing(), label):
            if not _ASIDE.search(f"{sentence.label} {sentence.text}"):
                part.is_dated |= sentence.is_dated
                part.said += ((sentence, custom) for custom in sentence.customs() if custom.where)

    # ── prose ────────────────────────────────────────────────────────────────────────────────────

    def blocks(self, document: Document) -> None:
        part = self.parts[0]
        for block in document.blocks:
            if isinstance(block, Table):
                if any(row and row[0].position.line in self.sessions for row in (block.head, *block.rows)):
                    part.hold_sessions()
                continue
            if isinstance(block, Heading):
                part = self.below(block, part)
            if block.cell.position.line in self.sessions:
                part.hold_sessions()
            else:
                self.cell(block.cell, part, part.label)
            part.label = split_label(f"{block.cell.text}: …")[0] if isinstance(block, Heading) else ""

    def below(self, heading: Heading, part: _Part) -> _Part:
        line = heading.cell.position.line
        while part.outer and part.level >= heading.level:
            part.last = line - 1
            part = part.outer
        return self.open(part, line, part.last, heading.cell.text, heading.level)

    # ── data ─────────────────────────────────────────────────────────────────────────────────────

    def data(self, pieces: list[tuple[int, str, Node]], part: _Part) -> None:
        if any(line in self.sessions for line, _, _ in pieces):
            part.hold_sessions()
            return
        lasts = [line - 1 for line, _, _ in pieces[1:]] + [part.last]
        for (line, key, node), last in zip(pieces, lasts, strict=False):
            if not isinstance(node, Scalar):
                self.data(_pieces(node), self.open(part, line, last, key))
            elif part.outer or key != "date":  # at the head of a file, the day on which it was written
                self.cell(node.cell, part, key)


def _pieces(node: Node | None) -> list[tuple[int, str, Node]]:
    if isinstance(node, Mapping):
        return [(key.position.line, key.text, value) for key, value in node.pairs]
    items = node.items if isinstance(node, Sequence) else ()
    return [(item.position.line, "", item) for item in items if not isinstance(item, Scalar)]


# ── what a sentence states ───────────────────────────────────────────────────────────────────────

_CLUE = re.compile(r"[\d:：曜周週期拜]|days?\b|tags?\b|dis?\b|요일|\b(?:noon|midi|times)\b|[Zz]oom")
"""One of them is in most statements, and in few other lines, which need no closer look."""

_ASIDE = re.compile(
    r"\b(?:office hours?|deadlines?|due|submi\w+|regist\w+|rsvp|sign[ -]?up|homework|exams?|quiz\w*|cancel\w*"
    r"|previously|formerly|used to|met|(?:was|were) held|no (?:meeting|class|seminar)"
    r"|(?:other|related) (?:group|seminar|meeting)s?|sprechstunden?|anmeld\w+|frist|inscriptions?)\b"
    r"|\b(?:by|before|avant|vor|spätestens) (?:(?:the|each|every|next) )?(?:\d|noon|\w{3,8}days?\b)"
    r"|\bthe latest(?:,|\W*$)|答疑|截止|报名|締切|申込|마감|신청",
    re.IGNORECASE,
)
"""What has a weekday and a time, too, but is no meeting, or is one no longer."""

_MEETS = re.compile(
    r"\b(?:meets?|meetings? (?:is|are)|held|takes? place|treffen|finde[nt]|réunit|réunissons|a lieu)\b"
    r"|组会|讨论班|举行|開催|ゼミ|모임",
    re.IGNORECASE,
)
_ZONE = re.compile(r"(?:(?:meeting|default)[ _-])?(?:time[ _-]?zone|tz)|时区|時區", re.IGNORECASE)
_ZONED = re.compile(rf"\W{{0,3}}({_ZONE.pattern})\W{{0,3}}[:：]\W{{0,3}}(\S.{{0,80}})", re.IGNORECASE)
_OTHER_LABEL = re.compile(r"durat|dauer|durée|\bend|时长|first|last|start[ _]date|updat", re.IGNORECASE)
_EVERY = re.compile(r"\b(?:(?:every|each|all) (?:times|talk|session|meeting|seminar|class)|times are)", re.I)
_BETWEEN = re.compile(r"\bbetween (\d[\w:. ]{0,9}?) and (?=\d)", re.IGNORECASE)
_PARTED = re.compile(r"\s?[;；|,，·]\s?(?=\w[\w ]{0,20}[:：]\s?\D)")
_FULL_STOP = re.compile(r"(?<=[\w)]{2})[.!?]\s+(?=[^\sa-z\d])|[。！？]")
_URL = re.compile(r"https?://[^\s<>\"）]+")
_ROOM_ONLINE = re.compile(
    r"https?://(?:[\w-]{1,60}\.){0,3}(?:zoom\.(?:us|com\.cn)|meet\.google\.com|teams\.(?:microsoft|live)\.com"
    r"|webex\.com|meeting\.tencent\.com|jit\.si|discord\.(?:gg|com))/(?!rec/)\S"
)
_WHEN, _WHERE = (Part.TIME, Part.DATE, Part.WEEKDAY), (Part.PLACE, Part.VENUE)


def _part(label: str) -> Part | None:
    """Tell what a label promises, of what concerns a meeting."""
    found = read_label(label) if label and not _OTHER_LABEL.search(label) else None
    return found.part if found and found.part in (*_WHEN, *_WHERE, Part.MATERIALS) else None


def _is_telling(label: str) -> bool:
    return _part(label) is not None or _ZONE.fullmatch(label) is not None


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence, or what stands behind a label; `text` is in one line, `cell` where it stands."""

    cell: Cell
    text: str
    label: str = ""

    @property
    def weekday(self) -> int | None:
        usual = usual_weekday(text := self.general)
        return weekday(text) if usual is None and _part(self.label) in _WHEN else usual

    @property
    def is_dated(self) -> bool:
        """Tell what is said of one day: “When: May 3, 14:00”."""
        return _part(self.label) in _WHEN and self.weekday is None and bool(dates(self.text))

    @property
    def general(self) -> str:
        """Give the text without addresses and days: “from May 3, Fridays at 4pm” still states a habit."""
        text = self.text
        for when in reversed(dates(text)):
            text = f"{text[: when.start]} {text[when.end :]}"
        return _BETWEEN.sub(r"\1 to ", _URL.sub(" ", text))

    @property
    def online(self) -> str | None:
        """Find the address of a meeting room, linked or written out."""
        linked = [span.url or "" for span in self.cell.links()]
        written = [url.rstrip(".,;)") for url in _URL.findall(self.text)]
        return next((web_address(url) for url in (*linked, *written) if _ROOM_ONLINE.match(url)), None)

    def customs(self) -> Iterator[Custom]:
        """Give what is stated, once for each time of day: several exclude each other."""
        text, part, day, where = self.general, _part(self.label), self.weekday, self.cell.position
        if _ZONE.fullmatch(self.label):
            named = self.text if zones.is_known(self.text) else zone_in(self.text)
            yield Custom(timezone=named, where=where if named else None)
        if day is None and dates(self.text):
            return
        clocks, zone = _clocks(text)
        is_habit = (day is not None or _EVERY.search(text)) and (clocks or _MEETS.search(text))
        is_meeting = part in (*_WHEN, *_WHERE) or is_habit
        has_place = is_meeting or _MEETS.search(text)
        place = named_place(text) if part in _WHERE and not clocks else place_in(text) if has_place else None
        online = self.online if has_place or part is Part.MATERIALS or SERVICE.search(text) else None
        for clock in (is_meeting and clocks) or (None,):
            start, is_guessed = (clock.start, clock.is_guessed) if clock else (None, False)
            meeting = Meeting(day if is_meeting else None, start, _length(clock), place, online)
            said = zone if clock or _EVERY.search(text) else None
            yield Custom(meeting, said, where if meeting != Meeting() or said else None, is_guessed)


def _sentences(cell: Cell, label: str) -> Iterator[_Sentence]:
    """Cut a block into labelled lines and, of the lines between them, sentences; `label` stands above it."""
    prose: list[str] = []
    for line, text in _lines(cell):
        name, rest = split_label(text)
        if _is_telling(name):
            yield _Sentence(line, rest, name)
        elif m := _ZONED.match(text):
            yield _Sentence(line, m[2], m[1])
        elif label:
            yield _Sentence(line, text, label)
        else:
            prose.append(text)
        label = ""
    for sentence in _FULL_STOP.split(" ".join(prose)[:_LONGEST]):
        yield _Sentence(cell, sentence)


def _lines(cell: Cell) -> Iterator[tuple[Cell, str]]:
    """Cut a block at its line breaks, and “Time: 4pm, Room: 5” before the second label."""
    for line in cell.lines() if cell.spans else (cell,):
        for text in _PARTED.split(" ".join(line.text[:_LONGEST].split())):
            yield line, text


def _clocks(text: str) -> tuple[tuple[WrittenTime, ...], str | None]:
    """Find the times of a meeting and the zone of the first; of one time in several zones only that one."""
    found: dict[time, WrittenTime] = {}
    rest = text
    while clock := times(rest):
        found.setdefault(clock.start, clock)
        rest = " " * clock.last + rest[clock.last :]
    clocks = tuple(found.values())
    end = clocks[1].first if len(clocks) > 1 else len(text)
    zone = zone_in(text[:end])
    return (clocks if zone_in(text[end:]) in (None, zone) else clocks[:1]), zone


def _length(clock: WrittenTime | None) -> timedelta | None:
    """Give the length of a range; one over eight hours is of something else than a meeting."""
    if clock is None or clock.end is None:
        return None
    start, end = (datetime.combine(date.min, each) for each in (clock.start, clock.end))
    length = (end - start) % timedelta(days=1)
    return length if timedelta(0) < length <= timedelta(hours=8) else None
