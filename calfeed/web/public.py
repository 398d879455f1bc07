"""A page's path to the addresses by which the world knows it, for search engines and whoever links to it.

There are none where the site does not know its own: what was said to one Host must not reach another
by a cache.
"""

from collections.abc import Mapping
from urllib.parse import quote

from calfeed.model import Calendar
from calfeed.web import languages


def address(calendar: Calendar, path: str, tag: str) -> str | None:
    """Give where a page (a path such as "/people/") is in a language; the group's own is not named in it."""
    if calendar.site is None:
        return None
    prefix = "" if tag == languages.own(calendar.language) else f"{tag.casefold()}/"
    return f"{calendar.site}{prefix}{quote(path.removeprefix('/'))}"


def translations(calendar: Calendar, path: str) -> Mapping[str, str]:
    """Map the tags of all languages to the addresses of a page."""
    addresses = {tag: address(calendar, path, tag) for tag in languages.offered()}
    return {tag: found for tag, found in addresses.items() if found is not None}
