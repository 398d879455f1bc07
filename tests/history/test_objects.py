"""What git stores, in every kind of repository."""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from calfeed.errors import HistoryError
from calfeed.history import Version, find_repository
from tests.repositories import ENVIRONMENT, LONG, README, Git, at, blob, version


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("Zoë", "Zoë"),
        ("李雷", "李雷"),
        ("zoe@example.org", None),
        ("A. B. O'Neil (bot)", "A. B. O'Neil (bot)"),
    ],
)
def test_author_is_a_name_and_never_an_address(git: Git, author: str, name: str | None) -> None:
    one = git.commit({"README.md": "one"}, author=author)

    assert git.versions() == (version(one, 1, author=name, README="one"),)


def test_author_is_read_in_the_encoding_of_the_commit(git: Git) -> None:
    git.run("config", "i18n.commitEncoding", "ISO-8859-2")
    (git.folder / "README.md").write_text("one")
    git.run("add", "README.md")
    tree = git.run("write-tree")
    raw = f"tree {tree}\nauthor Łucja <l@x> 1 +0000\ncommitter B <b@x> {int(at(1).timestamp())} +0000\n"
    data = (raw + "encoding ISO-8859-2\n\nfirst\n").encode("iso-8859-2")
    command = ["git", "hash-object", "-t", "commit", "-w", "--stdin"]
    done = subprocess.run(
        command, cwd=git.folder, env=ENVIRONMENT, input=data, check=True, capture_output=True
    )
    commit = done.stdout.decode().strip()

    assert git.open().versions(commit, README) == (version(commit, 1, author="Łucja", README="one"),)


def test_repository_without_commits_has_no_head(git: Git) -> None:
    repository = git.open()

    assert (repository.head(), repository.root(), repository.place) == (None, None, git.folder)


def test_bare_clone_has_the_same_versions_and_no_top(git: Git) -> None:
    for text in ("one", "two"):
        git.commit({"README.md": text})
    bare = git.clone("group.git", "--bare")

    assert bare.open().is_bare
    assert bare.versions() == git.versions()


def test_linked_work_tree_has_its_own_head(git: Git) -> None:
    git.commit({"README.md": "one"})
    git.run("worktree", "add", "--quiet", "-b", "draft", "../draft")
    draft = Git(git.folder.parent / "draft", 1)
    two = draft.commit({"README.md": "two"})

    repository = draft.open()
    assert (repository.head(), repository.place) == (two, draft.folder)
    assert [found.commit for found in draft.versions() or ()] == [git.run("rev-parse", "main"), two]


def test_submodule_has_its_own_history(git: Git, tmp_path: Path) -> None:
    one = git.commit({"README.md": "one"})
    site = Git(tmp_path / "site")
    site.folder.mkdir()
    site.run("init", "--quiet")
    site.run("submodule", "--quiet", "add", f"file://{git.folder}", "talks")
    site.commit({})

    repository = find_repository(site.folder / "talks" / "README.md")
    assert repository
    assert (repository.head(), repository.place) == (one, site.folder / "talks")
    assert repository.versions(one, README) == (version(one, 1, README="one"),)


def test_shallow_clone_begins_where_it_was_cut(git: Git) -> None:
    commits = [git.commit({"README.md": text}) for text in ("one", "two", "three")]
    shallow = git.clone("shallow", "--depth=2")

    repository = shallow.open()
    assert (repository.is_shallow, repository.root()) == (True, None)
    assert shallow.versions() == (
        version(commits[1], 2, README="two"),
        version(commits[2], 3, commits[1], README="three"),
    )
    with pytest.raises(HistoryError, match="git fetch --unshallow"):
        repository.resolve("HEAD~2")


def test_partial_clone_has_versions_but_not_their_content(git: Git) -> None:
    git.run("config", "uploadpack.allowFilter", "true")
    for text in ("one", "two"):
        git.commit({"README.md": text, "other.md": f"beside {text}"})
    partial = git.clone("partial", "--filter=blob:none")

    assert partial.versions() == git.versions()
    with pytest.raises(HistoryError, match=re.escape(f"lacks {blob('one')}")) as caught:
        partial.open().read(blob("one"))
    partial.run(*caught.value.hint.partition("as in: git ")[2].split())
    assert partial.open().read(blob("one")) == b"one"


def test_clone_without_folders_says_what_to_fetch(git: Git) -> None:
    git.run("config", "uploadpack.allowFilter", "true")
    for text in ("one", "two"):
        git.commit({"README.md": text})
    treeless = git.clone("treeless", "--filter=tree:0", "--no-checkout")

    with pytest.raises(HistoryError, match="git fetch --refetch --no-filter"):
        treeless.versions()


def test_every_clone_has_the_same_versions(git: Git) -> None:
    """Loose or packed, with a commit graph, borrowed from another."""
    for number in range(6):
        git.commit({"README.md": f"{LONG}{number}"})
    borrowed = git.clone("borrowed", "--shared", "--no-local")
    loose = git.versions()
    git.run("repack", "-a", "-d", "--quiet")
    git.run("commit-graph", "write", "--reachable")

    assert [git.versions(), borrowed.versions()] == [loose, loose]


def test_repository_of_git_3_is_read(tmp_path: Path) -> None:
    git = Git(tmp_path / "new")
    git.folder.mkdir()
    git.run("init", "--quiet", "--object-format=sha256")
    one = git.commit({"README.md": "one"})

    data = hashlib.sha256(b"blob 3\0one").hexdigest()
    assert git.versions() == (Version(one, (), at(1), "Zoë", {"README.md": data}),)
    assert git.open().read(data) == b"one"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root gives files away")
def test_repository_of_another_user_is_read(git: Git) -> None:
    one = git.commit({"README.md": "one"})
    for file in (git.folder, *git.folder.rglob("*")):
        os.chown(file, 12345, 12345)

    assert git.open().head() == one


def test_revisions_are_named_as_in_git(git: Git) -> None:
    one, two, three, four = (git.commit({"README.md": str(number)}) for number in range(4))
    git.run("tag", "--annotate", "--message", "tag", "v1", two, GIT_COMMITTER_DATE="@1 +0000")
    git.run("branch", "søk", three)
    named = {
        one: ("HEAD~3", "v1~1", "v1^"),
        two: ("v1", "v1^{}", "main^^", two[:7]),
        three: ("søk", "@~1", "HEAD^", f"{four[:8]}~"),
        four: ("HEAD", "@", "main", "refs/heads/main", four),
    }

    repository = git.open()
    assert {commit: tuple(map(repository.resolve, names)) for commit, names in named.items()} == {
        commit: (commit,) * len(names) for commit, names in named.items()
    }


def test_revision_that_is_not_there_is_an_error(git: Git) -> None:
    git.commit({"README.md": "one"})
    repository = git.open()

    for revision in ("", "nope", "HEAD~9", "HEAD:README.md", "HEAD~x", "HEAD^2", "--all", "é", "^", "\0"):
        with pytest.raises(HistoryError) as caught:
            repository.resolve(revision)
        message = f"there is no version “{revision}” in the repository"
        assert (caught.value.message, caught.value.hint) == (message, "git log lists what there is")


def damage(git: Git, identity: str, data: bytes) -> None:
    file = git.folder / ".git" / "objects" / identity[:2] / identity[2:]
    file.chmod(0o600)
    file.write_bytes(data)


@pytest.mark.parametrize("data", [b"", b"garbage", b"x\x9cK\xca\xc9OR0\x04\x00"])
def test_damaged_file_is_an_error_that_names_it(git: Git, data: bytes) -> None:
    git.commit({"README.md": "one"})
    damage(git, blob("one"), data)

    with pytest.raises(HistoryError, match=f"cannot read {blob('one')} .*git fsck"):
        git.open().read(blob("one"))


def test_damaged_commit_is_an_error_that_names_it(git: Git) -> None:
    one = git.commit({"README.md": "one"})
    damage(git, one, b"garbage")

    with pytest.raises(HistoryError, match=f"cannot read {one}"):
        git.versions()


def test_object_of_another_kind_is_an_error(git: Git) -> None:
    one = git.commit({"README.md": "one"})

    with pytest.raises(HistoryError, match=f"{one} is not a blob"):
        git.open().read(one)


def test_submodule_without_its_repository_is_an_error(git: Git) -> None:
    (git.folder / ".git").rename(git.folder / "elsewhere")
    (git.folder / ".git").write_text("gitdir: ../gone\n")

    with pytest.raises(HistoryError, match=re.escape(f"the git repository of {git.folder} is not there")):
        git.open()


@pytest.mark.parametrize(
    ("line", "reason"),
    [("[extensions]\npartialClone = origin", "partialClone"), ("[core]\nrepositoryFormatVersion = 9", "9")],
)
def test_repository_of_another_format_is_an_error(git: Git, line: str, reason: str) -> None:
    with (git.folder / ".git" / "config").open("a") as config:
        config.write(f"{line}\n")

    with pytest.raises(HistoryError) as caught:
        git.open()
    assert caught.value.message.startswith(f"cannot open the git repository {git.folder}: ")
    assert reason in caught.value.message


def test_repository_leaves_no_file_open(git: Git) -> None:
    """Neither when it is forgotten nor at the end of the program, where closing would be too late."""
    git.commit({"README.md": "one"})
    git.run("repack", "-a", "-d", "--quiet")
    code = "import sys, pathlib; from calfeed.history import find_repository as find\n"
    code += "for _ in range(2): kept = find(pathlib.Path(sys.argv[1])); kept.root()"

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, str(git.folder)],
        check=True,
        capture_output=True,
        text=True,
    )
    assert (done.stdout, done.stderr) == ("", "")
