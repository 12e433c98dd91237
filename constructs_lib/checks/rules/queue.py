"""Queues that a worker reads and no service sends to, or the other way round.

Source: https://docs.celeryq.dev/en/stable/userguide/routing.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.world import World
from constructs_lib.errors import did_you_mean
from constructs_lib.kubernetes.annotations import CONSUMES, PRODUCES
from constructs_lib.kubernetes.celery_commands import after, celery, option, words
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import (
    Manifest,
    items,
    kind_of,
    mapping,
    mappings,
    namespace_of,
    text,
)
from constructs_lib.kubernetes.pod_owners import Workload

_Place: TypeAlias = tuple[Manifest, FieldPath]


def _queues(world: World) -> Iterator[Finding]:
    consumed: dict[str, list[_Place]] = {}
    declared: dict[str, list[_Place]] = {}
    for workload in world.workloads:
        for queue, where in queues_of(workload).items():
            consumed.setdefault(queue, []).append((workload.manifest, where))
        for queue in _annotated(workload.manifest, PRODUCES):
            where = FieldPath("metadata", "annotations", PRODUCES)
            declared.setdefault(queue, []).append((workload.manifest, where))
        yield from _contradiction(workload)
    for scaler in world.of_kind("ScaledObject", "ScaledJob"):
        yield from _triggers(world, scaler, consumed)
    for queue in sorted(declared.keys() - consumed.keys()):
        manifest, where = declared[queue][0]
        message = f"no worker reads queue {queue}, so its tasks pile up{_hint(queue, consumed)}"
        yield CHECK.absence(world, manifest, where, message)
    for queue in sorted(consumed.keys() - declared.keys()) if declared else ():
        manifest, where = consumed[queue][0]
        message = f"no service sends to queue {queue}, so its worker never receives a task{_hint(queue, declared)}"
        yield CHECK.absence(world, manifest, where, message)


def _hint(queue: str, known: Iterable[str]) -> str:
    return did_you_mean(queue, known) or "; declare a worker that reads it"


def queues_of(workload: Workload) -> dict[str, FieldPath]:
    """The queues that a workload reads, each with the path of the field that says so.

    The annotation counts, then `celery worker -Q`.
    """
    annotated = _annotated(workload.manifest, CONSUMES)
    if annotated:
        return dict.fromkeys(annotated, FieldPath("metadata", "annotations", CONSUMES))
    return {queue: where for queue, where in _commanded(workload).items() if "$" not in queue}


def _commanded(workload: Workload) -> dict[str, FieldPath]:
    """The queues that `celery worker -Q` names, variables among them."""
    found: dict[str, FieldPath] = {}
    for where, container in workload.containers("containers"):
        command = words(container)
        if celery(command) == "worker":
            named = option(after(command, "celery"), "-Q", "--queues")
            field = "args" if items(container, "args") else "command"
            found.update({queue.strip(): where / field for queue in named.split(",") if queue.strip()})
    return found


def _contradiction(workload: Workload) -> Iterator[Finding]:
    """An annotation and a command that don't name the same queues."""
    annotated, commanded = _annotated(workload.manifest, CONSUMES), _commanded(workload)
    if not annotated or not commanded or any("$" in queue for queue in commanded):
        return
    if set(annotated) != set(commanded):
        message = (
            f"its worker reads {', '.join(commanded)}, but {CONSUMES} says {', '.join(annotated)}; make them agree"
        )
        yield CHECK.error(workload.manifest, next(iter(commanded.values())), message)


def _annotated(manifest: Manifest, key: str) -> list[str]:
    return text(manifest, "metadata", "annotations", key).split()


def _triggers(world: World, scaler: Manifest, consumed: dict[str, list[_Place]]) -> Iterator[Finding]:
    target = mapping(scaler, "spec", "scaleTargetRef")
    kind = text(target, "kind") or "Deployment"
    workload = next(
        (
            workload
            for workload in world.workloads_in.get(namespace_of(scaler), ())
            if kind_of(scaler) == "ScaledObject" and (workload.kind, workload.name) == (kind, text(target, "name"))
        ),
        None,
    )
    own = queues_of(workload) if workload else {}
    for place, trigger in mappings(scaler, "spec", "triggers"):
        queue = text(trigger, "metadata", "queueName")
        if text(trigger, "type") != "rabbitmq" or not queue:
            continue
        where = FieldPath("spec", "triggers", place, "metadata", "queueName")
        if workload and own and queue not in own:
            message = (
                f"it scales {kind}/{workload.name} by the queue {queue}, which that doesn't read"
                f"{did_you_mean(queue, own)}"
            )
            yield CHECK.error(scaler, where, message)
        elif not own:
            consumed.setdefault(queue, []).append((scaler, where))


CHECK: Final = Check(
    id="queue",
    title="a queue that no worker reads, or that no service sends to",
    description="Tasks in a queue that no worker reads pile up. A worker on a queue without a sender never receives "
    "a task. A trigger on a queue of another worker scales at the wrong time. The check reads queues "
    f"from the annotations `{CONSUMES}` and `{PRODUCES}`, from "
    "`celery worker -Q`, and from KEDA's RabbitMQ triggers.",
    example=f"metadata:\n  annotations: {{{CONSUMES}: q.visoin}}  # the API sends to q.vision",
    remediation="Write the same name on both sides.",
    run=_queues,
)
