"""The only module that reads the clock."""

import os
import time
from datetime import UTC, datetime

from calfeed.errors import UsageError


def now() -> datetime:
    """Tell the time in whole seconds of UTC: SOURCE_DATE_EPOCH where it is set, so that a build can be
    repeated, else the clock.

    Raises:
        UsageError: SOURCE_DATE_EPOCH is not a number of seconds.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        return datetime.fromtimestamp(int(epoch or time.time()), UTC)
    except (ValueError, OverflowError, OSError):
        raise UsageError(f"SOURCE_DATE_EPOCH is not a time: {epoch!r}", "give seconds since 1970") from None
