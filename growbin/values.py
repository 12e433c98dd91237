"""The shape of the values files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

import constructs_lib
from constructs_lib.cluster import Model
from constructs_lib.quantities import parse_quantity
from constructs_lib.values import merge

SHARED = "values.yaml"
"""The file that each environment's own is laid over."""


def _quantity(value: str | int | float) -> str:
    parse_quantity(value)
    return str(value)


def _absolute(value: str) -> str:
    if not value.startswith("/"):
        raise ValueError(f"{value!r} must begin with a slash")
    return value


def _name(value: str) -> str:
    if not re.fullmatch("[a-z]([a-z0-9-]*[a-z0-9])?", value):
        raise ValueError(f"{value!r} is no name: lower-case letters, digits and '-', a letter first, none of '-' last")
    if len(value) > _LONGEST_NAME:
        raise ValueError(f"{value!r} has {len(value)} characters; the most are {_LONGEST_NAME}")
    return value


_LONGEST_NAME = 50
"""So that what is added to it, such as `-worker`, has room in a Service's 63."""

Quantity = Annotated[str, BeforeValidator(_quantity)]
Path = Annotated[str, AfterValidator(_absolute)]
Name = Annotated[str, AfterValidator(_name)]
Pool = Literal["prefork", "processes", "gevent", "eventlet", "threads", "solo"]


class Image(Model):
    """Where an image is; a digest wins over the tag."""

    registry: str
    repository: str
    tag: str = "latest"
    digest: str | None = Field(default=None, pattern=r"^sha256:[0-9a-f]{64}$")

    def __str__(self) -> str:
        version = f"@{self.digest}" if self.digest else f":{self.tag}"
        return f"{self.registry}/{self.repository}{version}"


class Global(Model):
    """What all services share."""

    image: Image
    image_pull_secrets: tuple[str, ...] = ()


class Destination(Model):
    """The cluster that an environment is deployed to, as Argo CD knows it."""

    name: str | None = None
    server: str | None = None


class SecretStore(Model):
    """Where the External Secrets Operator finds what the Secrets hold."""

    name: str = Field(min_length=1)
    kind: Literal["ClusterSecretStore", "SecretStore"] = "ClusterSecretStore"
    path: str = Field(min_length=1)


class ArgoCD(Model):
    """What Argo CD applies, and from where."""

    namespace: str
    repo_url: str = Field(alias="repoURL")
    target_revision: str = "main"


class Gateway(Model):
    """A Gateway that is there already."""

    name: str = Field(min_length=1)
    namespace: str = Field(min_length=1)
    listener: str | None = None


class Ingress(Model):
    """The way in for all APIs: an Ingress, or with `gateway` an HTTPRoute."""

    gateway: Gateway | None = None
    class_name: str
    host: str
    tls_secret: str | None = None
    annotations: Mapping[str, str] = Field(default_factory=dict)
    from_namespace: str | None = None
    from_cidrs: tuple[str, ...] = ()


class Internet(Model):
    """Hosts outside the cluster."""

    hosts: tuple[str, ...] = Field(min_length=1)
    port: int = Field(default=443, ge=1, le=65535)
    secret: str | None = None


class Amounts(Model):
    """CPU and memory."""

    cpu: Quantity | None = None
    memory: Quantity | None = None


class Resources(Model):
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


class Autoscaling(Model):
    """A HorizontalPodAutoscaler on CPU; of a worker with `tasksPerPod`, KEDA on the length of its queue."""

    enabled: bool = True
    min_replicas: int | None = Field(default=None, ge=0)
    max_replicas: int = Field(ge=1)
    target_cpu_utilization_percentage: int = Field(default=70, ge=1)
    tasks_per_pod: int | None = Field(default=None, ge=1)


class Metrics(Model):
    """Metrics on the API's own port."""

    enabled: bool = True
    path: Path = "/metrics"


class Service(Model):
    """What an API and a worker have in common."""

    enabled: bool = True
    replicas: int = Field(default=1, ge=1)
    resources: Resources = Resources()
    autoscaling: Autoscaling | None = None
    uses: tuple[str, ...] = ()
    sends_to: tuple[str, ...] | None = None
    env: Mapping[str, str] = Field(default_factory=dict)
    image: str | None = None


class Migration(Model):
    """What brings the database to what the new image expects."""

    command: tuple[str, ...] = Field(min_length=1)
    resources: Resources | None = None


class Api(Service):
    """A FastAPI service; its path is `/api/v1/<name>` unless given."""

    port: int = Field(default=8000, ge=1, le=65535)
    path: Path | None = None
    health_path: Path = "/health"
    metrics: Metrics = Metrics(enabled=False)
    migration: Migration | None = None


class Worker(Service):
    """A Celery worker; its queue is `q.<name>` and its app `workers.<name>` unless given."""

    queue: str | None = None
    app: str | None = None
    pool: Pool = "prefork"
    concurrency: int = Field(default=1, ge=1)
    time_limit: int | None = Field(default=None, ge=1)
    soft_time_limit: int | None = Field(default=None, ge=1)
    command: tuple[str, ...] = ()


class Section(Model, extra="allow"):
    """Services of one namespace, by name, beside what they share."""

    namespace: str
    node_selector: Mapping[str, str]

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
        """The enabled ones, in the order of the file."""
        return ((name, api) for name, api in self.__pydantic_extra__.items() if api.enabled)


class WorkerSection(Section):
    """The worker layer: each further key is a worker."""

    __pydantic_extra__: dict[Name, Worker]
    defaults: Worker = Worker()

    def services(self) -> Iterator[tuple[str, Worker]]:
        """The enabled ones, in the order of the file."""
        return ((name, worker) for name, worker in self.__pydantic_extra__.items() if worker.enabled)


class Store(Model):
    """A data store on a node of its own."""

    enabled: bool = True
    node_selector: Mapping[str, str]
    image: str
    storage: Quantity
    storage_class: str | None = None
    resources: Resources
    exporter: bool = False


class Backup(Model):
    """Dumps on a claim of their own."""

    enabled: bool = False
    schedule: str = "0 2 * * *"
    keep: int = Field(default=7, ge=1)
    storage: Quantity = "20Gi"


class Database(Store):
    """PostgreSQL."""

    database: str
    backup: Backup = Backup()


class Data(Model):
    """The data stores."""

    namespace: str
    postgresql: Database
    redis: Store


class RabbitMQ(Model):
    """The broker: kept as it is, or made by us."""

    enabled: bool = True
    monitor: bool = False
    existing: bool = True
    node_selector: Mapping[str, str]
    storage: Quantity
    resources: Resources


class Messaging(Model):
    """The namespace of the broker."""

    namespace: str
    rabbitmq: RabbitMQ


class Monitoring(Model):
    """Prometheus and Grafana, and what they are told."""

    namespace: str
    enabled: bool = True
    labels: Mapping[str, str] = Field(default_factory=dict)
    interval: str = Field(default="30s", pattern=r"^(\d+(ms|[smh]))+$")
    runbooks: str
    dashboard: bool = True


class Values(Model):
    """One environment."""

    cluster: str
    destination: Destination
    namespaces: Mapping[str, Name]
    global_: Global = Field(alias="global")
    ingress: Ingress
    secrets: Mapping[str, tuple[str, ...]]
    secret_store: SecretStore | None = None
    internet: Mapping[str, Internet] = Field(default_factory=dict)
    api: ApiSection
    async_: WorkerSection = Field(alias="async")
    data: Data
    messaging: Messaging
    monitoring: Monitoring
    argocd: ArgoCD

    def namespace(self, name: str) -> str:
        """The namespace that a section means."""
        return self.namespaces.get(name, name)

    def own_namespaces(self) -> list[str]:
        """The namespaces that we write, in the order of the sections."""
        sections = [self.api.namespace, self.async_.namespace, self.data.namespace]
        if not self.messaging.rabbitmq.existing:
            sections.append(self.messaging.namespace)
        return [self.namespace(name) for name in sections]

    def scales_on_queues(self) -> bool:
        """Whether KEDA has to look into the broker."""
        scalers = [worker.autoscaling for _, worker in self.async_.services()]
        return any(scaler.enabled and scaler.tasks_per_pod for scaler in scalers if scaler)
