"""The wheel in an environment of its own, as another team has it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension

from tests.conftest import ROOT, run

CONSUMER = Path(__file__).parent / "consumer"
WHEELS = ROOT / "build" / "wheels"


class Yaml(SingleFileSnapshotExtension):
    """The snapshot as the YAML file that it is."""

    file_extension = "yaml"


@pytest.fixture(scope="session")
def wheel() -> Path:
    (built,) = WHEELS.glob("constructs_lib-*.whl")
    return built


@pytest.fixture(scope="session")
def app(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The consumer's folder: an environment with the wheel, and imports/ of its own."""
    folder = tmp_path_factory.mktemp("consumer")
    shutil.copytree(CONSUMER, folder, dirs_exist_ok=True)
    subprocess.run([sys.executable, "-m", "venv", folder / ".venv"], check=True)
    pip: list[str | Path] = [folder / ".venv" / "bin" / "python", "-m", "pip", "install", "--quiet"]
    constraints: list[str | Path] = ["--constraint", ROOT / "constraints.txt"]
    subprocess.run([*pip, *constraints, f"{wheel}[node,plus]", "mypy", "types-PyYAML"], check=True)
    crds = ROOT / "crds" / "keda.sh.yaml"
    imported = run("cdk8s", "import", crds, "--language", "python", "--output", folder / "imports", cwd=folder)
    assert imported.returncode == 0, imported.stderr
    return folder


def inside(app: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A command of the consumer's environment, which sees nothing of ours."""
    scripts = app / ".venv" / "bin"
    environment = {"PATH": f"{scripts}:/usr/bin:/bin", "HOME": str(app)}
    return subprocess.run(
        [scripts / command[0], *command[1:]], cwd=app, env=environment, capture_output=True, text=True, check=False
    )


def test_the_wheel_holds_the_library_alone(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0] for name in names} == {"constructs_lib", f"{wheel.name.split('-py3')[0]}.dist-info"}
    assert "constructs_lib/py.typed" in names
    ours = {str(path.relative_to(ROOT)) for path in (ROOT / "constructs_lib").rglob("*.py")}
    assert {name for name in names if name.endswith(".py")} == ours


def test_the_library_comes_from_the_wheel(app: Path) -> None:
    told = inside(app, "python", "-c", "import constructs_lib; print(constructs_lib.__file__)")
    assert told.stdout.startswith(f"{app}/.venv/lib/"), told.stderr


def test_one_chart_of_three_libraries(app: Path, snapshot: SnapshotAssertion) -> None:
    ended = inside(app, "python", "main.py")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    assert (app / "dist" / "shop.k8s.yaml").read_bytes() == snapshot(extension_class=Yaml)


def test_the_app_is_typed(app: Path) -> None:
    checked = inside(app, "mypy", "--strict", "--follow-imports=silent", "main.py")
    assert checked.returncode == 0, checked.stdout


def test_wrong_calls_are_refused_by_the_type_checker(app: Path) -> None:
    expected = {
        number: line.rpartition("# ")[2].strip()
        for number, line in enumerate((CONSUMER / "wrong.py").read_text().splitlines(), start=1)
        if "  # " in line
    }
    checked = inside(app, "mypy", "--strict", "--follow-imports=silent", "wrong.py")
    found = re.findall(r"^wrong\.py:(\d+): error: .*\[([a-z-]+)\]$", checked.stdout, re.MULTILINE)
    assert {int(number): code for number, code in found} == expected, checked.stdout


def test_the_lowest_versions_are_those_that_are_tried() -> None:
    pinned = dict(
        line.split("==") for line in (ROOT / "constraints-lowest.txt").read_text().splitlines() if "==" in line
    )
    required = (ROOT / "pyproject.toml").read_text().partition("\nruntime = ")[0]
    bounds = re.findall(r'"([A-Za-z0-9-]+)>=([0-9.]+)[,"]', required.partition("\ndependencies = ")[2])
    assert dict(bounds).keys() == pinned.keys()
    for name, lowest in bounds:
        assert f"{pinned[name]}.0".startswith(f"{lowest}."), f"{name}: {lowest} is promised, {pinned[name]} is tried"
