"""Scaling on queues, on Prometheus and on custom metrics."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import cdk8s
import pytest

from constructs_lib import ApiService, Autoscaling, CeleryWorker, CustomMetric, PrometheusTrigger, QueueScaling
from constructs_lib.manifests.scaling.hpa import Scaling
from constructs_lib.manifests.scaling.keda import KedaScaling
from tests.conftest import of_kind
from tests.delivery.build import LOGIN, faults_of, manifests_of, new_chart, one
from tests.growbin.test_values import append, synthesized

SCALING = QueueScaling(broker=LOGIN.key("url"), max_replicas=8)
QUERY = PrometheusTrigger(query='sum(rate(http_requests_total{job="shop"}[2m]))', threshold=50)


def worker(autoscaling: Scaling, **arguments: Any) -> CeleryWorker:
    arguments = {"image": "cook:1", "app": "cook", "queues": ["q.cook", "q.bake"], **arguments}
    return CeleryWorker(new_chart(), "cook", autoscaling=autoscaling, **arguments)


def api(autoscaling: Scaling) -> ApiService:
    return ApiService(new_chart(), "shop", image="shop:1", autoscaling=autoscaling)


def test_a_worker_scales_on_each_of_its_queues() -> None:
    manifests = manifests_of(worker(replace(SCALING, queues={"q.bake": 5}), replicas=2))
    assert one(manifests, "ScaledObject", "cook")["spec"] == {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "cook"},
        "minReplicaCount": 2,
        "maxReplicaCount": 8,
        "pollingInterval": 15,
        "cooldownPeriod": 300,
        "fallback": {"failureThreshold": 3, "replicas": 2, "behavior": "currentReplicasIfHigher"},
        "triggers": [
            {
                "type": "rabbitmq",
                "metadata": {"protocol": "amqp", "queueName": queue, "mode": "QueueLength", "value": tasks},
                "authenticationRef": {"name": "cook"},
            }
            for queue, tasks in (("q.cook", "20"), ("q.bake", "5"))
        ],
    }
    assert one(manifests, "TriggerAuthentication", "cook")["spec"] == {
        "secretTargetRef": [{"parameter": "host", "name": "rabbitmq", "key": "url"}]
    }
    # One autoscaler, and nobody sets the number of pods beside it.
    assert "replicas" not in one(manifests, "Deployment")["spec"]
    assert [m for m in manifests if m["kind"] == "HorizontalPodAutoscaler"] == []


def test_to_zero_where_asked() -> None:
    manifests = manifests_of(worker(replace(SCALING, min_replicas=0)))
    spec = one(manifests, "ScaledObject")["spec"]
    assert (spec["minReplicaCount"], spec["fallback"]["replicas"]) == (0, 1)
    assert [m for m in manifests if m["kind"] == "PodDisruptionBudget"] == []
    # The quota has room for the most: 8, twice during a rollout, and two of headroom.
    assert one(manifests, "ResourceQuota")["spec"]["hard"]["pods"] == "18"


def test_every_option_arrives() -> None:
    behavior = {"scaleDown": {"stabilizationWindowSeconds": 600}}
    made = replace(SCALING, polling_seconds=5, cooldown_seconds=60, fallback_replicas=3, behavior=behavior)
    spec = one(manifests_of(worker(replace(made, triggers=[QUERY]))), "ScaledObject")["spec"]
    assert (spec["pollingInterval"], spec["cooldownPeriod"], spec["fallback"]["replicas"]) == (5, 60, 3)
    assert spec["advanced"] == {"horizontalPodAutoscalerConfig": {"behavior": behavior}}
    assert [trigger["type"] for trigger in spec["triggers"]] == ["rabbitmq", "rabbitmq", "prometheus"]


def test_an_api_scales_on_what_prometheus_knows() -> None:
    manifests = manifests_of(api(KedaScaling(max_replicas=4, triggers=[QUERY])))
    assert one(manifests, "ScaledObject")["spec"]["triggers"] == [
        {
            "type": "prometheus",
            "metadata": {
                "serverAddress": "http://prometheus-operated.monitoring.svc:9090",
                "query": 'sum(rate(http_requests_total{job="shop"}[2m]))',
                "threshold": "50",
                "activationThreshold": "0",
            },
        }
    ]
    assert [m for m in manifests if m["kind"] == "TriggerAuthentication"] == []


def test_a_horizontal_pod_autoscaler_on_custom_metrics() -> None:
    metrics = [
        CustomMetric(name="requests_per_second", average_value="10"),
        CustomMetric(name="queue_length", average_value="500m", labels={"queue": "a"}, external=True),
    ]
    spec = one(manifests_of(api(Autoscaling(max_replicas=3, cpu=None, metrics=metrics))), "HorizontalPodAutoscaler")
    assert spec["spec"]["metrics"] == [
        {
            "type": "Pods",
            "pods": {
                "metric": {"name": "requests_per_second"},
                "target": {"type": "AverageValue", "averageValue": "10"},
            },
        },
        {
            "type": "External",
            "external": {
                "metric": {"name": "queue_length", "selector": {"matchLabels": {"queue": "a"}}},
                "target": {"type": "AverageValue", "averageValue": "500m"},
            },
        },
    ]


@pytest.mark.parametrize(
    ("autoscaling", "fault"),
    [
        (
            replace(SCALING, queues={"q.bkae": 5}),
            'autoscaling.queues: the worker does not read queue "q.bkae"; did you mean "q.bake"?',
        ),
        (replace(SCALING, tasks_per_pod=0), "autoscaling.tasks_per_pod: must be at least 1, got 0"),
        (replace(SCALING, queues={"q.bake": 0}), "autoscaling.q.bake: must be at least 1, got 0"),
        (replace(SCALING, min_replicas=-1), "autoscaling.min_replicas: must be at least 0, got -1"),
        (replace(SCALING, min_replicas=9), "autoscaling.max_replicas: must be at least the minimum of 9, got 8"),
        (
            replace(SCALING, min_replicas=0, max_replicas=0),
            "autoscaling.max_replicas: must be at least 1, got 0",
        ),
        (replace(SCALING, polling_seconds=0), "autoscaling.polling_seconds: must be at least 1, got 0"),
        (replace(SCALING, cooldown_seconds=-1), "autoscaling.cooldown_seconds: must be at least 0, got -1"),
        (replace(SCALING, fallback_replicas=9), "autoscaling.fallback_replicas: 9 is above the maximum of 8"),
        (
            replace(SCALING, broker=LOGIN.key("uri")),
            'autoscaling.broker: Secret rabbitmq is declared without the key "uri"; did you mean "url"?',
        ),
        (KedaScaling(max_replicas=2), "autoscaling.triggers: name at least one"),
        (
            KedaScaling(max_replicas=2, triggers=[PrometheusTrigger(query=" ", threshold=1)]),
            "autoscaling.triggers: a PrometheusTrigger needs a query",
        ),
        (
            KedaScaling(max_replicas=2, triggers=[PrometheusTrigger(query="up", threshold=0)]),
            "autoscaling.triggers threshold: must be more than 0, got 0",
        ),
        (
            Autoscaling(max_replicas=2, metrics=[CustomMetric(name="a", average_value="0")]),
            'autoscaling.metrics a: must be more than 0, got "0"',
        ),
        (
            Autoscaling(max_replicas=2, cpu=None),
            "autoscaling: needs a target; give cpu or memory in percent of the request",
        ),
    ],
)
def test_wrong_arguments(autoscaling: Scaling, fault: str) -> None:
    assert faults_of(worker(autoscaling)) == [f"web/cook: {fault}"]


def test_queues_of_what_reads_none() -> None:
    assert faults_of(api(SCALING)) == [
        "web/shop: autoscaling: QueueScaling scales on queues, and this reads none; use Autoscaling or KedaScaling"
    ]


def autoscaler(scope: cdk8s.Chart, kind: str, name: str) -> None:
    scaler = cdk8s.ApiObject(
        scope,
        "scaler",
        api_version="keda.sh/v1alpha1",
        kind="ScaledObject",
        metadata=cdk8s.ApiObjectMetadata(name="more"),
    )
    spec = {
        "scaleTargetRef": {"kind": kind, "name": name},
        "maxReplicaCount": 2,
        "triggers": [{"type": "cron", "metadata": {}}],
    }
    scaler.add_json_patch(cdk8s.JsonPatch.add("/spec", spec))


def test_two_autoscalers() -> None:
    made = worker(SCALING)
    autoscaler(cdk8s.Chart.of(made), "Deployment", "cook")
    assert faults_of(made) == [
        "error autoscaler  web/ScaledObject/more  spec.scaleTargetRef: web/ScaledObject/cook scales "
        "Deployment/cook already, so the two undo each other; remove one  [web/scaler]"
    ]


def test_a_scaler_on_what_can_not_scale() -> None:
    chart = new_chart()
    autoscaler(chart, "DaemonSet", "agent")
    assert faults_of(chart) == [
        "error autoscaler  web/ScaledObject/more  spec.scaleTargetRef.kind: a DaemonSet has no number of replicas to "
        "scale, so the autoscaler does nothing; remove it  [web/scaler]"
    ]


def test_growbin_scales_a_worker_on_its_queue(checkout: Path) -> None:
    append(
        checkout / "values" / "values-prod.yaml",
        "async: {vision: {autoscaling: {minReplicas: 0, maxReplicas: 6, tasksPerPod: 40}}}\n"
        "messaging: {rabbitmq: {existing: false}}\n",
    )
    manifests = synthesized(checkout)
    spec = one(manifests, "ScaledObject", "vision-worker")["spec"]
    assert (spec["minReplicaCount"], spec["maxReplicaCount"]) == (0, 6)
    assert [trigger["metadata"]["queueName"] for trigger in spec["triggers"]] == ["q.vision"]
    assert spec["triggers"][0]["metadata"]["value"] == "40"
    assert "vision-worker" not in of_kind(manifests, "HorizontalPodAutoscaler")
    # A broker of our own lets KEDA in.
    rules = one(manifests, "NetworkPolicy", "rabbitmq")["spec"]["ingress"]
    keda = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "keda"}}}
    assert [rule["ports"][0]["port"] for rule in rules if keda in rule["from"]] == [5672]
