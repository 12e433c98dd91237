"""Pods that no node of the inventory can run.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Final

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.wording import counted
from constructs_lib.checks.engine.world import World
from constructs_lib.checks.scheduling.capacity import (
    Capacity,
    Pods,
    capacity_of,
)
from constructs_lib.checks.scheduling.eligibility import node_names
from constructs_lib.checks.scheduling.placement import NodeState, PodShape, how_many
from constructs_lib.checks.scheduling.pod_affinity import spread_constraints
from constructs_lib.kubernetes.manifest import mapping, text
from constructs_lib.kubernetes.quantities import format_cpu, format_memory

_PLATFORM: Final = ("kubernetes.io/os", "kubernetes.io/arch")


def _unschedulable(world: World) -> Iterator[Finding]:
    if world.cluster is None:
        return
    capacity = capacity_of(world)
    for pods in capacity.pods:
        if pods.eligible.barrier is not None:
            yield from _no_node(pods)
        elif pods.workload.kind == "DaemonSet":
            pass  # it has pods on nodes that fit only; whether they find room is a matter of capacity
        elif (missing := _missing_label(capacity, pods)) is not None:
            yield _spread_label(pods, missing)
        elif capacity.larger_than_any(pods):
            yield _too_large(capacity, pods)
        elif pods.shapes[0].constrained:
            yield from placement_conflicts(capacity, pods)


def _no_node(pods: Pods) -> Iterator[Finding]:
    workload, barrier = pods.workload, pods.eligible.barrier
    assert barrier is not None
    where = workload.where(*barrier.field)
    if workload.kind != "DaemonSet":
        yield CHECK.error(workload.manifest, where, barrier.message)
    elif not any(key in mapping(workload.spec, "nodeSelector") for key in _PLATFORM):
        message = f"{barrier.message} (the DaemonSet has no pods, and no event says so)"
        yield CHECK.warning(workload.manifest, where, message)


def _missing_label(capacity: Capacity, pods: Pods) -> str | None:
    """A label that the pods are to be spread by and that none of their nodes carries."""
    keys = [text(item, "topologyKey") for item in spread_constraints(pods.workload.spec)]
    nodes = [capacity.nodes[place] for place in pods.eligible.nodes]
    return next((key for key in keys if key and not any(key in node.labels for node in nodes)), None)


def _spread_label(pods: Pods, key: str) -> Finding:
    message = (
        f"its pods must be spread by the label {key}, which none of their nodes has, so all stay Pending; spread "
        "by kubernetes.io/hostname, or use whenUnsatisfiable: ScheduleAnyway"
    )
    where = pods.workload.where("topologySpreadConstraints")
    return CHECK.error(pods.workload.manifest, where, message)


def _too_large(capacity: Capacity, pods: Pods) -> Finding:
    nodes = [capacity.nodes[place] for place in pods.eligible.nodes]
    largest = max(nodes, key=lambda node: (node.memory if pods.memory > node.memory else 0, node.cpu))
    message = (
        f"one pod requests {show_amounts(pods.cpu, pods.memory)}, more than any node that it may run on has for "
        f"pods; the largest, {largest.name}, has {show_amounts(largest.cpu, largest.memory)}: request less or add a "
        "larger node"
    )
    return CHECK.error(pods.workload.manifest, pods.workload.where("containers"), message)


def placement_conflicts(capacity: Capacity, pods: Pods) -> Iterator[Finding]:
    """Pods that keep each other away even from empty nodes, or that must be near what nowhere runs."""
    shape, workload = pods.shapes[0], pods.workload
    for rule in shape.together:
        if not rule.first and not rule.others:
            message = "its pods must run near pods that no workload creates, so they stay Pending; correct the labels"
            yield CHECK.absence(capacity.world, workload.manifest, workload.where("affinity"), message)
            return
    wanted = 0 if shape.together else pods.baseline
    fit = how_many(NodeState(capacity.nodes), shape, wanted)
    free = replace(shape, apart=[], spread=[], ports=frozenset())
    if fit < how_many(NodeState(capacity.nodes), free, wanted):
        names = node_names(capacity.nodes[place] for place in pods.eligible.nodes)
        field, what = _rule(shape)
        message = (
            f"of its {counted(wanted, 'pod')} {fit} can run on {names}, as {what}; the rest stay Pending: run {fit}, "
            "add nodes, or drop the rule"
        )
        yield CHECK.error(workload.manifest, workload.where(*field), message)


def _rule(shape: PodShape) -> tuple[tuple[str, ...], str]:
    if shape.ports:
        return ("containers",), "two pods cannot use the same port of a node"
    if shape.apart:
        return ("affinity", "podAntiAffinity"), "they must keep apart from each other"
    return ("topologySpreadConstraints",), "they must be spread evenly"


def show_amounts(millicores: int, memory: int) -> str:
    """Return an amount as people write it: `200m CPU and 256Mi memory`."""
    return f"{format_cpu(Decimal(millicores) / 1000)} CPU and {format_memory(Decimal(memory))} memory"


CHECK: Final = Check(
    id="unschedulable",
    title="a selector, affinity or taint that leaves a pod no node",
    description="The pod stays Pending forever. No node of the inventory has the labels that the pod selects, all "
    "nodes that have them are tainted, or one pod requests more than any node has.",
    example="kind: Deployment\nspec: {template: {spec: {nodeSelector: {workload: async-worker}}}}  "
    "# nodes carry async-workers",
    remediation="Select a label that nodes have, tolerate their taints, or request less than one node has.",
    run=_unschedulable,
    needs_cluster=True,
)
