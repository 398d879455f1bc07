"""What a session's topic says, taken apart: venue, title, paper; and what its links are."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from calfeed.bylines import Line
from calfeed.diagnostics import Diagnostic, diagnose
from calfeed.hypertext import FILL
from calfeed.model import Link, LinkKind, Span, Venue
from calfeed.people import looks_like_people
from calfeed.signs import marker
from calfeed.values import absolute, is_open, link_kind, plain, venue

_LONGEST_REFERENCE = 60
_MOST_LINKS = 100
"""Links of a topic that may be its title, as each is looked for in the text: a person writes a few."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What a topic's line says, and what in it was not understood."""

    title: str | None = None
    venue: Venue | None = None
    paper_url: str | None = None
    links: tuple[Link, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def read_topic(line: Line | None, base_url: str | None) -> Topic:
    """Take a topic apart: "[OSDI'24] [Parrot: …](url)" is a venue, a title, a paper."""
    if line is None:
        return Topic()
    linked_texts = list(line.cell.links())
    venues = [link for link in linked_texts[:_MOST_LINKS] if venue(plain(link.text).strip("[]"))]
    name, text = _venue_beside(line.text, linked_texts[:_MOST_LINKS], plain(venues[0].text) if venues else "")
    further = [link for link in linked_texts[_MOST_LINKS:] if not link.is_mail]
    links = [link for link in linked_texts[:_MOST_LINKS] if link not in venues and not link.is_mail]
    titles = [link for link in links if is_linked_title(link)]
    rest = _without(text, links)
    if len(titles) > 1:
        titles = [link for link in titles if not looks_like_people(link.text)] or titles
    elif not titles and line.place and not re.search(r"\w{3}", rest):
        titles = [link for link in links if link.text != link.url][:1]
    beside: tuple[Diagnostic, ...] = ()
    if _are_the_title(titles, text):
        beside = _beside(line, rest)
        text, behind = _venue_behind(_between(titles, text))
        name = name or behind
    else:
        text = _without(text, [link for link in links if link not in titles])
        text = _without_bracketed(text, titles)
    found = [
        read_link(link, line.label if line.place else "", base_url)
        for link in (*titles[:1], *(link for link in links if link not in titles[:1]), *further)
    ]
    there = [link for link, _ in found if link]
    paper = there[0].url if titles and found[0][0] else None
    return Topic(
        clean_title(_cited(text)),
        venue(name) if name else None,
        paper,
        tuple(there[1:] if paper else there),
        (*beside, *(fault for _, faults in found for fault in faults)),
    )


_REFERENCE = re.compile(r"\bet al\b", re.IGNORECASE)


def _venue_beside(text: str, links: Sequence[Span], linked: str) -> tuple[str | None, str]:
    """Part the venue from a topic: a marker in front, `linked` words there, a reference, a bracket behind."""
    name, rest = marker(text)
    if name is not None:
        return name, rest
    if linked and text.startswith(linked) and text != linked:
        return linked.strip("[]"), text[len(linked) :]
    if referred := next(filter(_refers, links), None):
        return plain(referred.text).rpartition(",")[2].strip(" []"), text
    rest, behind = _venue_behind(text)
    return behind, rest


def _refers(link: Span) -> bool:
    return len(link.text) <= _LONGEST_REFERENCE and _REFERENCE.search(link.text) is not None


def is_linked_title(link: Span) -> bool:
    """Tell a linked title from materials, and from who wrote it where: “[Kuang et al., ICCV 2019]”."""
    is_long = len(link.text.split()) > 3 or len(link.text) > 30
    return link.text != link.url and not _refers(link) and (is_long or link_kind(link.text) == "other")


def _are_the_title(titles: Sequence[Span], text: str) -> bool:
    """Tell whether the linked words are the title: most of the text, or all but a few words before it."""
    if not titles:
        return False
    if sum(len(link.text) for link in titles) * 2 >= len(text):
        return True
    first = plain(titles[0].text)
    lead, _, behind = text.partition(first)
    return (
        len(first.split()) >= 3
        and len(lead.split()) <= 3
        and re.match(r"[\s.,;:)\]\"”]*(?:\(|by\b|$)|[.,;]\s", behind) is not None
    )


def _between(titles: Sequence[Span], text: str) -> str:
    """Give the linked titles as one: as they are joined in the text, “… and …”, else with a slash."""
    words = [plain(link.text) for link in titles]
    joined = words[0]
    for before, after in pairwise(words):
        gap = text.partition(before)[2].partition(after)[0]
        joined += (
            " " + gap.strip() + " " if re.fullmatch(r"\s*(?:and|&|et|und|和|与)\s*", gap) else " / "
        ) + after
    return joined


_JOINTS = re.compile(r"\b(?:and|und|et|with)\b|&|和|与", re.IGNORECASE)


def _beside(line: Line, rest: str) -> tuple[Diagnostic, ...]:
    """Say what stands beside a linked title, since the title is all that is taken."""
    if not re.search(r"\w{3}", _JOINTS.sub(" ", rest)):
        return ()
    message = f"“{plain(rest).strip(' .,;:()[]–—-')}” beside the title was not understood"
    return (diagnose("line-unused", message, line.cell.position),)


_ROOM = re.compile(r"\b(?:zoom|teams|webex|meet|join)\b|腾讯会议", re.IGNORECASE)


def read_link(span: Span, label: str, base_url: str | None) -> tuple[Link | None, tuple[Diagnostic, ...]]:
    """Make a link of a span; where its own words promise nothing ("here"), its line's `label` does."""
    written = span.url or ""
    if not written.strip(FILL):
        return None, ()
    if (url := absolute(written, base_url)) is None:
        message = f"the link of “{plain(span.text)}” is not safe to follow: left out"
        hint = "link to an http or https address"
        return None, (diagnose("link-unsafe", message, span.position, hint),)
    words = plain(span.text).strip("[]")
    kind: LinkKind = link_kind(words) if span.text != written else "other"
    promised = link_kind(label)
    is_room = _ROOM.search(words) is not None
    if promised != "other" and not is_room and (kind == "other" or words.casefold() == "pdf"):
        words, kind = (label if kind == "other" else words), promised
    return (Link(kind, words or written, url, written) if written else None), ()


_BEHIND = re.compile(r"\s?(?:[\[(]([^\[\](),]{2,40})[\])]|,\s([^\[\](),]{2,40}))\W?$")


def _venue_behind(text: str) -> tuple[str, str | None]:
    """Split a venue off the end of a topic: "Parrot (OSDI '24)" -> ("Parrot", "OSDI '24")."""
    m = _BEHIND.search(text[-60:])
    name = (m[1] or m[2]) if m else ""
    if m and venue(name):
        return text[: len(text) - len(m[0])], name
    return text, None


_CITATIONS = (
    # Peng, R. D. "Reproducible research: A retrospective." Annual review …
    re.compile(r"(?P<who>[^\"“”]{5,200}?)[.,)\s]\s*[\"“](?P<title>[^\"“”]{10,300}?)[.,]?[\"”]"),
    # Robin Jia and Percy Liang. 2017. Adversarial Examples for … Systems.
    re.compile(
        r"(?P<who>[^.()]{5,160}(?:\s[A-Z]\.[^.()]{1,40}){0,4}?)\.?,?\s\(?(?:19|20)\d\d\)?[.:]\s(?P<title>[^.]{10,300})(?:\.|$)"
    ),
    # Holt et al, Disciplined Inconsistency, UW CS TR
    re.compile(r"(?P<who>[^,.()]{2,40} et al)\.?[,:]?\s(?P<title>[^,]{10,300})(?:,|$)"),
)
_CITING = re.compile(r"[\"“]|(?:19|20)\d\d|et al")
"""One of them is in each citation."""


def _cited(text: str) -> str:
    """Give the title out of a citation, where a whole reference stands in its place."""
    line = " ".join(text.split()) if len(text) < 600 and _CITING.search(text) else ""
    for pattern in _CITATIONS:
        m = pattern.match(line)
        if m and ("et al" in m["who"] or "," in m["who"] or " and " in m["who"] or "&" in m["who"]):
            return m["title"]
    return text


_QUOTES = {'""', "“”", "''", "‘’", "「」", "«»", "„“"}
_UNLINKED = re.compile(r"\s*\[([^\[\]]{2,20})\]$")
_NUMBERED = re.compile(
    r"^(?:(?:(?:week|session|meeting|lecture|talk|part)\s?#?\s?|[^\W\d]{2,12}\s?#)\d+\s*(?:\([^()]{1,30}\))?\s*[:.–—-]\s*)?"
    r"(?:\d{1,2}[.)]\s+)?(?:\([^\W\d]\w{2,20}\)\s*:\s*)?",
    re.IGNORECASE,
)


def clean_title(text: str) -> str | None:
    """Give a title as a person says it: without number, quotes and stray marks; None where it is open."""
    bare = " ".join(text.split())
    bare = plain(_NUMBERED.sub("", bare, count=1)).rstrip(" ,;:-–—").strip()
    if (m := _UNLINKED.search(bare)) and link_kind(m[1]) != "other":
        bare = bare[: m.start()].rstrip(" ,;:-–—")
    if bare[:1] + bare[-1:] in _QUOTES | {"()"} and not set(bare[1:-1]) & set("()"):
        bare = bare[1:-1].strip()
    if bare.count(".") == 1:
        bare = bare.removesuffix(".")
    return None if is_open(bare) else bare


def _without_bracketed(text: str, links: Iterable[Span]) -> str:
    """Take short links in brackets out of a title: “… ([Details](#x))”."""
    for link in links:
        words = plain(link.text)
        at = text.find(words)
        before, behind = text[:at].rstrip(" [("), text[at + len(words) :].lstrip(" ])")
        is_bracketed = at > 0 and text[:at].rstrip()[-1:] in ("[", "(")
        if is_bracketed and len(words) <= 20:
            text = f"{before} {behind}"
    return text


def _without(text: str, links: Iterable[Span]) -> str:
    """Take the labels of material links out of a title, with the brackets around them."""
    for link in links:
        words = plain(link.text)
        at = text.find(words) if words else -1
        if at < 0 and text.strip() in words:
            text = ""  # the words of the link went on, and were its venue
        elif at >= 0:
            behind = text[at + len(words) :]
            text = (
                f"{text[:at].rstrip(' [(|,;')} {behind.removeprefix(']').removeprefix(')').removeprefix(']')}"
            )
    return text
