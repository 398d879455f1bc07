"""The real command line in real git repositories: what it remembers, and what it says of an edit."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.e2e.test_command_line import run
from tests.repositories import Git

pytestmark = pytest.mark.e2e

TALKS = """\
# 2024 Fall

| Date | Speaker | Topic |
|---|---|---|
| 2024-09-03 | Ada Brandt | Owls and Their Keepers |
| 2024-09-10 | Noor Haddad | Parrots and Their Keepers |
| 2024-09-17 | Ada Brandt | Finches and Their Keepers |
| 2024-09-24 | Noor Haddad | Herons and Their Keepers |
"""
THEN = {"SOURCE_DATE_EPOCH": "1706745600"}  # the first of February 2024


@pytest.fixture
def git(tmp_path: Path) -> Git:
    folder = tmp_path / "group"
    folder.mkdir()
    git = Git(folder)
    git.run("init", "--quiet")
    git.commit({"README.md": TALKS})
    return git


def calfeed(git: Git, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(*arguments, folder=git.folder, set_to=THEN)


def shown(git: Git) -> object:
    sessions = json.loads(calfeed(git, "show", "--format", "json").stdout)["sessions"]
    return [(each["uid"], each["sequence"], each["created"], each["last_modified"]) for each in sessions]


def test_two_clones_show_the_same_identities(git: Git) -> None:
    git.commit({"README.md": TALKS.replace("2024-09-03", "2024-09-05")})
    elsewhere = git.clone("elsewhere")

    assert shown(elsewhere) == shown(git)


def test_diff_tells_what_subscribers_would_see_of_an_edit(git: Git) -> None:
    (git.folder / "README.md").write_text(TALKS.replace("2024-09-03", "2024-09-05"), "utf-8")

    told = calfeed(git, "diff")

    assert told.stdout == "~ ‘Owls and Their Keepers’ moved from Tue 3 Sep to Thu 5 Sep\n"
    assert told.stderr == "3 kept, 1 changed, 0 new, 0 cancelled, 0 lost\n"
    assert told.returncode == 0


def test_diff_compares_two_revisions(git: Git) -> None:
    git.commit({"README.md": TALKS.replace("| Noor Haddad | Herons", "| Lena Vogel | Herons")})
    git.commit({"README.md": TALKS.replace("Finches and Their Keepers", "")})

    assert calfeed(git, "diff", "HEAD~2", "HEAD~1").stdout == (
        "~ ‘Herons and Their Keepers’ (24 Sep) is presented by Lena Vogel instead of Noor Haddad\n"
    )
    assert calfeed(git, "diff", "HEAD", "HEAD~1").stdout == (
        "~ Tue 17 Sep: the topic is now ‘Finches and Their Keepers’\n"
        "~ ‘Herons and Their Keepers’ (24 Sep) is presented by Lena Vogel instead of Noor Haddad\n"
    )


def test_diff_compares_two_files_that_no_repository_knows(tmp_path: Path) -> None:
    (tmp_path / "old.md").write_text(TALKS, "utf-8")
    (tmp_path / "new.yaml").write_text(
        "- {date: 2024-09-03, speaker: Ada Brandt, title: Owls and Their Keepers}\n"
        "- {date: 2024-09-11, speaker: Noor Haddad, title: Parrots and Their Keepers}\n",
        "utf-8",
    )

    told = run("diff", "old.md", "new.yaml", "--format", "json", folder=tmp_path, set_to=THEN)
    found = json.loads(told.stdout)

    assert [each["sentence"] for each in found["changed"]] == [
        "‘Parrots and Their Keepers’ moved from Tue 10 Sep to Wed 11 Sep"
    ]
    assert [each["title"] for each in found["cancelled"]] == [
        "Finches and Their Keepers",
        "Herons and Their Keepers",
    ]
    assert (found["kept"], found["new"], found["lost"]) == (1, [], [])


def test_strict_diff_fails_where_too_much_changes_at_once(git: Git) -> None:
    for day in ("03", "10", "17", "24"):
        text = (git.folder / "README.md").read_text("utf-8")
        (git.folder / "README.md").write_text(text.replace(f"09-{day}", f"10-{day}"), "utf-8")

    assert calfeed(git, "diff").returncode == 0
    assert calfeed(git, "diff", "--strict").returncode == 1


def test_diff_says_what_it_cannot_compare(git: Git, tmp_path: Path) -> None:
    (tmp_path / "alone.md").write_text(TALKS, "utf-8")

    unknown = calfeed(git, "diff", "nowhere")
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "there is no version “nowhere”" in unknown.stderr
    outside = run("diff", "HEAD", "--source", "alone.md", folder=tmp_path, set_to=THEN)
    assert (outside.returncode, outside.stdout) == (2, "")


def test_log_tells_the_past_newest_first(git: Git) -> None:
    git.commit({"README.md": TALKS.replace("2024-09-03", "2024-09-05")}, author="Émile")

    told = calfeed(git, "log", "--limit", "2").stdout.splitlines()

    assert told == [
        "2024-01-01 00:02  Émile  ‘Owls and Their Keepers’ moved from Tue 3 Sep to Thu 5 Sep",
        "2024-01-01 00:01  Zoë  New on Tue 24 Sep: ‘Herons and Their Keepers’ by Noor Haddad",
    ]


def test_ledger_of_a_server_is_what_diff_starts_from(git: Git) -> None:
    assert calfeed(git, "build", "--output", "site").returncode == 0
    git.commit({".gitignore": "site\n", "README.md": TALKS.replace("Owls", "Eagles")})

    assert calfeed(git, "diff").stdout == (
        "~ Tue 3 Sep: the topic is now ‘Eagles and Their Keepers’, not ‘Owls and Their Keepers’\n"
    )
    assert calfeed(git, "diff", "HEAD").stdout == ""


def test_diff_of_a_schedule_with_an_error_says_so_and_fails(git: Git) -> None:
    (git.folder / "README.md").write_text(TALKS.replace("2024-09-03", "2024-09-33"), "utf-8")

    told = calfeed(git, "diff")

    assert told.returncode == 1
    assert told.stderr.startswith("README.md:5:3: error[date-unreadable]")
