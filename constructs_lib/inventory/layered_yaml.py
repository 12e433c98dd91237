"""Input from YAML files: layers merged as Helm does, validated by a pydantic model, faults with file and line."""

from __future__ import annotations

import copy
import itertools
import re
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from constructs_lib.errors import Fault, InputError, shown, unknown, wrong_choice, wrong_type
from constructs_lib.kubernetes import yaml_reader
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.yaml_reader import Document, YamlError

ModelT = TypeVar("ModelT", bound=BaseModel)


@dataclass(frozen=True)
class Layer:
    """One file's mapping.

    Args:
        path: the file as it was named.
        document: what it holds.
    """

    path: Path
    document: Document


@dataclass(frozen=True)
class Layers:
    """Files merged in order: the later ones win.

    Args:
        files: the layers, the most general first.
        data: the merged mapping.
    """

    files: tuple[Layer, ...]
    data: dict[str, Any]

    def has(self, path: Sequence[str | int]) -> bool:
        """Return True if a file says something of the field at `path`."""
        return _depth(self.data, path) == len(path)

    def locate(self, path: Sequence[str | int]) -> str:
        """`file:line` of the field at `path`: in the last file that says something about it."""
        depths = [_depth(layer.document.data, path) for layer in self.files]
        layer = max(zip(depths, range(len(depths)), self.files, strict=True), key=lambda entry: entry[:2])[2]
        return f"{layer.path}:{layer.document.line(path)}"


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` laid on `base`: maps merge, scalars and lists replace, `null` removes.

    Source: https://helm.sh/docs/chart_template_guide/values_files/

    >>> merge({"a": {"x": 1, "y": 2}, "b": 1}, {"a": {"y": None}, "b": 2})
    {'a': {'x': 1}, 'b': 2}
    """
    merged = dict(base)
    for key, value in over.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, Mapping):
            below = merged.get(key)
            merged[key] = merge(below if isinstance(below, Mapping) else {}, value)
        else:
            merged[key] = value
    return merged


def load_layers(*paths: str | Path) -> Layers:
    """Read and merge files, the most general first.

    Raises:
        InputError: a file is missing, empty, no YAML or no mapping; all such files are named.
    """
    files: list[Layer] = []
    faults: list[str] = []
    for path in map(Path, paths):
        try:
            files.append(_read_layer(path))
        except InputError as error:
            faults.extend(error.faults)
    if faults:
        raise InputError(faults)
    data: dict[str, Any] = {}
    for layer in files:
        data = merge(data, layer.document.data)
    return Layers(tuple(files), data)


def load_model(model: type[ModelT], *paths: str | Path) -> ModelT:
    """Read, merge and validate files.

    Raises:
        InputError: with every fault, each with its file and line.
    """
    return validate(model, load_layers(*paths))


def validate(model: type[ModelT], layers: Layers) -> ModelT:
    """The layers as an instance of the model.

    Raises:
        InputError: with every fault, each with its file and line.
    """
    value, faults = examine(model, layers)
    if faults or value is None:
        raise InputError(faults)
    return value


def examine(model: type[ModelT], layers: Layers) -> tuple[ModelT | None, list[Fault]]:
    """The layers as an instance of the model, and their faults.

    With faults, the instance is what is left when the faulty fields are taken out, if that is enough for one: good
    for finding further faults in the same run, and for nothing else.
    """
    try:
        return model.model_validate(layers.data), []
    except ValidationError as error:
        details = error.errors()
    paths = [_data_path(layers.data, detail["loc"]) for detail in details]
    faults = [
        _fault(model, layers, path, detail)
        for path, detail in zip(paths, details, strict=True)
        # What isn't in a file was copied there by the model, from a place where the fault is reported too.
        if (detail["type"] == "missing" or _depth(layers.data, path) == len(path))
        # Of a list whose only entry is faulty pydantic says too that nothing is left.
        and not (detail["type"] == "too_short" and detail["input"])
    ]
    try:
        return model.model_validate(_without(layers.data, paths)), faults
    except ValidationError:
        return None, faults


def _read_layer(path: Path) -> Layer:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError([f"{path}: can't be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise InputError([f"{path}: is not UTF-8 text"]) from None
    try:
        documents = [doc for doc in yaml_reader.read_documents(text) if doc.data is not None]
    except YamlError as error:
        raise InputError([f"{path}:{error.line}: {error.message}"]) from None
    if not documents:
        raise InputError([f"{path}: is empty"])
    if len(documents) != 1 or not isinstance(documents[0].data, dict):
        found = f"{len(documents)} documents" if len(documents) != 1 else f"a {type(documents[0].data).__name__}"
        raise InputError([f"{path}: holds {found}, not one mapping"])
    return Layer(path, documents[0])


def _depth(data: Any, path: Sequence[str | int]) -> int:
    for depth, part in enumerate(path):
        present = (
            part in data
            if isinstance(data, Mapping)
            else isinstance(data, list) and isinstance(part, int) and part < len(data)
        )
        if not present:
            return depth
        data = data[part]
    return len(path)


def _without(data: Mapping[str, Any], paths: Iterable[Sequence[str | int]]) -> dict[str, Any]:
    """A copy without the fields at the paths; an entry of a list takes the list with it."""
    left = copy.deepcopy(dict(data))
    for path in paths:
        keys = list(itertools.takewhile(lambda part: isinstance(part, str), path))
        parent: Any = left
        for key in keys[:-1]:
            parent = parent.get(key) if isinstance(parent, dict) else None
        if keys and isinstance(parent, dict):
            parent.pop(keys[-1], None)
    return left


def _fault(model: type[BaseModel], layers: Layers, path: Sequence[str | int], details: ErrorDetails) -> Fault:
    # The place comes first, as in a compiler's message: there is no construct yet.
    return replace(_field_fault(model, path, details), path=layers.locate(path))


def argument_faults(model: type[BaseModel], arguments: Mapping[str, Any], error: ValidationError) -> list[Fault]:
    """Return the faults of a model made in Python, with the names of arguments in place of YAML's keys.

    Args:
        model: the class.
        arguments: its arguments.
        error: pydantic's error.
    """
    names = {field.alias or name: name for name, field in model.model_fields.items()}
    faults = []
    for details in error.errors():
        first, *rest = details["loc"] or ("",)
        if details["type"] == "extra_forbidden" and not rest:
            faults.append(Fault("", unknown("argument", str(first), names.values())))
            continue
        path = _data_path(arguments, (names.get(str(first), first), *rest)) if first else FieldPath()
        faults.append(_field_fault(model, path, details))
    return faults


def _field_fault(model: type[BaseModel], path: Sequence[str | int], details: ErrorDetails) -> Fault:
    is_key = details["type"] in ("invalid_key", "extra_forbidden")
    return Fault(".".join(map(str, path[:-1] if is_key else path)), _reason(model, path, details))


def _data_path(data: Any, loc: Sequence[str | int]) -> FieldPath:
    """The location without pydantic's own parts (union members, `[key]`)."""
    path: list[str | int] = []
    for index, part in enumerate(loc):
        is_last = index == len(loc) - 1
        if isinstance(data, Mapping) and (part in data or is_last) and part != "[key]":
            path.append(part)
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int):
            path.append(part)
            data = data[part] if part < len(data) else None
    return FieldPath(*path)


def _reason(model: type[BaseModel], path: Sequence[str | int], details: ErrorDetails) -> str:
    value, kind = details["input"], details["type"]
    if kind == "extra_forbidden":
        known = {key for owner in _types_at(model, path[:-1]) for key in _keys(owner)}
        return unknown("field", str(path[-1]), known)
    if kind in _REASONS:
        return _REASONS[kind](value, details.get("ctx", {}))
    return f"{shown(value)} is not valid"


def _expected(words: str) -> _Reason:
    return lambda value, _: wrong_type(value, words)


def _no_string(value: Any, _: Mapping[str, Any]) -> str:
    if isinstance(value, float):  # 1.10 in the file is 1.1 here
        return wrong_type(value, "a string", "; put it in quotes")
    return wrong_type(value, "a string", f"; write {_quoted(value)}" if isinstance(value, int) else "")


def _no_integer(value: Any, _: Mapping[str, Any]) -> str:
    return wrong_type(value, "an integer", f"; write {value}" if isinstance(value, str) and value.isdecimal() else "")


def _no_boolean(value: Any, _: Mapping[str, Any]) -> str:
    return wrong_type(value, "a boolean", f"; write {value}" if value in ("true", "false") else "")


def _no_key(value: Any, _: Mapping[str, Any]) -> str:
    return wrong_type(value, "a string as key", f"; write {_quoted(value)}")


def _quoted(value: object) -> str:
    return f'"{shown(value)}"'


def _no_choice(value: Any, bounds: Mapping[str, Any]) -> str:
    return wrong_choice(value, re.findall("'([^']*)'", bounds["expected"]))


_Reason: TypeAlias = Callable[[Any, Mapping[str, Any]], str]
_REASONS: Final[Mapping[str, _Reason]] = {
    "missing": lambda _, __: "is required",
    "value_error": lambda _, bounds: str(bounds["error"]),
    "literal_error": _no_choice,
    "greater_than_equal": lambda value, bounds: f"must be at least {bounds['ge']}, got {shown(value)}",
    "less_than_equal": lambda value, bounds: f"must be at most {bounds['le']}, got {shown(value)}",
    **dict.fromkeys(("too_short", "string_too_short"), lambda _, __: "must not be empty"),
    "invalid_key": _no_key,
    "string_type": _no_string,
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), _no_integer),
    **dict.fromkeys(("float_type", "float_parsing"), _expected("a number")),
    **dict.fromkeys(("bool_type", "bool_parsing"), _no_boolean),
    **dict.fromkeys(("tuple_type", "list_type"), _expected("a list")),
    **dict.fromkeys(("model_type", "mapping_type", "dict_type"), _expected("a mapping")),
}
"""Messages for pydantic's errors, made of the value and its bounds."""


def _keys(owner: Any) -> Iterator[str]:
    if isinstance(owner, type) and issubclass(owner, BaseModel):
        for name, field in owner.model_fields.items():
            yield field.alias or name


def _types_at(owner: Any, path: Sequence[str | int]) -> list[Any]:
    """The types that the model allows at `path`."""
    owners = _members(owner)
    for part in path:
        owners = [member for owner in owners for below in _below(owner, part) for member in _members(below)]
    return owners


def _members(owner: Any) -> list[Any]:
    origin = typing.get_origin(owner)
    if origin is typing.Annotated:
        return _members(typing.get_args(owner)[0])
    if origin in (typing.Union, types.UnionType):
        return [member for arg in typing.get_args(owner) for member in _members(arg)]
    return [owner]


def _below(owner: Any, part: str | int) -> Iterator[Any]:
    if isinstance(owner, type) and issubclass(owner, BaseModel):
        fields = {field.alias or name: field for name, field in owner.model_fields.items()}
        if part in fields:
            yield fields[str(part)].annotation
        elif "__pydantic_extra__" in owner.__annotations__:
            hints = typing.get_type_hints(owner)
            yield from typing.get_args(hints["__pydantic_extra__"])[1:]
    elif typing.get_origin(owner) is not None:
        yield from typing.get_args(owner)[-1:] if isinstance(part, str) else typing.get_args(owner)[:1]
