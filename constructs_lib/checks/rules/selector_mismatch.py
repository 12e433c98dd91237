"""Selectors that select nothing.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.validity import invalid_fields, is_selector
from constructs_lib.checks.engine.world import World
from constructs_lib.checks.network.operators import operator_outputs
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.label_selectors import describe, matches
from constructs_lib.kubernetes.manifest import (
    Manifest,
    items,
    mapping,
    namespace_of,
    text,
    texts,
)
from constructs_lib.kubernetes.validation.labels import selects_template
from constructs_lib.kubernetes.well_known import API_SERVER_LABELS, CLUSTERS_OWN

_SELECTOR: Final = FieldPath("spec", "selector")


def _mismatches(world: World) -> Iterator[Finding]:
    yield from _own_selectors(world)
    made: dict[str, list[Mapping[str, str]]] = {}
    for manifest, what in operator_outputs(world):
        made.setdefault(namespace_of(manifest), []).extend(what.pods)
    for manifest, where, selector, effect in _pod_selectors(world):
        namespace = namespace_of(manifest)
        if namespace in CLUSTERS_OWN or _selects_pods(world, namespace, selector, made):
            continue
        hint = _nearest(selector, [workload.labels for workload in world.workloads_in.get(namespace, ())])
        message = f"no pod in {namespace} carries {describe(selector)}, so {effect}{hint}"
        yield CHECK.absence(world, manifest, where, message)
    yield from _monitors(world)


def _own_selectors(world: World) -> Iterator[Finding]:
    for manifest, fault, is_certain, _ in invalid_fields(world):
        if is_selector(manifest, fault) and is_certain:
            yield CHECK.error(manifest, fault.field, fault.message)
    for rollout in world.of_kind("Rollout"):
        spec = mapping(rollout, "spec")
        if "workloadRef" in spec:
            continue
        faults = selects_template(FieldPath("spec"), spec) if spec.get("selector") else [(_SELECTOR, "is required")]
        yield from (CHECK.error(rollout, field, message) for field, message in faults)


def _pod_selectors(world: World) -> Iterator[tuple[Manifest, FieldPath, Mapping[str, object], str]]:
    """Objects that select pods of their namespace: field, selector and what an empty selection means."""
    for service in world.of_kind("Service"):
        selector = mapping(service, "spec", "selector")
        if selector and text(service, "spec", "type") != "ExternalName":
            plain = {"matchLabels": selector}
            yield service, FieldPath("spec", "selector"), plain, "connections to the Service are refused"
    for budget in world.of_kind("PodDisruptionBudget"):
        selector = mapping(budget, "spec", "selector")
        if selector:
            yield budget, FieldPath("spec", "selector"), selector, "the budget protects nothing"
    for policy in world.of_kind("NetworkPolicy"):
        selector = mapping(policy, "spec", "podSelector")
        if selector:
            yield policy, FieldPath("spec", "podSelector"), selector, "the policy applies to nothing"
    for monitor in world.of_kind("PodMonitor"):
        selector = mapping(monitor, "spec", "selector")
        if selector and not mapping(monitor, "spec", "namespaceSelector"):
            yield monitor, FieldPath("spec", "selector"), selector, "nothing is scraped"


def _selects_pods(world: World, namespace: str, selector: object, made: Mapping[str, list[Mapping[str, str]]]) -> bool:
    return bool(
        world.selected(namespace, selector)
        or world.existing_pods(namespace, selector)
        or any(matches(selector, labels) for labels in made.get(namespace, ()))
    )


def _nearest(selector: object, candidates: Sequence[Mapping[str, str]]) -> str:
    """The hint at the pods that carry all wanted labels but one, with another value."""
    wanted = texts(selector, "matchLabels")
    for labels in candidates:
        wrong = [key for key, value in wanted.items() if labels.get(key) != value]
        if len(wrong) == 1 and wrong[0] in labels and (len(wanted) > 1 or len(candidates) == 1):
            return f"; did you mean {wrong[0]}={labels[wrong[0]]}?"
    return "; correct the selector or the labels"


def _monitors(world: World) -> Iterator[Finding]:
    existing = {service.namespace for service in world.existing.services}
    for monitor in world.of_kind("ServiceMonitor"):
        selector = mapping(monitor, "spec", "selector")
        if not selector or selected_services(world, monitor):
            continue
        namespaces = monitored_namespaces(monitor)
        if namespaces is None or existing & namespaces or CLUSTERS_OWN & namespaces:
            continue  # the labels of Services that exist aren't known
        if "default" in namespaces and matches(selector, API_SERVER_LABELS):
            continue
        candidates = [texts(s, "metadata", "labels") for n in namespaces for s in services_in(world, n)]
        where = ", ".join(sorted(namespaces))
        hint = _nearest(selector, candidates)
        message = f"no Service in {where} carries {describe(selector)}, so nothing is scraped{hint}"
        yield CHECK.absence(world, monitor, FieldPath("spec", "selector"), message)


def monitored_namespaces(monitor: Manifest) -> frozenset[str] | None:
    """Return the namespaces whose Services a ServiceMonitor selects; None for all."""
    chosen = mapping(monitor, "spec", "namespaceSelector")
    if chosen.get("any") is True:
        return None
    names = [name for name in items(chosen, "matchNames") if isinstance(name, str)]
    return frozenset(names or [namespace_of(monitor)])


def services_in(world: World, namespace: str) -> tuple[Manifest, ...]:
    """The Services of a namespace."""
    return world.in_namespace.get((namespace, "Service"), ())


def selected_services(world: World, monitor: Manifest) -> list[Manifest]:
    """The Services that a ServiceMonitor scrapes."""
    selector, namespaces = mapping(monitor, "spec", "selector"), monitored_namespaces(monitor)
    if namespaces is None:
        services = list(world.of_kind("Service"))
    else:
        services = [service for name in namespaces for service in services_in(world, name)]
    return [service for service in services if matches(selector, texts(service, "metadata", "labels"))]


CHECK: Final = Check(
    id="selector-mismatch",
    title="a selector that selects nothing",
    description="The API server rejects a workload whose selector does not match its own pods. A Service that "
    "selects no pod refuses connections. A PodDisruptionBudget, NetworkPolicy or monitor that selects "
    "nothing has no effect, and no event says so.",
    example="kind: Service\nspec:\n  selector: {app: wast-api}  # the pods carry app: waste-api",
    remediation="Write the same labels on both sides. Declare pods that an operator creates behind an existing "
    "Service.",
    run=_mismatches,
)
