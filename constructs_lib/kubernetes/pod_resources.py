"""Requests and limits of a pod, added up like Kubernetes does.

Amounts are whole thousandths (`Milli`): the API server rounds each quantity up to them, so sums are exact.

Source: https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from constructs_lib.kubernetes.manifest import Manifest, mapping, mappings, text
from constructs_lib.kubernetes.quantities import format_cpu, format_memory, parse_quantity

Milli: TypeAlias = Mapping[str, int]
"""Amounts by resource, in thousandths: millicores of CPU, thousandths of a byte."""

Side: TypeAlias = Literal["requests", "limits"]
SIDES: Final[tuple[Side, ...]] = ("requests", "limits")

POD_LEVEL: Final = ("cpu", "memory")
"""Resources that `spec.resources` of a pod may state for all its containers together."""


@lru_cache(maxsize=4096)
def _thousandths(value: str | int | float) -> int | None:
    try:
        number = parse_quantity(value) * 1000
        return int(number.to_integral_value(ROUND_CEILING)) if number >= 0 else None
    except (ValueError, InvalidOperation, OverflowError):
        return None


def thousandths(value: object) -> int | None:
    """Return a quantity in thousandths, rounded up; None if it is invalid or negative.

    >>> thousandths("1.5"), thousandths("0.1m"), thousandths("much")
    (1500, 1, None)
    """
    return _thousandths(value) if isinstance(value, (str, int, float)) else None


def amounts(data: object, *path: str) -> dict[str, int]:
    """Return the valid quantities of the mapping at the path."""
    found = ((key, thousandths(value)) for key, value in mapping(data, *path).items())
    return {key: amount for key, amount in found if amount is not None and isinstance(key, str)}


@dataclass(frozen=True)
class Defaults:
    """Return the default requests and limits that the LimitRanges of a namespace set."""

    requests: Milli = field(default_factory=dict)
    limits: Milli = field(default_factory=dict)


NO_DEFAULTS: Final = Defaults()


def limit_range_defaults(limit_ranges: Iterable[Manifest]) -> Defaults:
    """The defaults of a namespace's LimitRanges; where two state one resource, the first does.

    A missing default limit is the maximum, a missing default request the default limit, else the minimum.

    Source: https://kubernetes.io/docs/concepts/policy/limit-range/
    """
    requests: dict[str, int] = {}
    limits: dict[str, int] = {}
    for limit_range in limit_ranges:
        for _, item in mappings(limit_range, "spec", "limits"):
            if text(item, "type") == "Container":
                own = {**amounts(item, "max"), **amounts(item, "default")}
                requests = {**amounts(item, "min"), **own, **amounts(item, "defaultRequest"), **requests}
                limits = {**own, **limits}
    return Defaults(requests, limits)


def container_amounts(container: Manifest, side: Side, defaults: Defaults = NO_DEFAULTS) -> dict[str, int]:
    """Return the requests or limits of one container; the default of a request is the limit."""
    limits = amounts(container, "resources", "limits")
    if side == "limits":
        return {**defaults.limits, **limits}
    return {**defaults.requests, **limits, **amounts(container, "resources", "requests")}


def pod_amounts(spec: Manifest, side: Side, defaults: Defaults = NO_DEFAULTS) -> dict[str, int]:
    """Return the requests or limits of a pod, as the scheduler and quotas count them.

    Init containers run one after the other, beside the sidecars (init containers that restart always) that
    were started before them; so the most of any moment counts, and the pod's overhead on top.
    """
    running: dict[str, int] = {}
    for _, container in mappings(spec, "containers"):
        running = _sum(running, container_amounts(container, side, defaults))
    sidecars: dict[str, int] = {}
    starting: dict[str, int] = {}
    for _, container in mappings(spec, "initContainers"):
        own = container_amounts(container, side, defaults)
        if text(container, "restartPolicy") == "Always":
            sidecars, running = _sum(sidecars, own), _sum(running, own)
            starting = _most(starting, sidecars)
        else:
            starting = _most(starting, _sum(sidecars, own))
    total = _pod_level(spec, side, _most(running, starting))
    return _with_overhead(total, amounts(spec, "overhead"), side)


def _with_overhead(total: Milli, overhead: Milli, side: Side) -> dict[str, int]:
    if side == "requests":
        return _sum(total, overhead)
    return {key: amount + overhead.get(key, 0) for key, amount in total.items()}  # no limit stays no limit


def _pod_level(spec: Manifest, side: Side, total: dict[str, int]) -> dict[str, int]:
    stated = amounts(spec, "resources", side)
    if side == "requests":
        limits = amounts(spec, "resources", "limits")
        stated = {**{key: limits[key] for key in limits if key not in total}, **stated}
    return {**total, **{key: stated[key] for key in POD_LEVEL if key in stated}}


def _sum(left: Milli, right: Milli) -> dict[str, int]:
    return {key: left.get(key, 0) + right.get(key, 0) for key in {**left, **right}}


def _most(left: Milli, right: Milli) -> dict[str, int]:
    return {key: max(left.get(key, 0), right.get(key, 0)) for key in {**left, **right}}


def whole(milli: int) -> int:
    """Thousandths as whole units, rounded up: bytes as the scheduler counts them."""
    return -(-milli // 1000)


def as_decimal(milli: int) -> Decimal:
    """Thousandths as a number of cores or bytes."""
    return Decimal(milli) / 1000


def show_amount(resource: str, milli: int) -> str:
    """An amount of a resource for people: `1500m`, `256Mi`, `3`."""
    last = resource.rpartition(".")[2]
    if last == "cpu":
        return format_cpu(as_decimal(milli))
    if last in ("memory", "storage", "ephemeral-storage"):
        return format_memory(as_decimal(milli))
    return str(whole(milli))
