"""Host names inside the cluster that no Service has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.world import World
from constructs_lib.checks.network.connections import Connection, connections
from constructs_lib.checks.network.service_index import (
    Services,
    services_of,
)


def _unknown_hosts(world: World) -> Iterator[Finding]:
    services = services_of(world)
    for workload in world.workloads:
        seen: set[tuple[str, int | None]] = set()
        for connection in connections(world, workload):
            key = (connection.host, connection.port)
            message = "" if key in seen else _unknown(services, connection)
            seen.add(key)
            if message:
                yield CHECK.absence(world, connection.manifest, connection.field, message)


def _unknown(services: Services, connection: Connection) -> str:
    """Return the message for an unknown host or port, or an empty string."""
    meaning = services.meaning(connection.host, connection.workload.namespace)
    if meaning is None:
        return ""
    if meaning.missing is not None:
        namespace, name = meaning.missing
        hint = services.hint(namespace, name, connection.workload.namespace)
        return f"{connection.host} does not resolve: Service {name} does not exist in namespace {namespace}{hint}"
    service, port = meaning.service, connection.port
    assert service is not None
    shown = f"{service.namespace}/{service.name}"
    if meaning.pod and services.lacks_pod(service, meaning.pod):
        return f"{connection.host} resolves to nothing: the Service {shown} has no pod {meaning.pod}"
    if port is None or services.offers(service, port):
        return ""
    known = ", ".join(map(str, service.ports))
    problem = f"the Service {shown} has no port {port}; its ports: {known}"
    return f"nothing answers at {connection.host}:{port}: {problem}"


CHECK: Final = Check(
    id="unknown-host",
    title="an environment variable with a host or port that no Service has",
    description="The name does not resolve, or nothing answers at the port: the pod starts and its first connection "
    "fails. The check reads the values, arguments and ConfigMaps of a pod. A single word counts as a "
    "host in a URL, and in a variable whose name ends with host, address, URL or endpoint.",
    example="env:\n- {name: REDIS_URL, value: 'redis://redis.dta.svc:6379/0'}  # the namespace is data",
    remediation="Name an existing Service with its namespace and one of its ports, or declare it as existing.",
    run=_unknown_hosts,
)
