"""deploy/systemd: units that systemd understands, that are confined, and whose command serves."""

import configparser
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.deploy import servers
from tests.deploy.servers import FEED, ROOT, fetch

pytestmark = pytest.mark.e2e

UNITS = sorted((ROOT / "deploy" / "systemd").glob("calfeed*.*"))


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [servers.tool("systemd-analyze"), "--no-pager", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    changes = {"/opt/calfeed/.venv/bin/granian": servers.tool("granian"), "/opt/calfeed": str(ROOT)}
    for unit in UNITS:
        text = unit.read_text("utf-8")
        own = changes if unit.name == "calfeed.service" else {}
        (tmp_path / unit.name).write_text(servers.changed(text, own), "utf-8")

    answer = analyze("verify", *(str(tmp_path / unit.name) for unit in UNITS))

    told = [line for line in answer.stderr.splitlines() if "calfeed" in line]
    assert (len(UNITS), answer.returncode, told) == (3, 0, [])


@pytest.mark.parametrize(("unit", "most"), [("calfeed.service", 1.5), ("calfeed-pull.service", 2.5)])
def test_services_are_confined(unit: str, most: float) -> None:
    answer = analyze("security", "--offline=true", str(ROOT / "deploy" / "systemd" / unit))
    (score,) = re.findall(r"exposure level for \S+: ([\d.]+)", answer.stdout)

    assert float(score) <= most


def test_command_of_the_unit_serves(tmp_path: Path) -> None:
    group, port = servers.schedule(tmp_path / "group"), servers.free_port()
    text = (ROOT / "deploy" / "systemd" / "calfeed.service").read_text("utf-8")
    changes = {
        "/opt/calfeed/.venv/bin/granian": servers.tool("granian"),
        "/opt/calfeed": str(ROOT),
        "/srv/reading": str(group),
        "/var/lib/calfeed": str(tmp_path),
    }
    lines = servers.changed(text, changes).splitlines()
    given = [line.removeprefix("Environment=") for line in lines if line.startswith("Environment=")]
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment, method-assign]  # as configparser's own docs do
    unit.read_string("\n".join(lines))
    service = unit["Service"]
    file = servers.variables(Path(service["EnvironmentFile"]).read_text("utf-8"))
    environment = servers.CLEAN | servers.variables("\n".join(given)) | file | {"GRANIAN_PORT": str(port)}

    command, folder = shlex.split(service["ExecStart"]), Path(service["WorkingDirectory"])
    with servers.running(command, tmp_path / "log", environment, folder):
        servers.wait_for(f"http://127.0.0.1:{port}/{FEED}")
        assert b"BEGIN:VEVENT" in fetch(f"http://127.0.0.1:{port}/{FEED}")[1]
    assert (tmp_path / "ledger.db").exists()
