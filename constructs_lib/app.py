"""The app: a `cdk8s.App` that knows its cluster, and what is found when all of it is read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

import cdk8s
import jsii
from constructs import Construct, IConstruct, IValidation, Node

from constructs_lib.arguments import checked
from constructs_lib.checks.access import subject_of
from constructs_lib.checks.findings import Finding
from constructs_lib.checks.registry import run_checks
from constructs_lib.checks.tree import Tree
from constructs_lib.checks.world import World
from constructs_lib.cluster import Cluster, Existing
from constructs_lib.model import Model

_models: WeakKeyDictionary[Any, Model] = WeakKeyDictionary()


class App(cdk8s.App):
    """A `cdk8s.App` for one environment.

    Args:
        cluster: the nodes that it is deployed to; constructs that name a `node_pool` need it.
        environment: its name, such as `prod`; `prod` and `production` are held to what production needs.
        existing: namespaces, Services, Secrets and the like that are in the cluster already.
        outdir: as in `cdk8s.App`.
    """

    @checked
    def __init__(
        self,
        *,
        cluster: Cluster | None = None,
        environment: str | None = None,
        existing: Existing | None = None,
        outdir: str | None = None,
    ) -> None:
        super().__init__(outdir=outdir)
        model = model_of(self)
        model.cluster, model.environment = cluster, environment
        model.existing = existing or Existing()

    def synth(self) -> None:
        """Check everything, then write the files; with a fault, say all of them and exit with code 1.

        Raises:
            InputError: with every fault; no file has been touched.
        """
        from constructs_lib.output import synth  # noqa: PLC0415  # it takes apps

        synth(self)


@dataclass(frozen=True)
class Synthesis:
    """An app, read as a whole.

    Args:
        manifests: what would be written: the manifests of each chart, by the chart's id.
        world: what the checks looked at.
        faults: what stands against writing it: wrong arguments and findings of error level.
        warnings: findings that don't.
    """

    manifests: dict[str, list[dict[str, Any]]]
    world: World
    faults: tuple[str, ...]
    warnings: tuple[Finding, ...]


def model_of(scope: IConstruct) -> Model:
    """The model of the app that `scope` belongs to; the first use in an app makes its synth check everything."""
    model = _models.get(scope)
    if model is None:
        root = Node.of(scope).root
        model = _models.get(root)
        if model is None:
            model = _models[root] = Model()
            Node.of(root).add_validation(_AppValidation(root, model))
        _models[scope] = model  # each question to Node takes its time
    return model


def free_id(scope: Construct, construct_id: str) -> str:
    """The id, or where it is taken already, which is a fault, another one: the rest can be looked at then."""
    free = construct_id
    node = scope.node
    while node.try_find_child(free) is not None:
        free += "-again"
    if free != construct_id:
        path = "/".join(part for part in (scope.node.path, free) if part)
        model_of(scope).repeated.add(path)
        message = f"{construct_id!r} is there already; give one of the two another id"
        model_of(scope).faults.append(f"{path.removesuffix('-again')}: {message}")
    return free


def read_charts(root: IConstruct) -> dict[str, list[dict[str, Any]]]:
    """The manifests of each chart of the app, by the chart's id."""
    model, charts = model_of(root), _charts(root)
    model.manifests.clear()
    for chart in sorted(charts, key=lambda chart: chart.node.path in model.read_last):
        manifests_of(chart)
    return {chart.node.id: model.manifests[chart.node.path] for chart in charts}


def check_charts(root: IConstruct, manifests: dict[str, list[dict[str, Any]]], tree: Tree) -> Synthesis:
    """Check what was read of the app's charts, whoever added it.

    Args:
        root: the app.
        manifests: what `read_charts` has found.
        tree: the files that are written.
    """
    model = model_of(root)
    every = tuple(manifest for items in manifests.values() for manifest in items)
    world = World(every, model.cluster, model.existing, model.environment, complete=True, tree=tree)
    report = run_checks(world)
    charts = _charts(root)
    errors = _with_origins(charts, report.errors)
    # A construct with a wrong argument has said so; what follows from that would only repeat it.
    told = {fault.partition(":")[0] for fault in model.faults} | model.repeated
    faults = [*model.faults, *(str(error) for error in errors if not _within(error.origin, told))]
    return Synthesis(manifests, world, tuple(faults), tuple(_with_origins(charts, report.warnings)))


def synthesize(root: IConstruct) -> Synthesis:
    """Read all charts of the app and check their manifests, wherever they are written."""
    return check_charts(root, read_charts(root), Tree())


def _charts(root: IConstruct) -> list[cdk8s.Chart]:
    return [node for node in Node.of(root).find_all() if isinstance(node, cdk8s.Chart)]


def manifests_of(chart: cdk8s.Chart) -> list[dict[str, Any]]:
    """What the chart holds: as it was read last in a synth, else as it is now."""
    model, path = model_of(chart), chart.node.path
    if path not in model.manifests:
        was_reading, model.reading = model.reading, True
        try:
            model.manifests[path] = chart.to_json()
        finally:
            model.reading = was_reading
    return model.manifests[path]


def _with_origins(charts: list[cdk8s.Chart], findings: tuple[Finding, ...]) -> list[Finding]:
    """The findings with the paths of the constructs; these are looked up only where there is something to tell."""
    if not findings:
        return []
    nodes = [node for chart in charts for node in chart.node.find_all()]
    objects = [node for node in nodes if isinstance(node, cdk8s.ApiObject)]
    paths = {subject_of(api_object.to_json()): api_object.node.path for api_object in objects}
    return [replace(finding, origin=paths.get(finding.subject, "")) for finding in findings]


def _within(path: str, ancestors: Collection[str]) -> bool:
    """Whether the path is one of the others, or below one."""
    parts = path.split("/")
    return any("/".join(parts[:length]) in ancestors for length in range(1, len(parts) + 1))


@jsii.implements(IValidation)
class _AppValidation:
    """Makes any `cdk8s.App` stop before it writes, with our faults among its own."""

    def __init__(self, root: IConstruct, model: Model) -> None:
        self._root, self._model = root, model

    def validate(self) -> list[str]:
        """The faults; none while they are being looked for, since reading a chart validates it again."""
        return [] if self._model.reading else list(synthesize(self._root).faults)
