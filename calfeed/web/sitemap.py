"""A Publication to its sitemap (sitemaps.org), by which search engines find every page in every language."""

from collections.abc import Iterator
from itertools import islice
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from calfeed.publication import Publication
from calfeed.web import languages, public
from calfeed.web.pages import PAGES

_MOST = 10_000
"""So many pages stay below the 50 MB of one file, in all languages."""

_NAMES = {
    "xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "xmlns:xhtml": "http://www.w3.org/1999/xhtml",
}
_UNLISTED = {"embed", "filters"}
"""Pages that ask not to be indexed."""


def render(publication: Publication) -> bytes:
    """List the pages of a site that knows its address, each with its translations, the latest first."""
    changed = {entry.uid: f"{entry.last_modified:%Y-%m-%dT%H:%M:%SZ}" for entry in publication.entries}
    root = Element("urlset", _NAMES)
    own = languages.own(publication.calendar.language)
    for path, slug in islice(_pages(publication), _MOST):
        addresses = public.translations(publication.calendar, path)
        url = SubElement(root, "url")
        SubElement(url, "loc").text = addresses[own]
        if slug in changed:
            SubElement(url, "lastmod").text = changed[slug]
        for tag, address in addresses.items():
            SubElement(url, "xhtml:link", {"rel": "alternate", "hreflang": tag, "href": address})
    indent(root, "")
    body: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return body + b"\n"


def _pages(publication: Publication) -> Iterator[tuple[str, str]]:
    """Give the paths of all pages with the slugs in them, those of which there are most last."""
    for name, kind in sorted(PAGES.items(), key=lambda item: item[0] == "session"):
        if name not in _UNLISTED:
            slugs = tuple(kind.slugs(publication))
            for slug in reversed(slugs) if name == "session" else slugs:
                yield kind.RULE.replace("<slug>", slug), slug
