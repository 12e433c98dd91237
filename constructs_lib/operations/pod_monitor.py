"""A PodMonitor of its own, for pods that the app does not define."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from constructs import Construct

from constructs_lib.app.api_objects import add_manifest
from constructs_lib.app.argument_types import checked
from constructs_lib.app.validation import free_id, state_of
from constructs_lib.errors import Fault
from constructs_lib.manifests.monitors import Monitors, ScrapeEndpoint, pod_monitor


class PodMonitor(Construct):
    """A PodMonitor for pods of a namespace that the app does not own.

    Args:
        pod_labels: labels of the pods.
        endpoints: metrics endpoints of each pod.
        monitors: settings of the monitor.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        pod_labels: Mapping[str, str],
        endpoints: Sequence[ScrapeEndpoint],
        monitors: Monitors = Monitors(),
    ) -> None:
        super().__init__(scope, free_id(scope, construct_id))
        if not pod_labels:
            state_of(self).report(
                self, Fault("pod_labels", "must not be empty, or every pod of the namespace is scraped")
            )
        if not endpoints:
            state_of(self).report(self, Fault("endpoints", "must name at least one"))
        self.monitor = add_manifest(self, "monitor", pod_monitor(construct_id, pod_labels, endpoints, monitors))
