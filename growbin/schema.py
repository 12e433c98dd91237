"""The JSON Schema of the values files, for editors: `python -m growbin.schema > values/values.schema.json`.

Each file is a layer, so no key is required, and `null` removes what a lower layer says.
"""

from __future__ import annotations

import json
import sys
from typing import Any, Final

from growbin.values import Values


def values_schema() -> str:
    """Return the JSON Schema of the model that validates the values."""
    schema = Values.model_json_schema(by_alias=True)
    return json.dumps(_layer(schema), indent=2, sort_keys=True) + "\n"


def _layer(schema: Any) -> Any:
    """Return the schema of a layer, in which nothing is required and everything may be null."""
    if isinstance(schema, list):
        return [_layer(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    layer = {key: _layer(value) for key, value in schema.items() if key != "required" or not isinstance(value, list)}
    if isinstance(schema.get("properties"), dict):
        layer["properties"] = {name: _or_null(value) for name, value in layer["properties"].items()}
    if isinstance(schema.get("additionalProperties"), dict):
        layer["additionalProperties"] = _or_null(layer["additionalProperties"])
    return layer


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    if schema.keys() & {"$ref", "anyOf", "enum"}:
        choices = schema.get("anyOf", [schema])
        return {"anyOf": choices if _NULL in choices else [*choices, _NULL]}
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return {**schema, "type": [*types, "null"]}


_NULL: Final = {"type": "null"}


if __name__ == "__main__":
    sys.stdout.write(values_schema())
