"""Faults of an object that the API server rejects: in its fields, their values, and its metadata.

Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Final

from constructs_lib.errors import wrong_type
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.kinds import TEMPLATES
from constructs_lib.kubernetes.manifest import Manifest, dig, group_of, kind_of
from constructs_lib.kubernetes.schemas.builtin import type_schema
from constructs_lib.kubernetes.schemas.schema import Schema
from constructs_lib.kubernetes.validation.all_rules import rules_of
from constructs_lib.kubernetes.validation.labels import finalizer_faults
from constructs_lib.kubernetes.validation.pods import mounted_volumes
from constructs_lib.kubernetes.validation.rule import Rules
from constructs_lib.kubernetes.validation.structure import Problem, StructureFault, structure_faults

_METADATA: Final = "meta.v1.ObjectMeta"
_ANY_FINALIZER: Final = (
    *("admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io"),
    *("coordination.k8s.io", "internal.apiserver.k8s.io", "node.k8s.io", "policy"),
)
"""The groups whose objects may have finalizers without a domain."""
_EVENT: Final = "Event"

_TEMPLATE: Final = "core.v1.PodTemplateSpec"


def manifest_faults(manifest: Manifest, schema: Schema | None, version: str) -> list[StructureFault]:
    """Return the faults of an object that the API server rejects.

    Args:
        manifest: the object.
        schema: the schema of its kind; None if it is not known, and then its metadata is looked at alone.
        version: the minor version of Kubernetes, such as `1.30`.
    """
    rules = rules_of(version)
    if schema is not None and not schema.is_custom:
        faults = _builtin(manifest, schema, rules)
    else:
        faults = _metadata(manifest, version, rules)
        if schema is not None:
            faults += structure_faults(schema, _without(manifest, "status"), FieldPath(), rules)
            faults += _custom_status(manifest)
        faults += _template(manifest, version, rules)
    return faults


def _builtin(manifest: Manifest, schema: Schema, rules: Rules) -> list[StructureFault]:
    status = schema.properties.get("status")
    fields = manifest if status is None else _without(manifest, "status")
    faults = structure_faults(schema, fields, FieldPath(), rules)
    if group_of(manifest) not in _ANY_FINALIZER and kind_of(manifest) != _EVENT:
        faults += itertools.starmap(StructureFault, finalizer_faults(manifest))
    if status is not None and manifest.get("status") is not None:
        # The API server reads the status of a new object, and then drops it.
        faults += structure_faults(status, manifest["status"], FieldPath("status"), Rules(), requires=False)
    return faults


def _custom_status(manifest: Manifest) -> list[StructureFault]:
    """Return the fault of a status that is no mapping, which the API server rejects unless it drops the status."""
    status = manifest.get("status")
    if status is None or isinstance(status, Mapping):
        return []
    return [StructureFault(FieldPath("status"), wrong_type(status, "a mapping"), Problem.LATER)]


def _metadata(manifest: Manifest, version: str, rules: Rules) -> list[StructureFault]:
    metadata = manifest.get("metadata")
    if metadata is None:
        return []
    return structure_faults(type_schema(_METADATA, version), metadata, FieldPath("metadata"), rules)


def _template(manifest: Manifest, version: str, rules: Rules) -> list[StructureFault]:
    """Return the faults of the pod template of a custom resource such as a Rollout."""
    path = TEMPLATES.get(kind_of(manifest), ())
    template = dig(manifest, *path) if path and group_of(manifest) == "argoproj.io" else None
    if not template:
        return []
    faults = structure_faults(type_schema(_TEMPLATE, version), template, FieldPath(*path), rules)
    return [*faults, *itertools.starmap(StructureFault, mounted_volumes(*path, "spec")(FieldPath(), manifest))]


def _without(manifest: Manifest, *fields: str) -> Manifest:
    return {key: value for key, value in manifest.items() if key not in fields}
