"""The inventory of nodes in Python."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from constructs_lib import Amount, Cluster, Existing, ExistingKeys, InputError, NodePool


def test_what_is_allocatable_follows_the_capacity() -> None:
    reserved = Amount(cpu=Decimal("0.15"), memory=Decimal(600))
    small = NodePool(nodes=("a",), capacity=Amount(cpu=Decimal(2), memory=Decimal(4000)), reserved=reserved)
    assert small.allocatable == Amount(cpu=Decimal("1.85"), memory=Decimal(3400))
    large = small.model_copy(update={"capacity": Amount(cpu=Decimal(64), memory=Decimal(9000))})
    assert large.allocatable == Amount(cpu=Decimal("63.85"), memory=Decimal(8400))


@pytest.mark.parametrize(
    ("make", "arguments", "faults"),
    [
        (Cluster, {}, ["Cluster: pools: is required"]),
        (Cluster, {"pools": {}}, ["Cluster: pools: must not be empty"]),
        (
            Cluster,
            {"pool": {}},
            [
                "Cluster: pools: is required",
                'Cluster: unknown argument "pool"; did you mean "pools"?',
            ],
        ),
        (
            Cluster,
            {"pools": {"a": {"nodes": ["n"], "capacity": {"cpu": "4", "memory": "8Gi"}, "maxPods": "9"}}},
            ['Cluster: pools.a.maxPods: expected an integer, got "9" (string); write 9'],
        ),
        (
            NodePool,
            {"nodes": ("a",), "capacity": Amount(cpu=Decimal(2), memory=Decimal(4000)), "max_pods": 0},
            ["NodePool: max_pods: must be at least 1, got 0"],
        ),
        (
            NodePool,
            {"nodes": ("a",), "capacity": Amount(cpu=Decimal(2), memory=Decimal(4000)), "zones": ("x", "y")},
            ["NodePool: 2 zones for 1 nodes; name one for each node, or none"],
        ),
        (Existing, {"namespaces": [1]}, ['Existing: namespaces.0: expected a string, got 1 (int); write "1"']),
        (ExistingKeys, {"namespace": "a"}, ["ExistingKeys: name: is required"]),
    ],
)
def test_wrong_arguments_end_in_lines_of_ours(make: Any, arguments: dict[str, Any], faults: list[str]) -> None:
    with pytest.raises(InputError) as error:
        make(**arguments)
    assert list(error.value.faults) == faults
