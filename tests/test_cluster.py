"""The inventory of nodes in Python."""

from __future__ import annotations

from decimal import Decimal

from constructs_lib import NodePool
from constructs_lib.inventory.cluster import Amount


def test_what_is_allocatable_follows_the_capacity() -> None:
    reserved = Amount(cpu=Decimal("0.15"), memory=Decimal(600))
    small = NodePool(nodes=("a",), capacity=Amount(cpu=Decimal(2), memory=Decimal(4000)), reserved=reserved)
    assert small.allocatable == Amount(cpu=Decimal("1.85"), memory=Decimal(3400))
    large = small.model_copy(update={"capacity": Amount(cpu=Decimal(64), memory=Decimal(9000))})
    assert large.allocatable == Amount(cpu=Decimal("63.85"), memory=Decimal(8400))
