"""The nouns, all frozen: read this file and you know the program.

    text ─documents─▶ Document ─layouts─▶ Record ─sessions─▶ Session ─ledger─▶ Entry
    bytes ◀─formats─ Feed ◀─feeds─ Event ◀─events─ Entry

Left of the ledger the words are the organiser's (semester, title, presenter); right of it they are
RFC 5545 property names in lower case (summary, dtstart).  No noun refers to what made it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal

from calfeed.diagnostics import Position

# ── Document: the source, parsed but not understood ─────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text with one look; `url` is the link's target as written in the source."""

    text: str
    position: Position
    url: str | None = None
    emphasised: bool = False
    struck: bool = False

    def part(self, start: int, end: int) -> "Span":
        """Give the characters from `start` to `end`, both cut to what there is."""
        start, end = max(start, 0), max(end, 0)
        at = self.position
        where = Position(at.path, at.line, at.column + start) if start else at
        return Span(self.text[start:end], where, self.url, self.emphasised, self.struck)

    @property
    def is_mail(self) -> bool:
        """Tell a link that writes to somebody, which is never a paper or a slide."""
        return (self.url or "").startswith("mailto:")


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of source text as a person reads it (no markup), and where it stands.

    The texts of `spans`, joined, are `text`; a cell without markup may have none.
    """

    text: str
    position: Position
    spans: tuple[Span, ...] = field(default=(), hash=False)

    def links(self) -> Iterator[Span]:
        """Give the spans that are links, in order."""
        return (span for span in self.spans if span.url is not None)

    def standing(self) -> "Cell":
        """Give what is not struck through: what stands for it now; the whole where all of it is struck."""
        kept = tuple(span for span in self.spans if not span.struck)
        if len(kept) == len(self.spans) or not "".join(span.text for span in kept).strip():
            return self
        return _cell(kept)

    def without(self, start: int, end: int) -> "Cell":
        """Cut the characters from `start` to `end` out of the text; what stays keeps its place and look."""
        kept: list[Span] = []
        at = 0
        for span in self.spans or (Span(self.text, self.position),):
            stop = at + len(span.text)
            kept += (span.part(0, start - at), span.part(end - at, len(span.text)))
            at = stop
        kept = [span for span in kept if span.text]
        return _cell(kept) if kept else Cell("", self.position)

    def lines(self) -> Iterator["Cell"]:
        """Cut at the line breaks of the source."""
        last: list[Span] = []
        for span in self.spans:
            if span.text != "\n":
                last.append(span)
            elif last:
                yield _cell(last)
                last = []
        if last:
            yield _cell(last)


def _cell(spans: Iterable[Span]) -> Cell:
    """Make a cell of some spans of another, at least one."""
    kept = tuple(spans)
    start = next((span for span in kept if span.text.strip()), kept[0])
    return Cell("".join(span.text for span in kept), start.position, kept)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the highest."""

    level: int
    cell: Cell


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph outside any list."""

    cell: Cell


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a bulleted or numbered list; depth 1 is the outermost list."""

    depth: int
    cell: Cell


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the cells of its head (none where it has no head) and of its rows, as many as are written."""

    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value of YAML: the text as written (in the cell) and the value YAML makes of it."""

    cell: Cell
    value: str | int | float | bool | date | None


@dataclass(frozen=True, slots=True)
class Sequence:
    """A YAML list."""

    position: Position
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """A YAML mapping, in the order it is written; a key given twice is there twice."""

    position: Position
    pairs: tuple[tuple[Cell, "Node"], ...]


Node = Scalar | Sequence | Mapping
Block = Heading | Paragraph | Item | Table


@dataclass(frozen=True, slots=True)
class Document:
    """A source after its syntax is read: blocks in order, and its data (front matter, or a whole
    YAML file) where it has any; `ids` stood in comments, which no block has.
    """

    path: str
    blocks: tuple[Block, ...] = ()
    data: Node | None = None
    ids: tuple[Cell, ...] = ()


# ── Record: what belongs to one dated entry, still as located text ───────────────────────────────


@dataclass(frozen=True, slots=True)
class Field:
    """A piece of a record: a line, a cell of a table, a value of a mapping.

    `label` is what the source calls it (the head of the column, the key), if anything; pieces that
    stand in the same place of every record, such as one column, share a `place`.
    """

    cell: Cell
    label: Cell | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One dated entry of a schedule: its date as written, the pieces that belong to it, and the
    headings it stands under (outermost first).

    `alone` tells that the date's cell is only a date (a column of dates), `layout` which layout found
    the record, `series` which records were written as one: a table, a list, a section's headings.
    """

    date: Cell
    fields: tuple[Field, ...] = field(default=(), hash=False)
    section: tuple[Cell, ...] = field(default=(), hash=False)
    layout: str = field(default="", hash=False)
    series: str = field(default="", hash=False)
    alone: bool = field(default=False, hash=False)


# ── Session: understood, in the organiser's words ────────────────────────────────────────────────


class Status(StrEnum):
    """What the schedule says of a session; `placeholder` is a dated slot with nothing in it."""

    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"
    PLACEHOLDER = "placeholder"
    NO_MEETING = "no-meeting"


class Role(StrEnum):
    """In a 1+N group the first named presents, the others assist and answer questions."""

    PRESENTER = "presenter"
    ASSISTANT = "assistant"


LinkKind = Literal["slides", "video", "summary", "paper", "code", "other"]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named in a session; `slug` is the same in every semester and spelling."""

    name: str
    slug: str
    role: Role = Role.PRESENTER
    affiliation: str | None = None
    nickname: str | None = None


@dataclass(frozen=True, slots=True)
class Venue:
    """Where a paper was published: name "OSDI'24", series "OSDI", year 2024."""

    name: str
    series: str
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a session: `written` as in the source, `url` absolute where a base is known."""

    kind: LinkKind
    label: str
    url: str
    written: str


@dataclass(frozen=True, slots=True)
class Semester:
    """A term of the group as the schedule calls it: slug "2024-fall", title "2024 Fall"."""

    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class Session:
    """One dated entry of the schedule, understood.

    `start` and `end` are wall-clock times in `timezone` (naive; `end` may fall on the next day);
    both are None for a session that lasts all day.  `id` is the organiser's own word for which session
    this is, where one is written: it outranks everything else by which sessions are told apart.
    """

    semester: Semester = field(hash=False)
    date: date
    source: Position
    status: Status = field(default=Status.CONFIRMED, hash=False)
    title: str | None = None
    start: datetime | None = field(default=None, hash=False)
    end: datetime | None = field(default=None, hash=False)
    timezone: str = field(default="UTC", hash=False)
    venue: Venue | None = field(default=None, hash=False)
    location: str | None = field(default=None, hash=False)
    online: str | None = field(default=None, hash=False)
    presenters: tuple[Person, ...] = field(default=(), hash=False)
    paper_url: str | None = field(default=None, hash=False)
    links: tuple[Link, ...] = field(default=(), hash=False)
    highlighted: bool = field(default=False, hash=False)
    id: str | None = field(default=None, hash=False)

    @property
    def materials(self) -> frozenset[LinkKind]:
        """Give the kinds of material that it links to, its paper included."""
        kinds: set[LinkKind] = {link.kind for link in self.links}
        return frozenset(kinds | {"paper"} if self.paper_url else kinds)


# ── Entry: remembered ────────────────────────────────────────────────────────────────────────────


class State(StrEnum):
    """What subscribers are told of an entry; `silent` is none of their business (a placeholder)."""

    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Inside:
    """What only members see of a session: how often it changed, when last (UTC), and its digest."""

    changes: int = 0
    last_modified: datetime | None = None
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A session's identity and the session as last seen.

    `sequence` counts visible changes; `created` and `last_modified` are UTC instants in whole
    seconds; `fingerprint` is the digest of all that subscribers see of it but the stamps (R41).  Members
    see what is `inside` as well: their revisions count both.
    """

    uid: str
    sequence: int
    created: datetime
    last_modified: datetime
    state: State
    session: Session
    fingerprint: str = ""
    inside: Inside = Inside()


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the ledger keeps of a published path (R72): digest of the bytes, when they last changed,
    and the feed's name and events, so that the path of a feed that was renamed finds its heir.
    """

    path: str
    digest: str
    last_modified: datetime
    name: str = ""
    uids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Token:
    """The key of one member, or of a group's room display, to the members' feeds: its SHA-256, never itself.

    `created` and `revoked` are UTC instants; one that is `revoked` stays known, as gone.
    """

    name: str
    digest: str
    created: datetime
    revoked: datetime | None = None


class ChangeKind(StrEnum):
    """What became of a session in the eyes of a subscriber; `restored` is held after all."""

    NEW = "new"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    RESTORED = "restored"


Aspect = Literal["date", "time", "title", "presenters", "venue", "location", "paper", "materials", "status"]


@dataclass(frozen=True, slots=True)
class Facet:
    """One aspect of a session that changed, as plain text: dates in ISO form, times "14:00–15:30",
    names and materials with commas between; None where there was, or is, nothing.
    """

    aspect: Aspect
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """One visible change of one session, which `uid` and `sequence` name.

    `time` is the UTC instant of the change, `author` who made it where that is known.  `date`, `title`
    and `semester` (a slug) are those after the change, and so is `names`, who presents; `presenters` are
    the slugs of all who are or were concerned: their feeds tell of it.
    """

    uid: str
    sequence: int
    time: datetime
    kind: ChangeKind
    date: date
    title: str
    semester: str
    presenters: tuple[str, ...] = ()
    facets: tuple[Facet, ...] = ()
    names: str = ""
    author: str | None = None


# ── Event and Feed: RFC 5545's words ─────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Event:
    """A VEVENT before it is written: RFC 5545 property names in lower case.

    `dtstart` and `dtend` are dates (all day, `dtend` exclusive), naive wall-clock datetimes with
    `tzid`, or aware UTC datetimes without (R50).  `session` is what feeds choose by; `alarms` are how
    long before the start those are reminded who asked for it (R30).
    """

    uid: str
    sequence: int
    dtstamp: datetime
    created: datetime
    last_modified: datetime
    dtstart: date | datetime
    dtend: date | datetime
    tzid: str | None
    summary: str
    description: str
    status: Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]
    location: str | None
    url: str | None
    categories: tuple[str, ...]
    session: Session = field(compare=False)
    alarms: tuple[timedelta, ...] = ()


Cancelled = Literal["both", "status", "title", "hide"]
"""How feeds tell that a session is cancelled: STATUS, a word before its title, both, or by its absence."""


Kept = tuple[Literal["online", "location"], ...]
"""What of its sessions a group keeps to its members."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """What all feeds of a group share.  `site` is the public address of the published calendar with
    a final slash, None where it is unknown; `timezone` an IANA name; `language` a BCP 47 tag;
    `cancelled` how a session that does not take place is told (R42); `members` what only they are told.
    """

    name: str
    slug: str
    timezone: str = "UTC"
    description: str = ""
    language: str = "en"
    site: str | None = None
    cancelled: Cancelled = "both"
    members: Kept = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A set of events with a name and a path without extension ("presenter/mingxuan-liu").

    `aliases` are further paths that answer with the same bytes (a renamed person's old ones);
    `changes` are the latest of its sessions, newest first.
    """

    calendar: Calendar
    path: str
    name: str
    description: str
    events: tuple[Event, ...]
    aliases: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
