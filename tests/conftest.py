"""What tests share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent


def read_manifests(folder: Path) -> list[dict[str, Any]]:
    return [doc for path in sorted(folder.glob("*.yaml")) for doc in yaml.safe_load_all(path.read_text()) if doc]


@pytest.fixture(scope="session")
def prod() -> list[dict[str, Any]]:
    return read_manifests(ROOT / "dist" / "prod")


@pytest.fixture(scope="session")
def dev() -> list[dict[str, Any]]:
    return read_manifests(ROOT / "dist" / "dev")
