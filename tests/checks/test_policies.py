"""What policies allow, against a reference that writes out every connection they open."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from constructs_lib.checks.engine.world import World
from constructs_lib.checks.network.connections import expand
from constructs_lib.checks.network.policies import AddressEnd, End, PodEnd, allowed

_SPACES = {"api": {"team": "a"}, "data": {"team": "b"}}
_PODS = [
    PodEnd(space, labels, {("http", "TCP"): number, ("dns", "UDP"): 81}, (f"10.{place}.0.{number}/32",))
    for place, space in enumerate(_SPACES)
    for number, labels in ((80, {"app": "web"}), (81, {"app": "db", "tier": "x"}))
]
_OUTSIDE = [AddressEnd((address,)) for address in ("10.0.9.9/32", "8.8.8.8/32")]
_PORTS = range(79, 83)
_PROTOCOLS = ("TCP", "UDP")

_labels = st.fixed_dictionaries({}, optional={"app": st.sampled_from(["web", "db"]), "tier": st.just("x")})
_pods = st.one_of(
    st.builds(lambda labels: {"matchLabels": labels} if labels else {}, _labels),
    st.builds(
        lambda operator: {"matchExpressions": [{"key": "tier", "operator": operator}]},
        st.sampled_from(["Exists", "DoesNotExist"]),
    ),
)
_spaces = st.sampled_from(
    [
        {},
        {"matchLabels": {"team": "a"}},
        {"matchLabels": {"kubernetes.io/metadata.name": "data"}},
        {"matchExpressions": [{"key": "team", "operator": "NotIn", "values": ["a"]}]},
    ]
)
_block = st.fixed_dictionaries(
    {"cidr": st.sampled_from(["0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/16", "8.8.8.8/32"])},
    optional={"except": st.lists(st.sampled_from(["10.0.0.0/24", "10.1.0.0/16", "8.0.0.0/8"]), max_size=2)},
)
_peer = st.one_of(
    st.fixed_dictionaries({"podSelector": _pods}),
    st.fixed_dictionaries({"namespaceSelector": _spaces}, optional={"podSelector": _pods}),
    st.fixed_dictionaries({"ipBlock": _block}),
)
_port = st.one_of(
    st.fixed_dictionaries(
        {},
        optional={"protocol": st.sampled_from(_PROTOCOLS), "port": st.sampled_from([80, 81, "http", "dns"])},
    ),
    st.fixed_dictionaries({"port": st.sampled_from([79, 80]), "endPort": st.sampled_from([80, 81])}),
)


def _rules(key: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    rule = st.fixed_dictionaries({}, optional={key: st.lists(_peer, max_size=2), "ports": st.lists(_port, max_size=2)})
    return st.lists(rule, max_size=2)


_spec = st.fixed_dictionaries(
    {"podSelector": _pods},
    optional={
        "policyTypes": st.lists(st.sampled_from(["Ingress", "Egress"]), unique=True),
        "ingress": _rules("from"),
        "egress": _rules("to"),
    },
)
_policy = st.builds(
    lambda space, spec: {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "p", "namespace": space},
        "spec": spec,
    },
    st.sampled_from(list(_SPACES)),
    _spec,
)


def _world(policies: list[dict[str, Any]]) -> World:
    spaces = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}
        for name, labels in _SPACES.items()
    ]
    return World((*spaces, *policies))


def _is_selected(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    wanted = selector.get("matchLabels", {})
    if {**labels, **wanted} != labels:
        return False
    for expression in selector.get("matchExpressions", []):
        there = labels.get(expression["key"])
        if expression["operator"] == "Exists" and there is None:
            return False
        if expression["operator"] == "DoesNotExist" and there is not None:
            return False
        if expression["operator"] == "NotIn" and there in expression["values"]:
            return False
    return True


def _named(peer: dict[str, Any], home: str) -> set[End]:
    """The ends that one entry of `from` or `to` means."""
    if "ipBlock" in peer:
        ends: list[End] = [*_PODS, *_OUTSIDE]
        inside = {end for end in ends if _at(end) in ip_network(peer["ipBlock"]["cidr"])}
        return {
            end for end in inside if not any(_at(end) in ip_network(hole) for hole in peer["ipBlock"].get("except", []))
        }
    spaces = {home}
    if "namespaceSelector" in peer:
        spaces = {
            name
            for name, labels in _SPACES.items()
            if _is_selected(peer["namespaceSelector"], {**labels, "kubernetes.io/metadata.name": name})
        }
    wanted = peer.get("podSelector", {})
    return {pod for pod in _PODS if pod.namespace in spaces and _is_selected(wanted, dict(pod.labels or {}))}


def _at(end: End) -> Any:
    return ip_address(end.addresses[0].removesuffix("/32"))


def _opened(rule: dict[str, Any], to_pod: End) -> set[tuple[int, str]]:
    """The ports and protocols that a rule opens on its way to an end."""
    entries = rule.get("ports") or [{"protocol": protocol} for protocol in _PROTOCOLS]
    found = set()
    for entry in entries:
        protocol = entry.get("protocol", "TCP")
        for port in _PORTS:
            wanted = entry.get("port", port)
            if isinstance(wanted, str):
                names = dict(to_pod.ports) if isinstance(to_pod, PodEnd) else {}
                if names.get((wanted, protocol)) == port:
                    found.add((port, protocol))
            elif wanted <= port <= entry.get("endPort", wanted):
                found.add((port, protocol))
    return found


def _passes(policies: list[dict[str, Any]], side: str, own: End, peer: End, target: End) -> set[tuple[int, str]]:
    """Every port and protocol on which one side lets the two connect."""
    everything = {(port, protocol) for port in _PORTS for protocol in _PROTOCOLS}
    if isinstance(own, AddressEnd):
        return everything
    closed, found = False, set()
    for policy in policies:
        spec = policy["spec"]
        types = spec.get("policyTypes") or ["Ingress", *(["Egress"] if spec.get("egress") else [])]
        home = policy["metadata"]["namespace"]
        if side.capitalize() not in types or home != own.namespace:
            continue
        if not _is_selected(spec["podSelector"], dict(own.labels or {})):
            continue
        closed = True
        for rule in spec.get(side, []):
            peers = rule.get("from" if side == "ingress" else "to", [])
            if not peers or any(peer in _named(entry, home) for entry in peers):
                found |= _opened(rule, target)
    return found if closed else everything


@settings(max_examples=400, deadline=None)
@given(st.lists(_policy, max_size=4))
def test_every_connection_against_the_reference(policies: list[dict[str, Any]]) -> None:
    world = _world(policies)
    ends: list[End] = [*_PODS, *_OUTSIDE]
    for source in ends:
        for target in ends:
            if isinstance(source, AddressEnd) and isinstance(target, AddressEnd):
                continue
            out = _passes(policies, "egress", source, target, target)
            into = _passes(policies, "ingress", target, source, target)
            for port in _PORTS:
                for protocol in _PROTOCOLS:
                    expected = (port, protocol) in out & into
                    assert allowed(world, source, target, port, protocol) == expected


def test_an_unknown_address_may_lie_in_a_part_of_its_range() -> None:
    def opens(cidr: str, *holes: str) -> bool:
        block = {"cidr": cidr, "except": list(holes)}
        spec = {"podSelector": {}, "policyTypes": ["Egress"], "egress": [{"to": [{"ipBlock": block}]}]}
        policy = {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": "p", "namespace": "api"},
            "spec": spec,
        }
        return allowed(_world([policy]), _PODS[0], PodEnd("data", {}, {}, ("10.0.0.0/8",)), 80)

    assert opens("10.2.0.0/16")
    assert opens("0.0.0.0/0", "10.0.0.0/9")
    assert not opens("0.0.0.0/0", "10.0.0.0/8")
    assert not opens("10.2.0.0/16", "10.0.0.0/8")
    assert not opens("11.0.0.0/8")
    assert not opens("nonsense")


def test_a_host_outside_may_be_any_public_address() -> None:
    def opens(*cidrs: str, holes: tuple[str, ...] = ()) -> bool:
        blocks = [{"ipBlock": {"cidr": cidr, "except": list(holes)}} for cidr in cidrs]
        spec = {"podSelector": {}, "policyTypes": ["Egress"], "egress": [{"to": blocks}]}
        policy = {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": "p", "namespace": "api"},
            "spec": spec,
        }
        return allowed(_world([policy]), _PODS[0], AddressEnd(), 443)

    assert opens("0.0.0.0/0", holes=("10.0.0.0/8",))
    assert opens("52.1.2.0/24")
    assert not opens("10.0.0.0/8", "192.168.0.0/16")
    assert not opens("0.0.0.0/0", holes=("0.0.0.0/0",))


def test_variables_are_expanded_as_the_kubelet_does() -> None:
    known = {"A": "x", "B.C": "y"}
    assert expand("$(A)-$(B.C)-$(D)-$A", known) == "x-y-$(D)-$A"
    assert expand("$$(A)-$$$(A)", known) == "$(A)-$x"
