"""Which commits are versions, and what came before each."""

import subprocess
import sys
from pathlib import Path

from calfeed.history import find_repository
from tests.repositories import ENVIRONMENT, LONG, README, Git, at, blob, version

# ── One line of history ──────────────────────────────────────────────────────────────────────────


def test_commits_that_change_the_file_are_its_versions(git: Git) -> None:
    git.commit({"other.md": "before"})
    one = git.commit({"README.md": "one"})
    git.commit({"other.md": "between"})
    two = git.commit({"README.md": "two", "other.md": "too"})
    git.record()

    assert git.versions() == (version(one, 2, README="one"), version(two, 4, one, README="two"))


def test_reverted_commit_is_a_version_of_its_own(git: Git) -> None:
    commits = [git.commit({"README.md": text}) for text in ("one", "two", "one")]

    assert git.versions() == (
        version(commits[0], 1, README="one"),
        version(commits[1], 2, commits[0], README="two"),
        version(commits[2], 3, commits[1], README="one"),
    )


def test_file_that_came_back_keeps_its_history(git: Git) -> None:
    one = git.commit({"README.md": "one", "other.md": "x"})
    gone = git.commit({"README.md": None})
    back = git.commit({"README.md": "two"})

    assert git.versions() == (
        version(one, 1, README="one"),
        version(gone, 2, one),
        version(back, 3, gone, README="two"),
    )


def test_untracked_file_has_no_versions(git: Git) -> None:
    git.commit({"other.md": "x"})
    (git.folder / "README.md").write_text("new")

    assert git.versions() == ()


def test_time_never_goes_back(git: Git) -> None:
    """A clock that was an hour ahead, then right ones."""
    minutes = (1, 61, 2, 62)
    commits = [git.commit({"README.md": str(minute)}, minute=minute) for minute in minutes]

    versions = git.versions() or ()
    assert [(one.commit, one.time) for one in versions] == list(
        zip(commits, (at(1), at(61), at(61), at(62)), strict=True)
    )


# ── Branches and merges ──────────────────────────────────────────────────────────────────────────


def test_merge_joins_lines_that_both_changed_the_file(git: Git) -> None:
    base = git.commit({"README.md": "base"})
    git.run("checkout", "--quiet", "-b", "side")
    side = git.commit({"README.md": "side"})
    git.run("checkout", "--quiet", "main")
    main = git.commit({"README.md": "main"})
    merge = git.merge("side", files={"README.md": "both"})

    assert git.versions() == (
        version(base, 1, README="base"),
        version(side, 2, base, README="side"),
        version(main, 3, base, README="main"),
        version(merge, 4, main, side, README="both"),
    )


def test_merge_of_the_same_edit_on_both_sides_is_a_version(git: Git) -> None:
    base = git.commit({"README.md": "base"})
    git.run("checkout", "--quiet", "-b", "side")
    side = git.commit({"README.md": "same"})
    git.run("checkout", "--quiet", "main")
    main = git.commit({"README.md": "same"})
    merge = git.merge("side", files={"README.md": "same"})

    assert (git.versions() or ())[1:] == (
        version(side, 2, base, README="same"),
        version(main, 3, base, README="same"),
        version(merge, 4, main, side, README="same"),
    )


def test_merge_of_a_line_that_changed_other_files_is_none(git: Git) -> None:
    base = git.commit({"README.md": "base"})
    git.run("checkout", "--quiet", "-b", "side")
    side = git.commit({"README.md": "side"})
    git.run("checkout", "--quiet", "main")
    git.commit({"other.md": "x"})
    git.merge("side", files={"README.md": "side"})
    end = git.commit({"README.md": "end"})

    assert git.versions() == (
        version(base, 1, README="base"),
        version(side, 2, base, README="side"),
        version(end, 5, side, README="end"),
    )


def test_merge_that_edits_beside_an_unchanged_line_has_one_parent(git: Git) -> None:
    base = git.commit({"README.md": "base"})
    git.run("checkout", "--quiet", "-b", "side")
    git.commit({"other.md": "x"})
    git.run("checkout", "--quiet", "main")
    main = git.commit({"README.md": "main"})
    merge = git.merge("side", files={"README.md": "evil"})

    assert (git.versions() or ())[1:] == (
        version(main, 3, base, README="main"),
        version(merge, 4, main, README="evil"),
    )


def test_foxtrot_merge_of_main_into_a_branch_is_none(git: Git) -> None:
    """The first parent is the line that stayed behind."""
    base = git.commit({"README.md": "base"})
    git.run("checkout", "--quiet", "-b", "side")
    git.commit({"other.md": "x"})
    git.run("checkout", "--quiet", "main")
    main = git.commit({"README.md": "main"})
    git.run("checkout", "--quiet", "side")
    git.merge("main", files={"README.md": "main"})

    assert git.versions() == (version(base, 1, README="base"), version(main, 3, base, README="main"))


def test_octopus_merge_has_a_parent_for_each_line(git: Git) -> None:
    base = git.commit({"README.md": "base"})
    sides = {}
    for name in ("a", "b", "c"):
        git.run("checkout", "--quiet", "-b", name, "main")
        sides[name] = git.commit({"README.md": name} if name != "b" else {"other.md": "x"})
    git.run("checkout", "--quiet", "main")
    merge = git.merge("a", "b", "c", files={"README.md": "all"})

    assert git.versions() == (
        version(base, 1, README="base"),
        version(sides["a"], 2, base, README="a"),
        version(sides["c"], 4, base, README="c"),
        version(merge, 5, sides["a"], sides["c"], README="all"),
    )


def test_criss_cross_merges_have_both_lines_as_parents(git: Git) -> None:
    git.commit({"README.md": "base"})
    git.run("checkout", "--quiet", "-b", "side")
    side = git.commit({"README.md": "side"})
    git.run("checkout", "--quiet", "main")
    main = git.commit({"README.md": "main"})
    one = git.merge(side, files={"README.md": "one"})
    git.run("checkout", "--quiet", "side")
    two = git.merge(main, files={"README.md": "two"})
    git.run("checkout", "--quiet", "main")
    end = git.merge("side", files={"README.md": "end"})

    assert (git.versions() or ())[3:] == (
        version(one, 4, main, side, README="one"),
        version(two, 5, side, main, README="two"),
        version(end, 6, one, two, README="end"),
    )


def test_unrelated_history_that_is_merged_does_not_change_the_root(git: Git) -> None:
    one = git.commit({"README.md": "one"}, minute=5)
    git.run("checkout", "--quiet", "--orphan", "pages")
    other = git.commit({"README.md": "other"}, minute=3)
    git.run("checkout", "--quiet", "main")
    git.minute = 5
    git.run("merge", "--allow-unrelated-histories", "--no-commit", "--strategy=ours", "pages")
    merge = git.commit({"README.md": "both"})

    assert git.open().root() == one
    assert git.versions() == (
        version(other, 3, README="other"),
        version(one, 5, README="one"),
        version(merge, 6, one, other, README="both"),
    )


# ── What came after an earlier answer ────────────────────────────────────────────────────────────


def test_nothing_came_after_head(git: Git) -> None:
    one = git.commit({"README.md": "one"})

    assert git.versions(since=one) == ()


def test_what_came_after_is_the_end_of_all(git: Git) -> None:
    for number in range(3):
        git.commit({"README.md": str(number)})
    git.run("checkout", "--quiet", "-b", "side")
    git.commit({"README.md": "side"})
    git.run("checkout", "--quiet", "main")
    git.commit({"other.md": "x"})
    git.merge("side", files={"README.md": "side"})
    git.commit({"README.md": "end"})
    everything = git.versions() or ()
    known = everything[2]

    head = git.run("rev-parse", "HEAD")
    later = git.open().versions(head, README, since=known.commit, not_before=known.time)
    assert len(everything) == 5
    assert later == everything[3:]


def test_commit_that_changed_nothing_stands_for_what_came_before_it(git: Git) -> None:
    git.commit({"README.md": "one"})
    idle = git.commit({"other.md": "x"})
    two = git.commit({"README.md": "two"})

    assert git.versions(since=idle) == (version(two, 3, idle, README="two"),)


def test_time_after_an_earlier_answer_does_not_go_back_either(git: Git) -> None:
    git.commit({"README.md": "one"}, minute=60)
    two = git.commit({"README.md": "two"}, minute=2)
    three = git.commit({"README.md": "three"}, minute=3)

    later = git.open().versions(three, README, since=two, not_before=at(60))
    assert later == (version(three, 60, two, README="three"),)


def test_merged_line_from_before_asks_for_all(git: Git) -> None:
    git.commit({"README.md": "base"})
    git.run("branch", "side")
    known = git.commit({"README.md": "main"})
    git.run("checkout", "--quiet", "side")
    git.commit({"README.md": "side"})
    git.run("checkout", "--quiet", "main")
    git.merge("side", files={"README.md": "both"})

    assert git.versions(since=known) is None


def test_rewritten_history_asks_for_all(git: Git) -> None:
    git.commit({"README.md": "base"})
    dropped = git.commit({"README.md": "dropped"})
    git.run("reset", "--quiet", "--hard", "HEAD~1")
    git.commit({"README.md": "instead"})

    assert [git.versions(since=since) for since in (dropped, "f" * 40)] == [None, None]


def test_renamed_file_asks_for_all(git: Git) -> None:
    known = git.commit({"plan.md": LONG})
    git.commit({"plan.md": None, "README.md": LONG})

    assert git.versions(since=known) is None


# ── Repositories ─────────────────────────────────────────────────────────────────────────────────


def test_file_outside_any_repository_loads_no_git(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("x")
    (tmp_path / ".git").mkdir()  # an empty folder is no repository to git either
    code = "import sys, pathlib; from calfeed.history import find_repository as find\n"
    code += "print(find(pathlib.Path(sys.argv[1])), any('dulwich' in name for name in sys.modules))"

    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "README.md")], check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == ["None", "False"]


def test_repository_is_found_from_a_file_in_it(git: Git) -> None:
    one = git.commit({"terms/fall.md": "x"})
    git.run("checkout", "--quiet", "--detach")
    git.run("pack-refs", "--all")
    git.run("gc", "--quiet")

    repository = find_repository(git.folder / "terms" / "fall.md")
    assert repository
    assert (repository.head(), repository.root(), repository.place) == (one, one, git.folder)
    assert (repository.is_shallow, repository.read(blob("x"))) == (False, b"x")


# ── Long histories ───────────────────────────────────────────────────────────────────────────────


def test_long_history_with_merges_is_read_whole(git: Git) -> None:
    """2,000 commits of which every tenth is a merge of a branch, and every other one edits the schedule."""
    stream, head = ["blob\nmark :1\ndata 1\nx\n"], 1
    for number in range(2, 2002):
        merged = f"merge :{number - 2}\n" if number % 10 == 5 else ""
        line = f"commit refs/heads/main\nmark :{number}\ncommitter A <a@x> {1_700_000_000 + number} +0000\n"
        start = f"from :{head - 1 if number % 10 == 4 else head}\n" if number > 2 else ""
        text = f"{number}"
        edit = f"M 644 inline {'README.md' if number % 2 else 'other.md'}\ndata {len(text)}\n{text}\n"
        stream.append(f"{line}data 1\nx\n{start}{merged}{edit}\n")
        head = number
    command = ["git", "fast-import", "--quiet"]
    subprocess.run(command, cwd=git.folder, env=ENVIRONMENT, input="".join(stream).encode(), check=True)

    repository = git.open()
    head_id = repository.resolve("main")
    versions = repository.versions(head_id, README) or ()
    place = {found.commit: number for number, found in enumerate(versions)}
    assert len(versions) == 1000
    assert all(place[parent] < place[found.commit] for found in versions for parent in found.parents)
    known = versions[-59]
    later = repository.versions(head_id, README, since=known.commit, not_before=known.time)
    assert later == versions[-58:]
