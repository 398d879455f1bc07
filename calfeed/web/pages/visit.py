"""What a page is asked, in one value: the same Visit gives the same bytes."""

from dataclasses import dataclass, field
from datetime import datetime

from calfeed.publication import Publication

Query = tuple[tuple[str, tuple[str, ...]], ...]
"""The keys of a query, each with its values."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Which page is asked for, by whom and when; visits of one publication are alike by the rest of it.

    `slug` is empty on a page of which there is one; `query` has only the keys that the page knows.
    `root` is the address by which the visitor knows this site (with a final slash), `now` a UTC instant
    in whole minutes, `language` the tag of a language that is offered; `is_prefixed` says that the page's
    address names it, and so do those of all pages it leads to.  `prepared` counts the filters that have
    an address of their own; it is None on a server, which answers any filter.
    """

    publication: Publication = field(compare=False)
    root: str
    now: datetime
    language: str
    is_prefixed: bool = False
    slug: str = ""
    query: Query = ()
    prepared: int | None = None

    @property
    def site(self) -> str:
        """The public address of the site, which its own settings know best."""
        return self.publication.calendar.site or self.root

    @property
    def home(self) -> str:
        """The public address of the home page, with the language where the address of this one has it."""
        return f"{self.site}{self.language.casefold()}/" if self.is_prefixed else self.site

    def values(self, key: str) -> tuple[str, ...]:
        """Give what the query says of a key, empty values left out."""
        return tuple(value for known, values in self.query if known == key for value in values if value)
