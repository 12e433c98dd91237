"""Probes of containers: startup, readiness and liveness.

Source: https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from constructs_lib.errors import Fault, minimum_faults, shown
from constructs_lib.kubernetes.addresses import port_faults


@dataclass(frozen=True, kw_only=True)
class Probe:
    """The timing that all probes share.

    Args:
        period_seconds: how often it is asked.
        timeout_seconds: how long an answer may take.
        failure_threshold: how many failures in a row count.
        initial_delay_seconds: how long to wait after the container's start.
    """

    period_seconds: int = 10
    timeout_seconds: int = 3
    failure_threshold: int = 3
    initial_delay_seconds: int = 0

    def render(self) -> dict[str, Any]:
        """The probe's mapping."""
        delay = {"initialDelaySeconds": self.initial_delay_seconds} if self.initial_delay_seconds else {}
        return {
            **self.action(),
            **delay,
            "periodSeconds": self.period_seconds,
            "timeoutSeconds": self.timeout_seconds,
            "failureThreshold": self.failure_threshold,
        }

    def action(self) -> Mapping[str, Any]:
        """Return the action of the probe."""
        raise NotImplementedError

    def faults(self, name: str) -> Iterator[Fault]:
        """Yield the faults of the timing."""
        for field in ("period_seconds", "timeout_seconds", "failure_threshold"):
            yield from minimum_faults(f"{name}.{field}", getattr(self, field), 1)
        yield from minimum_faults(f"{name}.initial_delay_seconds", self.initial_delay_seconds, 0)
        port = getattr(self, "port", None)
        if isinstance(port, int):
            yield from port_faults(f"{name}.port", port)


@dataclass(frozen=True)
class HttpProbe(Probe):
    """A GET that answers with a status from 200 to 399.

    Args:
        path: beginning with a slash.
        port: number or name; by default the container's first port.
    """

    path: str
    port: int | str | None = None

    def action(self) -> Mapping[str, Any]:
        """`httpGet`."""
        return {"httpGet": {"path": self.path, "port": self.port}}

    def faults(self, name: str) -> Iterator[Fault]:
        """Yield the faults of path and timing."""
        if not self.path.startswith("/"):
            yield Fault(f"{name}.path", f"{shown(self.path)} must begin with a slash")
        yield from super().faults(name)


@dataclass(frozen=True)
class TcpProbe(Probe):
    """A connection that opens; it says nothing of the process behind it.

    Args:
        port: number or name; by default the container's first port.
    """

    port: int | str | None = None

    def action(self) -> Mapping[str, Any]:
        """`tcpSocket`."""
        return {"tcpSocket": {"port": self.port}}


@dataclass(frozen=True)
class GrpcProbe(Probe):
    """The gRPC health checking protocol.

    Args:
        port: number.
        service: the service asked about; by default the server as a whole.
    """

    port: int
    service: str | None = None

    def action(self) -> Mapping[str, Any]:
        """`grpc`."""
        return {"grpc": {"port": self.port, **({"service": self.service} if self.service else {})}}


@dataclass(frozen=True)
class ExecProbe(Probe):
    """A command in the container that ends with status 0.

    Args:
        command: each word an element, no shell.
    """

    command: tuple[str, ...]

    def action(self) -> Mapping[str, Any]:
        """`exec`."""
        return {"exec": {"command": list(self.command)}}

    def faults(self, name: str) -> Iterator[Fault]:
        """Yield the faults of command and timing."""
        if not self.command:
            yield Fault(f"{name}.command", "names no command")
        yield from super().faults(name)


@dataclass(frozen=True)
class Probes:
    """A container's three probes; `None` switches one off.

    Args:
        startup: until it has passed, the other two aren't asked.
        readiness: while it fails, Services send nothing.
        liveness: when it fails, the container is restarted.
    """

    startup: Probe | None = None
    readiness: Probe | None = None
    liveness: Probe | None = None

    def render(self, default_port: str | None) -> dict[str, Any]:
        """The container's probe fields; a probe without a port gets the default."""
        rendered = {}
        for name in ("startup", "readiness", "liveness"):
            probe: Probe | None = getattr(self, name)
            if probe is not None:
                fields = probe.render()
                for action in fields.values():
                    if isinstance(action, dict) and action.get("port", "") is None:
                        action["port"] = default_port
                rendered[f"{name}Probe"] = fields
        return rendered

    def faults(self, *, has_port: bool) -> Iterator[Fault]:
        """Yield the faults of any of them, in a container that has a port, or none."""
        for name in ("startup", "readiness", "liveness"):
            probe: Probe | None = getattr(self, name)
            if probe is not None:
                yield from probe.faults(f"probes.{name}")
                if not has_port and getattr(probe, "port", 0) is None:
                    yield Fault(f"probes.{name}.port", "is required, because the container has no port")
