"""Tables drawn with characters to rows of located text."""

from calfeed.tables import Drawing, Piece, drawn, interrupts


def read(text: str, start: int = 0) -> Drawing | None:
    return drawn(dict(enumerate(text.split("\n"))).get, start)


def test_pieces_know_their_places_and_the_table_its_end() -> None:
    assert read("x\n| a|\n|--|\n|  b |  |\n\ny", 1) == Drawing(
        (Piece("a", 1, 2),), ((Piece("b", 3, 3), Piece("", 3, 6)),), 4
    )


def test_columns_are_as_wide_as_on_a_screen() -> None:
    assert read("a    b\n---  -\n陈亮 c\n") == Drawing(
        (Piece("a", 0, 0), Piece("b", 0, 5)), ((Piece("陈亮", 2, 0), Piece("c", 2, 5)),), 3
    )


def test_prose_and_rules_are_no_tables() -> None:
    for text in ("a | b", "---\na", "-- --", "--- ---\na\n\nb", "+-+", "", "a\n---"):
        assert read(text) is None


def test_rule_above_nothing_has_no_head() -> None:
    assert read("|---|\n\n|---|") == Drawing((), (), 1)


def test_only_a_head_with_a_line_below_it_interrupts_a_paragraph() -> None:
    lines = dict(enumerate(("a | b", "--|--", "| c |"))).get

    assert [interrupts(lines, number) for number in range(3)] == [True, False, False]
