"""Overrides: plain values that a user lays over the manifests of a construct."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from constructs_lib.app.api_objects import Manifest
from constructs_lib.errors import Fault, shown, wrong_type
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import dig
from constructs_lib.kubernetes.schemas.builtin import builtin_schema, versions
from constructs_lib.kubernetes.strategic_merge import entry_of, merge_faults, strategic_merge

_NEEDED: Final = ("apiVersion", "kind", "metadata.name", "spec.template.spec.containers")


def override(manifests: Mapping[str, Manifest], overrides: Mapping[str, Mapping[str, Any]]) -> list[Fault]:
    """Merge plain values into the manifests, by kind, as a strategic merge patch does; `None` removes a field.

    Returns:
        The faults of the overrides: kinds that the construct doesn't make, lists that cannot be merged, and fields
        that every object needs.
    """
    faults: list[Fault] = []
    known = ", ".join(sorted(manifests))
    for kind, values in overrides.items():
        if kind not in manifests:
            faults.append(Fault("overrides", f"this construct makes no {kind}; it makes {known}"))
            continue
        faults += _override(f"overrides.{kind}", manifests[kind], values)
    return faults


def overridden(values: object, manifest: Manifest, field: FieldPath) -> FieldPath:
    """Return the part of a field's path that an override of the manifest names.

    Args:
        values: the values of the override.
        manifest: the manifest with the override.
        field: the path of the field.
    """
    schema, found, parts = builtin_schema(manifest["apiVersion"], manifest["kind"], versions()[-1]), manifest, []
    for part in field:
        found = dig(found, part)
        values = entry_of(values, found, schema) if isinstance(values, (list, tuple)) else dig(values, part)
        if values is None:
            break
        schema = schema and (schema.items if isinstance(part, int) else schema.properties.get(part, schema.values))
        parts.append(part)
    return FieldPath(*parts)


def _override(where: str, manifest: Manifest, values: Mapping[str, Any]) -> list[Fault]:
    """Merge values into a manifest, unless they have faults."""
    wrong = [
        *_head_faults(where, values),
        *_shape_faults(f"{where}.spec", manifest.get("spec"), values.get("spec")),
    ]
    schema = builtin_schema(manifest["apiVersion"], manifest["kind"], versions()[-1])
    if not wrong and schema is not None:
        wrong = [Fault(f"{where}.{field}", message) for field, message in merge_faults(manifest, values, schema)]
    if wrong:
        return wrong
    merged = strategic_merge(manifest, values, schema)
    lost = [path for path in _NEEDED if _at(manifest, path) and not _at(merged, path)]
    if not lost:
        manifest.clear()
        manifest.update(merged)
    return [Fault(f"{where}.{path}", "cannot be removed") for path in lost]


def _head_faults(where: str, values: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield the faults of an override's kind and metadata."""
    metadata = values.get("metadata") or {}
    if "kind" in values:
        yield Fault(f"{where}.kind", "cannot be changed")
    if not isinstance(metadata, Mapping):
        yield Fault(f"{where}.metadata", wrong_type(metadata, "a mapping"))
        return
    if not isinstance(metadata.get("name", ""), (str, type(None))):
        yield Fault(f"{where}.metadata.name", wrong_type(metadata["name"], "a string"))
    for field in ("labels", "annotations"):
        pairs = metadata.get(field) or {}
        if not isinstance(pairs, Mapping):
            yield Fault(f"{where}.metadata.{field}", wrong_type(pairs, "a mapping"))
            continue
        for key, value in pairs.items():
            if not isinstance(value, (str, type(None))):
                yield Fault(
                    f"{where}.metadata.{field}.{key}", wrong_type(value, "a string", f"; write {shown(str(value))}")
                )


def _shape_faults(where: str, manifest: object, value: object) -> Iterator[Fault]:
    """Yield a fault for each list that an override replaces with another type."""
    if isinstance(manifest, list) and not isinstance(value, (list, type(None))):
        yield Fault(where, wrong_type(value, "a list"))
    elif isinstance(manifest, Mapping) and isinstance(value, Mapping):
        for key in value:
            yield from _shape_faults(f"{where}.{key}", manifest.get(key), value[key])


def _at(manifest: Mapping[str, Any], path: str) -> Any:
    value: Any = manifest
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
