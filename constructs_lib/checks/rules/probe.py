"""Probes that can't succeed, or that say nothing.

Source: https://kubernetes.io/docs/concepts/workloads/pods/probes/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.world import World
from constructs_lib.checks.rules.service_port import container_ports, quoted_number
from constructs_lib.errors import did_you_mean
from constructs_lib.kubernetes.addresses import port_faults
from constructs_lib.kubernetes.celery_commands import after, celery, option, split
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest, dig, integer, items, mapping, mappings, text
from constructs_lib.kubernetes.pod_owners import Workload
from constructs_lib.kubernetes.validation.containers import PROBES

_TIMEOUT_OPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "celery": ("-t", "--timeout"),
    "curl": ("-m", "--max-time"),
    "pg_isready": ("-t", "--timeout"),
    "wget": ("-T", "--timeout"),
}
_SECONDS: Final = re.compile(r"(\d+(?:\.\d+)?)s?")


def _faults(world: World) -> Iterator[Finding]:
    for workload in world.workloads:
        for where, container in workload.containers():
            for field in PROBES:
                probe = mapping(container, field)
                if probe:
                    yield from _port(workload, where / field, container, probe)
                    yield from _command(workload, where / field, probe)


def _port(workload: Workload, where: FieldPath, container: Manifest, probe: Manifest) -> Iterator[Finding]:
    name = text(container, "name")
    for action in ("httpGet", "tcpSocket", "grpc"):
        port = dig(probe, action, "port")
        field = where / action / "port"
        if isinstance(port, str) and port.isdigit():
            yield CHECK.error(workload.manifest, field, quoted_number(port))
        elif isinstance(port, str):
            names = {text(entry, "name") for _, entry in mappings(container, "ports")} - {""}
            if port not in names:
                hint = did_you_mean(port, names) or "; declare it"
                message = f"container {name} declares no port named {port}, so the probe always fails{hint}"
                yield CHECK.error(workload.manifest, field, message)
        elif isinstance(port, int) and not isinstance(port, bool) and not text(probe, action, "host"):
            own = [number for number in _numbers(container) if number]
            known = {number for _, number, _ in container_ports(workload)}
            if own and port not in known and not any(port_faults("", port)):
                message = (
                    f"no container declares port {port}: if nothing listens there, the probe always fails; "
                    f"known: {', '.join(map(str, own))}"
                )
                yield CHECK.warning(workload.manifest, field, message)


def _numbers(container: Manifest) -> Iterator[int | None]:
    return (integer(port, "containerPort") for _, port in mappings(container, "ports"))


def _command(workload: Workload, where: FieldPath, probe: Manifest) -> Iterator[Finding]:
    command = split(items(probe, "exec", "command"))
    if not command:
        return
    own = integer(probe, "timeoutSeconds")
    allowed = 1 if own is None else own
    needed = _timeout(command)
    if needed is not None and needed >= allowed:
        default = " (the default)" if own is None else ""
        message = (
            f"the kubelet ends the probe after {allowed} s{default}, before the command's own timeout of "
            f"{needed:g} s; set timeoutSeconds above it"
        )
        yield CHECK.error(workload.manifest, where / "timeoutSeconds", message)
    if celery(command) == "inspect" and "ping" in command and not option(command, "-d", "--destination"):
        message = (
            "every live worker answers this ping, so the probe succeeds even if this worker hangs; "
            "add -d celery@$HOSTNAME"
        )
        yield CHECK.error(workload.manifest, where / "exec" / "command", message)


def _timeout(command: tuple[str, ...]) -> float | None:
    """The seconds that a command gives itself."""
    for program, names in _TIMEOUT_OPTIONS.items():
        match = _SECONDS.fullmatch(option(after(command, program), *names))
        if match:
            return float(match[1])
    following = next((word for word in after(command, "timeout") if not word.startswith("-")), "")
    match = _SECONDS.fullmatch(following)
    return float(match[1]) if match else None


CHECK: Final = Check(
    id="probe",
    title="a probe that cannot succeed, or that always succeeds",
    description="A liveness probe restarts a healthy container again and again if its port does not exist, or if it "
    "times out before its command can answer. Any worker answers `celery inspect ping` without a "
    "destination.",
    example="livenessProbe:\n  timeoutSeconds: 5\n  exec: {command: [celery, -A, app, inspect, ping, -t, '10']}",
    remediation="Name a port that the container declares, set timeoutSeconds above the command's own timeout, and "
    "pass `--destination`.",
    run=_faults,
)
