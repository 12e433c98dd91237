"""Evaluation of NetworkPolicies.

Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Literal, NamedTuple, TypeAlias

from constructs_lib.checks.engine.world import World
from constructs_lib.kubernetes.label_selectors import matches
from constructs_lib.kubernetes.manifest import (
    Manifest,
    integer,
    items,
    mapping,
    mappings,
    name_of,
    namespace_of,
    text,
    texts,
)
from constructs_lib.kubernetes.pod_owners import Workload

Network: TypeAlias = IPv4Network | IPv6Network
Direction: TypeAlias = Literal["ingress", "egress"]


@dataclass(frozen=True, eq=False)
class PodEnd:
    """An end of a connection that is a pod.

    Args:
        namespace: where it runs.
        labels: its labels; `None` where they aren't known, so that any selector may mean it.
        ports: the numbers of its containers' named ports, by name and protocol.
        addresses: ranges that its address may lie in; without any, no address block means it.
        hints: where its labels aren't known, the values that some of them may have.
    """

    namespace: str
    labels: Mapping[str, str] | None
    ports: Mapping[tuple[str, str], int] = field(default_factory=dict)
    addresses: tuple[str, ...] = ()
    hints: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class AddressEnd:
    """An end of a connection outside the cluster.

    Args:
        addresses: ranges that its address may lie in; a single address is a range of one. Without any, it may
            be any public address.
    """

    addresses: tuple[str, ...] = ()


End: TypeAlias = PodEnd | AddressEnd


class Target(NamedTuple):
    """The peer of a connection."""

    end: End
    port: int
    protocol: str


@dataclass(frozen=True)
class Refusal:
    """A side that blocks a connection, and the policies that select the pod on this side."""

    side: Direction
    policies: tuple[str, ...]


def pod_end(workload: Workload, addresses: tuple[str, ...] = ()) -> PodEnd:
    """A workload's pods as an end of connections."""
    ports = {
        (text(port, "name"), text(port, "protocol") or "TCP"): number
        for _, container in workload.containers()
        for _, port in mappings(container, "ports")
        if (number := integer(port, "containerPort")) is not None and text(port, "name")
    }
    return PodEnd(workload.namespace, workload.labels, ports, addresses)


def allowed(world: World, source: End, destination: End, port: int, protocol: str = "TCP") -> bool:
    """Return True if the policies of both sides let the source connect to the destination's port.

    Args:
        world: whose NetworkPolicies count.
        source: who connects.
        destination: to whom; for a Service one of its pods.
        port: of the destination itself, not of a Service.
        protocol: `TCP`, `UDP` or `SCTP`.
    """
    return not refusals(world, source, destination, port, protocol)


def refusals(world: World, source: End, destination: End, port: int, protocol: str = "TCP") -> tuple[Refusal, ...]:
    """The sides whose policies don't let the connection pass; see `allowed`."""
    policies = policies_of(world)
    sides: list[tuple[Direction, End, End]] = [
        ("egress", source, destination),
        ("ingress", destination, source),
    ]
    target = Target(destination, port, protocol)
    found = []
    for side, own, peer in sides:
        selecting = policies.selecting(own, side)
        if selecting and not any(policies.lets_pass(policy, side, peer, target) for policy in selecting):
            found.append(Refusal(side, tuple(name_of(policy) for policy in selecting)))
    return tuple(found)


def isolates(policy: Manifest, side: Direction) -> bool:
    """Return True if a policy closes that side of the pods it selects: ingress unless it says otherwise."""
    types = items(policy, "spec", "policyTypes")
    if types:
        return side.capitalize() in types
    return side == "ingress" or bool(items(policy, "spec", "egress"))


class Policies:
    """The NetworkPolicies of a world, found by the pods that they select."""

    def __init__(self, world: World) -> None:
        self.world = world

    @cached_property
    def _by_label(self) -> Mapping[tuple[str, str, str], tuple[Manifest, ...]]:
        """By namespace and the rarest label that the policy's selector demands, or none."""
        policies = [(policy, _pairs(policy)) for policy in self.world.of_kind("NetworkPolicy")]
        common = Counter(pair for _, pairs in policies for pair in pairs)
        found: dict[tuple[str, str, str], list[Manifest]] = {}
        for policy, pairs in policies:
            pair = min(pairs, key=lambda one: common[one], default=("", ""))
            found.setdefault((namespace_of(policy), *pair), []).append(policy)
        return {key: tuple(group) for key, group in found.items()}

    def selecting(self, end: End, side: Direction) -> list[Manifest]:
        """Return the policies that select the pod for a direction; none for an address."""
        if isinstance(end, AddressEnd) or end.labels is None:
            return []
        labels = end.labels
        candidates = [
            policy for pair in (("", ""), *labels.items()) for policy in self._by_label.get((end.namespace, *pair), ())
        ]
        return [
            policy
            for policy in candidates
            if isolates(policy, side) and matches(mapping(policy, "spec", "podSelector"), labels)
        ]

    def lets_pass(self, policy: Manifest, side: Direction, peer: End, target: Target) -> bool:
        """Return True if a rule of the policy allows the peer and the port."""
        peers_key = "from" if side == "ingress" else "to"
        return any(
            self._means(rule, peers_key, namespace_of(policy), peer) and _opens(rule, target)
            for _, rule in mappings(policy, "spec", side)
        )

    def _means(self, rule: Manifest, peers_key: str, namespace: str, peer: End) -> bool:
        """Return True if the rule names the peer, or names no peer and so allows all."""
        return not items(rule, peers_key) or any(
            self._is_peer(item, namespace, peer) for _, item in mappings(rule, peers_key)
        )

    def _is_peer(self, item: Manifest, namespace: str, peer: End) -> bool:
        if "ipBlock" in item:
            return _in_block(mapping(item, "ipBlock"), peer)
        if isinstance(peer, AddressEnd):
            return False
        pods, spaces = item.get("podSelector"), item.get("namespaceSelector")
        if pods is None and spaces is None:
            return False  # the API server rejects a peer that says nothing
        in_namespace = (
            peer.namespace == namespace
            if spaces is None
            else matches(spaces, self.world.namespace_labels(peer.namespace))
        )
        return in_namespace and (pods is None or _selects(pods, peer))


def _selects(selector: object, peer: PodEnd) -> bool:
    """Return True if the selector selects the pod, or may do so as far as its labels are known."""
    if peer.labels is not None:
        return matches(selector, peer.labels)
    wanted = texts(selector, "matchLabels")
    return all(wanted[key] in values for key, values in peer.hints.items() if key in wanted)


def _pairs(policy: Manifest) -> list[tuple[str, str]]:
    return list(texts(policy, "spec", "podSelector", "matchLabels").items())


def _opens(rule: Manifest, target: Target) -> bool:
    """Return True if the rule allows the destination's port; a rule that names none allows all."""
    return not items(rule, "ports") or any(_is_port(item, target) for _, item in mappings(rule, "ports"))


def _is_port(item: Manifest, target: Target) -> bool:
    if (text(item, "protocol") or "TCP") != target.protocol:
        return False
    wanted = item.get("port")
    if wanted is None:
        return True
    if isinstance(wanted, str):
        named = target.end.ports if isinstance(target.end, PodEnd) else {}
        return named.get((wanted, target.protocol)) == target.port
    first = integer(item, "port")
    last = integer(item, "endPort")
    return first is not None and first <= target.port <= (first if last is None else last)


def _in_block(block: Manifest, peer: End) -> bool:
    """Return True if the peer's address may lie in the block and outside its exceptions."""
    whole = _network(text(block, "cidr"))
    if whole is None:
        return False
    holes = [hole for item in items(block, "except") if (hole := _network(str(item))) is not None]
    if isinstance(peer, AddressEnd) and not peer.addresses:
        # `prefixlen`: Python 3.10 calls a network private whose two ends are, and 0.0.0.0/0 is such a one.
        private = whole.is_private and whole.prefixlen >= 4
        return not private and not any(_holds(hole, whole) for hole in holes)
    for address in peer.addresses:
        network = _network(address)
        if network is None or network.version != whole.version or not network.overlaps(whole):
            continue
        common = network if _holds(whole, network) else whole  # of two that overlap, one holds the other
        if not any(_holds(hole, common) for hole in holes):
            return True
    return False


def _holds(outer: Network, inner: Network) -> bool:
    return (
        outer.version == inner.version
        and outer.network_address <= inner.network_address  # type: ignore[operator]  # one version
        and inner.broadcast_address <= outer.broadcast_address  # type: ignore[operator]
    )


@lru_cache(maxsize=1024)
def _network(value: str) -> Network | None:
    try:
        return ip_network(value, strict=False)
    except ValueError:
        return None


@lru_cache(maxsize=2)
def policies_of(world: World) -> Policies:
    """The policies of a world; asked twice, the same."""
    return Policies(world)
