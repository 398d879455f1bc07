"""Addresses on other machines to what they answer, within limits: the only module that connects to any.

A schedule is published for everybody, so a server must not be led to fetch what only it can reach: neither
the first address nor where it redirects to may lie in a private network, and the connection goes to the very
address that was checked.  An operator names the hosts for which that is right in CALFEED_PRIVATE_HOSTS.
"""

import ipaddress
import os
import re
import socket
import ssl
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from email.message import Message
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from netrc import NetrcParseError, netrc
from pathlib import Path
from threading import Lock, Timer
from types import TracebackType
from typing import Final, Self
from urllib.parse import SplitResult, urljoin, urlsplit

from calfeed.errors import RemoteError

_REDIRECTS: Final = 3
_SILENCE: Final = 20.0
"""Seconds that a connection may take to be made, or to say nothing."""

_MOVED: Final = frozenset((301, 302, 303, 307, 308))
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")


class Budget:
    """The seconds and octets that one fetch may take, however many requests it is made of.

    As a context it cuts every connection when its time is over, and then says that as RemoteError.
    """

    def __init__(self, seconds: float, octets: int) -> None:
        self._seconds = seconds
        self._octets = octets
        self._left = octets
        self._over = False
        self._cuts: list[Callable[[], object]] = []
        self._lock = Lock()
        self._open = ExitStack()
        self._timer = Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            self._cuts.clear()
        with suppress(OSError):
            self._open.close()
        if self._over and (error is None or isinstance(error, Exception)):
            raise RemoteError(f"it took longer than {self._seconds:g} seconds") from error

    def take(self, octets: int) -> None:
        """Count what was received.

        Raises:
            RemoteError: it is too much.
        """
        self._left -= octets
        if self._left < 0:
            raise RemoteError(f"it sent more than {self._octets // 1_000_000:,} MB")

    def closing(self, close: Callable[[], object]) -> None:
        """Note how to let go of something when the fetch is over."""
        self._open.callback(close)

    def cutting(self, cut: Callable[[], object]) -> None:
        """Note how to end something, from another thread, when the time is over."""
        with self._lock:
            self._cuts.append(cut)
            if self._over:
                self._call([cut])

    def _cut(self) -> None:
        with self._lock:
            self._over = True
            self._call(self._cuts)

    @staticmethod
    def _call(cuts: Iterable[Callable[[], object]]) -> None:
        for cut in cuts:
            with suppress(OSError):
                cut()


class Answer:
    """What a server answered, as far as our own code and dulwich's ask; `content_type` and
    `redirect_location` are dulwich's to set.
    """

    content_type: str | None = None
    redirect_location = ""

    def __init__(self, response: HTTPResponse, url: str, budget: Budget) -> None:
        self._response = response
        self._url = url
        self._budget = budget
        self.status = response.status
        self.headers: Message = response.headers

    @property
    def said(self) -> str:
        """The status in words: "404 Not Found", without whatever else a server writes there."""
        return f"{self.status} {re.sub(r'[^A-Za-z -]', '', self._response.reason or '')[:40]}".strip()

    def geturl(self) -> str:
        """Give the address that answered, after all redirects."""
        return self._url

    def read(self, octets: int | None = None) -> bytes:
        """Read so many octets, fewer only at the end.

        Raises:
            RemoteError: the connection broke, or the budget is used up.
        """
        try:
            data = self._response.read(65536 if octets is None else octets)
        except (OSError, HTTPException) as error:
            raise RemoteError(f"the connection broke: {type(error).__name__}") from error
        self._budget.take(len(data))
        if not data and octets != 0 and self._response.length:
            raise RemoteError("the connection broke before the end")
        return data

    def chunks(self) -> Iterator[bytes]:
        """Read all of it, piece by piece."""
        return iter(self.read, b"")

    def close(self) -> None:
        """Let go of the connection."""
        self._response.close()


def ask(method: str, url: str, budget: Budget, headers: dict[str, str], body: bytes | None = None) -> Answer:
    """Send a request to an https address and follow its redirects, if nothing is sent along.

    A user and password are taken from the netrc file, for the very host that is asked.

    Raises:
        RemoteError: nobody answers, or what answers must not be asked.
    """
    for _ in range(_REDIRECTS + 1):
        answer = _ask_once(method, url, budget, headers, body)
        target = answer.headers.get("Location")
        if answer.status not in _MOVED or body is not None or not target:
            return answer
        answer.close()
        url = urljoin(url, target)
    raise RemoteError(f"it redirects more than {_REDIRECTS} times")


def _ask_once(method: str, url: str, budget: Budget, headers: dict[str, str], body: bytes | None) -> Answer:
    parts = _understood(url)
    connection = _Connection(parts.hostname or "", parts.port or 443, budget)
    budget.closing(connection.close)
    sent = {"User-Agent": "calfeed", "Connection": "close"} | headers | _authorization(connection.host)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request(method, path, body, sent)
        response = connection.getresponse()
    except ssl.SSLCertVerificationError as error:
        hint = "SSL_CERT_FILE names a file with the certificates of an authority of your own"
        raise RemoteError(f"its certificate is not valid: {error.verify_message}", hint) from error
    except (OSError, HTTPException, ValueError) as error:
        raise RemoteError(f"it does not answer: {_reason(error)}") from error
    budget.closing(response.close)
    return Answer(response, url, budget)


def _understood(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        right = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        right = False
    if not right:
        raise RemoteError("it redirects to what is no https address")
    if parts.username is not None:
        raise RemoteError("it redirects to an address with a user and password in it")
    return parts


def _reason(error: Exception) -> str:
    """Say what went wrong without any address, which the words of an error may hold."""
    known = error.strerror if isinstance(error, OSError) else None
    return known or type(error).__name__


# ── connecting ───────────────────────────────────────────────────────────────────────────────────


class _Connection(HTTPSConnection):
    """A connection to the very address that was checked."""

    def __init__(self, host: str, port: int, budget: Budget) -> None:
        super().__init__(host, port, timeout=_SILENCE)
        self._budget = budget

    def connect(self) -> None:
        """Connect, and let the budget cut the connection at any time, be it amid the handshake of TLS."""
        plain = _connected(self.host, self.port or 443)
        twin = plain.dup()  # of the same connection: TLS takes the first one over
        self._budget.closing(twin.close)
        self._budget.cutting(lambda: twin.shutdown(socket.SHUT_RDWR))
        context = ssl.create_default_context()
        # An end that was not announced may be somebody's cut: half a schedule must not look like a whole one.
        self.sock = context.wrap_socket(plain, server_hostname=self.host, suppress_ragged_eofs=False)


def _connected(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    places = list(dict.fromkeys(str(address[0]) for *_, address in found))
    if host.casefold() not in _private_hosts():
        places = [place for place in places if is_public(place)]
        if not places:
            hint = f"the operator allows it by naming {host} in CALFEED_PRIVATE_HOSTS"
            raise RemoteError("it lies in a private network", hint)
    failure = OSError("no address")
    for place in places:
        try:
            return socket.create_connection((place, port), timeout=_SILENCE)
        except OSError as error:
            failure = error
    raise failure


def _private_hosts() -> frozenset[str]:
    return frozenset(os.environ.get("CALFEED_PRIVATE_HOSTS", "").casefold().replace(",", " ").split())


def is_public(place: str) -> bool:
    """Tell whether a numeric address can be reached by everybody, however it is wrapped."""
    address = ipaddress.ip_address(place.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return address.is_global and not address.is_multicast


def _authorization(host: str) -> dict[str, str]:
    """Give the header with the user and password that the netrc file has for a host, if any."""
    try:
        file = os.environ.get("NETRC") or Path.home() / ".netrc"
        known = netrc(str(file)).hosts.get(host)
    except (OSError, RuntimeError):  # no such file, or nobody's home
        return {}
    except NetrcParseError as error:  # its words may hold a password
        raise RemoteError(f"the netrc file is not understood, line {error.lineno}") from None
    if known is None:
        return {}
    pair = b64encode(f"{known[0]}:{known[2]}".encode()).decode("ascii")
    return {"Authorization": f"Basic {pair}"}
