"""`unschedulable` and `node-capacity` say what kube-scheduler then does, on random clusters with random workloads."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.world import World
from constructs_lib.checks.registry import Report, run_checks
from constructs_lib.inventory.cluster import Cluster, NodePool
from tests.e2e.control_plane import ControlPlane
from tests.e2e.kube import Kube, Manifest
from tests.e2e.manifests import namespace
from tests.e2e.nodes import is_ready, node_manifests
from tests.e2e.waiting import eventually
from tests.e2e.workloads import POD

pytestmark = pytest.mark.own_nodes

SEED = 20_261
CASES = 240
AGREEMENT = 0.97
"""Where several nodes share the pods, the order of arrival decides in some cases."""

WORKERS = 4


@dataclass(frozen=True)
class Case:
    """A cluster of its own, told apart from the others by a label, and what is to run there.

    Attributes:
        name: of its namespace, and its nodes' label.
        cluster: its nodes.
        workloads: Deployments, in the order in which they are applied.
    """

    name: str
    cluster: Cluster
    workloads: list[Manifest]

    @property
    def nodes(self) -> int:
        return sum(len(pool.nodes) for pool in self.cluster.pools.values())

    def report(self) -> Report:
        """What the checks say."""
        return run_checks(World((namespace(self.name), *self.workloads), self.cluster))

    def findings(self) -> list[Finding]:
        """What they say against its being placed."""
        return [each for each in self.report().errors if each.check in ("unschedulable", "node-capacity")]


def make_case(number: int) -> Case:
    """A random case; every other one is full to within a few hundredths."""
    source = random.Random(SEED + number)
    name = f"case-{number}"
    count = source.choice([1, 1, 2, 3])
    cpu, memory = source.choice([1000, 2000, 4000]), source.choice([1024, 2048, 4096])
    pool = NodePool.model_validate(
        {
            "nodes": [f"{name}-{index}" for index in range(count)],
            "labels": {"case": name},
            "capacity": {"cpu": f"{cpu}m", "memory": f"{memory}Mi"},
            "reserved": {"cpu": "100m", "memory": "200Mi"},
            "maxPods": source.choice([110, 110, 110, 5]),
            "taints": source.choice([[], [], [], [{"key": "only", "value": "others"}]]),
        }
    )
    fill = source.gauss(0.97, 0.04) if number % 2 else source.uniform(0.2, 1.3)
    shapes = [(source.randint(1, 5), source.random() + 0.2) for _ in range(source.randint(1, 4))]
    room = count * (cpu - 100), count * (memory - 200)
    weight = sum(replicas * size for replicas, size in shapes)
    workloads = [
        _deployment(
            name,
            f"app-{index}",
            replicas,
            cpu=max(1, round(room[0] * fill * size / weight)),
            memory=max(1, round(room[1] * min(fill, 1.0) * source.uniform(0.5, 1.0) * size / weight)),
            source=source,
            tainted=bool(pool.taints),
        )
        for index, (replicas, size) in enumerate(shapes)
    ]
    return Case(name, Cluster(pools={"nodes": pool}), workloads)


def _deployment(
    case: str, name: str, replicas: int, *, cpu: int, memory: int, source: random.Random, tainted: bool
) -> Manifest:
    labels = {"app": name}
    spec: dict[str, Any] = {
        "nodeSelector": {"case": case},
        "containers": [
            {
                "name": "main",
                "image": "main:1",
                "resources": {"requests": {"cpu": f"{cpu}m", "memory": f"{memory}Mi"}},
            }
        ],
    }
    if tainted and source.random() < 0.9:
        spec["tolerations"] = [{"key": "only", "operator": "Exists"}]
    if source.random() < 0.06:
        term = {"labelSelector": {"matchLabels": labels}, "topologyKey": "kubernetes.io/hostname"}
        spec["affinity"] = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": case},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": spec},
        },
    }


@pytest.fixture(scope="module")
def outcomes(cluster: ControlPlane) -> list[tuple[Case, int]]:
    """All cases with the number of pods for which the scheduler found no node."""
    cases = [make_case(number) for number in range(CASES)]
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(lambda case: _prepare(cluster.kube, case), cases))
        list(pool.map(lambda case: _deploy(cluster.kube, case), cases))
    return [(case, _count_waiting(cluster.kube, case)) for case in cases]


def _prepare(kube: Kube, case: Case) -> None:
    kube.create(namespace(case.name))
    for node in node_manifests(case.cluster):
        kube.create(node)


def _deploy(kube: Kube, case: Case) -> None:
    nodes = [name for pool in case.cluster.pools.values() for name in pool.nodes]
    eventually(lambda: all(is_ready(kube.get("v1/Node", name)) for name in nodes), within=180, what=case.name)
    for workload in case.workloads:
        kube.create(workload)


def _count_waiting(kube: Kube, case: Case) -> int:
    return sum(eventually(lambda: _waiting(kube, case), within=180, what=f"a word on every pod of {case.name}"))


def _waiting(kube: Kube, case: Case) -> list[bool]:
    """Return True if each pod waits for a node that the scheduler did not find; nothing before it has spoken on all."""
    pods = kube.list(POD, case.name)
    told = [_verdict(pod) for pod in pods]
    wanted = sum(each["spec"]["replicas"] for each in case.workloads)
    return [verdict == "waits" for verdict in told] if len(pods) == wanted and all(told) else []


def _verdict(pod: Manifest) -> str:
    if pod["spec"].get("nodeName"):
        return "placed"
    conditions = pod["status"].get("conditions", [])
    return "waits" if any(each.get("reason") == "Unschedulable" for each in conditions) else ""


def test_the_cases_are_worth_comparing(outcomes: list[tuple[Case, int]]) -> None:
    placed = sum(not waiting for _, waiting in outcomes)
    assert len(outcomes) >= 200
    assert 0.35 < placed / len(outcomes) < 0.65, placed


def test_on_a_pool_of_one_node_they_agree_in_every_case(
    outcomes: list[tuple[Case, int]], record_property: Callable[[str, object], None]
) -> None:
    single = [(case, waiting) for case, waiting in outcomes if case.nodes == 1]
    wrong = [_told(case, waiting) for case, waiting in single if bool(case.findings()) != bool(waiting)]
    record_property("compared", f"{len(single)} random clusters of one node with the scheduler, {len(wrong)} differ")
    assert len(single) >= 80
    assert not wrong


def test_on_larger_pools_they_agree_in_nearly_every_case(
    outcomes: list[tuple[Case, int]], record_property: Callable[[str, object], None]
) -> None:
    larger = [(case, waiting) for case, waiting in outcomes if case.nodes > 1]
    differing = [(case, waiting) for case, waiting in larger if bool(case.findings()) != bool(waiting)]
    told = f"{len(larger)} random clusters of several nodes with the scheduler, {len(differing)} differ"
    record_property("compared", told)
    assert len(larger) >= 80
    assert len(differing) <= (1 - AGREEMENT) * len(larger), [_told(*each) for each in differing]


def test_where_the_order_decides_the_message_says_so(outcomes: list[tuple[Case, int]]) -> None:
    for case, waiting in outcomes:
        if waiting and not case.findings():
            warnings = [each.message for each in case.report().warnings if each.check == "node-capacity"]
            assert any("depends on their order of arrival" in each for each in warnings), _told(case, waiting)


def _told(case: Case, waiting: int) -> str:
    return f"{case.name}: {case.nodes} nodes, {waiting} pods Pending; {[str(each) for each in case.findings()]}"
