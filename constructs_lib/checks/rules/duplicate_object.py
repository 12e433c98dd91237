"""Objects that are defined more than once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.world import World
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import (
    Manifest,
    identity_of,
    kind_of,
    name_of,
)


def _duplicates(world: World) -> Iterator[Finding]:
    seen: dict[tuple[str, str, str, str], Manifest] = {}
    for manifest in world.objects:
        if not name_of(manifest) or not kind_of(manifest):
            continue
        key = identity_of(manifest)
        if key in seen:
            yield CHECK.error(
                manifest,
                FieldPath("metadata", "name"),
                "it is defined twice: the one that is applied last overwrites the other; rename or remove one",
            )
        else:
            seen[key] = manifest


CHECK: Final = Check(
    id="duplicate-object",
    title="an object that is defined twice",
    description="Two definitions with the same group, kind, namespace and name overwrite each other, whatever their "
    "API version: the cluster keeps the one that was applied last.",
    example="kind: Service\nmetadata: {name: redis, namespace: data}\n---\nkind: Service\n"
    "metadata: {name: redis, namespace: data}",
    remediation="Rename one of them, or remove it.",
    run=_duplicates,
)
