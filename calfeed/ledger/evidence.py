"""What two sessions have in common, and which of it makes them one: rules of evidence.  Pure.

A wrong pair is worse than a lost one: it moves a subscriber's notes to another talk.  So two sessions
are one only where they agree in date, title or presenters, and where they agree in just one of these,
only by a rule of `WEAK`.  To refine the matching is to edit the tables `STRONG` and `WEAK`.
"""

import re
import unicodedata
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import SequenceMatcher
from functools import lru_cache
from operator import attrgetter

from calfeed.diagnostics import Position
from calfeed.model import Entry, Session, State, Status

PROMISED = (State.CONFIRMED, State.TENTATIVE)

_MEETING = (Status.CONFIRMED, Status.TENTATIVE)
_IDLE = (Status.PLACEHOLDER, Status.NO_MEETING)
_ALIKE = 0.85  # of two titles' letters or words

Key = Callable[["Look"], Hashable]
_Order = tuple[date, str, list[str], str, str, Position]

_by = attrgetter
_identity = _by("date", "title", "people")


@dataclass(frozen=True, slots=True)
class Words:
    """What a session is called: case and punctuation do not count, missing is empty.

    `people` are the words of all names, so that “Li, Lei” is “Lei Li”; `names` keeps them apart.
    """

    title: str
    people: frozenset[str]
    names: frozenset[frozenset[str]]


NOTHING = Words("", frozenset(), frozenset())


@lru_cache(maxsize=2**14)
def _words_of(title: str | None, names: tuple[str, ...]) -> Words:
    people = frozenset(frozenset(_plain(name).split()) for name in names) - {frozenset()}
    return Words(_plain(title or ""), frozenset().union(*people), people)


def words(session: Session) -> Words:
    """Give what a session is called; asked of every row of every version of a history."""
    return _words_of(session.title, tuple([person.name for person in session.presenters]))


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", unicodedata.normalize("NFKC", text)).strip().casefold()


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A session as the matching sees it; `date` is the day where it is expected now.

    `idle` is a slot without a meeting, `past` began before today, `promised` is what subscribers expect
    to happen, `gone` what was cancelled because its row was lost.  `order` puts content before place,
    so that moving rows about changes nothing.
    """

    session: Session
    uid: str
    order: _Order
    date: date
    title: str
    people: frozenset[str]
    names: frozenset[frozenset[str]]
    idle: bool
    past: bool
    promised: bool
    gone: bool


def look(session: Session, today: date, entry: Entry | None = None, moved: timedelta = timedelta()) -> Look:
    """Look at a session read now, or at that of an entry, which all around it has `moved`."""
    said, day = words(session), session.date + moved
    names, links = [person.name for person in session.presenters], [link.url for link in session.links]
    written = session.start, session.end, session.status, session.title, names, session.location, links
    uid = entry.uid if entry is not None else ""
    paper = f"{session.paper_url} {written}"
    return Look(
        session=session,
        uid=uid,
        date=day,
        title=said.title,
        people=said.people,
        names=said.names,
        idle=session.status in _IDLE,
        past=session.date < today,
        promised=entry is not None and entry.state in PROMISED,
        gone=entry is not None and is_gone(entry),
        order=(day, said.title, sorted(said.people), paper, uid, session.source),
    )


def is_gone(entry: Entry) -> bool:
    """Tell what was cancelled because its row was lost."""
    return entry.state is State.CANCELLED and entry.session.status in _MEETING


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sessions that may be one, and in what they agree; what is missing agrees with nothing.

    `distinct`: the title stands once among the old and once among the new; `alone`: so does the day,
    among what is left.
    """

    old: Look
    new: Look
    distinct: bool
    alone: bool

    @property
    def date(self) -> bool:
        """Whether they are on one day."""
        return self.old.session.date == self.new.date

    @property
    def expected(self) -> bool:
        """Whether they are on one day, or the old one would be by now."""
        return self.old.date == self.new.date

    @property
    def title(self) -> bool:
        """Whether they have the same title."""
        return self.old.title == self.new.title != ""

    @property
    def people(self) -> bool:
        """Whether the same people present, in whatever order their names are written."""
        return self.old.people == self.new.people != frozenset()

    @property
    def paper(self) -> bool:
        """Whether they link to the same paper."""
        return self.old.session.paper_url == self.new.session.paper_url is not None

    @property
    def distance(self) -> int:
        """Count how far apart they are: far moves more than near ones, so that rows keep their order."""
        old, new = self.old.session, self.new.session
        days = abs((self.old.date - self.new.date).days)
        return 4 * days**2 + 2 * (not self.paper) + (old.start != new.start)

    @property
    def wakes(self) -> bool:
        """Whether this would put off what was held already."""
        return self.old.past and not self.new.past


def _details_changed(pair: Pair) -> bool:
    return _identity(pair.old) == _identity(pair.new) and not pair.old.gone


def _restored(pair: Pair) -> bool:
    return _identity(pair.old) == _identity(pair.new)


def _same_day_and_title(pair: Pair) -> bool:
    return pair.expected and pair.title


def _same_talk(pair: Pair) -> bool:
    return pair.title and pair.people


def _same_day_and_people(pair: Pair) -> bool:
    return pair.expected and pair.people


def _same_paper(pair: Pair) -> bool:
    return pair.paper and (pair.date or pair.title or pair.people)


def _same_title(pair: Pair) -> bool:
    """A weekly title is no reason to call off what was held and hold it again."""
    return pair.title and (pair.distinct or not pair.wakes)


def _title_corrected(pair: Pair) -> bool:
    return (pair.date or pair.people) and _alike(pair.old.title, pair.new.title)


def _team_changed(pair: Pair) -> bool:
    return pair.date and not pair.old.names.isdisjoint(pair.new.names)


def _slot_filled(pair: Pair) -> bool:
    return pair.expected and not pair.old.title and not pair.old.people


def _turn_moved(pair: Pair) -> bool:
    """A presenter's turn goes to another day, its title still open (or open again)."""
    return pair.people and not (pair.old.title and pair.new.title) and not pair.wakes


def _slot_changed(pair: Pair) -> bool:
    """One thing was written over another: the presenter of an open title, or the title where nobody
    is ever named.  Where the paper changes with the title nothing but the day is left in common.
    """
    old, new = pair.old, pair.new
    papers = {old.session.paper_url, new.session.paper_url} - {None}
    retitled = bool(new.title) and not old.people and not new.people and len(papers) < 2
    return pair.date and pair.alone and old.promised and (not old.title or retitled)


STRONG = (_restored, _same_day_and_title, _same_talk, _same_day_and_people)
WEAK = (_same_paper, _same_title, _title_corrected, _team_changed, _slot_filled, _turn_moved, _slot_changed)
Rules = tuple[Callable[[Pair], bool], ...]
STAGES: tuple[tuple[tuple[Key, ...], Rules], ...] = (
    ((_identity,), (_details_changed,)),
    ((_identity, _by("date", "title"), _by("title", "people"), _by("date", "people")), STRONG),
    ((_by("date"), _by("title"), _by("people")), WEAK),
)


def rank(pair: Pair, rules: Rules) -> int | None:
    """Number the first rule that holds (0 is strongest), what is promised before all else.

    Two ids are never one session.  Weak evidence makes no idle slot of a talk: the talk is cancelled
    under its own name, and what fills the slot later is another one.
    """
    old, new = pair.old, pair.new
    if old.session.id and new.session.id and old.session.id != new.session.id:
        return None
    if rules is WEAK and new.idle and not old.idle:
        return None
    place = next((place for place, rule in enumerate(rules) if rule(pair)), None)
    return None if place is None else place + (not old.promised) * len(rules)


def _alike(title: str, other: str) -> bool:
    """Tell whether one title is the other misspelt or cut short."""
    ours, others = set(title.split()), set(other.split())
    fewer = min(len(ours), len(others))
    if fewer >= 2 and len(ours & others) >= _ALIKE * fewer:
        return True
    matcher = SequenceMatcher(None, title, other, autojunk=False)
    return bool(fewer) and matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE
