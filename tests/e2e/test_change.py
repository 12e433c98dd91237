"""What happens to prod on its seven nodes when something changes: rollouts end, pods come and go, claims stay."""

from __future__ import annotations

import copy

import pytest

from tests.e2e.control_plane import ControlPlane
from tests.e2e.kube import Kube, Manifest
from tests.e2e.manifests import apply_all, environment, prepare
from tests.e2e.waiting import eventually, stays
from tests.e2e.workloads import (
    AUTOSCALER,
    CLAIM,
    DEPLOYMENT,
    LINGERS,
    POD,
    is_rolled_out,
    live_pods,
    refusals,
    uids,
    wait_for_rollout,
    with_template,
    workloads,
)

pytestmark = pytest.mark.own_nodes

WORKLOADS = ("Deployment", "StatefulSet")


@pytest.fixture(scope="module")
def manifests() -> list[Manifest]:
    return environment("prod")


@pytest.fixture(scope="module")
def deployed(seven_nodes: ControlPlane, manifests: list[Manifest]) -> Kube:
    kube = seven_nodes.kube
    prepare(kube, manifests)
    apply_all(kube, manifests)
    wait_for_rollout(kube)
    return kube


@pytest.fixture(scope="module", autouse=True)
def claims(deployed: Kube) -> set[str]:
    return uids(deployed.list(CLAIM))


def test_a_new_image_rolls_out_to_the_end(deployed: Kube, manifests: list[Manifest], claims: set[str]) -> None:
    old = uids(live_pods(deployed))
    apply_all(deployed, [_with_tag(each, "new") for each in manifests])
    wait_for_rollout(deployed)
    pods = live_pods(deployed)
    assert not uids(pods) & old
    assert {pod["spec"]["containers"][0]["image"].rpartition(":")[2] for pod in pods} == {"new"}
    assert uids(deployed.list(CLAIM)) == claims


def test_a_rollout_ends_where_old_pods_take_their_time(deployed: Kube, manifests: list[Manifest]) -> None:
    slow = [_slow(each) if each["kind"] in WORKLOADS else each for each in manifests]
    apply_all(deployed, slow)
    wait_for_rollout(deployed)
    old = uids(live_pods(deployed))
    apply_all(deployed, [_with_tag(each, "newer") for each in slow])
    wait_for_rollout(deployed)
    assert not uids(deployed.list(POD)) & old
    # On the nodes of prod the room that ending pods hold is what paces a rollout, not the quota. (The pod of a
    # StatefulSet may be refused for a moment, until the quota has learnt that the one before it is gone.)
    refused = refusals(deployed, "api") + refusals(deployed, "async")
    apply_all(deployed, manifests)
    wait_for_rollout(deployed)
    assert refused == []


def test_an_autoscaled_service_scales_to_its_most_and_back(deployed: Kube) -> None:
    before = uids(live_pods(deployed, "api"))
    deployed.scale(DEPLOYMENT, "waste-api", "api", 5)
    _wait_for(deployed, "waste-api", "api", 5)
    assert before < uids(live_pods(deployed, "api"))
    deployed.scale(DEPLOYMENT, "waste-api", "api", 3)
    _wait_for(deployed, "waste-api", "api", 3)


def test_an_apply_leaves_the_replicas_to_the_autoscaler(deployed: Kube, manifests: list[Manifest]) -> None:
    deployed.scale(DEPLOYMENT, "waste-api", "api", 4)
    _wait_for(deployed, "waste-api", "api", 4)
    pods = uids(live_pods(deployed, "api"))
    apply_all(deployed, manifests)
    stays(lambda: uids(live_pods(deployed, "api")) == pods, during=2)
    deployed.scale(DEPLOYMENT, "waste-api", "api", 3)


def test_the_autoscaler_acts_without_metrics_too(deployed: Kube) -> None:
    """Between its bounds it needs metrics; below its minimum it doesn't, so that a new service starts whole."""
    deployed.scale(DEPLOYMENT, "vision-worker", "async", 1)
    _wait_for(deployed, "vision-worker", "async", 5)
    assert {each["spec"]["minReplicas"] for each in deployed.list(AUTOSCALER, "async")} == {5}


def test_an_apply_of_what_is_there_already_restarts_nothing(deployed: Kube, manifests: list[Manifest]) -> None:
    wait_for_rollout(deployed)
    pods = uids(live_pods(deployed))
    apply_all(deployed, manifests)
    stays(lambda: uids(live_pods(deployed)) == pods, during=1)
    assert all(is_rolled_out(each) for _, each in workloads(deployed))


def _wait_for(kube: Kube, name: str, namespace: str, replicas: int) -> None:
    def reached() -> bool:
        deployment = kube.get(DEPLOYMENT, name, namespace)
        return is_rolled_out(deployment) and deployment["spec"]["replicas"] == replicas

    eventually(reached, what=f"{replicas} pods of {name}")


def _with_tag(manifest: Manifest, tag: str) -> Manifest:
    changed = copy.deepcopy(manifest)
    if manifest["kind"] in WORKLOADS:
        container = changed["spec"]["template"]["spec"]["containers"][0]
        container["image"] = f"{container['image'].rpartition(':')[0]}:{tag}"
    return changed


def _slow(manifest: Manifest) -> Manifest:
    """Its pods take the whole of a grace period, of a length that a test can wait for."""
    changed = with_template(manifest, **{LINGERS: "true"})
    changed["spec"]["template"]["spec"] = {**changed["spec"]["template"]["spec"], "terminationGracePeriodSeconds": 2}
    return changed
