"""Which part of a session a line tells by its own words, wherever it stands."""

import re

from calfeed.labels import read_label, split_label
from calfeed.model import Cell
from calfeed.parts import Part
from calfeed.people import looks_like_people
from calfeed.text import LOST
from calfeed.times import times
from calfeed.values import is_open, link_kind, plain, state, venue

ROOMS = (
    r"(?:room|rm\.|hall|lab|building|auditorium|raum|hörsaal|salle|amphi|sala|aula)\s+[^\s,;|]{1,20}|zoom|online"
    r"|(?:教室|会议室)\s?\w{1,10}"
)
PLACE = re.compile(ROOMS, re.IGNORECASE)

_PROSE = 40
"""Words from which on a line is about the talk, and not its title."""

_ADDRESSED = re.compile(r"[^:：]{2,40}[:：]\s?https?://\S+")
"""A bare address behind words that say what for: “RSVP: https://…”."""

_MARKER = re.compile(r"[\[【(]\s*([^\[\]()【】]{2,40}?)\s*[\])】]\s*")


def judge(cell: Cell, text: str) -> Part | None:
    """Tell what a line is by its own words (`text`, without its mark), None where they leave it open."""
    label, _ = split_label(text)
    if label and (read := read_label(label)):
        return Part.MATERIALS if read.part is Part.TOPIC and _is_materials(cell, label) else read.part
    if is_open(text):
        return Part.EMPTY
    if state(text) and not any(cell.links()):
        return Part.STATE
    if PLACE.fullmatch(text):
        return Part.PLACE
    if _is_materials(cell) or ("://" in text and _ADDRESSED.fullmatch(text)):
        return Part.MATERIALS
    return _topic_or_people(cell, text)


def _topic_or_people(cell: Cell, text: str) -> Part | None:
    named = looks_like_people(text)
    linked = [x.text for x in cell.links() if link_kind(x.text) == "other" and not x.is_mail]
    if len(text.split()) > _PROSE and sum(map(len, linked)) * 2 < len(text):
        return Part.ABSTRACT
    if marker(text)[0] or any(not named or len(words.split()) >= 4 for words in linked):
        return Part.TOPIC
    if named:
        return Part.PEOPLE if re.search(r"[,;&、，(（]", text) else None
    if times(text) and len(text.split()) <= 6:
        return Part.TIME
    count = len(text.split())
    if count > _PROSE:
        return Part.ABSTRACT
    is_sentence = text.endswith((".", "!"))  # of an abstract, perhaps: a title has no full stop
    return Part.TOPIC if (count >= 6 and not is_sentence) or ":" in text or '"' in text else None


def marker(text: str) -> tuple[str | None, str]:
    """Split a venue marker off the front of a topic: "[OSDI'24] Parrot" -> ("OSDI'24", "Parrot")."""
    if (m := _MARKER.match(text)) and venue(m[1]):
        return m[1], text[m.end() :]
    return None, text


def _is_materials(cell: Cell, label: str = "") -> bool:
    """Tell whether a line is, but for its label, only short links that promise slides, a video, a paper."""
    labels = [plain(link.text) for link in cell.links()]
    beside = "".join(span.text for span in cell.spans if span.url is None).replace(label.strip(), "")
    return (
        bool(labels)
        and not re.search(r"\w", beside.replace(LOST, ""))
        and all(len(label.split()) <= 3 and link_kind(label) != "other" for label in labels)
    )
