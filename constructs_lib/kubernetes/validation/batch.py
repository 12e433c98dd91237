"""Fields of Jobs and CronJobs.

Source: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/batch/validation/validation.go
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest, mapping, text
from constructs_lib.kubernetes.schedules import cron_faults, time_zone_faults
from constructs_lib.kubernetes.validation.values import FieldFault, at, choice, minimum

_CRON_NUMBERS: Final = ("startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit")
_JOB_NUMBERS: Final = (
    "activeDeadlineSeconds",
    "backoffLimit",
    "completions",
    "parallelism",
    "ttlSecondsAfterFinished",
)


def cron_job_faults(manifest: Manifest) -> Iterator[FieldFault]:
    """Yield the invalid values of a CronJob and of the Jobs that it creates."""
    where, spec = FieldPath("spec"), mapping(manifest, "spec")
    schedule, zone = text(spec, "schedule"), text(spec, "timeZone")
    # Older API servers accept a time zone in the schedule.
    if schedule and "TZ=" not in schedule:
        yield from at(where / "schedule", cron_faults("", schedule))
    if zone:
        yield from at(where / "timeZone", time_zone_faults("", zone))
    yield from choice(where, spec, "concurrencyPolicy", ("Allow", "Forbid", "Replace"))
    for field in _CRON_NUMBERS:
        yield from minimum(where, spec, field)
    yield from _job(where / "jobTemplate" / "spec", mapping(spec, "jobTemplate", "spec"))


def job_faults(manifest: Manifest) -> Iterator[FieldFault]:
    """Yield the invalid values of a Job."""
    yield from _job(FieldPath("spec"), mapping(manifest, "spec"))


def _job(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    for field in _JOB_NUMBERS:
        yield from minimum(where, spec, field)
