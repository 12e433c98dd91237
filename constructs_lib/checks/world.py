"""What a check looks at: manifests, the cluster's inventory and what exists already, indexed once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from constructs_lib.cluster import Cluster, Existing

Manifest: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class World:
    """One environment: all that is to be applied to one cluster, and what is there already.

    Args:
        manifests: the objects, as plain mappings in the form of their YAML.
        cluster: the nodes; without it, checks that need nodes don't run.
        existing: what is in the cluster already.
        environment: the environment's name, such as `prod`; by default what the Namespaces are annotated with.
        complete: whether all that will exist is declared (an app): a reference to anything else is then an
            error; in foreign YAML it is a warning.
    """

    manifests: tuple[Manifest, ...]
    cluster: Cluster | None = None
    existing: Existing = Existing()
    environment: str | None = None
    complete: bool = False

    @cached_property
    def by_kind(self) -> Mapping[str, tuple[Manifest, ...]]:
        """The objects of each kind in their order, whatever the version of their API."""
        groups: dict[str, list[Manifest]] = {}
        for manifest in self.manifests:
            groups.setdefault(manifest.get("kind", ""), []).append(manifest)
        return {kind: tuple(group) for kind, group in groups.items()}

    def of_kind(self, *kinds: str) -> Iterable[Manifest]:
        """The objects of the kinds."""
        return (manifest for kind in kinds for manifest in self.by_kind.get(kind, ()))
