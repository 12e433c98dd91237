"""Fields of HorizontalPodAutoscalers, and of the one that KEDA creates for a ScaledObject.

Source: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/autoscaling/validation/validation.go
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from constructs_lib.errors import minimum_faults
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest, integer, kind_of, mapping, mappings
from constructs_lib.kubernetes.pod_owners import scaler_bounds
from constructs_lib.kubernetes.validation.values import FieldFault, at, between, choice, minimum

_BEHAVIOR: Final = ("advanced", "horizontalPodAutoscalerConfig", "behavior")


def autoscaler_faults(manifest: Manifest) -> Iterator[FieldFault]:
    """Yield the invalid values of a HorizontalPodAutoscaler."""
    where, spec = FieldPath("spec"), mapping(manifest, "spec")
    # A feature gate allows 0 with metrics that do not come from the pods.
    scales_to_zero = any(metric.get("type") in ("Object", "External") for _, metric in mappings(spec, "metrics"))
    yield from minimum(where, spec, "minReplicas", 0 if scales_to_zero else 1)
    yield from maximum_faults(where / "maxReplicas", integer(spec, "minReplicas") or 1, integer(spec, "maxReplicas"))
    yield from behavior_faults(where / "behavior", mapping(spec, "behavior"))


def scaled_object_faults(manifest: Manifest) -> Iterator[FieldFault]:
    """Yield the values of a ScaledObject or ScaledJob that its operator rejects."""
    where, spec = FieldPath("spec"), mapping(manifest, "spec")
    if kind_of(manifest) == "ScaledObject":
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
        yield from between(here, rules, "stabilizationWindowSeconds", 0, 3600)
        yield from choice(here, rules, "selectPolicy", ("Max", "Min", "Disabled"))
        if rules.get("policies") == []:
            yield here / "policies", "must hold at least one policy"
        for place, policy in mappings(rules, "policies"):
            yield from _policy_faults(here / "policies" / place, policy)


def _policy_faults(where: FieldPath, policy: Manifest) -> Iterator[FieldFault]:
    yield from ((where / field, "is required") for field in ("type", "value", "periodSeconds") if field not in policy)
    yield from choice(where, policy, "type", ("Pods", "Percent"))
    yield from between(where, policy, "value", 1, 2**31 - 1)
    yield from between(where, policy, "periodSeconds", 1, 1800)
