"""Rules of Services and their endpoints.

Source: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address as parse_ip
from typing import Final

from constructs_lib.errors import shown
from constructs_lib.kubernetes.addresses import cidr_faults, is_ip, plain_cidr
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest, integer, items, mapping, mappings, text
from constructs_lib.kubernetes.names import DNS_LABEL, DNS_NAME, form_faults, label_key_faults, label_value_faults
from constructs_lib.kubernetes.validation.labels import label_map
from constructs_lib.kubernetes.validation.rule import (
    PROTOCOL,
    PROTOCOLS,
    FieldFault,
    Rules,
    at,
    between,
    each,
    forbidden,
    given_name,
    label_key,
    messages,
    name,
    needs,
    one_of,
    one_of_or_default,
    optional_port,
    port_number,
    since,
    target_port,
    unique,
)

_EXTERNAL: Final = ("NodePort", "LoadBalancer")
_DAY: Final = 86_400


def _service(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    kind = text(spec, "type") or "ClusterIP"
    is_headless = _is_headless(spec)
    if not items(spec, "ports") and not is_headless and kind != "ExternalName":
        yield where / "ports", "is required; only headless and ExternalName Services have no ports"
    yield from _ports(where, spec, kind)
    yield from _type(where, spec, kind, is_headless=is_headless)
    yield from _addresses(where, spec, kind)
    if kind != "ExternalName":
        yield from _families(where, spec)
    yield from label_map(where / "selector", mapping(spec, "selector"))


def _is_headless(spec: Manifest) -> bool:
    return text(spec, "clusterIP") == "None" or items(spec, "clusterIPs") == ("None",)


def _ports(where: FieldPath, spec: Manifest, kind: str) -> Iterator[FieldFault]:
    ports = list(mappings(spec, "ports"))
    if len(ports) > 1:
        for place, port in ports:
            yield from needs(where / "ports" / place, port, "name", "since the Service has several ports")
    yield from unique(where / "ports", ports, ("name",), "two ports of the Service")
    numbered = [(place, {**port, "protocol": text(port, "protocol") or "TCP"}) for place, port in ports]
    yield from unique(where / "ports", numbered, ("protocol", "port"), "two ports of the Service")
    yield from unique(where / "ports", numbered, ("protocol", "nodePort"), "two ports of the Service")
    for place, port in ports:
        if kind == "ClusterIP" and integer(port, "nodePort"):
            yield where / "ports" / place / "nodePort", "cannot be set with type: ClusterIP"


def _type(where: FieldPath, spec: Manifest, kind: str, *, is_headless: bool) -> Iterator[FieldFault]:
    if is_headless and kind in _EXTERNAL:
        yield where / "clusterIP", f"cannot be None with type: {kind}"
    if kind == "ExternalName":
        yield from needs(where, spec, "externalName", "with type: ExternalName")
        yield from forbidden(where, spec, ("clusterIPs", "ipFamilies", "ipFamilyPolicy"), "with type: ExternalName")
        host = text(spec, "externalName").removesuffix(".")
        yield from at(where / "externalName", form_faults("", host, "host", DNS_NAME) if host else ())
        if text(spec, "clusterIP"):
            yield where / "clusterIP", "cannot be set with type: ExternalName"
    policy = text(spec, "externalTrafficPolicy")
    if policy and kind in ("ClusterIP", "ExternalName") and not (items(spec, "externalIPs") and kind == "ClusterIP"):
        yield where / "externalTrafficPolicy", f"can be set only with type: NodePort or LoadBalancer, got type: {kind}"
    if kind != "LoadBalancer":
        for field in ("loadBalancerSourceRanges", "loadBalancerClass", "allocateLoadBalancerNodePorts"):
            if spec.get(field) not in (None, []):
                yield where / field, "can be set only with type: LoadBalancer"
    if integer(spec, "healthCheckNodePort") and not (kind == "LoadBalancer" and policy == "Local"):
        yield where / "healthCheckNodePort", "requires type: LoadBalancer and externalTrafficPolicy: Local"


def _addresses(where: FieldPath, spec: Manifest, kind: str) -> Iterator[FieldFault]:
    first, addresses = text(spec, "clusterIP"), items(spec, "clusterIPs")
    if kind == "ExternalName":
        return
    if first and first != "None" and not is_ip(first):
        yield where / "clusterIP", f"{shown(first)} is not an IP address; write None, or remove it"
    if first and addresses and addresses[0] != first:
        yield where / "clusterIPs" / 0, f"must equal clusterIP ({first}), got {shown(addresses[0])}"
    elif addresses and not first:
        yield where / "clusterIP", "is required with clusterIPs, and must equal its first entry"
    for place, address in enumerate(addresses):
        if isinstance(address, str) and not is_ip(address) and not (place == 0 and address == "None"):
            yield where / "clusterIPs" / place, f"{shown(address)} is not an IP address"
    if len(addresses) > 2:
        yield where / "clusterIPs", f"must hold at most 2 addresses, got {len(addresses)}"
    elif len(addresses) == 2 and ("None" in addresses or _same_family(addresses)):
        yield where / "clusterIPs", "must hold one IPv4 and one IPv6 address, or None alone"


def _families(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    families = items(spec, "ipFamilies")
    if len(families) > 1 and text(spec, "ipFamilyPolicy") == "SingleStack":
        yield where / "ipFamilyPolicy", "must be PreferDualStack or RequireDualStack with two families"
    if len(set(map(str, families))) < len(families):
        yield where / "ipFamilies", "must name each family once"


def _same_family(addresses: tuple[object, ...]) -> bool:
    texts = [str(address) for address in addresses]
    return all(map(is_ip, texts)) and len({parse_ip(plain_cidr(text)).version for text in texts}) == 1


def _subset(where: FieldPath, subset: Manifest) -> Iterator[FieldFault]:
    if not items(subset, "addresses") and not items(subset, "notReadyAddresses"):
        yield where, "must set addresses or notReadyAddresses"
    ports = list(mappings(subset, "ports"))
    if len(ports) > 1:
        for place, port in ports:
            yield from needs(where / "ports" / place, port, "name", "since there are several ports")


def _slice(where: FieldPath, endpoints: Manifest) -> Iterator[FieldFault]:
    kind = text(endpoints, "addressType")
    for place, endpoint in mappings(endpoints, "endpoints"):
        for number, address in enumerate(items(endpoint, "addresses")):
            here = where / "endpoints" / place / "addresses" / number
            if address is None or (isinstance(address, str) and not _fits(kind, address)):
                yield here, f"{shown(address)} is not an address of type {kind}"
            elif isinstance(address, str) and kind in ("IPv4", "IPv6"):
                yield from ((here, message) for message in _endpoint_ip(address))
    seen: set[str] = set()
    for place, port in mappings(endpoints, "ports"):
        if text(port, "name") in seen:
            yield where / "ports" / place / "name", f"two ports have the name {shown(text(port, 'name'))}; change one"
        seen.add(text(port, "name"))


def _hints(where: FieldPath, hints: Manifest) -> Iterator[FieldFault]:
    for field in ("forZones", "forNodes"):
        seen: set[str] = set()
        for place, hint in mappings(hints, field):
            value = text(hint, "name")
            if value in seen:
                yield where / field / place / "name", f"two entries have the name {shown(value)}; remove one"
            elif field == "forZones" and value:
                yield from at(where / field / place / "name", label_value_faults("", value))
            seen.add(value)


def _fits(kind: str, address: str) -> bool:
    if kind not in ("IPv4", "IPv6"):
        return kind != "FQDN" or (DNS_NAME.fits(address.removesuffix(".")) and "." in address)
    return is_ip(address) and parse_ip(plain_cidr(address)).version == int(kind[-1])


def _endpoint_ip(value: str) -> Iterator[str]:
    if not is_ip(value):
        yield f"{shown(value)} is not an IP address"
        return
    address = parse_ip(plain_cidr(value))
    if (
        address.is_unspecified
        or address.is_loopback
        or address.is_link_local
        or (address.is_multicast and value.startswith(("224.0.0.", "ff02:", "FF02:")))
    ):
        yield f"{shown(value)} cannot be used; it is an unspecified, loopback or link-local address"


@since("1.31")
def _distribution(value: str) -> Iterator[str]:
    yield from one_of("PreferClose", "PreferSameZone", "PreferSameNode")(value)


def _app_protocol(value: str) -> Iterator[str]:
    return messages(label_key_faults("", value))


def _source_range(value: str) -> Iterator[str]:
    return messages(cidr_faults("", [value.strip()]))


RULES: Final = Rules(
    fields={
        "core.v1.ServiceSpec": {
            "type": one_of_or_default("ClusterIP", "NodePort", "LoadBalancer", "ExternalName"),
            "sessionAffinity": one_of_or_default("ClientIP", "None"),
            "externalTrafficPolicy": one_of_or_default("Cluster", "Local"),
            "internalTrafficPolicy": one_of("Cluster", "Local"),
            "ipFamilies": each(one_of("IPv4", "IPv6")),
            "ipFamilyPolicy": one_of("SingleStack", "PreferDualStack", "RequireDualStack"),
            "externalIPs": each(_endpoint_ip),
            "loadBalancerSourceRanges": each(_source_range),
            "loadBalancerClass": label_key,
            "healthCheckNodePort": optional_port,
            "trafficDistribution": _distribution,
        },
        "core.v1.ServicePort": {
            "name": name(DNS_LABEL, "port name"),
            "port": port_number,
            "targetPort": target_port,
            "protocol": PROTOCOL,
            "appProtocol": _app_protocol,
        },
        "core.v1.ClientIPConfig": {"timeoutSeconds": between(1, _DAY)},
        "core.v1.EndpointAddress": {
            "ip": _endpoint_ip,
            "hostname": name(DNS_LABEL, "host name"),
            "nodeName": given_name(DNS_NAME, "Node name"),
        },
        "core.v1.EndpointPort": {
            "name": name(DNS_LABEL, "port name"),
            "port": port_number,
            "protocol": PROTOCOL,
            "appProtocol": _app_protocol,
        },
        "discovery.v1.EndpointSlice": {"addressType": one_of("IPv4", "IPv6", "FQDN")},
        "discovery.v1.EndpointPort": {
            "name": name(DNS_LABEL, "port name"),
            "protocol": one_of(*PROTOCOLS),
            "appProtocol": _app_protocol,
        },
        "discovery.v1.Endpoint": {
            "hostname": given_name(DNS_LABEL, "host name"),
            "nodeName": given_name(DNS_NAME, "Node name"),
        },
    },
    objects={
        "core.v1.ServiceSpec": (_service,),
        "core.v1.EndpointSubset": (_subset,),
        "discovery.v1.EndpointSlice": (_slice,),
        "discovery.v1.EndpointHints": (_hints,),
    },
    required={"core.v1.Service": ("spec",)},
    optional={"discovery.v1.EndpointSlice": ("endpoints",), "discovery.v1.ForZone": ("name",)},
)
