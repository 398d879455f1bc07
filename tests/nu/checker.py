"""The Nu Html Checker, which knows HTML as it is today: is every page, stylesheet and picture valid?

`npm ci --prefix tests/nu --ignore-scripts` puts it beside this file; it runs on Java, and asks nobody.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

JAR = Path(__file__).parent / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


def check(files: Mapping[str, bytes]) -> dict[str, list[str]]:
    """Give the faults of files by name (name.html, name.css, name.svg), of those that have any.

    Without the checker the test is skipped, in CI it fails.
    """
    if not (java := shutil.which("java")) or not JAR.exists():
        give_up = pytest.fail if os.environ.get("CI") else pytest.skip
        give_up("apt-get install default-jre-headless, and npm ci --prefix tests/nu --ignore-scripts")
    with TemporaryDirectory() as folder:
        for name, body in files.items():
            Path(folder, name).write_bytes(body)
        options = (
            "--format",
            "json",
            "--stdout",
            "--exit-zero-always",
            "--also-check-css",
            "--also-check-svg",
        )
        answer = subprocess.run(
            [java, "-jar", JAR, *options, folder], check=True, capture_output=True, timeout=120
        )
    faults: dict[str, list[str]] = {}
    for message in json.loads(answer.stdout)["messages"]:
        name = message.get("url", "").rpartition("/")[2]
        faults.setdefault(name, []).append(f"{message.get('lastLine', '')}: {message['message']}")
    return faults
