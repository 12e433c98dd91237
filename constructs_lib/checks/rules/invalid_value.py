"""Values that the API server rejects: schedules, ports, numbers, paths and address ranges.

Source: https://github.com/kubernetes/kubernetes/tree/master/pkg/apis (the `validation` package of each API group)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.world import World
from constructs_lib.errors import Fault, minimum_faults
from constructs_lib.kubernetes.addresses import cidr_faults, port_faults
from constructs_lib.kubernetes.field_path import FieldPath
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
_FieldFault: TypeAlias = tuple[FieldPath, Fault]


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


def _found(manifest: Manifest, faults: Iterable[_FieldFault]) -> Iterator[Finding]:
    return (CHECK.error(manifest, field, fault.message) for field, fault in faults)


def _at(field: FieldPath, faults: Iterable[Fault]) -> Iterator[_FieldFault]:
    return ((field, fault) for fault in faults)


def _schedule(manifest: Manifest) -> Iterator[_FieldFault]:
    schedule, zone = text(manifest, "spec", "schedule"), text(manifest, "spec", "timeZone")
    # Older API servers accept a time zone in the schedule.
    if schedule and "TZ=" not in schedule:
        yield from _at(FieldPath("spec", "schedule"), cron_faults("", schedule))
    if zone:
        yield from _at(FieldPath("spec", "timeZone"), time_zone_faults("", zone))


def _workload(workload: Workload) -> Iterator[_FieldFault]:
    if workload.kind in SCALABLE:
        replicas = integer(workload.manifest, "spec", "replicas")
        yield from _at(FieldPath("spec", "replicas"), minimum_faults("", replicas, 0))
    for where, container in workload.containers():
        yield from _container_ports(where, container)
        for probe in _PROBES:
            yield from _probe(where / probe, mapping(container, probe))


def _container_ports(where: FieldPath, container: Manifest) -> Iterator[_FieldFault]:
    for place, port in mappings(container, "ports"):
        for field in ("containerPort", "hostPort"):
            number = integer(port, field)
            # A host port of 0 means none.
            if number is not None and not (field == "hostPort" and number == 0):
                yield from _at(where / "ports" / place / field, port_faults("", number))


def _probe(where: FieldPath, probe: Manifest) -> Iterator[_FieldFault]:
    for field in _PROBE_NUMBERS:
        # 0 is read as the default.
        yield from _at(where / field, minimum_faults("", integer(probe, field), 0))
    threshold = integer(probe, "successThreshold")
    if where[-1] != "readinessProbe" and threshold is not None and threshold > 1:
        message = f"must be 1, got {threshold}; only a readinessProbe can need more"
        yield where / "successThreshold", Fault("", message)
    for action in _ACTIONS:
        number = integer(probe, action, "port")
        if number is not None:
            yield from _at(where / action / "port", port_faults("", number))


def _service(manifest: Manifest) -> Iterator[_FieldFault]:
    for place, port in mappings(manifest, "spec", "ports"):
        for field in ("port", "targetPort"):
            number = integer(port, field)
            # A target port of 0 is read as the port.
            if number is not None and not (field == "targetPort" and number == 0):
                yield from _at(FieldPath("spec", "ports", place, field), port_faults("", number))


def _ingress(manifest: Manifest) -> Iterator[_FieldFault]:
    for rule_place, rule in mappings(manifest, "spec", "rules"):
        for place, entry in mappings(rule, "http", "paths"):
            path = dig(entry, "path")
            if isinstance(path, str) and text(entry, "pathType") in ("Exact", "Prefix"):
                field = FieldPath("spec", "rules", rule_place, "http", "paths", place, "path")
                yield from _at(field, path_faults("", path))


def _policy(manifest: Manifest) -> Iterator[_FieldFault]:
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        for rule_place, rule in mappings(manifest, "spec", direction):
            where = FieldPath("spec", direction, rule_place)
            for place, port in mappings(rule, "ports"):
                number = integer(port, "port")
                if number is not None:
                    yield from _at(where / "ports" / place / "port", port_faults("", number))
            for place, peer in mappings(rule, peers):
                yield from _ip_block(where / peers / place / "ipBlock", mapping(peer, "ipBlock"))


def _ip_block(where: FieldPath, block: Manifest) -> Iterator[_FieldFault]:
    cidr = text(block, "cidr")
    yield from _at(where / "cidr", cidr_faults("", [cidr] if cidr else []))
    for place, excepted in enumerate(items(block, "except")):
        if isinstance(excepted, str):
            yield from _at(where / "except" / place, cidr_faults("", [excepted]))


CHECK: Final = Check(
    id="invalid-value",
    title="a value that the API server rejects",
    description="The API server rejects the object: a CronJob whose schedule has an hour 24 is never created.",
    example='kind: CronJob\nspec: {schedule: "0 24 * * *"}',
    remediation="Write a value in the range and form that the message names.",
    run=_findings,
)
