"""HorizontalPodAutoscaler on CPU and memory.

Source: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Autoscaling:
    """Between how many pods a workload scales, and by what. The cluster needs metrics-server.

    Args:
        max_replicas: the most.
        min_replicas: the fewest; by default the workload's `replicas`.
        cpu: average use to aim at, in percent of the CPU request; `None` to leave CPU out.
        memory: the same for memory; left out by default, for few programs give memory back.
        behavior: how fast it scales, as in the HorizontalPodAutoscaler's `spec.behavior`.
    """

    max_replicas: int
    min_replicas: int | None = None
    cpu: int | None = 70
    memory: int | None = None
    behavior: Mapping[str, Any] | None = None

    def minimum(self, replicas: int) -> int:
        """The fewest pods of a workload with so many replicas."""
        return replicas if self.min_replicas is None else self.min_replicas

    def faults(self, replicas: int) -> Iterator[str]:
        """What is wrong with the bounds and targets."""
        minimum = self.minimum(replicas)
        if minimum < 1:
            yield f"autoscaling.min_replicas: {minimum} is out of range; the least is 1"
        if self.max_replicas < minimum:
            yield f"autoscaling.max_replicas: {self.max_replicas} is below the minimum of {minimum}"
        if self.cpu is None and self.memory is None:
            yield "autoscaling: needs a target; give cpu or memory in percent of the request"
        for key in self.behavior or {}:
            if key not in ("scaleUp", "scaleDown"):
                yield f"autoscaling.behavior: unknown key {key!r}; known: scaleDown, scaleUp"
        for name in ("cpu", "memory"):
            target = getattr(self, name)
            if target is not None and target < 1:
                yield f"autoscaling.{name}: {target} is out of range; it is a percentage of the request, from 1"


def horizontal_pod_autoscaler(name: str, target_kind: str, autoscaling: Autoscaling, replicas: int) -> dict[str, Any]:
    """The autoscaler of the workload of that name and kind."""
    targets = {"cpu": autoscaling.cpu, "memory": autoscaling.memory}
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": name},
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": target_kind, "name": name},
            "minReplicas": autoscaling.minimum(replicas),
            "maxReplicas": autoscaling.max_replicas,
            "metrics": [
                {
                    "type": "Resource",
                    "resource": {
                        "name": resource,
                        "target": {"type": "Utilization", "averageUtilization": target},
                    },
                }
                for resource, target in targets.items()
                if target is not None
            ],
            **({"behavior": dict(autoscaling.behavior)} if autoscaling.behavior else {}),
        },
    }
