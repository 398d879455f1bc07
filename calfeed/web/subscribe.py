"""A feed's path to the ways of subscribing to it (R85, R86).  The only module that imports segno."""

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, urlencode, urlsplit

import segno

from calfeed.publication import Publication


@dataclass(frozen=True, slots=True)
class Subscription:
    """The addresses of one feed: `url` to copy, the others for a click in the program they name.

    `atom` and `json` tell a feed reader of its changes; a filter has neither.
    `is_public` is False where calendars on the web cannot fetch it: no https, or this machine's own.
    """

    name: str
    url: str
    webcal: str
    google: str
    outlook: str
    microsoft365: str
    atom: str | None
    json: str | None
    is_public: bool

    @property
    def square(self) -> str:
        """A QR code of the webcal address, as an SVG to stand in a page: phones subscribe by it."""
        return _square(self.webcal)


def subscriptions(publication: Publication, root: str, *paths: str) -> tuple[Subscription, ...]:
    """Give the ways to subscribe to those of the paths (no extension) that are feeds."""
    names = {feed.path: feed.name for feed in publication.feeds}
    return tuple(subscription(root, path, names[path], tells=True) for path in paths if path in names)


def subscription(root: str, path: str, name: str, *, tells: bool = False) -> Subscription:
    """Give the addresses of the feed `path` (no extension) of the site at `root` (final slash).

    A filter's path may have a query; `tells` says that the feed's changes are published beside it.
    """
    path, mark, query = path.partition("?")
    stem = f"{root}{quote(path)}"
    url = f"{stem}.ics{mark}{query}"
    webcal = f"webcal://{url.partition('://')[2]}"
    outlook = f"calendar/0/addfromweb?{urlencode({'url': url, 'name': name}, quote_via=quote, safe='')}"
    address = urlsplit(url)
    return Subscription(
        name=name,
        url=url,
        webcal=webcal,
        # Google takes the webcal address and turns an https one down.
        google=f"https://calendar.google.com/calendar/r?cid={quote(webcal, safe='')}",
        outlook=f"https://outlook.live.com/{outlook}",
        microsoft365=f"https://outlook.office.com/{outlook}",
        atom=f"{stem}.atom" if tells else None,
        json=f"{stem}.changes.json" if tells else None,
        is_public=address.scheme == "https" and address.hostname not in {"localhost", "127.0.0.1", "::1"},
    )


@lru_cache(maxsize=256)
def _square(text: str) -> str:
    return segno.make(text, micro=False, error="l").svg_inline(omitsize=True, svgclass="square", lineclass="")
