"""Rules of the API server, by the name of a type, and the parts that they are made of.

A rule of a field yields the problems of one value. A rule of an object yields the path of a field and its problem.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar

from constructs_lib.errors import Fault, either, shown, wrong_choice
from constructs_lib.kubernetes.addresses import is_ip, port_faults
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest
from constructs_lib.kubernetes.names import DNS_LABEL, DNS_NAME, PORT_NAME, Form, form_faults, label_key_faults
from constructs_lib.kubernetes.quantities import amount_of

FieldFault: TypeAlias = tuple[FieldPath, str]
"""The path of a field, and the problem with its value."""

FieldRule: TypeAlias = Callable[[Any], Iterable[str]]
"""Yields the problems of one value, which has the type that its schema names."""

ObjectRule: TypeAlias = Callable[[FieldPath, Manifest], Iterable[FieldFault]]
"""Yields the faults of an object at a path, which several of its fields may cause together."""


_Rule = TypeVar("_Rule", bound=Callable[..., Any])


class Rules(NamedTuple):
    """Rules of types, each by the type's name, such as `core.v1.Container`.

    Args:
        fields: rules of single fields.
        objects: rules of objects.
        required: fields that must be set and not empty, although the schema does not require them.
        optional: fields that the schema requires and the API server does not.
        unchecked: fields whose values the API server does not look at, although what is made from them fails, each
            with the last minor version of Kubernetes for which that holds; empty for all.
    """

    fields: Mapping[str, Mapping[str, FieldRule]] = {}
    objects: Mapping[str, tuple[ObjectRule, ...]] = {}
    required: Mapping[str, tuple[str, ...]] = {}
    optional: Mapping[str, tuple[str, ...]] = {}
    unchecked: Mapping[str, Mapping[str, str]] = {}


def since(version: str) -> Callable[[_Rule], _Rule]:
    """Mark a rule that holds from a minor version of Kubernetes on, such as `1.29`."""
    return _marked("since", version)


def until(version: str) -> Callable[[_Rule], _Rule]:
    """Mark a rule that holds up to a minor version of Kubernetes, with that version."""
    return _marked("until", version)


def _marked(attribute: str, version: str) -> Callable[[_Rule], _Rule]:
    def mark(rule: _Rule) -> _Rule:
        setattr(rule, attribute, version)
        return rule

    return mark


PROTOCOLS: Final = ("TCP", "UDP", "SCTP")
_LARGEST_ID: Final = 2**31 - 1


def messages(faults: Iterable[Fault]) -> Iterator[str]:
    """Return the problems of a value alone."""
    return (fault.message for fault in faults)


def at(field: FieldPath, faults: Iterable[Fault]) -> Iterator[FieldFault]:
    """Return the faults of a value as those of the field."""
    return ((field, fault.message) for fault in faults)


def one_of(*choices: str) -> FieldRule:
    """Return the rule of a string that is one of the choices."""

    def rule(value: str) -> Iterator[str]:
        if value not in choices:
            yield wrong_choice(value, choices)

    return rule


def one_of_or_default(*choices: str) -> FieldRule:
    """Return the rule of a string that is one of the choices, or empty to get a default."""
    return lambda value: one_of(*choices)(value) if value else ()


def each(rule: FieldRule) -> FieldRule:
    """Return the rule of a list whose entries, all of the right type, have a rule."""
    return lambda values: (message for value in map(_read, values) for message in rule(value))


def _read(value: Any) -> Any:
    """Return an entry as the API server reads it, which takes null for an empty string."""
    return "" if value is None else value


def at_least(least: int) -> FieldRule:
    """Return the rule of a number that has a least value."""

    def rule(value: float) -> Iterator[str]:
        if value < least:
            yield f"must be at least {least}, got {shown(value)}"

    return rule


def between(least: int, most: int) -> FieldRule:
    """Return the rule of a number that has a least and a greatest value."""

    def rule(value: float) -> Iterator[str]:
        if not least <= value <= most:
            yield f"must be between {least} and {most}, got {shown(value)}"

    return rule


def at_most_entries(most: int) -> FieldRule:
    """Return the rule of a list or map that has a greatest number of entries."""

    def rule(value: Sequence[object]) -> Iterator[str]:
        if len(value) > most:
            yield f"must hold at most {most} entries, got {len(value)}"

    return rule


def name(form: Form, what: str) -> FieldRule:
    """Return the rule of a name that has a form; an empty one counts as absent."""
    return lambda value: messages(form_faults("", value, what, form)) if value else ()


def given_name(form: Form, what: str) -> FieldRule:
    """Return the rule of a name that has a form and must not be empty if it is set."""
    return lambda value: messages(form_faults("", value, what, form))


def label_key(value: str) -> Iterator[str]:
    """Yield the problem of a qualified name, such as the key of a label; an empty one counts as absent."""
    return messages(label_key_faults("", value)) if value else iter(())


def ip_address(value: str) -> Iterator[str]:
    """Yield the problem of an IP address."""
    if not is_ip(value):
        yield f"{shown(value)} is not an IP address"


def port_number(value: int) -> Iterator[str]:
    """Yield the problem of the number of a port."""
    return messages(port_faults("", value))


def optional_port(value: int) -> Iterator[str]:
    """Yield the problem of the number of a port; 0 counts as absent."""
    return port_number(value) if value else iter(())


def port_name(value: str) -> Iterator[str]:
    """Yield the problem of the name of a port."""
    return messages(form_faults("", value, "port name", PORT_NAME))


def port(value: int | str) -> Iterator[str]:
    """Yield the problem of a port that is a number or the name of one."""
    return port_name(value) if isinstance(value, str) else port_number(value)


def target_port(value: int | str) -> Iterator[str]:
    """Yield the problem of a target port; 0 and an empty one count as absent."""
    return port(value) if value else iter(())


def positive_quantity(value: str | float) -> Iterator[str]:
    """Yield the problem of a quantity that must be more than nothing."""
    if (number := amount_of(value)) is not None and number <= 0:
        yield f"must be more than 0, got {shown(value)}"


def amount(value: str | float) -> Iterator[str]:
    """Yield the problem of a quantity that must not be negative."""
    if (number := amount_of(value)) is not None and number < 0:
        yield f"must be at least 0, got {shown(value)}"


NOT_NEGATIVE: Final = at_least(0)
POSITIVE: Final = at_least(1)
USER_ID: Final = between(0, _LARGEST_ID)
"""The rule of a user or group ID."""
FILE_MODE: Final = between(0, 0o777)
LABEL_NAME: Final = name(DNS_LABEL, "name")
OBJECT_NAME: Final = name(DNS_NAME, "name")
PROTOCOL: Final = one_of_or_default(*PROTOCOLS)


def exactly_one(
    where: FieldPath, value: Manifest, fields: Sequence[str], *, required: bool = True
) -> Iterator[FieldFault]:
    """Yield the faults of fields that exclude each other, and of an object that sets none of them."""
    found = [field for field in fields if value.get(field) is not None]
    for field in found[1:]:
        yield where / field, f"cannot be set beside {found[0]}; remove one of them"
    if required and not found:
        yield where, f"must set one of {either(fields)}"


def needs(where: FieldPath, value: Manifest, field: str, reason: str) -> Iterator[FieldFault]:
    """Yield the fault of a field that is not set."""
    if value.get(field) in (None, "", [], {}):
        yield where / field, f"is required {reason}"


def forbidden(where: FieldPath, value: Manifest, fields: Iterable[str], reason: str) -> Iterator[FieldFault]:
    """Yield the faults of fields that must not be set."""
    for field in fields:
        if value.get(field) not in (None, "", [], {}, 0, False):
            yield where / field, f"cannot be set {reason}"


def unique(
    where: FieldPath, items: Iterable[tuple[int, Manifest]], fields: Sequence[str], what: str
) -> Iterator[FieldFault]:
    """Yield the faults of list entries that repeat a value.

    Args:
        where: path of the list.
        items: its entries with their places.
        fields: the fields that identify an entry; the last one is at fault.
        what: a noun phrase for two such entries, such as `two containers`.
    """
    seen: set[tuple[object, ...]] = set()
    for place, item in items:
        key = tuple(item.get(field) or "" for field in fields)
        if any(isinstance(part, (dict, list)) for part in key) or not key[-1]:
            continue
        if key in seen:
            yield where / place / fields[-1], f"{what} have the {fields[-1]} {shown(key[-1])}; change one of them"
        seen.add(key)
