"""Records to Sessions: the last place where text can be wrong.

Everything that a schedule leaves unsaid is filled in here, from its own other lines, then from the
settings; everything that cannot be understood becomes a diagnostic, and the rest goes on.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from calfeed.bylines import Line
from calfeed.days import Day, Written, settle_days
from calfeed.diagnostics import Diagnostic, Position, diagnose
from calfeed.drafts import Draft, Ways, agreed, drafted, guessed
from calfeed.ids import given_ids
from calfeed.lines import assign
from calfeed.meetings import Custom, Customs, customs
from calfeed.model import Cell, Document, Person, Record, Session, Status, Table
from calfeed.parts import Part
from calfeed.people import are_surname_first
from calfeed.settings import Meeting, Settings
from calfeed.talks import part_talks
from calfeed.values import slug


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


def interpret(document: Document, records: Sequence[Record], settings: Settings, written: Written) -> Reading:
    """Understand the records of one document; `written` is asked only where nothing states a year."""
    stated = customs(document, {line for record in records for line in _lines(record)})
    usual = settings.meeting.weekday
    if usual is None and records:
        usual = stated.of(records[0].section).meeting.weekday
    days, diagnostics = settle_days(document, part_talks(records), written, usual)
    interpreter = _Interpreter(settings, _is_one_plus_n(document, settings), stated)
    lines = assign(days)
    ids, strays = given_ids(document, days, lines)
    drafts = list(map(_called, interpreter.drafts(days, lines), ids))
    accounts = tuple(interpreter.once(map(Account, days, lines, tuple(interpreter.finish(drafts)))))
    return Reading(accounts, (*diagnostics, *strays, *interpreter.diagnostics))


def _called(draft: Draft, name: str | None) -> Draft:
    return replace(draft, session=replace(draft.session, id=name)) if name else draft


@dataclass(slots=True)
class _Interpreter:
    """Understands the records of one document; `known` are the ways by the headings above."""

    settings: Settings
    one_plus_n: bool
    customs: Customs
    known: dict[tuple[Cell, ...], Ways] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    has_guessed: bool = False

    def say(self, code: str, message: str, position: Position, hint: str = "") -> None:
        self.diagnostics.append(diagnose(code, message, position, hint))

    def drafts(self, days: Sequence[Day], lines: Sequence[tuple[Line, ...]]) -> Iterator[Draft]:
        """Understand each record by what its lines say."""
        surname_first = _surname_first(lines)
        for day, told in zip(days, lines, strict=True):
            section = day.record.section
            if section not in self.known:
                said, custom = self.settings, self.custom(section)
                ways = agreed(custom, said.base_url, said.people, self.one_plus_n, surname_first)
                self.known[section] = ways
            draft, found = drafted(day, told, self.known[section])
            for each in found:
                self.add(each)
            yield draft

    def add(self, found: Diagnostic) -> None:
        """Say once that a time without am or pm is taken for one in the afternoon."""
        if found.code != "time-guessed" or not self.has_guessed:
            self.diagnostics.append(found)
        self.has_guessed |= found.code == "time-guessed"

    def custom(self, section: tuple[Cell, ...]) -> Custom:
        """Give what holds for every meeting: as set, else as the prose above the session says."""
        told, said = self.customs.of(section), self.settings.meeting
        is_set = said.start is not None
        meeting = Meeting(
            said.weekday,
            said.start if is_set else told.meeting.start,
            said.duration or (None if is_set else told.meeting.duration),
            said.location or told.meeting.location,
            said.online or told.meeting.online,
        )
        if told.is_guessed and told.where and not is_set and meeting.start:
            self.add(guessed(meeting.start, told.where))
        return Custom(meeting, self.settings.timezone or told.timezone, told.where)

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

    def finish(self, drafts: Sequence[Draft]) -> Iterator[Session]:
        """Give each session its status: what all sessions leave out (say, presenters) is not missing."""
        drafts = _with_affiliations(drafts)
        held = [d for d in drafts if d.stated not in (Status.CANCELLED, Status.NO_MEETING)]
        named = [draft for draft in held if draft.session.presenters]
        peopled = _is_usual(named, held)
        # A title that nobody gives, “Summer picnic”, is none that talks without titles lack.
        titled = _is_usual([d for d in (named if peopled else held) if d.session.title], held)
        for draft in drafts:
            session = draft.session
            is_untitled = (titled or draft.is_untitled) and not session.title and not session.links
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
        elif drafts and not all(ways.custom.timezone for ways in self.known.values()):
            message = "times are stated but no time zone: UTC is assumed"
            hint = "set timezone: Area/City in calfeed.yaml"
            self.say("timezone-missing", message, drafts[0].session.source, hint)


def _is_usual(some: Sequence[Draft], drafts: Sequence[Draft]) -> bool:
    """Tell what sessions have as a rule: two tell it, so that of many a single odd one changes none."""
    return len(some) > 1 or len(some) * 4 >= len(drafts)


def _with_affiliations(drafts: Sequence[Draft]) -> Sequence[Draft]:
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


def _status(draft: Draft, *, lacking: bool) -> Status:
    if draft.stated in (Status.CANCELLED, Status.NO_MEETING):
        return draft.stated
    if not draft.session.title and not draft.session.presenters:
        return Status.PLACEHOLDER
    return Status.TENTATIVE if lacking or draft.stated else Status.CONFIRMED


def _surname_first(records: Sequence[Sequence[Line]]) -> frozenset[str]:
    """Find the columns of people in which a comma stands inside a name: “Ren, Yanjing”."""
    texts: dict[str, list[str]] = {}
    for lines in records:
        for line in lines:
            if line.part is Part.PEOPLE and line.place:
                texts.setdefault(line.place, []).append(line.text)
    return frozenset(place for place, names in texts.items() if are_surname_first(names))
