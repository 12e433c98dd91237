"""Full, sound manifests from a few words, and worlds of them.

`{"Deployment": "api/web", "pod.hostNetwork": True}` is a Deployment that no check complains about, changed
in one field. A path begins at the manifest's root, or with `pod` (the pods' spec), `template` or `container`
(the first one). `None` removes the field.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from constructs_lib.checks.engine.repository_files import RepositoryFiles
from constructs_lib.checks.engine.world import World
from constructs_lib.inventory.cluster import Cluster, Existing

Words = Mapping[str, Any]

_CONTAINER: dict[str, Any] = {
    "name": "web",
    "image": "ghcr.io/org/web:1.2.3",
    "ports": [{"name": "http", "containerPort": 8000}],
    "resources": {
        "requests": {"cpu": "100m", "memory": "64Mi"},
        "limits": {"memory": "64Mi"},
    },
    "securityContext": {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
    },
}
_POD_SPEC: dict[str, Any] = {
    "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
    "containers": [_CONTAINER],
}
_API_VERSIONS = {
    **dict.fromkeys(("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"), "apps/v1"),
    **dict.fromkeys(("Job", "CronJob"), "batch/v1"),
    **dict.fromkeys(("Ingress", "NetworkPolicy"), "networking.k8s.io/v1"),
    **dict.fromkeys(("Role", "ClusterRole", "RoleBinding"), "rbac.authorization.k8s.io/v1"),
    **dict.fromkeys(("ServiceMonitor", "PodMonitor", "Prometheus"), "monitoring.coreos.com/v1"),
    **dict.fromkeys(("ScaledObject", "ScaledJob"), "keda.sh/v1alpha1"),
    "HorizontalPodAutoscaler": "autoscaling/v2",
    "PodDisruptionBudget": "policy/v1",
    "HTTPRoute": "gateway.networking.k8s.io/v1",
    "Application": "argoproj.io/v1alpha1",
    "RabbitmqCluster": "rabbitmq.com/v1beta1",
    "Certificate": "cert-manager.io/v1",
    "ExternalSecret": "external-secrets.io/v1",
    "SealedSecret": "bitnami.com/v1alpha1",
}
_TEMPLATE_PATHS = {
    "Pod": [],
    "CronJob": ["spec", "jobTemplate", "spec", "template"],
}
_WITH_TEMPLATE = ("Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob")


def manifest(words: Words) -> dict[str, Any]:
    """The manifest that the words describe; the first of them is its kind with `namespace/name`."""
    words = dict(words)
    kind = next(iter(words))
    namespace, _, name = str(words.pop(kind)).rpartition("/")
    made: dict[str, Any] = {
        "apiVersion": words.pop("apiVersion", _API_VERSIONS.get(kind, "v1")),
        "kind": kind,
        "metadata": {"name": name, **({"namespace": namespace} if namespace else {})},
    }
    template = _TEMPLATE_PATHS.get(kind, ["spec", "template"])
    if kind in _WITH_TEMPLATE:
        labels = {"app": name}
        _set(made, [*template, "metadata", "labels"], labels)
        _set(made, [*template, "spec"], copy.deepcopy(_POD_SPEC))
        if kind in ("Job", "CronJob"):
            _set(made, [*template, "spec", "restartPolicy"], "OnFailure")
        if kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"):
            _set(made, ["spec", "selector"], {"matchLabels": labels})
    _set_defaults(made, kind, name)
    for path, value in words.items():
        _set(made, _full(path, template), value)
    return copy.deepcopy(made)


def _set_defaults(made: dict[str, Any], kind: str, name: str) -> None:
    defaults: dict[str, dict[str, Any]] = {
        "Service": {"selector": {"app": name}, "ports": [{"name": "http", "port": 80, "targetPort": "http"}]},
        "PodDisruptionBudget": {"selector": {"matchLabels": {"app": name}}, "maxUnavailable": 1},
        "NetworkPolicy": {"podSelector": {"matchLabels": {"app": name}}},
        "HorizontalPodAutoscaler": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
            "minReplicas": 2,
            "maxReplicas": 4,
        },
        "ScaledObject": {"scaleTargetRef": {"name": name}, "minReplicaCount": 2, "maxReplicaCount": 4},
        "PersistentVolumeClaim": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "1Gi"}},
        },
    }
    if kind == "CronJob":
        made["spec"]["schedule"] = "0 3 * * *"
    if kind in defaults:
        made["spec"] = defaults[kind]


def _full(path: str, template: list[str]) -> list[str]:
    first, *rest = path.split(".")
    short = {
        "template": template,
        "pod": [*template, "spec"],
        "container": [*template, "spec", "containers", "0"],
    }
    return [*short.get(first, [first]), *rest]


def _set(data: Any, path: list[str], value: Any) -> None:
    *parents, last = path
    for part in parents:
        data = data[int(part)] if isinstance(data, list) else data.setdefault(part, {})
    if value is None:
        data.pop(last, None)
    else:
        data[last] = value


def _pools(cluster: Words) -> dict[str, Any]:
    """Pools from their nodes alone: labelled by the pool's name, of 1 CPU and 1 GiB."""
    capacity = {"cpu": 1, "memory": "1Gi"}
    return {
        name: {"nodes": pool, "labels": {"pool": name}, "capacity": capacity}
        if isinstance(pool, list)
        else {"labels": {"pool": name}, "capacity": capacity, **pool}
        for name, pool in cluster.items()
    }


def world(objects: list[Words], options: Words | None = None) -> World:
    """An app's world in which the namespaces `api` and `data` exist."""
    chosen = dict(options or {})
    existing = {"namespaces": ["api", "data"], **chosen.get("existing", {})}
    tree = chosen.get("tree", {})
    cluster = chosen.get("cluster")
    return World(
        manifests=tuple(manifest(words) for words in objects),
        cluster=None if cluster is None else Cluster.model_validate({"pools": _pools(cluster)}),
        existing=Existing.model_validate(existing),
        environment=chosen.get("environment"),
        complete=chosen.get("complete", True),
        tree=RepositoryFiles(tuple(tree.get("roots", ())), tuple(tree.get("files", ()))),
        kubernetes_version=chosen.get("version"),
    )
