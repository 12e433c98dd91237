"""Faults of the input, the error that reports them, and the wording that they share."""

from __future__ import annotations

import difflib
import functools
import inspect
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, TypeVar

T = TypeVar("T")

_LONGEST: Final = 60
"""Characters of a value that a message shows."""


@dataclass(frozen=True)
class Fault:
    """An argument that cannot be used.

    Args:
        argument: the argument and the path inside it: `resources.cpu`, `env.LEVEL`, `ports.http`. Empty if the fault
            belongs to no single argument.
        message: the problem, its consequence and the fix.
        path: path of the construct, once it is known.
        place: source of a value from a file, such as `values/values.yaml:82`.
    """

    argument: str
    message: str
    path: str = ""
    place: str = ""

    def within(self, argument: str) -> Fault:
        """Return the fault of a part as a fault of the argument that holds the part."""
        return replace(self, argument=": ".join(part for part in (argument, self.argument) if part))

    def __str__(self) -> str:
        place = f"  [{self.place}]" if self.place else ""
        return ": ".join(part for part in (self.path, self.argument, self.message) if part) + place


class InputError(SystemExit):
    """Input that cannot be used; the message has one line for each fault.

    It is a subclass of `SystemExit`. A program that does not catch it prints the lines on standard error and ends
    with exit code 1, without a traceback.

    Args:
        errors: the faults, as objects or as printed lines.
    """

    def __init__(self, errors: Iterable[object]) -> None:
        self.errors = tuple(errors)
        self.faults = tuple(map(str, self.errors))
        super().__init__("\n".join(self.faults))

    @property
    def code(self) -> str:  # type: ignore[override]  # Python prints a string as code, and exits with 1
        """The printed faults, one a line."""
        return "\n".join(self.faults)


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """Return `; did you mean X?` with the nearest known word, or the list of known words if none is near."""
    choices = sorted(known)
    return nearest(wrong, choices) or (f"; known: {', '.join(choices)}" if choices else "")


def nearest(wrong: str, known: Iterable[str]) -> str:
    """Return `; did you mean X?` with the nearest known word, or an empty string if none is near."""
    near = nearest_word(wrong, known)
    return f"; did you mean {shown(near)}?" if near else ""


def nearest_word(wrong: str, known: Iterable[str]) -> str:
    """Return the nearest known word, or an empty string if none is near.

    >>> nearest_word("imagepullpolicy", ["image", "imagePullPolicy"])
    'imagePullPolicy'
    """
    choices = sorted(known)
    same = [word for word in choices if word.lower() == wrong.lower()]
    near = same or difflib.get_close_matches(wrong, choices, n=1, cutoff=0.6)
    return near[0] if near else ""


def is_slip(wrong: str, right: str) -> bool:
    """Return True if one character is missing, added or changed, or two neighbours are swapped.

    >>> is_slip("monitring", "monitoring"), is_slip("azmonitoring", "monitoring")
    (True, False)
    """
    pairs = enumerate(zip(wrong, right, strict=False))
    place = next((place for place, (found, meant) in pairs if found != meant), min(len(wrong), len(right)))
    left, expected = wrong[place:], right[place:]
    swapped = left[1::-1] + left[2:]
    return wrong != right and (left[1:] in (expected, expected[1:]) or left == expected[1:] or swapped == expected)


def unknown(noun: str, name: str, known: Iterable[str]) -> str:
    """Return the message for an unknown argument, field, key and the like.

    >>> unknown("field", "replica", ["replicas", "image"])
    'unknown field "replica"; did you mean "replicas"?'
    """
    return f"unknown {noun} {shown(name)}{did_you_mean(name, known)}"


def wrong_type(value: object, expected: str, advice: str = "") -> str:
    """Return the message for a value of the wrong type.

    >>> wrong_type(1, "a string", '; write "1"')
    'expected a string, got 1 (int); write "1"'

    Args:
        value: the value.
        expected: the expected type with its article.
        advice: the value to write instead, as people type it; a string gets its quotes here.
    """
    kind = _kind(value)
    got = f"{shown(value)} ({kind})" if kind else shown(value)
    return f"expected {expected}, got {got}{advice}"


def wrong_choice(value: object, choices: Iterable[object]) -> str:
    """Return the message for a value that is none of the choices.

    >>> wrong_choice("Alway", ["Always", "Never"])
    'expected "Always" or "Never", got "Alway"; did you mean "Always"?'
    """
    words = list(choices)
    hint = nearest(value, map(str, words)) if isinstance(value, str) else ""
    return f"expected {either(map(shown, words))}, got {shown(value)}{hint}"


def either(words: Iterable[str]) -> str:
    """Return `a, b or c`."""
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


def shown(value: object) -> str:
    """Return a value as people type it in YAML: `true`, `null`, `"two"`, `[1, 2]`; long ones shortened."""
    if isinstance(value, str) and len(value) > _LONGEST:
        value = f"{value[: _LONGEST - 3]}..."
    if not isinstance(value, (str, int, float, list, tuple, Mapping, type(None))):
        return _shown_object(value)
    try:
        line = json.dumps(value, ensure_ascii=False, default=_shown_object)
        line.encode()
    except UnicodeEncodeError:
        line = json.dumps(value, default=_shown_object)
    except (TypeError, ValueError, RecursionError):
        return f"a {type(value).__name__}"
    return line if isinstance(value, str) or len(line) <= _LONGEST else f"{line[: _LONGEST - 3]}..."


def _shown_object(value: object) -> str:
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value.is_finite() else str(value)
    return f"a {type(value).__name__}"


def _kind(value: object) -> str:
    """Return the word for a value's type, or an empty string if the value shows it."""
    kinds = {str: "string", bool: "boolean", int: "int", float: "float", Decimal: "number", tuple: "tuple"}
    for cls, word in {**kinds, Mapping: "mapping", Sequence: "list"}.items():
        if isinstance(value, cls) and not isinstance(value, bytes):
            return "boolean" if isinstance(value, bool) else word
    return ""


def minimum_faults(where: str, value: int | None, least: int) -> Iterator[Fault]:
    """Yield the fault of a number that is below the least; None is accepted."""
    if value is not None and value < least:
        yield Fault(where, f"must be at least {least}, got {value}")


def shown_as(*names: str) -> Callable[[type[T]], type[T]]:
    """Name the classes that a message shows instead of a Protocol."""

    def name(protocol: type[T]) -> type[T]:
        protocol._written_as = names  # type: ignore[attr-defined]
        return protocol

    return name


def check_call(cls: type) -> None:
    """Make a dataclass raise an InputError, not a TypeError, for unknown, missing or extra arguments."""
    init: Callable[..., None] | None = vars(cls).get("__init__")
    if init is None or hasattr(init, "_is_checked"):
        return
    signature = inspect.signature(init)

    @functools.wraps(init)
    def with_check(*args: object, **kwargs: object) -> None:
        try:
            signature.bind(*args, **kwargs)
        except TypeError:
            raise InputError(_call_faults(cls.__name__, signature, args, kwargs)) from None
        init(*args, **kwargs)

    with_check._is_checked = True  # type: ignore[attr-defined]
    cls.__init__ = with_check  # type: ignore[misc]


def _call_faults(
    name: str, signature: inspect.Signature, args: Sequence[object], kwargs: Mapping[str, object]
) -> Iterator[Fault]:
    """Yield the faults of arguments that do not fit a signature."""
    parameters = signature.parameters
    positional = [key for key, item in parameters.items() if item.kind is not inspect.Parameter.KEYWORD_ONLY]
    for value in args[len(positional) :]:
        yield Fault("", f"unexpected positional argument {shown(value)}; write it as name=value", name)
    given = set(positional[: len(args)])
    for key in kwargs:
        if key not in parameters:
            yield Fault("", unknown("argument", key, list(parameters)[1:]), name)
        elif key in given:
            yield Fault(key, "is given twice", name)
    for key, item in parameters.items():
        if item.default is inspect.Parameter.empty and key not in given and key not in kwargs:
            yield Fault(key, "is required", name)
