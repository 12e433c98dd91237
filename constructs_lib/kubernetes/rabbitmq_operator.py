"""The pods that the RabbitMQ Cluster Operator creates for a RabbitmqCluster.

The operator chooses their containers, so this view has only their requests and scheduling fields.

Source: https://www.rabbitmq.com/kubernetes/operator/using-operator
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest, integer, mapping, name_of, namespace_of, texts
from constructs_lib.kubernetes.pod_owners import Workload

_OVERRIDE: Final = ("spec", "override", "statefulSet", "spec", "template", "spec")
_OVERRIDDEN: Final = ("nodeSelector", "topologySpreadConstraints", "schedulerName")
"""Fields of a pod's spec that stand nowhere but in the override."""

_DEFAULT_RESOURCES: Final = {
    "requests": {"cpu": "1000m", "memory": "2Gi"},
    "limits": {"cpu": "2000m", "memory": "2Gi"},
}


def broker_labels(manifest: Manifest) -> Mapping[str, str]:
    """The labels that the operator gives to the pods, with the cluster's own."""
    return {
        **texts(manifest, "metadata", "labels"),
        "app.kubernetes.io/name": name_of(manifest),
        "app.kubernetes.io/component": "rabbitmq",
        "app.kubernetes.io/part-of": "rabbitmq",
    }


def broker_workload(manifest: Manifest) -> Workload:
    """Return a RabbitmqCluster as a workload."""
    spec, override = mapping(manifest, "spec"), mapping(manifest, *_OVERRIDE)
    own = {key: spec[key] for key in ("affinity", "tolerations", "imagePullSecrets") if key in spec}
    moved = {key: override[key] for key in _OVERRIDDEN if key in override}
    replicas = integer(spec, "replicas")
    count = 1 if replicas is None else replicas
    return Workload(
        manifest=manifest,
        kind="RabbitmqCluster",
        namespace=namespace_of(manifest),
        name=name_of(manifest),
        path=FieldPath("spec"),
        spec={**own, **moved, "resources": mapping(spec, "resources") or _DEFAULT_RESOURCES},
        labels=broker_labels(manifest),
        annotations={},
        replicas=count,
        max_replicas=count,
        elsewhere={
            "containers": FieldPath("spec", "resources"),
            **{key: FieldPath(*_OVERRIDE, key) for key in _OVERRIDDEN},
        },
    )
