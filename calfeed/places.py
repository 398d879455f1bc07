"""Rooms in prose: where a sentence, or what stands behind a label, says that a group meets."""

import re

from calfeed.times import times
from calfeed.values import is_open

_LONGEST = 80
"""Characters of a room's name: a longer text tells more than a room."""

_OPENED = re.compile(
    r"\b(?:in|at|im|en|dans|à|em)\s(?:(?:the|our|der|la|le|el)\s)?|[,;|，、(（]\s?+(?!(?:usually\s)?(?:in|at|im|en|dans|à)\s)|@\s?"
    r"|\s[-–—·]\s|在",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    r"[,;|()，。、（）]|[.!?](?:\s|$)|\s[-–—]\s"
    r"|\s(?:via|on|from|every|each|unless|to|and|or|und|et|with|if|at\s(?=\d)|for\s(?=an?\b|the\b|\d)|weekly"
    r"|starting|statt)\b",
    re.IGNORECASE,
)
SERVICE = re.compile(r"\b(?:zoom|teams|webex|google meet|jitsi)\b|腾讯会议", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[\w)]{2})[.!?]\s+(?=[^\sa-z\d])|[。！？]")
_BRACKET = re.compile(r"\s?[(（]([^()（）]{2,80})[)）]")
_ROOM = re.compile(
    r"\b(?:rooms?|rm|hall|lab|laboratory|building|bldg|auditorium|library|theat(?:er|re)|lounge|atrium|caf[eé]"
    r"|studio|classroom|floor|raum|hörsaal|seminarraum|saal|gebäude|salle|amphi\w{0,8}|sala|aula|zaal|auditori[ou]m?|bâtiment)\b"
    r"|教室|会议室|會議室|实验室|[楼樓室館]|강의실|회의실|세미나실|\d호",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"(?<![\w.])(?:[A-Z]{1,6}[ -]?(?!(?:19|20)\d\d\b)\d{1,5}(?:\.\d{1,4}|[A-Za-z])?"
    r"|[A-Z][a-z]+ (?!(?:19|20)\d\d\b)\d{3,4}[A-Z]?|(?!(?:19|20)\d\d\b)\d{3,5}[A-Z]? (?!Min)[A-Z]\w+)(?!\w)"
)
_UNKNOWN = re.compile(r"x{2,}|\?{2,}|\btb[acd]\b|_{2,}", re.IGNORECASE)
_SPECIFIC = re.compile(r"[A-Z\d\u2e80-\ud7af]")


def place_in(text: str) -> str | None:
    """Find the room that a sentence names: behind “in” or “at”, a comma or a bracket; else “Zoom”."""
    for opened in _OPENED.finditer(text):
        start = opened.end()
        bracket = _BRACKET.match(text, opened.start()) if opened[0][0] in "(（" else None
        end = start + _LONGEST + 1
        closed = _CLOSED.search(text, start, end)
        place = bracket[1] if bracket else text[start : closed.start() if closed else end]
        if _is_place(place):
            behind = _BRACKET.match(text, start + len(place))
            return (place + behind[0] if behind and _is_place(behind[1]) else place).strip(" :")
    service = SERVICE.search(text)
    return service[0] if service else None


def _is_place(text: str) -> bool:
    if not 1 < len(text.strip()) <= _LONGEST or _UNKNOWN.search(text) or not _SPECIFIC.search(text):
        return False
    return bool(_ROOM.search(text) or _CODE.search(text)) and not times(text)


def named_place(text: str) -> str | None:
    """Take what a label calls the place, cut to its first sentence."""
    place = _SENTENCE_END.split(text)[0].strip(" .,:;|-–—")
    while len(place) > _LONGEST:
        place = place.rpartition(",")[0]
    return None if is_open(place) or _UNKNOWN.search(place) else place
