"""Who is named in a line."""

import pytest

from calfeed.people import WrittenPerson, looks_like_people, read_people


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ada Brandt, Noor Haddad", (WrittenPerson("Ada Brandt"), WrittenPerson("Noor Haddad"))),
        ("🙋‍♂️ Ada Brandt & 王小雨、李雷", tuple(map(WrittenPerson, ("Ada Brandt", "王小雨", "李雷")))),
        ("Jiaan Zhu (Andy)", (WrittenPerson("Jiaan Zhu", nickname="Andy"),)),
        ("Kang Chen (THU)", (WrittenPerson("Kang Chen", "THU"),)),
        ("Mingxuan Liu (NPU, Northwestern)", (WrittenPerson("Mingxuan Liu", "NPU, Northwestern"),)),
        ("李雷（清华大学）", (WrittenPerson("李雷", "清华大学"),)),
        ("A Bo and C Du (all from TJU)", (WrittenPerson("A Bo", "TJU"), WrittenPerson("C Du", "TJU"))),
        ("TBD", ()),
        ("Ada Brandt, TBA", (WrittenPerson("Ada Brandt"),)),
    ],
)
def test_people_are_read(text: str, expected: tuple[WrittenPerson, ...]) -> None:
    assert read_people(text) == expected


def test_word_in_italics_is_where_somebody_is_from() -> None:
    assert read_people("Lena Vogel (Hill)", frozenset({"Hill"})) == (WrittenPerson("Lena Vogel", "Hill"),)


@pytest.mark.parametrize("text", ["Ada Brandt", "Jan van der Berg, O'Brien Smith", "王小雨", "J. R. Tolkien"])
def test_names_look_like_people(text: str) -> None:
    assert looks_like_people(text)


@pytest.mark.parametrize(
    "text", ["Raft", "How to Read a Paper", "Paxos Made Simple: a retelling", "OSDI 24", ""]
)
def test_titles_do_not(text: str) -> None:
    assert not looks_like_people(text)
