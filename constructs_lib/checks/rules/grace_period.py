"""preStop hooks that use up the grace period of their pod.

The kubelet starts the grace period, runs the preStop hook, and sends SIGTERM when the hook ends. If the hook takes the
whole period, the process gets SIGKILL two seconds after SIGTERM, so requests and tasks in progress are lost.

Source: https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#hook-handler-execution
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding, Severity
from constructs_lib.checks.engine.world import World
from constructs_lib.kubernetes.celery_commands import split
from constructs_lib.kubernetes.manifest import Manifest, integer, items, mapping

_DEFAULT_SECONDS: Final = 30
"""Source: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination"""

_SLEEP: Final = re.compile(r"(?:(?:/bin/)?(?:ba)?sh -c )?(?:exec )?(?:/bin/)?sleep (\d+)")


def _faults(world: World) -> Iterator[Finding]:
    for workload in world.workloads:
        own = integer(workload.spec, "terminationGracePeriodSeconds")
        grace = _DEFAULT_SECONDS if own is None else own
        default = " (the default)" if own is None else ""
        for where, container in workload.containers():
            hook = mapping(container, "lifecycle", "preStop")
            slept = _slept(hook)
            if slept is not None and slept >= grace:
                message = (
                    f"the hook sleeps {slept} s of the pod's grace period of {grace} s{default}, so the process is "
                    f"killed about 2 s after SIGTERM; set terminationGracePeriodSeconds above {slept}, or sleep less"
                )
                yield CHECK.warning(workload.manifest, where / "lifecycle" / "preStop", message)


def _slept(hook: Manifest) -> int | None:
    """Return the seconds that the hook sleeps, or None if it does not sleep or does something else as well."""
    match = _SLEEP.fullmatch(" ".join(split(items(hook, "exec", "command"))))
    return int(match[1]) if match else integer(hook, "sleep", "seconds")


CHECK: Final = Check(
    id="grace-period",
    title="a preStop hook that leaves the process no time to stop",
    description="The grace period includes the preStop hook. If the hook takes all of it, the kubelet kills the "
    "process about two seconds after SIGTERM, and requests and tasks in progress are lost.",
    example="lifecycle: {preStop: {exec: {command: [sleep, '60']}}}  # the grace period is 30 s by default",
    remediation="Set `terminationGracePeriodSeconds` to the time of the hook plus the time that the process needs.",
    run=_faults,
    severity=Severity.WARNING,
)
