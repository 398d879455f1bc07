"""Records to Sessions: the last place where text can be wrong.

Everything that a schedule leaves unsaid is filled in here, from its own other lines, then from the
settings; everything that cannot be understood becomes a diagnostic, and the rest goes on.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from calfeed import zones
from calfeed.days import Day, settle_days
from calfeed.diagnostics import Diagnostic, Position, diagnose
from calfeed.lines import Line, Part, assign, judge, marker
from calfeed.model import Document, Link, Person, Record, Role, Session, Span, Status, Venue
from calfeed.people import looks_like_people, read_people
from calfeed.settings import Settings
from calfeed.values import absolute, is_open, link_kind, plain, slug, state, times, venue, weekday

_LONGEST_NIGHT = timedelta(hours=12)
"""How long a session may last into the next day before its end looks like a mistake."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one source says: its sessions in the order of the source, and what is wrong in it."""

    sessions: tuple[Session, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def interpret(document: Document, records: Sequence[Record], settings: Settings, today: date) -> Reading:
    """Understand the records of one document; `today` decides only where nothing states a year."""
    days, diagnostics = settle_days(document, records, today, settings.meeting.weekday)
    interpreter = _Interpreter(document, settings, _is_one_plus_n(document, settings))
    led = [_leads(day) for day in days]
    drafts = list(map(interpreter.draft, days, assign([day.record for day in days], led)))
    sessions = tuple(interpreter.finish(drafts))
    return Reading(sessions, (*diagnostics, *interpreter.diagnostics))


@dataclass(frozen=True, slots=True)
class _Draft:
    """A session before its status is known, which depends on what its neighbours state."""

    session: Session
    stated: Status | None


@dataclass(slots=True)
class _Interpreter:
    document: Document
    settings: Settings
    one_plus_n: bool
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def say(self, code: str, message: str, position: Position, hint: str = "") -> None:
        self.diagnostics.append(diagnose(code, message, position, hint))

    # ── what is on that day ──────────────────────────────────────────────────────────────────────

    def draft(self, day: Day, lines: tuple[Line, ...]) -> _Draft:
        """Understand the lines of one record."""
        lines = (*_heading_lines(day, lines), *lines)
        texts = {part: next((line for line in lines if line.part is part), None) for part in Part}
        first = max((line for line in lines if line.part is Part.TOPIC), key=_weight, default=None)
        topic = self.topic(first)
        links = (*topic.links, *self.materials(lines))
        paper = topic.paper_url or next((link.url for link in links if link.kind == "paper"), None)
        session = Session(
            semester=day.semester,
            date=day.date,
            source=replace(day.record.date.position, path=self.document.path),
            title=topic.title,
            venue=topic.venue,
            location=_text(texts[Part.PLACE]) or self.settings.meeting.location,
            online=self.settings.meeting.online,
            presenters=self.people(line for line in lines if line.part is Part.PEOPLE),
            paper_url=paper,
            links=links,
            highlighted=_is_highlighted(day.record.date.text),
            timezone=self.settings.timezone or "UTC",
        )
        self.unused(line for line in lines if line is not first and not _is_used(line, texts))
        return _Draft(self.timed(session, day, texts[Part.TIME]), _stated(day, lines))

    def topic(self, line: Line | None) -> "_Topic":
        """Take a topic apart: "[OSDI'24] [Parrot: …](url)" is a venue, a title, a paper."""
        if line is None:
            return _Topic()
        name, text = marker(line.text)
        venues = [link for link in line.cell.links() if venue(plain(link.text).strip("[]"))]
        linked = plain(venues[0].text) if venues else ""
        if name is None and linked and text.startswith(linked) and text != linked:
            name, text = linked.strip("[]"), text[len(linked) :]
        if name is None:
            text, name = _venue_behind(text)
        links = [link for link in line.cell.links() if link not in venues and not link.is_mail]
        named = [link for link in links if link.text != link.url]
        titles = [link for link in named if link_kind(link.text) == "other" or len(link.text.split()) > 3]
        if sum(len(link.text) for link in titles) * 2 >= len(text):
            self.beside(line, _without(text, links))
            text = " / ".join(plain(link.text) for link in titles) or text
        else:
            text = _without(text, [link for link in links if link not in titles])
        papers = [self.link(link) for link in titles[:1]]
        others = [self.link(link) for link in links if link not in titles[:1]]
        return _Topic(
            _title(text),
            venue(name) if name else None,
            next((link.url for link in papers if link), None),
            tuple(link for link in others if link),
        )

    def beside(self, line: Line, rest: str) -> None:
        """Say what stands beside a linked title, since the title is all that is taken."""
        if re.search(r"\w{3}", rest):
            message = f"“{plain(rest).strip(' .,;:()[]–—-')}” beside the title was not understood"
            self.say("line-unused", message, line.cell.position)

    def materials(self, lines: Iterable[Line]) -> tuple[Link, ...]:
        found = (
            self.link(span, line.label)
            for line in lines
            if line.part is Part.MATERIALS
            for span in line.cell.links()
        )
        return tuple(link for link in found if link)

    def link(self, span: Span, line_label: str = "") -> Link | None:
        """Make a link of a span; where its own words promise nothing ("here"), its line's label does."""
        written = span.url or ""
        if (url := absolute(written, self.settings.base_url)) is None:
            message = f"the link of “{plain(span.text)}” is not safe to follow: left out"
            self.say("link-unsafe", message, span.position, "link to an http or https address")
            return None
        label = plain(span.text).strip("[]")
        is_bare = span.text == written
        if link_kind(line_label) != "other" and (is_bare or link_kind(label) == "other"):
            label = line_label
        return Link(link_kind(label), label, url, written) if written else None

    def people(self, lines: Iterable[Line]) -> tuple[Person, ...]:
        people: dict[str, Person] = {}
        for line in lines:
            emphasised = frozenset(span.text.strip("() ") for span in line.cell.spans if span.emphasised)
            for written in read_people(line.text, emphasised):
                name, key = self.identity(written.name)
                role = Role.ASSISTANT if people and self.one_plus_n else Role.PRESENTER
                known = people.setdefault(key, Person(name, key, role))
                people[key] = replace(
                    known,
                    affiliation=known.affiliation or written.affiliation,
                    nickname=known.nickname or written.nickname,
                )
        return tuple(people.values())

    def identity(self, name: str) -> tuple[str, str]:
        """Give the name and the slug that a spelling stands for, by the configured aliases."""
        for person in self.settings.people:
            if name.casefold() in map(str.casefold, (person.name, *person.aliases)):
                return person.name, person.slug or slug(person.name)
        return name, slug(name)

    def unused(self, lines: Iterable[Line]) -> None:
        for line in lines:
            self.say("line-unused", "nothing was recognised in this line", line.cell.position)

    # ── when on that day ─────────────────────────────────────────────────────────────────────────

    def timed(self, session: Session, day: Day, line: Line | None) -> Session:
        """Add start and end: from the heading, else from a line, else from the meeting's settings."""
        meeting = self.settings.meeting
        written = day.time or (times(line.text) if line else None)
        if line and written is None and not is_open(line.text):
            self.say(
                "time-unreadable", f"“{line.text}” is not a time", line.cell.position, "write 14:00–15:30"
            )
        start = written.start if written else meeting.start
        if start is None:
            return session
        begin = datetime.combine(session.date, start)
        where = line.cell.position if line and not day.time else session.source
        end = self.end(begin, written.end, where) if written and written.end else None
        if end is None and meeting.duration:
            end = begin + meeting.duration
        self.doubt(begin, session)
        return replace(session, start=begin, end=end)

    def end(self, begin: datetime, clock: time, where: Position) -> datetime | None:
        """Give the end that a time of day means, be it past midnight; None where it cannot be meant."""
        end = datetime.combine(begin.date(), clock)
        end += timedelta(days=end <= begin)
        if end - begin <= _LONGEST_NIGHT:
            return end
        message = f"{begin:%H:%M}–{clock:%H:%M} ends before it begins: the end is left out"
        self.say("time-unreadable", message, where, "write 14:00–15:30")
        return None

    def doubt(self, begin: datetime, session: Session) -> None:
        zone, position = session.timezone, session.source
        doubt = zones.resolve(begin, zone).doubt
        if doubt == "skipped":
            message = f"the clock of {zone} skips {begin:%H:%M} on {begin:%d %B %Y}"
            self.say("time-skipped", message, position, "state another time for this day")
        elif doubt == "twice":
            message = f"the clock of {zone} shows {begin:%H:%M} twice on {begin:%d %B %Y}: the first is taken"
            self.say("time-twice", message, position)

    # ── what that makes it ───────────────────────────────────────────────────────────────────────

    def finish(self, drafts: Sequence[_Draft]) -> Iterator[Session]:
        """Give each session its status: what all sessions leave out (say, presenters) is not missing."""
        drafts = _with_affiliations(drafts)
        titled = any(draft.session.title for draft in drafts)
        peopled = any(draft.session.presenters for draft in drafts)
        for draft in drafts:
            session = draft.session
            lacking = (titled and not session.title) or (peopled and not session.presenters)
            yield replace(session, status=_status(draft, lacking=lacking))
        relative = [d.session for d in drafts if any(":" not in link.url for link in d.session.links)]
        if relative:
            message = f"links of {len(relative)} sessions are relative: feeds leave them out"
            hint = "set base_url in calfeed.yaml to the address that they start from"
            self.say("link-relative", message, relative[0].source, hint)
        if drafts and not any(draft.session.start for draft in drafts):
            message = "no time of day is stated anywhere: the sessions last all day"
            hint = "set meeting: {start: …, duration: …} and timezone in calfeed.yaml"
            self.say("time-missing", message, drafts[0].session.source, hint)
        elif drafts and self.settings.timezone is None:
            message = "times are stated but no time zone: UTC is assumed"
            hint = "set timezone: Area/City in calfeed.yaml"
            self.say("timezone-missing", message, drafts[0].session.source, hint)


def _with_affiliations(drafts: Sequence[_Draft]) -> Sequence[_Draft]:
    """Read a "nickname" that two people have as where they are from: "(Tsinghua)"."""
    bearers: dict[str, set[str]] = {}
    for person in (person for draft in drafts for person in draft.session.presenters):
        bearers.setdefault(person.nickname or "", set()).add(person.slug)
    shared = {name for name, slugs in bearers.items() if name and len(slugs) > 1}

    def settled(person: Person) -> Person:
        if person.nickname not in shared:
            return person
        return replace(person, nickname=None, affiliation=person.affiliation or person.nickname)

    return [
        replace(d, session=replace(d.session, presenters=tuple(map(settled, d.session.presenters))))
        for d in drafts
    ]


_BEHIND = re.compile(r"\s?(?:[\[(]([^\[\](),]{2,40})[\])]|,\s([^\[\](),]{2,40}))\W?$")


def _venue_behind(text: str) -> tuple[str, str | None]:
    """Split a venue off the end of a topic: "Parrot (OSDI '24)" -> ("Parrot", "OSDI '24")."""
    m = _BEHIND.search(text[-60:])
    name = (m[1] or m[2]) if m else ""
    if m and venue(name):
        return text[: len(text) - len(m[0])], name
    return text, None


def _is_one_plus_n(document: Document, settings: Settings) -> bool:
    """Tell whether the first named presents and the others assist: as set, else as the prose says."""
    if settings.one_plus_n is not None:
        return settings.one_plus_n
    return any(re.search(r"\b1\s*\+\s*N\b", block.cell.text) for block in document.blocks)


@dataclass(frozen=True, slots=True)
class _Topic:
    title: str | None = None
    venue: Venue | None = None
    paper_url: str | None = None
    links: tuple[Link, ...] = ()


def _is_used(line: Line, texts: Mapping[Part, Line | None]) -> bool:
    """Tell whether a line gave something to its session, or says that there is nothing yet."""
    if is_open(line.text):
        return True
    if line.part in (Part.PLACE, Part.TIME):
        return line is texts[line.part]
    if line.part is Part.MATERIALS:
        return any(line.cell.links())
    return line.part is Part.PEOPLE or (line.part is Part.STATE and state(line.text) is not None)


def _weight(line: Line) -> tuple[bool, bool, bool]:
    """Weigh a topic against others of the session: a label says most, then a venue marker, then a link."""
    return bool(line.label), marker(line.text)[0] is not None, any(line.cell.links())


_BESIDE_DATE = re.compile(
    r"\b(?:week|session|meeting|lecture|talk|no\.?|nr\.?)\s?#?\s?\d+\b|#\d+", re.IGNORECASE
)


_NO_TIME = re.compile(r"[\d:.h\s–-]*\d[\d:.h\s–-]*(?:[ap]\.?m\.?)?", re.IGNORECASE)
"""What is meant as a time where it was not read as one: "25:00"."""


def _beside(day: Day) -> str:
    return _BESIDE_DATE.sub(" ", day.rest).strip(" -–—:,.;|@\t")


def _leads(day: Day) -> bool:
    """Tell whether a heading gives a topic beside its date."""
    return [line.part for line in _heading_lines(day, ())] == [Part.TOPIC]


def _heading_lines(day: Day, lines: Sequence[Line]) -> Iterator[Line]:
    """Make a line of what a heading says beside its date: a title, names, a place, a state."""
    beside = _beside(day)
    text = plain(beside.strip("()[] "))
    if is_open(text) or weekday(text) is not None:
        return
    if state(text):
        yield Line(Part.STATE, text, day.record.date)
    elif len(text) <= 20 and _NO_TIME.fullmatch(text):
        yield Line(Part.TIME, text, day.record.date)
    elif judge(day.record.date, text) is Part.PLACE:
        yield Line(Part.PLACE, text, day.record.date)
    elif looks_like_people(text) and not any(line.part is Part.PEOPLE for line in lines):
        yield Line(Part.PEOPLE, text, day.record.date)
    else:
        is_remark = beside[:1] in "([" and any(line.part is Part.TOPIC for line in lines)
        yield Line(Part.NOTE if is_remark else Part.TOPIC, text, day.record.date)


def _is_highlighted(text: str) -> bool:
    """Tell whether a heading carries a mark (an emoji, even a lost one) in front of its words."""
    line, words = " ".join(text.split()), plain(text)
    lead = line[: len(line) - len(words)] if words else ""
    return bool(lead.strip(" \t-–—*:.#>|"))


def _stated(day: Day, lines: Iterable[Line]) -> Status | None:
    """Read the state that a heading, a line of its own, or struck-through text gives a session."""
    said = [state(line.text) for line in lines if line.part is Part.STATE]
    struck = [span.struck for span in day.record.date.spans if span.text.strip()]
    if said and Status.NO_MEETING in said:
        return Status.NO_MEETING
    return Status.CANCELLED if struck and all(struck) else next((s for s in said if s), None)


def _status(draft: _Draft, *, lacking: bool) -> Status:
    if draft.stated in (Status.CANCELLED, Status.NO_MEETING):
        return draft.stated
    if not draft.session.title and not draft.session.presenters:
        return Status.PLACEHOLDER
    return Status.TENTATIVE if lacking or draft.stated else Status.CONFIRMED


def _text(line: Line | None) -> str | None:
    return line.text if line and not is_open(line.text) else None


_QUOTES = {'""', "“”", "''", "‘’", "「」", "«»"}


def _title(text: str) -> str | None:
    bare = plain(text).rstrip(" ,;:-–—").strip()
    if bare[:1] + bare[-1:] in _QUOTES:
        bare = bare[1:-1].strip()
    if bare.count(".") == 1:
        bare = bare.removesuffix(".")
    return None if is_open(bare) else bare


def _without(text: str, links: Iterable[Span]) -> str:
    """Take the labels of material links out of a title, with the brackets around them."""
    for link in links:
        text = re.sub(rf"[\[(|,;\s]{{0,4}}{re.escape(plain(link.text))}[\])]{{0,2}}", " ", text, count=1)
    return text
