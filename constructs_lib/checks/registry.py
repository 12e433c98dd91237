"""All checks, and how they are run."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding, Severity
from constructs_lib.checks.engine.world import World
from constructs_lib.checks.rules.argocd import ARGOCD
from constructs_lib.checks.rules.image import IMAGE
from constructs_lib.checks.rules.missing_reference import MISSING_REFERENCE
from constructs_lib.checks.rules.network import BLOCKED_CONNECTION, UNKNOWN_HOST
from constructs_lib.checks.rules.object_names import DUPLICATE_OBJECT, INVALID_NAME, MISSING_NAMESPACE
from constructs_lib.checks.rules.plain_secret import PLAIN_SECRET
from constructs_lib.checks.rules.pod_security import POD_SECURITY
from constructs_lib.checks.rules.probe import PROBE
from constructs_lib.checks.rules.quota import QUOTA
from constructs_lib.checks.rules.resources import RESOURCES
from constructs_lib.checks.rules.route_target import ROUTE_TARGET
from constructs_lib.checks.rules.scaling import AUTOSCALER, DISRUPTION
from constructs_lib.checks.rules.scheduling import NODE_CAPACITY, UNSCHEDULABLE
from constructs_lib.checks.rules.selector_mismatch import SELECTOR_MISMATCH
from constructs_lib.checks.rules.service_port import SERVICE_PORT
from constructs_lib.checks.rules.workers import QUEUE, SINGLETON
from constructs_lib.checks.suppressions import SUPPRESSION, Ignore, suppress

CHECKS: Final[tuple[Check, ...]] = (
    INVALID_NAME,
    DUPLICATE_OBJECT,
    MISSING_NAMESPACE,
    SELECTOR_MISMATCH,
    SERVICE_PORT,
    ROUTE_TARGET,
    MISSING_REFERENCE,
    UNKNOWN_HOST,
    BLOCKED_CONNECTION,
    UNSCHEDULABLE,
    NODE_CAPACITY,
    QUOTA,
    AUTOSCALER,
    DISRUPTION,
    POD_SECURITY,
    RESOURCES,
    SINGLETON,
    QUEUE,
    PLAIN_SECRET,
    PROBE,
    IMAGE,
    ARGOCD,
    SUPPRESSION,
)
BY_ID: Final = {check.id: check for check in CHECKS}


@dataclass(frozen=True)
class Report:
    """What the checks say about a world.

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


def run_checks(world: World, ignores: Collection[Ignore] = ()) -> Report:
    """Run every check that can run.

    Args:
        world: what to check.
        ignores: entries of a suppression file; objects' own annotations count always.
    """
    running = [check for check in CHECKS if world.cluster is not None or not check.needs_cluster]
    ran = [check.id for check in running]
    found = [finding for check in running for finding in check.run(world)]
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
