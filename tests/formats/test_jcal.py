"""jCal is the very same calendar as the iCalendar stream."""

import json
from dataclasses import replace
from datetime import timedelta

import icalendar
import pytest

from calfeed.formats import FORMATS, ics, jcal
from calfeed.model import Feed
from tests.formats.sample import NASTY, event, feed, nasty_session, sample

ALARMS = (timedelta(minutes=15), timedelta(days=1))
REMINDING = replace(sample(), events=tuple(replace(each, alarms=ALARMS) for each in sample().events))


def test_the_format_is_offered() -> None:
    assert (jcal.MEDIA_TYPE, FORMATS["jcal"]) == ("application/calendar+json", jcal)


@pytest.mark.parametrize("told", [sample(), REMINDING, feed()], ids=["everything", "reminding", "nothing"])
def test_it_is_the_same_calendar(told: Feed) -> None:
    written = icalendar.Calendar.from_ical(ics.render(told))
    assert icalendar.Calendar.from_jcal(jcal.render(told).decode()) == written


def test_values_have_the_types_of_rfc_7265() -> None:
    name, properties, components = json.loads(jcal.render(feed(event())))
    assert (name, properties[0]) == ("vcalendar", ["version", {}, "text", "2.0"])
    assert [each[0] for each in components] == ["vtimezone", "vevent"]
    told = {each[0]: each[1:] for each in components[1][1]}
    assert told["dtstart"] == [{"tzid": "Asia/Shanghai"}, "date-time", "2024-09-03T14:00:00"]
    assert told["dtstamp"] == [{}, "date-time", "2024-09-01T03:15:00Z"]
    assert told["sequence"] == [{}, "integer", 2]
    assert told["categories"] == [{}, "text", "OSDI", "Highlight"]


def test_reminders_are_components_of_the_event() -> None:
    told = replace(event(), alarms=ALARMS)
    _, _, (_, (_, _, alarms)) = json.loads(jcal.render(feed(told)))
    assert alarms == [
        [
            "valarm",
            [["action", {}, "text", "DISPLAY"], ["description", {}, "text", told.summary], trigger],
            [],
        ]
        for trigger in (["trigger", {}, "duration", "-PT15M"], ["trigger", {}, "duration", "-P1D"])
    ]


def test_hostile_words_are_words() -> None:
    hostile = event(nasty_session(NASTY))
    _, _, components = json.loads(jcal.render(feed(hostile)))
    assert [each[0] for each in components] == ["vtimezone", "vevent"]
