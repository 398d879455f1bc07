"""Org to blocks of located cells."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calfeed.diagnostics import Position
from calfeed.documents import read
from calfeed.model import Block, Cell, Heading, Item, Mapping, Paragraph, Scalar, Table


def blocks(text: str) -> tuple[Block, ...]:
    document, diagnostics = read("a.org", text.encode())
    assert diagnostics == ()
    return document.blocks


def cell(text: str) -> Cell:
    (block,) = blocks(text)
    assert not isinstance(block, Table)
    return block.cell


def outline(text: str) -> list[tuple[str, str, int, int]]:
    """Give marks, text, line and column of each block."""
    found = []
    for block in blocks(text):
        assert not isinstance(block, Table)
        marks = {Heading: "*", Item: "-", Paragraph: ""}[type(block)]
        times = block.level if isinstance(block, Heading) else block.depth if isinstance(block, Item) else 1
        found.append((marks * times, block.cell.text, block.cell.position.line, block.cell.position.column))
    return found


def test_blocks_come_in_order_with_their_places() -> None:
    text = (
        "* TODO [#A] Fall :tag:\nFirst\nline\n\n- one\n  more\n  + [X] two\n    1. three\n- four\n"
        "End\n** <2024-09-03 Tue 14:00>\n"
    )

    assert outline(text) == [
        ("*", "Fall", 1, 13),
        ("", "First\nline", 2, 1),
        ("-", "one\nmore", 5, 3),
        ("--", "two", 7, 9),
        ("---", "three", 8, 8),
        ("-", "four", 9, 3),
        ("", "End", 10, 1),
        ("**", "2024-09-03 14:00", 11, 5),
    ]


def test_table_has_head_rows_and_links() -> None:
    (table,) = blocks(
        "| date | talk |\n|------+------|\n| May 3 | [[http://e.org/a_b][Raft]] |\n|---|\n| May 4 | |\n"
    )

    assert isinstance(table, Table)
    assert [[c.text for c in row] for row in (table.head, *table.rows)] == [
        ["date", "talk"],
        ["May 3", "Raft"],
        ["May 4", ""],
    ]
    (link,) = table.rows[0][1].links()
    assert (link.url, link.position.line, link.position.column) == ("http://e.org/a_b", 3, 31)


def test_looks_and_links_of_text() -> None:
    spans = cell("a /b/ +c+ *d* [[https://e.org]] [[*Fall][e]] and/or 1/2 https://e.org/x").spans

    assert [(s.text, s.url, s.emphasised, s.struck) for s in spans if s.text.strip()] == [
        ("a ", None, False, False),
        ("b", None, True, False),
        ("c", None, False, True),
        ("d", None, False, False),
        ("https://e.org", "https://e.org", False, False),
        ("e", None, False, False),
        (" and/or 1/2 ", None, False, False),
        ("https://e.org/x", "https://e.org/x", False, False),
    ]


@pytest.mark.parametrize(
    "hidden",
    [
        "# comment",
        "#+OPTIONS: toc:nil",
        ":PROPERTIES:\n:ID: x\n:END:",
        "#+BEGIN_SRC python\n* no\n- no\n#+END_SRC",
        "#+begin_example\nno\n#+end_example",
        ": fixed",
        "* COMMENT no\nno\n** no",
    ],
)
def test_what_is_no_text_is_left_out(hidden: str) -> None:
    assert [text for _, text, _, _ in outline(f"a\n{hidden}\n* b\n")] == ["a", "b"]


def test_drawer_that_never_ends_hides_only_its_line() -> None:
    assert [text for _, text, _, _ in outline(":NOTES:\na\n")] == ["a"]


def test_title_is_data() -> None:
    document, _ = read("a.org", b"#+TITLE: Talks of 2024\n#+date: today\n* x\n")

    assert isinstance(document.data, Mapping)
    assert [(str(key.position), key.text, value) for key, value in document.data.pairs] == [
        (f"a.org:{line}:3", key, Scalar(Cell(text, Position("a.org", line, column)), text))
        for line, key, text, column in ((1, "title", "Talks of 2024", 10), (2, "date", "today", 9))
    ]


@given(st.one_of(st.text(), st.text(st.sampled_from("*-+|[]<>/ab1.:#\n "))))
def test_any_text_is_read(text: str) -> None:
    for block in read("a.org", text.encode("utf-8", "replace"))[0].blocks:
        for one in block.rows[0] if isinstance(block, Table) and block.rows else []:
            assert "".join(span.text for span in one.spans) == one.text


@pytest.mark.parametrize(
    "text",
    ["[[" * 500_000, ":A:\n" * 100_000, "#+begin_a\n" * 50_000, "*a /b " * 100_000, "| a |\n" * 100_000],
)
def test_time_is_bounded(text: str) -> None:
    start = process_time()
    read("a.org", text.encode())

    assert process_time() - start < 10
