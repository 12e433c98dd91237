"""Containers, pods and claims that a LimitRange refuses.

Source: https://kubernetes.io/docs/concepts/policy/limit-range/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest, mappings, name_of, text
from constructs_lib.kubernetes.pod_owners import Workload
from constructs_lib.kubernetes.pod_resources import (
    SIDES,
    Defaults,
    Milli,
    amounts,
    as_decimal,
    container_amounts,
    pod_amounts,
    show_amount,
)

_CLAIM: Final = "PersistentVolumeClaim"


class Breach(NamedTuple):
    """A breach of a LimitRange: object, field and message."""

    manifest: Manifest
    field: FieldPath
    message: str


def pod_breaches(workload: Workload, ranges: tuple[Manifest, ...], defaults: Defaults) -> Iterator[Breach]:
    """Yield the breaches of a workload's pods and containers."""
    for limit_range in ranges:
        for _, item in mappings(limit_range, "spec", "limits"):
            name = name_of(limit_range)
            if text(item, "type") == "Container":
                yield from _container_breaches(workload, name, item, defaults)
            elif text(item, "type") == "Pod":
                requests, limits = (pod_amounts(workload.spec, side, defaults) for side in SIDES)
                for fault in _faults(item, requests, limits):
                    message = f"LimitRange {name} rejects its pods: {fault}"
                    yield Breach(workload.manifest, workload.where("containers"), message)
    yield from _beyond_default(workload, defaults)


def _container_breaches(workload: Workload, name: str, item: Manifest, defaults: Defaults) -> Iterator[Breach]:
    for where, container in workload.containers():
        requests, limits = (container_amounts(container, side, defaults) for side in SIDES)
        for fault in _faults(item, requests, limits):
            message = f"LimitRange {name} rejects the container {text(container, 'name')}: {fault}"
            yield Breach(workload.manifest, where / "resources", message)


def _beyond_default(workload: Workload, defaults: Defaults) -> Iterator[Breach]:
    """Requests above the limit that a LimitRange gives to a container without one."""
    for where, container in workload.containers():
        own = amounts(container, "resources", "limits")
        for resource, request in container_amounts(container, "requests", defaults).items():
            limit = defaults.limits.get(resource)
            if resource not in own and limit is not None and request > limit:
                message = (
                    f"the container {text(container, 'name')} requests {show_amount(resource, request)} "
                    f"{resource} and gets the namespace's default limit of {show_amount(resource, limit)}, "
                    "so its pods are rejected; set a limit"
                )
                yield Breach(workload.manifest, where / "resources" / "limits", message)


def claim_breaches(
    manifest: Manifest, where: FieldPath, requests: Milli, ranges: tuple[Manifest, ...]
) -> Iterator[Breach]:
    """Yield the breaches of a claim."""
    for limit_range in ranges:
        for _, item in mappings(limit_range, "spec", "limits"):
            if text(item, "type") == _CLAIM:
                faults = [
                    fault
                    for resource, least in amounts(item, "min").items()
                    for fault in _below(resource, least, requests, {})
                ]
                for resource, most in amounts(item, "max").items():
                    faults += _above(resource, most, requests, {resource: 0})
                for fault in faults:
                    message = f"LimitRange {name_of(limit_range)} rejects the claim: {fault}"
                    yield Breach(manifest, where, message)


def _faults(item: Manifest, requests: Milli, limits: Milli) -> Iterator[str]:
    for resource, least in amounts(item, "min").items():
        yield from _below(resource, least, requests, limits)
    for resource, most in amounts(item, "max").items():
        yield from _above(resource, most, requests, limits)
    for resource, ratio in amounts(item, "maxLimitRequestRatio").items():
        yield from _uneven(resource, ratio, requests, limits)


def _below(resource: str, least: int, requests: Milli, limits: Milli) -> Iterator[str]:
    bound = f"at least {show_amount(resource, least)} {resource} is demanded"
    if resource not in requests:
        yield f"{bound}, and it states no request"
    elif requests[resource] < least:
        yield f"{bound}, and it requests {show_amount(resource, requests[resource])}"
    elif limits.get(resource, least) < least:
        yield f"{bound}, and its limit is {show_amount(resource, limits[resource])}"


def _above(resource: str, most: int, requests: Milli, limits: Milli) -> Iterator[str]:
    bound = f"at most {show_amount(resource, most)} {resource} is allowed"
    if resource not in limits:
        yield f"{bound}, and it states no limit"
    elif limits[resource] > most:
        yield f"{bound}, and its limit is {show_amount(resource, limits[resource])}"
    elif requests.get(resource, 0) > most:
        yield f"{bound}, and it requests {show_amount(resource, requests[resource])}"


def _uneven(resource: str, ratio: int, requests: Milli, limits: Milli) -> Iterator[str]:
    request, limit = requests.get(resource, 0), limits.get(resource, 0)
    bound = f"a limit of at most {as_decimal(ratio):f} times the request is allowed for {resource}"
    if not request or not limit:
        yield f"{bound}, and it states no {'limit' if request else 'request'}"
    elif limit * 1000 > ratio * request:
        shown = show_amount(resource, request)
        yield f"{bound}, and it has {show_amount(resource, limit)} for a request of {shown}"
