"""Records to Sessions: the last place where text can be wrong.

Everything that a schedule leaves unsaid is filled in here, from its own other lines, then from the
settings; everything that cannot be understood becomes a diagnostic, and the rest goes on.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from calfeed import zones
from calfeed.bylines import Line
from calfeed.days import Day, settle_days
from calfeed.diagnostics import Diagnostic, Position, diagnose
from calfeed.labels import Part
from calfeed.layouts import entries
from calfeed.lines import HEAD, assign, marker
from calfeed.meetings import Custom, Customs, customs
from calfeed.model import Cell, Document, Link, Person, Record, Role, Session, Status, Table, Venue
from calfeed.people import are_surname_first, is_nobody, key, read_people
from calfeed.settings import Meeting, Settings
from calfeed.standing import reason, stated_of
from calfeed.talks import part_talks
from calfeed.times import times
from calfeed.topics import read_link, read_topic
from calfeed.values import absolute, is_open, plain, slug, state, venue_in_column

_LONGEST_NIGHT = timedelta(hours=12)
"""How long a session may last into the next day before its end looks like a mistake."""


@dataclass(frozen=True, slots=True)
class Account:
    """How a session was understood, for `explain`: its day, what each line tells, what came of it."""

    day: Day
    lines: tuple[Line, ...]
    session: Session


@dataclass(frozen=True, slots=True)
class Reading:
    """What one source says: its sessions in the order of the source, and what is wrong in it."""

    accounts: tuple[Account, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def sessions(self) -> tuple[Session, ...]:
        """Give the sessions alone."""
        return tuple(account.session for account in self.accounts)


def interpret(document: Document, records: Sequence[Record], settings: Settings, today: date) -> Reading:
    """Understand the records of one document; `today` decides only where nothing states a year."""
    stated = customs(document, {line for record in records for line in _lines(record)})
    usual = settings.meeting.weekday
    if usual is None and records:
        usual = stated.of(records[0].section).meeting.weekday
    days, diagnostics = settle_days(document, part_talks(records), today, usual)
    interpreter = _Interpreter(document, settings, _is_one_plus_n(document, settings), stated)
    lines = assign(days)
    interpreter.surname_first = _surname_first(lines)
    drafts = list(map(interpreter.draft, days, lines))
    accounts = tuple(interpreter.once(map(Account, days, lines, tuple(interpreter.finish(drafts)))))
    return Reading(accounts, (*diagnostics, *interpreter.diagnostics))


@dataclass(frozen=True, slots=True)
class _Draft:
    """A session before its status is known, which depends on what its neighbours state."""

    session: Session
    stated: Status | None
    is_open: bool


@dataclass(slots=True)
class _Interpreter:
    document: Document
    settings: Settings
    one_plus_n: bool
    customs: Customs
    surname_first: frozenset[str] = frozenset()
    known: dict[tuple[Cell, ...], Custom] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    has_guessed: bool = False

    def say(self, code: str, message: str, position: Position, hint: str = "") -> None:
        self.diagnostics.append(diagnose(code, message, position, hint))

    # ── what is on that day ──────────────────────────────────────────────────────────────────────

    def draft(self, day: Day, lines: tuple[Line, ...]) -> _Draft:
        """Understand the lines of one record."""
        texts = {line.part: line for line in reversed(lines)}
        first = max((line for line in lines if line.part is Part.TOPIC), key=_weight, default=None)
        topic = read_topic(first, self.settings.base_url)
        self.diagnostics += topic.diagnostics
        links = (*topic.links, *self.links(lines, first))
        paper = topic.paper_url or next((link.url for link in links if link.kind == "paper"), None)
        stated = stated_of(day, lines)
        place = texts.get(Part.PLACE)
        custom = self.custom(day)
        self.unused(line for line in lines if line is not first and not _is_used(line, texts))
        start, end = self.hours(day, texts.get(Part.TIME), custom)
        session = Session(
            semester=day.semester,
            date=day.date,
            source=day.record.date.position,
            start=start,
            end=end,
            title=topic.title or reason(stated, lines),
            venue=topic.venue or _venue(texts.get(Part.VENUE)),
            location=_text(place) or custom.meeting.location,
            online=_online(place) or custom.meeting.online,
            presenters=self.people(line for line in lines if line.part is Part.PEOPLE),
            paper_url=paper,
            links=links,
            highlighted=_is_highlighted(day.record.date.text),
            timezone=custom.timezone or "UTC",
        )
        return _Draft(session, stated, _is_open(day, lines))

    def custom(self, day: Day) -> Custom:
        """Give what holds for every meeting: as set, else as the prose above the session says."""
        section = day.record.section
        if (known := self.known.get(section)) is None:
            told, said = self.customs.of(section), self.settings.meeting
            is_set = said.start is not None
            meeting = Meeting(
                said.weekday,
                said.start if is_set else told.meeting.start,
                said.duration or (None if is_set else told.meeting.duration),
                said.location or told.meeting.location,
                said.online or told.meeting.online,
            )
            known = Custom(meeting, self.settings.timezone or told.timezone, told.where)
            self.known[section] = known
            if told.is_guessed and told.where and not is_set and meeting.start:
                self.guessed(meeting.start, told.where)
        return known

    def links(self, lines: Iterable[Line], topic: Line | None) -> tuple[Link, ...]:
        """Give the links of all lines but the topic's, and but those on the names of people."""
        links: list[Link] = []
        for line in lines:
            if line is not topic and line.part not in (Part.PEOPLE, Part.HOST, Part.ABSTRACT, Part.PLACE):
                for span in line.cell.links():
                    link, faults = read_link(span, line.label, self.settings.base_url)
                    links += (link,) if link else ()
                    self.diagnostics += faults
        return tuple(dict.fromkeys(links))

    def people(self, lines: Iterable[Line]) -> tuple[Person, ...]:
        people: dict[str, Person] = {}
        for line in lines:
            emphasised = frozenset(span.text.strip("() ") for span in line.cell.spans if span.emphasised)
            surname_first = line.place != "" and line.place in self.surname_first
            for written in read_people(line.text, emphasised, surname_first=surname_first):
                if is_nobody(written.name):
                    continue
                name, who = self.identity(written.name)
                role = Role.ASSISTANT if people and self.one_plus_n else Role.PRESENTER
                known = people.get(who) or Person(name, who, role)
                affiliation = known.affiliation or written.affiliation
                nickname = known.nickname or written.nickname
                people[who] = Person(known.name, who, known.role, affiliation, nickname)
        return tuple(people.values())

    def identity(self, name: str) -> tuple[str, str]:
        """Give the name and the slug that a spelling stands for, by the configured aliases."""
        for person in self.settings.people:
            if name.casefold() in map(str.casefold, (person.name, *person.aliases)):
                return person.name, person.slug or slug(person.name)
        return name, key(name)

    def unused(self, lines: Iterable[Line]) -> None:
        for line in lines:
            self.say("line-unused", "nothing was recognised in this line", line.cell.position)

    # ── when on that day ─────────────────────────────────────────────────────────────────────────

    def hours(
        self, day: Day, line: Line | None, custom: Custom
    ) -> tuple[datetime, datetime | None] | tuple[None, None]:
        """Give start and end: from the heading, else from a line, else from what holds for every meeting."""
        meeting, source = custom.meeting, day.record.date.position
        written = day.time or (times(line.text) if line else None)
        if line and written is None and not is_open(line.text):
            self.say(
                "time-unreadable", f"“{line.text}” is not a time", line.cell.position, "write 14:00–15:30"
            )
        start = written.start if written else meeting.start
        if start is None:
            return None, None
        begin = datetime.combine(day.date, start)
        where = line.cell.position if line and not day.time else source
        end = self.end(begin, written.end, where) if written and written.end else None
        if end is None and meeting.duration:
            end = begin + meeting.duration
        self.doubt(begin, custom.timezone or "UTC", source)
        if written and written.is_guessed:
            self.guessed(start, line.cell.position if line and not day.time else source)
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

    def guessed(self, start: time, where: Position) -> None:
        """Say once that a time without am or pm is taken for one in the afternoon."""
        if not self.has_guessed:
            hour = f"{start.hour - 12}:{start:%M}"
            message = f"{hour} without am or pm is taken for the afternoon"
            self.say("time-guessed", message, where, f"write {start:%H:%M} or {hour} pm")
            self.has_guessed = True

    def doubt(self, begin: datetime, zone: str, position: Position) -> None:
        doubt = zones.resolve(begin, zone).doubt
        if doubt == "skipped":
            message = f"the clock of {zone} skips {begin:%H:%M} on {begin:%d %B %Y}"
            self.say("time-skipped", message, position, "state another time for this day")
        elif doubt == "twice":
            message = f"the clock of {zone} shows {begin:%H:%M} twice on {begin:%d %B %Y}: the first is taken"
            self.say("time-twice", message, position)

    def once(self, accounts: Iterable[Account]) -> Iterator[Account]:
        """Leave out what is told a second time elsewhere: a table, and below it a section for each talk."""
        first: dict[tuple[date, str], Account] = {}
        for account in accounts:
            session = account.session
            key = (session.date, slug(session.title or " ".join(p.name for p in session.presenters)))
            known = first.setdefault(key, account)
            if known.day.record.series == account.day.record.series or key[1] == slug(""):
                yield account
                continue
            message = f"this is told in line {known.session.source.line} already: taken for the same session"
            self.say("session-repeated", message, session.source)

    # ── what that makes it ───────────────────────────────────────────────────────────────────────

    def finish(self, drafts: Sequence[_Draft]) -> Iterator[Session]:
        """Give each session its status: what all sessions leave out (say, presenters) is not missing."""
        drafts = _with_affiliations(drafts)
        held = [d for d in drafts if d.stated not in (Status.CANCELLED, Status.NO_MEETING)]
        titled = any(draft.session.title for draft in held)  # that of others is the reason
        peopled = any(draft.session.presenters for draft in drafts)
        for draft in drafts:
            session = draft.session
            is_untitled = titled and not session.title and not session.links
            lacking = is_untitled or (peopled and not session.presenters and draft.is_open)
            status = _status(draft, lacking=lacking)
            yield session if status is session.status else replace(session, status=status)
        relative = [d.session for d in drafts if any(":" not in link.url for link in d.session.links)]
        if relative:
            count = f"{len(relative)} sessions" if len(relative) > 1 else "a session"
            message = f"links of {count} are relative: feeds leave them out"
            hint = "set base_url in calfeed.yaml to the address that they start from"
            self.say("link-relative", message, relative[0].source, hint)
        if drafts and not any(draft.session.start for draft in drafts):
            message = "no time of day is stated anywhere: the sessions last all day"
            hint = "set meeting: {start: …, duration: …} and timezone in calfeed.yaml"
            self.say("time-missing", message, drafts[0].session.source, hint)
        elif drafts and not all(custom.timezone for custom in self.known.values()):
            message = "times are stated but no time zone: UTC is assumed"
            hint = "set timezone: Area/City in calfeed.yaml"
            self.say("timezone-missing", message, drafts[0].session.source, hint)


def _with_affiliations(drafts: Sequence[_Draft]) -> Sequence[_Draft]:
    """Read a "nickname" that two people have as where they are from: "(Tsinghua)"."""
    bearers: dict[str, set[str]] = {}
    for person in (person for draft in drafts for person in draft.session.presenters):
        bearers.setdefault(person.nickname or "", set()).add(person.slug)
    shared = {name for name, slugs in bearers.items() if name and len(slugs) > 1}
    if not shared:
        return drafts

    def settled(person: Person) -> Person:
        if person.nickname not in shared:
            return person
        return replace(person, nickname=None, affiliation=person.affiliation or person.nickname)

    return [
        replace(d, session=replace(d.session, presenters=tuple(map(settled, d.session.presenters))))
        for d in drafts
    ]


def _lines(record: Record) -> Iterator[int]:
    yield record.date.position.line
    yield from (piece.cell.position.line for piece in record.fields)


def _is_one_plus_n(document: Document, settings: Settings) -> bool:
    """Tell whether the first named presents and the others assist: as set, else as the prose says."""
    if settings.one_plus_n is not None:
        return settings.one_plus_n
    return any(
        not isinstance(block, Table)
        and "+" in block.cell.text
        and re.search(r"\b1\s*\+\s*N\b", block.cell.text)
        for block in document.blocks
    )


def _is_used(line: Line, texts: Mapping[Part, Line]) -> bool:
    """Tell whether a line gave something to its session, or says that there is nothing yet."""
    if (
        is_open(line.text)
        or line.place not in ("", HEAD)
        or line.part in (Part.HOST, Part.ABSTRACT, Part.NUMBER, Part.DATE)
    ):
        return True
    if line.part in (Part.PLACE, Part.TIME):
        return line is texts[line.part]
    if line.part in (Part.MATERIALS, Part.TOPIC):
        return any(line.cell.links())
    return line.part is Part.PEOPLE or (line.part is Part.STATE and state(line.text) is not None)


def _weight(line: Line) -> tuple[bool, int, bool, bool]:
    """Weigh a topic against others of the session: a venue's mark says most, then its label, then a link."""
    return marker(line.text)[0] is not None, -line.rank, bool(line.label), any(line.cell.links())


def _is_highlighted(text: str) -> bool:
    """Tell whether a heading carries a mark (an emoji, even a lost one) in front of its words."""
    line, words = " ".join(text.split()), plain(text)
    lead = line[: len(line) - len(words)] if words else ""
    return bool(lead.strip(" \t-–—*:.#>|"))


def _status(draft: _Draft, *, lacking: bool) -> Status:
    if draft.stated in (Status.CANCELLED, Status.NO_MEETING):
        return draft.stated
    if not draft.session.title and not draft.session.presenters:
        return Status.PLACEHOLDER
    return Status.TENTATIVE if lacking or draft.stated else Status.CONFIRMED


def _is_open(day: Day, lines: Iterable[Line]) -> bool:
    """Tell whether somebody is still to be found: a list may leave that out, a column does not."""
    if any(line.part is Part.PEOPLE for line in lines):
        return False  # “Special session”: nobody in particular
    return day.record.layout != entries.LAYOUT or any(line.part is Part.EMPTY for line in lines)


def _text(line: Line | None) -> str | None:
    return line.text if line and line.text and not is_open(line.text) else None


def _online(place: Line | None) -> str | None:
    """Give the address of a room that is a link."""
    found = next((span.url for span in place.cell.links()), None) if place else None
    return absolute(found, None) if found else None


def _venue(line: Line | None) -> Venue | None:
    return venue_in_column(line.text) if line else None


def _surname_first(records: Sequence[Sequence[Line]]) -> frozenset[str]:
    """Find the columns of people in which a comma stands inside a name: “Ren, Yanjing”."""
    texts: dict[str, list[str]] = {}
    for lines in records:
        for line in lines:
            if line.part is Part.PEOPLE and line.place:
                texts.setdefault(line.place, []).append(line.text)
    return frozenset(place for place, names in texts.items() if are_surname_first(names))
