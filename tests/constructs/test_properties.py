"""What holds for any input: quantities, names and layers of values."""

from __future__ import annotations

import string
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constructs_lib import ApiService, InputError
from constructs_lib.errors import shown
from constructs_lib.inventory.layered_yaml import merge
from constructs_lib.kubernetes.quantities import format_cpu, format_memory, parse_quantity
from tests.constructs.build import build

# Quantities, beside a slow reading in exact fractions.

POWERS = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}

numbers = st.one_of(
    st.integers(0, 10**9).map(str),
    st.tuples(st.integers(0, 10**6), st.integers(0, 999)).map(lambda pair: f"{pair[0]}.{pair[1]}"),
)
suffixes = st.one_of(st.sampled_from([*POWERS, *BINARY]), st.integers(-9, 18).map(lambda power: f"e{power}"))
quantities = st.tuples(st.sampled_from(["", "+", "-"]), numbers, suffixes).map("".join)


def exact(text: str) -> Fraction:
    for suffix, power in BINARY.items():
        if text.endswith(suffix):
            return Fraction(text.removesuffix(suffix)) * (1 << power)
    for suffix, power in POWERS.items():
        if suffix and text.endswith(suffix):
            return Fraction(f"{text.removesuffix(suffix)}e{power}")
    number, _, exponent = text.partition("e")
    return Fraction(f"{number}e{exponent or 0}")


@given(quantities)
def test_a_quantity_is_the_number_that_it_says(text: str) -> None:
    assert Fraction(parse_quantity(text)) == exact(text)


@given(quantities, quantities)
def test_quantities_have_the_order_of_their_numbers(one: str, other: str) -> None:
    assert (parse_quantity(one) < parse_quantity(other)) == (exact(one) < exact(other))


@given(st.integers(0, 10**7))
def test_cpu_is_written_as_it_was_read(millis: int) -> None:
    assert parse_quantity(format_cpu(parse_quantity(f"{millis}m"))) == parse_quantity(f"{millis}m")


@given(st.integers(0, 10**7))
def test_memory_is_written_as_it_was_read(mebibytes: int) -> None:
    assert parse_quantity(format_memory(parse_quantity(f"{mebibytes}Mi"))) == parse_quantity(f"{mebibytes}Mi")


@given(quantities.filter(lambda text: not text.startswith("-")))
def test_what_is_written_is_enough_and_less_than_a_unit_too_much(text: str) -> None:
    for written, unit in ((format_cpu, Fraction(1, 1000)), (format_memory, Fraction(2**20))):
        excess = exact(written(parse_quantity(text))) - exact(text)
        assert 0 <= excess < unit


@given(st.text(alphabet="0123456789.+-eEmkKMGi nu%\u0661", max_size=8))
def test_a_text_is_a_quantity_or_refused_with_the_text(text: str) -> None:
    try:
        parse_quantity(text)
    except ValueError as error:
        assert str(error).startswith(f"{shown(text)} is not a quantity")
    else:
        assert text.isascii()
        assert Fraction(parse_quantity(text)) == exact(text.replace("E", "e") if text[-1:].isdigit() else text)


# Names, beside RFC 1035 letter by letter.


def is_label(name: str) -> bool:
    letters, digits = set(string.ascii_lowercase), set(string.digits)
    return (
        1 <= len(name) <= 63
        and name[0] in letters
        and name[-1] in letters | digits
        and set(name) <= letters | digits | {"-"}
    )


# The chart has a policy of the name "default-deny" itself: test_charts.
names = st.one_of(
    st.text(alphabet=string.ascii_lowercase + string.digits + "-", min_size=1, max_size=66),
    st.text(alphabet=st.characters(exclude_characters="/", exclude_categories=["Cs"]), min_size=1, max_size=5),
).filter(lambda name: name != "default-deny")


@settings(max_examples=60, deadline=None)
@given(names)
def test_a_name_is_a_label_or_refused(name: str) -> None:
    try:
        manifests = build(lambda chart: ApiService(chart, name, image="shop:1"))
    except InputError as error:
        assert not is_label(name), error.faults
        assert f": {shown(name)} " in error.faults[0]
    else:
        assert is_label(name)
        assert {name, "web", "resource-quota", "limit-range", "default-deny"} >= {
            manifest["metadata"]["name"] for manifest in manifests
        }


# Layers, beside a reading path by path.

keys = st.sampled_from("abc")
leaves = st.one_of(st.none(), st.integers(0, 3), st.lists(st.integers(0, 3), max_size=2))
layers = st.dictionaries(
    keys, st.recursive(leaves, lambda below: st.dictionaries(keys, below, max_size=3), max_leaves=8), max_size=3
)
ABSENT = object()


def at(layer: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        if not isinstance(layer, Mapping) or key not in layer:
            return ABSENT
        layer = layer[key]
    return layer


def expected(base: Any, over: Any, path: tuple[str, ...]) -> Any:
    """The value that a path has: `over`'s, where it says something about it or about a place above it."""
    for length in range(1, len(path) + 1):
        said = at(over, path[:length])
        if said is ABSENT:
            return at(base, path)
        if said is None:
            return ABSENT
        if not isinstance(said, Mapping):
            return at(over, path)
        if not isinstance(at(base, path[:length]), Mapping):
            base = {}
    return {}  # a map on both sides, or a new one: its keys are looked at one by one


def paths(layer: Any, above: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    if not isinstance(layer, Mapping):
        return set()
    return {path for key, below in layer.items() for path in ((*above, key), *paths(below, (*above, key)))}


@given(layers.map(lambda layer: merge({}, layer)), layers)
def test_layers_merge_as_if_read_path_by_path(base: dict[str, Any], over: dict[str, Any]) -> None:
    merged = merge(base, over)
    for path in paths(base) | paths(over) | paths(merged):
        found, wanted = at(merged, path), expected(base, over, path)
        assert isinstance(found, Mapping) if wanted == {} else found == wanted


@given(layers, layers)
def test_merging_changes_neither_layer_and_repeating_it_changes_nothing(base: Any, over: Any) -> None:
    before = repr((base, over))
    merged = merge(base, over)
    assert repr((base, over)) == before
    assert merge(merged, over) == merged


@pytest.mark.parametrize("value", [True, None, "", "1 Gi", "0x10", "1e", "Mi", "1KI", "1_000"])
def test_what_is_no_quantity(value: Any) -> None:
    with pytest.raises(ValueError, match="is not a quantity"):
        parse_quantity(value)
