"""Fields of Deployments, StatefulSets and the other workloads that keep pods running.

Source: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/apps/validation/validation.go
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest, integer, kind_of, mapping
from constructs_lib.kubernetes.rolling_updates import both_zero, deadline_faults, update_bound_faults
from constructs_lib.kubernetes.validation.values import FieldFault, at, choice, minimum

_SPEC: Final = FieldPath("spec")
_NUMBERS: Final = ("replicas", "minReadySeconds", "revisionHistoryLimit")
_STRATEGIES: Final = {
    "Deployment": ("strategy", ("RollingUpdate", "Recreate")),
    "StatefulSet": ("updateStrategy", ("RollingUpdate", "OnDelete")),
    "DaemonSet": ("updateStrategy", ("RollingUpdate", "OnDelete")),
}
_DEFAULT_BOUND: Final = "25%"
_DEFAULT_DEADLINE: Final = 600


def workload_faults(manifest: Manifest) -> Iterator[FieldFault]:
    """Yield the invalid values of a Deployment, StatefulSet, DaemonSet, ReplicaSet or ReplicationController."""
    spec, kind = mapping(manifest, "spec"), kind_of(manifest)
    for number in _NUMBERS:
        yield from minimum(_SPEC, spec, number)
    if kind in _STRATEGIES:
        field, choices = _STRATEGIES[kind]
        yield from choice(_SPEC / field, mapping(spec, field), "type", choices)
    if kind == "Deployment":
        yield from _rollout(mapping(spec, "strategy", "rollingUpdate"), mapping(spec, "strategy").get("type"))
        yield from _deadline(spec)


def _rollout(bounds: Manifest, kind: object) -> Iterator[FieldFault]:
    where = _SPEC / "strategy" / "rollingUpdate"
    if kind == "Recreate":
        return
    for field, is_share in (("maxSurge", False), ("maxUnavailable", True)):
        value = bounds.get(field)
        if isinstance(value, (int, str)) and not isinstance(value, bool):
            yield from at(where / field, update_bound_faults("", value, is_share=is_share))
    surge, unavailable = (bounds.get(field, _DEFAULT_BOUND) for field in ("maxSurge", "maxUnavailable"))
    yield from at(where, both_zero("", surge, unavailable))


def _deadline(spec: Manifest) -> Iterator[FieldFault]:
    deadline, ready = integer(spec, "progressDeadlineSeconds"), integer(spec, "minReadySeconds") or 0
    field = "minReadySeconds" if deadline is None else "progressDeadlineSeconds"
    yield from at(_SPEC / field, deadline_faults("", _DEFAULT_DEADLINE if deadline is None else deadline, ready))
