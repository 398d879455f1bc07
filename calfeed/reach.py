"""Asking our own feed as calendar programs do: every step of the way is told, and none is forgiven.

Unlike `internet` it may ask http and private networks: whoever runs `calfeed doctor` names the address.
"""

import socket
import ssl
from contextlib import closing
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import urljoin, urlsplit

from calfeed.errors import RemoteError
from calfeed.internet import is_public

_SECONDS: Final = 10.0
_OCTETS: Final = 5_000_000
_HOPS: Final = 5
_MOVED: Final = frozenset((301, 302, 303, 307, 308))


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered in the end; `hops` are the addresses that led there, the first one included."""

    status: int
    headers: Message
    body: bytes
    hops: tuple[str, ...]


def get(url: str, headers: dict[str, str]) -> Answer:
    """Ask for an address, and for those that it redirects to.

    Raises:
        RemoteError: nobody answers, or there is no end of redirects.
    """
    hops = [url]
    while True:
        answer = _get_once(hops, headers)
        target = answer.headers.get("Location")
        if answer.status not in _MOVED or not target:
            return answer
        if len(hops) > _HOPS:
            raise RemoteError(f"it redirects more than {_HOPS} times")
        hops.append(urljoin(hops[-1], target))


def _get_once(hops: list[str], headers: dict[str, str]) -> Answer:
    parts = urlsplit(hops[-1])
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise RemoteError("it leads to what is no address on the web")
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    with closing(kind(parts.hostname, parts.port, timeout=_SECONDS)) as connection:
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read(_OCTETS), tuple(hops))
        except ssl.SSLCertVerificationError as error:
            raise RemoteError(f"its certificate is not valid: {error.verify_message}") from error
        except (OSError, HTTPException, ValueError) as error:
            reason = (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
            raise RemoteError(f"it does not answer: {reason}") from error


def lies_in_public(host: str) -> bool:
    """Tell whether a host's name leads to a place that everybody can reach, as far as can be known here."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return any(is_public(str(address[0])) for *_, address in found)
