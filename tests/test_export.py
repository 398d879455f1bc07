"""A Publication to a static site."""

import gzip
import json
import os
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask

from calfeed.errors import ExportError
from calfeed.export import ExportReport, export
from calfeed.feeds import filtered
from calfeed.formats import FORMATS
from calfeed.model import State
from calfeed.publication import Publication
from calfeed.web import create_app, languages, paths
from calfeed.web.current import Current
from tests.web.sample import CALENDAR, CHANGED, ENTRIES, NOW, PUBLICATION, publication

FEED = "calendar/systems-reading-group.ics"
FILTERS = "filter/systems-reading-group"
VENUES = tuple(filtered.venues(CALENDAR, PUBLICATION.events))
TERMS = tuple(filtered.prepared(CALENDAR, PUBLICATION.events))
PREPARED = tuple(f"/{path}.{extension}" for path in (*VENUES, *TERMS) for extension in FORMATS)


def app_of(published: Publication) -> Flask:
    current = Current(lambda: published, lambda: None)
    current.refresh()
    return create_app(current, lambda: NOW, prepared=100)


def run(published: Publication, output: Path) -> ExportReport:
    return export(app_of(published), published, output)


def contents(output: Path) -> Mapping[str, bytes]:
    files = (path for path in output.rglob("*") if path.is_file())
    return {path.relative_to(output).as_posix(): path.read_bytes() for path in files}


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "public" / "site"


def test_every_page_and_every_feed_is_written(output: Path) -> None:
    run(PUBLICATION, output)
    feeds = [path.removeprefix("/") for path in PUBLICATION.renditions]
    feeds += [path.removeprefix("/") for path in PREPARED]
    pages = ["404.html", "robots.txt", "sitemap.xml", "index.json", "_headers", "nginx.conf", ".nojekyll"]
    sessions = [each.uid for each in ENTRIES if each.state is not State.SILENT]
    folders = [
        *("", "people/", "search/", "filters/", "statistics/", "feeds/", "embed/agenda/", "embed/fragment/"),
        *(f"semester/{slug}/" for slug in ("2024-fall", "2024-spring")),
        *(f"presenter/{slug}/" for slug in ("ada-moreau", "ben-okafor", "lin-xiaoyu")),
        *(f"month/{slug}/" for slug in ("2024-03", "2024-09", "2024-10")),
        *(f"venue/{slug}/" for slug in ("osdi", "sosp")),
        *(f"session/{uid}/" for uid in sessions),
    ]
    pages += [f"{tag}{folder}index.html" for folder in folders for tag in ("", "en/", "zh-hans/")]
    static = [f"static/{name}" for name in ("calfeed.js", "icon.svg", "style.css")]
    assert sorted(contents(output)) == sorted([*feeds, *(f"{feed}.gz" for feed in feeds), *pages, *static])


def test_exported_bytes_are_served_bytes(output: Path) -> None:
    run(PUBLICATION, output)
    written = contents(output)
    client = app_of(PUBLICATION).test_client()
    for path in (*PUBLICATION.renditions, *PREPARED):
        plain, coded = (client.get(path, headers={"Accept-Encoding": coding}) for coding in ("", "gzip"))
        name = path.removeprefix("/")
        assert (written[name], written[f"{name}.gz"]) == (plain.data, coded.data)
        assert gzip.decompress(coded.data) == plain.data


def test_index_describes_every_other_file(output: Path) -> None:
    run(PUBLICATION, output)
    written = contents(output)
    index = json.loads(written["index.json"])
    assert index["generator"] == "calfeed"
    assert {name: (each["sha256"], each["size"]) for name, each in index["files"].items()} == {
        name: (sha256(body).hexdigest(), len(body)) for name, body in written.items() if name != "index.json"
    }
    assert [index["files"][name]["media_type"] for name in (FEED, f"{FEED}.gz", "index.html")] == [
        "text/calendar; charset=utf-8",
        "application/gzip",
        "text/html; charset=utf-8",
    ]
    assert [index["files"][name]["last_modified"] for name in (FEED, f"{FEED}.gz", "index.html")] == [
        "2024-09-01T03:15:00Z",
        "2024-09-01T03:15:00Z",
        "2024-09-20T12:00:00Z",
    ]
    assert (output / FEED).stat().st_mtime == CHANGED.timestamp()


def test_page_that_stays_keeps_its_time(output: Path) -> None:
    run(PUBLICATION, output)
    before = contents(output)
    run(replace(PUBLICATION, published=NOW + timedelta(seconds=7)), output)
    assert contents(output) == before


def test_second_export_writes_nothing(output: Path) -> None:
    first = run(PUBLICATION, output)
    before = {path: path.stat().st_mtime_ns for path in output.rglob("*")}
    second = run(PUBLICATION, output)
    assert second == ExportReport((), tuple(sorted(first.written)), ())
    assert {path: path.stat().st_mtime_ns for path in output.rglob("*")} == before


def test_file_that_was_altered_is_written_again(output: Path) -> None:
    run(PUBLICATION, output)
    (output / FEED).write_bytes(b"cut off")
    assert run(PUBLICATION, output).written == (FEED,)


def test_what_left_the_site_is_removed_and_nothing_else(output: Path) -> None:
    run(PUBLICATION, output)
    (output / "CNAME").write_text("reading.example.org\n")
    (output / "presenter" / "ben-okafor" / "portrait.png").write_bytes(b"png")
    report = run(publication(ENTRIES[:1]), output)
    folders = (f"{FILTERS}/semester/2024-fall/presenter", "presenter", "presenting")
    feeds = [f"{folder}/ben-okafor.{extension}" for folder in folders for extension in FORMATS]
    gone = [
        *feeds,
        *(f"{feed}.gz" for feed in feeds),
        *(f"{tag}presenter/ben-okafor/index.html" for tag in ("", "en/", "zh-hans/")),
    ]
    assert [name for name in report.removed if "ben" in name] == sorted(gone)
    left = contents(output)
    assert json.loads(left["index.json"])["unlisted"] == []
    assert {"CNAME", "presenter/ben-okafor/portrait.png"} <= set(left)
    assert not [name for name in left if "ben" in name and name != "presenter/ben-okafor/portrait.png"]
    assert "presenting/ada-moreau.ics" not in left


def test_folder_that_is_emptied_goes_too(output: Path) -> None:
    run(PUBLICATION, output)
    run(publication(ENTRIES[:1]), output)
    assert not (output / "presenter" / "ben-okafor").exists()


@pytest.mark.parametrize(
    "index",
    [None, "", "[]", "7", "{}", '{"generator": "another"}', '{"generator": "calfeed", "files": 1}'],
)
def test_folder_of_somebody_else_is_refused(output: Path, index: str | None) -> None:
    output.mkdir(parents=True)
    (output / "thesis.tex").write_text("years of work")
    if index is not None:
        (output / "index.json").write_text(index)
    before = contents(output)
    with pytest.raises(ExportError, match="files that calfeed did not write"):
        run(PUBLICATION, output)
    assert contents(output) == before


@pytest.mark.parametrize("name", ["presenter/ben-okafor.ics", "presenter/ben-okafor.ics/notes.txt"])
def test_file_of_somebody_else_is_never_overwritten(output: Path, name: str) -> None:
    run(publication(ENTRIES[:1]), output)
    (output / name).parent.mkdir(exist_ok=True)
    (output / name).write_text("mine")
    before = contents(output)
    with pytest.raises(ExportError, match=r"calfeed did not write .*/presenter/ben-okafor\.ics"):
        run(PUBLICATION, output)
    assert contents(output) == before


def test_files_of_an_export_that_broke_off_are_known_as_ours(output: Path) -> None:
    run(publication(ENTRIES[:1]), output)
    whole = contents(output)
    (output / "index.html").unlink()
    (output / "index.html").mkdir()  # what is new is there already when this is found
    with pytest.raises(ExportError, match=f"cannot write {output / 'index.html'}: Is a directory"):
        run(PUBLICATION, output)
    (output / "index.html").rmdir()
    assert "presenter/ben-okafor/index.html" in contents(output)
    run(publication(ENTRIES[:1]), output)
    assert contents(output) == whole


def test_filters_beyond_those_asked_for_are_told(output: Path) -> None:
    report = export(app_of(PUBLICATION), PUBLICATION, output, filters=2)
    assert report.left_out == tuple(f"/{path}.ics" for path in TERMS[2:])
    assert {name for name in contents(output) if "filter/" in name} == {
        f"{path}.{extension}{gz}"
        for path in (*VENUES, *TERMS[:2])
        for extension in FORMATS
        for gz in ("", ".gz")
    }


def test_progress_ends_with_all(output: Path) -> None:
    told: list[tuple[int, int]] = []
    export(app_of(PUBLICATION), PUBLICATION, output, progress=lambda done, total: told.append((done, total)))
    count = len(told)
    assert told == [(done, count) for done in range(1, count + 1)]
    assert count > len(PUBLICATION.renditions)


def test_hosts_are_told_the_headers_of_feeds(output: Path) -> None:
    run(PUBLICATION, output)
    rules = dict(rule.split("\n", 1) for rule in (output / "_headers").read_text().split("\n\n"))
    assert ["/*", "/", "/:language/", *(f"/*.{extension}" for extension in FORMATS)] == [
        pattern for pattern in rules if pattern.count("/") == 1 or pattern == "/:language/"
    ]
    assert rules["/*.ics"].splitlines() == [
        "  Content-Type: text/calendar; charset=utf-8",
        "  Cache-Control: public, max-age=300",
        "  Access-Control-Allow-Origin: *",
        "  X-Robots-Tag: noindex",
    ]
    everywhere = {line.split(":")[0] for line in rules.pop("/*").splitlines()}
    assert "  Content-Security-Policy" in everywhere
    twice = [
        line for rule in rules.values() for line in rule.splitlines() if line.split(":")[0] in everywhere
    ]
    assert {line.split(":")[0] for line in twice} == {"  Content-Security-Policy"}
    assert len(rules) < 100  # Cloudflare reads no more


def test_netlify_lets_other_sites_frame_what_is_made_for_them_and_nothing_else(output: Path) -> None:
    run(PUBLICATION, output)
    rules = dict(rule.split("\n", 1) for rule in (output / "_headers").read_text().split("\n\n"))

    def policies(path: str) -> set[str]:
        """Give what browsers are told: all matching rules joined, of which the strictest holds."""
        matching = [rule for pattern, rule in rules.items() if _as_regex(pattern).fullmatch(path)]
        lines = [line for rule in matching for line in rule.splitlines() if "Content-Security-Policy" in line]
        return {line.rpartition("frame-ancestors ")[2] for line in lines}

    client = app_of(PUBLICATION).test_client()
    pages = [path for path in paths(PUBLICATION) if path.endswith("/")]
    for path in pages:
        served = client.get(path).headers["Content-Security-Policy"].rpartition("frame-ancestors ")[2]
        assert policies(path) == {"*", served}
    assert sum(policies(path) == {"*"} for path in pages) == 2 * (1 + len(languages.offered()))


def _as_regex(pattern: str) -> re.Pattern[str]:
    """Read a pattern as both hosts do: a star is anything, a name after a colon one part of the path."""
    return re.compile(re.sub(r":\w+", "[^/]+", re.escape(pattern).replace(r"\*", ".*")))


def test_nginx_is_told_which_pages_others_may_frame(output: Path) -> None:
    run(PUBLICATION, output)
    blocks = re.findall(r"location (.+?) \{(.+?)\}\n", (output / "nginx.conf").read_text(), re.DOTALL)
    framed = [re.compile(place.removeprefix("~ ")) for place, told in blocks if "frame-ancestors *" in told]
    assert len(framed) == 1
    pages = [path for path in paths(PUBLICATION) if path.endswith("/")]
    assert [path for path in pages if framed[0].search(path)] == [path for path in pages if "/embed/" in path]


def test_no_header_is_told_twice_to_what_two_rules_match(output: Path) -> None:
    """Netlify and Cloudflare Pages join the values; the media type of .json is theirs."""
    run(PUBLICATION, output)
    rules = dict(rule.split("\n", 1) for rule in (output / "_headers").read_text().split("\n\n"))
    assert rules["/*.json"].split() == [
        *("Cache-Control:", "public,", "max-age=300"),
        *("Access-Control-Allow-Origin:", "*"),
        *("X-Robots-Tag:", "noindex"),
    ]
    assert rules["/*.changes.json"] == "  Content-Type: application/feed+json; charset=utf-8\n"


def test_nginx_asks_for_the_longest_ending_first_and_only_among_feeds(output: Path) -> None:
    run(PUBLICATION, output)
    told = (output / "nginx.conf").read_text()
    patterns = [each for each in re.findall("location ~ (.+) {", told) if "embed" not in each]

    def found(path: str) -> int | None:
        return next((number for number, each in enumerate(patterns) if re.search(each, path)), None)

    assert found("/calendar/systems-reading-group.changes.json") == 0
    assert patterns[found("/reading/semester/2024-fall.json") or 0].endswith(r"/.+\.json$")
    assert patterns[found("/filter/systems-reading-group/venue/osdi.ics") or 0].endswith(r"/.+\.ics$")
    assert (found("/index.json"), found("/presenter/ada-moreau/")) == (None, None)


@pytest.mark.parametrize("name", ["../outside.txt", "semester/../../outside.txt"])
def test_index_cannot_lead_out_of_the_folder(output: Path, name: str) -> None:
    run(PUBLICATION, output)
    outside = output.parent / "outside.txt"
    outside.write_text("keep me")
    index = json.loads((output / "index.json").read_text())
    index["files"][name] = {}
    (output / "index.json").write_text(json.dumps(index))
    with pytest.raises(ExportError, match="outside of"):
        run(PUBLICATION, output)
    assert outside.read_text() == "keep me"


def test_link_cannot_lead_out_of_the_folder(output: Path, tmp_path: Path) -> None:
    run(PUBLICATION, output)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for path in (output / "static").iterdir():
        path.unlink()
    (output / "static").rmdir()
    (output / "static").symlink_to(elsewhere)
    with pytest.raises(ExportError, match="outside of"):
        run(PUBLICATION, output)
    assert list(elsewhere.iterdir()) == []


def test_output_that_is_a_file_is_named_in_the_error(tmp_path: Path) -> None:
    taken = tmp_path / "site"
    taken.write_text("a file")
    with pytest.raises(ExportError, match=f"cannot write {taken}: File exists"):
        run(PUBLICATION, taken)


def test_app_that_does_not_answer_writes_nothing(output: Path) -> None:
    class Broken(Flask):
        """Answers nothing."""

    with pytest.raises(ExportError, match="the app answers / with 404"):
        export(Broken("broken"), PUBLICATION, output)
    assert not output.exists()


def test_no_draft_is_left_and_files_are_readable_by_a_web_server(output: Path) -> None:
    mask = os.umask(0o022)
    try:
        run(PUBLICATION, output)
    finally:
        os.umask(mask)
    assert list(output.rglob(".*")) == [output / ".nojekyll"]
    assert (output / FEED).stat().st_mode & 0o777 == 0o644


def test_site_below_a_path_links_to_itself(output: Path) -> None:
    """As on a project's page of a forge: https://group.example.org/reading/."""
    below = publication(ENTRIES, replace(CALENDAR, site="https://group.example.org/reading/"))
    run(below, output)
    for page in ("index.html", "404.html", "semester/2024-fall/index.html"):
        text = (output / page).read_text(encoding="utf-8")
        assert 'href="/reading/static/style.css"' in text
        assert 'href="/static' not in text
