"""Validation: any app that our constructs are in checks its manifests before it writes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import cdk8s
import jsii
from constructs import Construct, IConstruct, IValidation, Node

from constructs_lib.app.app_state import AppState
from constructs_lib.app.chart_reader import hand_over, read_charts
from constructs_lib.app.immutable_fields import immutable_faults
from constructs_lib.app.synthesis import Synthesis, check_charts
from constructs_lib.checks.engine.repository_files import RepositoryFiles
from constructs_lib.errors import Fault, InputError, shown

_states: WeakKeyDictionary[Any, AppState] = WeakKeyDictionary()


def state_of(scope: IConstruct) -> AppState:
    """Return the state of the app that contains `scope`; the first call makes its synth check everything."""
    state = _states.get(scope)
    if state is None:
        root = Node.of(scope).root
        state = _states.get(root)
        if state is None:
            state = AppState()
            attach(root, state)
            if isinstance(root, cdk8s.App):
                _end_with_lines(root, state)
        _states[scope] = state  # each question to Node takes its time
    return state


def attach(root: IConstruct, state: AppState) -> None:
    """Make this the state of the app, whose synth then checks everything."""
    _states[root] = state
    Node.of(root).add_validation(_AppValidation(root, state))


def _end_with_lines(app: cdk8s.App, state: AppState) -> None:
    """Let a team's own app end with the lines alone too, before its validation ends it with a stack trace."""
    write = app.synth

    def synth() -> None:
        read = synthesize(app)
        faults: list[object] = [*read.errors]
        for chart, manifests in read.manifests.items():
            file = Path(app.outdir) / f"{chart}{app.output_file_extension}"
            faults += immutable_faults(file, cdk8s.Yaml.stringify(*manifests), manifests)
        if faults:
            raise InputError(faults)
        hand_over(app)
        state.reading = True  # all is checked already
        try:
            write()
        finally:
            state.reading = False

    app.synth = synth  # type: ignore[method-assign]


def free_id(scope: Construct, construct_id: str) -> str:
    """The id, or where it is taken already, which is a fault, another one: the rest can be looked at then."""
    free = construct_id
    node = scope.node
    while node.try_find_child(free) is not None:
        free += "-again"
    if free != construct_id:
        path = "/".join(part for part in (scope.node.path, free) if part)
        state_of(scope).repeated.add(path)
        message = f"another construct already has the id {shown(construct_id)}; rename one of them"
        state_of(scope).report_at(path.removesuffix("-again"), Fault("", message))
    return free


def synthesize(root: IConstruct) -> Synthesis:
    """Read all charts of the app and check their manifests, without writing files.

    Args:
        root: the app, ours or a plain `cdk8s.App` that our constructs are in.

    Returns:
        Its manifests, and what a synth would say of them.
    """
    state = state_of(root)
    return check_charts(root, state, read_charts(root, state), RepositoryFiles())


@jsii.implements(IValidation)
class _AppValidation:
    """Makes any `cdk8s.App` stop before it writes, with our faults among its own."""

    def __init__(self, root: IConstruct, state: AppState) -> None:
        self._root, self._state = root, state

    def validate(self) -> list[str]:
        """The faults; none while they are being looked for, since reading a chart validates it again."""
        if self._state.reading:
            return []
        faults = list(synthesize(self._root).faults)
        if not faults:
            hand_over(self._root)
        return faults
