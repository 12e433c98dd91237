"""Rules of requests and limits.

Sources: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go and
https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from constructs_lib.errors import shown
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest, mapping, mappings, text
from constructs_lib.kubernetes.names import is_qualified
from constructs_lib.kubernetes.quantities import amount_of
from constructs_lib.kubernetes.validation.rule import FieldFault

HUGE_PAGES: Final = "hugepages-"
CONTAINER_RESOURCES: Final = ("cpu", "memory", "ephemeral-storage")
"""The resources of a container that Kubernetes itself knows, beside huge pages."""
_NATIVE: Final = "kubernetes.io/"
_REQUESTS: Final = "requests."


def container_resources(where: FieldPath, resources: Manifest) -> Iterator[FieldFault]:
    """Yield the faults of a container's requests and limits."""
    for side in ("limits", "requests"):
        for resource, value in mapping(resources, side).items():
            yield from _resource(where / side / str(resource), str(resource), value)
    for resource, value in mapping(resources, "requests").items():
        if isinstance(resource, str):
            yield from _request(where / "requests" / resource, resource, value, mapping(resources, "limits"))
    names = {str(name) for side in ("limits", "requests") for name in mapping(resources, side)}
    if any(map(is_huge_page, names)) and not names & {"cpu", "memory"}:
        yield where, "huge pages need a request of CPU or memory beside them"


def _resource(where: FieldPath, resource: str, value: object) -> Iterator[FieldFault]:
    yield from resource_name(where, resource)
    amount = amount_of(value)
    if amount is None:
        return
    if amount < 0:
        yield where, f"must be at least 0, got {shown(value)}"
    elif is_whole(resource) and amount % 1:
        yield where, f"must be a whole number, got {shown(value)}"
    elif is_huge_page(resource) and (size := amount_of(resource.removeprefix(HUGE_PAGES))) and amount % size:
        yield where, f"must be a multiple of the page size {resource.removeprefix(HUGE_PAGES)}, got {shown(value)}"


def resource_name(where: FieldPath, resource: str) -> Iterator[FieldFault]:
    """Yield the fault of a name that is no resource of a container."""
    if "/" not in resource:
        if resource not in CONTAINER_RESOURCES and not is_huge_page(resource):
            known = ", ".join(CONTAINER_RESOURCES)
            yield (
                where,
                f"{shown(resource)} is not a resource of a container; write {known}, or a name such as example.com/gpu",
            )
    elif not is_qualified(resource) or (_NATIVE not in resource and resource.startswith(_REQUESTS)):
        yield where, f"{shown(resource)} is not a valid resource name; write it like example.com/gpu"


def _request(where: FieldPath, resource: str, value: object, limits: Manifest) -> Iterator[FieldFault]:
    request, limit = amount_of(value), amount_of(limits.get(resource))
    if request is None or not is_qualified(resource):
        return
    if resource in limits and limits[resource] is None:
        limit = Decimal(0)  # as the API server reads null
    if limit is None:
        if resource not in limits and not is_overcommitted(resource):
            yield where, f"{resource} needs a limit equal to its request"
    elif not is_overcommitted(resource) and request != limit:
        yield where, f"must equal the limit {limits[resource]}, got {value}"
    elif request > limit:
        yield where, f"the request {value} is greater than the limit {limits[resource]}; raise the limit"


def pod_resources(where: FieldPath, resources: Manifest) -> Iterator[FieldFault]:
    """Yield the faults of requests and limits of a whole pod."""
    yield from container_resources(where, resources)
    if resources.get("claims"):
        yield where / "claims", "cannot be set for a whole pod"


def unique_claims(where: FieldPath, resources: Manifest, claims: set[str]) -> Iterator[FieldFault]:
    """Yield the faults of resource claims of a container that its pod does not have."""
    for place, claim in mappings(resources, "claims"):
        if text(claim, "name") and text(claim, "name") not in claims:
            yield where / "claims" / place / "name", f"the pod has no resource claim {shown(text(claim, 'name'))}"


def is_huge_page(resource: str) -> bool:
    """Return True for a resource such as `hugepages-2Mi`."""
    return resource.startswith(HUGE_PAGES)


def is_extended(resource: str) -> bool:
    """Return True for a resource of a device, such as `nvidia.com/gpu`."""
    return "/" in resource and _NATIVE not in resource and not resource.startswith(_REQUESTS)


def is_overcommitted(resource: str) -> bool:
    """Return True if a limit may be greater than the request."""
    return not is_huge_page(resource) and ("/" not in resource or _NATIVE in resource)


def is_whole(resource: str) -> bool:
    """Return True if fractions are rejected."""
    return is_extended(resource)
