"""A page of HTML to a document."""

from calfeed.diagnostics import Position
from calfeed.documents import read
from calfeed.model import Cell, Heading, Mapping, Span


def test_page_has_front_matter_and_blocks_in_their_places() -> None:
    page = "---\ntitle: x\n---\n<head><title>No</title></head>\n<nav>Home</nav>\n<h1>{{ x }}Fall</h1>\n"
    document, diagnostics = read("a.html", page.encode())
    place = Position("a.html", 6, 12)

    assert document.blocks == (Heading(1, Cell("Fall", place, (Span("Fall", place),))),)
    assert isinstance(document.data, Mapping)
    assert diagnostics == ()


def test_short_suffix_is_a_page_too() -> None:
    assert [type(block) for block in read("A.HTM", b"<h2>x")[0].blocks] == [Heading]
