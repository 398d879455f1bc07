"""Messages of forges, signed as their documentation says."""

import base64
import hashlib
import hmac
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from calfeed.errors import UsageError
from calfeed.web import create_app, hook
from calfeed.web.current import Current
from tests.conftest import NOW
from tests.web.sample import PUBLICATION

# GitHub's own example: docs.github.com, “Validating webhook deliveries”.
SECRET = "It's a Secret to Everybody"  # noqa: S105
BODY = b"Hello, World!"
DIGEST = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
TIME = str(int(NOW.timestamp() * 1000))


def gitees(time: str, secret: str = SECRET) -> str:
    """Sign a time as Gitee's documentation does, up to its quoting."""
    signed = hmac.new(secret.encode(), f"{time}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(signed).decode()


# The example of the Standard Webhooks, which GitLab's signing tokens follow.
SIGNING_TOKEN = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105
SIGNED_BODY = b'{"test": 2432232314}'
SIGNED_AT = 1614265330
SIGNED = {
    "Webhook-Id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "Webhook-Timestamp": str(SIGNED_AT),
    "Webhook-Signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}

GOOD = {
    "GitHub": {"X-Hub-Signature-256": f"sha256={DIGEST}", "X-GitHub-Event": "ping"},
    "GitLab": {"X-Gitlab-Token": SECRET, "X-Gitlab-Event": "Push Hook"},
    "Gitea": {"X-Gitea-Signature": DIGEST, "X-Hub-Signature-256": f"sha256={DIGEST}"},
    "Forgejo": {"X-Forgejo-Signature": DIGEST, "X-Gitea-Signature": DIGEST},
    "Gitee with a password": {"X-Gitee-Token": SECRET, "X-Gitee-Timestamp": TIME},
    "Gitee with a signature": {"X-Gitee-Token": gitees(TIME), "X-Gitee-Timestamp": TIME},
}
LATE = str(int(TIME) - 3_601_000)
BAD = {
    "GitHub": {"X-Hub-Signature-256": f"sha256={DIGEST[::-1]}"},
    "GitHub's old way": {"X-Hub-Signature-256": "", "X-Hub-Signature": "sha1=01"},
    "GitLab, signed, and we have the older token": {**SIGNED, "X-Gitlab-Token": SECRET},
    "GitLab": {"X-Gitlab-Token": "it's a secret to everybody"},
    "GitLab, empty": {"X-Gitlab-Token": ""},
    "not ASCII": {"X-Gitlab-Token": "gehé", "X-Gitea-Signature": "é"},
    "Forgejo, half": {"X-Forgejo-Signature": "0" * 64, "X-Gitea-Signature": DIGEST},
    "Gitee, late": {"X-Gitee-Token": gitees(LATE), "X-Gitee-Timestamp": LATE},
    "Gitee, another time": {"X-Gitee-Token": gitees(TIME), "X-Gitee-Timestamp": LATE},
    "Gitee, no time": {"X-Gitee-Token": gitees("")},
    "Gitee, no number": {"X-Gitee-Token": gitees("1e9"), "X-Gitee-Timestamp": "1e9"},
    "Gitee, too long a number": {"X-Gitee-Token": gitees("9" * 999), "X-Gitee-Timestamp": "9" * 999},
}


class Woken(Current):
    """Counts how often it was woken."""

    count = 0

    def wake(self) -> None:
        self.count += 1


@pytest.fixture
def current() -> Woken:
    made = Woken(lambda: PUBLICATION, lambda: None)
    made.refresh()
    return made


@pytest.fixture
def client(current: Woken, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setenv("CALFEED_WEBHOOK_SECRET", SECRET)
    return create_app(current, lambda: NOW).test_client()


@pytest.mark.parametrize("forge", GOOD)
def test_good_message_wakes(forge: str, client: FlaskClient, current: Woken) -> None:
    answer = client.post("/hook", data=BODY, headers=GOOD[forge])
    assert (answer.status_code, answer.text, current.count) == (202, "Thank you.\n", 1)
    assert "default-src" in answer.headers["Content-Security-Policy"]


def test_gitees_signature_may_be_quoted(client: FlaskClient) -> None:
    time = next(str(int(TIME) + n) for n in range(99) if "+" in gitees(str(int(TIME) + n)))
    quoted = gitees(time).replace("+", "%2B").replace("=", "%3D").replace("/", "%2F")
    headers = {"X-Gitee-Token": quoted, "X-Gitee-Timestamp": time}
    assert client.post("/hook", data=BODY, headers=headers).status_code == 202


@pytest.mark.parametrize("forge", BAD)
def test_bad_message_does_not(forge: str, client: FlaskClient, current: Woken) -> None:
    answer = client.post("/hook", data=BODY, headers=BAD[forge])
    assert (answer.status_code, current.count) == (403, 0)
    assert "not signed with our secret" in answer.text


def test_message_that_was_changed_does_not(client: FlaskClient, current: Woken) -> None:
    answer = client.post("/hook", data=BODY + b"!", headers=GOOD["GitHub"])
    assert (answer.status_code, current.count) == (403, 0)


def test_message_without_a_signature_does_not(client: FlaskClient, current: Woken) -> None:
    assert client.post("/hook", data=BODY, headers={"X-Hub-Signature": "sha1=0"}).status_code == 403
    assert client.get("/hook").status_code == 405
    assert current.count == 0


def test_length_is_known_before_anything_is_read(client: FlaskClient, current: Woken) -> None:
    class Unread:
        """A body that must not be touched."""

        def read(self, _: int = -1) -> bytes:
            raise AssertionError("it was read")

    for length, status in ((1_000_001, 413), (None, 411)):
        told = {} if length is None else {"CONTENT_LENGTH": str(length)}
        environment = {"wsgi.input": Unread(), "REQUEST_METHOD": "POST", **told}
        answer = client.open("/hook", environ_overrides=environment, headers=GOOD["GitHub"])
        assert answer.status_code == status
    assert current.count == 0


def test_before_there_is_anything_to_serve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALFEED_WEBHOOK_SECRET", SECRET)
    current = Woken(lambda: PUBLICATION, lambda: None)
    answer = create_app(current).test_client().post("/hook", data=BODY, headers=GOOD["GitHub"])
    assert (answer.status_code, current.count) == (202, 1)


def test_without_a_secret_there_is_no_hook(current: Woken) -> None:
    client = create_app(current).test_client()
    assert client.post("/hook", data=BODY, headers=GOOD["GitLab"]).status_code == 404


def test_secret_may_be_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "secret"
    monkeypatch.setenv("CALFEED_WEBHOOK_SECRET_FILE", str(file))
    with pytest.raises(UsageError, match="cannot be read"):
        hook.secret()
    file.write_text("\n")
    with pytest.raises(UsageError, match="is empty"):
        hook.secret()
    file.write_text("geheim\n")
    assert hook.secret() == b"geheim"
    monkeypatch.setenv("CALFEED_WEBHOOK_SECRET", "other")
    assert hook.secret() == b"other"


@pytest.mark.parametrize(
    ("headers", "seconds", "secret", "expected"),
    [
        ({}, 0, SIGNING_TOKEN, True),
        ({}, 3600, SIGNING_TOKEN, True),
        ({"Webhook-Signature": f"v1,AAAA v1a,BBBB {SIGNED['Webhook-Signature']}"}, 0, SIGNING_TOKEN, True),
        ({"X-Gitlab-Token": "the older token"}, 0, SIGNING_TOKEN, True),
        ({}, 3601, SIGNING_TOKEN, False),
        ({}, 0, SECRET, False),
        ({}, 0, "whsec_AAAA", False),
        ({"Webhook-Id": "msg_another"}, 0, SIGNING_TOKEN, False),
        ({"Webhook-Timestamp": str(SIGNED_AT + 1)}, 0, SIGNING_TOKEN, False),
        ({"Webhook-Timestamp": "now"}, 0, SIGNING_TOKEN, False),
        ({"Webhook-Signature": ""}, 0, SIGNING_TOKEN, False),
        ({"Webhook-Signature": "", "X-Gitlab-Token": SIGNING_TOKEN}, 0, SIGNING_TOKEN, False),
    ],
)
def test_the_signing_token_of_gitlab(
    headers: dict[str, str], seconds: int, secret: str, expected: bool
) -> None:
    sent = {**SIGNED, **headers}
    assert hook.is_signed(sent, SIGNED_BODY, secret.encode(), SIGNED_AT + seconds) is expected
