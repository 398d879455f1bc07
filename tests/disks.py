"""A small disk that only the programs started on it see: to be filled, and to be write-protected."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import which

import pytest


@dataclass(frozen=True, slots=True)
class Disk:
    """A file system in memory.  `place` is its path to the programs on it, `here` its path to the test."""

    place: Path
    here: Path
    keeper: int

    def command(self, folder: Path, *words: str) -> list[str]:
        """Give the command that runs a program where the disk is, in a folder."""
        enter = ["nsenter", "--user", "--preserve-credentials", "--mount", "--target", str(self.keeper)]
        return [*enter, "sh", "-c", 'cd "$0" && exec "$@"', str(folder), *words]

    def fill(self) -> None:
        """Leave no room for a single octet."""
        with (self.here / "filler").open("ab", buffering=0) as filler:
            for size in (65_536, 1):
                try:
                    while True:
                        filler.write(bytes(size))
                except OSError:
                    continue

    def protect(self) -> None:
        """Refuse every write from now on, as a system does with a disk that fails."""
        self._remount("ro")

    def relieve(self) -> None:
        """Take writes again."""
        self._remount("rw")
        (self.here / "filler").unlink(missing_ok=True)

    def _remount(self, how: str) -> None:
        words = ("mount", "-o", f"remount,{how}", str(self.place))
        subprocess.run(self.command(Path("/"), *words), check=True, capture_output=True, timeout=10)


@contextmanager
def small_disk(place: Path, size: str = "4m") -> Iterator[Disk]:
    """Mount a disk at an empty folder; skips the test where the system does not let us."""
    if not which("unshare") or not which("nsenter"):
        pytest.skip("no unshare and nsenter here, which give a test a disk of its own")
    place.mkdir()
    script = 'mount -t tmpfs -o size="$1" tmpfs "$0" && echo mounted && exec cat'
    keeper = subprocess.Popen(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, str(place), size],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with keeper:
        assert keeper.stdin
        assert keeper.stdout
        assert keeper.stderr
        if keeper.stdout.readline() != "mounted\n":
            pytest.skip(f"no disk of our own may be mounted here: {keeper.stderr.read().strip()}")
        yield Disk(place, Path(f"/proc/{keeper.pid}/root{place}"), keeper.pid)
        keeper.stdin.close()
