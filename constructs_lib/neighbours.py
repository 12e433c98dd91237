"""What a team's own objects take of a chart's namespace, beside what the constructs know of themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import cdk8s

from constructs_lib.checks.access import kind_of, name_of
from constructs_lib.checks.capacity import pod_counts
from constructs_lib.checks.workloads import TEMPLATES, Workload
from constructs_lib.checks.world import World
from constructs_lib.cluster import Cluster
from constructs_lib.manifests import is_ours
from constructs_lib.quota import CLAIM, Scale

_READ: Final = frozenset({*TEMPLATES, CLAIM, "HorizontalPodAutoscaler", "ScaledObject"})
"""Kinds that take something of a quota, or say how much."""


def neighbours(chart: cdk8s.Chart, known: Iterable[Scale], cluster: Cluster | None) -> list[Scale]:
    """The workloads and claims of the chart that no construct of ours has counted, each at its largest.

    Of our own objects nothing is read again, of others only what counts: the cost is in proportion to them.
    """
    counted = {(kind_of(scale.manifest), name_of(scale.manifest)) for scale in known}
    world = World(tuple(_manifests(chart)))
    nodes = sum(len(pool.nodes) for pool in cluster.pools.values()) if cluster else 1
    scales = [Scale(workload.manifest, _most(workload, nodes)) for workload in world.workloads]
    scales += [Scale(manifest, 1) for manifest in world.of_kind(CLAIM)]
    return [scale for scale in scales if (kind_of(scale.manifest), name_of(scale.manifest)) not in counted]


def _manifests(chart: cdk8s.Chart) -> Iterator[dict[str, Any]]:
    objects = (node for node in chart.node.find_all() if isinstance(node, cdk8s.ApiObject) and not is_ours(node))
    return (api_object.to_json() for api_object in objects if api_object.kind in _READ)


def _most(workload: Workload, nodes: int) -> int:
    """The most pods it has; of a DaemonSet one on each node, which may be more than it can use."""
    return nodes if workload.kind == "DaemonSet" else pod_counts(workload)[1]
