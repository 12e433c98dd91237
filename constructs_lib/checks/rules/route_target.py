"""Routes from outside: Ingress and Gateway API.

Sources: https://kubernetes.io/docs/concepts/services-networking/ingress/,
https://gateway-api.sigs.k8s.io/api-types/httproute/
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.world import World
from constructs_lib.checks.network.operators import operator_outputs
from constructs_lib.errors import did_you_mean
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import (
    Manifest,
    items,
    mapping,
    mappings,
    namespace_of,
    subject_of,
    text,
)


@dataclass(frozen=True, eq=False)
class Backend:
    """The backend of a route.

    Args:
        manifest: the Ingress or HTTPRoute.
        namespace: the Service's namespace.
        service: the Service's name.
        port: its port, a number or a name; `None` where it names none.
        name_field: path of the Service's name.
        port_field: path of the port.
    """

    manifest: Manifest
    namespace: str
    service: str
    port: int | str | None
    name_field: FieldPath
    port_field: FieldPath


def backends(world: World) -> Iterator[Backend]:
    """The Services behind all Ingresses, HTTPRoutes and GRPCRoutes."""
    for ingress in world.of_kind("Ingress"):
        for where, backend in _ingress_backends(ingress):
            yield from _ingress_backend(ingress, where, backend)
    for route in world.of_kind("HTTPRoute", "GRPCRoute"):
        for rule_place, rule in mappings(route, "spec", "rules"):
            for place, backend in mappings(rule, "backendRefs"):
                if text(backend, "kind") in ("", "Service") and not text(backend, "group"):
                    where = FieldPath("spec", "rules", rule_place, "backendRefs", place)
                    namespace = text(backend, "namespace") or namespace_of(route)
                    port = _port(backend.get("port"))
                    yield Backend(route, namespace, text(backend, "name"), port, where / "name", where / "port")


def _ingress_backends(ingress: Manifest) -> Iterator[tuple[FieldPath, Manifest]]:
    for field in ("defaultBackend", "backend"):  # the second until networking.k8s.io/v1beta1
        yield FieldPath("spec", field), mapping(ingress, "spec", field)
    for rule_place, rule in mappings(ingress, "spec", "rules"):
        for place, path in mappings(rule, "http", "paths"):
            yield FieldPath("spec", "rules", rule_place, "http", "paths", place, "backend"), mapping(path, "backend")


def _ingress_backend(ingress: Manifest, where: FieldPath, backend: Manifest) -> Iterator[Backend]:
    namespace = namespace_of(ingress)
    if text(backend, "serviceName"):
        port = _port(backend.get("servicePort"))
        name = text(backend, "serviceName")
        yield Backend(ingress, namespace, name, port, where / "serviceName", where / "servicePort")
    service = mapping(backend, "service")
    port = _port(mapping(service, "port").get("number")) or text(service, "port", "name") or None
    # The AWS controller takes such a name for an action that an annotation describes, not for a Service.
    if text(service, "name") and port != "use-annotation":
        place = where / "service"
        yield Backend(ingress, namespace, text(service, "name"), port, place / "name", place / "port")


def _port(value: object) -> int | str | None:
    return value if isinstance(value, (int, str)) and not isinstance(value, bool) else None


def _faults(world: World) -> Iterator[Finding]:
    made = {(namespace_of(manifest), name) for manifest, what in operator_outputs(world) for name in what.services}
    made |= {(service.namespace, service.name) for service in world.existing.services}
    for backend in backends(world):
        place = (backend.namespace, backend.service)
        if not backend.service or place in made:
            continue
        if world.get(backend.namespace, "Service", backend.service) is None:
            hint = did_you_mean(backend.service, world.names(backend.namespace, "Service"))
            message = (
                f"Service {backend.service} does not exist in namespace {backend.namespace}, so requests fail with 503"
                f"{hint or '; create it, or declare it as existing'}"
            )
            yield CHECK.absence(world, backend.manifest, backend.name_field, message)
    yield from _same_routes(world)


_LISTENERS: Final = (
    "traefik.ingress.kubernetes.io/router.entrypoints",
    *(f"alb.ingress.kubernetes.io/{key}" for key in ("scheme", "listen-ports", "group.name", "load-balancer-name")),
)
"""Annotations that say where a controller listens: the same path at two of its doors is two routes."""


def _same_routes(world: World) -> Iterator[Finding]:
    seen: dict[Hashable, Manifest] = {}
    for route in (*_ingress_routes(world), *_gateway_routes(world)):
        other = seen.get(route.key)
        if other is None:
            seen[route.key] = route.manifest
            continue
        owner = "this object" if other is route.manifest else subject_of(other)
        message = f"{route.shown} is routed by {owner} already, so one of the two gets no request; remove one"
        yield CHECK.error(route.manifest, route.where, message)


class _Route(NamedTuple):
    manifest: Manifest
    where: FieldPath
    key: Hashable
    shown: str


def _ingress_routes(world: World) -> Iterator[_Route]:
    for ingress in world.of_kind("Ingress"):
        annotations = mapping(ingress, "metadata", "annotations")
        if annotations.get("nginx.ingress.kubernetes.io/canary") == "true":
            continue
        ingress_class = text(ingress, "spec", "ingressClassName") or text(annotations, "kubernetes.io/ingress.class")
        for rule_place, rule in mappings(ingress, "spec", "rules"):
            for place, path in mappings(rule, "http", "paths"):
                host, url, kind = text(rule, "host"), text(path, "path") or "/", text(path, "pathType")
                where = FieldPath("spec", "rules", rule_place, "http", "paths", place, "path")
                listener = tuple(text(annotations, key) for key in _LISTENERS)
                same = (url.rstrip("/") or "/") if kind == "Prefix" else url
                yield _Route(ingress, where, (ingress_class, listener, host, same, kind), f"{host}{url}")


def _gateway_routes(world: World) -> Iterator[_Route]:
    for route in world.of_kind("HTTPRoute"):
        refs = items(route, "spec", "parentRefs")
        nearby = namespace_of(route) if any(not text(ref, "namespace") for ref in refs) else ""
        parents = (nearby, _frozen(refs))
        hosts = [host for host in items(route, "spec", "hostnames") if isinstance(host, str)] or [""]
        for rule_place, rule in mappings(route, "spec", "rules"):
            for place, match in mappings(rule, "matches"):
                where = FieldPath("spec", "rules", rule_place, "matches", place)
                url = text(match, "path", "value") or "/"
                for host in hosts:
                    yield _Route(route, where, (parents, host, _frozen(match)), f"{host}{url}")


def _frozen(value: object) -> str:
    try:
        return json.dumps(value, sort_keys=True, default=str)
    except (TypeError, ValueError, RecursionError):  # no JSON, or an alias of itself
        return str(id(value))


CHECK: Final = Check(
    id="route-target",
    title="an Ingress or HTTPRoute without a backend, or defined twice",
    description="Requests to a Service that does not exist fail with 503. If two routes claim the same host and "
    "path, the controller uses only one of them, usually the older one.",
    example="kind: Ingress\nspec:\n  rules:\n  - http:\n      paths:\n"
    "      - {path: /api, pathType: Prefix, backend: {service: {name: waste, port: {number: 80}}}}"
    "  # the Service is called waste-api",
    remediation="Correct the Service's name, declare it as existing, or remove one of the two routes.",
    run=_faults,
)
