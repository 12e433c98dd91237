"""Jobs, CronJobs and migrations."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib import ApiService, ArgoCD, CronJob, EmptyDir, Job, Migration, NamespaceChart, PodOptions, RunOptions
from constructs_lib.kubernetes.schedules import cron_faults
from constructs_lib.manifests.pods.container import Container
from constructs_lib.workloads.endpoints import Endpoint
from tests.conftest import Manifest, of_kind
from tests.delivery.build import LOGIN, faults_of, manifests_of, new_app, new_chart, one

WAVE = "argocd.argoproj.io/sync-wave"


def job(**arguments: Any) -> Job:
    return Job(new_chart(), "load", **{"image": "shop:1", "command": ["load"], **arguments})


def cron_job(**arguments: Any) -> CronJob:
    return CronJob(new_chart(), "report", **{"image": "shop:1", "schedule": "30 3 * * *", **arguments})


def service(chart: NamespaceChart, **arguments: Any) -> ApiService:
    return ApiService(chart, "shop", **{"image": "shop:1", **arguments})


def notes(manifest: Manifest) -> dict[str, str]:
    found: dict[str, str] = manifest["metadata"].get("annotations", {})
    return found


def test_a_job_has_bounds_and_the_pod_of_all_constructs() -> None:
    spec = one(manifests_of(job()), "Job")["spec"]
    assert (spec["activeDeadlineSeconds"], spec["backoffLimit"]) == (3600, 3)
    # Cleaned up by time, it would be made anew by Argo CD and run again.
    assert "ttlSecondsAfterFinished" not in spec
    pod = spec["template"]["spec"]
    assert pod["restartPolicy"] == "Never"
    assert pod["automountServiceAccountToken"] is False
    assert pod["containers"][0]["securityContext"]["readOnlyRootFilesystem"] is True
    assert "selector" not in spec


def test_a_change_makes_another_job() -> None:
    def name(**arguments: Any) -> str:
        return str(one(manifests_of(job(**arguments)), "Job")["metadata"]["name"])

    assert name() == name()
    changes: list[dict[str, Any]] = [{}, {"image": "shop:2"}, {"command": ["load", "-v"]}, {"env": {"A": "1"}}]
    changes += [{"config_files": {"/a": "b"}}]
    changes += [{"overrides": {"Job": {"spec": {"template": {"spec": {"hostname": "a"}}}}}}]
    names = {name(**arguments) for arguments in changes}
    assert len(names) == 6
    assert all(name.startswith("load-") and len(name) == len("load-") + 8 for name in names)


def test_run_options() -> None:
    spec = one(manifests_of(job(run=RunOptions(deadline_seconds=5, retries=0, keep_seconds=7))), "Job")["spec"]
    assert (spec["activeDeadlineSeconds"], spec["backoffLimit"], spec["ttlSecondsAfterFinished"]) == (5, 0, 7)


@pytest.mark.parametrize(
    ("run", "fault"),
    [
        (RunOptions(deadline_seconds=0), "run.deadline_seconds: must be at least 1, got 0"),
        (RunOptions(retries=-1), "run.retries: must be at least 0, got -1"),
        (RunOptions(keep_seconds=-1), "run.keep_seconds: must be at least 0, got -1"),
    ],
)
def test_wrong_run_options(run: RunOptions, fault: str) -> None:
    assert faults_of(job(run=run)) == [f"web/load: {fault}"]
    assert faults_of(cron_job(run=run)) == [f"web/report: {fault}"]


def test_names_leave_room_for_what_is_added() -> None:
    assert faults_of(Job(new_chart(), "j" * 55, image="shop:1")) == [
        "web/jjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjj: "
        '"jjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjj" has 55 characters; the id has at most 54, '
        "because suffixes follow"
    ]
    assert manifests_of(Job(new_chart(), "j" * 54, image="shop:1"))
    assert manifests_of(CronJob(new_chart(), "j" * 52, image="shop:1", schedule="@daily"))


def test_a_cron_job() -> None:
    spec = one(manifests_of(cron_job(command=["report"])), "CronJob", "report")["spec"]
    template = spec.pop("jobTemplate")["spec"]
    assert spec == {
        "schedule": "30 3 * * *",
        "timeZone": "Etc/UTC",
        "concurrencyPolicy": "Forbid",
        "startingDeadlineSeconds": 600,
        "successfulJobsHistoryLimit": 1,
        "failedJobsHistoryLimit": 3,
    }
    assert template["activeDeadlineSeconds"] == 3600
    assert template["template"]["spec"]["containers"][0]["command"] == ["report"]


def test_cron_job_options() -> None:
    made = cron_job(time_zone="Europe/Berlin", concurrency="Replace", start_within_seconds=60, suspend=True)
    spec = one(manifests_of(made), "CronJob")["spec"]
    assert spec["timeZone"] == "Europe/Berlin"
    assert spec["concurrencyPolicy"] == "Replace"
    assert spec["startingDeadlineSeconds"] == 60
    assert spec["suspend"] is True


def test_a_cron_job_that_could_never_start() -> None:
    assert faults_of(cron_job(start_within_seconds=9)) == [
        "web/report: start_within_seconds: must be at least 10, got 9"
    ]


@pytest.mark.parametrize(
    "schedule",
    [
        *("* * * * *", "0 0 1 1 0", "59 23 31 12 6", "*/5 1-5/2 1,15 jan-mar MON,Fri", "? ? ? ? ?", "0/5 * * * *"),
        *("@daily", "@every 1h30m", "@every 1.5h", "0, +5 *-3 * *"),
    ],
)
def test_schedules(schedule: str) -> None:
    assert list(cron_faults("schedule", schedule)) == []


@pytest.mark.parametrize(
    ("schedule", "fault"),
    [
        ("60 * * * *", 'minute 60 in "60 * * * *" must be between 0 and 59'),
        ("* 24 * * *", 'hour 24 in "* 24 * * *" must be between 0 and 23'),
        ("* * 0 * *", 'day of month 0 in "* * 0 * *" must be between 1 and 31'),
        ("* * * 13 *", 'month 13 in "* * * 13 *" must be between 1 and 12'),
        ("* * * * 7", 'day of week 7 in "* * * * 7" must be between 0 and 6'),
        ("* * * * 1-7", 'day of week 1-7 in "* * * * 1-7" must be between 0 and 6'),
        ("* * * * fri-mon", 'day of week fri-mon in "* * * * fri-mon" runs backwards; write the lower end first'),
        ("* * * * munday", 'day of week munday in "* * * * munday" is not a number; write 0 to 6, or sun to sat'),
        ("x * * * *", 'minute x in "x * * * *" is not a number; write 0 to 59'),
        ("*/0 * * * *", 'minute */0 in "*/0 * * * *" has no step; write a number of at least 1 after the slash'),
        (
            "* * * *",
            '"* * * *" has 4 fields; write five: minute, hour, day of month, month, day of week',
        ),
        (
            "@dayly",
            '"@dayly" is not a valid schedule; write @yearly, @annually, @monthly, @weekly, @daily, @midnight, '
            "@hourly, or an interval like @every 6h",
        ),
    ],
)
def test_wrong_schedules(schedule: str, fault: str) -> None:
    assert faults_of(cron_job(schedule=schedule)) == [f"web/report: schedule: {fault}"]


@pytest.mark.parametrize(
    ("make", "pods"),
    [(job, 3), (cron_job, 3), (lambda: cron_job(concurrency="Replace"), 4)],
)
def test_quotas_count_them(make: Any, pods: int) -> None:
    hard = one(manifests_of(make()), "ResourceQuota")["spec"]["hard"]
    assert hard["pods"] == str(pods)  # two of them are headroom
    assert hard["requests.cpu"] == f"{500 + (pods - 2) * 100}m"


def test_a_migration_is_the_service_before_its_pods() -> None:
    chart = new_chart()
    api = service(
        chart,
        node_pool="one",
        env={"URL": LOGIN.key("url"), "MODE": "fast"},
        config_files={"/etc/shop.ini": "[shop]"},
        volumes=[EmptyDir("/cache")],
        probes=None,
        pod=PodOptions(
            priority_class_name="high",
            sidecars=[Container(name="proxy", image="proxy:1")],
            init_containers=[Container(name="wait", image="wait:1")],
        ),
    )
    made = Migration(chart, "shop-migration", service=api, command=["migrate"], env={"MODE": "slow"})
    manifests = manifests_of(made)
    own, theirs = (
        workload["spec"]["template"]["spec"] for workload in (one(manifests, "Job"), one(manifests, "Deployment"))
    )
    assert own["containers"][0]["image"] == "shop:1"
    assert own["containers"][0]["command"] == ["migrate"]
    assert own["containers"][0]["env"] == [
        {"name": "URL", "valueFrom": {"secretKeyRef": {"name": "rabbitmq", "key": "url"}}},
        {"name": "MODE", "value": "slow"},
    ]
    assert own["nodeSelector"] == theirs["nodeSelector"]
    assert own["priorityClassName"] == "high"
    assert {mount["mountPath"] for mount in own["containers"][0]["volumeMounts"]} == {"/tmp", "/cache", "/etc/shop.ini"}
    assert [len(own["containers"]), "initContainers" in own] == [1, False]
    for field in ("ports", "livenessProbe", "lifecycle"):
        assert field not in own["containers"][0]
    # The Service and the Deployment must not take its pods for their own.
    labels = one(manifests, "Job")["spec"]["template"]["metadata"]["labels"]
    assert not one(manifests, "Service")["spec"]["selector"].items() <= labels.items()
    spec = one(manifests, "Job")["spec"]
    assert (spec["activeDeadlineSeconds"], spec["backoffLimit"], spec["ttlSecondsAfterFinished"]) == (1800, 6, 86400)


def test_a_migration_opens_the_policies_of_both_sides() -> None:
    app = new_app()
    store = service(NamespaceChart(app, "stores"))
    chart = new_chart(app)
    uses: list[Endpoint] = [store]
    api = ApiService(chart, "front", image="front:1", uses=uses)
    manifests = manifests_of(Migration(chart, "front-migration", service=api, command=["migrate"]))
    (rule,) = one(manifests, "NetworkPolicy", "front-migration")["spec"]["egress"]
    assert rule["ports"] == [{"protocol": "TCP", "port": 8000}]
    (into,) = one(manifests, "NetworkPolicy", "shop")["spec"]["ingress"]
    assert [peer["podSelector"]["matchLabels"]["app.kubernetes.io/name"] for peer in into["from"]] == [
        *("front", "front-migration")
    ]


def test_what_a_migration_needs_comes_before_it_and_all_else_after_it() -> None:
    app = new_app()
    chart = new_chart(app)
    api = service(chart, config_files={"/etc/shop.ini": "[shop]"})
    Migration(chart, "shop-migration", service=api, command=["migrate"])
    ArgoCD(
        NamespaceChart(app, "argocd", existing=True),
        "shop",
        repo_url="https://example.com/a/b",
        path="dist",
        charts=[chart],
    )
    waves: dict[str, set[str]] = {}
    for manifest in manifests_of(chart):
        subject = f"{manifest['kind']}/{manifest['metadata']['name']}"
        waves.setdefault(notes(manifest).get(WAVE, "0"), set()).add(subject)
    (hook,) = waves["-1"]
    assert hook.startswith("Job/shop-migration-")
    assert waves["-2"] == {
        "Namespace/web",
        "NetworkPolicy/default-deny",  # it opens the way to the DNS
        "NetworkPolicy/shop-migration",
        "ServiceAccount/shop-migration",
        "ConfigMap/shop-migration-config",
    }
    assert {"Deployment/shop", "Service/shop", "ResourceQuota/resource-quota"} <= waves["0"]
    manifest = next(m for m in manifests_of(chart) if m["kind"] == "Job")
    assert notes(manifest)["argocd.argoproj.io/hook"] == "Sync"
    assert notes(manifest)["argocd.argoproj.io/hook-delete-policy"] == "BeforeHookCreation"


def test_no_waves_without_a_hook() -> None:
    chart = new_chart()
    service(chart)
    Job(chart, "load", image="shop:1")
    manifests = manifests_of(chart)
    assert [m for m in manifests if WAVE in notes(m)] == []
    assert "argocd.argoproj.io/hook" not in notes(one(manifests, "Job"))


def test_a_migration_without_a_command() -> None:
    chart = new_chart()
    assert faults_of(Migration(chart, "shop-migration", service=service(chart), command=[])) == [
        "web/shop-migration: command: is required, such as ['alembic', 'upgrade', 'head']"
    ]


def test_a_migration_elsewhere() -> None:
    app = new_app()
    api = service(new_chart(app))
    assert faults_of(Migration(NamespaceChart(app, "other"), "shop-migration", service=api, command=["x"])) == [
        "other/shop-migration: service: shop is in namespace web, and its Secrets cannot be used from this namespace"
    ]


def test_growbin_migrates_with_its_own_image(prod: list[Manifest]) -> None:
    (migration,) = of_kind(prod, "Job").values()
    api = of_kind(prod, "Deployment")["waste-api"]
    own, theirs = (workload["spec"]["template"]["spec"]["containers"][0] for workload in (migration, api))
    assert own["image"] == theirs["image"]
    assert own["env"] == theirs["env"]
    assert own["command"] == ["alembic", "upgrade", "head"]
    assert migration["metadata"]["namespace"] == "api"
