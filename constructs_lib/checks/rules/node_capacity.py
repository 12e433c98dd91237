"""Pods that do not fit on their nodes: at baseline, at maximum scale, or during a rollout.

Source: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.wording import counted, listed
from constructs_lib.checks.engine.world import World
from constructs_lib.checks.rules.unschedulable import placement_conflicts, show_amounts
from constructs_lib.checks.scheduling.capacity import (
    Capacity,
    Group,
    Pods,
    Reach,
    capacity_of,
    surge_pods,
    waits_for_surge,
)
from constructs_lib.checks.scheduling.eligibility import node_names
from constructs_lib.checks.scheduling.placement import NodeState, Verdict, place
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest, kind_of
from constructs_lib.kubernetes.pod_owners import scaler_bounds

_NAMED: Final = 5


def _node_capacity(world: World) -> Iterator[Finding]:
    if world.cluster is None:
        return
    capacity = capacity_of(world)
    for group in capacity.groups:
        if group.is_roomy:
            continue
        if group.outcome.verdict is Verdict.FITS:
            yield from _at_maximum(capacity, group)
            yield from _rollouts(capacity, group)
        elif not all(_keeps_itself_out(capacity, pods) for pods in _waiting(group)):
            yield _baseline(capacity, group)


def _keeps_itself_out(capacity: Capacity, pods: Pods) -> bool:
    return bool(pods.shapes and pods.shapes[0].constrained) and bool(list(placement_conflicts(capacity, pods)))


def _waiting(group: Group) -> list[Pods]:
    """Return the pods without a node, in the order of the manifests."""
    return [pods for pods in group.pods if any(shape in group.outcome.missing for shape in pods.shapes)]


def _baseline(capacity: Capacity, group: Group) -> Finding:
    waiting = _waiting(group)
    first = waiting[0].workload
    missing = [sum(group.outcome.missing.get(shape, 0) for shape in pods.shapes) for pods in waiting]
    total = max(waiting[0].baseline, len(waiting[0].shapes))
    who = ["its pod" if total == 1 else f"{missing[0]} of its {total} pods"]
    who += [f"{count} of {pods.workload.name}" for count, pods in zip(missing[1:], waiting[1:], strict=True)]
    stay = "stays" if missing == [1] else "stay"
    lack, use = _lack(group, waiting), _use(capacity, group)
    where = first.where("containers")
    if group.outcome.verdict is Verdict.ORDER:
        message = (
            f"whether all pods fit depends on their order of arrival: {_some(who)} may stay Pending because the nodes "
            f"lack {lack}: {use}; make room for any order"
        )
        return CHECK.warning(first.manifest, where, message)
    message = (
        f"{_some(who)} {stay} Pending because the nodes lack {lack}: {use}; request less, run fewer pods or add a node"
    )
    return CHECK.error(first.manifest, where, message)


def _use(capacity: Capacity, group: Group) -> str:
    """`the pods for k8s-worker-2 request 2100m CPU and 3Gi memory, and it has 1900m CPU and 3Gi memory`."""
    nodes = [capacity.nodes[place] for place in _nodes(group, group.pods)]
    here = set(group.nodes)
    counts = [(pods, pods.baseline * sum(shape.nodes[0] in here for shape in pods.shapes)) for pods in group.pods]
    wanted = show_amounts(
        sum(pods.cpu * count for pods, count in counts), sum(pods.memory * count for pods, count in counts)
    )
    has = show_amounts(sum(node.cpu for node in nodes), sum(node.memory for node in nodes))
    owner = "it has" if len(nodes) == 1 else "they have"
    return f"the pods for {node_names(nodes)} request {wanted}, and {owner} {has}"


def _nodes(group: Group, pods: Iterable[Pods]) -> list[int]:
    """The nodes of the group that these pods may run on."""
    return sorted({node for one in pods for shape in one.shapes for node in shape.nodes} & set(group.nodes))


def _lack(group: Group, waiting: Sequence[Pods], room: NodeState | None = None) -> str:
    """Return the resources that the nodes lack for one more of these pods: `CPU and memory`."""
    room = room or group.outcome.room
    lacks: dict[str, None] = {}
    for pods in waiting:
        for node in _nodes(group, [pods]):
            found = {
                "CPU": pods.cpu > max(room.cpu[node], 0),
                "memory": pods.memory > max(room.memory[node], 0),
                "places for pods on a node": room.pods[node] < 1,
            }
            lacks.update(dict.fromkeys(name for name, short in found.items() if short))
    ports = any(shape.ports for pods in waiting for shape in pods.shapes)
    return listed(list(lacks)) or ("a node where its ports are free" if ports else "a node that its rules allow")


def _at_maximum(capacity: Capacity, group: Group) -> Iterator[Finding]:
    reaches = [(pods, capacity.reach(group, pods)) for pods in group.pods if pods.extra > 0]
    short = [(pods, reach) for pods, reach in reaches if reach.fits < reach.maximum]
    if len(short) > _NAMED:
        yield _beyond_many(capacity, group, short)
    else:
        yield from (_beyond(capacity, group, pods, reach) for pods, reach in short)
    wanted, fit = (0, 0) if short else capacity.together(group)
    if fit < wanted:
        yield _beyond_together(capacity, group, wanted, fit)


def _beyond_many(capacity: Capacity, group: Group, short: Sequence[tuple[Pods, Reach]]) -> Finding:
    """One finding where a full pool stops all its workloads."""
    manifest, where = _scaler(short[0][0])
    nodes = node_names(capacity.nodes[place] for place in _nodes(group, [pods for pods, _ in short]))
    names = _some([f"{pods.workload.name} ({reach.fits} of {reach.maximum})" for pods, reach in short])
    message = (
        f"{len(short)} workloads don't fit on {nodes} at their maximum, each with all else at its baseline: "
        f"{names}; lower maxima, request less or add a node"
    )
    return CHECK.warning(manifest, where, message)


def _scaler(pods: Pods) -> tuple[Manifest, FieldPath]:
    """The object that says how many pods there can be, and the field."""
    for scaler in pods.workload.scalers:
        if scaler_bounds(scaler)[1] == pods.workload.max_replicas:
            keda = kind_of(scaler) == "ScaledObject"
            return scaler, FieldPath("spec", "maxReplicaCount" if keda else "maxReplicas")
    return pods.workload.manifest, pods.workload.where("containers")


def _beyond(capacity: Capacity, group: Group, pods: Pods, reach: Reach) -> Finding:
    manifest, where = _scaler(pods)
    nodes = node_names(capacity.nodes[place] for place in _nodes(group, [pods]))
    lack = _lack_after(group, pods, reach.fits - pods.baseline)
    remediation = "request less or add a node"
    if pods.workload.scalers:
        who = f"{reach.fits} of {pods.workload.name}'s {counted(reach.maximum, 'pod')} at its maximum fit"
        remediation = f"lower the maximum to {reach.fits}, {remediation}" if reach.fits else remediation
    else:
        who = f"{reach.fits} of its {counted(reach.maximum, 'pod')} fit" if reach.maximum > 1 else "its pod doesn't fit"
    message = f"{who} on {nodes} while all else runs at its baseline, because the nodes lack {lack}; {remediation}"
    return CHECK.warning(manifest, where, message)


def _lack_after(group: Group, pods: Pods, more: int) -> str:
    room = group.outcome.room.copy()
    place(room, [(pods.shapes[0], more)])
    return _lack(group, [pods], room)


def _beyond_together(capacity: Capacity, group: Group, wanted: int, fit: int) -> Finding:
    growing = [pods for pods in group.pods if pods.together]
    manifest, where = _scaler(growing[0])
    names = _some([f"{pods.workload.name} ({pods.baseline} to {pods.maximum})" for pods in growing])
    nodes = node_names(capacity.nodes[place] for place in _nodes(group, growing))
    message = (
        f"each alone fits at its maximum, but not all at once: of {wanted} more pods of {names} {fit} "
        f"fit on {nodes}; lower maxima, request less or add a node"
    )
    return CHECK.warning(manifest, where, message)


def _rollouts(capacity: Capacity, group: Group) -> Iterator[Finding]:
    """Rollouts that would wait forever for room for their first new pod."""
    hanging = [pods for pods in group.pods if _hangs(capacity, group, pods)]
    if not hanging:
        return
    first = hanging[0].workload
    surge, _ = surge_pods(first, hanging[0].baseline)
    others = [pods.workload.name for pods in hanging[1:]]
    also = f", and so do those of {_some(others)}" if others else ""
    nodes = node_names(capacity.nodes[place] for place in _nodes(group, [hanging[0]]))
    lack = _lack(group, hanging[:1])
    message = (
        f"the rollout never finishes{also}: no old pod may stop (maxUnavailable is 0 of {hanging[0].baseline}) "
        f"before a new one runs (maxSurge is {surge}), and {nodes} lacks {lack} for one; "
        "set maxUnavailable: 1, or make room for one more pod"
    )
    yield CHECK.warning(first.manifest, FieldPath("spec", "strategy"), message)


def _hangs(capacity: Capacity, group: Group, pods: Pods) -> bool:
    waits = waits_for_surge(pods.workload, pods.baseline)
    return waits and not capacity.surge_fits(group, pods)


def _some(words: list[str]) -> str:
    """The words as a sentence lists them, the first few of many."""
    more = [f"{len(words) - _NAMED} more"] if len(words) > _NAMED + 1 else words[_NAMED:]
    return listed([*words[:_NAMED], *more])


CHECK: Final = Check(
    id="node-capacity",
    title="pods that do not fit on the nodes that they may use",
    description="Pods that do not fit stay Pending. This is an error at baseline. At maximum scale, or if a rollout "
    "has no room for its first new pod, it is a warning that says how many pods fit.",
    example="kind: HorizontalPodAutoscaler\nspec: {maxReplicas: 8}  # the node has room for 6",
    remediation="Request what the pods use, lower the maximum, or add a node to the pool.",
    run=_node_capacity,
    needs_cluster=True,
)
