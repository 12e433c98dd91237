"""The structure of an object: the fields that its schema names, their types, and required fields.

The API server reads a manifest strictly: it rejects unknown fields and values of another type.

Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import Enum
from typing import Any, Final, NamedTuple

from constructs_lib.errors import nearest_word, shown, wrong_type
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest
from constructs_lib.kubernetes.schemas.builtin import versions_with
from constructs_lib.kubernetes.schemas.schema import Schema
from constructs_lib.kubernetes.validation.bounds import bound_faults, choice_fault
from constructs_lib.kubernetes.validation.rule import FieldRule, Rules
from constructs_lib.kubernetes.validation.scalars import SCALARS


class Problem(str, Enum):
    """The kind of a fault."""

    VALUE = "value"
    """A value that the API server rejects."""
    CHOICE = "choice"
    """A string that a custom resource's schema does not list."""
    UNKNOWN = "unknown"
    """A field that the schema does not name."""
    LATER = "later"
    """A value that the API server accepts here, and rejects in the objects that are made from it."""
    REPEATED = "repeated"
    """Two entries of a list with one key, which server-side apply alone rejects."""


class StructureFault(NamedTuple):
    """A field that the API server rejects.

    Args:
        field: its path.
        message: the problem, and the fix.
        problem: the kind of the fault.
        instead: the path of the field that was probably meant.
        is_type: True if the value has another type than the field.
    """

    field: FieldPath
    message: str
    problem: Problem = Problem.VALUE
    instead: FieldPath | None = None
    is_type: bool = False


_NO_FIELDS: Final[Mapping[str, FieldRule]] = {}
_DEPTH: Final = 3
"""The depth to which the place of a misplaced field is looked for: `spec.image` of a Deployment is three levels up."""
_COMBINED: Final = ("allOf", "anyOf", "oneOf")
_NONE: Final[tuple[str, ...]] = ()
_EMPTY: Final[tuple[object, ...]] = ("", [], ())


def structure_faults(
    schema: Schema, value: object, where: FieldPath, rules: Rules, *, requires: bool = True
) -> list[StructureFault]:
    """Return the faults of a value and of all fields in it, those of the innermost fields first.

    Args:
        schema: the schema of the value.
        value: the value, as read from YAML.
        where: its path.
        rules: the rules of its types.
        requires: False to accept objects without their required fields.
    """
    walk = _Walk(rules, requires=requires)
    walk.visit(schema, value, where)
    return [fault for fault in walk.faults if fault.problem is not Problem.REPEATED or _is_alone(fault, walk.faults)]


def _is_alone(repeated: StructureFault, faults: Iterable[StructureFault]) -> bool:
    """Return True if no fault of another kind is about the entry of a list that repeats another one."""
    depth = len(repeated.field)
    return not any(fault.field[:depth] == repeated.field for fault in faults if fault.problem is not Problem.REPEATED)


class _Walk:
    """One pass over a value."""

    def __init__(self, rules: Rules, *, requires: bool) -> None:
        self._rules, self._requires = rules, requires
        self.faults: list[StructureFault] = []
        self._seen: set[FieldPath] = set()
        self._around: list[tuple[Schema, FieldPath]] = []

    def visit(self, schema: Schema, value: Any, where: FieldPath) -> bool:
        """Add the faults of a value; return True if it has the type of its schema."""
        kind = schema.kind
        if kind == "object":
            message = "" if isinstance(value, Mapping) else wrong_type(value, "a mapping")
        elif kind == "array":
            message = "" if isinstance(value, (list, tuple)) else wrong_type(value, "a list")
        else:
            message = SCALARS[kind](schema, value)
        if message:
            self._seen.add(where)
            self.faults.append(StructureFault(where, message, is_type=True))
            return False
        if kind == "object":
            self._around.append((schema, where))
            self._object(schema, value, where)
            self._around.pop()
        elif kind == "array":
            self._list(schema, value, where)
        if schema.is_custom:
            self._bounds(schema, value, where)
        return True

    def _bounds(self, schema: Schema, value: Any, where: FieldPath) -> None:
        """Add the faults of a value that a custom resource's schema bounds."""
        raw = schema.raw
        if message := choice_fault(raw, value):
            self._report(where, message, Problem.CHOICE)
        for message in bound_faults(raw, value):
            self._report(where, message)
        for message in self._combined(schema, value):
            self._report(where, message)

    def _combined(self, schema: Schema, value: Any) -> Iterator[str]:
        """Yield the faults of a value that must fit one, all or none of several schemas."""
        raw = schema.raw
        if isinstance(value, Mapping) and any(_has_default(raw, name) for name in _named(raw) if name not in value):
            return  # what fits depends on a default that the API server sets
        fitting = {how: [self._fits(raw, part, value) for part in raw[how]] for how in _COMBINED if how in raw}
        if not any(fitting.get("anyOf", (True,))):
            yield _alternatives("at least one", raw["anyOf"])
        if fitting.get("oneOf", (True,)).count(True) != 1:
            yield _alternatives("exactly one", raw["oneOf"])
        if not all(fitting.get("allOf", ())):
            yield "does not fit its schema"
        if "not" in raw and self._fits(raw, raw["not"], value):
            yield "is excluded by its schema"

    def _fits(self, whole: Mapping[str, Any], part: Mapping[str, Any], value: Any) -> bool:
        """Return True if a value fits a part of a schema, which has the type of the whole and may leave fields out."""
        kind = {"type": whole["type"]} if "type" in whole else {}
        return not structure_faults(Schema({**kind, **_opened(part)}), value, FieldPath(), self._rules)

    def _object(self, schema: Schema, value: Manifest, where: FieldPath) -> None:
        name = schema.name
        fields, properties, values = self._rules.fields.get(name, _NO_FIELDS), schema.properties, schema.values
        meant: set[str] = set()
        for key, below in value.items():
            child = properties.get(key, values)
            if child is None:
                if not schema.is_open:
                    meant.add(self._unknown(schema, value, where, key))
            elif below is not None:
                self._field(child, below, where / str(key), fields.get(key))
        if self._requires:
            self._required(schema, value, where, meant)
        for rule in self._rules.objects.get(name, ()):
            for field, message in rule(where, value):
                if not _is_meant(field, where, meant):
                    self._report(field, message)
        if name in self._rules.unchecked:
            self._excuse(where, self._rules.unchecked[name])

    def _field(self, schema: Schema, value: Any, where: FieldPath, rule: FieldRule | None) -> None:
        first = len(self.faults)
        if self.visit(schema, value, where) and rule is not None and not _has_types(self.faults[first:]):
            for message in rule(value):
                self._report(where, message)

    def _excuse(self, where: FieldPath, fields: Collection[str]) -> None:
        """Mark the faults of fields whose values the API server does not look at."""
        depth = len(where)
        for place, fault in enumerate(self.faults):
            if fault.field[:depth] == where and len(fault.field) > depth and fault.field[depth] in fields:
                self.faults[place] = _later(fault)

    def _required(self, schema: Schema, value: Manifest, where: FieldPath, meant: set[str]) -> None:
        optional = self._rules.optional.get(schema.name, _NONE)
        for field in (*schema.required, *self._rules.required.get(schema.name, ())):
            if field in optional or field in meant:
                continue
            given = value.get(field)
            if given is None and schema.is_custom and _has_default(schema.raw, field):
                continue
            if given is None:
                self._report(where / field, "is required")
            elif not schema.is_custom and given in _EMPTY:
                self._report(where / field, "must not be empty")

    def _unknown(self, schema: Schema, value: Manifest, where: FieldPath, key: object) -> str:
        """Report an unknown field, and return the name of the field that was probably meant."""
        name = str(key)
        near, above = nearest_word(name, schema.properties), self._home_of(name)
        if others := () if schema.is_custom else versions_with(schema.name, name):
            hint, instead = f"Kubernetes has it from {others[0]} to {others[-1]}", None
        elif above is not None:
            hint, instead = f"write it in {above}" if above else "write it at the top level", above / name
        elif near and near in value:
            hint, instead = f"did you mean {shown(near)}, which is set too?", None
        elif near:
            hint, instead = f"did you mean {shown(near)}?", where / near
        elif below := _home_below(schema, name):
            hint, instead = f"write it in {below.below(where)}", None
        else:
            hint, instead = "remove it", None
        message = f"unknown field {shown(name)}; {hint}"
        self.faults.append(StructureFault(where / name, message, Problem.UNKNOWN, instead))
        return "" if above is not None or near in value else near

    def _home_of(self, name: str) -> FieldPath | None:
        """Return the path of the nearest object around this one that has a field of that name."""
        return next((path for schema, path in reversed(self._around[:-1]) if name in schema.properties), None)

    def _list(self, schema: Schema, value: Iterable[Any], where: FieldPath) -> None:
        child = schema.items
        if child is None:
            return
        places: dict[Any, int] = {}
        for place, item in enumerate(value):
            if item is not None or schema.is_custom:
                self.visit(child, item, where / place)
            elif child.kind == "object" and child.properties:
                self.visit(child, {}, where / place)
            key = _key(schema, item)
            if key is not None and places.setdefault(key, place) != place:
                self._repeated(schema, where, place, places[key], key)

    def _repeated(self, schema: Schema, where: FieldPath, place: int, first: int, key: tuple[object, ...]) -> None:
        named = " and ".join(f"{name} {shown(value)}" for name, value in zip(schema.keys, key, strict=True))
        message = f"has the same {named} as entry {first}; server-side apply rejects the list, so remove one of them"
        self.faults.append(StructureFault(where / place, message, Problem.REPEATED))

    def _report(self, field: FieldPath, message: str, problem: Problem = Problem.VALUE) -> None:
        if field not in self._seen:
            self._seen.add(field)
            self.faults.append(StructureFault(field, message, problem))


def _has_types(faults: Iterable[StructureFault]) -> bool:
    """Return True if an entry of a list or map has another type than its schema."""
    return any(fault.is_type for fault in faults)


def _later(fault: StructureFault) -> StructureFault:
    """Return a fault of a field whose values are not looked at; its structure always is."""
    return fault._replace(problem=Problem.LATER) if fault.problem is Problem.VALUE and not fault.is_type else fault


def _is_meant(field: FieldPath, where: FieldPath, meant: set[str]) -> bool:
    """Return True if an unknown field, which has its own fault, explains a fault."""
    return field[len(where)] in meant if len(field) > len(where) else bool(meant)


def _key(schema: Schema, item: object) -> tuple[object, ...] | None:
    """Return the values that identify an entry of a list, or None if it has none."""
    if not schema.keys or not isinstance(item, Mapping):
        return None
    key = tuple(item.get(name, "TCP" if name == "protocol" else None) for name in schema.keys)
    return None if None in key or any(isinstance(value, (dict, list)) for value in key) else key


def _opened(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return a part of a schema that accepts further fields, at all levels."""
    opened = {**raw, "open": True}
    if "properties" in raw:
        opened["properties"] = {name: _opened(below) for name, below in raw["properties"].items()}
    return opened


def _home_below(schema: Schema, name: str) -> FieldPath | None:
    """Return the path of the nearest object inside another one that has a field, if there is one such object."""
    inside = [(FieldPath(), schema)]
    for _ in range(_DEPTH):
        inside = [
            (path / field, _entry(below)) for path, around in inside for field, below in around.properties.items()
        ]
        homes = [path for path, below in inside if name in below.properties]
        if homes:
            regular = [path for path in homes if path[-1] == "containers"]
            return next(iter(regular or homes)) if regular or len(homes) == 1 else None
    return None


def _entry(schema: Schema) -> Schema:
    return schema if schema.items is None else schema.items


def _has_default(raw: Mapping[str, Any], field: str) -> bool:
    return "default" in raw.get("properties", {}).get(field, {})


def _named(raw: Mapping[str, Any]) -> Iterator[str]:
    """Yield the fields that the parts of a combined schema are about."""
    parts = [part for how in _COMBINED for part in raw.get(how, ())]
    for part in (*parts, raw["not"]) if "not" in raw else parts:
        yield from (*part.get("required", ()), *part.get("properties", ()), *_named(part))


def _alternatives(how_many: str, parts: Iterable[Mapping[str, Any]]) -> str:
    fields = ["+".join(part["required"]) for part in parts if part.get("required")]
    return f"must set {how_many} of {', '.join(fields)}" if fields else f"must fit {how_many} form of its schema"
