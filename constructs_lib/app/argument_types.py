"""Check the types of arguments, so that a wrong one ends in a message and not in a traceback."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import math
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Literal, ParamSpec, TypeVar, cast, get_origin

from constructs import Node
from typing_extensions import Unpack

from constructs_lib.app.validation import state_of
from constructs_lib.errors import Fault, InputError, either, shown, unknown, wrong_choice, wrong_type

P = ParamSpec("P")
T = TypeVar("T")

_MAX_INT: Final = 2**31 - 1
"""Most integers of Kubernetes have 32 bits."""


def checked(init: Callable[P, None]) -> Callable[P, None]:
    """Make a construct's `__init__` report arguments that do not match their annotations, at any depth.

    The faults are recorded and the construct continues with its defaults, so that one run finds all faults. Without
    a default, it raises an InputError with the faults found so far.
    """
    construct: Callable[..., None] = init

    @functools.wraps(init)
    def with_checks(*args: P.args, **kwargs: P.kwargs) -> None:
        signature, hints = _parameters(with_checks)
        given, faults = _bind(signature, args, kwargs)
        missing = False
        for name, parameter in list(signature.parameters.items())[1:]:
            found = list(type_faults(given[name], hints.get(name, object), name)) if name in given else []
            if name == "construct_id" and given.get(name) == "":
                found = [Fault("construct_id", "must not be empty")]
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
                given,
                [Fault("", "its scope is not inside a chart; create it in a NamespaceChart or cdk8s.Chart")],
                stop=True,
            )

    return with_checks


@functools.cache
def _parameters(init: Callable[..., None]) -> tuple[inspect.Signature, Mapping[str, Any]]:
    """Return the signature of a construct's `__init__`, and the types of its arguments by name."""
    return inspect.signature(init), {**_hints(_options_of(init)), **_hints(init)}


def spell_out_options(cls: type) -> None:
    """Let `help()` and `inspect` show the arguments that a construct takes as `**options: Unpack[...]`.

    The defaults are those of the construct that it is derived from.
    """
    init = vars(cls).get("__init__")
    options = _options_of(init)
    if init is None or options is None:
        return
    base_init: Any = cls.__mro__[1].__init__  # type: ignore[misc]  # the very class it is derived from
    inherited = inspect.signature(base_init).parameters
    signature = inspect.signature(init)
    own = [item for item in signature.parameters.values() if item.kind is not inspect.Parameter.VAR_KEYWORD]
    spread = [inherited[name] for name in _hints(options)]
    init.__signature__ = signature.replace(parameters=[*own, *spread])


def _options_of(init: Any) -> Any:
    """Return the TypedDict of `**options: Unpack[...]`, or None."""
    return next((typing.get_args(hint)[0] for hint in _hints(init).values() if get_origin(hint) is Unpack), None)


def _bind(
    signature: inspect.Signature, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Fault]]:
    """Return the known arguments by name, and the faults of the others."""
    names = list(signature.parameters)
    positional = [name for name in names if signature.parameters[name].kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    given = dict(zip(positional, args, strict=False))
    faults = [
        Fault("", f"unexpected positional argument {shown(value)}; write it as name=value")
        for value in args[len(positional) :]
    ]
    for name, value in kwargs.items():
        if name in names:
            given[name] = value
        else:
            faults.append(Fault("", unknown("argument", name, names[1:])))
    return given, faults


def _report(given: Mapping[str, Any], faults: list[Fault], *, stop: bool) -> None:
    scope = given.get("scope")
    if scope is None:
        raise InputError(replace(fault, path=type(given["self"]).__name__) for fault in faults)
    state = state_of(scope)
    name = given.get("construct_id", type(given["self"]).__name__)
    state.report_at("/".join(part for part in (Node.of(scope).path, name) if part), *faults)
    if stop:
        raise InputError(state.faults)


def type_faults(value: object, hint: Any, where: str) -> Iterator[Fault]:
    """Yield the faults of the parts of a value, at any depth, that do not match the annotation.

    >>> [str(fault) for fault in type_faults({"A": 1}, Mapping[str, str], "env")]
    ['env.A: expected a string, got 1 (int); write "1"']
    """
    choices = _members(hint)
    chosen = next((choice for choice in choices if _fits(value, choice)), None)
    if chosen is None:
        yield Fault(where, _mismatch(value, choices))
    elif chosen is Any:
        yield from _data_faults(value, where)
    elif isinstance(value, int) and abs(value) > _MAX_INT:
        bound = f"at most {_MAX_INT}" if value > 0 else f"at least -{_MAX_INT}"
        yield Fault(where, f"must be {bound}, got {shown(value)}")
    elif isinstance(value, str):
        yield from _string_faults(value, where)
    elif isinstance(value, Mapping) and typing.get_args(chosen):
        key_hint, value_hint = typing.get_args(chosen)
        for key, part in value.items():
            yield from _key_faults(key, key_hint, where)
            yield from type_faults(part, value_hint, f"{where}.{key}")
    else:
        for place, part, its_hint in _parts(value, chosen, where):
            yield from type_faults(part, its_hint, place)


def _key_faults(key: object, hint: Any, where: str) -> Iterator[Fault]:
    """Yield the faults of a mapping's key."""
    if any(_fits(key, choice) for choice in _members(hint)):
        yield from type_faults(key, hint, where)
    else:
        yield Fault(where, wrong_type(key, "a string as key", f"; write {shown(str(key))}"))


def _data_faults(value: object, where: str) -> Iterator[Fault]:
    """Yield the faults of a plain value such as an override: the parts that YAML cannot hold, at any depth."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            if isinstance(key, str):
                yield from _data_faults(part, f"{where}.{key}")
            else:
                yield from _key_faults(key, str, where)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _data_faults(part, f"{where}.{index}")
    elif isinstance(value, str):
        yield from _string_faults(value, where)
    elif isinstance(value, float) and not math.isfinite(value):
        yield Fault(where, f"must be a finite number, got {value}")
    elif not isinstance(value, (bool, int, float, type(None))):
        advice = f"; write {shown(list(value))}" if isinstance(value, (tuple, set, frozenset)) else ""
        yield Fault(where, wrong_type(value, "a string, number, boolean, list, mapping or null", advice))


def _string_faults(text: str, where: str) -> Iterator[Fault]:
    try:
        text.isascii() or text.encode()
    except UnicodeEncodeError as error:
        yield Fault(where, f"{shown(text)} contains {shown(text[error.start])}, which is half a character")


def _members(hint: Any) -> tuple[Any, ...]:
    is_union = typing.get_origin(hint) in (typing.Union, types.UnionType)
    return typing.get_args(hint) if is_union else (hint,)


def _fits(value: object, hint: Any) -> bool:
    """Return True if the value matches the type, without its parts; unknown kinds of types match."""
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
    """Yield the parts of a dataclass or list, each with its path and its type."""
    within = typing.get_args(hint)
    if dataclasses.is_dataclass(value):
        hints = _hints(cast("type", type(value)))
        for field in dataclasses.fields(value):
            yield f"{where}.{field.name}", getattr(value, field.name), hints.get(field.name, object)
    elif isinstance(value, Sequence) and within and typing.get_origin(hint) is not Literal:
        for index, part in enumerate(value):
            yield f"{where}.{index}", part, within[0]


@functools.cache
def _hints(owner: Any) -> Mapping[str, Any]:
    if owner is None:
        return {}
    try:
        return typing.get_type_hints(owner)
    except NameError:
        return {}  # names that are imported for the type checker only


_WORDS: Final[Mapping[Any, str]] = {
    str: "a string",
    int: "an integer",
    float: "a number",
    bool: "a boolean",
    Sequence: "a list",
    list: "a list",
    tuple: "a tuple",
    Mapping: "a mapping",
    dict: "a mapping",
    Callable: "a function",
}


def _mismatch(value: object, choices: Sequence[Any]) -> str:
    """Return the message for a value of none of the types."""
    literals = [word for choice in choices if typing.get_origin(choice) is Literal for word in typing.get_args(choice)]
    others = [choice for choice in choices if typing.get_origin(choice) is not Literal and choice is not type(None)]
    if literals and not others:
        return wrong_choice(value, literals)
    words = list(dict.fromkeys([*map(shown, literals), *(word for choice in others for word in _named(choice))]))
    return wrong_type(value, either(words or ["null"]), _advice(value, choices))


def _named(choice: Any) -> Sequence[str]:
    cls = typing.get_origin(choice) or choice
    words: Sequence[str] = getattr(choice, "_written_as", [_WORDS.get(cls) or getattr(cls, "__name__", str(cls))])
    return words


def _advice(value: object, choices: Sequence[Any]) -> str:
    if str in choices and isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"; write {shown(str(value))}"
    if int in choices and isinstance(value, str) and value.isdecimal():
        return f"; write {value}"
    origins = {typing.get_origin(choice) for choice in choices}
    if isinstance(value, str) and origins & {Sequence, list}:
        return f"; write {shown([value])}"
    if isinstance(value, (str, list)) and tuple in origins:
        items = [value] if isinstance(value, str) else value
        return f"; write ({', '.join(map(shown, items))}{',' if len(items) == 1 else ''})"
    if isinstance(value, Mapping):
        return "".join(f"; write {_named(choice)[0]}(...)" for choice in choices if dataclasses.is_dataclass(choice))
    return ""
