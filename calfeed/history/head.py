"""Which commit is checked out, as cheaply as a look at three small files: no object of git's is read."""

from pathlib import Path


def head_state(top: Path) -> tuple[str, ...]:
    """Give what changes whenever another commit is checked out in the work tree `top`, or older ones come.

    It tells no commit, and may change without one: when refs are packed, say.
    """
    folder = _git_folder(top)
    common = folder / (_text(folder / "commondir") or ".")
    head = _text(folder / "HEAD")
    ref = head.removeprefix("ref:").strip() if head.startswith("ref:") else ""
    told = (_text(common / ref) if ref else "") or _stamp(common / "packed-refs")
    return head, told, _stamp(common / "reftable/tables.list"), _stamp(common / "shallow")


def _git_folder(top: Path) -> Path:
    """Follow the .git file of a submodule or a linked work tree."""
    link = top / ".git"
    return top / _text(link).removeprefix("gitdir:").strip() if link.is_file() else link


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8", "surrogateescape").strip()
    except OSError:
        return ""


def _stamp(file: Path) -> str:
    try:
        status = file.stat()
    except OSError:
        return ""
    return f"{status.st_mtime_ns} {status.st_size}"
