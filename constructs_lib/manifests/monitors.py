"""ServiceMonitors, PodMonitors, and exporters of data stores for Prometheus.

Source: https://prometheus-operator.dev/docs/api-reference/api/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from constructs_lib.errors import Fault
from constructs_lib.manifests.pods.container import Container
from constructs_lib.manifests.pods.env import Env, SecretRef
from constructs_lib.manifests.pods.resources import Resources

METRICS: Final = "metrics"
_SMALL: Final = Resources(cpu="20m", memory="48Mi")


@dataclass(frozen=True, kw_only=True)
class Monitors:
    """Settings of the monitors; without them, none are written, for a cluster without the Prometheus Operator.

    Args:
        labels: labels by which Prometheus selects monitors, such as `{"release": "prometheus"}`.
        interval: scrape interval, such as `30s` or `1m`.
    """

    labels: Mapping[str, str] = field(default_factory=dict)
    interval: str = "30s"


@dataclass(frozen=True, kw_only=True)
class ScrapeEndpoint:
    """An endpoint that Prometheus scrapes.

    Args:
        port: name of the port.
        path: path on this port.
        params: query parameters.
    """

    port: str = METRICS
    path: str = "/metrics"
    params: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def render(self, interval: str) -> dict[str, Any]:
        """The entry of a monitor's endpoints."""
        params = {"params": {name: list(values) for name, values in self.params.items()}} if self.params else {}
        return {"port": self.port, "path": self.path, "interval": interval, **params}


@dataclass(frozen=True, kw_only=True)
class Exporter:
    """A sidecar of a data store that exports metrics to Prometheus.

    Args:
        container: container with one port, `metrics`; it connects to the store on 127.0.0.1.
        path: path on this port.
    """

    container: Container
    path: str = "/metrics"

    @property
    def port(self) -> int:
        """The port of the exporter."""
        return self.container.ports.get(METRICS, 0)

    def faults(self) -> Iterator[Fault]:
        """Yield the faults of it."""
        if METRICS not in self.container.ports:
            yield Fault(f"exporter {self.container.name}", f"its container must have a port named {METRICS}")
        yield from (fault.within(f"exporter {self.container.name}") for fault in self.container.faults())


def postgres_exporter(
    credentials: SecretRef,
    database: str,
    *,
    image: str = "quay.io/prometheuscommunity/postgres-exporter:v0.17.1",
    resources: Resources = _SMALL,
) -> Exporter:
    """PostgreSQL's exporter, with the login of its Secret's keys `username` and `password`.

    Source: https://github.com/prometheus-community/postgres_exporter
    """
    env: Env = {
        "DATA_SOURCE_URI": f"127.0.0.1:5432/{database}?sslmode=disable",
        "DATA_SOURCE_USER": credentials.key("username"),
        "DATA_SOURCE_PASS": credentials.key("password"),
    }
    return _exporter(image, 9187, env, resources)


def redis_exporter(
    credentials: SecretRef | None,
    *,
    image: str = "docker.io/oliver006/redis_exporter:v1.67.0",
    resources: Resources = _SMALL,
) -> Exporter:
    """Redis' exporter, with the password of its Secret's key `password`.

    Source: https://github.com/oliver006/redis_exporter
    """
    password: Env = {} if credentials is None else {"REDIS_PASSWORD": credentials.key("password")}
    return _exporter(image, 9121, {"REDIS_ADDR": "redis://127.0.0.1:6379", **password}, resources)


def _exporter(image: str, port: int, env: Env, resources: Resources) -> Exporter:
    container = Container(name="exporter", image=image, ports={METRICS: port}, env=env, resources=resources)
    return Exporter(container=container)


def service_monitor(
    name: str, labels: Mapping[str, str], endpoint: ScrapeEndpoint, monitors: Monitors
) -> dict[str, Any]:
    """The ServiceMonitor of the Services with the labels, in its own namespace."""
    spec = {"selector": {"matchLabels": dict(labels)}, "endpoints": [endpoint.render(monitors.interval)]}
    return _monitor("ServiceMonitor", name, spec, monitors)


def pod_monitor(
    name: str, labels: Mapping[str, str], endpoints: Sequence[ScrapeEndpoint], monitors: Monitors
) -> dict[str, Any]:
    """The PodMonitor of the pods with the labels, in its own namespace."""
    rendered = [endpoint.render(monitors.interval) for endpoint in endpoints]
    return _monitor(
        "PodMonitor", name, {"selector": {"matchLabels": dict(labels)}, "podMetricsEndpoints": rendered}, monitors
    )


def _monitor(kind: str, name: str, spec: dict[str, Any], monitors: Monitors) -> dict[str, Any]:
    metadata = {"name": name, "labels": dict(monitors.labels)}
    return {"apiVersion": "monitoring.coreos.com/v1", "kind": kind, "metadata": metadata, "spec": spec}
