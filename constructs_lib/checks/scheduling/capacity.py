"""Return True if the pods of a world find room on its nodes: at baseline, at maximum scale, during a rollout."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property, lru_cache
from math import ceil
from typing import Final

from constructs_lib.checks.engine.world import World
from constructs_lib.checks.scheduling.eligibility import Eligible, by_placing
from constructs_lib.checks.scheduling.placement import (
    Affinity,
    AntiAffinity,
    NodeState,
    Outcome,
    PodShape,
    TopologySpread,
    always_fits,
    how_many,
    place,
    settle,
)
from constructs_lib.checks.scheduling.pod_affinity import add_rules, node_ports
from constructs_lib.checks.scheduling.schedulable_nodes import Node, avoided, nodes_of
from constructs_lib.inventory.cluster import Amount
from constructs_lib.kubernetes.kinds import RUN_TO_COMPLETION, TEMPLATES
from constructs_lib.kubernetes.manifest import Manifest, dig, integer, items, mapping, text
from constructs_lib.kubernetes.pod_owners import Workload
from constructs_lib.kubernetes.pod_resources import NO_DEFAULTS, limit_range_defaults, pod_amounts, whole

_MOST: Final = 100_000
"""More pods of one workload than any cluster takes: what is above isn't counted one by one."""


@dataclass(frozen=True, eq=False)
class Pods:
    """The pods of one workload as the scheduler sees them.

    Args:
        workload: what makes them.
        shapes: one; of a DaemonSet one for each node it runs on; none where no node may run them.
        cpu: millicores that one requests.
        memory: bytes that one requests.
        eligible: the nodes that they may run on, or why there is none.
        baseline: how many run when nothing is going on.
        maximum: how many there can be.
    """

    workload: Workload
    shapes: tuple[PodShape, ...]
    cpu: int
    memory: int
    eligible: Eligible
    baseline: int
    maximum: int

    @property
    def extra(self) -> int:
        """The number of pods at maximum beyond the baseline."""
        return self.maximum - self.baseline

    @property
    def together(self) -> bool:
        """Return True if they may come up while everything else is at its maximum too; hooks run by themselves."""
        return self.extra > 0 and not self.workload.is_hook


@dataclass(frozen=True, eq=False)
class Group:
    """Nodes that pods share, directly or through others, and those pods: nothing else bears on them.

    Args:
        nodes: their places in the inventory.
        pods: what runs there.
        inventory: all nodes.
    """

    nodes: tuple[int, ...]
    pods: tuple[Pods, ...]
    inventory: Sequence[Node]

    @cached_property
    def outcome(self) -> Outcome:
        """The placement of the pods at their baseline."""
        daemons = sorted(self.pods, key=lambda one: one.workload.kind != "DaemonSet")  # they come with the node
        return settle(self.inventory, [(shape, pods.baseline) for pods in daemons for shape in self._here(pods)])

    @cached_property
    def is_roomy(self) -> bool:
        """Return True if all pods at maximum and one more of each fit in any order."""
        most = [(shape, pods.maximum + 1) for pods in self.pods for shape in self._here(pods)]
        return always_fits(self.inventory, most)

    def _here(self, pods: Pods) -> list[PodShape]:
        return [shape for shape in pods.shapes if shape.nodes[0] in self._places]

    @cached_property
    def _places(self) -> frozenset[int]:
        return frozenset(self.nodes)


@dataclass(frozen=True)
class Reach:
    """The number of a workload's pods that fit at its maximum, with all others at their baseline."""

    workload: Workload
    fits: int
    maximum: int


@dataclass(frozen=True)
class PoolUse:
    """The requests on the nodes of a pool.

    Args:
        pool: its name.
        nodes: its nodes.
        allocatable: what the nodes have for pods, in all.
        baseline: requested when nothing is going on.
        maximum: requested with every workload at its maximum, whether it fits or not.
        reaches: for each workload of the pool that can grow, how many of its pods fit.
    """

    pool: str
    nodes: tuple[str, ...]
    allocatable: Amount
    baseline: Amount
    maximum: Amount
    reaches: tuple[Reach, ...]


def pod_counts(workload: Workload) -> tuple[int, int]:
    """Return the number of a workload's pods at baseline and at maximum.

    A CronJob and a hook run from time to time only; what is suspended, or made by another object, not at all.
    """
    if items(workload.manifest, "metadata", "ownerReferences") or _is_suspended(workload):
        return 0, 0
    if workload.kind == "CronJob" or workload.is_hook:
        return 0, max(workload.replicas, 0)
    low = max(workload.replicas, 0)
    return low, max(low, workload.max_replicas)


def _is_suspended(workload: Workload) -> bool:
    if workload.kind not in RUN_TO_COMPLETION:
        return False
    paths = (("spec", "suspend"), (*TEMPLATES[workload.kind][:-1], "suspend"))
    return any(dig(workload.manifest, *path) is True for path in paths)


def surge_pods(workload: Workload, replicas: int) -> tuple[int, int]:
    """Return maxSurge and maxUnavailable of a Deployment in pods; both are 25 % by default.

    Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment
    """
    strategy = mapping(workload.manifest, "spec", "strategy")
    if workload.kind != "Deployment" or text(strategy, "type") not in ("", "RollingUpdate"):
        return 0, replicas
    rolling = mapping(strategy, "rollingUpdate")
    surge = ceil(_share(rolling, "maxSurge", replicas))
    unavailable = int(_share(rolling, "maxUnavailable", replicas))
    return surge, unavailable if surge or unavailable else 1


def _share(rolling: Manifest, key: str, replicas: int) -> Decimal:
    number = integer(rolling, key)
    if number is not None:
        return Decimal(max(number, 0))
    percent = re.fullmatch(r"([0-9]{1,4})%", text(rolling, key) or "25%")
    return Decimal(percent[1]) * replicas / 100 if percent else Decimal(0)


def waits_for_surge(workload: Workload, replicas: int) -> bool:
    """Return True if a rollout needs a surge pod before it may stop an old pod."""
    surge, unavailable = surge_pods(workload, replicas)
    return replicas > 0 and surge > 0 and unavailable == 0


class Capacity:
    """The pods of a world on the nodes of its inventory, placed once for all who ask."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.nodes: tuple[Node, ...] = nodes_of(world.cluster)

    @cached_property
    def pods(self) -> tuple[Pods, ...]:
        """The pods of each workload that the default scheduler places, in the order of the workloads."""
        find, defaults = by_placing(self.nodes), {}
        for namespace in {*self.world.workloads_in}:
            ranges = self.world.in_namespace.get((namespace, "LimitRange"), ())
            defaults[namespace] = limit_range_defaults(ranges) if ranges else NO_DEFAULTS
        found = []
        for workload in self.world.workloads:
            low, high = pod_counts(workload)
            if high and text(workload.spec, "schedulerName") in ("", "default-scheduler"):
                requests = pod_amounts(workload.spec, "requests", defaults[workload.namespace])
                amount = (requests.get("cpu", 0), whole(requests.get("memory", 0)))
                found.append(self._pods(workload, amount, find(workload.spec, workload.kind), (low, high)))
        add_rules(self.world, {pods.workload: pods.shapes for pods in found}, self.nodes)
        return tuple(found)

    def _pods(self, workload: Workload, amount: tuple[int, int], eligible: Eligible, counts: tuple[int, int]) -> Pods:
        spread = [eligible.nodes] if eligible.nodes else []
        if workload.kind == "DaemonSet":
            spread = [(node,) for node in eligible.nodes]
        soft = frozenset(node for node in self._unloved & {*eligible.nodes} if avoided(workload.spec, self.nodes[node]))
        ports = node_ports(workload.spec)
        shapes = tuple(PodShape(nodes, *amount, ports=ports, avoided=soft) for nodes in spread)
        low, high = (min(count, _MOST) for count in counts)
        return Pods(workload, shapes, *amount, eligible, low, high)

    @cached_property
    def _unloved(self) -> frozenset[int]:
        """The nodes with taints, which some pods may avoid."""
        return frozenset(place for place, node in enumerate(self.nodes) if node.taints)

    def larger_than_any(self, pods: Pods) -> bool:
        """Return True if one pod alone requests more than any of its nodes has."""
        empty = self._empty
        return bool(pods.shapes) and not any(
            empty.has_room(shape, node) for shape in pods.shapes for node in shape.nodes
        )

    @cached_property
    def _empty(self) -> NodeState:
        return NodeState(self.nodes)

    @cached_property
    def placeable(self) -> tuple[Pods, ...]:
        """The pods that at least one node could run if it were empty."""
        return tuple(pods for pods in self.pods if pods.shapes and not self.larger_than_any(pods))

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The placeable pods in groups that don't bear on each other, at their baseline."""
        leaders = list(range(len(self.nodes)))

        def leader(node: int) -> int:
            while leaders[node] != node:
                leaders[node] = leaders[leaders[node]]
                node = leaders[node]
            return node

        joined: set[tuple[int, ...]] = set()
        for pods in self.placeable:
            for shape in pods.shapes:
                rules: list[AntiAffinity | TopologySpread | Affinity] = [*shape.apart, *shape.together, *shape.spread]
                near = [other.nodes[:1] for rule in rules for other in rule.others]
                if not near and shape.nodes in joined:
                    continue
                joined.add(shape.nodes)
                for node in (node for nodes in (shape.nodes, *near) for node in nodes):
                    leaders[leader(node)] = leader(shape.nodes[0])
        members: dict[int, list[Pods]] = {}
        for pods in self.placeable:
            for first in dict.fromkeys(leader(shape.nodes[0]) for shape in pods.shapes):
                members.setdefault(first, []).append(pods)
        return tuple(
            Group(tuple(node for node in range(len(self.nodes)) if leader(node) == first), tuple(group), self.nodes)
            for first, group in members.items()
        )

    def reach(self, group: Group, pods: Pods) -> Reach:
        """Return the number of the workload's pods that fit at its maximum, with all others at their baseline."""
        placed = pods.baseline - sum(group.outcome.missing.get(shape, 0) for shape in pods.shapes)
        more = how_many(group.outcome.room, pods.shapes[0], pods.extra)
        return Reach(pods.workload, placed + more, pods.maximum)

    def together(self, group: Group) -> tuple[int, int]:
        """Return the number of pods that the group adds at maximum, and the number that fits."""
        extra = [(pods.shapes[0], pods.extra) for pods in group.pods if pods.together]
        wanted = sum(count for _, count in extra)
        if not wanted:
            return 0, 0
        return wanted, wanted - sum(place(group.outcome.room.copy(), extra).values())

    def surge_fits(self, group: Group, pods: Pods) -> bool:
        """Return True if a further pod, of a new revision, fits beside the old ones and all else at its baseline."""
        old = pods.shapes[0]
        new = replace(
            old,
            apart=[rule for rule in old.apart if not rule.per_revision],
            spread=[rule for rule in old.spread if not rule.per_revision],
        )
        return how_many(group.outcome.room, new, 1) == 1

    def pool_use(self) -> Iterator[PoolUse]:
        """Return the requests on each pool at baseline and at maximum, with its capacity."""
        used: dict[str, list[int]] = {node.pool: [0, 0, 0, 0] for node in self.nodes}
        reaches: dict[str, list[Reach]] = {}
        for group in self.groups:
            for pods in group.pods:
                self._add_use(group, pods, used)
                if pods.extra > 0:
                    pool = self.nodes[pods.shapes[0].nodes[0]].pool
                    reaches.setdefault(pool, []).append(self.reach(group, pods))
        for pool, (cpu, memory, most_cpu, most_memory) in used.items():
            own = [node for node in self.nodes if node.pool == pool]
            yield PoolUse(
                pool=pool,
                nodes=tuple(node.name for node in own),
                allocatable=_amount(sum(node.cpu for node in own), sum(node.memory for node in own)),
                baseline=_amount(cpu, memory),
                maximum=_amount(most_cpu, most_memory),
                reaches=tuple(reaches.get(pool, ())),
            )

    def _add_use(self, group: Group, pods: Pods, used: dict[str, list[int]]) -> None:
        """Add the pods to the pools they were placed in; what found no place counts for its first node's."""
        for shape in pods.shapes:
            if shape.nodes[0] not in group.nodes:
                continue
            where = group.outcome.room.where.get(shape, {})
            waiting = pods.baseline - sum(where.values())
            counts = [(self.nodes[node].pool, count, count) for node, count in where.items()]
            counts.append((self.nodes[shape.nodes[0]].pool, waiting, waiting + pods.extra))
            for pool, low, high in counts:
                more = (pods.cpu * low, pods.memory * low, pods.cpu * high, pods.memory * high)
                used[pool] = [old + new for old, new in zip(used[pool], more, strict=True)]


def _amount(millicores: int, memory: int) -> Amount:
    return Amount(cpu=Decimal(millicores) / 1000, memory=Decimal(memory))


@lru_cache(maxsize=2)
def capacity_of(world: World) -> Capacity:
    """The world's pods on its nodes; asked twice, the same."""
    return Capacity(world)
