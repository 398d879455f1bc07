"""What a server says of itself, on stderr: a readable line, or one of JSON where CALFEED_LOG=json says so.

Said are what was published, what was fetched, and what went wrong, never who asked for what.
"""

import json
import logging
import os
import sys
from datetime import UTC, datetime
from typing import Final

from calfeed.errors import UsageError

FIELDS: Final = "fields"
"""The name under which an event carries what is said of it, beside its sentence: `extra={FIELDS: …}`."""


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """Write one line: time, level, what is said, what more is known, and where a bug is."""
        told: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            **getattr(record, FIELDS, {}),
        }
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


def configure() -> None:
    """Say from now on on stderr what this process has to say: of others' libraries only their warnings.

    Raises:
        UsageError: CALFEED_LOG asks for a form that there is not.
    """
    form = os.environ.get("CALFEED_LOG") or "text"
    if form not in {"text", "json"}:
        raise UsageError(f"CALFEED_LOG is neither text nor json: {form!r}", "leave it out for text")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if form == "json" else logging.Formatter("%(message)s"))
    logging.getLogger().addHandler(handler)
    logging.getLogger("calfeed").setLevel(logging.INFO)
