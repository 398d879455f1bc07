"""Measures calfeed as ratios, both sides of each in one run: `make bench`.

Times are CPU seconds of this process, the least of several rounds; a machine's speed drops out of a
ratio.  docs/performance.md says what the figures mean.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import icalendar
from flask import Flask, Response
from markdown_it import MarkdownIt

from benchmarks.serving import main as requesting
from benchmarks.serving import tell
from calfeed.events import fingerprint
from calfeed.ledger import open_ledger
from calfeed.ledger.reconcile import reconcile
from calfeed.model import Entry, Session
from calfeed.publication import Publication, identify, publish
from calfeed.schedule import read
from calfeed.sources import Sources, locate
from calfeed.web import create_app
from calfeed.web.current import Current
from tests.caches import forget
from tests.schedules import large
from tests.serving import Site, busiest

NOW = datetime(2024, 11, 1, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
ENVIRON: WSGIEnvironment = {
    "REQUEST_METHOD": "GET",
    "SERVER_NAME": "localhost",
    "SERVER_PORT": "80",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "wsgi.url_scheme": "http",
}


def least(work: Callable[[], object], *, times: int, rounds: int = 5) -> float:
    """Give the CPU seconds of one call: the least of `rounds` rounds of `times` calls."""

    def once() -> float:
        start = time.process_time()
        for _ in range(times):
            work()
        return (time.process_time() - start) / times

    return min(once() for _ in range(rounds))


def first(number: int) -> str:
    """Make one of 260 first names."""
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[number % 26] + "aeiouylnrs"[number // 26 % 10] + "da"


def dated(number: int) -> date:
    """Give the day of a session, all of them on different days."""
    return date(2001, 1, 1) + timedelta(days=number)


def headings(numbers: Iterable[int]) -> str:
    """Write sessions as headings, each with a topic, three people and materials below it."""
    return "\n".join(
        f"### {dated(n)}\n\n- 💡 [OSDI'24] [Talk {n}: of Systems, Papers, and How to Read Them]"
        f"(https://example.org/{n}.pdf)\n- 🙋 Ada Brandt, {first(n)} Haddad, 王小雨\n"
        f"- [slides](./slides/{n}.pdf), [video](https://example.org/v/{n})\n"
        for n in numbers
    )


def table(numbers: Iterable[int]) -> str:
    """Write sessions as the rows of a table."""
    return "| Date | Speaker | Paper | Slides |\n|---|---|---|---|\n" + "".join(
        f"| {dated(n):%B} {dated(n).day}, {dated(n).year} | {first(n)} Haddad "
        f"| [Talk {n}: of Systems and Papers](https://example.org/{n}.pdf) | [slides](./{n}.pdf) |\n"
        for n in numbers
    )


def items(numbers: Iterable[int]) -> str:
    """Write sessions as items of a list, with the people nested in each."""
    return "".join(
        f"- **{dated(n):%d.%m.%Y}**: [Talk {n}: of Systems and Papers](https://example.org/{n}.pdf)\n"
        f"  - Presenter: {first(n)} Haddad\n"
        for n in numbers
    )


def sources(folder: Path, texts: Iterable[str]) -> Sources:
    """Lay schedules into a folder, a file each, and find them."""
    folder.mkdir()
    for number, text in enumerate(texts):
        (folder / f"{number:03}.md").write_text(f"# Bench\n\n{text}", "utf-8")
    (folder / "calfeed.yaml").write_text("id: bench\nmeeting: {start: '14:00', duration: 90}\n", "utf-8")
    return locate([str(folder)], None, folder)


def reading(folder: Path) -> None:
    """Reading schedules against parsing their Markdown, which calfeed leaves to markdown-it-py."""
    layouts = {"headings": (headings,), "tables": (table,), "lists": (items,)}
    for name, write in {
        **layouts,
        "half headings, tables, lists": (headings, table, headings, items),
    }.items():
        texts = [write[n % len(write)](range(50 * n, 50 * n + 50)) for n in range(200)]
        found = sources(folder / f"read-{name[:8]}", texts)
        tell(f"10,000 sessions in 200 files, {name}: all / markdown-it-py alone", *rivals(found, texts))


def rivals(found: Sources, texts: Sequence[str]) -> tuple[float, float]:
    """Measure reading and parsing in turns, so that a change of the machine's speed meets both."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    whole, parse = zip(
        *(
            (
                least(lambda: read(found, NOW), times=1, rounds=1),
                least(lambda: list(map(parser.parse, texts)), times=1, rounds=1),
            )
            for _ in range(3)
        ),
        strict=True,
    )
    return min(whole), min(parse)


def matching(folder: Path) -> None:
    """Telling which session is which, against reading them."""
    texts = [table(range(50 * n, 50 * n + 50)) for n in range(200)]
    found = sources(folder / "remember", texts)
    schedule = read(found, NOW)

    def recorded(known: Iterable[Entry], sessions: Sequence[Session]) -> tuple[Entry, ...]:
        return reconcile(
            known,
            sessions,
            NOW,
            calendar_id="bench",
            clean=schedule.clean,
            fingerprint=partial(fingerprint, calendar=schedule.calendar),
        )

    known = recorded((), schedule.sessions)
    later = [
        replace(s, date=s.date + WEEK, start=s.start and s.start + WEEK, end=s.end and s.end + WEEK)
        for s in schedule.sessions
    ]
    whole = least(lambda: read(found, NOW), times=1, rounds=2)
    for what, now in (("as they were", schedule.sessions), ("all a week later", later)):
        taken = least(partial(recorded, known, now), times=1, rounds=3)
        tell(f"telling which of 10,000 sessions is which, {what} / reading them", taken, whole)


def committed(folder: Path, texts: Iterable[str]) -> Sources:
    """Make a repository in which each text is a version of one schedule, and find the last."""
    stream = "".join(
        f"commit refs/heads/main\ncommitter Ada <ada@example.org> {1_600_000_000 + 3600 * number} +0000\n"
        f"data 0\nM 644 inline README.md\ndata {len(text.encode())}\n{text}\n"
        for number, text in enumerate(texts)
    )
    folder.mkdir()
    for command in ("init --quiet -b main", "fast-import --quiet", "reset --quiet --hard"):
        subprocess.run(["git", *command.split()], cwd=folder, input=stream.encode(), check=True)  # noqa: S603, S607
    return locate(["README.md"], None, folder)


def remembering(folder: Path) -> None:
    """Reading what every version of a schedule says against reading its last one as often, each time anew."""
    windows = {
        "row after row at the end": [range(1, 100 + n) for n in range(100)],
        "newest row on top": [range(100 + n, n, -1) for n in range(100)],
    }
    for name, versions in windows.items():
        texts = [f"# Bench\n\n{table(numbers)}" for numbers in versions]
        found = committed(folder / f"git-{name[:3]}", texts)
        tell(f"{len(texts)} versions, {name} / the last one as often", *folded(found, len(texts)))
    ledger, empty = open_ledger("memory:"), open_ledger("memory:")
    identify(found, ledger, NOW, record=True)
    known = least(lambda: identify(found, ledger, NOW, record=False), times=5, rounds=3)
    alone = least(lambda: identify(found, empty, NOW, record=False, past=False), times=5, rounds=3)
    tell("unchanged, with a ledger that knows its past / without history", known, alone)


def folded(found: Sources, versions: int) -> tuple[float, float]:
    """Measure the whole history, and the last version as often; nothing is known before either."""

    def whole() -> None:
        forget()
        identify(found, open_ledger("memory:"), NOW, record=False)

    def anew() -> None:
        forget()
        read(found, NOW)

    return least(whole, times=1, rounds=2), versions * least(anew, times=10, rounds=2)


def publishing(folder: Path) -> Publication:
    """All feeds against rendering each event once, and publishing again without a change."""
    found = sources(folder / "publish", [headings(range(500))])
    ledger = open_ledger("memory:")
    start = time.process_time()
    publication = publish(found, ledger, NOW)
    first = time.process_time() - start
    again = least(lambda: publish(found, ledger, NOW), times=1, rounds=3)
    body = publication.renditions["/calendar/bench.ics"].body
    parse = least(lambda: icalendar.Calendar.from_ical(body), times=1, rounds=2)
    print(f"500 sessions, {len(publication.renditions)} feeds:")
    tell("  first publication / icalendar parsing the whole calendar once", first, parse)
    tell("  publication without a change / the first", again, first)
    return publication


def serving(publication: Publication) -> None:
    """The gate against a bare WSGI application, and a plain Flask route."""
    current = Current(lambda: publication, lambda: None)
    current.refresh()
    app = create_app(current, lambda: NOW)
    body = publication.renditions["/calendar/bench.ics"].body
    route = Flask("route")
    route.add_url_rule("/feed.ics", "feed", lambda: Response(body, mimetype="text/calendar"))

    def bare(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/calendar")])
        return (body,)

    feed, tag = "/calendar/bench.ics", publication.renditions["/calendar/bench.ics"].etag
    through_gate = least(ask(app.wsgi_app, feed), times=20_000)
    tell("gate / bare WSGI application", through_gate, least(ask(bare, feed), times=20_000))
    tell(
        "304 / 200 through the gate",
        least(ask(app.wsgi_app, feed, HTTP_IF_NONE_MATCH=tag), times=20_000),
        through_gate,
    )
    tell("plain Flask route / gate", least(ask(route.wsgi_app, "/feed.ics"), times=500), through_gate)


def pages(folder: Path) -> None:
    """Pages, the longest of each kind, against a Flask route that answers nothing."""
    folder = folder / "pages"
    folder.mkdir()
    for name, text in large(200).items():
        (folder / name).write_text(text, "utf-8")
    publication = publish(locate(["README.md"], None, folder), open_ledger("memory:"), NOW)
    current = Current(lambda: publication, lambda: None)
    current.refresh()
    minutes = count()
    kept = create_app(current, lambda: NOW)
    anew = create_app(current, lambda: NOW + timedelta(minutes=next(minutes)))
    empty = Flask("empty")
    empty.add_url_rule("/", "nothing", Response)
    route = least(ask(empty.wsgi_app, "/"), times=500)
    print("200 sessions, pages:")
    for kind, places in busiest(Site("", publication, kept)).items():
        path = places[0].path
        tell(f"  {kind}, made anew / empty Flask route", least(ask(anew.wsgi_app, path), times=3), route)
        tell("  … asked for again / empty Flask route", least(ask(kept.wsgi_app, path), times=300), route)


def ask(application: Callable[..., Iterable[bytes]], path: str, **headers: str) -> Callable[[], object]:
    """Make the work of answering a request."""
    return lambda: list(application({**ENVIRON, "PATH_INFO": path, **headers}, lambda *_: None))


def starting() -> None:
    """Start-up of the command line against that of Python itself, as whole processes."""

    def process(*arguments: str) -> float:
        def once() -> float:
            start = time.perf_counter()
            subprocess.run(  # noqa: S603  # our own command line
                [sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            return time.perf_counter() - start

        return min(once() for _ in range(7))

    python = process("-c", "pass")
    example = str(Path(__file__).parent.parent / "examples" / "systems-reading-group")
    tell("calfeed --version / python -c pass", process("-m", "calfeed", "--version"), python)
    tell("calfeed show of the example / python -c pass", process("-m", "calfeed", "show", example), python)


def main() -> None:
    """Measure everything."""
    with tempfile.TemporaryDirectory() as folder:
        starting()
        reading(Path(folder))
        matching(Path(folder))
        remembering(Path(folder))
        serving(publishing(Path(folder)))
        pages(Path(folder))
    requesting()


main()
