"""Which files hold the schedule."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from calfeed.errors import UsageError
from calfeed.sources import locate
from tests.repositories import Git

Write = Callable[..., Path]


def paths(folder: Path, *arguments: str, config: str | None = None) -> list[tuple[str, bool]]:
    return [(s.path, s.named) for s in locate(arguments, config, folder).find()]


def test_named_file_is_read_and_counts_as_named(write: Write) -> None:
    folder = write({"talks.md": "", "README.md": ""})

    assert paths(folder, "talks.md") == [("talks.md", True)]


def test_readme_is_read_where_nothing_is_named(write: Write) -> None:
    folder = write({"talks.md": "", "readme.markdown": ""})

    assert paths(folder) == [("readme.markdown", True)]


def test_sources_of_the_settings_go_before_the_readme(write: Write) -> None:
    folder = write(
        {"calfeed.yaml": "sources: [talks/*.md]", "talks/b.md": "", "talks/a.md": "", "README.md": ""}
    )

    assert paths(folder) == [("talks/a.md", False), ("talks/b.md", False)]


def test_folder_gives_all_it_holds_but_settings_and_hidden_files(write: Write) -> None:
    sought = ("a/one.md", "a/schedule.csv", "a/two.yaml", "four.rst", "three.md")
    others = (".hidden.md", ".git/x.md", "data.csv", "pic.png", "calfeed.yaml")
    folder = write(dict.fromkeys((*sought, *others), ""))

    assert paths(folder, ".") == [(path, False) for path in sought]


@pytest.mark.parametrize(
    ("files", "read"),
    [
        (("README.Rmd", "README.html", "README.md", "README.org", "README.txt"), "README.md"),
        (("README.html", "README.json", "README.org", "README.txt"), "README.org"),
        (("README.Rmd", "ReadMe.markdown"), "ReadMe.markdown"),
        (("README.html", "README.rst", "schedule.csv"), "README.rst"),
        (("README.csv", "Schedule.csv", "schedule.tsv", "talks.csv"), "Schedule.csv"),
        (("README.md", "readme.md"), "README.md"),
    ],
)
def test_readme_of_the_plainest_kind_is_read(write: Write, files: tuple[str, ...], read: str) -> None:
    assert paths(write(dict.fromkeys(files, ""))) == [(read, True)]


@pytest.mark.parametrize("name", ["talks.txt", "talks.json", "talks.html", "talks.HTM", "a.csv"])
def test_file_that_is_seldom_a_schedule_is_read_only_when_named(write: Write, name: str) -> None:
    folder = write({name: "", "sub/calfeed.yaml": f"sources: ../{name}"})

    assert paths(folder, ".") == []
    assert paths(folder, name) == [(name, True)]
    assert paths(folder, f"{Path(name).stem}.*") == [(name, False)]
    assert [source.file.name for source in locate([], "sub/calfeed.yaml", folder).find()] == [name]


def test_folders_that_tools_fill_are_not_searched(write: Write) -> None:
    filled = ("node_modules/x/README.md", "site/vendor/a.md", "_site/a.md", ".venv/a.md", "venv/lib/a.md")
    folder = write(dict.fromkeys((*filled, "talks/a.md"), ""))

    assert paths(folder, ".") == [("talks/a.md", False)]
    assert paths(folder, "_site") == [("a.md", False)]


def test_settings_are_found_above_the_source_up_to_the_working_directory(write: Write) -> None:
    folder = write({"calfeed.yaml": "name: Above", "talks/2024/fall.md": ""})

    sources = locate(["talks/2024/fall.md"], None, folder)

    assert (sources.settings.name, sources.find()[0].path) == ("Above", "talks/2024/fall.md")


def test_settings_are_found_up_to_the_top_of_a_repository(write: Write) -> None:
    folder = write({"calfeed.yaml": "name: Top", ".git/HEAD": "", "talks/fall.md": ""})

    assert locate(["fall.md"], None, folder / "talks").settings.name == "Top"


def test_settings_beyond_the_working_directory_are_somebody_elses(write: Write) -> None:
    folder = write({"calfeed.yaml": "name: Strange", "talks/fall.md": ""})

    assert locate(["fall.md"], None, folder / "talks").settings.name is None


def test_nothing_to_read_is_a_usage_error(write: Write) -> None:
    folder = write({"notes.md": "", "README.txt": "", "README.html": ""})

    with pytest.raises(UsageError, match="there is no schedule to read"):
        locate([], None, folder)


def test_missing_file_is_a_diagnostic_of_the_source(write: Write) -> None:
    folder = write({"README.md": ""})
    (source,) = locate(["gone.md"], None, folder).find()

    data, (diagnostic,) = source.read()

    assert (data, diagnostic.code, str(diagnostic.position)) == (b"", "source-missing", "gone.md:1:1")


def test_paths_are_shown_from_the_working_directory(write: Write) -> None:
    folder = write({"calfeed.yaml": "", "talks/fall.md": ""})

    assert locate(["talks/fall.md"], None, folder).shown("talks/fall.md") == "talks/fall.md"
    assert locate(["../talks/fall.md"], None, folder / "talks").shown("fall.md") == "fall.md"


def test_signature_moves_with_sources_and_settings(write: Write) -> None:
    folder = write({"a.md": "one"})
    sources = locate(["."], None, folder)
    before = sources.signature()

    write({"a.md": "two!"})
    edited = sources.signature()
    write({"b.md": ""})
    added = sources.signature()
    write({"calfeed.yaml": "name: New"})

    assert len({before, edited, added, sources.signature()}) == 4


def test_signature_moves_with_the_commit(tmp_path: Path) -> None:
    git = Git(tmp_path)
    git.run("init", "--quiet")
    git.commit({"README.md": "one"})
    sources = locate(["README.md"], None, tmp_path)
    before = sources.signature()
    assert sources.signature() == before

    git.run("commit", "--quiet", "--allow-empty", "--message", "nothing new")

    assert sources.signature() != before


@pytest.mark.parametrize(
    ("arguments", "config"),
    [
        ([], None),
        (["talks"], None),
        (["talks/*.md"], None),
        (["README.md", "talks/fall.md"], None),
        (["README.md"], "talks/other.yaml"),
        (["group.git"], None),
        (["group.git/talks/fall.md"], None),
    ],
)
def test_sources_found_anew_are_the_same_until_the_settings_are_edited(
    write: Write, arguments: list[str], config: str | None
) -> None:
    folder = write({"calfeed.yaml": "sources: [talks]\n", "README.md": "", "talks/other.yaml": "id: group\n"})
    git = Git(folder)
    git.run("init", "--quiet")
    git.commit({"talks/fall.md": "# Fall\n"})
    shared = git.clone("reading-group/group.git", "--bare")
    found = locate(arguments, config, folder)

    assert replace(found.anew(), bare=found.bare) == found

    file = folder / (config or "calfeed.yaml")
    file.write_text("sources: [talks]\nid: birds\n", "utf-8")
    git.commit({})
    git.run("push", "--quiet", str(shared.folder), "HEAD:main")
    settings = replace(found.settings, id="birds", sources=("talks",))
    assert replace(found.anew(), bare=found.bare) == replace(found, settings=settings)


# ── a bare repository ────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A repository without files laid out: a README and talks, with settings of their own."""
    (tmp_path / "work").mkdir()
    git = Git(tmp_path / "work")
    git.run("init", "--quiet")
    git.commit(
        {"README.md": "top", "talks/calfeed.yaml": "id: talks", "talks/a.md": "a", "talks/b/c.md": "c"}
    )
    return git.clone("group.git", "--bare").folder


@pytest.mark.parametrize(
    ("asked", "settings", "found"),
    [
        ("", None, [("README.md", True, b"top")]),
        ("talks/a.md", "talks", [("a.md", True, b"a")]),
        ("talks/b", "talks", [("b/c.md", False, b"c")]),
        ("talks/*.md", "talks", [("a.md", False, b"a")]),
    ],
)
def test_what_is_named_in_a_bare_repository_is_read_from_its_last_commit(
    bare: Path, asked: str, settings: str | None, found: list[tuple[str, bool, bytes]]
) -> None:
    sources = locate([str(bare / asked)], None, bare.parent)
    assert [(each.path, each.named, each.read()[0]) for each in sources.find()] == found
    assert (sources.settings.id, sources.settings.root) == (settings, bare / (settings or ""))
    assert sources.repository() is sources.bare


def test_what_a_bare_repository_does_not_have_is_said(bare: Path) -> None:
    for asked, config, said in (
        ("talks/none.md", None, "none.md is not in the last commit"),
        ("", "calfeed.yaml", "the settings of .* are its own"),
    ):
        with pytest.raises(UsageError, match=said):
            locate([str(bare / asked)], config, bare.parent)
