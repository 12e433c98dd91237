"""A drain ends, and takes no service's last ready pod where there is another node for it."""

from __future__ import annotations

import pytest

from constructs_lib import ApiService, NamespaceChart, Resources
from tests.e2e.apps import cluster_of, manifests_of
from tests.e2e.control_plane import ControlPlane
from tests.e2e.kube import Kube, Manifest, RefusedError
from tests.e2e.manifests import apply_all
from tests.e2e.nodes import add_nodes
from tests.e2e.waiting import eventually, stays
from tests.e2e.workloads import BUDGET, is_ready, live_pods, uids, wait_for_rollout

pytestmark = pytest.mark.own_nodes

NAMESPACE = "shop"
TWO, ONE = ("pair-1", "pair-2"), ("single-1",)
BLOCKED = 429


def _shop(chart: NamespaceChart) -> None:
    small = Resources(cpu="50m", memory="64Mi", memory_limit="64Mi")
    for name, pool in (("paired", "pair"), ("alone", "single")):
        ApiService(chart, name, image="shop:1", node_pool=pool, replicas=2, resources=small)


@pytest.fixture(scope="module")
def shop(cluster: ControlPlane) -> Kube:
    """A service on a pool of two nodes, another on a pool of one."""
    inventory = cluster_of(("pair", 2), ("single", 1))
    add_nodes(cluster.kube, inventory)
    apply_all(cluster.kube, manifests_of(inventory, NAMESPACE, _shop))
    wait_for_rollout(cluster.kube)
    return cluster.kube


def test_pods_of_one_service_lie_on_different_nodes(shop: Kube) -> None:
    assert {pod["spec"]["nodeName"] for pod in _pods(shop, "paired")} == set(TWO)


def test_a_budget_is_written_only_where_pods_can_go_elsewhere(shop: Kube) -> None:
    assert [budget["metadata"]["name"] for budget in shop.list(BUDGET, NAMESPACE)] == ["paired"]


def test_a_drain_of_one_node_in_a_pool_of_two_ends(shop: Kube) -> None:
    for node in TWO:
        with_pods = uids(_pods_on(shop, node))
        assert with_pods
        _cordon(shop, node)
        _drain(shop, node, "paired")
        assert not uids(live_pods(shop)) & with_pods
        wait_for_rollout(shop)
        _uncordon(shop, node)


def test_the_last_ready_pod_is_not_taken(shop: Kube) -> None:
    for node in TWO:
        _cordon(shop, node)
    first, second = _pods(shop, "paired")
    shop.evict(first)
    # Its successor finds no node, so the other pod is the last one.
    for _ in range(5):
        with pytest.raises(RefusedError, match="violate the pod's disruption budget") as refused:
            shop.evict(second)
        assert refused.value.status == BLOCKED
    assert stays(lambda: [pod for pod in _pods(shop, "paired") if is_ready(pod)], during=1)
    for node in TWO:
        _uncordon(shop, node)
    _drain_pod_when_allowed(shop, second["metadata"]["name"])
    wait_for_rollout(shop)


def test_a_drain_of_the_only_node_ends_too_and_the_service_is_back_with_the_node(shop: Kube) -> None:
    """No budget could help: pods have nowhere else to go, and the drain would never end."""
    (node,) = ONE
    _cordon(shop, node)
    _drain(shop, node)
    stays(lambda: not any(is_ready(pod) for pod in _pods(shop, "alone")), during=0.5)
    _uncordon(shop, node)
    wait_for_rollout(shop)


def _drain(kube: Kube, node: str, service: str | None = None) -> None:
    """Evict all pods of the node, as often as it takes; of the service one pod at least is ready all the time."""

    def empty() -> bool:
        for pod in _pods_on(kube, node):
            try:
                kube.evict(pod)
            except RefusedError as refused:
                if refused.status != BLOCKED:
                    raise
            if service and not any(is_ready(each) for each in _pods(kube, service)):
                raise RuntimeError(f"the drain took the last ready pod of {service}")
        return not _pods_on(kube, node)

    eventually(empty, what=f"an empty {node}")


def _drain_pod_when_allowed(kube: Kube, name: str) -> None:
    def evicted() -> bool:
        try:
            kube.evict({"metadata": {"name": name, "namespace": NAMESPACE}})
        except RefusedError as refused:
            return refused.status != BLOCKED
        return True

    eventually(evicted, what="an eviction")


def _pods(kube: Kube, service: str) -> list[Manifest]:
    pods = live_pods(kube, NAMESPACE)
    return [pod for pod in pods if pod["metadata"]["labels"]["app.kubernetes.io/name"] == service]


def _pods_on(kube: Kube, node: str) -> list[Manifest]:
    return [pod for pod in live_pods(kube, NAMESPACE) if pod["spec"].get("nodeName") == node]


def _cordon(kube: Kube, node: str) -> None:
    kube.patch("v1/Node", node, None, {"spec": {"unschedulable": True}})


def _uncordon(kube: Kube, node: str) -> None:
    kube.patch("v1/Node", node, None, {"spec": {"unschedulable": None}})
