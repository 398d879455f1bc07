"""What `calfeed doctor` says of an installation, and of what is answered at its address."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as Redirect

from calfeed.cli import main
from calfeed.doctor import State, examine_address, examine_here, feed_address, table
from calfeed.ledger import open_ledger
from calfeed.sources import locate
from calfeed.web.server import listen
from tests.repositories import Git
from tests.serving import serve

SCHEDULE = "# Group\n\n### 2024-09-03\n\n- A Talk of Some Length\n"
CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
ICS = {"Content-Type": "text/calendar; charset=utf-8", "ETag": '"a"'}


def now() -> datetime:
    return datetime.now(UTC)


def here(folder: Path, at: datetime, ledger: str = "memory:") -> dict[str, State]:
    found = examine_here(locate([], None, folder), open_ledger(ledger), at)
    return {each.message.partition(":")[0]: each.state for each in found}


@pytest.fixture
def repository(tmp_path: Path) -> Git:
    (tmp_path / "group").mkdir()
    git = Git(tmp_path / "group")
    git.run("init", "--quiet")
    git.commit({"README.md": SCHEDULE, "calfeed.yaml": "id: group\n"})
    git.commit({"README.md": SCHEDULE + "\nMore to come.\n"})
    return git


def test_good_installation_is_told_so(repository: Git) -> None:
    found = here(repository.folder, now())
    assert found == dict.fromkeys(["zone data", "git", "clock", "ledger", "schedule"], State.OK)


def test_clock_that_is_behind_and_old_zone_data_are_found(repository: Git) -> None:
    assert here(repository.folder, datetime(1999, 1, 1, tzinfo=UTC))["clock"] is State.FAIL
    assert here(repository.folder, now() + timedelta(days=1200))["zone data"] is State.WARN


def test_shallow_clone_is_found(repository: Git, tmp_path: Path) -> None:
    url = f"file://{repository.folder}"
    Git(tmp_path).run("clone", "--quiet", "--depth", "1", url, str(tmp_path / "shallow"))
    assert here(tmp_path / "shallow", now())["git"] is State.FAIL


def test_schedule_outside_of_git_with_errors_is_found(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# Group\n\n### 2024-13-32\n\n- A Talk\n", "utf-8")
    found = here(tmp_path, now())
    assert (found["git"], found["schedule"]) == (State.WARN, State.FAIL)


def test_ledger_that_cannot_be_read_is_found(repository: Git, tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_text("no ledger", "utf-8")
    assert here(repository.folder, now(), f"sqlite:///{tmp_path}/ledger.db")["ledger"] is State.FAIL


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_ledger_that_cannot_be_written_is_found(repository: Git, tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    assert here(repository.folder, now(), f"sqlite:///{tmp_path}/locked/ledger.db")["ledger"] is State.FAIL


# ── its address ──────────────────────────────────────────────────────────────────────────────────


@contextmanager
def answering(answer: Callable[[], Response | Redirect]) -> Iterator[str]:
    """Answer as told at every path; gives the address of a feed."""
    app = Flask("answering")
    app.add_url_rule("/<path:_path>", "answer", lambda _path: answer())
    server = listen(app, "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}/calendar/group.ics"
    finally:
        server.shutdown()
        thread.join()


def there(answer: Callable[[], Response | Redirect]) -> dict[str, State]:
    with answering(answer) as url:
        return {each.message.partition(":")[0]: each.state for each in examine_address(url, now())}


def conditional(headers: Mapping[str, str] = ICS, body: bytes = CALENDAR, status: int = 200) -> Response:
    if "If-None-Match" in request.headers:
        return Response(status=304)
    return Response(body, status, headers)


GOOD = {
    "address": State.WARN,  # it lies on this machine
    "feed": State.OK,
    "redirects": State.OK,
    "ETag": State.OK,
    "server's clock": State.OK,
    "fetchers": State.OK,
}


def test_good_feed_is_told_so() -> None:
    assert there(conditional) == GOOD


def test_our_own_server_is_good(repository: Git) -> None:
    with serve(repository.folder, now()) as site:
        url = feed_address(site.address, site.publication.calendar)
        found = {each.message.partition(":")[0]: each.state for each in examine_address(url, now())}
    assert found == GOOD


def by_agent() -> Response:
    is_wall = "Google" in request.headers["User-Agent"] if "User-Agent" in request.headers else False
    return conditional({"Content-Type": "text/html"}, b"<p>Are you human?", 403) if is_wall else conditional()


def moved() -> Response | Redirect:
    return redirect("/elsewhere.ics") if request.path != "/elsewhere.ics" else conditional()


WRONG: dict[str, tuple[Callable[[], Response | Redirect], dict[str, State]]] = {
    "page": (lambda: conditional({**ICS, "Content-Type": "text/html"}, b"<p>Log in"), {"feed": State.FAIL}),
    "half": (lambda: conditional(body=CALENDAR[:40]), {"feed": State.FAIL}),
    "wrong type": (lambda: conditional({**ICS, "Content-Type": "text/plain"}), {"feed": State.FAIL}),
    "weak tag": (lambda: conditional({**ICS, "ETag": 'W/"a"'}), {"ETag": State.WARN}),
    "no 304": (lambda: Response(CALENDAR, headers=ICS), {"ETag": State.WARN}),
    "wall": (by_agent, {"fetchers": State.FAIL}),
    "redirect": (moved, {"redirects": State.WARN}),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_an_answer_is_found(name: str) -> None:
    answer, wrong = WRONG[name]
    found = there(answer)
    assert {check: state for check, state in found.items() if GOOD[check] is not state} == wrong | (
        {"fetchers": State.FAIL} if name in {"page", "wrong type"} else {}
    )


def test_clock_of_the_server_is_compared() -> None:
    with answering(conditional) as url:
        found = [each.message for each in examine_address(url, now() + timedelta(days=1))]
    assert [each for each in found if each.startswith("server's clock: ")] != [
        "server's clock: the same as here"
    ]


def test_address_where_nobody_answers_is_found() -> None:
    with answering(conditional) as url:
        pass
    assert [each.state for each in examine_address(url, now())] == [State.WARN, State.FAIL]


def test_table_tells_who_can_subscribe() -> None:
    lines = dict(line.split("  ", 1) for line in table("http://127.0.0.1/calendar/group.ics"))
    assert "needs a public https address" in lines["Google Calendar"]
    assert lines["Thunderbird"].strip() == "30 minutes"
    public = dict(line.split("  ", 1) for line in table("https://1.1.1.1/group.ics"))
    assert public["Google Calendar"].strip() == "4 to 24 hours after a change"


def test_command_tells_by_its_exit_code(
    repository: Git, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository.folder)
    assert main(["doctor", "--ledger", "memory:"]) == 0
    told = capsys.readouterr().out
    assert "warn  address: none is known" in told
    assert "Thunderbird" in told
    with answering(lambda: Response("gone", 404)) as url:
        assert main(["doctor", url, "--ledger", "memory:"]) == 1
    assert "fail  feed: it answers 404" in capsys.readouterr().out
    shutil.rmtree(repository.folder / ".git")
    assert main(["doctor"]) == 0
    assert not (repository.folder / ".calfeed").exists()
