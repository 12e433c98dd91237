"""The state of an app beyond its manifests: cluster, environment, and faults of arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from constructs import IConstruct, Node

from constructs_lib.errors import Fault, did_you_mean
from constructs_lib.inventory.cluster import Cluster, Existing, NodePool


@dataclass
class AppState:
    """One app's knowledge, shared by all constructs below the same root.

    Args:
        cluster: the inventory of nodes, if the app was given one.
        environment: the environment's name, such as `prod`.
        existing: what the app declares to be in the cluster already.
        faults: wrong arguments, each with the path of its construct.
        invalid: what validations of others have found when the app was read last.
        repeated: paths of constructs with an id that another has: nothing more is said of them.
        reading: whether the manifests are being read just now.
        selectors: the construct that has each selector, for two with the same would fight over their pods.
        read_last: charts that tell what the others hold, and so are read after them.
        manifests: what was read already, by the chart.
        locate: where an argument of the construct at a path was read from, such as `file:line`, if it was read at all.
    """

    cluster: Cluster | None = None
    environment: str | None = None
    existing: Existing = field(default_factory=Existing)
    faults: list[Fault] = field(default_factory=list)
    invalid: dict[str, None] = field(default_factory=dict)
    repeated: set[str] = field(default_factory=set)
    reading: bool = False
    selectors: dict[tuple[str, ...], IConstruct] = field(default_factory=dict)
    read_last: set[IConstruct] = field(default_factory=set)
    manifests: dict[IConstruct, list[dict[str, Any]]] = field(default_factory=dict)
    locate: Callable[[str, str], str | None] = lambda path, argument: None

    def report(self, scope: IConstruct, *faults: Fault) -> None:
        """Record wrong arguments of a construct; `synth` reports them with all others and writes nothing."""
        if faults:
            self.report_at(Node.of(scope).path, *faults)

    def report_at(self, path: str, *faults: Fault) -> None:
        """Record wrong arguments of a construct that does not exist yet."""
        for fault in faults:
            entry = replace(fault, path=path)
            if entry not in self.faults:
                self.faults.append(entry)

    def node_pool(self, scope: IConstruct, name: str | None) -> NodePool | None:
        """The pool of that name; an unknown one is a fault."""
        if name is None:
            return None
        if self.cluster is None:
            self.report(
                scope,
                Fault(
                    "node_pool",
                    f"cannot use pool {name!r} without a cluster; write App(cluster=Cluster.from_yaml(...))",
                ),
            )
            return None
        pool = self.cluster.pools.get(name)
        if pool is None:
            known = did_you_mean(name, self.cluster.pools)
            self.report(scope, Fault("node_pool", f"the cluster has no pool {name!r}{known}"))
        return pool

    def declare(self, **more: Iterable[object]) -> None:
        """Add to what exists already: `declare(secrets=[ExistingKeys(...)])`."""
        known = {name: (*getattr(self.existing, name), *items) for name, items in more.items()}
        self.existing = self.existing.model_copy(update=known)

    def claim_selector(self, scope: IConstruct, namespace: str, selector: Mapping[str, str]) -> None:
        """Take the selector for the construct; it is a fault if another has it."""
        key = (namespace, *(f"{name}={value}" for name, value in selector.items()))
        other = self.selectors.setdefault(key, scope)
        if other is not scope:
            self.report(
                scope,
                Fault(
                    "", f"{Node.of(other).path} has the same selector {', '.join(key[1:])}; give it another app_name"
                ),
            )
