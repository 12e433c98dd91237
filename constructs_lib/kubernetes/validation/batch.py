"""Rules of Jobs and CronJobs.

Source: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/batch/validation/validation.go
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from constructs_lib.errors import shown
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest, integer, items, mapping, mappings, text
from constructs_lib.kubernetes.names import DNS_NAME
from constructs_lib.kubernetes.schedules import cron_faults, time_zone_faults
from constructs_lib.kubernetes.validation.labels import selects_template
from constructs_lib.kubernetes.validation.pods import mounted_volumes, restart_policy
from constructs_lib.kubernetes.validation.rule import (
    NOT_NEGATIVE,
    FieldFault,
    Rules,
    at_most_entries,
    between,
    exactly_one,
    label_key,
    messages,
    needs,
    one_of,
    one_of_or_default,
    since,
)

_MOST_RULES: Final = 20
_LONGEST_CONTROLLER: Final = 63
_INDEXED_FIELDS: Final = ("backoffLimitPerIndex", "maxFailedIndexes")
_TEMPLATE: Final = ("template", "spec")


def _job(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    is_indexed = text(spec, "completionMode") == "Indexed"
    if is_indexed:
        if spec.get("parallelism") is not None:  # without it, both have defaults
            yield from needs(where, spec, "completions", "with completionMode: Indexed")
    else:
        for field in _INDEXED_FIELDS:
            if spec.get(field) is not None:
                yield where / field, "requires completionMode: Indexed"
    most, completions = integer(spec, "maxFailedIndexes"), integer(spec, "completions")
    if most is not None and is_indexed:
        yield from needs(where, spec, "backoffLimitPerIndex", "with maxFailedIndexes")
        if completions is not None and most > completions:
            yield where / "maxFailedIndexes", f"must be at most completions ({completions}), got {most}"
    yield from _failure_policy(where, spec)


@since("1.31")
def _success_policy(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    if spec.get("successPolicy") is None:
        return
    if text(spec, "completionMode") != "Indexed":
        yield where / "successPolicy", "requires completionMode: Indexed"
    rules = list(mappings(spec, "successPolicy", "rules"))
    if len(rules) > _MOST_RULES:
        yield where / "successPolicy" / "rules", f"must hold at most {_MOST_RULES} entries, got {len(rules)}"
    for place, rule in rules:
        yield from _success_rule(where / "successPolicy" / "rules" / place, rule)


def _failure_policy(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    policy, pod = spec.get("podFailurePolicy"), mapping(spec, *_TEMPLATE)
    if not isinstance(policy, dict):
        return
    if text(pod, "restartPolicy") == "OnFailure":
        yield FieldPath(*where, *_TEMPLATE, "restartPolicy"), "must be Never with podFailurePolicy"
    if text(spec, "podReplacementPolicy") == "TerminatingOrFailed":
        yield where / "podReplacementPolicy", "must be Failed with podFailurePolicy"
    containers = {text(each, "name") for group in ("containers", "initContainers") for _, each in mappings(pod, group)}
    for place, rule in mappings(policy, "rules"):
        here = where / "podFailurePolicy" / "rules" / place
        if text(rule, "action") == "FailIndex" and spec.get("backoffLimitPerIndex") is None:
            yield here / "action", "FailIndex requires backoffLimitPerIndex"
        container = mapping(rule, "onExitCodes").get("containerName")
        if isinstance(container, str) and container not in containers:
            yield here / "onExitCodes" / "containerName", f"the pod has no container {shown(container)}"


def _failure_rule(where: FieldPath, rule: Manifest) -> Iterator[FieldFault]:
    found = {key: value or None for key, value in rule.items()}
    yield from exactly_one(where, found, ("onExitCodes", "onPodConditions"))


def _exit_codes(where: FieldPath, codes: Manifest) -> Iterator[FieldFault]:
    values = [value for value in items(codes, "values") if isinstance(value, int)]
    if 0 in values and text(codes, "operator") == "In":
        yield where / "values", "must not hold 0 with operator: In"
    elif values != sorted(set(values)):
        yield where / "values", "must be in ascending order, each value once"


def _success_rule(where: FieldPath, rule: Manifest) -> Iterator[FieldFault]:
    count = integer(rule, "succeededCount")
    if rule.get("succeededCount") is None and rule.get("succeededIndexes") is None:
        yield where, "must set succeededCount or succeededIndexes"
    elif count is not None and count < 0:
        yield where / "succeededCount", f"must be at least 0, got {count}"


def _template(where: FieldPath, template: Manifest) -> Iterator[FieldFault]:
    if mapping(template, "spec").get("selector") is not None:
        yield where / "spec" / "selector", "cannot be set for the Jobs of a CronJob; Kubernetes sets it"
    if mapping(template, "spec").get("manualSelector") is True:
        yield where / "spec" / "manualSelector", "cannot be true for the Jobs of a CronJob"


def _standalone(where: FieldPath, job: Manifest) -> Iterator[FieldFault]:
    spec = mapping(job, "spec")
    if spec.get("manualSelector") is True:
        yield from needs(where / "spec", spec, "selector", "with manualSelector: true")
        yield from selects_template(where / "spec", spec)
    elif mapping(spec, "selector", "matchLabels"):
        yield where / "spec" / "selector", "cannot be set without manualSelector: true; Kubernetes sets it"


def _schedule(value: str) -> Iterator[str]:
    # A time zone has a rule of its own.
    return messages(cron_faults("", value)) if value and "TZ" not in value else iter(())


@since("1.29")
def _no_zone(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    if "TZ" in text(spec, "schedule"):
        yield where / "schedule", f"{shown(text(spec, 'schedule'))} must not name a time zone; write it as timeZone"


def _time_zone(value: str) -> Iterator[str]:
    if not value:
        yield 'must not be empty; write it like "Europe/Berlin", or remove it'
    else:
        yield from messages(time_zone_faults("", value))


def _controller(value: str) -> Iterator[str]:
    """Yield the problem of the name of a controller, such as `example.com/queue`."""
    domain, slash, path = value.partition("/")
    if not slash or not path or not DNS_NAME.fits(domain) or len(value) > _LONGEST_CONTROLLER:
        yield f"{shown(value)} is not the name of a controller; write it like example.com/queue"


RULES: Final = Rules(
    fields={
        "batch.v1.CronJobSpec": {
            "schedule": _schedule,
            "timeZone": _time_zone,
            "concurrencyPolicy": one_of_or_default("Allow", "Forbid", "Replace"),
            "startingDeadlineSeconds": NOT_NEGATIVE,
            "successfulJobsHistoryLimit": NOT_NEGATIVE,
            "failedJobsHistoryLimit": NOT_NEGATIVE,
        },
        "batch.v1.JobSpec": {
            "activeDeadlineSeconds": NOT_NEGATIVE,
            "backoffLimit": NOT_NEGATIVE,
            "backoffLimitPerIndex": NOT_NEGATIVE,
            "completions": NOT_NEGATIVE,
            "maxFailedIndexes": between(0, 100_000),
            "parallelism": NOT_NEGATIVE,
            "ttlSecondsAfterFinished": NOT_NEGATIVE,
            "completionMode": one_of("NonIndexed", "Indexed"),
            "podReplacementPolicy": one_of("Failed", "TerminatingOrFailed"),
            "managedBy": since("1.32")(_controller),
        },
        "batch.v1.PodFailurePolicy": {"rules": at_most_entries(_MOST_RULES)},
        "batch.v1.PodFailurePolicyRule": {"action": one_of("FailJob", "FailIndex", "Ignore", "Count")},
        "batch.v1.PodFailurePolicyOnExitCodesRequirement": {
            "operator": one_of("In", "NotIn"),
            "values": at_most_entries(255),
        },
        "batch.v1.PodFailurePolicyOnPodConditionsPattern": {
            "type": label_key,
            "status": one_of_or_default("True", "False", "Unknown"),
        },
    },
    objects={
        "batch.v1.CronJobSpec": (_no_zone,),
        "batch.v1.Job": (_standalone,),
        "batch.v1.JobTemplateSpec": (_template,),
        "batch.v1.JobSpec": (
            mounted_volumes(*_TEMPLATE),
            restart_policy(*_TEMPLATE, allowed=("OnFailure", "Never")),
            _job,
            _success_policy,
        ),
        "batch.v1.PodFailurePolicyRule": (_failure_rule,),
        "batch.v1.PodFailurePolicyOnExitCodesRequirement": (_exit_codes,),
    },
    required={
        "batch.v1.Job": ("spec",),
        "batch.v1.CronJob": ("spec",),
        "batch.v1.JobTemplateSpec": ("spec",),
    },
    optional={
        "batch.v1.PodFailurePolicy": ("rules",),
        "batch.v1.PodFailurePolicyOnPodConditionsPattern": ("status",),
    },
    unchecked={"batch.v1.JobTemplateSpec": {"metadata": ""}},
)
