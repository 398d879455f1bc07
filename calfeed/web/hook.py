"""A signed message of a forge that somebody pushed: what is served is renewed at once.

What the message says does not matter: the sources are asked, and only what they say is believed.  So
a message that is sent twice, by whomever, changes nothing.
"""

import os
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Callable, Mapping
from hashlib import sha256
from hmac import compare_digest
from hmac import new as sign
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from flask import Flask, Response, request
from werkzeug.exceptions import Forbidden, LengthRequired, RequestEntityTooLarge

from calfeed.errors import UsageError

RULE: Final = "/hook"
_OCTETS: Final = 1_000_000
_HOUR: Final = 3600
_SIGNATURES: Final = ("X-Hub-Signature-256", "X-Forgejo-Signature", "X-Gitea-Signature")


def secret() -> bytes | None:
    """Give the secret that the environment tells: CALFEED_WEBHOOK_SECRET, or a file that holds it.

    Raises:
        UsageError: the file cannot be read, or is empty.
    """
    if told := os.environ.get("CALFEED_WEBHOOK_SECRET"):
        return told.encode()
    if not (file := os.environ.get("CALFEED_WEBHOOK_SECRET_FILE")):
        return None
    try:
        held = Path(file).read_bytes().strip()
    except OSError as error:
        raise UsageError(f"CALFEED_WEBHOOK_SECRET_FILE cannot be read: {error.strerror}") from error
    if not held:
        raise UsageError("CALFEED_WEBHOOK_SECRET_FILE is empty", "write the webhook's secret into it")
    return held


def register(app: Flask, wake: Callable[[], None], known: bytes | None, now: Callable[[], float]) -> None:
    """Answer at /hook, if a secret is known; `now` gives seconds of Unix."""

    def hook() -> Response:
        body = _body()
        if known is None or not is_signed(dict(request.headers), body, known, now()):
            raise Forbidden("The message is not signed with our secret.")
        wake()
        return Response("Thank you.\n", 202, mimetype="text/plain")

    if known:
        app.add_url_rule(RULE, "hook", hook, methods=["POST"])


def _body() -> bytes:
    """Read what was sent, where it says beforehand that it is not too much."""
    if request.content_length is None:
        raise LengthRequired
    if request.content_length > _OCTETS:
        raise RequestEntityTooLarge
    return request.get_data(cache=False, parse_form_data=False)


def is_signed(headers: Mapping[str, str], body: bytes, secret: bytes, now: float) -> bool:
    """Tell whether a message comes from one who knows the secret; of several signatures each must hold."""
    digest = sign(secret, body, sha256).hexdigest()
    checks = [
        _same(headers[name].removeprefix("sha256="), digest.encode())
        for name in _SIGNATURES
        if name in headers
    ]
    # GitLab sends its older token as well, and beside a signature it may be another secret.
    if "Webhook-Signature" in headers:
        checks.append(_is_standard(headers, body, secret, now))
    elif "X-Gitlab-Token" in headers:
        checks.append(_same(headers["X-Gitlab-Token"], secret))
    if "X-Gitee-Token" in headers:
        checks.append(_is_gitees(headers, secret, now))
    return bool(checks) and all(checks)


def _is_standard(headers: Mapping[str, str], body: bytes, secret: bytes, now: float) -> bool:
    """GitLab's signing token is of the Standard Webhooks: one of the signatures holds, for an hour."""
    name, time = headers.get("Webhook-Id", ""), headers.get("Webhook-Timestamp", "")
    if not _is_near(time, now):
        return False
    try:
        key = b64decode(secret.removeprefix(b"whsec_"), validate=True)
    except Error:  # what one thought of oneself is no key of theirs
        return False
    signed = f"{name}.{time}.".encode("latin-1", "replace") + body
    signature = b"v1," + b64encode(sign(key, signed, sha256).digest())
    return any(_same(told, signature) for told in headers["Webhook-Signature"].split())


def _is_gitees(headers: Mapping[str, str], secret: bytes, now: float) -> bool:
    """Gitee sends the secret itself, or signs a time with it, in milliseconds, that is good for an hour."""
    token, time = headers["X-Gitee-Token"], headers.get("X-Gitee-Timestamp", "")
    if _same(token, secret):
        return True
    if not _is_near(time[:-3], now):
        return False
    signature = b64encode(sign(secret, time.encode() + b"\n" + secret, sha256).digest())
    return _same(unquote(token), signature)  # which some versions send quoted


def _is_near(seconds: str, now: float) -> bool:
    return seconds.isdecimal() and len(seconds) < 13 and abs(int(seconds) - now) <= _HOUR


def _same(told: str, known: bytes) -> bool:
    return compare_digest(told.encode("latin-1", "replace"), known)
