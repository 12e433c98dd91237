"""Placing pods on nodes one after the other, as kube-scheduler does.

Knows nothing of manifests: pods of one workload are a `Shape`, nodes are what they have left. On one node the
order of arrival doesn't matter; on several it can, so several orders are tried.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from math import log
from typing import Final, TypeAlias

from constructs_lib.checks.scheduling.schedulable_nodes import Node

_UNSTATED_CPU: Final = 100
_UNSTATED_MEMORY: Final = 200 * 2**20
"""The requests that the scheduler's scores assume for a pod without requests (its filter assumes none)."""

_TURNS: Final = 32

Port: TypeAlias = tuple[str, str, int]
"""Address, protocol and number on the node."""


@dataclass(frozen=True)
class AntiAffinity:
    """Anti-affinity, its own or another's: no pod of the others in the same domain.

    Args:
        key: the node's label whose value is the domain.
        others: whose pods keep away, and are kept away from.
        per_revision: whether pods of another template don't count (`matchLabelKeys` with the template's hash).
    """

    key: str
    others: frozenset[PodShape]
    per_revision: bool = False


@dataclass(frozen=True)
class Affinity:
    """Affinity: a pod of the others in the same domain of every key.

    Args:
        keys: the nodes' labels whose values are the domains.
        others: whose pods must be there.
        first: whether it is one of the others itself: the first pod of its kind may go anywhere then.
    """

    keys: tuple[str, ...]
    others: frozenset[PodShape]
    first: bool


@dataclass(frozen=True)
class TopologySpread:
    """A topology spread constraint.

    Args:
        key: the node's label whose value is the domain.
        skew: how many pods more than in the emptiest domain there may be.
        least_domains: with fewer domains the emptiest counts as one without pods.
        others: whose pods are counted.
        counts_itself: whether it is one of the others itself.
        nodes: places of the nodes whose domains count.
        per_revision: whether pods of another template don't count.
    """

    key: str
    skew: int
    least_domains: int
    others: frozenset[PodShape]
    counts_itself: bool
    nodes: tuple[int, ...]
    per_revision: bool = False


@dataclass(eq=False)
class PodShape:
    """Pods that are alike to the scheduler.

    Args:
        nodes: places of the nodes that they may run on at all.
        cpu: millicores that one requests.
        memory: bytes that one requests.
        ports: what one takes of its node's ports.
        avoided: places of nodes that are a second choice.
        apart: what may not be near.
        together: what must be near.
        spread: how evenly they must lie.
    """

    nodes: tuple[int, ...]
    cpu: int = 0
    memory: int = 0
    ports: frozenset[Port] = frozenset()
    avoided: frozenset[int] = frozenset()
    apart: list[AntiAffinity] = field(default_factory=list)
    together: list[Affinity] = field(default_factory=list)
    spread: list[TopologySpread] = field(default_factory=list)

    @property
    def constrained(self) -> bool:
        """Return True if more than CPU, memory and the number of pods decides."""
        return bool(self.ports or self.apart or self.together or self.spread)


Demand: TypeAlias = Sequence[tuple[PodShape, int]]
"""Pods to place: shapes with how many of each."""


class NodeState:
    """Nodes with the pods that were placed on them."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = nodes
        self.cpu = [node.cpu for node in nodes]
        self.memory = [node.memory for node in nodes]
        self.pods = [node.pods for node in nodes]
        self.where: dict[PodShape, dict[int, int]] = {}
        self._ports: list[set[Port]] = [set() for _ in nodes]

    def copy(self) -> NodeState:
        """A room of its own with the same pods."""
        other = NodeState(self.nodes)
        other.cpu, other.memory, other.pods = self.cpu[:], self.memory[:], self.pods[:]
        other.where = {shape: dict(counts) for shape, counts in self.where.items()}
        other._ports = [set(ports) for ports in self._ports]
        return other

    def put(self, shape: PodShape, node: int) -> None:
        """Take the room of one pod on the node."""
        self.cpu[node] -= shape.cpu
        self.memory[node] -= shape.memory
        self.pods[node] -= 1
        self._ports[node] |= shape.ports
        counts = self.where.setdefault(shape, {})
        counts[node] = counts.get(node, 0) + 1

    def take(self, shape: PodShape, node: int) -> None:
        """Give back the room of one pod that was put on the node."""
        self.cpu[node] += shape.cpu
        self.memory[node] += shape.memory
        self.pods[node] += 1
        self._ports[node] -= shape.ports
        self.where[shape][node] -= 1

    def has_room(self, shape: PodShape, node: int) -> bool:
        """Return True if CPU, memory and the number of pods allow one more pod."""
        return (
            self.pods[node] > 0
            and (not shape.cpu or shape.cpu <= self.cpu[node])
            and (not shape.memory or shape.memory <= self.memory[node])
        )

    def choices(self, shape: PodShape) -> list[int]:
        """The nodes that can take one more pod of the shape."""
        free = [node for node in shape.nodes if self.has_room(shape, node)]
        if not shape.constrained:
            return free
        tests = [self._spread_test(rule) for rule in shape.spread]
        tests += [self._together_test(rule) for rule in shape.together]
        tests += [self._apart_test(rule) for rule in shape.apart]
        return [
            node for node in free if not _clash(shape.ports, self._ports[node]) and all(test(node) for test in tests)
        ]

    def _domain(self, node: int, key: str) -> str | None:
        return self.nodes[node].labels.get(key)

    def _counts(self, key: str, others: Iterable[PodShape]) -> dict[str | None, int]:
        counts: dict[str | None, int] = {}
        for shape in others:
            for node, count in self.where.get(shape, {}).items():
                domain = self._domain(node, key)
                counts[domain] = counts.get(domain, 0) + count
        return counts

    def _apart_test(self, rule: AntiAffinity) -> Callable[[int], bool]:
        counts = self._counts(rule.key, rule.others)
        counts[None] = 0  # a node without the label is in no domain
        return lambda node: not counts.get(self._domain(node, rule.key))

    def _together_test(self, rule: Affinity) -> Callable[[int], bool]:
        by_key = {key: self._counts(key, rule.others) for key in rule.keys}
        alone = rule.first and not any(
            count for counts in by_key.values() for domain, count in counts.items() if domain is not None
        )

        def test(node: int) -> bool:
            domains = [(self._domain(node, key), counts) for key, counts in by_key.items()]
            return all(domain is not None and (alone or counts.get(domain)) for domain, counts in domains)

        return test

    def _spread_test(self, rule: TopologySpread) -> Callable[[int], bool]:
        counts: dict[str | None, int] = {self._domain(node, rule.key): 0 for node in rule.nodes}
        counted = set(rule.nodes)
        for shape in rule.others:
            for place, count in self.where.get(shape, {}).items():
                if place in counted:
                    counts[self._domain(place, rule.key)] += count
        emptiest = min(counts.values(), default=0) if len(counts) >= rule.least_domains else 0
        room = rule.skew + emptiest - int(rule.counts_itself)

        def test(node: int) -> bool:
            domain = self._domain(node, rule.key)
            return domain is not None and counts.get(domain, 0) <= room

        return test

    def preferred(self, shape: PodShape, choices: Sequence[int]) -> int:
        """The node that the scheduler's scores favour: the emptiest, evenly used, with few pods alike."""
        if len(choices) == 1:
            return choices[0]
        counts = self.where.get(shape, {})
        alike = [counts.get(node, 0) * log(len(choices) + 2) + 2 for node in choices]
        most, least = max(alike), min(alike)

        def score(choice: tuple[int, float]) -> float:
            node, count = choice
            evenness = 200 * (most + least - count) / most
            return self._emptiness(shape, node) + evenness - (300 if node in shape.avoided else 0)

        return max(zip(choices, alike, strict=True), key=score)[0]

    def _emptiness(self, shape: PodShape, node: int) -> float:
        cpu = (self.cpu[node] - (shape.cpu or _UNSTATED_CPU)) / (self.nodes[node].cpu or 1)
        memory = (self.memory[node] - (shape.memory or _UNSTATED_MEMORY)) / (self.nodes[node].memory or 1)
        return 50 * (cpu + memory) - 50 * abs(cpu - memory)


def _clash(wanted: frozenset[Port], taken: set[Port]) -> bool:
    return any(
        protocol == other_protocol and number == other_number and ("" in (address, other) or address == other)
        for address, protocol, number in wanted
        for other, other_protocol, other_number in taken
    )


class Verdict(Enum):
    """Return True if pods find a place: whatever the order of arrival, in some orders only, or in none tried."""

    FITS = "fits"
    ORDER = "order"
    NO = "no"


@dataclass(frozen=True)
class Outcome:
    """The outcome of a placement.

    Args:
        verdict: whether all pods found a place.
        room: the nodes after the first order of arrival, in which the manifests stand.
        missing: how many pods of each shape the first order that doesn't fit leaves without a place.
    """

    verdict: Verdict
    room: NodeState
    missing: Mapping[PodShape, int]


def place(room: NodeState, demand: Iterable[tuple[PodShape, int]], pack: bool = False) -> dict[PodShape, int]:
    """Place pods in the given order, and count the pods without a node.

    Args:
        room: the nodes; changed.
        demand: shapes with how many pods of each arrive together; a shape may come again.
        pack: fill the first node that fits instead of the one that the scheduler prefers.
    """
    waiting: dict[PodShape, int] = {}
    for shape, count in demand:
        left = count
        if shape not in waiting:  # nodes only fill up: where one found no place, its like won't either
            while left and _place_one(room, shape, pack):
                left -= 1
        if left:
            waiting[shape] = waiting.get(shape, 0) + left
    progress = True
    while progress:  # a pod that waited for a neighbour, or for other domains to fill, may fit by now
        progress = False
        for shape in [shape for shape in waiting if shape.constrained]:
            while waiting[shape] and _place_one(room, shape, pack):
                waiting[shape] -= 1
                progress = True
    return {shape: count for shape, count in waiting.items() if count}


def how_many(room: NodeState, shape: PodShape, count: int) -> int:
    """Return how many of the further pods fit; the state of the nodes is unchanged."""
    places: list[int] = []
    while len(places) < count and (choices := room.choices(shape)):
        places.append(room.preferred(shape, choices))
        room.put(shape, places[-1])
    for node in places:
        room.take(shape, node)
    return len(places)


def _place_one(room: NodeState, shape: PodShape, pack: bool) -> bool:
    choices = room.choices(shape)
    if choices:
        room.put(shape, choices[0] if pack else room.preferred(shape, choices))
    return bool(choices)


def settle(nodes: Sequence[Node], demand: Demand) -> Outcome:
    """Place a demand in several orders of arrival.

    The scheduler's way (emptiest node first) with pods as they are written, by turns, largest and smallest
    first; then the largest first into the first node that takes it, which finds room where few ways do.
    """
    room = NodeState(nodes)
    demand = [(shape, count) for shape, count in demand if count > 0]
    missing = place(room, demand)
    if len({node for shape, _ in demand for node in shape.nodes}) <= 1:
        return Outcome(Verdict.NO if missing else Verdict.FITS, room, missing)
    if not missing and always_fits(nodes, demand):
        return Outcome(Verdict.FITS, room, missing)
    large = sorted(demand, key=lambda item: _size(item[0], nodes), reverse=True)
    results = [missing]
    results += [place(NodeState(nodes), order) for order in (_by_turns(demand), large, large[::-1])]
    if not any(results):
        return Outcome(Verdict.FITS, room, missing)
    some = not all(results) or not place(NodeState(nodes), large, pack=True)
    return Outcome(Verdict.ORDER if some else Verdict.NO, room, next(filter(None, results)))


def _size(shape: PodShape, nodes: Sequence[Node]) -> float:
    """The largest share that one pod takes of the nodes' average CPU or memory."""
    cpu, memory = sum(node.cpu for node in nodes) or 1, sum(node.memory for node in nodes) or 1
    return max(shape.cpu / cpu, shape.memory / memory)


def _by_turns(demand: Demand) -> Iterator[tuple[PodShape, int]]:
    """One pod of each shape, then a second of each, and so on; after some turns all that are left."""
    for turn in range(_TURNS):
        yield from ((shape, 1) for shape, count in demand if count > turn)
    yield from ((shape, count - _TURNS) for shape, count in demand if count > _TURNS)


def always_fits(nodes: Sequence[Node], demand: Demand) -> bool:
    """Return True if all pods surely fit in any order of arrival.

    A pod waits only if each of its nodes is too full in some resource. All other pods together can fill only
    so many nodes that far: if those are fewer than the nodes it may run on, one is always left.
    """
    if any(shape.constrained for shape, _ in demand):
        return False
    load = (
        sum(shape.cpu * count for shape, count in demand),
        sum(shape.memory * count for shape, count in demand),
        sum(count for _, count in demand),
    )
    alike = {(shape.nodes, shape.cpu, shape.memory): shape for shape, _ in demand}
    return all(_never_blocked(shape, nodes, load) for shape in alike.values())


def _never_blocked(shape: PodShape, nodes: Sequence[Node], load: tuple[int, int, int]) -> bool:
    own = [nodes[place] for place in shape.nodes]
    fillable = _fillable([node.pods for node in own], load[2] - 1)
    if shape.cpu:
        fillable += _fillable([node.cpu - shape.cpu + 1 for node in own], load[0] - shape.cpu)
    if shape.memory:
        fillable += _fillable([node.memory - shape.memory + 1 for node in own], load[1] - shape.memory)
    return fillable < len(own)


def _fillable(needed: list[int], load: int) -> int:
    """Return the greatest number of nodes that the load can fill, cheapest first."""
    for place, amount in enumerate(sorted(needed)):
        load -= max(amount, 0)
        if load < 0:
            return place
    return len(needed)
