"""Written times and zones: what each spelling means, and which numbers are no time at all."""

from datetime import time, timedelta

import pytest

from calfeed.times import WrittenTime, length_in, times, zone_in


@pytest.mark.parametrize(
    ("text", "start", "end", "is_guessed"),
    [
        ("3:30–4:45", time(15, 30), time(16, 45), True),
        ("2-3:30", time(14), time(15, 30), True),
        ("6:30-8:00", time(18, 30), time(20), True),
        ("12:00-1:30", time(12), time(13, 30), False),
        ("9:00-5:00", time(9), time(17), False),
        ("8:00-9:00", time(8), time(9), False),
        ("3:30 am", time(3, 30), None, False),
        ("03:30", time(3, 30), None, False),
        ("2:00 (14:00 in Madrid)", time(2), None, False),
        ("18:00-2:00", time(18), time(2), False),
    ],
)
def test_half_of_the_day_is_the_one_in_which_people_meet(
    text: str, start: time, end: time | None, is_guessed: bool
) -> None:
    found = times(text)

    assert found
    assert (found.start, found.end, found.is_guessed) == (start, end, is_guessed)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("14:00", time(14), None),
        ("at 2pm", time(14), None),
        ("Thursdays-4pm", time(16), None),
        ("12 a.m.", time(0), None),
        ("16:30 am", time(16, 30), None),
        ("12:30 PM", time(12, 30), None),
        ("12.30pm", time(12, 30), None),
        ("2–3:30 pm", time(14), time(15, 30)),
        ("3–4pm", time(15), time(16)),
        ("11-1pm", time(11), time(13)),
        ("10-11:30am", time(10), time(11, 30)),
        ("10 to 11:30am", time(10), time(11, 30)),
        ("(3:30 -- 4:30 pm)", time(15, 30), time(16, 30)),
        ("11 AM-12:30 PM", time(11), time(12, 30)),
        ("from 12:10 to 1:00 PM", time(12, 10), time(13)),
        ("2pm-3", time(14), time(15)),
        ("11am–1:30", time(11), time(13, 30)),
        ("9:00 to max 10:00", time(9), time(10)),
        ("14.00-15.30", time(14), time(15, 30)),
        ("14:00 - 2 talks", time(14), None),
        ("Week 3 - 14:00", time(14), None),
        ("room 3.10 at 14:00", time(14), None),
        ("noon", time(12), None),
        ("12 noon–1pm", time(12), time(13)),
        ("1500-1600 hrs", time(15), time(16)),
        ("1500h", time(15), None),
        ("14h", time(14), None),
        ("14h30-15h30", time(14, 30), time(15, 30)),
        ("entre 14 et 15h", time(14), time(15)),
        ("14 Uhr", time(14), None),
        ("14.30 Uhr", time(14, 30), None),
        ("14–15 Uhr", time(14), time(15)),
        ("14 c.t.", time(14, 15), None),
        ("14–16 Uhr c.t.", time(14, 15), time(16)),
        ("15 Uhr s.t.", time(15), None),
        ("20：30", time(20, 30), None),
        ("周四晚 20：30", time(20, 30), None),
        ("下午2点", time(14), None),
        ("下午2:00-4:00", time(14), time(16)),
        ("上午10点半", time(10, 30), None),
        ("午後3時", time(15), None),
        ("14時30分〜16時", time(14, 30), time(16)),
        ("오후 3시~5시", time(15), time(17)),
        ("밤10시", time(22), None),
        ("오후 2시 30분", time(14, 30), None),
    ],
)
def test_time_is_read(text: str, start: time, end: time | None) -> None:
    found = times(text)

    assert found is not None
    assert (found.start, found.end) == (start, end)


def test_time_knows_its_place() -> None:
    assert times("Fridays, 2:00pm–3:30pm, room 4") == WrittenTime(9, 22, time(14), time(15, 30))


@pytest.mark.parametrize(
    "text",
    [
        *("", "2024", "2024-09-03", "2.10", "version 2.10", "9/10", "25:00", "13pm", "10:1", "3:1.5"),
        *("3-4", "pp. 12-15", "10-15 papers", "3-4 people", "1500-1600", "3.09-5.09", "10.12.14.15"),
        *("2h", "2h 30min", "3時間", "2小时", "2025-06-01 00:00 -0400", "2021-03-26T04:00:00.000Z"),
        *("2021-03-26T04:00:00-05:00", "from 2013-2016 he wrote", "Season 4 시작"),
        *("123-5550-8380", "Gruppe 4 am Montag"),
    ],
)
def test_other_numbers_are_no_times(text: str) -> None:
    assert times(text) is None


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Europe/Madrid", "Europe/Madrid"),
        ("Thursdays at 9:30 Oslo time", "Europe/Oslo"),
        ("New York time", "America/New_York"),
        ("Eastern Time", "America/New_York"),
        ("4pm Pacific", "America/Los_Angeles"),
        ("12pm ET", "America/New_York"),
        ("1:30 - 2:00 PM PST", "America/Los_Angeles"),
        ("4pm Central (CST)", "America/Chicago"),
        ("3 PM Central European Time", "Europe/Paris"),
        ("16:00 CET/CEST", "Europe/Paris"),
        ("14 Uhr MEZ", "Europe/Berlin"),
        ("UK time", "Europe/London"),
        ("10:00 GMT (London)", "Europe/London"),
        ("14:00 UTC", "UTC"),
        ("4pm (JST)", "Asia/Tokyo"),
        ("(all times in KST)", "Asia/Seoul"),
        ("Beijing time", "Asia/Shanghai"),
        ("北京时间 20:30", "Asia/Shanghai"),
        ("heure de Paris", "Europe/Paris"),
        *((text, None) for text in ("4pm IST", "4pm CST", "14:00 UTC+8", "Real Time", "ET", "Input/Output")),
    ],
)
def test_zone_is_read_where_it_is_certain(text: str, zone: str | None) -> None:
    assert zone_in(text) == zone


@pytest.mark.parametrize("text", ["1:" * 10**5, "12 " * 10**5, "Aa " * 10**5, "9-" * 10**5])
def test_hostile_text_has_no_time(text: str) -> None:
    assert (times(text), zone_in(text)) == (None, None)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("90", 90),
        ("45 min", 45),
        ("45'", 45),
        ("90 minutes", 90),
        ("1h", 60),
        ("1h30", 90),
        ("1 hour 15 min", 75),
        ("1.5 hours", 90),
        ("1,5 Stunden", 90),
        ("2小时", 120),
        ("1時間30分", 90),
        ("90 분", 90),
        ("", None),
        ("0", None),
        ("short", None),
        ("15:30", None),
        ("all day", None),
    ],
)
def test_length_is_read(text: str, minutes: int | None) -> None:
    assert length_in(text) == (timedelta(minutes=minutes) if minutes else None)
