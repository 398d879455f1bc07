"""A schedule served at a moment of our choice, by the very server that `calfeed serve` opens, in a thread."""

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import Flask

from calfeed.ledger import open_ledger
from calfeed.publication import Publication, publish
from calfeed.sources import locate
from calfeed.web import create_app, languages, paths
from calfeed.web.current import Current
from calfeed.web.server import listen

_PATH = re.compile(r"/(?:([a-z]{2}(?:-[a-z]+)?)/)?(?:([a-z-]+)(?:/|$))?")
_UNLISTED = ("/status", "/zh-hans/status")
"""Pages of a server, which `paths` leaves out because no static site has them."""


@dataclass(frozen=True, slots=True)
class Site:
    """A site in memory: `address` is where it is served, with a final slash."""

    address: str
    publication: Publication
    app: Flask

    def length(self, path: str) -> int:
        """Give the octets of a page."""
        with self.app.test_client().get(path) as answer:
            return len(answer.data)


@dataclass(frozen=True, slots=True)
class Place:
    """A page by its path, the language in front of it (empty where there is none) and what is shown there."""

    path: str
    language: str
    kind: str

    @property
    def bare(self) -> str:
        """The path without its language and the final slash."""
        return self.path.removeprefix(f"/{self.language}" if self.language else "").rstrip("/")


def place(path: str) -> Place:
    """Read the path of a page: `/zh-hans/presenter/ada/` is zh-hans and presenter, `/` is home."""
    found = _PATH.match(path)
    language, kind = found.groups("") if found else ("", "")
    return Place(path, language, kind or "home")


def busiest(site: Site) -> Mapping[str, tuple[Place, ...]]:
    """Choose the longest page of each kind, once in every language that it is written in, by kind.

    In the group's own language a page is what it is at the address that names none.
    """
    own = languages.own(site.publication.calendar.language).casefold()
    kinds: dict[str, list[Place]] = {}
    for path in (*filter(lambda path: path.endswith("/"), paths(site.publication)), *_UNLISTED):
        if (found := place(path)).language != own:
            kinds.setdefault(found.kind, []).append(found)
    return {kind: tuple(_longest(site, places)) for kind, places in kinds.items()}


def _longest(site: Site, places: Sequence[Place]) -> Iterator[Place]:
    """Give the page that is longest in the first language, in all of them."""
    first = min(each.language for each in places)
    longest = max((p for p in places if p.language == first), key=lambda each: site.length(each.path))
    return (each for each in places if each.bare == longest.bare)


@contextmanager
def serve(source: Path, now: datetime) -> Iterator[Site]:
    """Serve a schedule, or the folder of one, as it is at a moment."""
    folder = source if source.is_dir() else source.parent
    publication = publish(locate([str(source)], None, folder), open_ledger("memory:"), now)
    current = Current(lambda: publication, lambda: None)
    current.refresh()
    app = create_app(current, lambda: now)
    server = listen(app, "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Site(f"http://127.0.0.1:{server.port}/", publication, app)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
