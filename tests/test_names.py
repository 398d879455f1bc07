"""What a person's name looks like."""

import pytest

from calfeed.names import can_be_name, is_part_of_name, is_whole_name, untitled, without_gaps


@pytest.mark.parametrize(
    "name",
    [
        "Ada Brandt",
        "Ben V.",
        "Jan van der Berg",
        "Dr. Brandt",
        "D\N{REPLACEMENT CHARACTER}rte Au",
        "王小雨",
        "山田太郎",
        "김철수",
    ],
)
def test_whole_names_show_by_themselves(name: str) -> None:
    assert is_whole_name(name)


@pytest.mark.parametrize(
    "text",
    ["Ada", "J. R.", "VAE GAN", "A Bird", "Ada of Berg", "Graph Learning", "会議", "학회 소개", "数据库"],
)
def test_other_texts_are_no_whole_names(text: str) -> None:
    assert not is_whole_name(text)


@pytest.mark.parametrize(
    "word", ["Ada", "van", "B.", "O'Brien", "Wei-Kai", "Yuting", "Schilling", "Dongning"]
)
def test_words_of_names_are_known(word: str) -> None:
    assert is_part_of_name(word)


@pytest.mark.parametrize(
    "word", ["Data", "few-shot", "Few-Shot", "Extending", "Tracing", "Ada's", "made", "GPT3", ""]
)
def test_words_of_titles_are_not(word: str) -> None:
    assert not is_part_of_name(word)


def test_first_name_can_be_a_name() -> None:
    assert (can_be_name("Ada"), can_be_name("Ada Brandt"), can_be_name("Machine")) == (True, True, False)


def test_title_stays_where_it_is_what_somebody_is_called() -> None:
    names = ("Prof. Dr. Li", "Prof. Dr. Wei Li", "李教授", "王伟教授")
    assert [untitled(name) for name in names] == ["Prof. Dr. Li", "Wei Li", "李教授", "王伟"]
    assert [untitled(name, even_alone=True) for name in names] == ["Li", "Wei Li", "李", "王伟"]


def test_only_gaps_between_asian_characters_are_closed() -> None:
    assert (without_gaps("王 伟"), without_gaps("Wei Li")) == ("王伟", "Wei Li")
