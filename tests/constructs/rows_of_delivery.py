"""Rows of what runs once or on a schedule, and of how all of it is delivered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from constructs_lib import (
    ApiService,
    ArgoCD,
    CeleryBeat,
    CeleryWorker,
    CronJob,
    Destination,
    EmptyDir,
    ExternalSource,
    InputError,
    Job,
    Migration,
    NamespaceChart,
    Probes,
    Queue,
    RemoteKey,
    RunOptions,
    SecretRef,
    SecretStore,
    TcpProbe,
)
from constructs_lib.app.validation import synthesize
from tests.constructs.build import ABSENT, Manifests, api, build, new_app
from tests.constructs.rows import Row, Subject, own_container, pods

# Jobs

TEMPLATE = "Job spec template"
MAIN = f"{TEMPLATE} spec containers 0"
EACH = "CronJob spec jobTemplate spec"
EACH_MAIN = f"{EACH} template spec containers 0"


def job_rows(workload: str, spec: str) -> list[Row]:
    template = f"{spec} template"
    main = f"{template} spec containers 0"
    sent = f"{workload} metadata annotations constructs-lib/sends-to-queues"
    return [
        *pods(workload, template),
        *own_container(workload, template),
        Row("image", "other:2", f"{main} image", "other:2"),
        Row("args", ["--fast"], f"{main} args", ["--fast"]),
        Row("run", RunOptions(retries=7), f"{spec} backoffLimit", 7),
        Row("sends_to", [Queue("q.a"), "q.b"], sent, "q.a q.b"),
    ]


JOB = [
    *job_rows("Job", "Job spec"),
    Row("sync_hook", True, "Job metadata annotations argocd.argoproj.io/hook", "Sync"),
    Row("sync_hook", True, "ServiceAccount/load metadata annotations argocd.argoproj.io/sync-wave", "-2"),
    Row("overrides", {"Job": {"spec": {"podReplacementPolicy": "Failed"}}}, "Job spec podReplacementPolicy", "Failed"),
]
CRON_JOB = [
    *job_rows("CronJob", EACH),
    Row("schedule", "@daily", "CronJob spec schedule", "@daily"),
    Row("time_zone", "Europe/Berlin", "CronJob spec timeZone", "Europe/Berlin"),
    Row("concurrency", "Replace", "CronJob spec concurrencyPolicy", "Replace"),
    Row("start_within_seconds", 60, "CronJob spec startingDeadlineSeconds", 60),
    Row("suspend", True, "CronJob spec suspend", True),
    Row("overrides", {"CronJob": {"spec": {"failedJobsHistoryLimit": 9}}}, "CronJob spec failedJobsHistoryLimit", 9),
]
RUN_OPTIONS = [
    Row("deadline_seconds", 60, "Job spec activeDeadlineSeconds", 60),
    Row("retries", 0, "Job spec backoffLimit", 0),
    Row("keep_seconds", 60, "Job spec ttlSecondsAfterFinished", 60),
]


def beside_worker(make: Callable[[NamespaceChart], object]) -> Manifests:
    """With a worker that reads what is sent."""

    def fill(chart: NamespaceChart) -> None:
        CeleryWorker(chart, "cook", image="cook:1", app="cook", queues=["q.a", "q.b"])
        make(chart)

    return build(fill)


def job(**arguments: Any) -> Manifests:
    return beside_worker(lambda chart: Job(chart, "load", **{"image": "load:1", **arguments}))


def cron_job(**arguments: Any) -> Manifests:
    base = {"image": "load:1", "schedule": "30 3 * * *"}
    return beside_worker(lambda chart: CronJob(chart, "load", **{**base, **arguments}))


MIGRATION = [
    *(row for row in pods("Job", TEMPLATE) if row.argument in ("resources", "labels", "annotations", "component")),
    Row("service", {"image": "shop:2"}, f"{MAIN} image", "shop:2"),
    Row("service", {"env": {"A": "1"}}, f"{MAIN} env", [{"name": "A", "value": "1"}]),
    Row("service", {"node_pool": "one"}, f"{TEMPLATE} spec nodeSelector", {"work": "one"}),
    Row("command", ["alembic", "upgrade", "head"], f"{MAIN} command", ["alembic", "upgrade", "head"]),
    Row("run", RunOptions(retries=7), "Job spec backoffLimit", 7),
    Row("env", {"A": "2"}, f"{MAIN} env 0 value", "2", {"service": {"env": {"A": "1"}}}),
    Row("overrides", {"Job": {"spec": {"podReplacementPolicy": "Failed"}}}, "Job spec podReplacementPolicy", "Failed"),
]


def made(cls: Callable[..., Any], given: Any, **base: Any) -> Any:
    """A construct with the arguments; what isn't a map stays what it is."""
    return cls(**{**base, **given}) if isinstance(given, dict) else given


def migration(**arguments: Any) -> Manifests:
    def make(chart: NamespaceChart) -> None:
        given = {"service": {}, "command": ["migrate"], **arguments}
        service = made(ApiService, given.pop("service"), scope=chart, construct_id="shop", image="shop:1")
        Migration(chart, "migrate", service=service, **given)

    return build(make)


# Beat

CLOCK = "Deployment/clock"
CLOCK_TEMPLATE = f"{CLOCK} spec template"
CLOCK_MAIN = f"{CLOCK_TEMPLATE} spec containers 0"
SENT = f"{CLOCK} metadata annotations constructs-lib/sends-to-queues"

BEAT = [
    *pods(CLOCK, CLOCK_TEMPLATE),
    Row("worker", {"image": "cook:2"}, f"{CLOCK_MAIN} image", "cook:2"),
    Row("worker", {"env": {"A": "1"}}, f"{CLOCK_MAIN} env", [{"name": "A", "value": "1"}]),
    Row("worker", {"queues": ["q.c"]}, SENT, "q.c"),
    Row("app", "other:app", f"{CLOCK_MAIN} command 2", "other:app"),
    Row("schedule_path", "/data/sent", f"{CLOCK_MAIN} command 4", "--schedule=/data/sent"),
    Row("schedule_path", "/data/sent", f"{CLOCK_MAIN} volumeMounts 1 mountPath", "/data"),
    Row("schedule_path", "/tmp/sent", f"{CLOCK_MAIN} volumeMounts 1", ABSENT),
    Row("log_level", "DEBUG", f"{CLOCK_MAIN} command 6", "--loglevel=DEBUG"),
    Row("extra_args", ["--max-interval=5"], f"{CLOCK_MAIN} command 7", "--max-interval=5"),
    Row("env", {"A": "2"}, f"{CLOCK_MAIN} env 0 value", "2", {"worker": {"env": {"A": "1"}}}),
    Row("sends_to", [Queue("q.b")], SENT, "q.b", {"worker": {"sends_to": ["q.a"]}}),
    Row("volumes", [EmptyDir("/var/run", name="run")], f"{CLOCK_MAIN} volumeMounts 1 name", "run"),
    Row("probes", Probes(liveness=TcpProbe(port=1)), f"{CLOCK_MAIN} livenessProbe tcpSocket port", 1),
    Row("app_name", "other", f"{CLOCK} spec selector matchLabels app.kubernetes.io/name", "other"),
    Row("component", "other", f"{CLOCK} spec selector matchLabels app.kubernetes.io/component", "other"),
    Row("overrides", {"Deployment": {"spec": {"minReadySeconds": 5}}}, f"{CLOCK} spec minReadySeconds", 5),
]


def beat(**arguments: Any) -> Manifests:
    def make(chart: NamespaceChart) -> None:
        given = {"worker": {}, **arguments}
        base = {"image": "cook:1", "app": "cook", "queues": ["q.a", "q.b"]}
        worker = made(CeleryWorker, given.pop("worker"), scope=chart, construct_id="cook", **base)
        CeleryBeat(chart, "clock", worker=worker, **given)

    return build(make)


# Argo CD

APPLICATION = "Application/shop-test-web spec"
REPOSITORY = "https://example.org/team/other.git"
SERVER = "https://k8s.test"

ARGO_CD = [
    Row("repo_url", REPOSITORY, f"{APPLICATION} source repoURL", REPOSITORY),
    Row("repo_url", REPOSITORY, "AppProject spec sourceRepos", [REPOSITORY]),
    Row("path", "dist/other/", f"{APPLICATION} source path", "dist/other"),
    Row("charts", ["web", "jobs"], "Application/shop-test-jobs spec destination namespace", "jobs"),
    Row("charts", ["web", "jobs"], "AppProject spec destinations 1 namespace", "jobs"),
    Row("revision", "v1", f"{APPLICATION} source targetRevision", "v1"),
    Row("destination", Destination(name="other"), f"{APPLICATION} destination name", "other"),
    Row("destination", Destination(name="other"), "AppProject spec destinations 0 name", "other"),
    Row("retries", 3, f"{APPLICATION} syncPolicy retry limit", 3),
]
DESTINATION = [
    Row("name", "other", f"{APPLICATION} destination", {"name": "other", "namespace": "web"}),
    Row("server", SERVER, f"{APPLICATION} destination", {"server": SERVER, "namespace": "web"}),
]


def argocd(**arguments: Any) -> Manifests:
    """The manifests of Argo CD's chart; charts are given by their ids."""
    app = new_app()
    charts = {name: NamespaceChart(app, name) for name in ("web", "jobs")}
    given = {"repo_url": "https://example.org/team/shop.git", "path": "dist/test", "charts": ["web"], **arguments}
    if isinstance(given["charts"], list):
        given["charts"] = [charts.get(name, name) for name in given["charts"]]
    ArgoCD(NamespaceChart(app, "argocd", existing=True), "shop-test", **given)
    synthesis = synthesize(app)
    if synthesis.faults:
        raise InputError(synthesis.faults)
    return synthesis.manifests["argocd"]


# Secrets from a store

SOURCE = ExternalSource(store=SecretStore("vault"), remote={"key": RemoteKey("prod/shop")})
REMOTE = "ExternalSecret spec data 0 remoteRef"

EXTERNAL_SOURCE = [
    Row("store", SecretStore("other"), "ExternalSecret spec secretStoreRef name", "other"),
    Row("remote", {"key": RemoteKey("prod/other")}, f"{REMOTE} key", "prod/other"),
    Row("templates", {"url": "redis://"}, "ExternalSecret spec target template data url", "redis://"),
    Row("refresh", "5m", "ExternalSecret spec refreshInterval", "5m"),
]
SECRET_STORE = [
    Row("name", "other", "ExternalSecret spec secretStoreRef name", "other"),
    Row("kind", "SecretStore", "ExternalSecret spec secretStoreRef kind", "SecretStore"),
]
REMOTE_KEY = [
    Row("entry", "prod/other", f"{REMOTE} key", "prod/other"),
    Row("property", "password", f"{REMOTE} property", "password"),
]


def source(**arguments: Any) -> Manifests:
    made_by = ExternalSource(**{"store": SOURCE.store, "remote": SOURCE.remote, **arguments})
    return api(env={"A": SecretRef("own", ("key",), source=made_by).key("key")})


SUBJECTS = [
    Subject(Job, job, JOB),
    Subject(CronJob, cron_job, CRON_JOB),
    Subject(RunOptions, lambda **given: job(run=RunOptions(**given)), RUN_OPTIONS),
    Subject(Migration, migration, MIGRATION),
    Subject(CeleryBeat, beat, BEAT),
    Subject(ArgoCD, argocd, ARGO_CD),
    Subject(Destination, lambda **given: argocd(destination=Destination(**(given or {"name": "a"}))), DESTINATION),
    Subject(ExternalSource, source, EXTERNAL_SOURCE),
    Subject(SecretStore, lambda **given: source(store=SecretStore(**{"name": "vault", **given})), SECRET_STORE),
    Subject(
        RemoteKey, lambda **given: source(remote={"key": RemoteKey(**{"entry": "prod/shop", **given})}), REMOTE_KEY
    ),
]
