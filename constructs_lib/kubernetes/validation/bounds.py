"""The bounds of values that a custom resource's schema states.

Source: https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.34/#jsonschemaprops-v1-apiextensions-k8s-io
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, Final

from constructs_lib.errors import shown, wrong_choice
from constructs_lib.kubernetes.addresses import is_cidr

_DURATION: Final = re.compile(r"[-+]?(0|((\d+\.?\d*|\.\d+)\s*(ns|us|µs|μs|ms|s|m|h|d|w))+)")
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}")


def bound_faults(raw: Mapping[str, Any], value: Any) -> Iterator[str]:
    """Yield the problems of a value that has the type of its schema.

    Args:
        raw: the schema in its compact form.
        value: the value.
    """
    if isinstance(value, str):
        yield from _string(raw, value)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield from _number(raw, value)
    elif isinstance(value, (list, tuple)):
        yield from _count(raw, value, "Items", "entries")
        if (raw.get("uniqueItems") or raw.get("list") == "set") and _has_repeated(value):
            yield "must hold each entry once"
    elif isinstance(value, Mapping):
        yield from _count(raw, value, "Properties", "fields")


def choice_fault(raw: Mapping[str, Any], value: Any) -> str:
    """Return the problem of a value that is none of the choices of its schema, or an empty string."""
    choices = raw.get("enum")
    return wrong_choice(value, choices) if choices and value not in choices else ""


def _string(raw: Mapping[str, Any], value: str) -> Iterator[str]:
    least, most = raw.get("minLength", 0), raw.get("maxLength")
    if len(value) < least:
        yield "must not be empty" if least == 1 else f"must have at least {least} characters, got {len(value)}"
    elif most is not None and len(value) > most:
        yield f"must have at most {most} characters, got {len(value)}"
    elif (pattern := raw.get("pattern")) and (compiled := _compiled(pattern)) and not compiled.search(value):
        yield f"{shown(value)} does not match the pattern {pattern}"
    elif not _has_format(raw.get("format", ""), value):
        yield f"{shown(value)} is not a valid {raw['format']}"


def _number(raw: Mapping[str, Any], value: float) -> Iterator[str]:
    least, most, step = raw.get("minimum"), raw.get("maximum"), raw.get("multipleOf")
    if least is not None and (value < least or (raw.get("exclusiveMinimum") and value == least)):
        yield f"must be {'more than' if raw.get('exclusiveMinimum') else 'at least'} {shown(least)}, got {shown(value)}"
    if most is not None and (value > most or (raw.get("exclusiveMaximum") and value == most)):
        yield f"must be {'less than' if raw.get('exclusiveMaximum') else 'at most'} {shown(most)}, got {shown(value)}"
    if step and value % step:
        yield f"must be a multiple of {shown(step)}, got {shown(value)}"


def _count(raw: Mapping[str, Any], value: Sequence[Any] | Mapping[str, Any], what: str, noun: str) -> Iterator[str]:
    least, most = raw.get(f"min{what}", 0), raw.get(f"max{what}")
    if len(value) < least:
        yield "must not be empty" if least == 1 else f"must have at least {least} {noun}, got {len(value)}"
    elif most is not None and len(value) > most:
        yield f"must have at most {most} {noun}, got {len(value)}"


def _has_repeated(values: Sequence[Any]) -> bool:
    texts = [json.dumps(value, sort_keys=True, default=str) for value in values]
    return len(set(texts)) < len(texts)


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """Return a pattern of Go as Python's, or None if Python cannot read it."""
    try:
        return re.compile(pattern.replace(r"\z", r"\Z"), re.ASCII)
    except (re.error, OverflowError):
        return None


def _has_format(name: str, value: str) -> bool:
    """Return True if a string has a format; formats that the API server does not check are accepted."""
    match name:
        case "date":
            return _is_date(value, "%Y-%m-%d")
        case "duration":
            return _DURATION.fullmatch(value) is not None
        case "ipv4" | "ipv6":
            return _is_address(value, IPv4Address if name == "ipv4" else IPv6Address)
        case "cidr":
            return is_cidr(value)
        case "uuid":
            return _UUID.fullmatch(value) is not None
        case _:
            return True


def _is_date(value: str, form: str) -> bool:
    try:
        datetime.strptime(value, form)
    except ValueError:
        return False
    return True


def _is_address(value: str, cls: type) -> bool:
    try:
        return isinstance(ip_address(value), cls)
    except ValueError:
        return False
