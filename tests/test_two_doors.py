"""A rule of Kubernetes reads the same at both doors: as an argument of a construct, and as a field of foreign YAML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from constructs_lib import (
    ApiService,
    App,
    CronJob,
    HttpProbe,
    IngressOptions,
    NamespaceChart,
    Probes,
    Resources,
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
