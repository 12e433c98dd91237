"""HorizontalPodAutoscaler on CPU, memory and metrics of your own.

Source: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from constructs_lib.errors import Fault, minimum_faults, shown_as, unknown, wrong_type
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.names import label_faults
from constructs_lib.kubernetes.quantities import MEBI, quantity_faults
from constructs_lib.kubernetes.validation import autoscaling
from constructs_lib.manifests.pods.env import SecretRef

_POLICY: Final = {"type": str, "value": int, "periodSeconds": int}
_RULES: Final = {"stabilizationWindowSeconds": int, "selectPolicy": str, "policies": [_POLICY], "tolerance": object}


@dataclass(frozen=True)
class ScaleTarget:
    """The target of an autoscaler.

    Args:
        name: the workload's name, and its autoscaler's.
        kind: kind of the workload, such as `Deployment`.
        replicas: the workload's argument `replicas`.
        queues: the queues that its pods read.
    """

    name: str
    kind: str
    replicas: int
    queues: Sequence[str] = ()

    def reference(self) -> dict[str, str]:
        """The autoscaler's `scaleTargetRef`."""
        return {"apiVersion": "apps/v1", "kind": self.kind, "name": self.name}


@shown_as("Autoscaling", "QueueScaling", "KedaScaling")
class Scaling(Protocol):
    """Interface of `Autoscaling`, `QueueScaling` and `KedaScaling`, for the argument `autoscaling`."""

    def maximum(self) -> int:
        """The most pods."""

    def minimum(self, replicas: int) -> int:
        """The fewest pods of a workload with so many replicas."""

    def faults(self, target: ScaleTarget) -> Iterator[Fault]:
        """Yield the faults of it."""

    def manifests(self, target: ScaleTarget) -> list[dict[str, Any]]:
        """The autoscaler, and what it needs."""

    def secrets(self) -> Sequence[SecretRef]:
        """The Secrets that it reads."""


@dataclass(frozen=True, kw_only=True)
class CustomMetric:
    """A metric that an adapter offers to the autoscaler, such as the Prometheus Adapter.

    Args:
        name: name of the metric in the adapter.
        average_value: target for each pod, such as `10` or `500m`.
        labels: labels that select one of several series.
        external: the metric does not come from the workload's pods.
    """

    name: str
    average_value: str
    labels: Mapping[str, str] = field(default_factory=dict)
    external: bool = False

    def render(self) -> dict[str, Any]:
        """The entry of the autoscaler's `metrics`."""
        selector = {"selector": {"matchLabels": dict(self.labels)}} if self.labels else {}
        source = {
            "metric": {"name": self.name, **selector},
            "target": {"type": "AverageValue", "averageValue": self.average_value},
        }
        return {"type": "External", "external": source} if self.external else {"type": "Pods", "pods": source}

    def faults(self) -> Iterator[Fault]:
        """Yield the faults of it."""
        if not self.name.strip():
            yield Fault("autoscaling.metrics", "a CustomMetric needs a name")
        yield from quantity_faults(f"autoscaling.metrics {self.name}", self.average_value)
        yield from label_faults(f"autoscaling.metrics {self.name}: labels", self.labels)


@dataclass(frozen=True)
class Autoscaling:
    """HorizontalPodAutoscaler by CPU, memory or other metrics. The cluster needs metrics-server.

    Args:
        max_replicas: greatest number of pods.
        min_replicas: smallest number of pods; by default the workload's `replicas`.
        cpu: target of the average CPU use, in percent of the request; `None` ignores CPU.
        memory: the same for memory, or an amount for each pod such as `300Mi`; ignored by default, because few
            programs release memory.
        behavior: speed of scaling, in the form of the HorizontalPodAutoscaler's `spec.behavior`.
        metrics: further metrics; the metric that needs the most pods decides.
    """

    max_replicas: int
    min_replicas: int | None = None
    cpu: int | None = 70
    memory: int | str | None = None
    behavior: Mapping[str, Any] | None = None
    metrics: Sequence[CustomMetric] = ()

    def maximum(self) -> int:
        """The most pods."""
        return self.max_replicas

    def minimum(self, replicas: int) -> int:
        """The fewest pods of a workload with so many replicas."""
        return replicas if self.min_replicas is None else self.min_replicas

    def faults(self, target: ScaleTarget) -> Iterator[Fault]:
        """Yield the faults of the bounds and targets."""
        yield from replica_bound_faults(self.minimum(target.replicas), self.max_replicas, least=1)
        if self.cpu is None and self.memory is None and not self.metrics:
            yield Fault("autoscaling", "needs a target; give cpu or memory in percent of the request")
        yield from behavior_faults(self.behavior or {})
        for name in ("cpu", "memory"):
            share = getattr(self, name)
            if isinstance(share, str):
                yield from quantity_faults(f"autoscaling.{name}", share, MEBI)
            elif share is not None and share < 1:
                yield Fault(f"autoscaling.{name}", f"must be at least 1 (percent of the request), got {share}")
        for metric in self.metrics:
            yield from metric.faults()

    def manifests(self, target: ScaleTarget) -> list[dict[str, Any]]:
        """The HorizontalPodAutoscaler."""
        shares = {"cpu": self.cpu, "memory": self.memory}
        spec = {
            "scaleTargetRef": target.reference(),
            "minReplicas": self.minimum(target.replicas),
            "maxReplicas": self.max_replicas,
            "metrics": [
                *(_share(resource, share) for resource, share in shares.items() if share is not None),
                *(metric.render() for metric in self.metrics),
            ],
            **({"behavior": dict(self.behavior)} if self.behavior else {}),
        }
        return [
            {
                "apiVersion": "autoscaling/v2",
                "kind": "HorizontalPodAutoscaler",
                "metadata": {"name": target.name},
                "spec": spec,
            }
        ]

    def secrets(self) -> Sequence[SecretRef]:
        """None."""
        return ()


def behavior_faults(behavior: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield the faults of an autoscaler's `spec.behavior`.

    Source: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#configurable-scaling-behavior
    """
    where = FieldPath("autoscaling", "behavior")
    yield from _shape_faults(where, behavior, {"scaleUp": _RULES, "scaleDown": _RULES})
    yield from (Fault(str(field), message) for field, message in autoscaling.behavior_faults(where, behavior))


def _shape_faults(where: FieldPath, value: object, shape: object) -> Iterator[Fault]:
    """Yield the parts of a value that do not have the shape: a mapping of the known keys, a list, or anything."""
    if isinstance(shape, Mapping):
        if not isinstance(value, Mapping):
            yield Fault(str(where), wrong_type(value, f"a mapping with {', '.join(shape)}"))
            return
        for key, part in value.items():
            if key not in shape:
                yield Fault(str(where), unknown("key", str(key), shape))
            else:
                yield from _shape_faults(where / key, part, shape[key])
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield Fault(str(where), wrong_type(value, "a list"))
            return
        for place, part in enumerate(value):
            yield from _shape_faults(where / place, part, shape[0])
    elif isinstance(shape, type) and (not isinstance(value, shape) or isinstance(value, bool)):
        yield Fault(str(where), wrong_type(value, "an integer" if shape is int else "a string"))


def replica_bound_faults(minimum: int, maximum: int, *, least: int) -> Iterator[Fault]:
    """Yield the faults of the minimum and the maximum of replicas."""
    yield from minimum_faults("autoscaling.min_replicas", minimum, least)
    for _, message in autoscaling.maximum_faults(FieldPath(), minimum, maximum):
        yield Fault("autoscaling.max_replicas", message)


def _share(resource: str, share: int | str) -> dict[str, Any]:
    target = (
        {"type": "AverageValue", "averageValue": share}
        if isinstance(share, str)
        else {"type": "Utilization", "averageUtilization": share}
    )
    return {"type": "Resource", "resource": {"name": resource, "target": target}}
