"""Earlier versions of a schedule, from the git repository it is kept in.

    find_repository(path) ─▶ Repository ──versions(head, selection)──▶ Version, Version, …  oldest first

`objects` reads what git stores, `selection` finds the calendar's files in a commit; here is decided which
commits matter.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from calfeed.history.head import head_state
from calfeed.history.objects import Commit, Objects
from calfeed.history.selection import Selection, Trees

__all__ = ["Repository", "Selection", "Version", "find_repository", "head_state"]

_LAST_SECOND: Final = int(datetime.max.replace(tzinfo=UTC).timestamp())


@dataclass(frozen=True, slots=True)
class Version:
    """A commit that changed a selected file, or joined lines of history that both did.

    `parents` are the commits of the nearest older versions, none of which led to another; the first
    version has none.  `time` is the committer's, UTC in whole seconds, but never before a parent's: after a
    commit by a clock that was ahead, time stands still until it has caught up.  `author` is a name without
    any address, None where only an address is known.  `files` gives the blob of each selected file, by the
    path it has in the version that was asked for.
    """

    commit: str
    parents: tuple[str, ...]
    time: datetime
    author: str | None
    files: Mapping[str, str]


def find_repository(path: Path) -> "Repository | None":
    """Find the repository that holds a file or folder: a work tree of any kind, or a bare repository.

    Raises:
        HistoryError: there is one, and it cannot be opened.
    """
    path = path.resolve()
    place = next((place for place in (path, *path.parents) if _holds_repository(place)), None)
    return Repository(place) if place else None


def _holds_repository(place: Path) -> bool:
    """Tell without loading anything: git is not read for a schedule that lies in no repository."""
    link = place / ".git"  # a file in submodules and linked work trees
    return link.is_file() or _is_git_folder(link) or _is_git_folder(place)


def _is_git_folder(place: Path) -> bool:
    return (place / "HEAD").exists() and (place / "objects").is_dir() and (place / "refs").is_dir()


class Repository:
    """A git repository as it lies on disk, read only.

    `place` is the folder of its work tree, or its own where it `is_bare`; `is_shallow` tells a clone whose
    history was cut off.  A commit is named by its full hexadecimal id, a file's content by that of its blob.
    Every method raises HistoryError for what is missing (a partial clone) or damaged.
    """

    def __init__(self, place: Path) -> None:
        self._objects = Objects(place)
        self.place = place
        self.is_bare = self._objects.is_bare
        self.is_shallow = self._objects.is_shallow

    def head(self) -> str | None:
        """Give the commit that is checked out; None while there is no commit."""
        return self._objects.head()

    def root(self) -> str | None:
        """Give what all full clones share: the first commit that led to head; None in a shallow clone.

        Only first parents are followed: a history that began apart and is merged changes nothing.
        """
        commit = self.head()
        if commit is None or self.is_shallow:
            return None
        while parents := self._objects.commit(commit).parents:
            commit = parents[0]
        return commit

    def time(self, commit: str) -> datetime:
        """Tell when a commit was made by the committer's clock: UTC, in whole seconds."""
        return _instant(self._objects.commit(commit).time)

    def remote(self) -> str | None:
        """Give the address that the repository was cloned from (its remote "origin"), if any."""
        return self._objects.remote()

    def resolve(self, revision: str) -> str:
        """Find the commit that a person means: a branch, a tag, an id or its start, "HEAD~3"."""
        return self._objects.resolve(revision)

    def read(self, blob: str) -> bytes:
        """Read a file's content."""
        return self._objects.file(blob)

    def files(self, commit: str, selection: Selection) -> Mapping[str, str]:
        """Give the blobs of the selected files at one commit, by the paths they have there."""
        names = {name: name for name in selection.named}
        return Trees(self._objects, selection).files(self._objects.commit(commit).tree, names)

    def versions(
        self,
        head: str,
        selection: Selection,
        *,
        since: str | None = None,
        not_before: datetime | None = None,
        later: str | None = None,
    ) -> tuple[Version, ...] | None:
        """Give the versions that led to `head`, oldest first; they are the same in every full clone.

        With `since`, give only those after that commit, which then stands among the parents for all that
        came before it; best is the last version of an earlier answer, and `not_before` its time.  None
        where that is not all: `since` did not lead to `head`, a line of history that began before it was
        merged after it, or a named file was renamed after it.  Then ask for all.

        Files are named as at `head`, or as at a `later` commit, through whatever renames lie between.
        """
        if since == head:
            return ()
        history = self._history(head, since)
        if since and any(not commit.parents and commit.id != since for commit in history):
            return None
        trees = Trees(self._objects, selection)
        names = trees.names(history, self._names(head, later, trees) if later else None)
        files = {commit.id: trees.files(commit.tree, names[commit.id]) for commit in history}
        if since is None:
            return _versions(history, files, ())
        if names[since] != names[head]:
            return None
        start = Version(since, (), not_before or _instant(history[0].time), None, files[since])
        return _versions(history[1:], files, (start,))

    def _names(self, head: str, later: str, trees: Trees) -> Mapping[str, str] | None:
        """Find out what the named files of a later commit are called at `head`, or where the two parted."""
        names = trees.names(self._history(later))
        return next((names[each.id] for each in reversed(self._history(head)) if each.id in names), None)

    def _history(self, head: str, since: str | None = None) -> Sequence[Commit]:
        """Walk all commits that led to head, parents first, but none that led to `since`."""
        order: list[Commit] = []
        seen = {head}
        path = [self._step(head, since)]
        while path:
            commit, parents = path[-1]
            parent = next((parent for parent in parents if parent not in seen), None)
            if parent is None:
                order.append(commit)
                path.pop()
            else:
                seen.add(parent)
                path.append(self._step(parent, since))
        return order

    def _step(self, identity: str, since: str | None) -> tuple[Commit, Iterator[str]]:
        commit = self._objects.commit(identity)
        commit = replace(commit, parents=()) if identity == since else commit
        return commit, iter(commit.parents)


def _versions(
    history: Iterable[Commit], files: Mapping[str, Mapping[str, str]], known: Sequence[Version]
) -> tuple[Version, ...]:
    """Keep the commits (parents first) that changed a file or joined lines of history that both did."""
    kept = {version.commit: version for version in known}
    nearest: dict[str, str | None] = {commit: commit for commit in kept}
    rank = dict.fromkeys(kept, 0)
    for commit in history:
        older = dict.fromkeys(near for parent in commit.parents if (near := nearest[parent]))
        parents = tuple(one for one in older if not any(_led(one, other, kept, rank) for other in older))
        before = kept[parents[0]].files if parents else {}
        if len(parents) <= 1 and files[commit.id] == before:
            nearest[commit.id] = parents[0] if parents else None
            continue
        time = max([_instant(commit.time), *(kept[parent].time for parent in parents)])
        kept[commit.id] = Version(commit.id, parents, time, commit.author, files[commit.id])
        nearest[commit.id], rank[commit.id] = commit.id, len(rank)
    new = list(kept.values())[len(known) :]
    return tuple(sorted(new, key=lambda version: version.time))


def _led(one: str, other: str, kept: Mapping[str, Version], rank: Mapping[str, int]) -> bool:
    """Tell whether one version led to another; `rank` is lower in whatever led to a version."""
    seen: set[str] = set()
    ahead = {other}
    while ahead:
        seen |= ahead
        ahead = {
            parent
            for version in ahead
            for parent in kept[version].parents
            if rank[parent] >= rank[one] and parent not in seen
        }
        if one in ahead:
            return True
    return False


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(min(max(seconds, 0), _LAST_SECOND), UTC)
