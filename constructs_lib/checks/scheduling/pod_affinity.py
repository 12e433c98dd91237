"""The rules by which pods keep away from, near to or even with others, read from manifests.

Sources: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity
and https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from constructs_lib.checks.engine.world import World
from constructs_lib.checks.scheduling.placement import Affinity, AntiAffinity, PodShape, Port, TopologySpread
from constructs_lib.checks.scheduling.schedulable_nodes import Node, matches_affinity, matches_selector, untolerated
from constructs_lib.kubernetes.label_selectors import matches
from constructs_lib.kubernetes.manifest import Manifest, integer, items, mapping, mappings, text
from constructs_lib.kubernetes.pod_owners import Workload

_REQUIRED: Final = "requiredDuringSchedulingIgnoredDuringExecution"
_REVISION: Final = frozenset({"pod-template-hash", "controller-revision-hash"})

Shapes: TypeAlias = Mapping[Workload, Sequence[PodShape]]
"""The shapes of each workload's pods: one, or one a node for a DaemonSet."""


def node_ports(spec: Manifest) -> frozenset[Port]:
    """Return the node ports that the pod uses: `hostPort`s, and all ports on the host network."""
    on_host = spec.get("hostNetwork") is True
    return frozenset(
        (_address(port), text(port, "protocol") or "TCP", number)
        for _, container in mappings(spec, "containers")
        for _, port in mappings(container, "ports")
        if (number := integer(port, "hostPort") or (integer(port, "containerPort") if on_host else None))
    )


def _address(port: Manifest) -> str:
    address = text(port, "hostIP")
    return "" if address == "0.0.0.0" else address


def add_rules(world: World, shapes: Shapes, nodes: Sequence[Node]) -> None:
    """Give the shapes the rules that their workloads state, anti-affinity on both sides."""
    for workload, own in shapes.items():
        affinity = mapping(workload.spec, "affinity")
        for _, term in mappings(affinity, "podAntiAffinity", _REQUIRED):
            _add_apart(world, shapes, workload, term)
        terms = [term for _, term in mappings(affinity, "podAffinity", _REQUIRED)]
        constraints = [item for item in spread_constraints(workload.spec) if text(item, "topologyKey")]
        for shape in own:
            shape.together += _together(world, shapes, workload, terms)
            shape.spread += _spread(world, shapes, workload, constraints, nodes)


def _add_apart(world: World, shapes: Shapes, workload: Workload, term: Manifest) -> None:
    key, per_revision = text(term, "topologyKey"), _per_revision(term)
    others = _matched(world, shapes, workload, term)
    for shape in shapes[workload]:
        shape.apart.append(AntiAffinity(key, frozenset(_flat(shapes, others)), per_revision))
    for other in others:
        if other is not workload:
            for shape in shapes[other]:
                shape.apart.append(AntiAffinity(key, frozenset(shapes[workload]), per_revision))


def _together(world: World, shapes: Shapes, workload: Workload, terms: Sequence[Manifest]) -> Iterator[Affinity]:
    """Return the affinity rules that the known workloads decide; existing pods may be on any node."""
    if not terms or any(_is_existing(world, workload, term) for term in terms):
        return
    found = [set(_matched(world, shapes, workload, term)) for term in terms]
    others = set.intersection(*found)
    keys = tuple(text(term, "topologyKey") for term in terms)
    yield Affinity(keys, frozenset(_flat(shapes, others)), workload in others)


def _is_existing(world: World, workload: Workload, term: Manifest) -> bool:
    selector = term.get("labelSelector")
    return any(world.existing_pods(name, selector) for name in _namespaces(world, workload, term))


def _spread(
    world: World, shapes: Shapes, workload: Workload, constraints: Sequence[Manifest], nodes: Sequence[Node]
) -> Iterator[TopologySpread]:
    keys = [text(item, "topologyKey") for item in constraints]
    for item in constraints:
        selected = world.selected(workload.namespace, item.get("labelSelector"))
        others = [other for other in selected if other in shapes and _agree(item, workload, other)]
        yield TopologySpread(
            key=text(item, "topologyKey"),
            skew=integer(item, "maxSkew") or 1,
            least_domains=integer(item, "minDomains") or 1,
            others=frozenset(_flat(shapes, others)),
            counts_itself=workload in others,
            nodes=tuple(
                place
                for place, node in enumerate(nodes)
                if all(key in node.labels for key in keys) and _counts_node(item, workload, node)
            ),
            per_revision=_per_revision(item),
        )


def spread_constraints(spec: Manifest) -> list[Manifest]:
    """The topology spread constraints that can keep a pod waiting."""
    return [
        item
        for _, item in mappings(spec, "topologySpreadConstraints")
        if text(item, "whenUnsatisfiable") in ("", "DoNotSchedule")
    ]


def _counts_node(constraint: Manifest, workload: Workload, node: Node) -> bool:
    if text(constraint, "nodeAffinityPolicy") != "Ignore" and not (
        matches_selector(workload.spec, node) and matches_affinity(workload.spec, node)
    ):
        return False
    honours = text(constraint, "nodeTaintsPolicy") == "Honor"
    return not honours or untolerated(workload.spec, node, workload.kind) is None


def _per_revision(rule: Manifest) -> bool:
    return bool(_REVISION & set(map(str, items(rule, "matchLabelKeys"))))


def _matched(world: World, shapes: Shapes, workload: Workload, term: Manifest) -> list[Workload]:
    """The workloads whose pods an affinity term of the workload means."""
    return [
        other
        for namespace in _namespaces(world, workload, term)
        for other in world.selected(namespace, term.get("labelSelector"))
        if other in shapes and _agree(term, workload, other)
    ]


def _namespaces(world: World, workload: Workload, term: Manifest) -> list[str]:
    named = [name for name in items(term, "namespaces") if isinstance(name, str)]
    selector = term.get("namespaceSelector")
    if selector is None:
        return named or [workload.namespace]
    every = {*world.namespaces, *world.workloads_in}
    return list(dict.fromkeys([*named, *(ns for ns in sorted(every) if matches(selector, world.namespace_labels(ns)))]))


def _agree(rule: Manifest, workload: Workload, other: Workload) -> bool:
    """Return True if `matchLabelKeys` and `mismatchLabelKeys` let the other's pods count."""

    def same(key: object) -> bool:
        return workload.labels.get(str(key)) == other.labels.get(str(key))

    wanted = [key for key in items(rule, "matchLabelKeys") if str(key) not in _REVISION]
    if workload is not other and len(wanted) < len(items(rule, "matchLabelKeys")):
        return False  # the hash of another workload's template is another
    return all(same(key) for key in wanted) and not any(
        same(key) for key in items(rule, "mismatchLabelKeys") if str(key) in workload.labels
    )


def _flat(shapes: Shapes, workloads: Iterable[Workload]) -> Iterator[PodShape]:
    return (shape for workload in workloads for shape in shapes[workload])
