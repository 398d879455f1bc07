"""Written times of day and time zones to values, in the languages that schedules are kept in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from calfeed import zones

_LONGEST = 300
"""Characters of a text in which a time or a zone is looked for: no more are needed."""

# ── times of day ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class WrittenTime:
    """A time of day, or a range of it, from character `first` to `last` of a text; wall clock.

    `is_guessed` says that the half of the day was: 3:30 is one in the afternoon, as nobody meets at night.
    """

    first: int
    last: int
    start: time
    end: time | None = None
    is_guessed: bool = False


_LONGEST_DAY = 8
"""Hours of a range that begins with a bare number; in a longer one, the number is of something else."""

_Half = Literal["am", "pm"]


@dataclass(frozen=True, slots=True)
class _Clock:
    """One time of day as written; `is_sure` says that nothing else is written so, as a bare number is.

    `is_open` leaves open which half of the day is meant: 3:30, but not 03:30, 13:30 and 3 Uhr.
    """

    first: int
    last: int
    hour: int
    minute: int
    half: _Half | None
    is_sure: bool
    is_dotted: bool
    is_academic: bool
    is_open: bool


_FORENOON = ("上午", "早上", "凌晨", "午前", "오전")
_AFTERNOON = ("下午", "晚上", "晚", "中午", "傍晚", "午後", "夜", "오후", "저녁", "밤")
_MILITARY_END = r"\s?h(?:rs?)?\b"
_CLOCK = re.compile(
    r"(?<![\dA-Za-z:./+])(?<!:\d\d:\d\d-)"
    rf"(?:(?P<before>{'|'.join(_FORENOON + _AFTERNOON)})\s?)?"
    r"(?:(?:12\s)?(?P<noon>noon\b|midday\b|midi\b|正午)"
    rf"|(?P<h>\d\d)(?P<m4>\d\d)(?={_MILITARY_END}|\s?[-–]\s?\d{{4}}{_MILITARY_END})"
    r"|(?P<hour>\d{1,2})(?:(?P<mark>[:：.])(?P<m>\d\d))?)"
    r"(?:\s?(?P<sign>o['’]clock|uhr|heures?(?!\w)|h(?:rs?)?(?![a-z])|[点點时時](?![間间])"
    r"|시(?=[^가-힣]|$|반|부터|까지|에))(?:\s?(?P<n>\d\d|半|반)\s?[分분]?)?)?"
    r"(?:\s{0,2}(?P<half>[ap])\.?m\b(?!\s(?:\w{1,9}tag|mittwoch|beispiel|\d{1,2}\.))\.?)?"
    r"(?:\s?(?P<quarter>c)\.\s?t\.|\s?(?P<sharp>s)\.\s?t\.)?"
    rf"(?!\d|[:：.]\d|/\d|\s?[-+]\d{{4}}(?!{_MILITARY_END}))",
    re.IGNORECASE,
)
_TO = re.compile(r"\s{0,3}(?:-{1,3}|[–—−~〜～至到]|to(?:\smax)?|until|till|bis|à|et|から|부터)\s{0,3}", re.I)
_DIGIT = re.compile(r"\d|noon|midday|midi|正午", re.I)


_LENGTH = re.compile(
    r"(?:(?P<h>\d{1,2}(?:[.,]\d{1,2})?)\s?(?:h|hrs?|hours?|std\.?|stunden?|heures?|horas?|小时|小時|時間|시간)\s?)?"
    r"(?:(?P<m>\d{1,3})\s?(?:['′]|m|mins?\.?|minutes?|minuten|minutos|分钟|分鐘|分|분)?)?",
    re.I,
)


def length_in(text: str) -> timedelta | None:
    """Read how long something lasts: “90”, “45 min”, “1h30”, “1.5 hours”; None where it is no such text."""
    found = _LENGTH.fullmatch(text.strip())
    if not found:
        return None
    hours, minutes = float((found["h"] or "0").replace(",", ".")), int(found["m"] or 0)
    return timedelta(hours=hours, minutes=minutes) or None


@lru_cache(maxsize=2**14)
def times(text: str) -> WrittenTime | None:
    """Find the first time of day in a text, which a bare number is not.

    "14:00", "2pm", "11–1 pm", "14h30", "14–16 Uhr", "14 c.t.", "下午2点", "오후 3시", "noon".
    """
    cut = text[:_LONGEST]
    clocks = list(map(_clock, _CLOCK.finditer(cut))) if _DIGIT.search(cut) else []
    for one, other in pairwise((*clocks, None)):
        if one and other and (found := _range(cut, one, other)):
            return _by_day(found, clocks) if one.is_open or other.is_open else found
        if one and one.is_sure and (start := _time(one, one.half)):
            found = WrittenTime(one.first, one.last, start)
            return _by_day(found, clocks) if one.is_open else found
    return None


_EARLY, _NOON = time(7), time(12)


def _by_day(found: WrittenTime, clocks: Sequence[_Clock]) -> WrittenTime:
    """Read 3:30–4:45 and 12:00–1:30 in the afternoon, where no clock of 24 hours stands beside."""
    if any(clock.half or not (clock.is_open or clock.hour == 12) for clock in clocks if clock.is_sure):
        return found
    start, end = found.start, found.end
    if start < _EARLY:
        start = start.replace(hour=start.hour + 12)
    if end and end < min(start, _NOON):
        end = end.replace(hour=end.hour + 12)
    return replace(found, start=start, end=end, is_guessed=start != found.start)


def _clock(m: re.Match[str]) -> _Clock:
    minutes = m["m"] or m["m4"] or m["n"]
    minute = 30 if minutes in ("半", "반") else int(minutes or (15 if m["quarter"] else 0))
    hour = 12 if m["noon"] else int(m["hour"] or m["h"])
    half: _Half | None = None
    is_told = m["m"] is not None and hour > 12  # 16:30 pm
    if (m["half"] and not is_told) or (m["before"] and hour <= 12):
        half = "am" if (m["half"] or "").lower() == "a" or m["before"] in _FORENOON else "pm"
    sign = (m["sign"] or "").lower()
    is_hour = sign[:1] in tuple("uo时時시") or (hour >= 7 and sign in ("h", "heure", "heures", "点", "點"))
    named = m["noon"] or m["half"] or m["m4"] or m["quarter"] or m["sharp"]
    is_dotted = m["mark"] == "." and not (named or sign or m["before"])
    is_sure = bool(named or is_hour or (m["before"] and sign) or (m["m"] and not is_dotted))
    is_open = not (named or sign or m["before"]) and 1 <= hour < 12 and m["hour"][0] != "0"
    return _Clock(*m.span(), hour, minute, half, is_sure, is_dotted, bool(m["quarter"]), is_open)


def _range(text: str, one: _Clock, other: _Clock) -> WrittenTime | None:
    """Read two times as a range where a word or a dash joins them and one of them is surely a time."""
    joined = _TO.fullmatch(text[one.last : other.first])
    if not joined or not (one.is_sure or other.is_sure or _are_dotted(one, other)):
        return None
    is_bare = not (other.is_sure or other.is_dotted)
    if is_bare and not text.startswith((")", ",", ";", "\n"), other.last) and text[other.last :].strip():
        return None  # 14:00 - 2 talks
    if other.is_academic and not one.is_sure:  # 14–16 c.t.
        one, other = replace(one, minute=15), replace(other, minute=0)
    start = _time(one, one.half or _half_before(one, other))
    end = _time(other, other.half or _half_after(one, other))
    if start is None or end is None:
        return None
    if not one.is_sure and not one.is_dotted and (end.hour - start.hour) % 24 > _LONGEST_DAY:
        return None  # Week 3 - 14:00
    return WrittenTime(one.first, other.last, start, end)


def _are_dotted(one: _Clock, other: _Clock) -> bool:
    """Tell 14.00-15.30 from versions and days such as 3.09-5.09, of which one alone could be anything."""
    return one.is_dotted and other.is_dotted and one.minute % 5 == other.minute % 5 == 0


def _half_before(one: _Clock, other: _Clock) -> _Half | None:
    """Give the half of the day for a start that states none: pm in 2–3:30 pm, am in 11–1 pm."""
    if other.half is None or one.hour > 12:
        return None
    if one.hour % 12 <= other.hour % 12:
        return other.half
    return "am" if other.half == "pm" else "pm"


def _half_after(one: _Clock, other: _Clock) -> _Half | None:
    """Give the half of the day for an end that states none: pm in 下午2:00-4:00 and in 11 am–1:30."""
    if one.half is None or other.hour > 12:
        return None
    return "pm" if other.hour % 12 < one.hour % 12 else one.half


def _time(clock: _Clock, half: _Half | None) -> time | None:
    hour = clock.hour
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, clock.minute) if hour < 24 and clock.minute < 60 else None


# ── time zones ───────────────────────────────────────────────────────────────────────────────────

_LETTERS = {
    **dict.fromkeys(("Eastern", "ET", "EST", "EDT"), "America/New_York"),
    **dict.fromkeys(("Pacific", "PT", "PST", "PDT"), "America/Los_Angeles"),
    **dict.fromkeys(("Central", "CT", "CDT"), "America/Chicago"),
    **dict.fromkeys(("Mountain", "MT", "MST", "MDT"), "America/Denver"),
    **dict.fromkeys(("CET", "CEST"), "Europe/Paris"),
    **dict.fromkeys(("MEZ", "MESZ"), "Europe/Berlin"),
    **dict.fromkeys(("GMT", "UTC"), "UTC"),
    "BST": "Europe/London",
    "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul",
}
"""What means one zone wherever it stands behind a time of day; CST and IST mean several."""

_NAMES = {
    **dict.fromkeys(("eastern", "eastern standard", "eastern daylight", "us eastern"), "America/New_York"),
    **dict.fromkeys(("pacific", "pacific standard", "pacific daylight", "us pacific"), "America/Los_Angeles"),
    **dict.fromkeys(("central", "central standard", "central daylight", "us central"), "America/Chicago"),
    **dict.fromkeys(("mountain", "mountain standard", "mountain daylight"), "America/Denver"),
    **dict.fromkeys(("central european", "central european summer"), "Europe/Paris"),
    **dict.fromkeys(("uk", "british", "british summer"), "Europe/London"),
    **dict.fromkeys(("beijing", "china", "china standard", "北京"), "Asia/Shanghai"),
    **dict.fromkeys(("japan", "japan standard", "日本"), "Asia/Tokyo"),
    **dict.fromkeys(("korea", "korean", "korea standard", "한국"), "Asia/Seoul"),
    "台北": "Asia/Taipei",
}
_IANA = re.compile(r"\b[A-Z][a-z]{3,10}/[A-Z]\w+(?:/[A-Z]\w+)?")
_NAMED = re.compile(
    r"(?:\b(?P<before>(?:[A-Z][\w.]{0,20}\s){1,3})[Tt]ime\b|\b[Hh]eure\sd[e'’]\s?(?P<heure>[A-Z]\w+)"
    r"|(?P<han>北京|日本|台北|한국)\s?(?:时间|時間|시간))"
)
_TIME_SAID = re.compile("[Tt]ime|[Hh]eure|[间間간]")
_LETTERED = re.compile(
    r"(?:[:：.h]\d\d|\d\s?[apAP]\.?[mM]\.?|noon|\d\s?h|Uhr|[Tt]imes?(?:\s?zone)?:?(?:\s(?:are|is|in|given)){0,3})"
    rf"[\s(\[,]{{1,3}}(?P<zone>{'|'.join(_LETTERS)})(?![\w+−-]|\s[+−-]\s?\d)"
)


@lru_cache(maxsize=2**12)
def zone_in(text: str) -> str | None:
    """Read the zone that prose or the words of a time name, as a canonical IANA name; None where unsure.

    "Europe/Madrid", "Madrid time", "Eastern Time", "4pm (JST)", "北京时间".
    """
    cut = text[:_LONGEST]
    if "/" in cut and (known := [name for name in _IANA.findall(cut) if zones.is_known(name)]):
        return str(known[0])
    for m in _NAMED.finditer(cut) if _TIME_SAID.search(cut) else ():
        if zone := _zone_called((m["before"] or m["heure"] or m["han"]).split()):
            return zone
    lettered = _LETTERED.search(cut) if any(letters in cut for letters in _LETTERS) else None
    if lettered and lettered["zone"] == "GMT" and "London" in cut:
        return "Europe/London"
    return _LETTERS[lettered["zone"]] if lettered else None


def _zone_called(words: list[str]) -> str | None:
    """Find the zone that the last of some words name, as many of them as do: New York, then York."""
    for start in range(len(words)):
        name = " ".join(words[start:])
        city = name.replace(" ", "_")
        if zone := _NAMES.get(name.casefold()):
            return zone
        if cities := [zone for zone in zones.suggest(city) if zone.endswith(f"/{city}")]:
            return cities[0]
    return None
