"""Where a publication came from: the commit of its sources, and their lines on the repository's web site."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from calfeed.diagnostics import Position
from calfeed.history import Repository, Selection
from calfeed.sources import Sources


@dataclass(frozen=True, slots=True)
class Origin:
    """The commit that was checked out when the sources were read.

    `commit` is its full id, `time` the committer's, UTC in whole seconds.  `committed` maps the files that
    were read as they are in it, named as in a Position, to their paths in the repository; `is_edited` tells
    whether others were read.  `site` is the repository's address on the web without a final slash, "" where
    it is unknown, and `forge` the key of its kind.
    """

    commit: str
    time: datetime
    committed: Mapping[str, str]
    is_edited: bool = False
    site: str = ""
    forge: str = ""

    @property
    def page(self) -> str | None:
        """Give the address that shows the commit, if there is one."""
        return _FORGES[self.forge][0].format(site=self.site, commit=self.commit) if self.site else None

    def line(self, position: Position) -> str | None:
        """Give the address that shows a line of a file; None where another may stand there."""
        path = self.committed.get(position.path)
        if not self.site or path is None:
            return None
        written, line = quote(path, errors="surrogateescape"), position.line
        return _FORGES[self.forge][1].format(site=self.site, commit=self.commit, path=written, line=line)


_GITEA: Final = ("{site}/commit/{commit}", "{site}/src/commit/{commit}/{path}?display=source#L{line}")

_FORGES: Final = MappingProxyType(
    {
        "github": ("{site}/commit/{commit}", "{site}/blob/{commit}/{path}?plain=1#L{line}"),
        "gitlab": ("{site}/-/commit/{commit}", "{site}/-/blob/{commit}/{path}?plain=1#L{line}"),
        "gitea": _GITEA,
        "forgejo": _GITEA,
        "codeberg.org": _GITEA,
        "bitbucket.org": ("{site}/commits/{commit}", "{site}/src/{commit}/{path}#lines-{line}"),
        "gitee.com": ("{site}/commit/{commit}", "{site}/blob/{commit}/{path}#L{line}"),
    }
)
"""A site, or a word of its name -> how it shows a commit, and a line of a text that it would lay out."""

_REMOTE: Final = re.compile(
    r"(?:git\+)?(?P<scheme>https?|ssh|git)://(?:[^/]*@)?(?P<host>[\w.-]+)(?P<port>:\d+)?/+(?P<path>[\w./~+-]+)"
    r"|(?:[^@/:]+@)?(?P<scp_host>[\w-]+\.[\w.-]+):(?P<scp_path>[\w~][\w./~+-]*)"
)

_OVER_HTTPS: Final = re.compile(r"^(?:alt)?ssh\.")
"""Where ssh is answered at the port of https: ssh.github.com, altssh.gitlab.com."""


def find_origin(sources: Sources, read: frozenset[str]) -> Origin | None:
    """Find the commit of the sources that were `read`; None where there is no repository, or no commit.

    Raises:
        HistoryError: the repository cannot be read.
    """
    repository = sources.repository()
    head = repository.head() if repository else None
    if repository is None or head is None:
        return None
    settings = frozenset(filter(None, (sources.settings.file,)))
    names = _names(repository, sources.settings.root, read | settings)
    committed = names if sources.bare else _committed(repository, head, names)
    site, forge = website(repository.remote() or "")
    return Origin(head, repository.time(head), committed, not read <= committed.keys(), site, forge)


def _names(repository: Repository, root: Path, files: Iterable[str]) -> Mapping[str, str]:
    """Map files to their paths in the repository, but for those that lie elsewhere."""
    places = ((file, root / file) for file in files)
    top = repository.place
    return {file: place.relative_to(top).as_posix() for file, place in places if place.is_relative_to(top)}


def _committed(repository: Repository, head: str, names: Mapping[str, str]) -> Mapping[str, str]:
    """Keep the files that are on disk as they are in a commit."""
    blobs = repository.files(head, Selection(frozenset(names.values())))
    return {
        file: name
        for file, name in names.items()
        if name in blobs and _is_same(repository.place / name, repository.read(blobs[name]))
    }


def _is_same(file: Path, data: bytes) -> bool:
    """Compare but for the ends of lines, which git may write as the system likes them."""
    try:
        return file.read_bytes().replace(b"\r\n", b"\n") == data.replace(b"\r\n", b"\n")
    except OSError:
        return False


def website(remote: str) -> tuple[str, str]:
    """Turn the address that git fetches from into the site's, without a password, and the key of its kind.

    Two empty texts where it is no address on the web, or that of a site whose pages are not known.
    """
    found = _REMOTE.fullmatch(remote)
    if found is None:
        return "", ""
    scheme = "http" if found["scheme"] == "http" else "https"
    port = found["port"] if found["scheme"] in {"http", "https"} else None  # ssh's is not the site's
    host = _OVER_HTTPS.sub("", (found["host"] or found["scp_host"]).lower())
    path = (found["path"] or found["scp_path"]).strip("/").removesuffix(".git")
    forge = next((name for name in (host, *host.split(".")) if name in _FORGES), "")
    return (f"{scheme}://{host}{port or ''}/{quote(path, safe='/~+')}", forge) if forge else ("", "")
