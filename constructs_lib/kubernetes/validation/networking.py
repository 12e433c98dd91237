"""Fields of Services, Ingresses and NetworkPolicies.

Source: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/networking/validation/validation.go
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network

from constructs_lib.kubernetes.addresses import cidr_faults, is_cidr, plain_cidr, port_faults
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.http_paths import path_faults
from constructs_lib.kubernetes.manifest import Manifest, group_of, integer, items, mapping, mappings, text
from constructs_lib.kubernetes.names import host_faults
from constructs_lib.kubernetes.validation.values import FieldFault, at, choice


def service_faults(manifest: Manifest) -> Iterator[FieldFault]:
    """Yield the invalid values of a Service."""
    for place, port in mappings(manifest, "spec", "ports"):
        for field in ("port", "targetPort"):
            number = integer(port, field)
            # A target port of 0 is read as the port.
            if number is not None and not (field == "targetPort" and number == 0):
                yield from at(FieldPath("spec", "ports", place, field), port_faults("", number))


def ingress_faults(manifest: Manifest) -> Iterator[FieldFault]:
    """Yield the invalid values of an Ingress."""
    for rule_place, rule in mappings(manifest, "spec", "rules"):
        where = FieldPath("spec", "rules", rule_place)
        if text(rule, "host"):
            yield from at(where / "host", host_faults("", text(rule, "host")))
        for place, entry in mappings(rule, "http", "paths"):
            yield from _route(where / "http" / "paths" / place, entry, group_of(manifest))


def _route(where: FieldPath, entry: Manifest, group: str) -> Iterator[FieldFault]:
    path = entry.get("path")
    if isinstance(path, str) and text(entry, "pathType") in ("Exact", "Prefix"):
        yield from at(where / "path", path_faults("", path))
    if group == "networking.k8s.io":
        yield from choice(where, entry, "pathType", ("Exact", "ImplementationSpecific", "Prefix"))


def policy_faults(manifest: Manifest) -> Iterator[FieldFault]:
    """Yield the invalid values of a NetworkPolicy."""
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        for rule_place, rule in mappings(manifest, "spec", direction):
            where = FieldPath("spec", direction, rule_place)
            for place, port in mappings(rule, "ports"):
                yield from _port(where / "ports" / place, port)
            for place, peer in mappings(rule, peers):
                yield from _ip_block(where / peers / place / "ipBlock", mapping(peer, "ipBlock"))


def _port(where: FieldPath, port: Manifest) -> Iterator[FieldFault]:
    first, last = integer(port, "port"), integer(port, "endPort")
    if first is not None:
        yield from at(where / "port", port_faults("", first))
    if first is not None and last is not None and last < first:
        yield where / "endPort", f"must be at least the port {first}, got {last}"


def _ip_block(where: FieldPath, block: Manifest) -> Iterator[FieldFault]:
    cidr = text(block, "cidr")
    yield from at(where / "cidr", cidr_faults("", [cidr] if cidr else []))
    for place, excepted in enumerate(items(block, "except")):
        if isinstance(excepted, str):
            yield from at(where / "except" / place, cidr_faults("", [excepted]))
            if is_cidr(cidr) and is_cidr(excepted) and not _is_inside(excepted, cidr):
                yield where / "except" / place, f"{excepted} is not a smaller range within {cidr}; correct or remove it"


def _is_inside(inner: str, outer: str) -> bool:
    small, large = (ip_network(plain_cidr(cidr), strict=False) for cidr in (inner, outer))
    return small != large and small.version == large.version and small.subnet_of(large)  # type: ignore[arg-type]
