"""A store that lasts as long as the process: nothing is read from or written to disk."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from calfeed.errors import LedgerConflict


@dataclass(frozen=True, slots=True)
class MemoryStore:
    """Keeps rows in a dictionary; the contract is that of `calfeed.ledger.Store`."""

    name: str = "in memory"
    _calendars: dict[str, tuple[int, dict[tuple[str, str], str]]] = field(default_factory=dict)

    def read(self, calendar_id: str, kind: str | None = None) -> tuple[int, dict[tuple[str, str], str]]:
        """Give a calendar's revision and rows, of one kind or all; 0 and none where it is unknown."""
        revision, rows = self._calendars.get(calendar_id, (0, {}))
        return revision, {key: body for key, body in rows.items() if kind in (None, key[0])}

    def write(self, calendar_id: str, revision: int, rows: Mapping[tuple[str, str], str]) -> None:
        """Replace a calendar's rows if it still has this revision."""
        stored, _ = self.read(calendar_id)
        if stored != revision:
            raise LedgerConflict(f"the ledger {self.name} was written by another publisher meanwhile")
        self._calendars[calendar_id] = (revision + 1, dict(rows))

    def set_aside(self) -> None:
        """Do nothing: what never was on a disk is not damaged."""
