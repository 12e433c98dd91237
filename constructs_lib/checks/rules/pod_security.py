"""Pods that their namespace's Pod Security level refuses.

Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/ (the latest version's rules)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.world import World
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest, dig, integer, items, mapping, mappings, text
from constructs_lib.kubernetes.pod_owners import Workload
from constructs_lib.kubernetes.validation.containers import PROBES

ENFORCE: Final = "pod-security.kubernetes.io/enforce"
"""The namespace's label that says which level it refuses to go below."""

_LEVELS: Final = ("privileged", "baseline", "restricted")
_ALL_CONTAINERS: Final = ("initContainers", "containers", "ephemeralContainers")
_BASELINE_CAPABILITIES: Final = frozenset(
    [
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    ]
)
_SELINUX_TYPES: Final = ("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t")
_PROFILES: Final = ("RuntimeDefault", "Localhost")
_APPARMOR: Final = "container.apparmor.security.beta.kubernetes.io/"
_SYSCTLS: Final = frozenset(
    [
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.ping_group_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_wmem",
    ]
)
_VOLUMES: Final = frozenset(
    [
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "persistentVolumeClaim",
        "projected",
        "secret",
        "image",
    ]
)


_PROBES_AND_HOOKS: Final = (
    *((probe,) for probe in PROBES),
    ("lifecycle", "postStart"),
    ("lifecycle", "preStop"),
)


class _Breach(NamedTuple):
    where: FieldPath
    what: str
    remediation: str


def _faults(world: World) -> Iterator[Finding]:
    for workload in world.workloads:
        level = world.namespace_labels(workload.namespace).get(ENFORCE, "privileged")
        if level == "privileged":
            continue
        breaches = [_baseline(workload)]
        if level != "baseline":
            breaches.append(_restricted(workload))
        for breach in (breach for group in breaches for breach in group):
            rule = f"namespace {workload.namespace} enforces the level {level}, which rejects pods with {breach.what}"
            message = f"{rule}; {breach.remediation}"
            yield CHECK.error(workload.manifest, breach.where, message)


def _baseline(workload: Workload) -> Iterator[_Breach]:
    spec, path = workload.spec, workload.path
    for field in ("hostNetwork", "hostPID", "hostIPC"):
        if spec.get(field) is True:
            yield _Breach(path / field, f"{field}: true", "leave it out")
    for place, volume in mappings(spec, "volumes"):
        if "hostPath" in volume:
            remediation = "use a volume claim or an emptyDir"
            yield _Breach(path / "volumes" / place / "hostPath", "hostPath volumes", remediation)
    for place, sysctl in mappings(spec, "securityContext", "sysctls"):
        name = text(sysctl, "name")
        if name not in _SYSCTLS:
            where = path / "securityContext" / "sysctls" / place / "name"
            yield _Breach(where, f"the sysctl {name}", "remove it")
    yield from _options(path / "securityContext", mapping(spec, "securityContext"))
    for key, value in workload.annotations.items():
        if key.startswith(_APPARMOR) and value != "runtime/default" and not value.startswith("localhost/"):
            where = workload.template_path / "metadata" / "annotations" / key
            yield _Breach(where, f"the AppArmor profile {value}", "use runtime/default")
    for where, container in workload.containers(*_ALL_CONTAINERS):
        yield from _baseline_container(where, container)


def _baseline_container(where: FieldPath, container: Manifest) -> Iterator[_Breach]:
    context, path = mapping(container, "securityContext"), where / "securityContext"
    yield from _options(path, context)
    if context.get("privileged") is True:
        yield _Breach(path / "privileged", "privileged containers", "leave it out")
    added = sorted({str(item) for item in items(context, "capabilities", "add")} - _BASELINE_CAPABILITIES)
    if added:
        what = f"the added capability {', '.join(added)}"
        yield _Breach(path / "capabilities" / "add", what, "remove it")
    mount = context.get("procMount")
    if mount not in (None, "Default"):
        yield _Breach(path / "procMount", f"procMount: {mount}", "leave it out")
    for place, port in mappings(container, "ports"):
        if port.get("hostPort"):
            yield _Breach(where / "ports" / place / "hostPort", "host ports", "use a Service")
    for hook in _PROBES_AND_HOOKS:
        for action in ("httpGet", "tcpSocket"):
            if text(container, *hook, action, "host"):
                yield _Breach(FieldPath(*where, *hook, action, "host"), "a host in probes and hooks", "leave it out")


def _options(path: FieldPath, context: Manifest) -> Iterator[_Breach]:
    """Yield the breaches of fields that pods and containers share."""
    if dig(context, "windowsOptions", "hostProcess") is True:
        yield _Breach(path / "windowsOptions" / "hostProcess", "host processes", "leave it out")
    linux = mapping(context, "seLinuxOptions")
    if (linux.get("type") or "") not in _SELINUX_TYPES:
        what = f"the SELinux type {linux['type']}"
        yield _Breach(path / "seLinuxOptions" / "type", what, "use container_t")
    for field in ("user", "role"):
        if linux.get(field):
            yield _Breach(path / "seLinuxOptions" / field, f"an SELinux {field}", "leave it out")
    for field, what in (("seccompProfile", "seccomp"), ("appArmorProfile", "AppArmor")):
        kind = dig(context, field, "type")
        if kind is not None and kind not in _PROFILES:
            yield _Breach(path / field / "type", f"the {what} profile {kind}", "use RuntimeDefault")


def _restricted(workload: Workload) -> Iterator[_Breach]:
    spec, path = workload.spec, workload.path
    for place, volume in mappings(spec, "volumes"):
        kinds = {key for key in volume if key not in ("name", "hostPath")} - _VOLUMES
        if kinds:
            kind = sorted(map(str, kinds))[0]
            yield _Breach(path / "volumes" / place / kind, f"{kind} volumes", "use a volume claim")
    context = mapping(spec, "securityContext")
    if integer(context, "runAsUser") == 0:
        yield _Breach(path / "securityContext" / "runAsUser", "the user 0 (root)", "set another number")
    is_windows = text(spec, "os", "name") == "windows"
    for where, container in workload.containers(*_ALL_CONTAINERS):
        yield from _users(where, container, context)
        if not is_windows:  # has none of what follows
            yield from _linux_only(where, container, context)


def _users(where: FieldPath, container: Manifest, pod: Manifest) -> Iterator[_Breach]:
    context, path = mapping(container, "securityContext"), where / "securityContext"
    if context.get("runAsNonRoot", pod.get("runAsNonRoot")) is not True:
        what = "containers that may run as root"
        yield _Breach(path / "runAsNonRoot", what, "set runAsNonRoot: true")
    if integer(context, "runAsUser") == 0:
        yield _Breach(path / "runAsUser", "the user 0 (root)", "set another number")


def _linux_only(where: FieldPath, container: Manifest, pod: Manifest) -> Iterator[_Breach]:
    context, path = mapping(container, "securityContext"), where / "securityContext"
    if context.get("allowPrivilegeEscalation") is not False:
        what = "containers that may gain privileges"
        yield _Breach(path / "allowPrivilegeEscalation", what, "set allowPrivilegeEscalation: false")
    profile = dig(context, "seccompProfile", "type") or dig(pod, "seccompProfile", "type")
    if profile is None:
        remediation = "set seccompProfile: {type: RuntimeDefault}"
        yield _Breach(path / "seccompProfile", "containers without a seccomp profile", remediation)
    if "ALL" not in items(context, "capabilities", "drop"):
        remediation = "set capabilities: {drop: [ALL]}"
        yield _Breach(path / "capabilities" / "drop", "containers that keep capabilities", remediation)
    added = {str(item) for item in items(context, "capabilities", "add")}
    beyond = sorted((added & _BASELINE_CAPABILITIES) - {"NET_BIND_SERVICE"})
    if beyond:
        what = f"the added capability {', '.join(beyond)}"
        yield _Breach(path / "capabilities" / "add", what, "remove it")


CHECK: Final = Check(
    id="pod-security",
    title="a pod that violates the Pod Security level of its namespace",
    description="The API server accepts the Deployment and rejects its pods: it stays at 0 pods, and only an event "
    "says why.",
    example="kind: Namespace\nmetadata: {labels: {pod-security.kubernetes.io/enforce: restricted}}\n---\n"
    "kind: Deployment  # without securityContext",
    remediation="Set the fields that the level requires, or move the workload to a namespace with a lower level.",
    run=_faults,
)
