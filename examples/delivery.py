"""Features that growbin does not use: scaling to zero, Secrets from a store, a Gateway, a backup, own alerts.

python examples/delivery.py dist/prod   # where its Argo CD Applications look
"""

from __future__ import annotations

import sys
from pathlib import Path

from constructs_lib import (
    Alert,
    Alerts,
    ApiService,
    App,
    ArgoCD,
    CeleryWorker,
    ClaimVolume,
    CronJob,
    Defaults,
    Destination,
    Existing,
    ExistingKeys,
    ExternalService,
    ExternalSource,
    GatewayOptions,
    Job,
    KedaScaling,
    Metrics,
    Migration,
    Monitors,
    NamespaceChart,
    PostgreSQL,
    PrometheusTrigger,
    QueueScaling,
    RunOptions,
    SecretRef,
    SecretStore,
    postgres_exporter,
    properties,
    synth,
    url_encoded,
)

IMAGE = "ghcr.io/your-org/shop:1.4.2"
STORE = SecretStore("vault")
MONITORS = Monitors(labels={"release": "prometheus"})

# From a store; the URL is percent-encoded by the operator, so that a password may hold anything.
broker_login = SecretRef(
    "rabbitmq",
    ("username", "password", "url"),
    source=ExternalSource(
        store=STORE,
        remote=properties("shop/rabbitmq", "username", "password"),
        templates={"url": f"amqp://{url_encoded('username')}:{url_encoded('password')}@rabbitmq.messaging.svc/%2F"},
    ),
)
# There already: by hand, or by something else.
database_login = SecretRef("postgresql", ("username", "password"))


def make_app() -> App:
    """One namespace, and what is added to those of Argo CD and Prometheus."""
    claims = (ExistingKeys(namespace="shop", name="backups"),)
    app = App(environment="prod", existing=Existing(namespaces=("gateways",), claims=claims))
    chart = NamespaceChart(
        app,
        "shop",
        defaults=Defaults(monitors=MONITORS),
        ingress=GatewayOptions(
            gateway="public", namespace="gateways", host="shop.example.com", from_namespace="gateways"
        ),
    )
    broker = ExternalService("rabbitmq", namespace="messaging", port=5672, pod_labels={"app": "rabbitmq"})
    database = PostgreSQL(
        chart, "postgresql", credentials=database_login, exporter=postgres_exporter(database_login, "app")
    )
    _add_services(chart, database, broker)
    backup = CronJob(
        chart,
        "backup",
        image="postgres:15.8",
        schedule="30 3 * * *",
        command=["sh", "-c", 'pg_dump -Fc -h "$PGHOST" -U "$PGUSER" app > /backups/app-$(date +%F).dump'],
        env={
            "PGHOST": database.host,
            "PGUSER": database_login.key("username"),
            "PGPASSWORD": database_login.key("password"),
        },
        uses=[database],
        volumes=[ClaimVolume("/backups", claim_name="backups")],
        run=RunOptions(deadline_seconds=2 * 60 * 60, retries=1),
    )
    Job(chart, "import", image=IMAGE, command=["shop", "import-catalog"], uses=[database])
    slow = Alert(
        name="ShopSlow",
        expr='histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{job="web"}[5m]))) > 1',
        summary="The shop answers slowly",
        description="One of 20 requests takes more than a second.",
    )
    Alerts(
        NamespaceChart(app, "monitoring", existing=True),
        "shop-prod",
        charts=[chart],
        runbooks="https://github.com/your-org/shop/blob/main/docs/runbooks",
        labels=MONITORS.labels,
        backups=[backup],
        further=[slow],
    )
    ArgoCD(
        NamespaceChart(app, "argocd", existing=True),
        "shop-prod",
        repo_url="https://github.com/your-org/shop.git",
        path="dist/prod",
        destination=Destination(name="in-cluster"),
        charts=[chart],
    )
    return app


def _add_services(chart: NamespaceChart, database: PostgreSQL, broker: ExternalService) -> None:
    web = ApiService(
        chart,
        "web",
        image=IMAGE,
        path="/",
        replicas=2,
        uses=[database],
        metrics=Metrics(),
        autoscaling=KedaScaling(
            max_replicas=6,
            triggers=[PrometheusTrigger(query='sum(rate(http_requests_total{job="web"}[2m]))', threshold=50)],
        ),
    )
    Migration(chart, "web-migration", service=web, command=["alembic", "upgrade", "head"])
    CeleryWorker(
        chart,
        "mail-worker",
        image=IMAGE,
        app="shop.mail",
        queues=["q.mail"],
        uses=[broker],
        env={"CELERY_BROKER_URL": broker_login.key("url")},
        # No pods while there is no mail to send.
        autoscaling=QueueScaling(broker=broker_login.key("url"), min_replicas=0, max_replicas=4, tasks_per_pod=50),
    )


if __name__ == "__main__":
    synth(make_app(), output=Path(sys.argv[1]))
