"""Writes the pages of docs/ that come from the program: `make docs`.  With --check, tells what is old."""

import sys
from argparse import Action, ArgumentParser
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from calfeed.cli import parser
from calfeed.diagnostics import CODES
from calfeed.settings import schema

DOCS = Path(__file__).parent
FAULTS = DOCS.parent / "tests" / "faults"


def diagnostics() -> Iterator[str]:
    """Give the page of all codes, each with its sample where a file can cause it."""
    yield "# Diagnostics\n"
    yield "All that `calfeed check` says of a schedule and its settings. An `error` loses something, and"
    yield "while a source has one, nothing of it is cancelled; a `warning` may be wrong; an `info` is worth"
    yield "knowing. Codes are never renamed. This page is written by `make docs`.\n"
    for code, (severity, meaning) in CODES.items():
        yield f"## `{code}`\n\n{severity}: {meaning}\n"
        folder = FAULTS / code
        if folder.is_dir():
            for file in sorted(folder.iterdir()):
                if file.name != "expected.txt" and (text := _readable(file)):
                    yield f"`{file.name}`\n\n````text\n{text}\n````\n"
            yield f"````text\n{(folder / 'expected.txt').read_text('utf-8').rstrip()}\n````\n"


def _readable(file: Path) -> str:
    return file.read_bytes().decode("utf-8", "backslashreplace").rstrip()


def settings() -> Iterator[str]:
    """Give the page of all settings, from the same table that reads them."""
    yield "# Settings\n"
    yield "Every key at the top of `calfeed.yaml` is optional. The file lies beside the schedule, or above"
    yield "it in the same repository. This page is written by `make docs`.\n"
    yield "| key | what it says |\n|---|---|"
    yield from _rows(schema(), "")


def _rows(node: Mapping[str, Any], prefix: str) -> Iterator[str]:
    for key, about in node.get("properties", {}).items():
        needed = " (required)" if key in node["required"] else ""
        yield f"| `{prefix}{key}`{needed} | {about.get('description', '')} |"
        inner = about if "properties" in about else about.get("items", {})
        yield from _rows(inner, f"{prefix}{key}.")


def commands() -> Iterator[str]:
    """Give the page of all commands, from the parser of the command line."""
    yield "# Commands\n"
    yield "Results go to stdout, everything else to stderr. Exit codes: 0 good, 1 the schedule has errors,"
    yield "2 usage or settings, 3 machinery. This page is written by `make docs`.\n"
    choices = next(each.choices for each in _arguments(parser()) if isinstance(each.choices, Mapping))
    for name, command in choices.items():
        yield f"## `calfeed {name}`\n\n{command.description}\n"
        if rows := [f"| `{_written(each)}` | {each.help} |" for each in _arguments(command)]:
            yield "\n".join(["| argument | what it says |", "|---|---|", *rows, ""])


def _arguments(of: ArgumentParser) -> list[Action]:
    return [each for each in of._actions if each.dest != "help"]  # noqa: SLF001  # argparse has no other way


def _written(argument: Action) -> str:
    """Write an argument as in `-o, --output FILE`, `--format {text,json}`, `source…`."""
    name = ", ".join(argument.option_strings) or argument.dest + "…" * (argument.nargs == "*")
    value = f"{{{','.join(argument.choices)}}}" if argument.choices else argument.metavar
    return f"{name} {value}" if value else name


def main() -> int:
    """Write the pages, or tell which are old."""
    pages = {"commands.md": commands(), "diagnostics.md": diagnostics(), "settings.md": settings()}
    texts = {DOCS / name: "\n".join(lines).rstrip() + "\n" for name, lines in pages.items()}
    old = [page for page, text in texts.items() if not page.exists() or page.read_text("utf-8") != text]
    if "--check" in sys.argv:
        print("".join(f"{page.name} is old: run make docs\n" for page in old), end="")
        return int(bool(old))
    for page in old:
        page.write_text(texts[page], "utf-8")
    return 0


sys.exit(main())
