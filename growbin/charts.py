"""The charts of growbin-backend: one for each namespace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from constructs import Construct

from constructs_lib import (
    ApiService,
    App,
    ArgoCD,
    Autoscaling,
    CeleryWorker,
    Cluster,
    Defaults,
    Destination,
    IngressOptions,
    Internet,
    Metrics,
    Migration,
    NamespaceChart,
    PostgreSQL,
    QueueScaling,
    Redis,
    SecretRef,
    http_probes,
)
from constructs_lib.app import model_of
from constructs_lib.autoscaling import Scaling
from constructs_lib.connections import Endpoint
from constructs_lib.network_policies import PodPeer
from growbin import values as v
from growbin.messaging import AMQP, KEDA_NAMESPACE, add_rabbitmq_cluster, rabbitmq
from growbin.values import container_resources

LABELS = {"app.kubernetes.io/part-of": "growbin-backend", "app.kubernetes.io/managed-by": "cdk8s"}


class Growbin:
    """All charts of one environment.

    Args:
        app: the environment's app.
        cluster: its nodes.
        values: what the files say.
    """

    def __init__(self, app: App, cluster: Cluster, values: v.Values) -> None:
        self._app, self._cluster, self._values = app, cluster, values
        self._endpoints: dict[str, Endpoint] = {}
        self._charts: list[NamespaceChart] = []
        self._queues = [worker.queue or f"q.{name}" for name, worker in values.async_.services()]
        self._add_internet()
        self._add_messaging()
        self._add_data()
        self._add_api()
        self._add_async()
        self._add_argocd()

    def _add_internet(self) -> None:
        for name, outside in self._values.internet.items():
            env = {}
            if outside.secret:
                secret = self._secret(outside.secret)
                env = {f"{name}_{key}".upper().replace("-", "_"): secret.key(key) for key in secret.keys}
            self._endpoints[name] = Internet(outside.hosts, outside.port, env)

    def _add_messaging(self) -> None:
        section = self._values.messaging
        if not section.rabbitmq.enabled:
            return
        inbound = None
        if not section.rabbitmq.existing:
            # Its pods come from an operator: nothing here tells what they need, so neither quota nor deny.
            chart = self._chart(section.namespace, pod_security="baseline", headroom=None, default_deny=False)
            pool = self._pool(chart, section.rabbitmq.node_selector)
            inbound = add_rabbitmq_cluster(chart, section.rabbitmq, self._cluster.pools[pool] if pool else None)
            if self._values.scales_on_queues():
                inbound.let_in(PodPeer(KEDA_NAMESPACE), AMQP)
        namespace = self._values.namespace(section.namespace)
        self._endpoints["rabbitmq"] = rabbitmq(namespace, self._secret("rabbitmq"), inbound)

    def _add_data(self) -> None:
        data = self._values.data
        chart = self._chart(data.namespace)
        if data.postgresql.enabled:
            self._endpoints["postgresql"] = PostgreSQL(
                chart,
                "postgresql",
                image=data.postgresql.image,
                credentials=self._secret("postgresql"),
                database=data.postgresql.database,
                storage=data.postgresql.storage,
                storage_class=data.postgresql.storage_class,
                resources=container_resources(data.postgresql.resources),
                node_pool=self._pool(chart, data.postgresql.node_selector),
            )
        if data.redis.enabled:
            self._endpoints["redis"] = Redis(
                chart,
                "redis",
                image=data.redis.image,
                credentials=self._secret("redis"),
                storage=data.redis.storage,
                storage_class=data.redis.storage_class,
                resources=container_resources(data.redis.resources),
                node_pool=self._pool(chart, data.redis.node_selector),
            )

    def _add_api(self) -> None:
        section, options = self._values.api, self._values.ingress
        chart = self._chart(
            section.namespace,
            ingress=IngressOptions(
                class_name=options.class_name,
                host=options.host,
                tls_secret=options.tls_secret,
                annotations=options.annotations,
                from_namespace=options.from_namespace,
                from_cidrs=options.from_cidrs,
            ),
        )
        for name, api in section.services():
            service = ApiService(
                chart,
                f"{name}-api",
                app_name=name,
                image=api.image or str(self._values.global_.image),
                port=api.port,
                path=api.path or f"/api/v1/{name}",
                replicas=api.replicas,
                autoscaling=self._autoscaling(api),
                resources=container_resources(api.resources),
                env=api.env,
                uses=self._uses(chart, api),
                sends_to=self._sends_to(api),
                probes=http_probes(api.health_path),
                metrics=Metrics(path=api.metrics.path) if api.metrics.enabled else None,
                node_pool=self._pool(chart, section.node_selector),
            )
            if api.migration is not None:
                resources = container_resources(api.migration.resources or api.resources)
                Migration(
                    chart, f"{name}-migration", service=service, command=api.migration.command, resources=resources
                )

    def _add_async(self) -> None:
        section = self._values.async_
        chart = self._chart(section.namespace)
        for name, worker in section.services():
            CeleryWorker(
                chart,
                f"{name}-worker",
                app_name=name,
                image=worker.image or str(self._values.global_.image),
                app=worker.app or f"workers.{name}",
                queues=[worker.queue or f"q.{name}"],
                pool=worker.pool,
                concurrency=worker.concurrency,
                time_limit=worker.time_limit,
                soft_time_limit=worker.soft_time_limit,
                command=worker.command,
                replicas=worker.replicas,
                autoscaling=self._autoscaling(worker),
                resources=container_resources(worker.resources),
                env=worker.env,
                uses=self._uses(chart, worker),
                sends_to=self._sends_to(worker),
                node_pool=self._pool(chart, section.node_selector),
            )

    def _add_argocd(self) -> None:
        options, destination = self._values.argocd, self._values.destination
        environment = model_of(self._app).environment
        ArgoCD(
            NamespaceChart(self._app, "argocd", namespace=options.namespace, existing=True, labels=LABELS),
            # With the environment: two of them in one Argo CD are two projects.
            f"growbin-{environment}",
            repo_url=options.repo_url,
            revision=options.target_revision,
            path=f"dist/{environment}",
            destination=Destination(name=destination.name, server=destination.server),
            charts=self._charts,
        )

    # Parts

    def _chart(self, name: str, **options: Any) -> NamespaceChart:
        chart = NamespaceChart(
            self._app,
            self._values.namespace(name),
            labels=LABELS,
            defaults=Defaults(
                image_pull_secrets=self._values.global_.image_pull_secrets,
                metrics_namespace=self._values.namespace(self._values.monitoring.namespace),
            ),
            **options,
        )
        self._charts.append(chart)
        return chart

    def _secret(self, name: str) -> SecretRef:
        return SecretRef(name, self._values.secrets.get(name, ()))

    def _pool(self, scope: Construct, node_selector: Mapping[str, str]) -> str | None:
        """The pool whose nodes carry the labels."""
        for name, pool in self._cluster.pools.items():
            if node_selector.items() <= pool.labels.items():
                return name
        wanted = ", ".join(f"{key}={value}" for key, value in node_selector.items())
        known = ", ".join(
            f"{key}={value}" for pool in self._cluster.pools.values() for key, value in pool.labels.items()
        )
        model_of(scope).report(
            scope, f"nodeSelector {wanted}: no pool of {self._values.cluster} has it; known: {known}"
        )
        return None

    def _uses(self, scope: Construct, service: v.Service) -> Sequence[Endpoint]:
        unknown = [name for name in service.uses if name not in self._endpoints]
        for name in unknown:
            model_of(scope).report(scope, f"uses {name!r}: nothing has that name; known: {', '.join(self._endpoints)}")
        return [self._endpoints[name] for name in service.uses if name in self._endpoints]

    def _sends_to(self, service: v.Service) -> Sequence[str]:
        """What the service says; else every queue, if it can reach the broker."""
        if service.sends_to is not None:
            return service.sends_to
        return self._queues if "rabbitmq" in service.uses else ()

    def _autoscaling(self, service: v.Service) -> Scaling | None:
        values = service.autoscaling
        if values is None or not values.enabled:
            return None
        low, high = values.min_replicas, values.max_replicas
        if values.tasks_per_pod is not None:
            broker = self._secret("rabbitmq").key("url")
            return QueueScaling(broker=broker, tasks_per_pod=values.tasks_per_pod, min_replicas=low, max_replicas=high)
        return Autoscaling(min_replicas=low, max_replicas=high, cpu=values.target_cpu_utilization_percentage)
