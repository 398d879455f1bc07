"""Every page is HTML as the standard writes it: a browser has nothing to mend."""

from dataclasses import replace

import html5lib
import pytest
from html5lib.html5parser import ParseError

from calfeed.publication import Publication
from calfeed.web import create_app, paths
from calfeed.web.current import Current
from tests.web.sample import ADA, CALENDAR, ENTRIES, NOW, PUBLICATION, publication

MARKUP = "</title></p><b a=\"'>&amp;&"
ODD = replace(ADA, name=MARKUP, affiliation=MARKUP, nickname=MARKUP)
CALENDARS = {
    "everything": PUBLICATION,
    "hardly anything": publication(ENTRIES[-1:], replace(CALENDAR, site=None, description="")),
    "markup": publication(
        [replace(e, session=replace(e.session, title=MARKUP, presenters=(ODD,))) for e in ENTRIES],
        replace(CALENDAR, name=MARKUP, description=MARKUP),
    ),
}
PAGES = [
    (name, path)
    for name, served in CALENDARS.items()
    for path in [*(path for path in paths(served) if path.endswith("/")), "/status", "/nowhere"]
]


def page(served: Publication | None, path: str) -> str:
    def publish() -> Publication:
        if served is None:
            raise OSError("no schedule")
        return served

    current = Current(publish, lambda: None)
    current.refresh()
    return create_app(current, lambda: NOW).test_client().get(path).text


def read(text: str) -> None:
    """Read a page and stop at the first fault of its syntax."""
    html5lib.HTMLParser(strict=True).parse(text)


@pytest.mark.parametrize(("name", "path"), PAGES)
def test_page_has_no_fault(name: str, path: str) -> None:
    read(page(CALENDARS[name], path))


@pytest.mark.parametrize("path", ["/", "/status"])
def test_page_without_a_schedule_has_no_fault(path: str) -> None:
    read(page(None, path))


@pytest.mark.parametrize("broken", ["</ul>", "<p><li></p>", "<a href=/x&y=1>", "<b id=a id=b></b>", "<i>"])
def test_broken_page_is_noticed(broken: str) -> None:
    text = page(PUBLICATION, "/")
    with pytest.raises(ParseError):
        read(text.replace("</main>", f"{broken}</main>"))
