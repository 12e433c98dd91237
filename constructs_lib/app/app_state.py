"""The state of an app beyond its manifests: cluster, environment, and faults of arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from constructs import IConstruct, Node

from constructs_lib.errors import Fault, did_you_mean, shown
from constructs_lib.inventory.cluster import Cluster, Existing, NodePool


@dataclass
class AppState:
    """The state of one app, shared by all constructs below the same root.

    Args:
        cluster: the inventory of nodes, if the app was given one.
        environment: the environment's name, such as `prod`.
        existing: objects that the app declares as existing.
        faults: wrong arguments, each with the path of its construct.
        invalid: faults of other validations in the last read of the app.
        repeated: paths of constructs whose id is not unique; they get no further faults.
        reading: True while the manifests are being read.
        selectors: the construct of each selector, because two with the same would claim each other's pods.
        read_last: charts whose manifests depend on other charts, and so are read after them.
        manifests: the manifests of charts that are already read.
        locate: function from a construct's path and an argument to its source, such as `file:line`, or None.
    """

    cluster: Cluster | None = None
    environment: str | None = None
    existing: Existing = field(default_factory=Existing)
    faults: list[Fault] = field(default_factory=list)
    invalid: dict[Fault, None] = field(default_factory=dict)
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
                    f"cannot use pool {shown(name)} without a cluster; write App(cluster=Cluster.from_yaml(...))",
                ),
            )
            return None
        pool = self.cluster.pools.get(name)
        if pool is None:
            known = did_you_mean(name, self.cluster.pools)
            self.report(scope, Fault("node_pool", f"the cluster has no pool {shown(name)}{known}"))
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
