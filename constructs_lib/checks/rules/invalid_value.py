"""Values that the API server rejects: schedules, ports, numbers, paths and address ranges.

Source: https://github.com/kubernetes/kubernetes/tree/master/pkg/apis (the `validation` package of each API group)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.world import World
from constructs_lib.kubernetes.manifest import Manifest
from constructs_lib.kubernetes.validation.apps import workload_faults
from constructs_lib.kubernetes.validation.autoscaling import autoscaler_faults, scaled_object_faults
from constructs_lib.kubernetes.validation.batch import cron_job_faults, job_faults
from constructs_lib.kubernetes.validation.networking import ingress_faults, policy_faults, service_faults
from constructs_lib.kubernetes.validation.pods import pod_faults
from constructs_lib.kubernetes.validation.storage import claim_faults, claim_template_faults
from constructs_lib.kubernetes.validation.values import FieldFault

_Validation = Callable[[Manifest], Iterable[FieldFault]]

_VALIDATIONS: Final[Mapping[str, tuple[_Validation, ...]]] = {
    "CronJob": (cron_job_faults,),
    "DaemonSet": (workload_faults,),
    "Deployment": (workload_faults,),
    "HorizontalPodAutoscaler": (autoscaler_faults,),
    "Ingress": (ingress_faults,),
    "Job": (job_faults,),
    "NetworkPolicy": (policy_faults,),
    "PersistentVolumeClaim": (claim_faults,),
    "ReplicaSet": (workload_faults,),
    "ReplicationController": (workload_faults,),
    "Rollout": (workload_faults,),
    "ScaledObject": (scaled_object_faults,),
    "Service": (service_faults,),
    "StatefulSet": (workload_faults, claim_template_faults),
}


def _findings(world: World) -> Iterator[Finding]:
    for kind, validations in _VALIDATIONS.items():
        for manifest in world.of_kind(kind):
            for validation in validations:
                yield from _found(manifest, validation(manifest))
    for workload in world.workloads:
        yield from _found(workload.manifest, pod_faults(workload.path, workload.spec))


def _found(manifest: Manifest, faults: Iterable[FieldFault]) -> Iterator[Finding]:
    return (CHECK.error(manifest, field, message) for field, message in faults)


CHECK: Final = Check(
    id="invalid-value",
    title="a value that the API server rejects",
    description="The API server rejects the object. For example, a CronJob whose schedule has the hour 24 is never "
    "created.",
    example='kind: CronJob\nspec: {schedule: "0 24 * * *"}',
    remediation="Write a value within the range and in the form that the message states.",
    run=_findings,
)
