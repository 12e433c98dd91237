"""Quota demand of a team's own objects in a chart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import cdk8s

from constructs_lib.app.api_objects import is_ours
from constructs_lib.checks.engine.world import World
from constructs_lib.checks.scheduling.capacity import pod_counts
from constructs_lib.inventory.cluster import Cluster
from constructs_lib.kubernetes.kinds import TEMPLATES
from constructs_lib.kubernetes.manifest import kind_of, name_of
from constructs_lib.kubernetes.pod_owners import Workload, workload_of
from constructs_lib.namespaces.quota import CLAIM, QuotaDemand

_READ: Final = frozenset({*TEMPLATES, CLAIM, "HorizontalPodAutoscaler", "ScaledObject"})
"""Kinds that take something of a quota, or say how much."""


def all_scales(chart: cdk8s.Chart, known: Iterable[QuotaDemand], cluster: Cluster | None) -> list[QuotaDemand]:
    """Return the demand of the constructs, and of the chart's other workloads and claims at maximum scale.

    Of our own objects nothing is read again, of others only what counts: the cost is in proportion to them.
    """
    world = World(tuple(_manifests(chart)))
    namespace = chart.namespace or "default"
    ours = [_scaled(scale, world, namespace) for scale in known]
    counted = {(kind_of(scale.manifest), name_of(scale.manifest)) for scale in ours}
    nodes = sum(len(pool.nodes) for pool in cluster.pools.values()) if cluster else 1
    others = [QuotaDemand(workload.manifest, _most(workload, nodes)) for workload in world.workloads]
    others += [QuotaDemand(manifest, 1) for manifest in world.of_kind(CLAIM)]
    return ours + [scale for scale in others if (kind_of(scale.manifest), name_of(scale.manifest)) not in counted]


def _scaled(scale: QuotaDemand, world: World, namespace: str) -> QuotaDemand:
    """Ours, which an autoscaler of theirs may scale further."""
    scalers = world.scalers.get((namespace, kind_of(scale.manifest), name_of(scale.manifest)), ())
    most = workload_of(scale.manifest, scalers).max_replicas if scalers else 0
    return QuotaDemand(scale.manifest, max(scale.max_replicas, most))


def _manifests(chart: cdk8s.Chart) -> Iterator[dict[str, Any]]:
    objects = (node for node in chart.node.find_all() if isinstance(node, cdk8s.ApiObject) and not is_ours(node))
    return (api_object.to_json() for api_object in objects if api_object.kind in _READ)


def _most(workload: Workload, nodes: int) -> int:
    """Return the greatest number of its pods; for a DaemonSet, the number of all nodes."""
    return nodes if workload.kind == "DaemonSet" else pod_counts(workload)[1]
