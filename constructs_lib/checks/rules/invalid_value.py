"""Values that the API server rejects: types, required fields, choices, ranges, formats and combinations.

Source: https://github.com/kubernetes/kubernetes/tree/master/pkg/apis (the `validation` package of each API group)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.validity import invalid_fields, is_name, is_selector
from constructs_lib.checks.engine.world import World
from constructs_lib.kubernetes.validation.structure import Problem


def _findings(world: World) -> Iterator[Finding]:
    for manifest, fault, is_certain, source in invalid_fields(world):
        if fault.problem is Problem.UNKNOWN or is_name(fault.field) or is_selector(manifest, fault):
            continue
        if is_certain:
            yield CHECK.error(manifest, fault.field, fault.message)
        else:
            origin = f" (according to {source})" if source else ""
            yield CHECK.warning(manifest, fault.field, f"{fault.message}{origin}")


CHECK: Final = Check(
    id="invalid-value",
    title="a value that the API server rejects",
    description="The API server rejects the object. For example, a CronJob whose schedule has the hour 24 is never "
    "created.",
    example='kind: CronJob\nspec: {schedule: "0 24 * * *"}',
    remediation="Write a value of the type, within the range and in the form that the message states.",
    run=_findings,
)
