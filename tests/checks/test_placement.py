"""Placement agrees with what can be enumerated: every assignment, every step, every moment of a pod."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from constructs_lib.checks.rules.node_capacity import CHECK as NODE_CAPACITY
from constructs_lib.checks.scheduling.capacity import Group
from constructs_lib.checks.scheduling.placement import (
    Affinity,
    AntiAffinity,
    NodeState,
    PodShape,
    TopologySpread,
    Verdict,
    always_fits,
    how_many,
    place,
    settle,
)
from constructs_lib.checks.scheduling.schedulable_nodes import Node
from constructs_lib.kubernetes.pod_resources import container_amounts, limit_range_defaults, pod_amounts
from tests.checks.build import Words, world

_ZONES = ("x", "y", "")


@st.composite
def _nodes(draw: st.DrawFn, most: int = 3) -> list[Node]:
    return [
        Node(
            name=f"n{number}",
            pool="p",
            labels={"host": f"n{number}"} | ({"zone": zone} if (zone := draw(st.sampled_from(_ZONES))) else {}),
            taints=(),
            cpu=draw(st.integers(0, 6)),
            memory=draw(st.integers(0, 6)),
            pods=draw(st.integers(1, 4)),
        )
        for number in range(draw(st.integers(1, most)))
    ]


@st.composite
def _demand(draw: st.DrawFn, nodes: list[Node], rules: bool) -> list[tuple[PodShape, int]]:
    places = st.sets(st.integers(0, len(nodes) - 1), min_size=1)
    shapes = [
        PodShape(
            nodes=tuple(sorted(draw(places))),
            cpu=draw(st.integers(0, 4)),
            memory=draw(st.integers(0, 4)),
            ports=frozenset({("", "TCP", 80)} if rules and draw(st.booleans()) else ()),
        )
        for _ in range(draw(st.integers(1, 3)))
    ]
    for shape in shapes if rules else ():
        if draw(st.booleans()):
            _keep_apart(shape, draw(st.sampled_from(shapes)), draw(st.sampled_from(["host", "zone"])))
    return [(shape, draw(st.integers(0, 3))) for shape in shapes]


def _keep_apart(shape: PodShape, other: PodShape, key: str) -> None:
    shape.apart.append(AntiAffinity(key, frozenset({other})))
    if other is not shape:
        other.apart.append(AntiAffinity(key, frozenset({shape})))


_worlds = st.shared(_nodes(), key="nodes")
_plain = _worlds.flatmap(lambda nodes: st.tuples(st.just(nodes), _demand(nodes, rules=False)))
_ruled = _worlds.flatmap(lambda nodes: st.tuples(st.just(nodes), _demand(nodes, rules=True)))


def _possible(nodes: list[Node], demand: list[tuple[PodShape, int]]) -> bool:
    """Return True if any assignment of pods to nodes keeps every rule, tried one by one."""
    pods = [shape for shape, count in demand for _ in range(count)]
    return any(_sound(nodes, list(zip(pods, where, strict=True))) for where in product(*(pod.nodes for pod in pods)))


def _sound(nodes: list[Node], placed: list[tuple[PodShape, int]]) -> bool:
    for place_, node in enumerate(nodes):
        here = [shape for shape, where in placed if where == place_]
        ports = [port for shape in here for port in shape.ports]
        if (
            len(here) > node.pods
            or sum(shape.cpu for shape in here) > node.cpu
            or sum(shape.memory for shape in here) > node.memory
            or len(ports) != len(set(ports))
        ):
            return False
    return not any(
        other in rule.others and nodes[where].labels.get(rule.key, number) == nodes[there].labels.get(rule.key)
        for number, (shape, where) in enumerate(placed)
        for rule in shape.apart
        for index, (other, there) in enumerate(placed)
        if index != number
    )


@settings(max_examples=300, deadline=None)
@given(st.one_of(_plain, _ruled))
def test_verdicts_against_every_assignment(case: tuple[list[Node], list[tuple[PodShape, int]]]) -> None:
    nodes, demand = case
    outcome = settle(nodes, demand)
    possible = _possible(nodes, demand)
    if len(nodes) == 1:
        assert outcome.verdict is (Verdict.FITS if possible else Verdict.NO)
    if outcome.verdict is not Verdict.NO:
        assert possible
    assert bool(outcome.missing) == (outcome.verdict is not Verdict.FITS)


@settings(max_examples=300, deadline=None)
@given(_plain, st.randoms(use_true_random=False))
def test_what_always_fits_does_in_any_order(case: tuple[list[Node], list[tuple[PodShape, int]]], random: Any) -> None:
    nodes, demand = case
    if settle(nodes, demand).verdict is Verdict.NO:
        return
    pods = [shape for shape, count in demand for _ in range(count)]
    random.shuffle(pods)
    fits = not place(NodeState(nodes), [(shape, 1) for shape in pods], pack=random.random() < 0.5)
    assert fits or not always_fits(nodes, [(shape, count) for shape, count in demand if count])


@settings(max_examples=200, deadline=None)
@given(_ruled, st.integers(0, 5))
def test_asking_how_many_fit_changes_nothing(case: tuple[list[Node], list[tuple[PodShape, int]]], count: int) -> None:
    nodes, demand = case
    room = settle(nodes, demand).room
    shape = demand[0][0]
    before = (room.cpu[:], room.memory[:], room.pods[:], room.choices(shape))
    fits = how_many(room, shape, count)
    assert (room.cpu, room.memory, room.pods, room.choices(shape)) == before
    assert how_many(room.copy(), shape, count) == fits
    left = place(room.copy(), [(shape, count)])
    assert left.get(shape, 0) == count - fits


@st.composite
def _neighbours(draw: st.DrawFn) -> tuple[list[Node], list[PodShape]]:
    nodes = [replace(node, cpu=9, memory=9, pods=9) for node in draw(_nodes(4))]
    everywhere = tuple(range(len(nodes)))
    shapes = [PodShape(everywhere) for _ in range(3)]
    others = st.frozensets(st.sampled_from(shapes), min_size=1)
    keys = st.sampled_from(["host", "zone"])
    for shape in shapes:
        if draw(st.booleans()):
            chosen = draw(others)
            key = draw(keys)
            eligible = tuple(place_ for place_ in everywhere if key in nodes[place_].labels)
            least = draw(st.integers(1, 3))
            shape.spread.append(TopologySpread(key, draw(st.integers(1, 2)), least, chosen, shape in chosen, eligible))
        if draw(st.booleans()):
            chosen = draw(others)
            shape.together.append(Affinity((draw(keys),), chosen, shape in chosen))
        if draw(st.booleans()):
            shape.apart.append(AntiAffinity(draw(keys), draw(others)))
    return nodes, shapes


@settings(max_examples=200, deadline=None)
@given(_neighbours(), st.lists(st.tuples(st.integers(0, 2), st.integers(0, 9)), max_size=8))
def test_each_step_against_the_rules_as_they_are_written(
    case: tuple[list[Node], list[PodShape]], steps: list[tuple[int, int]]
) -> None:
    nodes, shapes = case
    room, placed = NodeState(nodes), list[tuple[PodShape, int]]()
    for number, wish in steps:
        shape = shapes[number]
        choices = room.choices(shape)
        assert choices == [node for node in shape.nodes if _allowed(nodes, placed, shape, node)]
        if choices:
            node = choices[wish % len(choices)]
            room.put(shape, node)
            placed.append((shape, node))


def _allowed(nodes: list[Node], placed: list[tuple[PodShape, int]], shape: PodShape, node: int) -> bool:
    return (
        all(not _near(nodes, placed, node, rule.key, rule.others) for rule in shape.apart)
        and all(_is_together(nodes, placed, node, rule) for rule in shape.together)
        and all(_is_even(nodes, placed, node, rule) for rule in shape.spread)
    )


def _near(
    nodes: list[Node], placed: list[tuple[PodShape, int]], node: int, key: str, others: frozenset[PodShape]
) -> list[int]:
    own = nodes[node].labels.get(key)
    return [at for other, at in placed if other in others and nodes[at].labels.get(key, "none") == own]


def _is_together(nodes: list[Node], placed: list[tuple[PodShape, int]], node: int, rule: Affinity) -> bool:
    if any(key not in nodes[node].labels for key in rule.keys):
        return False
    known = [at for other, at in placed for key in rule.keys if other in rule.others and key in nodes[at].labels]
    if rule.first and not known:
        return True
    return all(_near(nodes, placed, node, key, rule.others) for key in rule.keys)


def _is_even(nodes: list[Node], placed: list[tuple[PodShape, int]], node: int, rule: TopologySpread) -> bool:
    own = nodes[node].labels.get(rule.key)
    domains = {nodes[at].labels[rule.key] for at in rule.nodes}
    counts = {
        domain: sum(
            other in rule.others and at in rule.nodes and nodes[at].labels[rule.key] == domain for other, at in placed
        )
        for domain in domains
    }
    least = min(counts.values(), default=0) if len(domains) >= rule.least_domains else 0
    return own is not None and counts[own] + rule.counts_itself - least <= rule.skew


_amount = st.one_of(st.none(), st.integers(0, 5))
_container = st.fixed_dictionaries({"request": _amount, "limit": _amount, "sidecar": st.booleans()})


@given(st.lists(_container, max_size=4), st.lists(_container, min_size=1, max_size=3), _amount)
def test_requests_are_the_most_of_any_moment(
    init: list[dict[str, Any]], main: list[dict[str, Any]], overhead: int | None
) -> None:
    def manifest(one: dict[str, Any]) -> dict[str, Any]:
        stated = {"requests": one["request"], "limits": one["limit"]}
        resources = {key: {"cpu": value} for key, value in stated.items() if value is not None}
        return {"resources": resources, **({"restartPolicy": "Always"} if one["sidecar"] else {})}

    def needs(one: dict[str, Any]) -> int:
        return next((value for value in (one["request"], one["limit"]) if value is not None), 0)

    moments = [[other for other in init[:place_] if other["sidecar"]] + [one] for place_, one in enumerate(init)]
    moments.append([one for one in init if one["sidecar"]] + main)
    spec = {
        "initContainers": [manifest(one) for one in init],
        "containers": [manifest({**one, "sidecar": False}) for one in main],
        "overhead": {} if overhead is None else {"cpu": overhead},
    }
    expected = max(sum(map(needs, moment)) for moment in moments) + (overhead or 0)
    assert pod_amounts(spec, "requests").get("cpu", 0) == expected * 1000


def test_what_fills_every_node_may_not_always_fit() -> None:
    nodes = [Node(name, "p", {}, (), cpu=1, memory=9, pods=9) for name in ("a", "b")]
    shape = PodShape((0, 1), cpu=1)
    assert always_fits(nodes, [(shape, 2)])
    assert not always_fits(nodes, [(shape, 3)])


def _limit_range(**item: dict[str, str]) -> dict[str, Any]:
    return {"kind": "LimitRange", "spec": {"limits": [{"type": "Container", **item}]}}


def test_defaults_of_limit_ranges() -> None:
    ranges = [
        _limit_range(min={"cpu": "1", "memory": "1"}, max={"cpu": "8"}, default={"memory": "4"}),
        _limit_range(default={"cpu": "5"}, defaultRequest={"cpu": "3", "storage": "2"}),
    ]
    defaults = limit_range_defaults(ranges)
    assert defaults.limits == {"cpu": 8000, "memory": 4000}
    assert defaults.requests == {"cpu": 8000, "memory": 4000, "storage": 2000}
    assert limit_range_defaults([_limit_range(min={"cpu": "1"})]).requests == {"cpu": 1000}
    container = {"resources": {"limits": {"cpu": "2"}}}
    assert container_amounts(container, "requests", defaults)["cpu"] == 2000
    assert container_amounts(container, "limits", defaults) == {"cpu": 2000, "memory": 4000}


def test_amounts_are_rounded_up_for_each_container() -> None:
    tiny = {"resources": {"requests": {"cpu": "0.1m", "memory": "0.5"}}}
    assert pod_amounts({"containers": [tiny, tiny]}, "requests") == {"cpu": 2, "memory": 1000}


def test_amounts_of_a_whole_pod_win_over_those_of_its_containers() -> None:
    container = {"resources": {"requests": {"cpu": "1", "memory": "1"}}}
    spec = {"resources": {"requests": {"cpu": "2"}, "limits": {"memory": "9"}}, "containers": [container]}
    assert pod_amounts(spec, "requests") == {"cpu": 2000, "memory": 1000}


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 600)), min_size=1, max_size=4),
    st.integers(1, 3),
)
@settings(max_examples=150)
def test_roomy_nodes_have_room_also_when_all_pods_are_placed(amounts: list[tuple[int, int, int]], nodes: int) -> None:
    objects: list[Words] = []
    for number, (low, more, cpu) in enumerate(amounts):
        requests = {"cpu": f"{cpu}m", "memory": "64Mi"}
        objects.append({"Deployment": f"api/web-{number}", "container.resources.requests": requests})
        bounds = {"spec.minReplicas": low, "spec.maxReplicas": low + more}
        objects.append({"HorizontalPodAutoscaler": f"api/web-{number}", **bounds})
    options = {"cluster": {"worker": [f"w{number}" for number in range(nodes)]}}
    found = set(NODE_CAPACITY.run(world(objects, options)))
    with mock.patch.object(Group, "is_roomy", False):
        assert set(NODE_CAPACITY.run(world(objects, options))) == found
