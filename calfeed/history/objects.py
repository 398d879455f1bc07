"""Commits, folders and files of a git repository, as they are stored.  The only door to git.

Nothing is written, no program is started, no network is asked: so it does not matter who owns a
repository, and what a partial clone left out is an error.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar
from weakref import finalize

from calfeed.errors import HistoryError

if TYPE_CHECKING:
    from dulwich.objects import ShaFile

_Stored = TypeVar("_Stored", bound="ShaFile")

_FETCH: Final = "fetch all of the repository, as in: git fetch --refetch --no-filter"
_ANEW: Final = "clone it anew, without any extensions"
_CHECK: Final = "git fsck tells what is damaged"


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit: `tree` is the id of its top folder, `time` the committer's in seconds of Unix.

    At the end of a shallow clone it has no parents.  `author` is a name without any address, None where
    only an address is known.
    """

    id: str
    parents: tuple[str, ...]
    tree: str
    time: int
    author: str | None


class Objects:
    """What a repository at `place` (a work tree's top, or a bare repository) stores, by hexadecimal ids.

    Every method raises HistoryError for an object that is missing, damaged, or of another kind.
    """

    def __init__(self, place: Path) -> None:
        from dulwich.repo import Repo  # takes as long to load as to read a thousand commits

        with _understood(f"cannot open the git repository {place}", _ANEW):
            self._repo = Repo(place)
            finalize(self, self._repo.close)
            if not Path(self._repo.object_store.path).is_dir():  # a submodule that was copied without it
                raise HistoryError(
                    f"the git repository of {place} is not there", "see where its .git file points"
                )
            self._ends = {commit.decode() for commit in self._repo.get_shallow()}
        self._commits: dict[str, Commit] = {}
        self.is_bare = self._repo.bare
        self.is_shallow = bool(self._ends)

    def head(self) -> str | None:
        """Give the commit that is checked out; None while there is no commit."""
        with _understood(f"cannot read HEAD of the git repository {self._repo.path}", _CHECK):
            try:
                return self._repo.head().decode()
            except KeyError:
                return None

    def remote(self) -> str | None:
        """Give the address of the remote "origin", as it is configured."""
        with _understood(f"cannot read the settings of the git repository {self._repo.path}", _CHECK):
            try:
                return self._repo.get_config().get((b"remote", b"origin"), b"url").decode()
            except KeyError:
                return None

    def resolve(self, revision: str) -> str:
        """Find the commit that a person means."""
        from dulwich.objectspec import parse_commit, parse_object

        name = revision.replace("^", "~").split("~", 1)[0]
        hint = (
            "the clone is shallow: git fetch --unshallow"
            if self.is_shallow
            else "git log lists what there is"
        )
        try:
            start = parse_commit(self._repo, b"HEAD" if name == "@" else name.encode())
            found = parse_object(self._repo, start.id + revision[len(name) :].encode())
            return parse_commit(self._repo, found.id).id.decode()
        except Exception as error:  # whatever is not understood
            raise HistoryError(f"there is no version “{revision}” in the repository", hint) from error

    def commit(self, commit: str) -> Commit:
        """Read a commit."""
        if commit not in self._commits:
            self._commits[commit] = self._read_commit(commit)
        return self._commits[commit]

    def _read_commit(self, commit: str) -> Commit:
        from dulwich.objects import Commit as Stored

        with self._read(commit, Stored) as found:
            parents = () if commit in self._ends else tuple(parent.decode() for parent in found.parents)
            author = _name(found.author, (found.encoding or b"utf-8").decode("ascii", "replace"))
            return Commit(commit, parents, found.tree.decode(), found.commit_time or 0, author)

    def folder(self, tree: str) -> Mapping[str, tuple[int, str]]:
        """Read a folder: mode and id by name.  A name that is not UTF-8 keeps its bytes as surrogates."""
        from dulwich.objects import Tree

        with self._read(tree, Tree) as found:
            return {
                entry.path.decode("utf-8", "surrogateescape"): (entry.mode, entry.sha.decode())
                for entry in found.iteritems()
            }

    def file(self, blob: str) -> bytes:
        """Read a file's content."""
        from dulwich.objects import Blob

        with self._read(blob, Blob) as found:
            return found.data

    @contextmanager
    def _read(self, identity: str, kind: type[_Stored]) -> Iterator[_Stored]:
        """Read an object, and answer for what shows only when it is used."""
        from dulwich.objects import ObjectID

        with _understood(f"cannot read {identity} from the git repository {self._repo.path}", _CHECK):
            try:
                found = self._repo.object_store[ObjectID(identity.encode())]
            except KeyError:
                message = f"the git repository {self._repo.path} lacks {identity}"
                raise HistoryError(message, _FETCH) from None
            if not isinstance(found, kind):
                raise HistoryError(f"{identity} is not a {kind.__name__.lower()}", _CHECK)
            yield found


@contextmanager
def _understood(message: str, hint: str) -> Iterator[None]:
    """Say in our words what went wrong in git's: damage shows as a dozen kinds of error."""
    try:
        yield
    except HistoryError:
        raise
    except Exception as error:
        raise HistoryError(f"{message}: {str(error) or type(error).__name__}", hint) from error


def _name(author: bytes, encoding: str) -> str | None:
    """Give an author's name, never an address, not even one that stands in the name's place."""
    written = author.partition(b"<")[0].strip()
    try:
        name = written.decode(encoding)
    except (LookupError, UnicodeDecodeError):
        name = written.decode("latin-1")
    return None if "@" in name else name or None
