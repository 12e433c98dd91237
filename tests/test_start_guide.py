"""docs/start.md does what it says: its files are written into an empty folder, then run and tested."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT, of_kind, read_manifests, run

_GUIDE = (ROOT / "docs" / "start.md").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The app of the guide."""
    for block, name in re.findall(r"```\w+\n(# (\S+)\n.*?)```", _GUIDE, re.DOTALL):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(block, encoding="utf-8")
    return tmp_path


def test_the_app(folder: Path) -> None:
    result = run("python", "main.py", cwd=folder)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    manifests = read_manifests(folder / "dist")
    assert set(of_kind(manifests, "Deployment")) == {"web", "mails"}
    (container,) = of_kind(manifests, "Deployment")["mails"]["spec"]["template"]["spec"]["containers"]
    assert [variable["name"] for variable in container["env"]] == ["REDIS_HOST", "REDIS_PORT", "REDIS_PASSWORD"]


def test_the_cdk8s_command_keeps_dist(folder: Path) -> None:
    (folder / "dist").mkdir()
    (folder / "dist" / "mine.txt").write_text("kept", encoding="utf-8")
    result = run("cdk8s", "synth", cwd=folder)
    assert (result.returncode, result.stderr) == (0, "")
    assert sorted(path.name for path in (folder / "dist").iterdir()) == ["mine.txt", "notes.k8s.yaml"]


def test_its_tests(folder: Path) -> None:
    result = run("python", "-m", "pytest", "-q", cwd=folder)
    assert result.returncode == 0, result.stdout
    assert "3 passed" in result.stdout


def test_accepting_a_finding(folder: Path) -> None:
    main = (folder / "main.py").read_text(encoding="utf-8").replace("notes:1.0.0", "notes:latest")
    (accepted,) = re.findall(r'annotations=\{"constructs-lib/ignore\.image": ".*?"\}', _GUIDE)
    (folder / "main.py").write_text(main.replace("image=IMAGE", f"image=IMAGE, {accepted}"), encoding="utf-8")
    result = run("python", "main.py", cwd=folder)
    assert (result.returncode, result.stderr) == (0, "")
