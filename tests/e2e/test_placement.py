"""Every pod of prod runs on the node that it belongs on, and the dedicated nodes are nobody else's."""

from __future__ import annotations

import pytest

from constructs_lib.inventory.cluster import Cluster
from tests.e2e.build import KUBERNETES
from tests.e2e.control_plane import ControlPlane
from tests.e2e.kube import Kube
from tests.e2e.manifests import apply_all, environment, pod, prepare
from tests.e2e.waiting import eventually
from tests.e2e.workloads import AUTOSCALER, POD, live_pods, wait_for_rollout

pytestmark = pytest.mark.own_nodes

NODE_OF_NAMESPACE = {"api": "k8s-worker-1", "async": "k8s-worker-2"}
NODE_OF_STORE = {"postgresql-0": "k8s-postgresql", "redis-0": "k8s-redis"}
STRANGERS = 40


@pytest.fixture(scope="module", params=KUBERNETES)
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def deployed(seven_nodes: ControlPlane) -> Kube:
    kube, manifests = seven_nodes.kube, environment("prod")
    prepare(kube, manifests)
    apply_all(kube, manifests)
    wait_for_rollout(kube)
    return kube


def test_every_pod_runs_on_its_node(deployed: Kube) -> None:
    pods = live_pods(deployed)
    where = {each["metadata"]["name"]: each["spec"]["nodeName"] for each in pods}
    assert where == {each["metadata"]["name"]: _node_of(each["metadata"]) for each in pods}
    assert {each["status"]["phase"] for each in pods} == {"Running"}


def test_every_service_has_the_replicas_that_were_asked_for(deployed: Kube) -> None:
    running: dict[str, int] = {}
    for each in live_pods(deployed):
        name = each["metadata"]["labels"]["app.kubernetes.io/name"]
        running[name] = running.get(name, 0) + 1
    apis = {"waste": 3, "users": 2, "auth": 2, "recycling": 2, "locations": 2}
    workers = {"preprocess": 3, "vision": 5, "rag": 2, "llm": 3}
    assert running == {**apis, **workers, "postgresql": 1, "redis": 1}
    assert {each["metadata"]["name"] for each in deployed.list(AUTOSCALER)} == {"waste-api", "vision-worker"}


def test_claims_are_bound(deployed: Kube) -> None:
    claims = deployed.list("v1/PersistentVolumeClaim")
    assert {claim["metadata"]["name"]: claim["status"]["phase"] for claim in claims} == {
        "data-postgresql-0": "Bound",
        "data-redis-0": "Bound",
        "postgresql-backup": "Bound",
    }


def test_strangers_stay_off_the_dedicated_nodes(deployed: Kube, inventory: Cluster) -> None:
    for number in range(STRANGERS):
        deployed.create(pod(f"stranger-{number}"))

    def all_placed() -> list[str]:
        nodes = [each["spec"].get("nodeName") for each in deployed.list(POD, "default")]
        return nodes if None not in nodes and len(nodes) == STRANGERS else []

    used = set(eventually(all_placed, what="placed strangers"))
    tainted = {node for each in inventory.pools.values() if each.taints for node in each.nodes}
    assert {"k8s-postgresql", "k8s-redis"} <= tainted
    assert not used & tainted
    assert "k8s-monitoring" in used


def _node_of(meta: dict[str, str]) -> str:
    return NODE_OF_STORE.get(meta["name"]) or NODE_OF_NAMESPACE[meta["namespace"]]
