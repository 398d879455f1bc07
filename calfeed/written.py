"""When each line of a file was written: the day of the commit since which it has stood there.

What tells of no year was meant for the time it was written in.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from calfeed.history import Repository, Version

Days = Mapping[bytes, date]
"""The lines of a file, without space around them, and the day on which each was written."""


def days_of_lines(repository: Repository, versions: Iterable[Version], path: str) -> dict[str, Days]:
    """Give the lines of a file by the commits of its versions; those come parents first.

    Raises:
        HistoryError: the repository cannot be read.
    """
    known: dict[str, Days] = {}
    for version in versions:
        blob = version.files.get(path)
        lines = repository.read(blob).splitlines() if blob else ()
        before = [known.get(parent, {}) for parent in version.parents]
        today = version.time.date()
        known[version.commit] = {
            line: min([days[line] for days in before if line in days], default=today)
            for line in map(bytes.strip, lines)
        }
    return known
