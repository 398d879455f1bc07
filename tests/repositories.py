"""Git repositories for tests, made by git itself, and the versions that are expected of them."""

import hashlib
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from calfeed.history import Repository, Selection, Version, find_repository

README = Selection(frozenset({"README.md"}))
DAWN = datetime(2024, 1, 1, tzinfo=UTC)
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Zoë",
    "GIT_AUTHOR_EMAIL": "zoe@example.org",
    "GIT_COMMITTER_NAME": "Bot",
    "GIT_COMMITTER_EMAIL": "bot@example.org",
    "GIT_ALLOW_PROTOCOL": "file",
}
LONG = "".join(f"- 2024-03-{day:02} Talk number {day}\n" for day in range(1, 29))


@dataclass
class Git:
    """A repository under test; each commit is a minute after the one before, unless it says when."""

    folder: Path
    minute: int = 0

    def run(self, *arguments: str, **environment: str) -> str:
        command = ["git", "-c", "init.defaultBranch=main", "-c", "gc.auto=0", *arguments]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=ENVIRONMENT | environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    def commit(
        self, files: Mapping[str, str | None], *, minute: int | None = None, author: str = "Zoë"
    ) -> str:
        """Write files (None: remove), and commit all."""
        for name, text in files.items():
            file = self.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.unlink(missing_ok=True)
            if text is not None:
                file.write_text(text, "utf-8")
        self.run("add", "--all")
        return self.record(minute, author)

    def record(self, minute: int | None = None, author: str = "Zoë") -> str:
        """Commit what is staged, be it the end of a merge or nothing new."""
        self.minute = self.minute + 1 if minute is None else minute
        date = f"{int(at(self.minute).timestamp())} +0530"
        dates = {"GIT_AUTHOR_DATE": "@1 +0000", "GIT_COMMITTER_DATE": date, "GIT_AUTHOR_NAME": author}
        self.run("commit", "--quiet", "--allow-empty", "--message", f"at {self.minute}", **dates)
        return self.run("rev-parse", "HEAD")

    def merge(self, *branches: str, files: Mapping[str, str]) -> str:
        """Merge branches into the one that is checked out; the outcome is `files` whatever they say."""
        self.run("merge", "--no-commit", "--no-ff", "--strategy=ours", *branches)
        return self.commit(files)

    def clone(self, name: str, *options: str) -> "Git":
        target = self.folder.parent / name
        self.run("clone", "--quiet", *options, f"file://{self.folder}", str(target))
        return Git(target, self.minute)

    def open(self) -> Repository:
        repository = find_repository(self.folder)
        assert repository
        return repository

    def versions(self, selection: Selection = README, since: str | None = None) -> tuple[Version, ...] | None:
        return self.open().versions(self.run("rev-parse", "HEAD"), selection, since=since)


def at(minute: int) -> datetime:
    return DAWN + timedelta(minutes=minute)


def blob(text: str) -> str:
    data = text.encode()
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def version(commit: str, minute: int, *parents: str, author: str | None = "Zoë", **files: str) -> Version:
    """Make the version of a commit; README="one" stands for the file README.md with that text."""
    blobs = {f"{name}.md": blob(text) for name, text in files.items()}
    return Version(commit, parents, at(minute), author, blobs)
