"""How a file, or one line of it, was understood, and why: how people come to trust a reader that guesses.

Nothing is decided here.  What the other modules decided stands in the accounts of the sessions; here it
becomes facts, each with its origin: “title  Paxos Made Simple, from column 3: it is called Paper”.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from calfeed.bylines import Line
from calfeed.contract import Shown
from calfeed.dates import Order, WrittenDate, dates
from calfeed.days import Day
from calfeed.diagnostics import Diagnostic
from calfeed.errors import UsageError
from calfeed.lines import HEAD
from calfeed.model import Cell, Link, Person, Session, Status
from calfeed.parts import Part
from calfeed.report import diagnostic_line
from calfeed.schedule import Understood
from calfeed.sessions import Account
from calfeed.times import times
from calfeed.values import state

Fact = tuple[str, str]
"""What it is about, and what is told of it."""

_READ: Mapping[Part, str] = MappingProxyType(
    {
        Part.TOPIC: "title",
        Part.PEOPLE: "people",
        Part.MATERIALS: "links",
        Part.TIME: "time",
        Part.PLACE: "place",
        Part.STATE: "status",
        Part.VENUE: "venue",
    }
)
_LEFT_OUT: Mapping[Part, str] = MappingProxyType(
    {
        Part.NOTE: "a remark",
        Part.EMPTY: "nothing there yet",
        Part.DATE: "another date",
        Part.NUMBER: "a number",
        Part.WEEKDAY: "a weekday",
        Part.ABSTRACT: "a text about the talk",
        Part.HOST: "somebody who does not present",
    }
)
_EVERY_MEETING = "as for every meeting"
_LONGEST = 60


def split_place(written: str) -> tuple[str, int | None]:
    """Split what the command line names: "README.md", "README.md:12", or "README.md:12:5" of a diagnostic.

    Raises:
        UsageError: what stands behind the colon is not the number of a line.
    """
    parts = re.fullmatch(r"(.+?):([^:\\/]*)(?::\d+)?", written)  # C:\schedule.md is a file, too
    if parts is None:
        return written, None
    file, line = parts.groups()
    if re.fullmatch(r"0*[1-9]\d{0,8}", line) is None:
        raise UsageError(f"“{line}” is not the number of a line", f"lines count from 1: {file}:12")
    return file, int(line)


# ── one line ─────────────────────────────────────────────────────────────────────────────────────


def explain_line(understood: Understood, number: int, shown: Shown) -> Iterator[str]:
    """Tell, line by line of output, which sessions a line of the source belongs to and how they were read.

    `number` counts from 1; a line of no session gets the nearest ones instead.  The diagnostics of all
    lines that were told of come last.
    """
    place = f"{shown(understood.source.path)}:{number}"
    mine, nearest = _around(understood.accounts, number)
    for account in mine:
        record = account.day.record
        series = f"{record.series}; layout: {record.layout}"
        yield f"{place} belongs to the session of {account.day.date} ({series})"
        yield from _aligned(_facts(account))
    if not mine:
        yield f"{place} belongs to no session"
        yield from _aligned(nearest)
    told = {number}.union(*map(_lines, mine))
    everything = not understood.accounts
    found = (d for d in understood.diagnostics if everything or d.position.line in told)
    yield from _complaints(found, shown)


def _around(accounts: Sequence[Account], number: int) -> tuple[list[Account], list[Fact]]:
    """Give the sessions that a line belongs to, and the nearest above and below it.

    A line belongs to a session whose pieces are the nearest on both sides of it.
    """
    places = [(account, _lines(account)) for account in accounts]
    last = max((line for _, lines in places for line in lines if line <= number), default=0)
    first = min((line for _, lines in places for line in lines if line >= number), default=0)
    above = [("above", _headline(account)) for account, lines in places if last in lines]
    below = [("below", _headline(account)) for account, lines in places if first in lines]
    return [a for a, lines in places if {first, last} <= lines], [*above[-1:], *below[:1]]


def _lines(account: Account) -> set[int]:
    """Give the lines of the source on which something of a session stands."""
    record = account.day.record
    cells = (record.date, *(piece.cell for piece in record.fields))
    return {line for cell in cells for line in _extent(cell)}


def _extent(cell: Cell) -> range:
    first = cell.position.line
    breaks = 0 if cell.spans else cell.text.count("\n")
    last = max((first + breaks, *(span.position.line for span in cell.spans)))
    return range(first, last + 1)


def _headline(account: Account) -> str:
    line = account.day.record.date.position.line
    return f"line {line}, the session of {account.day.date}"


# ── the facts of a session ───────────────────────────────────────────────────────────────────────


def _facts(account: Account) -> Iterator[Fact]:
    session = account.session
    topic = _topic(account)
    yield "date", _date(account.day)
    yield "semester", session.semester.title
    yield "status", _status(account)
    yield "title", f"“{session.title}”{_origin(topic)}" if session.title else "none"
    yield "people", _people(account)
    yield "time", _time(account)
    if session.venue:
        name = session.venue.name
        yield "venue", name + _origin(_telling(account, Part.VENUE, name) or topic)
    if session.location:
        line = _telling(account, Part.PLACE, session.location)
        yield "place", f"“{session.location}”{_origin(line) or f', {_EVERY_MEETING}'}"
    if session.online:
        yield "online", session.online
    if session.paper_url and session.paper_url not in {link.url for link in session.links}:
        yield "paper", session.paper_url + _origin(topic)
    for link in session.links:
        yield "link" if link.kind == "other" else link.kind, link.written + _origin(_linking(account, link))
    yield from (("left out", _unread(line)) for line in account.lines if _is_left_out(line, topic))


def _topic(account: Account) -> Line | None:
    """Find the line that gave the title: a topic's, or a remark such as “No meeting: holiday”."""
    lines = [line for line in account.lines if line.part in (Part.TOPIC, Part.STATE)]
    title = account.session.title or ""
    likely = sorted(lines, key=lambda line: (title not in line.text, line.part is Part.STATE, line.rank))
    return next(iter(likely), None) if title else None


def _telling(account: Account, part: Part, value: str) -> Line | None:
    return next((line for line in account.lines if line.part is part and value in line.text), None)


def _linking(account: Account, link: Link) -> Line | None:
    return next((x for x in account.lines if any(s.url == link.written for s in x.cell.links())), None)


def _date(day: Day) -> str:
    found = _written(day)
    text = day.record.date.text
    written = _short(text[found.start : found.end] if found else text)
    order = f", read {_order(found)}" if found and found.order else ""
    year = day.year_from or "the rows beside it"
    return f"{day.date:%Y-%m-%d, %A}, from “{written}”{order}; the year: {year}"


def _written(day: Day) -> WrittenDate | None:
    """Find the written date that was taken; where its month was corrected, the first of the cell."""
    record = day.record
    orders = (None, *Order)
    found = [date for order in orders for date in dates(record.date.text, order, alone=record.alone)]
    meant = (date for date in found if (date.month, date.day) == (day.date.month, day.date.day))
    return next(meant, next(iter(found), None))


def _status(account: Account) -> str:
    session = account.session
    status = session.status
    stated = (line for line in account.lines if line.part is Part.STATE and state(line.text) is status)
    if line := next(stated, None):
        return f"{status}: “{_short(line.text)}”{_origin(line)}"
    if status in (Status.CANCELLED, Status.NO_MEETING):
        return f"{status}: struck through"
    lacking = [name for name, has in (("title", session.title), ("people", session.presenters)) if not has]
    return status if status is Status.CONFIRMED else f"{status}: no {' and no '.join(lacking)} yet"


def _people(account: Account) -> str:
    people = account.session.presenters
    origins = dict.fromkeys(_origin(line) for line in account.lines if line.part is Part.PEOPLE)
    return ", ".join(map(_person, people)) + ";".join(origins) if people else "nobody"


def _person(person: Person) -> str:
    nickname = f"“{person.nickname}”" if person.nickname else None
    return f"{person.name} ({', '.join(filter(None, (person.role, nickname, person.affiliation)))})"


def _time(account: Account) -> str:
    session = account.session
    if session.start is None:
        return "all day: none is stated"
    line = next((line for line in account.lines if line.part is Part.TIME and times(line.text)), None)
    written = account.day.time or (times(line.text) if line else None)
    clock = f"{_clock(session)} {session.timezone}"
    if written is None:
        return f"{clock}, {_EVERY_MEETING}"
    end = f"; the end {_EVERY_MEETING}" if session.end and not written.end else ""
    return f"{clock}{', from beside the date' if account.day.time else _origin(line)}{end}"


def _clock(session: Session) -> str:
    return "–".join(f"{moment:%H:%M}" for moment in (session.start, session.end) if moment)


def _is_left_out(line: Line, topic: Line | None) -> bool:
    is_unread = line.part in _LEFT_OUT or line.part is Part.TOPIC
    return is_unread and line is not topic and bool(line.text.strip())


def _unread(line: Line) -> str:
    return f"“{_short(line.text)}”, {_LEFT_OUT.get(line.part, 'a further topic')}{_origin(line)}"


def _origin(line: Line | None) -> str:
    """Tell where a line stands and what told its part, to be put behind what came of it."""
    if line is None:
        return ""
    where = line.place if _is_placed(line) else f"line {line.cell.position.line}"
    return f", from {where}{f': {line.why}' if line.why else ''}"


def _is_placed(line: Line) -> bool:
    """Tell what stands in a column or under a key from a line of its own and from what is beside a date."""
    return line.place not in ("", HEAD)


# ── a whole file ─────────────────────────────────────────────────────────────────────────────────


def explain_file(understood: Understood, shown: Shown) -> Iterator[str]:
    """Tell, line by line of output, how a source was read: its layouts, columns, years, what was left out.

    All its diagnostics come last.
    """
    accounts = understood.accounts
    series: dict[Fact, list[Account]] = {}
    for account in accounts:
        series.setdefault((account.day.record.series, account.day.record.layout), []).append(account)
    yield f"{shown(understood.source.path)}: {_sessions(len(accounts))}"
    yield from _aligned(_overall(accounts) if accounts else ())
    for (name, layout), found in series.items():
        yield f"{name} (layout: {layout}): {_sessions(len(found))}"
        yield from _aligned(_roles(found))
    yield from _complaints(understood.diagnostics, shown)


def _overall(accounts: Sequence[Account]) -> Iterator[Fact]:
    days = sorted(account.day.date for account in accounts)
    yield "dates", f"{days[0]} to {days[-1]}"
    yield "year", _counted(account.day.year_from or "the rows beside it" for account in accounts)
    orders = [date for account in accounts if (date := _written(account.day)) and date.order]
    if orders:
        yield "numbers", _counted(map(_order, orders))
    yield "semester", _counted(account.session.semester.title for account in accounts)
    yield "status", _counted(account.session.status for account in accounts)
    loose = (line for account in accounts for line in account.lines if not _is_placed(line))
    if unread := sorted({line.cell.position.line for line in loose if line.part in _LEFT_OUT}):
        yield "left out", f"something in line {', '.join(map(str, unread))}"


def _roles(accounts: Iterable[Account]) -> Iterator[Fact]:
    """Tell what each column or key, and each line outside of any, was read as."""
    lines = [line for account in accounts for line in account.lines]
    roles = Counter((line.place if _is_placed(line) else "a line", line.part, line.why) for line in lines)
    for place, part, why in sorted(roles, key=_by_number):
        if part not in (Part.EMPTY, Part.STATE):  # of single cells, not of what they stand in
            role = _READ.get(part) or f"left out, {_LEFT_OUT[part]}"
            yield place, f"{role}{f': {why}' if why else ''} ({roles[place, part, why]})"


def _by_number(role: tuple[str, Part, str]) -> tuple[int, str]:
    """Put column 2 before column 10, and what is no column behind them in the order of the source."""
    place = role[0]
    return (len(place), place) if place.startswith("column") else (len(place) + 99, "")


# ── words ────────────────────────────────────────────────────────────────────────────────────────


def _aligned(facts: Iterable[Fact]) -> Iterator[str]:
    rows = list(facts)
    width = max((len(name) for name, _ in rows), default=0)
    return (f"  {name:<{width}}  {told}" for name, told in rows)


def _complaints(diagnostics: Iterable[Diagnostic], shown: Shown) -> Iterator[str]:
    return (diagnostic_line(diagnostic, shown) for diagnostic in diagnostics)


def _counted(values: Iterable[str]) -> str:
    return ", ".join(f"{value} ({count})" for value, count in Counter(values).items())


def _order(written: WrittenDate) -> str:
    return written.order.name.lower().replace("_", " ") if written.order else ""


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _sessions(count: int) -> str:
    return f"{count} session{'' if count == 1 else 's'}"
