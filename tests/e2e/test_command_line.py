"""The real command line in a process of its own."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email.message import Message
from pathlib import Path

import icalendar
import pytest

from calfeed.formats import FORMATS

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parent.parent.parent
EXAMPLE = ROOT / "examples" / "systems-reading-group"
SEED = ROOT.parent / "shared" / "seeds" / "2024-fall.md"
CALFEED = [sys.executable, "-m", "calfeed"]


def run(
    *arguments: str | Path, folder: Path = ROOT, set_to: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder, with some variables of the environment set."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("CALFEED")}
    return subprocess.run(
        [*CALFEED, *map(str, arguments)],
        cwd=folder,
        env={**clean, **(set_to or {})},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy of the example's folder, to be edited."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "group", ignore=shutil.ignore_patterns(".calfeed")))


# ── show ─────────────────────────────────────────────────────────────────────────────────────────


def test_show_prints_the_contract(example: Path) -> None:
    answer = run("show", example, "--format", "json", set_to={"SOURCE_DATE_EPOCH": "1790000000"})
    shown = json.loads(answer.stdout)
    first = shown["sessions"][0]

    assert answer.returncode == 0
    assert list(shown) == ["calfeed", "calendar", "semesters", "sessions", "diagnostics"]
    assert shown["calendar"] == {"name": "Systems Reading Group", "timezone": "Europe/Berlin"}
    assert {k: v for k, v in first.items() if k not in ("uid", "source", "links", "presenters")} == {
        "sequence": 0,
        "created": "2026-09-21T14:13:20Z",
        "last_modified": "2026-09-21T14:13:20Z",
        "semester": "2026-fall",
        "date": "2026-09-08",
        "start": "2026-09-08T14:00:00+02:00",
        "end": "2026-09-08T15:30:00+02:00",
        "all_day": False,
        "title": "Parrot: Efficient Serving of LLM-based Applications with Semantic Variable",
        "status": "confirmed",
        "venue": {"name": "OSDI'24", "series": "OSDI", "year": 2024},
        "location": "Room 402, Systems Building",
        "paper_url": "https://www.usenix.org/system/files/osdi24-lin-chaofan.pdf",
    }
    assert first["links"][0] == {
        "kind": "slides",
        "label": "slides",
        "url": "https://git.example.org/systems/reading-group/raw/main/slides/260908-parrot.pdf",
        "written": "./slides/260908-parrot.pdf",
    }
    assert first["presenters"][1] == {
        "name": "Noor Haddad",
        "slug": "noor-haddad",
        "role": "assistant",
        "affiliation": None,
        "nickname": None,
    }
    assert first["source"]["line"] == 14


def damaged(text: str, page: str) -> str:
    return text.encode("utf-8").decode(page, "ignore")


@pytest.mark.parametrize("page", ["cp1251", "cp1250", "latin-1", "mac_roman"])
def test_damaged_example_gives_the_same_sessions(example: Path, page: str) -> None:
    clean = json.loads(run("show", example, "--format", "json").stdout)["sessions"]
    text = (example / "README.md").read_text("utf-8")
    (example / "README.md").write_text(damaged(text, page), "utf-8")

    answer = run("show", example, "--format", "json")

    stamps = ("created", "last_modified")
    assert [
        {k: v for k, v in s.items() if k not in stamps} for s in json.loads(answer.stdout)["sessions"]
    ] == [{k: v for k, v in s.items() if k not in stamps} for s in clean]
    assert "text-repaired" in answer.stdout


@pytest.mark.skipif(not SEED.exists(), reason="the first user's schedule is not part of this repository")
def test_seed_schedule_is_read_without_configuration(tmp_path: Path) -> None:
    answer = json.loads(run("show", SEED, "--format", "json", folder=tmp_path).stdout)
    sessions = answer["sessions"]
    states = [session["status"] for session in sessions]
    people = [person["slug"] for session in sessions for person in session["presenters"]]

    assert [semester["title"] for semester in answer["semesters"]] == ["2024 Fall"]
    assert (len(sessions), states.count("confirmed"), states.count("placeholder")) == (20, 16, 3)
    assert [s["date"] for s in sessions if s["status"] == "tentative"] == ["2024-12-24"]
    assert (len(set(people)), people.count("mingxuan-liu")) == (36, 2)
    assert sessions[-1]["date"] == "2025-01-21"


@pytest.mark.parametrize("command", ["show", "explain"])
def test_looking_starts_no_flask_no_icalendar_no_database_driver(
    command: str, example: Path, tmp_path: Path
) -> None:
    code = (
        "import sys; from calfeed.cli import main; main(sys.argv[1:]); "
        "print({'flask', 'werkzeug', 'icalendar', 'sqlite3', 'psycopg'} & set(sys.modules))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code, command, example / "README.md"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    assert shown.stdout.splitlines()[-1] == "set()"


def test_show_makes_no_file_unless_a_ledger_is_named(example: Path, tmp_path: Path) -> None:
    before = sorted(example.rglob("*"))
    run("show", example)
    assert sorted(example.rglob("*")) == before

    run("show", example, "--ledger", f"sqlite:///{tmp_path}/named.db")
    assert (tmp_path / "named.db").exists()


def test_identity_survives_edits_through_a_named_ledger(example: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"

    def sessions(epoch: str) -> dict[str, dict[str, object]]:
        answer = run(
            "show", example, "--format", "json", "--ledger", url, set_to={"SOURCE_DATE_EPOCH": epoch}
        )
        return {session["date"]: session for session in json.loads(answer.stdout)["sessions"]}

    before = sessions("1790000000")
    text = (example / "README.md").read_text("utf-8")
    (example / "README.md").write_text(text.replace("December 08", "December 09"), "utf-8")
    after = sessions("1790000600")

    moved = after["2026-12-09"]
    assert (moved["uid"], moved["sequence"]) == (before["2026-12-08"]["uid"], 1)
    assert moved["last_modified"] == "2026-09-21T14:23:20Z"
    unchanged = before.keys() - {"2026-12-08"}
    assert {date: after[date] for date in unchanged} == {date: before[date] for date in unchanged}


# ── explain ──────────────────────────────────────────────────────────────────────────────────────


def test_explain_tells_how_a_line_was_read(example: Path) -> None:
    answer = run("explain", "group/README.md:17", folder=example.parent)
    first, *facts = answer.stdout.splitlines()
    told = dict(fact.split(maxsplit=1) for fact in facts)

    assert (answer.returncode, answer.stderr) == (0, "")
    assert first == (
        "group/README.md:17 belongs to the session of 2026-09-08 (headings of level 3; layout: headings)"
    )
    assert told["date"] == "2026-09-08, Tuesday, from “September 08”; the year: “2026 Fall” above it"
    assert told["time"] == "14:00–15:30 Europe/Berlin, as for every meeting"


def test_explain_tells_how_a_file_was_read(example: Path) -> None:
    answer = run("explain", "README.md", folder=example)

    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.startswith("README.md: 15 sessions\n  dates     2026-09-08 to 2027-01-19\n")


def test_explain_makes_no_file(example: Path) -> None:
    before = sorted(example.rglob("*"))
    run("explain", example / "README.md")

    assert sorted(example.rglob("*")) == before


# ── feed and build ───────────────────────────────────────────────────────────────────────────────


def test_unknown_feed_lists_those_that_are(example: Path) -> None:
    answer = run("feed", "presenter/nobody", example)

    assert answer.returncode == 2
    assert "there are everything, semester/2026-fall, presenter/ada-brandt" in answer.stderr


def test_built_feeds_are_those_that_feed_prints(example: Path, tmp_path: Path) -> None:
    built = run("build", example, "--output", tmp_path / "site")
    printed = run("feed", "semester/2026-fall", example, "-o", tmp_path / "feed.ics")

    assert (built.returncode, printed.returncode) == (0, 0)
    feed = (tmp_path / "site" / "semester" / "2026-fall.ics").read_bytes()
    assert feed == (tmp_path / "feed.ics").read_bytes()
    assert (tmp_path / "site" / "index.html").exists()


def test_feed_prints_every_format_as_build_writes_it(example: Path, tmp_path: Path) -> None:
    run("build", example, "--output", tmp_path / "site")
    for extension in FORMATS:
        path = f"semester/2026-fall.{extension}"
        name = path if extension == "csv" else "semester/2026-fall"  # either will do
        printed = run("feed", name, example, "--format", extension, "-o", tmp_path / "feed")

        assert printed.returncode == 0
        assert (tmp_path / "feed").read_bytes() == (tmp_path / "site" / path).read_bytes()


def test_building_again_writes_nothing(example: Path, tmp_path: Path) -> None:
    run("build", example, "--output", tmp_path / "site")
    again = run("build", example, "--output", tmp_path / "site")

    assert re.search(r" 0 written, \d+ unchanged, 0 removed", again.stderr)


# ── check and schema ─────────────────────────────────────────────────────────────────────────────


def test_check_names_each_fault_by_path_line_and_column(example: Path) -> None:
    text = (example / "README.md").read_text("utf-8")
    (example / "README.md").write_text(
        text.replace("September 15", "Septmber 15").replace("October 27", "October 32"), "utf-8"
    )
    answer = run("check", "group", folder=example.parent)

    assert answer.returncode == 1
    assert [line.partition(": ")[0] for line in answer.stdout.splitlines() if "error" in line] == [
        "group/README.md:20:5",
        "group/README.md:50:5",
    ]
    assert "2 errors" in answer.stderr


def test_check_is_content_with_a_good_schedule_and_strict_with_warnings(example: Path) -> None:
    late = {"SOURCE_DATE_EPOCH": "1798000000"}

    assert run("check", example, set_to=late).returncode == 0
    assert run("check", example, "--strict", set_to=late).returncode == 1


def test_check_prints_json(example: Path) -> None:
    rows = json.loads(
        run("check", example, "--format", "json", set_to={"SOURCE_DATE_EPOCH": "1798000000"}).stdout
    )

    assert {row["code"] for row in rows} == {"materials-missing"}


@pytest.mark.parametrize("style", ["github", "sarif"])
def test_check_tells_services_the_path_from_the_top_of_the_repository(example: Path, style: str) -> None:
    (example.parent / ".git").mkdir()
    late = {"SOURCE_DATE_EPOCH": "1798000000"}
    answer = run("check", "README.md", "--format", style, folder=example, set_to=late)

    assert answer.returncode == 0
    assert "group/README.md" in answer.stdout
    assert re.fullmatch(r"13 sessions in 1 file: \d+ warnings?\n", answer.stderr)


def test_check_tells_faults_of_the_settings_and_ends_as_usage(example: Path) -> None:
    (example / "calfeed.yaml").write_text("policy: {holidays: DE-XY}\n", "utf-8")
    answer = run("check", folder=example)

    assert (answer.returncode, answer.stderr) == (2, "0 sessions in 0 files: 1 error\n")
    assert answer.stdout.startswith('calfeed.yaml:1:20: error[setting-invalid]: "DE-XY" is not a country')


def test_public_holidays_are_loaded_only_where_a_policy_asks(example: Path) -> None:
    def loaded(policy: str) -> str:
        (example / "calfeed.yaml").write_text(policy, "utf-8")
        code = "import sys; from calfeed.cli import main; main(['check']); print('holidays' in sys.modules)"
        command = [sys.executable, "-c", code]
        answer = subprocess.run(command, cwd=example, capture_output=True, text=True, check=True)
        return answer.stdout.splitlines()[-1]

    assert (loaded("policy: {years: 3}\n"), loaded("policy: {holidays: DE}\n")) == ("False", "True")


def test_policy_on_holidays_says_what_to_install(example: Path) -> None:
    (example / "calfeed.yaml").write_text("policy: {holidays: DE}\n", "utf-8")
    code = (
        "import sys; sys.modules['holidays'] = None; from calfeed.cli import main; sys.exit(main(['check']))"
    )
    command = [sys.executable, "-c", code]
    answer = subprocess.run(command, cwd=example, capture_output=True, text=True, check=False)

    assert answer.returncode == 2
    assert "hint: install it: pip install 'calfeed[holidays]'" in answer.stdout


def test_schema_is_json_schema() -> None:
    assert json.loads(run("schema").stdout)["$schema"].startswith("https://json-schema.org/")


# ── bad input and bad machinery ──────────────────────────────────────────────────────────────────


BAD = {
    "a missing file": ({}, ["show", "gone.md"], 1, "gone.md:1:1: error[source-missing]"),
    "a missing folder": ({}, ["show", "gone/"], 1, "error[source-"),
    "a folder without schedules": ({"x.png": b""}, ["show", "."], 1, "error[sessions-missing]"),
    "no schedule at all": ({}, ["show"], 2, "there is no schedule to read"),
    "a binary file": ({"a.md": bytes(range(256))}, ["show", "a.md"], 1, "a.md:1:1: error[source-binary]"),
    "an empty file": ({"a.md": b""}, ["show", "a.md"], 1, "a.md:1:1: error[source-empty]"),
    "a file with no dates": (
        {"a.md": b"# Group\n\nHello.\n"},
        ["show", "a.md"],
        1,
        "error[sessions-missing]",
    ),
    "front matter that does not parse": (
        {"a.md": b"---\na: [1\n---\n### 2024-09-03\n"},
        ["show", "a.md"],
        1,
        "a.md:2:4: error[yaml-syntax]",
    ),
    "settings that do not parse": (
        {"a.md": b"### 2024-09-03\n", "calfeed.yaml": b"name: [x\n"},
        ["show", "a.md"],
        2,
        "calfeed.yaml:1:7: error[yaml-syntax]",
    ),
    "a ledger that is no database": (
        {"a.md": b"### 2024-09-03\n", "l.db": b"no database at all, but text" * 99},
        ["show", "a.md", "--ledger", "sqlite:///l.db"],
        3,
        "l.db",
    ),
    "a ledger that is a folder": (
        {"a.md": b"### 2024-09-03\n", "l.db/x": b""},
        ["show", "a.md", "--ledger", "sqlite:///l.db"],
        3,
        "l.db",
    ),
    "a ledger of no known kind": (
        {"a.md": b"### 2024-09-03\n"},
        ["show", "a.md", "--ledger", "oracle://x"],
        3,
        "no ledger is known",
    ),
    "an output that is a file": (
        {"a.md": b"### 2024-09-03\n- Talk of a Long Title Indeed\n", "site": b""},
        ["build", "a.md", "--output", "site"],
        3,
        "site",
    ),
    "a port that does not exist": (
        {"a.md": b"### 2024-09-03\n- A Talk\n"},
        ["serve", "a.md", "--port", "99999"],
        3,
        "",
    ),
    "a file to explain that is missing": ({}, ["explain", "gone.md:3"], 2, "gone.md does not exist (hint: "),
    "a folder to explain": ({"a/x.md": b""}, ["explain", "a"], 2, "a is a folder (hint: name one file"),
    "a line beyond the end": (
        {"a.md": b"### 2024-09-03\n- A Talk\n"},
        ["explain", "a.md:3"],
        2,
        "a.md has no line 3 (hint: its last line is 2)",
    ),
    "a line that is no number": (
        {"a.md": b"### 2024-09-03\n"},
        ["explain", "a.md:x"],
        2,
        "“x” is not the number of a line (hint: lines count from 1: a.md:12)",
    ),
    "a binary file to explain": (
        {"a.md": bytes(range(256))},
        ["explain", "a.md:2"],
        0,
        "a.md:1:1: error[source-binary]",
    ),
    "a time that is none": ({"a.md": b"### 2024-09-03\n"}, ["show", "a.md"], 2, "SOURCE_DATE_EPOCH"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_ends_in_a_clear_message(name: str, tmp_path: Path) -> None:
    files, arguments, code, said = BAD[name]
    for path, data in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    epoch = "soon" if name == "a time that is none" else "1730000000"
    answer = run(*arguments, folder=tmp_path, set_to={"SOURCE_DATE_EPOCH": epoch})

    assert (answer.returncode, "Traceback" in answer.stderr) == (code, False), answer.stderr
    assert said in answer.stdout + answer.stderr


# ── serve ────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def served(folder: Path, *arguments: str) -> Iterator[tuple[str, str, subprocess.Popen[str]]]:
    """Serve a folder on a free port; give page, feed and process."""
    command = [*CALFEED, "serve", str(folder), "--port", "0", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder)
    try:
        assert process.stdout is not None
        page, feed = (process.stdout.readline().split()[-1] for _ in range(2))
        yield page, feed, process
    finally:
        process.terminate()
        process.wait(timeout=10)
        process.communicate()


def fetch(url: str, **headers: str) -> tuple[int, bytes, Message]:
    asked = urllib.request.Request(url, headers=headers)  # noqa: S310  # our own server
    try:
        with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), error.headers


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.1)


def test_served_feed_follows_an_edit_and_survives_a_fault(example: Path) -> None:
    schedule = example / "README.md"
    text = schedule.read_text("utf-8")
    with served(example) as (page, feed, _):
        status, body, headers = fetch(feed)
        assert (status, headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
        assert len(icalendar.Calendar.from_ical(body).events) == 13
        assert fetch(feed, **{"If-None-Match": headers["ETag"]})[0] == 304

        schedule.write_text(text.replace("December 08", "December 09"), "utf-8")
        wait_for(lambda: b"20261209T140000" in fetch(feed)[1])
        edited = fetch(feed)[1]
        assert edited.count(b"SEQUENCE:1\r\n") == 1

        schedule.write_bytes(b"\xff\xfe not text")
        wait_for(lambda: b"source-binary" in fetch(f"{page}status")[1])
        assert fetch(feed)[1] == edited


def test_server_stops_at_once_when_told(example: Path) -> None:
    with served(example) as (page, _, process):
        assert fetch(page)[0] == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == 0


def test_port_in_use_is_said(example: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        answer = run("serve", example, "--port", port)

    assert (answer.returncode, "Traceback" in answer.stderr) == (3, False)
    assert f"something else is serving on 127.0.0.1:{port}" in answer.stderr


def test_granian_serves_the_application_of_deploy(example: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    environment = os.environ | {"CALFEED_SOURCES": str(example)}
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", port]
    process = subprocess.Popen(
        [*command, "deploy.wsgi:application"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        feed = f"http://127.0.0.1:{port}/calendar/systems-reading-group.ics"

        def is_up() -> bool:
            try:
                return fetch(feed)[0] == 200
            except urllib.error.URLError:
                return False

        wait_for(is_up, 20)
        _, body, headers = fetch(feed, **{"Accept-Encoding": "gzip"})
        assert headers["Content-Encoding"] == "gzip"
        assert fetch(feed, **{"If-None-Match": headers["ETag"], "Accept-Encoding": "gzip"})[0] == 304
        assert body
    finally:
        process.terminate()
        process.wait(timeout=10)
