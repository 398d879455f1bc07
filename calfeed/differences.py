"""What an edit of the schedule means to subscribers, before they see it, and what edits meant so far.

What `calfeed diff` and `calfeed log` print; the names in their JSON are kept for good.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from calfeed import __version__, zones
from calfeed.changes import compare, describe, newest
from calfeed.model import Change, ChangeKind, Entry, State, Status

_PROMISED = (State.CONFIRMED, State.TENTATIVE)
_MEETING = (Status.CONFIRMED, Status.TENTATIVE)
_FEW = 4
"""So many sessions may change at once in the smallest schedule before it looks like a mistake."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What subscribers would see; every change is in one of the four groups, by date in each.

    `kept` counts the sessions that are to be held and seen no differently.  `lost` are those cancelled
    because their rows are gone while a new session has their date, title or presenter: perhaps one
    session taken for two.  `mass` tells that so much of what is to come changes that it may be a mistake.
    """

    kept: int = 0
    changed: tuple[Change, ...] = ()
    new: tuple[Change, ...] = ()
    cancelled: tuple[Change, ...] = ()
    lost: tuple[Change, ...] = ()
    mass: bool = False

    def marked(self) -> list[tuple[str, Change]]:
        """Give all changes by date, each with the sign of its group."""
        groups = zip("~+-!", (self.changed, self.new, self.cancelled, self.lost), strict=True)
        return sorted(
            ((mark, change) for mark, group in groups for change in group), key=lambda each: _day(each[1])
        )


def difference(before: Iterable[Entry], after: Iterable[Entry], now: datetime) -> Difference:
    """Compare what is remembered before and after an edit that is made at `now`."""
    before, after, today = tuple(before), tuple(after), now.date()
    changes = sorted(compare(before, after, None), key=_day)
    new = tuple(change for change in changes if change.kind is ChangeKind.NEW)
    ended = [change for change in changes if change.kind is ChangeKind.CANCELLED]
    vanished = {entry.uid for entry in after if _is_vanished(entry, today)}
    lost = {change.uid for change in _resembling(ended, new) if change.uid in vanished}
    touched = {change.uid for change in changes}
    return Difference(
        kept=sum(entry.state in _PROMISED and entry.uid not in touched for entry in after),
        changed=tuple(c for c in changes if c.kind in (ChangeKind.CHANGED, ChangeKind.RESTORED)),
        new=new,
        cancelled=tuple(change for change in ended if change.uid not in lost),
        lost=tuple(change for change in ended if change.uid in lost),
        mass=_is_mass(before, changes, today),
    )


def _day(change: Change) -> tuple[date, str]:
    return change.date, change.uid


def _is_vanished(entry: Entry, today: date) -> bool:
    """Tell a session that is cancelled only because its row is gone: it says itself that it is held."""
    cancelled = entry.state is State.CANCELLED and entry.session.status in _MEETING
    return cancelled and entry.session.date >= today


def _resembling(ended: Iterable[Change], new: Collection[Change]) -> Iterator[Change]:
    """Give the changes that share a date, a title or a presenter with a new session."""
    dates = {change.date for change in new}
    titles = {change.title.casefold() for change in new} - {""}
    people = {slug for change in new for slug in change.presenters}
    for change in ended:
        if change.date in dates or change.title.casefold() in titles or people & {*change.presenters}:
            yield change


def _is_mass(before: Iterable[Entry], changes: Iterable[Change], today: date) -> bool:
    """Tell whether more than a third of what is to come changes in what people have in mind of it."""
    coming = {entry.uid for entry in before if entry.state in _PROMISED and entry.session.date >= today}
    hit = sum(change.uid in coming and _is_grave(change) for change in changes)
    return hit >= _FEW and 3 * hit > len(coming)


def _is_grave(change: Change) -> bool:
    """Tell what a subscriber had in mind that is so no more; a topic that was open is no loss."""
    known = {facet.aspect for facet in change.facets if facet.before is not None}
    return change.kind is ChangeKind.CANCELLED or not known.isdisjoint(("date", "time", "title"))


# ── what diff prints ─────────────────────────────────────────────────────────────────────────────

_FOLDED = 10
"""More changes than these are folded away in a comment."""

_LONGEST_COMMENT = 50_000  # octets of its list; GitHub takes 65,536 characters in all


def summary(found: Difference) -> str:
    """Count what subscribers would see: “30 kept, 2 changed, 1 new, 0 cancelled, 0 lost”."""
    groups = {"changed": found.changed, "new": found.new, "cancelled": found.cancelled, "lost": found.lost}
    return ", ".join([f"{found.kept} kept", *(f"{len(group)} {name}" for name, group in groups.items())])


def warnings(found: Difference) -> Iterator[str]:
    """Say what of a difference looks like a mistake, and what to do about it."""
    if found.lost:
        yield (
            "A session marked ! looks lost: its row is gone, and a new one has its date, title or presenter."
            " Where both are one, change less of it at once, so that subscribers see it change."
        )
    if found.mass:
        yield "More than a third of the coming sessions change their date, time or topic, or are cancelled."


def _text(found: Difference) -> Iterator[str]:
    return (f"{mark} {describe(change)}" for mark, change in found.marked())


def _json(found: Difference) -> Iterator[str]:
    yield _written(
        {
            "calfeed": __version__,
            "kept": found.kept,
            "changed": [_object(change) for change in found.changed],
            "new": [_object(change) for change in found.new],
            "cancelled": [_object(change) for change in found.cancelled],
            "lost": [_object(change) for change in found.lost],
            "mass_change": found.mass,
        }
    )


def _markdown(found: Difference) -> Iterator[str]:
    """Give a comment for a pull request: counts, warnings, then the changes."""
    changes = [f"- `{mark}` {_escaped(describe(change))}" for mark, change in found.marked()]
    yield f"**{summary(found)}**"
    for warning in warnings(found):
        yield from ("", f"> {warning}")
    if len(changes) > _FOLDED:
        yield from (
            "",
            f"<details><summary>{len(changes)} changes</summary>",
            "",
            *_fitting(changes),
            "",
            "</details>",
        )
    elif changes:
        yield from ("", *changes)


def _fitting(lines: list[str]) -> Iterator[str]:
    room = _LONGEST_COMMENT
    for number, line in enumerate(lines):
        room -= len(line.encode()) + 1
        if room < 0:
            yield f"- and {len(lines) - number} more"
            return
        yield line


def _escaped(text: str) -> str:
    """Make a text mean only itself in Markdown, and nobody and no issue be notified by it."""
    quiet = re.sub(r"(?<=[@#!$%&~])(?=\w)", "\N{WORD JOINER}", text)
    return re.sub(r"""[!-/:-@[-`{-~]""", r"\\\g<0>", quiet)


FORMATS: Mapping[str, Callable[[Difference], Iterable[str]]] = MappingProxyType(
    {"text": _text, "json": _json, "markdown": _markdown}
)
"""How `calfeed diff` writes what it found, in lines."""


# ── what log prints ──────────────────────────────────────────────────────────────────────────────


def chosen(
    changes: Iterable[Change], presenter: str | None, session: str | None, limit: int
) -> tuple[Change, ...]:
    """Give the newest changes, at most `limit`; of a person (a slug), of a session (a UID) if asked for."""
    found = (
        change
        for change in newest(changes)
        if (presenter is None or presenter in change.presenters)
        and (session is None or session == change.uid)
    )
    return tuple(found)[:limit]


def log_lines(changes: Iterable[Change], zone: str) -> Iterator[str]:
    """Give a line for each change, in their order: when by the clock of a zone, who, what."""
    for change in changes:
        yield f"{zones.local(change.time, zone):%Y-%m-%d %H:%M}  {change.author or '—'}  {describe(change)}"


def log_json(changes: Iterable[Change]) -> str:
    """Give the object that `log --format json` prints: the changes in their order, times in UTC."""
    logged = [
        {
            "time": f"{change.time:%Y-%m-%dT%H:%M:%SZ}",
            "author": change.author,
            **_object(change),
            "semester": change.semester,
            "presenters": change.presenters,
        }
        for change in changes
    ]
    return _written({"calfeed": __version__, "changes": logged})


# ── JSON ─────────────────────────────────────────────────────────────────────────────────────────


def _object(change: Change) -> dict[str, Any]:
    return {
        "uid": change.uid,
        "sequence": change.sequence,
        "kind": str(change.kind),
        "date": change.date.isoformat(),
        "title": change.title or None,
        "sentence": describe(change),
        "facets": [
            {"aspect": facet.aspect, "before": facet.before, "after": facet.after} for facet in change.facets
        ],
    }


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)
