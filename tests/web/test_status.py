"""The organiser's page: what is wrong first, where it stands, and nothing that is nobody's business."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient

from calfeed.diagnostics import diagnose
from calfeed.errors import LedgerError
from calfeed.ledger import open_ledger
from calfeed.publication import Publication, publish
from calfeed.sources import locate
from calfeed.web import create_app
from calfeed.web.current import Current
from tests.repositories import Git, at
from tests.web.sample import ADA, ENTRIES, FINDING, NOW, PUBLICATION, publication

HTML = "{http://www.w3.org/1999/xhtml}"
LATER = NOW + timedelta(hours=2)


def serve(*outcomes: Publication | Exception) -> FlaskClient:
    """Publish once for each outcome, and serve what is left of it two hours later."""
    left = list(outcomes)

    def publish_next() -> Publication:
        outcome = left.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    current = Current(publish_next, lambda: None)
    for _ in outcomes:
        current.refresh()
    return create_app(current, lambda: LATER).test_client()


def status(*outcomes: Publication | Exception) -> str:
    return serve(*outcomes).get("/status").text


def headings(page: str) -> Sequence[str]:
    root: Element = html5lib.HTMLParser(strict=True).parse(page)
    return ["".join(each.itertext()) for each in root.iter(f"{HTML}h2")]


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_what_is_wrong_stands_first() -> None:
    wrong = diagnose("date-impossible", "30 February", FINDING.position, "28 February?")
    note = diagnose("id-missing", "no id", FINDING.position)
    page = status(publication(ENTRIES, diagnostics=(note, FINDING, wrong)), LedgerError("full", "make room"))
    assert headings(page) == [
        "The last attempt to publish failed",
        "What is wrong",
        "What may be wrong",
        "Materials that are missing",
        "Worth knowing",
        "What was read",
        "Feeds",
    ]
    assert "README.md:7 30 February 28 February?" in words(page)
    assert "The schedule was read 2 hours ago." in page


def test_nothing_wrong_is_said() -> None:
    page = status(publication(ENTRIES[1:]))
    assert "All is well" in page
    assert headings(page) == ["What was read", "Feeds"]


def test_failure_is_told_without_secrets() -> None:
    client = serve(PUBLICATION, RuntimeError("the ledger's password is hunter2"))
    page = client.get("/status").text
    assert "RuntimeError; the log says more." in page
    assert "hunter2" not in page
    assert "All is well" not in page
    assert client.get("/calendar/systems-reading-group.ics").status_code == 200


def test_no_path_of_this_machine_is_told() -> None:
    finding = replace(FINDING, position=replace(FINDING.position, path="/home/organiser/archive/2023.md"))
    broken = LedgerError("the ledger /home/organiser/ledger.db cannot be written", "make room")
    page = status(publication(ENTRIES, diagnostics=(finding,)), broken)
    assert "2023.md:7 the paper is older than three years choose one" in words(page)
    assert "LedgerError; the log says more. (hint: make room)" in page
    assert "organiser" not in page


def test_page_is_there_before_the_first_publication() -> None:
    answer = serve(LedgerError("full")).get("/status")
    assert (answer.status_code, "Nothing has been published yet." in answer.text) == (200, True)


def test_hostile_texts_stay_texts() -> None:
    markup = "</li><script>alert(1)</script>\"'"
    finding = replace(FINDING, message=markup, hint=markup)
    odd = replace(ENTRIES[0], session=replace(ENTRIES[0].session, title=markup, presenters=(ADA,)))
    page = status(publication([odd, *ENTRIES[1:]], diagnostics=(finding,)))
    assert headings(page)
    assert "<script>alert" not in page
    assert page.count("alert(1)") >= 3


def test_search_engines_are_asked_to_stay_away() -> None:
    assert '<meta name="robots" content="noindex">' in status(PUBLICATION)


def test_commit_and_lines_of_a_real_repository(tmp_path: Path) -> None:
    git = Git(tmp_path)
    git.run("init", "--quiet")
    git.run("remote", "add", "origin", "https://ada:token@github.com/group/talks.git")
    head = git.commit(
        {
            "calfeed.yaml": "name: Group\nid: group.example.org\ntimezone: UTC\n",
            "README.md": "# 2024 Fall\n\n## 2024-09-03\n\nHash tables\n\n## 2024-02-30\n\nQueues\n",
        }
    )
    page = status(publish(locate((), None, tmp_path), open_ledger("memory:"), at(5)))
    assert f'href="https://github.com/group/talks/commit/{head}"' in page
    assert f'href="https://github.com/group/talks/blob/{head}/README.md?plain=1#L7"' in page
    assert f"<code>{head[:7]}</code>" in page
    assert "token" not in page
    assert str(tmp_path) not in page

    (tmp_path / "README.md").write_text("# 2024 Fall\n\n- 2024-09-03 Trees\n- 2024-02-30 Heaps\n", "utf-8")
    edited = status(publish(locate((), None, tmp_path), open_ledger("memory:"), at(6)))
    assert "and changes that are not committed yet" in edited
    assert f"{head}/README.md" not in edited


def test_schedule_outside_of_git_is_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# 2024 Fall\n\n- 2024-09-03 Trees\n", "utf-8")
    page = status(publish(locate((), None, tmp_path), open_ledger("memory:"), at(6)))
    assert "none: the schedule does not lie in git" in page
