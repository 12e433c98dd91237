"""ApiService: a service that answers requests over HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from constructs import Construct
from typing_extensions import Unpack

from constructs_lib.app.argument_types import checked
from constructs_lib.errors import Fault, minimum_faults, shown
from constructs_lib.kubernetes.addresses import network_faults
from constructs_lib.kubernetes.names import annotation_faults, host_faults
from constructs_lib.manifests.monitors import ScrapeEndpoint, service_monitor
from constructs_lib.manifests.networking.network_policies import CidrPeer, PodPeer, ingress_rule
from constructs_lib.manifests.networking.routes import Route, prefix_faults
from constructs_lib.manifests.networking.service import ServiceType, service
from constructs_lib.manifests.pods.container import Container
from constructs_lib.manifests.pods.env import ConfigMapRef, Env, SecretRef
from constructs_lib.manifests.pods.probes import HttpProbe, Probes
from constructs_lib.manifests.pods.resources import DEFAULT_RESOURCES, Resources
from constructs_lib.manifests.pods.volumes import Volume
from constructs_lib.manifests.scaling.hpa import Scaling
from constructs_lib.manifests.scaling.rollout import Rollout
from constructs_lib.workloads.endpoints import ServiceEndpoint, address_env, env_prefix
from constructs_lib.workloads.workload import ClientOptions, Workload

HTTP = "http"

HEALTH_PATH = "/health"
"""FastAPI brings no health route; this is the path that most of its users give theirs."""


def http_probes(path: str = HEALTH_PATH, liveness_path: str | None = None) -> Probes:
    """Probes for a web service: up to a minute to start, out of the Service when not ready, restarted when stuck.

    The liveness path must not depend on a database or broker, or an outage there restarts every pod.

    Args:
        path: for startup and readiness.
        liveness_path: by default the same.
    """
    return Probes(
        startup=HttpProbe(path, period_seconds=2, failure_threshold=30),
        readiness=HttpProbe(path, period_seconds=5, failure_threshold=2),
        liveness=HttpProbe(liveness_path or path, period_seconds=10, failure_threshold=3),
    )


@dataclass(frozen=True)
class Metrics:
    """The metrics endpoint; the policy admits Prometheus' namespace to the port.

    A ServiceMonitor is written where the chart's `Defaults` have `monitors`.

    Args:
        port: name of the port.
        path: path on this port.
    """

    port: str = HTTP
    path: str = "/metrics"

    def faults(self) -> Iterator[Fault]:
        """Yield the faults of the path."""
        if not self.path.startswith("/"):
            yield Fault("metrics.path", f"{shown(self.path)} must begin with a slash")


class ApiService(Workload, ServiceEndpoint):
    """Deployment, Service, ServiceAccount and NetworkPolicy of an HTTP service; route, autoscaler and budget on demand.

    Args:
        image: image with a tag or digest.
        port: port of the container and of its Service; its name is `http`.
        ports: further ports by name, such as `{"grpc": 9000}`.
        path: path prefix, or several, that the chart's Ingress routes to the service; none for an internal service.
        host: host of the routes; by default the chart's.
        replicas: number of pods; with an autoscaler, its minimum.
        autoscaling: scale by CPU or memory (`Autoscaling`) or other metrics
            (`KedaScaling`); the Deployment then has no `replicas`.
        rollout: strategy of rolling updates; the default also completes on a full node.
        resources: requests and limits of the container.
        env: environment variables in the given order: strings, or handles such as `SecretRef(...).key(...)`.
        env_from: Secrets and ConfigMaps whose keys all become environment variables.
        command: replaces the image's entry point.
        args: replaces the image's arguments.
        config_files: contents of files by absolute path; a change replaces the pods.
        volumes: volumes that the container mounts.
        probes: HTTP on `/health` by default; `Probes()` for none.
        metrics: endpoint that Prometheus scrapes; none by default.
        drain_seconds: seconds that a pod keeps serving after its removal from the Service, before SIGTERM, because
            load balancers learn of the removal late. Needs `sleep` in the image; 0 turns it off.
        service_type: `ClusterIP`, `NodePort` or `LoadBalancer`.
        service_annotations: annotations of the Service, such as settings of a load balancer.
        from_cidrs: address ranges that may call a `NodePort` or `LoadBalancer`, such as `["0.0.0.0/0"]` for all
            addresses; the NetworkPolicy blocks all others.

    The remaining arguments are those of `ClientOptions`.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        image: str,
        port: int = 8000,
        ports: Mapping[str, int] | None = None,
        path: str | Sequence[str] = (),
        host: str | Sequence[str] = (),
        replicas: int = 1,
        autoscaling: Scaling | None = None,
        rollout: Rollout | None = None,
        resources: Resources = DEFAULT_RESOURCES,
        env: Env | None = None,
        env_from: Sequence[SecretRef | ConfigMapRef] = (),
        command: Sequence[str] = (),
        args: Sequence[str] = (),
        config_files: Mapping[str, str] | None = None,
        volumes: Sequence[Volume] = (),
        probes: Probes | None = None,
        metrics: Metrics | None = None,
        drain_seconds: int = 5,
        service_type: ServiceType = "ClusterIP",
        service_annotations: Mapping[str, str] | None = None,
        from_cidrs: Sequence[str] = (),
        component: str = "api-sync",
        **options: Unpack[ClientOptions],
    ) -> None:
        super().__init__(scope, construct_id, component=component, **options)
        self.port = port
        self._ports = {HTTP: port, **{name: number for name, number in (ports or {}).items() if name != HTTP}}
        self._report(
            [Fault("ports", f"{shown(HTTP)} is the name of the argument port; set it there")]
            if HTTP in (ports or {})
            else [],
            _drain_faults(drain_seconds, self._pod.termination_grace_period_seconds),
            annotation_faults("service_annotations", service_annotations or {}),
            self._caller_faults(service_type, from_cidrs),
            metrics.faults() if metrics is not None else (),
        )
        container = Container(
            name="api",
            image=image,
            command=command,
            args=args,
            env=self._env(env or {}),
            env_from=env_from,
            ports=self._ports,
            resources=resources,
            probes=http_probes() if probes is None else probes,
            volumes=volumes,
            pre_stop=["sleep", str(drain_seconds)] if drain_seconds else (),
        )
        template = self._template(container, config_files or {}, grace_seconds=30 + drain_seconds)
        manifests = self._deployment(template, replicas, autoscaling, rollout)
        manifests.append(
            service(
                self.name,
                self.selector,
                self._ports,
                service_type=service_type,
                annotations=service_annotations,
            )
        )
        monitors = self._settings.defaults.monitors
        if metrics is not None and monitors is not None:
            endpoint = ScrapeEndpoint(port=metrics.port, path=metrics.path)
            manifests.append(service_monitor(self.name, self.selector, endpoint, monitors))
        routed = self._add_routes(_listed(path), _listed(host))
        callers = [ingress_rule([*map(CidrPeer, from_cidrs)], self.namespace, [port])] if from_cidrs else []
        self._create(template, manifests, [*callers, *self._from_ingress(routed), *self._from_metrics(metrics)])
        self.deployment = self.objects["Deployment"]
        self.service = self.objects["Service"]

    def client_env(self) -> Env:
        """`<NAME>_HOST`, `<NAME>_PORT` and `<NAME>_URL`."""
        url = {f"{env_prefix(self.name)}_URL": f"http://{self.host}:{self.port}"}
        return {**address_env(self.name, self.host, self.port), **url}

    # Parts

    def _caller_faults(self, service_type: ServiceType, from_cidrs: Sequence[str]) -> Iterator[Fault]:
        yield from network_faults("from_cidrs", from_cidrs)
        if service_type != "ClusterIP" and not from_cidrs and self._settings.defaults.network_policies:
            yield Fault(
                "service_type",
                f"{shown(service_type)}: its NetworkPolicy would admit no caller; set from_cidrs to the "
                "addresses that call it, such as ['0.0.0.0/0'] for all addresses",
            )

    def _add_routes(self, paths: Sequence[str], hosts: Sequence[str]) -> bool:
        chart = self._settings.chart
        options = chart.ingress_options if chart else None
        if not paths:
            self._report([Fault("host", f"{shown(host)}: a host needs a path; add path='/'") for host in hosts])
            return False
        if chart is None or options is None:
            self._report(
                [
                    Fault(
                        "path",
                        f"{shown(paths[0])}: its chart has no Ingress or Gateway; write "
                        "NamespaceChart(ingress=IngressOptions(class_name=..., host=..., from_namespace=...))",
                    )
                ]
            )
            return False
        wrong_hosts = [fault for host in hosts for fault in host_faults("host", host)]
        self._report(wrong_hosts)
        if wrong_hosts:
            return False
        for path in paths:
            wrong = [*prefix_faults(path)]
            self._report(wrong)
            if wrong:
                continue
            for host in hosts or [options.host]:
                chart.add_route(self, Route(host, path, self.name, HTTP, self.port))
        return True

    def _from_ingress(self, routed: bool) -> list[dict[str, Any]]:
        chart = self._settings.chart
        options = chart.ingress_options if chart and routed else None
        return [ingress_rule(options.peers(), self.namespace, [self.port])] if options else []

    def _from_metrics(self, metrics: Metrics | None) -> list[dict[str, Any]]:
        if metrics is None:
            return []
        if metrics.port not in self._ports:
            self._report(
                [Fault("metrics.port", f"unknown port {shown(metrics.port)}; its ports are ({', '.join(self._ports)})")]
            )
            return []
        prometheus = PodPeer(self._settings.defaults.metrics_namespace)
        return [ingress_rule([prometheus], self.namespace, [self._ports[metrics.port]])]


def _drain_faults(drain: int, grace: int | None) -> Iterator[Fault]:
    yield from minimum_faults("drain_seconds", drain, 0)
    if grace is not None and 0 < grace <= drain:
        yield Fault(
            "drain_seconds",
            f"{drain} must be less than the pod's grace period of {grace} seconds, or "
            "the pod is killed while it drains",
        )


def _listed(value: str | Sequence[str]) -> Sequence[str]:
    return [value] if isinstance(value, str) else value
