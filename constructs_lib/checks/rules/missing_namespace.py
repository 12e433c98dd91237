"""Objects in a namespace that does not exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.world import World
from constructs_lib.errors import nearest
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.kinds import CLUSTER_WIDE
from constructs_lib.kubernetes.manifest import Manifest, kind_of, text


def _missing_namespaces(world: World) -> Iterator[Finding]:
    strangers: dict[str, list[Manifest]] = {}
    for manifest in world.objects:
        namespace = text(manifest, "metadata", "namespace")
        if namespace and namespace not in world.namespaces and kind_of(manifest) not in CLUSTER_WIDE:
            strangers.setdefault(namespace, []).append(manifest)
    for namespace, group in strangers.items():
        others = f" (and {len(group) - 1} more)" if len(group) > 1 else ""
        message = (
            f"namespace {namespace} does not exist, so this object{others} cannot be created"
            f"{nearest(namespace, world.namespaces) or '; add it, or declare it as existing'}"
        )
        yield CHECK.absence(world, group[0], FieldPath("metadata", "namespace"), message)


CHECK: Final = Check(
    id="missing-namespace",
    title="an object in a namespace that does not exist",
    description="The API server rejects an object in a namespace that does not exist.",
    example="kind: Service\nmetadata: {name: redis, namespace: dta}  # the Namespace is called data",
    remediation="Correct the name, add the Namespace, or declare it as existing.",
    run=_missing_namespaces,
)
