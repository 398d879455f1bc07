"""What stands among names and names nobody: everyone, a position, where somebody is from, a remark."""

import re
from functools import lru_cache

from calfeed.values import is_open, plain

_LONGEST = 80
_CACHED = 2**14

_POSITION = re.compile(
    r"(?:(?:ph\.?\s?d|m\.?sc|b\.?sc|m\.?d|mph|mba|dr|prof(?:essor)?|jr|sr)\b\.?(?:\s(?:students?|candidate))?"
    r"|post-?doc\w*|(?:master'?s?|grad(?:uate)?|doctoral|undergrad\w*)\sstudents?|doctorante?|masterante?"
    r"|doktorand(?:in)?|博士生|硕士生|研究生|本科生)(?:\s(?:at|of)\b)?",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"[\W\d_]*|\d+(?:st|nd|rd|th|\s?min\w*\.?|\s?h)(?:\seach)?|(?:he|she|they|it|any|il|elle|er|sie)(?:/\w+)+"
    r"|(?:first|second|1st|2nd) (?:half|part)|(?:part|teil|partie) \w+|tb[acd]|tentative(?:ly)?|confirmed"
    r"|online|remote(?:ly)?|virtual(?:ly)?|(?:via )?zoom|in[ -]person|hybrid|en ligne|en visio|线上|线下|远程"
    r"|オンライン|온라인|(?:guest|invited|external|keynote)(?: speaker| talk)?|speaker|presenter|lead(?:er)?"
    r"|host|chair|moderator|backup|slides|主讲|主持",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"(?:(?:the|our|all|entire|whole|full|various|multiple|several|of|us) )*(?:(?:lab |team |group |club )?"
    r"(?:group|team|class|lab|club|members?|hands|together|participants?|speakers|presenters|people)|all|us"
    r"|everyone|everybody|anyone|anybody|various|multiple|several)|nobody|no ?one|unknown|null|others?"
    r"|(?:speaker|presenter)s? ?(?:[a-h]|\d{1,2})"
    r"|(?:(?:group|open|general|panel|paper|free|joint) )?(?:discussion|panel)|(?:open|free) (?:slot|floor)"
    r"|(?:guest|invited|external|keynote)(?: (?:speakers?|talks?|lectures?|lecturers?))?|special session"
    r"|no (?:presenters?|speakers?|(?:lab )?meeting|session|seminar|class|talk|jc|rg)|n\.\s?n\.|et al\.?"
    r"|holidays?|tou(?:te)?s|tout le monde|toute l['’]équipe|alle(?: mitglieder)?"
    r"|전체|모두|전원|다같이|다함께|미정|全体|全员|全員|全体(?:成员|人员|师生|同学)|大家|所有人|各位|みんな"
    r"|皆さん|未定|待定|待补充|自由讨论|等",
    re.IGNORECASE,
)
_INSTITUTION = re.compile(
    r"\b(?:universi[td]\w*|univ|polit[eé]cnic[oa]|institut\w*|college|school|academy|acad[ée]mie|lab(?:oratory|oratoire|or|s)?"
    r"|department|dept|facult\w*|[ée]cole|(?:fach)?hochschule|max[ -]planck|inc|ltd|gmbh|corp(?:oration)?"
    r"|cent(?:er|re)|research|hospital|foundation)\b|大学|大學|学院|研究[所院室]|实验室|公司|集团|株式会社"
    r"|대학|연구[소실원]|학교|회사",
    re.IGNORECASE,
)
_KNOWN_PLACE = re.compile(
    r"[A-Z]{3,8}(?: [A-Z]{2,8}){0,2}|(?:ETH|TU|KU|UC|UT) \w+|[A-Z]\w+ (?:State|Tech)"
    r"|U(?:niv)?\.? of(?: [A-Z][\w.]+){1,3}|Inria|Caltech|Stanford|Harvard|Princeton|Oxford"
    r"|Berkeley|Cambridge|Tsinghua|Sorbonne|DeepMind|Nvidia|OpenAI|Facebook|Huawei"
    r"|(?:Google|Microsoft|Amazon|Adobe|Apple|Meta|IBM|NVIDIA)(?: [A-Z][\w/]+){0,2}"
)


@lru_cache(maxsize=_CACHED)
def is_nobody(text: str) -> bool:
    """Tell a text that stands where names do and names nobody: "Everyone", "Guest speaker", "-"."""
    if len(text) > _LONGEST:
        return False
    return is_open(text) or _NOBODY.fullmatch(plain(text).strip("?!.:()[] ")) is not None


def is_no_name(text: str) -> bool:
    """Tell what stands in a list of people and is none of them: nobody, a counter, "PhD"."""
    return not any(map(str.isalpha, text)) or is_nobody(text) or _POSITION.fullmatch(text) is not None


def is_place(text: str) -> bool:
    """Tell where somebody is from: an institution, or initials as of one, "MIT"."""
    return is_institution(text) or _KNOWN_PLACE.fullmatch(text) is not None


def is_institution(text: str) -> bool:
    """Tell a text with the word of an institution in it: "Eastport University"."""
    return _INSTITUTION.search(text) is not None


def is_remark(text: str) -> bool:
    """Tell what brackets behind a name say that is no place and no other name: "(30 min)", "(she/her)"."""
    return _REMARK.fullmatch(text) is not None


def without_position(text: str) -> str:
    """Give where somebody is from, without what they are there: "PhD student at MIT" -> "MIT"."""
    return _POSITION.sub("", text, count=1).strip()
