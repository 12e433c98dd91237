"""Services, Celery workers and data stores on Kubernetes, as CDK8s constructs.

Names are loaded when they are first used, so that the command line and the checks start without Node.
"""

from __future__ import annotations

from dataclasses import is_dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from constructs_lib.errors import check_call

if TYPE_CHECKING:
    from constructs_lib.app.api_objects import PlainManifest as PlainManifest
    from constructs_lib.app.api_objects import add_manifest as add_manifest
    from constructs_lib.app.app import App as App
    from constructs_lib.app.summary import summary as summary
    from constructs_lib.app.synthesis import Synthesis as Synthesis
    from constructs_lib.app.validation import synthesize as synthesize
    from constructs_lib.app.writer import synth as synth
    from constructs_lib.checks.engine.finding import Finding as Finding
    from constructs_lib.checks.engine.finding import Severity as Severity
    from constructs_lib.checks.engine.repository_files import RepositoryFiles as RepositoryFiles
    from constructs_lib.checks.engine.world import World as World
    from constructs_lib.errors import Fault as Fault
    from constructs_lib.errors import InputError as InputError
    from constructs_lib.errors import did_you_mean as did_you_mean
    from constructs_lib.inventory.cluster import Amount as Amount
    from constructs_lib.inventory.cluster import Cluster as Cluster
    from constructs_lib.inventory.cluster import Existing as Existing
    from constructs_lib.inventory.cluster import ExistingKeys as ExistingKeys
    from constructs_lib.inventory.cluster import ExistingService as ExistingService
    from constructs_lib.inventory.cluster import Labels as Labels
    from constructs_lib.inventory.cluster import NodePool as NodePool
    from constructs_lib.inventory.cluster import StrictModel as StrictModel
    from constructs_lib.inventory.cluster import Taint as Taint
    from constructs_lib.inventory.layered_yaml import Layer as Layer
    from constructs_lib.inventory.layered_yaml import Layers as Layers
    from constructs_lib.inventory.layered_yaml import examine as examine
    from constructs_lib.inventory.layered_yaml import load_layers as load_layers
    from constructs_lib.inventory.layered_yaml import merge as merge
    from constructs_lib.kubernetes.field_path import FieldPath as FieldPath
    from constructs_lib.kubernetes.image_references import IMAGE_DIGEST as IMAGE_DIGEST
    from constructs_lib.kubernetes.image_references import IMAGE_REGISTRY as IMAGE_REGISTRY
    from constructs_lib.kubernetes.image_references import IMAGE_REPOSITORY as IMAGE_REPOSITORY
    from constructs_lib.kubernetes.image_references import IMAGE_TAG as IMAGE_TAG
    from constructs_lib.kubernetes.names import DNS_NAME as DNS_NAME
    from constructs_lib.kubernetes.names import KEY as KEY
    from constructs_lib.kubernetes.names import SERVICE_NAME as SERVICE_NAME
    from constructs_lib.kubernetes.names import Form as Form
    from constructs_lib.kubernetes.names import form_faults as form_faults
    from constructs_lib.kubernetes.names import host_faults as host_faults
    from constructs_lib.kubernetes.quantities import MEBI as MEBI
    from constructs_lib.kubernetes.quantities import quantity_faults as quantity_faults
    from constructs_lib.kubernetes.yaml_reader import Document as Document
    from constructs_lib.kubernetes.yaml_reader import YamlError as YamlError
    from constructs_lib.kubernetes.yaml_reader import read_documents as read_documents
    from constructs_lib.kubernetes.yaml_writer import write_documents as write_documents
    from constructs_lib.manifests.external_secrets import ExternalSource as ExternalSource
    from constructs_lib.manifests.external_secrets import RemoteKey as RemoteKey
    from constructs_lib.manifests.external_secrets import SecretStore as SecretStore
    from constructs_lib.manifests.external_secrets import properties as properties
    from constructs_lib.manifests.external_secrets import url_encoded as url_encoded
    from constructs_lib.manifests.monitors import Exporter as Exporter
    from constructs_lib.manifests.monitors import Monitors as Monitors
    from constructs_lib.manifests.monitors import ScrapeEndpoint as ScrapeEndpoint
    from constructs_lib.manifests.monitors import postgres_exporter as postgres_exporter
    from constructs_lib.manifests.monitors import redis_exporter as redis_exporter
    from constructs_lib.manifests.networking.network_policies import CidrPeer as CidrPeer
    from constructs_lib.manifests.networking.network_policies import PodPeer as PodPeer
    from constructs_lib.manifests.networking.network_policies import network_policy as network_policy
    from constructs_lib.manifests.networking.routes import GatewayOptions as GatewayOptions
    from constructs_lib.manifests.networking.routes import IngressOptions as IngressOptions
    from constructs_lib.manifests.networking.routes import Route as Route
    from constructs_lib.manifests.networking.routes import Routing as Routing
    from constructs_lib.manifests.pods.container import Container as Container
    from constructs_lib.manifests.pods.env import ConfigMapKey as ConfigMapKey
    from constructs_lib.manifests.pods.env import ConfigMapRef as ConfigMapRef
    from constructs_lib.manifests.pods.env import FieldRef as FieldRef
    from constructs_lib.manifests.pods.env import ResourceFieldRef as ResourceFieldRef
    from constructs_lib.manifests.pods.env import SecretKey as SecretKey
    from constructs_lib.manifests.pods.env import SecretRef as SecretRef
    from constructs_lib.manifests.pods.env import SecretSource as SecretSource
    from constructs_lib.manifests.pods.heartbeat_liveness import HeartbeatLiveness as HeartbeatLiveness
    from constructs_lib.manifests.pods.probes import ExecProbe as ExecProbe
    from constructs_lib.manifests.pods.probes import GrpcProbe as GrpcProbe
    from constructs_lib.manifests.pods.probes import HttpProbe as HttpProbe
    from constructs_lib.manifests.pods.probes import Probe as Probe
    from constructs_lib.manifests.pods.probes import Probes as Probes
    from constructs_lib.manifests.pods.probes import TcpProbe as TcpProbe
    from constructs_lib.manifests.pods.resources import Resources as Resources
    from constructs_lib.manifests.pods.security import Security as Security
    from constructs_lib.manifests.pods.template import PodOptions as PodOptions
    from constructs_lib.manifests.pods.template import ServiceAccountRef as ServiceAccountRef
    from constructs_lib.manifests.pods.volumes import ClaimVolume as ClaimVolume
    from constructs_lib.manifests.pods.volumes import EmptyDir as EmptyDir
    from constructs_lib.manifests.pods.volumes import SecretVolume as SecretVolume
    from constructs_lib.manifests.pods.volumes import Volume as Volume
    from constructs_lib.manifests.scaling.hpa import Autoscaling as Autoscaling
    from constructs_lib.manifests.scaling.hpa import CustomMetric as CustomMetric
    from constructs_lib.manifests.scaling.hpa import ScaleTarget as ScaleTarget
    from constructs_lib.manifests.scaling.hpa import Scaling as Scaling
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
    from constructs_lib.workloads.celery_worker import CeleryPool as CeleryPool
    from constructs_lib.workloads.celery_worker import CeleryWorker as CeleryWorker
    from constructs_lib.workloads.dedicated_stateful import DedicatedStateful as DedicatedStateful
    from constructs_lib.workloads.dedicated_stateful import StoreOptions as StoreOptions
    from constructs_lib.workloads.endpoints import Endpoint as Endpoint
    from constructs_lib.workloads.endpoints import ExternalService as ExternalService
    from constructs_lib.workloads.endpoints import Internet as Internet
    from constructs_lib.workloads.endpoints import Queue as Queue
    from constructs_lib.workloads.endpoints import secret_env as secret_env
    from constructs_lib.workloads.ingress_rules import IngressRules as IngressRules
    from constructs_lib.workloads.jobs import CronJob as CronJob
    from constructs_lib.workloads.jobs import Job as Job
    from constructs_lib.workloads.jobs import JobOptions as JobOptions
    from constructs_lib.workloads.jobs import Migration as Migration
    from constructs_lib.workloads.jobs import RunOptions as RunOptions
    from constructs_lib.workloads.postgresql import PostgreSQL as PostgreSQL
    from constructs_lib.workloads.postgresql_backup import PostgreSQLBackup as PostgreSQLBackup
    from constructs_lib.workloads.redis import Redis as Redis
    from constructs_lib.workloads.workload import ClientOptions as ClientOptions
    from constructs_lib.workloads.workload import Workload as Workload
    from constructs_lib.workloads.workload import WorkloadOptions as WorkloadOptions

_MODULES = {
    "app.api_objects": (
        "PlainManifest",
        "add_manifest",
    ),
    "app.app": ("App",),
    "app.summary": ("summary",),
    "app.synthesis": ("Synthesis",),
    "app.validation": ("synthesize",),
    "app.writer": ("synth",),
    "checks.engine.finding": (
        "Finding",
        "Severity",
    ),
    "checks.engine.repository_files": ("RepositoryFiles",),
    "checks.engine.world": ("World",),
    "errors": (
        "Fault",
        "InputError",
        "did_you_mean",
    ),
    "inventory.cluster": (
        "Amount",
        "Cluster",
        "Existing",
        "ExistingKeys",
        "ExistingService",
        "Labels",
        "NodePool",
        "StrictModel",
        "Taint",
    ),
    "inventory.layered_yaml": (
        "Layer",
        "Layers",
        "examine",
        "load_layers",
        "merge",
    ),
    "kubernetes.field_path": ("FieldPath",),
    "kubernetes.image_references": (
        "IMAGE_DIGEST",
        "IMAGE_REGISTRY",
        "IMAGE_REPOSITORY",
        "IMAGE_TAG",
    ),
    "kubernetes.names": (
        "DNS_NAME",
        "Form",
        "KEY",
        "SERVICE_NAME",
        "form_faults",
        "host_faults",
    ),
    "kubernetes.quantities": (
        "MEBI",
        "quantity_faults",
    ),
    "kubernetes.yaml_reader": (
        "Document",
        "YamlError",
        "read_documents",
    ),
    "kubernetes.yaml_writer": ("write_documents",),
    "manifests.external_secrets": (
        "ExternalSource",
        "RemoteKey",
        "SecretStore",
        "properties",
        "url_encoded",
    ),
    "manifests.monitors": (
        "Exporter",
        "Monitors",
        "ScrapeEndpoint",
        "postgres_exporter",
        "redis_exporter",
    ),
    "manifests.networking.network_policies": (
        "CidrPeer",
        "PodPeer",
        "network_policy",
    ),
    "manifests.networking.routes": (
        "GatewayOptions",
        "IngressOptions",
        "Route",
        "Routing",
    ),
    "manifests.pods.container": ("Container",),
    "manifests.pods.env": (
        "ConfigMapKey",
        "ConfigMapRef",
        "FieldRef",
        "ResourceFieldRef",
        "SecretKey",
        "SecretRef",
        "SecretSource",
    ),
    "manifests.pods.heartbeat_liveness": ("HeartbeatLiveness",),
    "manifests.pods.probes": (
        "ExecProbe",
        "GrpcProbe",
        "HttpProbe",
        "Probe",
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
        "Volume",
    ),
    "manifests.scaling.hpa": (
        "Autoscaling",
        "CustomMetric",
        "ScaleTarget",
        "Scaling",
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
    "workloads.celery_worker": (
        "CeleryWorker",
        "CeleryPool",
    ),
    "workloads.dedicated_stateful": (
        "DedicatedStateful",
        "StoreOptions",
    ),
    "workloads.endpoints": (
        "Endpoint",
        "ExternalService",
        "Internet",
        "Queue",
        "secret_env",
    ),
    "workloads.ingress_rules": ("IngressRules",),
    "workloads.jobs": (
        "CronJob",
        "Job",
        "JobOptions",
        "Migration",
        "RunOptions",
    ),
    "workloads.postgresql": ("PostgreSQL",),
    "workloads.postgresql_backup": ("PostgreSQLBackup",),
    "workloads.redis": ("Redis",),
    "workloads.workload": (
        "ClientOptions",
        "Workload",
        "WorkloadOptions",
    ),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}

__all__ = sorted(_HOME)  # noqa: PLE0605  # made from the table above


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    if isinstance(value, type) and is_dataclass(value):
        check_call(value)
    return value
