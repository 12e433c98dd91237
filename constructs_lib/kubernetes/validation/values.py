"""Checks of single fields that several parts of the API share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from constructs_lib.errors import Fault, minimum_faults, wrong_choice
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest, dig, integer

FieldFault: TypeAlias = tuple[FieldPath, str]
"""The path of a field, and the problem with its value."""


def at(field: FieldPath, faults: Iterable[Fault]) -> Iterator[FieldFault]:
    """Yield the faults of a value as those of the field."""
    return ((field, fault.message) for fault in faults)


def minimum(where: FieldPath, data: Manifest, field: str, least: int = 0) -> Iterator[FieldFault]:
    """Yield the fault of an integer field that is below the least."""
    yield from at(where / field, minimum_faults("", integer(data, field), least))


def choice(where: FieldPath, data: Manifest, field: str, choices: Sequence[str]) -> Iterator[FieldFault]:
    """Yield the fault of a string field that is none of the choices."""
    value = dig(data, field)
    if isinstance(value, str) and value not in choices:
        yield where / field, wrong_choice(value, choices)


def between(where: FieldPath, data: Manifest, field: str, least: int, most: int) -> Iterator[FieldFault]:
    """Yield the fault of an integer field outside its bounds."""
    value = integer(data, field)
    if value is not None and not least <= value <= most:
        yield where / field, f"must be between {least} and {most}, got {value}"
