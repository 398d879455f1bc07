"""reStructuredText to blocks of located cells."""

import subprocess
import sys
import textwrap
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calfeed.diagnostics import Diagnostic, Position
from calfeed.documents import read, rst
from calfeed.model import Block, Cell, Heading, Item, Mapping, Paragraph, Table


def parse(text: str) -> tuple[tuple[Block, ...], tuple[Diagnostic, ...]]:
    document, diagnostics = read("a.rst", text.encode())
    return document.blocks, diagnostics


def outline(text: str) -> list[tuple[str, str, int, int]]:
    """Give marks, text, line and column of each block that is no table."""
    found = []
    for block in parse(text)[0]:
        assert not isinstance(block, Table)
        marks = {Heading: "*", Item: "-", Paragraph: ""}[type(block)]
        times = block.level if isinstance(block, Heading) else block.depth if isinstance(block, Item) else 1
        found.append((marks * times, block.cell.text, block.cell.position.line, block.cell.position.column))
    return found


def told(text: str) -> list[str]:
    return [text for _, text, _, _ in outline(text)]


def tables(text: str) -> list[Table]:
    return [block for block in parse(text)[0] if isinstance(block, Table)]


def rows(text: str) -> list[list[tuple[str, int, int]]]:
    (table,) = tables(text)
    return placed(table)


def placed(table: Table) -> list[list[tuple[str, int, int]]]:
    return [
        [(cell.text, cell.position.line, cell.position.column) for cell in row]
        for row in (table.head, *table.rows)
    ]


def cell(text: str) -> Cell:
    (block,) = parse(text)[0]
    assert not isinstance(block, Table)
    return block.cell


def looks(text: str) -> list[tuple[str, str | None]]:
    return [(span.text, span.url) for span in cell(text).spans]


def test_blocks_come_in_order_with_their_places() -> None:
    text = (
        "====\nFall\n====\n\nFirst\nline\n\nMay 3\n-----\n\n"
        "- one\n  more\n\n  * two\n\n    1. three\n- four\n\n"
        "Sub\n~~~\n\n| a\n| b\n\n  quoted\n\nMay 4\n-----\n\n:Speaker: Ada\n:Note:\n  - x\n"
    )

    assert outline(text) == [
        ("*", "Fall", 2, 1),
        ("", "First\nline", 5, 1),
        ("**", "May 3", 8, 1),
        ("-", "one\nmore", 11, 3),
        ("--", "two", 14, 5),
        ("---", "three", 16, 8),
        ("-", "four", 17, 3),
        ("***", "Sub", 19, 1),
        ("", "a\nb", 22, 3),
        ("", "quoted", 25, 3),
        ("**", "May 4", 27, 1),
        ("-", "Speaker: Ada", 30, 2),
        ("-", "Note: ", 31, 2),
        ("---", "x", 32, 5),
    ]


def test_a_term_is_above_its_definition_and_a_label_beside_it() -> None:
    assert outline("May 3\n  Raft\n\nMay 4 : Ada\n  Nomad\n\nSpeaker\n  Ada\n") == [
        ("-", "May 3", 1, 1),
        ("--", "Raft", 2, 3),
        ("-", "May 4 : Ada", 4, 1),
        ("--", "Nomad", 5, 3),
        ("-", "Speaker: Ada", 7, 1),
    ]


GRID = """
+-------+-----+-----------+
| Date  | Who | Talk      |
+=======+=====+===========+
| May 3 | Ada | Raft,     |
|       |     | part 1    |
|       +-----+-----------+
|       | Li  | Nomad     |
+-------+-----+-----------+
| May 4 | free            |
+-------+-----------------+
"""


def test_grid_has_its_cells_where_they_are_drawn() -> None:
    assert rows(GRID) == [
        [("Date", 3, 3), ("Who", 3, 11), ("Talk", 3, 17)],
        [("May 3", 5, 3), ("Ada", 5, 11), ("Raft,\npart 1", 5, 17)],
        [("May 3", 5, 3), ("Li", 8, 11), ("Nomad", 8, 17)],
        [("May 4", 10, 3), ("free", 10, 11), ("", 10, 11)],
    ]


SIMPLE = "=====  ====\nDate   Who\n=====  ====\nMay 3  Ada\nMay 4  Li\n=====  ====\n"
LISTS = "   * - Date\n     - Who\n   * - May 3\n     - Ada\n   * - May 4\n     - Li\n"
ASKEW = (
    "+-------+-----+\n| Date  | Who |\n+=======+=====+\n| May 3 | Ada |\n"
    "+-------+-----+\n| May 4 | Li |\n+--+--+\n"
)
HTML = "   <table><tr><th>Date<th>Who<tr><td>May 3<td>Ada<tr><td>May 4<td>Li</table>\n"


@pytest.mark.parametrize(
    "text",
    [
        SIMPLE,
        f".. table:: Talks\n\n{textwrap.indent(SIMPLE, '   ')}",
        ".. csv-table::\n   :header: Date, Who\n   :widths: 1, 2\n\n   May 3, Ada\n   May 4, Li\n",
        ".. csv-table::\n   :header-rows: 1\n   :delim: ;\n\n   Date; Who\n   May 3; Ada\n   May 4; Li\n",
        f".. list-table::\n   :header-rows: 1\n\n{LISTS}",
        ASKEW,
        f".. raw:: html\n\n{HTML}",
    ],
    ids=["simple", "table", "csv", "csv with rows", "list", "out of shape", "html"],
)
def test_tables_of_every_kind_are_read(text: str) -> None:
    (table,) = tables(text)

    assert [[cell.text for cell in row] for row in (table.head, *table.rows)] == [
        ["Date", "Who"],
        ["May 3", "Ada"],
        ["May 4", "Li"],
    ]


def test_a_csv_table_has_places_and_markup() -> None:
    text = (
        '.. csv-table:: Talks\n   :header: "Date", **Talk**\n\n'
        '   May 3, `Raft <r.pdf>`_\n   May 4, "Nomad,\n   OSDI"\n'
    )
    caption, table = parse(text)[0]

    assert isinstance(caption, Heading)
    assert isinstance(table, Table)
    assert (caption.level, caption.cell.text) == (7, "Talks")
    assert [link.url for link in table.rows[0][1].links()] == ["r.pdf"]
    assert placed(table) == [
        [("Date", 2, 14), ("Talk", 2, 23)],
        [("May 3", 4, 4), ("Raft", 4, 12)],
        [("May 4", 5, 4), ("Nomad,\nOSDI", 5, 12)],
    ]


def test_rows_of_a_list_table_may_be_of_any_length() -> None:
    assert rows(".. list-table::\n\n   * - May 3\n     - Raft\n   * - May 4\n") == [
        [],
        [("May 3", 3, 8), ("Raft", 4, 8)],
        [("May 4", 5, 8)],
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see `Raft <http://e.org/r>`_ now", [("see ", None), ("Raft", "http://e.org/r"), (" now", None)]),
        ("Raft_\n`The R`_\n\n.. _raft: a\n.. _The R: raft_\n", [("Raft", "a"), ("\n", None), ("The R", "a")]),
        ("`a`__ b__\n\n__ a.pdf\n__ b.pdf\n", [("a", "a.pdf"), (" ", None), ("b", "b.pdf")]),
        ("|r| |x|\n\n.. |r| replace:: `Raft <r.pdf>`__\n", [("Raft", "r.pdf"), (" x", None)]),
        ("http://e.org/x.", [("http://e.org/x", "http://e.org/x"), (".", None)]),
        ("`wrapped\nlink <a.pdf>`_ x", [("wrapped link", "a.pdf"), (" x", None)]),
        (":download:`slides <s.pdf>` :doc:`Ada <people/ada>`", [("slides", "s.pdf"), (" Ada", None)]),
        (":py:func:`f`, :a:b:`c`", [("f, c", None)]),
        ("``code`` *em* **b** `t` \\*x [1]_ [OSDI]_", [("code em b t *x  [OSDI]", None)]),
        ("*open and `open", [("*open and `open", None)]),
    ],
)
def test_links_and_markup(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert _run_together(looks(text)) == _run_together(expected)


def _run_together(spans: list[tuple[str, str | None]]) -> list[tuple[str, str | None]]:
    found: list[tuple[str, str | None]] = []
    for text, url in spans:
        if found and url is None and found[-1][1] is None:
            found[-1] = (found[-1][0] + text, None)
        else:
            found.append((text, url))
    return found


def test_what_is_emphasised_or_struck_is_told() -> None:
    spans = cell(".. role:: strike\n\n:strike:`May 3` *May 4*\n").spans

    assert [(s.text, s.emphasised, s.struck) for s in spans if s.text.strip()] == [
        ("May 3", False, True),
        ("May 4", True, False),
    ]


def test_bold_text_is_a_heading() -> None:
    assert outline("**Fall 2026**\n\n**Bold** and not\n") == [
        ("*" * 7, "Fall 2026", 1, 3),
        ("", "Bold and not", 3, 3),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (".. note:: May 3\n   Raft\n\n   More\n", ["May 3\nRaft", "More"]),
        (".. dropdown:: Fall\n   :open:\n\n   - May 3\n", ["Fall", "May 3"]),
        (".. tab-set::\n\n   .. tab-item:: Fall\n\n      May 3\n", ["Fall", "May 3"]),
        (".. rubric:: Fall\n", ["Fall"]),
        (".. container:: wide\n\n   May 3\n", ["May 3"]),
        (".. figure:: a.png\n   :alt: a\n\n   May 3\n", ["May 3"]),
        (".. unknown::\n   :a: b\n\n   May 3\n", ["May 3"]),
        (".. code-block:: python\n\n   # May 3\n\nx::\n\n   May 3\n", ["x:"]),
        (".. toctree::\n   :maxdepth: 1\n\n   2026-05-03\n", []),
        (".. May 3: hidden\n\n..\n   May 4\n\nx\n", ["x"]),
        ("a\n=\n\nb\n-\n\nc\n~\n\nd\n=\n\ne\n~\n\nx\n", ["a", "b", "c", "d", "e", "x"]),
        (".. math:: a\n\n.. image:: May3.png\n\n.. raw:: latex\n\n   May 3\n", []),
    ],
)
def test_directives_are_read_by_their_content(text: str, expected: list[str]) -> None:
    assert told(text) == expected


def test_fields_at_the_top_are_data() -> None:
    text = "Talks\n=====\n:date: 2026-05-01\n:slug: talks\n\nMay 3\n-----\n"
    document, _ = read("a.rst", text.encode())

    assert isinstance(document.data, Mapping)
    assert [(key.text, key.position.line) for key, _ in document.data.pairs] == [("date", 3), ("slug", 4)]
    assert told(text) == ["Talks", "May 3"]
    nikola = read("a.rst", b".. title: Fall 2026\n.. slug: x\n\nMay 3\n")[0].data
    assert isinstance(nikola, Mapping)
    assert [(key.text, key.position) for key, _ in nikola.pairs] == [("title", Position("a.rst", 1, 4))]


def test_an_id_stands_in_a_comment() -> None:
    document, _ = read("a.rst", b"May 3\n-----\n\n.. id: raft\n\nRaft\n")

    assert [(cell.text, cell.position.line) for cell in document.ids] == [("raft", 4)]


def test_other_files_are_not_read() -> None:
    file = "/etc/passwd"
    text = f".. include:: {file}\n\n.. csv-table::\n   :file: {file}\n\n.. raw:: html\n   :file: {file}\n"
    blocks, diagnostics = parse(text)

    assert blocks == ()
    assert [(d.code, d.position.line) for d in diagnostics] == [
        ("include-skipped", line) for line in (1, 3, 6)
    ]


def test_what_is_read_before_changes_nothing() -> None:
    text = ":mine:`May 3` `May 4`\n"
    before = parse(text)
    parse(".. role:: mine(strong)\n\n.. default-role:: strong\n\n.. |x| replace:: y\n\n:mine:`x` `y`\n")

    assert parse(text) == before


def test_what_is_nested_too_deep_is_refused() -> None:
    (diagnostic,) = parse("- " * 200 + "x\n")[1]

    assert diagnostic.code == "rst-syntax"
    assert parse("- " * 20 + "x\n")[1] == ()


def test_what_is_too_large_is_refused() -> None:
    (diagnostic,) = parse("x" * (rst.LIMIT + 1))[1]

    assert diagnostic.code == "source-large"


def test_docutils_is_loaded_where_it_is_needed() -> None:
    code = (
        "import sys; from calfeed.documents import read; read('a.md', b'x'); print('docutils' in sys.modules)"
    )

    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "False\n"


@given(st.one_of(st.text(), st.text(st.sampled_from("*-=+|[]<>/`_ab1.:#\n "))))
def test_any_text_is_read(text: str) -> None:
    for block in parse(text.replace("\0", "") or "x")[0]:
        for one in (block.head, *block.rows) if isinstance(block, Table) else ((block.cell,),):
            assert all("".join(span.text for span in cell.spans) == cell.text for cell in one)


@pytest.mark.parametrize(
    "text",
    [
        *("`a " * 20_000, "*a\n" * 20_000, "==\n" * 10_000, "|a| " * 20_000, ".. a::\n" * 10_000),
        *("- " * 20_000, "a@b.c " * 1_600, ("*a " * 3_300 + "\n\n") * 20, "http://a.b " * 900),
    ],
)
def test_time_is_bounded(text: str) -> None:
    start = process_time()
    read("a.rst", text.encode())

    assert process_time() - start < 10
