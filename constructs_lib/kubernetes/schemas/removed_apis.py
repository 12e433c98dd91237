"""API versions that Kubernetes 1.27 and later do not serve anymore.

Source: https://kubernetes.io/docs/reference/using-api/deprecation-guide/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple


class Removed(NamedTuple):
    """An API version that a version of Kubernetes removed.

    Args:
        version: the first minor version of Kubernetes that does not serve it.
        instead: the API version to write instead; empty if there is none.
    """

    version: str
    instead: str = ""


def _all(api_version: str, kinds: tuple[str, ...], removed: Removed) -> Iterator[tuple[tuple[str, str], Removed]]:
    return (((api_version, kind), removed) for kind in kinds)


_WEBHOOKS: Final = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
_ROLES: Final = ("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding")
_STORAGE: Final = ("CSIDriver", "CSINode", "StorageClass", "VolumeAttachment")
_FLOW: Final = ("FlowSchema", "PriorityLevelConfiguration")
_APPS: Final = ("ControllerRevision", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet")

REMOVED_APIS: Final[Mapping[tuple[str, str], Removed]] = dict(
    [
        *_all("extensions/v1beta1", ("DaemonSet", "Deployment", "ReplicaSet"), Removed("1.16", "apps/v1")),
        *_all("extensions/v1beta1", ("NetworkPolicy",), Removed("1.16", "networking.k8s.io/v1")),
        *_all("extensions/v1beta1", ("PodSecurityPolicy",), Removed("1.16")),
        *_all("extensions/v1beta1", ("Ingress",), Removed("1.22", "networking.k8s.io/v1")),
        *_all("apps/v1beta1", _APPS, Removed("1.16", "apps/v1")),
        *_all("apps/v1beta2", _APPS, Removed("1.16", "apps/v1")),
        *_all("admissionregistration.k8s.io/v1beta1", _WEBHOOKS, Removed("1.22", "admissionregistration.k8s.io/v1")),
        *_all(
            "apiextensions.k8s.io/v1beta1", ("CustomResourceDefinition",), Removed("1.22", "apiextensions.k8s.io/v1")
        ),
        *_all("apiregistration.k8s.io/v1beta1", ("APIService",), Removed("1.22", "apiregistration.k8s.io/v1")),
        *_all("certificates.k8s.io/v1beta1", ("CertificateSigningRequest",), Removed("1.22", "certificates.k8s.io/v1")),
        *_all("coordination.k8s.io/v1beta1", ("Lease",), Removed("1.22", "coordination.k8s.io/v1")),
        *_all("networking.k8s.io/v1beta1", ("Ingress", "IngressClass"), Removed("1.22", "networking.k8s.io/v1")),
        *_all("rbac.authorization.k8s.io/v1alpha1", _ROLES, Removed("1.20", "rbac.authorization.k8s.io/v1")),
        *_all("rbac.authorization.k8s.io/v1beta1", _ROLES, Removed("1.22", "rbac.authorization.k8s.io/v1")),
        *_all("scheduling.k8s.io/v1alpha1", ("PriorityClass",), Removed("1.17", "scheduling.k8s.io/v1")),
        *_all("scheduling.k8s.io/v1beta1", ("PriorityClass",), Removed("1.22", "scheduling.k8s.io/v1")),
        *_all("storage.k8s.io/v1beta1", _STORAGE, Removed("1.22", "storage.k8s.io/v1")),
        *_all("storage.k8s.io/v1beta1", ("CSIStorageCapacity",), Removed("1.27", "storage.k8s.io/v1")),
        *_all("batch/v1beta1", ("CronJob",), Removed("1.25", "batch/v1")),
        *_all("batch/v2alpha1", ("CronJob",), Removed("1.21", "batch/v1")),
        *_all("discovery.k8s.io/v1beta1", ("EndpointSlice",), Removed("1.25", "discovery.k8s.io/v1")),
        *_all("events.k8s.io/v1beta1", ("Event",), Removed("1.25", "events.k8s.io/v1")),
        *_all("autoscaling/v2beta1", ("HorizontalPodAutoscaler",), Removed("1.25", "autoscaling/v2")),
        *_all("autoscaling/v2beta2", ("HorizontalPodAutoscaler",), Removed("1.26", "autoscaling/v2")),
        *_all("policy/v1beta1", ("PodDisruptionBudget",), Removed("1.25", "policy/v1")),
        *_all("policy/v1beta1", ("PodSecurityPolicy",), Removed("1.25")),
        *_all("node.k8s.io/v1beta1", ("RuntimeClass",), Removed("1.25", "node.k8s.io/v1")),
        *_all("flowcontrol.apiserver.k8s.io/v1beta1", _FLOW, Removed("1.26", "flowcontrol.apiserver.k8s.io/v1")),
    ]
)
"""The removal of each kind of an API version, and the version to write instead."""
