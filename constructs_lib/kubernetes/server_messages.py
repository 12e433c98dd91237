"""Answers of the API server as kubectl prints them, read as faults of fields.

Source: https://github.com/kubernetes/apimachinery/blob/master/pkg/util/validation/field/errors.go
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest
from constructs_lib.kubernetes.server_paths import BRACKETS, server_path
from constructs_lib.kubernetes.validation.rule import FieldFault

_LONGEST: Final = 600
"""Characters of an answer that a message shows; the value in it may be a whole pod template."""

_QUOTED: Final = r'"(?:[^"\\]|\\.)*"'
_PATH: Final = rf"\.?[A-Za-z](?:{BRACKETS}|[^\s\[:])*"
_TYPES: Final = (
    "Not found|Required value|Duplicate value|Invalid value|Unsupported value|Forbidden|Too long|Too many|Too few|"
    "Internal error"
)
_WRAPPERS: Final = (
    re.compile(r"Error from server(?: \(\w+\))?: "),
    re.compile(r"error: "),
    re.compile(rf"error when [\w ]+ {_QUOTED}: "),
    re.compile(rf"error validating {_QUOTED}: error validating data: "),
    re.compile(rf"unable to decode {_QUOTED}: "),
)
_FORBIDDEN: Final = re.compile(rf"\S+ {_QUOTED} is forbidden: ")
_INVALID: Final = re.compile(rf"(?:The )?\S+ {_QUOTED} is invalid: ?", re.DOTALL)
_TYPED_PATCH: Final = re.compile(r"failed to create typed patch object \([^)]*\): (?:errors:)?", re.DOTALL)
_CONVERTED: Final = re.compile(r"(?:.*unable to convert unstructured object to |.* cannot be handled as an? )[^:]*: ")
_TYPED_FAULT: Final = re.compile(rf"^\s*({_PATH}): (.+)$", re.MULTILINE)
_DECODED: Final = re.compile(r'(?:unknown|duplicate) field "([^"]+)"')
_GO_TYPE: Final = re.compile(r"json: cannot unmarshal (\w+)(?: \S+)? into Go struct field \w+\.(\S+) of type (\S+)")
_GO_VALUE: Final = re.compile(r"&(?:value\.valueUnstructured)?\{(?:Value:)?(.*)\}$")
_IMMUTABLE: Final = re.compile(r"(?:Invalid value|Forbidden): .*: (?=field is immutable$)", re.DOTALL)
_NEXT_FAULT: Final = re.compile(rf", (?={_PATH}: (?:{_TYPES}))")
_FIELD: Final = re.compile(rf"({_PATH}): (.+)", re.DOTALL)
_NO_FIELD: Final = re.compile(r"(?:<nil>)?: ")
_AT_FIELD: Final = (
    (re.compile(r"metadata\.managedFields must be nil"), FieldPath("metadata", "managedFields")),
    (re.compile(r"resource name may not be empty"), FieldPath("metadata", "name")),
    (re.compile(r"no matches for kind"), FieldPath("apiVersion")),
    (re.compile(r"apiVersion not set"), FieldPath("apiVersion")),
    (re.compile(r"\S+ \S+ is deprecated in v"), FieldPath("apiVersion")),
)
"""Answers that name no field in the usual form, and the field that they are about."""


def answer_faults(manifest: Manifest, answer: str) -> Iterator[FieldFault]:
    """Yield the faults that the server names, each with its field, or an empty path for the whole object.

    >>> [(str(field), message) for field, message in answer_faults(
    ...     {}, 'The Service "s" is invalid: spec.ports[0].port: Invalid value: 0: must be between 1 and 65535'
    ... )]
    [('spec.ports[0].port', 'Invalid value: 0: must be between 1 and 65535')]

    Args:
        manifest: the object that the server was asked about.
        answer: what kubectl prints on standard error.
    """
    text = _unwrapped(answer)
    if typed := _TYPED_PATCH.match(text):
        yield from _typed_faults(manifest, text[typed.end() :])
    elif _GO_TYPE.search(text):
        yield from _type_faults(manifest, text)
    elif "strict decoding error: " in text:
        yield from _decoding_faults(manifest, text)
    elif invalid := _INVALID.match(text):
        for part in _parts(text[invalid.end() :]):
            yield _field_fault(manifest, part)
    else:
        yield _whole_fault(_CONVERTED.sub("", _FORBIDDEN.sub("", text, count=1), count=1))


def warning_fault(manifest: Manifest, warning: str) -> FieldFault:
    """Return a warning of the server with its field, or with an empty path."""
    found = _FIELD.fullmatch(warning)
    if found and (found[1].split(".")[0] in {*manifest, "metadata", "spec"}):
        return server_path(manifest, found[1]), first_line(found[2])
    return _whole_fault(warning)


def first_line(answer: str) -> str:
    """Return what the server says, without the name of the command and with the reason if it follows a colon."""
    lines = [line.strip() for line in _unwrapped(answer).splitlines() if line.strip()]
    first, *more = lines or [""]
    for line in more:
        if not first.endswith(":"):
            break
        first = f"{first} {line}"
    return _shortened(first)


def _unwrapped(answer: str) -> str:
    """Return the answer without what kubectl puts in front of it, and its advice to turn validation off."""
    text = answer.strip().split("; if you choose to ignore these errors")[0]
    before = ""
    while before != text:
        before = text
        for wrapper in _WRAPPERS:
            text = wrapper.sub("", text, count=1) if wrapper.match(text) else text
    return text


def _typed_faults(manifest: Manifest, text: str) -> Iterator[FieldFault]:
    found = _TYPED_FAULT.findall(text)
    for written, message in found:
        yield server_path(manifest, written), first_line(_GO_VALUE.sub(r"\1", message))
    if not found:
        yield _whole_fault(text)


def _type_faults(manifest: Manifest, text: str) -> Iterator[FieldFault]:
    for got, written, wanted in _GO_TYPE.findall(text):
        yield server_path(manifest, written), f"expected {_type_name(wanted)}, got {_type_name(got)}"


def _type_name(name: str) -> str:
    """Return a type of Go or JSON in the words of YAML."""
    starts = {
        "string": "a string",
        "number": "a number",
        "bool": "a boolean",
        "int": "an integer",
        "float": "a number",
        "[]": "a list",
        "array": "a list",
    }
    return next((words for start, words in starts.items() if name.startswith(start)), "a mapping")


def _decoding_faults(manifest: Manifest, text: str) -> Iterator[FieldFault]:
    found = list(_DECODED.finditer(text))
    for field in found:
        yield server_path(manifest, field[1]), field[0]
    if not found:
        yield _whole_fault(text)


def _parts(text: str) -> list[str]:
    """Return the faults of an invalid object: one, a bulleted list of kubectl, or a list in brackets."""
    text = text.strip()
    if text.startswith("* "):
        return re.split(r"\n\* ", text[2:])
    if text.startswith("[") and text.endswith("]"):
        return _NEXT_FAULT.split(text[1:-1])
    return [text]


def _field_fault(manifest: Manifest, text: str) -> FieldFault:
    found = _FIELD.fullmatch(text)
    if found is None:
        return _whole_fault(_NO_FIELD.sub("", text, count=1))
    return server_path(manifest, found[1]), first_line(_IMMUTABLE.sub("", found[2]))


def _whole_fault(text: str) -> FieldFault:
    field = next((path for pattern, path in _AT_FIELD if pattern.match(text)), FieldPath())
    return field, first_line(text)


def _shortened(text: str) -> str:
    """Return a long text without its middle: it begins with the kind of fault and ends with its reason."""
    half = _LONGEST // 2
    return text if len(text) <= _LONGEST else f"{text[:half]} ... {text[-half:]}"
