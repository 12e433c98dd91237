"""The charts of growbin-backend: one for each namespace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from constructs_lib import (
    Alerts,
    ApiService,
    App,
    ArgoCD,
    Autoscaling,
    CeleryWorker,
    Cluster,
    Dashboard,
    Defaults,
    Destination,
    Endpoint,
    ExistingKeys,
    ExternalSource,
    Fault,
    GatewayOptions,
    IngressOptions,
    Internet,
    Metrics,
    Migration,
    Monitors,
    NamespaceChart,
    PodPeer,
    PostgreSQL,
    PostgreSQLBackup,
    QueueScaling,
    Redis,
    Routing,
    Scaling,
    SecretRef,
    SecretStore,
    did_you_mean,
    http_probes,
    postgres_exporter,
    properties,
    redis_exporter,
    secret_env,
)
from growbin import values as v
from growbin.consistency import REQUIRED_KEYS
from growbin.messaging import AMQP, KEDA_NAMESPACE, add_monitor, add_rabbitmq_cluster, broker_url, rabbitmq
from growbin.origins import Origins
from growbin.values import container_resources

LABELS = {"app.kubernetes.io/part-of": "growbin-backend", "app.kubernetes.io/managed-by": "cdk8s"}


class Growbin:
    """All charts of one environment.

    Args:
        app: the environment's app.
        cluster: its nodes.
        values: what the files say.
        origins: the fields of the files that the constructs are made from.
    """

    def __init__(self, app: App, cluster: Cluster, values: v.Values, origins: Origins) -> None:
        self._app, self._cluster, self._values = app, cluster, values
        self._origins = origins
        self._endpoints: dict[str, Endpoint] = {}
        self._environment = app.environment
        self._charts: list[NamespaceChart] = []
        self._backups: list[PostgreSQLBackup] = []
        self._queues = values.queues()
        self._add_internet()
        self._add_messaging()
        self._add_data()
        self._add_api()
        self._add_async()
        self._add_monitoring()
        self._add_argocd()

    def _add_internet(self) -> None:
        for name, outside in self._values.internet.items():
            secret = self._secret(outside.secret) if outside.secret else None
            self._endpoints[name] = Internet(outside.hosts, outside.port, secret_env(name, secret))

    def _add_messaging(self) -> None:
        section = self._values.messaging
        if not section.rabbitmq.enabled:
            return
        inbound = None
        if not section.rabbitmq.existing:
            # Its pods come from an operator: nothing here tells what they need, so neither quota nor deny.
            chart = self._chart("messaging", pod_security="baseline", headroom=None, default_deny=False)
            pool = self._pool(f"{chart.namespace_name}/rabbitmq", section.rabbitmq.node_selector)
            inbound = add_rabbitmq_cluster(chart, section.rabbitmq, self._cluster.pools[pool] if pool else None)
            if self._values.scales_on_queues():
                inbound.let_in(PodPeer(KEDA_NAMESPACE), AMQP)
        elif section.rabbitmq.monitor and self._values.monitoring.enabled:
            chart = self._chart("messaging", existing=True)
        namespace = self._values.namespace(section.namespace)
        if section.rabbitmq.monitor and self._values.monitoring.enabled:
            add_monitor(chart, f"growbin-{self._environment}-rabbitmq", self._monitors())
        self._endpoints["rabbitmq"] = rabbitmq(namespace, self._secret("rabbitmq"), inbound)

    def _add_data(self) -> None:
        data = self._values.data
        chart = self._chart("data")
        for name in ("postgresql", "redis"):
            self._origins.add(f"{chart.namespace_name}/{name}", "data", name)
        if data.postgresql.enabled:
            database = self._endpoints["postgresql"] = PostgreSQL(
                chart,
                "postgresql",
                image=data.postgresql.image,
                credentials=self._secret("postgresql"),
                database=data.postgresql.database,
                storage=data.postgresql.storage,
                storage_class=data.postgresql.storage_class,
                resources=container_resources(data.postgresql.resources),
                exporter=postgres_exporter(self._secret("postgresql"), data.postgresql.database)
                if data.postgresql.exporter
                else None,
                node_pool=self._pool(f"{chart.namespace_name}/postgresql", data.postgresql.node_selector),
            )
            self._add_backup(chart, database)
        if data.redis.enabled:
            self._endpoints["redis"] = Redis(
                chart,
                "redis",
                image=data.redis.image,
                credentials=self._secret("redis"),
                storage=data.redis.storage,
                storage_class=data.redis.storage_class,
                resources=container_resources(data.redis.resources),
                exporter=redis_exporter(self._secret("redis")) if data.redis.exporter else None,
                node_pool=self._pool(f"{chart.namespace_name}/redis", data.redis.node_selector),
            )

    def _add_backup(self, chart: NamespaceChart, database: PostgreSQL) -> None:
        options = self._values.data.postgresql
        if not options.backup.enabled:
            return
        self._origins.add(f"{chart.namespace_name}/postgresql-backup", "data", "postgresql", "backup")
        backup = PostgreSQLBackup(
            chart,
            "postgresql-backup",
            database=database,
            schedule=options.backup.schedule,
            keep=options.backup.keep,
            storage=options.backup.storage,
            storage_class=options.storage_class,
            # Beside the database: its data stay on the node.
            node_pool=database.node_pool,
        )
        self._backups.append(backup)

    def _add_api(self) -> None:
        section = self._values.api
        chart = self._chart("api", ingress=self._way_in())
        pool = self._pool(chart.namespace_name, section.node_selector)
        for name, api in section.services():
            path = f"{chart.namespace_name}/{name}"
            self._origins.add(f"{path}-api", "api", name)
            self._origins.add(f"{path}-migration", "api", name, "migration")
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
                uses=self._uses(f"{path}-api", api),
                sends_to=self._sends_to(api),
                probes=http_probes(api.health_path),
                metrics=Metrics(path=api.metrics.path) if api.metrics.enabled else None,
                node_pool=pool,
            )
            if api.migration is not None:
                resources = container_resources(api.migration.resources or api.resources)
                Migration(
                    chart, f"{name}-migration", service=service, command=api.migration.command, resources=resources
                )

    def _add_async(self) -> None:
        section = self._values.async_
        chart = self._chart("async")
        pool = self._pool(chart.namespace_name, section.node_selector)
        for name, worker in section.services():
            path = f"{chart.namespace_name}/{name}-worker"
            self._origins.add(path, "async", name)
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
                uses=self._uses(path, worker),
                sends_to=self._sends_to(worker),
                node_pool=pool,
            )

    def _add_argocd(self) -> None:
        options, destination, environment = self._values.argocd, self._values.destination, self._environment
        self._origins.add("argocd", "argocd")
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

    def _add_monitoring(self) -> None:
        """Alerts and the dashboard, where Prometheus and Grafana are; nothing else there is touched."""
        options, messaging = self._values.monitoring, self._values.messaging
        if not options.enabled:
            return
        own = [self._values.namespace(name) for name in self._values.own_namespaces()]
        ours = [chart for chart in self._charts if chart.namespace_name in own]
        chart = self._chart("monitoring", existing=True)
        watched = messaging.rabbitmq.enabled and messaging.rabbitmq.monitor
        broker = self._values.namespace(messaging.namespace) if watched else None
        name = f"growbin-{self._environment}"
        Alerts(
            chart,
            name,
            charts=ours,
            runbooks=options.runbooks,
            labels=options.labels,
            broker=broker,
            queues=self._queues,
            backups=self._backups,
        )
        if options.dashboard:
            title = f"growbin {self._environment}"
            # The two layers first: Grafana opens with the first one.
            namespaces = list(dict.fromkeys([*own, *([broker] if broker else [])]))
            Dashboard(chart, f"{name}-dashboard", title=title, namespaces=namespaces, broker=broker)

    # Parts

    def _monitors(self) -> Monitors | None:
        options = self._values.monitoring
        return Monitors(labels=options.labels, interval=options.interval) if options.enabled else None

    def _way_in(self) -> Routing:
        options = self._values.ingress
        if options.gateway is not None:
            return GatewayOptions(
                gateway=options.gateway.name,
                namespace=options.gateway.namespace,
                listener=options.gateway.listener,
                host=options.host,
                annotations=options.annotations,
                from_namespace=options.from_namespace,
                from_cidrs=options.from_cidrs,
            )
        return IngressOptions(
            class_name=options.class_name or "",
            host=options.host,
            tls_secret=options.tls_secret,
            annotations=options.annotations,
            from_namespace=options.from_namespace,
            from_cidrs=options.from_cidrs,
        )

    def _chart(self, section: str, **options: Any) -> NamespaceChart:
        namespace = self._values.namespace(self._values.section_namespaces()[section])
        self._origins.add(namespace, section)
        chart = NamespaceChart(
            self._app,
            namespace,
            labels=LABELS,
            defaults=Defaults(
                image_pull_secrets=self._values.global_.image_pull_secrets,
                monitors=self._monitors(),
                metrics_namespace=self._values.namespace(self._values.monitoring.namespace),
            ),
            **options,
        )
        for name in self._values.global_.image_pull_secrets:
            secret = ExistingKeys(namespace=namespace, name=name, keys=(".dockerconfigjson",))
            self._app.declare(secrets=[secret])
        self._charts.append(chart)
        return chart

    def _secret(self, name: str) -> SecretRef:
        # An undeclared key is already reported; adding it reveals further faults.
        keys = tuple(dict.fromkeys([*self._values.secrets.get(name, ()), *REQUIRED_KEYS.get(name, ())]))
        store = self._values.secret_store
        if store is None:
            return SecretRef(name, keys)
        made = {"url": broker_url(self._values.namespace(self._values.messaging.namespace))}
        templates = made if name == "rabbitmq" and "url" in keys else {}
        fetched = [key for key in keys if key not in templates]
        remote = properties(f"{store.path}/{name}", *fetched)
        source = ExternalSource(store=SecretStore(store.name, store.kind), remote=remote, templates=templates)
        return SecretRef(name, keys, source=source)

    def _pool(self, path: str, node_selector: Mapping[str, str]) -> str | None:
        """Return the pool whose nodes have the labels; without such a pool, report a fault of the construct."""
        for name, pool in self._cluster.pools.items():
            if node_selector.items() <= pool.labels.items():
                return name
        wanted = ", ".join(f"{key}={value}" for key, value in node_selector.items())
        labels = [label for pool in self._cluster.pools.values() for label in pool.labels.items()]
        values = [value for key, value in labels if key in node_selector]
        hint = did_you_mean(", ".join(node_selector.values()), values or map("=".join, labels))
        self._app.report(path, Fault("nodeSelector", f"{wanted}: no pool of {self._values.cluster} has it{hint}"))
        return None

    def _uses(self, path: str, service: v.Service) -> Sequence[Endpoint]:
        """Return the endpoints of the service at the path."""
        names = dict.fromkeys(service.uses)
        unknown = [name for name in names if name not in self._endpoints]
        faults = [
            Fault("uses", f"{name!r}: nothing has that name{did_you_mean(name, self._endpoints)}") for name in unknown
        ]
        self._app.report(path, *faults)
        return [self._endpoints[name] for name in names if name in self._endpoints]

    def _sends_to(self, service: v.Service) -> Sequence[str]:
        """Return the queues that the service names, or all queues if it can reach the broker."""
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
