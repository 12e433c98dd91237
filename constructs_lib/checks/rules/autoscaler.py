"""Autoscalers that cannot work, or that another object undoes.

Source: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.world import World
from constructs_lib.errors import did_you_mean, nearest
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.kinds import SCALABLE, TEMPLATES
from constructs_lib.kubernetes.manifest import (
    Manifest,
    dig,
    integer,
    kind_of,
    mapping,
    mappings,
    namespace_of,
    subject_of,
    text,
)
from constructs_lib.kubernetes.pod_owners import Workload
from constructs_lib.kubernetes.pod_resources import SIDES, amounts, container_amounts, limit_range_defaults
from constructs_lib.kubernetes.validation.autoscaling import scaled_object_faults

_WITHOUT_SCALE: Final = tuple(kind for kind in TEMPLATES if kind not in SCALABLE)
_HANDED_OVER: Final = "scaledobject.keda.sh/transfer-hpa-ownership"


def _autoscalers(world: World) -> Iterator[Finding]:
    for (namespace, kind, name), scalers in world.scalers.items():
        target = world.get(namespace, kind, name)
        for scaler in scalers:
            if target is None or kind in _WITHOUT_SCALE:
                yield from _no_target(world, scaler, kind, name)
        for scaler in _rivals(scalers):
            message = f"{subject_of(scalers[0])} scales {kind}/{name} already, so the two undo each other; remove one"
            yield CHECK.error(scaler, FieldPath("spec", "scaleTargetRef"), message)
    for scaler in world.of_kind("ScaledObject"):
        yield from (CHECK.error(scaler, field, message) for field, message in scaled_object_faults(scaler))
    for workload in world.workloads:
        if workload.scalers and workload.kind in SCALABLE:
            yield from _fixed_replicas(workload)
            for scaler in workload.scalers:
                yield from _unmeasured(world, workload, scaler)


def _rivals(scalers: tuple[Manifest, ...]) -> tuple[Manifest, ...]:
    if any(mapping(scaler, "metadata", "annotations").get(_HANDED_OVER) == "true" for scaler in scalers):
        return ()
    return scalers[1:]


def _no_target(world: World, scaler: Manifest, kind: str, name: str) -> Iterator[Finding]:
    if kind in _WITHOUT_SCALE:
        message = f"a {kind} has no number of replicas to scale, so the autoscaler does nothing; remove it"
        yield CHECK.error(scaler, FieldPath("spec", "scaleTargetRef", "kind"), message)
        return
    if kind not in SCALABLE or not name:
        return  # a custom resource with a scale of its own
    namespace = namespace_of(scaler)
    hint = nearest(name, world.names(namespace, kind)) or "; correct the target"
    message = f"{kind} {name} does not exist in namespace {namespace}, so the autoscaler scales nothing{hint}"
    yield CHECK.absence(world, scaler, FieldPath("spec", "scaleTargetRef", "name"), message)


def _fixed_replicas(workload: Workload) -> Iterator[Finding]:
    count = integer(workload.manifest, "spec", "replicas")
    if count:  # 0 switches the autoscaler off
        message = (
            f"every apply sets replicas to {count} again and overrides {subject_of(workload.scalers[0])}; "
            "leave replicas out"
        )
        yield CHECK.error(workload.manifest, FieldPath("spec", "replicas"), message)


def _unmeasured(world: World, workload: Workload, scaler: Manifest) -> Iterator[Finding]:
    for where, resource, only in _shares(scaler):
        if only and only not in {text(container, "name") for _, container in workload.containers()}:
            known = {text(container, "name") for _, container in workload.containers("containers")}
            message = f"{workload.kind}/{workload.name} has no container {only}{did_you_mean(only, known)}"
            yield CHECK.error(scaler, where, message)
            continue
        defaults = limit_range_defaults(world.in_namespace.get((workload.namespace, "LimitRange"), ()))
        lacking = [
            text(container, "name")
            for path, container in workload.containers()
            if ("initContainers" not in path or text(container, "restartPolicy") == "Always")
            and only in ("", text(container, "name"))
            and resource not in container_amounts(container, "requests", defaults)
        ]
        if lacking and not any(resource in amounts(workload.spec, "resources", side) for side in SIDES):
            message = (
                f"the metric is a percentage of the {resource} request, and container {lacking[0]} of "
                f"{workload.kind}/{workload.name} has none, so it never scales; add the request"
            )
            yield CHECK.error(scaler, where, message)


def _shares(scaler: Manifest) -> Iterator[tuple[FieldPath, str, str]]:
    """Metrics that are a share of a request: field, resource, and the container where only one is meant."""
    if kind_of(scaler) == "ScaledObject":
        for place, trigger in mappings(scaler, "spec", "triggers"):
            kind = text(trigger, "type")
            measure = text(trigger, "metricType") or text(trigger, "metadata", "type") or "Utilization"
            if kind in ("cpu", "memory") and measure == "Utilization":
                yield FieldPath("spec", "triggers", place), kind, text(trigger, "metadata", "containerName")
        return
    if integer(scaler, "spec", "targetCPUUtilizationPercentage") is not None:
        yield FieldPath("spec", "targetCPUUtilizationPercentage"), "cpu", ""
    elif not dig(scaler, "spec", "metrics"):
        yield FieldPath("spec", "metrics"), "cpu", ""  # the default: 80 % of CPU
    for place, metric in mappings(scaler, "spec", "metrics"):
        for field in ("resource", "containerResource"):
            source = mapping(metric, field)
            share = dig(source, "target", "averageUtilization") or source.get("targetAverageUtilization")
            if share is not None and text(source, "name") in ("cpu", "memory"):
                yield FieldPath("spec", "metrics", place, field), text(source, "name"), text(source, "container")


CHECK: Final = Check(
    id="autoscaler",
    title="an autoscaler that cannot work, or that another object overrides",
    description="An autoscaler never scales without its target, or without the request that its metric is a "
    "percentage of. Two autoscalers of one target override each other. Every apply resets a `replicas` "
    "that is set beside an autoscaler.",
    example="kind: Deployment\nspec: {replicas: 5}\n---\nkind: HorizontalPodAutoscaler\n"
    "spec: {minReplicas: 5, maxReplicas: 8}",
    remediation="Name the right target, set the request of every container, keep one autoscaler, and remove "
    "`replicas`.",
    run=_autoscalers,
)
