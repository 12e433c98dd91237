"""Values that are no lists or mappings, as the API server reads them from JSON."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from constructs_lib.errors import shown, wrong_type
from constructs_lib.kubernetes.quantities import amount_faults, amount_of
from constructs_lib.kubernetes.schemas.schema import Schema

_RANGES: Final = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def _any(schema: Schema, value: object) -> str:
    return ""


def _string(schema: Schema, value: object) -> str:
    if isinstance(value, (str, bytes)):  # kubectl sends the text of a !!binary
        return ""
    return wrong_type(value, "a string", f'; write "{shown(value)}"' if isinstance(value, (int, float)) else "")


def _boolean(schema: Schema, value: object) -> str:
    if isinstance(value, bool):
        return ""
    words = {"true": "true", "yes": "true", "on": "true", "false": "false", "no": "false", "off": "false"}
    meant = words.get(value.lower(), "") if isinstance(value, str) else ""
    return wrong_type(value, "true or false", f"; write {meant}" if meant else "")


def _integer(schema: Schema, value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        # The API server does not bound the integers of custom resources by their format.
        name = "int64" if schema.is_custom else schema.raw.get("format", "int64")
        least, most = _RANGES[name]
        return "" if least <= value <= most else f"must be between {least} and {most}, got {value}"
    # kubectl and Argo CD write 1.0 as 1.
    if isinstance(value, float) and value.is_integer():
        return ""
    is_number = isinstance(value, str) and re.fullmatch(r"-?\d+", value)
    return wrong_type(value, "an integer", f"; write {value}" if is_number else "")


def _number(schema: Schema, value: object) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return ""
    return wrong_type(value, "a number")


def _int_or_string(schema: Schema, value: object) -> str:
    if isinstance(value, str):
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        least, most = _RANGES["int32"]
        return "" if least <= value <= most else f"must be between {least} and {most}, got {value}"
    if isinstance(value, float) and value.is_integer():
        return ""
    return wrong_type(value, "an integer or a string")


def _quantity(schema: Schema, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return wrong_type(value, "a quantity such as 200m or 256Mi")
    if amount_of(value) is not None:
        return ""
    return next((fault.message for fault in amount_faults("", value)), "")


def _time(schema: Schema, value: object) -> str:
    if isinstance(value, str) and _TIME.fullmatch(value) and _is_date(value[:19]):
        return ""
    return wrong_type(value, "a time such as 2026-01-31T08:00:00Z")


def _is_date(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _bytes(schema: Schema, value: object) -> str:
    if not isinstance(value, str):
        return _string(schema, value)
    try:
        base64.b64decode(re.sub(r"[\r\n]", "", value).encode(), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return f"{shown(value)} is not valid base64; encode the value, or write it as it is under stringData"
    return ""


SCALARS: Final[Mapping[str, Callable[[Schema, object], str]]] = {
    "any": _any,
    "boolean": _boolean,
    "bytes": _bytes,
    "int-or-string": _int_or_string,
    "integer": _integer,
    "number": _number,
    "quantity": _quantity,
    "string": _string,
    "time": _time,
}
"""For each kind of schema, a function that returns the problem of a value, or an empty string."""
