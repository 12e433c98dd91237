"""Rolling updates and disruption budgets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from constructs_lib.errors import Fault, minimum_faults
from constructs_lib.inventory.cluster import NodePool
from constructs_lib.kubernetes.rolling_updates import both_zero, deadline_faults, update_bound_faults


@dataclass(frozen=True)
class Rollout:
    """The update strategy of a Deployment.

    Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy

    Args:
        max_surge: pods that may exist beyond the replicas: a number, or a percentage such as `25%`.
        max_unavailable: pods that may be missing; not 0 together with `max_surge`.
        min_ready_seconds: seconds that a new pod must be ready before it counts.
        progress_deadline_seconds: seconds without progress after which a rollout counts as failed; Kubernetes'
            default is 600.
        revision_history_limit: number of old versions that are kept for a rollback; Kubernetes' default is 10.
        recreate: stop all old pods before the first new pod starts; surge and missing pods are then ignored.
    """

    max_surge: int | str = 0
    max_unavailable: int | str = 1
    min_ready_seconds: int = 0
    progress_deadline_seconds: int | None = None
    revision_history_limit: int | None = None
    recreate: bool = False

    def render(self) -> dict[str, Any]:
        """The Deployment's fields."""
        optional = {
            "minReadySeconds": self.min_ready_seconds or None,
            "progressDeadlineSeconds": self.progress_deadline_seconds,
            "revisionHistoryLimit": self.revision_history_limit,
        }
        bounds = {"maxSurge": self.max_surge, "maxUnavailable": self.max_unavailable}
        rolling = {"type": "RollingUpdate", "rollingUpdate": bounds}
        return {
            **{name: value for name, value in optional.items() if value is not None},
            "strategy": {"type": "Recreate"} if self.recreate else rolling,
        }

    def faults(self) -> Iterator[Fault]:
        """Yield the faults of the bounds."""
        for name in ("max_surge", "max_unavailable"):
            is_share = name == "max_unavailable"
            yield from update_bound_faults(f"rollout.{name}", getattr(self, name), is_share=is_share)
        if not self.recreate:
            yield from both_zero("rollout", self.max_surge, self.max_unavailable)
        yield from minimum_faults("rollout.min_ready_seconds", self.min_ready_seconds, 0)
        deadline = self.progress_deadline_seconds
        if deadline is not None:
            yield from deadline_faults("rollout.progress_deadline_seconds", deadline, self.min_ready_seconds)
        yield from minimum_faults("rollout.revision_history_limit", self.revision_history_limit, 0)


def default_rollout(replicas: int, pool: NodePool | None) -> Rollout:
    """One that doesn't hang: a single pod is replaced without a gap, which takes room for one more.

    With several pods on a pool of one node, one is taken away first: on a full node a surge pod would never
    find a place, and the rollout would wait forever.
    """
    if replicas > 1 and pool is not None and len(pool.nodes) == 1:
        return Rollout(max_surge=0, max_unavailable=1)
    return Rollout(max_surge=1, max_unavailable=0)


def deployment(
    name: str,
    selector: Mapping[str, str],
    template: Mapping[str, Any],
    replicas: int | None,
    rollout: Rollout,
) -> dict[str, Any]:
    """The Deployment; without `replicas` where an autoscaler sets them, or each apply would reset it."""
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            **({"replicas": replicas} if replicas is not None else {}),
            "selector": {"matchLabels": dict(selector)},
            **rollout.render(),
            "template": dict(template),
        },
    }


def protects(replicas: int, pool: NodePool | None) -> bool:
    """Return True if a PodDisruptionBudget can protect the pods without blocking a drain.

    On a pool of one node a drain could never end while a budget holds on to the last pods, which have nowhere
    else to go; and with one replica every eviction would be refused.
    """
    return replicas > 1 and (pool is None or len(pool.nodes) > 1)


def pod_disruption_budget(name: str, selector: Mapping[str, str]) -> dict[str, Any]:
    """At most one pod is away by a drain; pods that aren't ready anyhow don't hold a drain up.

    Source: https://kubernetes.io/docs/tasks/run-application/configure-pdb/
    """
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": name},
        "spec": {
            "maxUnavailable": 1,
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
            "selector": {"matchLabels": dict(selector)},
        },
    }
