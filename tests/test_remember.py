"""Git as the memory: what a calendar's past says of its sessions, in repositories that git itself makes."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from calfeed.ledger import open_ledger
from calfeed.model import Entry, State, Token
from calfeed.publication import Publication, publish
from calfeed.sources import locate
from tests.repositories import Git, at

NOW = datetime(2024, 6, 1, tzinfo=UTC)
PLAN = "# Bird group 2024 Fall\n"
OWLS = "\n### September 3\n- Owls and Their Keepers\n- Ada Brandt\n"
PARROTS = "\n### September 10\n- Parrots and Their Keepers\n- Noor Haddad\n"
FINCHES = "\n### September 17\n- Finches and Their Keepers\n- Ada Brandt\n"


def made(folder: Path) -> Git:
    folder.mkdir()
    git = Git(folder)
    git.run("init", "--quiet")
    return git


@pytest.fixture
def git(tmp_path: Path) -> Git:
    return made(tmp_path / "group")


def published(
    git: Git, ledger: str = "memory:", *, now: datetime = NOW, source: str = "README.md"
) -> Publication:
    return publish(locate([source], None, git.folder), open_ledger(ledger), now)


def told(publication: Publication) -> dict[str, tuple[str, int, datetime, datetime, State]]:
    """Give what is known of each session, by its title."""
    return {entry.session.title or "": known(entry) for entry in publication.entries}


def known(entry: Entry) -> tuple[str, int, datetime, datetime, State]:
    return entry.uid, entry.sequence, entry.created, entry.last_modified, entry.state


def feeds(publication: Publication) -> dict[str, bytes]:
    return {path: rendition.body for path, rendition in publication.renditions.items()}


def test_commits_are_the_clock(git: Git) -> None:
    git.commit({"README.md": PLAN + OWLS})
    git.commit({"README.md": PLAN + OWLS + PARROTS})
    git.commit({"README.md": PLAN + OWLS.replace("3", "4") + PARROTS})

    sessions = told(published(git))

    assert sessions["Owls and Their Keepers"][1:4] == (1, at(1), at(3))
    assert sessions["Parrots and Their Keepers"][1:4] == (0, at(2), at(2))


def test_every_full_clone_derives_the_same(git: Git) -> None:
    git.commit({"README.md": PLAN + OWLS})
    git.commit({"README.md": PLAN + OWLS.replace("3", "4") + PARROTS})
    clone = git.clone("elsewhere")

    assert told(published(clone)) == told(published(git))


def test_lost_ledger_is_filled_from_history_and_no_subscriber_notices(git: Git, tmp_path: Path) -> None:
    ledger = f"sqlite:///{tmp_path / 'ledger.db'}"
    for text in (OWLS, OWLS + PARROTS, OWLS.replace("3", "4") + PARROTS, OWLS.replace("3", "4")):
        git.commit({"README.md": PLAN + text})
        before = published(git, ledger)
    (tmp_path / "ledger.db").unlink()

    assert feeds(published(git, ledger)) == feeds(before)


def test_damaged_ledger_is_kept_aside_and_no_subscriber_notices(git: Git, tmp_path: Path) -> None:
    path = tmp_path / ".calfeed" / "ledger.db"
    for text in (OWLS, OWLS.replace("3", "4") + PARROTS):
        git.commit({"README.md": PLAN + text})
        before = published(git, f"sqlite:///{path}")
    path.write_bytes(b"\0" * 9000)

    after = published(git, f"sqlite:///{path}")

    assert feeds(after) == feeds(before)
    assert [str(each) for each in after.diagnostics if each.code == "ledger-damaged"] == [
        f".:1:1: warning[ledger-damaged]: the ledger {path} is damaged (file is not a database); "
        f"it is kept as {path}.damaged-1, and a new one is filled from history "
        "(hint: look after the disk it lies on)"
    ]
    assert Path(f"{path}.damaged-1").read_bytes() == b"\0" * 9000
    assert feeds(published(git, f"sqlite:///{path}")) == feeds(before)


def test_commit_after_commit_gives_what_all_at_once_gives(git: Git) -> None:
    ledger = open_ledger("memory:")
    texts = [OWLS, OWLS + PARROTS, PARROTS + FINCHES, OWLS + PARROTS.replace("10", "11") + FINCHES]
    for text in texts:
        git.commit({"README.md": PLAN + text})
        publication = publish(locate(["README.md"], None, git.folder), ledger, NOW)

    assert told(publication) == told(published(git))
    assert feeds(publication) == feeds(published(git))


def test_line_of_history_that_was_merged_keeps_its_identities(git: Git) -> None:
    ledger = open_ledger("memory:")

    def publish_head() -> Publication:
        return publish(locate(["README.md"], None, git.folder), ledger, NOW)

    git.commit({"README.md": PLAN + OWLS})
    git.run("checkout", "--quiet", "-b", "autumn")
    git.commit({"README.md": PLAN + OWLS + PARROTS.replace("Parrots", "Parots")})
    on_branch = told(published(git))
    git.commit({"README.md": PLAN + OWLS + PARROTS})
    git.run("checkout", "--quiet", "main")
    git.commit({"README.md": PLAN + OWLS.replace("3", "4")})
    publish_head()
    git.merge("autumn", files={"README.md": PLAN + OWLS.replace("3", "4") + PARROTS})

    merged = told(published(git))

    assert merged["Parrots and Their Keepers"][0] == on_branch["Parots and Their Keepers"][0]
    assert merged["Owls and Their Keepers"][1:4] == (1, at(1), at(4))
    assert told(publish_head()) == merged


def test_edit_that_is_not_committed_comes_on_top(git: Git) -> None:
    ledger = open_ledger("memory:")
    git.commit({"README.md": PLAN + OWLS})
    committed = told(publish(locate(["README.md"], None, git.folder), ledger, NOW))["Owls and Their Keepers"]
    (git.folder / "README.md").write_text(PLAN + OWLS.replace("3", "4"), "utf-8")

    edited = told(publish(locate(["README.md"], None, git.folder), ledger, NOW))["Owls and Their Keepers"]

    assert edited == (committed[0], 1, at(1), NOW, State.CONFIRMED)
    git.commit({})
    assert (
        told(publish(locate(["README.md"], None, git.folder), ledger, NOW))["Owls and Their Keepers"]
        == edited
    )


def test_renamed_file_keeps_its_sessions(git: Git) -> None:
    git.commit({"talks.md": PLAN + OWLS + PARROTS})
    git.commit({"talks.md": None, "README.md": PLAN + OWLS + PARROTS})

    assert [entry[1:4] for entry in told(published(git)).values()] == [(0, at(1), at(1)), (0, at(1), at(1))]


def test_sessions_that_moved_to_another_file_of_the_folder_keep_their_identity(git: Git) -> None:
    git.commit({"talks/2024.md": PLAN + OWLS + PARROTS})
    git.commit({"talks/2024.md": PLAN + PARROTS, "talks/old.md": PLAN + OWLS})
    git.commit({"talks/2024.md": None, "talks/2025.md": PLAN + PARROTS})

    sessions = told(published(git, source="talks"))

    assert [entry[1:] for entry in sessions.values()] == [(0, at(1), at(1), State.CONFIRMED)] * 2


def test_ledger_that_began_without_the_past_keeps_its_word(git: Git) -> None:
    ledger = open_ledger("memory:")
    (git.folder / ".git").rename(git.folder / "hidden")
    (git.folder / "README.md").write_text(PLAN + OWLS, "utf-8")
    before = told(publish(locate(["README.md"], None, git.folder), ledger, NOW))
    (git.folder / "hidden").rename(git.folder / ".git")
    git.commit({})

    assert told(publish(locate(["README.md"], None, git.folder), ledger, NOW)) == before


def test_history_that_was_written_anew_takes_no_identity_away(git: Git) -> None:
    ledger = open_ledger("memory:")
    git.commit({"README.md": PLAN + OWLS.replace("Owls", "Ouls")})
    git.commit({"README.md": PLAN + OWLS})
    before = told(publish(locate(["README.md"], None, git.folder), ledger, NOW))
    git.run("update-ref", "-d", "HEAD")
    git.commit({"README.md": PLAN + OWLS + PARROTS})

    after = told(publish(locate(["README.md"], None, git.folder), ledger, NOW))

    assert after.keys() == {"Owls and Their Keepers", "Parrots and Their Keepers"}
    assert after["Owls and Their Keepers"][0] == before["Owls and Their Keepers"][0]


def test_shallow_clone_is_told_to_fetch_the_rest_unless_a_ledger_knows(git: Git, tmp_path: Path) -> None:
    ledger = f"sqlite:///{tmp_path / 'ledger.db'}"
    git.commit({"README.md": PLAN + OWLS})
    git.commit({"README.md": PLAN + OWLS + PARROTS})
    before = published(git, ledger)
    shallow = git.clone("shallow", "--depth=1")

    alone = published(shallow)
    (said,) = (each for each in alone.diagnostics if each.code == "history-shallow")
    assert "git fetch --unshallow" in said.hint
    assert told(alone) != told(before)

    shutil.rmtree(git.folder / ".git")
    (shallow.folder / ".git").rename(git.folder / ".git")
    again = published(git, ledger)
    assert "history-shallow" not in {each.code for each in again.diagnostics}
    assert told(again) == told(before)


def test_id_that_was_set_later_changes_no_identity(git: Git) -> None:
    git.commit({"README.md": PLAN + OWLS})
    before = told(published(git))
    git.commit({"calfeed.yaml": "id: birds\n"})

    assert told(published(git)) == before


def test_settings_hold_from_their_own_commit_on(git: Git) -> None:
    git.commit({"README.md": PLAN + OWLS})
    git.commit({"calfeed.yaml": "timezone: Asia/Tokyo\nmeeting: {start: '14:00'}\n"})
    git.commit({"calfeed.yaml": "meeting: {start: unreadable\n"})
    git.commit({"calfeed.yaml": "timezone: Asia/Tokyo\nmeeting: {start: '14:00'}\n"})

    assert [entry[1:4] for entry in told(published(git)).values()] == [(1, at(1), at(2))]


def test_semester_that_was_renamed_in_the_past_answers_at_its_old_address(git: Git) -> None:
    git.commit({"README.md": PLAN + OWLS + PARROTS})
    git.commit({"README.md": PLAN.replace("2024 Fall", "2024 Spring") + OWLS + PARROTS})

    renditions = published(git).renditions

    assert renditions["/semester/2024-fall.ics"].body == renditions["/semester/2024-spring.ics"].body


def test_sources_that_were_named_anew_keep_their_sessions(git: Git) -> None:
    git.commit({"README.md": PLAN + OWLS + PARROTS.replace("Parrots", "Parots")})
    git.commit({"README.md": PLAN + OWLS + PARROTS})
    before = told(published(git))
    terms = {"README.md": "# Bird group", "terms/fall.md": PLAN + OWLS + PARROTS}
    git.commit({"calfeed.yaml": "sources: terms\n", **terms})

    assert told(publish(locate([], None, git.folder), open_ledger("memory:"), NOW)) == before


def test_file_that_no_commit_has_is_known_by_the_ledger(git: Git) -> None:
    ledger = open_ledger("memory:")
    git.commit({"other.md": "nothing"})
    (git.folder / "README.md").write_text(PLAN + OWLS, "utf-8")
    before = told(publish(locate(["README.md"], None, git.folder), ledger, NOW))

    assert before == told(publish(locate(["README.md"], None, git.folder), ledger, NOW.replace(month=7)))
    assert [entry[1:4] for entry in before.values()] == [(0, NOW, NOW)]


def test_version_that_cannot_be_read_cancels_nothing(git: Git) -> None:
    git.commit({"README.md": PLAN + OWLS + PARROTS})
    git.commit({"README.md": PLAN + OWLS.replace("September 3", "Septembre 39") + PARROTS})
    git.commit({"README.md": PLAN + OWLS + PARROTS})

    assert [entry[1:4] for entry in told(published(git)).values()] == [(0, at(1), at(1))] * 2


def test_linked_work_tree_and_submodule_have_a_past(git: Git, tmp_path: Path) -> None:
    git.commit({"README.md": PLAN + OWLS})
    git.commit({"README.md": PLAN + OWLS.replace("3", "4")})
    git.run("worktree", "add", "--quiet", str(tmp_path / "linked"))
    whole = made(tmp_path / "whole")
    whole.run("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(git.folder), "group")

    expected = told(published(git))
    assert expected["Owls and Their Keepers"][1] == 1
    assert told(published(Git(tmp_path / "linked"))) == expected
    assert told(published(whole, source="group/README.md")) == expected


def test_clock_that_went_back_takes_no_stamp_back(git: Git) -> None:
    git.commit({"README.md": PLAN + OWLS}, minute=10)
    git.commit({"README.md": PLAN + OWLS.replace("3", "4")}, minute=5)

    (entry,) = told(published(git)).values()
    assert entry[1:4] == (1, at(10), at(10).replace(second=1))


def test_bare_repository_is_a_source(git: Git) -> None:
    git.commit({"README.md": PLAN + OWLS})
    git.commit({"README.md": PLAN + OWLS.replace("3", "4"), "calfeed.yaml": "name: Birds\n"})
    bare = git.clone("birds.git", "--bare")
    expected = told(published(git))

    assert told(published(bare, source=".")) == expected
    git.commit(
        {"calfeed.yaml": "name: Birds\nsources: terms\n", "README.md": None, "terms/1.md": PLAN + PARROTS}
    )
    git.run("push", "--quiet", str(bare.folder), "main")
    assert told(published(bare, source=".")).keys() == {"Owls and Their Keepers", "Parrots and Their Keepers"}


def test_year_that_nothing_states_is_that_of_the_commit_that_wrote_the_row(git: Git) -> None:
    year = 366 * 24 * 60
    rows = ["### September 3\n- Owls and Their Keepers\n", "### November 5\n- Parrots and Their Keepers\n"]
    git.commit({"README.md": f"# Bird group\n{rows[0]}"}, minute=240 * 24 * 60)
    git.commit({"README.md": f"# Bird group\n{rows[0]}{rows[1]}"}, minute=300 * 24 * 60)
    git.commit({"README.md": f"# The bird group\n{rows[0]}{rows[1]}- [slides](./p.pdf)\n"}, minute=3 * year)

    later = NOW.replace(year=2029)
    sessions = [entry.session for entry in published(git, now=later).entries]

    assert [str(session.date) for session in sessions] == ["2024-09-03", "2024-11-05"]


def test_clock_that_was_ahead_and_settings_that_broke_count_for_what_comes_after(git: Git) -> None:
    ledger = open_ledger("memory:")
    settings = "timezone: Asia/Tokyo\nmeeting: {start: '14:00'}\n"
    versions: list[tuple[int, dict[str, str | None]]] = [
        (90, {"calfeed.yaml": settings, "README.md": PLAN + OWLS}),
        (5, {"README.md": PLAN + OWLS + PARROTS}),
        (6, {"calfeed.yaml": "meeting: {start: broken\n", "README.md": PLAN + OWLS + PARROTS + FINCHES}),
        (7, {"calfeed.yaml": settings}),
    ]
    for minute, files in versions:
        git.commit(files, minute=minute)
        if minute != 6:  # with these settings nothing is published
            publication = publish(locate(["README.md"], None, git.folder), ledger, NOW)

    assert told(publication) == told(published(git))
    assert {entry[2] for entry in told(publication).values()} == {at(90)}


def test_tokens_outlive_merges_and_publishers_go_on_writing(git: Git) -> None:
    ledger = open_ledger("memory:")

    def publish_as(calendar: str) -> Publication:
        git.commit({"calfeed.yaml": f"id: birds\nmembers: [location]\n{calendar}"})
        return publish(locate(["README.md"], None, git.folder), ledger, NOW)

    git.commit({"README.md": PLAN + OWLS})
    publish_as("name: Birds\n")
    tokens = (Token("ada", "digest", NOW),)
    ledger.write("birds", replace(ledger.read("birds"), tokens=tokens))
    git.run("checkout", "--quiet", "-b", "parrots")
    git.commit({"README.md": PLAN + OWLS + PARROTS}, minute=10)
    git.run("checkout", "--quiet", "main")
    git.commit({"README.md": PLAN + OWLS.replace("- Ada", "- Room: Attic\n- Ada")}, minute=11)
    git.commit({"other.md": "# Other\n"}, minute=12)
    git.run("merge", "--quiet", "--no-edit", "parrots")

    publication = publish(locate(["README.md"], None, git.folder), ledger, NOW)

    assert told(publication).keys() == {"Owls and Their Keepers", "Parrots and Their Keepers"}
    assert ledger.tokens("birds") == tokens
    assert [entry.inside.changes for entry in ledger.read("birds").entries] == [1, 0]
    assert [entry.sequence for entry in ledger.read("birds").entries] == [0, 0]
