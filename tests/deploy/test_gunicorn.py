"""deploy/server/gunicorn.conf.py in a real gunicorn."""

from pathlib import Path

import pytest

from tests.deploy import servers
from tests.deploy.servers import FEED, fetch

pytestmark = pytest.mark.e2e


def test_gunicorn_serves_a_schedule(tmp_path: Path) -> None:
    group, port = servers.schedule(tmp_path / "group"), servers.free_port()
    configuration = servers.DEPLOY / "server" / "gunicorn.conf.py"
    _, environment = servers.granian(group, port)
    command = [servers.tool("gunicorn"), "--config", str(configuration), "--bind", f"127.0.0.1:{port}"]
    with servers.running(command, tmp_path / "log", environment):
        servers.wait_for(f"http://127.0.0.1:{port}/{FEED}")
        status, body, headers = fetch(f"http://127.0.0.1:{port}/{FEED}")
        assert (status, b"BEGIN:VEVENT" in body) == (200, True)
        assert fetch(f"http://127.0.0.1:{port}/{FEED}", If_None_Match=headers["ETag"])[0] == 304
