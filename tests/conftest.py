"""What tests share."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.kubernetes.yaml_reader import read_documents

ROOT = Path(__file__).resolve().parent.parent

Manifest = dict[str, Any]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def read_manifests(folder: Path) -> list[Manifest]:
    """All manifests below a folder, in the order of the files."""
    return [
        document.data
        for path in sorted(folder.rglob("*.yaml"))
        for document in read_documents(path.read_text(encoding="utf-8"))
        if document.data is not None
    ]


def of_kind(manifests: list[Manifest], kind: str) -> dict[str, Manifest]:
    """The manifests of a kind by name."""
    return {manifest["metadata"]["name"]: manifest for manifest in manifests if manifest["kind"] == kind}


def run(*command: str | Path, cwd: Path, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """A command with our Python and Node first on PATH; both outputs as text."""
    scripts = Path(sys.executable).parent
    path = f"{scripts}{os.pathsep}{ROOT / 'node_modules' / '.bin'}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "CDK8S_CHECK_UPGRADE": "false", **(env or {})}
    return subprocess.run(
        [str(word) for word in command], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="session")
def prod() -> list[Manifest]:
    """The committed manifests of production."""
    return read_manifests(ROOT / "dist" / "prod")


@pytest.fixture(scope="session")
def dev() -> list[Manifest]:
    """The committed manifests of development."""
    return read_manifests(ROOT / "dist" / "dev")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what a synth needs, to change and to break; its dist/ is the committed one."""
    for name in ("constructs_lib", "growbin", "imports", "values", "dist"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("main.py", "cdk8s.yaml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def snapshot_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
