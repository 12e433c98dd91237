"""Schemas as CustomResourceDefinitions and the published OpenAPI write them, made compact.

The compact form leaves out what is for people and shortens the extensions of Kubernetes.

Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

Raw = Mapping[str, Any]

_KEPT: Final = (
    *("enum", "exclusiveMaximum", "exclusiveMinimum", "format", "maxItems", "maxLength", "maxProperties", "maximum"),
    *("minItems", "minLength", "minProperties", "minimum", "multipleOf", "nullable", "pattern", "required"),
    "uniqueItems",
)
_RENAMED: Final = {
    "x-kubernetes-list-type": "list",
    "x-kubernetes-list-map-keys": "keys",
    "x-kubernetes-patch-merge-key": "merge",
    "x-kubernetes-preserve-unknown-fields": "open",
    "x-kubernetes-embedded-resource": "embedded",
}
_COMBINED: Final = ("allOf", "anyOf", "oneOf")


def compact(schema: Raw) -> dict[str, Any]:
    """Return what validation needs of a schema."""
    if not isinstance(schema, Mapping):
        return {}
    small: dict[str, Any] = {
        key: schema[key] for key in _KEPT if schema.get(key) is not None and schema[key] not in ([], "")
    }
    small |= {short: schema[key] for key, short in _RENAMED.items() if schema.get(key)}
    small |= {"default": True} if schema.get("default") is not None else {}
    kind = schema.get("type")
    if schema.get("x-kubernetes-int-or-string"):
        small["type"] = "int-or-string"
    elif isinstance(kind, (str, list)):
        small["type"] = kind if isinstance(kind, str) else kind[0]
    if isinstance(schema.get("items"), Mapping):
        small["items"] = compact(schema["items"])
    if isinstance(schema.get("additionalProperties"), Mapping):
        small["values"] = compact(schema["additionalProperties"])
    elif schema.get("additionalProperties") is True:
        small["open"] = True
    if isinstance(schema.get("properties"), Mapping):
        small["properties"] = {name: compact(below) for name, below in schema["properties"].items()}
    if not schema.get("x-kubernetes-int-or-string"):
        small |= {
            key: [compact(part) for part in schema[key]] for key in _COMBINED if isinstance(schema.get(key), list)
        }
        if isinstance(schema.get("not"), Mapping):
            small["not"] = compact(schema["not"])
    return small
