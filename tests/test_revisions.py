"""Two versions of a schedule, by what is known before and after."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from calfeed.cli import main
from calfeed.ledger import open_ledger
from calfeed.revisions import between_revisions
from calfeed.sources import locate
from tests.repositories import Git

NOW = datetime(2024, 6, 1, tzinfo=UTC)
BIRDS = ("Owls", "Parrots", "Finches", "Herons")
PLAN = "# 2024 Fall\n" + "".join(f"\n### September {day}\n- {bird}\n" for day, bird in enumerate(BIRDS, 3))


@pytest.fixture
def git(tmp_path: Path) -> Git:
    (tmp_path / "group").mkdir()
    git = Git(tmp_path / "group")
    git.run("init", "--quiet")
    return git


def known(git: Git, old: str, new: str | None = None) -> list[dict[str, str]]:
    """Give the UID of each session at two revisions, by its title."""
    sources = locate(["plan.md"], None, git.folder)
    versions = between_revisions(sources, open_ledger("memory:"), old, new, NOW)
    return [
        {entry.session.title or "": entry.uid for entry in entries}
        for entries in (versions.before, versions.after)
    ]


@pytest.mark.parametrize("new", [None, "HEAD", "main"])
def test_sessions_of_a_file_that_was_renamed_are_known_at_both_revisions(git: Git, new: str | None) -> None:
    git.commit({"README.md": PLAN})
    git.commit({"README.md": None, "plan.md": PLAN + "\n### September 9\n- Gulls\n"})

    before, after = known(git, "HEAD~1", new)

    assert sorted(before) == sorted(BIRDS)
    assert before.items() < after.items()


def test_file_that_a_branch_renamed_is_known_on_the_branch_that_went_on(git: Git) -> None:
    git.commit({"README.md": PLAN})
    git.run("checkout", "--quiet", "-b", "side")
    git.commit({"README.md": None, "plan.md": PLAN})
    git.run("checkout", "--quiet", "main")
    git.commit({"README.md": PLAN.replace("Owls", "Owls at Night")})
    git.run("checkout", "--quiet", "side")

    before, after = known(git, "main")

    assert {before[bird] for bird in BIRDS[1:]} < {*after.values()}
    assert sorted(before) == sorted(["Owls at Night", *BIRDS[1:]])


@pytest.mark.parametrize("command", [["diff"], ["log", "--session", "none"]])
def test_nothing_to_tell_is_not_even_an_empty_line(
    git: Git, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    git.commit({"plan.md": PLAN})

    assert main([*command, "--source", str(git.folder / "plan.md")]) == 0
    assert capsys.readouterr().out == ""
