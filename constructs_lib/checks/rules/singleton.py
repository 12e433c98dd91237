"""Processes and volumes that only one pod may have.

Source: https://docs.celeryq.dev/en/stable/userguide/periodic-tasks.html#starting-the-scheduler
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.world import World
from constructs_lib.checks.scheduling.capacity import surge_pods
from constructs_lib.kubernetes.celery_commands import celery, words
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.kinds import INTERCHANGEABLE
from constructs_lib.kubernetes.manifest import (
    items,
    mappings,
    text,
)
from constructs_lib.kubernetes.pod_owners import Workload


def _singletons(world: World) -> Iterator[Finding]:
    for workload in world.workloads:
        for where, container in workload.containers("containers"):
            yield from _beats(workload, where, words(container))
        if workload.kind in INTERCHANGEABLE:
            yield from _shared_claims(world, workload)


def _beats(workload: Workload, where: FieldPath, command: tuple[str, ...]) -> Iterator[Finding]:
    program = celery(command)
    embedded = program == "worker" and bool({"-B", "--beat"} & set(command))
    if program != "beat" and not embedded:
        return
    what = "the beat within the worker (-B)" if embedded else "the beat"
    manifest = workload.manifest
    if workload.max_replicas > 1:
        field = where if embedded or workload.scalers else FieldPath("spec", "replicas")
        remediation = "remove what scales it" if workload.scalers else "set replicas: 1"
        remediation = "give the beat a Deployment of its own" if embedded else remediation
        message = (
            f"{what} runs in up to {workload.max_replicas} pods, so each task is sent that many times; {remediation}"
        )
        yield CHECK.error(manifest, field, message)
    elif workload.kind == "Deployment" and text(manifest, "spec", "strategy", "type") != "Recreate":
        message = f"a rolling update runs {what} twice, so tasks are sent twice; set strategy: {{type: Recreate}}"
        yield CHECK.error(manifest, FieldPath("spec", "strategy"), message)


def _shared_claims(world: World, workload: Workload) -> Iterator[Finding]:
    for place, volume in mappings(workload.spec, "volumes"):
        name = text(volume, "persistentVolumeClaim", "claimName")
        claim = world.get(workload.namespace, "PersistentVolumeClaim", name) if name else None
        modes = items(claim, "spec", "accessModes")
        if not modes or not set(map(str, modes)) <= {"ReadWriteOnce", "ReadWriteOncePod"}:
            continue
        where = workload.path / "volumes" / place / "persistentVolumeClaim" / "claimName"
        if workload.max_replicas > 1:
            message = (
                f"up to {workload.max_replicas} pods share the claim {name}, which one node at a time can mount "
                f"({modes[0]}): pods on other nodes never start; use a StatefulSet with claim templates"
            )
            yield CHECK.error(workload.manifest, where, message)
        elif workload.kind == "Deployment" and workload.max_replicas == 1 and surge_pods(workload, 1)[0]:
            message = (
                f"in a rolling update the new pod waits for the claim {name} ({modes[0]}) while the old one holds it, "
                "forever if it is on another node; set strategy: {type: Recreate}"
            )
            yield CHECK.warning(workload.manifest, where, message)


CHECK: Final = Check(
    id="singleton",
    title="more than one replica of something that must run once",
    description="Two Celery beats send every task twice. Only one node at a time can mount a ReadWriteOnce claim: "
    "if several pods of a Deployment share it, the pods on other nodes never start.",
    example="kind: Deployment\nspec:\n  replicas: 2\n  template: {spec: {containers: [{args: [celery, beat]}]}}",
    remediation="Run the beat alone, with one replica and `strategy: {type: Recreate}`. Give each pod its own claim.",
    run=_singletons,
)
