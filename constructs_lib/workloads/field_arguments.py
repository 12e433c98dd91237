"""The arguments of constructs that set the fields of their manifests, for findings to name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from constructs_lib.kubernetes.annotations import CONSUMES, PRODUCES, USES
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.kinds import TEMPLATES

_Arguments = Mapping[FieldPath, str]

_CONTAINER: Final[_Arguments] = {
    FieldPath("image"): "image",
    FieldPath("command"): "command",
    FieldPath("args"): "args",
    FieldPath("env"): "env",
    FieldPath("envFrom"): "env_from",
    FieldPath("ports", 0): "port",
    FieldPath("ports"): "ports",
    FieldPath("resources"): "resources",
    FieldPath("resources", "requests", "cpu"): "resources.cpu",
    FieldPath("resources", "requests", "memory"): "resources.memory",
    FieldPath("resources", "limits", "cpu"): "resources.cpu_limit",
    FieldPath("resources", "limits", "memory"): "resources.memory_limit",
    FieldPath("livenessProbe"): "probes.liveness",
    FieldPath("readinessProbe"): "probes.readiness",
    FieldPath("startupProbe"): "probes.startup",
    FieldPath("volumeMounts"): "volumes",
    FieldPath("lifecycle", "preStop"): "drain_seconds",
}
_POD: Final[_Arguments] = {
    **{FieldPath("containers", 0, *field): argument for field, argument in _CONTAINER.items()},
    FieldPath("containers"): "resources",
    FieldPath("containers", 0): "",
    FieldPath("initContainers"): "pod.init_containers",
    FieldPath("nodeSelector"): "node_pool",
    FieldPath("tolerations"): "node_pool",
    FieldPath("volumes"): "volumes",
    FieldPath("imagePullSecrets"): "pod.image_pull_secrets",
    FieldPath("serviceAccountName"): "pod.service_account",
    FieldPath("terminationGracePeriodSeconds"): "pod.termination_grace_period_seconds",
    FieldPath("priorityClassName"): "pod.priority_class_name",
    FieldPath("topologySpreadConstraints"): "pod.spread",
    FieldPath("securityContext"): "pod.security",
}
_JOB: Final[_Arguments] = {
    FieldPath("spec", "activeDeadlineSeconds"): "run.deadline_seconds",
    FieldPath("spec", "backoffLimit"): "run.retries",
    FieldPath("spec", "ttlSecondsAfterFinished"): "run.keep_seconds",
}
_OBJECTS: Final[Mapping[str, _Arguments]] = {
    "Deployment": {FieldPath("spec", "replicas"): "replicas", FieldPath("spec", "strategy"): "rollout"},
    "StatefulSet": {
        FieldPath("spec", "replicas"): "replicas",
        FieldPath("spec", "updateStrategy"): "update_strategy",
        FieldPath("spec", "volumeClaimTemplates", 0): "storage",
    },
    "Job": _JOB,
    "CronJob": {
        FieldPath("spec", "schedule"): "schedule",
        FieldPath("spec", "timeZone"): "time_zone",
        FieldPath("spec", "startingDeadlineSeconds"): "start_within_seconds",
        FieldPath("spec", "concurrencyPolicy"): "concurrency",
        **{FieldPath("spec", "jobTemplate", *field): argument for field, argument in _JOB.items()},
    },
    "HorizontalPodAutoscaler": {
        FieldPath("spec"): "autoscaling",
        FieldPath("spec", "minReplicas"): "replicas",
        FieldPath("spec", "maxReplicas"): "autoscaling.max_replicas",
    },
    "ScaledObject": {
        FieldPath("spec"): "autoscaling",
        FieldPath("spec", "maxReplicaCount"): "autoscaling.max_replicas",
    },
    "PersistentVolumeClaim": {
        FieldPath("spec", "resources"): "storage",
        FieldPath("spec", "storageClassName"): "storage_class",
    },
    "PodDisruptionBudget": {FieldPath("spec"): "pod.disruption_budget"},
    "ServiceAccount": {FieldPath("metadata", "annotations"): "pod.service_account_annotations"},
    "Service": {FieldPath("metadata", "annotations"): "service_annotations"},
}
_METADATA: Final[_Arguments] = {
    FieldPath("metadata", "name"): "construct_id",
    FieldPath("metadata", "labels"): "labels",
    FieldPath("metadata", "annotations"): "annotations",
    FieldPath("metadata", "annotations", USES): "uses",
    FieldPath("metadata", "annotations", CONSUMES): "queues",
    FieldPath("metadata", "annotations", PRODUCES): "sends_to",
}


def argument_of(kind: str, field: FieldPath) -> str:
    """Return the argument of a workload that sets a field of its manifest, or an empty string.

    >>> argument_of("Deployment", FieldPath("spec", "template", "spec", "containers", 0, "resources", "limits", "cpu"))
    'resources.cpu_limit'

    Args:
        kind: kind of the manifest.
        field: path of the field.
    """
    template = (*TEMPLATES[kind], "spec") if kind in TEMPLATES else None
    if template is not None and field[: len(template)] == template:
        inner = FieldPath(*field[len(template) :])
        is_sidecar = inner[:1] == ("containers",) and inner[1:2] not in ((), (0,))
        return "pod.sidecars" if is_sidecar else _nearest(_POD, inner)
    return _nearest({**_METADATA, **_OBJECTS.get(kind, {})}, field)


def _nearest(arguments: _Arguments, field: FieldPath) -> str:
    """Return the argument of the field, or of the nearest field above it that has one."""
    above = (FieldPath(*field[:length]) for length in range(len(field), 0, -1))
    return next((arguments[path] for path in above if path in arguments), "")
