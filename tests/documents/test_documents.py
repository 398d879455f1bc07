"""Which reader reads a file, and what is refused before any does."""

import pytest

from calfeed.diagnostics import Position
from calfeed.documents import LIMIT, read
from calfeed.model import Cell, Document, Heading, Mapping, Scalar


def test_file_that_is_too_large_is_refused() -> None:
    document, (diagnostic,) = read("a.md", b"x" * (LIMIT + 1))

    assert (document.blocks, diagnostic.code) == ((), "source-large")


def test_suffix_that_no_reader_knows_is_refused() -> None:
    assert [d.code for d in read("a.doc", b"text")[1]] == ["source-unknown"]
    assert read("A.MD", b"text")[1] == ()


SIDES = "<<<<<<< HEAD\n# May 3\n=======\n# May 4\n>>>>>>> side\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (SIDES, 1),
        ("# May 2\r\n" + SIDES.replace("\n", "\r\n"), 2),
        ("<<<<<<< HEAD\nMay\n===\n" + SIDES, 4),
    ],
)
def test_merge_that_was_not_finished_is_not_read(text: str, line: int) -> None:
    document, (diagnostic,) = read("a.md", text.encode())

    assert document == Document("a.md")
    assert (diagnostic.code, diagnostic.position) == ("conflict-unresolved", Position("a.md", line))


@pytest.mark.parametrize(
    "text", ["<<<<<<< HEAD\n# May 3", "# May 3\n=======\n\n> > > > > > > x", "May 3\n=======\n>>>>>>> end"]
)
def test_lone_mark_of_a_merge_is_only_a_line(text: str) -> None:
    assert read("a.md", text.encode())[1] == ()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("schedule.txt", "# May 3"),
        ("schedule.Rmd", "---\ntitle: x\n---\n# May 3"),
        ("schedule.html", "---\ntitle: x\n---\n<h1>May 3"),
        ("schedule.org", "* May 3"),
    ],
)
def test_suffix_names_the_syntax(path: str, text: str) -> None:
    (heading,) = read(path, text.encode())[0].blocks

    assert isinstance(heading, Heading)
    assert heading.cell.text == "May 3"


def test_json_is_data_and_may_be_indented_with_tabs() -> None:
    place, value = Position("a.json", 2, 2), Position("a.json", 2, 10)
    data = Mapping(Position("a.json"), ((Cell("date", place), Scalar(Cell("May 3", value), "May 3")),))

    assert read("a.json", b'{\n\t"date": "May 3"\n}') == (Document("a.json", (), data), ())
