"""The app: a `cdk8s.App` that knows its cluster; any app stops before it writes what would fail."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import cdk8s
import jsii
from constructs import Construct, IConstruct, IValidation, Node

from constructs_lib.arguments import checked
from constructs_lib.charts import hand_over, read_charts
from constructs_lib.checks.tree import Tree
from constructs_lib.cluster import Cluster, Existing
from constructs_lib.errors import InputError
from constructs_lib.immutable import immutable_faults
from constructs_lib.model import Model
from constructs_lib.synthesis import Synthesis, check_charts

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


def model_of(scope: IConstruct) -> Model:
    """The model of the app that `scope` belongs to; the first use in an app makes its synth check everything."""
    model = _models.get(scope)
    if model is None:
        root = Node.of(scope).root
        model = _models.get(root)
        if model is None:
            model = _models[root] = Model()
            Node.of(root).add_validation(_AppValidation(root, model))
            if isinstance(root, cdk8s.App) and not isinstance(root, App):
                _end_with_lines(root, model)
        _models[scope] = model  # each question to Node takes its time
    return model


def _end_with_lines(app: cdk8s.App, model: Model) -> None:
    """Let a team's own app end with the lines alone too, before its validation ends it with a stack trace."""
    write = app.synth

    def synth() -> None:
        read = synthesize(app)
        faults = [*read.faults]
        for chart, manifests in read.manifests.items():
            file = Path(app.outdir) / f"{chart}{app.output_file_extension}"
            faults += immutable_faults(file, cdk8s.Yaml.stringify(*manifests), manifests)
        if faults:
            raise InputError(faults)
        hand_over(app)
        model.reading = True  # all is checked already
        try:
            write()
        finally:
            model.reading = False

    app.synth = synth  # type: ignore[method-assign]


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


def synthesize(root: IConstruct) -> Synthesis:
    """Read all charts of the app and check their manifests, whoever added them; nothing is written.

    Args:
        root: the app, ours or a plain `cdk8s.App` that our constructs are in.

    Returns:
        Its manifests, and what a synth would say of them.
    """
    model = model_of(root)
    return check_charts(root, model, read_charts(root, model), Tree())


@jsii.implements(IValidation)
class _AppValidation:
    """Makes any `cdk8s.App` stop before it writes, with our faults among its own."""

    def __init__(self, root: IConstruct, model: Model) -> None:
        self._root, self._model = root, model

    def validate(self) -> list[str]:
        """The faults; none while they are being looked for, since reading a chart validates it again."""
        if self._model.reading:
            return []
        faults = list(synthesize(self._root).faults)
        if not faults:
            hand_over(self._root)
        return faults
