"""What the checks find is what the cluster then does: each fault is applied, and so is its sound twin."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from constructs_lib.checks.engine.world import World
from constructs_lib.checks.registry import run_checks
from constructs_lib.inventory.cluster import Existing
from tests.e2e.apps import cluster_of
from tests.e2e.control_plane import ControlPlane
from tests.e2e.kube import Kube, Manifest, RefusedError
from tests.e2e.manifests import namespace, pod
from tests.e2e.nodes import add_nodes
from tests.e2e.waiting import eventually
from tests.e2e.workloads import (
    BUDGET,
    DEPLOYMENT,
    STATEFUL_SET,
    is_ready,
    is_rolled_out,
    live_pods,
    refusals,
    wait_for_rollout,
    workloads,
)

pytestmark = pytest.mark.own_nodes

INVENTORY = cluster_of(("first", 2))
LEVEL = "restricted"
BLOCKED = 429
WORKLOADS = (DEPLOYMENT, STATEFUL_SET)

Change = Callable[[Manifest], object]


@dataclass(frozen=True)
class Fault:
    """A fault and the cluster's answer to it.

    Args:
        check: the check that finds it.
        what: the fault, in words.
        answer: what the cluster says, as a regular expression.
        sound: manifests without the fault, by a name for `spoil` to find them; their namespace is added.
        spoil: puts the fault in.
    """

    check: str
    what: str
    answer: str
    sound: dict[str, Manifest]
    spoil: Callable[[dict[str, Manifest]], object]


def deployment(name: str = "web", *, replicas: int = 2, cpu: str = "10m") -> Manifest:
    labels = {"app": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": pod(name, cpu=cpu)["spec"]},
        },
    }


def stateful_set(name: str = "store") -> Manifest:
    base = deployment(name, replicas=1)
    return {**base, "kind": "StatefulSet", "spec": {**base["spec"], "serviceName": name}}


def thing(api_version: str, kind: str, name: str = "web", **fields: Any) -> Manifest:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, **fields}


def pod_spec(manifest: Manifest) -> Manifest:
    spec: Manifest = manifest["spec"]["template"]["spec"]
    return spec


def service(name: str = "web") -> Manifest:
    return thing("v1", "Service", name, spec={"selector": {"app": "web"}, "ports": [{"port": 80}]})


def autoscaler() -> Manifest:
    metric = {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}
    spec = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
        "minReplicas": 2,
        "maxReplicas": 4,
        "metrics": [{"type": "Resource", "resource": metric}],
    }
    return thing("autoscaling/v2", "HorizontalPodAutoscaler", spec=spec)


def budget() -> Manifest:
    return thing(
        "policy/v1",
        "PodDisruptionBudget",
        spec={"maxUnavailable": 1, "selector": {"matchLabels": {"app": "web"}}},
    )


def quota(**hard: str) -> Manifest:
    return thing("v1", "ResourceQuota", spec={"hard": hard})


def limits(**most: str) -> Manifest:
    return thing("v1", "LimitRange", spec={"limits": [{"type": "Container", "max": most}]})


def cron_job() -> Manifest:
    template = {"spec": {**pod("tick")["spec"], "restartPolicy": "Never"}}
    return thing(
        "batch/v1", "CronJob", "tick", spec={"schedule": "0 0 * * *", "jobTemplate": {"spec": {"template": template}}}
    )


def scaled(replicas: int = 2) -> dict[str, Manifest]:
    web = deployment(replicas=replicas)
    del web["spec"]["replicas"]
    return {"web": web, "hpa": autoscaler()}


def _set(path: str, value: object, of: str = "web") -> Callable[[dict[str, Manifest]], object]:
    """A fault that is a single field of one manifest."""

    def spoil(manifests: dict[str, Manifest]) -> None:
        *parents, last = path.split("/")
        at: Any = manifests[of]
        for parent in parents:
            at = at[int(parent)] if isinstance(at, list) else at.setdefault(parent, {})
        at[last] = value

    return spoil


SPEC = "spec/template/spec"
CONTAINER = f"{SPEC}/containers/0"
WEB = {"web": deployment()}

FAULTS = (
    Fault("invalid-name", "an upper-case name", "RFC 1035|RFC 1123", {"web": service()}, _set("metadata/name", "Web")),
    Fault(
        "invalid-name",
        "a label of 64 characters",
        "must be no more than 63",
        WEB,
        _set("metadata/labels", {"of": "x" * 64}),
    ),
    Fault(
        "invalid-name",
        "a CronJob of 53 characters",
        "must be no more than 52",
        {"web": cron_job()},
        _set("metadata/name", "x" * 53),
    ),
    Fault(
        "invalid-name",
        "a StatefulSet of 55 characters",
        "must be no more than 63",
        {"web": stateful_set()},
        _set("metadata/name", "x" * 55),
    ),
    Fault(
        "unschedulable",
        "a label that no node has",
        "didn't match Pod's node affinity/selector",
        WEB,
        _set(f"{SPEC}/nodeSelector", {"pool": "nowhere"}),
    ),
    Fault(
        "unschedulable",
        "a pod larger than any node",
        "Insufficient cpu",
        WEB,
        _set(f"{CONTAINER}/resources", {"requests": {"cpu": "1900m", "memory": "1Mi"}}),
    ),
    Fault(
        "unschedulable",
        "three pods apart on two nodes",
        "didn't match pod anti-affinity rules",
        {"web": deployment(replicas=2)},
        lambda given: (
            _set("spec/replicas", 3)(given),
            _set(
                f"{SPEC}/affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution",
                [{"labelSelector": {"matchLabels": {"app": "web"}}, "topologyKey": "kubernetes.io/hostname"}],
            )(given),
        ),
    ),
    Fault(
        "node-capacity",
        "more pods than the nodes hold",
        "Insufficient cpu",
        {"web": deployment(replicas=2, cpu="600m")},
        _set("spec/replicas", 7),
    ),
    Fault(
        "quota",
        "a quota below the requests",
        "exceeded quota",
        {"web": deployment(), "quota": quota(**{"requests.cpu": "30m"})},
        _set("spec/hard", {"requests.cpu": "15m"}, of="quota"),
    ),
    Fault(
        "quota",
        "a quota of too few pods",
        "exceeded quota",
        {"web": deployment(), "quota": quota(pods="3")},
        _set("spec/hard", {"pods": "1"}, of="quota"),
    ),
    Fault(
        "quota",
        "a container above its LimitRange",
        "maximum memory usage per Container is 8Mi",
        {"web": deployment(), "limits": limits(memory="64Mi")},
        _set("spec/limits", [{"type": "Container", "max": {"memory": "8Mi"}}], of="limits"),
    ),
    Fault(
        "resources",
        "no requests under a quota",
        "must specify requests.cpu",
        {"web": deployment(), "quota": quota(**{"requests.cpu": "1"})},
        _set(f"{CONTAINER}/resources", {}),
    ),
    Fault(
        "pod-security",
        "a pod that may run as root",
        "violates PodSecurity",
        WEB,
        _set(f"{SPEC}/securityContext", {"seccompProfile": {"type": "RuntimeDefault"}}),
    ),
    Fault(
        "pod-security",
        "a capability kept",
        "unrestricted capabilities",
        WEB,
        _set(f"{CONTAINER}/securityContext/capabilities", {}),
    ),
    Fault(
        "invalid-value",
        "a minimum above the maximum",
        "must be greater than or equal to `minReplicas`|minReplicas",
        scaled(),
        _set("spec/minReplicas", 9, of="hpa"),
    ),
    Fault(
        "selector-mismatch",
        "a selector that the template lacks",
        "`selector` does not match template `labels`",
        WEB,
        _set("spec/selector/matchLabels", {"app": "wab"}),
    ),
    Fault(
        "duplicate-object",
        "one name twice",
        "overwritten",
        {
            "one": thing("v1", "ConfigMap", "one", data={"a": "1"}),
            "two": thing("v1", "ConfigMap", "two", data={"a": "2"}),
        },
        _set("metadata/name", "one", of="two"),
    ),
    Fault(
        "disruption",
        "a budget that allows no eviction",
        "Cannot evict pod",
        {"web": deployment(), "budget": budget()},
        _set("spec/maxUnavailable", 0, of="budget"),
    ),
    Fault(
        "disruption",
        "a budget that demands all pods",
        "Cannot evict pod",
        {"web": deployment(), "budget": budget()},
        lambda given: given["budget"]["spec"].update(minAvailable=2) or given["budget"]["spec"].pop("maxUnavailable"),
    ),
    Fault(
        "missing-namespace",
        "a namespace that isn't there",
        "not found",
        WEB,
        _set("metadata/namespace", "elsewhere"),
    ),
    Fault(
        "missing-reference",
        "a service account that isn't there",
        "error looking up service account",
        WEB,
        _set(f"{SPEC}/serviceAccountName", "somebody"),
    ),
)


@pytest.fixture(scope="module")
def kube(cluster: ControlPlane) -> Kube:
    add_nodes(cluster.kube, INVENTORY)
    return cluster.kube


@pytest.mark.parametrize("number", range(len(FAULTS)), ids=[f"{each.check}: {each.what}" for each in FAULTS])
def test_the_fault_is_found_and_the_cluster_answers(kube: Kube, number: int) -> None:
    fault = FAULTS[number]
    spoilt = copy.deepcopy(fault.sound)
    fault.spoil(spoilt)
    bad = _in_namespace(f"bad-{number}", spoilt)
    assert fault.check in _found(bad)
    answer = _outcome(kube, bad)
    assert re.search(fault.answer, answer), answer
    _clear(kube, bad)


@pytest.mark.parametrize("number", range(len(FAULTS)), ids=[f"{each.check}: {each.what}" for each in FAULTS])
def test_without_the_fault_nothing_is_found_and_all_runs(kube: Kube, number: int) -> None:
    good = _in_namespace(f"good-{number}", copy.deepcopy(FAULTS[number].sound))
    assert FAULTS[number].check not in _found(good)
    assert _outcome(kube, good) == ""
    _clear(kube, good)


def _in_namespace(name: str, manifests: dict[str, Manifest]) -> list[Manifest]:
    for manifest in manifests.values():
        manifest["metadata"].setdefault("namespace", name)
    return [namespace(name, level=LEVEL), *manifests.values()]


def _found(manifests: list[Manifest]) -> set[str]:
    world = World(tuple(manifests), INVENTORY, Existing(), None, complete=True)
    return {finding.check for finding in run_checks(world).findings}


def _outcome(kube: Kube, manifests: list[Manifest]) -> str:
    """What the cluster says against the manifests; nothing if all of them run."""
    try:
        # Workloads last, as kubectl and Argo CD apply a folder.
        for manifest in sorted(manifests, key=lambda each: f"{each['apiVersion']}/{each['kind']}" in WORKLOADS):
            kube.apply(manifest)
    except RefusedError as refused:
        return refused.message
    where = manifests[0]["metadata"]["name"]
    for manifest in manifests:
        if manifest.get("data", {}) != kube.request("GET", kube.path_of(manifest)).get("data", {}):
            return f"{manifest['metadata']['name']} was overwritten"
    complaint = eventually(lambda: _complaint(kube, where), what=f"the end of {where}")
    return complaint if complaint != "fine" else _eviction(kube, where)


def _complaint(kube: Kube, where: str) -> str:
    """Why pods are missing; `fine` once none is; nothing before either is known."""
    waiting = [
        each["message"]
        for one in live_pods(kube, where)
        for each in one["status"].get("conditions", [])
        if each.get("reason") == "Unschedulable"
    ]
    if said := [*refusals(kube, where), *waiting]:
        return str(said[0])
    if not all(is_rolled_out(each) for _, each in workloads(kube, where)):
        return ""
    wait_for_rollout(kube, where)
    return "fine"


def _eviction(kube: Kube, where: str) -> str:
    """What is said to the eviction of one pod, once the budgets know their pods."""
    for each in kube.list(BUDGET, where):
        name = each["metadata"]["name"]
        eventually(lambda name=name: kube.get(BUDGET, name, where)["status"].get("currentHealthy") == 2)  # type: ignore[misc]
        try:
            kube.evict(next(one for one in live_pods(kube, where) if is_ready(one)))
        except RefusedError as refused:
            assert refused.status == BLOCKED
            return refused.message
    return ""


def _clear(kube: Kube, manifests: list[Manifest]) -> None:
    """Make room on the nodes for the next case."""
    where = manifests[0]["metadata"]["name"]
    for kind in WORKLOADS:
        for each in kube.list(kind, where):
            kube.delete(kind, each["metadata"]["name"], where, propagationPolicy="Background")
    eventually(lambda: not kube.list("v1/Pod", where), what=f"an empty {where}")
