"""Reads case files: title · input · expected, each ended by a line with a single dot."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Case:
    """One case; `line` is where its title stands, so that a failure can be found."""

    file: str
    line: int
    title: str
    input: str
    expected: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.title}"


def cases(folder: Path) -> Iterator[Case]:
    """Give the cases of all files in a folder."""
    for file in sorted(folder.glob("*.md")):
        start, parts, part = 1, [], []
        for number, line in enumerate(file.read_text("utf-8").split("\n"), start=1):
            if line != ".":
                part.append(line)
                continue
            parts.append("\n".join(part))
            part = []
            if len(parts) == 3:
                title, text, expected = parts
                yield Case(file.name, start, title.strip(), f"{text}\n", expected)
                start, parts = number + 1, []
        if parts or "".join(part).strip():
            raise ValueError(f"{file}: the last case is not complete")
