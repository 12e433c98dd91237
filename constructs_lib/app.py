"""The app: a `cdk8s.App` that knows its cluster, and what is found when all of it is read."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import cdk8s
import jsii
from constructs import IConstruct, IValidation, Node

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
        from constructs_lib.output import synth  # noqa: PLC0415  # synth takes apps

        synth(self)


def model_of(scope: IConstruct) -> Model:
    """The model of the app that `scope` belongs to; the first use in an app makes its synth check everything."""
    root = Node.of(scope).root
    model = _models.get(root)
    if model is None:
        model = _models[root] = Model()
        Node.of(root).add_validation(_AppValidation(root, model))
    return model


def manifests_of(root: IConstruct) -> dict[str, list[dict[str, Any]]]:
    """The manifests of each chart below `root`, in the order in which they are written, by the chart's id."""
    model = model_of(root)
    was_reading, model.reading = model.reading, True
    try:
        charts = [node for node in Node.of(root).find_all() if isinstance(node, cdk8s.Chart)]
        return {chart.node.id: chart.to_json() for chart in charts}
    finally:
        model.reading = was_reading


def faults_of(root: IConstruct) -> list[str]:
    """All that stands against writing the app's manifests, a line each."""
    return list(model_of(root).faults)


@jsii.implements(IValidation)
class _AppValidation:
    """Makes any `cdk8s.App` stop before it writes, with our findings among its own."""

    def __init__(self, root: IConstruct, model: Model) -> None:
        self._root, self._model = root, model

    def validate(self) -> list[str]:
        """The faults; none while they are being looked for, since reading a chart validates it again."""
        return [] if self._model.reading else faults_of(self._root)
