"""Somebody's words as plain text: one clean line, cut between words."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calfeed.plain import cut, line


@given(st.text(st.characters(categories=("L", "Z", "Cc", "Cf", "Cn", "Cs", "So", "Mn", "P"))))
def test_r62_line_has_no_control_character_and_is_one_line(text: str) -> None:
    said = line(text)
    assert not {each for each in said if unicodedata.category(each) in {"Cc", "Cs", "Zl", "Zp"}}
    assert not set("\ufeff\ufffe\uffff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set(said)
    assert said == " ".join(said.split()) == line(said)


def test_r62_every_kind_of_line_break_is_a_space() -> None:
    assert line("a\r\nb\rc\nd\x0be\x0cf\x85g\u2028h\u2029i\x1cj\tk") == "a b c d e f g h i j k"


def test_r59_text_is_in_nfc_and_emoji_stay_whole() -> None:
    assert line("Cafe\u0301 👨‍👩‍👧") == "Café 👨‍👩‍👧"


@pytest.mark.parametrize("text", ["Hotel: Ritz", "@home", "a @ b", "Motel:5", "C++@scale"])
def test_words_that_only_look_like_addresses_stay(text: str) -> None:
    assert line(text) == text


def test_r25_words_are_kept_whole_where_a_summary_is_cut() -> None:
    assert cut("one two three four", 14) == "one two…"
    assert cut("one two three four", 18) == "one two three four"
