"""The broker: an existing one, or a RabbitmqCluster of the RabbitMQ Cluster Operator on its own node.

Source: https://www.rabbitmq.com/kubernetes/operator/using-operator
"""

from __future__ import annotations

from dataclasses import replace

import cdk8s

from constructs_lib import (
    ExternalService,
    IngressRules,
    Monitors,
    NamespaceChart,
    NodePool,
    PodMonitor,
    PodPeer,
    ScrapeEndpoint,
    SecretRef,
    add_manifest,
    network_policy,
    url_encoded,
)
from growbin import values as v
from growbin.values import container_resources

NAME = "rabbitmq"
AMQP, MANAGEMENT, METRICS, PEERS = 5672, 15672, 15692, (4369, 5672, 25672)
POD_LABELS = {"app.kubernetes.io/name": NAME}
METRICS_PORT = "prometheus"
"""As the operator calls the port."""

OPERATOR_NAMESPACE = "rabbitmq-system"
KEDA_NAMESPACE = "keda"


def broker_url(namespace: str) -> str:
    """Return the template of the broker's URL, for a Secret that is created from its login."""
    login = f"{url_encoded('username')}:{url_encoded('password')}"
    return f"amqp://{login}@{NAME}.{namespace}.svc:{AMQP}/%2F"


def rabbitmq(namespace: str, secret: SecretRef, inbound: IngressRules | None = None) -> ExternalService:
    """Return the broker's endpoint: the parts of the login, and the URL in Celery's variable."""
    return ExternalService(
        NAME,
        namespace=namespace,
        port=AMQP,
        pod_labels=POD_LABELS,
        credentials=replace(secret, keys=tuple(key for key in secret.keys if key != "url")),
        env={"CELERY_BROKER_URL": secret.key("url")},
        inbound=inbound,
    )


def add_monitor(chart: NamespaceChart, name: str, monitors: Monitors | None) -> None:
    """A PodMonitor of the broker: what it says as a whole, and of each queue.

    Source: https://www.rabbitmq.com/docs/prometheus#detailed-endpoint
    """
    families = {"family": ["queue_coarse_metrics", "queue_consumer_count"]}
    endpoints = [
        ScrapeEndpoint(port=METRICS_PORT),
        ScrapeEndpoint(port=METRICS_PORT, path="/metrics/detailed", params=families),
    ]
    PodMonitor(chart, name, pod_labels=POD_LABELS, endpoints=endpoints, monitors=monitors or Monitors())


def add_rabbitmq_cluster(chart: NamespaceChart, values: v.RabbitMQ, pool: NodePool | None) -> IngressRules:
    """A RabbitmqCluster pinned to the pool, and a policy that lets in its own pods, operator and Prometheus."""
    _add_cluster(chart, values, pool)
    namespace = chart.namespace_name
    policy = add_manifest(chart, "policy", network_policy(NAME, POD_LABELS, ingress=[]))
    inbound = IngressRules(policy, namespace)
    inbound.let_in(PodPeer(namespace, POD_LABELS), *PEERS)
    inbound.let_in(PodPeer(OPERATOR_NAMESPACE), AMQP, MANAGEMENT)
    inbound.let_in(PodPeer(chart.defaults.metrics_namespace), METRICS)
    return inbound


def _add_cluster(chart: NamespaceChart, values: v.RabbitMQ, pool: NodePool | None) -> None:
    # Its classes take a third of a second to load: only where one is made.
    from imports.com.rabbitmq import (  # noqa: PLC0415
        RabbitmqCluster,
        RabbitmqClusterSpec,
        RabbitmqClusterSpecPersistence,
        RabbitmqClusterSpecPersistenceStorage,
        RabbitmqClusterSpecResources,
        RabbitmqClusterSpecResourcesLimits,
        RabbitmqClusterSpecResourcesRequests,
        RabbitmqClusterSpecTolerations,
    )

    amounts = container_resources(values.resources).render()
    RabbitmqCluster(
        chart,
        NAME,
        metadata=cdk8s.ApiObjectMetadata(name=NAME),
        spec=RabbitmqClusterSpec(
            replicas=1,
            affinity=_node_affinity(pool),
            tolerations=[
                RabbitmqClusterSpecTolerations(key=taint.key, operator="Equal", value=taint.value, effect=taint.effect)
                for taint in (pool.taints if pool else ())
            ],
            persistence=RabbitmqClusterSpecPersistence(
                storage=RabbitmqClusterSpecPersistenceStorage.from_string(values.storage)
            ),
            resources=RabbitmqClusterSpecResources(
                requests={
                    name: RabbitmqClusterSpecResourcesRequests.from_string(amount)
                    for name, amount in amounts["requests"].items()
                },
                limits={
                    name: RabbitmqClusterSpecResourcesLimits.from_string(amount)
                    for name, amount in amounts["limits"].items()
                },
            ),
        ),
    )


def _node_affinity(pool: NodePool | None) -> dict[str, object] | None:
    """Return a nodeSelector as node affinity, the only form that a RabbitmqCluster supports."""
    if pool is None:
        return None
    expressions = [{"key": key, "operator": "In", "values": [value]} for key, value in pool.labels.items()]
    terms = {"nodeSelectorTerms": [{"matchExpressions": expressions}]}
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}
