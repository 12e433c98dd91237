"""Each argument of each public class, one by one: the field of the YAML that it is about.

A row says: with this argument the field has that value; without it (with all else equal) it has another. A new
argument without a row fails, and so does a new class.
"""

from __future__ import annotations

import contextlib
import inspect
import typing
from collections.abc import Callable
from typing import Any

import pytest

import constructs_lib
from constructs_lib import (
    ApiService,
    Autoscaling,
    CeleryBeat,
    CeleryWorker,
    ClaimVolume,
    ConfigMapRef,
    Container,
    CronJob,
    CustomMetric,
    DedicatedStateful,
    Defaults,
    EmptyDir,
    ExecProbe,
    ExternalService,
    FieldRef,
    GrpcProbe,
    Headroom,
    HeartbeatLiveness,
    HttpProbe,
    IngressOptions,
    InputError,
    Internet,
    Metrics,
    Monitors,
    NamespaceChart,
    PodOptions,
    PostgreSQL,
    Probes,
    Queue,
    Redis,
    ResourceFieldRef,
    Resources,
    Rollout,
    SecretRef,
    SecretVolume,
    Security,
    ServiceAccountRef,
    TcpProbe,
)
from constructs_lib.manifests.pods.env import ConfigMapKey, SecretKey
from tests.constructs import rows_of_delivery, rows_of_monitoring, rows_of_scaling
from tests.constructs.build import (
    ABSENT,
    LOGIN,
    Manifests,
    api,
    build,
    find,
    postgresql,
    redis,
    stateful,
    worker,
)
from tests.constructs.rows import (
    DEPLOYMENT,
    MAIN,
    NOTES,
    POD,
    SET,
    SET_MAIN,
    SET_POD,
    SETTINGS,
    UID,
    Row,
    Subject,
    own_container,
    secret_variable,
    shared,
)


def scaled(**beside: Any) -> list[Row]:
    scaler = "HorizontalPodAutoscaler spec"
    return [
        Row("replicas", 3, f"{DEPLOYMENT} replicas", 3),
        Row("replicas", 3, "PodDisruptionBudget spec maxUnavailable", 1),
        Row("replicas", 3, f"{scaler} minReplicas", 3, {"autoscaling": Autoscaling(5)}),
        Row("autoscaling", Autoscaling(5), f"{scaler} maxReplicas", 5),
        Row("autoscaling", Autoscaling(5), f"{DEPLOYMENT} replicas", ABSENT),
        Row("rollout", Rollout(recreate=True), f"{DEPLOYMENT} strategy", {"type": "Recreate"}),
    ]


API_SERVICE = [
    *shared("Deployment", MAIN),
    *own_container("Deployment", "Deployment spec template"),
    Row("probes", Probes(liveness=TcpProbe(port=1)), f"{MAIN} livenessProbe tcpSocket port", 1),
    *scaled(),
    Row("port", 9000, "Service spec ports 0 port", 9000),
    Row("port", 9000, f"{MAIN} ports 0 containerPort", 9000),
    Row(
        "ports",
        {"grpc": 9000},
        "Service spec ports 1",
        {"name": "grpc", "port": 9000, "targetPort": "grpc", "protocol": "TCP"},
    ),
    Row("path", "/shop", "Ingress spec rules 0 http paths 0 path", "/shop"),
    Row("path", ["/b", "/a"], "Ingress spec rules 0 http paths 1 path", "/b"),
    Row("path", "/shop", "NetworkPolicy/shop spec ingress 0 ports 0 port", 8000),
    Row("host", "a.org", "Ingress spec rules 0 host", "a.org", {"path": "/"}),
    Row("host", ["b.org", "a.org"], "Ingress/a.org spec rules 0 host", "a.org", {"path": "/"}),
    Row("args", ["--fast"], f"{MAIN} args", ["--fast"]),
    Row("metrics", Metrics(), "NetworkPolicy/shop spec ingress 0 ports 0 port", 8000),
    Row("drain_seconds", 9, f"{MAIN} lifecycle preStop exec command", ["sleep", "9"]),
    Row("drain_seconds", 0, f"{MAIN} lifecycle", ABSENT),
    Row("drain_seconds", 9, f"{POD} terminationGracePeriodSeconds", 39),
    Row("service_type", "NodePort", "Service spec type", "NodePort", {"from_cidrs": ["0.0.0.0/0"]}),
    Row(
        "from_cidrs",
        ["10.2.0.0/16"],
        "NetworkPolicy/shop spec ingress 0",
        {"from": [{"ipBlock": {"cidr": "10.2.0.0/16"}}], "ports": [{"protocol": "TCP", "port": 8000}]},
    ),
    Row("service_annotations", {"lb": "internal"}, "Service metadata annotations", {"lb": "internal"}),
]

WORKER = [
    *shared("Deployment", MAIN),
    *own_container("Deployment", "Deployment spec template"),
    Row("probes", Probes(liveness=TcpProbe(port=1)), f"{MAIN} livenessProbe tcpSocket port", 1),
    *scaled(),
    Row("app", "other:app", f"{MAIN} command 2", "other:app"),
    Row("queues", ["a", Queue("b")], f"{MAIN} command 5", "a,b"),
    Row("queues", ["a", Queue("b")], f"{NOTES} constructs-lib/consumes-queues", "a b"),
    Row("queues", ["a"], f"{MAIN} env 0", {"name": "CELERY_QUEUES", "value": "a"}, {"command": ["run"]}),
    Row("pool", "gevent", f"{MAIN} command 7", "gevent"),
    Row("concurrency", 4, f"{MAIN} command 9", "4"),
    Row("prefetch_multiplier", 1, f"{MAIN} command 10", "--prefetch-multiplier=1"),
    Row("time_limit", 90, f"{MAIN} command 10", "--time-limit=90"),
    Row("time_limit", 90, f"{POD} terminationGracePeriodSeconds", 120),
    Row("soft_time_limit", 80, f"{MAIN} command 10", "--soft-time-limit=80"),
    Row("max_tasks_per_child", 7, f"{MAIN} command 10", "--max-tasks-per-child=7"),
    Row("acks_late", True, f"{MAIN} command 11", "task_acks_late=1"),
    Row("acks_late", True, f"{MAIN} command 12", "task_reject_on_worker_lost=1"),
    Row("acks_late", False, f"{MAIN} command 11", "task_acks_late=0"),
    Row("reject_on_worker_lost", False, f"{MAIN} command 12", "task_reject_on_worker_lost=0", {"acks_late": True}),
    Row("log_level", "DEBUG", f"{MAIN} command 10", "--loglevel=DEBUG"),
    Row("extra_args", ["-E"], f"{MAIN} command 11", "-E"),
    Row("sends_to", ["q.cook"], f"{NOTES} constructs-lib/sends-to-queues", "q.cook"),
    Row("liveness", HeartbeatLiveness(), f"{MAIN} command 0", "sh"),
    Row("liveness", HeartbeatLiveness(), f"{MAIN} livenessProbe periodSeconds", 20),
]

STORE = [
    *shared("StatefulSet", SET_MAIN),
    *rows_of_monitoring.OWN_EXPORTER,
    Row("retention_on_delete", "Delete", f"{SET} persistentVolumeClaimRetentionPolicy whenDeleted", "Delete"),
    Row("retention_on_scale_down", "Delete", f"{SET} persistentVolumeClaimRetentionPolicy whenScaled", "Delete"),
    Row("update_strategy", "OnDelete", f"{SET} updateStrategy type", "OnDelete"),
    Row("storage_class", "fast", f"{SET} volumeClaimTemplates 0 spec storageClassName", "fast"),
    Row("storage", "2Gi", f"{SET} volumeClaimTemplates 0 spec resources requests storage", "2Gi"),
]

CLIENT_ENV = f"{MAIN} env"

STATEFUL = [
    *STORE,
    *own_container("StatefulSet", "StatefulSet spec template"),
    Row("probes", Probes(liveness=TcpProbe(port=1)), f"{SET_MAIN} livenessProbe tcpSocket port", 1),
    Row("args", ["--fast"], f"{SET_MAIN} args", ["--fast"]),
    Row("port", 7001, "Service/store spec ports 0 port", 7001),
    Row("port", 7001, "Service/store-headless spec ports 0 port", 7001),
    Row("port_name", "wire", "Service/store spec ports 0 targetPort", "wire"),
    Row("port_name", "wire", f"{SET_MAIN} ports 0 name", "wire"),
    Row("container_name", "engine", f"{SET_MAIN} name", "engine"),
    Row("data_path", "/d", f"{SET_MAIN} volumeMounts 1 mountPath", "/d"),
    Row("replicas", 3, f"{SET} replicas", 3),
    Row("replicas", 3, "PodDisruptionBudget spec maxUnavailable", 1),
    Row("overrides", {"StatefulSet": {"spec": {"ordinals": {"start": 1}}}}, f"{SET} ordinals start", 1),
]


def producer(**arguments: Any) -> Manifests:
    """A service beside the worker that reads what it sends."""

    def make(chart: NamespaceChart) -> None:
        ApiService(chart, "shop", image="shop:1", **arguments)
        CeleryWorker(chart, "cook", image="cook:1", app="cook", queues=["q.a", "q.b"])

    return build(make)


SENT = "Deployment/shop metadata annotations constructs-lib/sends-to-queues"
PRODUCER = [Row("sends_to", [Queue("q.a"), "q.b"], SENT, "q.a q.b")]


def client_of_stateful(**arguments: Any) -> Manifests:
    """What a client of the store gets."""
    base = {"image": "store:1", "port": 7000, "storage": "1Gi", "data_path": "/data"}
    return build(
        lambda chart: ApiService(
            chart, "shop", image="shop:1", uses=[DedicatedStateful(chart, "store", **{**base, **arguments})]
        )
    )


STATEFUL_CLIENT = [
    Row("credentials", LOGIN, f"{CLIENT_ENV} 2", secret_variable("STORE_USERNAME", "login", "username")),
    Row(
        "client_credentials",
        SecretRef("theirs", ("password",)),
        f"{CLIENT_ENV} 2",
        secret_variable("STORE_PASSWORD", "theirs", "password"),
        {"credentials": LOGIN},
    ),
]

POSTGRESQL = [
    *STORE,
    Row("probes", Probes(), f"{SET_MAIN} livenessProbe", ABSENT),
    Row("database", "shop", f"{SET_MAIN} env 0", {"name": "POSTGRES_DB", "value": "shop"}),
    Row("database", "shop", f"{CLIENT_ENV} 0", {"name": "DB_DATABASE", "value": "shop"}),
    Row(
        "credentials",
        SecretRef("own", ("username", "password")),
        f"{SET_MAIN} env 2",
        secret_variable("POSTGRES_PASSWORD", "own", "password"),
    ),
    Row(
        "client_credentials",
        SecretRef("theirs", ("password",)),
        f"{CLIENT_ENV} 3",
        secret_variable("DB_PASSWORD", "theirs", "password"),
    ),
    Row("max_connections", 7, f"{SET_MAIN} args 1", "max_connections=7"),
    Row("parameters", {"shared_buffers": "1MB"}, f"{SET_MAIN} args 3", "shared_buffers=1MB"),
    Row("env", {"A": "1"}, f"{SET_MAIN} env 4", {"name": "A", "value": "1"}),
    Row("env", {"PGDATA": "/elsewhere"}, f"{SET_MAIN} env 3 value", "/elsewhere"),
    Row("volumes", [EmptyDir("/x")], f"{SET_MAIN} volumeMounts 4 mountPath", "/x"),
    Row("volumes", [EmptyDir("/dev/shm", name="own")], f"{SET_POD} volumes 2", {"name": "own", "emptyDir": {}}),
]

REDIS = [
    *STORE,
    Row("probes", Probes(), f"{SET_MAIN} livenessProbe", ABSENT),
    Row("env", {"A": "1"}, f"{SET_MAIN} env", [{"name": "A", "value": "1"}]),
    Row("volumes", [EmptyDir("/x")], f"{SET_MAIN} volumeMounts 2 mountPath", "/x"),
    Row("credentials", LOGIN, f"{SET_MAIN} args 1", "--requirepass"),
    Row("credentials", LOGIN, f"{CLIENT_ENV} 3", secret_variable("CACHE_PASSWORD", "login", "password")),
    Row(
        "client_credentials",
        SecretRef("theirs", ("password",)),
        f"{CLIENT_ENV} 2",
        secret_variable("CACHE_PASSWORD", "theirs", "password"),
    ),
    Row(
        "maxmemory_policy",
        "allkeys-lru",
        "ConfigMap data redis.conf",
        "dir /data\nmaxmemory 204mb\nmaxmemory-policy allkeys-lru\nappendonly yes\nappendfsync everysec\n",
    ),
    Row(
        "appendfsync",
        "always",
        "ConfigMap data redis.conf",
        "dir /data\nmaxmemory 204mb\nmaxmemory-policy noeviction\nappendonly yes\nappendfsync always\n",
    ),
    Row(
        "settings",
        {"appendonly": "no", "databases": "1"},
        "ConfigMap data redis.conf",
        "dir /data\nmaxmemory 204mb\nmaxmemory-policy noeviction\nappendonly no\nappendfsync everysec\ndatabases 1\n",
    ),
]


def chart(**arguments: Any) -> Manifests:
    """A chart with a service that has a path, where there is a way in."""
    return build(
        lambda chart: ApiService(chart, "shop", image="shop:1", path="/" if chart.ingress_options else ()), **arguments
    )


def chart_defaults(**given: Any) -> Manifests:
    return build(
        lambda chart: ApiService(chart, "shop", image="shop:1", replicas=2, metrics=Metrics()),
        defaults=Defaults(**given),
    )


CHART = [
    Row("existing", True, "Namespace", ABSENT),
    Row("existing", True, "ResourceQuota", ABSENT),
    Row("pod_security", "baseline", "Namespace metadata labels pod-security.kubernetes.io/enforce", "baseline"),
    Row("pod_security", None, "Namespace metadata labels", ABSENT),
    Row("labels", {"team": "a"}, "Namespace metadata labels team", "a"),
    Row("labels", {"team": "a"}, f"{DEPLOYMENT} template metadata labels team", "a"),
    Row("ingress", None, "Ingress", ABSENT),
    Row("defaults", Defaults(cpu_limits=False), f"{MAIN} resources limits cpu", ABSENT),
    Row("defaults", Defaults(cpu_limits=False), "ResourceQuota spec hard limits.cpu", ABSENT),
    Row("headroom", Headroom(pods=9), "ResourceQuota spec hard pods", "11"),
    Row("headroom", None, "ResourceQuota", ABSENT),
    Row("headroom", None, "LimitRange", ABSENT),
    Row("default_deny", False, "NetworkPolicy/default-deny", ABSENT),
]

DEFAULTS = [
    Row("security", Security(run_as_user=7), f"{UID} runAsUser", 7),
    Row("image_pull_secrets", ["registry"], f"{POD} imagePullSecrets", [{"name": "registry"}]),
    Row("monitors", Monitors(), "ServiceMonitor metadata name", "shop"),
    Row("cpu_limits", False, "LimitRange spec limits 0 default cpu", ABSENT),
    Row("spread", False, f"{POD} topologySpreadConstraints", ABSENT),
    Row("disruption_budgets", False, "PodDisruptionBudget", ABSENT),
    Row("network_policies", False, "NetworkPolicy/shop", ABSENT),
    Row(
        "metrics_namespace",
        "metrics",
        "NetworkPolicy/shop spec ingress 0 from 0 namespaceSelector matchLabels kubernetes.io/metadata.name",
        "metrics",
    ),
]

HEADROOM = [
    Row("pods", 7, "ResourceQuota spec hard pods", "9"),
    Row("resources", Resources(cpu="3", memory="64Mi"), "ResourceQuota spec hard requests.cpu", "3200m"),
]

INGRESS_OPTIONS = [
    Row("class_name", "alb", "Ingress spec ingressClassName", "alb"),
    Row("host", "a.org", "Ingress spec rules 0 host", "a.org"),
    Row("tls_secret", "certificate", "Ingress spec tls", [{"hosts": ["example.com"], "secretName": "certificate"}]),
    Row("annotations", {"scheme": "internal"}, "Ingress metadata annotations", {"scheme": "internal"}),
    Row(
        "from_namespace",
        "edge",
        "NetworkPolicy/shop spec ingress 0 from 0 namespaceSelector matchLabels kubernetes.io/metadata.name",
        "edge",
    ),
    Row("from_cidrs", ["10.1.0.0/16"], "NetworkPolicy/shop spec ingress 0 from 1 ipBlock cidr", "10.1.0.0/16"),
]


def ingress(**arguments: Any) -> Manifests:
    base = {"class_name": "traefik", "host": "example.com", "from_namespace": "traefik"}
    return build(
        lambda chart: ApiService(chart, "shop", image="shop:1", path="/"),
        ingress=IngressOptions(**{**base, **arguments}),
    )


def side(**arguments: Any) -> Manifests:
    """A sidecar of its own class, with a port for its probes."""
    return api(pod=PodOptions(sidecars=[Container(**{"name": "side", "image": "side:1", **arguments})]))


def init(**arguments: Any) -> Manifests:
    return api(pod=PodOptions(init_containers=[Container(**{"name": "side", "image": "side:1", **arguments})]))


SIDE = f"{POD} containers 1"

CONTAINER = [
    Row("name", "proxy", f"{SIDE} name", "proxy"),
    Row("image", "proxy:2", f"{SIDE} image", "proxy:2"),
    Row("command", ["run"], f"{SIDE} command", ["run"]),
    Row("args", ["-v"], f"{SIDE} args", ["-v"]),
    Row("env", {"A": "1"}, f"{SIDE} env", [{"name": "A", "value": "1"}]),
    Row("env_from", [LOGIN], f"{SIDE} envFrom", [{"secretRef": {"name": "login"}}]),
    Row("ports", {"admin": 9000}, f"{SIDE} ports", [{"name": "admin", "containerPort": 9000}]),
    Row("resources", Resources(memory="1Mi"), f"{SIDE} resources limits memory", "1Mi"),
    Row("probes", Probes(readiness=TcpProbe(port=8000)), f"{SIDE} readinessProbe tcpSocket port", 8000),
    Row("volumes", [EmptyDir("/cache")], f"{SIDE} volumeMounts 1", {"name": "cache", "mountPath": "/cache"}),
    Row("pre_stop", ["sleep", "1"], f"{SIDE} lifecycle preStop exec command", ["sleep", "1"]),
]

INIT_CONTAINER = [
    Row("sidecar", True, f"{POD} initContainers 0 restartPolicy", "Always"),
]

POD_OPTIONS = [
    Row("labels", {"team": "a"}, f"{DEPLOYMENT} template metadata labels team", "a"),
    Row("annotations", {"note": "a"}, f"{DEPLOYMENT} template metadata annotations note", "a"),
    Row("init_containers", [Container(name="first", image="first:1")], f"{POD} initContainers 0 name", "first"),
    Row("sidecars", [Container(name="side", image="side:1")], f"{SIDE} name", "side"),
    Row("security", Security(run_as_user=7), f"{UID} runAsUser", 7),
    Row("termination_grace_period_seconds", 0, f"{POD} terminationGracePeriodSeconds", 0),
    Row("priority_class_name", "high", f"{POD} priorityClassName", "high"),
    Row("image_pull_secrets", ["registry"], f"{POD} imagePullSecrets", [{"name": "registry"}]),
    Row("service_account", ServiceAccountRef("robot"), f"{POD} serviceAccountName", "robot"),
    Row("service_account", ServiceAccountRef("robot"), "ServiceAccount", ABSENT),
    Row("service_account_annotations", {"role": "a"}, "ServiceAccount metadata annotations", {"role": "a"}),
    Row("spread", False, f"{POD} topologySpreadConstraints", ABSENT),
    Row("disruption_budget", False, "PodDisruptionBudget", ABSENT),
    Row("reload_on_secret_change", True, f"{NOTES} reloader.stakater.com/auto", "true"),
]

SERVICE_ACCOUNT = [
    Row("name", "other", f"{POD} serviceAccountName", "other"),
    Row("mount_token", True, f"{POD} automountServiceAccountToken", True),
]


def account(**arguments: Any) -> Manifests:
    return api(pod=PodOptions(service_account=ServiceAccountRef(**{"name": "robot", **arguments})))


CONTEXT = f"{MAIN} securityContext"

SECURITY = [
    Row("run_as_user", 7, f"{UID} runAsUser", 7),
    Row("run_as_group", 7, f"{UID} runAsGroup", 7),
    Row("fs_group", 7, f"{UID} fsGroup", 7),
    Row("fs_group", None, f"{UID} fsGroupChangePolicy", ABSENT),
    Row("run_as_non_root", None, f"{UID} runAsNonRoot", ABSENT),
    Row("read_only_root_filesystem", False, f"{CONTEXT} readOnlyRootFilesystem", False),
    Row("allow_privilege_escalation", True, f"{CONTEXT} allowPrivilegeEscalation", True),
    Row("drop_capabilities", (), f"{CONTEXT} capabilities", ABSENT),
    Row("add_capabilities", ("NET_BIND_SERVICE",), f"{CONTEXT} capabilities add", ["NET_BIND_SERVICE"]),
    Row("seccomp_profile", None, f"{UID} seccompProfile", ABSENT),
    Row("seccomp_profile", "Unconfined", f"{UID} seccompProfile type", "Unconfined"),
    Row("writable_tmp", False, f"{MAIN} volumeMounts", ABSENT),
    Row("writable_tmp", False, f"{POD} volumes", ABSENT),
]


def security(**arguments: Any) -> Manifests:
    return build(
        lambda chart: ApiService(chart, "shop", image="shop:1", pod=PodOptions(security=Security(**arguments))),
        pod_security=None,
    )


REQUESTS, LIMITS = f"{MAIN} resources requests", f"{MAIN} resources limits"

RESOURCES = [
    Row("cpu", "7m", f"{REQUESTS} cpu", "7m"),
    Row("cpu", "7m", f"{LIMITS} cpu", "7m"),
    Row("memory", "7Mi", f"{REQUESTS} memory", "7Mi"),
    Row("memory", "7Mi", f"{LIMITS} memory", "7Mi"),
    Row("cpu_limit", "7", f"{LIMITS} cpu", "7"),
    Row("memory_limit", "7Gi", f"{LIMITS} memory", "7Gi"),
]

SCALER = "HorizontalPodAutoscaler spec"

AUTOSCALING = [
    Row("max_replicas", 9, f"{SCALER} maxReplicas", 9),
    Row("min_replicas", 2, f"{SCALER} minReplicas", 2),
    Row("cpu", 50, f"{SCALER} metrics 0 resource target averageUtilization", 50),
    Row("cpu", None, f"{SCALER} metrics 0 resource name", "memory", {"memory": 80}),
    Row(
        "memory",
        80,
        f"{SCALER} metrics 1 resource",
        {"name": "memory", "target": {"type": "Utilization", "averageUtilization": 80}},
    ),
    Row(
        "memory",
        "300Mi",
        f"{SCALER} metrics 1 resource target",
        {"type": "AverageValue", "averageValue": "300Mi"},
    ),
    Row(
        "behavior", {"scaleDown": {"selectPolicy": "Disabled"}}, f"{SCALER} behavior scaleDown selectPolicy", "Disabled"
    ),
    Row("metrics", [CustomMetric(name="rps", average_value="5")], f"{SCALER} metrics 1 pods metric name", "rps"),
    Row("cpu", None, f"{SCALER} metrics 0 type", "Pods", {"metrics": [CustomMetric(name="rps", average_value="5")]}),
]

ROLLING = f"{DEPLOYMENT} strategy rollingUpdate"

ROLLOUT = [
    Row("max_surge", "25%", f"{ROLLING} maxSurge", "25%"),
    Row("max_unavailable", 2, f"{ROLLING} maxUnavailable", 2),
    Row("min_ready_seconds", 5, f"{DEPLOYMENT} minReadySeconds", 5),
    Row("progress_deadline_seconds", 60, f"{DEPLOYMENT} progressDeadlineSeconds", 60),
    Row("revision_history_limit", 3, f"{DEPLOYMENT} revisionHistoryLimit", 3),
    Row("recreate", True, f"{DEPLOYMENT} strategy", {"type": "Recreate"}),
]

PROBE = f"{MAIN} readinessProbe"

TIMING = [
    Row("period_seconds", 7, f"{PROBE} periodSeconds", 7),
    Row("timeout_seconds", 2, f"{PROBE} timeoutSeconds", 2),
    Row("failure_threshold", 7, f"{PROBE} failureThreshold", 7),
    Row("initial_delay_seconds", 7, f"{PROBE} initialDelaySeconds", 7),
]
HTTP_PROBE = [
    *TIMING,
    Row("path", "/ready", f"{PROBE} httpGet path", "/ready"),
    Row("port", 8000, f"{PROBE} httpGet port", 8000),
]
TCP_PROBE = [*TIMING, Row("port", 8000, f"{PROBE} tcpSocket port", 8000)]
GRPC_PROBE = [
    *TIMING,
    Row("port", 9000, f"{PROBE} grpc port", 9000),
    Row("service", "shop", f"{PROBE} grpc service", "shop"),
]
EXEC_PROBE = [*TIMING, Row("command", ("true",), f"{PROBE} exec command", ["true"])]

PROBES = [
    Row(name, TcpProbe(port=8000), f"{MAIN} {name}Probe tcpSocket port", 8000)
    for name in ("startup", "readiness", "liveness")
]


def probe(make: Callable[..., Any], **base: Any) -> Callable[..., Manifests]:
    """Uses the probe for readiness."""
    return lambda **arguments: api(ports={"grpc": 9000}, probes=Probes(readiness=make(**{**base, **arguments})))


VOLUME, MOUNT = f"{POD} volumes 1", f"{MAIN} volumeMounts 1"

ANY_VOLUME = [
    Row("mount_path", "/b", f"{MOUNT} mountPath", "/b"),
    Row("name", "own", f"{MOUNT} name", "own"),
    Row("name", "own", f"{VOLUME} name", "own"),
]
EMPTY_DIR = [
    *ANY_VOLUME,
    Row("read_only", True, f"{MOUNT} readOnly", True),
    Row("size_limit", "1Gi", f"{VOLUME} emptyDir", {"sizeLimit": "1Gi"}),
    Row("medium", "Memory", f"{VOLUME} emptyDir", {"medium": "Memory"}),
]
SECRET_VOLUME = [
    *ANY_VOLUME,
    Row("read_only", False, f"{MOUNT} readOnly", ABSENT),
    Row("secret", LOGIN, f"{VOLUME} secret secretName", "login"),
]
CLAIM_VOLUME = [
    *ANY_VOLUME,
    Row("read_only", True, f"{MOUNT} readOnly", True),
    Row("read_only", True, f"{VOLUME} persistentVolumeClaim readOnly", True),
    Row("claim_name", "films", f"{VOLUME} persistentVolumeClaim claimName", "films"),
]


def volume(make: Callable[..., Any], **base: Any) -> Callable[..., Manifests]:
    return lambda **arguments: api(volumes=[make(**{"mount_path": "/a", **base, **arguments})])


VARIABLE = f"{MAIN} env 0 valueFrom"

SECRET_REF = [
    Row("name", "other", f"{VARIABLE} secretKeyRef name", "other"),
    Row("keys", ("key", "b"), f"{MAIN} env 1 valueFrom secretKeyRef key", "b"),
    Row("version", "7", f"{DEPLOYMENT} template metadata annotations constructs-lib/secret-version.own", "7"),
    Row("source", rows_of_delivery.SOURCE, "ExternalSecret spec target name", "own"),
]
SECRET_KEY = [
    Row("secret", LOGIN, f"{VARIABLE} secretKeyRef name", "login"),
    Row("key", "username", f"{VARIABLE} secretKeyRef key", "username"),
    Row("optional", True, f"{VARIABLE} secretKeyRef optional", True),
]
CONFIG_MAP_REF = [
    Row("name", "other", f"{VARIABLE} configMapKeyRef name", "other"),
    Row("keys", ("mode", "level"), f"{MAIN} env 1 valueFrom configMapKeyRef key", "level"),
]


def variables(value: Callable[..., Any], **base: Any) -> Callable[..., Manifests]:
    return lambda **arguments: api(env={"A": value(**{**base, **arguments})})


def every_key(make: Callable[..., Any], **base: Any) -> Callable[..., Manifests]:
    """A variable for each key of a Secret or ConfigMap that is in the namespace."""

    def use(**arguments: Any) -> Manifests:
        ref = make(**{**base, **arguments})
        keys = ref.keys if isinstance(ref.keys, tuple) else ["key"]
        return api(env={key.upper(): ref.key(key) for key in keys})

    return use


OUT = "NetworkPolicy/shop spec egress 0"

EXTERNAL = [
    Row("name", "broker", f"{MAIN} env 0 value", "broker.messaging.svc"),
    Row("namespace", "edge", f"{MAIN} env 0 value", "rabbitmq.edge.svc"),
    Row("namespace", "edge", f"{OUT} to 0 namespaceSelector matchLabels kubernetes.io/metadata.name", "edge"),
    Row("port", 5671, f"{MAIN} env 1 value", "5671"),
    Row("port", 5671, f"{OUT} ports 0 port", 5671),
    Row("pod_labels", {"app": "r"}, f"{OUT} to 0 podSelector matchLabels app", "r"),
    Row("credentials", LOGIN, f"{MAIN} env 2", secret_variable("RABBITMQ_USERNAME", "login", "username")),
    Row("env", {"VHOST": "/"}, f"{MAIN} env 2", {"name": "VHOST", "value": "/"}),
]
INTERNET = [
    Row("hosts", ("a.org",), f"{NOTES} constructs-lib/uses", "a.org:443"),
    Row("port", 8443, f"{OUT} ports 0 port", 8443),
    Row("env", {"KEY": "x"}, f"{MAIN} env 0", {"name": "KEY", "value": "x"}),
]
QUEUE = [Row("name", "q.b", f"{MAIN} command 5", "q.b")]


def used(make: Callable[..., Any], **base: Any) -> Callable[..., Manifests]:
    return lambda **arguments: api(uses=[make(**{**base, **arguments})])


SUBJECTS = [
    Subject(ApiService, api, API_SERVICE),
    Subject(ApiService, producer, PRODUCER),
    Subject(CeleryWorker, worker, WORKER),
    Subject(DedicatedStateful, stateful, STATEFUL),
    Subject(DedicatedStateful, client_of_stateful, STATEFUL_CLIENT),
    Subject(PostgreSQL, postgresql, POSTGRESQL),
    Subject(Redis, redis, REDIS),
    Subject(NamespaceChart, chart, CHART),
    Subject(Defaults, chart_defaults, DEFAULTS),
    Subject(Headroom, lambda **given: chart(headroom=Headroom(**given)), HEADROOM),
    Subject(IngressOptions, ingress, INGRESS_OPTIONS),
    Subject(Container, side, CONTAINER),
    Subject(Container, init, INIT_CONTAINER),
    Subject(PodOptions, lambda **given: api(node_pool="two", replicas=2, pod=PodOptions(**given)), POD_OPTIONS),
    Subject(ServiceAccountRef, account, SERVICE_ACCOUNT),
    Subject(Security, security, SECURITY),
    Subject(Resources, lambda **given: api(resources=Resources(**given)), RESOURCES),
    Subject(Autoscaling, lambda **given: api(autoscaling=Autoscaling(**{"max_replicas": 5, **given})), AUTOSCALING),
    Subject(Rollout, lambda **given: api(rollout=Rollout(**given)), ROLLOUT),
    Subject(HttpProbe, probe(HttpProbe, path="/"), HTTP_PROBE),
    Subject(TcpProbe, probe(TcpProbe), TCP_PROBE),
    Subject(GrpcProbe, probe(GrpcProbe, port=8000), GRPC_PROBE),
    Subject(ExecProbe, probe(ExecProbe, command=("false",)), EXEC_PROBE),
    Subject(Probes, lambda **given: api(probes=Probes(**given)), PROBES),
    Subject(EmptyDir, volume(EmptyDir), EMPTY_DIR),
    Subject(SecretVolume, volume(SecretVolume, secret=SecretRef("a")), SECRET_VOLUME),
    Subject(ClaimVolume, volume(ClaimVolume, claim_name="photos"), CLAIM_VOLUME),
    Subject(SecretRef, every_key(SecretRef, name="own", keys=("key",)), SECRET_REF),
    Subject(SecretKey, variables(SecretKey, secret=SecretRef("a", LOGIN.keys), key="password"), SECRET_KEY),
    Subject(ConfigMapRef, every_key(ConfigMapRef, name="settings", keys=("mode",)), CONFIG_MAP_REF),
    Subject(ConfigMapKey, variables(ConfigMapKey, config_map=SETTINGS, key="mode"), [
        Row("config_map", ConfigMapRef("other", ("mode",)), f"{VARIABLE} configMapKeyRef name", "other"),
        Row("key", "level", f"{VARIABLE} configMapKeyRef key", "level"),
        Row("optional", True, f"{VARIABLE} configMapKeyRef optional", True),
    ]),
    Subject(FieldRef, variables(FieldRef, path="metadata.name"), [
        Row("path", "status.podIP", f"{VARIABLE} fieldRef fieldPath", "status.podIP"),
    ]),
    Subject(ResourceFieldRef, variables(ResourceFieldRef, resource="limits.cpu"), [
        Row("resource", "limits.memory", f"{VARIABLE} resourceFieldRef resource", "limits.memory"),
        Row("divisor", "1m", f"{VARIABLE} resourceFieldRef divisor", "1m"),
    ]),
    Subject(ExternalService, used(ExternalService, name="rabbitmq", namespace="messaging", port=5672), EXTERNAL),
    Subject(Internet, used(Internet, hosts=("b.org",)), INTERNET),
    Subject(Queue, lambda **given: worker(queues=[Queue(**{"name": "q.a", **given})]), QUEUE),
    *rows_of_delivery.SUBJECTS,
    *rows_of_monitoring.SUBJECTS,
    *rows_of_scaling.SUBJECTS,
]  # fmt: skip


# Tested elsewhere, each for the reason given.
ELSEWHERE = {
    "FieldPath": "a path of keys and places, which takes anything",
    "App": "what it takes shows in what the checks find, not in a field",
    "Cluster": "a model of values; its effect is that of node_pool",
    "Existing": "a model of values; its effect is what the checks find",
    "NodePool": "a model of values; its effect is that of node_pool",
    "InputError": "what is raised",
    "Synthesis": "what is returned",
    "PodPeer": "test_charts: who is admitted",
    "CidrPeer": "test_charts: who is admitted",
    "Amount": "a model of values; its effect is that of node_pool",
    "Taint": "a model of values; its effect is that of node_pool",
    "ExistingKeys": "a model of values; its effect is what the checks find",
    "ExistingService": "a model of values; its effect is what the checks find",
    "StrictModel": "a base class",
    "Workload": "a base class",
    "Endpoint": "an interface",
    "Scaling": "an interface",
    "SecretSource": "an interface",
    "Routing": "a base class",
    "Route": "made by add_route",
    "ScaleTarget": "given to a Scaling",
    "IngressRules": "given by a chart",
    "Fault": "what is reported",
    "Finding": "what is reported",
    "Severity": "a level of a finding",
    "World": "what is returned",
    "Probe": "a base class",
    "Volume": "a base class",
    "ScrapeEndpoint": "rows_of_monitoring: the rows of PodMonitor",
    "PlainManifest": "made by add_manifest",
    "Document": "what is returned",
    "Layer": "what is returned",
    "RepositoryFiles": "what is returned",
    "Form": "a check of names",
    "Layers": "what is returned",
    "YamlError": "what is raised",
    "PostgreSQLBackup": "tests/delivery/test_backup.py: it needs a database beside it",
}
ARGUMENTS_ELSEWHERE = {
    (NamespaceChart, "namespace"): "test_charts: the chart's id isn't its name",
    (ExternalService, "inbound"): "test_charts: it changes a policy that somebody else made",
}


CASES = [
    pytest.param(subject, row, id=f"{subject.cls.__name__}-{row.argument}-{place}")
    for subject in SUBJECTS
    for place, row in enumerate(subject.rows)
]


@pytest.mark.parametrize(("subject", "row"), CASES)
def test_each_argument_changes_its_field(subject: Subject, row: Row) -> None:
    without = find(subject.use(**row.beside), row.where)
    assert find(subject.use(**row.beside, **{row.argument: row.value}), row.where) == row.expected
    assert without != row.expected, "the field has that value anyhow: the row tests nothing"


def arguments(cls: type) -> set[str]:
    return set(inspect.signature(vars(cls)["__init__"]).parameters) - {"self", "scope", "construct_id"}


@pytest.mark.parametrize("cls", {subject.cls: None for subject in SUBJECTS}, ids=lambda cls: cls.__name__)
def test_every_argument_has_a_row(cls: type) -> None:
    told = {row.argument for subject in SUBJECTS if subject.cls is cls for row in subject.rows}
    elsewhere = {argument for owner, argument in ARGUMENTS_ELSEWHERE if owner is cls}
    assert told | elsewhere == arguments(cls)


@pytest.mark.parametrize(
    ("cls", "options"),
    [
        (ApiService, constructs_lib.ClientOptions),
        (CeleryBeat, constructs_lib.WorkloadOptions),
        (CronJob, constructs_lib.JobOptions),
        (Redis, constructs_lib.StoreOptions),
    ],
)
def test_help_shows_the_shared_arguments_with_their_defaults(cls: Any, options: Any) -> None:
    parameters = inspect.signature(cls.__init__).parameters
    shared = typing.get_type_hints(options)
    assert shared.keys() <= parameters.keys()
    assert [parameters[name].default for name in ("labels", "pod")] == [None, PodOptions()]
    groups = (constructs_lib.WorkloadOptions, constructs_lib.ClientOptions, options)
    documented = "".join(group.__doc__ or "" for group in groups)
    assert [name for name in shared if f"\n        {name}: " not in documented] == []


def test_every_public_class_has_rows() -> None:
    members = {name: getattr(constructs_lib, name) for name in constructs_lib.__all__}
    public = {name for name, item in members.items() if inspect.isclass(item) and not typing.is_typeddict(item)}
    assert {subject.cls.__name__ for subject in SUBJECTS} == public - set(ELSEWHERE)


NONSENSE = ["", "!", "é" * 300, "a\nb", -1, 10**12, 0.5, None, [""], {"!": 0}]


@pytest.mark.parametrize(
    ("subject", "argument"),
    [
        pytest.param(subject, argument, id=f"{place}-{subject.cls.__name__}-{argument}")
        for place, subject in enumerate(SUBJECTS)
        for argument in sorted({row.argument for row in subject.rows})
    ],
)
def test_nonsense_ends_in_lines_of_text(subject: Subject, argument: str) -> None:
    for value in NONSENSE:
        with contextlib.suppress(InputError):
            subject.use(**{argument: value})
