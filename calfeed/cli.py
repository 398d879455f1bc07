"""The command line: arguments in, an exit code out.

Nothing but the parser is loaded until the arguments are understood, so `--help` and `--version` answer
at once; `commands` does the work.
"""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from calfeed import __version__

_CONFIG = "the settings (default: calfeed.yaml nearby)"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; `arguments` default to those of the process.  Gives the exit code."""
    args = parser().parse_args(arguments)
    from calfeed.commands import run  # loads the program, see above

    return run(args)


def parser() -> argparse.ArgumentParser:
    """Make the parser of the whole command line; docs/commands.md is written from it."""
    whole = argparse.ArgumentParser(
        prog="calfeed", description="Calendar feeds from the schedule that a group already keeps as text."
    )
    whole.add_argument("--version", action="version", version=f"calfeed {__version__}")
    commands = whole.add_subparsers(required=True, metavar="COMMAND")

    check = _add(commands, "check", "name every fault of the schedule")
    check.add_argument(
        "--format", choices=("text", "json", "github", "sarif"), default="text", help="text if not given"
    )
    check.add_argument("--strict", action="store_true", help="warnings fail, too")

    show = _add(commands, "show", "print the sessions that were understood")
    show.add_argument("--format", choices=("table", "json"), default="table", help="table if not given")

    explain = _command(commands, "explain", "tell how a file, or one line of it, was understood, and why")
    explain.add_argument("place", help="FILE or FILE:LINE, such as README.md:12")
    explain.add_argument("--config", metavar="FILE", help=_CONFIG)

    feed = _add(commands, "feed", "print one feed, as serve would give it", first="name")
    feed.add_argument("-o", "--output", type=Path, metavar="FILE", help="write to FILE, not to stdout")

    build = _add(commands, "build", "write the static site: every page and every feed")
    build.add_argument("--output", type=Path, required=True, metavar="DIR", help="the folder to write")

    serve = _add(commands, "serve", "serve pages and feeds, anew on every change of the schedule")
    serve.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help="default: 127.0.0.1")
    serve.add_argument("--port", type=int, default=8000, metavar="NUMBER", help="default: 8000; 0: any free")

    _command(commands, "schema", "print the JSON Schema of calfeed.yaml")
    return whole


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    about: str,
    first: str | None = None,
) -> argparse.ArgumentParser:
    """Add a command that reads sources and may remember them in a ledger."""
    command = _command(commands, name, about)
    if first:
        command.add_argument(first, help="such as everything, semester/2024-fall or presenter/li-lei")
    command.add_argument("source", nargs="*", help="a file, a folder or a glob (default: README here)")
    command.add_argument("--config", metavar="FILE", help=_CONFIG)
    ledger = "sqlite:///FILE, or memory: for none (default: CALFEED_LEDGER, else .calfeed/ledger.db)"
    command.add_argument("--ledger", metavar="URL", default=os.environ.get("CALFEED_LEDGER"), help=ledger)
    return command


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, about: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}.")
    command.set_defaults(command=name)
    return command
