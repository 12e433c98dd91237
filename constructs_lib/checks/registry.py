"""All checks, and how they are run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding, Severity
from constructs_lib.checks.engine.validity import explained_fields
from constructs_lib.checks.engine.world import World
from constructs_lib.checks.suppressions import SUPPRESSION, Ignore, suppress
from constructs_lib.kubernetes.field_path import FieldPath


def _check(check_id: str) -> Check:
    """Return the check of the module of that name."""
    check: Check = import_module(f"constructs_lib.checks.rules.{check_id.replace('-', '_')}").CHECK
    return check


RULES: Final = (
    "api-version",
    "unknown-field",
    "invalid-value",
    "invalid-name",
    "duplicate-object",
    "missing-namespace",
    "selector-mismatch",
    "service-port",
    "route-target",
    "missing-reference",
    "unknown-host",
    "blocked-connection",
    "unschedulable",
    "node-capacity",
    "quota",
    "autoscaler",
    "disruption",
    "pod-security",
    "resources",
    "singleton",
    "queue",
    "plain-secret",
    "probe",
    "grace-period",
    "image",
    "argocd",
)
"""The ids of the checks, in the order of their findings; each is a module of `rules` with a `CHECK`."""

CHECKS: Final[tuple[Check, ...]] = (*map(_check, RULES), SUPPRESSION)
_API_CHECKS: Final = ("api-version", "unknown-field", "invalid-value", "invalid-name")
BY_ID: Final = {check.id: check for check in CHECKS}


@dataclass(frozen=True)
class Report:
    """The findings of all checks in a world.

    Args:
        findings: faults, in the order of the objects and of the checks.
        not_run: checks that need what the world lacks (an inventory of nodes).
        accepted: faults that a suppression accepts.
        used: the entries of the suppression file that were of use.
    """

    findings: tuple[Finding, ...]
    not_run: tuple[Check, ...] = ()
    accepted: tuple[Finding, ...] = ()
    used: frozenset[Ignore] = frozenset()

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings of error level."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings of warning level."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.WARNING)


def _first_causes(world: World, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Leave out the findings about a field that an unknown field, or a value of another type, explains."""
    explained = explained_fields(world)
    for finding in findings:
        fields = explained.get(id(finding.manifest), ())
        parts = (FieldPath(*finding.field[:end]) for end in range(len(finding.field) + 1))
        if finding.check in _API_CHECKS or not any(part in fields for part in parts):
            yield finding


def run_checks(world: World, ignores: Collection[Ignore] = ()) -> Report:
    """Run every check that can run.

    Args:
        world: what to check.
        ignores: entries of a suppression file; objects' own annotations count always.
    """
    running = [check for check in CHECKS if world.cluster is not None or not check.needs_cluster]
    ran = [check.id for check in running]
    found = list(_first_causes(world, (finding for check in running for finding in check.run(world))))
    outcome = suppress(world, found, ignores, ran, BY_ID)
    order = {id(manifest): place for place, manifest in enumerate(world.objects)}
    rank = {check.id: place for place, check in enumerate(CHECKS)}
    findings = sorted(
        dict.fromkeys(outcome.findings),
        key=lambda finding: (
            order.get(id(finding.manifest), len(order)),
            finding.subject,
            rank[finding.check],
        ),
    )
    not_run = tuple(check for check in CHECKS if check not in running)
    return Report(tuple(findings), not_run, outcome.accepted, outcome.used)
