"""The example of what growbin leaves out."""

from __future__ import annotations

from pathlib import Path

import pytest

from examples.delivery import make_app
from tests.conftest import ROOT, read_manifests, run
from tests.delivery.build import manifests_of, one


def test_it_writes_its_files(tmp_path: Path) -> None:
    result = run("python", ROOT / "examples" / "delivery.py", tmp_path / "dist" / "prod", cwd=tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    names = sorted(path.name for path in (tmp_path / "dist" / "prod").iterdir())
    assert names == ["argocd.k8s.yaml", "monitoring.k8s.yaml", "shop.k8s.yaml"]
    assert len(read_manifests(tmp_path / "dist")) > 30


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("ScaledObject", "mail-worker"),
        ("ScaledObject", "web"),
        ("TriggerAuthentication", "mail-worker"),
        ("ExternalSecret", "rabbitmq"),
        ("HTTPRoute", "shop.example.com"),
        ("CronJob", "backup"),
        ("PodMonitor", "postgresql"),
        ("ServiceMonitor", "web"),
    ],
)
def test_it_shows(kind: str, name: str) -> None:
    assert one(manifests_of(make_app()), kind, name)


def test_its_alerts() -> None:
    rules = one(manifests_of(make_app()), "PrometheusRule")["spec"]["groups"][0]["rules"]
    assert {"BackupMissing", "ShopSlow"} <= {rule["alert"] for rule in rules}
