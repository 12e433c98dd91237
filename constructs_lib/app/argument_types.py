"""Arguments of the wrong type end in a line of text, not in a traceback from somewhere within."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import math
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from reprlib import repr as shortened
from typing import Any, Final, Literal, ParamSpec, TypeVar, cast

from constructs import Node

from constructs_lib.app.validation import state_of
from constructs_lib.errors import Fault, InputError, did_you_mean, nearest

P = ParamSpec("P")
T = TypeVar("T")

_MOST: Final = 2**31 - 1
"""Of what Kubernetes counts, most has 32 bits."""


def checked(init: Callable[P, None]) -> Callable[P, None]:
    """A construct's `__init__` that reports arguments which aren't of the annotated types, at any depth.

    The faults are recorded and the construct goes on with its defaults, so that one run tells everything; where
    there is no default, it ends here with all that is known by then.
    """
    signature = inspect.signature(init)
    construct: Callable[..., None] = init

    @functools.wraps(init)
    def with_checks(*args: P.args, **kwargs: P.kwargs) -> None:
        given, faults = _bind(signature, args, kwargs)
        hints = _hints(init)
        missing = False
        for name, parameter in list(signature.parameters.items())[1:]:
            found = list(type_faults(given[name], hints.get(name, object), name)) if name in given else []
            if name == "construct_id" and given.get(name) == "":
                found = [Fault("construct_id", "'' is no id; name the construct")]
            faults.extend(found)
            if found:
                del given[name]
            if name not in given and parameter.default is parameter.empty:
                missing = True
                if not found:
                    faults.append(Fault(name, "is required"))
        if faults:
            _report(given, faults, stop=missing)
        try:
            construct(**given)
        except RuntimeError as error:
            if "cannot find a parent chart" not in str(error):
                raise
            _report(
                given, [Fault("", "its scope is in no chart; make it in a NamespaceChart or cdk8s.Chart")], stop=True
            )

    return with_checks


def _bind(
    signature: inspect.Signature, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Fault]]:
    """The known arguments by name, and what is wrong with the others."""
    names = list(signature.parameters)
    positional = [name for name in names if signature.parameters[name].kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    given = dict(zip(positional, args, strict=False))
    faults = [Fault(shortened(value), "write further arguments as name=value") for value in args[len(positional) :]]
    for name, value in kwargs.items():
        if name in names:
            given[name] = value
        else:
            faults.append(Fault(name, f"unknown argument{did_you_mean(name, names[1:])}"))
    return given, faults


def _report(given: Mapping[str, Any], faults: list[Fault], *, stop: bool) -> None:
    scope = given.get("scope")
    if scope is None:
        raise InputError(f"{type(given['self']).__name__}: {fault}" for fault in faults)
    model = state_of(scope)
    name = given.get("construct_id", type(given["self"]).__name__)
    model.report_at("/".join(part for part in (Node.of(scope).path, name) if part), *faults)
    if stop:
        raise InputError(map(str, model.faults))


def type_faults(value: object, hint: Any, where: str) -> Iterator[Fault]:
    """What in a value, at any depth, isn't of the annotated type.

    >>> list(type_faults({"A": 1}, Mapping[str, str], "env"))
    ["env.A: 1 is no str; write '1'"]
    """
    choices = _members(hint)
    chosen = next((choice for choice in choices if _fits(value, choice)), None)
    if chosen is None:
        yield Fault(where, f"{shortened(value)} is no {_named(choices)}{_advice(value, choices)}")
    elif chosen is Any:
        yield from _data_faults(value, where)
    elif isinstance(value, int) and abs(value) > _MOST:
        yield Fault(where, f"{shortened(value)} is out of range; the most is {_MOST}")
    elif isinstance(value, str):
        yield from _text_faults(value, where)
    else:
        for place, part, its_hint in _parts(value, chosen, where):
            yield from type_faults(part, its_hint, place)


def _data_faults(value: object, where: str) -> Iterator[Fault]:
    """What YAML can't hold in a plain value such as an override, at any depth."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            if isinstance(key, str):
                yield from _data_faults(part, f"{where}.{key}")
            else:
                yield Fault(where, f"{shortened(key)} is no key; write {str(key)!r}")
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _data_faults(part, f"{where}.{index}")
    elif isinstance(value, str):
        yield from _text_faults(value, where)
    elif isinstance(value, float) and not math.isfinite(value):
        yield Fault(where, f"{value} is no number that YAML can hold")
    elif not isinstance(value, (bool, int, float, type(None))):
        advice = f"; write {shortened(list(value))}" if isinstance(value, (tuple, set, frozenset)) else ""
        yield Fault(where, f"{shortened(value)} is no text, number, bool, list, dict or None{advice}")


def _text_faults(text: str, where: str) -> Iterator[Fault]:
    try:
        text.isascii() or text.encode()
    except UnicodeEncodeError as error:
        yield Fault(where, f"{shortened(text)} holds {text[error.start]!r}, which is half a character")


def _members(hint: Any) -> tuple[Any, ...]:
    is_union = typing.get_origin(hint) in (typing.Union, types.UnionType)
    return typing.get_args(hint) if is_union else (hint,)


def _fits(value: object, hint: Any) -> bool:
    """Whether the value itself, whatever it holds, is of the type; what Python can't tell passes."""
    if typing.get_origin(hint) is Literal:
        return value in typing.get_args(hint)
    if getattr(hint, "_is_protocol", False):
        return not isinstance(value, type) and all(
            hasattr(value, name) for name in vars(hint) if not name.startswith("_")
        )
    cls = typing.get_origin(hint) or hint
    if not isinstance(cls, type) or hint is Any:
        return True
    if (cls is Sequence and isinstance(value, str)) or (cls is int and isinstance(value, bool)):
        return False
    return isinstance(value, (int, float) if cls is float else cls)


def _parts(value: Any, hint: Any, where: str) -> Iterator[tuple[str, object, Any]]:
    """What the value holds: the place, the part and its type."""
    within = typing.get_args(hint)
    if dataclasses.is_dataclass(value):
        hints = _hints(cast("type", type(value)))
        for field in dataclasses.fields(value):
            yield f"{where}.{field.name}", getattr(value, field.name), hints.get(field.name, object)
    elif isinstance(value, Mapping) and within:
        for key, part in value.items():
            yield where, key, within[0]
            yield f"{where}.{key}", part, within[1]
    elif isinstance(value, Sequence) and within and typing.get_origin(hint) is not Literal:
        for index, part in enumerate(value):
            yield f"{where}.{index}", part, within[0]


@functools.cache
def _hints(owner: Any) -> Mapping[str, Any]:
    try:
        return typing.get_type_hints(owner)
    except NameError:
        return {}  # names that are imported for the type checker only


def _named(choices: Sequence[Any]) -> str:
    names: list[str] = []
    for choice in choices:
        if typing.get_origin(choice) is Literal:
            names.extend(map(repr, typing.get_args(choice)))
        elif choice is not type(None):
            name = getattr(typing.get_origin(choice) or choice, "__name__", str(choice))
            names.extend(getattr(choice, "_written_as", [name]))
    return " or ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _advice(value: object, choices: Sequence[Any]) -> str:
    texts = [text for choice in choices if typing.get_origin(choice) is Literal for text in typing.get_args(choice)]
    if isinstance(value, str) and texts:
        return nearest(value, texts)
    if str in choices and isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"; write {str(value)!r}"
    if int in choices and isinstance(value, str) and value.isdigit():
        return f"; write {value}"
    origins = {typing.get_origin(choice) for choice in choices}
    if isinstance(value, (str, list)) and origins & {Sequence, tuple}:
        items = [value] if isinstance(value, str) else value
        return f"; write {shortened(items if Sequence in origins else tuple(items))}"
    if isinstance(value, Mapping):
        return "".join(f"; write {_named([choice])}(...)" for choice in choices if dataclasses.is_dataclass(choice))
    return ""
