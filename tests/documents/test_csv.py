"""Comma-separated values and their like to a table of located cells."""

import csv
import io
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calfeed.diagnostics import Diagnostic
from calfeed.documents import read
from calfeed.model import Block, Cell, Heading, Paragraph, Span, Table


def parse(text: str, path: str = "a.csv") -> tuple[tuple[Block, ...], tuple[Diagnostic, ...]]:
    document, diagnostics = read(path, text.encode())
    return document.blocks, diagnostics


def table(text: str, path: str = "a.csv") -> Table:
    (block,) = parse(text, path)[0]
    assert isinstance(block, Table)
    return block


def placed(cells: tuple[Cell, ...]) -> list[tuple[str, int, int]]:
    return [(cell.text, cell.position.line, cell.position.column) for cell in cells]


def texts(text: str, path: str = "a.csv") -> list[list[str]]:
    found = table(text, path)
    return [[cell.text for cell in row] for row in (found.head, *found.rows)]


def only(text: str) -> Cell:
    return table(f"Date,Talk\n2026-09-08,{text}\n").rows[0][1]


def marked(cell: Cell) -> str:
    """Write the spans of a cell with marks around links, emphasis, and what is struck through."""

    def mark(span: Span) -> str:
        text = f"<{span.text}: {span.url}>" if span.url is not None else span.text
        text = f"_{text}_" if span.emphasised else text
        return f"-{text}-" if span.struck else text

    return "|".join(map(mark, cell.spans))


def test_cells_stand_where_they_are_written() -> None:
    found = table(
        '\ufeffDate, Who ,Talk\r\n2026-09-08,"Ada,\r\nNoor", Paxos\r\n\r\n2026-09-15 ,"  ""Raft"" today",\r\n'
    )

    assert placed(found.head) == [("Date", 1, 1), ("Who", 1, 7), ("Talk", 1, 12)]
    assert [placed(row) for row in found.rows] == [
        [("2026-09-08", 2, 1), ("Ada,\nNoor", 2, 13), ("Paxos", 3, 8)],
        [("2026-09-15", 5, 1), ('"Raft" today', 5, 16), ("", 5, 32)],
    ]


def test_what_is_quoted_keeps_its_places_behind_doubled_marks() -> None:
    cell = only('"The ""Paxos"" [paper](p.pdf)\n""x"" https://e.org/y"')

    assert [(span.text, span.position.line, span.position.column) for span in cell.spans] == [
        ('The "Paxos" ', 2, 13),
        ("paper", 2, 28),
        ("\n", 2, 41),
        ('"x" ', 3, 1),
        ("https://e.org/y", 3, 7),
    ]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("[Raft](http://e.org/a_(b).pdf) (Ada)", "<Raft: http://e.org/a_(b).pdf>| (Ada)"),
        ("see https://e.org/x.", "see |<https://e.org/x: https://e.org/x>|."),
        ("~~Raft~~ **Paxos**", "-Raft-| |Paxos"),
        ("~~[Raft](a/b.pdf)~~", "-<Raft: a/b.pdf>-"),
        ("Raft *OSDI*", "Raft |_OSDI_"),
        ("Ada* and Noor*", "Ada* and Noor*"),
        ("a ~~ b", "a | b"),
        ("<a href='x.pdf'>Raft</a> <em>OSDI</em>", "<Raft: x.pdf>| |_OSDI_"),
        ("<p>Raft</p><p>Nomad</p>", "Raft|\n|Nomad"),
        ("slides/raft-1.pdf", "<slides/raft-1.pdf: slides/raft-1.pdf>"),
        ("TCP/IP", "TCP/IP"),
    ],
)
def test_markup_in_a_cell_is_read(cell: str, expected: str) -> None:
    assert marked(only(cell)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Date;Talk\n2026-09-08;Paxos, simple\n2026-09-15;Raft\n",
        "Date\tTalk\n2026-09-08\tPaxos, simple\n2026-09-15\tRaft\n",
        "Date|Talk\n2026-09-08|Paxos, simple\n2026-09-15|Raft\n",
        'Date,Talk\n2026-09-08,"Paxos, simple"\n2026-09-15,Raft\n',
        "sep=;\nDate;Talk\n2026-09-08;Paxos, simple\n2026-09-15;Raft\n",
        '"Date";"Talk"\n"2026-09-08" ; "Paxos, simple"\n"2026-09-15";"Raft"\n',
    ],
)
def test_what_parts_cells_is_found(text: str) -> None:
    assert texts(text) == [["Date", "Talk"], ["2026-09-08", "Paxos, simple"], ["2026-09-15", "Raft"]]


def test_tabs_part_the_cells_of_a_tsv_whatever_commas_are_in_them() -> None:
    text = "2026-09-08\tAda, Noor, Li\n2026-09-15\tLi, Ada, Noor\n"

    assert texts(text, "a.tsv") == [[], ["2026-09-08", "Ada, Noor, Li"], ["2026-09-15", "Li, Ada, Noor"]]


def test_a_mark_that_nobody_closes_is_a_sign_in_its_cell() -> None:
    text = 'Date,Who,Talk\n2026-09-08,Ada,"Paxos\n2026-09-15,Noor,"Raft" again\n2026-09-22,Li,Nomad\n'

    assert texts(text)[1:] == [
        ["2026-09-08", "Ada", '"Paxos'],
        ["2026-09-15", "Noor", '"Raft" again'],
        ["2026-09-22", "Li", "Nomad"],
    ]


def test_titles_above_the_table_are_a_heading_and_prose() -> None:
    text = (
        'Systems group,,,\n,"Thursdays, Room 402",,\n,,,\n'
        "Date,Who,Talk,Room\n2026-09-08,Ada,Paxos,402\n2026-09-15,Li,Raft,402\n"
    )
    heading, prose, found = parse(text)[0]

    assert isinstance(heading, Heading)
    assert isinstance(prose, Paragraph)
    assert isinstance(found, Table)
    assert (heading.level, heading.cell.text, prose.cell.text) == (1, "Systems group", "Thursdays, Room 402")
    assert placed(found.head)[0] == ("Date", 4, 1)


def test_a_table_may_have_no_head() -> None:
    assert texts("2026-09-08,,\n2026-09-15,Ada,Paxos\n") == [
        [],
        ["2026-09-08", "", ""],
        ["2026-09-15", "Ada", "Paxos"],
    ]
    assert texts("Ada,2026-09-08\nLi,2026-09-15\n")[0] == []
    assert texts("Name,2026-09-08,2026-09-15\nAda,Paxos,\n")[0] == ["Name", "2026-09-08", "2026-09-15"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("# by Ada\nDate,Talk\n# 9-01,x\n9-08,x\n#9-15,x\n9-22,x\n", ["Date", "9-08", "9-22"]),
        ("# Date,Talk\n2026-09-08,Paxos\n", ["# Date", "2026-09-08"]),
        ("#,Date\n1,2026-09-08\n", ["#", "1"]),
        ("No,Date\n#1,2026-09-08\n#2,2026-09-15\n", ["No", "#1", "#2"]),
        ('Date,Talk\n2026-09-08,x\n"#1 fan",Paxos\n', ["Date", "2026-09-08", "#1 fan"]),
    ],
)
def test_lines_of_comment_are_no_rows(text: str, first: list[str]) -> None:
    assert [row[0] for row in texts(text) if row] == first


def test_a_row_too_long_is_said_where_it_goes_on() -> None:
    text = "Date,Talk\n2026-09-08,Paxos, made simple\n2026-09-15,Raft,,\n2026-09-22,Nomad\n"
    _, diagnostics = parse(text)

    assert [(d.code, d.position.line, d.position.column, d.message) for d in diagnostics] == [
        ("row-long", 2, 19, "the row has 3 cells, the table 2 columns")
    ]
    assert texts(text)[1] == ["2026-09-08", "Paxos", "made simple"]


WORDS = st.text(st.sampled_from("ab,;\t|\" \n'#x"), max_size=8).map(str.strip)


@given(st.lists(st.lists(WORDS, min_size=2, max_size=4), min_size=1, max_size=6), st.sampled_from(",;|\t"))
def test_what_a_spreadsheet_writes_is_read(rows: list[list[str]], delimiter: str) -> None:
    rows = [["When", "What"], *rows]
    width = max(map(len, rows))
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(padded)

    separated = read("a.csv", f"sep={delimiter}\n{text.getvalue()}".encode())[0].blocks
    assert _every_text(separated) == [cell for row in padded for cell in row if cell]


def _every_text(blocks: tuple[Block, ...]) -> list[str]:
    rows = [row for b in blocks for row in ((b.head, *b.rows) if isinstance(b, Table) else ((b.cell,),))]
    return [cell.text for row in rows for cell in row if cell.text]


@given(st.one_of(st.text(), st.text(st.sampled_from('ab,;\t|"#\n[](*~<>/ '))))
def test_any_text_is_read(text: str) -> None:
    for block in parse(text.replace("\0", "") or "x")[0]:
        for row in (block.head, *block.rows) if isinstance(block, Table) else ():
            for cell in row:
                assert "".join(span.text for span in cell.spans) == cell.text


@pytest.mark.parametrize(
    "text",
    ['"' * 500_000, 'x,"a""b\n' * 50_000, '"""x\n' * 50_000, "," * 100_000, ' "' * 200_000],
)
def test_time_is_bounded(text: str) -> None:
    start = process_time()
    read("a.csv", text.encode())

    assert process_time() - start < 10


def test_a_span_holds_what_is_too_long_for_markup() -> None:
    (span,) = only("[a](b)" * 2_000).spans

    assert isinstance(span, Span)
    assert span.url is None
