"""All checks, and how they are run."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding, Severity
from constructs_lib.checks.engine.world import World
from constructs_lib.checks.rules.server_dry_run import CHECK as SERVER_DRY_RUN
from constructs_lib.checks.same_cause import first_causes, without_repetition
from constructs_lib.checks.suppressions import SUPPRESSION, Ignore, suppress


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

CHECKS: Final[tuple[Check, ...]] = (*map(_check, RULES), SERVER_DRY_RUN, SUPPRESSION)
BY_ID: Final = {check.id: check for check in CHECKS}


@dataclass(frozen=True)
class Report:
    """The findings of all checks in a world.

    Args:
        findings: faults, in the order of the objects and of the checks.
        not_run: checks that need what the world lacks (an inventory of nodes).
        accepted: faults that a suppression accepts.
        used: the entries of the suppression file that were of use.
        ran: ids of the checks that ran.
    """

    findings: tuple[Finding, ...]
    not_run: tuple[Check, ...] = ()
    accepted: tuple[Finding, ...] = ()
    used: frozenset[Ignore] = frozenset()
    ran: tuple[str, ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings of error level."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings of warning level."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.WARNING)


def run_checks(world: World, ignores: Collection[Ignore] = ()) -> Report:
    """Run every check that can run.

    Args:
        world: what to check.
        ignores: entries of a suppression file; objects' own annotations count always.
    """
    running = [check for check in CHECKS if _can_run(check, world)]
    ran = tuple(check.id for check in running)
    found = list(first_causes(world, (finding for check in running for finding in check.run(world))))
    outcome = suppress(world, found, ignores, ran, BY_ID)
    order = {id(manifest): place for place, manifest in enumerate(world.objects)}
    rank = {check.id: place for place, check in enumerate(CHECKS)}
    findings = sorted(
        dict.fromkeys(without_repetition(outcome.findings)),
        key=lambda finding: (
            order.get(id(finding.manifest), len(order)),
            finding.subject,
            rank[finding.check],
        ),
    )
    not_run = tuple(check for check in CHECKS if check.needs_cluster and check not in running)
    return Report(tuple(findings), not_run, outcome.accepted, outcome.used, ran)


def _can_run(check: Check, world: World) -> bool:
    has_nodes = world.cluster is not None or not check.needs_cluster
    return has_nodes and (world.server_findings is not None or not check.needs_server)
