"""A rule of Kubernetes reads the same at both doors: as an argument of a construct, and as a field of foreign YAML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from constructs_lib import (
    ApiService,
    App,
    Autoscaling,
    CronJob,
    EmptyDir,
    HttpProbe,
    IngressOptions,
    NamespaceChart,
    PodOptions,
    Probes,
    Redis,
    Resources,
    Rollout,
    RunOptions,
    Security,
    synthesize,
)
from constructs_lib.checks.registry import run_checks
from tests.checks.build import world
from tests.constructs.build import CLUSTER

Build = Callable[[NamespaceChart], object]


def _api(image: str = "org/shop:1", **arguments: Any) -> Build:
    return lambda chart: ApiService(chart, "shop", image=image, **arguments)


def _cron_job(**arguments: Any) -> Build:
    needed = {"schedule": "0 3 * * *", "command": ["report"], **arguments}
    return lambda chart: CronJob(chart, "report", image="org/shop:1", **needed)


def _path(path: str) -> dict[str, Any]:
    return {"spec.rules": [{"http": {"paths": [{"path": path, "pathType": "Prefix"}]}}]}


DOORS: list[tuple[Build, str, Mapping[str, Any], str]] = [
    (
        _cron_job(schedule="61 * * * *"),
        "schedule",
        {"CronJob": "api/x", "spec.schedule": "61 * * * *"},
        "spec.schedule",
    ),
    (_cron_job(schedule="* * *"), "schedule", {"CronJob": "api/x", "spec.schedule": "* * *"}, "spec.schedule"),
    (
        _cron_job(time_zone="Europe/Berln"),
        "time_zone",
        {"CronJob": "api/x", "spec.schedule": "0 3 * * *", "spec.timeZone": "Europe/Berln"},
        "spec.timeZone",
    ),
    (
        _api(port=70000),
        "port http",
        {"Deployment": "api/web", "container.ports": [{"containerPort": 70000}]},
        "spec.template.spec.containers[0].ports[0].containerPort",
    ),
    (
        _api(probes=Probes(liveness=HttpProbe("/", port=70000))),
        "probes.liveness.port",
        {"Deployment": "api/web", "container.livenessProbe": {"httpGet": {"path": "/", "port": 70000}}},
        "spec.template.spec.containers[0].livenessProbe.httpGet.port",
    ),
    (_api(path="shop"), "path", {"Ingress": "api/web", **_path("shop")}, "spec.rules[0].http.paths[0].path"),
    (_api(path="/a//b"), "path", {"Ingress": "api/web", **_path("/a//b")}, "spec.rules[0].http.paths[0].path"),
    (
        _api(from_cidrs=["10.0.0"]),
        "from_cidrs",
        {"NetworkPolicy": "api/web", "spec.ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0"}}]}]},
        "spec.ingress[0].from[0].ipBlock.cidr",
    ),
    (
        _api(rollout=Rollout(max_surge=0, max_unavailable="0%")),
        "rollout",
        {"Deployment": "api/web", "spec.strategy.rollingUpdate": {"maxSurge": 0, "maxUnavailable": "0%"}},
        "spec.strategy.rollingUpdate",
    ),
    (
        _api(rollout=Rollout(max_unavailable="101%")),
        "rollout.max_unavailable",
        {"Deployment": "api/web", "spec.strategy.rollingUpdate": {"maxUnavailable": "101%"}},
        "spec.strategy.rollingUpdate.maxUnavailable",
    ),
    (
        _api(rollout=Rollout(min_ready_seconds=9, progress_deadline_seconds=9)),
        "rollout.progress_deadline_seconds",
        {"Deployment": "api/web", "spec.minReadySeconds": 9, "spec.progressDeadlineSeconds": 9},
        "spec.progressDeadlineSeconds",
    ),
    (
        _api(autoscaling=Autoscaling(2), replicas=3),
        "autoscaling.max_replicas",
        {"HorizontalPodAutoscaler": "api/web", "spec.minReplicas": 3, "spec.maxReplicas": 2},
        "spec.maxReplicas",
    ),
    (
        _api(autoscaling=Autoscaling(2, behavior={"scaleUp": {"stabilizationWindowSeconds": 3601}})),
        "autoscaling.behavior.scaleUp.stabilizationWindowSeconds",
        {"HorizontalPodAutoscaler": "api/web", "spec.behavior": {"scaleUp": {"stabilizationWindowSeconds": 3601}}},
        "spec.behavior.scaleUp.stabilizationWindowSeconds",
    ),
    (
        _api(env={"A=B": "c"}),
        "env",
        {"Deployment": "api/web", "container.env": [{"name": "A=B", "value": "c"}]},
        "spec.template.spec.containers[0].env[0].name",
    ),
    (
        _api(ports={"a--b": 9000}),
        "ports",
        {"Deployment": "api/web", "container.ports": [{"name": "a--b", "containerPort": 9000}]},
        "spec.template.spec.containers[0].ports[0].name",
    ),
    (
        _api(volumes=[EmptyDir("/a"), EmptyDir("/a", name="b")]),
        "volumes",
        {"Deployment": "api/web", "container.volumeMounts": [{"mountPath": "/a"}, {"mountPath": "/a"}]},
        "spec.template.spec.containers[0].volumeMounts[1].mountPath",
    ),
    (
        _api(resources=Resources(cpu="a", memory="1Gi")),
        "resources.cpu",
        {"Deployment": "api/web", "container.resources": {"requests": {"cpu": "a"}}},
        "spec.template.spec.containers[0].resources.requests.cpu",
    ),
    (
        _api(resources=Resources(cpu="2", memory="1Gi", cpu_limit="1")),
        "resources.cpu_limit",
        {"Deployment": "api/web", "container.resources": {"requests": {"cpu": "2"}, "limits": {"cpu": "1"}}},
        "spec.template.spec.containers[0].resources.requests.cpu",
    ),
    (
        _api(labels={"team": "the backend"}),
        "labels.team",
        {"Deployment": "api/web", "metadata.labels": {"team": "the backend"}},
        "metadata.labels.team",
    ),
    (
        _api(annotations={"a b": "c"}),
        "annotations",
        {"Deployment": "api/web", "metadata.annotations": {"a b": "c"}},
        "metadata.annotations.a b",
    ),
    (
        _api(path="/", host="Shop.example.com"),
        "host",
        {"Ingress": "api/web", "spec.rules": [{"host": "Shop.example.com"}]},
        "spec.rules[0].host",
    ),
    (
        _api(pod=PodOptions(security=Security(run_as_group=-1))),
        "pod.security.run_as_group",
        {"Deployment": "api/web", "pod.securityContext.runAsGroup": -1},
        "spec.template.spec.securityContext.runAsGroup",
    ),
    (
        _cron_job(run=RunOptions(retries=-1)),
        "run.retries",
        {"CronJob": "api/x", "spec.jobTemplate.spec.backoffLimit": -1},
        "spec.jobTemplate.spec.backoffLimit",
    ),
    (
        lambda chart: Redis(chart, "cache", storage="20 GB"),
        "storage",
        {"PersistentVolumeClaim": "api/x", "spec.resources.requests.storage": "20 GB"},
        "spec.resources.requests.storage",
    ),
]


@pytest.mark.parametrize(("build", "argument", "words", "field"), DOORS)
def test_both_doors_say_the_same(build: Build, argument: str, words: Mapping[str, Any], field: str) -> None:
    app = App()
    options = IngressOptions(class_name="traefik", host="shop.example.com", from_namespace="traefik")
    build(NamespaceChart(app, "api", ingress=options))
    at_the_construct = [
        fault.partition(f": {argument}: ")[2] for fault in synthesize(app).faults if f": {argument}: " in fault
    ]
    findings = run_checks(world([words])).findings
    assert at_the_construct == [finding.message for finding in findings if str(finding.field) == field]
    assert len(at_the_construct) == 1


@pytest.mark.parametrize(("build", "argument", "words", "field"), DOORS)
def test_an_argument_brings_no_second_finding(
    build: Build, argument: str, words: Mapping[str, Any], field: str
) -> None:
    app = App()
    options = IngressOptions(class_name="traefik", host="shop.example.com", from_namespace="traefik")
    build(NamespaceChart(app, "api", ingress=options))
    assert [fault for fault in synthesize(app).faults if fault.startswith("error ")] == []


@pytest.mark.parametrize(
    ("build", "argument"),
    [
        (_api(image="org/shop:latest"), "image"),
        (_api(env={"DATABASE_HOST": "nowhere.data.svc"}), "env.DATABASE_HOST"),
        (_api(resources=Resources(cpu="64", memory="64Mi")), "resources"),
        (_api(node_pool="one", resources=Resources(cpu="1900m", memory="64Mi"), replicas=50), "resources"),
        (_api(overrides={"Deployment": {"spec": {"strategy": {"type": "Roll"}, "replicas": -1}}}), "overrides"),
    ],
)
def test_a_finding_names_the_argument(build: Build, argument: str) -> None:
    app = App(cluster=CLUSTER, environment="prod")
    build(NamespaceChart(app, "api"))
    named = [line.partition(" (argument ")[2].partition(")")[0] for line in synthesize(app).faults]
    assert argument in named
