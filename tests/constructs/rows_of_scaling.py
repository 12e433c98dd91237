"""Rows of what scales and watches over workloads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import constructs_lib
from constructs_lib import (
    Autoscaling,
    CustomMetric,
    HeartbeatLiveness,
    KedaScaling,
    PrometheusTrigger,
    QueueScaling,
    SecretRef,
)
from tests.constructs.build import Manifests, api, worker
from tests.constructs.rows import MAIN, Row, Subject

METRIC = "HorizontalPodAutoscaler spec metrics 1"
BY_LABEL = {"name": "rps", "selector": {"matchLabels": {"queue": "a"}}}

CUSTOM_METRIC = [
    Row("name", "lag", f"{METRIC} pods metric name", "lag"),
    Row("average_value", "500m", f"{METRIC} pods target averageValue", "500m"),
    Row("labels", {"queue": "a"}, f"{METRIC} pods metric", BY_LABEL),
    Row("labels", {"queue": "a"}, f"{METRIC} external metric", BY_LABEL, {"external": True}),
    Row("external", True, f"{METRIC} type", "External"),
]


def custom_metric(**arguments: Any) -> Manifests:
    metric = CustomMetric(**{"name": "rps", "average_value": "5", **arguments})
    return api(autoscaling=Autoscaling(5, metrics=[metric]))


SCALED = "ScaledObject spec"
TRIGGER = f"{SCALED} triggers 0"
QUERY = PrometheusTrigger(query="up", threshold=1)

KEDA = [
    Row("max_replicas", 9, f"{SCALED} maxReplicaCount", 9),
    Row("min_replicas", 0, f"{SCALED} minReplicaCount", 0),
    Row("polling_seconds", 5, f"{SCALED} pollingInterval", 5),
    Row("cooldown_seconds", 60, f"{SCALED} cooldownPeriod", 60),
    Row("fallback_replicas", 3, f"{SCALED} fallback replicas", 3),
    Row(
        "behavior",
        {"scaleDown": {"selectPolicy": "Disabled"}},
        f"{SCALED} advanced horizontalPodAutoscalerConfig behavior scaleDown selectPolicy",
        "Disabled",
    ),
]
KEDA_SCALING = [
    *KEDA,
    Row("triggers", [PrometheusTrigger(query="sum(a)", threshold=1)], f"{TRIGGER} metadata query", "sum(a)"),
]
QUEUE_SCALING = [
    *KEDA,
    Row("triggers", [QUERY], f"{SCALED} triggers 1 type", "prometheus"),
    Row(
        "broker",
        SecretRef("own", ("address",)).key("address"),
        "TriggerAuthentication spec secretTargetRef",
        [{"parameter": "host", "name": "own", "key": "address"}],
    ),
    Row("tasks_per_pod", 7, f"{TRIGGER} metadata value", "7"),
    Row("queues", {"q.cook": 7}, f"{TRIGGER} metadata value", "7"),
]
PROMETHEUS_TRIGGER = [
    Row("query", "sum(a)", f"{TRIGGER} metadata query", "sum(a)"),
    Row("threshold", 2.5, f"{TRIGGER} metadata threshold", "2.5"),
    Row("server", "http://thanos:9090", f"{TRIGGER} metadata serverAddress", "http://thanos:9090"),
    Row("activation", 3, f"{TRIGGER} metadata activationThreshold", "3"),
]


def keda(**arguments: Any) -> Manifests:
    return api(autoscaling=KedaScaling(**{"max_replicas": 5, "triggers": [QUERY], **arguments}))


def by_queue(**arguments: Any) -> Manifests:
    broker = SecretRef("broker", ("url",)).key("url")
    return worker(autoscaling=QueueScaling(**{"max_replicas": 5, "broker": broker, **arguments}))


def by_query(**arguments: Any) -> Manifests:
    return keda(triggers=[PrometheusTrigger(**{"query": "up", "threshold": 1, **arguments})])


MODULE = "ConfigMap data celery_heartbeat.py"
# Read and not imported: it runs where Celery is.
SOURCE = Path(constructs_lib.__file__).parent / "manifests/pods/celery_heartbeat.py"


def loaded(call: str) -> str:
    """The module as it is in the pod: its source, and then the call."""
    return f"{SOURCE.read_text()}\n\n{call}\n"


HEARTBEAT = [
    Row("stalled_after", 90, MODULE, loaded('install("/tmp/celery-alive", stalled_after=90, outage=3600)')),
    Row("outage", 900, MODULE, loaded('install("/tmp/celery-alive", stalled_after=60, outage=900)')),
    Row("startup", 50, f"{MAIN} startupProbe failureThreshold", 10),
    Row("period", 7, f"{MAIN} livenessProbe periodSeconds", 7),
]


SUBJECTS = [
    Subject(CustomMetric, custom_metric, CUSTOM_METRIC),
    Subject(KedaScaling, keda, KEDA_SCALING),
    Subject(QueueScaling, by_queue, QUEUE_SCALING),
    Subject(PrometheusTrigger, by_query, PROMETHEUS_TRIGGER),
    Subject(HeartbeatLiveness, lambda **given: worker(liveness=HeartbeatLiveness(**given)), HEARTBEAT),
]
