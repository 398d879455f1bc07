"""Files that hold what they held or what they are to hold, never a part: wherever the writing breaks off."""

import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

_FULL: Final = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


def write_whole(file: Path, data: bytes) -> None:
    """Let a file hold `data` at once or not at all; what is no file of a disk (/dev/stdout) is just written.

    Raises:
        OSError: it cannot be written; it holds what it held before.
    """
    file = file.resolve()
    if file.exists() and not file.is_file():
        file.write_bytes(data)
        return
    new = file.with_name(f".{file.name}.{os.getpid()}")  # another process may write it, too
    try:
        new.write_bytes(data)
        settle(new)
        new.replace(file)
    except OSError:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise


def settle(file: Path) -> None:
    """Wait until a file's content is on the disk: a file renamed before may be empty after a power cut."""
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def advice(error: OSError) -> str:
    """Tell who cannot write a file what to do."""
    if error.errno in _FULL:
        return "make room; what was there is there still"
    return "allow writing to it and its folder, or name another"
