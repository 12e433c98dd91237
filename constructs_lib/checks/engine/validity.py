"""Faults that the API server rejects in the objects of a world, looked for once for all checks that report them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

from constructs_lib.checks.engine.world import World
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.kinds import TEMPLATES
from constructs_lib.kubernetes.manifest import Manifest, kind_of, text
from constructs_lib.kubernetes.schemas.builtin import builtin_schema, versions
from constructs_lib.kubernetes.validation.manifests import manifest_faults
from constructs_lib.kubernetes.validation.structure import Problem, StructureFault

_SELECTOR: Final = FieldPath("spec", "selector")


class Invalid(NamedTuple):
    """A fault of an object.

    Args:
        manifest: the object.
        fault: the field and the problem.
        is_certain: False if another release of its custom resource may accept it.
        source: the release that the schema is from; empty for Kubernetes itself and for definitions of the user.
    """

    manifest: Manifest
    fault: StructureFault
    is_certain: bool = True
    source: str = ""


_found: WeakKeyDictionary[World, tuple[Invalid, ...]] = WeakKeyDictionary()


def invalid_fields(world: World) -> tuple[Invalid, ...]:
    """Return what the API server rejects in the objects of a world."""
    if world not in _found:
        _found[world] = tuple(found for manifest in world.objects for found in _of_object(world, manifest))
    return _found[world]


def _of_object(world: World, manifest: Manifest) -> Iterator[Invalid]:
    api_version, kind = text(manifest, "apiVersion"), kind_of(manifest)
    version = world.version or versions()[-1]
    schema, source = builtin_schema(api_version, kind, version), ""
    if schema is None and (custom := world.custom_resources.find(api_version, kind)):
        schema, source = custom
    for fault in manifest_faults(manifest, schema, version):
        is_open = bool(source) and fault.problem in (Problem.UNKNOWN, Problem.CHOICE)
        is_certain = not is_open and fault.problem not in (Problem.REPEATED, Problem.LATER)
        yield Invalid(manifest, fault, is_certain, source)


def is_name(field: FieldPath) -> bool:
    """Return True if a field is a part of metadata, whose faults are those of the check `invalid-name`."""
    return "metadata" in field


def is_selector(manifest: Manifest, fault: StructureFault) -> bool:
    """Return True for a fault of the selector of a workload, which the check `selector-mismatch` reports."""
    return fault.field == _SELECTOR and kind_of(manifest) in TEMPLATES and not fault.is_type


def explained_fields(world: World) -> dict[int, set[FieldPath]]:
    """Return the fields of each object, by its identity, whose further findings have the same cause.

    A field of another type has no value that a check could judge, and a misspelled field is missing.
    """
    found: dict[int, set[FieldPath]] = {}
    for manifest, fault, _, _ in invalid_fields(world):
        if fault.is_type or fault.problem is Problem.UNKNOWN:
            found.setdefault(id(manifest), set()).update(filter(None, (fault.field, fault.instead)))
    return found
