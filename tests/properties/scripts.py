"""What people do to a schedule, by a script that knows which talk is which.

Titles and names are like no other, and an edit leaves two of a talk's day, title and presenters, or the
presenters alone where there is no title: whoever reads the versions can tell which talk is which.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from calfeed.diagnostics import Position
from calfeed.model import Person, Semester, Session, Status

START = datetime(2024, 3, 20, 12, tzinfo=UTC)
AHEAD = START.date() + timedelta(days=20)
"""After the last version: what is later than this is never past."""

WEEKLY = 0
"""The number of the rows that are all called Seminar: which of them is which nobody can tell."""

_TOPICS = ("Caches", "Proofs", "Kernels", "Queues", "Clocks", "Graphs", "Trees", "Locks", "Logs", "Maps")
_NAMES = ("Abt", "Bohr", "Cone", "Dorn", "Ernst", "Falk", "Gray", "Hahn", "Igel", "Jung")


@dataclass(frozen=True, slots=True)
class Talk:
    """A row of the schedule, and the number by which the script knows it."""

    number: int
    date: date
    title: str | None
    team: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """What is read of a schedule at a moment; `talks` are the numbers of its sessions."""

    now: datetime
    sessions: tuple[Session, ...]
    talks: tuple[int, ...]
    clean: frozenset[str]


class Script:
    """Edits a schedule as `chance` has it."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.count = 0
        self.path = "README.md"
        self.talks = [self._talk(self._day(-20)) for _ in range(chance.randint(1, 6))]
        self.talks += [Talk(WEEKLY, self._day(), "Seminar") for _ in range(chance.randint(0, 3))]
        self.dropped: list[Talk] = []
        self.touched: set[int] = set()

    def versions(self) -> Iterator[Version]:
        """Give the schedule as it is first, then after each few edits; some readings fail in part."""
        now = START
        yield self._version(now)
        for _ in range(self.chance.randint(1, 6)):
            now += timedelta(days=self.chance.choice((1, 1, 2, 0, -3)))  # a clock may be set back
            if self.chance.random() < 0.2:
                yield self._misread(now)
                yield self._version(now + timedelta(hours=1))
            self.touched = set()
            if self.chance.random() < 0.15:
                self.shift()
            else:
                for _ in range(self.chance.randint(1, 3)):
                    self.chance.choice(_EDITS)(self)
            yield self._version(now + timedelta(hours=2))

    def _version(self, now: datetime) -> Version:
        return Version(
            now,
            tuple(self._session(talk, line) for line, talk in enumerate(self.talks, 1)),
            tuple(talk.number for talk in self.talks),
            frozenset({"README.md", "archive.md"}),
        )

    def _misread(self, now: datetime) -> Version:
        """Read with an error, so that rows are missing, or read a file that is empty for a moment."""
        whole = self._version(now)
        if self.chance.random() < 0.5:
            return replace(whole, sessions=(), talks=())
        return replace(whole, sessions=whole.sessions[::2], talks=whole.talks[::2], clean=frozenset())

    def _session(self, talk: Talk, line: int) -> Session:
        return Session(
            semester=Semester("2024-spring", "2024 Spring"),
            date=talk.date,
            source=Position(self.path, line),
            status=Status.CONFIRMED if talk.title else Status.TENTATIVE,
            title=talk.title,
            presenters=tuple(Person(name, name.casefold().replace(" ", "-")) for name in talk.team),
        )

    # ── what is like no other ──

    def _talk(self, day: date) -> Talk:
        title, name = self._title(), self._name()
        return Talk(self.count, day, title if self.chance.random() < 0.8 else None, (name,))

    def _title(self) -> str:
        self.count += 1
        return f"{_TOPICS[self.count % 10]} {self.count**7 % 10**9:x} and {self.count**5 % 10**7:x} of it"

    def _name(self) -> str:
        self.count += 1
        return f"{_NAMES[self.count % 10]}{self.count} {_NAMES[self.count**7 % 7]}{self.count}"

    def _day(self, first: int = 30) -> date:
        return START.date() + timedelta(days=self.chance.randint(first, 60))

    # ── edits ──

    def _pick(self, *, titled: bool = False) -> int | None:
        """Choose a talk to come that was not edited yet, so that two of its traits stay."""
        places = [
            place
            for place, talk in enumerate(self.talks)
            if talk.number not in (*self.touched, WEEKLY) and talk.date > AHEAD and (talk.title or not titled)
        ]
        if not places:
            return None
        place = self.chance.choice(places)
        self.touched.add(self.talks[place].number)
        return place

    def move(self) -> None:
        """Put a talk, or a turn without a title, on another day."""
        if (at := self._pick()) is not None:
            self.talks[at] = replace(self.talks[at], date=self._day())

    def retitle(self) -> None:
        """Give a talk another title, or its first one."""
        if (at := self._pick()) is not None:
            self.talks[at] = replace(self.talks[at], title=self._title())

    def correct(self) -> None:
        """Mend a letter of a title, and move the talk at the same time."""
        if (at := self._pick(titled=True)) is not None:
            title = f"{self.talks[at].title}".replace("and", "or")
            self.talks[at] = replace(self.talks[at], title=title, date=self._day())

    def hand_on(self) -> None:
        """Let somebody else present, or somebody more."""
        if (at := self._pick(titled=True)) is not None:
            kept = self.talks[at].team if self.chance.random() < 0.5 else ()
            self.talks[at] = replace(self.talks[at], team=(*kept, self._name()))

    def exchange(self) -> None:
        """Let two talks of different days change their days, their titles or their presenters."""
        trait = self.chance.choice(("date", "title", "team"))
        one, other = (self._pick(titled=trait != "date") for _ in range(2))
        if one is None or other is None or self.talks[one].date == self.talks[other].date:
            return
        first, second = self.talks[one], self.talks[other]
        if trait == "date":
            first, second = replace(first, date=second.date), replace(second, date=first.date)
        elif trait == "title":
            first, second = replace(first, title=second.title), replace(second, title=first.title)
        else:
            first, second = replace(first, team=second.team), replace(second, team=first.team)
        self.talks[one], self.talks[other] = first, second

    def drop(self) -> None:
        """Take a row out; an open slot that is gone may be another's now."""
        if (at := self._pick(titled=True)) is not None:
            self.dropped.append(self.talks.pop(at))

    def bring_back(self) -> None:
        """Put back a row that was taken out, as it was."""
        back = [talk for talk in self.dropped if talk.number not in self.touched]
        if back:
            talk = self.chance.choice(back)
            self.touched.add(talk.number)
            self.dropped.remove(talk)
            self.talks.append(talk)

    def add(self) -> None:
        """Write a new row."""
        self.talks.append(self._talk(self._day()))
        self.touched.add(self.talks[-1].number)

    def reorder(self) -> None:
        """Put the rows into another order."""
        self.chance.shuffle(self.talks)

    def rename(self) -> None:
        """Move the whole schedule to another file."""
        self.path = "archive.md" if self.path == "README.md" else "README.md"

    def reverse_names(self) -> None:
        """Write all names the other way round."""
        self.talks = [
            replace(talk, team=tuple(" ".join(reversed(name.split())) for name in talk.team))
            for talk in self.talks
        ]

    def shift(self) -> None:
        """Begin the semester a week later."""
        self.talks = [
            replace(talk, date=talk.date + timedelta(days=7)) if talk.date > AHEAD else talk
            for talk in self.talks
        ]


_EDITS = (
    Script.move,
    Script.retitle,
    Script.correct,
    Script.hand_on,
    Script.exchange,
    Script.drop,
    Script.bring_back,
    Script.add,
    Script.reorder,
    Script.rename,
    Script.reverse_names,
)
