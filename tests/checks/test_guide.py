"""docs/check.md does what it says: its files are written, its commands run, their output compared in full."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT, run

_GUIDE = (ROOT / "docs" / "check.md").read_text(encoding="utf-8")
_SHOP = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: wbe}
    spec:
      containers:
      - name: web
        image: web:latest
        resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
"""


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", _GUIDE, re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the guide's commands are run."""
    for name in ("dist", "values"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "shop.yaml").write_text(_SHOP)
    for block in _blocks("yaml"):
        named = re.match(r"# (\S+\.yaml)\n", block)
        if named:
            (tmp_path / named[1]).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / named[1]).write_text(block)
    return tmp_path


@pytest.mark.parametrize("block", _blocks("console"))
def test_console(folder: Path, block: str) -> None:
    for shown in filter(None, re.split(r"^\$ ", block, flags=re.MULTILINE)):
        command, _, output = shown.partition("\n")
        ended = run("bash", "-c", f"{{ {command}; }} 2>&1", cwd=folder)
        assert _steady(ended.stdout) == _steady(output)


def _steady(output: str) -> str:
    """Without the lines and the number of the objects in dist/, which change with every service."""
    return re.sub(r"(?<=k8s\.yaml:)\d+|\d+(?= objects)", "N", output)


def test_workflow(folder: Path) -> None:
    workflow = yaml.safe_load((folder / ".github" / "workflows" / "check.yaml").read_text())
    steps = [step["run"] for step in workflow["jobs"]["check"]["steps"] if "run" in step]
    commands = [step for step in steps if step.startswith("constructs-lib ")]
    assert len(commands) == 2
    exports = "".join(f"export {name}='{value}'; " for name, value in workflow["env"].items())
    for command in commands:
        assert run("bash", "-c", exports + command, cwd=folder).returncode == 0
    assert len(json.loads((folder / "checks.sarif").read_text())["runs"][0]["results"]) == 1


def test_standard_input(folder: Path) -> None:
    ended = run("bash", "-c", "cat shop.yaml | constructs-lib check - --namespace shop", cwd=folder)
    assert ended.stdout.endswith("[<stdin>:5]\n")
