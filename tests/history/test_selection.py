"""Which files of a commit are the calendar's, and what they were called before."""

import subprocess

import pytest

from calfeed.history import Selection, Version
from tests.repositories import ENVIRONMENT, LONG, Git, at, blob, version


def test_submodule_and_link_are_no_files(git: Git) -> None:
    git.commit({"other.md": "x"})
    (git.folder / "README.md").symlink_to("other.md")
    git.run("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},part.md")
    git.run("add", "README.md")
    git.record()

    assert git.versions(Selection(frozenset({"README.md"}), lambda path: path == "part.md")) == ()


@pytest.mark.parametrize("edit", ["", "- 2024-04-01 One more\n"])
def test_renamed_file_is_followed(git: Git, edit: str) -> None:
    one = git.commit({"plan.txt": LONG, "other.txt": "x"})
    git.commit({"plan.txt": None, "schedule/README.md": LONG + edit})
    two = git.commit({"schedule/README.md": None, "README.md": LONG + edit + "- end\n"})

    versions = git.versions() or ()
    ends = [(found.commit, found.files) for found in (versions[0], versions[-1])]
    assert ends == [
        (one, {"README.md": blob(LONG)}),
        (two, {"README.md": blob(LONG + edit + "- end\n")}),
    ]
    assert len(versions) == (3 if edit else 2)  # a new name alone is no new version


def test_same_content_is_the_better_origin(git: Git) -> None:
    git.commit({"a.md": LONG + "- more\n", "b.md": LONG})
    git.commit({"a.md": None, "b.md": None, "README.md": LONG})

    assert [found.files for found in git.versions() or ()] == [{"README.md": blob(LONG)}]


def test_new_file_is_not_what_another_one_was(git: Git) -> None:
    """Too little in common; and a file that stays is not what its copy was."""
    git.commit({"notes.md": "".join(f"note {n}\n" for n in range(30)), "copied.md": LONG})
    two = git.commit({"notes.md": None, "README.md": LONG})

    assert git.versions() == (version(two, 2, README=LONG),)


def test_one_vanished_file_is_the_origin_of_one_only(git: Git) -> None:
    git.commit({"old.md": LONG})
    git.commit({"old.md": None, "a.md": LONG, "b.md": LONG})

    versions = git.versions(Selection(frozenset({"a.md", "b.md"}))) or ()
    assert [found.files for found in versions] == [
        {"a.md": blob(LONG)},
        {"a.md": blob(LONG), "b.md": blob(LONG)},
    ]


def test_files_of_folders_count_under_their_own_names(git: Git) -> None:
    selection = Selection(frozenset({"README.md"}), lambda path: path.startswith("terms/"))
    one = git.commit({"README.md": "one", "terms/2023/fall.md": "f", "site/index.md": "x"})
    two = git.commit({"terms/2023/fall.md": None, "terms/old/fall.md": "f"})
    git.commit({"site/index.md": "y"})

    assert git.versions(selection) == (
        Version(one, (), at(1), "Zoë", {"README.md": blob("one"), "terms/2023/fall.md": blob("f")}),
        Version(two, (one,), at(2), "Zoë", {"README.md": blob("one"), "terms/old/fall.md": blob("f")}),
    )


def test_named_file_that_matched_before_is_there_once(git: Git) -> None:
    selection = Selection(frozenset({"README.md"}), lambda path: path.startswith("terms/"))
    one = git.commit({"terms/fall.md": LONG})
    git.commit({"terms/fall.md": None, "README.md": LONG})

    assert git.versions(selection) == (version(one, 1, README=LONG),)


def test_files_of_one_commit_have_the_names_they_had(git: Git) -> None:
    one = git.commit({"README.md": "one", "terms/fall.md": "f", "terms/fall.txt": "t"})
    selection = Selection(frozenset({"README.md", "missing.md"}), lambda path: path.endswith("l.md"))

    files = git.open().files(one, selection)

    assert files == {"README.md": blob("one"), "terms/fall.md": blob("f")}


def test_names_that_are_not_utf_8_keep_their_bytes(git: Git) -> None:
    data = git.run("hash-object", "-w", "--stdin") or blob("")
    listing = b"100644 blob " + data.encode() + b"\tcaf\xe9.md\n"
    done = subprocess.run(
        ["git", "mktree"], cwd=git.folder, env=ENVIRONMENT, input=listing, check=True, capture_output=True
    )
    commit = git.run("commit-tree", "-m", "latin", done.stdout.decode().strip())
    named = Selection(frozenset({"caf\udce9.md"}))
    matching = Selection(frozenset(), lambda path: path.endswith(".md"))

    repository = git.open()
    found = [repository.files(commit, selection) for selection in (named, matching)]
    assert found == [{"caf\udce9.md": data}, {"caf\udce9.md": data}]


def test_rename_on_one_line_is_followed_on_that_line(git: Git) -> None:
    base = git.commit({"plan.md": LONG})
    git.run("checkout", "--quiet", "-b", "side")
    side = git.commit({"plan.md": LONG + "side\n"})
    git.run("checkout", "--quiet", "main")
    git.commit({"plan.md": None, "README.md": LONG})
    git.run("merge", "--no-commit", "--no-ff", "side")
    git.record()

    assert git.versions() == (
        version(base, 1, README=LONG),
        version(side, 2, base, README=LONG + "side\n"),
    )
