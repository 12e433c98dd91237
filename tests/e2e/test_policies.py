"""Who may talk to whom: exactly who declared it, as two evaluators agree that know nothing of each other."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml

from constructs_lib.checks.engine.world import World
from constructs_lib.checks.network.policies import AddressEnd, End, allowed, pod_end
from tests.e2e.kube import Manifest
from tests.e2e.manifests import environment, pod
from tests.e2e.nca import Rule, judge

SETS = 500
SEED = 47
USES = "constructs-lib/uses"
NAME = "kubernetes.io/metadata.name"
# Who is in the cluster besides: the broker, the way in, Prometheus, DNS, and somebody who may do nothing.
OTHERS = (
    ("messaging", "rabbitmq", {"app.kubernetes.io/name": "rabbitmq"}),
    ("traefik", "traefik", {"app.kubernetes.io/name": "traefik"}),
    ("monitoring", "prometheus", {"app.kubernetes.io/name": "prometheus"}),
    ("kube-system", "dns", {"k8s-app": "kube-dns"}),
    ("strange", "stranger", {"app.kubernetes.io/name": "waste"}),
)
PORTS = (53, 80, 443, 4369, 5432, 5672, 6379, 8000, 9090, 15672)
OURS = ("api", "async", "data")
PODS = ("CronJob", "Deployment", "Job", "Pod", "StatefulSet")

Flow = tuple[str, str, int, str]


def _namespace(name: str, **labels: str) -> Manifest:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": {NAME: name, **labels}}}


def _labelled(name: str, namespace: str, labels: dict[str, str], **ports: int) -> Manifest:
    made = pod(name, namespace)
    made["metadata"]["labels"] = labels
    listed = [{"name": key, "containerPort": number} for key, number in ports.items()]
    made["spec"]["containers"][0]["ports"] = listed
    return made


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="e2e-") as name:
        yield Path(name)


@pytest.fixture(scope="module")
def prod() -> list[Manifest]:
    """Prod, and who is there besides."""
    ours = environment("prod")
    for each in ours:
        if each["kind"] == "Namespace":
            each["metadata"]["labels"][NAME] = each["metadata"]["name"]
    spaces = [_namespace(space) for space, *_ in OTHERS]
    return [*ours, *spaces, *(_labelled(name, space, labels) for space, name, labels in OTHERS)]


def test_prod_allows_what_is_declared_and_nothing_else(
    prod: list[Manifest], folder: Path, record_property: Callable[[str, object], None]
) -> None:
    ends = _ends(World(tuple(prod)))
    declared = set(_declared(prod, ends))
    (rules,) = judge([_written(prod, folder)])
    flows = [flow for flow in _flows(ends, PORTS) if {flow[0].split("/")[0], flow[1].split("/")[0]} & set(OURS)]
    ours = {flow for flow in flows if _allowed(World(tuple(prod)), ends, flow)}
    theirs = {flow for flow in flows if _said(rules, flow)}
    record_property(
        "compared", f"{len(flows)} flows of prod with an independent evaluator, {len(ours ^ theirs)} differ"
    )
    assert ours == theirs
    assert theirs == declared


def test_random_policies_mean_the_same_to_both(folder: Path, record_property: Callable[[str, object], None]) -> None:
    worlds = [_random_world(random.Random(SEED + number)) for number in range(SETS)]
    folders = [_written(manifests, folder / str(number)) for number, manifests in enumerate(worlds)]
    compared, differing, open_flows = 0, [], 0
    for number, (manifests, rules) in enumerate(zip(worlds, judge(folders), strict=True)):
        world = World(tuple(manifests))
        ends: dict[str, End] = {**_ends(world), "8.8.8.8": AddressEnd(("8.8.8.8/32",))}
        for flow in _flows(ends, (80, 85, 443)):
            ours, theirs = _allowed(world, ends, flow), _said(rules, flow)
            compared, open_flows = compared + 1, open_flows + theirs
            if ours != theirs:
                differing.append((number, flow, ours))
    record_property("compared", f"{compared} flows of {SETS} random policy sets, {len(differing)} differ")
    assert not differing
    assert 0.2 < open_flows / compared < 0.8


def _ends(world: World) -> dict[str, End]:
    return {f"{each.namespace}/{each.name}": pod_end(each) for each in world.workloads}


def _flows(ends: dict[str, End], ports: tuple[int, ...]) -> Iterator[Flow]:
    for source, target in product(ends, ends):
        if source != target and "/" in source + target:
            yield from ((source, target, port, protocol) for port in ports for protocol in ("TCP", "UDP"))


def _allowed(world: World, ends: dict[str, End], flow: Flow) -> bool:
    source, target, port, protocol = flow
    return allowed(world, ends[source], ends[target], port, protocol)


def _said(rules: list[Rule], flow: Flow) -> bool:
    return any(rule.allows(*flow) for rule in rules)


def _written(manifests: list[Manifest], folder: Path) -> Path:
    """What an evaluator of policies has to know: it gives up on kinds that it doesn't."""
    manifests = [each for each in manifests if each["kind"] in (*PODS, "Namespace", "NetworkPolicy")]
    folder.mkdir(exist_ok=True)
    (folder / "all.yaml").write_text(yaml.dump_all(manifests, Dumper=yaml.CSafeDumper))
    return folder


def _declared(manifests: list[Manifest], ends: dict[str, End]) -> Iterator[Flow]:
    """What the services say of themselves, and what each environment gives to all."""
    services = {
        f"{each['metadata']['name']}.{each['metadata']['namespace']}.svc": each
        for each in manifests
        if each["kind"] == "Service"
    }
    for each in manifests:
        if each["kind"] not in PODS or each["kind"] == "Pod":  # the pods are of others
            continue
        meta = each["metadata"]
        me = f"{meta['namespace']}/{meta['name']}"
        yield from ((me, "kube-system/dns", 53, protocol) for protocol in ("TCP", "UDP"))
        if meta["namespace"] == "api" and each["kind"] == "Deployment":
            yield from ((who, me, 8000, "TCP") for who in ("traefik/traefik", "monitoring/prometheus"))
        for address in meta.get("annotations", {}).get(USES, "").split():
            host, _, port = address.rpartition(":")
            if host in services:
                name, namespace, _ = host.split(".")
                yield me, f"{namespace}/{name}", int(port), "TCP"
            elif host == "rabbitmq.messaging.svc":
                yield me, "messaging/rabbitmq", int(port), "TCP"


# Random policies


def _random_world(source: random.Random) -> list[Manifest]:
    spaces = [_namespace("red", team="a"), _namespace("green", team="b")]
    pods = [
        _labelled(
            f"pod-{number}",
            source.choice(("red", "green")),
            {"app": source.choice("xyz"), "tier": source.choice(("front", "back"))},
            http=source.choice((80, 443)),
        )
        for number in range(4)
    ]
    return [*spaces, *pods, *(_policy(source, number) for number in range(source.randint(1, 4)))]


def _policy(source: random.Random, number: int) -> Manifest:
    types = source.choice((["Ingress"], ["Egress"], ["Ingress", "Egress"]))
    spec: dict[str, Any] = {"podSelector": _selector(source), "policyTypes": types}
    for kind, key, peers in (("Ingress", "ingress", "from"), ("Egress", "egress", "to")):
        if kind in types:
            spec[key] = [_rule(source, peers) for _ in range(source.randint(0, 2))]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": f"policy-{number}", "namespace": source.choice(("red", "green"))},
        "spec": spec,
    }


def _rule(source: random.Random, peers: str) -> Manifest:
    rule: Manifest = {}
    if source.random() < 0.8:
        rule[peers] = [_peer(source) for _ in range(source.randint(1, 2))]
    if source.random() < 0.6:
        rule["ports"] = [_port(source) for _ in range(source.randint(1, 2))]
    return rule


def _peer(source: random.Random) -> Manifest:
    spaces: Manifest = source.choice(
        ({}, {"matchLabels": {"team": source.choice("ab")}}, {"matchLabels": {NAME: "red"}})
    )
    block = {"cidr": "8.0.0.0/8", **({"except": ["8.8.0.0/16"]} if source.random() < 0.5 else {})}
    choices: tuple[Manifest, ...] = (
        {"podSelector": _selector(source)},
        {"namespaceSelector": spaces},
        {"namespaceSelector": spaces, "podSelector": _selector(source)},
        {"ipBlock": block},
    )
    return source.choice(choices)


def _selector(source: random.Random) -> Manifest:
    values = sorted(source.sample("xyz", source.randint(1, 2)))
    expressions: tuple[Manifest, ...] = (
        {"key": "app", "operator": "In", "values": values},
        {"key": "app", "operator": "NotIn", "values": values},
        # Not Exists: beside a namespaceSelector, the evaluator takes it to select nothing.
        {"key": "tier", "operator": "In", "values": ["front", "back"]},
    )
    choices: tuple[Manifest, ...] = (
        {},
        {"matchLabels": {"app": source.choice("xyz")}},
        {"matchLabels": {"tier": source.choice(("front", "back"))}},
        {"matchExpressions": [source.choice(expressions)]},
    )
    return source.choice(choices)


def _port(source: random.Random) -> Manifest:
    choices: tuple[Manifest, ...] = (
        {"port": 80},
        {"port": "http"},
        {"protocol": "UDP", "port": 443},
        {"port": 80, "endPort": 90},
        {"protocol": "TCP"},
    )
    return source.choice(choices)
