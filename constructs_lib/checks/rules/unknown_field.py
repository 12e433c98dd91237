"""Fields that the API server does not know.

Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.validity import invalid_fields
from constructs_lib.checks.engine.world import World
from constructs_lib.kubernetes.validation.structure import Problem


def _findings(world: World) -> Iterator[Finding]:
    for manifest, fault, is_certain, source in invalid_fields(world):
        if fault.problem is not Problem.UNKNOWN:
            continue
        if is_certain:
            yield CHECK.error(manifest, fault.field, fault.message)
        else:
            yield CHECK.warning(manifest, fault.field, f"{fault.message} ({source} has no such field)")


CHECK: Final = Check(
    id="unknown-field",
    title="a field that the API server does not know",
    description="kubectl and Argo CD reject the object, or the API server drops the field without a word. A "
    "misspelled `replica` leaves a Deployment with one replica.",
    example="kind: Deployment\nspec: {replica: 2}",
    remediation="Correct the name of the field, or move the field to where it belongs. Pass the "
    "CustomResourceDefinitions of the cluster with --crds if they are newer.",
    run=_findings,
)
