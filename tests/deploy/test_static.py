"""The jobs of deploy/static, run as GitHub and GitLab run them, with what installs calfeed left out."""

import os
import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest
import yaml

from tests.deploy.servers import CLEAN, DEPLOY, ROOT

pytestmark = pytest.mark.e2e

BEFORE = "# Group\n\n### 2099-09-03\n\n- Talk of Caches\n- Ada Brandt\n\n### 2099-09-10\n\n- Talk of Logs\n"
MOVED = BEFORE.replace("2099-09-03", "2099-09-04")
SAYS = "‘Talk of Caches’ moved from Thu 3 Sep"
TOOL = '#!/bin/sh\nprintf "%s\\n" "$@" > "$RECORD"\n'

Job = dict[str, list[dict[str, str]]]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A clone of a group's repository, whose branch is not committed yet; and tools that only record."""
    folder = tmp_path / "group"
    folder.mkdir()
    (tmp_path / "bin").mkdir()
    for name in ("gh", "curl"):
        (tmp_path / "bin" / name).write_text(TOOL)
        (tmp_path / "bin" / name).chmod(0o755)
    (folder / "README.md").write_text(BEFORE, "utf-8")
    (folder / "calfeed.yaml").write_text("id: group\n", "utf-8")
    who = ["-c", "user.name=Ada Brandt", "-c", "user.email=ada@example.org"]
    for arguments in (
        ["init", "--quiet", "-b", "main"],
        ["add", "."],
        [*who, "commit", "--quiet", "-m", "Add the schedule"],
        ["update-ref", "refs/remotes/origin/main", "HEAD"],
    ):
        subprocess.run(["git", *arguments], cwd=folder, check=True)
    return folder


def run(script: str, repository: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a script as a runner does, in bash that stops at the first failure."""
    programs = [str(repository.parent / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]]
    given = {
        "PATH": os.pathsep.join(programs),
        "PYTHONPATH": str(ROOT),
        "RECORD": str(repository.parent / "record"),
        "RUNNER_TEMP": str(repository.parent),
        "GITHUB_STEP_SUMMARY": str(repository.parent / "summary"),
    }
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    environment = CLEAN | given | variables
    return subprocess.run(
        command, cwd=repository, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def recorded(repository: Path) -> list[str]:
    record = repository.parent / "record"
    return record.read_text("utf-8").splitlines() if record.exists() else []


def scripts(name: str) -> list[str]:
    """Give the scripts of a workflow's only job, without the one that installs."""
    workflow = cast(
        "dict[str, dict[str, Job]]", yaml.safe_load((DEPLOY / "static" / name).read_text("utf-8"))
    )
    (job,) = workflow["jobs"].values()
    return [step["run"] for step in job["steps"] if "run" in step and "pip install" not in step["run"]]


def test_pages_are_built_from_all_of_the_history(repository: Path) -> None:
    (script,) = scripts("github-pages.yml")
    assert "fetch-depth: 0" in (DEPLOY / "static" / "github-pages.yml").read_text("utf-8")

    assert run(script, repository).returncode == 0
    assert (repository / "site" / "calendar" / "group.ics").exists()


GITHUB = {"BASE": "main", "NUMBER": "7", "OURS": "true", "GH_TOKEN": "secret"}


def test_pull_request_is_told_what_is_wrong_and_what_subscribers_would_see(repository: Path) -> None:
    check, diff = scripts("github-pull-request.yml")
    (repository / "README.md").write_text(MOVED, "utf-8")

    assert run(check, repository).returncode == 0
    answer = run(diff, repository, **GITHUB)

    assert answer.returncode == 0, answer.stderr
    *arguments, body = recorded(repository)
    assert arguments == ["pr", "comment", "7", "--edit-last", "--create-if-none", "--body-file"]
    assert SAYS in Path(body).read_text("utf-8")
    assert SAYS in (repository.parent / "summary").read_text("utf-8")


def test_pull_request_of_a_fork_does_not_comment(repository: Path) -> None:
    _, diff = scripts("github-pull-request.yml")
    (repository / "README.md").write_text(MOVED, "utf-8")

    assert run(diff, repository, **GITHUB | {"OURS": "false"}).returncode == 0
    assert recorded(repository) == []
    assert SAYS in (repository.parent / "summary").read_text("utf-8")


def test_pull_request_with_a_fault_fails(repository: Path) -> None:
    check, diff = scripts("github-pull-request.yml")
    (repository / "README.md").write_text(BEFORE.replace("2099-09-10", "2099-13-32"), "utf-8")

    assert run(check, repository).returncode == 1
    assert run(diff, repository, **GITHUB).returncode == 1


def test_no_script_holds_what_a_pull_request_says() -> None:
    every = [script for name in ("github-pages.yml", "github-pull-request.yml") for script in scripts(name)]

    assert [script for script in every if "${{" in script] == []


GITLAB = {
    "CI_MERGE_REQUEST_DIFF_BASE_SHA": "origin/main",
    "CI_MERGE_REQUEST_IID": "7",
    "CI_API_V4_URL": "https://git.example.org/api/v4",
    "CI_PROJECT_ID": "12",
}


def gitlab(job: str) -> str:
    jobs = cast(
        "dict[str, dict[str, list[str]]]", yaml.safe_load((DEPLOY / "static" / "gitlab-ci.yml").read_text())
    )
    return "\n".join(jobs[job]["script"])


def test_gitlab_builds_its_pages_and_checks(repository: Path) -> None:
    assert run(gitlab("pages"), repository).returncode == 0
    assert (repository / "public" / "calendar" / "group.ics").exists()
    assert run(gitlab("check"), repository).returncode == 0


@pytest.mark.parametrize("token", ["", "secret"])
def test_merge_request_is_told_what_subscribers_would_see(repository: Path, token: str) -> None:
    (repository / "README.md").write_text(MOVED, "utf-8")

    answer = run(gitlab("subscribers"), repository, CALFEED_TOKEN=token, **GITLAB)

    assert (answer.returncode, SAYS in answer.stdout) == (0, True), answer.stderr
    sent = recorded(repository)
    assert sent[-1:] == (
        ["https://git.example.org/api/v4/projects/12/merge_requests/7/notes"] if token else []
    )
    assert ("PRIVATE-TOKEN: secret" in sent) is bool(token)
