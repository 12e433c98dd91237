"""The nodes that a pod may run on at all, or what keeps it from every one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from constructs_lib.checks.engine.wording import listed
from constructs_lib.checks.scheduling.schedulable_nodes import (
    Node,
    carries,
    matches_affinity,
    matches_selector,
    untolerated,
)
from constructs_lib.errors import nearest_word, shown
from constructs_lib.inventory.cluster import Taint
from constructs_lib.kubernetes.manifest import Manifest, dig, items, mapping, mappings, text

_SHOWN: Final = 4


class Barrier(NamedTuple):
    """The reason why no node is eligible: the field in the pod's spec, and the message."""

    field: tuple[str, ...]
    message: str


class Eligible(NamedTuple):
    """The indexes of the eligible nodes, or the reason if there are none."""

    nodes: tuple[int, ...]
    barrier: Barrier | None


def eligible_nodes(spec: Manifest, kind: str, nodes: Sequence[Node]) -> Eligible:
    """The nodes that the pod's node name, selector, affinity and tolerations leave, in that order."""
    left = tuple(range(len(nodes)))
    for keeps, barrier in _STAGES:
        kept = tuple(place for place in left if keeps(spec, nodes[place], kind))
        if not kept:
            return Eligible((), barrier(spec, [nodes[place] for place in left]))
        left = kept
    return Eligible(left, None)


def placing_fields(spec: Manifest, kind: str) -> str:
    """A text that is equal for pods to which the same nodes are open."""
    affinity = dig(spec, "affinity", "nodeAffinity")
    parts = (spec.get("nodeName"), spec.get("nodeSelector"), affinity, spec.get("tolerations"))
    return repr((kind == "DaemonSet", *parts))


def _keeps_name(spec: Manifest, node: Node, kind: str) -> bool:
    return text(spec, "nodeName") in ("", node.name)


def _keeps_selector(spec: Manifest, node: Node, kind: str) -> bool:
    return matches_selector(spec, node)


def _keeps_affinity(spec: Manifest, node: Node, kind: str) -> bool:
    return matches_affinity(spec, node)


def _keeps_taints(spec: Manifest, node: Node, kind: str) -> bool:
    return untolerated(spec, node, kind) is None


def _no_name(spec: Manifest, nodes: Sequence[Node]) -> Barrier:
    wrong = text(spec, "nodeName")
    near = nearest_word(wrong, (node.name for node in nodes))
    hint = f"did you mean {shown(near)}?" if near else f"there are {node_names(nodes)}"
    return Barrier(("nodeName",), f"node {wrong} does not exist; {hint}")


def _no_label(spec: Manifest, nodes: Sequence[Node]) -> Barrier:
    wanted = mapping(spec, "nodeSelector")
    for key, value in wanted.items():
        if not any(carries(node, key, value) for node in nodes):
            return Barrier(("nodeSelector",), f"no node carries {key}={value}; {_label_hint(key, value, nodes)}")
    pairs = " and ".join(f"{key}={value}" for key, value in wanted.items())
    return Barrier(("nodeSelector",), f"no node carries {pairs} together; select by labels of one node")


def _label_hint(key: object, value: object, nodes: Sequence[Node]) -> str:
    values: dict[str, list[Node]] = {}
    for node in nodes:
        if isinstance(key, str) and key in node.labels:
            values.setdefault(node.labels[key], []).append(node)
    if near := nearest_word(str(value), values):
        return f"did you mean {shown(near)} ({node_names(values[near])})?"
    if values:
        return "nodes carry " + ", ".join(f"{known} ({node_names(own)})" for known, own in values.items())
    keys = sorted({known for node in nodes for known in node.labels})
    near = nearest_word(str(key), keys)
    return f"did you mean the label {shown(near)}?" if near else f"the labels of nodes are {', '.join(keys)}"


def _no_affinity(spec: Manifest, nodes: Sequence[Node]) -> Barrier:
    where = ("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
    required = mapping(spec, *where)
    terms = [shown for _, term in mappings(required, "nodeSelectorTerms") if (shown := _show_term(term))]
    hint = ""
    for _, term in mappings(required, "nodeSelectorTerms"):
        for _, item in mappings(term, "matchExpressions"):
            if not hint and text(item, "operator") == "In":
                hint = "".join(
                    f"; {_label_hint(text(item, 'key'), value, nodes)}" for value in items(item, "values")[:1]
                )
    if not terms:
        return Barrier(where, "its terms require nothing, and such a term matches no node; state an expression")
    return Barrier(where, f"no node has {' or '.join(terms)}{hint}")


def _show_term(term: Manifest) -> str:
    parts = [*mappings(term, "matchExpressions"), *mappings(term, "matchFields")]
    return " and ".join(
        f"{text(item, 'key')} {text(item, 'operator')} {', '.join(map(str, items(item, 'values')))}".rstrip()
        for _, item in parts
    )


def _no_toleration(spec: Manifest, nodes: Sequence[Node]) -> Barrier:
    taint, tainted = _first_taint(spec, nodes)
    value = f", operator: Equal, value: {taint.value}" if taint.value else ", operator: Exists"
    shown = f"{taint.key}={taint.value}" if taint.value else taint.key
    return Barrier(
        ("tolerations",),
        f"the taint {shown}:{taint.effect} of {node_names(tainted)} keeps its pods away, and no other node "
        f"matches; add the toleration {{key: {taint.key}{value}, effect: {taint.effect}}}",
    )


def _first_taint(spec: Manifest, nodes: Sequence[Node]) -> tuple[Taint, list[Node]]:
    found = [(taint, node) for node in nodes if (taint := untolerated(spec, node)) is not None]
    first = found[0][0]
    return first, [node for taint, node in found if taint == first]


_STAGES: Final[
    tuple[
        tuple[Callable[[Manifest, Node, str], bool], Callable[[Manifest, Sequence[Node]], Barrier]],
        ...,
    ]
] = (
    (_keeps_name, _no_name),
    (_keeps_selector, _no_label),
    (_keeps_affinity, _no_affinity),
    (_keeps_taints, _no_toleration),
)


def node_names(nodes: Iterable[Node]) -> str:
    """The nodes for people: `a`, `a and b`, `the 12 nodes of pool web`."""
    nodes = list(nodes)
    names = [node.name for node in nodes]
    if len(names) > _SHOWN:
        pools = list(dict.fromkeys(node.pool for node in nodes))
        return f"the {len(names)} nodes of {'pool' if len(pools) == 1 else 'pools'} {', '.join(pools)}"
    return listed(names)


def by_placing(nodes: Sequence[Node]) -> Callable[[Manifest, str], Eligible]:
    """`eligible_nodes` that works out pods with equal fields once."""
    known: dict[str, Eligible] = {}

    def find(spec: Manifest, kind: str) -> Eligible:
        key = placing_fields(spec, kind)
        if key not in known:
            known[key] = eligible_nodes(spec, kind, nodes)
        return known[key]

    return find
