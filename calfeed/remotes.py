"""Sources on other machines: told from files by how they are written, and brought here to be read like them.

    https://host/group/schedule.git#branch:folder/schedule.md   a git repository, also git+https:// or ssh://
    git@host:group/schedule.git                                 the same, as git's users write it
    https://host/group/schedule.md                              one file

Who runs calfeed names them, never a schedule's settings: else whoever may edit those could send a server
anywhere.
"""

import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import SplitResult, quote, unquote, urlsplit

from calfeed.documents import READERS
from calfeed.errors import RemoteError, UsageError
from calfeed.whole import write_whole

SECONDS: Final = 20.0
OCTETS: Final = 10_000_000
"""What it may take to fetch one file."""

_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_SCP: Final = re.compile(r"([A-Za-z0-9_][\w.-]*)@([A-Za-z0-9][A-Za-z0-9.-]*):(?!-)([^\s:]+)")
_NAME: Final = re.compile(r"[A-Za-z0-9_][\w.+-]*")
_HOST: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*|[0-9A-Fa-f:.]+")
_BRANCH: Final = re.compile(r"(?![-/])(?!.*(?:\.\.|//|@\{))[^\x00-\x20\x7f~^:?*\[\\]+")

_KINDS: Final = "https://….git and ssh://… are git repositories, https://….md is a file"
_NO_PASSWORD: Final = "put it into the netrc file: docs/sources.md tells how"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Remote:
    """A source on another machine, and where it is kept here: a bare repository, or one file.

    `url` holds no password; `branch` and `path` are of a repository, empty for its default branch and for
    what its settings or README tell.
    """

    url: str
    place: Path
    is_git: bool
    branch: str = ""
    path: str = ""

    @property
    def local(self) -> Path:
        """Where it is found by those who read files."""
        return self.place / self.path

    @property
    def shown(self) -> str:
        """The address for the log: a query may hold a password."""
        return self.url.partition("?")[0] + ("?…" if "?" in self.url else "")

    def fetch(self) -> None:
        """Bring here what is there now.

        Raises:
            RemoteError: it cannot be fetched; what was here is here still.
        """
        try:
            if self.is_git:
                from calfeed.history.mirror import fetch  # loads git's and the internet's protocols

                fetch(self.place, self.url, self.branch or None)
            else:
                _fetch_file(self.url, self.place)
        except RemoteError as error:
            error.address = self.shown
            raise


def remotes(arguments: Sequence[str], folder: Path) -> tuple[tuple[str, ...], tuple[Remote, ...]]:
    """Find the remote ones among sources as typed, in a working directory.

    Gives the sources, with the places where they are kept instead of those, and the remote ones.

    Raises:
        UsageError: one is no address that may be fetched, or a repository is not the only source.
    """
    found = {argument: parse(argument, _cache(folder)) for argument in arguments}
    away = tuple(remote for remote in found.values() if remote)
    if len(found) > 1 and any(remote.is_git for remote in away):
        raise UsageError(
            "a git repository on another machine is a source alone", "its calfeed.yaml names files"
        )
    here = (str(remote.local) if (remote := found[argument]) else argument for argument in arguments)
    return tuple(here), away


def bring(arguments: Sequence[str], folder: Path) -> tuple[str, ...]:
    """Fetch the remote ones among sources as typed, and give where all of them are.

    Raises:
        UsageError: one is no address that may be fetched.
        RemoteError: one cannot be fetched.
    """
    here, away = remotes(arguments, folder)
    for remote in away:
        remote.fetch()
    return here


def split(written: str) -> list[str]:
    """Give the sources that a variable of the environment names: as PATH is written, or with spaces between
    where one of them is an address, for that has colons of its own.
    """
    is_address = "://" in written or any(map(_SCP.fullmatch, written.split()))
    return [source for source in (written.split() if is_address else written.split(os.pathsep)) if source]


def _cache(folder: Path) -> Path:
    return (folder / (os.environ.get("CALFEED_CACHE") or Path(".calfeed", "remotes"))).resolve()


# ── understanding an address ─────────────────────────────────────────────────────────────────────


def parse(written: str, cache: Path) -> Remote | None:
    """Understand a source as typed; None where it is one of files.

    Raises:
        UsageError: it is an address, and not one that may be fetched; the message repeats no password.
    """
    address, _, rest = written.partition("#")
    if scp := _SCP.fullmatch(address):
        user, host, path = scp.groups()
        home = "" if path.startswith("/") else "/~/"
        return _repository(urlsplit(f"ssh://{user}@{host}{home}{path}"), rest, cache)
    if not _URL.match(address):
        return None
    is_git = address.startswith("git+")
    parts = _parts(address.removeprefix("git+"))
    if is_git or parts.scheme == "ssh" or parts.path.rstrip("/").endswith(".git"):
        return _repository(parts, rest, cache)
    name = unquote(PurePosixPath(parts.path).name)
    if PurePosixPath(name).suffix.lower() not in READERS:
        raise UsageError(f"nobody can tell what is at an address that ends in {name or '/'}", _KINDS)
    place = Path(*_folders(parts)[:-1], *([_digest(parts.query)] if parts.query else []), _folder(name))
    return Remote(parts.geturl(), cache / "files" / place, is_git=False)


def _parts(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        raise UsageError("that is no address: its host or its port is wrong", _KINDS) from None
    if parts.scheme not in ("https", "ssh"):
        hint = "write https://" if parts.scheme == "http" else _KINDS
        raise UsageError(f"nothing is fetched by {parts.scheme}://", hint)
    if parts.password is not None or (parts.scheme == "https" and parts.username is not None):
        raise UsageError(f"the address on {host} holds a user or a password", _NO_PASSWORD)
    if not _HOST.fullmatch(host) or port == 0 or not _NAME.fullmatch(parts.username or "git"):
        raise UsageError("that is no address: its host, its port or its user is wrong", _KINDS)
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~")
    return parts._replace(path=path, query=quote(parts.query, safe="/?%:@!$&'()*+,;=~"), fragment="")


def _repository(parts: SplitResult, rest: str, cache: Path) -> Remote:
    branch, _, path = rest.partition(":")
    if branch and not _BRANCH.fullmatch(branch):
        raise UsageError("what follows # is no branch", "as in: https://host/group/schedule.git#main")
    if path.startswith("/") or ".." in path.split("/"):
        raise UsageError("a path in a repository begins at its top", "as in: schedule.git#main:talks/2024.md")
    if parts.query or not parts.path.strip("/~"):
        raise UsageError("a repository has a path, and nothing after ?", _KINDS)
    host, *folders, name = _folders(parts)
    at = [f"@{_folder(branch)}"] if branch else []
    place = Path(host, *at, *folders, name.removesuffix(".git") or name)
    return Remote(parts.geturl(), cache / "git" / place, is_git=True, branch=branch, path=path.strip("/"))


def _folders(parts: SplitResult) -> list[str]:
    """Give the folders that an address has in the cache: readable ones, for a person who looks there."""
    names = [_folder(unquote(name)) for name in parts.path.split("/") if name not in ("", "~")]
    return [f"{parts.hostname}+{parts.port}" if parts.port else parts.hostname or "", *names]


def _folder(name: str) -> str:
    """Make a name safe for any file system: nothing hidden, no way up, not too long."""
    safe = quote(name, safe=" ()+,;=")
    safe = re.sub(r"^\.", "%2E", safe)
    return safe if len(safe) <= 150 else f"{safe[:100]}%{_digest(name)}{PurePosixPath(name).suffix[:10]}"


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=8).hexdigest()


# ── one file ─────────────────────────────────────────────────────────────────────────────────────


def _fetch_file(url: str, place: Path) -> None:
    """Ask for a file, if it is another one than the one that is here."""
    from calfeed.internet import Budget, ask  # loads the protocols

    note = place.with_name(f".{place.name}.json")
    with Budget(SECONDS, OCTETS) as budget:
        answer = ask("GET", url, budget, _conditions(place, note))
        if answer.status == 304:
            return
        if answer.status != 200:
            hint = "the netrc file gives a password" if answer.status in (401, 403, 404) else ""
            raise RemoteError(f"it answered {answer.said}", hint)
        if answer.headers.get_content_type() == "text/html" and not place.suffix.lower().startswith(".htm"):
            raise RemoteError("that is a web page about the file", "take the address of its “raw” text")
        data = b"".join(answer.chunks())
    validators = {name: answer.headers[name] for name in ("ETag", "Last-Modified") if answer.headers[name]}
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        note.unlink(missing_ok=True)  # an old one must not vouch for a new file
        if not place.is_file() or place.read_bytes() != data:
            write_whole(place, data)
        write_whole(note, json.dumps(validators).encode())
    except OSError as error:
        raise RemoteError(f"it cannot be kept here: {error.strerror}") from error


def _conditions(place: Path, note: Path) -> dict[str, str]:
    """Give the headers that ask for nothing where nothing changed."""
    try:
        known = json.loads(note.read_bytes()) if place.is_file() else {}
        names = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}
        return {header: known[name] for name, header in names.items() if name in known}
    except (OSError, ValueError):
        return {}
