"""Schemas of CustomResourceDefinitions, reduced to what validation needs.

Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

Schema = dict[str, Any]

_SCHEMA: Final = frozenset({"items", "additionalProperties", "not"})
_SCHEMAS: Final = frozenset({"allOf", "anyOf", "oneOf"})
_LOWER_BOUNDS: Final = frozenset({"minimum", "minItems", "minLength", "minProperties"})
_UPPER_BOUNDS: Final = frozenset({"maximum", "maxItems", "maxLength", "maxProperties"})
_VALUES: Final = frozenset(
    {
        *_LOWER_BOUNDS,
        *_UPPER_BOUNDS,
        "enum",
        "exclusiveMaximum",
        "exclusiveMinimum",
        "format",
        "multipleOf",
        "nullable",
        "pattern",
        "required",
        "type",
        "uniqueItems",
        "x-kubernetes-embedded-resource",
        "x-kubernetes-int-or-string",
        "x-kubernetes-list-map-keys",
        "x-kubernetes-list-type",
        "x-kubernetes-map-type",
        "x-kubernetes-preserve-unknown-fields",
    }
)
_PERMISSIONS: Final = frozenset(
    {"default", "nullable", "x-kubernetes-int-or-string", "x-kubernetes-preserve-unknown-fields"}
)
"""Keywords that allow more than the same schema without them."""


def reduced(schema: Mapping[str, Any]) -> Schema:
    """Return the schema without descriptions, examples and CEL rules; of a default, only that it exists."""
    return {key: _reduced_keyword(key, value) for key, value in schema.items() if _is_kept(key)}


def widest(left: Mapping[str, Any], right: Mapping[str, Any]) -> Schema:
    """Return a schema that has the fields of both and accepts each object that one of them accepts."""
    merged = {key: _widest_keyword(key, left.get(key), right.get(key)) for key in (*left, *right)}
    return {key: value for key, value in merged.items() if value is not None}


def extended(schema: Mapping[str, Any], newer: Mapping[str, Any]) -> Schema:
    """Return the schema with the fields that only a newer version of it has; everything else stays."""
    result = dict(schema)
    if "properties" in schema and "properties" in newer:
        fields = {
            name: extended(below, newer["properties"].get(name, {})) for name, below in schema["properties"].items()
        }
        result["properties"] = {**newer["properties"], **fields}
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), Mapping) and isinstance(newer.get(key), Mapping):
            result[key] = extended(schema[key], newer[key])
    return result


def _is_kept(key: str) -> bool:
    return key in _VALUES or key in _SCHEMA or key in _SCHEMAS or key in {"default", "properties"}


def _reduced_keyword(key: str, value: Any) -> Any:
    if key == "default":
        return True
    if key == "properties":
        return {name: reduced(below) for name, below in value.items()}
    if key in _SCHEMAS:
        return [reduced(below) for below in value]
    if key in _SCHEMA and isinstance(value, Mapping):
        return reduced(value)
    return value


def _widest_keyword(key: str, left: Any, right: Any) -> Any:
    if left == right:
        return left
    if key == "properties":
        return _widest_properties(left or {}, right or {})
    if left is None or right is None:
        return _one_sided(key, right if left is None else left)
    if key in {"items", "additionalProperties"} and isinstance(left, Mapping) and isinstance(right, Mapping):
        return widest(left, right)
    return _widest_value(key, left, right)


def _one_sided(key: str, value: Any) -> Any:
    return value if key in _PERMISSIONS or key in {"items", "additionalProperties"} else None


def _widest_properties(left: Mapping[str, Schema], right: Mapping[str, Schema]) -> dict[str, Schema]:
    both = {name: widest(left[name], right[name]) for name in left if name in right}
    return {**left, **right, **both}


def _widest_value(key: str, left: Any, right: Any) -> Any:
    if key == "enum":
        return [*left, *(value for value in right if value not in left)]
    if key == "required":
        return [name for name in left if name in right] or None
    if key in _LOWER_BOUNDS:
        return min(left, right)
    if key in _UPPER_BOUNDS:
        return max(left, right)
    return (left or right) if key in _PERMISSIONS else None
