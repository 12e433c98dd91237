"""Ports and address ranges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import ip_network
from typing import Final

from constructs_lib.errors import Fault

PRIVATE_CIDRS: Final = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")


def port_faults(name: str, port: int) -> Iterator[Fault]:
    """Yield the faults of the number of a port."""
    if not 1 <= port <= 65535:
        yield Fault(name, f"must be between 1 and 65535, got {port}")


def cidr_faults(name: str, cidrs: Sequence[str]) -> Iterator[Fault]:
    """Yield the faults of ranges of addresses."""
    for cidr in cidrs:
        try:
            ip_network(cidr)
        except ValueError as error:
            yield Fault(name, f"{error}")
