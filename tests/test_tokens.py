"""The keys to members' feeds."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from calfeed.errors import UsageError
from calfeed.model import Token
from calfeed.tokens import find, issue, revoke, rotate
from tests.conftest import NOW

LATER = NOW + timedelta(days=1)


def test_token_has_192_bits_and_only_its_digest_is_kept() -> None:
    tokens, secret = issue((), "ada", NOW)
    assert len(secret) == 32
    assert tokens == (Token("ada", sha256(secret.encode()).hexdigest(), NOW),)
    assert find(tokens, secret) == tokens[0]


def test_no_two_are_alike() -> None:
    assert len({issue((), "ada", NOW)[1] for _ in range(100)}) == 100


@pytest.mark.parametrize("written", ["", "guess", "été \ud800", "\0", "x" * 10_000])
def test_what_is_none_is_not_found(written: str) -> None:
    tokens, secret = issue((), "ada", NOW)
    assert find(tokens, written) is None
    assert find(tokens, secret[:-1]) is None
    assert find((), secret) is None


def test_digest_is_no_token() -> None:
    tokens, _ = issue((), "ada", NOW)
    assert find(tokens, tokens[0].digest) is None


def test_revoked_token_stays_known_and_its_name_is_free_again() -> None:
    tokens, secret = issue((), "ada", NOW)
    gone = revoke(tokens, "ada", LATER)
    assert find(gone, secret) == replace(tokens[0], revoked=LATER)
    again, new = issue(gone, "ada", LATER)
    assert [find(again, each) for each in (secret, new)] == [gone[0], Token("ada", again[1].digest, LATER)]


def test_others_are_not_touched() -> None:
    tokens, _ = issue(issue((), "ada", NOW)[0], "noor", NOW)
    assert [token.revoked for token in revoke(tokens, "ada", LATER)] == [LATER, None]


def test_rotated_token_is_another_for_the_same_name() -> None:
    tokens, old = issue((), "ada", NOW)
    rotated, new = rotate(tokens, "ada", LATER)
    assert old != new
    assert [(token.name, token.revoked) for token in rotated] == [("ada", LATER), ("ada", None)]


def test_name_has_one_token() -> None:
    tokens, _ = issue((), "ada", NOW)
    with pytest.raises(UsageError, match="there is a token named ada"):
        issue(tokens, "ada", LATER)


def test_what_is_not_there_cannot_be_taken_back() -> None:
    gone = revoke(issue((), "ada", NOW)[0], "ada", LATER)
    for change in (revoke, rotate):
        with pytest.raises(UsageError, match="there is no token named ada"):
            change(gone, "ada", LATER)
