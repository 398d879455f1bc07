"""One program at a time: who comes second waits a little for the first, and then says so."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from calfeed.errors import ExportError
from calfeed.whole import advice

if sys.platform != "win32":
    import fcntl

_PATIENCE: Final = 10.0
"""Seconds to wait for another."""


@contextmanager
def alone(output: Path) -> Iterator[None]:
    """Be the only one who makes a site in a folder; one made here is removed if nothing came into it.

    The lock is on the folder itself and ends with the process, however that ends.  Where the system or its
    disk has no such locks nobody waits.

    Raises:
        ExportError: another is at it still, or the folder cannot be made.
    """
    is_ours = not output.exists()
    try:
        output.mkdir(parents=True, exist_ok=True)
        locked = _locked(output)
    except OSError as error:
        raise ExportError(f"cannot write {output}: {error.strerror or error}", advice(error)) from error
    try:
        yield
    finally:
        if is_ours:
            with suppress(OSError):
                output.rmdir()
        if locked is not None:
            os.close(locked)


def _locked(folder: Path) -> int | None:
    if sys.platform == "win32":
        return None
    opened = os.open(folder, os.O_RDONLY)
    end = time.monotonic() + _PATIENCE
    while not _is_locked(opened):
        if time.monotonic() > end:
            os.close(opened)
            message = f"another calfeed is making a site in {folder}"
            raise ExportError(message, "try again when it has finished, or name another folder")
        time.sleep(0.1)
    return opened


def _is_locked(opened: int) -> bool:
    """Take the lock unless another has it."""
    if sys.platform != "win32":
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # a network disk, which has none for folders
            return True
    return True
