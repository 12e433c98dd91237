"""Changes of immutable fields, compared with the file that a synth is about to replace.

Sources: https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#update-strategies and
https://kubernetes.io/docs/concepts/storage/persistent-volumes/
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from constructs_lib.errors import Fault
from constructs_lib.kubernetes.manifest import Manifest, dig, kind_of, mapping, subject_of
from constructs_lib.kubernetes.quantities import parse_quantity
from constructs_lib.kubernetes.yaml_reader import YamlError, read_documents

_CHANGEABLE: Final[Mapping[str, Sequence[str]]] = {
    "StatefulSet": (
        *("replicas", "template", "updateStrategy", "persistentVolumeClaimRetentionPolicy"),
        *("minReadySeconds", "ordinals", "revisionHistoryLimit"),
    ),
    "PersistentVolumeClaim": ("volumeAttributesClassName",),
}
"""Fields of the spec that can be changed; all others are immutable."""

_FIXED: Final[Mapping[str, Sequence[str]]] = {
    "Deployment": ("selector",),
    "DaemonSet": ("selector",),
    "Job": ("selector", "template", "completions", "completionMode"),
}
"""Immutable fields of the spec; all others can be changed."""

_WAYS_OUT: Final = {
    "StatefulSet": "delete the object with --cascade=orphan, which keeps its pods and claims, "
    "and remove it from {file}",
    "PersistentVolumeClaim": "give the new claim another name",
}
_OTHER_WAY_OUT: Final = "delete the object in the cluster, and remove it from {file}"
_KIND: Final = re.compile(rf"^kind: ({'|'.join((*_CHANGEABLE, *_FIXED))})$", re.MULTILINE)
_STORAGE: Final = ".resources.requests.storage"


def immutable_faults(path: Path, text: str, manifests: Iterable[Manifest]) -> Iterator[Fault]:
    """Yield a fault for each immutable field that would change; none if the file does not exist.

    Args:
        path: the file.
        text: what is to be written into it.
        manifests: the same as objects.
    """
    before = _documents(path.read_text(encoding="utf-8")) - _documents(text) if path.is_file() else set()
    fixed = sorted(document for document in before if _KIND.search(document))
    if not fixed:
        return
    after = {subject_of(manifest): manifest for manifest in manifests}
    for old in _read(fixed):
        new = after.get(subject_of(old))
        for field, was, becomes in _changes(old, new) if new is not None else ():
            way_out = _WAYS_OUT.get(kind_of(old), _OTHER_WAY_OUT).format(file=os.path.relpath(path))
            yield Fault(
                f"{subject_of(old)}",
                f"spec.{field} cannot be changed from {_said(was)} to {_said(becomes)}, because "
                f"the API server rejects it; undo the change, or {way_out}",
            )


def _documents(text: str) -> set[str]:
    return set(text.removesuffix("\n").split("\n---\n"))


def _read(documents: Iterable[str]) -> Iterator[Manifest]:
    for document in documents:
        try:
            yield from (read.data for read in read_documents(document) if isinstance(read.data, dict))
        except YamlError:
            continue  # no objects that were ever applied


def _changes(old: Manifest, new: Manifest) -> Iterator[tuple[str, Any, Any]]:
    kind = kind_of(old)
    # What Argo CD makes anew in each sync may change.
    if kind == "Job" and dig(new, "metadata", "annotations", "argocd.argoproj.io/hook"):
        return
    specs = mapping(old, "spec"), mapping(new, "spec")
    fields = _FIXED.get(kind) or sorted({*specs[0], *specs[1]} - {*_CHANGEABLE[kind]})
    for field in fields:
        for place, was, becomes in _differences(field, *(spec.get(field) for spec in specs)):
            if not (f".{place}".endswith(_STORAGE) and _may_become(kind, was, becomes)):
                yield place, was, becomes


def _differences(place: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:
    """Each value that differs, however deep, with its place."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new}):
            yield from _differences(f"{place}.{key}", old.get(key), new.get(key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, pair in enumerate(zip(old, new, strict=True)):
            yield from _differences(f"{place}[{index}]", *pair)
    elif old != new:
        yield place, old, new


def _said(value: object) -> str:
    return "nothing" if value is None else repr(value)


def _may_become(kind: str, was: object, becomes: object) -> bool:
    """The same amount in other words; of a claim itself also a larger one, which its class may allow."""
    try:
        old, new = parse_quantity(str(was)), parse_quantity(str(becomes))
    except ValueError:
        return False
    return new == old or (kind == "PersistentVolumeClaim" and new > old)
