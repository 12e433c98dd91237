"""Values that the API server rejects: schedules, ports, numbers, paths and address ranges.

Source: https://github.com/kubernetes/kubernetes/tree/master/pkg/apis (the `validation` package of each API group)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.world import World
from constructs_lib.errors import Fault, minimum_faults
from constructs_lib.kubernetes.addresses import cidr_faults, port_faults
from constructs_lib.kubernetes.http_paths import path_faults
from constructs_lib.kubernetes.manifest import Manifest, dig, integer, items, mapping, mappings, text
from constructs_lib.kubernetes.pod_owners import SCALABLE, Workload
from constructs_lib.kubernetes.schedules import cron_faults, time_zone_faults

_PROBES: Final = ("livenessProbe", "readinessProbe", "startupProbe")
_PROBE_NUMBERS: Final = (
    "initialDelaySeconds",
    "periodSeconds",
    "timeoutSeconds",
    "failureThreshold",
    "successThreshold",
)
_ACTIONS: Final = ("httpGet", "tcpSocket", "grpc")


def _findings(world: World) -> Iterator[Finding]:
    for manifest in world.of_kind("CronJob"):
        yield from _found(manifest, _schedule(manifest))
    for workload in world.workloads:
        yield from _found(workload.manifest, _workload(workload))
    for manifest in world.of_kind("Service"):
        yield from _found(manifest, _service(manifest))
    for manifest in world.of_kind("Ingress"):
        yield from _found(manifest, _ingress(manifest))
    for manifest in world.of_kind("NetworkPolicy"):
        yield from _found(manifest, _policy(manifest))


def _found(manifest: Manifest, faults: Iterable[Fault]) -> Iterator[Finding]:
    return (CHECK.error(manifest, fault.argument, fault.message) for fault in faults)


def _schedule(manifest: Manifest) -> Iterator[Fault]:
    schedule, zone = text(manifest, "spec", "schedule"), text(manifest, "spec", "timeZone")
    # Older API servers accept a time zone in the schedule.
    if schedule and "TZ=" not in schedule:
        yield from cron_faults("spec.schedule", schedule)
    if zone:
        yield from time_zone_faults("spec.timeZone", zone)


def _workload(workload: Workload) -> Iterator[Fault]:
    if workload.kind in SCALABLE:
        yield from minimum_faults("spec.replicas", integer(workload.manifest, "spec", "replicas"), 0)
    for where, container in workload.containers():
        yield from _container_ports(where, container)
        for probe in _PROBES:
            yield from _probe(f"{where}.{probe}", mapping(container, probe))


def _container_ports(where: str, container: Manifest) -> Iterator[Fault]:
    for place, port in mappings(container, "ports"):
        for field in ("containerPort", "hostPort"):
            number = integer(port, field)
            # A host port of 0 means none.
            if number is not None and not (field == "hostPort" and number == 0):
                yield from port_faults(f"{where}.ports[{place}].{field}", number)


def _probe(where: str, probe: Manifest) -> Iterator[Fault]:
    for field in _PROBE_NUMBERS:
        # 0 is read as the default.
        yield from minimum_faults(f"{where}.{field}", integer(probe, field), 0)
    threshold = integer(probe, "successThreshold")
    if not where.endswith("readinessProbe") and threshold is not None and threshold > 1:
        yield Fault(f"{where}.successThreshold", f"must be 1, got {threshold}; only a readinessProbe can need more")
    for action in _ACTIONS:
        number = integer(probe, action, "port")
        if number is not None:
            yield from port_faults(f"{where}.{action}.port", number)


def _service(manifest: Manifest) -> Iterator[Fault]:
    for place, port in mappings(manifest, "spec", "ports"):
        for field in ("port", "targetPort"):
            number = integer(port, field)
            # A target port of 0 is read as the port.
            if number is not None and not (field == "targetPort" and number == 0):
                yield from port_faults(f"spec.ports[{place}].{field}", number)


def _ingress(manifest: Manifest) -> Iterator[Fault]:
    for rule_place, rule in mappings(manifest, "spec", "rules"):
        for place, entry in mappings(rule, "http", "paths"):
            path = dig(entry, "path")
            if isinstance(path, str) and text(entry, "pathType") in ("Exact", "Prefix"):
                yield from path_faults(f"spec.rules[{rule_place}].http.paths[{place}].path", path)


def _policy(manifest: Manifest) -> Iterator[Fault]:
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        for rule_place, rule in mappings(manifest, "spec", direction):
            for place, port in mappings(rule, "ports"):
                number = integer(port, "port")
                if number is not None:
                    yield from port_faults(f"spec.{direction}[{rule_place}].ports[{place}].port", number)
            for place, peer in mappings(rule, peers):
                where = f"spec.{direction}[{rule_place}].{peers}[{place}].ipBlock"
                cidr = dig(peer, "ipBlock", "cidr")
                yield from cidr_faults(f"{where}.cidr", [cidr] if isinstance(cidr, str) else [])
                for number, excepted in enumerate(items(peer, "ipBlock", "except")):
                    yield from cidr_faults(f"{where}.except[{number}]", [excepted] if isinstance(excepted, str) else [])


CHECK: Final = Check(
    id="invalid-value",
    title="a value that the API server rejects",
    description="The API server rejects the object: a CronJob whose schedule has an hour 24 is never created.",
    example='kind: CronJob\nspec: {schedule: "0 24 * * *"}',
    remediation="Write a value in the range and form that the message names.",
    run=_findings,
)
