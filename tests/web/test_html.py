"""Every page is HTML as the standard writes it: a browser has nothing to mend."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

import calfeed.web
from calfeed.publication import Publication
from calfeed.web import create_app, paths
from calfeed.web.current import Current
from tests.nu import checker
from tests.web.sample import ADA, CALENDAR, ENTRIES, NOW, PUBLICATION, publication

MARKUP = "</title></p><b a=\"'>&amp;&"
ODD = replace(ADA, name=MARKUP, affiliation=MARKUP, nickname=MARKUP)
FRAME = b"<!doctype html><html lang=en><title>Lab</title><body><main><h1>Lab</h1>%s</main></body></html>"
"""A page of somebody else, with a fragment of ours in it."""
CALENDARS = {
    "everything": PUBLICATION,
    "hardly-anything": publication(ENTRIES[-1:], replace(CALENDAR, site=None, description="")),
    "markup": publication(
        [replace(e, session=replace(e.session, title=MARKUP, presenters=(ODD,))) for e in ENTRIES],
        replace(CALENDAR, name=MARKUP, description=MARKUP),
    ),
    "nothing": None,
}
STATIC = Path(calfeed.web.__file__).parent / "static"


def pages(name: str, served: Publication | None) -> Iterator[tuple[str, bytes]]:
    """Give every page of a site, with a name of the site and of the page for its file."""

    def publish() -> Publication:
        if served is None:
            raise OSError("no schedule")
        return served

    current = Current(publish, lambda: None)
    current.refresh()
    client = create_app(current, lambda: NOW).test_client()
    listed = [path for path in paths(served) if path.endswith("/")] if served else ["/"]
    for path in [*listed, "/status", "/nowhere"]:
        body = client.get(path, follow_redirects=True).data
        whole = body if body.startswith(b"<!doctype") else FRAME % body
        yield f"{name}{path.replace('/', '-')}.html", whole


@pytest.fixture(scope="module")
def written() -> Mapping[str, bytes]:
    return {file: body for name, served in CALENDARS.items() for file, body in pages(name, served)}


def test_every_page_and_what_it_loads_is_valid(written: Mapping[str, bytes]) -> None:
    files = {file.name: file.read_bytes() for file in STATIC.iterdir() if file.suffix in (".css", ".svg")}
    assert checker.check({**written, **files}) == {}


BROKEN = {
    "end.html": "</ul>",
    "place.html": "<p><li></p>",
    "reference.html": "<a href=/x&y=1>",
    "twice.html": "<b id=a></b><b id=a></b>",
    "open.html": "<i>",
    "nothing.html": "<label for=nothing>A</label>",
    "nested.html": "<a href=/><button>A</button></a>",
    "style.html": "<p style='colour: red'></p>",
}
NEW = "<search>A</search><button popovertarget=b>B</button><p id=b popover>C</p><dialog inert>D</dialog>"


def test_what_is_broken_is_noticed_and_what_is_new_is_known(written: Mapping[str, bytes]) -> None:
    page = written["everything-.html"]
    files = {
        name: page.replace(b"</main>", f"{markup}</main>".encode())
        for name, markup in {**BROKEN, "new.html": NEW}.items()
    }
    bad = {
        "bad.css": b"p { colour: red }",
        "bad.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><rect/><p/></svg>',
    }
    assert set(checker.check({**files, **bad})) == {*BROKEN, *bad}
