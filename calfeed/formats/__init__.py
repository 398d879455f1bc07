"""Feed to bytes: every module here is a format.  Importing this package loads icalendar."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from calfeed.formats import atom, csv, ics, jcal, json, jsonfeed
from calfeed.formats.ics import check
from calfeed.model import Feed

__all__ = ["FORMATS", "Format", "check"]


class Format(Protocol):
    """What a module of this folder offers; `render` is pure: the same feed gives the same bytes.

    Every feed is published in every format; an extension may have dots of its own.
    """

    MEDIA_TYPE: str
    EXTENSION: str

    def render(self, feed: Feed) -> bytes:
        """Write a feed whose events have all passed `check`."""


def _by_extension(*formats: Format) -> Mapping[str, Format]:
    return MappingProxyType({each.EXTENSION: each for each in formats})


FORMATS = _by_extension(ics, json, jcal, csv, atom, jsonfeed)
