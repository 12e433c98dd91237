"""Which nodes a pod may run on: node names, selectors, required affinity and taints.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any, Final

from constructs_lib.inventory.cluster import Cluster, Taint
from constructs_lib.kubernetes.manifest import Manifest, dig, items, mapping, mappings, text

_UNLISTED: Final = frozenset(
    {
        *("kubernetes.io/arch", "beta.kubernetes.io/arch", "beta.kubernetes.io/os"),
        *("node.kubernetes.io/instance-type", "beta.kubernetes.io/instance-type"),
        "topology.kubernetes.io/region",
    }
)
"""Labels that kubelets and clouds set, so an inventory may lack them: any value may match."""

_DAEMON_TOLERATIONS: Final = tuple(
    {"key": f"node.kubernetes.io/{condition}", "operator": "Exists"}
    for condition in (
        *("not-ready", "unreachable", "disk-pressure", "memory-pressure", "pid-pressure"),
        *("unschedulable", "network-unavailable"),
    )
)


@dataclass(frozen=True, eq=False)
class Node:
    """One node as the scheduler sees it.

    Args:
        name: its name.
        pool: the pool it belongs to.
        labels: with those that the kubelet sets.
        taints: what keeps pods away.
        cpu: millicores for pods.
        memory: bytes for pods.
        pods: how many pods it takes.
    """

    name: str
    pool: str
    labels: Mapping[str, str]
    taints: tuple[Taint, ...]
    cpu: int
    memory: int
    pods: int


def nodes_of(cluster: Cluster | None) -> tuple[Node, ...]:
    """The nodes of all pools in their order; none without an inventory."""
    return tuple(
        Node(
            name=name,
            pool=pool_name,
            labels=pool.node_labels(index),
            taints=pool.taints,
            cpu=_ceiling(pool.allocatable.cpu * 1000),
            memory=_ceiling(pool.allocatable.memory),
            pods=pool.max_pods,
        )
        for pool_name, pool in (cluster.pools if cluster else {}).items()
        for index, name in enumerate(pool.nodes)
    )


def _ceiling(number: Decimal) -> int:
    return int(number.to_integral_value(ROUND_CEILING))


def matches_selector(spec: Manifest, node: Node) -> bool:
    """Return True if the node carries every label of the pod's `nodeSelector`."""
    return all(carries(node, key, value) for key, value in mapping(spec, "nodeSelector").items())


def carries(node: Node, key: str, value: object) -> bool:
    """Return True if the node has the label, or may have it without the inventory saying so."""
    return node.labels.get(key) == value if key in node.labels else key in _UNLISTED


def matches_affinity(spec: Manifest, node: Node) -> bool:
    """Return True if one term of the pod's required node affinity holds on the node; true where it has none.

    A term without any requirement matches nothing.
    """
    required = dig(spec, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
    if not isinstance(required, Mapping):
        return True
    return any(_term_holds(term, node) for _, term in mappings(required, "nodeSelectorTerms"))


def _term_holds(term: Manifest, node: Node) -> bool:
    expressions = tuple(item for _, item in mappings(term, "matchExpressions"))
    fields = tuple(item for _, item in mappings(term, "matchFields"))
    return bool(expressions or fields) and (
        all(_holds(item, node.labels, _UNLISTED) for item in expressions)
        and all(_holds(item, {"metadata.name": node.name}, frozenset()) for item in fields)
    )


def _holds(requirement: Manifest, labels: Mapping[str, str], unlisted: frozenset[str]) -> bool:
    key, values = text(requirement, "key"), items(requirement, "values")
    if key not in labels and key in unlisted:
        return True
    return _OPERATORS.get(text(requirement, "operator"), _never)(labels.get(key), values)


def _never(label: str | None, values: tuple[Any, ...]) -> bool:
    return False  # the API server rejects an unknown operator


def _compares(label: str | None, values: tuple[Any, ...], sign: int) -> bool:
    try:
        return len(values) == 1 and label is not None and (int(label) - int(values[0])) * sign > 0
    except (TypeError, ValueError):
        return False


_OPERATORS: Final[Mapping[str, Callable[[str | None, tuple[Any, ...]], bool]]] = {
    "In": lambda label, values: label is not None and label in values,
    "NotIn": lambda label, values: label not in values,
    "Exists": lambda label, values: label is not None,
    "DoesNotExist": lambda label, values: label is None,
    "Gt": lambda label, values: _compares(label, values, 1),
    "Lt": lambda label, values: _compares(label, values, -1),
}


def untolerated(spec: Manifest, node: Node, kind: str = "") -> Taint | None:
    """Return the first taint of the node that the pod does not tolerate, or None.

    `PreferNoSchedule` never does. Pods of a DaemonSet tolerate a node's troubles by themselves; a pod that
    names its node isn't scheduled, so only `NoExecute` matters to it.

    Source: https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
    """
    tolerations = [item for _, item in mappings(spec, "tolerations")]
    if kind == "DaemonSet":
        tolerations += _DAEMON_TOLERATIONS
    effects = ("NoExecute",) if text(spec, "nodeName") else ("NoExecute", "NoSchedule")
    return next(
        (
            taint
            for taint in node.taints
            if taint.effect in effects and not any(_tolerates(item, taint) for item in tolerations)
        ),
        None,
    )


def _tolerates(toleration: Manifest, taint: Taint) -> bool:
    if text(toleration, "effect") not in ("", taint.effect) or text(toleration, "key") not in ("", taint.key):
        return False
    match text(toleration, "operator"):
        case "Exists":
            return True
        case "" | "Equal":
            return text(toleration, "value") == taint.value
        case _:
            return False


def avoided(spec: Manifest, node: Node) -> bool:
    """Return True if the pod does not tolerate a `PreferNoSchedule` taint of the node."""
    tolerations = [item for _, item in mappings(spec, "tolerations")]
    return any(
        taint.effect == "PreferNoSchedule" and not any(_tolerates(item, taint) for item in tolerations)
        for taint in node.taints
    )
