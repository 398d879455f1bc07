"""Documentation that cannot fall behind: every code, command and setting is there, every example works."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from calfeed.cli import main, parser
from calfeed.commands import COMMANDS
from calfeed.diagnostics import CODES
from calfeed.settings import read_settings, schema

ROOT = Path(__file__).parent.parent
COMMAND_LINE = re.compile(r"(?:^ *\$ (?:.*/bin/)?|`)calfeed (?!--)([^`\n>]+)", re.MULTILINE)
FENCED = re.compile(r"^(````?)[^`].*?^\1$", re.MULTILINE | re.DOTALL)


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / page).read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_generated_pages_are_up_to_date() -> None:
    subprocess.run([sys.executable, "-m", "docs", "--check"], cwd=ROOT, check=True)


def test_every_code_is_documented_with_its_sample() -> None:
    page = (ROOT / "docs" / "diagnostics.md").read_text("utf-8")

    assert {code for code in CODES if f"`{code}`" not in page} == set()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented_with_its_options(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args([command, "--help"])
    options = set(re.findall(r"--[a-z]+", capsys.readouterr().out)) - {"--help"}
    page = (ROOT / "docs" / "commands.md").read_text("utf-8")
    (section,) = re.findall(rf"^## `calfeed {command}`\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)

    assert set(re.findall(r"--[a-z]+", section)) == options


PAGES = (
    "README.md",
    "deploy/README.md",
    "deploy/static/README.md",
    "deploy/systemd/README.md",
    "docs/check.md",
    "docs/identity.md",
    "docs/operating.md",
    "docs/sources.md",
    "docs/static-site.md",
)


@pytest.mark.parametrize("page", PAGES)
def test_every_command_line_of_a_page_is_understood(page: str) -> None:
    lines = COMMAND_LINE.findall((ROOT / page).read_text("utf-8"))

    assert lines
    for line in lines:
        assert parser().parse_args(shlex.split(line)).command in COMMANDS


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "settings.md").read_text("utf-8")
    known = schema()["properties"]

    assert isinstance(known, dict)
    assert {key for key in known if f"`{key}`" not in page} == set()


def test_schedule_of_the_readme_is_read_without_a_fault(tmp_path: Path) -> None:
    (schedule,) = blocks("README.md", "markdown")
    (tmp_path / "README.md").write_text(schedule, "utf-8")

    assert main(["check", "--strict", str(tmp_path / "README.md")]) == 0


@pytest.mark.parametrize("page", ["README.md", "docs/static-site.md"])
def test_settings_of_a_page_are_read(page: str, tmp_path: Path) -> None:
    settings = blocks(page, "yaml")[0]
    (tmp_path / "calfeed.yaml").write_text(settings, "utf-8")

    assert read_settings(tmp_path / "calfeed.yaml").name == "Systems Reading Group"


def test_example_of_the_library_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (code,) = blocks("docs/library.md", "python")
    (tmp_path / "path" / "to" / "schedule").mkdir(parents=True)
    (tmp_path / "path" / "to" / "schedule" / "README.md").write_text(
        blocks("README.md", "markdown")[0], "utf-8"
    )
    monkeypatch.chdir(tmp_path)

    exec(code, {})  # noqa: S102  # our own page

    assert "/semester/2026-fall.ics" in capsys.readouterr().out


def test_every_variable_of_the_environment_is_documented() -> None:
    files = [*ROOT.glob("calfeed/**/*.py"), *ROOT.glob("deploy/**/*.py")]
    read = {name for file in files for name in re.findall(r"CALFEED_[A-Z_]+", file.read_text("utf-8"))}
    page = (ROOT / "docs" / "operating.md").read_text("utf-8")

    assert len(read) > 5
    assert {name for name in read if f"`{name}`" not in page} == set()


def test_links_between_pages_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/**/*.md")]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", FENCED.sub("", page.read_text("utf-8")))
        if not (page.parent / target).exists()
    ]

    assert broken == []


def test_decisions_are_short() -> None:
    notes = sorted((ROOT / "docs" / "decisions").glob("*.md"))

    assert {note.name for note in notes if len(note.read_text("utf-8").splitlines()) > 40} == set()
    assert notes
