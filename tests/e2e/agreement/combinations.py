"""Fields that exclude or contradict each other.

Each function changes a manifest in place and returns the path of the change, or None if the manifest has no
such field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any, Final

from tests.e2e.agreement.tree import Node, Path, choose, find
from tests.e2e.kube import Manifest

Combination = Callable[[Random, Manifest], Path | None]

_HANDLERS: Final[dict[str, Any]] = {
    "httpGet": {"path": "/", "port": 80},
    "tcpSocket": {"port": 80},
    "exec": {"command": ["true"]},
    "grpc": {"port": 80},
}
_HOOKS: Final[dict[str, Any]] = {
    "httpGet": {"path": "/", "port": 80},
    "exec": {"command": ["true"]},
    "sleep": {"seconds": 1},
    "tcpSocket": {"port": 80},
}
_VOLUMES: Final[dict[str, Any]] = {
    "emptyDir": {},
    "configMap": {"name": "other"},
    "secret": {"secretName": "other"},
    "hostPath": {"path": "/other"},
    "persistentVolumeClaim": {"claimName": "other"},
    "nfs": {"server": "nfs.example.com", "path": "/other"},
    "projected": {"sources": [{"configMap": {"name": "other"}}]},
    "downwardAPI": {"items": [{"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}}]},
}
_VALUE_SOURCES: Final[dict[str, Any]] = {
    "fieldRef": {"fieldPath": "metadata.name"},
    "resourceFieldRef": {"resource": "limits.cpu"},
    "configMapKeyRef": {"name": "other", "key": "a"},
    "secretKeyRef": {"name": "other", "key": "a"},
}
_PROBES: Final = ("livenessProbe", "readinessProbe", "startupProbe")
_WORKLOADS: Final = ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController")


def _pick(random: Random, manifest: Manifest, wanted: Callable[[Node], bool]) -> Node | None:
    return choose(random, find(manifest, wanted))


def _is_map(node: Node, *keys: str) -> bool:
    return isinstance(node.value, dict) and node.path[-1] in keys


def _is_item(node: Node, *lists: str) -> bool:
    return isinstance(node.value, dict) and isinstance(node.path[-1], int) and node.key in lists


def _add_one_of(random: Random, node: Node | None, choices: Mapping[str, Any]) -> Path | None:
    """Add another of several fields that exclude each other, or remove the one that is there."""
    if node is None:
        return None
    there = [key for key in choices if key in node.value]
    if there and random.random() < 0.25:
        key = random.choice(there)
        del node.value[key]
    else:
        absent = [key for key in choices if key not in node.value]
        key = random.choice(absent or list(choices))
        node.value[key] = choices[key]
    return (*node.path, key)


def _set(node: Node | None, fields: Mapping[str, Any]) -> Path | None:
    if node is None:
        return None
    for key, value in fields.items():
        if value is None:
            node.value.pop(key, None)
        else:
            node.value[key] = value
    return (*node.path, next(iter(fields)))


def second_probe_handler(random: Random, manifest: Manifest) -> Path | None:
    return _add_one_of(random, _pick(random, manifest, lambda node: _is_map(node, *_PROBES)), _HANDLERS)


def second_hook_handler(random: Random, manifest: Manifest) -> Path | None:
    return _add_one_of(random, _pick(random, manifest, lambda node: _is_map(node, "preStop", "postStart")), _HOOKS)


def second_volume_source(random: Random, manifest: Manifest) -> Path | None:
    return _add_one_of(random, _pick(random, manifest, lambda node: _is_item(node, "volumes")), _VOLUMES)


def second_projection(random: Random, manifest: Manifest) -> Path | None:
    choices = {
        "configMap": {"name": "other"},
        "secret": {"name": "other"},
        "downwardAPI": {"items": [{"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}}]},
        "serviceAccountToken": {"path": "token"},
    }
    return _add_one_of(random, _pick(random, manifest, lambda node: _is_item(node, "sources")), choices)


def value_and_source(random: Random, manifest: Manifest) -> Path | None:
    node = _pick(random, manifest, lambda each: _is_item(each, "env"))
    if node and "valueFrom" in node.value:
        return _set(node, {"value": "x"})
    return _set(node, {"valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}})


def second_value_source(random: Random, manifest: Manifest) -> Path | None:
    return _add_one_of(random, _pick(random, manifest, lambda node: _is_map(node, "valueFrom")), _VALUE_SOURCES)


def second_env_from(random: Random, manifest: Manifest) -> Path | None:
    choices = {"configMapRef": {"name": "other"}, "secretRef": {"name": "other"}}
    return _add_one_of(random, _pick(random, manifest, lambda node: _is_item(node, "envFrom")), choices)


def strategy(random: Random, manifest: Manifest) -> Path | None:
    node = _pick(random, manifest, lambda each: each.path == ("spec",) and manifest["kind"] == "Deployment")
    zero: Sequence[Any] = (0, "0%")
    return _set(
        node,
        {
            "strategy": random.choice(
                (
                    {"type": "Recreate", "rollingUpdate": {"maxSurge": 1}},
                    {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": random.choice(zero)}},
                    {"rollingUpdate": {"maxSurge": "0%", "maxUnavailable": random.choice(zero)}},
                    {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
                    {"rollingUpdate": {"maxSurge": "150%"}},
                    {"rollingUpdate": {"maxUnavailable": "150%"}},
                    {"rollingUpdate": {"maxUnavailable": -1}},
                    {"type": "OnDelete"},
                    {"type": "Recreate"},
                    {"type": "Recreate", "rollingUpdate": {}},
                )
            )
        },
    )


def update_strategy(random: Random, manifest: Manifest) -> Path | None:
    kinds = ("StatefulSet", "DaemonSet")
    node = _pick(random, manifest, lambda each: each.path == ("spec",) and manifest["kind"] in kinds)
    choices: tuple[Any, ...] = (
        {"type": "OnDelete", "rollingUpdate": {"partition": 1}},
        {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0}},
        {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 0}},
        {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 1}},
        {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}},
        {"type": "RollingUpdate", "rollingUpdate": {"partition": -1}},
        {"type": "Recreate"},
        {"type": "OnDelete"},
    )
    return _set(node, {"updateStrategy": random.choice(choices)})


def selector_of_others(random: Random, manifest: Manifest) -> Path | None:
    """The selector of a workload or the labels of its pods, changed so that they may not match."""
    spec = manifest.get("spec")
    if manifest["kind"] not in (*_WORKLOADS, "Job") or not isinstance(spec, dict):
        return None
    requirement = {"key": "app", "operator": random.choice(("NotIn", "Exists", "DoesNotExist", "In")), "values": ["x"]}
    if random.random() < 0.5:
        labels = spec.get("template", {}).get("metadata", {}).get("labels")
        if not labels:
            return None
        labels[random.choice(list(labels))] = "other"
        return ("spec", "template", "metadata", "labels")
    choices = ({"matchLabels": {"app": "other"}}, {}, {"matchLabels": {}}, {"matchExpressions": [requirement]})
    spec["selector"] = random.choice(choices)
    return ("spec", "selector")


def requirement_without_values(random: Random, manifest: Manifest) -> Path | None:
    node = _pick(random, manifest, lambda each: isinstance(each.value, dict) and "operator" in each.value)
    operators = ("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt", "Equal")
    values = (None, [], ["a"], ["a", "b"], ["1"])
    choices: tuple[dict[str, Any], ...] = (
        {"operator": random.choice(operators)},
        {"values": random.choice(values)},
        {"operator": random.choice(operators), "values": random.choice(values)},
        {"operator": "Exists", "value": "x"},
        {"key": None},
    )
    return _set(node, random.choice(choices))


def service_ports(random: Random, manifest: Manifest) -> Path | None:
    """Ports of a Service or a container without a name, with the name, number or protocol of another one."""
    node = _pick(random, manifest, lambda each: each.path[-1] == "ports" and isinstance(each.value, list))
    if not node or not node.value or not isinstance(node.value[0], dict):
        return None
    port = dict(node.value[0])
    other = random.choice(
        (
            {key: value for key, value in port.items() if key != "name"},
            {**port, "port": 9999},
            {**port, "name": "other"},
            {**port, "name": "other", "protocol": "UDP"},
            {**port, "name": "other", "port": 9999, "nodePort": port.get("nodePort", 30080)},
            {**port, "containerPort": 9999},
        )
    )
    numbers = ("port", "nodePort") if "containerPort" not in port else ("containerPort",)
    kept = {key: value for key, value in other.items() if key in (*numbers, "name", "protocol", "targetPort")}
    node.value.append(kept)
    return (*node.path, len(node.value) - 1)


def service_fields(random: Random, manifest: Manifest) -> Path | None:
    node = _pick(random, manifest, lambda each: each.path == ("spec",) and manifest["kind"] == "Service")
    if node is None:
        return None
    choices: tuple[dict[str, Any], ...] = (
        {"externalTrafficPolicy": random.choice(("Local", "Cluster"))},
        {"internalTrafficPolicy": random.choice(("Local", "Cluster", "None"))},
        {"clusterIP": "None", "type": random.choice(("NodePort", "LoadBalancer"))},
        {"clusterIP": "None"},
        {"type": "ExternalName"},
        {"type": "ExternalName", "externalName": "db.example.com", "clusterIP": None},
        {"type": "ExternalName", "externalName": "https://db.example.com", "clusterIP": None},
        {"healthCheckNodePort": 30999},
        {"type": "LoadBalancer", "externalTrafficPolicy": "Local", "healthCheckNodePort": 30999},
        {"sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 10}}},
        {"sessionAffinity": "ClientIP", "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 100000}}},
        {"sessionAffinity": "ClientIP", "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 0}}},
        {"loadBalancerClass": "example.com/lb"},
        {"type": "LoadBalancer", "loadBalancerClass": "example.com/lb"},
        {"loadBalancerSourceRanges": ["10.0.0.0/8"]},
        {"allocateLoadBalancerNodePorts": False},
        {"ipFamilies": ["IPv4", "IPv4"]},
        {"ipFamilies": ["IPv5"]},
        {"ipFamilies": ["IPv4", "IPv6"], "ipFamilyPolicy": "SingleStack"},
        {"ipFamilyPolicy": random.choice(("SingleStack", "PreferDualStack"))},
        {"externalIPs": ["127.0.0.1"]},
        {"externalName": "db.example.com"},
        {"ports": None},
        {"selector": None},
        {"trafficDistribution": random.choice(("PreferClose", "Nearest"))},
        {"clusterIPs": ["None"]},
        {"publishNotReadyAddresses": "yes"},
    )
    return _set(node, random.choice(choices))


def node_port(random: Random, manifest: Manifest) -> Path | None:
    node = _pick(random, manifest, lambda each: _is_item(each, "ports") and "port" in each.value)
    if manifest["kind"] != "Service":
        return None
    return _set(node, {"nodePort": random.choice((30080, 8080, 0, 70000, 32767))})


def host_port(random: Random, manifest: Manifest) -> Path | None:
    node = _pick(random, manifest, lambda each: _is_item(each, "ports") and "containerPort" in each.value)
    return _set(node, {"hostPort": random.choice((8080, 0, -1, 70000))})


def host_network(random: Random, manifest: Manifest) -> Path | None:
    choices: tuple[dict[str, Any], ...] = (
        {"hostNetwork": True},
        {"hostUsers": False, "hostNetwork": True},
        {"hostPID": True, "shareProcessNamespace": True},
        {"shareProcessNamespace": True},
        {"hostUsers": False},
        {"hostNetwork": False, "hostIPC": True},
        {"setHostnameAsFQDN": True, "hostNetwork": True},
    )
    return _set(_pod(random, manifest), random.choice(choices))


def amounts(random: Random, manifest: Manifest) -> Path | None:
    """Requests above limits, or amounts that a resource does not take."""
    node = _pick(random, manifest, lambda each: _is_map(each, "resources") and ("containers" in each.path or "initContainers" in each.path))
    resource = random.choice(("cpu", "memory", "ephemeral-storage", "hugepages-2Mi", "nvidia.com/gpu", "gpu", "storage"))
    amount, more = random.choice((("1", "2"), ("1Gi", "2Gi"), ("2Mi", "4Mi"), ("500m", "1"), ("3", "3"), ("1Mi", "1Mi")))
    choices: tuple[dict[str, Any], ...] = (
        {"requests": {resource: more}, "limits": {resource: amount}},
        {"requests": {resource: amount}, "limits": {resource: more}},
        {"requests": {resource: amount}, "limits": None},
        {"limits": {resource: amount}, "requests": None},
        {"limits": {resource: amount, "memory": "1Gi"}, "requests": None},
        {"limits": {resource: "-1"}, "requests": None},
        {"claims": [{"name": "gpu"}]},
    )
    return _set(node, random.choice(choices))


def bounds(random: Random, manifest: Manifest) -> Path | None:
    kinds = ("HorizontalPodAutoscaler", "ScaledObject")
    node = _pick(random, manifest, lambda each: each.path == ("spec",) and manifest["kind"] in kinds)
    low, high = ("minReplicas", "maxReplicas") if manifest["kind"] == kinds[0] else ("minReplicaCount", "maxReplicaCount")
    choices = ({low: 9, high: 3}, {low: 0}, {high: 0}, {low: -1}, {high: None}, {low: 1, high: 1}, {"targetCPUUtilizationPercentage": 50})
    return _set(node, random.choice(choices))


def metrics(random: Random, manifest: Manifest) -> Path | None:
    node = _pick(random, manifest, lambda each: _is_item(each, "metrics") and "type" in each.value)
    target: dict[str, Any] = random.choice(
        (
            {"type": "Utilization", "averageUtilization": 50},
            {"type": "Utilization", "averageUtilization": 0},
            {"type": "Utilization", "averageValue": "1"},
            {"type": "AverageValue", "averageValue": "1"},
            {"type": "AverageValue", "averageValue": "0"},
            {"type": "Value", "value": "1"},
            {"type": "Value", "averageUtilization": 50},
            {"averageUtilization": 50},
            {"type": "Utilization", "averageUtilization": 50, "averageValue": "1"},
        )
    )
    choices: tuple[dict[str, Any], ...] = (
        {"type": "Resource", "resource": {"name": "cpu", "target": target}},
        {"resource": {"name": "cpu", "target": target}},
        {"type": "Pods", "pods": {"metric": {"name": "x"}, "target": target}, "resource": None},
        {"type": "External", "external": {"metric": {"name": "x"}, "target": target}, "resource": None},
        {"type": "ContainerResource", "containerResource": {"name": "cpu", "container": "web", "target": target}, "resource": None},
        {"type": "Object", "object": {"metric": {"name": "x"}, "describedObject": {"kind": "Ingress", "name": "x"}, "target": target}, "resource": None},
        {"type": "Pods"},
        {"type": "Resource"},
    )
    return _set(node, random.choice(choices))


def behavior(random: Random, manifest: Manifest) -> Path | None:
    node = _pick(random, manifest, lambda each: each.path == ("spec",) and manifest["kind"] == "HorizontalPodAutoscaler")
    policy = {"type": random.choice(("Pods", "Percent", "Replicas")), "value": random.choice((0, 1, 100)), "periodSeconds": random.choice((0, 60, 1800, 1801))}
    rules = {"stabilizationWindowSeconds": random.choice((0, 300, 3600, 3601, -1)), "policies": random.choice(([policy], [])), "selectPolicy": random.choice(("Max", "Min", "Disabled", "Most"))}
    dropped = random.choice((None, *rules))
    return _set(node, {"behavior": {random.choice(("scaleUp", "scaleDown", "scaleSideways")): {key: value for key, value in rules.items() if key != dropped}}})


def budget(random: Random, manifest: Manifest) -> Path | None:
    node = _pick(random, manifest, lambda each: each.path == ("spec",) and manifest["kind"] == "PodDisruptionBudget")
    choices: tuple[dict[str, Any], ...] = (
        {"minAvailable": 1, "maxUnavailable": 1},
        {"minAvailable": None, "maxUnavailable": None},
        {"minAvailable": "150%", "maxUnavailable": None},
        {"minAvailable": -1, "maxUnavailable": None},
        {"selector": {}},
        {"selector": None},
        {"unhealthyPodEvictionPolicy": random.choice(("AlwaysAllow", "Never"))},
    )
    return _set(node, random.choice(choices))


def restart_policy(random: Random, manifest: Manifest) -> Path | None:
    choices = ({"restartPolicy": word} for word in ("Always", "Never", "OnFailure"))
    extras: tuple[dict[str, Any], ...] = ({"restartPolicy": None}, {"activeDeadlineSeconds": 0}, {"activeDeadlineSeconds": 60})
    return _set(_pod(random, manifest), random.choice((*choices, *extras)))


def container_restart_policy(random: Random, manifest: Manifest) -> Path | None:
    node = _pick(random, manifest, lambda each: _is_item(each, "containers", "initContainers"))
    return _set(node, {"restartPolicy": random.choice(("Always", "Never", "OnFailure"))})


def init_container_fields(random: Random, manifest: Manifest) -> Path | None:
    """Probes and hooks of an init container, which only a sidecar can have."""
    node = _pick(random, manifest, lambda each: _is_item(each, "initContainers"))
    choices: tuple[dict[str, Any], ...] = (
        {"readinessProbe": {"tcpSocket": {"port": 80}}},
        {"livenessProbe": {"tcpSocket": {"port": 80}}},
        {"lifecycle": {"preStop": {"exec": {"command": ["true"]}}}},
        {"startupProbe": {"tcpSocket": {"port": 80}}, "restartPolicy": "Always"},
        {"restartPolicy": "Never"},
    )
    return _set(node, random.choice(choices))


def probe_numbers(random: Random, manifest: Manifest) -> Path | None:
    node = _pick(random, manifest, lambda each: _is_map(each, *_PROBES))
    choices: tuple[dict[str, Any], ...] = (
        {"successThreshold": 2},
        {"timeoutSeconds": 0},
        {"periodSeconds": 0},
        {"failureThreshold": 0},
        {"initialDelaySeconds": 0},
        {"terminationGracePeriodSeconds": 0},
        {"terminationGracePeriodSeconds": 10},
    )
    return _set(node, random.choice(choices))


def mounts(random: Random, manifest: Manifest) -> Path | None:
    node = _pick(random, manifest, lambda each: _is_item(each, "volumeMounts"))
    choices: tuple[dict[str, Any], ...] = (
        {"subPath": "a", "subPathExpr": "$(A)"},
        {"subPath": "../a"},
        {"subPath": "/a"},
        {"subPathExpr": "/$(A)"},
        {"name": "missing"},
        {"mountPath": None},
        {"mountPropagation": random.choice(("Bidirectional", "None", "HostToContainer"))},
        {"recursiveReadOnly": "Enabled"},
        {"readOnly": True, "recursiveReadOnly": random.choice(("Enabled", "IfPossible", "Disabled", "Yes"))},
    )
    return _set(node, random.choice(choices))


def names_of_two(random: Random, manifest: Manifest) -> Path | None:
    """A container or volume with the name of another one, or a mount of a volume that is not there."""
    node = _pick(random, manifest, lambda each: each.path[-1] in ("containers", "initContainers", "volumes", "volumeMounts") and isinstance(each.value, list) and bool(each.value))
    if node is None or not isinstance(node.value[0], dict):
        return None
    if node.path[-1] == "volumes" and random.random() < 0.5:
        node.value.pop(random.randrange(len(node.value)))
        return node.path
    twin = {"name": node.value[0].get("name")}
    extra: dict[str, Any] = {"volumes": {"emptyDir": {}}, "volumeMounts": {"mountPath": "/twin"}}.get(str(node.path[-1]), {"image": "twin:1"})
    node.value.append({**twin, **extra})
    return (*node.path, len(node.value) - 1)


def security(random: Random, manifest: Manifest) -> Path | None:
    node = _pick(random, manifest, lambda each: _is_map(each, "securityContext"))
    choices: tuple[dict[str, Any], ...] = (
        {"privileged": True, "allowPrivilegeEscalation": False},
        {"capabilities": {"add": ["CAP_SYS_ADMIN"]}, "allowPrivilegeEscalation": False},
        {"capabilities": {"add": ["SYS_ADMIN"]}, "allowPrivilegeEscalation": False},
        {"runAsNonRoot": True, "runAsUser": 0},
        {"runAsUser": -1},
        {"runAsUser": 2**31},
        {"runAsGroup": -1},
        {"fsGroup": -1},
        {"seccompProfile": {"type": "Localhost"}},
        {"seccompProfile": {"type": "RuntimeDefault", "localhostProfile": "a.json"}},
        {"seccompProfile": {"type": "Localhost", "localhostProfile": "/a.json"}},
        {"seccompProfile": {}},
        {"appArmorProfile": {"type": "Localhost"}},
        {"appArmorProfile": {"type": "RuntimeDefault"}},
        {"procMount": "Unmasked"},
        {"procMount": "Default"},
        {"sysctls": [{"name": "net.core.somaxconn", "value": "1"}]},
        {"sysctls": [{"name": "a", "value": "1"}, {"name": "a", "value": "1"}]},
        {"sysctls": [{"name": "a b", "value": "1"}]},
        {"fsGroupChangePolicy": random.choice(("OnRootMismatch", "Never"))},
        {"supplementalGroups": [-1]},
        {"windowsOptions": {"hostProcess": True}},
        {"windowsOptions": {"runAsUserName": ""}},
    )
    return _set(node, random.choice(choices))


def operating_system(random: Random, manifest: Manifest) -> Path | None:
    return _set(_pod(random, manifest), {"os": {"name": random.choice(("windows", "linux", "darwin"))}})


def dns(random: Random, manifest: Manifest) -> Path | None:
    servers = [f"10.0.0.{each}" for each in range(1, 5)]
    choices: tuple[dict[str, Any], ...] = (
        {"dnsPolicy": "None", "dnsConfig": None},
        {"dnsPolicy": "None", "dnsConfig": {"nameservers": ["10.0.0.10"]}},
        {"dnsPolicy": "None", "dnsConfig": {"searches": ["a"]}},
        {"dnsConfig": {"nameservers": servers}},
        {"dnsConfig": {"nameservers": ["dns.example.com"]}},
        {"dnsConfig": {"searches": ["a_b", "A"]}},
        {"dnsConfig": {"searches": ["."]}},
        {"dnsConfig": {"searches": [f"a{each}.example.com" for each in range(33)]}},
        {"dnsConfig": {"options": [{"value": "1"}]}},
        {"dnsConfig": {"options": [{"name": "ndots", "value": "1"}]}},
        {"hostAliases": [{"ip": "10.0.0", "hostnames": ["a"]}]},
        {"hostAliases": [{"hostnames": ["a"]}]},
        {"hostAliases": [{"ip": "10.0.0.1", "hostnames": ["A_b"]}]},
        {"hostname": "Web"},
        {"hostname": "web.a"},
        {"subdomain": "a.b"},
        {"setHostnameAsFQDN": True},
    )
    return _set(_pod(random, manifest), random.choice(choices))


def placement(random: Random, manifest: Manifest) -> Path | None:
    spread: dict[str, Any] = {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule", "labelSelector": {"matchLabels": {"app": "web"}}}
    choices: tuple[dict[str, Any], ...] = (
        {"tolerations": [{"operator": "Exists", "value": "x", "key": "a"}]},
        {"tolerations": [{"operator": "Equal"}]},
        {"tolerations": [{"operator": "Exists"}]},
        {"tolerations": [{"key": "a", "tolerationSeconds": 1}]},
        {"tolerations": [{"key": "a", "effect": "NoSchedule", "tolerationSeconds": 1}]},
        {"tolerations": [{"key": "a", "effect": "NoExecute", "tolerationSeconds": 1}]},
        {"tolerations": [{"key": "a", "effect": "NoRun"}]},
        {"tolerations": [{"key": "a b", "operator": "Exists"}]},
        {"topologySpreadConstraints": [{**spread, "maxSkew": 0}]},
        {"topologySpreadConstraints": [{**spread, "minDomains": 2, "whenUnsatisfiable": "ScheduleAnyway"}]},
        {"topologySpreadConstraints": [{**spread, "minDomains": 0}]},
        {"topologySpreadConstraints": [spread, spread]},
        {"topologySpreadConstraints": [spread, {**spread, "whenUnsatisfiable": "ScheduleAnyway"}]},
        {"topologySpreadConstraints": [{**spread, "nodeTaintsPolicy": "Yes"}]},
        {"topologySpreadConstraints": [{**spread, "matchLabelKeys": ["app"]}]},
        {"topologySpreadConstraints": [{**spread, "matchLabelKeys": ["a"], "labelSelector": None}]},
        {"topologySpreadConstraints": [{key: value for key, value in spread.items() if key != random.choice(list(spread))}]},
        {"affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"labelSelector": {}}]}}},
        {"affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "a b"}]}}},
        {"affinity": {"podAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": random.choice((0, 1, 100, 101)), "podAffinityTerm": {"topologyKey": "zone"}}]}}},
        {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": random.choice(([], [{}], [{"matchExpressions": [{"key": "a", "operator": "Gt", "values": random.choice((["1"], ["a"], ["1", "2"]))}]}]))}}}},
        {"affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": random.choice((0, 1, 101)), "preference": random.choice(({}, {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["a"]}]}, {"matchFields": [{"key": "spec.name", "operator": "In", "values": ["a"]}]}))}]}}},
        {"nodeName": "Node_1"},
        {"nodeSelector": {"a b": "c"}},
        {"nodeSelector": {"a": "c d"}},
        {"schedulingGates": [{"name": "a"}, {"name": "a"}]},
        {"schedulingGates": [{"name": "example.com/a"}], "nodeName": "a"},
        {"readinessGates": [{"conditionType": "a b"}]},
        {"priorityClassName": "A_b"},
        {"preemptionPolicy": "Always"},
        {"terminationGracePeriodSeconds": -1},
        {"serviceAccountName": "A_b"},
        {"serviceAccountName": "a", "serviceAccount": "b"},
        {"imagePullSecrets": [{"name": "A_b"}]},
        {"imagePullSecrets": [{}]},
        {"enableServiceLinks": "no"},
        {"runtimeClassName": "A_b"},
        {"schedulerName": ""},
        {"schedulerName": "A_b"},
        {"overhead": {"cpu": "1"}},
        {"ephemeralContainers": [{"name": "debug", "image": "debug:1"}]},
        {"containers": []},
        {"initContainers": [{"name": "x"}]},
    )
    return _set(_pod(random, manifest), random.choice(choices))


def jobs(random: Random, manifest: Manifest) -> Path | None:
    node = _pick(random, manifest, lambda each: isinstance(each.value, dict) and each.path[-1] == "spec" and (each.path == ("spec",) if manifest["kind"] == "Job" else each.parent_key == "jobTemplate"))
    rule = {"action": "FailJob", "onExitCodes": {"operator": "In", "values": [1]}}
    choices: tuple[dict[str, Any], ...] = (
        {"completionMode": "Indexed", "completions": None},
        {"completionMode": "Indexed", "completions": 3},
        {"completions": 3, "parallelism": 5},
        {"backoffLimitPerIndex": 1},
        {"completionMode": "Indexed", "completions": 3, "backoffLimitPerIndex": 1, "maxFailedIndexes": random.choice((0, 2, 5))},
        {"maxFailedIndexes": 1},
        {"podFailurePolicy": {"rules": [rule]}},
        {"podFailurePolicy": {"rules": [{**rule, "action": "FailIndex"}]}},
        {"podFailurePolicy": {"rules": [{**rule, "onExitCodes": {"operator": "In", "values": [0]}}]}},
        {"podFailurePolicy": {"rules": [{**rule, "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}]}},
        {"successPolicy": {"rules": [{"succeededIndexes": "0"}]}},
        {"successPolicy": {"rules": [{"succeededIndexes": "0-2", "succeededCount": 5}]}, "completionMode": "Indexed", "completions": 3},
        {"podReplacementPolicy": random.choice(("Failed", "TerminatingOrFailed", "Never"))},
        {"manualSelector": True},
        {"manualSelector": True, "selector": {"matchLabels": {"app": "other"}}},
        {"selector": {"matchLabels": {"app": "other"}}},
        {"ttlSecondsAfterFinished": -1},
        {"activeDeadlineSeconds": 0},
        {"backoffLimit": -1},
        {"suspend": True},
        {"managedBy": random.choice(("example.com/a", "a", "A b/c"))},
    )
    return _set(node, random.choice(choices))


def volume_details(random: Random, manifest: Manifest) -> Path | None:
    node = _pick(random, manifest, lambda each: _is_item(each, "volumes") and "name" in each.value)
    if node is None:
        return None
    name = node.value["name"]
    fields: tuple[dict[str, Any], ...] = (
        {"emptyDir": {"sizeLimit": "-1"}},
        {"emptyDir": {"medium": "Disk"}},
        {"emptyDir": {"medium": random.choice(("Memory", "HugePages", "HugePages-2Mi", "HugePages-x"))}},
        {"hostPath": {"path": "../a"}},
        {"hostPath": {"path": ""}},
        {"hostPath": {"path": "/a", "type": random.choice(("Folder", "Directory", "", "file"))}},
        {"secret": {}},
        {"secret": {"name": "a"}},
        {"secret": {"secretName": "a", "defaultMode": random.choice((511, 512, 777, -1))}},
        {"secret": {"secretName": "a", "items": [{"key": "a", "path": random.choice(("a", "/a", "../a", "..a", ""))}]}},
        {"configMap": {}},
        {"configMap": {"name": "a", "items": [{"key": "a"}]}},
        {"configMap": {"name": "a", "items": [{"key": "a", "path": "b", "mode": random.choice((0, 511, 512))}]}},
        {"persistentVolumeClaim": {}},
        {"nfs": {"server": "a", "path": random.choice(("/a", "a"))}},
        {"csi": {"driver": random.choice(("csi.example.com", "Csi_x", ""))}},
        {"ephemeral": {}},
        {"ephemeral": {"volumeClaimTemplate": {"spec": {"accessModes": ["ReadWriteOnce"]}}}},
        {"ephemeral": {"volumeClaimTemplate": {"spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": random.choice(("1Gi", "0", "-1"))}}}}}},
        {"downwardAPI": {"items": [{"path": "a", "fieldRef": {"fieldPath": random.choice(("metadata.labels", "spec.nodeName", "metadata.namespace"))}}]}},
        {"downwardAPI": {"items": [{"path": "a", "resourceFieldRef": {"resource": "limits.cpu"}}]}},
        {"projected": {"sources": [{"serviceAccountToken": {"path": "a", "expirationSeconds": random.choice((599, 600, 2**32, 2**32 + 1))}}]}},
        {"projected": {"sources": []}},
        {"projected": {"sources": [{}]}},
        {"projected": {"sources": [{"configMap": {"name": "a", "items": [{"key": "a", "path": "x"}]}}, {"secret": {"name": "b", "items": [{"key": "a", "path": "x"}]}}]}},
        {"gcePersistentDisk": {"pdName": "a"}},
        {"iscsi": {"targetPortal": "10.0.0.1", "iqn": "iqn.x", "lun": 0}},
        {"image": {"reference": "a:1", "pullPolicy": "Sometimes"}},
        {"image": {"reference": "a:1"}},
    )
    node.value.clear()
    node.value["name"] = name
    return _set(node, random.choice(fields))


def env_details(random: Random, manifest: Manifest) -> Path | None:
    node = _pick(random, manifest, lambda each: _is_item(each, "env") and "name" in each.value)
    if node is None:
        return None
    name = node.value["name"]
    sources: tuple[dict[str, Any], ...] = (
        {"fieldRef": {"fieldPath": random.choice(("status.podIP", "status.hostIP", "metadata.labels", "metadata.labels['a']", "spec.containers", "metadata.uid", "status.podIPs", "spec.nodeName", "status.phase"))}},
        {"fieldRef": {"apiVersion": "v2", "fieldPath": "metadata.name"}},
        {"resourceFieldRef": {"resource": random.choice(("limits.cpu", "cpu", "requests.memory", "limits.storage", "requests.ephemeral-storage", "limits.hugepages-2Mi"))}},
        {"resourceFieldRef": {"resource": "limits.cpu", "divisor": random.choice(("1", "1m", "1Mi", "2", "100m", "0"))}},
        {"resourceFieldRef": {"resource": "limits.memory", "divisor": random.choice(("1", "1Mi", "1M", "1m", "3"))}},
        {"secretKeyRef": {"name": "a"}},
        {"secretKeyRef": {"key": "a"}},
        {"secretKeyRef": {"name": "", "key": "a"}},
        {"secretKeyRef": {"name": "a", "key": "a b"}},
        {"configMapKeyRef": {"name": "A_b", "key": "a"}},
        {"configMapKeyRef": {"name": "a", "key": ""}},
        {"fileKeyRef": {"volumeName": "a", "path": "b", "key": "C"}},
        {},
    )
    node.value.clear()
    node.value["name"] = name
    return _set(node, {"valueFrom": random.choice(sources)})


def ingress_backends(random: Random, manifest: Manifest) -> Path | None:
    node = _pick(random, manifest, lambda each: _is_map(each, "backend", "defaultBackend") and manifest["kind"] == "Ingress")
    choices: tuple[dict[str, Any], ...] = (
        {"resource": {"kind": "Bucket", "name": "a"}},
        {"service": {"name": "a", "port": {"number": 80, "name": "http"}}},
        {"service": {"name": "a", "port": {}}},
        {"service": {"name": "a"}},
        {"service": {"name": "A_b", "port": {"number": 80}}},
        {"service": {"name": "a", "port": {"number": random.choice((0, 65536, 80))}}},
        {"service": {"name": "a", "port": {"name": random.choice(("HTTP", "http_1", "80", "http"))}}},
        {"service": None},
        {"serviceName": "a", "servicePort": 80},
        {"service": None, "resource": {"apiGroup": "example.com", "kind": "Bucket", "name": "a"}},
    )
    return _set(node, random.choice(choices))


def ingress_rules(random: Random, manifest: Manifest) -> Path | None:
    node = _pick(random, manifest, lambda each: each.path == ("spec",) and manifest["kind"] == "Ingress")
    choices: tuple[dict[str, Any], ...] = (
        {"rules": None},
        {"rules": []},
        {"rules": [], "defaultBackend": {"service": {"name": "a", "port": {"number": 80}}}},
        {"rules": [{"host": "a.example.com"}]},
        {"rules": [{"host": "a.example.com", "http": {"paths": []}}]},
        {"rules": [{"host": "10.0.0.1"}]},
        {"tls": [{"hosts": ["*.example.com", "A"]}]},
        {"tls": [{}]},
        {"tls": [{"secretName": "A_b"}]},
        {"ingressClassName": "A_b"},
        {"ingressClassName": ""},
    )
    return _set(node, random.choice(choices))


def ingress_class_twice(random: Random, manifest: Manifest) -> Path | None:
    if manifest["kind"] != "Ingress":
        return None
    annotations = manifest["metadata"].setdefault("annotations", {})
    annotations["kubernetes.io/ingress.class"] = "nginx"
    if random.random() < 0.5:
        manifest["spec"].pop("ingressClassName", None)
    return ("metadata", "annotations", "kubernetes.io/ingress.class")


def policy_peers(random: Random, manifest: Manifest) -> Path | None:
    node = _pick(random, manifest, lambda each: _is_item(each, "from", "to") and manifest["kind"] == "NetworkPolicy")
    choices: tuple[dict[str, Any], ...] = (
        {"ipBlock": {"cidr": "10.0.0.0/8"}, "podSelector": {}},
        {"ipBlock": {"cidr": "10.0.0.0/8"}, "podSelector": None, "namespaceSelector": None},
        {"ipBlock": {"cidr": "10.0.0.0/16", "except": ["10.1.0.0/24"]}, "podSelector": None, "namespaceSelector": None},
        {"ipBlock": {"cidr": "10.0.0.0/16", "except": ["10.0.0.0/16"]}, "podSelector": None, "namespaceSelector": None},
        {"ipBlock": None, "podSelector": None, "namespaceSelector": None},
        {"namespaceSelector": {"matchLabels": {"a b": "c"}}},
        {"podSelector": {"matchExpressions": [{"key": "a", "operator": "In"}]}},
    )
    return _set(node, random.choice(choices))


def policy_ports(random: Random, manifest: Manifest) -> Path | None:
    node = _pick(random, manifest, lambda each: each.path[-1] in ("ingress", "egress") and isinstance(each.value, list) and manifest["kind"] == "NetworkPolicy")
    choices: tuple[dict[str, Any], ...] = (
        {"port": "http", "endPort": 90},
        {"endPort": 90},
        {"port": 80, "endPort": 79},
        {"port": 80, "endPort": random.choice((80, 90, 70000))},
        {"port": random.choice(("HTTP", "a" * 16, "80", "http_1"))},
        {"port": 80, "protocol": random.choice(("ICMP", "tcp", "SCTP"))},
        {},
    )
    if node is None:
        return None
    node.value.append({"ports": [random.choice(choices)]})
    return (*node.path, len(node.value) - 1)


def policy_types(random: Random, manifest: Manifest) -> Path | None:
    node = _pick(random, manifest, lambda each: each.path == ("spec",) and manifest["kind"] == "NetworkPolicy")
    choices = (["Ingress", "Ingress"], ["Ingress", "Egress"], ["ingress"], ["Both"], [], ["Ingress", "Egress", "Egress"])
    return _set(node, {"policyTypes": random.choice(choices)})


def claims(random: Random, manifest: Manifest) -> Path | None:
    """Fields of a claim, a claim template or a volume that contradict each other."""
    node = _pick(random, manifest, lambda each: isinstance(each.value, dict) and each.path[-1] == "spec" and "accessModes" in each.value)
    choices: tuple[dict[str, Any], ...] = (
        {"accessModes": ["ReadWriteOncePod", "ReadWriteOnce"]},
        {"accessModes": ["ReadWriteOnce", "ReadWriteOnce"]},
        {"accessModes": []},
        {"resources": {"requests": {"cpu": "1"}}},
        {"resources": {"requests": {"storage": random.choice(("0", "-1", "1Gi", "1m", "1.5"))}}},
        {"resources": {"requests": {"storage": "2Gi"}, "limits": {"storage": "1Gi"}}},
        {"resources": {"limits": {"storage": "1Gi"}}},
        {"dataSource": {"kind": "PersistentVolumeClaim", "name": "a"}},
        {"dataSource": {"kind": "VolumeSnapshot", "name": "a"}},
        {"dataSource": {"kind": "VolumeSnapshot", "name": "a", "apiGroup": "snapshot.storage.k8s.io"}},
        {"dataSource": {"kind": "PersistentVolumeClaim", "name": "a"}, "dataSourceRef": {"kind": "PersistentVolumeClaim", "name": "b"}},
        {"volumeMode": "Raw"},
        {"storageClassName": ""},
        {"storageClassName": "A_b"},
        {"volumeName": "A_b"},
        {"selector": {"matchLabels": {"a": "b c"}}},
        {"persistentVolumeReclaimPolicy": "Recycle"},
        {"capacity": {"cpu": "1"}},
        {"hostPath": {"path": "/a"}},
    )
    return _set(node, random.choice(choices))


def quota_scopes(random: Random, manifest: Manifest) -> Path | None:
    node = _pick(random, manifest, lambda each: each.path == ("spec",) and manifest["kind"] == "ResourceQuota")
    choices: tuple[dict[str, Any], ...] = (
        {"scopes": ["BestEffort", "NotBestEffort"]},
        {"scopes": ["BestEffort"], "hard": {"cpu": "1"}},
        {"scopes": ["BestEffort"], "hard": {"pods": "1"}},
        {"scopes": ["Terminating", "NotTerminating"]},
        {"scopes": ["All"]},
        {"scopes": ["BestEffort"], "hard": {"services": "1"}},
        {"hard": {"pods": random.choice(("1.5", "-1", "1", "1k"))}},
        {"hard": {random.choice(("cpus", "requests.gpu", "count/x", "requests.nvidia.com/gpu", "limits.nvidia.com/gpu", "hugepages-2Mi", "a.b/c")): "1"}},
        {"scopeSelector": {"matchExpressions": [{"scopeName": "PriorityClass", "operator": random.choice(("In", "Exists")), "values": ["high"]}]}},
        {"scopeSelector": {"matchExpressions": [{"scopeName": "BestEffort", "operator": random.choice(("In", "Exists"))}]}},
    )
    return _set(node, random.choice(choices))


def limit_ranges(random: Random, manifest: Manifest) -> Path | None:
    node = _pick(random, manifest, lambda each: _is_item(each, "limits") and manifest["kind"] == "LimitRange")
    choices: tuple[dict[str, Any], ...] = (
        {"min": {"cpu": "2"}, "max": {"cpu": "1"}},
        {"default": {"cpu": "2"}, "max": {"cpu": "1"}},
        {"defaultRequest": {"cpu": "2"}, "default": {"cpu": "1"}},
        {"defaultRequest": {"cpu": "100m"}, "min": {"cpu": "200m"}},
        {"maxLimitRequestRatio": {"cpu": random.choice(("0", "0.5", "2", "100"))}},
        {"type": "Pod", "default": {"cpu": "1"}},
        {"type": "PersistentVolumeClaim"},
        {"type": random.choice(("container", "Node", "Pod", "example.com/x"))},
        {"max": {random.choice(("cpus", "storage", "nvidia.com/gpu")): "1"}},
    )
    return _set(node, random.choice(choices))


def rules(random: Random, manifest: Manifest) -> Path | None:
    """Rules of a role whose fields don't go together."""
    node = _pick(random, manifest, lambda each: _is_item(each, "rules") and "verbs" in each.value)
    choices: tuple[dict[str, Any], ...] = (
        {"verbs": []},
        {"verbs": None},
        {"apiGroups": None},
        {"apiGroups": []},
        {"resources": []},
        {"resources": None},
        {"nonResourceURLs": ["/healthz"]},
        {"nonResourceURLs": ["/healthz"], "resources": None, "apiGroups": None},
        {"resourceNames": ["a"]},
        {"resourceNames": ["a"], "resources": None},
    )
    return _set(node, random.choice(choices))


def bindings(random: Random, manifest: Manifest) -> Path | None:
    node = _pick(random, manifest, lambda each: _is_item(each, "subjects") or _is_map(each, "roleRef"))
    if node is None:
        return None
    if node.path[-1] == "roleRef":
        choices: tuple[dict[str, Any], ...] = ({"apiGroup": ""}, {"apiGroup": None}, {"apiGroup": "rbac"}, {"kind": random.choice(("Role", "ClusterRole", "User"))}, {"name": ""}, {"name": None}, {"namespace": "a"})
    else:
        choices = (
            {"kind": "ServiceAccount", "apiGroup": None, "namespace": None},
            {"kind": "ServiceAccount", "apiGroup": None, "namespace": "a"},
            {"kind": "ServiceAccount", "apiGroup": "rbac.authorization.k8s.io", "namespace": "a"},
            {"kind": "ServiceAccount", "apiGroup": None, "namespace": "a", "name": "A_b"},
            {"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "namespace": None},
            {"kind": "User", "namespace": "a"},
            {"kind": "User", "apiGroup": "apps"},
            {"kind": "Group", "name": ""},
            {"kind": "Users"},
        )
    return _set(node, random.choice(choices))


def secret_types(random: Random, manifest: Manifest) -> Path | None:
    if manifest["kind"] != "Secret":
        return None
    if random.random() < 0.3:
        manifest["stringData"] = {random.choice(("a", "a b", "..", "a/b")): random.choice(("x", 1, None, True))}
        return ("stringData",)
    types = ("kubernetes.io/tls", "kubernetes.io/dockerconfigjson", "kubernetes.io/basic-auth", "kubernetes.io/ssh-auth", "kubernetes.io/service-account-token", "kubernetes.io/dockercfg", "Opaque", "bootstrap.kubernetes.io/token", "x")
    manifest["type"] = random.choice(types)
    return ("type",)


def config_map_keys(random: Random, manifest: Manifest) -> Path | None:
    if manifest["kind"] not in ("ConfigMap", "Secret"):
        return None
    data = manifest.get("data") or {"a": "YQ=="}
    key = random.choice(list(data))
    part = random.choice(("binaryData", "immutable", "data")) if manifest["kind"] == "ConfigMap" else random.choice(("stringData", "immutable"))
    manifest[part] = random.choice((True, "yes")) if part == "immutable" else {key: "YQ=="}
    return (part,)


def metadata(random: Random, manifest: Manifest) -> Path | None:
    owner = {"apiVersion": "v1", "kind": "Pod", "name": "a", "uid": "b"}
    choices: tuple[dict[str, Any], ...] = (
        {"generateName": "web-", "name": None},
        {"generateName": "Web-", "name": None},
        {"generateName": "a" * 70, "name": None},
        {"name": None},
        {"namespace": ""},
        {"namespace": "Default"},
        {"namespace": "a_b"},
        {"labels": {"a b": "c"}},
        {"labels": {"a": "b c"}},
        {"labels": {"a": None}},
        {"labels": {"a": 1}},
        {"labels": {"a": True}},
        {"labels": {"a": "a" * 64}},
        {"labels": []},
        {"annotations": {"a b": "c"}},
        {"annotations": {"A.b/c": "d"}},
        {"annotations": {"a": 1}},
        {"annotations": {"a": True}},
        {"annotations": {"a": {"b": "c"}}},
        {"annotations": {"a": "x" * 262144}},
        {"annotations": {"x" * 64: "a"}},
        {"finalizers": ["a"]},
        {"finalizers": ["example.com/a"]},
        {"finalizers": ["a b"]},
        {"finalizers": ["orphan", "foregroundDeletion"]},
        {"ownerReferences": [owner]},
        {"ownerReferences": [{**owner, "uid": ""}]},
        {"ownerReferences": [{**owner, "controller": True}, {**owner, "name": "c", "controller": True}]},
        {"ownerReferences": [{key: value for key, value in owner.items() if key != random.choice(list(owner))}]},
        {"clusterName": "a"},
        {"creationTimestamp": None},
        {"creationTimestamp": "today"},
        {"creationTimestamp": "2026-01-01T00:00:00Z"},
        {"resourceVersion": "1"},
        {"uid": "a"},
        {"generation": -1},
        {"generation": "1"},
        {"managedFields": []},
        {"deletionGracePeriodSeconds": 1},
        {"selfLink": "/a"},
    )
    return _set(Node(("metadata",), manifest["metadata"]), random.choice(choices))


def top_level(random: Random, manifest: Manifest) -> Path | None:
    choices: tuple[dict[str, Any], ...] = ({"status": {}}, {"status": {"a": 1}}, {"status": "x"}, {"spec": {}}, {"spec": None}, {"metadata": {}}, {"extra": 1}, {"items": []}, {"data": {}})
    fields = random.choice(choices)
    return _set(Node((), manifest), fields)


def stateful_set_fields(random: Random, manifest: Manifest) -> Path | None:
    node = _pick(random, manifest, lambda each: each.path == ("spec",) and manifest["kind"] == "StatefulSet")
    choices: tuple[dict[str, Any], ...] = (
        {"serviceName": ""},
        {"serviceName": None},
        {"serviceName": "A_b"},
        {"podManagementPolicy": "parallel"},
        {"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Keep"}},
        {"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete"}},
        {"ordinals": {"start": -1}},
        {"ordinals": {"start": 1}},
        {"minReadySeconds": -1},
        {"revisionHistoryLimit": -1},
        {"replicas": -1},
    )
    return _set(node, random.choice(choices))


def deployment_numbers(random: Random, manifest: Manifest) -> Path | None:
    node = _pick(random, manifest, lambda each: each.path == ("spec",) and manifest["kind"] in _WORKLOADS)
    choices: tuple[dict[str, Any], ...] = (
        {"minReadySeconds": 600},
        {"minReadySeconds": 10, "progressDeadlineSeconds": 10},
        {"progressDeadlineSeconds": 0},
        {"revisionHistoryLimit": -1},
        {"replicas": -1},
        {"replicas": 0},
        {"paused": "no"},
        {"template": {}},
        {"template": None},
        {"selector": None},
    )
    return _set(node, random.choice(choices))


def cron_job_fields(random: Random, manifest: Manifest) -> Path | None:
    node = _pick(random, manifest, lambda each: each.path == ("spec",) and manifest["kind"] == "CronJob")
    choices: tuple[dict[str, Any], ...] = (
        {"schedule": "TZ=Europe/Berlin 0 3 * * *", "timeZone": "UTC"},
        {"schedule": "CRON_TZ=UTC 0 3 * * *"},
        {"timeZone": ""},
        {"timeZone": "Local"},
        {"startingDeadlineSeconds": -1},
        {"concurrencyPolicy": "Never"},
        {"successfulJobsHistoryLimit": -1},
        {"jobTemplate": {}},
        {"suspend": "no"},
    )
    if random.random() < 0.15:
        manifest["metadata"]["name"] = "a" * random.choice((52, 53))
        return ("metadata", "name")
    return _set(node, random.choice(choices))


def _pod(random: Random, manifest: Manifest) -> Node | None:
    return _pick(random, manifest, lambda each: isinstance(each.value, dict) and each.path[-1] == "spec" and isinstance(each.value.get("containers"), list))


COMBINATIONS: Final[tuple[Combination, ...]] = (
    second_probe_handler,
    second_hook_handler,
    second_volume_source,
    second_projection,
    value_and_source,
    second_value_source,
    second_env_from,
    strategy,
    update_strategy,
    selector_of_others,
    requirement_without_values,
    service_ports,
    service_fields,
    service_fields,
    node_port,
    host_port,
    host_network,
    amounts,
    amounts,
    bounds,
    metrics,
    behavior,
    budget,
    restart_policy,
    container_restart_policy,
    init_container_fields,
    probe_numbers,
    mounts,
    names_of_two,
    security,
    security,
    operating_system,
    dns,
    placement,
    placement,
    jobs,
    volume_details,
    env_details,
    ingress_backends,
    ingress_rules,
    ingress_class_twice,
    policy_peers,
    policy_ports,
    policy_types,
    claims,
    quota_scopes,
    limit_ranges,
    rules,
    bindings,
    secret_types,
    config_map_keys,
    metadata,
    top_level,
    stateful_set_fields,
    deployment_numbers,
    cron_job_fields,
)
"""All combinations; one that matters more is listed twice."""
