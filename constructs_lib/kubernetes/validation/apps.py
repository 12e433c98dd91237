"""Rules of Deployments, StatefulSets and the other workloads that keep pods running.

Source: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/apps/validation/validation.go
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest, integer, mapping, text
from constructs_lib.kubernetes.names import DNS_LABEL, form_faults
from constructs_lib.kubernetes.rolling_updates import both_zero, deadline_faults, update_bound_faults
from constructs_lib.kubernetes.validation.labels import selects_template, selects_template_by_labels
from constructs_lib.kubernetes.validation.pods import mounted_volumes, no_deadline, restart_policy
from constructs_lib.kubernetes.validation.rule import (
    NOT_NEGATIVE,
    FieldFault,
    FieldRule,
    Rules,
    at,
    messages,
    one_of_or_default,
    since,
)

_DEFAULT_BOUND: Final = "25%"
_DEFAULT_DEADLINE: Final = 600
_ROLLING: Final = "RollingUpdate"
_TEMPLATE: Final = ("template", "spec")


def _bound(*, is_share: bool) -> FieldRule:
    return lambda value: messages(update_bound_faults("", value, is_share=is_share))


def _deadline(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    deadline, ready = integer(spec, "progressDeadlineSeconds"), integer(spec, "minReadySeconds") or 0
    field = "minReadySeconds" if deadline is None else "progressDeadlineSeconds"
    yield from at(where / field, deadline_faults("", _DEFAULT_DEADLINE if deadline is None else deadline, ready))


def _without_rolling(kind: str, where: FieldPath, strategy: Manifest) -> Iterator[FieldFault]:
    if text(strategy, "type") == kind and strategy.get("rollingUpdate") is not None:
        yield where / "rollingUpdate", f"cannot be set with type: {kind}; remove it, or write type: RollingUpdate"


def _deployment_strategy(where: FieldPath, strategy: Manifest) -> Iterator[FieldFault]:
    yield from _without_rolling("Recreate", where, strategy)
    if text(strategy, "type") != "Recreate":
        bounds = mapping(strategy, "rollingUpdate")
        surge, unavailable = (_given(bounds, field, _DEFAULT_BOUND) for field in ("maxSurge", "maxUnavailable"))
        yield from at(where / "rollingUpdate", both_zero("", surge, unavailable))


def _daemon_strategy(where: FieldPath, strategy: Manifest) -> Iterator[FieldFault]:
    if text(strategy, "type") == "OnDelete":
        return
    bounds = mapping(strategy, "rollingUpdate")
    surge, unavailable = _given(bounds, "maxSurge", 0), _given(bounds, "maxUnavailable", 1)
    if _is_zero(surge) and _is_zero(unavailable):
        yield where / "rollingUpdate" / "maxUnavailable", "cannot be 0 if maxSurge is 0"
    elif not _is_zero(surge) and not _is_zero(unavailable):
        yield where / "rollingUpdate" / "maxSurge", "requires maxUnavailable: 0"


def _set_strategy(where: FieldPath, strategy: Manifest) -> Iterator[FieldFault]:
    # The API server drops maxUnavailable unless a feature gate is on.
    yield from _without_rolling("OnDelete", where, strategy)


def _given(bounds: Manifest, field: str, default: object) -> object:
    value = bounds.get(field)
    return default if value is None else value


def _is_zero(bound: object) -> bool:
    return str(bound).removesuffix("%").strip("0") == "" and str(bound) != ""


def _revision(where: FieldPath, revision: Manifest) -> Iterator[FieldFault]:
    if "data" in revision and not isinstance(revision["data"], dict):
        yield where / "data", "must be a mapping"


def _selector_of_labels(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    if not spec.get("selector") and not mapping(spec, "template", "metadata", "labels"):
        yield where / "selector", "is required, or labels in the template"


@since("1.33")
def _service_name(value: str) -> Iterator[str]:
    if value:
        yield from messages(form_faults("", value, "Service name", DNS_LABEL))


_OWNER: Final = (mounted_volumes(*_TEMPLATE), restart_policy(*_TEMPLATE), no_deadline(*_TEMPLATE))
_NUMBERS: Final = {"replicas": NOT_NEGATIVE, "minReadySeconds": NOT_NEGATIVE, "revisionHistoryLimit": NOT_NEGATIVE}

RULES: Final = Rules(
    fields={
        "apps.v1.DeploymentSpec": {**_NUMBERS, "progressDeadlineSeconds": NOT_NEGATIVE},
        "apps.v1.ReplicaSetSpec": _NUMBERS,
        "apps.v1.DaemonSetSpec": _NUMBERS,
        "apps.v1.StatefulSetSpec": {
            "replicas": NOT_NEGATIVE,
            "minReadySeconds": NOT_NEGATIVE,
            "serviceName": _service_name,
            "podManagementPolicy": one_of_or_default("OrderedReady", "Parallel"),
        },
        "core.v1.ReplicationControllerSpec": _NUMBERS,
        "apps.v1.DeploymentStrategy": {"type": one_of_or_default(_ROLLING, "Recreate")},
        "apps.v1.RollingUpdateDeployment": {
            "maxSurge": _bound(is_share=False),
            "maxUnavailable": _bound(is_share=True),
        },
        "apps.v1.DaemonSetUpdateStrategy": {"type": one_of_or_default(_ROLLING, "OnDelete")},
        "apps.v1.RollingUpdateDaemonSet": {"maxSurge": _bound(is_share=True), "maxUnavailable": _bound(is_share=True)},
        "apps.v1.StatefulSetUpdateStrategy": {"type": one_of_or_default(_ROLLING, "OnDelete")},
        "apps.v1.RollingUpdateStatefulSetStrategy": {"partition": NOT_NEGATIVE},
        "apps.v1.ControllerRevision": {"revision": NOT_NEGATIVE},
        "apps.v1.StatefulSetOrdinals": {"start": NOT_NEGATIVE},
        "apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy": {
            "whenDeleted": one_of_or_default("Retain", "Delete"),
            "whenScaled": one_of_or_default("Retain", "Delete"),
        },
    },
    objects={
        "apps.v1.DeploymentSpec": (selects_template, *_OWNER, _deadline),
        "apps.v1.ReplicaSetSpec": (selects_template, *_OWNER),
        "apps.v1.DaemonSetSpec": (selects_template, *_OWNER),
        "apps.v1.StatefulSetSpec": (selects_template, *_OWNER),
        "core.v1.ReplicationControllerSpec": (selects_template_by_labels, _selector_of_labels, *_OWNER),
        "apps.v1.ControllerRevision": (_revision,),
        "apps.v1.DeploymentStrategy": (_deployment_strategy,),
        "apps.v1.DaemonSetUpdateStrategy": (_daemon_strategy,),
        "apps.v1.StatefulSetUpdateStrategy": (_set_strategy,),
    },
    required={
        "apps.v1.Deployment": ("spec",),
        "apps.v1.ReplicaSet": ("spec",),
        "apps.v1.DaemonSet": ("spec",),
        "apps.v1.StatefulSet": ("spec",),
        "core.v1.ReplicationController": ("spec",),
        "apps.v1.ReplicaSetSpec": ("template",),
        "core.v1.ReplicationControllerSpec": ("template",),
        "apps.v1.ControllerRevision": ("data",),
    },
    # The API server requires no name of a Service, although older schemas do.
    optional={"apps.v1.StatefulSetSpec": ("serviceName",), "apps.v1.ControllerRevision": ("revision",)},
    # Older API servers look at the pods that the StatefulSet creates, and reject those.
    unchecked={"apps.v1.StatefulSetSpec": {"template": "1.35", "volumeClaimTemplates": "1.35"}},
)
