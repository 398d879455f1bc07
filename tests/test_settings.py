"""calfeed.yaml to Settings: every key, every fault with its line, and a schema that agrees."""

from contextlib import suppress
from datetime import time, timedelta
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calfeed.documents.yaml import compose
from calfeed.errors import SettingsError
from calfeed.model import Node, Scalar, Sequence
from calfeed.settings import (
    Materials,
    Meeting,
    PersonSetting,
    Policy,
    Presenters,
    Settings,
    read_settings,
    schema,
)

FULL = """\
name: Systems  Reading Group
id: systems.example.org
description: |
  We read a paper a week.

  Everybody is welcome.
url: https://example.org/calendar
language: zh-CN
timezone: America/New_York
meeting:
  weekday: Tuesday
  start: "2:00 pm"
  duration: 1h30m
  location: 3901
  online: https://meet.example.org/systems?room=1#now
sources:
  - README.md
  - schedules/*.md
base_url: https://example.org/group/
people:
  - name: Mingxuan Liu
    slug: mingxuan-liu
    aliases: [M. Liu, Liu Mingxuan]
  - name: Émile Żak
format: 1+N
policy:
  venues: [OSDI, SOSP]
  years: 3
  minimum_duration: 60
  materials:
    kinds: [slides, video]
    after_days: 7
  presenters:
    known: true
    before_days: 14
  holidays: DE-BY
"""


def read(folder: Path, text: str) -> Settings:
    path = folder / "calfeed.yaml"
    path.write_bytes(text.encode())
    return read_settings(path)


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read(folder, text)
    return str(caught.value).splitlines()


def data(node: Node) -> object:
    """Give what any YAML reader hands to a JSON Schema."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [data(item) for item in node.items]
    return {cell.text: data(value) for cell, value in node.pairs}


def conforms(text: str) -> bool:
    node, _ = compose("calfeed.yaml", text)
    assert node is not None
    return jsonschema.Draft202012Validator(schema()).is_valid(data(node))


# ── what is read ─────────────────────────────────────────────────────────────────────────────────


def test_every_key_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, FULL) == Settings(
        root=tmp_path.resolve(),
        file="calfeed.yaml",
        name="Systems Reading Group",
        id="systems.example.org",
        description="We read a paper a week.\n\nEverybody is welcome.",
        site="https://example.org/calendar/",
        language="zh-CN",
        timezone="America/New_York",
        meeting=Meeting(
            weekday=1,
            start=time(14),
            duration=timedelta(minutes=90),
            location="3901",
            online="https://meet.example.org/systems?room=1#now",
        ),
        sources=("README.md", "schedules/*.md"),
        base_url="https://example.org/group/",
        people=(
            PersonSetting("Mingxuan Liu", "mingxuan-liu", ("M. Liu", "Liu Mingxuan")),
            PersonSetting("Émile Żak"),
        ),
        one_plus_n=True,
        policy=Policy(
            venues=("OSDI", "SOSP"),
            years=3,
            minimum_duration=timedelta(hours=1),
            materials=Materials(timedelta(days=7), ("slides", "video")),
            presenters=Presenters(known=True, before=timedelta(days=14)),
            holidays="DE-BY",
        ),
    )


@pytest.mark.parametrize("text", ["", "# name: nothing yet\n", "---\n", "{}"])
def test_every_key_may_be_left_out(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == Settings(tmp_path.resolve(), "calfeed.yaml")


@pytest.mark.parametrize("text", ["\ufeffname: Café\r\nlanguage: fr\r\n", "name: Café\nlanguage: fr"])
def test_line_ends_and_byte_order_mark_do_not_matter(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == Settings(tmp_path.resolve(), "calfeed.yaml", name="Café", language="fr")


def test_root_is_the_real_folder_of_the_named_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other.yaml").write_text("{}")
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    assert read_settings(Path("../other.yaml")) == Settings(tmp_path.resolve(), "other.yaml")


@pytest.mark.parametrize(
    ("written", "start"),
    [
        ("14:00", time(14)),
        ('"14:00"', time(14)),
        ("9:05", time(9, 5)),
        ("00:00", time(0)),
        ("23:59", time(23, 59)),
        ("2:00 pm", time(14)),
        ("2:30PM", time(14, 30)),
        ("2 p.m.", time(14)),
        ("12 am", time(0)),
        ("12:15 pm", time(12, 15)),
    ],
)
def test_start_of_the_meeting(tmp_path: Path, written: str, start: time) -> None:
    assert read(tmp_path, f"meeting: {{start: {written}}}").meeting == Meeting(start=start)
    assert conforms(f"meeting: {{start: {written}}}")


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("90", 90),
        ('"90"', 90),
        ("90m", 90),
        ("90 min", 90),
        ("1h30m", 90),
        ("1h 30", 90),
        ("1.5h", 90),
        ("1 h", 60),
        ("24h", 1440),
        ("1", 1),
    ],
)
def test_duration_of_the_meeting(tmp_path: Path, written: str, minutes: int) -> None:
    assert read(tmp_path, f"meeting: {{duration: {written}}}").meeting == Meeting(
        duration=timedelta(minutes=minutes)
    )
    assert conforms(f"meeting: {{duration: {written}}}")


@pytest.mark.parametrize(
    ("written", "weekday"), [("Monday", 0), ("Tues", 1), ("Tue.", 1), ("THURS", 3), ("sun", 6)]
)
def test_weekday_of_the_meeting(tmp_path: Path, written: str, weekday: int) -> None:
    assert read(tmp_path, f"meeting: {{weekday: {written}}}").meeting == Meeting(weekday=weekday)
    assert conforms(f"meeting: {{weekday: {written}}}")


def test_source_that_is_alone_need_not_stand_in_a_list(tmp_path: Path) -> None:
    assert read(tmp_path, "sources: README.md").sources == ("README.md",)
    assert conforms("sources: README.md")


def test_everybody_is_equal(tmp_path: Path) -> None:
    assert read(tmp_path, "format: equal").one_plus_n is False
    assert read(tmp_path, "cancelled: hide").cancelled == "hide"


def test_what_is_for_members(tmp_path: Path) -> None:
    assert read(tmp_path, "name: Birds").members == ()
    assert read(tmp_path, "members: [online, Location]").members == ("online", "location")
    assert faults(tmp_path, "members: [online, notes]") == [
        'calfeed.yaml:1:19: error[setting-invalid]: "notes" is not one of online, location'
        " (hint: for example members: [online, location])"
    ]


def test_materials_are_slides_where_no_kind_is_named(tmp_path: Path) -> None:
    assert read(tmp_path, "policy: {materials: {after_days: 0}}").policy == Policy(
        materials=Materials(timedelta(0), ("slides",))
    )


# ── faults ───────────────────────────────────────────────────────────────────────────────────────

TOP = (
    "name, id, description, url, language, timezone, meeting, sources, base_url, people, format"
    ", cancelled, members, filters, policy"
)
FAULTY = {  # text -> its only fault, after "calfeed.yaml:"
    "nmae: x": '1:1: error[setting-unknown]: no key "nmae" is known (hint: did you mean name?)',
    "zzz: x": f'1:1: error[setting-unknown]: no key "zzz" is known (hint: known here: {TOP})',
    "meeting:\n  strat: 14:00": (
        '2:3: error[setting-unknown]: no key "strat" is known (hint: did you mean start?)'
    ),
    f"{'z' * 90}: x": (
        f'1:1: error[setting-unknown]: no key "{"z" * 60}…" is known (hint: known here: {TOP})'
    ),
    "- name": (
        f"1:1: error[setting-invalid]: a list is not a mapping ({TOP}) "
        "(hint: for example name: Systems Reading Group)"
    ),
    "words": (
        f'1:1: error[setting-invalid]: "words" is not a mapping ({TOP}) '
        "(hint: for example name: Systems Reading Group)"
    ),
    "name: [x]": (
        "1:7: error[setting-invalid]: a list is not text (hint: for example name: Systems Reading Group)"
    ),
    "name: true": (
        '1:7: error[setting-invalid]: "true" is not text (hint: for example name: Systems Reading Group)'
    ),
    'name: ""': (
        '1:7: error[setting-invalid]: "" is not text (hint: for example name: Systems Reading Group)'
    ),
    "language:": (
        "1:10: error[setting-invalid]: an empty value is not a language tag (hint: for example language: en)"
    ),
    "language: en_US": (
        '1:11: error[setting-invalid]: "en_US" is not a language tag (hint: for example language: en)'
    ),
    "url: example.org": (
        '1:6: error[setting-invalid]: "example.org" is not an http or https address without user, ? and # '
        "(hint: for example url: https://example.org/calendar/)"
    ),
    "base_url: https://example.org/?a": (
        '1:11: error[setting-invalid]: "https://example.org/?a" is not an http or https address without '
        "user, ? and # (hint: for example base_url: https://example.org/group/)"
    ),
    "url: https://me:secret@example.org/": (
        '1:6: error[setting-invalid]: "https://me:secret@example.org/" is not an http or https address '
        "without user, ? and # (hint: for example url: https://example.org/calendar/)"
    ),
    "meeting: Tuesday": (
        '1:10: error[setting-invalid]: "Tuesday" is not a mapping '
        "(weekday, start, duration, location, online) (hint: for example meeting: {start: 14:00})"
    ),
    "meeting: {weekday: 2}": (
        '1:20: error[setting-invalid]: "2" is not a weekday (hint: for example weekday: Tuesday)'
    ),
    "meeting: {weekday: Moonday}": (
        '1:20: error[setting-invalid]: "Moonday" is not a weekday (hint: for example weekday: Tuesday)'
    ),
    "meeting: {start: 24:00}": (
        '1:18: error[setting-invalid]: "24:00" is not a time of day (hint: for example start: 14:00)'
    ),
    "meeting: {duration: soon}": (
        '1:21: error[setting-invalid]: "soon" is not minutes or a length of at most a day '
        "(hint: for example duration: 1h30m)"
    ),
    "meeting: {duration: 0}": (
        '1:21: error[setting-invalid]: "0" is not minutes or a length of at most a day '
        "(hint: for example duration: 1h30m)"
    ),
    "meeting: {duration: 1441}": (
        '1:21: error[setting-invalid]: "1441" is not minutes or a length of at most a day '
        "(hint: for example duration: 1h30m)"
    ),
    "meeting: {online: zoom}": (
        '1:19: error[setting-invalid]: "zoom" is not an http or https address '
        "(hint: for example online: https://meet.example.org/systems)"
    ),
    "sources: {a: b}": (
        "1:10: error[setting-invalid]: a mapping is not text (hint: for example sources: [talks/*.md])"
    ),
    "sources: [a, [b]]": (
        "1:14: error[setting-invalid]: a list is not text (hint: for example sources: [talks/*.md])"
    ),
    "people: {name: Bob}": (
        "1:9: error[setting-invalid]: a mapping is not a list "
        "(hint: for example people: [{name: Mingxuan Liu}])"
    ),
    "people: [Bob]": (
        '1:10: error[setting-invalid]: "Bob" is not a mapping (name, slug, aliases) '
        "(hint: for example people: [{name: Mingxuan Liu}])"
    ),
    "people: [{slug: bob}]": (
        "1:10: error[setting-invalid]: name is missing (hint: for example name: Mingxuan Liu)"
    ),
    "people: [{name: [Bob]}]": (
        "1:17: error[setting-invalid]: a list is not text (hint: for example name: Mingxuan Liu)"
    ),
    "people: [{name: Bob, slug: Bob}]": (
        '1:28: error[setting-invalid]: "Bob" is not small letters, digits and hyphens '
        "(hint: for example slug: mingxuan-liu)"
    ),
    f"people: [{{name: Bob, slug: {'b' * 61}}}]": (
        f'1:28: error[setting-invalid]: "{"b" * 60}…" is not small letters, digits and hyphens '
        "(hint: for example slug: mingxuan-liu)"
    ),
    "format: 2+N": '1:9: error[setting-invalid]: "2+N" is not 1+N or equal (hint: for example format: 1+N)',
    "policy: {venues: OSDI}": (
        '1:18: error[setting-invalid]: "OSDI" is not a list (hint: for example venues: [OSDI, SOSP, NSDI])'
    ),
    "policy: {years: -1}": (
        '1:17: error[setting-invalid]: "-1" is not a whole number (hint: for example years: 3)'
    ),
    "policy: {years: 1.5}": (
        '1:17: error[setting-invalid]: "1.5" is not a whole number (hint: for example years: 3)'
    ),
    "policy: {materials: {kinds: [slides]}}": (
        "1:21: error[setting-invalid]: after_days is missing (hint: for example after_days: 7)"
    ),
    "policy: {materials: {kinds: [poster], after_days: 7}}": (
        '1:30: error[setting-invalid]: "poster" is not one of slides, video, summary, paper, code '
        "(hint: for example kinds: [slides, video])"
    ),
    "policy: {materials: {after_days: 10000}}": (
        '1:34: error[setting-invalid]: "10000" is not a whole number (hint: for example after_days: 7)'
    ),
    "policy: {presenters: {known: maybe}}": (
        '1:30: error[setting-invalid]: "maybe" is not true or false (hint: for example known: true)'
    ),
    "policy: {presenters: known}": (
        '1:22: error[setting-invalid]: "known" is not a mapping (known, before_days) '
        "(hint: for example presenters: {before_days: 7})"
    ),
}
"""Faults that an editor with the schema underlines too."""

DEEPER = {
    "name: a\nid: b\nname: c": (
        "3:1: error[setting-duplicate]: name is given twice, first on line 1 (hint: keep one of them)"
    ),
    "{name: a, name: b}": (
        "1:11: error[setting-duplicate]: name is given twice, first on line 1 (hint: keep one of them)"
    ),
    "people:\n- name: Ann\n  aliases: [Annie]\n- name: Bob\n  aliases: [B, ' ANNIE']": (
        '5:16: error[setting-duplicate]: the name "ANNIE" is another person\'s, on line 3 '
        "(hint: give it to one of them)"
    ),
    "people:\n- {name: Ann, slug: a}\n- {name: Bob, slug: a}": (
        '3:21: error[setting-duplicate]: the slug "a" is another person\'s, on line 2 '
        "(hint: give it to one of them)"
    ),
    "timezone: america/new_york": (
        '1:11: error[zone-unknown]: "america/new_york" is not the name of a time zone '
        "(hint: did you mean America/New_York?)"
    ),
    "timezone: Middle Earth": (
        '1:11: error[zone-unknown]: "Middle Earth" is not the name of a time zone '
        "(hint: for example timezone: America/New_York)"
    ),
    "timezone: America/New_York\nmeeting: {weekday: Sunday, start: 02:30}": (
        "2:35: error[time-skipped]: on 2020-03-08 the clock in America/New_York skips 02:30 "
        "(hint: choose a time that every meeting day has)"
    ),
    "meeting: {weekday: Tuezday}": (
        '1:20: error[setting-invalid]: "Tuezday" is not a weekday (hint: for example weekday: Tuesday)'
    ),
    "meeting: {duration: 24h1m}": (
        '1:21: error[setting-invalid]: "24h1m" is not minutes or a length of at most a day '
        "(hint: for example duration: 1h30m)"
    ),
    "meeting: {online: 'https://[::1'}": (
        '1:19: error[setting-invalid]: "https://[::1" is not an http or https address '
        "(hint: for example online: https://meet.example.org/systems)"
    ),
    "meeting: {online: 'https://example.org:99999'}": (
        '1:19: error[setting-invalid]: "https://example.org:99999" is not an http or https address '
        "(hint: for example online: https://meet.example.org/systems)"
    ),
    "policy: {holidays: DE-BAY}": (
        '1:20: error[setting-invalid]: "DE-BAY" is not a country, or a part of one, whose holidays are known '
        "(hint: did you mean DE-BY?)"
    ),
    "policy: {holidays: Narnia}": (
        '1:20: error[setting-invalid]: "Narnia" is not a country, or a part of one, whose holidays are known '
        "(hint: for example holidays: DE-BY)"
    ),
    "name: a: b": (
        "1:8: error[yaml-syntax]: a colon has no meaning here "
        "(hint: put the text in quotes, or indent keys alike)"
    ),
}
"""Faults that only calfeed sees."""


@pytest.mark.parametrize(("text", "expected"), [*FAULTY.items(), *DEEPER.items()])
def test_fault_has_its_line(tmp_path: Path, text: str, expected: str) -> None:
    assert faults(tmp_path, text) == [f"calfeed.yaml:{expected}"]


def test_all_faults_come_in_one_run_by_line(tmp_path: Path) -> None:
    text = """\
timezone: US/Pacific
meeting:
  start: noon
  start: 14:00
  rooom: 1
people:
  - name: Ann
  - aliases: [Ann]
  - 7
name: [x]
policy: {years: many, venues: [1, {}]}
"""
    assert [line.split("]")[0] for line in faults(tmp_path, text)] == [
        "calfeed.yaml:1:11: error[zone-unknown",
        "calfeed.yaml:3:10: error[setting-invalid",
        "calfeed.yaml:4:3: error[setting-duplicate",
        "calfeed.yaml:5:3: error[setting-unknown",
        "calfeed.yaml:8:5: error[setting-invalid",
        "calfeed.yaml:8:15: error[setting-duplicate",
        "calfeed.yaml:9:5: error[setting-invalid",
        "calfeed.yaml:10:7: error[setting-invalid",
        "calfeed.yaml:11:17: error[setting-invalid",
        "calfeed.yaml:11:35: error[setting-invalid",
    ]


def test_start_that_no_meeting_day_skips_is_fine(tmp_path: Path) -> None:
    """Clocks change on Sundays there."""
    text = "timezone: America/New_York\nmeeting: {weekday: Tuesday, start: 02:30}"
    assert read(tmp_path, text).meeting == Meeting(weekday=1, start=time(2, 30))


def test_person_may_repeat_their_own_name(tmp_path: Path) -> None:
    text = "people: [{name: Ann, slug: ann, aliases: [ANN, Ann]}, {name: Bob}]"
    assert read(tmp_path, text).people == (
        PersonSetting("Ann", "ann", ("ANN", "Ann")),
        PersonSetting("Bob"),
    )


def test_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(tmp_path / "calfeed.yaml")
    assert str(caught.value) == (
        "calfeed.yaml:1:1: error[source-missing]: the settings cannot be read: No such file or directory "
        "(hint: name a file that is there)"
    )


def test_file_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "calfeed.yaml").write_bytes("language: fr\nname: Café\n".encode("latin-1"))
    with pytest.raises(SettingsError) as caught:
        read_settings(tmp_path / "calfeed.yaml")
    assert str(caught.value) == (
        "calfeed.yaml:2:1: error[source-binary]: not text in UTF-8 (hint: save the file as UTF-8)"
    )


# ── the schema ───────────────────────────────────────────────────────────────────────────────────


def test_schema_is_a_schema_and_takes_what_is_read() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert conforms(FULL)


@pytest.mark.parametrize("text", FAULTY)
def test_schema_refuses_what_is_a_fault(text: str) -> None:
    assert not conforms(text)


def test_schema_describes_every_key() -> None:
    def undescribed(part: object, path: str) -> list[str]:
        if isinstance(part, list):
            return [found for each in part for found in undescribed(each, path)]
        if not isinstance(part, dict):
            return []
        keys = part.get("properties", {})
        missing = [f"{path}.{key}" for key, value in keys.items() if not value.get("description")]
        return missing + [
            found for name, value in part.items() for found in undescribed(value, f"{path}.{name}")
        ]

    assert undescribed(schema(), "") == []


# ── any text ─────────────────────────────────────────────────────────────────────────────────────

KEYS = st.sampled_from(
    ["name", "url", "timezone", "meeting", "start", "weekday", "duration", "people", "aliases", "<<", "x"]
)
LINES = st.lists(
    st.builds(
        "{}{}: {}".format,
        st.sampled_from(["", "  ", "- ", "  - "]),
        KEYS,
        st.one_of(
            st.text(max_size=12), st.sampled_from(["", "[]", "{}", "1", "14:00", "UTC", "https://[", "&a"])
        ),
    )
).map("\n".join)


@given(text=st.one_of(st.text(st.characters(exclude_categories=["Cs"])), LINES))
def test_any_text_is_settings_or_a_settings_error(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = tmp_path_factory.getbasetemp()
    with suppress(SettingsError):
        assert read(folder, text).root == folder.resolve()
