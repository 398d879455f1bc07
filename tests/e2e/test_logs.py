"""What `calfeed serve` says of itself, and that it publishes anew when told."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.test_served import CLEAN, SCHEDULE, eventually

pytestmark = pytest.mark.e2e


def test_log_is_a_line_of_json_for_each_event(tmp_path: Path) -> None:
    schedule, log = tmp_path / "README.md", tmp_path / "log"
    schedule.write_text(SCHEDULE, "utf-8")

    def told(event: str) -> list[dict[str, object]]:
        lines = map(json.loads, log.read_text("utf-8").splitlines())  # every line is one
        return [line for line in lines if line["event"] == event]

    with (
        log.open("w") as output,
        subprocess.Popen(
            [sys.executable, "-m", "calfeed", "serve", "--port", "0"],
            cwd=tmp_path,
            env=CLEAN | {"CALFEED_LOG": "json", "CALFEED_WEBHOOK_SECRET": "hunter2"},
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
        ) as process,
    ):
        try:
            assert process.stdout
            assert process.stdout.readline().startswith("Page: ")
            assert process.stdout.readline().startswith("Feed: ")
            first = told("published")[0]
            assert first.keys() == KEYS
            assert (first["revision"], first["sessions"], first["level"]) == (None, 1, "info")
            assert [line["code"] for line in told("diagnostic")] == ["time-missing", "id-missing"]

            os.kill(process.pid, signal.SIGHUP)
            assert eventually(lambda: len(told("published")) == 2)

            (tmp_path / "calfeed.yaml").write_text("id: [", "utf-8")
            schedule.unlink()
            assert eventually(lambda: bool(told("failed")))
            assert told("failed")[0]["level"] == "error"
        finally:
            process.terminate()
        assert process.wait(timeout=10) == 0
    assert "hunter2" not in log.read_text("utf-8")


KEYS = {"time", "level", "message", "event", "revision", "sessions", "diagnostics", "seconds"}


def test_unknown_form_of_the_log_is_a_fault_of_usage(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(SCHEDULE, "utf-8")
    answer = subprocess.run(
        [sys.executable, "-m", "calfeed", "serve", "--port", "0"],
        cwd=tmp_path,
        env=CLEAN | {"CALFEED_LOG": "xml"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "CALFEED_LOG is neither text nor json: 'xml'" in answer.stderr
