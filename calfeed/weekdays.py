"""Weekdays in a text: as the whole of it, beside a date, and as the day on which a group usually meets."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from calfeed.lexicon import LETTERS, folded, further, named, names

_LONGEST = 300
"""Characters of a text in which a weekday is looked for: no more are needed."""


def weekday(text: str) -> int | None:
    """Read a text that is nothing but a weekday, Monday as 0: "Tue", "(Tuesday)", "周二"."""
    return named("days", text.strip("()[]（）,. ").removesuffix("-feira"))


# ── beside a date ────────────────────────────────────────────────────────────────────────────────

_NAME = r"(?P<name>[^\W\d_]{1,13})(?P<feira>-feira)?"
_BEFORE = re.compile(
    rf"(?<![^\W\d_]){_NAME}[.,)\]]{{0,2}}\s{{0,3}}(?:(?:the|le|den|der|am|el|dia|día|il)\s)?(?P<open>[(\[]?)$"
)
_BEHIND = re.compile(rf"\s{{0,2}}(?:(?P<open>[(\[])\s?|,\s?)?{_NAME}\.?(?:\s?[)\]])?")
_APART = re.compile(r"\s*(?:$|[],:;)|–—-]|\d)")


def weekday_before(text: str, start: int) -> tuple[int, int, bool] | None:
    """Give the weekday in front of `start`, where it begins, and whether a bracket opens behind it."""
    offset = max(0, start - 24)
    if (m := _BEFORE.search(text[offset:start])) is None:
        return None
    for name in (m["name"], m["name"][-3:], m["name"][-2:]):  # 本周二: no spaces in Chinese
        number = named("days", name) if len(name) > 1 else None
        if number is not None and (name == m["name"] or not name.isascii()):
            return number, offset + m.end("name") - len(name), bool(m["open"])
    return None


def weekday_behind(text: str, end: int) -> tuple[int, int] | None:
    """Give the weekday behind `end` and where it ends; outside brackets “Sun” may begin a name."""
    if (m := _BEHIND.match(text, end)) is None:
        return None
    name = m["name"]
    if len(name) > 2 and not name.isascii() and named("days", name) is None:
        name = name[:2]  # 周二晚
    if (number := named("days", name)) is None:
        return None
    if m["open"] and name == m["name"]:
        return number, m.end()
    whole = _is_whole(folded(name)) or (len(name) > 1 and not name.isascii())
    if whole or (len(name) > 2 and _APART.match(text, m.end("name"))):
        return number, m.end("feira") if m["feira"] else m.start("name") + len(name)
    return None


def _is_whole(word: str) -> bool:
    return word in names("days") or word in further("days")


# ── in prose ─────────────────────────────────────────────────────────────────────────────────────

_SHORT = frozenset({"Mon", "Tue", "Tues", "Wed", "Weds", "Thu", "Thur", "Thurs", "Fri", "Sat", "Sun"})
_WORD = re.compile(
    rf"(?:周|週|星期|礼拜|禮拜)[一二三四五六日天]|[月火水木金土日]曜日?|[월화수목금토일]요일|[{LETTERS}]{{3,13}}"
)
_HABIT = re.compile(
    r"(?:\b(?:every|each|weekly|jeden|jede|chaque|tous les|todos los|cada|tod[ao]s? [ao]s?|ogni|elke|iedere"
    r"|кажд\w\w|по|varje|hver)\b|[每毎매])[^.:;!?\d]{0,12}$|\bmeets?(?: on)? $",
    re.IGNORECASE,
)
_HOURS = re.compile(
    r"(?:[,(]|\s|at|from|um|von|à|de|a las?|alle|às|om|kl|в|@|[上下]午|晚上?|午[前後]|오[전후]){0,5}"
    r"(?:\d{1,2}(?::\d\d|\.\d\d\b|\s?[-–]\s?\d|\s?[ap]\.?m\b|\s?h|\s?uhr|\s?[点點時시])|noon)",
    re.IGNORECASE,
)
_HOURS_BEFORE = re.compile(
    r"(?:\d\s?[ap]\.?m\b\.?|\d[:.]\d\d|noon|uhr|\dh(?:\d\d)?)(?:\s?,)?\s(?:(?:on|am|le)\s)?$", re.IGNORECASE
)
_REPEATED = re.compile(r"\s(?:of|in) (?:the|each|every) (?:month|week)", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:[,/&+–-]|and|or|to|und|oder|bis|et|ou|au|、|和|と)\s*")
_SEVERAL_SIGNS = re.compile(
    r"[周週期][一二三四五六日天][、,/和及]\s?[一二三四五六日天](?!\w)|[月火水木金土日월화수목금토일][・·、,/]\s?[月火水木金土日월화수목금토일](?:曜|요)"
)


@lru_cache(maxsize=1024)
def usual_weekday(text: str) -> int | None:
    """Find the weekday on which prose says the group meets: “every Thursday”, “on Wednesdays 2pm”.

    None where it names none as a habit, or several: “Tuesdays and Thursdays”.
    """
    text = text[:_LONGEST]
    if _SEVERAL_SIGNS.search(text):
        return None
    named_days = list(_named_days(text))
    usual = {number for start, end, number in named_days if _is_habit(text, start, end)}
    for one, other in pairwise(named_days):
        if _BETWEEN.fullmatch(text[one[1] : other[0]]) and usual & {one[2], other[2]}:
            usual |= {one[2], other[2]}
    return usual.pop() if len(usual) == 1 else None


def _named_days(text: str) -> Iterator[tuple[int, int, int]]:
    """Give the place and the number of each weekday; in prose, “die” and “sam” are other words."""
    for m in _WORD.finditer(text):
        word = m[0].casefold()
        singular = word if _is_whole(folded(word)) else word.removesuffix("s")
        number = named("days", singular)
        if number is not None and (_is_whole(folded(singular)) or m[0] in _SHORT or not word.isascii()):
            yield *m.span(), number


def _is_habit(text: str, start: int, end: int) -> bool:
    """A plural, “every” before, hours around: what makes a rule of a weekday."""
    word = folded(text[start:end])
    is_plural = word[-1] == "s" and _is_whole(word[:-1])
    before = text[max(0, start - 24) : start]
    is_around = _HABIT.search(before) or _HOURS_BEFORE.search(before)
    return bool(is_plural or is_around or _HOURS.match(text, end) or _REPEATED.match(text, end))
