"""Namespaces whose ResourceQuota or LimitRange refuses what is declared in them.

Source: https://kubernetes.io/docs/concepts/policy/resource-quotas/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.wording import listed
from constructs_lib.checks.engine.world import World
from constructs_lib.checks.scheduling.capacity import pod_counts, waits_for_surge
from constructs_lib.checks.scheduling.eligibility import Eligible, by_placing
from constructs_lib.checks.scheduling.limit_ranges import Breach, claim_breaches, pod_breaches
from constructs_lib.checks.scheduling.schedulable_nodes import nodes_of
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import (
    Manifest,
    group_of,
    items,
    kind_of,
    mapping,
    mappings,
    name_of,
    namespace_of,
    text,
)
from constructs_lib.kubernetes.pod_owners import Workload
from constructs_lib.kubernetes.pod_resources import (
    SIDES,
    Defaults,
    Milli,
    Side,
    amounts,
    container_amounts,
    limit_range_defaults,
    pod_amounts,
    show_amount,
)

_DEMANDED: Final[Mapping[str, tuple[Side, str]]] = {
    "cpu": ("requests", "cpu"),
    "memory": ("requests", "memory"),
    "requests.cpu": ("requests", "cpu"),
    "requests.memory": ("requests", "memory"),
    "limits.cpu": ("limits", "cpu"),
    "limits.memory": ("limits", "memory"),
}
"""Resources that every container must set if a quota counts them."""

_SHOWN: Final = 3
_ONE: Final = 1000


@dataclass(frozen=True)
class _Load:
    """The pods of one workload: how many at most, what each is charged with, how many come in passing."""

    workload: Workload
    each: Milli
    count: int
    passing: int


class _Namespace:
    """The demand of one namespace on its quotas."""

    def __init__(
        self,
        world: World,
        name: str,
        objects: Sequence[Manifest],
        find: Callable[[Manifest, str], Eligible] | None,
    ) -> None:
        self.world, self.name, self.objects, self._find = world, name, objects, find
        self.ranges = world.in_namespace.get((name, "LimitRange"), ())
        self.quotas = world.in_namespace.get((name, "ResourceQuota"), ())
        self.workloads = world.workloads_in.get(name, ())

    @cached_property
    def defaults(self) -> Defaults:
        return limit_range_defaults(self.ranges)

    @cached_property
    def loads(self) -> tuple[_Load, ...]:
        return tuple(self._load(workload) for workload in self.workloads if pod_counts(workload)[1])

    def _load(self, workload: Workload) -> _Load:
        most = pod_counts(workload)[1]
        if workload.kind == "DaemonSet" and self._find is not None:
            most = len(self._find(workload.spec, workload.kind).nodes)
        requests = pod_amounts(workload.spec, "requests", self.defaults)
        limits = pod_amounts(workload.spec, "limits", self.defaults)
        each = {"pods": _ONE, "count/pods": _ONE}
        each |= {f"requests.{key}": value for key, value in requests.items()}
        each |= {f"limits.{key}": value for key, value in limits.items()}
        each |= {key: requests[key] for key in ("cpu", "memory", "ephemeral-storage") if key in requests}
        if workload.is_hook:
            return _Load(workload, each, 0, most)
        return _Load(workload, each, most, int(waits_for_surge(workload, most)))

    @cached_property
    def claims(self) -> tuple[tuple[Manifest, FieldPath, Manifest, int], ...]:
        """The claims: owner, field of the request, spec and number."""
        found = []
        for claim in self.world.in_namespace.get((self.name, "PersistentVolumeClaim"), ()):
            found.append((claim, FieldPath("spec", "resources", "requests", "storage"), mapping(claim, "spec"), 1))
        for workload in self.workloads:
            most = max(pod_counts(workload)[1], 0)
            if workload.kind == "StatefulSet":
                for place, template in mappings(workload.manifest, "spec", "volumeClaimTemplates"):
                    where = FieldPath("spec", "volumeClaimTemplates", place, "spec", "resources", "requests", "storage")
                    found.append((workload.manifest, where, mapping(template, "spec"), most))
            for place, volume in mappings(workload.spec, "volumes"):
                spec = mapping(volume, "ephemeral", "volumeClaimTemplate", "spec")
                if spec:
                    where = workload.path / "volumes" / place / "ephemeral" / "volumeClaimTemplate"
                    found.append((workload.manifest, where, spec, most))
        return tuple(found)

    @cached_property
    def counted(self) -> Mapping[str, int]:
        """The demand of other objects than pods, in thousandths."""
        used = {"configmaps": _ONE, "count/configmaps": _ONE}  # kube-root-ca.crt is in every namespace
        found = [(key, count * _ONE) for manifest in self.objects for key, count in _object_counts(manifest)]
        for _, _, spec, count in self.claims:
            storage = amounts(spec, "resources", "requests").get("storage", 0)
            found.append(("count/persistentvolumeclaims", count * _ONE))
            for prefix in {"", f"{text(spec, 'storageClassName')}.storageclass.storage.k8s.io/"}:
                found.append((f"{prefix}persistentvolumeclaims", count * _ONE))
                found.append((f"{prefix}requests.storage", count * storage))
        for key, amount in found:
            used[key] = used.get(key, 0) + amount
        return used


def _object_counts(manifest: Manifest) -> Iterator[tuple[str, int]]:
    """Yield the counts of one object; pods and claims are counted by their owners."""
    kind, group = kind_of(manifest), group_of(manifest)
    plural = _PLURALS.get(kind, f"{kind.lower()}s")
    if kind in ("Pod", "PersistentVolumeClaim"):
        return
    yield f"count/{plural}.{group}" if group else f"count/{plural}", 1
    if group == "":
        yield plural, 1
    if kind == "Deployment":
        yield "count/replicasets.apps", 1
    if kind == "Service" and group == "":
        ports = len(items(manifest, "spec", "ports"))
        balanced = text(manifest, "spec", "type") == "LoadBalancer"
        yield "services.loadbalancers", int(balanced)
        allocates = balanced and mapping(manifest, "spec").get("allocateLoadBalancerNodePorts") is not False
        yield "services.nodeports", ports * (allocates or text(manifest, "spec", "type") == "NodePort")


_PLURALS: Final = {
    "Ingress": "ingresses",
    "NetworkPolicy": "networkpolicies",
    "StorageClass": "storageclasses",
}


def _in_scope(quota: Manifest, spec: Manifest) -> bool:
    """Return True if a quota counts a pod.

    Source: https://kubernetes.io/docs/concepts/policy/resource-quotas/#quota-scopes
    """
    rules = [(scope, "Exists", ()) for scope in items(quota, "spec", "scopes")]
    for _, rule in mappings(quota, "spec", "scopeSelector", "matchExpressions"):
        rules.append((text(rule, "scopeName"), text(rule, "operator"), items(rule, "values")))
    return all(_scope_holds(*rule, spec) for rule in rules)


def _scope_holds(scope: object, operator: str, values: tuple[object, ...], spec: Manifest) -> bool:
    containers = [item for key in ("containers", "initContainers") for _, item in mappings(spec, key)]
    best_effort = not any(
        {"cpu", "memory"} & set(amounts(item, "resources", side)) for item in (*containers, spec) for side in SIDES
    )
    ends = spec.get("activeDeadlineSeconds") is not None
    simple = {
        "Terminating": ends,
        "NotTerminating": not ends,
        "BestEffort": best_effort,
        "NotBestEffort": not best_effort,
    }
    if scope != "PriorityClass":
        return simple.get(str(scope), False)
    priority = text(spec, "priorityClassName")
    return {
        "In": priority in values,
        "NotIn": priority not in values,
        "Exists": bool(priority),
        "DoesNotExist": not priority,
    }.get(operator, False)


def _is_scoped(quota: Manifest) -> bool:
    return bool(items(quota, "spec", "scopes") or mapping(quota, "spec", "scopeSelector"))


def _quota(world: World) -> Iterator[Finding]:
    objects: dict[str, list[Manifest]] = {}
    for manifest in world.objects:
        objects.setdefault(namespace_of(manifest), []).append(manifest)
    find = by_placing(nodes_of(world.cluster)) if world.cluster else None
    limited = [*world.of_kind("ResourceQuota"), *world.of_kind("LimitRange")]
    for name in dict.fromkeys(namespace_of(manifest) for manifest in limited):
        namespace = _Namespace(world, name, objects.get(name, ()), find)
        for quota in namespace.quotas:
            if _is_scoped(quota):
                yield from _undemanded(namespace, quota)
            yield from _exceeded(namespace, quota)
        yield from (CHECK.error(*breach) for breach in _breaches(namespace))


def _breaches(namespace: _Namespace) -> Iterator[Breach]:
    if not namespace.ranges:
        return
    for load in namespace.loads:
        yield from pod_breaches(load.workload, namespace.ranges, namespace.defaults)
    for manifest, where, spec, _ in namespace.claims:
        yield from claim_breaches(manifest, where, amounts(spec, "resources", "requests"), namespace.ranges)


def _undemanded(namespace: _Namespace, quota: Manifest) -> Iterator[Finding]:
    """Containers without what a scoped quota counts, whose pods are refused, however much is left.

    What a quota without scopes demands is for `resources` to say.
    """
    demanded = {key: _DEMANDED[key] for key in mapping(quota, "spec", "hard") if key in _DEMANDED}
    for load in namespace.loads if demanded else ():
        workload = load.workload
        if "resources" in workload.spec or not _in_scope(quota, workload.spec):
            continue
        for where, container in workload.containers():
            stated = {side: container_amounts(container, side, namespace.defaults) for side in SIDES}
            missing = [key for key, (side, resource) in demanded.items() if resource not in stated[side]]
            if missing:
                message = (
                    f"the quota {name_of(quota)} demands {listed(missing)} of every container, and "
                    f"{text(container, 'name')} states none, so its pods are refused; state it, or give a "
                    "default by a LimitRange"
                )
                yield CHECK.error(workload.manifest, where / "resources", message)


def _exceeded(namespace: _Namespace, quota: Manifest) -> Iterator[Finding]:
    loads = [load for load in namespace.loads if _in_scope(quota, load.workload.spec)]
    for resource, hard in amounts(quota, "spec", "hard").items():
        if not _is_scoped(quota) and (other := namespace.counted.get(resource, 0)) > hard:
            shown = show_amount(resource, other)
            allowed = show_amount(resource, hard)
            message = f"{shown} is declared in {namespace.name} and {allowed} allowed; raise it to {shown}"
            yield CHECK.error(quota, FieldPath("spec", "hard", resource), message)
            continue
        yield from _pods_exceed(namespace, quota, loads, resource, hard)


def _pods_exceed(
    namespace: _Namespace, quota: Manifest, loads: list[_Load], resource: str, hard: int
) -> Iterator[Finding]:
    steady = sum(load.each.get(resource, 0) * load.count for load in loads)
    passing = max(loads, key=lambda load: load.each.get(resource, 0) * load.passing, default=None)
    if passing is None:
        return
    more = passing.each.get(resource, 0) * passing.passing
    needs, allowed = show_amount(resource, steady), show_amount(resource, hard)
    needed = show_amount(resource, steady + more)
    start = f"the pods of {namespace.name} need {needs} at their maximum and {allowed} is allowed"
    if steady > hard:
        largest = sorted(loads, key=lambda load: -load.each.get(resource, 0) * load.count)[:_SHOWN]
        most = listed(
            [
                f"{load.workload.name} {show_amount(resource, load.each.get(resource, 0) * load.count)}"
                for load in largest
            ]
        )
        message = f"{start}, so some are refused (the most: {most}); raise it to {needed}"
    elif steady + more > hard:
        what = "a run" if passing.workload.is_hook else "a rollout"
        message = (
            f"{start}, so {what} of {passing.workload.name} waits for "
            f"{show_amount(resource, more)} more; raise it to {needed}"
        )
    else:
        return
    yield CHECK.error(quota, FieldPath("spec", "hard", resource), message)


CHECK: Final = Check(
    id="quota",
    title="a ResourceQuota or LimitRange that rejects pods or claims of its namespace",
    description="The API server rejects pods beyond a quota; the only trace is an event on the ReplicaSet. A "
    "service runs with fewer pods, an autoscaler stops early, a rollout never finishes. Containers "
    "without a request or limit that the quota counts are rejected too, and so are containers, pods and "
    "claims outside a LimitRange.",
    example="kind: ResourceQuota\nspec: {hard: {pods: 5}}  # the namespace's workloads have 8",
    remediation="Size the quota for every workload at its maximum, and for one more pod during a rollout.",
    run=_quota,
)
