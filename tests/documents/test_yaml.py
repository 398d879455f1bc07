"""YAML text to located nodes: places, values, faults, and bounds on what a hostile text may cost."""

from collections.abc import Iterator
from datetime import date

import pytest
import yaml as pyyaml
from hypothesis import given
from hypothesis import strategies as st

from calfeed.diagnostics import Diagnostic, Position, Severity
from calfeed.documents import yaml
from calfeed.documents.yaml import ALIASED, DEPTH, compose, read
from calfeed.model import Block, Cell, Document, Heading, Item, Mapping, Node, Scalar, Sequence, Table


def at(line: int, column: int) -> Position:
    return Position("f.yaml", line, column)


def text(written: str, line: int, column: int) -> Scalar:
    return Scalar(Cell(written, at(line, column)), written)


def composed(source: str) -> Node:
    node, diagnostics = compose("f.yaml", source)
    assert diagnostics == ()
    assert node is not None
    return node


def fault(source: str) -> str:
    node, diagnostics = compose("f.yaml", source)
    assert node is None
    assert [diagnostic.code for diagnostic in diagnostics] == ["yaml-syntax"]
    return str(diagnostics[0])


def only(source: str) -> Scalar:
    """Compose a list of one scalar."""
    node = composed(source)
    assert isinstance(node, Sequence)
    (scalar,) = node.items
    assert isinstance(scalar, Scalar)
    return scalar


def plain(node: Node) -> object:
    """Give a node without its positions: texts, lists, and pairs."""
    if isinstance(node, Scalar):
        return node.cell.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return [(cell.text, plain(value)) for cell, value in node.pairs]


def walk(node: Node, depth: int = 1) -> Iterator[tuple[int, Node]]:
    yield depth, node
    children = node.items if isinstance(node, Sequence) else ()
    values = (value for _, value in node.pairs) if isinstance(node, Mapping) else ()
    for child in (*children, *values):
        yield from walk(child, depth + 1)


# ── nodes and positions ──────────────────────────────────────────────────────────────────────────


def test_keys_and_values_know_their_place() -> None:
    source = "title: Raft\npeople:\n  - Émile 😀\n  - {name: Bob}\n"
    expected = Mapping(
        at(1, 1),
        (
            (Cell("title", at(1, 1)), text("Raft", 1, 8)),
            (
                Cell("people", at(2, 1)),
                Sequence(
                    at(3, 3),
                    (
                        text("Émile 😀", 3, 5),
                        Mapping(at(4, 5), ((Cell("name", at(4, 6)), text("Bob", 4, 12)),)),
                    ),
                ),
            ),
        ),
    )
    assert compose("f.yaml", source) == (expected, ())


def test_columns_count_characters_not_octets() -> None:
    assert composed("[😀é, x]") == Sequence(at(1, 1), (text("😀é", 1, 2), text("x", 1, 6)))


def test_first_line_moves_values_and_faults() -> None:
    assert compose("f.yaml", "\n[x]", first_line=2)[0] == Sequence(at(3, 1), (text("x", 3, 2),))
    assert compose("f.yaml", "\na: b: c", first_line=2)[1][0].position == at(3, 5)
    assert compose("f.yaml", "\na: \x07", first_line=2)[1][0].position == at(3, 4)


def test_read_gives_data() -> None:
    assert read("f.yaml", "[x]") == (Document("f.yaml", (), Sequence(at(1, 1), (text("x", 1, 2),))), ())


def test_windows_line_ends_and_byte_order_mark() -> None:
    assert composed("\ufeffa: 1\r\nb: x\r\n") == Mapping(
        at(1, 1),
        ((Cell("a", at(1, 1)), Scalar(Cell("1", at(1, 4)), 1)), (Cell("b", at(2, 1)), text("x", 2, 4))),
    )


def test_key_given_twice_is_there_twice() -> None:
    assert plain(composed("a: 1\nb: 2\na: 3\n")) == [("a", "1"), ("b", "2"), ("a", "3")]


# ── lists without keys ───────────────────────────────────────────────────────────────────────────


def cell(written: str, line: int, column: int) -> Cell:
    return Cell(written, at(line, column))


def blocks(source: str) -> tuple[Block, ...]:
    document, diagnostics = read("f.yaml", source)
    assert (document.data, diagnostics) == (composed(source), ())
    return document.blocks


def test_list_of_lists_is_a_table() -> None:
    table = Table(
        (),
        (
            (cell("2024-09-03", 1, 4), cell("Li Lei", 1, 16), cell("Paxos", 1, 24)),
            (cell("2024-09-10", 2, 4), cell("", 2, 16)),
        ),
    )
    assert blocks("- [2024-09-03, Li Lei, Paxos]\n- [2024-09-10, ~]\n") == (table,)
    assert blocks('[["Sep 3", "Paxos"]]') == (Table((), ((cell("Sep 3", 1, 3), cell("Paxos", 1, 12)),)),)


def test_list_of_texts_with_digits_is_items() -> None:
    expected = (
        Item(1, cell("Sep 3: Paxos", 1, 3)),
        Item(1, cell("holiday", 2, 3)),
        Item(1, cell("Sep 17: Raft", 3, 3)),
    )
    assert blocks('- "Sep 3: Paxos"\n- holiday\n- "Sep 17: Raft"\n') == expected


def test_keys_above_a_list_are_its_headings() -> None:
    source = (
        "group: Systems\ntags: [os, db]\n2024:\n  rooms: {a: b}\n  fall: [[9/3, Paxos]]\nmore: [1/7, 1/14]\n"
    )
    assert blocks(source) == (
        Heading(1, cell("2024", 3, 1)),
        Heading(2, cell("fall", 5, 3)),
        Table((), ((cell("9/3", 5, 11), cell("Paxos", 5, 16)),)),
        Heading(1, cell("more", 6, 1)),
        Item(1, cell("1/7", 6, 8)),
        Item(1, cell("1/14", 6, 13)),
    )


@pytest.mark.parametrize(
    "source",
    [
        "",
        "2024-09-03",
        "[]",
        "[[]]",
        "talks: []",
        "[Li Lei, Han Meimei]",
        "[Li Lei, room 3901]",
        "[[1, 2], 3]",
        "[[1, 2], {a: 3}]",
        "[[1, [2]]]",
        "[1, 2, {a: 3}]",
        "2024-09-03: [Paxos 1, Paxos 2]\n2024-09-10: [[Paxos, 1]]",
        "- {date: 2024-09-03, papers: [Paxos 1, Paxos 2], grid: [[1, 2]]}",
    ],
)
def test_other_data_gives_no_blocks(source: str) -> None:
    assert read("f.yaml", source)[0].blocks == ()


# ── what a scalar means ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("90", 90),
        ("-1", -1),
        ("010", 10),
        ("1.5", 1.5),
        ("1.", 1.0),
        ("1e3", 1000.0),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("2024-09-03", date(2024, 9, 3)),
    ],
)
def test_plain_scalar_has_its_value_and_its_text(written: str, value: object) -> None:
    scalar = only(f"- {written}")
    assert (scalar.cell, scalar.value, type(scalar.value)) == (Cell(written, at(1, 3)), value, type(value))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *((same, same) for same in ("14:00", "190:20:30", "1+N", "1_000", "0x1F", "1.2.3", ".", ".inf", "٣")),
        *((same, same) for same in ("yes", "no", "On", "off", "y", "tRuE", "nUll", "9" * 5000)),
        *((same, same) for same in ("2024-02-30", "0000-01-01", "2024-9-3", "2024-09-03 14:00:00")),
        ('"90"', "90"),
        ("'true'", "true"),
        ('"2024-09-03"', "2024-09-03"),
        ('""', ""),
        ("!!str 90", "90"),
        ("!room 3901", "3901"),
        ("|\n  90", "90"),
    ],
)
def test_everything_else_is_text(written: str, meant: str) -> None:
    scalar = only(f"- {written}")
    assert (scalar.cell.text, scalar.value) == (meant, meant)


def test_emoji_is_read_as_json_writes_it() -> None:
    node, faults = compose("f.json", r'["\ud83d\udca1 Owls", "\\ud83d\\udca1"]')

    assert isinstance(node, Sequence)
    assert [item.value for item in node.items if isinstance(item, Scalar)] == ["💡 Owls", r"\ud83d\udca1"]
    assert faults == ()


def test_missing_value_is_none() -> None:
    assert composed("a:") == Mapping(at(1, 1), ((Cell("a", at(1, 1)), Scalar(Cell("", at(1, 3)), None)),))


# ── several documents, aliases, merge keys ───────────────────────────────────────────────────────


@pytest.mark.parametrize("source", ["", " \n", "# nothing\n", "---\n---\n", "~"])
def test_nothing_in_the_text_is_none(source: str) -> None:
    assert compose("f.yaml", source) == (None, ())


@pytest.mark.parametrize(
    ("source", "taken"),
    [
        ("--- [a]\n--- [b]\n", ["a"]),
        ("---\n--- words\n--- {a: b}\n", [("a", "b")]),
        ("---\n--- words\n--- more\n", "words"),
        ("a: b\n---\n# Markdown: goes on: here\n[", [("a", "b")]),
    ],
)
def test_first_mapping_or_list_of_several_documents_is_taken(source: str, taken: object) -> None:
    assert plain(composed(source)) == taken


def test_alias_repeats_its_anchor() -> None:
    node = composed("- &room [3901, BBB]\n- *room\n- &room x\n- *room\n")
    assert plain(node) == [["3901", "BBB"], ["3901", "BBB"], "x", "x"]


def test_anchor_ends_with_its_document() -> None:
    assert fault("--- &a x\n--- [*a]\n").startswith("f.yaml:2:6: error[yaml-syntax]: *a stands for nothing")


def test_merge_key_gives_what_the_mapping_has_not() -> None:
    source = """
base: &base {room: A, start: 14:00}
more: &more {room: B, end: 15:00}
one: {<<: *base, room: C}
two: {room: D, <<: [*base, *more]}
odd: {<<: words}
"""
    node = composed(source)
    assert isinstance(node, Mapping)
    assert [plain(value) for _, value in node.pairs[2:]] == [
        [("room", "C"), ("start", "14:00")],
        [("room", "D"), ("start", "14:00"), ("end", "15:00")],
        [("<<", "words")],
    ]


# ── faults ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("title: Raft: a talk", "1:12: a colon has no meaning here"),
        ("a: - b", "1:4: a dash has no meaning here"),
        ("a: >\n\tx", "2:1: the line is indented with a tab"),
        ("a: @bob", "1:4: text cannot start with this character"),
        ("a: *Raft*", "1:9: text cannot start with * or &"),
        ("a: *raft", "1:4: *raft stands for nothing that is complete above it"),
        ("a: 1\nb: 'it\nc: 2\n", "2:4: a quotation mark is never closed"),
        ("a: 'it's'", "1:8: the line does not fit those above it"),
        ('a: "C:\\q"', "1:7: a backslash stands before a character that it cannot"),
        ("a: [1, 2\nb: 3", "1:4: a [ or { is not closed, or lacks a comma"),
        ("a: {b: 1 {", "1:10: a [ or { is not closed, or lacks a comma"),
        ("a:\n  b: 1\n c: 2", "3:2: the line does not fit those above it"),
        ("a: 1\nwords\n", "2:1: a key has no colon"),
        ("[a] b", "1:5: the line does not fit those above it"),
        ("[a]: b", "1:1: a list or a mapping cannot be a key"),
        ("a: !x!y z", "1:4: found undefined tag handle"),
        ("x:\n a: \x7f", "2:5: the character U+007F cannot stand in YAML"),
        ("x: \ud800", "1:4: the character U+D800 cannot stand in YAML"),
    ],
)
def test_fault_has_its_place_and_plain_words(source: str, expected: str) -> None:
    place, _, message = expected.partition(": ")
    said, _, hint = fault(source).partition(" (hint: ")
    assert said == f"f.yaml:{place}: error[yaml-syntax]: {message}"
    assert hint


def test_fault_is_printed_whole() -> None:
    expected = Diagnostic(
        "yaml-syntax",
        Severity.ERROR,
        "a colon has no meaning here",
        at(2, 7),
        "put the text in quotes, or indent keys alike",
    )
    assert compose("f.yaml", "a: 1\nb: Foo: bar") == (None, (expected,))


@pytest.mark.parametrize(
    "source",
    [
        '- "\\U00110000"',
        '- "\\ud800"',
        "- \ud800",
        "- @x",
        "a: [1",
        "a: b: c",
        "a:\n\tb: 1",
        "[" * 500,
    ],
)
def test_python_parser_of_pyyaml_finds_the_same_faults(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """PyYAML installed without libyaml."""
    line = fault(source).split(":")[1]
    monkeypatch.setattr(yaml, "_LOADER", pyyaml.SafeLoader)
    assert fault(source).split(":")[1] == line


# ── bounds ───────────────────────────────────────────────────────────────────────────────────────


def bomb(template: str, levels: int) -> str:
    return "a0: &a0 [x]\n" + "".join(template.format(n + 1, n) for n in range(levels))


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (
            bomb("a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n", 90),
            "too large or too deep",
        ),
        (bomb("a{0}: &a{0} [*a{1}]\n", 200), "too large or too deep"),
        ("a: &a " + "x" * (ALIASED // 10) + "\nb: [" + "*a," * 11 + "]", "too large or too deep"),
        ("a: &a {? " + "k" * (ALIASED // 10) + " : 1}\nb: [" + "*a," * 11 + "]", "too large or too deep"),
        ("&a [*a]", "*a stands for nothing"),
        ("&a {b: *a}", "*a stands for nothing"),
        ("&a {<<: *a}", "*a stands for nothing"),
        ("[" * 100_000, "nested deeper than 100 levels"),
        ("{" * 100_000, "nested deeper than 100 levels"),
        ("- " * 100_000, "nested deeper than 100 levels"),
        ("? " * 100_000, "nested deeper than 100 levels"),
    ],
    ids=["laughs", "chain", "text", "key", "self", "value", "merge", "lists", "mappings", "dashes", "keys"],
)
def test_growth_is_bounded(source: str, problem: str) -> None:
    assert problem in fault(source)


def test_hundred_levels_are_read() -> None:
    node = composed("[" * (DEPTH - 1) + "x" + "]" * (DEPTH - 1))
    assert max(depth for depth, _ in walk(node)) == DEPTH


def test_blocks_are_no_more_than_the_keys_and_lists() -> None:
    above = DEPTH - 3
    lists = ", ".join(f"k{number}: [1, 2]" for number in range(1000))
    assert len(blocks("{a: " * above + f"{{{lists}}}" + "}" * above)) == above + 1000 * 3


YAML_LIKE = st.text(st.sampled_from("ab1-:?,[]{}#&*!|>'\"%@`\\ <~\t\n\r.\ufeff\x85é😀\0"))


@given(st.one_of(st.text(), YAML_LIKE))
def test_any_text_is_read_or_refused(source: str) -> None:
    node, diagnostics = compose("f.yaml", source)
    assert [diagnostic.code for diagnostic in diagnostics] in ([], ["yaml-syntax"])
    assert node is None or not diagnostics
    nodes = [] if node is None else [*walk(node)]
    assert all(depth <= DEPTH for depth, _ in nodes)
    assert len(nodes) <= len(source) + 1 + ALIASED
