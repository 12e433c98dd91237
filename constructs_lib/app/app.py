"""The app: a `cdk8s.App` for one environment that knows its cluster."""

from __future__ import annotations

import cdk8s

from constructs_lib.app.app_state import AppState
from constructs_lib.app.argument_types import checked
from constructs_lib.app.validation import attach
from constructs_lib.app.writer import synth
from constructs_lib.inventory.cluster import Cluster, Existing


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
        attach(self, AppState(cluster=cluster, environment=environment, existing=existing or Existing()))

    def synth(self) -> None:
        """Check everything, then write the files; with a fault, say all of them and exit with code 1.

        Raises:
            InputError: with every fault; no file has been touched.
        """
        synth(self)
