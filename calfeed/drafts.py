"""The lines of one record to a draft of its session: all that they say by themselves.

What other records say of it, its status above all, is settled in `sessions`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import lru_cache

from calfeed import zones
from calfeed.bylines import Line, is_frame
from calfeed.days import Day
from calfeed.diagnostics import Diagnostic, Position, diagnose
from calfeed.labels import read_label
from calfeed.layouts import entries
from calfeed.lines import HEAD
from calfeed.meetings import Custom
from calfeed.model import Link, Person, Role, Session, Status, Venue
from calfeed.nobody import is_nobody
from calfeed.parts import ENDS, LASTS, Part
from calfeed.people import key, read_people
from calfeed.settings import PersonSetting
from calfeed.several import joined, talks_of
from calfeed.signs import marker
from calfeed.standing import reason, stated_of
from calfeed.times import WrittenTime, length_in, times
from calfeed.topics import read_link, read_topic
from calfeed.values import absolute, is_open, plain, slug, state, venue_in_column

_LONGEST_NIGHT = timedelta(hours=12)
"""How long a session may last into the next day before its end looks like a mistake."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A session before its status is known, which depends on what its neighbours state.

    `is_open` tells that nobody is named where somebody could be, `is_untitled` that its title is to come.
    """

    session: Session
    stated: Status | None
    is_open: bool
    is_untitled: bool


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """By what the lines of each session are understood: what is set, and what holds for all of them."""

    custom: Custom
    base_url: str | None
    people: tuple[PersonSetting, ...]
    one_plus_n: bool
    surname_first: frozenset[str]


agreed = lru_cache(maxsize=2**8)(Ways)
"""Gives the same object for the same ways, so that a draft that is known is found by it."""


@lru_cache(maxsize=2**13)  # an edit leaves most sessions as they are, and history is edits
def drafted(day: Day, lines: tuple[Line, ...], ways: Ways) -> tuple[Draft, tuple[Diagnostic, ...]]:
    """Understand the lines of one record, and say what in them is not understood."""
    drafter = _Drafter(ways)
    return drafter.draft(day, lines), tuple(drafter.diagnostics)


@dataclass(slots=True)
class _Drafter:
    """Understands the lines of one record."""

    ways: Ways
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def say(self, code: str, message: str, position: Position, hint: str = "") -> None:
        self.diagnostics.append(diagnose(code, message, position, hint))

    # ── what is on that day ──────────────────────────────────────────────────────────────────────

    def draft(self, day: Day, lines: tuple[Line, ...]) -> Draft:
        texts = {line.part: line for line in reversed(lines)}
        first = max((line for line in lines if line.part is Part.TOPIC), key=_weight, default=None)
        topic = read_topic(first, self.ways.base_url)
        self.diagnostics += topic.diagnostics
        talks = talks_of(first, lines) if first else ()
        title = self.title(talks) if len(talks) > 1 else topic.title
        links = (*topic.links, *self.links(lines, first))
        paper = topic.paper_url or next((link.url for link in links if link.kind == "paper"), None)
        stated = stated_of(day, lines)
        place = texts.get(Part.PLACE)
        custom = self.ways.custom
        self.unused(line for line in lines if line not in (first, *talks) and not _is_used(line, texts))
        start, end = self.hours(day, [line for line in lines if line.part is Part.TIME], custom)
        session = Session(
            semester=day.semester,
            date=day.date,
            source=day.record.date.position,
            start=start,
            end=end,
            title=title or reason(stated, lines),
            venue=topic.venue or _venue(texts.get(Part.VENUE)),
            location=_text(place) or custom.meeting.location,
            online=_online(place) or custom.meeting.online,
            presenters=self.people(line for line in lines if line.part is Part.PEOPLE),
            paper_url=paper,
            links=links,
            highlighted=_is_highlighted(day.record.date.text),
            timezone=custom.timezone or "UTC",
        )
        return Draft(session, stated, _is_open(day, lines), any(map(_tells_no_title, lines)))

    def title(self, talks: Sequence[Line]) -> str | None:
        """Give the titles of several talks as one, and say so where they are too many."""
        title, is_whole = joined(talks)
        if not is_whole:
            message = f"these are {len(talks)} titles: not all of them are in that of the session"
            self.say("line-unused", message, talks[-1].cell.position, "give each talk a line with its date")
        return title

    def links(self, lines: Iterable[Line], topic: Line | None) -> tuple[Link, ...]:
        """Give the links of all lines but the topic's, and but those on the names of people."""
        links: list[Link] = []
        for line in lines:
            if line is not topic and line.part not in (Part.HOST, Part.ABSTRACT, Part.PLACE):
                for span in line.cell.links():
                    if line.part is Part.PEOPLE and span.text != span.url:
                        continue
                    link, faults = read_link(span, line.label, self.ways.base_url)
                    links += (link,) if link else ()
                    self.diagnostics += faults
        return tuple(dict.fromkeys(links))

    def people(self, lines: Iterable[Line]) -> tuple[Person, ...]:
        people: dict[str, Person] = {}
        for line in lines:
            emphasised = frozenset(span.text.strip("() ") for span in line.cell.spans if span.emphasised)
            surname_first = line.place != "" and line.place in self.ways.surname_first
            for written in read_people(line.text, emphasised, surname_first=surname_first):
                if is_nobody(written.name):
                    continue
                name, who = self.identity(written.name)
                role = Role.ASSISTANT if people and self.ways.one_plus_n else Role.PRESENTER
                known = people.get(who) or Person(name, who, role)
                affiliation = known.affiliation or written.affiliation
                nickname = known.nickname or written.nickname
                people[who] = Person(known.name, who, known.role, affiliation, nickname)
        return tuple(people.values())

    def identity(self, name: str) -> tuple[str, str]:
        """Give the name and the slug that a spelling stands for, by the configured aliases."""
        for person in self.ways.people:
            if name.casefold() in map(str.casefold, (person.name, *person.aliases)):
                return person.name, person.slug or slug(person.name)
        return name, key(name)

    def unused(self, lines: Iterable[Line]) -> None:
        for line in lines:
            self.say("line-unused", "nothing was recognised in this line", line.cell.position)

    # ── when on that day ─────────────────────────────────────────────────────────────────────────

    def hours(
        self, day: Day, clocks: Sequence[Line], custom: Custom
    ) -> tuple[datetime, datetime | None] | tuple[None, None]:
        """Give start and end: from the heading, else from lines, else from what holds for every meeting."""
        meeting, source = custom.meeting, day.record.date.position
        line, ends, lasts = (_clock(clocks, rank) for rank in (0, ENDS, LASTS))
        written = day.time or (_written(line, ends) if line else None)
        if line and written is None and not is_open(line.text):
            self.say(
                "time-unreadable", f"“{line.text}” is not a time", line.cell.position, "write 14:00–15:30"
            )
        start = written.start if written else meeting.start
        if start is None:
            return None, None
        begin = datetime.combine(day.date, start)
        where = line.cell.position if line and not day.time else source
        clock = written.end if written else None
        if clock is None and ends and (alone := times(ends.text)):
            clock, where = alone.start, ends.cell.position
        end = self.end(begin, clock, where) if clock else None
        if end is None and (length := length_in(lasts.text) if lasts else meeting.duration):
            end = begin + length
        self.doubt(begin, custom.timezone or "UTC", source)
        if written and written.is_guessed:
            self.diagnostics.append(guessed(start, line.cell.position if line and not day.time else source))
        return begin, end

    def end(self, begin: datetime, clock: time, where: Position) -> datetime | None:
        """Give the end that a time of day means, be it past midnight; None where it cannot be meant."""
        end = datetime.combine(begin.date(), clock)
        end += timedelta(days=end <= begin)
        if end - begin <= _LONGEST_NIGHT:
            return end
        message = f"{begin:%H:%M}–{clock:%H:%M} ends before it begins: the end is left out"
        self.say("time-unreadable", message, where, "write 14:00–15:30")
        return None

    def doubt(self, begin: datetime, zone: str, position: Position) -> None:
        doubt = zones.resolve(begin, zone).doubt
        if doubt == "skipped":
            message = f"the clock of {zone} skips {begin:%H:%M} on {begin:%d %B %Y}"
            self.say("time-skipped", message, position, "state another time for this day")
        elif doubt == "twice":
            message = f"the clock of {zone} shows {begin:%H:%M} twice on {begin:%d %B %Y}: the first is taken"
            self.say("time-twice", message, position)


def _clock(clocks: Sequence[Line], rank: int) -> Line | None:
    """Find the line that tells when a session begins (0), ends, or how long it lasts."""
    return next((line for line in clocks if _time_rank(line) == rank), None)


def _time_rank(line: Line) -> int:
    label = read_label(line.label) if line.label else None
    return label.rank if label and label.part is Part.TIME else 0


def _written(line: Line, ends: Line | None) -> WrittenTime | None:
    """Read a start and the end beside it as a range: “9” and “1 pm” are one."""
    both = times(f"{line.text} – {ends.text}") if ends else None
    return both if both and both.end else times(line.text)


def guessed(start: time, where: Position) -> Diagnostic:
    """Tell of a time without am or pm that it is taken for one in the afternoon."""
    hour = f"{start.hour - 12}:{start:%M}"
    message = f"{hour} without am or pm is taken for the afternoon"
    return diagnose("time-guessed", message, where, f"write {start:%H:%M} or {hour} pm")


def _is_used(line: Line, texts: Mapping[Part, Line]) -> bool:
    """Tell whether a line gave something to its session, or says that there is nothing yet."""
    if (
        is_open(line.text)
        or line.place not in ("", HEAD)
        or line.part in (Part.HOST, Part.ABSTRACT, Part.NUMBER, Part.DATE)
    ):
        return True
    if line.part in (Part.PLACE, Part.TIME):
        return line is texts[line.part] or (line.part is Part.TIME and _time_rank(line) > 0)
    if line.part in (Part.MATERIALS, Part.TOPIC):
        return any(line.cell.links())
    return line.part is Part.PEOPLE or (line.part is Part.STATE and state(line.text) is not None)


def _weight(line: Line) -> tuple[bool, int, bool, bool, bool]:
    """Weigh a topic against others of the session: a venue's mark says most, then its label, then a link."""
    is_talk = not is_frame(line.text)
    return marker(line.text)[0] is not None, -line.rank, bool(line.label), is_talk, any(line.cell.links())


def _is_highlighted(text: str) -> bool:
    """Tell whether a heading carries a mark (an emoji, even a lost one) in front of its words."""
    line, words = " ".join(text.split()), plain(text)
    lead = line[: len(line) - len(words)] if words else ""
    return bool(lead.strip(" \t-–—*:.#>|"))


def _is_open(day: Day, lines: Iterable[Line]) -> bool:
    """Tell whether somebody is still to be found: a list may leave that out, a column does not."""
    if any(line.part is Part.PEOPLE for line in lines):
        return False  # “Special session”: nobody in particular
    return day.record.layout != entries.LAYOUT or any(line.part is Part.EMPTY for line in lines)


def _tells_no_title(line: Line) -> bool:
    """Tell the cell of a title in which “TBD” stands."""
    label = read_label(line.label) if line.part is Part.EMPTY and line.label else None
    return label is not None and label.part is Part.TOPIC


def _text(line: Line | None) -> str | None:
    return line.text if line and line.text and not is_open(line.text) else None


def _online(place: Line | None) -> str | None:
    """Give the address of a room that is a link."""
    found = next((span.url for span in place.cell.links()), None) if place else None
    return absolute(found, None) if found else None


def _venue(line: Line | None) -> Venue | None:
    return venue_in_column(line.text) if line else None
