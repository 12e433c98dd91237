"""Kubernetes quantities (`200m` CPU, `256Mi` memory): reading, adding up and writing them.

Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_UP, Decimal
from typing import Final

from constructs_lib.errors import Fault, shown

_SUFFIXES: Final = {
    "n": Decimal("1e-9"), "u": Decimal("1e-6"), "m": Decimal("1e-3"), "": Decimal(1),
    "k": Decimal(10**3), "M": Decimal(10**6), "G": Decimal(10**9),
    "T": Decimal(10**12), "P": Decimal(10**15), "E": Decimal(10**18),
    "Ki": Decimal(2**10), "Mi": Decimal(2**20), "Gi": Decimal(2**30),
    "Ti": Decimal(2**40), "Pi": Decimal(2**50), "Ei": Decimal(2**60),
}  # fmt: skip
_QUANTITY: Final = re.compile(
    r"(?P<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))"
    r"(?:[eE](?P<exponent>[+-]?[0-9]{1,2})|(?P<suffix>[KMGTPE]i|[numkMGTPE])?)"
)
_ZEROS: Final = (".", "-", "+", "-.", "+.")
MILLI: Final = Decimal("0.001")
MEBI: Final = _SUFFIXES["Mi"]


def parse_quantity(value: str | int | float) -> Decimal:
    """Return the number of a quantity: cores for CPU, bytes for memory and storage.

    >>> parse_quantity("200m"), parse_quantity("1Ki"), parse_quantity(2)
    (Decimal('0.200'), Decimal('1024'), Decimal('2'))

    Raises:
        ValueError: the value is not a quantity.
    """
    match = None if isinstance(value, bool) else _QUANTITY.fullmatch(str(value))
    if match is None:
        raise ValueError(f"{shown(value)} is not a quantity; write it like 200m, 1 or 0.5 (CPU), 256Mi or 2Gi (memory)")
    number = Decimal(match["number"])
    if match["exponent"] is not None:
        return number.scaleb(int(match["exponent"]))
    return number * _SUFFIXES[match["suffix"] or ""]


def amount_of(value: object) -> Decimal | None:
    """Return the number of a quantity as the API server reads it, or None if it is none.

    The API server ignores spaces around a quantity, and reads one without a digit, such as `-`, as 0.
    """
    text = value.strip() if isinstance(value, str) else value
    if text in _ZEROS:
        return Decimal(0)
    try:
        return parse_quantity(text) if isinstance(text, (str, int, float)) else None
    except ValueError:
        return None


def amount_faults(where: str, value: str | int | float) -> Iterator[Fault]:
    """Yield the fault of a value that is not a quantity, or that is negative."""
    try:
        if parse_quantity(value) < 0:
            yield Fault(where, f"must be at least 0, got {shown(value)}")
    except ValueError as error:
        yield Fault(where, f"{error}")


def quantity_faults(name: str, value: str | int | float, least: Decimal = Decimal(0)) -> Iterator[Fault]:
    """Yield the faults of an amount that must be more than nothing, and not less than the least."""
    try:
        amount = parse_quantity(value)
        if amount <= 0:
            yield Fault(name, f"must be more than 0, got {shown(value)}")
        elif amount < least:
            bound = f"must be at least {format_memory(least)}"
            yield Fault(name, f"{bound}, got {shown(value)}; write it like 256Mi or 2Gi")
    except ValueError as error:
        yield Fault(name, f"{error}")


def limit_faults(where: str, request: str | int | float, limit: str | int | float) -> Iterator[Fault]:
    """Yield the fault of a request that is greater than its limit; amounts that are no quantities have their own."""
    try:
        is_greater = parse_quantity(request) > parse_quantity(limit)
    except ValueError:
        return
    if is_greater:
        yield Fault(where, f"the request {request} is greater than the limit {limit}; raise the limit")


def format_cpu(cores: Decimal) -> str:
    """CPU as Kubernetes writes it: whole cores or millicores, rounded up.

    >>> format_cpu(Decimal("1.5")), format_cpu(Decimal(2))
    ('1500m', '2')
    """
    millis = int((cores / MILLI).to_integral_value(ROUND_UP))
    return str(millis // 1000) if millis % 1000 == 0 else f"{millis}m"


def format_memory(size: Decimal) -> str:
    """Memory in `Mi`, or `Gi` where that is a whole number, rounded up.

    >>> format_memory(Decimal(2**30)), format_memory(Decimal(2**20))
    ('1Gi', '1Mi')
    """
    mebibytes = int((size / MEBI).to_integral_value(ROUND_UP))
    return f"{mebibytes // 1024}Gi" if mebibytes and mebibytes % 1024 == 0 else f"{mebibytes}Mi"
