"""CPU and memory of a container."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from constructs_lib.errors import Fault, shown
from constructs_lib.kubernetes.quantities import MEBI, format_memory, limit_faults, parse_quantity, quantity_faults


@dataclass(frozen=True)
class Resources:
    """Requests and limits of a container.

    Requests decide where a pod fits; a container above its memory limit is killed, above its CPU limit slowed.
    Source: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/

    Args:
        cpu: the CPU request, such as `200m`.
        memory: the memory request, such as `256Mi`.
        cpu_limit: by default the request; in a chart whose `Defaults` have `cpu_limits=False` there is none.
        memory_limit: by default the request.
    """

    cpu: str = "100m"
    memory: str = "256Mi"
    cpu_limit: str | None = None
    memory_limit: str | None = None

    def render(self, *, cpu_limits: bool = True) -> dict[str, Any]:
        """The container's `resources`; without a CPU limit where the chart has none."""
        limits = {"memory": self.memory_limit or self.memory}
        if cpu_limits:
            limits = {"cpu": self.cpu_limit or self.cpu, **limits}
        return {"requests": {"cpu": self.cpu, "memory": self.memory}, "limits": limits}

    def faults(self, name: str = "resources") -> Iterator[Fault]:
        """Yield the faults of the amounts."""
        valid = set()
        for field in ("cpu", "memory", "cpu_limit", "memory_limit"):
            value = getattr(self, field)
            least = MEBI if field.startswith("memory") else Decimal(0)
            faults = [] if value is None else list(quantity_faults(f"{name}.{field}", value, least))
            yield from faults
            if value is not None and not faults:
                valid.add(field)
        for field in ("cpu", "memory"):
            request, limit = getattr(self, field), getattr(self, f"{field}_limit")
            if field in valid and f"{field}_limit" in valid:
                yield from limit_faults(f"{name}.{field}_limit", request, limit)


def minimum_memory_faults(resources: Resources, least: Decimal) -> Iterator[Fault]:
    """Yield the fault of a memory limit that is too small for the software; invalid quantities have their own fault."""
    limit = resources.memory_limit or resources.memory
    try:
        if MEBI <= parse_quantity(limit) < least:
            yield Fault(
                "resources", f"a memory limit of {shown(limit)} is too little; it needs {format_memory(least)} at least"
            )
    except ValueError:
        return


DEFAULT_RESOURCES: Final = Resources(cpu="100m", memory="256Mi", cpu_limit="500m", memory_limit="512Mi")
"""The resources of a workload's container, unless the workload sets its own."""
