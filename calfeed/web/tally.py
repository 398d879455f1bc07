"""A request to a number: what was asked for, by which kind of calendar program, and how it ended.

Nothing is kept of anybody: no address, no name, no User-Agent, no path.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache, partial
from typing import Final

LONGEST: Final = 200
"""Characters of a User-Agent that are looked at, so that what is kept of them stays small."""

_FAMILIES: Final = (
    ("google-calendar", "Google"),
    ("googlebot", "other"),
    ("microsoft exchange", "Outlook"),
    ("outlook", "Outlook"),
    ("microsoft office", "Outlook"),
    ("ms-office", "Outlook"),
    ("thunderbird", "Thunderbird"),
    ("evolution", "Evolution"),
    ("icsx5", "ICSx5"),
    ("nextcloud", "Nextcloud"),
    ("proton", "Proton"),
    ("fastmail", "Fastmail"),
    ("vdirsyncer", "vdirsyncer"),
    ("kio", "KOrganizer"),
    ("dataaccessd", "Apple"),
    ("calendaragent", "Apple"),
    ("ical/", "Apple"),
    ("calaccess", "Apple"),
    ("bot", "other"),
    ("mozilla/", "browser"),
)
"""What stands in a User-Agent, in lower case, to the program that says so; the first that does counts."""

Answered = dict[str, dict[str, int]]
"""A status line -> the family of a client -> how many such answers there were."""


class Tally:
    """Counts the answers of one process by kind and format of what was asked for, status and client."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], Answered] = {}

    def of(self, kind: str, extension: str = "") -> Answered:
        """Give where the answers of a kind and format are counted: `answered[status][family(agent)] += 1`.

        That takes no lock: from look-up to store, nothing runs at which the interpreter takes another thread.
        """
        return self._counts.setdefault((kind, extension), defaultdict(_none))

    def rows(self) -> Iterator[tuple[tuple[str, str, str, str], int]]:
        """Give kind, format, status code and client with their counts so far."""
        for (kind, extension), answered in sorted(self._counts.copy().items()):
            for status, clients in sorted(answered.copy().items()):
                for client, count in sorted(clients.copy().items()):
                    yield (kind, extension, status[:3], client), count


_none = partial(defaultdict[str, int], int)


@lru_cache(maxsize=256)
def family(agent: str) -> str:
    """Tell which program, or whose server, a User-Agent is; give no more of it than `LONGEST` characters."""
    agent = agent.casefold()
    return next((name for mark, name in _FAMILIES if mark in agent), "other")
