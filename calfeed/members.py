"""What a group keeps to its members (R34, R87-R89), taken out of whatever everybody may see.  Pure.

Session ─public─▶ the Session that pages, feeds and changes are made of; `concealed` is what it lost
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from hashlib import blake2b
from uuid import NAMESPACE_URL, uuid5

from calfeed.model import Change, ChangeKind, Entry, Facet, Kept, Link, Session
from calfeed.places import SERVICE
from calfeed.values import web_address

_ADDRESS = re.compile(r"\S*://\S*")
_MEETING = re.compile(
    r"zoom\.us/(?:[jsw]|my)/|meet\.google|teams\.(?:microsoft|live)|webex\.com/(?:meet|join)|meet\.jit\.si|meeting\.tencent"
)


def public(session: Session, kept: Kept) -> Session:
    """Give what everybody may know of a session: the very same session where that is all."""
    if not kept:
        return session
    online = None if "online" in kept else session.online
    location = None if "location" in kept else session.location
    paper, links = session.paper_url, session.links
    if "online" in kept:
        links = tuple(link for link in links if not _joins(link, session.online))
        paper = None if _is_meeting(paper, session.online) else paper
        location = " ".join(_ADDRESS.sub("", location or "").split()) or None
    shown = replace(session, online=online, location=location, paper_url=paper, links=links)
    return session if shown == session else shown


def _joins(link: Link, online: str | None) -> bool:
    """Tell a link by which one joins a meeting; a recording has a kind of its own."""
    is_named = link.kind == "other" and SERVICE.search(link.label) is not None
    return is_named or _is_meeting(link.url, online) or _is_meeting(link.written, online)


def _is_meeting(address: str | None, online: str | None = None) -> bool:
    """Tell the address of a meeting, wherever a reading found it."""
    return address is not None and (address == online or _MEETING.search(address) is not None)


def public_entry(entry: Entry, kept: Kept) -> Entry:
    """Give what everybody may know of an entry."""
    session = public(entry.session, kept)
    return entry if session is entry.session else replace(entry, session=session)


def concealed(session: Session, kept: Kept) -> str:
    """Digest what only members see of a session; empty where everybody sees it all."""
    shown = public(session, kept)
    if shown is session:
        return ""
    links = [link.url for link in session.links if link not in shown.links]
    told = json.dumps([session.online, session.location, session.paper_url, links])
    return blake2b(told.encode(), digest_size=16).hexdigest()


def member_uid(uid: str) -> str:
    """Name the members' form of an event: it is another telling of its session (R34)."""
    return str(uuid5(NAMESPACE_URL, f"{uid}?members"))


def public_changes(changes: Iterable[Change], kept: Kept) -> Iterator[Change]:
    """Leave out where sessions take or took place, of what was told before that was kept to members."""
    if not kept:
        yield from changes
        return
    for change in changes:
        facets = tuple(filter(None, (_public_facet(facet, kept) for facet in change.facets)))
        if facets or change.kind is not ChangeKind.CHANGED:
            yield replace(change, facets=facets)


def _public_facet(facet: Facet, kept: Kept) -> Facet | None:
    if facet.aspect not in ("location", "paper"):
        return facet
    hides = _hides_place if facet.aspect == "location" else _hides_paper
    before, after = (_without(text, lambda part: hides(part, kept)) for text in (facet.before, facet.after))
    return None if before == after else replace(facet, before=before, after=after)


def _without(text: str | None, is_hidden: Callable[[str], bool]) -> str | None:
    """Take a room and an address, which `changes` puts together, apart again."""
    return ", ".join(part for part in (text or "").split(", ") if not is_hidden(part)) or None


def _hides_place(part: str, kept: Kept) -> bool:
    return ("online" if web_address(part) else "location") in kept


def _hides_paper(address: str, kept: Kept) -> bool:
    return "online" in kept and _is_meeting(address)
