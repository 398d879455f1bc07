"""What tells that another commit is checked out, against what git itself writes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from calfeed.history import head_state
from tests.repositories import Git


@pytest.fixture
def git(tmp_path: Path) -> Git:
    folder = tmp_path / "group"
    folder.mkdir()
    git = Git(folder)
    git.run("init", "--quiet", "--initial-branch", "main")
    git.commit({"README.md": "one"})
    return git


MOVES: dict[str, Callable[[Git], object]] = {
    "commit": lambda git: git.commit({"README.md": "two"}),
    "amended": lambda git: git.run("commit", "--quiet", "--amend", "--message", "in other words"),
    "branch": lambda git: git.run("checkout", "--quiet", "-b", "other"),
    "detached": lambda git: git.run("checkout", "--quiet", "--detach"),
}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("move", MOVES)
def test_state_moves_with_what_is_checked_out(git: Git, move: str, *, packed: bool) -> None:
    if packed:
        git.run("pack-refs", "--all")
    before = head_state(git.folder)
    git.run("status")
    (git.folder / "README.md").write_text("edited", "utf-8")
    assert head_state(git.folder) == before
    git.run("checkout", "--quiet", "README.md")
    MOVES[move](git)
    assert head_state(git.folder) != before


def test_state_moves_in_a_linked_work_tree(git: Git) -> None:
    git.run("worktree", "add", "--quiet", "-b", "draft", "../draft")
    draft = Git(git.folder.parent / "draft")
    before, beside = head_state(draft.folder), head_state(git.folder)
    draft.commit({"README.md": "two"})
    assert head_state(draft.folder) != before
    assert head_state(git.folder) == beside


def test_state_moves_when_older_commits_come(git: Git) -> None:
    git.commit({"README.md": "two"})
    clone = git.clone("shallow", "--depth", "1")
    before = head_state(clone.folder)
    clone.run("fetch", "--quiet", "--unshallow")
    assert head_state(clone.folder) != before


def test_state_without_a_commit_or_a_repository_is_one_too(tmp_path: Path) -> None:
    assert head_state(tmp_path) == ("", "", "", "")
    Git(tmp_path).run("init", "--quiet", "--initial-branch", "main")
    assert head_state(tmp_path) == ("ref: refs/heads/main", "", "", "")
