"""The model of the values files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

import constructs_lib
from constructs_lib import CeleryPool, Labels, StrictModel, merge
from growbin.fields import (
    Bytes,
    Count,
    Cpu,
    Digest,
    HostName,
    Interval,
    Name,
    ObjectName,
    Path,
    Port,
    Registry,
    Repository,
    SecretKey,
    Switch,
    Tag,
    Text,
    WebAddress,
)

SHARED = "values.yaml"
"""The file that the file of each environment overrides."""


class Image(StrictModel):
    """The image; a digest takes precedence over the tag."""

    registry: Registry
    repository: Repository
    tag: Tag | None = None
    digest: Digest | None = None

    @model_validator(mode="after")
    def _has_version(self) -> Image:
        if not self.tag and not self.digest:
            raise ValueError("needs a tag, or a digest")
        return self

    def __str__(self) -> str:
        version = f"@{self.digest}" if self.digest else f":{self.tag}"
        return f"{self.registry}/{self.repository}{version}"


class Global(StrictModel):
    """Settings that all services share."""

    image: Image
    image_pull_secrets: tuple[ObjectName, ...] = ()


class Destination(StrictModel):
    """The cluster of an environment in Argo CD."""

    name: str | None = None
    server: str | None = None

    def __str__(self) -> str:
        """Its name; the address of Argo CD's own cluster is another word for `in-cluster`."""
        return "in-cluster" if self.server == "https://kubernetes.default.svc" else self.name or self.server or ""


class SecretStore(StrictModel):
    """The store from which the External Secrets Operator creates the Secrets."""

    name: ObjectName
    kind: Literal["ClusterSecretStore", "SecretStore"] = "ClusterSecretStore"
    path: Text


class ArgoCD(StrictModel):
    """The git repository that Argo CD deploys."""

    namespace: Name
    repo_url: str = Field(alias="repoURL")
    target_revision: Text = "main"


class Gateway(StrictModel):
    """An existing Gateway."""

    name: ObjectName
    namespace: ObjectName
    listener: Text | None = None


class Ingress(StrictModel):
    """Routes to all APIs: an Ingress, or with `gateway` an HTTPRoute."""

    gateway: Gateway | None = None
    class_name: ObjectName | None = None
    host: HostName
    tls_secret: ObjectName | None = None
    annotations: Mapping[str, str] = Field(default_factory=dict)
    from_namespace: ObjectName | None = None
    from_cidrs: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _has_controller(self) -> Ingress:
        if self.gateway is None and self.class_name is None:
            raise ValueError("needs a className, or a gateway")
        return self


class Internet(StrictModel):
    """Hosts outside the cluster."""

    hosts: tuple[HostName, ...] = Field(min_length=1)
    port: Port = 443
    secret: Text | None = None


class Amounts(StrictModel):
    """CPU and memory."""

    cpu: Cpu | None = None
    memory: Bytes | None = None


class Resources(StrictModel):
    """Requests and limits, as in a container."""

    requests: Amounts = Amounts()
    limits: Amounts = Amounts()


def container_resources(values: Resources) -> constructs_lib.Resources:
    """As the constructs take them; what is left out has their defaults."""
    defaults = constructs_lib.Resources()
    return constructs_lib.Resources(
        cpu=values.requests.cpu or defaults.cpu,
        memory=values.requests.memory or defaults.memory,
        cpu_limit=values.limits.cpu,
        memory_limit=values.limits.memory,
    )


class Autoscaling(StrictModel):
    """A HorizontalPodAutoscaler on CPU; of a worker with `tasksPerPod`, KEDA on the length of its queue."""

    enabled: Switch = True
    min_replicas: Annotated[int, Field(strict=True, ge=0)] | None = None
    max_replicas: Count
    target_cpu_utilization_percentage: Count = 70
    tasks_per_pod: Count | None = None


class Metrics(StrictModel):
    """Metrics on the API's own port."""

    enabled: Switch = True
    path: Path = "/metrics"


class Service(StrictModel):
    """Settings that an API and a worker share."""

    enabled: Switch = True
    replicas: Count = 1
    resources: Resources = Resources()
    autoscaling: Autoscaling | None = None
    uses: tuple[str, ...] = ()
    sends_to: tuple[str, ...] | None = None
    env: Mapping[str, str] = Field(default_factory=dict)
    image: Text | None = None


class Migration(StrictModel):
    """The migration of the database for a new image."""

    command: tuple[str, ...] = Field(min_length=1)
    resources: Resources | None = None


class Api(Service):
    """A FastAPI service; its path is `/api/v1/<name>` unless given."""

    port: Port = 8000
    path: Path | None = None
    health_path: Path = "/health"
    metrics: Metrics = Metrics(enabled=False)
    migration: Migration | None = None


class Worker(Service):
    """A Celery worker; its queue is `q.<name>` and its app `workers.<name>` unless given."""

    queue: Text | None = None
    app: Text | None = None
    pool: CeleryPool = "prefork"
    concurrency: Count = 1
    time_limit: Count | None = None
    soft_time_limit: Count | None = None
    command: tuple[str, ...] = ()


class Section(StrictModel, extra="allow"):
    """Services of one namespace, by name, beside what they share."""

    namespace: str
    node_selector: Labels

    @model_validator(mode="before")
    @classmethod
    def _lay_over_defaults(cls, data: Any) -> Any:
        """Lay each service over the section's `defaults`."""
        defaults = data.get("defaults") if isinstance(data, dict) else None
        if not isinstance(defaults, dict):
            return data
        own = {field.alias for field in cls.model_fields.values()}
        return {
            name: merge(defaults, value) if name not in own and isinstance(value, dict) else value
            for name, value in data.items()
        }


class ApiSection(Section):
    """The REST layer: each further key is an API."""

    __pydantic_extra__: dict[Name, Api]
    defaults: Api = Api()

    def services(self) -> Iterator[tuple[str, Api]]:
        """The enabled services, in the order of the file."""
        return ((name, api) for name, api in self.__pydantic_extra__.items() if api.enabled)


class WorkerSection(Section):
    """The worker layer: each further key is a worker."""

    __pydantic_extra__: dict[Name, Worker]
    defaults: Worker = Worker()

    def services(self) -> Iterator[tuple[str, Worker]]:
        """The enabled services, in the order of the file."""
        return ((name, worker) for name, worker in self.__pydantic_extra__.items() if worker.enabled)


class Store(StrictModel):
    """A data store on a node of its own."""

    enabled: Switch = True
    node_selector: Labels
    image: str
    storage: Bytes
    storage_class: ObjectName | None = None
    resources: Resources
    exporter: Switch = False


class Backup(StrictModel):
    """Dumps on a claim of their own."""

    enabled: Switch = False
    schedule: str = "0 2 * * *"
    keep: Count = 7
    storage: Bytes = "20Gi"


class Database(Store):
    """PostgreSQL."""

    database: Text
    backup: Backup = Backup()


class Data(StrictModel):
    """The data stores."""

    namespace: str
    postgresql: Database
    redis: Store


class RabbitMQ(StrictModel):
    """The broker: an existing one, or one that the app creates."""

    enabled: Switch = True
    monitor: Switch = False
    existing: Switch = True
    node_selector: Labels
    storage: Bytes
    resources: Resources


class Messaging(StrictModel):
    """The namespace of the broker."""

    namespace: str
    rabbitmq: RabbitMQ


class Monitoring(StrictModel):
    """Settings for Prometheus and Grafana."""

    namespace: str
    enabled: Switch = True
    labels: Labels = Field(default_factory=dict)
    interval: Interval = "30s"
    runbooks: WebAddress
    dashboard: Switch = True


class Values(StrictModel):
    """One environment."""

    cluster: str
    destination: Destination
    namespaces: Mapping[str, Name]
    global_: Global = Field(alias="global")
    ingress: Ingress
    secrets: Mapping[ObjectName, tuple[SecretKey, ...]]
    secret_store: SecretStore | None = None
    internet: Mapping[str, Internet] = Field(default_factory=dict)
    api: ApiSection
    async_: WorkerSection = Field(alias="async")
    data: Data
    messaging: Messaging
    monitoring: Monitoring
    argocd: ArgoCD

    def namespace(self, name: str) -> str:
        """Return the namespace of a section."""
        return self.namespaces.get(name, name)

    def section_namespaces(self) -> dict[str, str]:
        """Return the key of each section's namespace."""
        return {
            "api": self.api.namespace,
            "async": self.async_.namespace,
            "data": self.data.namespace,
            "messaging": self.messaging.namespace,
            "monitoring": self.monitoring.namespace,
        }

    def own_namespaces(self) -> list[str]:
        """Return the keys of the namespaces that the app creates, in the order of the sections."""
        exist = {"monitoring"} | ({"messaging"} if self.messaging.rabbitmq.existing else set())
        return [name for section, name in self.section_namespaces().items() if section not in exist]

    def queues(self) -> list[str]:
        """The queues that the workers read."""
        return list(dict.fromkeys(worker.queue or f"q.{name}" for name, worker in self.async_.services()))

    def scales_on_queues(self) -> bool:
        """Return True if KEDA has to look into the broker."""
        scalers = [worker.autoscaling for _, worker in self.async_.services()]
        return any(scaler.enabled and scaler.tasks_per_pod for scaler in scalers if scaler)
