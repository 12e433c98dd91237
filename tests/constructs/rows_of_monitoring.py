"""Rows of monitors, alerts and dashboards, and of the way in by a Gateway."""

from __future__ import annotations

import json
from typing import Any

from constructs_lib import (
    Alert,
    Alerts,
    ApiService,
    Container,
    CronJob,
    Dashboard,
    DedicatedStateful,
    Defaults,
    Exporter,
    GatewayOptions,
    Headroom,
    InputError,
    Metrics,
    Monitors,
    NamespaceChart,
    PodMonitor,
)
from constructs_lib.app.validation import synthesize
from constructs_lib.manifests.monitors import ScrapeEndpoint
from tests.constructs.build import Manifests, build, new_app
from tests.constructs.rows import SET_POD, Row, Subject

FROM = "spec ingress 0 from 0 namespaceSelector matchLabels kubernetes.io/metadata.name"

# Monitors

MONITOR = "ServiceMonitor spec endpoints 0"

METRICS = [
    Row("port", "admin", "NetworkPolicy/shop spec ingress 0 ports 0 port", 9090),
    Row("port", "admin", f"{MONITOR} port", "admin"),
    Row("path", "/m", f"{MONITOR} path", "/m"),
]
MONITORS = [
    Row("labels", {"release": "p"}, "ServiceMonitor metadata labels release", "p"),
    Row("interval", "5s", f"{MONITOR} interval", "5s"),
]
TEAM = "team"
POD_MONITOR = [
    Row("pod_labels", {TEAM: "b"}, "PodMonitor spec selector matchLabels", {TEAM: "b"}),
    Row("endpoints", [ScrapeEndpoint(path="/m")], "PodMonitor spec podMetricsEndpoints 0 path", "/m"),
    Row("monitors", Monitors(interval="5s"), "PodMonitor spec podMetricsEndpoints 0 interval", "5s"),
]
SIDE = Container(name="exporter", image="exporter:1", ports={"metrics": 9100})
EXPORTER = [
    Row(
        "container",
        Container(name="exporter", image="exporter:2", ports={"metrics": 9200}),
        f"{SET_POD} containers 1 image",
        "exporter:2",
    ),
    Row(
        "container",
        Container(name="exporter", image="exporter:1", ports={"metrics": 9200}),
        "NetworkPolicy/store spec ingress 0 ports 0 port",
        9200,
    ),
    Row("path", "/m", "PodMonitor spec podMetricsEndpoints 0 path", "/m"),
]
OWN_EXPORTER = [
    Row("exporter", Exporter(container=SIDE), f"{SET_POD} containers 1 name", "exporter"),
]


def monitored(metrics: Metrics, monitors: Monitors) -> Manifests:
    return build(
        lambda chart: ApiService(chart, "shop", image="shop:1", ports={"admin": 9090}, metrics=metrics),
        defaults=Defaults(monitors=monitors),
    )


def pod_monitor(**arguments: Any) -> Manifests:
    """Two services to choose from by their label."""

    def make(chart: NamespaceChart) -> None:
        for team in ("a", "b"):
            ports = {"metrics": 9100}
            ApiService(chart, f"shop-{team}", image="shop:1", labels={TEAM: team}, ports=ports, metrics=Metrics())
        PodMonitor(chart, "broker", **{"pod_labels": {TEAM: "a"}, "endpoints": [ScrapeEndpoint()], **arguments})

    return build(make)


def exporter(**arguments: Any) -> Manifests:
    beside = Exporter(**{"container": SIDE, **arguments})
    return build(
        lambda chart: DedicatedStateful(
            chart, "store", image="store:1", port=7000, storage="1Gi", data_path="/data", exporter=beside
        ),
        defaults=Defaults(monitors=Monitors()),
    )


# Alerts

RULES = "PrometheusRule spec groups 0 rules"
FIRST_OWN = f"{RULES} 7"  # after those of any workload
REPLICAS = 'kube_deployment_{}{{namespace=~"web|jobs"}}'
READY = 'rabbitmq_detailed_queue_messages_ready{namespace="messaging",queue=~"q"}'
BACKUP = '{cronjob=~"backup",namespace=~"web"}'
LAST = f"max by (namespace, cronjob) (kube_cronjob_status_last_successful_time{BACKUP})"
CREATED = f"max by (namespace, cronjob) (kube_cronjob_created{BACKUP})"
OWN = {"name": "Own", "expr": "up == 0", "summary": "Away", "description": "Look at its log."}

ALERTS = [
    Row(
        "charts",
        ["web", "jobs"],
        f"{RULES} 1 expr",
        f"{REPLICAS.format('spec_replicas')} - {REPLICAS.format('status_replicas_available')} > 0",
    ),
    Row("runbooks", "https://b.org/", f"{RULES} 4 annotations runbook_url", "https://b.org/JobFailed.md"),
    Row("labels", {"release": "p"}, "PrometheusRule metadata labels release", "p"),
    Row("broker", "messaging", f"{FIRST_OWN} alert", "QueueGrowing", {"queues": ["q"]}),
    Row("queues", ["q"], f"{FIRST_OWN} alert", "QueueGrowing", {"broker": "messaging"}),
    Row(
        "backlog",
        7,
        f"{FIRST_OWN} expr",
        f"sum by (queue) ({READY}) > 7 and sum by (queue) (deriv({READY}[15m])) > 0",
        {"broker": "messaging", "queues": ["q"]},
    ),
    Row("backups", ["backup"], f"{FIRST_OWN} alert", "BackupMissing"),
    Row(
        "backup_hours",
        2,
        f"{FIRST_OWN} expr",
        f"time() - {LAST} > 7200 or (time() - {CREATED} > 7200 unless {LAST})",
        {"backups": ["backup"]},
    ),
    Row("further", [Alert(**OWN)], f"{FIRST_OWN} alert", "Own"),  # type: ignore[arg-type]
]
ALERT = [
    Row("name", "Other", f"{FIRST_OWN} alert", "Other"),
    Row("expr", "up < 1", f"{FIRST_OWN} expr", "up < 1"),
    Row("wait", "1m", f"{FIRST_OWN} for", "1m"),
    Row("severity", "info", f"{FIRST_OWN} labels severity", "info"),
    Row("summary", "Gone", f"{FIRST_OWN} annotations summary", "Gone"),
    Row("description", "Read on.", f"{FIRST_OWN} annotations description", "Read on."),
]


def alerts(**arguments: Any) -> Manifests:
    """Alerts of charts and of a CronJob, given by their ids."""
    app = new_app()
    charts = {name: NamespaceChart(app, name) for name in ("web", "jobs")}
    jobs = {"backup": CronJob(charts["web"], "backup", image="backup:1", schedule="@daily")}
    given = {"charts": ["web"], "runbooks": "https://a.org", **arguments}
    for name, known in (("charts", charts), ("backups", jobs)):
        if isinstance(given.get(name), list):
            given[name] = [known.get(each, each) for each in given[name]]
    Alerts(NamespaceChart(app, "monitoring", existing=True), "alerts", **given)
    synthesis = synthesize(app)
    if synthesis.faults:
        raise InputError(synthesis.faults)
    return synthesis.manifests["monitoring"]


BOARD = "ConfigMap data board.json"
DASHBOARD = [
    Row("title", "Other", f"{BOARD} title", "Other"),
    Row("namespaces", ["a", "b"], f"{BOARD} templating list 1 query", "a,b"),
    Row(
        "broker",
        "messaging",
        f"{BOARD} panels 6 targets 0 expr",
        'sum by (queue) (rabbitmq_detailed_queue_messages_ready{namespace="messaging"})',
    ),
    Row("labels", {"board": "yes"}, "ConfigMap metadata labels", {"board": "yes"}),
]


def dashboard(**arguments: Any) -> Manifests:
    """The dashboard, its JSON read."""
    base = {"title": "Shop", "namespaces": ["web"]}
    manifests = build(lambda chart: Dashboard(chart, "board", **{**base, **arguments}))
    return [
        {**item, "data": {key: json.loads(text) for key, text in item["data"].items()}} if "data" in item else item
        for item in manifests
    ]


# The way in

PARENT = "HTTPRoute spec parentRefs 0"
GATEWAY = [
    Row("host", "a.org", "HTTPRoute spec hostnames", ["a.org"]),
    Row("annotations", {"note": "a"}, "HTTPRoute metadata annotations", {"note": "a"}),
    Row("from_namespace", "edge", f"NetworkPolicy/shop {FROM}", "edge"),
    Row("from_cidrs", ["10.1.0.0/16"], "NetworkPolicy/shop spec ingress 0 from 1 ipBlock cidr", "10.1.0.0/16"),
    Row("gateway", "other", f"{PARENT} name", "other"),
    Row("namespace", "edge", f"{PARENT} namespace", "edge"),
    Row("listener", "https", f"{PARENT} sectionName", "https"),
]


def gateway(**arguments: Any) -> Manifests:
    base = {"host": "example.com", "gateway": "shared", "namespace": "traefik", "from_namespace": "traefik"}
    return build(
        lambda chart: ApiService(chart, "shop", image="shop:1", path="/"),
        ingress=GatewayOptions(**{**base, **arguments}),
    )


def headroom_of_store(**arguments: Any) -> Manifests:
    """A chart with a claim."""
    base = {"image": "store:1", "port": 7000, "storage": "1Gi", "data_path": "/data"}
    return build(lambda chart: DedicatedStateful(chart, "store", **base), headroom=Headroom(**arguments))  # type: ignore[arg-type]


SUBJECTS = [
    Subject(Metrics, lambda **given: monitored(Metrics(**given), Monitors()), METRICS),
    Subject(Monitors, lambda **given: monitored(Metrics(), Monitors(**given)), MONITORS),
    Subject(PodMonitor, pod_monitor, POD_MONITOR),
    Subject(Exporter, exporter, EXPORTER),
    Subject(Alerts, alerts, ALERTS),
    Subject(Alert, lambda **given: alerts(further=[Alert(**{**OWN, **given})]), ALERT),
    Subject(Dashboard, dashboard, DASHBOARD),
    Subject(GatewayOptions, gateway, GATEWAY),
    Subject(Headroom, headroom_of_store, [Row("claims", 7, "ResourceQuota spec hard persistentvolumeclaims", "8")]),
]
