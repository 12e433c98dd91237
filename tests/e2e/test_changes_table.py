"""docs/changes.md: what each change to a service does in the cluster, as seen on a real control plane."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from constructs_lib import ApiService, Autoscaling, DedicatedStateful, NamespaceChart, Resources
from constructs_lib.inventory.cluster import Cluster
from tests.e2e.apps import cluster_of, manifests_of
from tests.e2e.control_plane import ControlPlane
from tests.e2e.kube import Kube, Manifest, RefusedError
from tests.e2e.manifests import ROOT, apply_all
from tests.e2e.nodes import add_nodes
from tests.e2e.waiting import eventually, stays
from tests.e2e.workloads import (
    CLAIM,
    DEPLOYMENT,
    STATEFUL_SET,
    live_pods,
    refusals,
    uids,
    wait_for_rollout,
    workloads,
)

pytestmark = pytest.mark.own_nodes

DOCUMENT = ROOT / "docs" / "changes.md"
BEGIN, END = "<!-- table: written by make e2e-table -->\n", "<!-- end of table -->"
SMALL = Resources(cpu="20m", memory="32Mi", memory_limit="64Mi")
WEB, STORE, BYSTANDER = "web", "store", "bystander"

IN_PLACE = "in place, no pod restarts"
RESTARTS = "its pods are replaced, one after the other"
ADDS = "in place, pods are added"
MOVES = "new pods beside the old ones, which stay until they are pruned"
OLD_CLAIM_COUNTS = (
    "a new store beside the old one, without a pod: the namespace's quota has no room for its claim while the old one "
    "is there"
)
DROPS = "in place, but it drops to 1 pod until the autoscaler acts: hand over the replicas first, as described below"


@dataclass(frozen=True, eq=False)
class Change:
    """A change to the service or the store.

    Args:
        what: in words.
        web: arguments of the service that differ.
        store: arguments of the store that differ.
        chart: arguments of the chart that differ.
        id_of: constructs that are called otherwise.
    """

    what: str
    web: dict[str, Any] | None = None
    store: dict[str, Any] | None = None
    chart: dict[str, Any] | None = None
    id_of: dict[str, str] | None = None


CHANGES = (
    Change("another image", web={"image": "web:2"}),
    Change("another image of a store", store={"image": "store:2"}),
    Change("a config file", web={"config_files": {"/etc/web/web.ini": "colour=green"}}),
    Change("a variable", web={"env": {"MODE": "fast"}}),
    Change("requests or limits", web={"resources": Resources(cpu="30m", memory="32Mi", memory_limit="64Mi")}),
    Change("more replicas", web={"replicas": 3}),
    Change("another pool", web={"node_pool": "other"}),
    Change("another pool of a store", store={"node_pool": "other"}),
    Change("a second port", web={"ports": {"grpc": 9000}}),
    Change("another label", web={"labels": {"team": "green"}}),
    Change("another label of a store", store={"labels": {"team": "green"}}),
    Change("another label of the whole chart", chart={"labels": {"team": "green"}}),
    Change("an annotation", web={"annotations": {"team": "green"}}),
    Change("another `component`", web={"component": "frontend"}),
    Change("another name", id_of={WEB: "site"}),
    Change("another name of a store", id_of={STORE: "vault"}),
    Change("an autoscaler added", web={"autoscaling": Autoscaling(max_replicas=4)}),
    Change("a larger volume", store={"storage": "2Gi"}),
    Change("another storage class", store={"storage_class": "fast"}),
)


def build(cluster: Cluster, namespace: str, change: Change) -> list[Manifest]:
    """A service, a store and a bystander that nobody changes."""
    ids = change.id_of or {}
    same: dict[str, Any] = {"resources": SMALL, "node_pool": "first"}
    web = {**same, "image": "web:1", "replicas": 2, "config_files": {"/etc/web/web.ini": "colour=red"}}
    store = {**same, "image": "store:1", "port": 5000, "storage": "1Gi", "data_path": "/data"}

    def fill(chart: NamespaceChart) -> None:
        ApiService(chart, ids.get(WEB, WEB), **{**web, **(change.web or {})})
        DedicatedStateful(chart, ids.get(STORE, STORE), **{**store, **(change.store or {})})
        ApiService(chart, BYSTANDER, image="bystander:1", **same)

    return manifests_of(cluster, namespace, fill, **(change.chart or {}))


@pytest.fixture(scope="module")
def inventory() -> Cluster:
    return cluster_of(("first", 1), ("other", 1), cpu="8", memory="16Gi")


@pytest.fixture(scope="module")
def rows(cluster: ControlPlane, inventory: Cluster) -> Iterator[dict[str, str]]:
    """What each change did, by its words."""
    add_nodes(cluster.kube, inventory)
    seen: dict[str, str] = {}
    namespaces = {change: f"change-{number}" for number, change in enumerate(CHANGES)}
    for namespace in namespaces.values():
        apply_all(cluster.kube, build(inventory, namespace, Change("nothing")))
    wait_for_rollout(cluster.kube)
    for change, namespace in namespaces.items():
        seen[change.what] = observe(cluster.kube, namespace, build(inventory, namespace, change))
    yield seen


def observe(kube: Kube, namespace: str, changed: list[Manifest]) -> str:
    """Apply the change and say what became of the pods; no claim may go, no bystander restart."""
    pods, claims = live_pods(kube, namespace), uids(kube.list(CLAIM, namespace))
    names = {each["metadata"]["name"] for _, each in workloads(kube, namespace)}
    try:
        apply_all(kube, changed)
    except RefusedError as refused:
        assert uids(live_pods(kube, namespace)) == uids(pods)
        return f"rejected: {_reason(refused)}"
    lowest = _watch_rollout(kube, namespace)
    after = live_pods(kube, namespace)
    assert claims <= uids(kube.list(CLAIM, namespace)), "a claim was lost"
    if names != {each["metadata"]["name"] for _, each in workloads(kube, namespace)}:
        assert uids(pods) <= uids(after)
        return OLD_CLAIM_COUNTS if _claim_refused(kube, namespace) else MOVES
    gone = [pod["metadata"]["name"] for pod in pods if pod["metadata"]["uid"] not in uids(after)]
    if lowest == 1:
        return DROPS
    if gone:
        restarted = {name for name in names if any(pod.startswith(name) for pod in gone)}
        return RESTARTS if len(restarted) == 1 else "the pods of all services are replaced, one after the other"
    return ADDS if len(after) > len(pods) else IN_PLACE


def _watch_rollout(kube: Kube, namespace: str) -> int:
    """Wait for the end; the fewest replicas that the service was asked for on the way, at least 2 before."""
    lowest = 2

    def ended() -> bool:
        nonlocal lowest
        web = kube.find(DEPLOYMENT, WEB, namespace)
        lowest = min(lowest, web["spec"]["replicas"] if web else 2)
        if not _claim_refused(kube, namespace):
            wait_for_rollout(kube, namespace, within=0)
        return True

    eventually(ended)
    return lowest


def _claim_refused(kube: Kube, namespace: str) -> bool:
    return any("exceeded quota" in each and "persistentvolumeclaims" in each for each in refusals(kube, namespace))


def _reason(refused: RefusedError) -> str:
    """The API server's words, short."""
    if "updates to statefulset spec for fields other than" in refused.message:
        return "the volume claim templates of a StatefulSet cannot be changed"
    if "selector" in refused.message and "field is immutable" in refused.message:
        return "the selector of a workload cannot be changed"
    return refused.message


def test_the_table_of_the_docs_is_what_happens(rows: dict[str, str]) -> None:
    table = "".join(
        ["| change | what happens |\n|---|---|\n", *(f"| {what} | {row} |\n" for what, row in rows.items())]
    )
    text = DOCUMENT.read_text()
    before, rest = text.split(BEGIN)
    written = f"{before}{BEGIN}{table}{END}{rest.split(END)[1]}"
    if os.environ.get("E2E_WRITE_TABLE"):
        DOCUMENT.write_text(written)
    assert text == written, "docs/changes.md: write the table anew with make e2e-table"


# The procedures of docs/changes.md

Stage = Callable[[Change, str], Kube]


@pytest.fixture
def stage(rows: dict[str, str], cluster: ControlPlane, inventory: Cluster) -> Stage:
    """Deploys the app into a namespace."""

    def deploy(change: Change, namespace: str) -> Kube:
        apply_all(cluster.kube, build(inventory, namespace, change))
        wait_for_rollout(cluster.kube, namespace)
        return cluster.kube

    return deploy


def test_replicas_are_handed_over_to_an_autoscaler_without_a_pod_lost(stage: Stage) -> None:
    namespace = "handover"
    kube = stage(Change("nothing"), namespace)
    pods = uids(live_pods(kube, namespace))
    scaled = Change("", web={"autoscaling": Autoscaling(max_replicas=4)})
    kube.apply(
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": WEB, "namespace": namespace},
            "spec": {"replicas": 2},
        },
        manager="handover",
    )
    stage(scaled, namespace)
    stays(lambda: uids(live_pods(kube, namespace)) == pods, during=1)
    assert kube.get(DEPLOYMENT, WEB, namespace)["spec"]["replicas"] == 2


def test_an_autoscaler_is_taken_away_by_replicas_of_ones_own(stage: Stage) -> None:
    namespace = "takeover"
    kube = stage(Change("", web={"autoscaling": Autoscaling(max_replicas=4)}), namespace)
    pods = uids(live_pods(kube, namespace))
    kube.delete("autoscaling/v2/HorizontalPodAutoscaler", WEB, namespace)
    stage(Change("nothing"), namespace)
    assert uids(live_pods(kube, namespace)) == pods


def test_a_volume_grows_without_a_restart(stage: Stage) -> None:
    namespace = "growth"
    kube = stage(Change("nothing"), namespace)
    pods, claims = uids(live_pods(kube, namespace)), uids(kube.list(CLAIM, namespace))
    kube.delete(STATEFUL_SET, STORE, namespace, propagationPolicy="Orphan")
    eventually(lambda: kube.find(STATEFUL_SET, STORE, namespace) is None, what="the StatefulSet gone")
    assert uids(live_pods(kube, namespace)) == pods
    stage(Change("", store={"storage": "2Gi"}), namespace)
    # Not before: the quota grows with the values.
    kube.patch(CLAIM, "data-store-0", namespace, {"spec": {"resources": {"requests": {"storage": "2Gi"}}}})
    assert uids(live_pods(kube, namespace)) == pods
    assert uids(kube.list(CLAIM, namespace)) == claims
