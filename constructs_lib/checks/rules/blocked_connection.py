"""Connections that a NetworkPolicy blocks.

Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Final

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.world import World
from constructs_lib.checks.network.connections import Connection, connections, is_on_host
from constructs_lib.checks.network.policies import (
    AddressEnd,
    End,
    PodEnd,
    Refusal,
    allowed,
    pod_end,
    policies_of,
    refusals,
)
from constructs_lib.checks.network.service_index import (
    KnownService,
    services_of,
    shown_labels,
    shown_selector,
)
from constructs_lib.kubernetes.addresses import PRIVATE_CIDRS
from constructs_lib.kubernetes.hosts import address_of
from constructs_lib.kubernetes.manifest import name_of
from constructs_lib.kubernetes.pod_owners import Workload
from constructs_lib.kubernetes.well_known import DNS_LABEL, DNS_NAMESPACE, DNS_PORT, OTHER_DNS_LABELS

_NODE_LOCAL: Final = ("169.254.0.0/16",)
_DNS_HINTS: Final = {DNS_LABEL[0]: frozenset({DNS_LABEL[1], *OTHER_DNS_LABELS})}
"""Known labels of the DNS pods; distributions add others."""


def _blocked(world: World) -> Iterator[Finding]:
    if not world.by_kind.get("NetworkPolicy"):
        return
    for workload in world.workloads:
        if not is_on_host(workload):
            yield from _blocked_of(world, workload)


def _blocked_of(world: World, workload: Workload) -> Iterator[Finding]:
    source = pod_end(workload, _pod_addresses(world))
    seen: set[tuple[str, ...]] = set()
    names = False
    for connection in connections(world, workload):
        for key, message in _refused(world, source, connection):
            if key not in seen:
                seen.add(key)
                yield CHECK.error(connection.manifest, connection.field, message)
        if not names and _is_name(world, connection):
            names = True
            yield from _no_dns(world, source, connection)


def _pod_addresses(world: World) -> tuple[str, ...]:
    """Return the address ranges of pods."""
    return (world.cluster.cidrs if world.cluster else ()) or PRIVATE_CIDRS


def _refused(world: World, source: PodEnd, connection: Connection) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield a message for each blocked side, with a key that is equal for equal causes."""
    services = services_of(world)
    meaning = services.meaning(connection.host, connection.workload.namespace)
    if meaning is None:
        if connection.port is not None:
            yield from _refused_outside(world, source, connection, connection.port)
    elif meaning.service is not None and not meaning.service.is_alias:
        # A host without a port may mean any of the Service's: it is refused where all of them are.
        ports = meaning.service.ports if connection.port is None else (connection.port,)
        found = [list(_refused_inside(world, source, connection.workload, meaning.service, port)) for port in ports]
        if all(found):
            yield from itertools.chain.from_iterable(found)


def _refused_outside(
    world: World, source: PodEnd, connection: Connection, port: int
) -> Iterator[tuple[tuple[str, ...], str]]:
    """A host outside the cluster: only one that is declared is sure to be connected to."""
    address = address_of(connection.host)
    if not connection.declared or (address and not _is_remote(address)):
        return
    end = AddressEnd((address,)) if address else AddressEnd()
    for refusal in refusals(world, source, end, port):
        block = f"{address}/32" if address and ":" not in address else address or "0.0.0.0/0"
        message = (
            f"its egress policies ({', '.join(refusal.policies)}) don't allow TCP {port} to {connection.host}; allow "
            f"egress to an ipBlock that holds its addresses, such as {block}, on TCP {port}"
        )
        yield (refusal.side, connection.host, str(port)), message


def _is_remote(address: str) -> bool:
    found = ip_address(address)
    return not (found.is_loopback or found.is_unspecified)


def _refused_inside(
    world: World, source: PodEnd, client: Workload, service: KnownService, port: int
) -> Iterator[tuple[tuple[str, ...], str]]:
    for target in services_of(world).targets(service, port, _pod_addresses(world)):
        if target.workload is not None and (target.workload is client or is_on_host(target.workload)):
            continue
        what = f"{target.protocol} {target.port}"
        for refusal in refusals(world, source, target.end, target.port, target.protocol):
            if refusal.side == "egress":
                message = _egress_message(refusal, service, what)
            elif target.workload is not None:
                message = _ingress_message(refusal, client, target.workload, what)
            else:
                continue  # what else selects pods of an existing namespace isn't known
            yield (refusal.side, service.namespace, service.name, what), message


def _egress_message(refusal: Refusal, service: KnownService, what: str) -> str:
    pods = shown_selector(service)
    whom = f"pods {pods} of namespace {service.namespace}" if pods else f"namespace {service.namespace}"
    return (
        f"its egress policies ({', '.join(refusal.policies)}) don't allow {what} to the Service "
        f"{service.namespace}/{service.name}; allow egress to {whom} on {what}"
    )


def _ingress_message(refusal: Refusal, client: Workload, server: Workload, what: str) -> str:
    return (
        f"the ingress policies of {server.subject} ({', '.join(refusal.policies)}) don't allow {what} from "
        f"its pods; allow ingress from pods {shown_labels(client)} of namespace {client.namespace} on {what}"
    )


def _is_name(world: World, connection: Connection) -> bool:
    """Return True if the connection needs DNS for sure."""
    if address_of(connection.host):
        return False
    if connection.declared:
        return True
    return services_of(world).meaning(connection.host, connection.workload.namespace) is not None


def _no_dns(world: World, source: PodEnd, connection: Connection) -> Iterator[Finding]:
    """A pod that an egress policy selects resolves no names unless DNS is allowed too."""
    selecting = policies_of(world).selecting(source, "egress")
    servers: list[tuple[End, int]] = [
        (PodEnd(DNS_NAMESPACE, None, {("dns", "UDP"): DNS_PORT}, source.addresses, _DNS_HINTS), DNS_PORT),
        (PodEnd("openshift-dns", None, {("dns", "UDP"): 5353}, source.addresses), 5353),
        (AddressEnd(_NODE_LOCAL), DNS_PORT),
    ]
    if selecting and not any(allowed(world, source, *server, "UDP") for server in servers):
        names = ", ".join(map(name_of, selecting))
        message = (
            f"its egress policies ({names}) allow no DNS, so {connection.host} doesn't resolve; allow "
            f"egress to the pods {'='.join(DNS_LABEL)} of namespace {DNS_NAMESPACE} on UDP and TCP {DNS_PORT}"
        )
        yield CHECK.error(connection.manifest, connection.field, message)


CHECK: Final = Check(
    id="blocked-connection",
    title="a connection that a NetworkPolicy of either side blocks",
    description="Once a policy selects a pod for a direction, all traffic that no policy allows is dropped: the pod "
    "starts, and its connections time out. The check knows the connections that the annotation "
    "`constructs-lib/uses` declares, and those to Services that the environment shows. A pod with an "
    "egress policy also needs egress to the DNS.",
    example="kind: NetworkPolicy  # egress to everything but the database that the pod's DATABASE_URL names\n"
    "spec: {podSelector: {}, policyTypes: [Egress]}",
    remediation="Allow egress on the client's side and ingress on the server's side, on the port of the server's pod.",
    run=_blocked,
)
