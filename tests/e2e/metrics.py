"""CPU use of pods, as metrics-server would tell it: what makes an autoscaler act."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from threading import Event, Thread

from constructs_lib.kubernetes.quantities import format_cpu, parse_quantity
from tests.e2e.kube import Kube, Manifest, RefusedError
from tests.e2e.waiting import eventually
from tests.e2e.workloads import live_pods

SECONDS_BETWEEN_LOOKS = 0.3
USUAL_SHARE = 0.7
_NAME = "pods.metrics.k8s.io"
_CRD: Manifest = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    # The group is Kubernetes' own; metrics-server serves it otherwise.
    "metadata": {"name": _NAME, "annotations": {"api-approved.kubernetes.io": "unapproved, a stand-in"}},
    "spec": {
        "group": "metrics.k8s.io",
        "scope": "Namespaced",
        "names": {"plural": "pods", "kind": "PodMetrics", "listKind": "PodMetricsList"},
        "versions": [
            {
                "name": "v1beta1",
                "served": True,
                "storage": True,
                "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
            }
        ],
    },
}


@dataclass
class Load:
    """How busy the pods are.

    Attributes:
        shares: used CPU as a share of the request, by the name of a workload; the others are at their usual share.
    """

    shares: dict[str, float] = field(default_factory=dict)

    def of(self, pod: Manifest) -> float:
        name: str = pod["metadata"]["labels"].get("app.kubernetes.io/name", "")
        return self.shares.get(name, USUAL_SHARE)


@contextmanager
def providing_metrics(kube: Kube) -> Iterator[Load]:
    """In the background, each pod's use of CPU is told to whoever asks."""
    kube.apply(_CRD)
    eventually(lambda: _is_served(kube), what="the metrics API")
    load, stop = Load(), Event()
    thread = Thread(target=_provide, args=(kube, load, stop), name="metrics")
    thread.start()
    try:
        yield load
    finally:
        stop.set()
        thread.join()


def _is_served(kube: Kube) -> bool:
    try:
        kube.list("metrics.k8s.io/v1beta1/PodMetrics")
    except RefusedError:
        return False
    return True


def _provide(kube: Kube, load: Load, stop: Event) -> None:
    told: dict[str, float] = {}
    while not stop.wait(SECONDS_BETWEEN_LOOKS):
        for pod in live_pods(kube):
            uid, share = pod["metadata"]["uid"], load.of(pod)
            if told.get(uid) == share or pod["status"]["phase"] != "Running":
                continue
            try:
                kube.apply(_metrics(pod, share), manager="metrics", force=True)
            except RefusedError:
                # The pod has gone with its namespace.
                continue
            told[uid] = share


def _metrics(pod: Manifest, share: float) -> Manifest:
    meta = pod["metadata"]
    return {
        "apiVersion": "metrics.k8s.io/v1beta1",
        "kind": "PodMetrics",
        "metadata": {
            **{key: meta[key] for key in ("name", "namespace", "labels")},
            "ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": meta["name"], "uid": meta["uid"]}],
        },
        "timestamp": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "window": "1s",
        "containers": [
            {"name": each["name"], "usage": {"cpu": _used(each, share), "memory": "1Mi"}}
            for each in pod["spec"]["containers"]
        ],
    }


def _used(container: Manifest, share: float) -> str:
    request = parse_quantity(container["resources"]["requests"]["cpu"])
    return format_cpu(request * int(share * 100) / 100)
