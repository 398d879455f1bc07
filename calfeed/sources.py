"""Which files hold the schedule: what the command line names, else calfeed.yaml, else the README here."""

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from os.path import commonpath
from pathlib import Path
from typing import Final

from calfeed.diagnostics import Diagnostic, Position, diagnose
from calfeed.documents import READERS
from calfeed.errors import SettingsError, UsageError
from calfeed.settings import FILE, Settings, read_settings

_NAMED_ONLY: Final = (".txt", ".json", ".html", ".htm")
"""What is seldom a schedule where it is not named: a requirements.txt, a package.json, a website's pages."""

_SOUGHT: Final = tuple(suffix for suffix in READERS if suffix not in _NAMED_ONLY)
"""What is read without being named; of several READMEs the one whose suffix comes first."""

_FOREIGN: Final = frozenset(("node_modules", "vendor", "_site", "venv", "env"))
"""Folders that tools fill: other people's READMEs, and copies of pages."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file that may hold sessions: where it lies, its path relative to the calendar's folder, and
    whether somebody named it (a file found in a folder may well hold none).
    """

    file: Path
    path: str
    named: bool

    def read(self) -> tuple[bytes, tuple[Diagnostic, ...]]:
        """Read the bytes; a file that cannot be read is empty with a diagnostic."""
        try:
            return self.file.read_bytes(), ()
        except OSError as error:
            message = f"cannot read the schedule: {(error.strerror or str(error)).lower()}"
            hint = (
                "check the path" if isinstance(error, FileNotFoundError) else "check the file's permissions"
            )
            return b"", (diagnose("source-missing", message, Position(self.path), hint),)


@dataclass(frozen=True, slots=True)
class Sources:
    """The settings and what names the files; `find` looks anew, so files may come and go."""

    settings: Settings
    arguments: tuple[Path, ...]
    folder: Path

    def shown(self, path: str) -> str:
        """Turn a path of the calendar into one from the working directory, as a person there writes it."""
        return os.path.relpath(self.settings.root / path, self.folder)

    def find(self) -> tuple[Source, ...]:
        """Give the files, sorted within each folder or glob, each once."""
        found = {source.file: source for argument in self.arguments for source in self._expand(argument)}
        return tuple(found.values())

    def _expand(self, argument: Path) -> Iterator[Source]:
        if argument.is_dir():
            yield from (self._source(file, named=False) for file in sorted(_visible_files(argument)))
        elif not argument.exists() and glob.has_magic(str(argument)):
            matches = sorted(map(Path, glob.glob(str(argument), recursive=True)))  # noqa: PTH207  # pathlib wants a root
            yield from (self._source(file, named=False) for file in matches if file.is_file())
        else:
            yield self._source(argument, named=True)

    def _source(self, file: Path, *, named: bool) -> Source:
        root = self.settings.root
        path = file.relative_to(root) if file.is_relative_to(root) else file
        return Source(file, path.as_posix(), named)

    def signature(self) -> tuple[tuple[str, int, int], ...]:
        """Give what changes whenever a source or calfeed.yaml may have changed: paths, times, sizes."""
        settings = self.settings.root / (self.settings.file or FILE)
        return tuple(_state(file) for file in (settings, *(source.file for source in self.find())))


def locate(arguments: Sequence[str], config: str | None, folder: Path) -> Sources:
    """Find the settings that belong to the sources asked for, and what to read.

    Args:
        arguments: files, folders or globs as typed, relative to `folder`.
        config: the settings file as typed, or None to look for calfeed.yaml beside the first source
            and above it, up to its repository's top or the working directory.
        folder: the working directory.

    Raises:
        SettingsError: the settings have faults.
        UsageError: there is nothing to read: no argument, no sources set, no README.
    """
    asked = tuple((folder / argument).resolve() for argument in arguments)
    start = asked[0] if asked else folder.resolve()
    start = start if start.is_dir() else start.parent
    file = (folder / config).resolve() if config else _settings_file(start, folder.resolve())
    settings = _settings(file, folder) if file else Settings(root=_common_folder(asked, folder))
    asked = asked or tuple(settings.root / source for source in settings.sources) or _readme(settings.root)
    if not asked:
        message = f"there is no schedule to read in {settings.root}"
        raise UsageError(message, "name a file, as in: calfeed show README.md")
    return Sources(settings, asked, folder)


def _settings(file: Path, folder: Path) -> Settings:
    try:
        return read_settings(file)
    except SettingsError as error:
        shown = os.path.relpath(file, folder)
        raise SettingsError(tuple(diagnostic.at(shown) for diagnostic in error.diagnostics)) from None


def _settings_file(start: Path, folder: Path) -> Path | None:
    """Look beside the source and above it, but never beyond its repository or the working directory."""
    above = (start, *start.parents)
    top = repository(start) or (folder if folder in above else start)
    return next((place / FILE for place in above[: above.index(top) + 1] if (place / FILE).is_file()), None)


def repository(folder: Path) -> Path | None:
    """Find the top of the git repository that an absolute path lies in, if it does."""
    return next((place for place in (folder, *folder.parents) if (place / ".git").exists()), None)


def _common_folder(asked: Sequence[Path], folder: Path) -> Path:
    folders = [path if path.is_dir() else path.parent for path in asked if not glob.has_magic(str(path))]
    return Path(commonpath(folders)) if folders else folder.resolve()


def _readme(root: Path) -> tuple[Path, ...]:
    named = sorted(file for file in root.glob("*") if file.stem.lower() == "readme")
    return tuple(file for suffix in _SOUGHT for file in named if file.suffix.lower() == suffix)[:1]


def _visible_files(folder: Path) -> Iterator[Path]:
    """Walk a folder for what may be a schedule, past hidden and foreign folders without a look inside."""
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _FOREIGN]
        for name in names:
            sought = Path(name).suffix.lower() in _SOUGHT
            if sought and name != FILE and not name.startswith("."):
                yield Path(place, name)


def _state(file: Path) -> tuple[str, int, int]:
    try:
        status = file.stat()
    except OSError:
        return str(file), 0, -1
    return str(file), status.st_ctime_ns, status.st_size  # it moves with the content and the permissions
