"""Fields that exclude or contradict each other.

Each combination changes a manifest in place and returns the path of the change, or None if the manifest has no
such field.
"""

from __future__ import annotations

from typing import Final

from tests.e2e.agreement.combinations import (
    access,
    containers,
    environment,
    jobs,
    objects,
    pods,
    probes,
    scaling,
    services,
    traffic,
    volumes,
    workloads,
)
from tests.e2e.agreement.combinations.fields import Combination

_MODULES: Final = (
    probes,
    environment,
    volumes,
    containers,
    pods,
    workloads,
    jobs,
    services,
    traffic,
    scaling,
    access,
    objects,
)
COMBINATIONS: Final[tuple[Combination, ...]] = tuple(each for module in _MODULES for each in module.COMBINATIONS)
"""All combinations; one that matters more is listed twice."""
