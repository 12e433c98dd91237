"""Services, Celery workers and data stores on Kubernetes, as CDK8s constructs.

Names are loaded when they are first used, so that the command line and the checks start without Node.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from constructs_lib.app.app import App as App
    from constructs_lib.app.summary import summary as summary
    from constructs_lib.app.synthesis import Synthesis as Synthesis
    from constructs_lib.app.validation import synthesize as synthesize
    from constructs_lib.app.writer import synth as synth
    from constructs_lib.errors import InputError as InputError
    from constructs_lib.inventory.cluster import Cluster as Cluster
    from constructs_lib.inventory.cluster import Existing as Existing
    from constructs_lib.inventory.cluster import NodePool as NodePool
    from constructs_lib.manifests.external_secrets import ExternalSource as ExternalSource
    from constructs_lib.manifests.external_secrets import RemoteKey as RemoteKey
    from constructs_lib.manifests.external_secrets import SecretStore as SecretStore
    from constructs_lib.manifests.monitors import Exporter as Exporter
    from constructs_lib.manifests.monitors import Monitors as Monitors
    from constructs_lib.manifests.monitors import postgres_exporter as postgres_exporter
    from constructs_lib.manifests.monitors import redis_exporter as redis_exporter
    from constructs_lib.manifests.networking.network_policies import CidrPeer as CidrPeer
    from constructs_lib.manifests.networking.network_policies import PodPeer as PodPeer
    from constructs_lib.manifests.networking.routes import GatewayOptions as GatewayOptions
    from constructs_lib.manifests.networking.routes import IngressOptions as IngressOptions
    from constructs_lib.manifests.pods.container import Container as Container
    from constructs_lib.manifests.pods.env import ConfigMapRef as ConfigMapRef
    from constructs_lib.manifests.pods.env import FieldRef as FieldRef
    from constructs_lib.manifests.pods.env import ResourceFieldRef as ResourceFieldRef
    from constructs_lib.manifests.pods.env import SecretRef as SecretRef
    from constructs_lib.manifests.pods.heartbeat_liveness import HeartbeatLiveness as HeartbeatLiveness
    from constructs_lib.manifests.pods.probes import ExecProbe as ExecProbe
    from constructs_lib.manifests.pods.probes import GrpcProbe as GrpcProbe
    from constructs_lib.manifests.pods.probes import HttpProbe as HttpProbe
    from constructs_lib.manifests.pods.probes import Probes as Probes
    from constructs_lib.manifests.pods.probes import TcpProbe as TcpProbe
    from constructs_lib.manifests.pods.resources import Resources as Resources
    from constructs_lib.manifests.pods.security import Security as Security
    from constructs_lib.manifests.pods.template import PodOptions as PodOptions
    from constructs_lib.manifests.pods.template import ServiceAccountRef as ServiceAccountRef
    from constructs_lib.manifests.pods.volumes import ClaimVolume as ClaimVolume
    from constructs_lib.manifests.pods.volumes import EmptyDir as EmptyDir
    from constructs_lib.manifests.pods.volumes import SecretVolume as SecretVolume
    from constructs_lib.manifests.scaling.hpa import Autoscaling as Autoscaling
    from constructs_lib.manifests.scaling.hpa import CustomMetric as CustomMetric
    from constructs_lib.manifests.scaling.keda import KedaScaling as KedaScaling
    from constructs_lib.manifests.scaling.keda import PrometheusTrigger as PrometheusTrigger
    from constructs_lib.manifests.scaling.keda import QueueScaling as QueueScaling
    from constructs_lib.manifests.scaling.rollout import Rollout as Rollout
    from constructs_lib.namespaces.namespace_chart import Defaults as Defaults
    from constructs_lib.namespaces.namespace_chart import NamespaceChart as NamespaceChart
    from constructs_lib.namespaces.quota import Headroom as Headroom
    from constructs_lib.operations.alerts import Alert as Alert
    from constructs_lib.operations.alerts import Alerts as Alerts
    from constructs_lib.operations.argocd import ArgoCD as ArgoCD
    from constructs_lib.operations.argocd import Destination as Destination
    from constructs_lib.operations.dashboards import Dashboard as Dashboard
    from constructs_lib.operations.pod_monitor import PodMonitor as PodMonitor
    from constructs_lib.workloads.api_service import ApiService as ApiService
    from constructs_lib.workloads.api_service import Metrics as Metrics
    from constructs_lib.workloads.api_service import http_probes as http_probes
    from constructs_lib.workloads.celery_beat import CeleryBeat as CeleryBeat
    from constructs_lib.workloads.celery_worker import CeleryWorker as CeleryWorker
    from constructs_lib.workloads.dedicated_stateful import DedicatedStateful as DedicatedStateful
    from constructs_lib.workloads.endpoints import ExternalService as ExternalService
    from constructs_lib.workloads.endpoints import Internet as Internet
    from constructs_lib.workloads.endpoints import Queue as Queue
    from constructs_lib.workloads.jobs import CronJob as CronJob
    from constructs_lib.workloads.jobs import Job as Job
    from constructs_lib.workloads.jobs import Migration as Migration
    from constructs_lib.workloads.jobs import RunOptions as RunOptions
    from constructs_lib.workloads.postgresql import PostgreSQL as PostgreSQL
    from constructs_lib.workloads.postgresql_backup import PostgreSQLBackup as PostgreSQLBackup
    from constructs_lib.workloads.redis import Redis as Redis

_MODULES = {
    "app.app": ("App",),
    "app.summary": ("summary",),
    "app.synthesis": ("Synthesis",),
    "app.validation": ("synthesize",),
    "app.writer": ("synth",),
    "errors": ("InputError",),
    "inventory.cluster": (
        "Cluster",
        "Existing",
        "NodePool",
    ),
    "manifests.external_secrets": (
        "ExternalSource",
        "RemoteKey",
        "SecretStore",
    ),
    "manifests.monitors": (
        "Exporter",
        "Monitors",
        "postgres_exporter",
        "redis_exporter",
    ),
    "manifests.networking.network_policies": (
        "CidrPeer",
        "PodPeer",
    ),
    "manifests.networking.routes": (
        "GatewayOptions",
        "IngressOptions",
    ),
    "manifests.pods.container": ("Container",),
    "manifests.pods.env": (
        "ConfigMapRef",
        "FieldRef",
        "ResourceFieldRef",
        "SecretRef",
    ),
    "manifests.pods.heartbeat_liveness": ("HeartbeatLiveness",),
    "manifests.pods.probes": (
        "ExecProbe",
        "GrpcProbe",
        "HttpProbe",
        "Probes",
        "TcpProbe",
    ),
    "manifests.pods.resources": ("Resources",),
    "manifests.pods.security": ("Security",),
    "manifests.pods.template": (
        "PodOptions",
        "ServiceAccountRef",
    ),
    "manifests.pods.volumes": (
        "ClaimVolume",
        "EmptyDir",
        "SecretVolume",
    ),
    "manifests.scaling.hpa": (
        "Autoscaling",
        "CustomMetric",
    ),
    "manifests.scaling.keda": (
        "KedaScaling",
        "PrometheusTrigger",
        "QueueScaling",
    ),
    "manifests.scaling.rollout": ("Rollout",),
    "namespaces.namespace_chart": (
        "Defaults",
        "NamespaceChart",
    ),
    "namespaces.quota": ("Headroom",),
    "operations.alerts": (
        "Alert",
        "Alerts",
    ),
    "operations.argocd": (
        "ArgoCD",
        "Destination",
    ),
    "operations.dashboards": ("Dashboard",),
    "operations.pod_monitor": ("PodMonitor",),
    "workloads.api_service": (
        "ApiService",
        "Metrics",
        "http_probes",
    ),
    "workloads.celery_beat": ("CeleryBeat",),
    "workloads.celery_worker": ("CeleryWorker",),
    "workloads.dedicated_stateful": ("DedicatedStateful",),
    "workloads.endpoints": (
        "ExternalService",
        "Internet",
        "Queue",
    ),
    "workloads.jobs": (
        "CronJob",
        "Job",
        "Migration",
        "RunOptions",
    ),
    "workloads.postgresql": ("PostgreSQL",),
    "workloads.postgresql_backup": ("PostgreSQLBackup",),
    "workloads.redis": ("Redis",),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}

__all__ = sorted(_HOME)  # noqa: PLE0605  # the table above is the list


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
