"""Services, Celery workers and data stores on Kubernetes, as CDK8s constructs.

Names are loaded when they are first used, so that the command line and the checks start without Node.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from constructs_lib.alerts import Alert as Alert
    from constructs_lib.alerts import Alerts as Alerts
    from constructs_lib.api_service import ApiService as ApiService
    from constructs_lib.api_service import Metrics as Metrics
    from constructs_lib.api_service import http_probes as http_probes
    from constructs_lib.app import App as App
    from constructs_lib.app import synthesize as synthesize
    from constructs_lib.argocd import ArgoCD as ArgoCD
    from constructs_lib.argocd import Destination as Destination
    from constructs_lib.autoscaling import Autoscaling as Autoscaling
    from constructs_lib.autoscaling import CustomMetric as CustomMetric
    from constructs_lib.backup import PostgreSQLBackup as PostgreSQLBackup
    from constructs_lib.celery_beat import CeleryBeat as CeleryBeat
    from constructs_lib.celery_worker import CeleryWorker as CeleryWorker
    from constructs_lib.cluster import Cluster as Cluster
    from constructs_lib.cluster import Existing as Existing
    from constructs_lib.cluster import NodePool as NodePool
    from constructs_lib.connections import ExternalService as ExternalService
    from constructs_lib.connections import Internet as Internet
    from constructs_lib.connections import Queue as Queue
    from constructs_lib.containers import Container as Container
    from constructs_lib.dashboards import Dashboard as Dashboard
    from constructs_lib.dedicated_stateful import DedicatedStateful as DedicatedStateful
    from constructs_lib.env import ConfigMapRef as ConfigMapRef
    from constructs_lib.env import FieldRef as FieldRef
    from constructs_lib.env import ResourceFieldRef as ResourceFieldRef
    from constructs_lib.env import SecretRef as SecretRef
    from constructs_lib.errors import InputError as InputError
    from constructs_lib.external_secrets import ExternalSource as ExternalSource
    from constructs_lib.external_secrets import RemoteKey as RemoteKey
    from constructs_lib.external_secrets import SecretStore as SecretStore
    from constructs_lib.heartbeat import HeartbeatLiveness as HeartbeatLiveness
    from constructs_lib.jobs import CronJob as CronJob
    from constructs_lib.jobs import Job as Job
    from constructs_lib.jobs import Migration as Migration
    from constructs_lib.jobs import RunOptions as RunOptions
    from constructs_lib.keda import KedaScaling as KedaScaling
    from constructs_lib.keda import PrometheusTrigger as PrometheusTrigger
    from constructs_lib.keda import QueueScaling as QueueScaling
    from constructs_lib.monitoring import Exporter as Exporter
    from constructs_lib.monitoring import Monitors as Monitors
    from constructs_lib.monitoring import PodMonitor as PodMonitor
    from constructs_lib.monitoring import postgres_exporter as postgres_exporter
    from constructs_lib.monitoring import redis_exporter as redis_exporter
    from constructs_lib.namespace_chart import Defaults as Defaults
    from constructs_lib.namespace_chart import NamespaceChart as NamespaceChart
    from constructs_lib.network_policies import CidrPeer as CidrPeer
    from constructs_lib.network_policies import PodPeer as PodPeer
    from constructs_lib.output import synth as synth
    from constructs_lib.pods import PodOptions as PodOptions
    from constructs_lib.pods import ServiceAccountRef as ServiceAccountRef
    from constructs_lib.postgresql import PostgreSQL as PostgreSQL
    from constructs_lib.probes import ExecProbe as ExecProbe
    from constructs_lib.probes import GrpcProbe as GrpcProbe
    from constructs_lib.probes import HttpProbe as HttpProbe
    from constructs_lib.probes import Probes as Probes
    from constructs_lib.probes import TcpProbe as TcpProbe
    from constructs_lib.quota import Headroom as Headroom
    from constructs_lib.redis import Redis as Redis
    from constructs_lib.report import summary as summary
    from constructs_lib.resources import Resources as Resources
    from constructs_lib.rollouts import Rollout as Rollout
    from constructs_lib.routes import GatewayOptions as GatewayOptions
    from constructs_lib.routes import IngressOptions as IngressOptions
    from constructs_lib.security import Security as Security
    from constructs_lib.synthesis import Synthesis as Synthesis
    from constructs_lib.volumes import ClaimVolume as ClaimVolume
    from constructs_lib.volumes import EmptyDir as EmptyDir
    from constructs_lib.volumes import SecretVolume as SecretVolume

_MODULES = {
    "api_service": ("ApiService", "Metrics", "http_probes"),
    "app": ("App", "synthesize"),
    "alerts": ("Alert", "Alerts"),
    "argocd": ("ArgoCD", "Destination"),
    "celery_beat": ("CeleryBeat",),
    "autoscaling": ("Autoscaling", "CustomMetric"),
    "backup": ("PostgreSQLBackup",),
    "celery_worker": ("CeleryWorker",),
    "cluster": ("Cluster", "Existing", "NodePool"),
    "connections": ("ExternalService", "Internet", "Queue"),
    "containers": ("Container",),
    "dashboards": ("Dashboard",),
    "dedicated_stateful": ("DedicatedStateful",),
    "env": ("ConfigMapRef", "FieldRef", "ResourceFieldRef", "SecretRef"),
    "errors": ("InputError",),
    "external_secrets": ("ExternalSource", "RemoteKey", "SecretStore"),
    "heartbeat": ("HeartbeatLiveness",),
    "jobs": ("CronJob", "Job", "Migration", "RunOptions"),
    "keda": ("KedaScaling", "PrometheusTrigger", "QueueScaling"),
    "monitoring": ("Exporter", "Monitors", "PodMonitor", "postgres_exporter", "redis_exporter"),
    "namespace_chart": ("Defaults", "NamespaceChart"),
    "network_policies": ("CidrPeer", "PodPeer"),
    "output": ("synth",),
    "pods": ("PodOptions", "ServiceAccountRef"),
    "postgresql": ("PostgreSQL",),
    "probes": ("ExecProbe", "GrpcProbe", "HttpProbe", "Probes", "TcpProbe"),
    "quota": ("Headroom",),
    "redis": ("Redis",),
    "report": ("summary",),
    "resources": ("Resources",),
    "rollouts": ("Rollout",),
    "routes": ("GatewayOptions", "IngressOptions"),
    "security": ("Security",),
    "synthesis": ("Synthesis",),
    "volumes": ("ClaimVolume", "EmptyDir", "SecretVolume"),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}

__all__ = sorted(_HOME)  # noqa: PLE0605  # the table above is the list


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
