"""Routes to services from outside: an Ingress for each host, or HTTPRoutes of a Gateway.

Source: https://kubernetes.io/docs/concepts/services-networking/ingress/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from constructs_lib.errors import Fault, shown
from constructs_lib.kubernetes.addresses import network_faults
from constructs_lib.kubernetes.http_paths import path_faults
from constructs_lib.kubernetes.names import annotation_faults, host_faults, label_name_faults, name_faults
from constructs_lib.manifests.networking.network_policies import CidrPeer, Peer, PodPeer

_NOT_IN_PATH: Final = re.compile(r"%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9._~!$&'()*+,;=:@/%-]")
"""Source: https://www.rfc-editor.org/rfc/rfc3986#section-3.3"""


@dataclass(frozen=True)
class Route:
    """A path of a host, and the Service port behind it.

    Args:
        host: host, such as `api.example.com`.
        path: path prefix, beginning with a slash.
        service: name of the Service.
        port: name of its port.
        number: number of the same port.
    """

    host: str
    path: str
    service: str
    port: str
    number: int


@dataclass(frozen=True, kw_only=True)
class Routing:
    """Base class of `IngressOptions` and `GatewayOptions`, for the argument `ingress`.

    Args:
        host: default host of the services.
        annotations: annotations of the routes, for the controller.
        from_namespace: namespace of the controller, if requests come from its pods.
        from_cidrs: address ranges instead, if requests come from a load balancer with IP targets (for an ALB, its
            subnets) or from a controller on the host network.
    """

    host: str
    annotations: Mapping[str, str] = field(default_factory=dict)
    from_namespace: str | None = None
    from_cidrs: Sequence[str] = ()

    @property
    def most_routes(self) -> int | None:
        """The greatest number of routes in one object; None for any number."""
        return None

    def manifest(self, name: str, host: str, routes: Iterable[Route]) -> dict[str, Any]:
        """The object that leads requests to the services."""
        raise NotImplementedError

    def peers(self) -> list[Peer]:
        """Return the peers that requests come from."""
        pods: list[Peer] = [PodPeer(self.from_namespace)] if self.from_namespace else []
        return [*pods, *map(CidrPeer, self.from_cidrs)]

    def faults(self) -> Iterator[Fault]:
        """Yield the faults of the options."""
        yield from host_faults("ingress.host", self.host)
        yield from annotation_faults("ingress.annotations", self.annotations)
        if self.from_namespace:
            yield from label_name_faults("ingress.from_namespace", self.from_namespace, "Namespace")
        if not self.from_namespace and not self.from_cidrs:
            yield Fault(
                "ingress",
                "no traffic would be allowed in; set from_namespace to the ingress controller's namespace, or "
                "from_cidrs to the load balancer's addresses",
            )
        yield from network_faults("ingress.from_cidrs", self.from_cidrs)


@dataclass(frozen=True, kw_only=True)
class IngressOptions(Routing):
    """One Ingress for each host.

    Args:
        class_name: the IngressClass, such as `traefik` or `alb`.
        tls_secret: Secret with the certificate; none if a load balancer in front terminates TLS.
    """

    class_name: str
    tls_secret: str | None = None

    def manifest(self, name: str, host: str, routes: Iterable[Route]) -> dict[str, Any]:
        """The Ingress."""
        tls = {"tls": [{"hosts": [host], "secretName": self.tls_secret}]} if self.tls_secret else {}
        paths = [_path(route) for route in routes]
        spec = {"ingressClassName": self.class_name, **tls, "rules": [{"host": host, "http": {"paths": paths}}]}
        metadata = {"name": name, "annotations": dict(self.annotations)}
        return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata, "spec": spec}

    def faults(self) -> Iterator[Fault]:
        """Yield the faults of the options."""
        yield from super().faults()
        yield from name_faults("ingress.class_name", self.class_name, "IngressClass")
        if self.tls_secret is not None:
            yield from name_faults("ingress.tls_secret", self.tls_secret, "Secret")


@dataclass(frozen=True, kw_only=True)
class GatewayOptions(Routing):
    """HTTPRoutes of an existing Gateway that terminates TLS.

    Its listener must allow routes of the chart's namespace (`allowedRoutes`).
    Source: https://gateway-api.sigs.k8s.io/api-types/httproute/

    Args:
        gateway: name of the Gateway.
        namespace: where it is.
        listener: name of a listener, such as `https`; all listeners by default.
    """

    gateway: str
    namespace: str
    listener: str | None = None

    @property
    def most_routes(self) -> int:
        """An HTTPRoute has 16 rules at most."""
        return 16

    def manifest(self, name: str, host: str, routes: Iterable[Route]) -> dict[str, Any]:
        """The HTTPRoute."""
        section = {"sectionName": self.listener} if self.listener else {}
        parent = {"name": self.gateway, "namespace": self.namespace, **section}
        spec = {"parentRefs": [parent], "hostnames": [host], "rules": [_rule(route) for route in routes]}
        metadata = {"name": name, "annotations": dict(self.annotations)}
        return {
            "apiVersion": "gateway.networking.k8s.io/v1",
            "kind": "HTTPRoute",
            "metadata": metadata,
            "spec": spec,
        }

    def faults(self) -> Iterator[Fault]:
        """Yield the faults of the options."""
        yield from super().faults()
        for name in ("gateway", "namespace"):
            if not getattr(self, name):
                yield Fault(f"ingress.{name}", "name the Gateway and its namespace")


def prefix_faults(path: str) -> Iterator[Fault]:
    """Yield the faults of a prefix: what the API server rejects, and characters that controllers read differently."""
    yield from path_faults("path", path)
    for part in dict.fromkeys(_NOT_IN_PATH.findall(path)):
        yield Fault("path", f"{shown(path)} must not contain {shown(part)}")


def route_object(options: Routing, host: str, routes: Iterable[Route], part: int) -> dict[str, Any]:
    """The n-th object of the host; longer paths come first, for some controllers take the first that fits."""
    ordered = sorted(routes, key=lambda route: (-len(route.path), route.path))
    size = options.most_routes or max(len(ordered), 1)
    name = host.replace("*", "wildcard") + (f"-{part + 1}" if part else "")
    return options.manifest(name, host, ordered[part * size : (part + 1) * size])


def _rule(route: Route) -> dict[str, Any]:
    match = {"path": {"type": "PathPrefix", "value": route.path}}
    return {"matches": [match], "backendRefs": [{"name": route.service, "port": route.number}]}


def _path(route: Route) -> dict[str, Any]:
    backend = {"service": {"name": route.service, "port": {"name": route.port}}}
    return {"path": route.path, "pathType": "Prefix", "backend": backend}
