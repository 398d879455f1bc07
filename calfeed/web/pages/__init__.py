"""A Visit to a page: every module here is a kind of page, at the address that its RULE says.

To add one, write a module with RULE, QUERY (the keys of a query that it understands), `slugs` (all the pages
of its kind) and `show`, and register it in PAGES.
"""

from collections.abc import Iterator, Mapping
from typing import Protocol

from calfeed.publication import Publication
from calfeed.web.pages import (
    embed,
    feeds,
    filters,
    home,
    month,
    people,
    presenter,
    search,
    semester,
    session,
    statistics,
    venue,
)
from calfeed.web.pages.visit import Visit


class Kind(Protocol):
    """What a module of this folder is."""

    @property
    def RULE(self) -> str:  # noqa: N802 - a module's constant
        """The path, after the language, with `<slug>` where there are several pages."""

    @property
    def QUERY(self) -> tuple[str, ...]:  # noqa: N802 - a module's constant
        """The keys of a query that it understands; others are not looked at."""

    def slugs(self, publication: Publication, /) -> Iterator[str]:
        """Give every page of the kind, an empty slug where there is one."""

    def show(self, visit: Visit) -> str:
        """Give the HTML.

        Raises:
            NotFound: there is no such page.
        """


PAGES: Mapping[str, Kind] = {
    "home": home,
    "semester": semester,
    "month": month,
    "session": session,
    "people": people,
    "presenter": presenter,
    "venue": venue,
    "search": search,
    "filters": filters,
    "statistics": statistics,
    "feeds": feeds,
    "embed": embed,
}
"""The kinds of pages by the name of their endpoint."""


def addresses(publication: Publication) -> Iterator[str]:
    """Give the path of every page that can be asked for without a query, in the group's own language."""
    for kind in PAGES.values():
        for slug in kind.slugs(publication):
            yield kind.RULE.replace("<slug>", slug)
