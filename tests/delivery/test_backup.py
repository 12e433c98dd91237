"""PostgreSQLBackup; that its dumps restore is shown in tests/runtime/test_backup.py."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib import (
    NamespaceChart,
    PodOptions,
    PostgreSQL,
    PostgreSQLBackup,
    Resources,
    RunOptions,
    SecretRef,
    Security,
)
from tests.conftest import Manifest, of_kind
from tests.delivery.build import faults_of, manifests_of, new_app, new_chart, one

LOGIN = SecretRef("postgresql", ("username", "password"))
SCRIPT = """\
set -eu
umask 077
cd /backups
rm -f -- *.partial
name=$(date -u +%Y%m%dT%H%M%SZ).dump
trap 'rm -f -- "$name.partial"' EXIT
pg_dump --format=custom --no-password --file="$name.partial"
mv -- "$name.partial" "$name"
set -- [0-9]*T[0-9]*Z.dump
while [ $# -gt 3 ]; do rm -- "$1"; shift; done
ls -l
"""


def backup(database: dict[str, Any] | None = None, **arguments: Any) -> PostgreSQLBackup:
    chart = new_chart()
    server = PostgreSQL(chart, "db", **{"credentials": LOGIN, "database": "shop", **(database or {})})
    return PostgreSQLBackup(chart, "db-backup", database=server, **arguments)


def pod(manifests: list[Manifest]) -> Any:
    return one(manifests, "CronJob")["spec"]["jobTemplate"]["spec"]["template"]["spec"]


def test_what_runs() -> None:
    manifests = manifests_of(backup(keep=3))
    assert one(manifests, "CronJob")["spec"]["schedule"] == "0 2 * * *"
    (container,) = pod(manifests)["containers"]
    assert container["command"] == ["sh", "-c", SCRIPT]
    assert container["image"] == "postgres:15.8"
    assert container["env"] == [
        {"name": "PGHOST", "value": "db.web.svc"},
        {"name": "PGPORT", "value": "5432"},
        {"name": "PGDATABASE", "value": "shop"},
        {"name": "PGUSER", "valueFrom": {"secretKeyRef": {"name": "postgresql", "key": "username"}}},
        {"name": "PGPASSWORD", "valueFrom": {"secretKeyRef": {"name": "postgresql", "key": "password"}}},
        {"name": "PGCONNECT_TIMEOUT", "value": "30"},
    ]
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert pod(manifests)["securityContext"]["runAsUser"] == 999


def test_its_claim_stays() -> None:
    made = backup(storage="3Gi", storage_class="slow")
    manifests = manifests_of(made)
    claim = one(manifests, "PersistentVolumeClaim", "db-backup")
    assert claim["metadata"]["annotations"] == {"argocd.argoproj.io/sync-options": "Prune=false,Delete=false"}
    assert claim["spec"] == {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "slow",
        "resources": {"requests": {"storage": "3Gi"}},
    }
    assert pod(manifests)["volumes"][1] == {"name": "backups", "persistentVolumeClaim": {"claimName": "db-backup"}}
    hard = one(manifests, "ResourceQuota")["spec"]["hard"]
    # The database's 20Gi, the backups' 3Gi, and the headroom's one of the larger size.
    assert (hard["persistentvolumeclaims"], hard["requests.storage"]) == ("3", "43Gi")
    assert made.claim.name == "db-backup"


def test_the_policies_of_both_sides() -> None:
    manifests = manifests_of(backup())
    policies = of_kind(manifests, "NetworkPolicy")
    (out,) = policies["db-backup"]["spec"]["egress"]
    (into,) = policies["db"]["spec"]["ingress"]
    assert out["ports"] == into["ports"] == [{"protocol": "TCP", "port": 5432}]
    assert [peer["podSelector"]["matchLabels"]["app.kubernetes.io/name"] for peer in out["to"]] == ["db"]
    assert [peer["podSelector"]["matchLabels"]["app.kubernetes.io/name"] for peer in into["from"]] == ["db-backup"]


def test_it_has_the_servers_image_user_and_login() -> None:
    database = {
        "image": "registry.example.com/postgres:16.4-alpine",
        "client_credentials": SecretRef("elsewhere", ("url",)),
        "pod": PodOptions(security=Security(70, 70, 70), image_pull_secrets=["registry"]),
    }
    manifests = manifests_of(backup(database))
    (container,) = pod(manifests)["containers"]
    assert container["image"] == "registry.example.com/postgres:16.4-alpine"
    assert {"name": "PGUSER", "valueFrom": {"secretKeyRef": {"name": "postgresql", "key": "username"}}} in container[
        "env"
    ]
    assert pod(manifests)["securityContext"]["runAsUser"] == 70
    assert pod(manifests)["imagePullSecrets"] == [{"name": "registry"}]


def test_each_further_argument_arrives() -> None:
    made = backup(
        time_zone="Europe/Berlin",
        run=RunOptions(deadline_seconds=60),
        start_within_seconds=100,
        suspend=True,
        resources=Resources(cpu="7m", memory="77Mi"),
        node_pool="one",
        app_name="dumps",
        component="nightly",
        pod=PodOptions(priority_class_name="low", security=Security(5, 5, 5)),
        labels={"team": "data"},
        annotations={"note": "x"},
    )
    manifests = manifests_of(made)
    cron_job = one(manifests, "CronJob", "db-backup")
    spec, metadata = cron_job["spec"], cron_job["metadata"]
    assert (spec["timeZone"], spec["startingDeadlineSeconds"], spec["suspend"]) == ("Europe/Berlin", 100, True)
    assert spec["jobTemplate"]["spec"]["activeDeadlineSeconds"] == 60
    assert metadata["labels"] == {
        "app.kubernetes.io/name": "dumps",
        "app.kubernetes.io/component": "nightly",
        "team": "data",
    }
    assert metadata["annotations"]["note"] == "x"
    own = pod(manifests)
    assert own["containers"][0]["resources"]["requests"] == {"cpu": "7m", "memory": "77Mi"}
    assert own["nodeSelector"] == {"work": "one"}
    assert (own["priorityClassName"], own["securityContext"]["runAsUser"]) == ("low", 5)


def test_overrides_reach_the_claim() -> None:
    manifests = manifests_of(backup(overrides={"PersistentVolumeClaim": {"spec": {"accessModes": ["ReadWriteMany"]}}}))
    assert one(manifests, "PersistentVolumeClaim", "db-backup")["spec"]["accessModes"] == ["ReadWriteMany"]


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ({"keep": 0}, "keep: must be at least 1, got 0"),
        ({"schedule": "0 25 * * *"}, 'schedule: hour 25 in "0 25 * * *" must be between 0 and 23'),
        (
            {"storage": "20 GB"},
            'storage: "20 GB" is not a quantity; write it like 200m, 1 or 0.5 (CPU), 256Mi or 2Gi (memory)',
        ),
    ],
)
def test_wrong_arguments(arguments: dict[str, Any], fault: str) -> None:
    chart = new_chart()
    server = PostgreSQL(chart, "db", credentials=LOGIN)
    assert f"web/db-backup: {fault}" in faults_of(PostgreSQLBackup(chart, "db-backup", database=server, **arguments))


def test_a_database_of_another_namespace() -> None:
    app = new_app()
    server = PostgreSQL(NamespaceChart(app, "stores"), "db", credentials=LOGIN)
    assert faults_of(PostgreSQLBackup(new_chart(app), "db-backup", database=server)) == [
        "web/db-backup: database: db is in namespace stores, and its Secret cannot be used from this namespace"
    ]


def test_growbin_backs_up_production(prod: list[Manifest], dev: list[Manifest]) -> None:
    assert of_kind(prod, "CronJob")["postgresql-backup"]["metadata"]["namespace"] == "data"
    rules = of_kind(prod, "PrometheusRule")["growbin-prod"]["spec"]["groups"][0]["rules"]
    assert "BackupMissing" in {rule["alert"] for rule in rules}
    assert of_kind(dev, "CronJob") == {}
