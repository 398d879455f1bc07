"""The commit of a publication, and links to its lines; repositories are made by git itself."""

from pathlib import Path

import pytest

from calfeed.diagnostics import Position
from calfeed.ledger import open_ledger
from calfeed.origin import Origin, find_origin, website
from calfeed.publication import publish
from calfeed.sources import locate
from tests.repositories import Git, at

SCHEDULE = "# 2024 Fall\n\n- 2024-09-03 Hash tables, Ada Moreau\n"


@pytest.fixture
def git(tmp_path: Path) -> Git:
    folder = tmp_path / "group"
    folder.mkdir()
    git = Git(folder)
    git.run("init", "--quiet")
    return git


def origin(git: Git, *arguments: str, read: str = "README.md") -> Origin | None:
    return find_origin(locate(arguments, None, git.folder), frozenset({read}))


# ── the address of the site ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("remote", "expected"),
    [
        ("https://github.com/group/talks.git", ("https://github.com/group/talks", "github")),
        ("https://ada:token@github.com/group/talks", ("https://github.com/group/talks", "github")),
        ("https://ada:p@ss@github.com/group/talks/", ("https://github.com/group/talks", "github")),
        ("git@github.com:group/talks.git", ("https://github.com/group/talks", "github")),
        ("ssh://git@ssh.github.com:443/group/talks.git", ("https://github.com/group/talks", "github")),
        ("git://github.com/group/talks.git", ("https://github.com/group/talks", "github")),
        ("https://GitLab.example.org/a/b/c.git", ("https://gitlab.example.org/a/b/c", "gitlab")),
        ("http://gitea.lan:3000/group/talks", ("http://gitea.lan:3000/group/talks", "gitea")),
        ("ssh://git@codeberg.org:22/group/talks", ("https://codeberg.org/group/talks", "codeberg.org")),
        ("git+ssh://git@gitee.com/group/talks", ("https://gitee.com/group/talks", "gitee.com")),
        ("git@bitbucket.org:group/talks.git", ("https://bitbucket.org/group/talks", "bitbucket.org")),
        ("https://bitbucket.example.org/scm/g/talks.git", ("", "")),
        ("https://git.example.org/group/talks.git", ("", "")),
        ("git@github-work:group/talks.git", ("", "")),
        ("https://github.com/group/talks?token=secret", ("", "")),
        ("https://github.com/group/<script>", ("", "")),
        ("https://[github.com/group/talks", ("", "")),
        ("/srv/git/github.com/talks.git", ("", "")),
        ("file:///srv/github.com/talks.git", ("", "")),
        ("C:\\github.com\\talks", ("", "")),
        ("", ("", "")),
    ],
)
def test_site_of_a_remote(remote: str, expected: tuple[str, str]) -> None:
    assert website(remote) == expected


@pytest.mark.parametrize(
    ("forge", "page", "line"),
    [
        ("github", "/commit/c0ffee", "/blob/c0ffee/a%20b/%E8%AF%BE.md?plain=1#L7"),
        ("gitlab", "/-/commit/c0ffee", "/-/blob/c0ffee/a%20b/%E8%AF%BE.md?plain=1#L7"),
        ("gitea", "/commit/c0ffee", "/src/commit/c0ffee/a%20b/%E8%AF%BE.md?display=source#L7"),
        ("forgejo", "/commit/c0ffee", "/src/commit/c0ffee/a%20b/%E8%AF%BE.md?display=source#L7"),
        ("codeberg.org", "/commit/c0ffee", "/src/commit/c0ffee/a%20b/%E8%AF%BE.md?display=source#L7"),
        ("bitbucket.org", "/commits/c0ffee", "/src/c0ffee/a%20b/%E8%AF%BE.md#lines-7"),
        ("gitee.com", "/commit/c0ffee", "/blob/c0ffee/a%20b/%E8%AF%BE.md#L7"),
    ],
)
def test_pages_of_every_kind_of_site(forge: str, page: str, line: str) -> None:
    found = Origin("c0ffee", at(0), {"课.md": "a b/课.md"}, site="https://h.example/o/r", forge=forge)
    assert (found.page, found.line(Position("课.md", 7, 3))) == (
        f"https://h.example/o/r{page}",
        f"https://h.example/o/r{line}",
    )


# ── the commit ───────────────────────────────────────────────────────────────────────────────────


def test_origin_is_the_commit_and_its_site(git: Git) -> None:
    head = git.commit({"README.md": SCHEDULE})
    git.run("remote", "add", "origin", "git@github.com:group/talks.git")
    found = origin(git)
    assert found == Origin(
        head, at(1), {"README.md": "README.md"}, site="https://github.com/group/talks", forge="github"
    )
    line = f"https://github.com/group/talks/blob/{head}/README.md?plain=1#L3"
    assert found.line(Position("README.md", 3, 5)) == line


def test_lines_are_found_below_the_repositorys_top(git: Git) -> None:
    head = git.commit({"docs/talks.md": SCHEDULE, "docs/calfeed.yaml": "name: Group\nsources: [talks.md]\n"})
    found = origin(git, "docs/talks.md", read="talks.md")
    paths = {"talks.md": "docs/talks.md", "calfeed.yaml": "docs/calfeed.yaml"}
    assert found == Origin(head, at(1), paths)


def test_file_that_was_edited_has_no_lines_in_a_commit(git: Git) -> None:
    head = git.commit({"README.md": SCHEDULE})
    git.run("remote", "add", "origin", "https://github.com/group/talks")
    (git.folder / "README.md").write_text(f"One more line.\n{SCHEDULE}", "utf-8")
    found = origin(git)
    assert found == Origin(
        head, at(1), {}, is_edited=True, site="https://github.com/group/talks", forge="github"
    )
    assert found.line(Position("README.md", 3)) is None


def test_ends_of_lines_are_no_edit(git: Git) -> None:
    head = git.commit({"README.md": SCHEDULE})
    (git.folder / "README.md").write_bytes(SCHEDULE.replace("\n", "\r\n").encode())
    assert origin(git) == Origin(head, at(1), {"README.md": "README.md"})


def test_bare_repository_has_an_origin(git: Git) -> None:
    head = git.commit({"README.md": SCHEDULE})
    bare = git.clone("bare.git", "--bare")
    found = origin(bare, ".")
    assert found == Origin(head, at(1), {"README.md": "README.md"})


def test_no_commit_and_no_repository_are_no_origin(git: Git, tmp_path: Path) -> None:
    (git.folder / "README.md").write_text(SCHEDULE, "utf-8")
    (tmp_path / "README.md").write_text(SCHEDULE, "utf-8")
    assert (origin(git), origin(Git(tmp_path))) == (None, None)


def test_publication_knows_its_origin(git: Git) -> None:
    head = git.commit({"README.md": SCHEDULE})
    sources = locate((), None, git.folder)
    published = publish(sources, open_ledger("memory:"), at(5))
    assert published.origin == Origin(head, at(1), {"README.md": "README.md"})
