"""Monitors, exporters, alerts and the dashboard."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from constructs_lib import (
    Alert,
    Alerts,
    ApiService,
    CronJob,
    Dashboard,
    Defaults,
    Exporter,
    Metrics,
    Monitors,
    NamespaceChart,
    PodMonitor,
    PostgreSQL,
    Redis,
    SecretRef,
    postgres_exporter,
    redis_exporter,
)
from constructs_lib.manifests.monitors import ScrapeEndpoint
from constructs_lib.manifests.pods.container import Container
from tests.conftest import ROOT, Manifest, of_kind
from tests.delivery.build import BROKER, faults_of, manifests_of, new_app, new_chart, one
from tests.growbin.test_values import append, synthesized

MONITORS = Monitors(labels={"release": "prometheus"}, interval="15s")
LOGIN = SecretRef("login", ("username", "password"))
RUNBOOKS = "https://example.com/runbooks/"
RUNBOOK_PAGES = ROOT / "docs" / "runbooks"


def promtool() -> str:
    """Prometheus' own tool; without it nothing can be said of the alerts, and in CI it has to be there."""
    tool = shutil.which("promtool")
    if tool is not None:
        return tool
    missing = "promtool isn't installed; apt-get install prometheus"
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)


def watched(**arguments: Any) -> Alerts:
    """Alerts of every kind, on a chart with a backup."""
    app = new_app()
    chart = new_chart(app)
    backup = CronJob(chart, "nightly.dump".replace(".", "-"), image="pg:1", schedule="@daily")
    ApiService(chart, "shop", image="shop:1", uses=[BROKER])
    there = NamespaceChart(app, "monitoring", existing=True)
    arguments = {"charts": [chart], "runbooks": RUNBOOKS, "broker": "messaging", "queues": ["q.cook"], **arguments}
    return Alerts(there, "shop", backups=[backup], **arguments)


# Monitors


def test_a_service_monitor_where_there_are_metrics() -> None:
    chart = new_chart(defaults=Defaults(monitors=MONITORS))
    ApiService(chart, "shop", image="shop:1", ports={"admin": 9000}, metrics=Metrics(port="admin", path="/stats"))
    ApiService(chart, "quiet", image="quiet:1")
    monitor = one(manifests_of(chart), "ServiceMonitor", "shop")
    assert monitor["metadata"]["labels"]["release"] == "prometheus"
    assert monitor["spec"] == {
        "selector": {"matchLabels": {"app.kubernetes.io/name": "shop", "app.kubernetes.io/component": "api-sync"}},
        "endpoints": [{"port": "admin", "path": "/stats", "interval": "15s"}],
    }


def test_no_monitors_without_an_operator_that_reads_them() -> None:
    chart = new_chart()
    ApiService(chart, "shop", image="shop:1", metrics=Metrics())
    Redis(chart, "redis", exporter=redis_exporter(None))
    assert [m for m in manifests_of(chart) if m["apiVersion"].startswith("monitoring")] == []


@pytest.mark.parametrize(
    ("store", "port", "env"),
    [
        (
            lambda chart: PostgreSQL(chart, "store", credentials=LOGIN, exporter=postgres_exporter(LOGIN, "shop")),
            9187,
            {
                "DATA_SOURCE_URI": "127.0.0.1:5432/shop?sslmode=disable",
                "DATA_SOURCE_USER": {"secretKeyRef": {"name": "login", "key": "username"}},
                "DATA_SOURCE_PASS": {"secretKeyRef": {"name": "login", "key": "password"}},
            },
        ),
        (
            lambda chart: Redis(chart, "store", credentials=LOGIN, exporter=redis_exporter(LOGIN)),
            9121,
            {
                "REDIS_ADDR": "redis://127.0.0.1:6379",
                "REDIS_PASSWORD": {"secretKeyRef": {"name": "login", "key": "password"}},
            },
        ),
    ],
)
def test_an_exporter_beside_a_data_store(store: Any, port: int, env: dict[str, Any]) -> None:
    chart = new_chart(defaults=Defaults(monitors=MONITORS, metrics_namespace="monitoring"))
    store(chart)
    manifests = manifests_of(chart)
    pod = one(manifests, "StatefulSet")["spec"]["template"]["spec"]
    exporter = pod["containers"][1]
    assert exporter["ports"] == [{"name": "metrics", "containerPort": port}]
    assert {variable["name"]: variable.get("value") or variable["valueFrom"] for variable in exporter["env"]} == env
    assert exporter["securityContext"]["readOnlyRootFilesystem"] is True
    assert exporter["resources"]["limits"] == exporter["resources"]["requests"]  # the pod stays Guaranteed
    assert one(manifests, "PodMonitor", "store")["spec"]["podMetricsEndpoints"] == [
        {"port": "metrics", "path": "/metrics", "interval": "15s"}
    ]
    (rule,) = one(manifests, "NetworkPolicy", "store")["spec"]["ingress"]
    assert rule["ports"] == [{"protocol": "TCP", "port": port}]
    # Nobody reaches the exporter through the Service.
    assert [port["name"] for port in one(manifests, "Service", "store")["spec"]["ports"]] != ["metrics"]


def test_an_exporter_without_a_port() -> None:
    exporter = Exporter(container=Container(name="exporter", image="exporter:1", ports={"http": 80}))
    chart = new_chart()
    Redis(chart, "redis", exporter=exporter)
    assert faults_of(chart) == ["web/redis: exporter exporter: its container must have a port named metrics"]


def test_a_pod_monitor_alone() -> None:
    chart = NamespaceChart(new_app(), "messaging", existing=True)
    endpoint = ScrapeEndpoint(port="prometheus", path="/metrics/detailed", params={"family": ["a", "b"]})
    PodMonitor(chart, "mq", pod_labels={}, endpoints=[], monitors=MONITORS)
    made = PodMonitor(chart, "queues", pod_labels={"app": "mq"}, endpoints=[endpoint], monitors=MONITORS)
    assert made.monitor.to_json()["spec"] == {
        "selector": {"matchLabels": {"app": "mq"}},
        "podMetricsEndpoints": [
            {
                "port": "prometheus",
                "path": "/metrics/detailed",
                "interval": "15s",
                "params": {"family": ["a", "b"]},
            }
        ],
    }
    assert faults_of(chart)[:2] == [
        "messaging/mq: pod_labels: must not be empty, or every pod of the namespace is scraped",
        "messaging/mq: endpoints: must name at least one",
    ]


# Alerts

NS = 'namespace="web"'
DEPLOYMENT = f'{NS},deployment="shop"'
HPA = f'{NS},horizontalpodautoscaler="shop"'
QUEUE = 'namespace="messaging",queue="q.cook"'
CRON = f'{NS},cronjob="nightly-dump"'
CLAIM = f'{NS},persistentvolumeclaim="data-db-0"'
QUOTA = f'{NS},resourcequota="resource-quota",resource="requests.cpu"'
CRASHING = 'kube_pod_container_status_waiting_reason{reason="CrashLoopBackOff",pod="shop-1",container="api",'

# Each alert with series in which it fires, and with others, as near as can be, in which it doesn't.
ALERTS: dict[str, tuple[dict[str, str], list[dict[str, str]]]] = {
    "ContainerCrashLooping": (
        {f"{CRASHING}{NS}}}": "1x60"},
        [
            {f"{CRASHING}{NS}}}": "1x5 0x55"},  # it came up again
            {f'{CRASHING}namespace="other"}}': "1x60"},
            {f'kube_pod_container_status_waiting_reason{{reason="ContainerCreating",{NS}}}': "1x60"},
        ],
    ),
    "ReplicasUnavailable": (
        {
            f"kube_deployment_spec_replicas{{{DEPLOYMENT}}}": "3x60",
            f"kube_deployment_status_replicas_available{{{DEPLOYMENT}}}": "2x60",
        },
        [
            {
                f"kube_deployment_spec_replicas{{{DEPLOYMENT}}}": "3x60",
                f"kube_deployment_status_replicas_available{{{DEPLOYMENT}}}": "2x10 3x50",  # a rollout
            }
        ],
    ),
    "StoreUnavailable": (
        {
            f'kube_statefulset_replicas{{{NS},statefulset="db"}}': "1x60",
            f'kube_statefulset_status_replicas_ready{{{NS},statefulset="db"}}': "0x60",
        },
        [
            {
                f'kube_statefulset_replicas{{{NS},statefulset="db"}}': "1x60",
                f'kube_statefulset_status_replicas_ready{{{NS},statefulset="db"}}': "0x3 1x57",
            }
        ],
    ),
    "AutoscalerAtMaximum": (
        {
            f"kube_horizontalpodautoscaler_status_current_replicas{{{HPA}}}": "5x60",
            f"kube_horizontalpodautoscaler_spec_max_replicas{{{HPA}}}": "5x60",
            f"kube_horizontalpodautoscaler_spec_min_replicas{{{HPA}}}": "2x60",
        },
        [
            {
                f"kube_horizontalpodautoscaler_status_current_replicas{{{HPA}}}": f"{current}x60",
                f"kube_horizontalpodautoscaler_spec_max_replicas{{{HPA}}}": "5x60",
                f"kube_horizontalpodautoscaler_spec_min_replicas{{{HPA}}}": f"{low}x60",
            }
            for current, low in ((4, 2), (5, 5))
        ],
    ),
    "JobFailed": (
        {f'kube_job_failed{{condition="true",{NS},job_name="load"}}': "1x60"},
        [{f'kube_job_failed{{condition="true",{NS},job_name="load"}}': "0x60"}],
    ),
    "ClaimNearlyFull": (
        {
            f"kubelet_volume_stats_available_bytes{{{CLAIM}}}": "14x60",
            f"kubelet_volume_stats_capacity_bytes{{{CLAIM}}}": "100x60",
        },
        [
            {
                f"kubelet_volume_stats_available_bytes{{{CLAIM}}}": "16x60",
                f"kubelet_volume_stats_capacity_bytes{{{CLAIM}}}": "100x60",
            }
        ],
    ),
    "QuotaNearlyFull": (
        {
            f'kube_resourcequota{{type="used",{QUOTA}}}': "95x60",
            f'kube_resourcequota{{type="hard",{QUOTA}}}': "100x60",
        },
        [
            {
                f'kube_resourcequota{{type="used",{QUOTA}}}': "89x60",
                f'kube_resourcequota{{type="hard",{QUOTA}}}': "100x60",
            },
            {  # claims are all there from the first day
                f'kube_resourcequota{{type="used",{NS},resource="persistentvolumeclaims"}}': "1x60",
                f'kube_resourcequota{{type="hard",{NS},resource="persistentvolumeclaims"}}': "1x60",
            },
        ],
    ),
    "QueueGrowing": (
        {f"rabbitmq_detailed_queue_messages_ready{{{QUEUE}}}": "101+5x60"},
        [
            {f"rabbitmq_detailed_queue_messages_ready{{{QUEUE}}}": "500-5x60"},  # it gets less
            {f"rabbitmq_detailed_queue_messages_ready{{{QUEUE}}}": "0+1x60"},  # few
            {'rabbitmq_detailed_queue_messages_ready{namespace="messaging",queue="qxcook"}': "101+5x60"},
        ],
    ),
    "QueueWithoutConsumers": (
        {
            f"rabbitmq_detailed_queue_messages_ready{{{QUEUE}}}": "1x60",
            f"rabbitmq_detailed_queue_consumers{{{QUEUE}}}": "0x60",
        },
        [
            {
                f"rabbitmq_detailed_queue_messages_ready{{{QUEUE}}}": f"{ready}x60",
                f"rabbitmq_detailed_queue_consumers{{{QUEUE}}}": f"{consumers}x60",
            }
            for ready, consumers in ((0, 0), (9, 1))
        ],
    ),
    "BackupMissing": (
        {f"kube_cronjob_status_last_successful_time{{{CRON}}}": "0x2000", f"kube_cronjob_created{{{CRON}}}": "0x2000"},
        [
            {  # one every hour
                f"kube_cronjob_status_last_successful_time{{{CRON}}}": "0+60x2000",
                f"kube_cronjob_created{{{CRON}}}": "0x2000",
            },
            {f"kube_cronjob_created{{{CRON}}}": "0x1500 90000x500"},  # made anew
        ],
    ),
}
HOURS = {"BackupMissing": "27h"}


def write_rules(folder: Path, rule: Manifest) -> None:
    (folder / "rules.yaml").write_text(json.dumps(rule["spec"]), encoding="utf-8")


def check(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [promtool(), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def series(values: dict[str, str]) -> list[dict[str, str]]:
    return [{"series": name, "values": " ".join(map(expanded, value.split()))} for name, value in values.items()]


def expanded(value: str) -> str:
    """`3x60` as promtool writes it: `3+0x60`."""
    return re.sub(r"^(\d+)x", r"\1+0x", value)


def alert_test(name: str, values: dict[str, str], fires: bool) -> dict[str, Any]:
    expr = f'count(ALERTS{{alertname="{name}",alertstate="firing"}})'
    samples = [{"labels": "{}", "value": 1}] if fires else []
    expected = {"expr": expr, "eval_time": HOURS.get(name, "50m"), "exp_samples": samples}
    return {"interval": "1m", "input_series": series(values), "promql_expr_test": [expected]}


@pytest.mark.parametrize("name", ALERTS)
def test_each_alert_fires_when_it_should_and_only_then(tmp_path: Path, name: str) -> None:
    write_rules(tmp_path, one(manifests_of(watched()), "PrometheusRule"))
    firing, quiet = ALERTS[name]
    tests = [alert_test(name, firing, fires=True), *(alert_test(name, values, fires=False) for values in quiet)]
    content = {"rule_files": ["rules.yaml"], "evaluation_interval": "1m", "tests": tests}
    (tmp_path / "test.yaml").write_text(json.dumps(content), encoding="utf-8")
    result = check(tmp_path, "test", "rules", "test.yaml")
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_backup_that_was_never_made(tmp_path: Path) -> None:
    write_rules(tmp_path, one(manifests_of(watched()), "PrometheusRule"))
    never = alert_test("BackupMissing", {f"kube_cronjob_created{{{CRON}}}": "0x2000"}, fires=True)
    content = {"rule_files": ["rules.yaml"], "evaluation_interval": "1m", "tests": [never]}
    (tmp_path / "test.yaml").write_text(json.dumps(content), encoding="utf-8")
    result = check(tmp_path, "test", "rules", "test.yaml")
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_alert_is_tested_and_has_a_runbook_and_texts() -> None:
    rules = one(manifests_of(watched()), "PrometheusRule")["spec"]["groups"][0]["rules"]
    assert {rule["alert"] for rule in rules} == set(ALERTS)
    for rule in rules:
        name = rule["alert"]
        page = (RUNBOOK_PAGES / f"{name}.md").read_text(encoding="utf-8")
        assert page.startswith(f"# {name}\n")
        assert len(page) > 200
        assert rule["annotations"]["runbook_url"] == f"https://example.com/runbooks/{name}.md"
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert rule["annotations"]["summary"]
        assert rule["annotations"]["description"]
    assert {page.stem for page in RUNBOOK_PAGES.glob("[A-Z]*.md")} == set(ALERTS)


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_promtool_accepts_growbins_rules(request: pytest.FixtureRequest, tmp_path: Path, environment: str) -> None:
    manifests: list[Manifest] = request.getfixturevalue(environment)
    rule = one(manifests, "PrometheusRule", f"growbin-{environment}")
    write_rules(tmp_path, rule)
    result = check(tmp_path, "check", "rules", "rules.yaml")
    assert result.returncode == 0, result.stdout + result.stderr
    assert rule["metadata"]["labels"]["release"] == "prometheus"
    assert rule["metadata"]["namespace"] == "monitoring"
    texts = json.dumps(rule)
    assert 'namespace=~\\"data|api|async\\"' in texts
    assert "q[.]preprocess|q[.]vision|q[.]rag|q[.]llm" in texts


ALERT: dict[str, Any] = {"name": "Slow", "expr": "up == 0", "summary": "It is slow", "description": "Very."}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"expr": ""}, "alert Slow: expr: an alert needs one"),
        ({"expr": "sum(up"}, 'alert Slow: expr: ( is not closed in "sum(up"'),
        ({"expr": 'sum(up{a="("}) > 1)'}, r'alert Slow: expr: ) closes nothing in "sum(up{a=\"(\"}) > 1)"'),
        ({"expr": "up ="}, 'alert Slow: expr: could not parse expression: 1:4: parse error: unexpected "="'),
        ({"wait": "soon"}, 'alert Slow: wait: "soon" is not a duration; write it like 10m or 1h'),
        ({"name": "so slow"}, "alert \"so slow\": a name has letters, digits and '_' and begins with no digit"),
        ({"summary": " "}, "alert Slow: summary: must not be empty"),
        ({"description": ""}, "alert Slow: description: must not be empty"),
    ],
)
def test_wrong_alerts(changes: dict[str, Any], fault: str) -> None:
    promtool()
    (found,) = faults_of(watched(further=[Alert(**{**ALERT, **changes})]))
    assert found.startswith(f"monitoring/shop: {fault}")


def test_an_alert_twice_and_a_severity_that_is_none() -> None:
    again = {**ALERT, "name": "JobFailed"}
    assert faults_of(watched(further=[Alert(**again)])) == [
        "monitoring/shop: alert JobFailed: is defined twice; rename one"
    ]
    assert faults_of(watched(further=[Alert(**{**ALERT, "severity": "criticl"})]))[0] == (
        'monitoring/shop: further.0.severity: expected "critical", "warning" or "info", got "criticl"; '
        'did you mean "critical"?'
    )


def test_an_alert_of_ones_own() -> None:
    rules = one(manifests_of(watched(further=[Alert(**ALERT)])), "PrometheusRule")["spec"]["groups"][0]["rules"]
    assert rules[-1]["alert"] == "Slow"


# Dashboard and growbin


def test_a_dashboard_that_grafana_finds() -> None:
    chart = NamespaceChart(new_app(), "monitoring", existing=True)
    Dashboard(chart, "shop", title="Shop", namespaces=["web", "async"])
    config_map = one(manifests_of(chart), "ConfigMap", "shop")
    assert config_map["metadata"]["labels"]["grafana_dashboard"] == "1"
    dashboard = json.loads(config_map["data"]["shop.json"])
    assert dashboard["title"] == "Shop"
    assert dashboard["templating"]["list"][1]["query"] == "web,async"
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in dashboard["panels"]]
    assert len(set(places)) == len(places) == 7


def test_a_dashboard_of_nothing() -> None:
    chart = NamespaceChart(new_app(), "monitoring", existing=True)
    assert faults_of(Dashboard(chart, "shop", title="Shop", namespaces=[])) == [
        "monitoring/shop: namespaces: must name at least one"
    ]


def test_growbin_monitors_all_that_has_metrics(prod: list[Manifest]) -> None:
    assert sorted(of_kind(prod, "ServiceMonitor")) == [
        f"{name}-api" for name in ("auth", "locations", "recycling", "users", "waste")
    ]
    assert sorted(of_kind(prod, "PodMonitor")) == ["growbin-prod-rabbitmq", "postgresql", "redis"]
    for kind in ("ServiceMonitor", "PodMonitor"):
        for monitor in of_kind(prod, kind).values():
            assert monitor["metadata"]["labels"]["release"] == "prometheus"
    here = [m for m in prod if m["metadata"].get("namespace") == "monitoring"]
    assert [m["kind"] for m in here] == ["PrometheusRule", "ConfigMap"]  # nothing that changes what runs there


def test_growbin_without_the_operator(checkout: Path) -> None:
    append(checkout / "values" / "values-prod.yaml", "monitoring: {enabled: false}\n")
    manifests = synthesized(checkout)
    assert {m["apiVersion"] for m in manifests if m["apiVersion"].startswith("monitoring")} == set()
    assert not (checkout / "dist" / "prod" / "monitoring.k8s.yaml").exists()
    assert not (checkout / "dist" / "prod" / "messaging.k8s.yaml").exists()


def test_labels_of_another_prometheus(checkout: Path) -> None:
    append(checkout / "values" / "values-prod.yaml", "monitoring: {labels: {team: waste}, interval: 1m}\n")
    monitor = of_kind(synthesized(checkout), "ServiceMonitor")["waste-api"]
    assert monitor["metadata"]["labels"]["team"] == "waste"
    assert monitor["spec"]["endpoints"][0]["interval"] == "1m"
