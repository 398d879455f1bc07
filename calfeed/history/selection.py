"""Which files of a commit are the calendar's, and what they are called: pure, but for reading folders."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from stat import S_ISDIR, S_ISREG
from typing import Final

from calfeed.history.objects import Commit, Objects

_ALIKE: Final = 0.5
"""The share of its bytes that a renamed file has in common with what it was, as in git."""

_CANDIDATES: Final = 100
"""How many vanished files are compared with one that appeared: a commit may move a whole website."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which files of a repository hold the calendar: paths from the repository's top, "/" between.

    `named` files are followed through renames; `matches` decides of every path at any time, for the
    folders and globs among the sources (None where there are none: then no folder needs to be searched).
    """

    named: frozenset[str]
    matches: Callable[[str], bool] | None = None


class Trees:
    """The selected files of many commits.  What did not change from one to the next is read once."""

    def __init__(self, objects: Objects, selection: Selection) -> None:
        self._read = objects.file
        self._folder = lru_cache(maxsize=1000)(objects.folder)
        self._selection = selection
        self._blobs: dict[tuple[str, str], str | None] = {}
        self._matching: dict[tuple[str, str], Mapping[str, str]] = {}

    def names(
        self, history: Sequence[Commit], last: Mapping[str, str] | None = None
    ) -> Mapping[str, Mapping[str, str]]:
        """Find out for each commit (parents first) what the named files were called, by their last names.

        `last` is what they are called at the last commit, where they got these names only after it.
        """
        trees = {commit.id: commit.tree for commit in history}
        names = {history[-1].id: last or {name: name for name in self._selection.named}}
        for commit in reversed(history):
            for parent in commit.parents:
                earlier = self._names_before(names[commit.id], commit.tree, trees[parent])
                names[parent] = self._agreed(names.get(parent, earlier), earlier, trees[parent])
        return names

    def files(self, tree: str, names: Mapping[str, str]) -> Mapping[str, str]:
        """Give the blobs of the selected files by their last names; `names` has what they are called here."""
        files = dict(self._matches(tree, "")) if self._selection.matches else {}
        for name in names.values():
            files.pop(name, None)
        blobs = {name: self._blob(tree, name) for name in names.values()}
        last = {name: path for path, name in sorted(names.items())}  # a file has one name, whatever happened
        return files | {path: blob for name, path in last.items() if (blob := blobs[name])}

    def _agreed(self, first: Mapping[str, str], second: Mapping[str, str], tree: str) -> Mapping[str, str]:
        """Where two lines of history begin that call a file differently, take the name that is there."""
        if first == second:
            return first
        return {path: name if self._blob(tree, name) else second[path] for path, name in first.items()}

    def _names_before(self, names: Mapping[str, str], tree: str, before: str) -> Mapping[str, str]:
        """Find out what files were called in a parent: one that appeared may have had another name."""
        appeared = [
            name for name in names.values() if not self._blob(before, name) and self._blob(tree, name)
        ]
        if not appeared:
            return names
        vanished = dict(self._vanished(before, tree, ""))
        for name in names.values():
            vanished.pop(name, None)
        origins: dict[str, str] = {}
        for name in sorted(appeared):
            origin = self._origin(name, tree, vanished)
            if origin:
                origins[name] = origin
                del vanished[origin]
        return {path: origins.get(name, name) for path, name in names.items()}

    def _origin(self, name: str, tree: str, vanished: Mapping[str, str]) -> str | None:
        """Choose the vanished file that a new one was: the same content, else the one most alike."""
        blob = self._blob(tree, name) or ""
        likely = sorted(vanished, key=lambda other: _strangeness(name, other))
        same = next((other for other in likely if vanished[other] == blob), None)
        if same or not likely:
            return same
        content = self._read(blob)
        likeness = {other: _likeness(content, self._read(vanished[other])) for other in likely[:_CANDIDATES]}
        best = max(likeness, key=likeness.__getitem__)
        return best if likeness[best] >= _ALIKE else None

    def _vanished(self, before: str, tree: str | None, prefix: str) -> Iterator[tuple[str, str]]:
        """Give path and blob of the files that stand in a tree and no more in a later one."""
        later = self._folder(tree) if tree else {}
        for name, (mode, identity) in self._folder(before).items():
            now, place = later.get(name, (0, ""))
            if S_ISDIR(mode) and place != identity:
                yield from self._vanished(identity, place if S_ISDIR(now) else None, f"{prefix}{name}/")
            elif S_ISREG(mode) and not S_ISREG(now):
                yield prefix + name, identity

    def _blob(self, tree: str, path: str) -> str | None:
        """Find a file by its path; None where there is none."""
        key = tree, path
        if key not in self._blobs:
            name, below, rest = path.partition("/")
            mode, identity = self._folder(tree).get(name, (0, ""))
            found = self._blob(identity, rest) if below and S_ISDIR(mode) else None
            self._blobs[key] = identity if S_ISREG(mode) and not below else found
        return self._blobs[key]

    def _matches(self, tree: str, prefix: str) -> Mapping[str, str]:
        """Find the files of a folder that match, by their paths."""
        key = tree, prefix
        if key not in self._matching:
            found: dict[str, str] = {}
            for name, (mode, identity) in self._folder(tree).items():
                path = prefix + name
                if S_ISDIR(mode):
                    found |= self._matches(identity, f"{path}/")
                elif S_ISREG(mode) and self._selection.matches and self._selection.matches(path):
                    found[path] = identity
            self._matching[key] = found
        return self._matching[key]


def _strangeness(name: str, other: str) -> tuple[bool, bool, str]:
    """Put likely earlier names first: the same in another folder, then the same kind of file."""
    was, now = PurePosixPath(other), PurePosixPath(name)
    return was.name != now.name, was.suffix != now.suffix, other


def _likeness(one: bytes, other: bytes) -> float:
    """Give the share of the longer text that stands in both, line by line."""
    common = Counter(one.splitlines(keepends=True)) & Counter(other.splitlines(keepends=True))
    return sum(len(line) * number for line, number in common.items()) / max(len(one), len(other), 1)
