"""A Publication to a static site: our own app is asked for every path, and its answers are written down."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from wsgiref.types import WSGIApplication

from calfeed.errors import ExportError
from calfeed.publication import Publication
from calfeed.web import paths
from calfeed.web.asking import Reply, ask

INDEX = "index.json"
"""The file that lists every other with its digest; by it we know a folder as our own."""

_GENERATOR = "calfeed"
_NOT_FOUND = "404.html"

Description = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What became of the files, by name relative to the folder; the index itself is not counted."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    body: bytes
    media_type: str

    def describe(self) -> Description:
        digest = hashlib.sha256(self.body).hexdigest()
        return {"sha256": digest, "size": len(self.body), "media_type": self.media_type}


def export(app: WSGIApplication, publication: Publication, output: Path) -> ExportReport:
    """Make the folder `output` the static site of what `app` serves, writing only what differs.

    Files of an earlier export that left the site are removed; no other file ever is.

    Raises:
        ExportError: the folder is not ours or cannot be written, or the app does not answer with 200.
    """
    files = tuple(_ask_all(app, publication))
    try:
        output.mkdir(parents=True, exist_ok=True)
        return _write_all(output.resolve(), files)
    except OSError as error:
        raise ExportError(f"cannot write {error.filename or output}: {error.strerror or error}") from error


# ── asking ───────────────────────────────────────────────────────────────────────────────────────


def _ask_all(app: WSGIApplication, publication: Publication) -> Iterator[_File]:
    site = publication.calendar.site or "http://localhost/"
    for path in paths(publication):
        name = path.removeprefix("/") + ("index.html" if path.endswith("/") else "")
        reply = _good(ask(app, path, site), path)
        yield _File(name, reply.body, reply.media_type)
        if path in publication.renditions:
            reply = _good(ask(app, path, site, "gzip"), path)
            yield _File(f"{name}.gz", reply.body, "application/gzip")
    reply = _good(ask(app, f"/{_NOT_FOUND}", site), f"/{_NOT_FOUND}", 404)
    yield _File(_NOT_FOUND, reply.body, reply.media_type)


def _good(reply: Reply, path: str, expected: int = 200) -> Reply:
    if reply.status != expected:
        raise ExportError(f"the app answers {path} with {reply.status}", "nothing was written")
    return reply


# ── writing ──────────────────────────────────────────────────────────────────────────────────────


def _write_all(output: Path, files: Sequence[_File]) -> ExportReport:
    known = _known(output)
    fresh = {file.name: file.describe() for file in files}
    # Listed before they are there: if this run breaks off, the next one still knows its own files.
    _write(output, INDEX, _index({**known, **fresh}))
    written = [file.name for file in files if _write(output, file.name, file.body)]
    removed = [name for name in sorted(known.keys() - fresh.keys()) if _remove(output, name)]
    _write(output, INDEX, _index(fresh))
    return ExportReport(tuple(written), tuple(sorted(fresh.keys() - set(written))), tuple(removed))


def _index(described: Mapping[str, Description]) -> bytes:
    listing = {"generator": _GENERATOR, "files": described}
    return f"{json.dumps(listing, ensure_ascii=False, indent=1, sort_keys=True)}\n".encode()


def _known(output: Path) -> Mapping[str, Description]:
    """Read what an earlier export left in a folder.

    Raises:
        ExportError: the folder holds files and no index of ours.
    """
    if not any(output.iterdir()):
        return {}
    with suppress(FileNotFoundError, ValueError, LookupError, TypeError):
        index = json.loads((output / INDEX).read_bytes())
        if index["generator"] == _GENERATOR:
            return dict(index["files"])
    raise ExportError(f"{output} holds files that calfeed did not write", "name a new or an empty folder")


def _place(output: Path, name: str) -> Path:
    """Find where a file goes; neither a strange name nor a link leads out of the folder."""
    place = output / name
    if not place.resolve().is_relative_to(output):
        raise ExportError(f"{name} would lie outside of {output}")
    return place


def _write(output: Path, name: str, body: bytes) -> bool:
    """Bring a file to its content, all at once; tell whether it differed."""
    place = _place(output, name)
    if place.is_file() and place.read_bytes() == body:
        return False
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".calfeed-{os.getpid()}")
    try:
        draft.write_bytes(body)
        draft.replace(place)
    except OSError as error:
        raise ExportError(f"cannot write {place}: {error.strerror or error}") from error
    finally:
        draft.unlink(missing_ok=True)
    return True


def _remove(output: Path, name: str) -> bool:
    """Remove a file and the folders that this empties; tell whether it was there."""
    place = _place(output, name)
    if not place.is_file():
        return False
    place.unlink()
    for folder in place.parents:
        if folder == output or any(folder.iterdir()):
            break
        folder.rmdir()
    return True
