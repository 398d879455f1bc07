"""Markdown to blocks of located cells."""

from calfeed.documents import read
from calfeed.model import Cell, Document, Heading, Item, Paragraph


def blocks(text: str) -> Document:
    document, diagnostics = read("a.md", text.encode())
    assert diagnostics == ()
    return document


def cell(text: str) -> Cell:
    (block,) = blocks(text).blocks
    return block.cell


def test_headings_items_and_paragraphs_come_in_order_with_their_places() -> None:
    text = "# One *two*\n\npara\n\n- item\n  wrapped\n  - inner\n1. number\n-\n"

    assert [
        (type(b), b.cell.text, b.cell.position.line, b.cell.position.column) for b in blocks(text).blocks
    ] == [
        (Heading, "One two", 1, 3),
        (Paragraph, "para", 3, 1),
        (Item, "item\nwrapped", 5, 3),
        (Item, "inner", 7, 5),
        (Item, "number", 8, 4),
        (Item, "", 9, 1),
    ]


def test_depth_of_lists_and_level_of_headings() -> None:
    found = blocks("### Three\n- a\n  - b\n    - c\n").blocks

    assert [
        b.level if isinstance(b, Heading) else b.depth for b in found if not isinstance(b, Paragraph)
    ] == [
        3,
        1,
        2,
        3,
    ]


def test_link_keeps_its_target_as_written() -> None:
    target = "./slides/241008-Systems%20and%20Papers%20(slides).pdf?a=ü&b=1"
    (link,) = cell(f"see [slides]({target}) now").links()

    assert (link.text, link.url, link.position.column) == ("slides", target, 6)


def test_looks_of_text_are_kept() -> None:
    spans = cell("**Ada (*Hill*)**, ~~gone~~").spans

    assert [(s.text, s.emphasised, s.struck) for s in spans] == [
        ("Ada (", False, False),
        ("Hill", True, False),
        (")", False, False),
        (", ", False, False),
        ("gone", False, True),
    ]


def test_html_in_a_line_gives_breaks_and_links() -> None:
    read_cell = cell("one<br>two <a href='https://e.org/x' target=_blank>three</a> <b>four</b>")

    assert read_cell.text == "one\ntwo three four"
    assert [(link.text, link.url) for link in read_cell.links()] == [("three", "https://e.org/x")]


def test_lines_after_front_matter_keep_their_numbers() -> None:
    document = blocks("---\ntitle: x\n---\n\n### Sept 3\n")

    assert document.blocks[0].cell.position.line == 5
    assert document.data is not None
    assert document.data.pairs[0][0].position.line == 2  # type: ignore[union-attr]  # it is a mapping


def test_columns_in_a_repaired_line_are_those_of_the_file() -> None:
    text = "- 💡 📕 [Paper](x)\n- 💡 naïve 📺 café\n"
    damaged = text.encode().decode("latin-1")
    document, _ = read("a.md", damaged.encode())
    (link,) = document.blocks[0].cell.links()

    assert damaged.splitlines()[0][link.position.column - 1 :].startswith("Paper")


def test_ten_thousand_brackets_end() -> None:
    assert cell("x" + "[" * 10_000).text.startswith("x[")
