"""The command line: arguments in, an exit code out.

Nothing but the parser is loaded until the arguments are understood, so `--help` and `--version` answer
at once; `commands` does the work.
"""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from calfeed import __version__

_CONFIG = "the settings (default: calfeed.yaml nearby)"
_SOURCE = "a file, folder or glob, or the address of a file or git repository (default: README, schedule.csv)"

_Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001  # its only name


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
    formats = ("ics", "json", "jcal", "csv", "atom", "changes.json")
    feed.add_argument("--format", choices=formats, default="ics", help="ics if not given")
    feed.add_argument("-o", "--output", type=Path, metavar="FILE", help="write to FILE, not to stdout")

    build = _add(commands, "build", "write the static site: every page and every feed")
    build.add_argument("--output", type=Path, required=True, metavar="DIR", help="the folder to write")

    serve = _add(commands, "serve", "serve pages and feeds, anew on every change of the schedule")
    serve.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help="default: 127.0.0.1")
    serve.add_argument("--port", type=int, default=8000, metavar="NUMBER", help="default: 8000; 0: any free")

    _add_diff(commands)
    _add_log(commands)
    _add_token(commands)
    _add_doctor(commands)
    _command(commands, "schema", "print the JSON Schema of calfeed.yaml")
    return whole


def _add(commands: _Commands, name: str, about: str, first: str | None = None) -> argparse.ArgumentParser:
    """Add a command that reads sources and may remember them in a ledger."""
    command = _command(commands, name, about)
    if first:
        command.add_argument(first, help="such as everything, semester/2024-fall or presenter/li-lei")
    command.add_argument("source", nargs="*", help=_SOURCE)
    return _remembering(command)


def _add_diff(commands: _Commands) -> None:
    diff = _command(commands, "diff", "tell what subscribers would see of an edit, and what they would lose")
    old = "what they saw: a git revision, such as main, or a file (default: what the ledger has, else HEAD)"
    diff.add_argument("old", nargs="?", help=old)
    new = "what they would see: a git revision or a file (default: the files as they are)"
    diff.add_argument("new", nargs="?", help=new)
    diff.add_argument(
        "--format", choices=("text", "json", "markdown"), default="text", help="text if not given"
    )
    strict = "fail not only where a session looks lost, but where too many change at once, too"
    diff.add_argument("--strict", action="store_true", help=strict)
    _remembering(_with_sources(diff))


def _add_log(commands: _Commands) -> None:
    log = _command(commands, "log", "tell what changed for subscribers, newest first: when, by whom, what")
    log.add_argument("--presenter", metavar="SLUG", help="only of one person, such as li-lei")
    log.add_argument("--session", metavar="UID", help="only of one session, by its UID")
    log.add_argument(
        "--limit", type=_count, default=50, metavar="NUMBER", help="at most so many (default: 50)"
    )
    log.add_argument("--format", choices=("text", "json"), default="text", help="text if not given")
    _remembering(_with_sources(log))


def _add_token(commands: _Commands) -> None:
    token = _command(commands, "token", "let members subscribe to what only they are told, or end that")
    token.add_argument("action", choices=("create", "list", "rotate", "revoke"), help="what to do")
    token.add_argument("name", nargs="?", help="whose token, such as ada; list takes none")
    _remembering(_with_sources(token))


def _add_doctor(commands: _Commands) -> None:
    about = "examine this installation and its address, and tell what each calendar program will see"
    doctor = _command(commands, "doctor", about)
    url = "where a site or feed is served (default: url in calfeed.yaml)"
    doctor.add_argument("url", nargs="?", help=url)
    _remembering(_with_sources(doctor))


def _count(written: str) -> int:
    if not written.isdecimal():
        raise argparse.ArgumentTypeError(f"{written!r} is not a number from 0 on")
    return int(written)


def _with_sources(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Let sources be named by an option, where the arguments say something else."""
    command.add_argument(
        "--source", action="append", default=[], metavar="SOURCE", help=f"{_SOURCE}; may be repeated"
    )
    return command


def _remembering(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    command.add_argument("--config", metavar="FILE", help=_CONFIG)
    kinds = "sqlite:///FILE, postgresql://…, or memory: for none"
    ledger = f"{kinds} (default: CALFEED_LEDGER, else .calfeed/ledger.db)"
    command.add_argument("--ledger", metavar="URL", default=os.environ.get("CALFEED_LEDGER"), help=ledger)
    return command


def _command(commands: _Commands, name: str, about: str) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}.")
    command.set_defaults(command=name)
    return command
