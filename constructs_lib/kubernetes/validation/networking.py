"""Rules of Ingresses and NetworkPolicies.

Source: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/networking/validation/validation.go
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final

from constructs_lib.errors import shown
from constructs_lib.kubernetes.addresses import cidr_faults, is_cidr, is_ip, plain_cidr
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.http_paths import path_faults
from constructs_lib.kubernetes.manifest import Manifest, integer, items, mapping, text
from constructs_lib.kubernetes.names import (
    DNS_LABEL,
    DNS_NAME,
    PATH_SEGMENT,
    SERVICE_NAME,
    form_faults,
    host_faults,
)
from constructs_lib.kubernetes.validation.rule import (
    PROTOCOLS,
    FieldFault,
    Rules,
    at,
    at_most_entries,
    each,
    exactly_one,
    forbidden,
    given_name,
    messages,
    name,
    needs,
    one_of,
    optional_port,
    port,
    port_name,
    port_number,
    until,
)

PATH_TYPES: Final = ("Exact", "ImplementationSpecific", "Prefix")
_PEERS: Final = ("podSelector", "namespaceSelector", "ipBlock")
_CLASS_ANNOTATION: Final = "kubernetes.io/ingress.class"

_MAPPED_BITS: Final = 96


def _ingress(where: FieldPath, ingress: Manifest) -> Iterator[FieldFault]:
    annotation = mapping(ingress, "metadata", "annotations").get(_CLASS_ANNOTATION)
    chosen = mapping(ingress, "spec").get("ingressClassName")
    if annotation is not None and isinstance(chosen, str) and annotation != chosen:
        here = where / "metadata" / "annotations" / _CLASS_ANNOTATION
        yield here, f"must equal ingressClassName ({chosen}), got {shown(annotation)}; remove the annotation"


def _ingress_spec(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    if not spec.get("rules") and spec.get("defaultBackend") is None:
        yield where, "must set rules or defaultBackend"


def _host(value: str) -> Iterator[str]:
    if is_ip(value):
        yield f"must be a DNS name, got the address {value}"
    elif value:
        yield from _tls_host(value)


def _tls_host(value: str) -> Iterator[str]:
    # The API server does not look at the length of the parts.
    if not DNS_NAME.fits(value.removeprefix("*.")):
        yield from messages(host_faults("", value))


def _route(where: FieldPath, route: Manifest) -> Iterator[FieldFault]:
    path, kind = route.get("path"), text(route, "pathType")
    if kind in ("Exact", "Prefix"):
        if path is None or isinstance(path, str):
            yield from at(where / "path", path_faults("", path or ""))
    elif kind == "ImplementationSpecific" and isinstance(path, str) and path and not path.startswith("/"):
        yield where / "path", f"{shown(path)} must begin with a slash"


def _backend(where: FieldPath, backend: Manifest) -> Iterator[FieldFault]:
    yield from exactly_one(where, backend, ("service", "resource"))
    resource = mapping(backend, "resource")
    for field, form in (("apiGroup", DNS_NAME), ("kind", PATH_SEGMENT), ("name", PATH_SEGMENT)):
        if backend.get("resource") is not None and field != "apiGroup" and not text(resource, field):
            yield where / "resource" / field, "is required"
        elif text(resource, field):
            yield from at(where / "resource" / field, form_faults("", text(resource, field), field, form))


def _service_backend(where: FieldPath, backend: Manifest) -> Iterator[FieldFault]:
    service_port = backend.get("port")
    if service_port is None:
        yield where / "port", "is required; write port: {number: 80} or port: {name: http}"
    elif isinstance(service_port, dict):
        has_name, has_number = bool(service_port.get("name")), bool(service_port.get("number"))
        if has_name and has_number:
            yield where / "port" / "number", "cannot be set beside name; remove one of them"
        elif not has_name and not has_number:
            yield where / "port", "must set number or name"


@until("1.35")
def _old_service_name(where: FieldPath, backend: Manifest) -> Iterator[FieldFault]:
    if text(backend, "name"):
        yield from at(where / "name", form_faults("", text(backend, "name"), "Service name", SERVICE_NAME))


def _port(where: FieldPath, rule: Manifest) -> Iterator[FieldFault]:
    first, last = rule.get("port"), integer(rule, "endPort")
    if last is None:
        return
    if isinstance(first, int) and last < first:
        yield where / "endPort", f"must be at least the port {first}, got {last}"
    elif not isinstance(first, int):
        yield where / "endPort", "requires a port that is a number"


def _peer(where: FieldPath, peer: Manifest) -> Iterator[FieldFault]:
    if all(peer.get(field) is None for field in _PEERS):
        yield where, "must set podSelector, namespaceSelector or ipBlock"
    elif peer.get("ipBlock") is not None:
        yield from forbidden_beside_block(where, peer)


def forbidden_beside_block(where: FieldPath, peer: Manifest) -> Iterator[FieldFault]:
    """Yield the faults of selectors beside an `ipBlock`."""
    for field in _PEERS[:2]:
        if peer.get(field) is not None:
            yield where / field, "cannot be set beside ipBlock; write two peers"


def _ip_block(where: FieldPath, block: Manifest) -> Iterator[FieldFault]:
    cidr = text(block, "cidr")
    for place, excepted in enumerate(items(block, "except")):
        if isinstance(excepted, str) and is_cidr(cidr):
            here = where / "except" / place
            yield from at(here, cidr_faults("", [excepted]))
            if is_cidr(excepted) and not _is_inside(excepted, cidr):
                yield here, f"{excepted} is not a smaller range within {cidr}; correct or remove it"


def _is_inside(inner: str, outer: str) -> bool:
    small, large = _network(inner), _network(outer)
    return small != large and small.version == large.version and small.subnet_of(large)  # type: ignore[arg-type]


def _network(cidr: str) -> IPv4Network | IPv6Network:
    """Return an address range as the API server reads it, which takes `::ffff:10.0.0.0/104` for `10.0.0.0/8`."""
    network = ip_network(plain_cidr(cidr), strict=False)
    if isinstance(network, IPv6Network) and network.prefixlen >= _MAPPED_BITS and network.network_address.ipv4_mapped:
        return IPv4Network((network.network_address.ipv4_mapped, network.prefixlen - _MAPPED_BITS))
    return network


def _cidr(value: str) -> Iterator[str]:
    return messages(cidr_faults("", [value])) if value else iter(())


def _class_parameters(where: FieldPath, parameters: Manifest) -> Iterator[FieldFault]:
    scope = text(parameters, "scope") or "Cluster"
    if scope == "Namespace":
        yield from needs(where, parameters, "namespace", "with scope: Namespace")
    elif scope == "Cluster":
        yield from forbidden(where, parameters, ("namespace",), "with scope: Cluster")


def _controller(value: str) -> Iterator[str]:
    domain, _, path = value.partition("/")
    if value and not (path and DNS_NAME.fits(domain)):
        yield f"{shown(value)} is not valid; write it like example.com/ingress-controller"
    elif len(value) > 250:
        yield f"must have at most 250 characters, got {len(value)}"


_POLICY_TYPE: Final = one_of("Ingress", "Egress")


def _policy_types(value: tuple[str, ...]) -> Iterator[str]:
    yield from at_most_entries(2)(value)
    yield from each(_POLICY_TYPE)(value)


RULES: Final = Rules(
    fields={
        "networking.v1.IngressSpec": {"ingressClassName": given_name(DNS_NAME, "IngressClass name")},
        "networking.v1.IngressRule": {"host": _host},
        "networking.v1.IngressTLS": {"hosts": each(_tls_host), "secretName": name(DNS_NAME, "Secret name")},
        "networking.v1.HTTPIngressPath": {"pathType": one_of(*PATH_TYPES)},
        "networking.v1.IngressServiceBackend": {"name": name(DNS_LABEL, "Service name")},
        "networking.v1.ServiceBackendPort": {
            "number": optional_port,
            "name": lambda value: port_name(value) if value else (),
        },
        "networking.v1.IngressClassSpec": {"controller": _controller},
        "networking.v1.IngressClassParametersReference": {
            "scope": one_of("Cluster", "Namespace"),
            "apiGroup": given_name(DNS_NAME, "API group"),
            "kind": name(PATH_SEGMENT, "kind"),
            "name": name(PATH_SEGMENT, "name"),
            "namespace": name(DNS_LABEL, "namespace"),
        },
        "networking.v1.NetworkPolicySpec": {"policyTypes": _policy_types},
        "networking.v1.NetworkPolicyPort": {"port": port, "endPort": port_number, "protocol": one_of(*PROTOCOLS)},
        "networking.v1.IPBlock": {"cidr": _cidr},
    },
    objects={
        "networking.v1.Ingress": (_ingress,),
        "networking.v1.IngressSpec": (_ingress_spec,),
        "networking.v1.HTTPIngressPath": (_route,),
        "networking.v1.IngressBackend": (_backend,),
        "networking.v1.IngressServiceBackend": (_service_backend, _old_service_name),
        "networking.v1.IngressClassParametersReference": (_class_parameters,),
        "networking.v1.NetworkPolicyPort": (_port,),
        "networking.v1.NetworkPolicyPeer": (_peer,),
        "networking.v1.IPBlock": (_ip_block,),
    },
    required={
        "networking.v1.Ingress": ("spec",),
        "networking.v1.IngressClass": ("spec",),
        "networking.v1.IngressClassSpec": ("controller",),
    },
    optional={"networking.v1.NetworkPolicySpec": ("podSelector",)},
)
