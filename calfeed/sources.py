"""Which files hold the schedule: what the command line or calfeed.yaml names, else what lies here."""

import glob
import os
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import partial
from os.path import commonpath
from pathlib import Path
from typing import Final

from calfeed.diagnostics import Diagnostic, Position, diagnose
from calfeed.documents import READERS
from calfeed.errors import SettingsError, UsageError
from calfeed.history import Repository, Selection, find_repository, head_state
from calfeed.settings import FILE, Settings, read_settings
from calfeed.written import Days, days_of_lines

_NAMED_ONLY: Final = (".txt", ".json", ".html", ".htm", ".csv", ".tsv")
"""What is seldom a schedule where it is not named: requirements.txt, package.json, a site's pages, data."""

_CALLED: Final = ("schedule.csv", "schedule.tsv")
"""What such a file is called where it is one: read without being named, too, after any README."""

_SOUGHT: Final = tuple(suffix for suffix in READERS if suffix not in _NAMED_ONLY)
"""What is read without being named; of several READMEs the one whose suffix comes first."""

_FOREIGN: Final = frozenset(("node_modules", "vendor", "_site", "venv", "env"))
"""Folders that tools fill: other people's READMEs, and copies of pages."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file that may hold sessions: where it lies, its path relative to the calendar's folder, and
    whether somebody named it (a file found in a folder may well hold none).  `data` are the bytes of an
    earlier version, which no file holds any more; `past` looks up when its lines were written.
    """

    file: Path
    path: str
    named: bool
    data: bytes | None = None
    past: Callable[[], Days] | None = field(default=None, compare=False, repr=False)

    def read(self) -> tuple[bytes, tuple[Diagnostic, ...]]:
        """Read the bytes; a file that cannot be read is empty with a diagnostic."""
        if self.data is not None:
            return self.data, ()
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
    """The settings and what names the files; `find` looks anew, so files may come and go.

    `arguments` were `asked` for on the command line, or else follow from the settings or a README.  In a
    `bare` repository files are those of the last commit, at places below its folder where no file is.
    """

    settings: Settings
    arguments: tuple[Path, ...]
    folder: Path
    asked: bool
    bare: Repository | None = None

    def shown(self, path: str) -> str:
        """Turn a path of the calendar into one from the working directory, as a person there writes it."""
        return os.path.relpath(self.settings.root / path, self.folder)

    def find(self) -> tuple[Source, ...]:
        """Give the files, sorted within each folder or glob, each once."""
        if self.bare:
            head = self.bare.head() or ""
            files = self.bare.files(head, self.selection(self.bare, head))
            found = self.at(self.bare, files, self.settings)
            return tuple(replace(source, data=self.bare.read(blob)) for source, blob in found)
        sources = {source.file: source for argument in self.arguments for source in self._expand(argument)}
        return tuple(sources.values())

    def _expand(self, argument: Path) -> Iterator[Source]:
        if argument.is_dir():
            yield from (self._source(file, named=False) for file in sorted(_visible_files(argument)))
        elif _is_glob(argument):
            matches = sorted(map(Path, glob.glob(str(argument), recursive=True)))  # noqa: PTH207  # pathlib wants a root
            yield from (self._source(file, named=False) for file in matches if file.is_file())
        else:
            yield self._source(argument, named=True)

    def _source(self, file: Path, *, named: bool) -> Source:
        root = self.settings.root
        path = file.relative_to(root) if file.is_relative_to(root) else file
        return Source(file, path.as_posix(), named, past=partial(self._days, file))

    def _days(self, file: Path) -> Days:
        """Look up when the lines of a file were written, in the last commit that changed it."""
        repository = self.repository()
        path, head = (_path_in(repository, file), repository.head()) if repository else (None, None)
        if repository is None or path is None or head is None:
            return {}
        versions = repository.versions(head, Selection(frozenset((path,)))) or ()
        days = days_of_lines(repository, versions, path)
        return days[versions[-1].commit] if versions else {}

    def anew(self) -> "Sources":
        """Find the settings again, and the sources that they name: they may have been edited since.

        Raises:
            SettingsError, UsageError: as `locate`.
        """
        asked = [str(argument) for argument in self.arguments] if self.asked else []
        if self.bare:
            return locate(asked or [str(self.bare.place)], None, self.folder)
        file = self.settings.root / self.settings.file if self.settings.file else None
        return locate(asked, str(file) if file else None, self.folder)

    def signature(self) -> Hashable:
        """Give what changes whenever a source, calfeed.yaml or the commit may have changed."""
        if self.bare:
            return self.bare.head()
        settings = self.settings.root / (self.settings.file or FILE)
        files = (settings, *(source.file for source in self.find()))
        top = repository(self._beginning())
        return tuple(map(_state, files)), head_state(top) if top else None

    # ── their past ──

    def repository(self) -> Repository | None:
        """Open the git repository that the sources lie in, None where there is none.

        Raises:
            HistoryError: there is one, and it cannot be opened.
        """
        if self.bare:
            return self.bare
        return find_repository(self._beginning())

    def _beginning(self) -> Path:
        """Give the folder in which, or above which, the repository is sought."""
        first = self.arguments[0]
        return first if first.is_dir() else first.parent

    def scope(self, repository: Repository) -> str:
        """Name what the past of these sources is the past of: their paths in the repository, a line each."""
        named = self.arguments if self.asked else (self.settings.root / (self.settings.file or FILE),)
        return "\n".join(path for path in (_path_in(repository, each) for each in named) if path)

    def selection(self, repository: Repository, head: str) -> Selection:
        """Choose, among all files that the repository ever held, the settings and what were sources."""
        arguments = self._ever(repository, head)
        wide = [argument for argument in arguments if not _is_file(argument)]
        named = {_path_in(repository, argument) for argument in arguments if _is_file(argument)}
        named.add(self.settings_path(repository))
        matches = (lambda path: any(_picks(each, repository.place / path) for each in wide)) if wide else None
        return Selection(frozenset(filter(None, named)), matches)

    def at(
        self, repository: Repository, files: Mapping[str, str], settings: Settings
    ) -> Iterator[tuple[Source, str]]:
        """Give the sources of a version as `find` would have found them then, each with its blob."""
        places = {repository.place / path: blob for path, blob in sorted(files.items())}
        then = self.arguments if self.asked else _arguments(settings, places)
        if not any(_picks(argument, place) for argument in then for place in places):
            then = self.arguments  # a file that was renamed is called as it is now
        for argument in then:
            for place in [each for each in places if _picks(argument, each)]:
                yield self._source(place, named=place == argument), places.pop(place)

    def settings_path(self, repository: Repository) -> str | None:
        """Give the path of the settings in the repository, None where they do not lie in it."""
        return _path_in(repository, self.settings.root / (self.settings.file or FILE))

    def settings_at(self, repository: Repository, files: Mapping[str, str]) -> Settings | None:
        """Give the settings of a version, None where it has none, or none that can be used."""
        path = self.settings_path(repository)
        if path is None or path not in files:
            return None
        try:
            return read_settings(repository.place / path, repository.read(files[path]))
        except SettingsError:
            return None

    def settings_before(self, repository: Repository, commit: str | None) -> Settings:
        """Give the settings that held after a commit, or else before any were committed."""
        if (path := self.settings_path(repository)) is None:
            return self.settings
        files = repository.files(commit, Selection(frozenset((path,)))) if commit else {}
        return self.settings_at(repository, files) or Settings(self.settings.root)

    def _ever(self, repository: Repository, head: str) -> tuple[Path, ...]:
        """Give what named the sources at any time up to a commit."""
        path = self.settings_path(repository)
        if self.asked or path is None:
            return self.arguments
        versions = repository.versions(head, Selection(frozenset((path,)))) or ()
        settings = filter(None, (self.settings_at(repository, version.files) for version in versions))
        named = (place for each in settings for place in _arguments(each, ()))
        unnamed = (self.settings.root / name for name in _unnamed("README"))
        return tuple(dict.fromkeys((*self.arguments, *named, *unnamed)))


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
    if asked and (bare := _bare(asked[0])):
        return _in_bare(bare, asked, config, folder)
    start = asked[0] if asked else folder.resolve()
    start = start if start.is_dir() else start.parent
    file = (folder / config).resolve() if config else _settings_file(start, folder.resolve())
    settings = _settings(file, folder) if file else Settings(root=_common_folder(asked, folder))
    named = asked or _arguments(settings, settings.root.glob("*"))
    if not named:
        message = f"there is no schedule to read in {settings.root}"
        raise UsageError(message, "name a file, as in: calfeed show README.md")
    return Sources(settings, named, folder, asked=bool(asked))


def _bare(path: Path) -> Repository | None:
    """Open the bare repository that a path names, or would lie in if its files were laid out."""
    if path.exists() and not (path / "HEAD").is_file():
        return None
    places = (place for place in (path, *path.parents) if (place / "HEAD").is_file())
    place = next((place for place in places if (place / "objects").is_dir()), None)
    repository = find_repository(place) if place else None
    return repository if repository and repository.is_bare else None


def _in_bare(repository: Repository, asked: Sequence[Path], config: str | None, folder: Path) -> Sources:
    """Find settings and sources in the last commit of a repository that has no files laid out."""
    top, head = repository.place, repository.head()
    if config:
        raise UsageError(f"the settings of {top} are its own", f"commit a {FILE} to it")
    if head is None:
        raise UsageError(f"there is no commit in {top}", "push one, or name another repository")
    files = repository.files(head, Selection(frozenset(), lambda _: True))
    start = asked[0].relative_to(top)
    above = [place / FILE for place in (start, *start.parents)]
    file = next((path for path in above if path.as_posix() in files), None)
    settings = read_settings(top / file, repository.read(files[file.as_posix()])) if file else Settings(top)
    named = asked != (top,)
    arguments = tuple(asked) if named else _arguments(settings, [top / path for path in files])
    if not arguments:
        raise UsageError(f"there is no README in {top}", f"name the schedule as sources: in its {FILE}")
    if not any(_picks(argument, top / path) for argument in arguments for path in files):
        raise UsageError(f"{arguments[0]} is not in the last commit", "name a file that is there")
    return Sources(settings, arguments, folder, asked=named, bare=repository)


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


def _arguments(settings: Settings, files: Iterable[Path]) -> tuple[Path, ...]:
    """Give what names the sources where nothing else does: the settings, or else a README or schedule.csv."""
    if settings.sources:
        return tuple(settings.root / source for source in settings.sources)
    here = sorted(file for file in files if file.parent == settings.root)
    return tuple(file for name in _unnamed("readme") for file in here if file.name.lower() == name)[:1]


def _unnamed(readme: str) -> tuple[str, ...]:
    """Give the names of files that are read where nothing is named, the first of them that there is."""
    return (*(f"{readme}{suffix}" for suffix in _SOUGHT), *_CALLED)


def _is_sought(name: str) -> bool:
    """Tell by its name what may be a schedule though nobody named it."""
    is_kind = Path(name).suffix.lower() in _SOUGHT or name.lower() in _CALLED
    return is_kind and name != FILE and not name.startswith(".")


def _path_in(repository: Repository, file: Path) -> str | None:
    """Give the path that a repository knows a file by, None where it lies elsewhere."""
    top = repository.place
    return file.relative_to(top).as_posix() if file.is_relative_to(top) else None


def _is_file(argument: Path) -> bool:
    """Tell a file, be it there or not, from a folder or a glob."""
    return argument.is_file() or bool(argument.suffix and not argument.is_dir() and not _is_glob(argument))


def _is_glob(argument: Path) -> bool:
    return glob.has_magic(str(argument)) and not argument.exists()


def _picks(argument: Path, file: Path) -> bool:
    """Tell whether a file, a folder or a glob that was asked for finds a file, be it there or not."""
    if file == argument:
        return True
    if _is_glob(argument):
        return _matches(argument.parts, file.parts)
    if not file.is_relative_to(argument) or not _is_sought(file.name):
        return False
    folders = file.relative_to(argument).parts[:-1]
    return all(not f.startswith(".") and f not in _FOREIGN for f in folders)


def _matches(pattern: Sequence[str], parts: Sequence[str]) -> bool:
    """Match a path part by part as glob does: ** for any folders, nothing for a hidden one."""
    if not pattern:
        return not parts
    if pattern[0] == "**" and _matches(pattern[1:], parts):
        return True
    if not parts or (parts[0].startswith(".") and not pattern[0].startswith(".")):
        return False
    if pattern[0] == "**":
        return _matches(pattern, parts[1:])
    return fnmatchcase(parts[0], pattern[0]) and _matches(pattern[1:], parts[1:])


def _visible_files(folder: Path) -> Iterator[Path]:
    """Walk a folder for what may be a schedule, past hidden and foreign folders without a look inside."""
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _FOREIGN]
        yield from (Path(place, name) for name in names if _is_sought(name))


def _state(file: Path) -> tuple[str, int, int]:
    try:
        status = file.stat()
    except OSError:
        return str(file), 0, -1
    return str(file), status.st_ctime_ns, status.st_size  # it moves with the content and the permissions
