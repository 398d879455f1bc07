"""A repository on another machine to one here: git's own server, good and bad days."""

import os
from pathlib import Path

import pytest

from calfeed.errors import RemoteError
from calfeed.history import find_repository
from calfeed.history.mirror import fetch
from tests.remote import Server, moved, ssh, text
from tests.repositories import LONG, Git


@pytest.fixture
def work(tmp_path: Path) -> Git:
    """A repository that is pushed from, with one commit."""
    folder = tmp_path / "work"
    folder.mkdir()
    git = Git(folder)
    git.run("init", "--quiet")
    git.commit({"README.md": LONG})
    return git


@pytest.fixture
def shared(work: Git, server: Server) -> Git:
    """The repository that is fetched from, bare, behind the server."""
    return work.clone(f"{server.repositories.name}/group.git", "--bare")


def push(work: Git, shared: Git, *options: str) -> None:
    work.run("push", "--quiet", *options, str(shared.folder), "HEAD:main")


def head(place: Path) -> str | None:
    repository = find_repository(place)
    return repository.head() if repository else None


def bring(server: Server, place: Path, branch: str | None = None, octets: int = 10_000_000) -> str | None:
    fetch(place, f"{server.url}/group.git", branch, 10, octets)
    return head(place)


def test_mirror_is_read_as_any_clone(work: Git, shared: Git, server: Server, tmp_path: Path) -> None:
    work.commit({"README.md": None, "talks.md": LONG})
    work.commit({"README.md": LONG})
    push(work, shared)
    assert bring(server, tmp_path / "mirror") == work.run("rev-parse", "HEAD")
    mirror = Git(tmp_path / "mirror")
    assert mirror.open().is_bare
    assert mirror.versions() == work.versions()
    assert mirror.run("fsck", "--strict") == ""
    assert mirror.run("remote", "get-url", "origin") == f"{server.url}/group.git"


def test_push_brings_only_what_is_new(work: Git, shared: Git, server: Server, tmp_path: Path) -> None:
    bring(server, tmp_path / "mirror")
    work.commit({"README.md": LONG + "- 2024-04-01 One more\n"})
    push(work, shared)
    assert bring(server, tmp_path / "mirror") == work.run("rev-parse", "HEAD")
    packs = sorted(each.stat().st_size for each in (tmp_path / "mirror").glob("objects/pack/*.pack"))
    assert len(packs) == 2

    server.asked.clear()
    bring(server, tmp_path / "mirror")
    assert [line for line in server.asked if line.startswith("GET")] == [
        "GET /group.git/info/refs?service=git-upload-pack 200"
    ]
    assert len(server.asked) == 2  # which commits there are, and no pack


def test_forced_push_is_followed_there_and_back(
    work: Git, shared: Git, server: Server, tmp_path: Path
) -> None:
    first = work.run("rev-parse", "HEAD")
    second = work.commit({"README.md": "second"})
    push(work, shared)
    assert bring(server, tmp_path / "mirror") == second
    work.run("reset", "--quiet", "--hard", first)
    third = work.commit({"README.md": "third"})
    push(work, shared, "--force")
    assert bring(server, tmp_path / "mirror") == third
    work.run("reset", "--quiet", "--hard", second)
    push(work, shared, "--force")
    assert bring(server, tmp_path / "mirror") == second


def test_branch_is_the_one_named_or_the_default_one(
    work: Git, shared: Git, server: Server, tmp_path: Path
) -> None:
    first = work.run("rev-parse", "HEAD")
    other = work.commit({"README.md": "other"})
    work.run("push", "--quiet", str(shared.folder), "HEAD:refs/heads/talks/2024")
    assert bring(server, tmp_path / "mirror") == first
    assert bring(server, tmp_path / "other", "talks/2024") == other
    shared.run("symbolic-ref", "HEAD", "refs/heads/talks/2024")
    assert bring(server, tmp_path / "mirror") == other
    with pytest.raises(RemoteError, match="there is no branch talks "):
        bring(server, tmp_path / "mirror", "talks")
    assert head(tmp_path / "mirror") == other


@pytest.mark.usefixtures("shared")
def test_repository_that_moved_is_followed(work: Git, server: Server, tmp_path: Path) -> None:
    query = "info/refs?service=git-upload-pack"
    server.routes["/old.git/info/refs"] = moved(f"/group.git/{query}", 301)
    fetch(tmp_path / "mirror", f"{server.url}/old.git", None)
    assert head(tmp_path / "mirror") == work.run("rev-parse", "HEAD")
    assert server.asked[-1] == "POST /group.git/git-upload-pack 200"
    assert server.headers["User-Agent"].startswith("git/")


def test_repository_without_a_commit_is_none_yet(server: Server, work: Git, tmp_path: Path) -> None:
    work.run("init", "--quiet", "--bare", str(server.repositories / "group.git"))
    with pytest.raises(RemoteError, match="there is no commit yet"):
        bring(server, tmp_path / "mirror")
    assert not (tmp_path / "mirror").exists()
    push(work, Git(server.repositories / "group.git"))
    assert bring(server, tmp_path / "mirror") == work.run("rev-parse", "HEAD")


def test_many_packs_become_one(
    work: Git, shared: Git, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("calfeed.history.mirror._PACKS", 3)
    counts = []
    for number in range(5):
        last = work.commit({"README.md": f"{LONG}{number}"})
        push(work, shared)
        assert bring(server, tmp_path / "mirror") == last
        counts.append(len(list((tmp_path / "mirror").glob("objects/pack/*.pack"))))
    assert counts == [1, 2, 3, 1, 2]
    assert Git(tmp_path / "mirror").versions() == work.versions()
    assert list(tmp_path.glob(".*")) == []


@pytest.mark.parametrize("part", ["objects", "refs", "HEAD", "idx", "all"])
@pytest.mark.usefixtures("shared")
def test_damaged_mirror_is_made_anew_beside_its_ledger(server: Server, tmp_path: Path, part: str) -> None:
    mirror = tmp_path / "mirror"
    before = bring(server, mirror)
    (mirror / ".calfeed").mkdir()
    (tmp_path / ".mirror.anew-killed").mkdir()
    if part == "idx":
        (index,) = mirror.glob("objects/pack/*.idx")
        index.chmod(0o644)
        index.write_bytes(b"damaged")
    for each in ("objects", "refs", "HEAD", "config"):
        if part in (each, "all"):
            (mirror / each).rename(tmp_path / each)
    assert bring(server, mirror) == before
    assert Git(mirror).run("fsck", "--strict") == ""
    assert (mirror / ".calfeed").is_dir()
    assert list(tmp_path.glob(".*")) == []


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("deleted", r"there is no repository, or only for those who have a password \(404 Not Found\)"),
        ("hang", "it took longer than 1 seconds"),
        ("endless", "it sent more than 1 MB"),
        ("page", "it answers, but not as a git repository"),
        ("broken", "it answered 503 Service Unavailable"),
        ("private", "it redirects to what is no https address"),
        ("nonsense", "git was not understood: [A-Za-z]+Error"),
    ],
)
def test_bad_day_leaves_the_mirror_as_it_was(  # noqa: PLR0917
    way: str, said: str, work: Git, shared: Git, server: Server, tmp_path: Path
) -> None:
    before = bring(server, tmp_path / "mirror")
    kind = "application/x-git-upload-pack-advertisement"
    server.routes["/group.git/info/refs"] = {
        "deleted": text("", 404),
        "hang": server.hang,
        "endless": server.endless,
        "page": text("<title>Sign in</title>"),
        "broken": text("", 503),
        "private": moved("http://localhost/group.git/info/refs"),
        "nonsense": text("nonsense", Content_Type=kind),
    }[way]
    work.commit({"README.md": "new"})
    push(work, shared)
    with pytest.raises(RemoteError, match=said):
        fetch(tmp_path / "mirror", f"{server.url}/group.git", None, 1, 1_000_000)
    assert head(tmp_path / "mirror") == before
    server.routes.clear()
    assert bring(server, tmp_path / "mirror") == work.run("rev-parse", "HEAD")


def test_pack_that_is_too_large_is_not_kept(work: Git, shared: Git, server: Server, tmp_path: Path) -> None:
    (work.folder / "slides.pdf").write_bytes(os.urandom(2_000_000))
    work.run("add", "--all")
    work.record()
    push(work, shared)
    with pytest.raises(RemoteError, match="it sent more than 1 MB"):
        bring(server, tmp_path / "mirror", octets=1_000_000)
    assert list((tmp_path / "mirror").rglob("*pack*/*")) == []
    assert list((tmp_path / "mirror").rglob("tmp*")) == []


def test_ssh_is_asked_without_a_question(work: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    note = ssh(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    fetch(tmp_path / "mirror", f"ssh://git@git.example.org:2222{work.folder}/.git", None, 10)
    assert head(tmp_path / "mirror") == work.run("rev-parse", "HEAD")
    options = "-x -o BatchMode=yes -o SetEnv=GIT_PROTOCOL=version=2 -p 2222 -- git@git.example.org"
    assert note.read_text() == f"{options} git-upload-pack '{work.folder}/.git'\n"

    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    fetch(tmp_path / "other", "ssh://git@git.example.org/~/work/.git", None, 10)
    assert note.read_text().endswith(" -- git@git.example.org git-upload-pack 'work/.git'\n")
    assert Git(tmp_path / "other").run("remote", "get-url", "origin") == "git@git.example.org:work/.git"


@pytest.mark.filterwarnings("ignore:unclosed Protocol:ResourceWarning")  # dulwich's, of a pipe that we close
def test_ssh_that_fails_or_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ssh(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(RemoteError, match="there is no repository, or only for those"):
        fetch(tmp_path / "mirror", f"ssh://git@git.example.org{tmp_path}/none", None, 10)
    (tmp_path / "ssh").write_text("#!/bin/sh\nexec sleep 30\n")
    with pytest.raises(RemoteError, match=r"it took longer than 0\.5 seconds"):
        fetch(tmp_path / "mirror", "ssh://git@git.example.org/group.git", None, 0.5)
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    with pytest.raises(RemoteError, match="the ssh program cannot be started"):
        fetch(tmp_path / "mirror", "ssh://git@git.example.org/group.git", None, 10)
