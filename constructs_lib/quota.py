"""ResourceQuota and LimitRange of a namespace, computed from what runs in it.

Source: https://kubernetes.io/docs/concepts/policy/resource-quotas/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import Any

from constructs_lib.checks.access import dig
from constructs_lib.checks.workloads import TEMPLATES
from constructs_lib.quantities import format_cpu, format_memory, parse_quantity
from constructs_lib.resources import Resources

LONG_GRACE_SECONDS = 60
"""Pods with more time to end may pile up: a rollout replaces one after the other while the old ones still end."""


@dataclass(frozen=True)
class Headroom:
    """What a quota leaves beyond the workloads, for hooks and debugging.

    Args:
        pods: further pods.
        resources: what they may take together.
    """

    pods: int = 2
    resources: Resources = Resources(cpu="500m", memory="512Mi", cpu_limit="1", memory_limit="1Gi")

    def faults(self) -> Iterator[str]:
        """What is wrong with the amounts."""
        if self.pods < 0:
            yield f"headroom.pods: {self.pods} is out of range; the least is 0"
        yield from self.resources.faults("headroom.resources")


@dataclass(frozen=True)
class Scale:
    """A workload of the chart at its largest.

    Args:
        manifest: the Deployment, StatefulSet, Job or CronJob.
        max_replicas: its autoscaler's maximum, or its replicas.
    """

    manifest: Mapping[str, Any]
    max_replicas: int

    def pods(self) -> int:
        """The most pods that exist at once: while a rollout adds new ones, and old ones take their grace to end."""
        spec = self.manifest["spec"]
        if self.manifest["kind"] != "Deployment":
            return self.max_replicas
        grace = spec["template"]["spec"].get("terminationGracePeriodSeconds", 30)
        if grace > LONG_GRACE_SECONDS:
            return 2 * self.max_replicas
        rolling = spec.get("strategy", {}).get("rollingUpdate", {})
        return self.max_replicas + _count(rolling.get("maxSurge", 0), self.max_replicas) + 1


def _count(value: int | str, replicas: int) -> int:
    if isinstance(value, int):
        return value
    percent = value.removesuffix("%")
    return ceil(replicas * int(percent) / 100) if percent.isdecimal() else 0


def _amount(value: str | int | float) -> Decimal:
    """The number; 0 for what is no quantity, which is reported where it is written."""
    try:
        return parse_quantity(value)
    except ValueError:
        return Decimal(0)


def _size(claim: Mapping[str, Any]) -> Decimal:
    return _amount(claim["spec"]["resources"]["requests"]["storage"])


def resource_quota(
    name: str,
    scales: Iterable[Scale],
    headroom: Headroom,
    *,
    cpu_limits: bool,
    claims: Iterable[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """The ResourceQuota: the workloads at their maximum during a rollout, claims of their own, and the headroom."""
    extra = headroom.resources.render(cpu_limits=cpu_limits)
    total = {key: _amount(value) for key, value in _flat(extra).items()}
    pods = headroom.pods
    sizes = [(1, _size(claim)) for claim in claims]
    for scale in scales:
        count = scale.pods()
        pods += count
        for container in _containers(scale.manifest):
            for key, value in _flat(container.get("resources", {})).items():
                total[key] = total.get(key, Decimal(0)) + count * _amount(value)
        for claim in scale.manifest["spec"].get("volumeClaimTemplates", []):
            sizes.append((scale.max_replicas, _size(claim)))
    hard = {key: _format(key, value) for key, value in total.items()}
    volumes = {}
    if sizes:
        storage = sum((count * size for count, size in sizes), Decimal(0))
        count = sum(count for count, _ in sizes)
        volumes = {"persistentvolumeclaims": str(count), "requests.storage": format_memory(storage)}
    return {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": name},
        "spec": {"hard": {**hard, "pods": str(pods), **volumes}},
    }


def limit_range(name: str, *, cpu_limits: bool) -> dict[str, Any]:
    """The LimitRange: what a container gets that says nothing, so that the quota doesn't refuse it."""
    defaults = Resources(cpu="50m", memory="64Mi", cpu_limit="500m", memory_limit="256Mi").render(cpu_limits=cpu_limits)
    return {
        "apiVersion": "v1",
        "kind": "LimitRange",
        "metadata": {"name": name},
        "spec": {
            "limits": [{"type": "Container", "default": defaults["limits"], "defaultRequest": defaults["requests"]}]
        },
    }


def _containers(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    pod = dig(manifest, *TEMPLATES[manifest["kind"]], "spec")
    native = [container for container in pod.get("initContainers", []) if container.get("restartPolicy") == "Always"]
    return [*pod["containers"], *native]


def _flat(resources: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {f"{side}.{name}": value for side, amounts in resources.items() for name, value in amounts.items()}


def _format(key: str, value: Decimal) -> str:
    return format_cpu(value) if key.endswith(".cpu") else format_memory(value)
