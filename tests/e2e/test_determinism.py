"""The same schedule at the same time is the same site, byte for byte, whoever builds it wherever."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "systems-reading-group"
PLACES = (
    {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "0"},
    {"TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "77"},
    {"TZ": "America/New_York", "LANG": "POSIX", "PYTHONHASHSEED": "4294967295"},
)


def site(folder: Path, place: dict[str, str]) -> dict[str, bytes]:
    """Build the example at a fixed moment, with a new ledger; give every file by its path."""
    ours = ("CALFEED", "LC_", "LANG", "PYTHON")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    ledger, output = f"sqlite:///{folder}/ledger.db", folder / "site"
    folder.mkdir()
    subprocess.run(
        [sys.executable, "-m", "calfeed", "build", EXAMPLE, "--ledger", ledger, "--output", output],
        cwd=folder,
        env={**clean, "SOURCE_DATE_EPOCH": "1790000000", **place},
        capture_output=True,
        timeout=60,
        check=True,
    )
    return {
        path.relative_to(output).as_posix(): path.read_bytes() for path in output.rglob("*") if path.is_file()
    }


def test_building_anywhere_gives_the_same_files(tmp_path: Path) -> None:
    first, *others = (site(tmp_path / str(number), place) for number, place in enumerate(PLACES))

    assert {"index.html", "404.html", "semester/2026-fall.ics"} <= first.keys()
    for other in others:
        assert [path for path in first.keys() | other.keys() if first.get(path) != other.get(path)] == []
