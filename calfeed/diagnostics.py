"""What is wrong in a text, where, and what to do about it: data, never an exception.

Every stage left of the ledger returns `(value, diagnostics)`, so one run reports all the faults of a
schedule and a fault in one row loses nothing else.  `CODES` is the whole list; a code is public API:
documented in docs/diagnostics.md, never renamed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType


class Severity(StrEnum):
    """How bad it is: `error` loses something, `warning` may be wrong, `info` is worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a source: path relative to the calendar's folder, line and column counted from 1.

    Columns count characters of the file as it lies on disk, before any repair, so an editor jumps
    to the right one.
    """

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding about a text, printed as `schedule.md:7:15: error[date-unreadable]: … (hint: …)`."""

    code: str
    severity: Severity
    message: str
    position: Position
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.position}: {self.severity}[{self.code}]: {self.sentence}"

    @property
    def sentence(self) -> str:
        """Give the message with its hint."""
        return f"{self.message} (hint: {self.hint})" if self.hint else self.message

    def discreet(self) -> "Diagnostic":
        """Give the same finding in words that quote nothing of the text."""
        return replace(self, message=CODES[self.code][1], hint="")

    def at(self, path: str) -> "Diagnostic":
        """Give the same finding with its path written otherwise, as from another folder."""
        return replace(self, position=replace(self.position, path=path))


_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

CODES: Mapping[str, tuple[Severity, str]] = MappingProxyType(
    {
        # the file
        "source-missing": (_ERROR, "A source that was asked for is not there or cannot be opened."),
        "source-binary": (_ERROR, "The file is not text in UTF-8."),
        "source-empty": (_ERROR, "The file has nothing in it."),
        "source-large": (_ERROR, "The file is larger than a schedule can be."),
        "source-unknown": (_ERROR, "No reader knows the syntax of this file."),
        "text-repaired": (_WARNING, "Text that had been decoded wrongly was repaired."),
        "text-lost": (_INFO, "Some characters were lost for good; the words around them decide."),
        "conflict-unresolved": (_ERROR, "Git's marks of a merge that nobody finished: nothing is read."),
        "yaml-syntax": (_ERROR, "YAML or front matter that does not parse."),
        "rst-syntax": (_ERROR, "reStructuredText that is nested too deep to be read."),
        "include-skipped": (_INFO, "What a text includes from another file is not read."),
        "row-long": (_WARNING, "A row of a CSV file has more cells than the table has columns."),
        # the schedule
        "sessions-missing": (_ERROR, "Nothing in the file is a dated session."),
        "date-unreadable": (_ERROR, "A heading that should be a date cannot be read as one."),
        "date-absent": (_WARNING, "A heading among dated ones has no date and is left out."),
        "section-skipped": (_INFO, "Dated lines under a heading such as Changelog are not sessions."),
        "date-impossible": (_ERROR, "The date does not exist in the calendar."),
        "date-ambiguous": (_WARNING, "Dates in numbers that fit as day first and as month first."),
        "date-corrected": (_WARNING, "A date that was written wrongly was read as the one that was meant."),
        "date-unlikely": (_WARNING, "A date out of order; another month or year would fit."),
        "year-guessed": (_WARNING, "No year is stated anywhere near; one was inferred."),
        "weekday-mismatch": (_WARNING, "The stated weekday is not the weekday of the date."),
        "time-unreadable": (_WARNING, "A time of day that cannot be read."),
        "time-guessed": (_INFO, "A time without am or pm is taken for one in the afternoon."),
        "time-missing": (_INFO, "No time of day is stated: the sessions last all day."),
        "time-skipped": (_ERROR, "The clock skips this time on that day (start of summer time)."),
        "time-twice": (_WARNING, "The clock shows this time twice that day; the first is taken."),
        "timezone-missing": (_WARNING, "A time without a time zone: UTC is assumed."),
        "session-duplicate": (_WARNING, "Two sessions have the same date and the same title."),
        "id-duplicate": (_ERROR, "Two sessions have the same id: which is which cannot be told."),
        "session-repeated": (_INFO, "A session that the same file tells twice, as in a table and a section."),
        "person-similar": (_INFO, "Two names look like one person in two spellings."),
        "link-unsafe": (_WARNING, "A link that is not http, https, mailto or tel was left out."),
        "link-relative": (_INFO, "Links are relative and no base is set: feeds cannot carry them."),
        "line-unused": (_INFO, "A line of a session in which nothing was recognised."),
        # the policy of the group
        "venue-unexpected": (_WARNING, "The paper's venue is not one the group reads."),
        "venue-old": (_WARNING, "The paper is older than the group's policy allows."),
        "duration-short": (_WARNING, "The meeting is shorter than the group's policy asks."),
        "materials-missing": (_WARNING, "Materials are missing some time after the talk."),
        "presenter-missing": (_WARNING, "Nobody is named to present a session that is near or past."),
        "presenter-unknown": (_WARNING, "A presenter is not among the people that calfeed.yaml names."),
        "presenter-twice": (_WARNING, "Somebody presents in two places at the same time."),
        "holiday": (_WARNING, "A session falls on a public holiday."),
        # the settings
        "setting-unknown": (_ERROR, "A key that calfeed.yaml does not know."),
        "setting-invalid": (_ERROR, "A value of the wrong type or out of range."),
        "setting-duplicate": (_ERROR, "The same key, person or slug is given twice."),
        "zone-unknown": (_ERROR, "A time zone that is not a canonical IANA name."),
        "id-missing": (_INFO, "The calendar has no id of its own; its name stands in for it."),
        # the past
        "history-shallow": (_WARNING, "The clone has no full history, and no ledger knows the sessions."),
        # the publication
        "ledger-damaged": (_WARNING, "The ledger could not be read; a new one was filled from history."),
        "feed-large": (_WARNING, "A feed is near or over the size that clients accept (R80)."),
        "feed-shortened": (_INFO, "A feed leaves out old sessions, which their semesters' feeds have (R44)."),
        "event-unpublishable": (_ERROR, "An event cannot be written so that clients read it (R65)."),
    }
)


def diagnose(code: str, message: str, position: Position, hint: str = "") -> Diagnostic:
    """Make a Diagnostic with the severity that the table gives its code.

    Raises:
        KeyError: the code is not in `CODES` (a bug).
    """
    return Diagnostic(code, CODES[code][0], message, position, hint)


def quoted(text: str) -> str:
    """Give a text as a message quotes it: one line, 60 characters at most."""
    line = " ".join(text.split())
    return f"“{line}”" if len(line) <= 60 else f"“{line[:57]}…”"


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Tell whether anything was lost: absence is then no evidence (`schedule`), exit is 1 (`commands`)."""
    return any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)
