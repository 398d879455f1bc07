"""Markdown to blocks of located cells."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calfeed.documents import markdown, read
from calfeed.model import Block, Cell, Document, Heading, Item, Mapping, Paragraph, Table
from tests.outline import outline as outline_of


def blocks(text: str) -> Document:
    document, diagnostics = read("a.md", text.encode())
    assert diagnostics == ()
    return document


def cell_of(block: Block) -> Cell:
    assert not isinstance(block, Table)
    return block.cell


def cell(text: str) -> Cell:
    (block,) = blocks(text).blocks
    return cell_of(block)


def outline(text: str) -> list[object]:
    return outline_of(blocks(text).blocks)


def test_headings_items_and_paragraphs_come_in_order_with_their_places() -> None:
    text = "# One *two*\n\npara\n\n- item\n  wrapped\n  - inner\n1. number\n-\n"

    assert [
        (type(b), cell.text, cell.position.line, cell.position.column)
        for b in blocks(text).blocks
        for cell in [cell_of(b)]
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
        b.level if isinstance(b, Heading) else b.depth for b in found if isinstance(b, Heading | Item)
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
        ("), ", False, False),
        ("gone", False, True),
    ]


def test_html_in_a_line_gives_breaks_and_links() -> None:
    read_cell = cell("one<br>two <a href='https://e.org/x' target=_blank>three</a> <b>four</b>")

    assert read_cell.text == "one\ntwo three four"
    assert [(link.text, link.url) for link in read_cell.links()] == [("three", "https://e.org/x")]


def test_lines_after_front_matter_keep_their_numbers() -> None:
    document = blocks("---\ntitle: x\n---\n\n### Sept 3\n")

    assert cell_of(document.blocks[0]).position.line == 5
    assert isinstance(document.data, Mapping)
    assert document.data.pairs[0][0].position.line == 2


def test_columns_in_a_repaired_line_are_those_of_the_file() -> None:
    text = "- 💡 📕 [Paper](x)\n- 💡 naïve 📺 café\n"
    damaged = text.encode().decode("latin-1")
    document, _ = read("a.md", damaged.encode())
    (link,) = cell_of(document.blocks[0]).links()

    assert damaged.splitlines()[0][link.position.column - 1 :].startswith("Paper")


def test_ten_thousand_brackets_end() -> None:
    assert cell("x" + "[" * 10_000).text.startswith("x[")


# ── tables ───────────────────────────────────────────────────────────────────────────────────────


def test_cells_of_a_table_know_their_places_and_links() -> None:
    (table,) = blocks("Date | Talk\n---|---\nMay 3 |  [Rafts](./a_b.pdf)\n").blocks

    assert isinstance(table, Table)
    (row,) = table.rows
    assert [(c.text, c.position.line, c.position.column) for c in (*table.head, *row)] == [
        ("Date", 1, 1),
        ("Talk", 1, 8),
        ("May 3", 3, 1),
        ("Rafts", 3, 11),
    ]
    assert [link.url for link in row[1].links()] == ["./a_b.pdf"]


def test_columns_are_right_in_tables_within_quotes_and_lists() -> None:
    (_, table) = blocks("- x\n\n  > | a | a |\n  > |---|---|\n  > | a |   | a |\n").blocks

    assert isinstance(table, Table)
    assert [c.position.column for c in (*table.head, *table.rows[0])] == [7, 11, 7, 10, 15]


HEAD = "| a | b |\n|---|---|\n"


@pytest.mark.parametrize(
    ("text", "table"),
    [
        (HEAD + "| 1 | 2 | 3 |\n| 4 |\n", [["a", "b"], ["1", "2", "3"], ["4"]]),
        (HEAD + "| 1 \\| 2 | *3* |\n", [["a", "b"], ["1 | 2", "3"]]),
        (HEAD + "| 1 | 2 |\n?Ada (4/4)\n", [["a", "b"], ["1", "2"], ["?Ada (4/4)"]]),
        (
            HEAD + "| 1 | 2 |\n<!-- | x | y |\n| z | z | -->\n| 3 | 4 |\n",
            [["a", "b"], ["1", "2"], ["3", "4"]],
        ),
        (HEAD + "{% if x %}\n| {{ y }} 1 | 2 |\n{: .wide}\n", [["a", "b"], ["1", "2"]]),
        ("| a | b | c |\n|---|---|\n| 1 | 2 | 3 |\n", [["a", "b", "c"], ["1", "2", "3"]]),
        ("|---|---|\n| 1 | 2 |\n", [[], ["1", "2"]]),
        ("| 1 | 2 |\n| 3 | 4 |\n", [[], ["1", "2"], ["3", "4"]]),
        ("|---|---|\n| a | b |\n|---|---|\n| 1 | 2 |\n|===|===|\n", [["a", "b"], ["1", "2"]]),
        ("<div>\n" + HEAD + "| 1 | 2 |\n</div>\n", [["a", "b"], ["1", "2"]]),
    ],
)
def test_pipe_table(text: str, table: list[list[str]]) -> None:
    assert outline(text) == [table]


@pytest.mark.parametrize(
    ("text", "table"),
    [
        (
            "  Right  Left\n-------  -----\n     12  陈亮 x\n      3  b\n\nTable",
            [["Right", "Left"], ["12", "陈亮 x"], ["3", "b"]],
        ),
        ("----- ----\n   12 ab\n      cd\n----- ----\n\nTable", [[], ["12", "ab"], ["", "cd"]]),
        (
            "--------------\n Date   Talk\n of     title\n------ -------\n May 3  of two\n        lines\n\n"
            " May 4  Raft\n--------------\n\nTable",
            [["Date\nof", "Talk\ntitle"], ["May 3", "of two\nlines"], ["May 4", "Raft"]],
        ),
        (
            "+-----+------+\n| a   | b    |\n+=====+======+\n| 1   | two  |\n|     | 2    |\n+-----+------+\n"
            "| 陈亮 | x |\n+-----+------+\n\nTable",
            [["a", "b"], ["1", "two\n2"], ["陈亮", "x"]],
        ),
    ],
    ids=["simple", "headless", "multiline", "grid"],
)
def test_pandoc_table(text: str, table: list[list[str]]) -> None:
    assert outline(text) == [table, "Table"]


def test_lines_of_a_cell_of_several_lines_are_counted() -> None:
    (table,) = blocks("+---+------+\n| a | x    |\n|   | [y](u) |\n+---+------+\n").blocks

    assert isinstance(table, Table)
    (link,) = table.rows[0][1].links()
    assert (link.text, link.position.line, link.position.column) == ("y", 3, 8)


def test_what_only_looks_like_a_table_is_none() -> None:
    assert outline("2019\n----\n\na | b\n\n---\n\n+ x\n") == [
        ("##", "2019"),
        "a | b",
        ("-", "x"),
    ]


# ── what is text, and what is not ────────────────────────────────────────────────────────────────


def test_paragraph_that_is_bold_as_a_whole_is_a_low_heading() -> None:
    long = "**" + "word " * 13 + "end**"
    assert outline(f"**Fall *2020***\n\n**Fall**: x\n\n**[a](b)**\n\n{long}\n\n- **x**\n") == [
        ("#######", "Fall 2020"),
        "Fall: x",
        "a",
        "word " * 13 + "end",
        ("-", "x"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- [x] done\n- [ ] open\n- [xi] name", [("-", "done"), ("-", "open"), ("-", "[xi] name")]),
        ("{% include a.html %}\nA {{ b }}{: .c}d[^1]", ["A d"]),
        ("{{< note >}} # x\n{:toc}", [("#", "x")]),
        ("{% comment %}\n\n- a\n\n{%- endcomment %}\nb", ["b"]),
        (":tada: now 9:00 or :x:y, :smile:", ["now 9:00 or :x:y, "]),
        ("<!--\n\n- a\n\n-->\n- b <!-- c --> d", [("-", "b  d")]),
        ("a `-->` b <!-- c", ["a --> b <!-- c"]),
        ("one\\\ntwo  \nthree", ["one\ntwo\nthree"]),
        ("```\n- a\n```\n\n~~~\nb\n~~~\nc", ["c"]),
        ("<style>\n\n- a\n\n</style>\n\nb<script>c</script>", ["b"]),
        ("::: {.callout}\na\n:::", ["a"]),
        ("[^1]: a note", ["a note"]),
    ],
)
def test_what_is_no_text_is_left_out(text: str, expected: list[object]) -> None:
    assert outline(text) == expected


def test_places_beside_what_is_left_out_stay_right() -> None:
    spans = cell("a {{ b }} [c](d) :tada: *e*").spans

    assert [(s.text.strip(), s.position.column) for s in spans if s.text.strip()] == [
        ("a", 1),
        ("c", 12),
        ("e", 26),
    ]


def test_link_whose_target_has_spaces_is_a_link() -> None:
    (link,) = cell("see [my talk](files/my talk.pdf), [x](y z)").links()

    assert (link.text, link.url, link.position.column) == ("my talk", "files/my talk.pdf", 6)


def test_link_over_two_lines_is_one() -> None:
    read_cell = cell("[Paxos\nMade Simple](u) by *x*")

    assert [link.text for link in read_cell.links()] == ["Paxos Made Simple"]
    assert (read_cell.spans[-1].position.line, read_cell.spans[-1].position.column) == (2, 21)


def test_kinds_of_links() -> None:
    read_cell = cell("[a][r] <https://e.org/b> https://e.org/c. [**d** e](f)\n\n[r]: g\n")

    assert [(link.text, link.url) for link in read_cell.links()] == [
        ("a", "g"),
        ("https://e.org/b", "https://e.org/b"),
        ("https://e.org/c", "https://e.org/c"),
        ("d e", "f"),
    ]


def test_html_in_a_line_strikes_and_emphasises() -> None:
    spans = cell("<s>a</s> <em>b</em> <mark>c</mark> &amp; d").spans

    assert [(s.text, s.emphasised, s.struck) for s in spans] == [
        ("a", False, True),
        (" ", False, False),
        ("b", True, False),
        (" c & d", False, False),
    ]


# ── HTML among Markdown ──────────────────────────────────────────────────────────────────────────


def test_html_is_read_where_it_stands() -> None:
    text = "- x\n\n  <ul>\n  <li>inner</li>\n\n      <li>far</li>\n  </ul>\n\n<h2>Fall</h2>\n"

    assert outline(text) == [("-", "x"), ("--", "inner"), ("--", "far"), ("##", "Fall")]
    assert [(p.line, p.column) for b in blocks(text).blocks for p in [cell_of(b).position]] == [
        (1, 3),
        (4, 7),
        (6, 11),
        (9, 5),
    ]


def test_markdown_goes_on_inside_html() -> None:
    assert outline("<details>\n<summary>2019</summary>\n- a\n\n**b** c\n</details>\n<center>\n# d\n") == [
        ("#######", "2019"),
        ("-", "a"),
        "b c",
        ("#", "d"),
    ]


def test_what_is_indented_far_is_no_code() -> None:
    text = "# x\n    - a\n        - b\n\n!!! note\n\n    c\n\n<div>\n\n    <p>d</p>\n\n</div>\n"

    assert outline(text) == [("#", "x"), ("-", "a"), ("--", "b"), "!!! note", "c", "d"]


# ── bounds ───────────────────────────────────────────────────────────────────────────────────────


class _Parsed(markdown._Inline):
    """Reads every text by markdown-it."""

    def _plain(self) -> None:
        return None


MARKDOWN_LIKE = st.text(st.sampled_from("ab![]()_*~`\\<>&;/: \n\t\ue000é"), max_size=40)


BOLD_PIECES = ("**a**", "**3:**", "[b](c)", " ", ":", ".", "x", "*", "\n")
BOLD_LIKE = st.lists(st.sampled_from(BOLD_PIECES)).map("".join)


@given(st.one_of(MARKDOWN_LIKE, BOLD_LIKE))
def test_text_that_is_not_parsed_reads_as_if_it_were(text: str) -> None:
    text = text.strip()
    lines = text.split("\n")
    plain, parsed = (kind("a.md", lines, text, {}, 1, 0, 0) for kind in (markdown._Inline, _Parsed))

    assert plain.read() == parsed.read()


def test_bold_words_and_links_are_not_parsed() -> None:
    inline = markdown._Inline("a.md", [], "**Sep 3**: [Paxos](p.pdf)", {}, 1, 0, 0)

    assert inline._plain() == ["", None, None, "Sep 3", ": ", "Paxos", "p.pdf", None, ""]


@pytest.mark.parametrize("underline", ["\n===", "\n-", "\n  --  \n"])
def test_underlined_heading_is_one_wherever_it_stands(underline: str) -> None:
    below = underline.replace("\n", "\n> ", 1)

    for text in (f"# One\n\nTwo{underline}", f"> Two{below}"):
        assert [type(block) for block in blocks(text).blocks][-1] is Heading


@given(st.one_of(st.text(), MARKDOWN_LIKE, st.text(st.sampled_from("|-+= :>a1.\n#<>/tdr"))))
def test_any_text_is_read(text: str) -> None:
    document, _ = read("a.md", text.encode("utf-8", "replace"))

    for block in document.blocks:
        for one in (c for row in block.rows for c in row) if isinstance(block, Table) else [block.cell]:
            assert "".join(span.text for span in one.spans) == one.text


@pytest.mark.parametrize(
    "text",
    [
        "[" * 10_000,
        "[a](http://e.org) " * 100_000,
        "x" * 10_000_000,
        HEAD + "| 1 | [a](b) |\n" * 100_000,
        "<div>" * 5_000,
        "<ul>\n\n" * 20_000,
        "<!-- " * 100_000,
        "{% comment %} {{ " * 50_000,
        "> " * 20_000,
        "-- --\na\n\n" * 10_000,
        "**a " * 50_000,
    ],
    ids=lambda text: text[:12],
)
def test_time_is_bounded(text: str) -> None:
    start = process_time()
    read("a.md", text.encode())

    assert process_time() - start < 15
