"""Ports and address ranges."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from ipaddress import ip_address, ip_network
from typing import Final

from constructs_lib.errors import Fault, shown

PRIVATE_IPV4_CIDRS: Final = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
"""Ranges that are not routed on the internet; pods have theirs here, on EKS also in 100.64.0.0/10.

Sources: https://www.rfc-editor.org/rfc/rfc1918, https://www.rfc-editor.org/rfc/rfc6598
"""

PRIVATE_CIDRS: Final = (*PRIVATE_IPV4_CIDRS, "fc00::/7")
"""The same with IPv6. Source: https://www.rfc-editor.org/rfc/rfc4193"""

_LEADING_ZEROS: Final = re.compile(r"(?<![0-9a-fA-F])0+(?=[0-9a-fA-F])")


def port_faults(name: str, port: int) -> Iterator[Fault]:
    """Yield the faults of the number of a port."""
    if not 1 <= port <= 65535:
        yield Fault(name, f"must be between 1 and 65535, got {port}")


def is_ip(text: str) -> bool:
    """Return True if the API server accepts the string as an IP address; leading zeros are allowed.

    >>> is_ip("10.0.0.1"), is_ip("010.0.0.1"), is_ip("10.0.0.0/8")
    (True, True, False)
    """
    try:
        ip_address(plain_cidr(text))
    except ValueError:
        return False
    return "%" not in text


def is_cidr(text: str) -> bool:
    """Return True if the API server accepts the string as a CIDR; host bits may be set.

    >>> is_cidr("10.0.0.0/8"), is_cidr("10.0.0.1/8"), is_cidr("10.0.0.1")
    (True, True, False)
    """
    _, _, length = text.partition("/")
    if "%" in text or not (length.isascii() and length.isdigit()):
        return False
    try:
        ip_network(plain_cidr(text), strict=False)
    except ValueError:
        return False
    return True


def plain_cidr(cidr: str) -> str:
    """Return a CIDR without leading zeros, which the API server accepts and Python does not."""
    return _LEADING_ZEROS.sub("", cidr)


def cidr_faults(where: str, cidrs: Iterable[str]) -> Iterator[Fault]:
    """Yield the faults of address ranges that the API server rejects."""
    for cidr in cidrs:
        if not is_cidr(cidr):
            yield Fault(where, f"{shown(cidr)} is not a valid CIDR; write it like 10.0.0.0/16 or fd00::/8")


def network_faults(where: str, cidrs: Sequence[str]) -> Iterator[Fault]:
    """Yield the faults of address ranges, including addresses of a host where a network is expected."""
    yield from cidr_faults(where, cidrs)
    for cidr in filter(is_cidr, cidrs):
        plain = plain_cidr(cidr)
        network = ip_network(plain, strict=False)
        if network.network_address != ip_address(plain.partition("/")[0]):
            yield Fault(where, f"{shown(cidr)} is an address inside a network; write {network}")
