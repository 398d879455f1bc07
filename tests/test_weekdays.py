"""Weekdays: a cell of their own, and the habit that prose tells of."""

import pytest

from calfeed import weekdays


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tue", 1),
        ("(Tuesday)", 1),
        ("Thurs.", 3),
        ("Mi", 2),
        ("vendredi", 4),
        ("周二", 1),
        ("星期天", 6),
        ("木曜日", 3),
        ("화요일", 1),
        ("Tuesday talk", None),
        ("Ada", None),
        ("", None),
    ],
)
def test_text_that_is_a_weekday(text: str, expected: int | None) -> None:
    assert weekdays.weekday(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("every Thursday", 3),
        ("We meet every other Tuesday at noon", 1),
        ("We meet on Monday", 0),
        ("9-11 AM on Tuesday", 1),
        ("14:00, Friday", 4),
        ("on Monday of every week", 0),
        ("on Wednesdays 2pm", 2),
        ("Fridays 10-11:30am", 4),
        ("Friday 14:00-15:00", 4),
        ("(tentatively Saturdays)", 5),
        ("the first Friday of each month", 4),
        ("jeden Freitag", 4),
        ("donnerstags um 14 Uhr", 3),
        ("chaque vendredi", 4),
        ("vendredi de 14h à 15h", 4),
        ("todos los jueves a las 18:30", 3),
        ("Los miércoles a las 5pm", 2),
        ("todas as quintas-feiras às 14h", 3),
        ("ogni giovedì alle 15", 3),
        ("elke donderdag", 3),
        ("по четвергам в 18:00", 3),
        ("каждую среду", 2),
        ("每周一晚", 0),
        ("周五 14:00", 4),
        ("毎週木曜", 3),
        ("매주 화요일", 1),
    ],
)
def test_usual_weekday_is_read(text: str, expected: int) -> None:
    assert weekdays.usual_weekday(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Tuesday 402",
        "Tuesdays and Thursdays",
        "Tuesday and Thursday 3pm",
        "Mon-Fri 9:00",
        "每周二、四 晚上",
        "毎週 火・木曜",
        "Thursday, Sep 5",
        "Send your paper by Monday.",
        "Sam and die Mit 3",
        "",
    ],
)
def test_no_weekday_or_several_are_none_usual(text: str) -> None:
    assert weekdays.usual_weekday(text) is None
