"""Summary of an environment for people: workloads, quotas, nodes and prerequisites."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from constructs_lib.checks.engine.world import World
from constructs_lib.checks.network.operators import operator_outputs
from constructs_lib.checks.rules.missing_reference import references
from constructs_lib.checks.scheduling.capacity import capacity_of, pod_counts
from constructs_lib.checks.scheduling.eligibility import eligible_nodes
from constructs_lib.checks.scheduling.schedulable_nodes import nodes_of
from constructs_lib.kubernetes.manifest import Manifest, group_of, mapping, mappings, name_of, namespace_of, text
from constructs_lib.kubernetes.pod_owners import Workload
from constructs_lib.kubernetes.pod_resources import pod_amounts, show_amount
from constructs_lib.kubernetes.quantities import format_cpu, format_memory

_OPERATORS: Final = {
    "argoproj.io": "Argo CD",
    "external-secrets.io": "the External Secrets Operator",
    "gateway.networking.k8s.io": "the Gateway API",
    "keda.sh": "KEDA",
    "monitoring.coreos.com": "the Prometheus Operator",
    "rabbitmq.com": "the RabbitMQ Cluster Operator",
}


def summary(environment: str, world: World) -> str:
    """Workloads by namespace, what they take of quotas and nodes, and what must be in the cluster beforehand."""
    namespaces = sorted(world.workloads_in)
    parts = [environment]
    for namespace in namespaces:
        nodes = {_node_names(world, workload) for workload in world.workloads_in[namespace]}
        shared = f" on {nodes.pop()}" if len(nodes) == 1 and all(nodes) else ""
        parts += ["", f"  namespace {namespace}{shared} (requests of CPU and memory)"]
        parts += _indented(_table(_workloads(world, namespace, with_nodes=not shared)))
    if world.cluster is not None:
        parts += ["", "  nodes (requests at baseline and at most, of what a node has for pods)"]
        parts += _indented(_table(_pools(world)))
    parts += ["", "  the cluster must have beforehand", *_indented(_prerequisites(world))]
    return "\n".join(parts)


def _workloads(world: World, namespace: str, *, with_nodes: bool) -> Iterator[Sequence[str]]:
    yield ("workload", "replicas", "each", "together", "node" if with_nodes else "")
    for workload in world.workloads_in[namespace]:
        pod = pod_amounts(workload.spec, "requests")
        each = [_written(resource, pod.get(resource, 0)) for resource in ("cpu", "memory")]
        yield (
            workload.name,
            _range(*map(str, pod_counts(workload))),
            ", ".join(each),
            _totals([workload]),
            _node_names(world, workload) if with_nodes else "",
        )
    yield ("all", "", "", _totals(world.workloads_in[namespace]), "")
    for quota in world.in_namespace.get((namespace, "ResourceQuota"), ()):
        hard = mapping(quota, "spec", "hard")
        amounts = f"{hard.get('requests.cpu', '-')}, {hard.get('requests.memory', '-')}"
        yield ("quota", f"{hard.get('pods', '-')} pods", "", amounts, "")


def _pools(world: World) -> Iterator[Sequence[str]]:
    yield ("pool", "nodes", "CPU", "memory")
    for use in capacity_of(world).pool_use():
        if use.maximum.cpu or use.maximum.memory:
            low, high, all_of_it = use.baseline, use.maximum, use.allocatable
            yield (
                use.pool,
                ", ".join(use.nodes),
                f"{_range(format_cpu(low.cpu), format_cpu(high.cpu))} of {format_cpu(all_of_it.cpu)}",
                f"{_range(format_memory(low.memory), format_memory(high.memory))} of {format_memory(all_of_it.memory)}",
            )


def _node_names(world: World, workload: Workload) -> str:
    """Return the nodes that a workload may run on; nothing without an inventory."""
    nodes = nodes_of(world.cluster)
    return ", ".join(nodes[place].name for place in eligible_nodes(workload.spec, workload.kind, nodes).nodes)


def _prerequisites(world: World) -> Iterator[str]:
    for (namespace, name), keys in sorted(_missing_secrets(world).items()):
        yield f"Secret {namespace}/{name}" + (f" with {', '.join(sorted(keys))}" if keys else "")
    for namespace in sorted(_foreign_namespaces(world)):
        names = sorted({service.name for service in world.existing.services if service.namespace == namespace})
        yield f"Namespace {namespace}" + (f" with Service {', '.join(names)}" if names else "")
    yield from sorted(set(_storage_classes(world)))
    scalers = world.of_kind("HorizontalPodAutoscaler")
    if any(metric.get("type") == "Resource" for scaler in scalers for _, metric in mappings(scaler, "spec", "metrics")):
        yield "metrics-server, for the HorizontalPodAutoscalers"
    for class_name in sorted({text(ingress, "spec", "ingressClassName") for ingress in world.of_kind("Ingress")}):
        yield f"IngressClass {class_name}"
    parents = [parent for route in world.of_kind("HTTPRoute") for _, parent in mappings(route, "spec", "parentRefs")]
    for gateway in sorted({f"{text(parent, 'namespace')}/{text(parent, 'name')}" for parent in parents}):
        yield f"Gateway {gateway}, whose listener lets routes of our namespace in"
    yield from sorted({_store(secret) for secret in world.of_kind("ExternalSecret")})
    groups = {group_of(manifest) for manifest in world.objects}
    yield from (f"{operator} ({group})" for group, operator in _OPERATORS.items() if group in groups)


def _store(secret: Manifest) -> str:
    store = mapping(secret, "spec", "secretStoreRef")
    where = f"{namespace_of(secret)}/" if text(store, "kind") == "SecretStore" else ""
    return f"{text(store, 'kind')} {where}{text(store, 'name')}"


def _missing_secrets(world: World) -> Mapping[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    made = {(namespace_of(manifest), name) for manifest, what in operator_outputs(world) for name in what.secrets}
    for workload in world.workloads:
        for reference in references(workload):
            if reference.kind == "Secret" and world.get(workload.namespace, "Secret", reference.name) is None:
                keys = found.setdefault((workload.namespace, reference.name), set())
                keys.update(key for key, _ in reference.keys)
        for _, pull in mappings(workload.spec, "imagePullSecrets"):
            found.setdefault((workload.namespace, text(pull, "name")), set()).add(".dockerconfigjson")
    for ingress in world.of_kind("Ingress"):
        for _, tls in mappings(ingress, "spec", "tls"):
            found.setdefault((namespace_of(ingress), text(tls, "secretName")), set()).update({"tls.crt", "tls.key"})
    return {place: keys for place, keys in found.items() if place not in made}


def _foreign_namespaces(world: World) -> set[str]:
    """Return the namespaces that the app uses and does not create."""
    named = {namespace_of(manifest) for manifest in world.objects if "namespace" in mapping(manifest, "metadata")}
    own = {name_of(namespace) for namespace in world.of_kind("Namespace")}
    return (named | {service.namespace for service in world.existing.services}) - own


def _storage_classes(world: World) -> Iterator[str]:
    templates = [
        claim
        for stateful in world.of_kind("StatefulSet")
        for _, claim in mappings(stateful, "spec", "volumeClaimTemplates")
    ]
    for claim in (*templates, *world.of_kind("PersistentVolumeClaim")):
        name = text(claim, "spec", "storageClassName")
        yield f"StorageClass {name}" if name else "a default StorageClass, for the claims"


def _totals(workloads: Iterable[Workload]) -> str:
    return f"{_span(workloads, 'cpu')}, {_span(workloads, 'memory')}"


def _span(workloads: Iterable[Workload], resource: str) -> str:
    """Requests at baseline and at most: `1400m–1800m`."""
    each = [(pod_amounts(workload.spec, "requests").get(resource, 0), pod_counts(workload)) for workload in workloads]
    low = sum(amount * fewest for amount, (fewest, _) in each)
    high = sum(amount * most for amount, (_, most) in each)
    return _range(_written(resource, low), _written(resource, high))


def _written(resource: str, milli: int) -> str:
    return show_amount(resource, milli) if milli else "0"


def _range(low: str, high: str) -> str:
    return low if low == high else f"{low}–{high}"


def _table(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Columns as wide as their longest cell; empty ones are left out."""
    cells = [list(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True) if width).rstrip()


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"    {line}" for line in lines]
