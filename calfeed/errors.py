"""Everything calfeed raises, in one tree.  Faults in a schedule are not here: they are diagnostics.

    CalfeedError              a sentence, with what identifies the thing and the cause
    ├─ UsageError             the command line asks for what cannot be          exit 2
    ├─ SettingsError          calfeed.yaml is wrong; carries diagnostics        exit 2
    ├─ ScheduleError          nothing could be read; carries diagnostics        exit 1
    ├─ LedgerError            could not open, read or write the ledger          exit 3
    │  ├─ LedgerConflict      another publisher wrote first; `publication` decides anew
    │  ├─ LedgerDamaged       the ledger is ours, and what it holds cannot be read any more
    │  └─ LedgerTooNew        the ledger was written by a newer calfeed
    ├─ HistoryError           the git repository cannot be read, or lacks something         exit 3
    ├─ RemoteError            a source on another machine cannot be fetched                 exit 3
    ├─ FilterUnknown          a filter names what does not exist                HTTP 404
    ├─ EventUnpublishable     an event's bytes do not read back (R65); `publication` makes a diagnostic of it
    ├─ ExportError            the output folder cannot be written               exit 3
    └─ ServeError             the address cannot be served                      exit 3

Exit codes are given by `commands`, HTTP statuses by `web`.  A server outlives all of them: `web.current`
keeps what it serves and says why there is nothing newer.
"""

from calfeed.diagnostics import Diagnostic


class CalfeedError(Exception):
    """Base of all errors that a caller of calfeed may want to catch; `str()` is a whole sentence."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} (hint: {self.hint})" if self.hint else self.message


class UsageError(CalfeedError):
    """The command line asks for something that cannot be."""


class _Diagnosed(CalfeedError):
    """An error made of diagnostics: prints them, one a line."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("\n".join(map(str, diagnostics)))
        self.diagnostics = diagnostics

    def __reduce__(self) -> tuple[type, tuple[tuple[Diagnostic, ...]]]:
        return type(self), (self.diagnostics,)


class SettingsError(_Diagnosed):
    """calfeed.yaml cannot be used; carries every fault found in it."""


class ScheduleError(_Diagnosed):
    """Nothing could be read and nothing is remembered; carries the diagnostics that say why."""


class LedgerError(CalfeedError):
    """The ledger could not be opened, read or written."""


class LedgerConflict(LedgerError):
    """Another publisher wrote the ledger between our reading and our writing."""


class LedgerDamaged(LedgerError):
    """The ledger cannot be read any more; `Store.set_aside` keeps it for a look, where it can."""


class LedgerTooNew(LedgerError):
    """The ledger was written by a newer calfeed than this one."""


class HistoryError(CalfeedError):
    """The git repository could not be read, or lacks a version or object asked for."""


class RemoteError(CalfeedError):
    """A source on another machine cannot be fetched; the message is for everybody to read.

    `address` is for the log alone: it may tell of a private repository, but never a password.
    """

    address = ""

    def __str__(self) -> str:
        where = f"cannot fetch {self.address}: " if self.address else ""
        return where + super().__str__()


class FilterUnknown(CalfeedError):
    """A filter names what does not exist; the hint lists what does."""


class EventUnpublishable(CalfeedError):
    """An event's own bytes do not read back as they were meant (interop R65)."""


class ExportError(CalfeedError):
    """The folder of the static site cannot be written, or is not ours to write."""


class ServeError(CalfeedError):
    """The address cannot be served: the port is in use or not allowed."""
