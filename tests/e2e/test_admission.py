"""Admission: unsafe pods are refused, the quota holds all that the workloads can need, and no more than it says."""

from __future__ import annotations

from decimal import Decimal

import pytest

from constructs_lib.inventory.cluster import Amount, Cluster
from constructs_lib.kubernetes.quantities import format_cpu, parse_quantity
from tests.e2e.build import KUBERNETES
from tests.e2e.control_plane import ControlPlane
from tests.e2e.kube import Kube, Manifest, RefusedError
from tests.e2e.manifests import apply_all, environment, namespace, pod, prepare
from tests.e2e.nodes import add_nodes
from tests.e2e.waiting import eventually
from tests.e2e.workloads import (
    AUTOSCALER,
    let_linger,
    live_pods,
    refusals,
    uids,
    wait_for_rollout,
    with_template,
    workloads,
)

pytestmark = pytest.mark.own_nodes

NAMESPACES = ("api", "async", "data")
QUOTA = "v1/ResourceQuota"


@pytest.fixture(scope="module", params=KUBERNETES)
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def manifests() -> list[Manifest]:
    return environment("prod")


@pytest.fixture(scope="module")
def at_maximum(cluster: ControlPlane, inventory: Cluster, manifests: list[Manifest]) -> Kube:
    """Prod with every autoscaled service at its most, on nodes so large that only a quota is in the way."""
    add_nodes(cluster.kube, _with_room(inventory))
    prepare(cluster.kube, manifests)
    apply_all(cluster.kube, [_at_most(each) for each in manifests])
    wait_for_rollout(cluster.kube)
    return cluster.kube


@pytest.mark.parametrize("where", NAMESPACES)
def test_an_unsafe_pod_is_refused(at_maximum: Kube, where: str) -> None:
    unsafe = pod("unsafe", where, securityContext={})
    with pytest.raises(RefusedError, match=r'violates PodSecurity "restricted:latest".*runAsNonRoot.*seccompProfile'):
        at_maximum.create(unsafe)


def test_a_namespace_without_the_level_would_take_it(at_maximum: Kube) -> None:
    at_maximum.create(namespace("lax"))
    assert at_maximum.create(pod("unsafe", "lax", securityContext={}))


def test_everything_at_its_most_is_admitted(at_maximum: Kube, manifests: list[Manifest]) -> None:
    most = {each["spec"]["scaleTargetRef"]["name"]: each["spec"]["maxReplicas"] for each in at_maximum.list(AUTOSCALER)}
    assert most == {"waste-api": 5, "vision-worker": 8}
    scaled = {each["metadata"]["name"]: each["spec"]["replicas"] for _, each in workloads(at_maximum)}
    assert scaled.items() >= most.items()
    assert refusals(at_maximum) == []


@pytest.mark.parametrize("where", NAMESPACES)
def test_a_pod_as_large_as_the_headroom_is_admitted_and_a_larger_one_refused(at_maximum: Kube, where: str) -> None:
    for resource, unit in (("cpu", Decimal("0.001")), ("memory", Decimal(2**20))):
        free = _free(at_maximum, where, resource)
        assert free >= {"cpu": Decimal("0.5"), "memory": Decimal(512 * 2**20)}[resource]
        with pytest.raises(RefusedError, match=rf"exceeded quota: resource-quota.*requests\.{resource}"):
            at_maximum.create(_sized("too-large", where, resource, free + unit))
    at_maximum.create(pod("debugging", where, cpu="500m", memory="512Mi"))
    at_maximum.delete("v1/Pod", "debugging", where)


def test_a_pod_that_says_nothing_of_resources_gets_them(at_maximum: Kube) -> None:
    silent = pod("silent", "api")
    del silent["spec"]["containers"][0]["resources"]
    created = at_maximum.create(silent)
    assert created["spec"]["containers"][0]["resources"]["requests"] == {"cpu": "50m", "memory": "64Mi"}
    at_maximum.delete("v1/Pod", "silent", "api")


@pytest.mark.parametrize("where", ["api", "async"])
def test_a_rollout_of_everything_at_its_most_is_admitted_while_old_pods_linger(
    at_maximum: Kube, manifests: list[Manifest], where: str
) -> None:
    let_linger(at_maximum, where)
    old = uids(live_pods(at_maximum, where))
    for manifest in manifests:
        if manifest["kind"] == "Deployment" and manifest["metadata"]["namespace"] == where:
            at_maximum.apply(with_template(manifest, rollout="1"))
    # On nodes with room, new pods are ready long before the old ones have ended.
    eventually(lambda: refusals(at_maximum, where) or not old & uids(live_pods(at_maximum, where)), what="new pods")
    assert refusals(at_maximum, where) == []


def _with_room(cluster: Cluster) -> Cluster:
    room = Amount(cpu=Decimal(64), memory=Decimal(256 * 2**30))
    return Cluster(pools={name: pool.model_copy(update={"capacity": room}) for name, pool in cluster.pools.items()})


def _at_most(manifest: Manifest) -> Manifest:
    if manifest["kind"] != "HorizontalPodAutoscaler":
        return manifest
    return {**manifest, "spec": {**manifest["spec"], "minReplicas": manifest["spec"]["maxReplicas"]}}


def _free(kube: Kube, where: str, resource: str) -> Decimal:
    """What the quota still has, once the API server has counted all pods."""
    key = f"requests.{resource}"

    def settled() -> Decimal | None:
        status = kube.get(QUOTA, "resource-quota", where)["status"]
        wanted = sum(_requests(each, resource) for each in live_pods(kube, where))
        used = parse_quantity(status["used"][key])
        return parse_quantity(status["hard"][key]) - used if used == wanted else None

    free = eventually(settled, what="the quota's count")
    assert free is not None
    return free


def _requests(each: Manifest, resource: str) -> Decimal:
    return sum(
        (parse_quantity(container["resources"]["requests"][resource]) for container in each["spec"]["containers"]),
        start=Decimal(0),
    )


def _sized(name: str, where: str, resource: str, amount: Decimal) -> Manifest:
    text = format_cpu(amount) if resource == "cpu" else str(int(amount))
    return pod(name, where, cpu=text) if resource == "cpu" else pod(name, where, memory=text)
