"""What became of sessions between two readings, as subscribers see it, in words that a person would use.

entries before and after ──compare──▶ Changes ──describe──▶ a sentence each
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from uuid import NAMESPACE_OID, uuid5

from calfeed.model import Aspect, Change, ChangeKind, Entry, Facet, Link, Person, Role, Session, State
from calfeed.plain import cut, line
from calfeed.values import web_address

MOST_TOLD = 100
"""So many changes a feed tells of."""

_PROMISED = (State.CONFIRMED, State.TENTATIVE)
_ASSISTS = " (assistant)"
_LONGEST_NAME = 255  # octets of a title or a place, as in events
_LONGEST_LIST = 1000  # octets of a list of names

# ── Entries to changes ───────────────────────────────────────────────────────────────────────────


def compare(before: Iterable[Entry], after: Iterable[Entry], author: str | None) -> tuple[Change, ...]:
    """Give one change for each session that a subscriber sees differently, in order of time.

    `author` is who made all of them, where that is known.  What changed only in our own wording, or in
    a session that was and stays cancelled, is no news and not in it.
    """
    known = {entry.uid: entry for entry in before}
    signed = cut(line(author), _LONGEST_NAME) or None
    changes = (_change(known.get(entry.uid), entry, signed) for entry in after)
    return tuple(sorted((change for change in changes if change), key=_order))


def newest(changes: Iterable[Change]) -> list[Change]:
    """Put changes in the order in which feeds and logs tell of them."""
    return sorted(changes, key=_order, reverse=True)


def identifier(change: Change) -> str:
    """Name a change for good, as an IRI: the same in every feed that tells of it."""
    return uuid5(NAMESPACE_OID, f"{change.uid}#{change.sequence}").urn


def _order(change: Change) -> tuple[datetime, date, str, int]:
    return change.time, change.date, change.uid, change.sequence


def _change(before: Entry | None, after: Entry, author: str | None) -> Change | None:
    if before is not None and before.sequence == after.sequence:
        return None
    told = before if before and before.state is not State.SILENT else None
    kind = _kind(told.state if told else State.SILENT, after.state)
    facets = tuple(_facets(told, after))
    if kind is None or (kind is ChangeKind.CHANGED and not facets):
        return None
    people = (*after.session.presenters, *(told.session.presenters if told else ()))
    return Change(
        uid=after.uid,
        sequence=after.sequence,
        time=after.last_modified,
        kind=kind,
        date=after.session.date,
        title=_short(after.session.title) or "",
        semester=after.session.semester.slug,
        presenters=tuple(dict.fromkeys(person.slug for person in people)),
        facets=facets,
        names=_and([line(each.name) for each in after.session.presenters if each.role is Role.PRESENTER]),
        author=author,
    )


def _kind(before: State, after: State) -> ChangeKind | None:
    if after in _PROMISED:
        if before is State.SILENT:
            return ChangeKind.NEW
        return ChangeKind.CHANGED if before in _PROMISED else ChangeKind.RESTORED
    return ChangeKind.CANCELLED if after is State.CANCELLED and before is not State.CANCELLED else None


def _facets(before: Entry | None, after: Entry) -> Iterator[Facet]:
    """Compare aspect by aspect; of a new session each aspect was nothing before."""
    zoned = before is not None and before.session.timezone != after.session.timezone
    then = _aspects(before, zoned=zoned) if before else {}
    for aspect, (text, key) in _aspects(after, zoned=zoned).items():
        text_before, key_before = then.get(aspect, (None, None))
        if key != key_before and (text or text_before):
            yield Facet(aspect, text_before, text)


_Said = tuple[str | None, object]
"""What is said of an aspect, and what must differ for it to be said anew."""


def _aspects(entry: Entry, *, zoned: bool) -> dict[Aspect, _Said]:
    session = entry.session
    return {
        "date": _said(session.date.isoformat()),
        "time": _said(_time(session, zoned=zoned)),
        "title": _said(_short(session.title)),
        "presenters": _listed(map(_person, session.presenters)),
        "venue": _said(_short(session.venue.name) if session.venue else None),
        "location": _said(_location(session)),
        "paper": _said(web_address(session.paper_url)),
        "materials": _materials(session),
        "status": _said(str(entry.state)),
    }


def _said(text: str | None) -> _Said:
    return text, text


def _short(text: str | None) -> str | None:
    return cut(line(text), _LONGEST_NAME) or None


def _time(session: Session, *, zoned: bool) -> str | None:
    if session.start is None:
        return None
    until = ""
    if session.end is not None:
        days = (session.end - session.start).days
        until = f"–{session.end:%H:%M}{f' (+{days} d)' if days > 0 else ''}"
    return f"{session.start:%H:%M}{until}{f' {session.timezone}' if zoned else ''}"


def _location(session: Session) -> str | None:
    return ", ".join(filter(None, (_short(session.location), web_address(session.online)))) or None


def _person(person: Person) -> str:
    return f"{person.name}{_ASSISTS if person.role is Role.ASSISTANT else ''}"


def _materials(session: Session) -> _Said:
    """Name what is linked; compared as written, for an address that moved with the whole site is no news."""
    links = [link for link in session.links if link.url != session.paper_url]
    text, _ = _listed(_label(link) if link.kind == "other" else link.kind for link in links)
    return text, frozenset((link.kind, link.written) for link in links)


def _label(link: Link) -> str:
    label = line(link.label)
    return "link" if not label or web_address(label) else cut(label, 60)


def _listed(names: Iterable[str]) -> _Said:
    """Join names by commas, so that none may have one itself; their order makes no difference."""
    plain = dict.fromkeys(filter(None, (line(name.replace(",", " ")) for name in names)))
    text = cut(", ".join(plain), _LONGEST_LIST) or None
    return text, frozenset(_names(text))


def tags(change: Change) -> tuple[str, ...]:
    """Give words to sort changes by: the kind, and of a changed session what of it is another."""
    aspects = [facet.aspect for facet in change.facets] if change.kind is ChangeKind.CHANGED else []
    return (str(change.kind), *aspects)


def details(change: Change) -> str:
    """Give the facts of a change, a line for each: “date: 2024-09-03 → 2024-09-05”, “title: Hash tables”."""
    return "\n".join(
        line(f"{facet.aspect}: {f'{facet.before} → ' if facet.before else ''}{facet.after or 'none'}")
        for facet in change.facets
    )


# ── Changes to sentences ─────────────────────────────────────────────────────────────────────────

_Facets = dict[Aspect, Facet]
_Clause = Callable[[str], str]
"""Says one thing of a session, which it is given a word for: a name, or “it”."""

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONGEST_TITLE = 150  # octets of a title in a sentence
_LONGEST_SENTENCE = 600  # octets


@lru_cache(maxsize=2**14)
def describe(change: Change) -> str:
    """Say in one English sentence, without a full stop, what a change is to a subscriber."""
    facets = {facet.aspect: facet for facet in change.facets}
    sentence = line(_SENTENCES[change.kind](change, facets))
    return cut(f"{sentence[:1].upper()}{sentence[1:]}", _LONGEST_SENTENCE)


def _new(change: Change, facets: _Facets) -> str:
    names = _and(_names(facets["presenters"].after)) if "presenters" in facets else ""
    by = f" by {names}" if names else ""
    what = f"{_quoted(change.title)}{by}" if change.title else f"a session{by}, its topic still open"
    return f"new on {_day(change.date, change)}: {what}"


def _cancelled(change: Change, facets: _Facets) -> str:
    day = _day_before(facets) or change.date
    title = (facets["title"].before if "title" in facets else None) or change.title
    return f"{_quoted(title) if title else 'the session'} on {_day(day, change)} is cancelled"


def _restored(change: Change, facets: _Facets) -> str:
    name, day = _quoted(change.title) if change.title else "the session", _day(change.date, change)
    if before := _day_before(facets):
        return f"{name} takes place after all, on {day} instead of {_day(before, change)}"
    return f"{name} on {day} takes place after all"


def _changed(change: Change, facets: _Facets) -> str:
    """Put the clauses together: the first names the session, the others say “it”."""
    first, *others = _clauses(change, facets)
    told = first(_subject(change, facets))
    if "title" in facets and "date" not in facets:  # a topic alone does not tell which session it is of
        told = f"{_day(change.date, change)}: {told}"
    return _sequence([told, *(clause("it") for clause in others)])


def _subject(change: Change, facets: _Facets) -> str:
    """Name a session as it was known, with its date where no clause says that."""
    title = facets["title"].before if "title" in facets else change.title
    named = "presenters" not in facets and change.names
    session = f"the session of {change.names}" if named else "the session"
    if "date" in facets:
        return _quoted(title) if title else session
    day = _day(change.date, change)
    return f"{_quoted(title)} ({day.partition(' ')[2]})" if title else f"{session} on {day}"


_SENTENCES: dict[ChangeKind, Callable[[Change, _Facets], str]] = {
    ChangeKind.NEW: _new,
    ChangeKind.CHANGED: _changed,
    ChangeKind.CANCELLED: _cancelled,
    ChangeKind.RESTORED: _restored,
}


def _clauses(change: Change, facets: _Facets) -> list[_Clause]:
    """Give what there is to say, first what matters most; what follows from it is left out."""
    if "title" in facets:  # another topic has another paper
        facets = {aspect: facet for aspect, facet in facets.items() if aspect not in ("venue", "paper")}
    if len(facets) > 1:  # a session is tentative because something else is open
        facets = {aspect: facet for aspect, facet in facets.items() if aspect != "status"}
    told = [(say, facets[aspect]) for aspect, say in _SAYINGS.items() if aspect in facets]
    return [clause for say, facet in told for clause in say(facet, change)]


def _say_date(facet: Facet, change: Change) -> Iterator[_Clause]:
    before = date.fromisoformat(facet.before or "")
    one_year = before.year == change.date.year
    old = _short_day(before) if one_year else _long_day(before)
    new = _day(change.date, change) if one_year else _long_day(change.date)
    yield lambda it: f"{it} moved from {old} to {new}"


def _say_title(facet: Facet, _change: Change) -> Iterator[_Clause]:
    if facet.after is None:
        yield lambda _it: f"the topic is open again, no longer {_quoted(facet.before or '')}"
    elif facet.before is None:
        yield lambda _it: f"the topic is now {_quoted(facet.after or '')}"
    else:
        yield lambda _it: f"the topic is now {_quoted(facet.after or '')}, not {_quoted(facet.before or '')}"


def _say_time(facet: Facet, _change: Change) -> Iterator[_Clause]:
    before, after = facet.before, facet.after
    if before is None or after is None:
        yield lambda it: f"{it} now {f'starts at {after[:5]}' if after else 'lasts all day'}"
    elif " " in before + after:
        yield lambda it: f"{it} is now at {after}, not {before}"
    elif before[:5] != after[:5]:
        yield lambda it: f"{it} now starts at {after[:5]}, not {before[:5]}"
    elif "–" in before and "–" in after:
        yield lambda it: f"{it} now ends at {after[6:]}, not {before[6:]}"
    else:
        yield lambda it: f"{it} is now at {after}, not {before}"


def _say_presenters(facet: Facet, _change: Change) -> Iterator[_Clause]:
    before, after = _names(facet.before), _names(facet.after)
    helping = [name for name in before if f"{name}{_ASSISTS}" in after]
    leading = [name for name in after if f"{name}{_ASSISTS}" in before]
    if helping:
        yield lambda it: f"{_and(helping)} now {_verb(helping, 'assist')} in {it}"
    if leading:
        yield lambda it: f"{_and(leading)} now {_verb(leading, 'present')} {it}"
    known = {*helping, *leading}
    come = [name for name in after if name not in before and name.removesuffix(_ASSISTS) not in known]
    gone = [name for name in before if name not in after and name.removesuffix(_ASSISTS) not in known]
    if come and gone and len(gone) == len(before):
        yield lambda it: f"{it} is presented by {_and(_bare(come))} instead of {_and(_bare(gone))}"
    elif come and gone:
        yield lambda it: f"{_and(_bare(come))} {_verb(come, 'replace')} {_and(_bare(gone))} in {it}"
    elif come:
        yield lambda it: f"{_and(_bare(come))} {_verb(come, 'join' if before else 'present')} {it}"
    elif gone:
        yield lambda it: f"{_and(_bare(gone))} {_verb(gone, 'leave')} {it}"


def _bare(people: Iterable[str]) -> list[str]:
    return [person.removesuffix(_ASSISTS) for person in people]


def _say_location(facet: Facet, _change: Change) -> Iterator[_Clause]:
    instead = f", not {facet.before}" if facet.before else ""
    yield lambda it: f"the place for {it} is now {facet.after or 'open'}{instead}"


def _say_venue(facet: Facet, _change: Change) -> Iterator[_Clause]:
    instead = f", not {facet.before}" if facet.before else ""
    said = f"from {facet.after}" if facet.after else "from no venue that is named"
    yield lambda it: f"the paper for {it} is {said}{instead}"


def _say_paper(facet: Facet, _change: Change) -> Iterator[_Clause]:
    said = "has a new address" if facet.before and facet.after else "is there" if facet.after else "is gone"
    yield lambda it: f"the paper for {it} {said}"


def _say_materials(facet: Facet, _change: Change) -> Iterator[_Clause]:
    before, after = _names(facet.before), _names(facet.after)
    come = [name for name in after if name not in before]
    gone = [name for name in before if name not in after]
    if come or not gone:
        new = come or after
        yield lambda it: f"{_and(new)} for {it} {_be(new)} {'there' if come else 'updated'}"
    if gone:
        yield lambda it: f"{_and(gone)} for {it} {_be(gone)} gone"


def _say_status(facet: Facet, _change: Change) -> Iterator[_Clause]:
    yield lambda it: f"{it} is {facet.after} now"


_SAYINGS: dict[Aspect, Callable[[Facet, Change], Iterator[_Clause]]] = {
    "date": _say_date,
    "title": _say_title,
    "time": _say_time,
    "presenters": _say_presenters,
    "location": _say_location,
    "venue": _say_venue,
    "paper": _say_paper,
    "materials": _say_materials,
    "status": _say_status,
}

# ── Words ────────────────────────────────────────────────────────────────────────────────────────


def _day_before(facets: _Facets) -> date | None:
    return date.fromisoformat(facets["date"].before) if "date" in facets and facets["date"].before else None


def _day(day: date, change: Change) -> str:
    """Write a date, with its year where that is not the year in which the change was made."""
    return _short_day(day) if day.year == change.time.year else _long_day(day)


def _long_day(day: date) -> str:
    return f"{_short_day(day)} {day.year}"


def _short_day(day: date) -> str:
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def _quoted(title: str) -> str:
    return f"‘{cut(title, _LONGEST_TITLE)}’"


def _names(text: str | None) -> list[str]:
    return text.split(", ") if text else []


def _and(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _sequence(clauses: Sequence[str]) -> str:
    if len(clauses) < 3:
        return ", and ".join(clauses)
    return f"{'; '.join(clauses[:-1])}; and {clauses[-1]}"


def _verb(subjects: Sequence[str], verb: str) -> str:
    return f"{verb}s" if len(subjects) == 1 else verb


def _be(things: Sequence[str]) -> str:
    return "is" if len(things) == 1 and not things[0].endswith("s") else "are"
