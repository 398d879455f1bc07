"""The whole way from files to bytes, and what survives from one publication to the next."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import icalendar
import pytest

from calfeed.errors import LedgerConflict, LedgerDamaged, ScheduleError
from calfeed.ledger import Ledger, Memory, open_ledger
from calfeed.publication import Publication, identify, publish
from calfeed.report import contract
from calfeed.sources import locate
from tests.conftest import NOW

Write = Callable[..., Path]

FALL = """\
# 2024 Fall

### November 5
- [OSDI'24] [Parrots and Their Keepers in Winter](https://example.org/p.pdf)
- Ada Brandt, Noor Haddad

### November 12
- [SOSP'23] [Owls and Their Keepers in Summer](https://example.org/o.pdf)
- Noor Haddad

### November 19
"""
SETTINGS = "name: Bird group\nid: birds\nformat: 1+N\n"


class Group:
    """A reading group's folder with one ledger, published as often as a test wants."""

    def __init__(self, write: Write, **files: str) -> None:
        self.write = write
        self.folder = write({"calfeed.yaml": SETTINGS, "README.md": FALL} | files)
        self.ledger = open_ledger("memory:")

    def publish(self, now: datetime = NOW, *arguments: str) -> Publication:
        return publish(locate(arguments or ["README.md"], None, self.folder), self.ledger, now)

    def edit(self, old: str, new: str) -> None:
        text = (self.folder / "README.md").read_text("utf-8")
        assert old in text
        self.write({"README.md": text.replace(old, new)})


@pytest.fixture
def group(write: Write) -> Group:
    return Group(write)


def vevents(publication: Publication, path: str = "/calendar/bird-group.ics") -> dict[str, icalendar.Event]:
    parsed = icalendar.Calendar.from_ical(publication.renditions[path].body)
    assert isinstance(parsed, icalendar.Calendar)
    return {str(event["SUMMARY"]): event for event in parsed.events}


PARROTS = "OSDI'24 Parrots and Their Keepers in Winter"
OWLS = "SOSP'23 Owls and Their Keepers in Summer"
LATER = NOW + timedelta(hours=1)


def test_every_kind_of_feed_is_published(group: Group) -> None:
    assert sorted(group.publish().renditions) == [
        f"/{path}.{extension}"
        for path in (
            "calendar/bird-group",
            "presenter/ada-brandt",
            "presenter/noor-haddad",
            "presenting/ada-brandt",
            "presenting/noor-haddad",
            "semester/2024-fall",
        )
        for extension in ("atom", "changes.json", "csv", "ics", "jcal", "json")
    ]


def test_presenting_leaves_out_what_somebody_only_assists(group: Group) -> None:
    publication = group.publish()

    assert set(vevents(publication, "/presenter/noor-haddad.ics")) == {PARROTS, OWLS}
    assert set(vevents(publication, "/presenting/noor-haddad.ics")) == {OWLS}


def test_publishing_twice_changes_no_byte_and_writes_nothing(group: Group) -> None:
    first = group.publish()
    revision = group.ledger.read("birds").revision

    second = group.publish(LATER)

    assert second.renditions == first.renditions
    assert group.ledger.read("birds").revision == revision


def test_changing_one_session_changes_one_event(group: Group) -> None:
    before = vevents(group.publish())
    group.edit("Parrots", "Finches")
    publication = group.publish(LATER)
    after = vevents(publication)

    finches = after["OSDI'24 Finches and Their Keepers in Winter"]
    assert after[OWLS].to_ical() == before[OWLS].to_ical()
    assert (finches["UID"], finches["SEQUENCE"]) == (before[PARROTS]["UID"], 1)
    assert finches.DTSTAMP == finches.LAST_MODIFIED == LATER


def test_r72_last_modified_of_a_feed_moves_only_with_its_bytes(group: Group) -> None:
    group.publish()
    group.edit("Owls", "Eagles")
    renditions = group.publish(LATER).renditions

    assert renditions["/presenting/ada-brandt.ics"].last_modified == NOW
    assert renditions["/presenting/noor-haddad.ics"].last_modified == LATER


def test_r42_cancelled_session_leaves_at_a_full_hour_whoever_publishes_when(group: Group) -> None:
    group.publish()
    group.edit(FALL[FALL.index("### November 5") : FALL.index("### November 12")], "")
    group.publish(LATER)
    over = datetime(2024, 11, 20, tzinfo=UTC)

    moments = [over + timedelta(minutes=minutes) for minutes in range(-120, 181, 7)]
    told = {(now.hour, f"CANCELLED: {PARROTS}" in vevents(group.publish(now))) for now in moments}

    assert {there for _, there in told} == {True, False}
    assert len(told) == len({hour for hour, _ in told})


def test_settings_that_were_edited_before_the_ledger_was_read_count(group: Group) -> None:
    """Else who found them first would record that they were taken back by who found them last."""
    found = locate(["README.md"], None, group.folder)
    group.write({"calfeed.yaml": SETTINGS + "timezone: Europe/Vienna\n"})
    group.publish(LATER)
    before = group.ledger.read("birds")

    publication = publish(found, group.ledger, LATER)

    assert publication.calendar.timezone == "Europe/Vienna"
    assert group.ledger.read("birds") == before


def test_settings_that_name_another_calendar_meanwhile_are_of_that_one(group: Group) -> None:
    found = locate(["README.md"], None, group.folder)
    group.write({"calfeed.yaml": SETTINGS.replace("id: birds", "id: owls")})
    publish(found, group.ledger, NOW)
    assert [group.ledger.read(name).revision for name in ("birds", "owls")] == [0, 1]


def test_r42_vanished_session_is_told_as_cancelled_until_two_weeks_after_its_day(group: Group) -> None:
    uid = vevents(group.publish())[PARROTS]["UID"]
    group.edit(FALL[FALL.index("### November 5") : FALL.index("### November 12")], "")

    tombstone = vevents(group.publish(LATER))[f"CANCELLED: {PARROTS}"]
    assert (tombstone["UID"], tombstone["STATUS"], tombstone["SEQUENCE"]) == (uid, "CANCELLED", 1)
    assert f"CANCELLED: {PARROTS}" in vevents(group.publish(datetime(2024, 11, 19, tzinfo=UTC)))
    assert f"CANCELLED: {PARROTS}" not in vevents(group.publish(datetime(2024, 11, 21, tzinfo=UTC)))


def test_r43_fault_in_the_schedule_cancels_nothing(group: Group) -> None:
    before = vevents(group.publish())
    group.edit("### November 12", "### Novmber 12")
    publication = group.publish(LATER)

    assert [d.code for d in publication.diagnostics] == ["time-missing", "date-unreadable"]
    assert vevents(publication) == before


def test_r75_source_that_is_gone_keeps_the_last_good_publication(group: Group) -> None:
    before = group.publish()
    (group.folder / "README.md").unlink()
    after = group.publish(LATER)

    assert [d.code for d in after.diagnostics] == ["source-missing"]
    assert after.renditions == before.renditions


def test_nothing_readable_and_nothing_remembered_is_an_error(write: Write) -> None:
    group = Group(write)
    (group.folder / "README.md").unlink()

    with pytest.raises(ScheduleError, match="source-missing"):
        group.publish()


def test_semester_moved_to_another_file_keeps_its_events(group: Group) -> None:
    before = group.publish()
    group.write({"README.md": "# 2025 Spring\n\n### March 4\n- Sparrows and Their Keepers in Spring\n"})
    group.write({"archive/2024-fall.md": FALL})
    after = group.publish(LATER, "README.md", "archive")

    assert after.renditions["/semester/2024-fall.ics"] == before.renditions["/semester/2024-fall.ics"]


def test_r42_file_removed_from_a_folder_cancels_what_was_still_to_come(group: Group) -> None:
    group.write({"other.md": "# 2024 Fall\n\n### November 26\n- Herons and Their Keepers in Autumn\n"})
    group.publish(NOW, ".")
    (group.folder / "other.md").unlink()

    assert "CANCELLED: Herons and Their Keepers in Autumn" in vevents(group.publish(LATER, "."))


def test_file_that_was_not_asked_for_keeps_its_sessions_to_itself(group: Group) -> None:
    group.write({"other.md": "# 2024 Fall\n\n### November 26\n- Herons and Their Keepers in Autumn\n"})
    group.publish(NOW, "other.md")
    publication = group.publish(LATER)

    assert set(vevents(publication)) == {PARROTS, OWLS}
    assert all(entry.state != "cancelled" for entry in group.ledger.read("birds").entries)


def test_r82_renamed_person_leaves_the_old_address_answering(group: Group) -> None:
    group.publish()
    group.write({"calfeed.yaml": SETTINGS + "people: [{name: Ada Brandt-Lind, aliases: [Ada Brandt]}]\n"})
    renditions = group.publish(LATER).renditions

    assert renditions["/presenter/ada-brandt.ics"].body == renditions["/presenter/ada-brandt-lind.ics"].body


def test_r76_corrected_name_of_a_person_or_semester_leaves_the_old_address_answering(group: Group) -> None:
    group.publish()
    group.edit("Ada Brandt", "Ada Brand")
    group.edit("2024 Fall", "2024 Autumn")
    for _ in range(3):
        renditions = group.publish(LATER).renditions

    assert renditions["/presenter/ada-brandt.ics"].body == renditions["/presenter/ada-brand.ics"].body
    assert b"BEGIN:VEVENT" in renditions["/presenter/ada-brandt.ics"].body
    assert renditions["/semester/2024-fall.ics"].body == renditions["/semester/2024-autumn.ics"].body


def test_r82_renamed_calendar_leaves_the_old_address_answering(group: Group) -> None:
    group.publish()
    group.write({"calfeed.yaml": SETTINGS.replace("Bird group", "Ornithology")})
    renditions = group.publish(LATER).renditions

    assert renditions["/calendar/bird-group.ics"].body == renditions["/calendar/ornithology.ics"].body


def test_r80_large_feed_is_said(write: Write) -> None:
    days = [datetime(2001, 1, 1, tzinfo=UTC) + timedelta(days=n) for n in range(801)]
    text = "".join(
        f"### {day:%Y-%m-%d}\n- Talk number {n}: a title of its own\n" for n, day in enumerate(days)
    )
    group = Group(write, **{"README.md": text})

    assert "feed-large" in [d.code for d in group.publish().diagnostics]


def test_r44_feed_that_grew_too_large_leaves_out_its_oldest_months(write: Write) -> None:
    days = [datetime(2021, 5, 1, tzinfo=UTC) + timedelta(days=n) for n in range(1300)]
    text = "".join(f"### {day:%Y-%m-%d}\n- Talk number {n} has a name\n" for n, day in enumerate(days))
    publication = Group(write, **{"README.md": f"# 2021 Fall\n{text}"}).publish()

    (said,) = (
        each
        for each in publication.diagnostics
        if each.code == "feed-shortened" and "calendar" in each.message
    )
    everything = publication.feeds[0].events
    assert "its 304 oldest sessions" in said.message
    assert everything[0].session.date == datetime(2022, 3, 1, tzinfo=UTC).date()
    assert len(publication.events) == 1300
    assert "feed-large" in [d.code for d in publication.diagnostics]


def test_event_that_cannot_be_written_is_kept_out_of_feeds(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    from calfeed import formats
    from calfeed.errors import EventUnpublishable
    from calfeed.model import Event

    def refuse(event: Event) -> None:
        if "Parrots" in event.summary:
            raise EventUnpublishable("the event does not read back")

    monkeypatch.setattr(formats, "check", refuse)
    publication = group.publish()

    assert set(vevents(publication)) == {OWLS}
    assert [str(d) for d in publication.diagnostics if d.code == "event-unpublishable"] == [
        "README.md:3:5: error[event-unpublishable]: the event does not read back"
    ]


def test_r76_address_of_somebody_who_is_gone_answers_without_events(group: Group) -> None:
    group.publish()
    group.edit("Ada Brandt, Noor Haddad", "Noor Haddad")
    publication = group.publish(LATER)

    assert vevents(publication, "/presenter/ada-brandt.ics") == {}
    assert set(vevents(publication, "/presenter/noor-haddad.ics")) == {PARROTS, OWLS}


def test_r31_moving_time_and_room_updates_the_same_event(group: Group) -> None:
    uid = vevents(group.publish())[PARROTS]["UID"]
    group.edit("November 5\n", "November 7, 16:00–17:30\n- Room: 402\n")
    moved = vevents(group.publish(LATER))[PARROTS]

    assert (moved["UID"], moved["LOCATION"], moved["SEQUENCE"]) == (uid, "402", 1)


def test_r33_uids_are_opaque_short_and_ascii(group: Group) -> None:
    for event in vevents(group.publish()).values():
        assert str(UUID(str(event["UID"]))) == event["UID"]


def test_r34_a_session_has_the_same_uid_and_bytes_in_every_feed(group: Group) -> None:
    publication = group.publish()
    everything = vevents(publication)

    for feed in publication.feeds:
        for summary, event in vevents(publication, f"/{feed.path}.ics").items():
            assert event.to_ical() == everything[summary].to_ical()


def test_r40_revision_rises_even_when_an_edit_is_taken_back(group: Group) -> None:
    revisions = [vevents(group.publish())[OWLS]["SEQUENCE"]]
    for hours, (old, new) in enumerate((("Owls", "Eagles"), ("Eagles", "Owls")), start=1):
        group.edit(old, new)
        publication = group.publish(NOW + timedelta(hours=hours))
        (event,) = (e for s, e in vevents(publication).items() if new in s)
        revisions.append(event["SEQUENCE"])

    assert revisions == [0, 1, 2]


class Contested(Ledger):
    """A ledger that another publisher is always faster to write, `times` times."""

    def __init__(self, times: int) -> None:
        super().__init__(open_ledger("memory:").store)
        object.__setattr__(self, "times", [None] * times)

    def write(self, calendar_id: str, memory: Memory) -> None:
        if times := getattr(self, "times"):  # noqa: B009  # a frozen class has no such field of its own
            times.pop()
            raise LedgerConflict("somebody else wrote")
        super().write(calendar_id, memory)


def test_publisher_that_comes_second_tries_again_three_times_at_most(group: Group) -> None:
    group.ledger = Contested(times=2)
    assert group.publish().events

    group.ledger = Contested(times=3)
    with pytest.raises(LedgerConflict):
        group.publish()


def test_damaged_ledger_stays_where_no_history_can_fill_another(group: Group) -> None:
    path = group.folder / ".calfeed" / "ledger.db"
    group.ledger = open_ledger(f"sqlite:///{path}")
    group.publish()
    path.write_bytes(b"\0" * 9000)

    with pytest.raises(LedgerDamaged):
        group.publish()

    assert path.read_bytes() == b"\0" * 9000


def test_empty_slot_that_left_the_schedule_is_forgotten(group: Group) -> None:
    def dates() -> list[str]:
        return [str(entry.session.date) for entry in group.publish(LATER).entries]

    assert dates() == ["2024-11-05", "2024-11-12", "2024-11-19"]
    group.edit("### November 19\n", "")
    assert dates() == ["2024-11-05", "2024-11-12"]


def test_session_is_shown_with_its_own_identity_and_not_that_of_a_cancelled_twin(write: Write) -> None:
    talk = "### November 5\n- Parrots and Their Keepers in Winter\n"
    group = Group(write, **{"README.md": f"# 2024 Fall\n{talk}{talk}"})
    group.publish()
    group.write({"README.md": f"# 2024 Fall\n{talk}"})

    sources = locate(["README.md"], None, group.folder)
    schedule, memory = identify(sources, group.ledger, LATER, record=True)
    (shown,) = contract(schedule, memory.entries, str)["sessions"]

    (living,) = (entry for entry in memory.entries if entry.state != "cancelled")
    assert shown["uid"] == living.uid


def test_looking_records_nothing(group: Group) -> None:
    sources = locate(["README.md"], None, group.folder)
    identify(sources, group.ledger, NOW, record=False)
    assert group.ledger.read("birds") == Memory()

    _, memory = identify(sources, group.ledger, NOW, record=True)
    assert group.ledger.read("birds").entries == tuple(replace(entry) for entry in memory.entries)
