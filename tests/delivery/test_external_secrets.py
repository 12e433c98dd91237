"""Secrets made from a store."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from constructs_lib import (
    ApiService,
    CeleryWorker,
    ExternalSource,
    Migration,
    NamespaceChart,
    QueueScaling,
    SecretRef,
    SecretStore,
)
from constructs_lib.manifests.external_secrets import RemoteKey, properties, url_encoded
from tests.conftest import of_kind, run
from tests.delivery.build import LOGIN, faults_of, manifests_of, new_app, new_chart, one
from tests.growbin.test_values import append, refused, synthesized

STORE = SecretStore("vault")
SOURCE = ExternalSource(
    store=STORE,
    remote={**properties("prod/mq", "username"), "password": RemoteKey("prod/mq-password")},
    templates={"url": f"amqp://{url_encoded('username')}:{url_encoded('password')}@mq.svc/"},
)
SECRET = SecretRef("mq", ("username", "password", "url"), source=SOURCE)


def service(secret: SecretRef, chart: NamespaceChart | None = None, name: str = "shop") -> ApiService:
    return ApiService(chart or new_chart(), name, image="shop:1", env={"LOGIN": secret.key(secret.keys[0])})


def test_an_external_secret_for_what_is_used() -> None:
    assert one(manifests_of(service(SECRET)), "ExternalSecret", "mq")["spec"] == {
        "refreshInterval": "1h",
        "secretStoreRef": {"kind": "ClusterSecretStore", "name": "vault"},
        "target": {
            "name": "mq",
            "template": {
                "engineVersion": "v2",
                "data": {
                    "username": '{{ index . "username" }}',
                    "password": '{{ index . "password" }}',
                    "url": 'amqp://{{ index . "username" | urlquery | replace "+" "%20" }}:'
                    '{{ index . "password" | urlquery | replace "+" "%20" }}@mq.svc/',
                },
            },
        },
        "data": [
            {"secretKey": "username", "remoteRef": {"key": "prod/mq", "property": "username"}},
            {"secretKey": "password", "remoteRef": {"key": "prod/mq-password"}},
        ],
    }


def test_without_templates_the_secret_is_what_was_fetched() -> None:
    source = replace(SOURCE, templates={}, refresh="10m", store=SecretStore("own", "SecretStore"))
    secret = SecretRef("mq", ("username",), source=source)
    spec = one(manifests_of(service(secret)), "ExternalSecret")["spec"]
    assert spec["target"] == {"name": "mq"}
    assert spec["refreshInterval"] == "10m"
    assert spec["secretStoreRef"] == {"kind": "SecretStore", "name": "own"}


def test_one_in_each_namespace_that_uses_it() -> None:
    app = new_app()
    chart = new_chart(app)
    service(SECRET, chart)
    service(replace(SECRET, keys=("url",)), chart, "users")  # fewer keys of the same Secret
    service(SECRET, NamespaceChart(app, "batch"))
    service(SecretRef("other", ("a",)), NamespaceChart(app, "quiet"))
    secrets = [m for m in manifests_of(app) if m["kind"] == "ExternalSecret"]
    assert [m["metadata"]["namespace"] for m in secrets] == ["web", "batch"]


def test_keda_reads_one_too() -> None:
    scaling = QueueScaling(broker=SECRET.key("url"), max_replicas=2)
    worker = CeleryWorker(new_chart(), "cook", image="cook:1", app="cook", queues=["q"], autoscaling=scaling)
    assert one(manifests_of(worker), "ExternalSecret", "mq")


def test_it_is_there_before_a_migration() -> None:
    chart = new_chart()
    Migration(chart, "shop-migration", service=service(SECRET, chart), command=["migrate"])
    manifests = manifests_of(chart)
    for kind, name in (("ExternalSecret", "mq"), ("Namespace", "web")):
        notes = one(manifests, kind, name)["metadata"]["annotations"]
        assert notes["argocd.argoproj.io/sync-wave"] == "-2"


def test_a_secret_that_exists_or_that_the_team_applies() -> None:
    manifests = manifests_of(service(LOGIN))
    assert [m for m in manifests if m["kind"] in ("ExternalSecret", "Secret")] == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        (
            {"store": SecretStore("")},
            "Secret mq: an ExternalSecret needs a store; name it in SecretStore(...)",
        ),
        ({"remote": {}, "templates": {"username": "x"}}, "Secret mq: remote names no key of the store"),
        ({"refresh": "hourly"}, 'Secret mq: refresh: "hourly" is not a duration; write it like 1h or 30m'),
        (
            {"templates": {"url": url_encoded("pasword")}},
            'Secret mq: the template of url names "pasword", which remote does not have; did you mean "password"?',
        ),
        (
            {"templates": {"url": "amqp://{{ .user }}@mq"}},
            'Secret mq: the template of url names "user", which remote does not have; did you mean "username"?',
        ),
    ],
)
def test_wrong_sources(changes: dict[str, Any], fault: str) -> None:
    secret = SecretRef("mq", ("username",), source=replace(SOURCE, **changes))
    assert faults_of(service(secret)) == [f"web/shop: {fault}"]


def test_two_sources_of_one_secret() -> None:
    chart = new_chart()
    service(SECRET, chart)
    service(replace(SECRET, source=replace(SOURCE, refresh="5m")), chart, "users")
    assert faults_of(chart) == ["web/users: Secret mq: another source already creates it; use the same source for both"]


def test_a_key_that_nobody_makes() -> None:
    secret = replace(SECRET, keys=("user",))
    assert faults_of(service(secret)) == [
        'web/shop: Secret mq: its ExternalSecret doesn\'t make the key "user"; did you mean "username"?'
    ]


def test_a_key_that_nobody_declares() -> None:
    chart = new_chart()
    ApiService(chart, "shop", image="shop:1", env={"A": SECRET.key("pass")})
    assert faults_of(chart) == [
        'web/shop: env A: Secret mq is declared without the key "pass"; did you mean "password"?'
    ]


def test_growbin_with_a_store(checkout: Path) -> None:
    append(checkout / "values" / "values-prod.yaml", "secretStore: {name: growbin, path: growbin/prod}\n")
    manifests = synthesized(checkout)
    secrets = [m for m in manifests if m["kind"] == "ExternalSecret"]
    assert sorted((m["metadata"]["namespace"], m["metadata"]["name"]) for m in secrets) == [
        *(("api", name) for name in ("postgresql", "rabbitmq", "redis")),
        *(("async", name) for name in ("openai", "postgresql", "rabbitmq", "redis")),
        *(("data", name) for name in ("postgresql", "redis")),
    ]
    (broker,) = (m for m in secrets if (m["metadata"]["namespace"], m["metadata"]["name"]) == ("api", "rabbitmq"))
    assert broker["spec"]["target"]["template"]["data"]["url"] == (
        'amqp://{{ index . "username" | urlquery | replace "+" "%20" }}:'
        '{{ index . "password" | urlquery | replace "+" "%20" }}@rabbitmq.messaging.svc:5672/%2F'
    )
    assert {entry["remoteRef"]["key"] for entry in broker["spec"]["data"]} == {"growbin/prod/rabbitmq"}
    assert len(of_kind(manifests, "Deployment")) == 9
    told = run("python", "main.py", cwd=checkout).stderr
    told = told[told.index("\nprod\n") :]
    assert "    ClusterSecretStore growbin\n" in told
    assert "    the External Secrets Operator (external-secrets.io)\n" in told
    assert "Secret api/rabbitmq" not in told


def test_growbin_with_a_store_that_has_no_name(checkout: Path) -> None:
    append(checkout / "values" / "values-prod.yaml", "secretStore: {name: '', path: growbin/prod}\n")
    (fault,) = refused(checkout)
    assert fault.startswith("values/values-prod.yaml:")
    assert "secretStore.name" in fault
