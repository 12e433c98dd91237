"""Read the manifests of all charts of an app."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

import cdk8s
from constructs import IConstruct, Node

from constructs_lib.app.api_objects import Key, Manifest, PlainManifest, key_of
from constructs_lib.app.app_state import AppState
from constructs_lib.errors import Fault

_INVALID: Final = re.compile(r"^  \[(.*?)\] (.*)$", re.MULTILINE)
"""A line of cdk8s' "Validation failed with the following errors"."""

_UNREADABLE: Final = re.compile(
    r"(?:Error: )?(?:Failed serializing construct at path '([^']*)' with name '[^']*': )?(?:(\w*Error): )?(.*)"
)


def read_charts(root: IConstruct, state: AppState) -> dict[str, list[Manifest]]:
    """The manifests of each chart of the app, by the chart's id."""
    charts = charts_of(root)
    state.manifests.clear()
    state.invalid.clear()
    for chart in sorted(charts, key=lambda chart: chart in state.read_last):
        manifests_of(chart, state)
    return {chart.node.id: state.manifests[chart] for chart in charts}


def charts_of(root: IConstruct) -> list[cdk8s.Chart]:
    """All charts of the app."""
    return [node for node in Node.of(root).find_all() if isinstance(node, cdk8s.Chart)]


def manifests_of(chart: cdk8s.Chart, state: AppState) -> list[Manifest]:
    """Return the manifests of a chart: those that the last synth read, or the current ones."""
    if chart not in state.manifests:
        was_reading, state.reading = state.reading, True
        try:
            state.manifests[chart] = _read(chart)
        except RuntimeError as error:
            faults = (Fault("", message, path) for path, message in _INVALID.findall(str(error)))
            state.invalid.update(dict.fromkeys(faults))
            state.manifests[chart] = [manifest for _, manifest in readable(objects_of(chart), state)]
        finally:
            state.reading = was_reading
    return state.manifests[chart]


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


def objects_of(chart: cdk8s.Chart) -> list[cdk8s.ApiObject]:
    """All objects of the chart."""
    return [node for node in chart.node.find_all() if isinstance(node, cdk8s.ApiObject)]


def readable(objects: Iterable[cdk8s.ApiObject], state: AppState) -> Iterator[tuple[cdk8s.ApiObject, Manifest]]:
    """The objects read one by one; one that can't be read is a fault of its own."""
    for api_object in objects:
        try:
            yield api_object, api_object.to_json()
        except RuntimeError as error:
            path, name, reason = _UNREADABLE.fullmatch(str(error).partition("\n")[0]).groups()  # type: ignore[union-attr]
            if path and path != api_object.node.path:
                continue  # another object that it is made from, and that tells it itself
            # What the rest of its construct does without it isn't worth a word.
            above = api_object.node.scope
            owner = api_object if above is None or isinstance(above, cdk8s.Chart) else above
            # cdk8s-plus throws an Error where something is missing; other errors come of patches.
            cause = "" if name == "Error" else "a JSON patch can't be applied: "
            state.report(owner, Fault("", f"{api_object.kind} {api_object.name}: {cause}{reason}"))


def hand_over(root: IConstruct) -> None:
    """Let cdk8s have our manifests, which it is about to read."""
    for node in Node.of(root).find_all():
        if isinstance(node, PlainManifest):
            node.hand_over()
