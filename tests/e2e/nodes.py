"""Nodes that kwok plays, as large as an inventory says."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.inventory.cluster import Amount, Cluster, NodePool
from constructs_lib.kubernetes.quantities import format_cpu
from tests.e2e.kube import Kube, Manifest
from tests.e2e.waiting import eventually


def node_manifests(cluster: Cluster) -> Iterator[Manifest]:
    """A Node for each name: its capacity, and less what is reserved its allocatable."""
    for pool in cluster.pools.values():
        for index, name in enumerate(pool.nodes):
            yield {
                "apiVersion": "v1",
                "kind": "Node",
                "metadata": {
                    "name": name,
                    "labels": pool.node_labels(index),
                    "annotations": {"kwok.x-k8s.io/node": "fake"},
                },
                "spec": {"taints": [taint.model_dump() for taint in pool.taints]},
                "status": {"capacity": _room(pool, pool.capacity), "allocatable": _room(pool, pool.allocatable)},
            }


def add_nodes(kube: Kube, cluster: Cluster) -> None:
    """Create the nodes and wait until all are ready for pods."""
    names = [kube.create(node)["metadata"]["name"] for node in node_manifests(cluster)]
    eventually(lambda: all(is_ready(kube.get("v1/Node", name)) for name in names), what="ready nodes")


def is_ready(node: Manifest) -> bool:
    """Return True if the node runs pods; the taints of a new node are gone."""
    conditions = {each["type"]: each["status"] for each in node["status"].get("conditions", [])}
    taints = [taint["key"] for taint in node["spec"].get("taints", [])]
    return conditions.get("Ready") == "True" and "node.kubernetes.io/not-ready" not in taints


def _room(pool: NodePool, amount: Amount) -> dict[str, str]:
    return {"cpu": format_cpu(amount.cpu), "memory": str(int(amount.memory)), "pods": str(pool.max_pods)}
