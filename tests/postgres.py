"""A real PostgreSQL for tests: a cluster of its own in a temporary folder, reached by a Unix socket."""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import psycopg
import pytest

OPEN_SESAME = "s3cret: @/?#%"


@dataclass(slots=True)
class Server:
    """A server that can be stopped and started again."""

    folder: Path
    _process: subprocess.Popen[bytes] | None = None
    _numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str, user: str = "owner", password: str = OPEN_SESAME) -> str:
        return f"postgresql://{user}:{quote(password, safe='')}@/{database}?host={self.folder}"

    def run(self, *statements: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run statements as a superuser, and give the rows of the last one."""
        with closing(psycopg.connect(self.url(database), autocommit=True)) as connection:
            for statement in statements:
                cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def new_database(self) -> str:
        """Make an empty database, and give its URL."""
        name = f"group{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name}")
        return self.url(name)

    def drop(self, url: str) -> None:
        name = url.partition("?")[0].rpartition("/")[2]
        self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def make(self) -> None:
        password = self.folder / "password"
        password.write_text(OPEN_SESAME, "utf-8")
        arguments = ["-A", "scram-sha-256", "-U", "owner", "--pwfile", str(password), "--no-sync"]
        arguments += ["-E", "UTF8", "--locale=C"]
        subprocess.run(
            [_binary("initdb"), "-D", str(self.folder / "data"), *arguments],
            check=True,
            capture_output=True,
            user=_account(),
        )

    def start(self) -> None:
        # No power fails in a test, and what a killed process wrote the operating system still has.
        settings = ["-c", "listen_addresses=", "-c", "fsync=off", "-c", "shared_buffers=16MB"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [_binary("postgres"), "-D", str(self.folder / "data"), "-k", str(self.folder), *settings],
                stdout=log,
                stderr=log,
                user=_account(),
            )
        ready = [_binary("pg_isready"), "-q", "-t", "30", "-h", str(self.folder)]
        while subprocess.run(ready, check=False).returncode:
            assert self._process.poll() is None, (self.folder / "log").read_text("utf-8")

    def stop(self) -> None:
        """End it now, with all that is connected."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)  # no last checkpoint: that takes its time
            self._process.wait(timeout=60)
            self._process = None


@contextmanager
def server() -> Iterator[Server]:
    """Run a server; without PostgreSQL the test is skipped, in CI it fails."""
    if not _binary("initdb"):
        give_up = pytest.fail if os.environ.get("CI") else pytest.skip
        give_up("no PostgreSQL is here: apt-get install postgresql, or put its initdb on PATH")
    with TemporaryDirectory(prefix="calfeed-", dir="/tmp") as folder:  # sockets need short paths
        if account := _account():
            os.chown(folder, account, -1)
        made = Server(Path(folder))
        made.make()
        made.start()
        try:
            yield made
        finally:
            made.stop()


@cache
def _binary(name: str) -> str:
    """Find a program of the server, which Debian keeps off the PATH; empty where there is none."""
    places = [str(folder) for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    return shutil.which(name, path=os.pathsep.join([*places, os.environ.get("PATH", "")])) or ""


def _account() -> int | None:
    """Find an account without privileges, where we have some: the server refuses to run with them."""
    if os.geteuid():
        return None
    return next(each.pw_uid for each in pwd.getpwall() if each.pw_name in ("postgres", "nobody"))
