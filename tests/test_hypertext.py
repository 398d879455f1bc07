"""HTML to blocks of located cells, and text that is none."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calfeed import hypertext
from calfeed.diagnostics import Position
from calfeed.hypertext import FILL, masked
from calfeed.model import Cell, Item, Paragraph, Span, Table
from tests.outline import outline as outline_of


def outline(text: str) -> list[object]:
    return outline_of(hypertext.read("a.html", text))


def paragraph(text: str) -> Cell:
    (block,) = hypertext.read("a.html", text)
    assert isinstance(block, Paragraph)
    return block.cell


# ── blocks ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "<h2>Fall\n 2020</h2>text<div>more<p>and <b>more</b>",
            [("##", "Fall 2020"), "text", "more", "and more"],
        ),
        ("<ul><li>a<ul><li>b</ul><li>c</ul><ol><li>d", [("-", "a"), ("--", "b"), ("-", "c"), ("-", "d")]),
        ("<li>a<li>b", ["a", "b"]),
        ("<dl><dt>May 3<dd>Raft</dl>", [("-", "May 3"), ("-", "Raft")]),
        ("<p>one<br>two<br/>\n three<br></p>", ["one\ntwo\nthree"]),
        ("<p><b>Fall 2020</b></p><p><b>Fall</b> x</p>", [("#######", "Fall 2020"), "Fall x"]),
        ("<details><summary>2019</summary>a</details>", [("#######", "2019"), "a"]),
        ("<h1>a<p>b", [("#", "a"), "b"]),
        ("&lt;a&gt; &amp; &eacute;&nbsp;x AT&T", ["<a> & é x AT&T"]),
    ],
)
def test_blocks_of_real_pages(text: str, expected: list[object]) -> None:
    assert outline(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<thead><tr><th>a<th>b<tbody><tr><td>1<td>2", [["a", "b"], ["1", "2"]]),
        ("<tr><th>a</th><th>b</th></tr><tr><th>1</th><td>2</td></tr>", [["a", "b"], ["1", "2"]]),
        ("<tr><td><b>a</b><td><b>b</b><tr><td>1<td>2", [["a", "b"], ["1", "2"]]),
        ("<tr><td>1<td><b>2</b>", [[], ["1", "2"]]),
        (
            "<tr><td rowspan=2>a<td>1<td rowspan='2'>b<tr><td>2<tr><td>c",
            [[], ["a", "1", "b"], ["a", "2", "b"], ["c"]],
        ),
        ("<tr><td colspan=2>a<td>1<tr><td>b<td>c<td>2", [[], ["a", "", "1"], ["b", "c", "2"]]),
        ("<tr><td>a<p>b<ul><li>c<li>d</ul><td>\n<td>e", [[], ["a\nb\nc\nd", "", "e"]]),
        ("<!-- <tr><td>x --><tr><td>a{% if b %}<td>c", [[], ["a", "c"]]),
    ],
)
def test_table(text: str, expected: list[list[str]]) -> None:
    assert outline(f"<table>\n{text}\n</table>") == [expected]
    assert outline(f"<table>{text}") == [expected]


def test_table_that_lays_out_a_page_is_read_as_the_page() -> None:
    text = "<table><tr><td>Menu<td><h2>Fall</h2><ul><li>x</ul><table><tr><td>a<td>b</table>end</table>"

    assert outline(text) == [("##", "Fall"), ("-", "x"), [[], ["a", "b"]], "end", [[], ["Menu"]]]


def test_places_are_those_of_the_file() -> None:
    blocks = hypertext.read("a.html", "<p>\n  one <a\n href='u'>two</a>\n</p><ul><li> x</ul>", first_line=10)
    one, two, x = (Position("a.html", *place) for place in ((11, 3), (12, 11), (13, 14)))

    assert blocks == (
        Paragraph(Cell("one two", one, (Span("one ", one), Span("two", two, "u")))),
        Item(1, Cell("x", x, (Span("x", x),))),
    )


def test_looks_and_links_of_text() -> None:
    spans = paragraph(
        "<i>a</i> <del>b</del> <a href='u&amp;v'><b>c</b> d</a> see https://e.org/x. <a name=n>e</a>"
    ).spans

    assert [(s.text.strip(), s.url, s.emphasised, s.struck) for s in spans if s.text.strip()] == [
        ("a", None, True, False),
        ("b", None, False, True),
        ("c d", "u&v", False, False),
        ("see", None, False, False),
        ("https://e.org/x", "https://e.org/x", False, False),
        (".", None, False, False),
        ("e", None, False, False),
    ]


@pytest.mark.parametrize(
    "hidden",
    [
        "<!-- <p>x</p> -->",
        "<style>p {}</style>",
        "<script>'<p>x</p>'</script>",
        "<iframe>x</iframe>",
        "<nav>x<nav>x</nav>x</nav>",
        "<footer>x</footer>",
        "<head><title>x</title></head>",
        "<![CDATA[",
        "{% for x in y %}{{ x }}",
    ],
)
def test_what_is_no_text_is_left_out(hidden: str) -> None:
    assert paragraph(f"a {hidden}b").text == "a b"


def test_head_that_is_never_closed_ends_at_the_body() -> None:
    assert outline("<head><title>x</title><body>a") == ["a"]


# ── masked ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a <!-- b\nc --> d", "a ######\n##### d"),
        ("{% comment %}x{%- endcomment -%}y", "#" * 32 + "y"),
        ("{{ a }}{{< b >}}{%- c\nd %}{e}", "#" * 16 + "#####\n####{e}"),
        ("<!-- a", "<!-- a"),
        ("{{ a", "{{ a"),
    ],
)
def test_masked_keeps_every_place(text: str, expected: str) -> None:
    assert masked(text).replace(FILL, "#") == expected


# ── bounds ───────────────────────────────────────────────────────────────────────────────────────


HTML_LIKE = st.lists(st.sampled_from((*"<>/!-&;='\" \nab", "<td", "<tr>", "<table>", "<li>", "</", "<h1>")))


@given(st.one_of(st.text(), HTML_LIKE.map("".join)))
def test_any_text_is_read(text: str) -> None:
    for block in hypertext.read("a.html", text):
        for cell in block.head if isinstance(block, Table) else [block.cell]:
            assert "".join(span.text for span in cell.spans) == cell.text


@pytest.mark.parametrize(
    "text",
    [
        "<div>" * 5_000,
        "<table><tr><td>" * 5_000,
        "<tr><td>x<td rowspan=99 colspan=99>y" * 20_000,
        "<table>" + "<tr><td>x<td>y</tr>" * 100_000,
        "<a <a" * 100_000,
        "<!--" * 100_000,
        "<![CDATA[" * 100_000,
        "<a href=u>" + "<b>x</b>" * 100_000,
        "<p>" + "x" * 10_000_000,
    ],
    ids=lambda text: text[:16],
)
def test_time_is_bounded(text: str) -> None:
    start = process_time()
    hypertext.read("a.html", text)

    assert process_time() - start < 15
