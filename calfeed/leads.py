"""What may stand in front of the date that a line begins with."""

import re

from calfeed.lexicon import folded
from calfeed.weekdays import weekday

_LEAD_WORD = re.compile(
    "week|wk|session|meeting|lecture|lec|talk|seminar|seminaire|seance|semaine|woche|sitzung|treffen|vortrag|"
    "termin|workshop|class|day|part|no|nr|number|group|reading|journal|club|date|when|datum|notes|minutes|"
    "abstract|resume|agenda|of|on|du|de|le|the|am|vom|den|der|pm|uhr|h|"
    "sesion|sessao|semana|encuentro|encontro|reunion|reuniao|charla|fecha|dia|el|em|incontro|settimana|seduta|giorno|il|"
    "sessie|bijeenkomst|op|дата|неделя|встреча|семинар|日期|时间|時間|日時|日付|날짜|일시"
)
_NEXT = (
    "next|upcoming|coming|naechste[rsn]?|nachste[rsn]?|kommende[rsn]?|prochaine?s?|proxim[ao]s?|prossim[ao]|volgende|"
    "следующая|следующий|下次|次回|下一次|다음"
)
_NEXT_WORD = re.compile(_NEXT)
_LEAD_SIGNS = re.compile(r"第?\s?[\d一二三四五六七八九十]+\s?(?:回|次|周|週|期|讲|講|회|주차?)")


def is_lead(text: str) -> bool:
    """Tell what may stand before the date that a line begins with: marks, “Week 3:”, “Abstract du”."""
    if len(text) > 60:
        return False
    words = re.findall(r"[^\W_]+", _LEAD_SIGNS.sub(" ", text))
    return all(
        len(word) < 4 if word.isdigit() else _LEAD_WORD.fullmatch(folded(word)) or weekday(word) is not None
        for word in words
        if not _NEXT_WORD.fullmatch(folded(word))
    )


def is_next(text: str) -> bool:
    """Tell what announces a date, which may stand in the schedule, too: “Next meeting:”."""
    return is_lead(text) and any(_NEXT_WORD.fullmatch(folded(word)) for word in re.findall(r"[^\W_]+", text))
