"""Small apps written with the library, as manifests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from constructs_lib import App, NamespaceChart
from constructs_lib.app.validation import synthesize
from constructs_lib.inventory.cluster import Cluster
from tests.e2e.kube import Manifest


def cluster_of(*pools: tuple[str, int], cpu: str = "2", memory: str = "4Gi") -> Cluster:
    """A cluster with pools of so many nodes, labelled `pool=<name>`."""
    return Cluster.model_validate(
        {
            "pools": {
                name: {
                    "nodes": [f"{name}-{number}" for number in range(1, count + 1)],
                    "labels": {"pool": name},
                    "capacity": {"cpu": cpu, "memory": memory},
                    "reserved": {"cpu": "150m", "memory": "600Mi"},
                }
                for name, count in pools
            }
        }
    )


def manifests_of(
    cluster: Cluster, namespace: str, fill: Callable[[NamespaceChart], object], **options: Any
) -> list[Manifest]:
    """What an app with one chart writes; `options` are the chart's."""
    app = App(cluster=cluster)
    fill(NamespaceChart(app, namespace, **options))
    synthesis = synthesize(app)
    assert not synthesis.faults, synthesis.faults
    return synthesis.manifests[namespace]
