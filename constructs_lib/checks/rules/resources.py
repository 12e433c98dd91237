"""Containers without requests or limits.

Source: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding, Severity
from constructs_lib.checks.engine.wording import listed
from constructs_lib.checks.engine.world import World
from constructs_lib.kubernetes.manifest import Manifest, mapping, text
from constructs_lib.kubernetes.pod_resources import limit_range_defaults

_WANTED: Final = (("requests", "cpu"), ("requests", "memory"), ("limits", "memory"))
_ALL: Final = (*_WANTED, ("limits", "cpu"))


def _faults(world: World) -> Iterator[Finding]:
    for workload in world.workloads:
        demanded = _demanded(world, workload.namespace)
        defaults = _defaults(world, workload.namespace)
        pod = mapping(workload.spec, "resources")
        for where, container in workload.containers():
            resources = mapping(container, "resources")
            is_step = "initContainers" in where and text(container, "restartPolicy") != "Always"
            lacking = [
                (field, resource)
                for field, resource in _ALL
                if not _has(resources, field, resource)
                and not _has(pod, field, resource)
                and (field, resource) not in defaults
            ]
            refused = [need for need in lacking if need in demanded]
            if refused:
                message = (
                    f"container {text(container, 'name')} has no {_join(refused)}, which the "
                    "ResourceQuota demands: its pods are refused; set it"
                )
                yield CHECK.error(workload.manifest, where / "resources", message)
            elif not is_step and (unwise := [need for need in lacking if need in _WANTED]):
                message = f"container {text(container, 'name')} has no {_join(unwise)}, so {_effect(unwise)}; set it"
                yield CHECK.warning(workload.manifest, where / "resources", message)


def _has(resources: Manifest, field: str, resource: str) -> bool:
    # A limit alone is a request of the same size.
    return resource in mapping(resources, field) or resource in mapping(resources, "limits")


def _effect(needs: list[tuple[str, str]]) -> str:
    if all(field == "limits" for field, _ in needs):
        return "one leak takes the memory of its neighbours"
    return "the scheduler plans as if it took nothing"


def _join(needs: list[tuple[str, str]]) -> str:
    return listed([f"{resource} {field.removesuffix('s')}" for field, resource in needs])


def _demanded(world: World, namespace: str) -> set[tuple[str, str]]:
    """Return the requests and limits that a ResourceQuota requires of every container.

    Source: https://kubernetes.io/docs/concepts/policy/resource-quotas/
    """
    found: set[tuple[str, str]] = set()
    for quota in world.in_namespace.get((namespace, "ResourceQuota"), ()):
        spec = mapping(quota, "spec")
        if "scopes" in spec or "scopeSelector" in spec:
            continue  # counts some pods only
        for key in mapping(spec, "hard"):
            field, _, resource = str(key).rpartition(".")
            if resource in ("cpu", "memory") and field in ("", "requests", "limits"):
                found.add((field or "requests", resource))
    return found


def _defaults(world: World, namespace: str) -> set[tuple[str, str]]:
    """Return the requests and limits that a LimitRange sets by default."""
    defaults = limit_range_defaults(world.in_namespace.get((namespace, "LimitRange"), ()))
    return {
        *(("requests", resource) for resource in defaults.requests),
        *(("limits", resource) for resource in defaults.limits),
    }


CHECK: Final = Check(
    id="resources",
    title="a container without requests, or without a memory limit",
    description="Without requests, the scheduler cannot plan, and the pod is evicted first. Without a memory limit, "
    "a leak can use up the memory of the node. If a ResourceQuota requires the value, the pods are "
    "rejected, so the finding is an error.",
    example="containers:\n- name: api\n  resources: {limits: {cpu: '1'}}  # no memory",
    remediation="Set CPU and memory requests and a memory limit for every container, or defaults with a LimitRange.",
    severity=Severity.WARNING,
    run=_faults,
)
