"""How requests from outside find a service: one Ingress for each host.

Source: https://kubernetes.io/docs/concepts/services-networking/ingress/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any

from constructs_lib.network_policies import CidrPeer, Peer, PodPeer


@dataclass(frozen=True, kw_only=True)
class IngressOptions:
    """The way in for all services of a chart.

    Args:
        class_name: the IngressClass, such as `traefik` or `alb`.
        host: the host of services that name none.
        tls_secret: the Secret with the host's certificate; none where a load balancer in front ends TLS.
        annotations: what the controller is told.
        from_namespace: the controller's namespace, when requests come from its pods.
        from_cidrs: addresses instead, when they come from a load balancer with IP targets (an ALB: its
            subnets) or from a controller on the host network.
    """

    class_name: str
    host: str
    tls_secret: str | None = None
    annotations: Mapping[str, str] = field(default_factory=dict)
    from_namespace: str | None = None
    from_cidrs: Sequence[str] = ()

    def peers(self) -> list[Peer]:
        """Who requests come from."""
        pods: list[Peer] = [PodPeer(self.from_namespace)] if self.from_namespace else []
        return [*pods, *map(CidrPeer, self.from_cidrs)]

    def faults(self) -> Iterator[str]:
        """What is wrong with the options."""
        if not self.from_namespace and not self.from_cidrs:
            yield (
                "ingress: nobody could reach the services; name the controller's namespace (from_namespace), or the "
                "load balancer's addresses (from_cidrs)"
            )
        for cidr in self.from_cidrs:
            try:
                ip_network(cidr)
            except ValueError as error:
                yield f"ingress.from_cidrs: {error}"


@dataclass(frozen=True)
class Route:
    """A path of a host, and the Service port behind it.

    Args:
        host: such as `api.example.com`.
        path: the prefix, beginning with a slash.
        service: name of the Service.
        port: name of its port.
    """

    host: str
    path: str
    service: str
    port: str


def path_faults(path: str) -> Iterator[str]:
    """What is wrong with a prefix."""
    if not path.startswith("/"):
        yield f"path={path!r}: must begin with a slash"
    for part in ("//", "/./", "/../", "?", "#", " "):
        if part in path:
            yield f"path={path!r}: {part!r} can't be in a prefix"


def ingress(options: IngressOptions, host: str, routes: Iterable[Route]) -> dict[str, Any]:
    """The Ingress of the host; longer paths come first, for some controllers take the first that fits."""
    ordered = sorted(routes, key=lambda route: (-len(route.path), route.path))
    tls = {"tls": [{"hosts": [host], "secretName": options.tls_secret}]} if options.tls_secret else {}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": host.replace("*", "wildcard"), "annotations": dict(options.annotations)},
        "spec": {
            "ingressClassName": options.class_name,
            **tls,
            "rules": [{"host": host, "http": {"paths": [_path(route) for route in ordered]}}],
        },
    }


def _path(route: Route) -> dict[str, Any]:
    backend = {"service": {"name": route.service, "port": {"name": route.port}}}
    return {"path": route.path, "pathType": "Prefix", "backend": backend}
