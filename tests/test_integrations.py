"""What other programs run of calfeed: a GitHub Action, a pre-commit hook, the jobs of docs/check.md."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest
import yaml

from calfeed.cli import parser

ROOT = Path(__file__).parent.parent
FAULTY = "# 2024 Fall\n### September 3\n- Hints for Computer System Design\n### Septmber 10\n"
SOUND = FAULTY.replace("Septmber", "September")
OLD = "# 2024 Fall\n### September 3\n- [SOSP'83] Hints for Computer System Design\n"

Tree = dict[str, "Tree"]
"""A mapping of YAML whose leaves a test knows to be text."""


def load(text: str) -> Tree:
    return cast(Tree, yaml.safe_load(text))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository whose schedule lies in a folder."""
    (tmp_path / "group").mkdir()
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    return tmp_path


def environment(**variables: str) -> dict[str, str]:
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    clean = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    return {**clean, "PATH": programs, "SOURCE_DATE_EPOCH": "1730000000", **variables}


# ── the action ───────────────────────────────────────────────────────────────────────────────────

ACTION = load((ROOT / "action.yml").read_text("utf-8"))
STEPS = cast("list[dict[str, str]]", ACTION["runs"]["steps"])


def act(folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the step of the action that checks, as GitHub's runner does."""
    given = {"SCHEDULE": "", "CONFIG": "", "STRICT": "false", "CALFEED": "calfeed", **inputs}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS[-1]["run"]]
    return subprocess.run(
        command, cwd=folder, env=environment(**given), capture_output=True, text=True, check=False
    )


def test_action_names_faults_by_their_place_in_the_repository(repository: Path) -> None:
    (repository / "group" / "README.md").write_text(FAULTY, "utf-8")

    answer = act(repository, SCHEDULE="group")

    assert answer.returncode == 1
    assert "::error file=group/README.md,line=4,col=5,title=calfeed date-unreadable::" in answer.stdout
    assert answer.stderr.startswith("1 session in 1 file: 1 error")


def test_action_passes_a_sound_schedule_and_is_strict_when_told(repository: Path) -> None:
    (repository / "README.md").write_text(OLD, "utf-8")
    (repository / "our rules.yaml").write_text("policy: {years: 3}\n", "utf-8")

    assert act(repository).returncode == 0
    assert act(repository, CONFIG="our rules.yaml").returncode == 0
    assert act(repository, CONFIG="our rules.yaml", STRICT="true").returncode == 1


def test_inputs_of_the_action_are_never_commands(repository: Path) -> None:
    act(repository, SCHEDULE="$(touch made) `touch made`; touch made", CONFIG="; touch made")

    assert not (repository / "made").exists()
    assert all("${{" not in step.get("run", "") for step in STEPS)


def test_every_input_of_the_action_reaches_its_script() -> None:
    passed = re.findall(r"inputs\.(\w+)", str(STEPS[-1]["env"]))

    assert sorted(passed) == sorted(ACTION["inputs"])


# ── the hook ─────────────────────────────────────────────────────────────────────────────────────

(HOOK,) = cast("list[dict[str, str]]", yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")))


@pytest.mark.parametrize(("text", "code"), [(FAULTY, 1), (SOUND, 0)])
def test_hook_stops_a_commit_with_faults(repository: Path, text: str, code: int) -> None:
    (repository / "README.md").write_text(text, "utf-8")
    (repository / ".git" / "hooks" / "pre-commit").write_text(f"#!/bin/sh\nexec {HOOK['entry']}\n", "utf-8")
    (repository / ".git" / "hooks" / "pre-commit").chmod(0o755)
    who = ["-c", "user.name=Ada Brandt", "-c", "user.email=ada@example.org"]
    subprocess.run(["git", "add", "README.md"], cwd=repository, check=True)

    commit = ["git", *who, "commit", "--quiet", "--message", "Add the schedule"]
    answer = subprocess.run(
        commit, cwd=repository, env=environment(), capture_output=True, text=True, check=False
    )

    assert answer.returncode == code, answer.stderr


# ── docs/check.md ────────────────────────────────────────────────────────────────────────────────

PAGE = (ROOT / "docs" / "check.md").read_text("utf-8")
BLOCK = re.compile(r"(?:^`([^`\n]+)`:\n\n)?^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
FILES = {name: text for name, _, text in BLOCK.findall(PAGE) if name}


def test_page_says_what_its_commands_print(tmp_path: Path) -> None:
    """Write each file that the page shows, run each command, and compare what it prints."""
    for name, language, text in BLOCK.findall(PAGE):
        if name:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, "utf-8")
        elif language == "console":
            command, _, expected = text.removeprefix("$ ").partition("\n")
            answer = subprocess.run(
                ["bash", "-c", f"{command} 2>&1"],
                cwd=tmp_path,
                env=environment(),
                capture_output=True,
                text=True,
                check=False,
            )
            assert answer.stdout == expected


def test_jobs_of_the_page_run_what_there_is() -> None:
    workflow = FILES[".github/workflows/schedule.yml"]
    commands = re.findall(r"\bcalfeed (check .*?)(?: >.*)?$", "\n".join(FILES.values()), re.MULTILINE)
    (hook,) = re.findall(r"- id: (\S+)", FILES[".pre-commit-config.yaml"])
    (given,) = re.findall(r"with: \{(.*)\}", workflow)

    assert [parser().parse_args(shlex.split(command)).command for command in commands] == ["check", "check"]
    assert hook == HOOK["id"]
    assert {pair.partition(":")[0].strip() for pair in given.split(",")} <= ACTION["inputs"].keys()
    assert all(load(text) for name, text in FILES.items() if name.endswith((".yml", ".yaml")))
