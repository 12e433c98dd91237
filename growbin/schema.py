"""The JSON Schema of the values files, for editors: `python -m growbin.schema > values/values.schema.json`.

Each file is a layer, so no key is required, and `null` removes what a lower layer says.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from growbin.values import Values


def values_schema() -> str:
    """The schema, made from the model that validates the values."""
    schema = Values.model_json_schema(by_alias=True)
    return json.dumps(_layer(schema), indent=2, sort_keys=True) + "\n"


def _layer(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_layer(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: _layer(value) for key, value in schema.items() if key != "required" or not isinstance(value, list)}


if __name__ == "__main__":
    sys.stdout.write(values_schema())
