"""API versions and kinds that the cluster does not serve.

Source: https://kubernetes.io/docs/reference/using-api/deprecation-guide/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.world import World
from constructs_lib.errors import either, is_slip, shown
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest, group_of, kind_of, text
from constructs_lib.kubernetes.schemas.api_versions import (
    VersionFault,
    api_versions_of,
    builtin_groups,
    group_fault,
    incomplete_fault,
    version_fault,
)
from constructs_lib.kubernetes.schemas.removed_groups import REMOVED_GROUPS


def _findings(world: World) -> Iterator[Finding]:
    for manifest in world.objects:
        if (fault := _fault(world, manifest)) is not None:
            report = CHECK.error if fault.is_certain else CHECK.warning
            yield report(manifest, FieldPath(fault.field), fault.message)
        else:
            yield from _custom(world, manifest, text(manifest, "apiVersion"), kind_of(manifest))


def _fault(world: World, manifest: Manifest) -> VersionFault | None:
    """Return the fault of an object's API version and kind, unless they are those of a known custom resource."""
    group, resources = group_of(manifest), world.custom_resources
    fault = incomplete_fault(manifest)
    if fault is not None or resources.kinds(group):
        return fault
    api_version, kind = text(manifest, "apiVersion"), kind_of(manifest)
    if group in builtin_groups() or group in REMOVED_GROUPS:
        return version_fault(api_version, kind, world.version)
    return version_fault(api_version, kind, world.version) or group_fault(api_version, kind, resources.groups())


def _custom(world: World, manifest: Manifest, api_version: str, kind: str) -> Iterator[Finding]:
    """Yield the findings of a custom resource; an unknown group has none."""
    resources, group = world.custom_resources, group_of(manifest)
    known = resources.kinds(group)
    if group in REMOVED_GROUPS and not known:
        message = f"the API group {group} is not served anymore; write {REMOVED_GROUPS[group]}"
        yield CHECK.error(manifest, FieldPath("apiVersion"), message)
    served = resources.served(api_version, kind)
    if served is not None and api_version not in served:
        owner = resources.release(group) or "the definition"
        message = f"{owner} does not serve {kind} in {api_version}; write {either(served)}"
        yield CHECK.warning(manifest, FieldPath("apiVersion"), message)
    elif served is None and known and (near := _meant(kind, known)):
        message = f"unknown kind {shown(kind)} in {group}; did you mean {shown(near)}?"
        yield CHECK.warning(manifest, FieldPath("kind"), message)
    elif served is None and known and (others := [*api_versions_of(kind), *resources.api_versions_of(kind)]):
        message = f"{group} has no {kind}; write {either(others[:2])}"
        yield CHECK.warning(manifest, FieldPath("apiVersion"), message)


def _meant(kind: str, known: Iterable[str]) -> str:
    """Return the known kind that a misspelled one stands for, or an empty string; a group may have new kinds."""
    found = (name for name in sorted(known) if is_slip(kind, name) or kind.lower() == name.lower())
    return next(found, "")


CHECK: Final = Check(
    id="api-version",
    title="an API version or a kind that the cluster does not serve",
    description="The API server answers `no matches for kind`, and the object is never created. Each version of "
    "Kubernetes removes some API versions.",
    example="apiVersion: policy/v1beta1  # removed in Kubernetes 1.25\nkind: PodDisruptionBudget",
    remediation="Write the API version that the message names, and adapt the fields to it. Set `kubernetesVersion` in "
    "the inventory, or --kubernetes-version, to check for the version of the cluster.",
    run=_findings,
)
