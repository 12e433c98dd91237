"""A common view of the kinds that create pods, including Argo's Rollout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.kinds import CONTROLLERS_LABELS, RUN_TO_COMPLETION, TEMPLATES
from constructs_lib.kubernetes.manifest import (
    Manifest,
    integer,
    kind_of,
    mapping,
    mappings,
    name_of,
    namespace_of,
    subject_of,
    texts,
)

DEFAULT_KEDA_MAXIMUM: Final = 100
_HOOKS: Final = ("helm.sh/hook", "argocd.argoproj.io/hook")


@dataclass(frozen=True, eq=False)
class Workload:
    """An object that creates pods.

    Args:
        manifest: the object.
        kind: kind of the workload, such as `Deployment`.
        namespace: where its pods run.
        name: the object's name.
        path: where the pods' spec stands in the manifest: `spec.template.spec`.
        spec: the pods' spec.
        labels: the pods' labels.
        annotations: the pods' annotations.
        replicas: how many pods there are when nothing is going on: the scaler's minimum where one scales it.
            Of a DaemonSet it is 1 (a node), of a Job what runs at once.
        max_replicas: how many there can be: the scaler's maximum.
        scalers: HorizontalPodAutoscalers and ScaledObjects that name it as their target.
        elsewhere: paths of fields of the pods' spec that don't stand below `path`.
    """

    manifest: Manifest
    kind: str
    namespace: str
    name: str
    path: FieldPath
    spec: Manifest
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    replicas: int
    max_replicas: int
    scalers: tuple[Manifest, ...] = ()
    elsewhere: Mapping[str, FieldPath] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """The object as people write it: `async/Deployment/vision-worker`."""
        return subject_of(self.manifest)

    @property
    def template_path(self) -> FieldPath:
        """The path of the pods' template: `spec.template`; empty for a Pod."""
        return FieldPath(*TEMPLATES.get(self.kind, ()))

    def where(self, *field: str) -> FieldPath:
        """Return the path in the manifest of a field of the pods' spec: `spec.template.spec.nodeSelector`."""
        first, *rest = field
        return FieldPath(*self.elsewhere.get(first, self.path / first), *rest)

    @property
    def is_hook(self) -> bool:
        """Return True if Helm or Argo CD runs it at a moment of its own, such as a migration or a test."""
        return any(key in mapping(self.manifest, "metadata", "annotations") for key in _HOOKS)

    @property
    def ends(self) -> bool:
        """Return True if its pods end when their work is done, so that no Service means them."""
        return self.kind in RUN_TO_COMPLETION or self.is_hook

    def added_labels(self, wanted: Mapping[str, str]) -> dict[str, str]:
        """Return the wanted labels that the workload's controller adds to its pods."""
        return {
            key: value
            for key, value in wanted.items()
            if self.kind in CONTROLLERS_LABELS.get(key, ()) and self._may_add(key, value)
        }

    def _may_add(self, key: str, value: str) -> bool:
        if key.endswith("/pod-name"):
            return value.rpartition("-")[0] == self.name
        if key.endswith("job-name"):
            return value.startswith(self.name)
        return True

    def containers(self, *lists: str) -> Iterator[tuple[FieldPath, Manifest]]:
        """The containers with the path of each: `("spec.template.spec.containers[0]", {...})`.

        Args:
            lists: `containers`, `initContainers` or `ephemeralContainers`; the first two by default.
        """
        for key in lists or ("initContainers", "containers"):
            for place, container in mappings(self.spec, key):
                yield self.path / key / place, container


def workload_of(manifest: Manifest, scalers: tuple[Manifest, ...] = ()) -> Workload:
    """The view of an object whose kind is in `TEMPLATES`."""
    kind = kind_of(manifest)
    template = mapping(manifest, *TEMPLATES[kind])
    baseline = _own_replicas(manifest, kind)
    bounds = [scaler_bounds(scaler) for scaler in scalers]
    return Workload(
        manifest=manifest,
        kind=kind,
        namespace=namespace_of(manifest),
        name=name_of(manifest),
        path=FieldPath(*TEMPLATES[kind], "spec"),
        spec=mapping(template, "spec"),
        labels=texts(template, "metadata", "labels"),
        annotations=texts(template, "metadata", "annotations"),
        replicas=max((low for low, _ in bounds), default=baseline),
        max_replicas=max((high for _, high in bounds), default=baseline),
        scalers=scalers,
    )


def scaler_bounds(scaler: Manifest) -> tuple[int, int]:
    """Minimum and maximum of a HorizontalPodAutoscaler or ScaledObject, with the defaults of each.

    Source: https://keda.sh/docs/latest/reference/scaledobject-spec/
    """
    if kind_of(scaler) == "ScaledObject":
        low, high = integer(scaler, "spec", "minReplicaCount"), integer(scaler, "spec", "maxReplicaCount")
        return (low or 0, DEFAULT_KEDA_MAXIMUM if high is None else high)
    low, high = integer(scaler, "spec", "minReplicas"), integer(scaler, "spec", "maxReplicas")
    least = 1 if low is None else low
    return least, least if high is None else high


def _own_replicas(manifest: Manifest, kind: str) -> int:
    if kind in ("Pod", "DaemonSet"):
        return 1
    if kind in RUN_TO_COMPLETION:
        job = mapping(manifest, *TEMPLATES[kind][:-1])
        count = integer(job, "parallelism")
        completions = integer(job, "completions")
        count = 1 if count is None else count
        return count if completions is None else min(count, completions)
    count = integer(manifest, "spec", "replicas")
    return 1 if count is None else count
