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
    synthesize,
)
from constructs_lib.checks.registry import run_checks
from tests.checks.build import world

Build = Callable[[NamespaceChart], object]


def _api(**arguments: Any) -> Build:
    return lambda chart: ApiService(chart, "shop", image="org/shop:1", **arguments)


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
