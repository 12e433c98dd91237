"""What has become of workloads: their pods, and whether their rollout is at its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.e2e.kube import Kube, Manifest
from tests.e2e.waiting import eventually

DEPLOYMENT = "apps/v1/Deployment"
STATEFUL_SET = "apps/v1/StatefulSet"
AUTOSCALER = "autoscaling/v2/HorizontalPodAutoscaler"
CLAIM = "v1/PersistentVolumeClaim"
POD = "v1/Pod"
BUDGET = "policy/v1/PodDisruptionBudget"
LINGERS = "e2e/lingers"
CONFLICT = "the object has been modified; please apply your changes to the latest version and try again"


def workloads(kube: Kube, namespace: str | None = None) -> list[tuple[str, Manifest]]:
    """Every Deployment and StatefulSet with its kind."""
    return [(kind, each) for kind in (DEPLOYMENT, STATEFUL_SET) for each in kube.list(kind, namespace)]


def pods_of(kube: Kube, workload: Manifest) -> list[Manifest]:
    """The pods that a workload's selector finds; those that end are among them."""
    return kube.list(POD, workload["metadata"]["namespace"], workload["spec"]["selector"]["matchLabels"])


def live_pods(kube: Kube, namespace: str | None = None) -> list[Manifest]:
    """Pods that are neither ending nor, as those of a migration, done."""
    return [pod for pod in kube.list(POD, namespace) if not is_ending(pod) and pod["status"]["phase"] != "Succeeded"]


def is_ending(pod: Manifest) -> bool:
    return "deletionTimestamp" in pod["metadata"]


def is_ready(pod: Manifest) -> bool:
    conditions = {each["type"]: each["status"] for each in pod["status"].get("conditions", [])}
    return conditions.get("Ready") == "True" and not is_ending(pod)


def uids(pods: list[Manifest]) -> set[str]:
    """What identifies pods: a pod that was replaced has another."""
    return {pod["metadata"]["uid"] for pod in pods}


def is_rolled_out(workload: Manifest) -> bool:
    """Return True if all replicas run the newest template, and nothing else is left."""
    status, wanted = workload.get("status", {}), workload["spec"]["replicas"]
    if status.get("observedGeneration") != workload["metadata"]["generation"]:
        return False
    if status.get("updateRevision") != status.get("currentRevision"):
        return False
    counts = [status.get(key, 0) for key in ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")]
    return counts == [wanted] * 4


def wait_for_rollout(kube: Kube, namespace: str | None = None, *, within: float = 120) -> None:
    """Until every workload is rolled out, and every autoscaled one is at its least."""

    def unfinished() -> list[str]:
        names = []
        # Autoscalers first: once one has asked for its least, the workload is seen with these replicas.
        for scaler in kube.list(AUTOSCALER, namespace):
            target = scaler["spec"]["scaleTargetRef"]
            meta = scaler["metadata"]
            scaled = kube.get(f"{target['apiVersion']}/{target['kind']}", target["name"], meta["namespace"])
            if scaled["spec"]["replicas"] < scaler["spec"]["minReplicas"]:
                names.append(target["name"])
        return [
            *names,
            *(each["metadata"]["name"] for _, each in workloads(kube, namespace) if not is_rolled_out(each)),
        ]

    def finished() -> bool:
        names = unfinished()
        assert not names, f"not rolled out: {names}"
        return True

    eventually(finished, within=within, what="rolled out")


def with_template(manifest: Mapping[str, Any], **annotations: str) -> Manifest:
    """The workload with annotations on its pods: a change that rolls them."""
    template = manifest["spec"]["template"]
    meta = template["metadata"]
    changed = {**template, "metadata": {**meta, "annotations": {**meta.get("annotations", {}), **annotations}}}
    return {**manifest, "spec": {**manifest["spec"], "template": changed}}


def refusals(kube: Kube, namespace: str | None = None) -> list[str]:
    """What controllers said when they could not create a pod.

    A conflict is none: several pods were counted in a quota at once, and the controller tries again.
    """
    events = [event for event in kube.list("v1/Event", namespace) if event["reason"] == "FailedCreate"]
    return [event["message"] for event in events if not event["message"].endswith(CONFLICT)]


def let_linger(kube: Kube, namespace: str) -> None:
    """From now on the pods that run here take their whole grace period to end."""
    for pod in live_pods(kube, namespace):
        meta = pod["metadata"]
        kube.patch(POD, meta["name"], meta["namespace"], {"metadata": {"annotations": {LINGERS: "true"}}})
