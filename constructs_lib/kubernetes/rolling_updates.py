"""Bounds of a Deployment's rolling update.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from constructs_lib.errors import Fault, shown

_PERCENTAGE: Final = re.compile("[0-9]+%", re.ASCII)


def update_bound_faults(where: str, value: int | str, *, is_share: bool) -> Iterator[Fault]:
    """Yield the faults of `maxSurge` or `maxUnavailable`.

    Args:
        where: the argument.
        value: a number of pods, or a percentage such as `25%`.
        is_share: the bound is a share of the pods that exist, so at most 100%.
    """
    is_valid = _PERCENTAGE.fullmatch(value) if isinstance(value, str) else value >= 0
    if not is_valid:
        yield Fault(where, f"must be a number of at least 0 or a percentage such as 25%, got {shown(value)}")
    elif is_share and isinstance(value, str) and int(value[:-1]) > 100:
        yield Fault(where, f"must be at most 100%, got {shown(value)}")


def both_zero(where: str, surge: object, unavailable: object) -> Iterator[Fault]:
    """Yield the fault of bounds that are both 0."""
    if {str(surge).rstrip("%"), str(unavailable).rstrip("%")} == {"0"}:
        yield Fault(where, "the maximum surge and the maximum unavailable are both 0, so no pod could be replaced")


def deadline_faults(where: str, deadline: int, min_ready: int) -> Iterator[Fault]:
    """Yield the fault of a progress deadline (seconds) within the time that a new pod must be ready (seconds)."""
    if deadline <= min_ready:
        yield Fault(
            where,
            f"the progress deadline of {deadline} s must be greater than the {min_ready} s that a new pod must be "
            "ready",
        )
