"""VALARMs: only for subscribers who ask for them."""

from dataclasses import replace
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

import icalendar
import pytest

from calfeed.events import compose
from calfeed.formats import ics
from calfeed.model import Cancelled, Event, State
from tests.formats.sample import CALENDAR, ENTRY, NASTY, components, event, feed, nasty_session

REMINDERS = (timedelta(minutes=15), timedelta(hours=36), timedelta(weeks=1))


def reminding(*events: Event) -> list[list[str]]:
    return components(ics.render(feed(*(replace(each, alarms=REMINDERS) for each in events))), "VEVENT")


def test_r30_reminders_are_displayed_relative_and_last() -> None:
    (lines,) = reminding(event())
    told = ["BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{event().summary}"]
    assert lines[-15:] == [
        line
        for length in ("-PT15M", "-P1DT12H", "-P7D")
        for line in (*told, f"TRIGGER:{length}", "END:VALARM")
    ]


def test_r34_reminding_is_another_telling_under_a_uid_of_its_own() -> None:
    (plain,), (lines,) = components(ics.render(feed(event())), "VEVENT"), reminding(event())
    uid = f"UID:{uuid5(NAMESPACE_URL, f'{ENTRY.uid}?alarm=15m&alarm=36h&alarm=1w')}"
    assert lines[:-15] == [uid, *plain[1:]]


def test_r30_of_what_is_cancelled_nobody_is_reminded_under_the_same_uid() -> None:
    (lines,), (before,) = reminding(event(state=State.CANCELLED)), reminding(event())
    assert lines[0] == before[0]
    assert "BEGIN:VALARM" not in lines


@pytest.mark.parametrize("mode", ["both", "title", "status"])
def test_cancelled_in_any_wording_reminds_of_nothing(mode: Cancelled) -> None:
    told = compose(replace(ENTRY, state=State.CANCELLED), replace(CALENDAR, cancelled=mode))
    assert told is not None
    (lines,) = reminding(told)
    assert "BEGIN:VALARM" not in lines


def test_hostile_words_of_a_reminder_are_words() -> None:
    hostile = replace(event(nasty_session(NASTY)), alarms=REMINDERS)
    calendar = icalendar.Calendar.from_ical(ics.render(feed(hostile)))
    (read,) = calendar.events
    assert [str(alarm["description"]) for alarm in read.walk("VALARM")] == [str(read["summary"])] * 3
