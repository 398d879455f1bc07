"""The keys to members' feeds: made, found, taken back.  Pure, but for the making of what nobody can guess.

A token is 192 random bits, so its plain SHA-256 is as good to keep as a slow hash: nobody can guess that far.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe

from calfeed.errors import UsageError
from calfeed.model import Token

_OCTETS = 24

Tokens = tuple[Token, ...]


def issue(tokens: Tokens, name: str, now: datetime) -> tuple[Tokens, str]:
    """Add a token for somebody, and give it: nobody can ever read it again.

    Raises:
        UsageError: that somebody has one.
    """
    if _held(tokens, name):
        raise UsageError(f"there is a token named {name}", "rotate it, or revoke it, or choose another name")
    token = token_urlsafe(_OCTETS)
    return (*tokens, Token(name, _digest(token), now)), token


def revoke(tokens: Tokens, name: str, now: datetime) -> Tokens:
    """Take somebody's token back; it stays known, so that its address says that it is gone for good.

    Raises:
        UsageError: nobody of that name has one.
    """
    held = _held(tokens, name)
    if not held:
        raise UsageError(f"there is no token named {name}", "calfeed token list names those there are")
    return tuple(replace(token, revoked=now) if token in held else token for token in tokens)


def rotate(tokens: Tokens, name: str, now: datetime) -> tuple[Tokens, str]:
    """Give somebody another token for the one they had.

    Raises:
        UsageError: nobody of that name has one.
    """
    return issue(revoke(tokens, name, now), name, now)


def find(tokens: Iterable[Token], written: str) -> Token | None:
    """Find the token that somebody shows, in the same time whether or not it is one."""
    digest = _digest(written)
    found = [token for token in tokens if compare_digest(token.digest, digest)]
    return found[0] if found else None


def _held(tokens: Tokens, name: str) -> Tokens:
    return tuple(token for token in tokens if token.name == name and token.revoked is None)


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
