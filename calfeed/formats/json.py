"""Feed -> bytes of its sessions as JSON, the contract of `calfeed show --format json`.

Each session is written once, kept, and spliced into every feed that carries it.
"""

import json
from functools import lru_cache
from typing import Any

from calfeed.contract import about, session_object
from calfeed.model import Event, Feed, Session
from calfeed.plain import line

MEDIA_TYPE = "application/json"
EXTENSION = "json"


def render(feed: Feed) -> bytes:
    """Write the sessions of a feed by date, then by place in the source, whatever the order of its events."""
    events = sorted(feed.events, key=lambda event: (event.session.date, event.session.source))
    first = _dumped(about(feed.calendar, events, str)).removesuffix("}")
    sessions = ",\n".join(_told(event, event.session) for event in events)
    return f'{first}, "sessions": [\n{sessions}\n], "diagnostics": []}}\n'.encode()


@lru_cache(maxsize=2**14)
def _told(event: Event, _session: Session) -> str:
    """Write a session; an event equals one whose session stands on another line, which is told, too."""
    return _dumped(session_object(event, str))


def _dumped(said: dict[str, Any]) -> str:
    return json.dumps(_public(said), ensure_ascii=False)


def _public(said: Any) -> Any:  # noqa: ANN401 - whatever JSON can say
    """Clean every text, as in all that is published: without e-mail addresses, above all (R89)."""
    if isinstance(said, dict):
        return {name: _public(each) for name, each in said.items()}
    if isinstance(said, list):
        return [_public(each) for each in said]
    return line(said) if isinstance(said, str) else said
