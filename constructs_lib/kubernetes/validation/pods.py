"""Rules of a pod's spec: what its containers share, and what follows from several of them.

Source: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from constructs_lib.errors import did_you_mean, shown
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest, dig, integer, items, mapping, mappings, text
from constructs_lib.kubernetes.names import DNS_LABEL, DNS_NAME, Form, form_faults, label_key_faults
from constructs_lib.kubernetes.validation.containers import PROBES, check_only_in_pods
from constructs_lib.kubernetes.validation.labels import label_map
from constructs_lib.kubernetes.validation.resources import pod_resources, unique_claims
from constructs_lib.kubernetes.validation.rule import (
    FieldFault,
    FieldRule,
    ObjectRule,
    Rules,
    at,
    at_most_entries,
    between,
    each,
    exactly_one,
    forbidden,
    ip_address,
    label_key,
    messages,
    name,
    one_of,
    one_of_or_default,
    since,
    unique,
    until,
)

CONTAINERS: Final = ("initContainers", "containers", "ephemeralContainers")
"""The lists of a pod's containers."""

_OBJECT_NAME: Final = name(DNS_NAME, "name")
_DEFAULT_GRACE: Final = 30
_LINUX_ANYWHERE: Final = ("appArmorProfile", "runAsGroup", "runAsUser", "seLinuxOptions", "seccompProfile")
_LINUX_POD: Final = ("hostIPC", "hostPID", "hostUsers", "shareProcessNamespace")
_LINUX_POD_CONTEXT: Final = (
    *_LINUX_ANYWHERE,
    *("fsGroup", "fsGroupChangePolicy", "seLinuxChangePolicy"),
    *("supplementalGroups", "supplementalGroupsPolicy", "sysctls"),
)
_LINUX_CONTEXT: Final = (
    *_LINUX_ANYWHERE,
    *("allowPrivilegeEscalation", "capabilities", "privileged", "procMount", "readOnlyRootFilesystem"),
)
"""Fields of security contexts that only pods for Linux have."""
_MAX_NAMESERVERS: Final = 3


def pod_containers(spec: Manifest) -> Iterator[tuple[FieldPath, Manifest]]:
    """Return a pod's containers, each with its path below the spec."""
    for group in CONTAINERS:
        for place, container in mappings(spec, group):
            yield FieldPath(group, place), container


def _spec(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    yield from _container_names(where, spec)
    yield from _init_containers(where, spec)
    yield from _regular_containers(where, spec)
    yield from unique(where / "volumes", mappings(spec, "volumes"), ("name",), "two volumes")
    yield from _host_ports(where, spec)
    yield from _hooks(where, spec)
    yield from _dns(where, spec)
    yield from _host_namespaces(where, spec)
    yield from label_map(where / "nodeSelector", mapping(spec, "nodeSelector"))
    yield from unique(where / "schedulingGates", mappings(spec, "schedulingGates"), ("name",), "two gates")
    if isinstance(spec.get("resources"), dict):
        yield from pod_resources(where / "resources", spec["resources"])


def _container_names(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    seen: set[str] = set()
    for group in ("containers", "initContainers", "ephemeralContainers"):
        for place, container in mappings(spec, group):
            container_name = text(container, "name")
            if container_name and container_name in seen:
                message = f"two containers of the pod have the name {container_name}; rename one"
                yield where / group / place / "name", message
            seen.add(container_name)


def _init_containers(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    for place, container in mappings(spec, "initContainers"):
        here, policy = where / "initContainers" / place, text(container, "restartPolicy")
        if policy != "Always":
            reason = "for an init container without restartPolicy: Always"
            yield from forbidden(here, container, (*PROBES, "lifecycle"), reason)


def _regular_containers(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    for place, container in mappings(spec, "containers"):
        if container.get("restartPolicy") and not container.get("restartPolicyRules"):
            here = where / "containers" / place / "restartPolicy"
            yield from ((here, message) for message in _RESTART_POLICY(container["restartPolicy"]))


@until("1.34")
def _no_restart_policies(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    for place, container in mappings(spec, "containers"):
        if container.get("restartPolicy") is not None:
            yield where / "containers" / place / "restartPolicy", "can be set only for an init container"


def _host_ports(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    seen: set[tuple[object, ...]] = set()
    for place, container in mappings(spec, "containers"):
        for port_place, port in mappings(container, "ports"):
            here, number = where / "containers" / place / "ports" / port_place / "hostPort", integer(port, "hostPort")
            if not number:
                continue
            key = (number, text(port, "protocol") or "TCP", text(port, "hostIP"))
            if key in seen:
                yield here, f"host port {number} is used twice in the pod; change one of them"
            elif spec.get("hostNetwork") is True and number != integer(port, "containerPort"):
                yield here, f"must equal containerPort with hostNetwork: true, got {number}"
            seen.add(key)


def _hooks(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    grace = integer(spec, "terminationGracePeriodSeconds")
    grace = _DEFAULT_GRACE if grace is None else grace
    has_system = isinstance(dig(spec, "os", "name"), str)
    for path, container in pod_containers(spec):
        for hook in ("postStart", "preStop"):
            seconds = integer(container, "lifecycle", hook, "sleep", "seconds")
            if seconds is not None and seconds > grace:
                here = path.below(where) / "lifecycle" / hook / "sleep" / "seconds"
                yield here, f"must be at most terminationGracePeriodSeconds ({grace}), got {seconds}"
        if dig(container, "lifecycle", "stopSignal") and not has_system:
            yield path.below(where) / "lifecycle" / "stopSignal", "requires os.name in the pod's spec"


def _dns(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    if spec.get("dnsPolicy") == "None" and not items(spec, "dnsConfig", "nameservers"):
        yield where / "dnsConfig" / "nameservers", 'is required with dnsPolicy: "None"'


def _host_namespaces(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    if spec.get("hostPID") is True and spec.get("shareProcessNamespace") is True:
        yield where / "shareProcessNamespace", "cannot be set beside hostPID"


@since("1.33")
def _user_namespaces(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    if spec.get("hostUsers") is False:
        yield from forbidden(where, spec, ("hostNetwork", "hostPID", "hostIPC"), "with hostUsers: false")
    unmasked = dig(spec, "hostUsers") is not False
    for path, container in pod_containers(spec):
        if unmasked and dig(container, "securityContext", "procMount") == "Unmasked":
            yield path.below(where) / "securityContext" / "procMount", "requires hostUsers: false"


@since("1.34")
def _claims(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    yield from unique(where / "resourceClaims", mappings(spec, "resourceClaims"), ("name",), "two resource claims")
    names = {text(claim, "name") for _, claim in mappings(spec, "resourceClaims")}
    for path, container in pod_containers(spec):
        yield from unique_claims(path.below(where) / "resources", mapping(container, "resources"), names)


def _host_process(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    contexts = [spec, *(container for _, container in pod_containers(spec))]
    options = (mapping(context, "securityContext", "windowsOptions") for context in contexts)
    if any(option.get("hostProcess") is True for option in options) and spec.get("hostNetwork") is not True:
        yield where / "hostNetwork", "must be true in a pod with windowsOptions.hostProcess"


def _windows(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    """Yield the faults of fields that only Linux has, in a pod for Windows."""
    yield from _host_process(where, spec)
    if dig(spec, "os", "name") != "windows":
        return
    reason = "in a pod for Windows"
    yield from _set_fields(where, spec, _LINUX_POD, reason)
    yield from _set_fields(where / "securityContext", mapping(spec, "securityContext"), _LINUX_POD_CONTEXT, reason)
    for path, container in pod_containers(spec):
        here = path.below(where) / "securityContext"
        yield from _set_fields(here, mapping(container, "securityContext"), _LINUX_CONTEXT, reason)


def _set_fields(where: FieldPath, value: Manifest, fields: Iterable[str], reason: str) -> Iterator[FieldFault]:
    """Yield the faults of fields that must not be set, not even to an empty value."""
    yield from ((where / field, f"cannot be set {reason}") for field in fields if value.get(field) is not None)


@since("1.34")
def _claim(where: FieldPath, claim: Manifest) -> Iterator[FieldFault]:
    if "source" not in claim:  # the form of older versions
        yield from exactly_one(where, claim, ("resourceClaimName", "resourceClaimTemplateName"))


def mounted_volumes(*path: str) -> ObjectRule:
    """Return the rule of an owner of pods that each mount names a volume.

    Args:
        path: of the pod's spec in the owner.
    """

    def rule(where: FieldPath, owner: Manifest) -> Iterator[FieldFault]:
        spec = mapping(owner, *path)
        if "volumes" in owner:
            return  # an unknown field, which explains why the pod has no volumes
        templates = {text(claim, "metadata", "name") for _, claim in mappings(owner, "volumeClaimTemplates")}
        volumes = {text(volume, "name") for _, volume in mappings(spec, "volumes")} | templates
        for container_path, container in pod_containers(spec):
            for field in ("volumeMounts", "volumeDevices"):
                for place, mount in mappings(container, field):
                    volume = text(mount, "name")
                    if volume and volume not in volumes:
                        here = container_path.below(FieldPath(*where, *path)) / field / place / "name"
                        yield here, _no_volume(volume, volumes)

    return rule


def _no_volume(volume: str, volumes: Iterable[str]) -> str:
    hint = did_you_mean(volume, filter(None, volumes)) or "; add it to volumes"
    return f"the pod has no volume {shown(volume)}{hint}"


def restart_policy(*path: str, allowed: tuple[str, ...] = ("Always",)) -> ObjectRule:
    """Return the rule of the restart policy that an owner of pods allows.

    Args:
        path: of the pod template's spec in the owner.
        allowed: the policies; `Always` is the default of a pod.
    """

    def rule(where: FieldPath, owner: Manifest) -> Iterator[FieldFault]:
        here, policy = FieldPath(*where, *path, "restartPolicy"), text(mapping(owner, *path), "restartPolicy")
        known = ("Always", "OnFailure", "Never")
        if isinstance(mapping(owner, *path).get("containers"), list) and (policy or "Always") not in allowed:
            choices = " or ".join(allowed)
            if not policy:
                yield here, f"must be {choices}; the default Always is not allowed here"
            elif policy in known:
                yield here, f"must be {choices}, got {policy}"

    return rule


def no_deadline(*path: str) -> ObjectRule:
    """Return the rule that an owner's pods have no deadline."""

    def rule(where: FieldPath, owner: Manifest) -> Iterator[FieldFault]:
        reason = "in pods that keep running; remove it"
        return forbidden(FieldPath(*where, *path), mapping(owner, *path), ("activeDeadlineSeconds",), reason)

    return rule


def _template(where: FieldPath, template: Manifest) -> Iterator[FieldFault]:
    if items(template, "spec", "ephemeralContainers"):
        yield where / "spec" / "ephemeralContainers", "cannot be set in a pod template"


def _pod(where: FieldPath, pod: Manifest) -> Iterator[FieldFault]:
    spec = mapping(pod, "spec")
    if items(spec, "ephemeralContainers"):
        yield where / "spec" / "ephemeralContainers", "cannot be set in a new pod"
    for group in ("containers", "initContainers"):
        for place, container in mappings(spec, group):
            yield from check_only_in_pods(where / "spec" / group / place, container)
    if not text(spec, "serviceAccountName") and not text(spec, "serviceAccount"):
        for place, volume in mappings(spec, "volumes"):
            for source_place, source in mappings(volume, "projected", "sources"):
                if source.get("serviceAccountToken") is not None:
                    here = where / "spec" / "volumes" / place / "projected" / "sources" / source_place
                    yield here / "serviceAccountToken", "requires serviceAccountName in the pod's spec"


def _search(value: str) -> Iterator[str]:
    form = Form(DNS_NAME.pattern, DNS_NAME.words, DNS_NAME.longest)
    plain = value.removesuffix(".").replace("_", "a")
    if value != ".":
        yield from messages(form_faults("", plain, "search domain", form))


def _host_alias(where: FieldPath, alias: Manifest) -> Iterator[FieldFault]:
    for place, host in enumerate(items(alias, "hostnames")):
        if isinstance(host, str):
            yield from at(where / "hostnames" / place, form_faults("", host, "host name", DNS_NAME))


def _priority_class(value: str) -> Iterator[str]:
    return messages(form_faults("", value, "PriorityClass name", DNS_NAME)) if value else iter(())


def _gate(value: str) -> Iterator[str]:
    return messages(label_key_faults("", value)) if value else iter(())


_RESTART_POLICY: Final = one_of_or_default("Always", "OnFailure", "Never")
_DNS_FIELDS: Final[dict[str, FieldRule]] = {
    "nameservers": lambda value: (*at_most_entries(_MAX_NAMESERVERS)(value), *each(ip_address)(value)),
    "searches": lambda value: (*at_most_entries(32)(value), *each(_search)(value)),
}

RULES: Final = Rules(
    fields={
        "core.v1.PodSpec": {
            "restartPolicy": _RESTART_POLICY,
            "dnsPolicy": one_of_or_default("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"),
            "preemptionPolicy": one_of("PreemptLowerPriority", "Never"),
            "hostname": name(DNS_LABEL, "host name"),
            "subdomain": name(DNS_LABEL, "subdomain"),
            "serviceAccount": name(DNS_NAME, "ServiceAccount name"),
            "serviceAccountName": name(DNS_NAME, "ServiceAccount name"),
            "nodeName": name(DNS_NAME, "Node name"),
            "priorityClassName": _priority_class,
            "runtimeClassName": name(DNS_NAME, "RuntimeClass name"),
            "activeDeadlineSeconds": between(1, 2**31 - 1),
        },
        "core.v1.PodDNSConfig": _DNS_FIELDS,
        "core.v1.HostAlias": {"ip": ip_address},
        "core.v1.PodReadinessGate": {"conditionType": label_key},
        "core.v1.PodSchedulingGate": {"name": _gate},
        "core.v1.PodOS": {"name": one_of("linux", "windows")},
        "core.v1.PodResourceClaim": {
            "name": since("1.34")(name(DNS_LABEL, "name")),
            "resourceClaimName": since("1.34")(name(DNS_NAME, "name")),
        },
    },
    objects={
        "core.v1.PodSpec": (_spec, _no_restart_policies, _user_namespaces, _claims, _windows),
        "core.v1.PodTemplateSpec": (_template,),
        "core.v1.Pod": (_pod, mounted_volumes("spec")),
        "core.v1.PodTemplate": (mounted_volumes("template", "spec"),),
        "core.v1.HostAlias": (_host_alias,),
        "core.v1.PodResourceClaim": (_claim,),
    },
    required={
        "core.v1.Pod": ("spec",),
        "core.v1.PodTemplateSpec": ("spec",),
        "core.v1.PodTemplate": ("template",),
        "core.v1.PodDNSConfigOption": ("name",),
        "core.v1.HostAlias": ("ip",),
    },
    optional={"core.v1.Sysctl": ("value",)},
)
