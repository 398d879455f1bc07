"""Names of months and weekdays in the languages that schedules are kept in, whole and shortened."""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Literal

Kind = Literal["months", "days"]

LETTERS = "A-Za-zÀ-žА-яёіїє"
"""The letters of months, for a class of a pattern."""

_LATIN = ("en", "fr", "de")

_MONTHS = (
    "enero janeiro gennaio gener januari stycznia ledna января январь янв січня ocak ene",
    "febrero fevereiro febbraio febrer februari lutego února февраля февраль фев февр лютого şubat",
    "marzo março març maart mrt marts marca března марта март мар березня",
    "abril aprile kwietnia dubna апреля апрель апр квітня nisan abr",
    "mayo maio maggio maig mei maj maja května мая май травня mayıs",
    "junio junho giugno juny juni czerwca června июня июнь июн червня haziran giu",
    "julio julho luglio juliol juli lipca července июля июль июл липня temmuz lug",
    "agosto agost augustus augusti sierpnia srpna августа август авг серпня ağustos",
    "septiembre setiembre setembro settembre setembre września září сентября сентябрь сен сент вересня eylül",
    "octubre outubro ottobre października října октября октябрь окт жовтня ekim ott",
    "noviembre novembro listopada listopadu ноября ноябрь ноя нояб листопада kasım",
    "diciembre dezembro dicembre desembre desember grudnia prosince декабря декабрь дек грудня aralık dic",
)
"""The months in further languages, from January, each as it stands beside a day, with its short form."""

_DAYS = (
    "lunes segunda lunedì dilluns maandag måndag mandag poniedziałek понедельник пн понедельникам pondělí",
    "martes terça martedì dimarts dinsdag tisdag tirsdag wtorek вторник вт вторникам úterý",
    "miércoles quarta mercoledì dimecres woensdag onsdag środa среда среду ср средам středa mie",
    "jueves quinta giovedì dijous donderdag torsdag czwartek четверг чт четвергам čtvrtek jue",
    "viernes sexta venerdì divendres vrijdag fredag piątek пятница пятницу пт пятницам pátek vie",
    "sábado sabato dissabte zaterdag lördag lørdag sobota суббота субботу сб субботам",
    "domingo domenica diumenge zondag söndag søndag niedziela воскресенье вс neděle",
)
"""The weekdays, from Monday; those of Portuguese stand with “-feira” behind, or without."""

AMBIGUOUS = {"mart": 3, "mag": 5, "ago": 8, "set": 9, "out": 10}
"""Months whose names mean something else in English: “problem set 3” is no day of September."""


def folded(word: str) -> str:
    """Give a word in lower case and without accents: "Févr." -> "fevr"."""
    if not word.isascii():
        letters = unicodedata.normalize("NFKD", word)
        word = unicodedata.normalize("NFC", "".join(c for c in letters if not unicodedata.combining(c)))
    return word.rstrip(".").casefold()


@cache
def names(kind: Kind) -> dict[str, int]:
    """Give the whole names in the languages that also shorten them."""
    from babel.dates import get_day_names, get_month_names  # slow import, only where a word is met

    get = get_month_names if kind == "months" else get_day_names
    return {folded(name): number for code in _LATIN for number, name in get("wide", locale=code).items()}


@cache
def _numbers_by_name(kind: Kind) -> dict[str, int]:
    """Give each name, and each beginning of three letters or more that means only one of them."""
    meanings: dict[str, set[int]] = {}
    for name, number in names(kind).items():
        for length in range(3, len(name) + 1):
            meanings.setdefault(name[:length], set()).add(number)
    clear = {short: numbers.pop() for short, numbers in meanings.items() if len(numbers) == 1}
    return further(kind) | clear | names(kind) | (_more_weekdays() if kind == "days" else {})


@cache
def further(kind: Kind) -> dict[str, int]:
    """Give the names in the languages that are only read as they stand in a table here."""
    table, first = (_MONTHS, 1) if kind == "months" else (_DAYS, 0)
    return {folded(word): number for number, text in enumerate(table, first) for word in text.split()}


def _more_weekdays() -> dict[str, int]:
    """Give what no library lists: two letters (German and English agree on these), and 週二 for 周二."""
    more: dict[str, int] = {}
    signs = zip("一二三四五六日", "月火水木金土日", "월화수목금토일", strict=True)
    for number, (chinese, japanese, korean) in enumerate(signs):
        more |= {f"{week}{chinese}": number for week in ("周", "週", "星期", "礼拜", "禮拜")}
        more |= {japanese: number, f"{japanese}曜": number, f"{japanese}曜日": number}
        more |= {korean: number, f"{korean}요일": number}
    letters = ("mo", "di tu", "mi we weds", "do th", "fr", "sa", "so su 周天 星期天 礼拜天")
    return more | {word: number for number, words in enumerate(letters) for word in words.split()}


@lru_cache(maxsize=4096)
def named(kind: Kind, word: str) -> int | None:
    """Give the number of the month or weekday (Monday as 0) that a word names: "Sept.", "août", "周二"."""
    return _numbers_by_name(kind).get(folded(word))


def likely_month(text: str, cutoff: float = 0.75) -> str | None:
    """Guess the month that a misspelt word means, for a hint: "Septmber 3" -> "September"."""
    from difflib import get_close_matches  # slow import, only where a reading failed

    for word in re.findall(r"[^\W\d_]{4,12}", text[:300]):
        if close := get_close_matches(folded(word), names("months"), n=1, cutoff=cutoff):
            return close[0].title()
    return None
