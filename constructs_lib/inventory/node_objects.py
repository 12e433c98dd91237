"""The inventory of nodes as `kubectl` commands, and against what a cluster really has.

Source: https://kubernetes.io/docs/reference/node/node-labels/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from shlex import quote

from constructs_lib.errors import nearest
from constructs_lib.inventory.cluster import Cluster, NodePool
from constructs_lib.kubernetes.manifest import Manifest, kind_of, mapping, mappings, name_of, text, texts
from constructs_lib.kubernetes.quantities import format_cpu, format_memory, parse_quantity

_SELF_SET = ("kubernetes.io/hostname", "kubernetes.io/os", "topology.kubernetes.io/zone")
"""Labels that the kubelet and the cloud set by themselves."""

_PASSING = ("node.kubernetes.io/", "node.cloudprovider.kubernetes.io/")
"""Taints that come and go with the state of a node."""


def commands(cluster: Cluster) -> Iterator[str]:
    """Return the kubectl commands that label and taint the nodes; they can be repeated."""
    for pool in cluster.pools.values():
        labels = [f"{key}={value}" for key, value in pool.labels.items()]
        taints = [_taint(taint.key, taint.value, taint.effect) for taint in pool.taints]
        for node in pool.nodes:
            for verb, words in (("label", labels), ("taint", taints)):
                if words:
                    yield " ".join(["kubectl", verb, "node", quote(node), *map(quote, words), "--overwrite"])


def differences(cluster: Cluster, live: Iterable[Manifest]) -> Iterator[str]:
    """Yield the differences between the nodes of a cluster and the inventory."""
    nodes = {name_of(node): node for node in live if kind_of(node) == "Node"}
    known = {node for pool in cluster.pools.values() for node in pool.nodes}
    for pool_name, pool in cluster.pools.items():
        for place, name in enumerate(pool.nodes):
            if name in nodes:
                yield from (f"{name}: {fault}" for fault in _node_faults(pool, place, nodes[name]))
            else:
                hint = nearest(name, nodes.keys() - known)
                yield f"{name}: the cluster has no such node, but pool {pool_name} has{hint}"
    for name in sorted(nodes.keys() - known):
        yield f"{name}: is in no pool of the inventory, so nothing is planned for it"


def _node_faults(pool: NodePool, place: int, node: Manifest) -> Iterator[str]:
    labels = texts(node, "metadata", "labels")
    for key, value in pool.node_labels(place).items():
        if key not in labels and key not in _SELF_SET:
            yield f"lacks the label {key}={value}, so the pods of its pool cannot run on it"
        elif labels.get(key, value) != value:
            yield f"has the label {key}={labels[key]}; the inventory says {value}"
    wanted = {_taint(taint.key, taint.value, taint.effect) for taint in pool.taints}
    found = {
        _taint(text(taint, "key"), text(taint, "value"), text(taint, "effect"))
        for _, taint in mappings(node, "spec", "taints")
        if not text(taint, "key").startswith(_PASSING)
    }
    for taint in sorted(wanted - found):
        yield f"lacks the taint {taint}, so pods of others run there"
    for taint in sorted(found - wanted):
        yield f"has the taint {taint}, which no pod of its pool tolerates"
    yield from _room_faults(pool, mapping(node, "status", "allocatable"))


def _room_faults(pool: NodePool, allocatable: Manifest) -> Iterator[str]:
    planned = {"cpu": (pool.allocatable.cpu, format_cpu), "memory": (pool.allocatable.memory, format_memory)}
    for resource, (amount, written) in planned.items():
        try:
            has = parse_quantity(str(allocatable[resource]))
        except (KeyError, ValueError):
            continue
        if has < amount:
            yield f"has {written(has)} of {resource} for pods; the inventory says {written(amount)}"


def _taint(key: str, value: str, effect: str) -> str:
    return f"{key}={value}:{effect}" if value else f"{key}:{effect}"
