"""Measures calfeed as ratios, both sides of each in one run: `make bench`.

Times are CPU seconds of this process, the least of several rounds; a machine's speed drops out of a
ratio.  docs/performance.md says what the figures mean.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import icalendar
from flask import Flask, Response
from markdown_it import MarkdownIt

from calfeed.ledger import open_ledger
from calfeed.publication import Publication, publish
from calfeed.schedule import read
from calfeed.sources import Sources, locate
from calfeed.web import create_app
from calfeed.web.current import Current

NOW = datetime(2024, 11, 1, 12, tzinfo=UTC)
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
    """The gate against a bare WSGI application, a plain Flask route, and rendering for each request."""
    current = Current(lambda: publication, lambda: None)
    current.refresh()
    app = create_app(current, lambda: NOW)
    body = publication.renditions["/calendar/bench.ics"].body
    route = Flask("route")
    route.add_url_rule("/feed.ics", "feed", lambda: Response(body, mimetype="text/calendar"))

    def bare(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/calendar")])
        return (body,)

    def ask(application: Callable[..., Iterable[bytes]], path: str, **headers: str) -> Callable[[], object]:
        return lambda: list(application({**ENVIRON, "PATH_INFO": path, **headers}, lambda *_: None))

    feed, tag = "/calendar/bench.ics", publication.renditions["/calendar/bench.ics"].etag
    through_gate = least(ask(app.wsgi_app, feed), times=20_000)
    tell("gate / bare WSGI application", through_gate, least(ask(bare, feed), times=20_000))
    tell(
        "304 / 200 through the gate",
        least(ask(app.wsgi_app, feed, HTTP_IF_NONE_MATCH=tag), times=20_000),
        through_gate,
    )
    tell("plain Flask route / gate", least(ask(route.wsgi_app, "/feed.ics"), times=500), through_gate)
    tell(
        "home page / plain Flask route",
        least(ask(app.wsgi_app, "/"), times=3),
        least(ask(route.wsgi_app, "/feed.ics"), times=500),
    )


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


def tell(what: str, one: float, other: float) -> None:
    """Print a ratio."""
    print(f"{what:<70} {one / other:8.2f}")


def main() -> None:
    """Measure everything."""
    with tempfile.TemporaryDirectory() as folder:
        starting()
        reading(Path(folder))
        serving(publishing(Path(folder)))


main()
