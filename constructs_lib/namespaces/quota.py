"""ResourceQuota and LimitRange of a namespace, computed from what runs in it.

Source: https://kubernetes.io/docs/concepts/policy/resource-quotas/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from constructs_lib.errors import Fault, minimum_faults
from constructs_lib.kubernetes.kinds import TEMPLATES
from constructs_lib.kubernetes.manifest import kind_of, mapping, mappings, text
from constructs_lib.kubernetes.pod_resources import (
    SIDES,
    Defaults,
    amounts,
    as_decimal,
    limit_range_defaults,
    pod_amounts,
)
from constructs_lib.kubernetes.quantities import format_cpu, format_memory, parse_quantity
from constructs_lib.manifests.pods.resources import Resources

CLAIM: Final = "PersistentVolumeClaim"


@dataclass(frozen=True)
class Headroom:
    """Headroom of a quota beyond the workloads, for hooks and debugging.

    Args:
        pods: further pods.
        resources: what they may take together.
        claims: further claims of the size of the largest: a renamed store's, beside the one that is kept.
    """

    pods: int = 2
    resources: Resources = Resources(cpu="500m", memory="512Mi", cpu_limit="1", memory_limit="1Gi")
    claims: int = 1

    def faults(self) -> Iterator[Fault]:
        """Yield the faults of the amounts."""
        for name in ("pods", "claims"):
            yield from minimum_faults(f"headroom.{name}", getattr(self, name), 0)
        yield from self.resources.faults("headroom.resources")


@dataclass(frozen=True)
class QuotaDemand:
    """A workload of the chart at its largest, or a claim.

    Args:
        manifest: the Deployment, StatefulSet, Job or whatever makes pods; a PersistentVolumeClaim.
        max_replicas: its autoscaler's maximum, or its replicas.
    """

    manifest: Mapping[str, Any]
    max_replicas: int

    def pods(self) -> int:
        """The most pods that exist at once in a rollout.

        Ending pods count until they are gone. Where new ones are ready sooner than that, all of a Deployment's old
        pods end at the same time; a StatefulSet's quota learns late that the one it replaces has gone.
        """
        kind = kind_of(self.manifest)
        if kind == CLAIM or not self.max_replicas:
            return 0
        if kind == "Deployment" and text(self.manifest, "spec", "strategy", "type") != "Recreate":
            return 2 * self.max_replicas
        return self.max_replicas + (kind == "StatefulSet")

    def each(self, defaults: Defaults) -> Iterator[tuple[str, Decimal]]:
        """Yield the quota entries of one pod: `("requests.cpu", Decimal("0.1"))`."""
        for side in SIDES:
            for resource, amount in pod_amounts(self._pod(), side, defaults).items():
                yield f"{side}.{resource}", as_decimal(amount)

    def claims(self) -> list[Decimal]:
        """The size of each of its claims."""
        templates = [template for _, template in mappings(self.manifest, "spec", "volumeClaimTemplates")]
        made = [self.manifest] if kind_of(self.manifest) == CLAIM else templates
        return [as_decimal(amounts(claim, "spec", "resources", "requests").get("storage", 0)) for claim in made]

    def _pod(self) -> Mapping[str, Any]:
        path = TEMPLATES.get(kind_of(self.manifest))
        return {} if path is None else mapping(self.manifest, *path, "spec")


def _amount(value: str | int | float) -> Decimal:
    """Return the number of a quantity; 0 if it is invalid, which is reported elsewhere."""
    try:
        return parse_quantity(value)
    except ValueError:
        return Decimal(0)


def resource_quota(name: str, scales: Iterable[QuotaDemand], headroom: Headroom, *, cpu_limits: bool) -> dict[str, Any]:
    """The ResourceQuota: the workloads at their maximum during a rollout, their claims, and the headroom."""
    extra = headroom.resources.render(cpu_limits=cpu_limits)
    total = {key: _amount(value) for key, value in _flat(extra).items()}
    defaults = limit_range_defaults([limit_range("limit-range", cpu_limits=cpu_limits)])
    pods, claims, storage, largest = headroom.pods, 0, Decimal(0), Decimal(0)
    for scale in scales:
        count = scale.pods()
        pods += count
        for key, amount in scale.each(defaults):
            if key in total:
                total[key] += count * amount
        for size in scale.claims():
            claims += scale.max_replicas
            storage += scale.max_replicas * size
            largest = max(largest, size)
    hard = {key: _format(key, value) for key, value in total.items()}
    volumes = {}
    if claims:
        most = format_memory(storage + headroom.claims * largest)
        volumes = {"persistentvolumeclaims": str(claims + headroom.claims), "requests.storage": most}
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


def _flat(resources: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {f"{side}.{name}": value for side, amounts in resources.items() for name, value in amounts.items()}


def _format(key: str, value: Decimal) -> str:
    return format_cpu(value) if key.endswith(".cpu") else format_memory(value)
