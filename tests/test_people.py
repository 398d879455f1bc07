"""Who is named in a line."""

import pytest

from calfeed.people import (
    WrittenPerson,
    are_surname_first,
    key,
    looks_like_people,
    named_in,
    read_people,
    split_lead,
)


def people(*names: str) -> tuple[WrittenPerson, ...]:
    return tuple(map(WrittenPerson, names))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ada Brandt, Noor Haddad", ("Ada Brandt", "Noor Haddad")),
        ("Ada Brandt,Noor Haddad", ("Ada Brandt", "Noor Haddad")),
        ("🙋‍♂️ Ada Brandt & 王小雨、李雷", ("Ada Brandt", "王小雨", "李雷")),
        ("Ada/Noor/All", ("Ada", "Noor")),
        ("Ada w/ Noor + Bo | Cy", ("Ada", "Noor", "Bo", "Cy")),
        ("Ada Brandt\nNoor Haddad", ("Ada Brandt", "Noor Haddad")),
        ("Ada, Noor, and Bo with Cy", ("Ada", "Noor", "Bo", "Cy")),
        ("Anne et Bernard", ("Anne", "Bernard")),
        ("Anna und Jörg", ("Anna", "Jörg")),
        ("Ana Gil y Leo Sanz", ("Ana Gil", "Leo Sanz")),
        ("Ana, Luis y Eva", ("Ana", "Luis", "Eva")),
        ("José Ortega y Prado", ("José Ortega y Prado",)),
        ("João Silva e Maria Lima e Rui Sá", ("João Silva", "Maria Lima", "Rui Sá")),
        ("Jan de Vries en Piet Bakker", ("Jan de Vries", "Piet Bakker")),
        ("Анна Орлова и Олег Иванов", ("Анна Орлова", "Олег Иванов")),
        ("王小雨和李雷，张三丰", ("王小雨", "李雷", "张三丰")),
        ("李和平", ("李和平",)),
        ("田中さんと佐藤さん", ("田中", "佐藤")),
        ("김철수와 이영희", ("김철수", "이영희")),
        ("김철수 이영희", ("김철수", "이영희")),
        ("王 伟", ("王 伟",)),
        ("Sandra Andersson", ("Sandra Andersson",)),
    ],
)
def test_lists_are_cut(text: str, expected: tuple[str, ...]) -> None:
    assert read_people(text) == people(*expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr. Ada Brandt", ("Ada Brandt",)),
        ("Prof. Dr.-Ing. Anna Weber", ("Anna Weber",)),
        ("Assoc. Prof. Anna Weber", ("Anna Weber",)),
        ("Drs. Ada Brandt and Noor Haddad", ("Ada Brandt", "Noor Haddad")),
        ("Mme Marie Petit, Herr Jörg Klein", ("Marie Petit", "Jörg Klein")),
        ("Dr. Brandt, Prof. Li", ("Dr. Brandt", "Prof. Li")),
        ("王伟老师、李教授", ("王伟", "李教授")),
        ("佐藤先生, 林さん", ("佐藤", "林")),
        ("김철수 교수님", ("김철수",)),
        ("Ada Brandt, PhD", ("Ada Brandt",)),
        ("Ada Brandt PhD, Ph.D. student", ("Ada Brandt",)),
    ],
)
def test_titles_are_no_part_of_whole_names(text: str, expected: tuple[str, ...]) -> None:
    assert read_people(text) == people(*expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ada (5/4), Bo (1), Cy [2]", ("Ada", "Bo", "Cy")),
        ("Ada (TBC), Bo (online), Cy (30 min), Di (he/him)", ("Ada", "Bo", "Cy", "Di")),
        ("?Ada (4/4)", ("Ada",)),
        ("Ada???", ("Ada",)),
        ("@ada42", ("ada42",)),
        ("Ada, Ben V.", ("Ada", "Ben V.")),
        ("Ada Brandt.", ("Ada Brandt",)),
        ("Brandt et al.", ("Brandt",)),
        ("ada_brandt, noor-haddad, bo", ("Ada Brandt", "Noor Haddad", "bo")),
        ("Ada Brandt <ada@example.org> https://example.org/ada", ("Ada Brandt",)),
        ("Presenter: Ada Brandt", ("Ada Brandt",)),
        ("led by Ada and Bo", ("Ada", "Bo")),
        ("Ada Brandt, TBA", ("Ada Brandt",)),
        ("TBD", ()),
        ("No JC", ()),
        ("A" * 81, ()),
        (", ".join(f"Ada B{n}" for n in range(40)), tuple(f"Ada B{n}" for n in range(30))),
    ],
)
def test_what_stands_beside_names_is_left_out(text: str, expected: tuple[str, ...]) -> None:
    assert read_people(text) == people(*expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jiaan Zhu (Andy)", WrittenPerson("Jiaan Zhu", nickname="Andy")),
        ("@jz-hacks (Jiaan Zhu)", WrittenPerson("Jiaan Zhu")),
        ("Jiaan Zhu (@jz-hacks)", WrittenPerson("Jiaan Zhu", nickname="jz-hacks")),
        ("@jz (MIT)", WrittenPerson("jz", "MIT")),
        ("Mei Lin (Lily) Tang", WrittenPerson("Mei Lin (Lily) Tang", nickname="Lily")),
        ("Meilin(Lily) Tang", WrittenPerson("Meilin(Lily) Tang", nickname="Lily")),
        ("Kang Chen (THU)", WrittenPerson("Kang Chen", "THU")),
        ("Mingxuan Liu (NPU, Northwestern)", WrittenPerson("Mingxuan Liu", "NPU, Northwestern")),
        ("李雷（清华大学）", WrittenPerson("李雷", "清华大学")),
        ("Anna Weber (Universität Wien)", WrittenPerson("Anna Weber", "Universität Wien")),
        ("Anne Petit (doctorante Sorbonne)", WrittenPerson("Anne Petit", "Sorbonne")),
        ("Ada Brandt, MIT", WrittenPerson("Ada Brandt", "MIT")),
        ("Ada Brandt, Eastport University, US", WrittenPerson("Ada Brandt", "Eastport University")),
        ("Ada Brandt - Google Research", WrittenPerson("Ada Brandt", "Google Research")),
        ("Ada Brandt @ ETH", WrittenPerson("Ada Brandt", "ETH")),
        ("Ada Brandt from EPFL", WrittenPerson("Ada Brandt", "EPFL")),
    ],
)
def test_affiliations_and_nicknames_are_read(text: str, expected: WrittenPerson) -> None:
    assert read_people(text) == (expected,)


def test_affiliation_of_all_counts_for_everybody() -> None:
    assert read_people("A Bo and C Du (all from TJU)") == (
        WrittenPerson("A Bo", "TJU"),
        WrittenPerson("C Du", "TJU"),
    )


def test_initials_behind_a_first_name_are_another_person() -> None:
    assert read_people("Yi, JB, AKM") == people("Yi", "JB", "AKM")


def test_word_in_italics_is_where_somebody_is_from() -> None:
    assert read_people("Lena Vogel (Hill)", frozenset({"Hill"})) == (WrittenPerson("Lena Vogel", "Hill"),)


def test_comma_stands_inside_names_that_begin_with_the_surname() -> None:
    expected = people("Wu, Tongyu", "Ren, Yanjing", "Wei Guoli")
    assert read_people("Wu,Tongyu; Ren, Yanjing & Wei Guoli", surname_first=True) == expected


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (["Ren, Yanjing", "Huang,Suyu", "Wei Guoli", "TBD", "van der Veen, Ada M."], True),
        (["Ren, Yanjing; Huang, Suyu & Wu, Tongyu"], True),
        (["Ren, Yanjing", "Yanjing Ren"], True),
        (["Ren, Yanjing", "Huang, Suyu"], False),
        (["Ren, He", "He, Yanjing", *(f"{name}, Suyu" for name in ("Wu", *"ABCDEFGHI"))], True),
        (["Ada Brandt, Noor Haddad", "Bo Li, Cy Du", "Ed Fox, Flo Gray"], False),
        (["Ada Brandt, MIT", "Bo Li, MIT", "Cy Du, MIT"], False),
        (["Ada, Bo, Cy", "Di, Ed", "Flo, Gil", "Hal, Ida"], False),
        (["Ada, Bo", "Cy, Di", "Ed, Ada"], False),
        (["Ada", "Ada, Bo", "Cy, Di", "Ed, Flo"], False),
        ([], False),
    ],
)
def test_column_tells_whether_surnames_come_first(column: list[str], expected: bool) -> None:
    assert are_surname_first(column) is expected


@pytest.mark.parametrize(
    "text",
    [
        "Ada Brandt",
        "Jan van der Berg, O'Brien Smith",
        "J. R. Tolkien",
        "Wei-Kai Lin and Yuting Manning",
        "Mei Lin (Lily) Tang",
        "Youssef RAHMÉ",
        "Dr. Brandt, Noor",
        "Ada Brandt (MIT), Noor, Eastport University",
        "王小雨",
        "田中さん",
        "김철수, 이영희",
    ],
)
def test_names_look_like_people(text: str) -> None:
    assert looks_like_people(text)


@pytest.mark.parametrize(
    "text",
    [
        "Raft",
        "Stephan",
        "How to Read a Paper",
        "Paxos Made Simple",
        "Paxos Made Simple: a retelling",
        "Deep Learning",
        "Pivot Tracing",
        "Statistique Bayésienne",
        "OSDI 24",
        "Lambda Calculus at Scale",
        "研究进展",
        "논문 소개",
        "Everyone",
        "Ada Brandt " * 50,
        "",
    ],
)
def test_titles_do_not(text: str) -> None:
    assert not looks_like_people(text)


@pytest.mark.parametrize(
    ("text", "rest", "names"),
    [
        ("Agenda (presented by Ada)", "Agenda", ("Ada",)),
        ("Worlds (Haas et al. 2023) (presented by Ada)", "Worlds (Haas et al. 2023)", ("Ada",)),
        ("Trees – presented by Dr. Li", "Trees", ("Dr. Li",)),
        ("Graphes (mini-cours par Anne Petit)", "Graphes", ("Anne Petit",)),
        ("Bäume (mit Anna Weber) am Abend", "Bäume am Abend", ("Anna Weber",)),
        ("Trees (by Ada)", "Trees", ("Ada",)),
        ("Paper discussion by Ada Brandt", "Paper discussion", ("Ada Brandt",)),
        ("TBA by Ada Brandt", "TBA", ("Ada Brandt",)),
        ("Speaker: Ada", "", ("Ada",)),
        ("Trees. Speaker: Ada Brandt", "Trees", ("Ada Brandt",)),
        ("led by Ada and Bo", "", ("Ada", "Bo")),
        ("开源（分享人：王伟）", "开源", ("王伟",)),
        ("主讲：王伟", "", ("王伟",)),
        ("발표: 김철수, 이영희", "", ("김철수", "이영희")),
        ("発表：田中", "", ("田中",)),
    ],
)
def test_people_are_taken_out_of_other_words(text: str, rest: str, names: tuple[str, ...]) -> None:
    assert named_in(text) == (rest, people(*names))


def test_sentence_that_names_somebody_stays_whole() -> None:
    text = "Guest speaker: Ada Brandt talking about her garden"
    assert named_in(text) == (text, people("Ada Brandt"))


@pytest.mark.parametrize(
    "text",
    [
        "Code Vectors by Ada Brandt, Noor Haddad and Bo Li",
        "Code Vectors (by Ada Brandt, Noor Haddad and Bo Li)",
        "Trees (by Brandt et al.)",
        "Ordinals (von Neumann)",
        "Raft (with Rust)",
        "Speaker: deep learning in practice",
        "Her thesis was advised by Prof. Noor Haddad",
        "As presented by Ada Brandt in 2019",
        "Learning by Example",
        "talk by " * 200,
    ],
)
def test_authors_and_topics_present_nothing(text: str) -> None:
    assert named_in(text) == (text, ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ada Brandt on Automatic Heuristics", ("Ada Brandt", "Automatic Heuristics")),
        ("Ada Brandt on Raft: a retelling", ("Ada Brandt", "Raft: a retelling")),
        ("Amit Shah: Rust in Linux", ("Amit Shah", "Rust in Linux")),
        ("Rust in Linux — Amit Shah", ("Amit Shah", "Rust in Linux")),
        ("Ada Brandt - Paxos Made Simple", ("Ada Brandt", "Paxos Made Simple")),
        ('Noor: "Genes Can Fold"', ("Noor", "Genes Can Fold")),
        ("Ada Brandt: CellBase: https://example.org/1", ("Ada Brandt", "CellBase")),
        ("Ada Brandt: http://example.org/1", ("Ada Brandt", "")),
        ("Ada, Noor: PCA", ("Ada, Noor", "PCA")),
        ("王伟：X-lab 新学期计划", ("王伟", "X-lab 新学期计划")),
        ("Paxos: Made Simple", None),
        ("Rust: A Language", None),
        ("GPT-3 – Few-Shot Learners", None),
        ("Deep Learning: Ada Lovelace's Legacy", None),
        ("Pivot Tracing: Dynamic Monitoring", None),
        ("Deep Learning on Graphs", None),
        ("Time and Place:", None),
        ("AB: batches", None),
        ("a: " * 1000, None),
    ],
)
def test_line_of_name_and_title_is_split(text: str, expected: tuple[str, str] | None) -> None:
    assert split_lead(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AB: batches", ("AB", "batches")),
        ("batches - AB", ("AB", "batches")),
        ("AB: https://example.org/1", ("AB", "")),
        ("AB: Chain Mail", ("AB", "Chain Mail")),
    ],
)
def test_names_known_from_elsewhere_are_believed(text: str, expected: tuple[str, str]) -> None:
    assert split_lead(text, known={"AB"}) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Dr. Ada Brandt", "ada-brandt"),
        ("Dr. Brandt", "brandt"),
        ("Ren, Yanjing", "ren-yanjing"),
        ("Ren Yanjing", "ren-yanjing"),
        ("李教授", "李"),
        ("王 伟", "王伟"),
        ("Dr", "dr"),
    ],
)
def test_key_tells_who_is_who(name: str, expected: str) -> None:
    assert key(name) == expected
