"""The app: a `cdk8s.App` for one environment that knows its cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import cdk8s
from constructs import IConstruct

from constructs_lib.app.app_state import AppState
from constructs_lib.app.argument_types import checked
from constructs_lib.app.validation import attach, state_of
from constructs_lib.app.writer import synth
from constructs_lib.errors import Fault
from constructs_lib.inventory.cluster import Cluster, Existing


class App(cdk8s.App):
    """A `cdk8s.App` for one environment.

    Args:
        cluster: nodes that the app is deployed to; required by constructs with a `node_pool`.
        environment: name of the environment, such as `prod`; `prod` and `production` get stricter checks.
        existing: namespaces, Services, Secrets and other objects that the cluster already has.
        outdir: folder of the written files, as in `cdk8s.App`.
        locate: function from a construct's path and one of its arguments to the source of the value, such as
            `values/prod.yaml:12`, or None. Faults then name that source.
    """

    @checked
    def __init__(
        self,
        *,
        cluster: Cluster | None = None,
        environment: str | None = None,
        existing: Existing | None = None,
        outdir: str | None = None,
        locate: Callable[[str, str], str | None] | None = None,
    ) -> None:
        super().__init__(outdir=outdir)
        state = AppState(cluster=cluster, environment=environment, existing=existing or Existing())
        if locate is not None:
            state.locate = locate
        attach(self, state)

    @property
    def environment(self) -> str | None:
        """Name of the environment, such as `prod`, or None."""
        return state_of(self).environment

    def report(self, scope: IConstruct | str, *faults: Fault) -> None:
        """Record wrong arguments of a construct; `synth` reports them with all others and writes no file.

        Args:
            scope: the construct, or the path of a construct that does not exist yet, such as `shop/api`.
            faults: its faults.
        """
        if isinstance(scope, str):
            state_of(self).report_at(scope, *faults)
        else:
            state_of(self).report(scope, *faults)

    def declare(self, **more: Iterable[object]) -> None:
        """Add objects that the cluster already has, under the names of `Existing`'s fields.

        For example `app.declare(secrets=[ExistingKeys(namespace="shop", name="db")])`.
        """
        state_of(self).declare(**more)

    def synth(self) -> None:
        """Check everything, then write the files.

        Raises:
            InputError: with every fault; no file is written.
        """
        synth(self)
