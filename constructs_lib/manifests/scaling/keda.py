"""Scaling by KEDA: on the length of queues, and on what Prometheus knows.

Sources: https://keda.sh/docs/latest/reference/scaledobject-spec/,
https://keda.sh/docs/latest/scalers/rabbitmq-queue/ and https://keda.sh/docs/latest/scalers/prometheus/
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from constructs_lib.errors import Fault, did_you_mean, minimum_faults, shown
from constructs_lib.manifests.pods.env import SecretKey, SecretRef
from constructs_lib.manifests.scaling.hpa import ScaleTarget, behavior_faults, replica_bound_faults

PROMETHEUS = "http://prometheus-operated.monitoring.svc:9090"
"""The Service that the Prometheus Operator makes."""


@dataclass(frozen=True, kw_only=True)
class PrometheusTrigger:
    """A KEDA trigger with a Prometheus query.

    Args:
        query: PromQL query with a single value as its result.
        threshold: value for each pod.
        server: URL of Prometheus.
        activation: a greater value starts the first pod if there is none.
    """

    query: str
    threshold: int | float
    server: str = PROMETHEUS
    activation: int | float = 0

    def render(self) -> dict[str, Any]:
        """The entry of the ScaledObject's `triggers`."""
        return {
            "type": "prometheus",
            "metadata": {
                "serverAddress": self.server,
                "query": self.query,
                "threshold": str(self.threshold),
                "activationThreshold": str(self.activation),
            },
        }

    def faults(self) -> Iterator[Fault]:
        """Yield the faults of it."""
        if not self.query.strip():
            yield Fault("autoscaling.triggers", "a PrometheusTrigger needs a query")
        if not 0 < self.threshold < math.inf:
            yield Fault("autoscaling.triggers threshold", f"must be more than 0, got {self.threshold}")
        if not 0 <= self.activation < math.inf:
            yield Fault("autoscaling.triggers activation", f"must be at least 0, got {self.activation}")
        if not re.fullmatch(r"https?://[^/\s]+(/\S*)?", self.server):
            yield Fault("autoscaling.triggers server", f"{shown(self.server)} is not a URL; write it like {PROMETHEUS}")


@dataclass(frozen=True, kw_only=True)
class KedaScaling:
    """ScaledObject with triggers of KEDA. The cluster needs KEDA 2.17 or newer.

    Args:
        max_replicas: greatest number of pods.
        min_replicas: smallest number of pods, 0 for none without work; by default the workload's `replicas`.
        triggers: triggers; the trigger that needs the most pods decides.
        polling_seconds: seconds between two queries of KEDA.
        cooldown_seconds: seconds without work before the last pod is stopped.
        fallback_replicas: smallest number of pods while KEDA cannot query; by default the minimum, at least 1. More
            running pods are kept.
        behavior: speed of scaling, in the form of the HorizontalPodAutoscaler's `spec.behavior`.
    """

    max_replicas: int
    min_replicas: int | None = None
    triggers: Sequence[PrometheusTrigger] = ()
    polling_seconds: int = 15
    cooldown_seconds: int = 300
    fallback_replicas: int | None = None
    behavior: Mapping[str, Any] | None = None

    def maximum(self) -> int:
        """The most pods."""
        return self.max_replicas

    def minimum(self, replicas: int) -> int:
        """The fewest pods of a workload with so many replicas."""
        return replicas if self.min_replicas is None else self.min_replicas

    def faults(self, target: ScaleTarget) -> Iterator[Fault]:
        """Yield the faults of the bounds and triggers."""
        yield from replica_bound_faults(self.minimum(target.replicas), self.max_replicas, least=0)
        for name, least in (("polling_seconds", 1), ("cooldown_seconds", 0), ("fallback_replicas", 0)):
            yield from minimum_faults(f"autoscaling.{name}", getattr(self, name), least)
        if self.fallback_replicas is not None and self.fallback_replicas > self.max_replicas:
            yield Fault(
                "autoscaling.fallback_replicas", f"{self.fallback_replicas} is above the maximum of {self.max_replicas}"
            )
        yield from behavior_faults(self.behavior or {})
        for trigger in self.triggers:
            yield from trigger.faults()
        yield from self._trigger_faults(target)

    def manifests(self, target: ScaleTarget) -> list[dict[str, Any]]:
        """The ScaledObject, and the TriggerAuthentication that it uses."""
        minimum = self.minimum(target.replicas)
        fallback = max(minimum, 1) if self.fallback_replicas is None else self.fallback_replicas
        behavior = {"behavior": dict(self.behavior)} if self.behavior else {}
        spec = {
            "scaleTargetRef": target.reference(),
            "minReplicaCount": minimum,
            "maxReplicaCount": self.max_replicas,
            "pollingInterval": self.polling_seconds,
            "cooldownPeriod": self.cooldown_seconds,
            "fallback": {"failureThreshold": 3, "replicas": fallback, "behavior": "currentReplicasIfHigher"},
            **({"advanced": {"horizontalPodAutoscalerConfig": behavior}} if behavior else {}),
            "triggers": [*self._own_triggers(target), *(trigger.render() for trigger in self.triggers)],
        }
        return [*self._authentication(target), _manifest("ScaledObject", target.name, spec)]

    def secrets(self) -> Sequence[SecretRef]:
        """The Secrets that KEDA reads."""
        return ()

    # For more kinds of triggers

    def _trigger_faults(self, target: ScaleTarget) -> Iterator[Fault]:
        if not self.triggers:
            yield Fault("autoscaling.triggers", "name at least one")

    def _own_triggers(self, target: ScaleTarget) -> Iterator[dict[str, Any]]:
        return iter(())

    def _authentication(self, target: ScaleTarget) -> list[dict[str, Any]]:
        return []


@dataclass(frozen=True, kw_only=True)
class QueueScaling(KedaScaling):
    """Scale a Celery worker on the tasks that wait in RabbitMQ: one trigger for each of its queues.

    Tasks that a pod has already fetched do not count: a worker that can be scaled down while it works needs a
    grace period as long as its tasks.

    Args:
        broker: the Secret's key with the broker's URL, in the worker's namespace. KEDA connects from its own
            namespace: the host needs its namespace (`rabbitmq.messaging.svc`), and RabbitMQ's policy must admit KEDA.
        tasks_per_pod: number of waiting tasks for each pod.
        queues: other numbers for some of the queues, by name.
    """

    broker: SecretKey
    tasks_per_pod: int = 20
    queues: Mapping[str, int] = field(default_factory=dict)

    def secrets(self) -> Sequence[SecretRef]:
        """The broker's."""
        return [self.broker.secret]

    def _trigger_faults(self, target: ScaleTarget) -> Iterator[Fault]:
        yield from (fault.within("autoscaling.broker") for fault in self.broker.faults())
        if not target.queues:
            yield Fault(
                "autoscaling", "QueueScaling scales on queues, and this reads none; use Autoscaling or KedaScaling"
            )
            return
        for queue in self.queues:
            if queue not in target.queues:
                hint = did_you_mean(queue, target.queues)
                yield Fault("autoscaling.queues", f"the worker does not read queue {shown(queue)}{hint}")
        for name, tasks in (("tasks_per_pod", self.tasks_per_pod), *self.queues.items()):
            yield from minimum_faults(f"autoscaling.{name}", tasks, 1)

    def _own_triggers(self, target: ScaleTarget) -> Iterator[dict[str, Any]]:
        for queue in target.queues:
            yield {
                "type": "rabbitmq",
                "metadata": {
                    "protocol": "amqp",
                    "queueName": queue,
                    "mode": "QueueLength",
                    "value": str(self.queues.get(queue, self.tasks_per_pod)),
                },
                "authenticationRef": {"name": target.name},
            }

    def _authentication(self, target: ScaleTarget) -> list[dict[str, Any]]:
        reference = {"parameter": "host", "name": self.broker.secret.name, "key": self.broker.key}
        return [_manifest("TriggerAuthentication", target.name, {"secretTargetRef": [reference]})]


def _manifest(kind: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "keda.sh/v1alpha1", "kind": kind, "metadata": {"name": name}, "spec": spec}
