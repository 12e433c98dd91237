"""Paths of an Ingress.

Source: https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from constructs_lib.errors import Fault, shown

_REJECTED: Final = re.compile(r"//|/\.\.?(?=/|$)|%2[fF]")


def path_faults(where: str, path: str) -> Iterator[Fault]:
    """Yield the faults of a path of type `Prefix` or `Exact` that the API server rejects.

    >>> [fault.message for fault in path_faults("path", "shop//orders")]
    ['"shop//orders" must begin with a slash', '"shop//orders" must not contain "//"']
    """
    if not path.startswith("/"):
        yield Fault(where, f"{shown(path)} must begin with a slash")
    for part in dict.fromkeys(_REJECTED.findall(path)):
        yield Fault(where, f"{shown(path)} must not contain {shown(part)}")
