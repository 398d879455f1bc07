"""Measures whose events survive the edits of a schedule: `python -m benchmarks.peers [HISTORY.jsonl.gz …]`.

calfeed and other tools that make calendars of text build the calendar of each version of a schedule, and
a simulated subscriber fetches one after the other.  The others get what calfeed read, in their own
format, so that only what becomes of it is compared.  A HISTORY has a version per line, oldest first, as
{"time": unix seconds, "path": …, "text": …}.  docs/peers.md says what the columns mean.

The tools are installed from the package index that pip is set up with, each into an environment of its
own that is thrown away.
"""

import gzip
import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import yaml

from benchmarks import edits
from benchmarks.audience import COLUMNS, Build, Score, Tool, Version, same, seen
from calfeed.ledger import open_ledger
from calfeed.model import Session, Status
from calfeed.publication import Publication, publish
from calfeed.schedule import read
from calfeed.sources import Sources, locate

_TOLD = (Status.CONFIRMED, Status.TENTATIVE, Status.CANCELLED)


# ── the tools ────────────────────────────────────────────────────────────────────────────────────


class Calfeed:
    """calfeed itself, with a ledger that lasts as long as it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ledger = open_ledger("memory:")

    def __call__(self, version: Version, sessions: Sequence[Session]) -> Build:
        """Publish a version, and take the feed of everything."""
        publication = publish(source(self._folder, version), self._ledger, version.time)
        feed = list(seen(publication.renditions[_everything(publication)].body))
        events = {event.uid: event for event in feed}
        uids = {entry.session: entry.uid for entry in publication.entries}
        return Build(feed, {session: events.get(uids[session]) for session in sessions})


def _everything(publication: Publication) -> str:
    return f"/{publication.feeds[0].path}.ics"


@dataclass(frozen=True, slots=True)
class Peer:
    """Another tool: its name and version in the package index, the definition of `make` (its input to an
    .ics file) for its own Python, and its input for some sessions.

    What it stamps events with is the clock, unless it asks git when the text last changed.
    """

    package: str
    make: str
    write: Callable[[Sequence[Session]], Sequence[str]]
    asks_git: bool = False

    def installed(self, folder: Path) -> Tool:
        """Install the tool, and give what builds with it."""
        home = folder / self.package
        venv.create(home, with_pip=True)
        python = str(home / "bin" / "python")
        pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", self.package)
        subprocess.run(pip, check=True, stderr=subprocess.DEVNULL)  # noqa: S603  # a version that is named here
        command = (python, "-c", self.make + _LOOP)
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603  # as above
        asked, answered = process.stdin, process.stdout
        if asked is None or answered is None:
            raise RuntimeError("a process without pipes")
        changed: dict[Hashable, datetime] = {}

        def build(version: Version, sessions: Sequence[Session]) -> Build:
            print(json.dumps(self.write(sessions)), file=asked, flush=True)
            made = [event for text in json.loads(answered.readline()) for event in seen(text)]
            times = [changed.setdefault(each.words, version.time) for each in made]
            feed = [
                replace(each, stamps=time if self.asks_git else version.time)
                for each, time in zip(made, times, strict=True)
            ]
            return Build(feed, dict(zip(sessions, feed, strict=True)))

        return build


_LOOP = """
import json, sys
for line in sys.stdin:
    print(json.dumps([make(text) for text in json.loads(line)]), flush=True)
"""
"""Answers a line of inputs with a line of .ics files until there is no more."""


def _title(session: Session) -> str:
    return session.title or "TBD"


def _by(session: Session) -> str:
    return ", ".join(person.name for person in session.presenters)


def as_yaml2ics(sessions: Sequence[Session]) -> Sequence[str]:
    """Write one file of events."""
    return [yaml.safe_dump({"name": "Seminar", "events": [_yaml2ics_event(session) for session in sessions]})]


def _yaml2ics_event(session: Session) -> dict[str, object]:
    event: dict[str, object] = {
        "summary": _title(session),
        "begin": session.start or session.date,
        "description": _by(session),
        "status": "CONFIRMED" if session.status is Status.CONFIRMED else session.status.upper(),
    }
    if session.start and session.end:
        zone = {} if session.timezone == "UTC" else {"timezone": session.timezone}  # UTC it takes unsaid only
        event |= {"end": session.end, **zone}
    return event | ({"location": session.location} if session.location else {})


def as_yaml2ical(sessions: Sequence[Session]) -> Sequence[str]:
    """Write a meeting's file for each session; it has no meeting that takes place once."""
    return [yaml.safe_dump(_yaml2ical_meeting(session)) for session in sessions]


def _yaml2ical_meeting(session: Session) -> dict[str, object]:
    schedule = {
        "time": f"{session.start:%H%M}" if session.start else "0000",
        "day": f"{session.date:%A}",
        "start_date": f"{session.date:%Y%m%d}",
        "frequency": "weekly",
        "irc": session.location or "seminar",
    }
    description = "cancelled" if session.status is Status.CANCELLED else ""
    chair = _by(session) or "TBD"
    return {"project": _title(session), "chair": chair, "description": description, "schedule": [schedule]}


def as_txt2ics(sessions: Sequence[Session]) -> Sequence[str]:
    """Write one Markdown list of tasks."""
    return ["".join(map(_txt2ics_line, sessions))]


def _txt2ics_line(session: Session) -> str:
    mark = "~" if session.status is Status.CANCELLED else " "
    return f"- [{mark}] {_title(session)} due:{session.date} // {_by(session) or 'TBD'}\n"


PEERS = (
    Peer(
        "yaml2ics==0.3",
        """
import io, yaml2ics
def make(text):
    return yaml2ics.files_to_calendar([io.StringIO(text)]).serialize()
""",
        as_yaml2ics,
    ),
    Peer(
        "yaml2ical==0.15.0",
        """
from yaml2ical.ical import Yaml2IcalCalendar
from yaml2ical.meeting import Meeting
def make(text):
    calendar = Yaml2IcalCalendar()
    calendar.add_meeting(Meeting.fromstring(text))
    return calendar.to_ical().decode()
""",
        as_yaml2ical,
        asks_git=True,
    ),
    Peer(
        "txt2ics==0.0.4",
        """
import txt2ics
def make(text):
    return txt2ics.make_calendar(text.splitlines()).to_ical().decode()
""",
        as_txt2ics,
    ),
)


# ── histories ────────────────────────────────────────────────────────────────────────────────────


def source(folder: Path, version: Version) -> Sources:
    """Lay a version into a folder, and find it."""
    file = folder / version.name
    file.write_text(version.text, "utf-8")
    return locate([str(file)], None, folder)


def own() -> list[Version]:
    """Give the history of benchmarks/edits.py."""
    return [Version(time, "README.md", text, what) for what, time, text in edits.versions()]


def recorded(file: Path) -> list[Version]:
    """Read a history from a file, under the name that the schedule had last."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    name = PurePosixPath(rows[-1]["path"]).name
    return [Version(datetime.fromtimestamp(row["time"], UTC), name, row["text"]) for row in rows]


def replay(name: str, versions: Iterable[Version], tools: Mapping[str, Tool], folder: Path) -> None:
    """Replay a history with every tool, and print the rows of both tables."""
    folder.mkdir()
    scores = {"calfeed": Score(Calfeed(folder)), **{tool: Score(build) for tool, build in tools.items()}}
    before: Sequence[Session] = ()
    count = 0
    for version in versions:
        found = read(source(folder, version), version.time).sessions
        sessions = [session for session in found if session.status in _TOLD]
        if not sessions:
            continue  # a version that calfeed reads nothing in says nothing about the others
        pairs = dict(same(before, sessions))
        lost = [str(score.fetch(version, sessions, pairs)) for score in scores.values()]
        if version.what:
            print(f"| {version.what} | {' | '.join(lost)} |")
        before, count = sessions, count + len(pairs)
    for tool, score in scores.items():
        cells = [str(score.counts[column]) for column in COLUMNS]
        print(f"| {name} | {tool} | {count:,} | {' | '.join(cells)} |", flush=True)


def main() -> None:
    """Install the tools, and replay our own history and those that are named."""
    with tempfile.TemporaryDirectory() as folder:
        tools = {peer.package: peer.installed(Path(folder)) for peer in PEERS}
        print(f"| edit | calfeed | {' | '.join(tools)} |")
        replay("our own", own(), tools, Path(folder, "own"))
        print(f"| history | tool | pairs | {' | '.join(COLUMNS)} |")
        for number, file in enumerate(sys.argv[1:]):
            replay(Path(file).name.partition(".")[0], recorded(Path(file)), tools, Path(folder, str(number)))


main()
