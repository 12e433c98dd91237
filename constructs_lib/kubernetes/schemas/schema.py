"""A schema in memory: the fields of an object, the entries of a list, or the type of a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Final

Raw = Mapping[str, Any]

_SPECIAL: Final = {
    "IntOrString": "int-or-string",
    "Quantity": "quantity",
    "meta.v1.Time": "time",
    "meta.v1.MicroTime": "time",
    "RawExtension": "any",
}
"""Types that the OpenAPI describes as a plain string or not at all, and that the API server reads in their own way."""


class Schema:
    """The schema of a value.

    Args:
        raw: the schema as the data file has it.
        resolve: returns the schema of a named type; None for a custom resource, which names none.
        name: the name of the type, such as `core.v1.Container`; empty if it has none.

    Attributes:
        kind: `object`, `array`, `string`, `integer`, `number`, `boolean`, `any`, `int-or-string`, `quantity`, `time` or
            `bytes`.
        required: fields that must be set.
        keys: fields that identify an entry of a list, such as `name`.
        merge_key: the field by which a strategic merge matches entries of a list.
        is_open: True if it may have fields that it does not name.
        is_custom: True for a custom resource, whose schema bounds its values.
        raw: the schema as the data file has it, with the further bounds of a custom resource.
    """

    def __init__(self, raw: Raw, resolve: Callable[[str], Schema] | None = None, name: str = "") -> None:
        self.raw, self.name, self.is_custom = raw, name, resolve is None
        self._resolve = resolve
        self.kind: str = _SPECIAL.get(name) or _kind(raw)
        self.required: tuple[str, ...] = tuple(raw.get("required", ()))
        self.keys: tuple[str, ...] = tuple(raw.get("keys", ())) if raw.get("list") == "map" else ()
        self.is_set: bool = raw.get("list") == "set"
        self.merge_key: str = raw.get("merge", "")
        self.is_open: bool = bool(raw.get("open")) or not (self._has_fields or "values" in raw)

    @property
    def _has_fields(self) -> bool:
        return "properties" in self.raw

    @cached_property
    def properties(self) -> dict[str, Schema]:
        """The schemas of the fields."""
        return {name: self._below(below) for name, below in self.raw.get("properties", {}).items()}

    @cached_property
    def values(self) -> Schema | None:
        """The schema of a map's values."""
        return self._below(self.raw["values"]) if "values" in self.raw else None

    @cached_property
    def items(self) -> Schema | None:
        """The schema of a list's entries."""
        return self._below(self.raw["items"]) if "items" in self.raw else None

    def _below(self, raw: Raw) -> Schema:
        if self._resolve is not None and "ref" in raw:
            return self._resolve(raw["ref"])
        return Schema(raw, self._resolve)


def _kind(raw: Raw) -> str:
    if raw.get("format") == "byte":
        return "bytes"
    return str(raw.get("type", "any"))
