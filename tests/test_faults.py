"""One sample for each diagnostic code: tests/faults/<code>/, with the line it is printed as."""

import shutil
from pathlib import Path

import pytest

from calfeed.diagnostics import CODES, Diagnostic
from calfeed.errors import ScheduleError, SettingsError
from calfeed.ledger import open_ledger
from calfeed.publication import publish
from calfeed.sources import locate
from tests.conftest import NOW

FOLDER = Path(__file__).parent / "faults"

ELSEWHERE = {
    "source-large": "tests/documents/test_documents.py makes a file of 16 MiB",
    "feed-large": "tests/test_publication.py makes a feed of 801 events",
    "history-shallow": "tests/test_remember.py makes a shallow clone",
    "feed-shortened": "tests/test_publication.py makes a feed of 1,300 events",
    "event-unpublishable": "tests/test_publication.py hands a bad event to the publication",
    "ledger-damaged": "tests/test_publication.py damages a ledger",
}
"""Codes whose sample is too large for a file, or that no text can cause."""


def found(folder: Path) -> tuple[Diagnostic, ...]:
    """Give all that calfeed says of a sample, settings and feeds included."""
    name = next((file.name for file in sorted(folder.glob("schedule.*"))), "schedule.md")
    try:
        return publish(locate([name], None, folder), open_ledger("memory:"), NOW).diagnostics
    except (ScheduleError, SettingsError) as error:
        return error.diagnostics


@pytest.mark.parametrize("code", sorted(CODES.keys() - ELSEWHERE.keys()))
def test_sample_of_code_is_said_as_expected(
    code: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    expected = FOLDER / code / "expected.txt"
    apart = shutil.copytree(FOLDER / code, tmp_path / code)  # in no repository
    said = "".join(f"{each}\n" for each in found(apart) if each.code == code)
    if request.config.getoption("--rewrite"):
        expected.write_text(said, "utf-8")

    assert said == expected.read_text("utf-8")
    assert said


def test_every_sample_is_of_a_code() -> None:
    assert {folder.name for folder in FOLDER.iterdir()} <= CODES.keys()
