"""A git repository on another machine to a bare one here, which is then read like any other.

Nothing but HEAD is kept of what names commits: it is where the branch that is followed stands, wherever it
was moved.  So a fetch is new objects and one file replaced, whatever a push did.  The transport is dulwich's,
over our own connections: no git program need be there, nor is its configuration asked.
"""

import logging
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, TemporaryFile
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlsplit

from dulwich.client import GitClient, HttpGitClient, SSHGitClient, SSHVendor, SubprocessWrapper
from dulwich.errors import HangupException, NotGitRepository
from dulwich.objects import ObjectID
from dulwich.refs import Ref
from dulwich.repo import Repo

from calfeed.errors import RemoteError
from calfeed.internet import Answer, Budget, ask
from calfeed.whole import write_whole

if TYPE_CHECKING:
    from urllib3 import PoolManager

SECONDS: Final = 600.0
OCTETS: Final = 500_000_000
"""What one fetch may take; the first one brings all that ever was, slides and all."""

_PACKS: Final = 100
"""So many fetches bring a pack each; then all is fetched anew, as one."""

_NONE_THERE: Final = "there is no repository, or only for those who have a password"
_BY_WHOM: Final = "the netrc file gives it for https; ssh needs a key"


def fetch(place: Path, url: str, branch: str | None, seconds: float = SECONDS, octets: int = OCTETS) -> None:
    """Bring a branch (None: the default one) with all its history into the bare repository at `place`.

    `url` is https://host/path or ssh://user@host:port/path, in which /~/ begins a path in the user's home.

    Raises:
        RemoteError: it cannot be fetched; what was there is there still.
    """
    logging.getLogger("dulwich").setLevel(logging.CRITICAL)  # what went wrong is raised
    with _understood(), Budget(seconds, octets) as budget:
        if _is_sound(place):
            with Repo(str(place)) as repo:
                head = _fetch_into(repo, url, branch, budget)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            with TemporaryDirectory(dir=place.parent, prefix=_anew(place)) as anew:
                with _begun(Path(anew, "new"), url) as repo:
                    head = _fetch_into(repo, url, branch, budget)
                _swap(Path(anew), place)
        _point(place, head)


def _is_sound(place: Path) -> bool:
    """Tell a mirror that can be added to from one that is not there, is damaged, or has many packs."""
    if not place.is_dir() or len(list(place.glob("objects/pack/*.pack"))) >= _PACKS:
        return False
    try:
        with Repo(str(place)) as repo:
            return repo.object_store[repo.head()].type_name == b"commit"
    except Exception:  # noqa: BLE001  # whatever it is, a new one will not have it
        return False


def _anew(place: Path) -> str:
    """Name, but for their ends, the folders beside a mirror in which a new one of it is made."""
    return f".{place.name}.anew-"


def _swap(anew: Path, place: Path) -> None:
    """Put the parts of a new mirror where the old ones were; a ledger beside them stays."""
    old = anew / "old"
    old.mkdir()
    place.mkdir(exist_ok=True)  # not before: an empty folder looks like a source
    for left in place.parent.iterdir():
        if left.name.startswith(_anew(place)) and left != anew:  # by one that was killed
            rmtree(left, ignore_errors=True)
    for part in Path(anew, "new").iterdir():
        there = place / part.name
        if there.exists():
            there.rename(old / part.name)
        part.rename(there)


def _fetch_into(repo: Repo, url: str, branch: str | None, budget: Budget) -> ObjectID:
    """Fetch what is not there yet, and give the commit at which the branch stands."""
    name = Ref(f"refs/heads/{branch}".encode() if branch else b"HEAD")
    client, path = _client(url, budget)
    store, wanted = repo.object_store, list[ObjectID]()

    def wants(refs: Mapping[Ref, ObjectID], depth: int | None = None) -> list[ObjectID]:  # noqa: ARG001
        wanted.extend([refs[name]] if name in refs else [])
        return [commit for commit in wanted if commit not in store]

    with TemporaryFile(dir=repo.path) as pack:
        walker = repo.get_graph_walker(list(repo.refs.as_dict().values()))
        client.fetch_pack(path, wants, walker, pack.write, ref_prefix=[name])
        if pack.tell():
            pack.seek(0)
            store.add_thin_pack(pack.read, None)
    if not wanted:
        message = f"there is no branch {branch}" if branch else "there is no commit yet"
        raise RemoteError(message, "name another after #" if branch else "push one")
    return wanted[0]


def _begun(place: Path, url: str) -> Repo:
    """Begin a mirror that says what it is one of, as any clone does."""
    repo = Repo.init_bare(str(place), mkdir=True)
    at, _, home = url.removeprefix("ssh://").partition("/~/")
    config = repo.get_config()
    config.set((b"remote", b"origin"), b"url", f"{at}:{home}" if home and ":" not in at else url)
    config.write_to_path()
    return repo


def _point(place: Path, head: ObjectID) -> None:
    """Let HEAD be a commit, at once or not at all."""
    write_whole(place / "HEAD", head + b"\n")


@contextmanager
def _understood() -> Iterator[None]:
    """Say in our words what went wrong, and nothing that a server or an address may have put into others."""
    try:
        yield
    except RemoteError:
        raise
    except (NotGitRepository, HangupException) as error:
        raise RemoteError(_NONE_THERE, _BY_WHOM) from error
    except OSError as error:
        raise RemoteError(f"it cannot be kept here: {error.strerror or type(error).__name__}") from error
    except Exception as error:
        raise RemoteError(f"git was not understood: {type(error).__name__}") from error


# ── transports ───────────────────────────────────────────────────────────────────────────────────


def _client(url: str, budget: Budget) -> tuple[GitClient, str]:
    parts = urlsplit(url)
    if parts.scheme == "https":
        return HttpGitClient(url, pool_manager=cast("PoolManager", _Requests(budget))), ""
    client = SSHGitClient(parts.hostname or "", parts.port, parts.username, vendor=_Ssh(budget))
    return client, parts.path.removeprefix("/~/")


class _Requests:
    """What dulwich asks for https: as much of urllib3's PoolManager as that is."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self.headers = {"User-Agent": "git/calfeed"}  # some servers ask for a name that begins so

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        preload_content: bool = False,  # noqa: ARG002
    ) -> Answer:
        answer = ask(method, url, self._budget, dict(headers), body)
        if answer.status in (401, 403, 404):
            raise RemoteError(f"{_NONE_THERE} ({answer.said})", _BY_WHOM)
        if answer.status != 200:
            raise RemoteError(f"it answered {answer.said}")
        if not answer.headers.get("Content-Type", "").startswith("application/x-git-upload-pack-"):
            raise RemoteError("it answers, but not as a git repository", "does the address end in .git?")
        return answer


class _Ssh(SSHVendor):
    """Runs the ssh program, with the keys and the known hosts of the user who runs calfeed."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget

    def run_command(  # noqa: PLR0913, PLR0917 - dulwich's
        self,
        host: str,
        command: bytes,
        username: str | None = None,
        port: int | None = None,
        password: str | None = None,  # noqa: ARG002
        key_filename: str | None = None,  # noqa: ARG002
        ssh_command: str | None = None,  # noqa: ARG002
        protocol_version: int | None = None,  # noqa: ARG002
    ) -> SubprocessWrapper:
        options = ["-x", "-o", "BatchMode=yes", "-o", "SetEnv=GIT_PROTOCOL=version=2"]
        options += ["-p", str(port)] if port else []
        where = f"{username}@{host}" if username else host
        try:
            program = subprocess.Popen(  # noqa: S603 - host and user begin with a letter or digit: no options
                ["ssh", *options, "--", where, os.fsdecode(command)],  # noqa: S607 - the user's own
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,  # what ssh complains of goes where we complain ourselves
            )
        except OSError as error:
            raise RemoteError("the ssh program cannot be started", "install OpenSSH") from error
        return _Program(program, self._budget)


class _Program(SubprocessWrapper):
    """A program that is ended with the budget, and whose words count."""

    def __init__(self, program: subprocess.Popen[bytes], budget: Budget) -> None:
        super().__init__(program)
        budget.closing(self._end)
        budget.cutting(program.kill)
        read = self.read

        def counted(octets: int | None = None) -> bytes:
            data = read(octets)
            budget.take(len(data))
            return data

        self.read = counted

    def _end(self) -> None:
        self.proc.kill()
        self.close()
