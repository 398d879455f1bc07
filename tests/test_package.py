"""The wheel that users install: it has all it needs, and runs alone."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy of what git knows, as a release would."""
    source, dist = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    names = ("pyproject.toml", "README.md", "LICENSE", "calfeed")
    subprocess.run(["cp", "-r", *(str(ROOT / name) for name in names), str(source)], check=True)
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(dist), str(source)]
    subprocess.run(build, check=True, capture_output=True)
    (built,) = dist.glob("*.whl")
    return built


def test_wheel_has_all_of_the_package_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    package = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "calfeed").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert package <= names
    assert {name.partition("/")[0] for name in names} == {
        "calfeed",
        f"calfeed-{wheel.name.split('-')[1]}.dist-info",
    }
    assert {"calfeed/py.typed", "calfeed/web/templates/home.html", "calfeed/web/static/style.css"} <= names


def test_wheel_runs_outside_the_repository(wheel: Path, tmp_path: Path) -> None:
    """Installed without the development tools: the dependencies are lent by the environment of the tests."""
    venv.create(tmp_path / "venv", with_pip=False)
    site = next((tmp_path / "venv" / "lib").glob("python*/site-packages"))
    zipfile.ZipFile(wheel).extractall(site)
    lent = next(path for path in sys.path if path.endswith("site-packages"))
    (tmp_path / "README.md").write_text("# 2024 Fall\n### September 3\n- Hints for Computer System Design\n")
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": lent}
    python = str(tmp_path / "venv" / "bin" / "python")
    command = [python, "-m", "calfeed", "build", "README.md", "--output", "site"]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)

    where = subprocess.run(
        [python, "-c", "import calfeed; print(calfeed.__file__)"],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    assert where.stdout.startswith(str(tmp_path))
    assert (tmp_path / "site" / "semester" / "2024-fall.ics").exists()
