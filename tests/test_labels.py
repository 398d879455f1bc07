"""Labels: what people call columns, keys and the words before a line, in six languages."""

import pytest

from calfeed.labels import order_in_label, read_label, split_label
from calfeed.parts import Label, Part


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Date", Part.DATE),
        ("Planned date", Part.DATE),
        ("Date (YYYY-MM-DD)", Part.DATE),
        ("Fecha", Part.DATE),
        ("Ponente", Part.PEOPLE),
        ("Título", Part.TOPIC),
        ("Palestrante", Part.PEOPLE),
        ("Relatore", Part.PEOPLE),
        ("Докладчик", Part.PEOPLE),
        ("Onderwerp", Part.TOPIC),
        ("日付", Part.DATE),
        ("날짜", Part.DATE),
        ("日期🕣", Part.DATE),
        ("Termin", Part.DATE),
        ("Uhrzeit", Part.TIME),
        ("Heure", Part.TIME),
        ("Weekday", Part.WEEKDAY),
        ("#", Part.NUMBER),
        ("Week No.", Part.NUMBER),
        ("序号", Part.NUMBER),
        ("Speaker(s)", Part.PEOPLE),
        ("**Presenter 2**", Part.PEOPLE),
        ("Presenter Name", Part.PEOPLE),
        ("Person [1]", Part.PEOPLE),
        ("Discussion Starter", Part.PEOPLE),
        ("Presented by", Part.PEOPLE),
        ("Oratrice", Part.PEOPLE),
        ("Intervenant·e", Part.PEOPLE),
        ("Vortragende(r)", Part.PEOPLE),
        ("主讲人", Part.PEOPLE),
        ("発表者", Part.PEOPLE),
        ("발표자", Part.PEOPLE),
        ("Title of talk", Part.TOPIC),
        ("paperTitle", Part.TOPIC),
        ("Thema", Part.TOPIC),
        ("标题", Part.TOPIC),
        ("タイトル", Part.TOPIC),
        ("제목", Part.TOPIC),
        ("zoom_link", Part.MATERIALS),
        ("paper_url", Part.MATERIALS),
        ("slidesLink", Part.MATERIALS),
        ("videolink", Part.MATERIALS),
        ("Folien", Part.MATERIALS),
        ("関連資料", Part.MATERIALS),
        ("자료", Part.MATERIALS),
        ("Salle", Part.PLACE),
        ("장소", Part.PLACE),
        ("会议地点", Part.PLACE),
        ("Journal", Part.VENUE),
        ("Résumé", Part.ABSTRACT),
        ("Speaker bio", Part.ABSTRACT),
        ("主持💂‍♂️", Part.HOST),
        ("Session chair", Part.HOST),
        ("speakerAffiliation", Part.NOTE),
        ("Status", Part.STATE),
    ],
)
def test_label_tells_a_part(text: str, part: Part) -> None:
    label = read_label(text)

    assert label is not None
    assert label.part is part


@pytest.mark.parametrize(
    "text",
    ["", "—", "Ada Brandt", "Paxos Made Simple", "2024", "a talk that the speaker gave in the time of day"],
)
def test_other_words_are_no_label(text: str) -> None:
    assert read_label(text) is None


@pytest.mark.parametrize(
    "names", [("Title", "Topic", "Article", "Content", "Chapter"), ("Speaker", "Facilitator", "Name")]
)
def test_columns_of_one_part_are_ranked(names: tuple[str, ...]) -> None:
    labels = [label for name in names if (label := read_label(name))]

    assert [label.rank for label in labels] == list(range(len(names)))


@pytest.mark.parametrize(
    "text", ["Venue", "分享", "lead", "Who", "What", "Talk", "Session", "Name", "Paper", "Link"]
)
def test_word_that_is_used_for_two_things_is_not_sure(text: str) -> None:
    assert read_label(text) not in (None, Label(Part.PLACE))
    assert not (read_label(text) or Label(Part.EMPTY)).sure


def test_of_two_labels_the_first_counts() -> None:
    assert read_label("Topic / Chapter") == read_label("Topic")
    assert read_label("Date & Time") == read_label("Date")


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("Date (DD/MM/YYYY)", "dmy"),
        ("Date (MM/DD)", "mdy"),
        ("yyyy-mm-dd", "ymd"),
        ("Datum (TT.MM.JJJJ)", "dmy"),
        ("Date (jj/mm/aaaa)", "dmy"),
        ("日期（月/日）", "mdy"),
        ("Date", None),
        ("day/month", None),
    ],
)
def test_label_tells_the_order_of_dates(text: str, order: str | None) -> None:
    assert order_in_label(text) == order


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Room: 402", ("Room", "402")),
        ("Presenter 报告人：王伟", ("Presenter 报告人", "王伟")),
        ("Reading papers: a guide", ("", "Reading papers: a guide")),
        ("Data: 3/9", ("Data", "3/9")),
        ("Data: the new oil", ("", "Data: the new oil")),
        ("Speaker(s) – Ada Brandt", ("Speaker(s)", "Ada Brandt")),
        ("Presenter - Ada Brandt", ("Presenter", "Ada Brandt")),
        ("🎤 **Speaker:** Ada", ("Speaker", "Ada")),
        ("发表人：王伟", ("发表人", "王伟")),
        ("Paper: Paxos Made Simple", ("Paper", "Paxos Made Simple")),
        ("Talk 1: Locks", ("Talk 1", "Locks")),
        ("Title: Rust: a language", ("Title", "Rust: a language")),
        ("Meeting time/place: Friday, 402", ("Meeting time/place", "Friday, 402")),
        ("Paper link: https://example.org", ("Paper link", "https://example.org")),
        ("Presenters:", ("Presenters", "")),
    ],
)
def test_label_is_split_off(text: str, expected: tuple[str, str]) -> None:
    assert split_label(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Rust: a language",
        "Topic Models: a survey",
        "Source Code: a survey",
        "Reading Minds: a survey",
        "Language: a history",
        "Week 3: Paxos",
        "Code – Data Duality",
        "Time - Space Tradeoffs",
        "Code and Proofs: a survey",
        "https://example.org",
        "No label",
        "",
    ],
)
def test_title_with_a_colon_stays_whole(text: str) -> None:
    assert split_label(text) == ("", text)


@pytest.mark.parametrize("text", ["(" * 10**6, "title " * 10**5, " " * 10**6 + "x:", "d/" * 10**5])
def test_hostile_text_is_no_label(text: str) -> None:
    assert (read_label(text), split_label(text), order_in_label(text)) == (None, ("", text), None)
