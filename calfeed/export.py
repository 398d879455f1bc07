"""A Publication to a static site: our own app is asked for every path, and its answers are written down.

The site is whole at every moment, wherever the writing of it breaks off: what can be reached from the
home page stands in the index, and what stands in the index is there.  So all files are made ready
first, and then moved: those that are new, the index, those that changed, the index; what left the site
goes last.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit
from wsgiref.types import WSGIApplication

from calfeed.errors import ExportError
from calfeed.feeds import filtered
from calfeed.formats import FORMATS
from calfeed.publication import Publication
from calfeed.remember import Progress
from calfeed.web import paths
from calfeed.web.asking import Reply, ask
from calfeed.web.gate import read_date
from calfeed.web.pages import PAGES
from calfeed.whole import advice, settle

INDEX = "index.json"
"""The file that lists every other with its digest; by it we know a folder as our own."""

_GENERATOR = "calfeed"
_NOT_FOUND = "404.html"
_STAGE = ".calfeed-stage-"
_POLICY = "Content-Security-Policy"
_STATED = (
    "Content-Type",
    "Cache-Control",
    "Access-Control-Allow-Origin",
    _POLICY,
    "Referrer-Policy",
    "X-Content-Type-Options",
    "X-Robots-Tag",
)

Headers = Mapping[str, str]
Description = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What became of the files, by name relative to the folder; the index itself is not counted.

    `left_out` are the paths of filters that found no room among those prepared.
    """

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _File:
    """A file to be; `modified` is None where its bytes alone tell when it changed."""

    name: str
    body: bytes
    media_type: str = "text/plain; charset=utf-8"
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Index:
    """What an earlier export left: `files` are there and whole, `unlisted` may be there, and are ours."""

    files: Mapping[str, Description]
    unlisted: frozenset[str]


def export(
    app: WSGIApplication,
    publication: Publication,
    output: Path,
    *,
    filters: int = 100,
    progress: Progress | None = None,
) -> ExportReport:
    """Make the folder `output` the static site of what `app` serves, writing only what differs.

    Of the filters every venue, and at most `filters` of the others, become feeds with an address of their
    own.  Files of an earlier export that left the site are removed; no other file ever is, or is overwritten.

    Raises:
        ExportError: the folder is not ours or cannot be written, or the app does not answer with 200.
    """
    calendar, events = publication.calendar, publication.events
    every = tuple(filtered.prepared(calendar, events))
    prepared = (*filtered.venues(calendar, events), *every[:filters])
    files = tuple(_ask_all(app, publication, prepared, progress))
    left_out = tuple(f"/{path}.ics" for path in every[filters:])
    try:
        output.mkdir(parents=True, exist_ok=True)
        return _write_all(output.resolve(), files, publication.published, left_out)
    except OSError as error:
        place = error.filename2 or error.filename or output
        raise ExportError(f"cannot write {place}: {error.strerror or error}", advice(error)) from error


# ── asking ───────────────────────────────────────────────────────────────────────────────────────


def _ask_all(
    app: WSGIApplication, publication: Publication, prepared: Sequence[str], progress: Progress | None
) -> Iterator[_File]:
    site = publication.calendar.site or "http://localhost/"
    filters = [f"/{path}.{extension}" for path in prepared for extension in FORMATS]
    feeds = {*publication.renditions, *filters}
    asked = (*paths(publication), *filters)
    for done, path in enumerate(asked, 1):
        name = path.removeprefix("/") + ("index.html" if path.endswith("/") else "")
        reply = _good(ask(app, path, site), path)
        modified = read_date(reply.headers.get("Last-Modified", "")) if path in feeds else None
        yield _File(name, reply.body, reply.headers["Content-Type"], modified)
        if path in feeds:
            reply = _good(ask(app, path, site, "gzip"), path)
            yield _File(f"{name}.gz", reply.body, "application/gzip", modified)
        if progress:
            progress(done, len(asked))
    reply = _good(ask(app, f"/{_NOT_FOUND}", site), f"/{_NOT_FOUND}", 404)
    yield _File(_NOT_FOUND, reply.body, reply.headers["Content-Type"])
    yield from _for_hosts(app, publication, site)


def _good(reply: Reply, path: str, expected: int = 200) -> Reply:
    if reply.status != expected:
        raise ExportError(f"the app answers {path} with {reply.status}", "nothing was written")
    return reply


# ── what hosts are told ──────────────────────────────────────────────────────────────────────────


def _for_hosts(app: WSGIApplication, publication: Publication, site: str) -> Iterator[_File]:
    """Tell hosts the headers that the app sends; GitHub Pages only, not to leave files out."""
    page, embedded = (_stated(ask(app, path, site)) for path in ("/", "/embed/agenda/"))
    everything = f"/calendar/{publication.calendar.slug}"
    feeds = {extension: _stated(ask(app, f"{everything}.{extension}", site)) for extension in FORMATS}
    folders = sorted({"filter", *(feed.path.partition("/")[0] for feed in publication.feeds)})
    yield _File("_headers", _netlify(page, embedded, feeds).encode())
    yield _File("nginx.conf", _nginx(page, embedded, feeds, urlsplit(site).path, folders).encode())
    yield _File(".nojekyll", b"")


def _stated(reply: Reply) -> Headers:
    return {name: reply.headers[name] for name in _STATED if name in reply.headers}


def _netlify(page: Headers, embedded: Headers, feeds: Mapping[str, Headers]) -> str:
    """Write rules for Netlify and Cloudflare Pages, which send what all matching rules say, joined: so no
    header stands in two but the policy, for of two policies both hold: that of embedded pages is the looser,
    and all other pages have theirs besides.  Their own caching of pages is ours.

    The rule for `.json` matches `.changes.json`, too, which has only its media type to add; that of `.json`
    they know.
    """
    everywhere = {name: embedded[name] for name in page if name not in {"Content-Type", "Cache-Control"}}
    besides = {name: embedded[name] for name in embedded if name not in page}
    rules = {"/*": everywhere}
    for name, kind in PAGES.items():
        pattern = kind.RULE.partition("<slug>")[0] + ("*" if kind.RULE != "/" else "")
        told = besides if name == "embed" else {_POLICY: page[_POLICY]}
        rules |= {pattern: told, f"/:language{pattern}": told}
    wide = tuple(f".{other}" for each in feeds for other in feeds if each.endswith(f".{other}"))
    for extension, headers in feeds.items():
        left_out = set(everywhere)
        if extension.endswith(wide):
            left_out = headers.keys() - {"Content-Type"}
        elif f".{extension}" in wide:
            left_out.add("Content-Type")
        rules[f"/*.{extension}"] = {name: headers[name] for name in headers if name not in left_out}
    return "\n".join(
        "".join((f"{pattern}\n", *(f"  {name}: {value}\n" for name, value in headers.items())))
        for pattern, headers in rules.items()
    )


def _nginx(
    page: Headers, embedded: Headers, feeds: Mapping[str, Headers], root: str, folders: Iterable[str]
) -> str:
    """Write the same for nginx, which takes the first of the patterns that match: the longest go first."""
    lines = [
        "# For nginx: include this file in the server block that serves this folder.",
        f"error_page 404 {root}{_NOT_FOUND};",
        "gzip_static on;",
        "gzip_vary on;",
        *_location("/", "charset utf-8;", page),
        *_location("~ /embed/[^/]+/", "charset utf-8;", embedded),
    ]
    for extension, headers in sorted(feeds.items(), key=lambda each: -len(each[0])):
        kind = f'types {{ }} default_type "{headers["Content-Type"]}";'
        pattern = extension.replace(".", r"\.")
        lines += _location(rf"~ /({'|'.join(folders)})/.+\.{pattern}$", kind, headers)
    return "\n".join((*lines, ""))


def _location(pattern: str, kind: str, headers: Headers) -> Iterator[str]:
    yield f"location {pattern} {{"
    yield f"    {kind}"
    yield from (f'    add_header {name} "{headers[name]}";' for name in headers if name != "Content-Type")
    yield "}"


# ── writing ──────────────────────────────────────────────────────────────────────────────────────


def _write_all(
    output: Path, files: Sequence[_File], published: datetime, left_out: tuple[str, ...]
) -> ExportReport:
    known = _known(output)
    fresh = {file.name: _describe(file, known.files.get(file.name, {}), published) for file in files}
    ours = known.files.keys() | known.unlisted
    places = {name: _place(output, name) for name in ours | fresh.keys()}
    different = [file for file in files if _differs(places[file.name], file, ours)]
    stale = sorted(ours - fresh.keys())
    removed: list[str] = []
    if different or stale or known != _Index(fresh, frozenset()) or any(output.glob(f"{_STAGE}*")):
        for left in output.glob(f"{_STAGE}*"):
            shutil.rmtree(left)
        with TemporaryDirectory(prefix=_STAGE, dir=output) as folder:
            stage = Path(folder)
            for file in different:
                _draft(stage, file.name, file.body, _instant(fresh[file.name]))
            for draft in stage.iterdir() if known.files else ():  # no old site, nothing that must stay whole
                settle(draft)
            _list(output, stage, known.files, {*known.unlisted, *fresh})
            _move(stage, {file.name: places[file.name] for file in different if file.name not in known.files})
            _list(output, stage, {**fresh, **known.files}, known.unlisted)
            _move(stage, {file.name: places[file.name] for file in different if file.name in known.files})
            _list(output, stage, fresh, stale)
            removed = [name for name in stale if _remove(output, places[name])]
            _list(output, stage, fresh, ())
    written = tuple(file.name for file in different)
    return ExportReport(written, tuple(sorted(fresh.keys() - set(written))), tuple(removed), left_out)


def _describe(file: _File, before: Description, published: datetime) -> Description:
    """Describe a file for programs; one whose bytes stay keeps its time."""
    digest = hashlib.sha256(file.body).hexdigest()
    stays = before.get("sha256") == digest and "last_modified" in before
    modified = (file.modified or published).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "sha256": digest,
        "size": len(file.body),
        "media_type": file.media_type,
        "last_modified": before["last_modified"] if stays and file.modified is None else modified,
    }


def _instant(described: Description) -> float:
    return datetime.fromisoformat(str(described["last_modified"])).timestamp()


def _known(output: Path) -> _Index:
    """Read what an earlier export left in a folder.

    Raises:
        ExportError: the folder holds files and no index of ours.
    """
    if all(path.name.startswith(_STAGE) for path in output.iterdir()):
        return _Index({}, frozenset())
    with suppress(FileNotFoundError, ValueError, LookupError, TypeError, AttributeError):
        index = json.loads((output / INDEX).read_bytes())
        if index["generator"] == _GENERATOR:
            files = {name: dict(described) for name, described in index["files"].items()}
            return _Index(files, frozenset(map(str, index.get("unlisted", ()))))
    raise ExportError(f"{output} holds files that calfeed did not write", "name a new or an empty folder")


def _place(output: Path, name: str) -> Path:
    """Find where a file goes; neither a strange name nor a link leads out of the folder."""
    place = output / name
    if not place.resolve().is_relative_to(output):
        raise ExportError(f"{name} would lie outside of {output}")
    return place


def _differs(place: Path, file: _File, ours: Collection[str]) -> bool:
    """Tell whether a file is not there as it should be.

    Raises:
        ExportError: somebody else's is there.
    """
    if place.is_file() and place.read_bytes() == file.body:
        return False
    if file.name not in ours and os.path.lexists(place):
        raise ExportError(f"calfeed did not write {place}", "move it away, or name another folder")
    return True


def _ready(stage: Path, name: str) -> Path:
    """Find the draft of a file; they lie flat, so that no file is where another needs a folder."""
    return stage / hashlib.sha256(name.encode()).hexdigest()


def _draft(stage: Path, name: str, body: bytes, modified: float) -> None:
    """Make a file ready; web servers that know no more tell its time and size to their clients."""
    draft = _ready(stage, name)
    draft.write_bytes(body)
    os.utime(draft, (modified, modified))


def _move(stage: Path, places: Mapping[str, Path]) -> None:
    for name, place in places.items():
        place.parent.mkdir(parents=True, exist_ok=True)
        _ready(stage, name).replace(place)


def _list(output: Path, stage: Path, files: Mapping[str, Description], unlisted: Iterable[str]) -> None:
    """Bring the index up to date."""
    listing = {"generator": _GENERATOR, "files": files, "unlisted": sorted({*unlisted} - files.keys())}
    body = f"{json.dumps(listing, ensure_ascii=False, indent=1, sort_keys=True)}\n".encode()
    place = output / INDEX
    if not place.is_file() or place.read_bytes() != body:
        _ready(stage, INDEX).write_bytes(body)
        settle(_ready(stage, INDEX))
        _move(stage, {INDEX: place})


def _remove(output: Path, place: Path) -> bool:
    """Remove a file and the folders that this empties; tell whether it was there."""
    there = place.is_file()
    if there:
        place.unlink()
    for folder in place.parents:
        if folder == output or not folder.is_dir() or any(folder.iterdir()):
            break
        folder.rmdir()
    return there
