"""Two schedules that pages find hard: one in which every word is an attack or a nuisance, and a long one."""

import json
from datetime import date, timedelta

_SCRIPT = '"><script>alert(1)</script>'
_MARKUP = "</title></p><img src=x onerror=alert(2)> '\"onclick=alert(3) {{ 7*7 }} ${7*7} %s %(name)s &amp; \\"
_JAVASCRIPT = "javascript:alert(4)"
_LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 6
_WORDY = ("Reading the same paper again, with other eyes and another question in mind " * 14)[:1000].strip()
_ARABIC, _HEBREW = "قراءة في الأنظمة", "מערכות מבוזרות"
_CHINESE = "分布式系统中的时间与时钟，以及事件的顺序"
_EMOJI = "👩‍👩‍👧‍👦🏴‍☠️🇩🇪"
_INVISIBLE = "\u202eReversed\u202c \u200b\u00ad\ufeff Zͣͫͩalgo"

_SESSIONS: list[dict[str, object]] = [
    {
        "date": "2026-09-08",
        "title": f"A Title {_SCRIPT} {_MARKUP}",
        "url": _JAVASCRIPT,
        "speakers": [f"Ada {_SCRIPT}", {"name": "Noor Haddad", "affiliation": _MARKUP}],
        "slides": _JAVASCRIPT,
        "video": "data:text/html,<script>alert(5)</script>",
        "code": 'https://example.org/?"><svg/onload=alert(6)>',
        "location": _SCRIPT,
    },
    {
        "date": "2026-09-15",
        "title": _LONG,
        "url": f"https://example.org/{_LONG}.pdf",
        "speakers": [_LONG[:116]],
        "location": _LONG,
    },
    {"date": "2026-09-22", "title": f"{_ARABIC} (TCP/IP) {_HEBREW}!", "speakers": [_ARABIC, _HEBREW]},
    {"date": "2026-10-13", "title": _CHINESE * 6, "speakers": ["王小雨", "ヤマダ 太郎"], "venue": "OSDI'24"},
    {"date": "2026-10-20", "title": f"{_EMOJI} On Faces {_EMOJI * 40}", "speakers": [f"Zoë {_EMOJI} Martin"]},
    {
        "date": "2026-10-27",
        "title": _WORDY,
        "speakers": [
            f"Guest {name} Alexandrowitsch" for name in map(str.title, "abcdefghijklmnopqrstuvwxyz")
        ],
    },
    {"date": "2026-11-03", "title": f"On {_INVISIBLE}", "speakers": ["N. N."]},
]

HOSTILE = {
    "calfeed.yaml": json.dumps(
        {
            "id": "hostile",
            "name": _SCRIPT,
            "description": _MARKUP,
            "timezone": "Asia/Shanghai",
            "meeting": {"start": "14:00", "duration": 90, "location": _MARKUP},
        }
    ),
    "README.yaml": json.dumps({f"2026 Fall {_SCRIPT}": _SESSIONS}, ensure_ascii=False),
}
"""The files of a schedule by name."""

_GIVEN = ("Ada", "Noor", "Tomás", "Lena", "Priya", "Oskar", "Émile", "Zoë")
_FAMILY = ("Brandt", "Haddad", "Rivera", "Vogel", "Raman", "Lind")
_LAST = date(2026, 12, 15)


def large(sessions: int) -> dict[str, str]:
    """Write a schedule of so many weeks up to the end of 2026, with 48 people: its files by name."""
    settings = "id: large\ntimezone: Europe/Berlin\nmeeting: {start: '14:00', duration: 90}\n"
    days = [_LAST - timedelta(weeks=n) for n in reversed(range(sessions))]
    rows = []
    for number, day in enumerate(days):
        if number == 0 or (day.month > 6) != (days[number - 1].month > 6):
            rows.append(f"## {day.year} {'Fall' if day.month > 6 else 'Spring'}\n")
        rows.append(_session(number, day))
    return {"calfeed.yaml": settings, "README.md": "# Large Reading Group\n\n" + "\n".join(rows)}


def _session(number: int, day: date) -> str:
    people = [number * 5, number * 7 + 2, number * 11 + 4]
    names = ", ".join(f"{_GIVEN[n % len(_GIVEN)]} {_FAMILY[n % 48 // len(_GIVEN)]}" for n in people)
    venue = f"{('OSDI', 'SOSP', 'NSDI')[number % 3]}'{day.year % 100 - 1}"
    title = f"Systems, Papers, and How to Read Them Closely, Part {number + 1}"
    return (
        f"### {day}\n\n- [{venue}] [{title}](https://papers.example.org/{number}.pdf)\n"
        f"- Presenters: {names}\n"
        f"- [slides](https://slides.example.org/{number}.pdf), [video](https://video.example.org/{number})\n"
    )
