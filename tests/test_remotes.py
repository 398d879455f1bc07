"""Sources on other machines: how they are written, where they are kept, and one file fetched."""

import os
from pathlib import Path

import pytest

from calfeed.errors import RemoteError, UsageError
from calfeed.remotes import Remote, bring, parse, remotes, split
from tests.remote import Server, text

CACHE = Path("/cache")


def git(url: str, place: str, branch: str = "", path: str = "") -> Remote:
    return Remote(url, CACHE / "git" / place, is_git=True, branch=branch, path=path)


def file(url: str, place: str) -> Remote:
    return Remote(url, CACHE / "files" / place, is_git=False)


@pytest.mark.parametrize(
    ("written", "remote"),
    [
        ("https://github.com/o/r.git", git("https://github.com/o/r.git", "github.com/o/r")),
        (
            "https://github.com/o/r.git#main",
            git("https://github.com/o/r.git", "github.com/@main/o/r", "main"),
        ),
        (
            "https://github.com/o/r.git#talks/2024:a/b.md",
            git("https://github.com/o/r.git", "github.com/@talks%2F2024/o/r", "talks/2024", "a/b.md"),
        ),
        ("https://h.org/r.git/#:a.md", git("https://h.org/r.git/", "h.org/r", "", "a.md")),
        ("git+https://h.org:8443/o/r", git("https://h.org:8443/o/r", "h.org+8443/o/r")),
        ("ssh://git@h.org:22/o/r", git("ssh://git@h.org:22/o/r", "h.org+22/o/r")),
        ("git+ssh://h.org/o/r", git("ssh://h.org/o/r", "h.org/o/r")),
        ("git@h.org:o/r.git#dev", git("ssh://git@h.org/~/o/r.git", "h.org/@dev/o/r", "dev")),
        ("git@h.org:/srv/r.git", git("ssh://git@h.org/srv/r.git", "h.org/srv/r")),
        ("https://h.org/a/b.md", file("https://h.org/a/b.md", "h.org/a/b.md")),
        (
            "https://h.org/r.git/raw/main/b.yaml",
            file("https://h.org/r.git/raw/main/b.yaml", "h.org/r.git/raw/main/b.yaml"),
        ),
        (
            "https://h.org/%2e%2E/..%2Fä b.md",
            file("https://h.org/%2e%2E/..%2F%C3%A4%20b.md", "h.org/%2E./%2E.%2F%C3%A4 b.md"),
        ),
        (
            "https://h.org/b.md?token=geheim",
            file("https://h.org/b.md?token=geheim", "h.org/b54c8a148fc018c6/b.md"),
        ),
    ],
)
def test_address_is_understood(written: str, remote: Remote) -> None:
    assert parse(written, CACHE) == remote


@pytest.mark.parametrize(
    "written",
    [
        "README.md",
        "talks/*.md",
        "a:b.md",
        "/srv/git/r.git",
        r"C:\talks\a.md",
        "ext::sh -c id",
        "-oProxyCommand=id",
        "user@host",
        "-u@host:r.git",
        "git@-oProxyCommand=id:r.git",
        "git@h.org:-x",
    ],
)
def test_what_is_no_address_is_a_file(written: str) -> None:
    assert parse(written, CACHE) is None


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("http://h.org/a.md", "nothing is fetched by http:// (hint: write https://)"),
        ("git+http://h.org/r.git", "nothing is fetched by http:// (hint: write https://)"),
        ("git://h.org/r.git", "nothing is fetched by git://"),
        ("file:///etc/passwd.md", "nothing is fetched by file://"),
        ("ftp://h.org/a.md", "nothing is fetched by ftp://"),
        (
            "https://li:geheim@h.org/r.git",
            "the address on h.org holds a user or a password (hint: put it into",
        ),
        ("https://geheim@h.org/r.git", "the address on h.org holds a user or a password"),
        ("ssh://git:geheim@h.org/r.git", "the address on h.org holds a user or a password"),
        (
            "https://github.com/o/r",
            "nobody can tell what is at an address that ends in r (hint: https://….git",
        ),
        ("https://h.org/", "nobody can tell what is at an address that ends in /"),
        ("https://h.org/.git#-x", "what follows # is no branch"),
        ("https://h.org/r.git#a..b", "what follows # is no branch"),
        ("https://h.org/r.git#main:../a.md", "a path in a repository begins at its top"),
        ("https://h.org/r.git?x=geheim", "a repository has a path, and nothing after ?"),
        ("ssh://-oProxyCommand=id/r.git", "that is no address: its host, its port or its user is wrong"),
        ("ssh://-l@h.org/r.git", "that is no address: its host, its port or its user is wrong"),
        ("https://h.org:x/r.git", "that is no address: its host or its port is wrong"),
        ("https://[::1/a.md", "that is no address: its host or its port is wrong"),
    ],
)
def test_what_may_not_be_fetched_is_refused(written: str, said: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse(written, CACHE)
    assert str(raised.value).startswith(said)
    assert "geheim" not in str(raised.value)


def test_password_in_a_query_is_not_shown() -> None:
    remote = parse("https://h.org/b.md?token=geheim", CACHE)
    assert remote
    assert remote.shown == "https://h.org/b.md?…"


def test_long_names_are_cut_and_differ() -> None:
    first, second = (parse(f"https://h.org/{'a' * 300}{end}.md", CACHE) for end in "xy")
    assert first
    assert second
    assert first.place != second.place
    assert {len(first.place.name), first.place.suffix} == {120, ".md"}


def test_sources_are_where_they_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, away = remotes(["a.md", "https://h.org/b.md"], tmp_path)
    assert here == ("a.md", str(tmp_path / ".calfeed/remotes/files/h.org/b.md"))
    assert [remote.shown for remote in away] == ["https://h.org/b.md"]
    monkeypatch.setenv("CALFEED_CACHE", "/var/cache/calfeed")
    assert remotes(["git@h.org:o/r.git#:a.md"], tmp_path)[0] == ("/var/cache/calfeed/git/h.org/o/r/a.md",)
    with pytest.raises(UsageError, match="is a source alone"):
        remotes(["a.md", "https://h.org/r.git"], tmp_path)


@pytest.mark.parametrize(
    ("written", "sources"),
    [
        ("", []),
        (f"a.md{os.pathsep}b c.md", ["a.md", "b c.md"]),
        ("https://h.org:8443/a.md b.md", ["https://h.org:8443/a.md", "b.md"]),
        ("git@h.org:o/r.git", ["git@h.org:o/r.git"]),
    ],
)
def test_variable_names_sources(written: str, sources: list[str]) -> None:
    assert split(written) == sources


# ── one file ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def remote(server: Server, tmp_path: Path) -> Remote:
    found = parse(f"{server.url}/a.md?token=geheim", tmp_path)
    assert found
    return found


def test_file_is_asked_for_only_if_it_is_another(server: Server, remote: Remote) -> None:
    server.routes["/a.md"] = text("# Group\n", ETag='"1"', Last_Modified="Tue, 03 Sep 2024 10:00:00 GMT")
    remote.fetch()
    assert remote.local.read_text() == "# Group\n"
    before = remote.local.stat().st_ino

    server.routes["/a.md"] = text("", 304)
    remote.fetch()
    told = server.headers["If-None-Match"], server.headers["If-Modified-Since"]
    assert told == ('"1"', "Tue, 03 Sep 2024 10:00:00 GMT")

    server.routes["/a.md"] = text("# Group\n", ETag='"2"')
    remote.fetch()
    assert remote.local.stat().st_ino == before  # the same words: nothing to publish
    server.routes["/a.md"] = text("# Other\n")
    remote.fetch()
    assert (server.headers["If-None-Match"], remote.local.read_text()) == ('"2"', "# Other\n")
    remote.fetch()
    assert "If-None-Match" not in server.headers
    assert [line.rpartition(" ")[2] for line in server.asked] == ["200", "304", "200", "200", "200"]


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("gone", "it answered 404 Not Found"),
        ("page", "that is a web page about the file (hint: take the address of its “raw” text)"),
        ("large", "it sent more than 10 MB"),
        ("not ours", "it answered 418 Im a teapot alertgeheim"),
    ],
)
def test_bad_answer_leaves_the_file_as_it_was(way: str, said: str, server: Server, remote: Remote) -> None:
    server.routes["/a.md"] = text("# Group\n")
    remote.fetch()
    server.routes["/a.md"] = {
        "gone": text("", 404),
        "page": text("<h1>Group</h1>", Content_Type="text/html; charset=utf-8"),
        "large": text("-" * 10_000_001),
        "not ours": lambda request: request.send_error(418, "I'm a teapot <alert(geheim)>"),
    }[way]
    with pytest.raises(RemoteError) as raised:
        remote.fetch()
    assert str(raised.value).startswith(f"cannot fetch {server.url}/a.md?…: {said}")
    assert "token" not in str(raised.value)
    assert remote.local.read_text() == "# Group\n"


def test_place_where_nothing_can_be_kept(server: Server, tmp_path: Path) -> None:
    server.routes["/a.md"] = text("# Group\n")
    (tmp_path / "files").write_text("a file where a folder should be")
    remote = parse(f"{server.url}/a.md", tmp_path)
    assert remote
    with pytest.raises(RemoteError, match="it cannot be kept here: "):
        remote.fetch()


def test_sources_are_brought(server: Server, tmp_path: Path) -> None:
    server.routes["/a.md"] = text("# Group\n")
    here = bring(["b.md", f"{server.url}/a.md"], tmp_path)
    assert here[0] == "b.md"
    assert Path(here[1]).read_text() == "# Group\n"
