"""Ports that aren't there: of Services, monitors and routes.

Source: https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.world import World
from constructs_lib.checks.rules.route_target import Backend, backends
from constructs_lib.checks.rules.selector_mismatch import selected_services
from constructs_lib.errors import did_you_mean
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import (
    Manifest,
    integer,
    mapping,
    mappings,
    name_of,
    text,
)
from constructs_lib.kubernetes.pod_owners import Workload


def container_ports(workload: Workload) -> list[tuple[str, int | None, str]]:
    """Name, number and protocol of all ports that the containers declare."""
    return [
        (text(port, "name"), integer(port, "containerPort"), text(port, "protocol") or "TCP")
        for _, container in workload.containers()
        for _, port in mappings(container, "ports")
    ]


def service_ports(service: Manifest) -> list[tuple[str, int | None]]:
    """Name and number of the ports that a Service offers."""
    return [(text(port, "name"), integer(port, "port")) for _, port in mappings(service, "spec", "ports")]


def quoted_number(port: str) -> str:
    """Return the message for a port number that is a string."""
    return f'expected a port number or a name with a letter, got the string "{port}"; remove the quotes'


def _faults(world: World) -> Iterator[Finding]:
    for service in world.of_kind("Service"):
        yield from _target_ports(world, service)
    for monitor in world.of_kind("ServiceMonitor"):
        yield from _monitor_ports(world, monitor)
    for backend in backends(world):
        yield from _backend_port(world, backend)


def _target_ports(world: World, service: Manifest) -> Iterator[Finding]:
    if text(service, "spec", "type") == "ExternalName":
        return
    workloads = [workload for workload in world.backends(service) if any(workload.containers())]
    for place, port in mappings(service, "spec", "ports"):
        target = port.get("targetPort", port.get("port"))
        protocol = text(port, "protocol") or "TCP"
        where = FieldPath("spec", "ports", place, "targetPort")
        if isinstance(target, str) and target.isdigit():
            yield CHECK.error(service, where, quoted_number(target))
            continue
        for workload in workloads:
            declared = [entry for entry in container_ports(workload) if entry[2] == protocol]
            if isinstance(target, str) and target not in {name for name, _, _ in declared}:
                hint = did_you_mean(target, {name for name, _, _ in declared if name})
                message = (
                    f"the pods of {workload.kind}/{workload.name} declare no port named {target}, "
                    f"so they get no connections{hint or '; declare it'}"
                )
                yield CHECK.error(service, where, message)
            elif _is_number(target) and declared and target not in {number for _, number, _ in declared}:
                known = ", ".join(str(number) for _, number, _ in declared)
                message = (
                    f"no container of {workload.kind}/{workload.name} declares port {target}; known: {known}: if "
                    "nothing listens there, connections are refused"
                )
                yield CHECK.warning(service, where, message)


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _monitor_ports(world: World, monitor: Manifest) -> Iterator[Finding]:
    services = selected_services(world, monitor)
    names = {name for service in services for name, _ in service_ports(service)}
    for place, endpoint in mappings(monitor, "spec", "endpoints"):
        port = text(endpoint, "port")
        if services and port and port not in names:
            shown = ", ".join(f"Service/{name_of(service)}" for service in services[:3])
            hint = did_you_mean(port, {name for name in names if name}) or "; name the Service's port"
            message = f"{shown} has no port named {port}, so nothing is scraped{hint}"
            yield CHECK.error(monitor, FieldPath("spec", "endpoints", place, "port"), message)


def _backend_port(world: World, backend: Backend) -> Iterator[Finding]:
    service = world.get(backend.namespace, "Service", backend.service)
    if service is not None:
        if text(service, "spec", "type") == "ExternalName" and not mapping(service, "spec").get("ports"):
            return
        offered = service_ports(service)
    else:
        offered = [
            (name, number)
            for existing in world.existing.services
            if (existing.namespace, existing.name) == (backend.namespace, backend.service)
            for name, number in existing.ports.items()
        ]
        if not offered:
            return
    port = backend.port
    if port is None or port in {number for _, number in offered} or port in {name for name, _ in offered if name}:
        return
    by_name = isinstance(port, str)
    known = {name if by_name else str(number) for name, number in offered if name or not by_name}
    what = "named " if by_name else ""
    hint = did_you_mean(str(port), known) or "; add it to the Service"
    message = f"Service/{backend.service} in {backend.namespace} has no port {what}{port}, so the route fails{hint}"
    yield CHECK.error(backend.manifest, backend.port_field, message)


CHECK: Final = Check(
    id="service-port",
    title="a port that does not exist",
    description="A Service sends nothing to a pod that does not declare its named target port. A monitor or route "
    "that names a port which the Service lacks reaches nothing. A port number that no container "
    "declares is a warning: declaring ports is optional, but an undeclared port is usually a mistake.",
    example="kind: Service\nspec:\n  ports: [{port: 80, targetPort: web}]  # the container's port is called http",
    remediation="Use the name that the container (or the Service) gives the port, in all workloads that the Service "
    "selects.",
    run=_faults,
)
