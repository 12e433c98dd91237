"""NetworkPolicies: the peers, the rules and the objects.

Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any, TypeAlias

from constructs_lib.kubernetes.well_known import DNS_LABEL, DNS_NAMESPACE, DNS_PORT, NAMESPACE_LABEL


@dataclass(frozen=True)
class PodPeer:
    """Pods of one namespace.

    Args:
        namespace: where they run.
        labels: what they carry; without any, all pods of the namespace are meant.
    """

    namespace: str
    labels: Mapping[str, str] = field(default_factory=dict)

    def render(self, seen_from: str) -> dict[str, Any]:
        """The peer in a policy of the namespace `seen_from`."""
        pods = {"podSelector": {"matchLabels": dict(self.labels)} if self.labels else {}}
        if self.namespace == seen_from:
            return pods
        namespace = {"namespaceSelector": {"matchLabels": {NAMESPACE_LABEL: self.namespace}}}
        return {**namespace, **pods} if self.labels else namespace


@dataclass(frozen=True)
class CidrPeer:
    """Addresses, such as those of a load balancer or of nodes.

    Args:
        cidr: their range, such as `10.0.0.0/16`.
    """

    cidr: str

    def render(self, seen_from: str) -> dict[str, Any]:
        """The peer in a policy of any namespace."""
        return {"ipBlock": {"cidr": self.cidr}}


Peer: TypeAlias = PodPeer | CidrPeer


def render_ports(ports: Sequence[int], protocol: str = "TCP") -> list[dict[str, Any]]:
    """The ports of a rule."""
    return [{"protocol": protocol, "port": port} for port in ports]


def ingress_rule(peers: Sequence[Peer], namespace: str, ports: Sequence[int]) -> dict[str, Any]:
    """Return the ingress rule for peers and ports; it needs a peer, because a rule without one admits all."""
    return {"from": [peer.render(namespace) for peer in peers], "ports": render_ports(ports)}


def egress_rule(peers: Sequence[Peer], namespace: str, ports: Sequence[int]) -> dict[str, Any]:
    """Lets pods of the namespace out to the peers' ports."""
    return {"to": [peer.render(namespace) for peer in peers], "ports": render_ports(ports)}


def internet_rule(cidrs: Sequence[str], ports: Sequence[int]) -> dict[str, Any]:
    """Lets pods out to every address but `cidrs`; to IPv6 only where some of those are, for then it is in use."""
    blocks = []
    for everything in ("0.0.0.0/0", "::/0"):
        version = ip_network(everything).version
        own = [cidr for cidr in cidrs if ip_network(cidr).version == version]
        if own:
            blocks.append({"ipBlock": {"cidr": everything, "except": own}})
    return {"to": blocks, "ports": render_ports(ports)}


def dns_rule() -> dict[str, Any]:
    """Lets pods ask the cluster's DNS."""
    return {
        "to": [PodPeer(DNS_NAMESPACE, dict([DNS_LABEL])).render("")],
        "ports": [*render_ports([DNS_PORT], "UDP"), *render_ports([DNS_PORT])],
    }


def network_policy(
    name: str,
    pod_labels: Mapping[str, str],
    *,
    ingress: Sequence[Mapping[str, Any]] | None = None,
    egress: Sequence[Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """A policy for the pods with the labels (all pods if there are none).

    A direction that is `None` isn't touched; an empty list closes it.
    """
    rules: dict[str, Any] = {"Ingress": ingress, "Egress": egress}
    types = [direction for direction, given in rules.items() if given is not None]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name},
        "spec": {
            "podSelector": {"matchLabels": dict(pod_labels)} if pod_labels else {},
            "policyTypes": types,
            **{direction.lower(): list(rules[direction]) for direction in types if rules[direction]},
        },
    }
