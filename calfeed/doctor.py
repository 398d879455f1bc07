"""What may be wrong with an installation, in the order in which one would look: `calfeed doctor`.

Each check looks at one thing and says one sentence of it, with a hint where something can be done.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

from calfeed import reach, zones
from calfeed.diagnostics import Severity
from calfeed.errors import CalfeedError, RemoteError
from calfeed.ledger import Ledger
from calfeed.model import Calendar
from calfeed.remember import key
from calfeed.schedule import read
from calfeed.sources import Sources

_APART: Final = timedelta(minutes=2)
"""How far two clocks may be apart."""

_FETCHERS: Final = (
    "Google-Calendar-Importer",
    "Microsoft Exchange/15.20",
    "iOS/26.0 (24A123) dataaccessd/1.0",
)
"""What servers of calendar services call themselves: what is asked for must not depend on it (R77, R90)."""

_LONGEST: Final = 256
"""Characters of an address that Google takes (R86)."""


class State(StrEnum):
    """How a check ended: `fail` keeps subscribers from what they should see, `warn` may."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: a sentence, and what to do about it."""

    state: State
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.state:5} {self.message}" + (f" (hint: {self.hint})" if self.hint else "")


def _ok(message: str) -> Finding:
    return Finding(State.OK, message)


def _warn(message: str, hint: str = "") -> Finding:
    return Finding(State.WARN, message, hint)


def _fail(message: str, hint: str = "") -> Finding:
    return Finding(State.FAIL, message, hint)


def examine_here(sources: Sources, ledger: Ledger, now: datetime) -> Iterator[Finding]:
    """Check this machine: zone data, clock, git, ledger, schedule."""
    yield _zone_data(now)
    try:
        yield from _git(sources, now)
    except CalfeedError as error:
        yield _fail(f"git: {error.message}", error.hint)
    yield _ledger(ledger, key(sources.settings))
    yield _schedule(sources, now)


def _zone_data(now: datetime) -> Finding:
    if now.year - zones.RELEASED > 1:
        hint = "pip install --upgrade pytz"
        return _warn(f"zone data: of {zones.RELEASE}; a zone may have changed its clocks since", hint)
    return _ok(f"zone data: of {zones.RELEASE}")


def _git(sources: Sources, now: datetime) -> Iterator[Finding]:
    repository = sources.repository()
    head = repository.head() if repository else None
    if repository is None or head is None:
        yield _warn(
            "git: the schedule lies in no repository: only the ledger knows which session is which",
            "keep the ledger between two runs, and a copy of it",
        )
        return
    if repository.is_shallow:
        yield _fail(
            "git: the history was cut off: other clones may tell subscribers of other sessions",
            "git fetch --unshallow, or fetch-depth: 0",
        )
    else:
        yield _ok(f"git: all of its history is here; the last commit is {head[:10]}")
    ahead = repository.time(head) - now
    if ahead > _APART:
        yield _fail(f"clock: the last commit was made {ahead} after now", "set the clock, as by NTP")
    else:
        yield _ok(f"clock: it is {now:%Y-%m-%d %H:%M:%S} UTC, after the last commit")


def _ledger(ledger: Ledger, calendar: str) -> Finding:
    name = ledger.store.name
    try:
        memory = ledger.read(calendar)
    except CalfeedError as error:
        return _fail(f"ledger: {error.message}", error.hint)
    file = Path(name)
    place = next(each for each in (file.parent, *file.parents) if each.exists())
    if file.is_absolute() and not all(os.access(each, os.W_OK) for each in (place, file) if each.exists()):
        return _fail(f"ledger: {name} cannot be written", "allow writing to it and its folder")
    if memory.revision == 0:
        return _ok(f"ledger: {name} knows nothing of the calendar {calendar} yet")
    return _ok(f"ledger: {name} remembers {len(memory.entries)} sessions, revision {memory.revision}")


def _schedule(sources: Sources, now: datetime) -> Finding:
    found = read(sources, now)
    errors = sum(each.severity is Severity.ERROR for each in found.diagnostics)
    if errors:
        return _fail(f"schedule: {errors} errors, and nothing is cancelled while there are", "calfeed check")
    return _ok(f"schedule: {len(found.sessions)} dated rows are read without an error")


# ── its address ──────────────────────────────────────────────────────────────────────────────────


def feed_address(site: str, calendar: Calendar) -> str:
    """Give the address of the whole calendar's feed on a site, or the address itself if it is a feed's."""
    if urlsplit(site).path.endswith(".ics"):
        return site
    return f"{site.rstrip('/')}/calendar/{quote(calendar.slug)}.ics"


def examine_address(url: str, now: datetime) -> Iterator[Finding]:
    """Check what is answered at the address of a feed, as it looks from here."""
    yield _address(url)
    try:
        first = reach.get(url, {"User-Agent": "calfeed-doctor"})
    except RemoteError as error:
        yield _fail(f"feed: {url}: {error.message}", "is the server running, and does the name lead to it?")
        return
    yield _calendar(first)
    yield from _way(first)
    yield _condition(url, first)
    yield _own_clock(first, now)
    yield from _fetchers(url, first)
    if urlsplit(url).scheme == "https":
        yield _plain(url)
        if not first.headers.get("Strict-Transport-Security"):
            yield _warn("HSTS: not sent, so Evolution asks by http each time", "see deploy/README.md")


NOWHERE: Final = Finding(
    State.WARN, "address: none is known, so pages cannot say where to subscribe", "set url in calfeed.yaml"
)


def _address(url: str) -> Finding:
    parts = urlsplit(url)
    if len(url) > _LONGEST or not url.isascii():
        return _fail(
            f"address: over {_LONGEST} characters, or not ASCII: Google ignores it", "choose a shorter"
        )
    if not reach.lies_in_public(parts.hostname or ""):
        return _warn(f"address: {parts.hostname} is known in this network only, if at all", _PUBLIC)
    if parts.scheme != "https":
        return _fail("address: no https: iPhones and calendar services refuse it", _PUBLIC)
    return _ok(f"address: {url}")


_PUBLIC: Final = "calendar services ask public https addresses: see deploy/README.md"


def _calendar(answer: reach.Answer) -> Finding:
    kind = answer.headers.get_content_type()
    if answer.status != 200:
        return _fail(f"feed: it answers {answer.status}", "see /status and the log of the server")
    if not (answer.body.startswith(b"BEGIN:VCALENDAR") and answer.body.endswith(b"END:VCALENDAR\r\n")):
        return _fail(f"feed: no whole calendar, but {kind}", "is a bot wall, login or cache in front of it?")
    if kind != "text/calendar":
        return _fail(f"feed: a calendar, but called {kind}", "the web server must say text/calendar")
    events = answer.body.count(b"\r\nBEGIN:VEVENT\r\n")
    return _ok(f"feed: a calendar of {events} events in {len(answer.body):,} octets")


def _way(answer: reach.Answer) -> Iterator[Finding]:
    hops = answer.hops
    schemes = [urlsplit(hop).scheme for hop in hops]
    if "http" in schemes[1:] and schemes[0] == "https":
        yield _fail("redirects: from https to http, which clients refuse", f"offer {hops[-1]}")
    elif len(hops) > 1:
        hint = f"offer {hops[-1]} itself"
        yield _warn(f"redirects: {len(hops) - 1}; Thunderbird then fetches all of it each time", hint)
    else:
        yield _ok("redirects: none")


def _condition(url: str, first: reach.Answer) -> Finding:
    tag = first.headers.get("ETag")
    if not tag or tag.startswith("W/"):
        hint = "something in front of calfeed takes it away: does it compress?"
        return _warn(f"ETag: {'a weak one' if tag else 'none'}", hint)
    status = reach.get(url, {"If-None-Match": tag}).status
    if status != 304:
        return _warn(f"ETag: asked with it, the server answers {status}, not 304", "see what lies in front")
    return _ok("ETag: asked with it, the server answers 304")


def _own_clock(answer: reach.Answer, now: datetime) -> Finding:
    try:
        told = parsedate_to_datetime(answer.headers.get("Date", "")).replace(tzinfo=UTC)  # it is GMT
    except ValueError:
        return _warn("server's clock: not told", "the web server should send Date")
    if abs(told - now) > _APART:
        return _warn(f"server's clock: {abs(told - now)} from the clock here", "set both by NTP")
    return _ok("server's clock: the same as here")


def _fetchers(url: str, first: reach.Answer) -> Iterator[Finding]:
    for agent in _FETCHERS:
        answer = reach.get(url, {"User-Agent": agent})
        if answer.status != first.status or answer.headers.get_content_type() != "text/calendar":
            hint = "exempt feeds from bot walls, challenges and blocks"
            yield _fail(f"fetchers: {agent} is answered {answer.status}", hint)
            return
    yield _ok("fetchers: servers of Google, Microsoft and Apple are answered as anybody, by their names")


def _plain(url: str) -> Finding:
    plain = urlunsplit(urlsplit(url)._replace(scheme="http", netloc=urlsplit(url).hostname or ""))
    try:
        answer = reach.get(plain, {})
    except RemoteError as error:
        hint = "Evolution and ICSx5 ask there when they are given webcal://"
        return _warn(f"port 80: {error.message}", hint)
    if answer.status != 200 or not answer.hops[-1].startswith("https:"):
        return _warn("port 80: does not lead to the feed by https", "redirect it: see deploy/README.md")
    return _ok("port 80: leads to https")


# ── who will see it, and when ────────────────────────────────────────────────────────────────────

_CLIENTS: Final = (
    ("Google Calendar", True, "4 to 24 hours after a change"),
    ("Outlook on the web, new Outlook", True, "3 to 24 hours"),
    ("Proton Calendar", True, "4 to 16 hours"),
    ("Fastmail", True, "about an hour"),
    ("Apple Calendar", False, "as the subscriber chose: 5 minutes to a week, at first a week"),
    ("Outlook (classic)", False, "with Send/Receive, an hour at the soonest"),
    ("Thunderbird", False, "30 minutes"),
    ("Evolution", False, "an hour"),
    ("KOrganizer", False, "when told, or an hour"),
    ("ICSx5 (Android)", False, "a day, or as chosen"),
    ("Nextcloud", False, "an hour, if its server can reach the address"),
    ("vdirsyncer", False, "whenever it is run"),
)
"""A program, whether its maker's servers fetch the feed, and what is known of how long it takes."""


def table(url: str | None) -> Iterator[str]:
    """Tell of each calendar program whether it can subscribe to an address, and when it sees a change."""
    parts = urlsplit(url or "")
    local = not url or parts.scheme != "https" or not reach.lies_in_public(parts.hostname or "")
    width = max(len(name) for name, *_ in _CLIENTS)
    for name, remote, delay in _CLIENTS:
        can = "no: needs a public https address" if remote and local else delay
        yield f"{name:{width}}  {can}"
