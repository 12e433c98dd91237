"""PodDisruptionBudgets that block every eviction, or that protect no pod.

Source: https://kubernetes.io/docs/tasks/run-application/configure-pdb/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal
from typing import Final

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.wording import counted
from constructs_lib.checks.engine.world import World
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.kinds import SCALABLE
from constructs_lib.kubernetes.manifest import (
    Manifest,
    mapping,
    namespace_of,
    subject_of,
)
from constructs_lib.kubernetes.pod_owners import Workload


def _budgets(world: World) -> Iterator[Finding]:
    guards: dict[Workload, Manifest] = {}
    for budget in world.of_kind("PodDisruptionBudget"):
        spec = mapping(budget, "spec")
        selected = [one for one in world.selected(namespace_of(budget), spec.get("selector")) if not one.is_hook]
        yield from _second_budget(budget, selected, guards)
        least, most = spec.get("minAvailable"), spec.get("maxUnavailable")
        if least is not None and most is not None:
            message = "the API server rejects minAvailable and maxUnavailable together; remove one"
            yield CHECK.error(budget, FieldPath("spec"), message)
        elif selected and all(workload.kind in SCALABLE for workload in selected):
            pods = sum(workload.replicas for workload in selected)
            names = ", ".join(f"{workload.kind}/{workload.name}" for workload in selected)
            if least is not None:
                yield from _at_least(budget, least, pods, names)
            elif most is not None:
                yield from _at_most(budget, most, pods, names)


def _second_budget(budget: Manifest, selected: list[Workload], guards: dict[Workload, Manifest]) -> Iterator[Finding]:
    """Source: https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/"""
    others = [(workload, subject_of(guards.setdefault(workload, budget))) for workload in selected]
    # The same object twice is another fault.
    for workload, other in [pair for pair in others if pair[1] != subject_of(budget)][:1]:
        message = (
            f"the pods of {workload.kind}/{workload.name} have {other} already, and no pod "
            "with two budgets may ever be evicted, so a node's drain hangs; keep one"
        )
        yield CHECK.error(budget, FieldPath("spec", "selector"), message)


def _at_least(budget: Manifest, value: object, pods: int, names: str) -> Iterator[Finding]:
    count, where = _count(value, pods), FieldPath("spec", "minAvailable")
    if count == 0 and str(value) in ("0", "0%"):
        message = f"with {value} available it protects nothing; raise it, or remove the budget"
        yield CHECK.warning(budget, where, message)
    elif count is not None and count >= pods > 0:
        message = (
            f"{value} of {counted(pods, 'pod')} of {names} must stay, so no pod may ever be evicted and a node's "
            "drain hangs; use maxUnavailable: 1"
        )
        yield CHECK.error(budget, where, message)


def _at_most(budget: Manifest, value: object, pods: int, names: str) -> Iterator[Finding]:
    count, where = _count(value, pods), FieldPath("spec", "maxUnavailable")
    if str(value) in ("0", "0%"):
        message = f"no pod of {names} may ever be evicted, so a node's drain hangs; use maxUnavailable: 1"
        yield CHECK.error(budget, where, message)
    elif value == "100%" or (count is not None and count >= pods > 1):
        message = f"all {counted(pods, 'pod')} of {names} may go at once: it protects nothing; lower it"
        yield CHECK.warning(budget, where, message)


def _count(value: object, pods: int) -> int | None:
    """Return the number of pods of a count or percentage; percentages are rounded up."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    percent = re.fullmatch(r"([0-9]{1,3})%", value) if isinstance(value, str) else None
    if percent is None:
        return None
    return int((Decimal(percent[1]) * pods / 100).to_integral_value(ROUND_CEILING))


CHECK: Final = Check(
    id="disruption",
    title="a PodDisruptionBudget that forbids every eviction, or that protects nothing",
    description="If a budget allows no eviction, draining a node never finishes, and neither does an upgrade of the "
    "cluster. A budget that allows all pods to be evicted at once is useless (a warning).",
    example="kind: PodDisruptionBudget\nspec: {minAvailable: 2}  # the Deployment has 2 replicas",
    remediation="Write `maxUnavailable: 1`, or remove the budget of a workload with a single pod.",
    run=_budgets,
)
