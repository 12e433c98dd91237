"""A check: a pure function with its documentation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from constructs_lib.checks.engine.finding import Finding, Severity
from constructs_lib.checks.engine.world import World
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest


@dataclass(frozen=True)
class Check:
    """One kind of fault.

    Args:
        id: stable name, such as `service-port`.
        title: what it finds, in a few words.
        description: what the fault does in a cluster.
        example: a faulty manifest, shortened.
        remediation: what to write instead.
        severity: of most of its findings; some may be milder.
        run: the findings in a world.
        needs_cluster: whether it can only run with an inventory of nodes.
        needs_server: whether it can only run with the answers of an API server.
    """

    id: str
    title: str
    description: str
    example: str
    remediation: str
    run: Callable[[World], Iterable[Finding]]
    severity: Severity = Severity.ERROR
    needs_cluster: bool = False
    needs_server: bool = False

    def error(self, manifest: Manifest, where: FieldPath, message: str) -> Finding:
        """A finding that fails in the cluster, `where` being the path of the field."""
        return Finding.about(manifest, self.id, Severity.ERROR, where, message)

    def warning(self, manifest: Manifest, where: FieldPath, message: str) -> Finding:
        """A finding that is unwise, `where` being the path of the field."""
        return Finding.about(manifest, self.id, Severity.WARNING, where, message)

    def absence(self, world: World, manifest: Manifest, where: FieldPath, message: str) -> Finding:
        """Something does not exist: an error where all that exists is declared, else a warning."""
        return (self.error if world.complete else self.warning)(manifest, where, message)
