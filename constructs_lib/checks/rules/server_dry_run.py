"""Answers of the API server of a cluster to a dry run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.world import World


def _answers(world: World) -> Iterator[Finding]:
    objects = {id(manifest) for manifest in world.objects}
    return (finding for finding in world.server_findings or () if id(finding.manifest) in objects)


CHECK: Final = Check(
    id="server-dry-run",
    title="an object that the API server of the cluster rejects in a dry run, or warns about",
    description="The cluster rejects the object when it is applied. The API server knows what no file shows: schemas "
    "of custom resources, webhooks, policies, and immutable fields of existing objects. The check runs only with "
    "`--server-dry-run`, which needs kubectl and a cluster.",
    example="kind: Deployment\nmetadata: {name: web}\n"
    "spec: {selector: {matchLabels: {app: shop}}}  # the existing Deployment selects app=web",
    remediation="Change what the message of the API server names.",
    run=_answers,
    needs_server=True,
)
