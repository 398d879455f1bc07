"""What prose, front matter and YAML state of every meeting, and for which sessions it holds."""

from datetime import time, timedelta

import pytest

from calfeed.diagnostics import Position
from calfeed.documents import read
from calfeed.meetings import Custom, Customs, customs
from calfeed.model import Cell
from calfeed.settings import Meeting

_HOUR = timedelta(hours=1)
_HALF = timedelta(minutes=30)


def _read(text: str, *sessions: int, path: str = "schedule.md") -> Customs:
    document, _ = read(path, text.encode())
    assert document is not None
    return customs(document, sessions)


def _below(line: int) -> tuple[Cell, ...]:
    return (Cell("a heading", Position("schedule.md", line)),)


def _stated(sentence: str) -> Meeting:
    return _read(f"# Systems\n\n{sentence}\n").of(()).meeting


# ── what a sentence states ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The club meets every Tuesday from 3pm to 4pm.", Meeting(1, time(15), _HOUR)),
        ("Talks take place every Friday 12-1pm.", Meeting(4, time(12), _HOUR)),
        ("We gather on **Fridays** at **4pm** in **207 ABC**.", Meeting(4, time(16), None, "207 ABC")),
        ("Held on Wednesdays 12-1pm, at OAKS 1234.", Meeting(2, time(12), _HOUR, "OAKS 1234")),
        ("Typically from 1-2pm on Fridays in Foyle Center 88.", Meeting(4, time(13), _HOUR)),
        ("Thursdays, 4:15 PM, ABC 335", Meeting(3, time(16, 15), None, "ABC 335")),
        ("Mondays 2pm, usually in Room 130.", Meeting(0, time(14), None, "Room 130")),
        (
            "Fridays at noon in the Noether Room (AB 4.31).",
            Meeting(4, time(12), None, "Noether Room (AB 4.31)"),
        ),
        ("Fridays 2pm in Room 5 (unless noted otherwise)", Meeting(4, time(14), None, "Room 5")),
        ("Fridays 3-4 pm (77, Systems Lab, ABC)", Meeting(4, time(15), _HOUR, "77, Systems Lab, ABC")),
        ("At 11:00am (sharp) every Wednesday in Room xxx.", Meeting(2, time(11))),
        ("Every Monday at 5pm via Zoom", Meeting(0, time(17), None, "Zoom")),
        ("From September 3 on, we meet Fridays at 4pm.", Meeting(4, time(16))),
        ("Each talk is between 1pm and 2pm.", Meeting(None, time(13), _HOUR)),
        ("Fridays 11pm-1am", Meeting(4, time(23), 2 * _HOUR)),
        ("Fridays 9:00-21:00", Meeting(4, time(9))),
        ("We meet weekly (tentatively Saturdays).", Meeting(5)),
        ("Group meetings take place in the Room 17 at OBS.", Meeting(location="Room 17 at OBS")),
        ("Jeden Dienstag um 14:15 Uhr in Raum 2.045", Meeting(1, time(14, 15), None, "Raum 2.045")),
        ("Chaque jeudi de 14h à 15h en salle B204.", Meeting(3, time(14), _HOUR, "salle B204")),
        ("每周五下午2点在主楼301教室", Meeting(4, time(14), None, "主楼301教室")),
        ("매주 화요일 오후 2시, 301호", Meeting(1, time(14), None, "301호")),
    ],
)
def test_sentence_about_meetings_is_read(sentence: str, expected: Meeting) -> None:
    assert _stated(sentence) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("- When: every Thursday 9:00 to max 10:00", Meeting(3, time(9), _HOUR)),
        ("- **Time**: 16:30", Meeting(None, time(16, 30))),
        ("**When**: Wednesdays 2:00pm–3:30pm, 39 BBB", Meeting(2, time(14), _HOUR + _HALF)),
        ("- Meeting time/place: Friday, 4pm (Lab 3)", Meeting(4, time(16), None, "Lab 3")),
        ("- Where: Kepler Hall, 2nd floor", Meeting(location="Kepler Hall, 2nd floor")),
        ("- Where: https://x.zoom.us/j/7", Meeting(online="https://x.zoom.us/j/7")),
        ("- Zoom Link: [join](https://x.zoom.us/j/7)", Meeting(online="https://x.zoom.us/j/7")),
        ("- Room: TBD", Meeting()),
        ("Time: 4.30 pm, Location: 5.02", Meeting(None, time(16, 30), None, "5.02")),
        ("🕣时间：每周三 14:00-16:00；地点：理科楼 A4", Meeting(2, time(14), 2 * _HOUR, "理科楼 A4")),
        ("日時：毎週木曜 13:00-14:30", Meeting(3, time(13), _HOUR + _HALF)),
        ("장소: 공학관 301호", Meeting(location="공학관 301호")),
        ("Wann: montags 14–15 Uhr\\\nWo: Hörsaal 3", Meeting(0, time(14), _HOUR, "Hörsaal 3")),
        ("## Where\n\nThe *old* library, 2nd floor", Meeting(location="The old library, 2nd floor")),
    ],
)
def test_labelled_line_is_read(lines: str, expected: Meeting) -> None:
    assert _stated(lines) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "Thursday, September 14, 2017 6:30 PM",
        "When: May 3, 2023, 1:30pm",
        "Office hours: Wednesdays 2-3pm in Room 302",
        "Slides are due every Monday at 5pm.",
        "Send your paper by Friday 5pm.",
        "Until last year, we met on Mondays at 3pm.",
        "Alternating: Tuesdays 2pm and Thursdays 4pm",
        "Recording: https://x.zoom.us/rec/share/abc",
        "Time is to be announced.",
        "On May 3, every talk is held at 2pm in Room 5.",
        "Duration: 10:00 hours",
        "A talk has 30-60 minutes, in Room 4 or not.",
    ],
)
def test_other_sentences_state_nothing(sentence: str) -> None:
    assert _stated(sentence) == Meeting()


@pytest.mark.parametrize(
    ("sentence", "zone"),
    [
        ("Wednesdays at 11:30 Madrid Time via Zoom", "Europe/Madrid"),
        ("Every 2 weeks on Fridays at 4pm CET / 10am ET", "Europe/Paris"),
        ("All times are in Eastern Time.", "America/New_York"),
        ("Time zone: Asia/Tokyo", "Asia/Tokyo"),
        ("Fridays at 4pm", None),
        ("The server runs on Eastern Time.", None),
    ],
)
def test_zone_is_read(sentence: str, zone: str | None) -> None:
    assert _read(f"# Systems\n\n{sentence}\n").of(()).timezone == zone


def test_one_time_in_two_zones_is_the_first() -> None:
    assert _stated("Fridays at 4pm CET / 10am ET") == Meeting(4, time(16))


def test_statement_knows_where_its_time_was_read() -> None:
    found = _read("# Systems\n\nRoom: 402\n\nFridays at 4pm.\n").of(())
    assert found == Custom(Meeting(4, time(16), None, "402"), None, Position("schedule.md", 5, 1))


# ── for which sessions it holds ──────────────────────────────────────────────────────────────────

_TWO_SERIES = """\
# Systems

In Room 12, talks are held every Monday at 9:00.

## Spring

- 4:30 pm, Tuesdays
- March 3: Paxos

## Fall

- September 3: Raft
"""


def test_innermost_statement_wins() -> None:
    found = _read(_TWO_SERIES, 8, 12)
    assert found.of(_below(5)).meeting == Meeting(1, time(16, 30), None, "Room 12")


def test_other_series_keeps_to_what_stands_above_both() -> None:
    found = _read(_TWO_SERIES, 8, 12)
    assert found.of(_below(10)).meeting == Meeting(0, time(9), None, "Room 12")


def test_section_without_sessions_speaks_of_its_neighbours() -> None:
    found = _read("# Schedule\n\n- May 3: Raft\n\n# Logistics\n\nMondays at 9:00.\n", 3)
    assert found.of(_below(1)).meeting == Meeting(0, time(9))


def test_lines_of_sessions_state_nothing() -> None:
    assert _read("# Schedule\n\n- Fridays at 4pm\n", 3) == Customs()


def test_two_times_exclude_each_other() -> None:
    found = _read("# Talks\n\nFridays at 4pm in Room 5.\n\nFridays at 5pm in Room 5.\n")
    assert found.of(()).meeting == Meeting(4, None, None, "Room 5")


def test_labels_of_a_single_talk_hold_for_no_other() -> None:
    text = "# Next talk\n\nWhen: May 3, 14:00\n\nWhere: Room 12\n\n# Past talks\n\n- April 2: Raft\n"
    assert _read(text, 9).of(_below(7)) == Custom()


def test_front_matter_is_read() -> None:
    head = 'date: 2024-01-05 10:00\ntime: "Fridays 10-11:30am, Zoom"\ntz: Asia/Tokyo'
    text = f"---\n{head}\n---\n\n- May 3: Raft\n"
    expected = Meeting(4, time(10), _HOUR + _HALF, "Zoom")
    assert _read(text, 7).of(()) == Custom(expected, "Asia/Tokyo", Position("schedule.md", 3, 7))


_YAML = """\
meeting_info:
  time: "11 AM-12:30 PM on Fridays"
  location: "ABC 4.116"
  zoom_link: "https://x.zoom.us/j/1"
organizers:
  - name: Ada Brandt
    room: Gates 302
terms:
  - name: Spring 2026
    time: 9:00
    talks:
      - date: 2026-01-16
        room: Attic 7
  - name: Fall 2026
    talks:
      - date: 2026-09-16
        time: 23:00
"""


def test_yaml_states_what_holds_for_all_terms() -> None:
    found = _read(_YAML, 12, 13, 16, 17, path="schedule.yaml")
    expected = Meeting(4, time(11), _HOUR + _HALF, "ABC 4.116", "https://x.zoom.us/j/1")
    assert found.of(_below(14)).meeting == expected


def test_yaml_states_what_holds_for_one_term() -> None:
    found = _read(_YAML, 12, 13, 16, 17, path="schedule.yaml")
    expected = Meeting(4, time(9), None, "ABC 4.116", "https://x.zoom.us/j/1")
    assert found.of(_below(9)).meeting == expected


@pytest.mark.parametrize("piece", ["Fridays 4pm ", "in at ", "@", "(", "1:00 ", "a: ", "Where: ", "x. X"])
def test_hostile_text_is_read_in_time(piece: str) -> None:
    assert len(_read(f"# A\n\nFridays 3pm {piece * 50_000}\n").statements) < 10
