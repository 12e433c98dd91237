"""The app: a `cdk8s.App` that knows its cluster, and what is found when all of it is read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from weakref import WeakKeyDictionary

import cdk8s
import jsii
from constructs import Construct, IConstruct, IValidation, Node

from constructs_lib.arguments import checked
from constructs_lib.checks.access import NAMELESS, subject_of
from constructs_lib.checks.findings import Finding
from constructs_lib.checks.registry import run_checks
from constructs_lib.checks.tree import Tree
from constructs_lib.checks.world import World
from constructs_lib.cluster import Cluster, Existing
from constructs_lib.errors import InputError
from constructs_lib.immutable import immutable_faults
from constructs_lib.manifests import Key, Manifest, PlainManifest, key_of
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

    manifests: dict[str, list[Manifest]]
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
        _hand_over(app)
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


def read_charts(root: IConstruct) -> dict[str, list[Manifest]]:
    """The manifests of each chart of the app, by the chart's id."""
    model, charts = model_of(root), _charts(root)
    model.manifests.clear()
    for chart in sorted(charts, key=lambda chart: chart in model.read_last):
        manifests_of(chart)
    return {chart.node.id: model.manifests[chart] for chart in charts}


def check_charts(root: IConstruct, manifests: dict[str, list[Manifest]], tree: Tree) -> Synthesis:
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
    # A construct with a wrong argument has said so; what follows from that would only repeat it.
    told = {fault.partition(":")[0] for fault in model.faults} | model.repeated
    errors = [error for error in _with_origins(charts, report.errors) if not _within(error.origin, told)]
    warnings = _read_from(model, _with_origins(charts, report.warnings))
    faults = [*_located(model), *map(str, _read_from(model, errors))]
    return Synthesis(manifests, world, tuple(faults), tuple(warnings))


def synthesize(root: IConstruct) -> Synthesis:
    """Read all charts of the app and check their manifests, wherever they are written."""
    return check_charts(root, read_charts(root), Tree())


def _charts(root: IConstruct) -> list[cdk8s.Chart]:
    return [node for node in Node.of(root).find_all() if isinstance(node, cdk8s.Chart)]


def manifests_of(chart: cdk8s.Chart) -> list[Manifest]:
    """What the chart holds: as it was read last in a synth, else as it is now."""
    model = model_of(chart)
    if chart not in model.manifests:
        was_reading, model.reading = model.reading, True
        try:
            model.manifests[chart] = _read(chart)
        except RuntimeError:
            model.manifests[chart] = [manifest for _, manifest in _readable(_objects(chart), model)]
        finally:
            model.reading = was_reading
    return model.manifests[chart]


def _read(chart: cdk8s.Chart) -> list[Manifest]:
    """All manifests of the chart; of ours cdk8s is asked for no more than version, kind and metadata."""
    waiting: dict[Key, list[PlainManifest]] = {}
    for node in chart.node.find_all():
        if isinstance(node, PlainManifest) and not node.is_handed_over:
            waiting.setdefault(node.key, []).append(node)
    manifests = chart.to_json()
    keys = Counter(map(key_of, manifests))
    unclear = [node for key, nodes in waiting.items() for node in nodes if (len(nodes), keys[key]) != (1, 1)]
    if unclear:
        for node in unclear:
            node.hand_over()
        return _read(chart)
    return [
        waiting[key_of(manifest)][0].complete(manifest) if key_of(manifest) in waiting else manifest
        for manifest in manifests
    ]


def _objects(chart: cdk8s.Chart) -> list[cdk8s.ApiObject]:
    return [node for node in chart.node.find_all() if isinstance(node, cdk8s.ApiObject)]


def _readable(objects: Iterable[cdk8s.ApiObject], model: Model) -> Iterator[tuple[cdk8s.ApiObject, Manifest]]:
    """The objects read one by one; one that can't be read, by a wrong patch as a rule, is a fault of its own."""
    for api_object in objects:
        try:
            yield api_object, api_object.to_json()
        except RuntimeError as error:
            # What the rest of its construct does without it isn't worth a word.
            above = api_object.node.scope
            owner = api_object if above is None or isinstance(above, cdk8s.Chart) else above
            told = f"{api_object.kind} {api_object.name}: a JSON patch can't be applied: {_reason(error)}"
            model.report(owner, told)


def _reason(error: RuntimeError) -> str:
    """Of what JavaScript says the words that say something."""
    return re.sub(
        r"^(Error: )?(Failed serializing .* with name '[^']*': )?(\w*Error: )?", "", str(error).splitlines()[0]
    )


def _with_origins(charts: list[cdk8s.Chart], findings: tuple[Finding, ...]) -> list[Finding]:
    """The findings with the paths of the constructs; these are looked up only where there is something to tell."""
    names = {finding.subject.rpartition("/")[2] for finding in findings}
    if not names:
        return []
    named = [api_object for chart in charts for api_object in _objects(chart) if _name(api_object) in names]
    read = _readable(named, model_of(charts[0]))
    paths = {subject_of(manifest): api_object.node.path for api_object, manifest in read}
    return [replace(finding, origin=paths.get(finding.subject, "")) for finding in findings]


def _name(api_object: cdk8s.ApiObject) -> str:
    return (api_object.key[2] if isinstance(api_object, PlainManifest) else api_object.name) or NAMELESS


def _hand_over(root: IConstruct) -> None:
    """Let cdk8s have our manifests, which it is about to read."""
    for node in Node.of(root).find_all():
        if isinstance(node, PlainManifest):
            node.hand_over()


def _located(model: Model) -> list[str]:
    """The wrong arguments, with the places that they were read from; what was read once is told once."""
    found: dict[tuple[str, str], str] = {}
    for fault in model.faults:
        path, _, message = fault.partition(": ")
        argument = _ARGUMENT.match(message)
        place = model.locate(path, argument[0] if argument else "")
        found.setdefault((message, place or path), f"{fault}  [{place}]" if place else fault)
    return list(found.values())


def _read_from(model: Model, findings: Iterable[Finding]) -> list[Finding]:
    """The same for findings: what one value does to many objects is one of them."""
    found: dict[tuple[str, ...], Finding] = {}
    for finding in findings:
        place = model.locate(finding.origin, finding.field.rpartition(".")[2])
        if place:
            key = (finding.check, finding.field, finding.message, place)
            found.setdefault(key, replace(finding, origin=f"{finding.origin}, {place}"))
        else:
            found[(str(finding),)] = finding
    return list(found.values())


_ARGUMENT: Final = re.compile(r"[A-Za-z_.]+")


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
        if self._model.reading:
            return []
        faults = list(synthesize(self._root).faults)
        if not faults:
            _hand_over(self._root)
        return faults
