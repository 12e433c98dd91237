"""Kinds of objects and their traits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CLUSTER_WIDE: Final = frozenset(
    [
        "APIService",
        "CSIDriver",
        "CSINode",
        "CertificateSigningRequest",
        "ClusterIssuer",
        "ClusterPolicy",
        "ClusterRole",
        "ClusterRoleBinding",
        "ClusterSecretStore",
        "ClusterTrustBundle",
        "ComponentStatus",
        "CustomResourceDefinition",
        "DeviceClass",
        "DeviceTaintRule",
        "FlowSchema",
        "GatewayClass",
        "IPAddress",
        "IngressClass",
        "MutatingAdmissionPolicy",
        "MutatingAdmissionPolicyBinding",
        "MutatingWebhookConfiguration",
        "Namespace",
        "Node",
        "PersistentVolume",
        "PriorityClass",
        "PriorityLevelConfiguration",
        "ResourceSlice",
        "RuntimeClass",
        "ServiceCIDR",
        "StorageClass",
        "StorageVersionMigration",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
        "VolumeAttachment",
        "VolumeAttributesClass",
        "VolumeSnapshotClass",
    ]
)
"""Kinds whose objects belong to no namespace."""

_CORE: Final = (
    *("ConfigMap", "LimitRange", "Namespace", "PersistentVolumeClaim", "Pod", "ReplicationController"),
    *("ResourceQuota", "Secret", "Service", "ServiceAccount"),
)
API_GROUPS: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(_CORE, frozenset({""})),
    **dict.fromkeys(("DaemonSet", "Deployment", "ReplicaSet"), frozenset({"apps", "extensions"})),
    "StatefulSet": frozenset({"apps"}),
    **dict.fromkeys(("CronJob", "Job"), frozenset({"batch"})),
    **dict.fromkeys(("Ingress", "NetworkPolicy"), frozenset({"networking.k8s.io", "extensions"})),
    "HorizontalPodAutoscaler": frozenset({"autoscaling"}),
    "PodDisruptionBudget": frozenset({"policy"}),
    **dict.fromkeys(("Application", "Rollout"), frozenset({"argoproj.io"})),
    **dict.fromkeys(("ScaledJob", "ScaledObject"), frozenset({"keda.sh"})),
    **dict.fromkeys(("HTTPRoute", "Gateway", "GRPCRoute"), frozenset({"gateway.networking.k8s.io"})),
    **dict.fromkeys(("ServiceMonitor", "PodMonitor"), frozenset({"monitoring.coreos.com"})),
}
"""The API groups of well-known kinds. Knative's Service, for example, is another kind than the Service of the core."""

_TEMPLATE: Final = ("spec", "template")
TEMPLATES: Final[Mapping[str, tuple[str, ...]]] = {
    "Pod": (),
    "Deployment": _TEMPLATE,
    "ReplicaSet": _TEMPLATE,
    "StatefulSet": _TEMPLATE,
    "DaemonSet": _TEMPLATE,
    "ReplicationController": _TEMPLATE,
    "Job": _TEMPLATE,
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "Rollout": _TEMPLATE,
}
"""The kinds that create pods, with the path of their pod template."""

SCALABLE: Final = ("Deployment", "ReplicaSet", "StatefulSet", "ReplicationController", "Rollout")
"""Kinds with the subresource `scale`, which an autoscaler and a PodDisruptionBudget need."""

INTERCHANGEABLE: Final = ("Deployment", "ReplicaSet", "ReplicationController", "Rollout")
"""Kinds whose pods are all alike: they have no identity and share the volumes of the template."""

SELECTOR_REQUIRED: Final = ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet")
"""Kinds that the API server rejects without a selector."""

RUN_TO_COMPLETION: Final = ("Job", "CronJob")
"""Kinds whose pods end when their work is done."""

CONTROLLERS_LABELS: Final[Mapping[str, tuple[str, ...]]] = {
    "statefulset.kubernetes.io/pod-name": ("StatefulSet",),
    "apps.kubernetes.io/pod-index": ("StatefulSet",),
    "controller-revision-hash": ("StatefulSet", "DaemonSet"),
    "pod-template-hash": ("Deployment", "ReplicaSet"),
    "rollouts-pod-template-hash": ("Rollout",),
    **dict.fromkeys(("batch.kubernetes.io/job-name", "job-name"), RUN_TO_COMPLETION),
}
"""Labels that no manifest shows, since the controllers of these kinds add them to their pods."""
