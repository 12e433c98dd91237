"""The clusters that tests run in: built ones, or one that somebody else made."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from constructs_lib.inventory.cluster import Cluster
from tests.e2e import control_plane
from tests.e2e.build import KUBERNETES
from tests.e2e.control_plane import ControlPlane
from tests.e2e.manifests import ROOT
from tests.e2e.nodes import add_nodes

GIVEN = os.environ.get("E2E_KUBECONFIG")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "own_nodes: needs a cluster whose nodes kwok plays")
    # Where programs that are interrupted leave their files.
    folder = tempfile.mkdtemp(prefix="e2e-")
    tempfile.tempdir = os.environ["TMPDIR"] = folder
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    # `kill` ends the tests as Ctrl-C does: fixtures stop what they started.
    signal.signal(signal.SIGTERM, _interrupt)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if GIVEN:
        for item in items:
            if item.get_closest_marker("own_nodes"):
                item.add_marker(pytest.mark.skip(reason="needs nodes played by kwok; the given cluster has its own"))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what was compared with what, and in how many cases."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            terminalreporter.write_line(f"{name}: {value}")


def _interrupt(*_: Any) -> NoReturn:
    raise KeyboardInterrupt


@pytest.fixture(scope="module")
def version() -> str:
    """The Kubernetes of a module's cluster, by the name of what was built; a module may ask for others."""
    return KUBERNETES[0]


@pytest.fixture(scope="module")
def cluster(version: str) -> Iterator[ControlPlane]:
    """An empty cluster for the tests of one module."""
    if GIVEN:
        with control_plane.given_cluster(Path(GIVEN)) as given:
            yield given
    else:
        with control_plane.control_plane(version=version) as built:
            yield built


@pytest.fixture(scope="session")
def inventory() -> Cluster:
    """The seven nodes."""
    return Cluster.from_yaml(ROOT / "values" / "cluster.yaml")


@pytest.fixture(scope="module")
def seven_nodes(cluster: ControlPlane, inventory: Cluster) -> ControlPlane:
    """An empty cluster with the seven nodes."""
    add_nodes(cluster.kube, inventory)
    return cluster
