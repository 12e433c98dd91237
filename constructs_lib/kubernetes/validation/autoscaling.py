"""Rules of HorizontalPodAutoscalers and PodDisruptionBudgets, and of the autoscaler that KEDA creates.

Sources: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/autoscaling/validation/validation.go and
https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/policy/validation/validation.go
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from constructs_lib.errors import minimum_faults, shown
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest, integer, mapping, mappings, text
from constructs_lib.kubernetes.names import DNS_LABEL, PATH_SEGMENT
from constructs_lib.kubernetes.pod_owners import scaler_bounds
from constructs_lib.kubernetes.rolling_updates import update_bound_faults
from constructs_lib.kubernetes.validation.resources import resource_name
from constructs_lib.kubernetes.validation.rule import (
    POSITIVE,
    FieldFault,
    FieldRule,
    Rules,
    amount,
    at,
    between,
    exactly_one,
    forbidden,
    messages,
    name,
    needs,
    one_of,
    positive_quantity,
    since,
)

_BEHAVIOR: Final = ("advanced", "horizontalPodAutoscalerConfig", "behavior")
_METRICS: Final = {
    "ContainerResource": "containerResource",
    "External": "external",
    "Object": "object",
    "Pods": "pods",
    "Resource": "resource",
}


def _autoscaler(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    # A feature gate allows 0 with metrics that do not come from the pods.
    scales_to_zero = any(metric.get("type") in ("Object", "External") for _, metric in mappings(spec, "metrics"))
    least = integer(spec, "minReplicas")
    yield from at(where / "minReplicas", minimum_faults("", least, 0 if scales_to_zero else 1))
    yield from maximum_faults(where / "maxReplicas", 1 if least is None else least, integer(spec, "maxReplicas"))


def scaled_object_faults(manifest: Manifest) -> Iterator[FieldFault]:
    """Yield the values of a ScaledObject that its operator rejects."""
    where, spec = FieldPath("spec"), mapping(manifest, "spec")
    low, high = scaler_bounds(manifest)
    yield from maximum_faults(where / "maxReplicaCount", low, high)
    yield from behavior_faults(FieldPath("spec", *_BEHAVIOR), mapping(spec, *_BEHAVIOR))


def maximum_faults(where: FieldPath, low: int, high: int | None) -> Iterator[FieldFault]:
    """Yield the fault of a maximum that is below the minimum."""
    if high is None:
        return
    if low > max(high, 0):
        yield where, f"must be at least the minimum of {low}, got {high}"
    else:
        yield from at(where, minimum_faults("", high, 1))


def behavior_faults(where: FieldPath, behavior: Manifest) -> Iterator[FieldFault]:
    """Yield the invalid values of an autoscaler's `behavior`.

    Source: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#configurable-scaling-behavior
    """
    for direction in ("scaleUp", "scaleDown"):
        rules, here = mapping(behavior, direction), where / direction
        yield from _by_field(here, rules, SCALING_FIELDS)
        yield from _scaling(here, rules)
        for place, policy in mappings(rules, "policies"):
            fields = ("type", "value", "periodSeconds")
            yield from ((here / "policies" / place / field, "is required") for field in fields if field not in policy)
            yield from _by_field(here / "policies" / place, policy, POLICY_FIELDS)


def _by_field(where: FieldPath, data: Manifest, rules: dict[str, FieldRule]) -> Iterator[FieldFault]:
    for field, rule in rules.items():
        value = data.get(field)
        expected = str if field in ("type", "selectPolicy") else int
        if isinstance(value, expected) and not isinstance(value, bool):
            yield from ((where / field, message) for message in rule(value))


def _scaling(where: FieldPath, rules: Manifest) -> Iterator[FieldFault]:
    # Without the field, the API server adds its own policies.
    if rules.get("policies") == []:
        yield where / "policies", "must hold at least one policy"


def _metric(where: FieldPath, metric: Manifest) -> Iterator[FieldFault]:
    field = _METRICS.get(text(metric, "type"))
    if field is None:
        return
    yield from needs(where, metric, field, f"with type: {text(metric, 'type')}")
    others = [other for other in _METRICS.values() if other != field]
    yield from forbidden(where, metric, others, f"with type: {text(metric, 'type')}")


def _utilization(where: FieldPath, source: Manifest) -> Iterator[FieldFault]:
    target = source.get("target")
    if isinstance(target, dict):
        yield from exactly_one(where / "target", target, ("averageUtilization", "averageValue"))


def _container_resource(where: FieldPath, source: Manifest) -> Iterator[FieldFault]:
    yield from _utilization(where, source)
    if text(source, "name"):
        yield from resource_name(where / "name", text(source, "name"))


def _pods_source(where: FieldPath, source: Manifest) -> Iterator[FieldFault]:
    target = source.get("target")
    if isinstance(target, dict):
        yield from needs(where / "target", target, "averageValue", "for a metric of pods")


def _object_source(where: FieldPath, source: Manifest) -> Iterator[FieldFault]:
    target = source.get("target")
    if isinstance(target, dict) and target.get("value") is None and target.get("averageValue") is None:
        yield where / "target", "must set value or averageValue"


def _external_source(where: FieldPath, source: Manifest) -> Iterator[FieldFault]:
    target = source.get("target")
    if isinstance(target, dict):
        yield from exactly_one(where / "target", target, ("value", "averageValue"))


@since("1.36")
def _scaled(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    version = text(spec, "scaleTargetRef", "apiVersion")
    if isinstance(spec.get("scaleTargetRef"), dict) and version.count("/") != 1:
        message = f"must name an API group and a version, like apps/v1, got {shown(version)}"
        yield where / "scaleTargetRef" / "apiVersion", message if version else "is required; write it like apps/v1"


def _budget(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    if spec.get("minAvailable") is not None and spec.get("maxUnavailable") is not None:
        yield where / "maxUnavailable", "cannot be set beside minAvailable; remove one of them"


def _share(value: int | str) -> Iterator[str]:
    return messages(update_bound_faults("", value, is_share=True))


SCALING_FIELDS: Final[dict[str, FieldRule]] = {
    "stabilizationWindowSeconds": between(0, 3600),
    "selectPolicy": one_of("Max", "Min", "Disabled"),
}
POLICY_FIELDS: Final[dict[str, FieldRule]] = {
    "type": one_of("Pods", "Percent"),
    "value": between(1, 2**31 - 1),
    "periodSeconds": between(1, 1800),
}

RULES: Final = Rules(
    fields={
        "autoscaling.v2.MetricSpec": {"type": one_of(*_METRICS)},
        "autoscaling.v2.MetricTarget": {
            "type": one_of("Utilization", "Value", "AverageValue"),
            "value": positive_quantity,
            "averageValue": positive_quantity,
            "averageUtilization": POSITIVE,
        },
        "autoscaling.v2.MetricIdentifier": {"name": name(PATH_SEGMENT, "metric name")},
        "autoscaling.v2.CrossVersionObjectReference": {
            "kind": name(PATH_SEGMENT, "kind"),
            "name": name(PATH_SEGMENT, "name"),
        },
        "autoscaling.v1.CrossVersionObjectReference": {
            "kind": name(PATH_SEGMENT, "kind"),
            "name": name(PATH_SEGMENT, "name"),
        },
        "autoscaling.v2.ContainerResourceMetricSource": {"container": name(DNS_LABEL, "container name")},
        "autoscaling.v2.HPAScalingRules": {**SCALING_FIELDS, "tolerance": amount},
        "autoscaling.v2.HPAScalingPolicy": POLICY_FIELDS,
        "autoscaling.v1.HorizontalPodAutoscalerSpec": {"targetCPUUtilizationPercentage": POSITIVE},
        "policy.v1.PodDisruptionBudgetSpec": {
            "minAvailable": _share,
            "maxUnavailable": _share,
            "unhealthyPodEvictionPolicy": one_of("IfHealthyBudget", "AlwaysAllow"),
        },
    },
    objects={
        "autoscaling.v2.HorizontalPodAutoscalerSpec": (_autoscaler, _scaled),
        "autoscaling.v1.HorizontalPodAutoscalerSpec": (_autoscaler, _scaled),
        "autoscaling.v2.HPAScalingRules": (_scaling,),
        "autoscaling.v2.MetricSpec": (_metric,),
        "autoscaling.v2.ResourceMetricSource": (_utilization,),
        "autoscaling.v2.ContainerResourceMetricSource": (_container_resource,),
        "autoscaling.v2.PodsMetricSource": (_pods_source,),
        "autoscaling.v2.ObjectMetricSource": (_object_source,),
        "autoscaling.v2.ExternalMetricSource": (_external_source,),
        "policy.v1.PodDisruptionBudgetSpec": (_budget,),
    },
    unchecked={"autoscaling.v2.MetricIdentifier": {"selector": ""}},
    required={
        "autoscaling.v2.HorizontalPodAutoscaler": ("spec",),
        "autoscaling.v1.HorizontalPodAutoscaler": ("spec",),
    },
)
