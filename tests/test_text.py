"""Bytes to text: what is repaired, what is lost, and that positions stay true."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calfeed.text import LOST, decode

PAGES = ["cp1250", "cp1251", "cp1252", "cp1254", "latin-1", "mac_roman", "cp437", "cp932", "gbk"]
WHOLE = "- 💡 [OSDI'24] μSlope — Émile Żak (“Hana”)\n- 🔥 naïve café, Σ-protocols, 📕 ☕ 📺\n"


def text_of(data: bytes) -> str:
    text, _ = decode("schedule.md", data)
    assert text is not None
    return text.text


@pytest.mark.parametrize("page", ["latin-1", "mac_roman", "cp437"])
def test_text_decoded_as_a_code_page_without_gaps_is_read_whole(page: str) -> None:
    assert text_of(WHOLE.encode().decode(page).encode()) == WHOLE


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("errors", ["ignore", "replace"])
def test_words_survive_a_code_page_that_loses_bytes(page: str, errors: str) -> None:
    read = text_of(WHOLE.encode().decode(page, errors).encode())

    for word in ("[OSDI'24]", "Slope", "mile", "Hana", "caf", "-protocols"):
        assert word in read
    assert read.count("\n") == WHOLE.count("\n")


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        "Müller, Ångström, Đặng Văn, Şükrü Ağaoğlu, Łukasz Żółć: “quoted” – dash… ±§²³µ¶",
        "Привет, мир! Ёлки и палки. Расписание семинаров на весну.",
        "2024年秋季 系统阅读小组 主讲人：王小雨、李雷 报告题目：分布式系统 目录 联通",
        "システム輪読会 ２０２４年秋 発表者：佐藤さん、鈴木さん",
        "운영체제 세미나 발표자: 김민수",
        "Σχεδιασμός συστημάτων, Ελένη Παπαδοπούλου",
        "Разписание на семинарите през пролетта; докладчикът ще разкаже за разпределени системи.",
        "ตารางสัมมนา ผู้พูดจะนำเสนอระบบกระจายและอัลกอริทึม คำถามในตอนท้าย",
        "סדר יום של הסמינר: הדובר יציג מערכות מבוזרות ואלגוריתמים לניתוב, שאלות בסוף",
        "جدول الندوات: سيعرض المتحدث الأنظمة الموزعة وخوارزميات التوجيه، والأسئلة في النهاية",
    ],
)
def test_good_text_is_left_alone(text: str) -> None:
    read, diagnostics = decode("schedule.md", text.encode())

    assert (read and read.text, diagnostics) == (text, ())


def test_a_mark_that_is_lost_stands_as_one_sign() -> None:
    damaged = "- 🙋‍♂️ Ada Brandt\n- 💡 Paper\n- 📕 slides\n".encode().decode("cp1252", "ignore").encode()

    assert text_of(damaged) == f"- {LOST} Ada Brandt\n- 💡 Paper\n- 📕 slides\n"


def test_byte_order_mark_and_line_ends_are_made_one() -> None:
    assert text_of(b"\xef\xbb\xbfa\r\nb\rc\n") == "a\nb\nc\n"


def test_columns_are_those_of_the_file() -> None:
    line = "- 💡 Paper"
    damaged = line.encode().decode("cp1252", "ignore") + "\n" + "💡📕".encode().decode("cp1252", "ignore")
    text, _ = decode("schedule.md", damaged.encode())

    assert text is not None
    assert text.column(1, line.index("Paper") + 1) == damaged.index("Paper") + 1


def test_bytes_that_are_no_text_are_refused_with_their_place() -> None:
    text, diagnostics = decode("schedule.md", b"# Fall\n### Se\xfft")

    assert text is None
    assert [(d.code, d.position.line, d.position.column) for d in diagnostics] == [("source-binary", 2, 7)]


def test_nul_and_nothing_are_refused() -> None:
    assert [d.code for data in (b"a\0b", b" \n\n") for d in decode("x", data)[1]] == [
        "source-binary",
        "source-empty",
    ]


@given(st.binary(max_size=200))
def test_any_bytes_end_in_text_or_in_an_error(data: bytes) -> None:
    text, diagnostics = decode("schedule.md", data)

    assert text is not None or diagnostics


@given(st.text(max_size=200))
def test_lines_are_never_joined_or_cut(text: str) -> None:
    read, _ = decode("schedule.md", text.encode("utf-8", "ignore"))

    if read is not None:
        plain = text.encode("utf-8", "ignore").decode().removeprefix("\ufeff")
        assert read.text.count("\n") == plain.replace("\r\n", "\n").replace("\r", "\n").count("\n")
