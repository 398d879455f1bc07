"""A repository for each test."""

from pathlib import Path

import pytest

from tests.repositories import Git


@pytest.fixture
def git(tmp_path: Path) -> Git:
    git = Git(tmp_path / "group")
    git.folder.mkdir()
    git.run("init", "--quiet")
    return git
