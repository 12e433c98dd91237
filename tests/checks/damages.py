"""Ways to damage manifests that work, each with the check that must find it.

A row of the table says in which field something goes wrong, and how. The field is a path from the root of the
object or, with `pod`, from its pods' spec; `*` stands for each entry of a list or mapping. The damage is what
becomes of the value there: another value, `GONE`, or `AS_IT_WAS` where this damage can't be done.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from constructs_lib.checks.engine.finding import Severity
from constructs_lib.kubernetes.annotations import CONSUMES, IGNORE, PRODUCES, USES
from constructs_lib.kubernetes.kinds import TEMPLATES

Manifest = dict[str, Any]
Path = tuple[str | int, ...]

GONE: Final = object()
AS_IT_WAS: Final = object()
OUR_NAMESPACES: Final = ("api", "async", "data")


@dataclass(frozen=True)
class Damage:
    """One way to break something.

    Args:
        check: the id under which it must be found.
        what: what goes wrong, in a few words.
        kinds: the kinds of objects that it is done to, separated by blanks; `*` for all, `pods` for all with pods.
        path: the field; an empty text is the object itself, which `change` turns into a list of objects.
        change: from the value that is there to the one that breaks it.
        severity: of the finding.
        given: what is changed in all objects before, because else the damage would do no harm.
    """

    check: str
    what: str
    kinds: str
    path: str
    change: Callable[[Any], Any]
    severity: Severity = Severity.ERROR
    given: Callable[[Manifest], None] = lambda manifest: None

    def __str__(self) -> str:
        return f"{self.check}: {self.what}"

    def before(self, manifests: list[Manifest]) -> list[Manifest]:
        """The manifests as they have to be for the damage to do harm."""
        ready = copy.deepcopy(manifests)
        for manifest in ready:
            self.given(manifest)
        return ready

    def applied_to(self, manifests: list[Manifest]) -> Iterator[tuple[str, list[Manifest]]]:
        """The manifests with the damage in one place, for each place: what was damaged, and all objects."""
        for index, manifest in enumerate(manifests):
            for path in self._places(manifest):
                for damaged in self._damaged(manifest, path):
                    name = f"{manifest['kind']}/{manifest['metadata']['name']} {'.'.join(map(str, path))}"
                    yield name, [*manifests[:index], *damaged, *manifests[index + 1 :]]

    def _places(self, manifest: Manifest) -> list[Path]:
        kind = manifest["kind"]
        if self.kinds not in ("*", "pods") and kind not in self.kinds.split():
            return []
        if self.kinds == "pods" and kind not in TEMPLATES:
            return []
        pattern: list[str] = self.path.split(".") if self.path else []
        if pattern[:1] == ["pod"]:
            pattern = [*TEMPLATES[kind], "spec", *pattern[1:]]
        return list(_matching(manifest, pattern))

    def _damaged(self, manifest: Manifest, path: Path) -> list[list[Manifest]]:
        damaged = copy.deepcopy(manifest)
        if not path:
            changed = self.change(damaged)
            return [] if changed is AS_IT_WAS else [changed]
        holder: Any = damaged
        for part in path[:-1]:
            holder = holder[part]
        changed = self.change(holder[path[-1]])
        if changed is AS_IT_WAS:
            return []
        if changed is GONE:
            del holder[path[-1]]
        else:
            holder[path[-1]] = changed
        return [[damaged]]


def _matching(value: Any, pattern: list[str]) -> Iterator[Path]:
    if not pattern:
        yield ()
        return
    first, *rest = pattern
    entries: dict[Any, Any] = dict(enumerate(value)) if isinstance(value, list) else value
    if isinstance(entries, dict):
        for key in entries if first == "*" else [key for key in entries if str(key) == first]:
            yield from ((key, *path) for path in _matching(entries[key], rest))


# What becomes of a value


def becomes(value: Any) -> Callable[[Any], Any]:
    return lambda _: copy.deepcopy(value)


def gone(_: Any) -> Any:
    return GONE


def and_field(name: str, value: Any) -> Callable[[Any], Any]:
    return lambda data: {**data, name: copy.deepcopy(value)}


def with_field(name: str, value: Any) -> Callable[[Any], Any]:
    """The object alone, with another field."""
    return lambda manifest: [{**manifest, name: value}]


def misspelt(text: str) -> str:
    """`waste-api` as `wate-api`."""
    return text[: len(text) // 3] + text[len(text) // 3 + 1 :]


def replacing(old: str, new: str) -> Callable[[str], Any]:
    """Texts in which `old` (a regular expression) is found, with `new` in its place."""
    return lambda text: re.sub(old, new, text, count=1) if re.search(old, text) else AS_IT_WAS


def having(**fields: Any) -> Callable[[Manifest], Manifest]:
    """The mapping with other fields."""
    return lambda mapping: {**mapping, **copy.deepcopy(fields)}


def plus(*entries: Any) -> Callable[[list[Any]], list[Any]]:
    return lambda items: [*items, *copy.deepcopy(entries)]


def removed(_: Manifest) -> list[Manifest]:
    return []


def beside(other: Callable[[Manifest], Manifest]) -> Callable[[Manifest], list[Manifest]]:
    """The object with another one beside it, which is made from it."""
    return lambda manifest: [manifest, other(copy.deepcopy(manifest))]


def called(name: str) -> Callable[[Manifest], Manifest]:
    """The same object under another name."""
    return lambda manifest: {**manifest, "metadata": {**manifest["metadata"], "name": name}}


def of_version(version: str) -> Callable[[Manifest], Manifest]:
    """The same object in another version of its API."""
    return lambda manifest: {**manifest, "apiVersion": "/".join([*manifest["apiVersion"].split("/")[:-1], version])}


def only(condition: Callable[[Any], bool], change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The change where the condition holds."""
    return lambda value: change(value) if condition(value) else AS_IT_WAS


def too_long(manifest: Manifest) -> list[Manifest]:
    """The name with one character more than its kind allows."""
    longest = {"Service": 63, "Namespace": 63, "Job": 63, "StatefulSet": 52}.get(manifest["kind"], 253)
    return [called(manifest["metadata"]["name"].ljust(longest + 1, "x"))(manifest)]


def budget(**spec: Any) -> Callable[[Manifest], list[Manifest]]:
    """The workload with a PodDisruptionBudget beside it."""
    return beside(
        lambda workload: {
            "apiVersion": "policy/v1",
            "kind": "PodDisruptionBudget",
            "metadata": {key: workload["metadata"][key] for key in ("name", "namespace")},
            "spec": {"selector": workload["spec"]["selector"], **spec},
        }
    )


def monitor(*, port: str = "http", label: str = "") -> Callable[[Manifest], list[Manifest]]:
    """The Service with a ServiceMonitor beside it."""

    def made(service: Manifest) -> Manifest:
        labels = {key: value + label for key, value in service["metadata"]["labels"].items()}
        spec = {"selector": {"matchLabels": labels}, "endpoints": [{"port": port}]}
        return {**service, "apiVersion": "monitoring.coreos.com/v1", "kind": "ServiceMonitor", "spec": spec}

    return beside(made)


def beat(replicas: int, strategy: str, *, embedded: bool = False) -> Callable[[Manifest], Any]:
    """The Celery worker as a beat, or with a beat in it."""

    def change(worker: Manifest) -> Any:
        command = worker["spec"]["template"]["spec"]["containers"][0].get("command", [])
        if "celery" not in command:
            return AS_IT_WAS
        command[:] = [*command, "-B"] if embedded else ["celery", "-A", "app", "beat"]
        worker["spec"].update(replicas=replicas, strategy={"type": strategy})
        return [worker]

    return change


def shared_claim(workload: Manifest) -> list[Manifest]:
    """The workload with a ReadWriteOnce claim for all its pods."""
    volume = {"name": "shared", "persistentVolumeClaim": {"claimName": "shared"}}
    workload["spec"]["template"]["spec"]["volumes"].append(volume)
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "shared", "namespace": workload["metadata"]["namespace"]},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    }
    return [workload, claim]


def scaled_by(queue: str) -> Callable[[Manifest], Any]:
    """The worker with a ScaledObject on a queue."""

    def made(worker: Manifest) -> Manifest:
        metadata = {key: worker["metadata"][key] for key in ("name", "namespace")}
        trigger = {"type": "rabbitmq", "metadata": {"queueName": queue}}
        spec = {"scaleTargetRef": {"name": metadata["name"]}, "maxReplicaCount": 3, "triggers": [trigger]}
        return {"apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject", "metadata": metadata, "spec": spec}

    return only(lambda worker: CONSUMES in worker["metadata"].get("annotations", {}), beside(made))


def refers_to(kind: str) -> Callable[[Any], bool]:
    """Return True if a policy's rule is about our own pods: who else connects isn't known."""
    return lambda rule: any(
        peer.get("namespaceSelector", {}).get("matchLabels", {}).get("kubernetes.io/metadata.name") in OUR_NAMESPACES
        for peer in rule.get(kind, ())
    )


def is_needed(policy: Manifest) -> bool:
    """The policies without which something fails: that of `data` that denies all denies what others deny, too."""
    return (policy["metadata"]["namespace"], policy["metadata"]["name"]) != ("data", "default-deny")


def without_egress(policy: Manifest) -> Any:
    """The policy of a client, letting it go nowhere."""
    if not policy["spec"].pop("egress", None):
        return AS_IT_WAS
    return [policy]


def is_mounted(config: Manifest) -> bool:
    """Return True if pods mount the ConfigMap: a dashboard is read by Grafana."""
    return bool(config["metadata"]["name"] == "redis-config")


def is_service_name(text: str) -> bool:
    return text.endswith(".svc")


def is_scaled(workload: Manifest) -> bool:
    return "replicas" not in workload["spec"]


def not_scaled(spec: Manifest) -> bool:
    return "replicas" in spec


# What is changed before, so that the damage does harm


def without_limit_range(manifest: Manifest) -> None:
    if manifest["kind"] == "LimitRange":
        manifest["spec"]["limits"] = []


def without_defaults_and_quota(manifest: Manifest) -> None:
    without_limit_range(manifest)
    if manifest["kind"] == "ResourceQuota":
        manifest["spec"]["hard"] = {}


def without_idle_policies(manifest: Manifest) -> None:
    """Takes the DNS from `data`, where nobody connects to a name."""
    if manifest["kind"] == "NetworkPolicy" and not is_needed(manifest):
        manifest["spec"]["egress"] = []


def without_ignored_replicas(manifest: Manifest) -> None:
    manifest.get("spec", {}).pop("ignoreDifferences", None)


_WARNING: Final = Severity.WARNING
_NO_NODE: Final = {
    "nodeAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": [{"matchExpressions": [{"key": "gpu", "operator": "Exists"}]}]
        }
    }
}
_PING: Final = {"exec": {"command": ["celery", "-A", "app", "inspect", "ping"]}, "timeoutSeconds": 30}
_SLOW: Final = {"exec": {"command": ["curl", "--max-time", "10", "localhost"]}, "timeoutSeconds": 5}

# The API server gives a LimitRange a name.
NAMED: Final = " ".join(
    (
        *(
            "Application",
            "AppProject",
            "ConfigMap",
            "CronJob",
            "Deployment",
            "HorizontalPodAutoscaler",
            "Ingress",
            "Job",
        ),
        *("Namespace", "NetworkPolicy", "PodDisruptionBudget", "PodMonitor", "PrometheusRule", "ResourceQuota"),
        *("Service", "ServiceAccount", "ServiceMonitor", "StatefulSet"),
    )
)
DAMAGES: Final = (
    Damage("invalid-name", "a name in capitals", "*", "metadata.name", str.upper),
    Damage("invalid-name", "a name too long for its kind", "*", "", too_long),
    Damage("invalid-name", "no name", NAMED, "metadata.name", gone),
    Damage("invalid-name", "a blank in a label", "*", "metadata.labels.*", lambda value: f"{value} x"),
    Damage("invalid-name", "a label that is a number", "*", "metadata.labels.*", becomes(1)),
    Damage("invalid-name", "an annotation that is a boolean", "*", "metadata.annotations.*", becomes(True)),
    Damage("invalid-name", "a pod label too long", "pods", "spec.template.metadata.labels.*", becomes("x" * 64)),
    Damage("invalid-value", "a container in capitals", "pods", "pod.containers.*.name", str.upper),
    Damage("invalid-value", "a port name too long", "pods", "pod.containers.*.ports.*.name", becomes("x" * 16)),
    Damage("invalid-value", "two containers of one name", "pods", "pod.containers", lambda items: items * 2),
    Damage(
        "api-version",
        "a removed version",
        "HorizontalPodAutoscaler",
        "",
        with_field("apiVersion", "autoscaling/v2beta2"),
    ),
    Damage("api-version", "a misspelt kind", "Deployment", "", with_field("kind", "Deploymnet")),
    Damage("unknown-field", "a misspelt field", "pods", "pod.containers.*", and_field("imagepullpolicy", "Always")),
    Damage("unknown-field", "a field of another kind", "Service", "spec", and_field("replica", 2)),
    Damage("duplicate-object", "an object that is defined twice", "*", "", beside(lambda manifest: manifest)),
    Damage("duplicate-object", "the same in another version", "*", "", beside(of_version("v1beta1"))),
    Damage("missing-namespace", "a misspelt namespace", "*", "metadata.namespace", misspelt),
    Damage("missing-namespace", "the Namespace gone", "Namespace", "", removed),
    Damage("missing-namespace", "the Namespace misspelt", "Namespace", "metadata.name", misspelt),
    Damage("selector-mismatch", "another selector", "Deployment StatefulSet", "spec.selector.matchLabels.*", misspelt),
    Damage("selector-mismatch", "no selector", "Deployment StatefulSet", "spec.selector", gone),
    Damage("selector-mismatch", "a Service on other labels", "Service", "spec.selector.*", misspelt),
    Damage(
        "selector-mismatch",
        "a label of the pods renamed",
        "Deployment StatefulSet",
        "spec.template.metadata.labels",
        lambda labels: {**labels, "app.kubernetes.io/name": "other"},
    ),
    Damage(
        "selector-mismatch", "a policy on other labels", "NetworkPolicy", "spec.podSelector.matchLabels.*", misspelt
    ),
    Damage(
        "selector-mismatch",
        "a budget on other labels",
        "Deployment StatefulSet",
        "",
        budget(selector={"matchLabels": {"app": "other"}}, maxUnavailable=1),
    ),
    Damage("selector-mismatch", "a monitor on other labels", "Service", "", monitor(label="x")),
    Damage("service-port", "a target port misspelt", "Service", "spec.ports.*.targetPort", misspelt),
    Damage("service-port", "a target port nobody has", "Service", "spec.ports.*.targetPort", becomes(4711), _WARNING),
    Damage("service-port", "the port of the pods renamed", "Deployment", "pod.containers.*.ports.*.name", misspelt),
    Damage("service-port", "the pods' port gone", "Deployment StatefulSet", "pod.containers.0.ports", gone),
    Damage("service-port", "a monitor on a port misspelt", "Service", "", monitor(port="metrics")),
    Damage(
        "service-port",
        "a route to a port misspelt",
        "Ingress",
        "spec.rules.*.http.paths.*.backend.service.port.name",
        misspelt,
    ),
    Damage(
        "service-port",
        "a route to another number",
        "Ingress",
        "spec.rules.*.http.paths.*.backend.service.port",
        becomes({"number": 80}),
    ),
    Damage(
        "route-target",
        "a route to a Service misspelt",
        "Ingress",
        "spec.rules.*.http.paths.*.backend.service.name",
        misspelt,
    ),
    Damage(
        "route-target",
        "the routed Service gone",
        "Service",
        "",
        only(lambda service: service["metadata"]["namespace"] == "api", removed),
    ),
    Damage("route-target", "a route twice", "Ingress", "spec.rules.*.http.paths", lambda paths: [*paths, paths[0]]),
    Damage("route-target", "a second Ingress", "Ingress", "", beside(called("other"))),
    Damage(
        "missing-reference",
        "a Secret misspelt",
        "pods",
        "pod.containers.*.env.*.valueFrom.secretKeyRef.name",
        misspelt,
    ),
    Damage(
        "missing-reference",
        "a Secret's key misspelt",
        "pods",
        "pod.containers.*.env.*.valueFrom.secretKeyRef.key",
        misspelt,
    ),
    Damage("missing-reference", "a ConfigMap misspelt", "pods", "pod.volumes.*.configMap.name", misspelt),
    Damage("missing-reference", "the ConfigMap gone", "ConfigMap", "", only(is_mounted, removed)),
    Damage(
        "missing-reference",
        "a file of the ConfigMap renamed",
        "ConfigMap",
        "",
        only(is_mounted, lambda config: [{**config, "data": {"other.conf": "a"}}]),
    ),
    Damage("missing-reference", "a ServiceAccount misspelt", "pods", "pod.serviceAccountName", misspelt),
    Damage("missing-reference", "the ServiceAccount gone", "ServiceAccount", "", removed),
    Damage(
        "missing-reference",
        "a claim that isn't there",
        "pods",
        "pod.volumes",
        plus({"name": "other", "persistentVolumeClaim": {"claimName": "other"}}),
    ),
    Damage("unknown-host", "a host misspelt", "pods", "pod.containers.*.env.*.value", only(is_service_name, misspelt)),
    Damage(
        "unknown-host",
        "another namespace of a host",
        "pods",
        "pod.containers.*.env.*.value",
        replacing(r"\.(data|messaging)\.svc", ".dta.svc"),
    ),
    Damage(
        "unknown-host", "another port", "pods", "pod.containers.*.env.*.value", replacing(r"^(5432|6379|5672)$", "1")
    ),
    Damage(
        "unknown-host",
        "a declared host misspelt",
        "pods",
        f"metadata.annotations.{USES}",
        replacing(r"(redis|postgresql)\.data", "other.data"),
    ),
    Damage("unknown-host", "a declared port", "pods", f"metadata.annotations.{USES}", replacing(r"svc:\d+", "svc:1")),
    Damage(
        "unknown-host",
        "the store's Service gone",
        "Service",
        "",
        only(lambda service: service["metadata"]["name"] in ("postgresql", "redis"), removed),
    ),
    Damage(
        "unknown-host",
        "the port of the store's Service",
        "Service",
        "spec",
        only(
            lambda spec: spec["ports"][0]["name"] != "http" and spec.get("clusterIP") != "None",
            lambda spec: {**spec, "ports": [{**spec["ports"][0], "port": 1}]},
        ),
    ),
    Damage("blocked-connection", "a policy gone", "NetworkPolicy", "", only(is_needed, removed)),
    Damage("blocked-connection", "no egress", "NetworkPolicy", "", only(is_needed, without_egress)),
    Damage(
        "blocked-connection",
        "another egress port",
        "NetworkPolicy",
        "spec.egress.*.ports",
        lambda ports: [{**port, "port": 1} for port in ports],
        given=without_idle_policies,
    ),
    Damage(
        "blocked-connection",
        "egress to a namespace misspelt",
        "NetworkPolicy",
        "spec.egress.*.to.*.namespaceSelector.matchLabels.*",
        misspelt,
        given=without_idle_policies,
    ),
    Damage(
        "blocked-connection",
        "egress to pods misspelt",
        "NetworkPolicy",
        "spec.egress.*.to.*.podSelector.matchLabels.*",
        misspelt,
        given=without_idle_policies,
    ),
    Damage(
        "blocked-connection",
        "an ingress rule gone",
        "NetworkPolicy",
        "spec.ingress.*",
        only(refers_to("from"), gone),
    ),
    Damage(
        "blocked-connection",
        "a client not let in",
        "NetworkPolicy",
        "spec.ingress.*.from.*",
        only(lambda peer: refers_to("from")({"from": [peer]}), gone),
    ),
    Damage(
        "blocked-connection",
        "ingress on another port",
        "NetworkPolicy",
        "spec.ingress.*",
        only(refers_to("from"), having(ports=[{"port": 1}])),
    ),
    Damage("unschedulable", "a node label misspelt", "pods", "pod.nodeSelector.*", misspelt),
    Damage("unschedulable", "a node label's name", "pods", "pod.nodeSelector", becomes({"worklod": "application"})),
    Damage("unschedulable", "a toleration gone", "pods", "pod.tolerations", gone),
    Damage("unschedulable", "a toleration misspelt", "pods", "pod.tolerations.*.value", misspelt),
    Damage("unschedulable", "another effect tolerated", "pods", "pod.tolerations.*.effect", becomes("NoExecute")),
    Damage("unschedulable", "an affinity to no node", "pods", "pod", having(affinity=_NO_NODE)),
    Damage("unschedulable", "more than a node has", "pods", "pod.containers.*.resources.requests.cpu", becomes("4")),
    Damage(
        "unschedulable", "memory of a wrong unit", "pods", "pod.containers.*.resources.requests.memory", becomes("9Ti")
    ),
    Damage("node-capacity", "too many replicas", "Deployment", "spec", only(not_scaled, having(replicas=40))),
    Damage("node-capacity", "too high a minimum", "HorizontalPodAutoscaler", "spec.minReplicas", becomes(40)),
    Damage("node-capacity", "too high a maximum", "HorizontalPodAutoscaler", "spec.maxReplicas", becomes(41), _WARNING),
    Damage(
        "node-capacity",
        "requests that leave no room",
        "Deployment",
        "pod.containers.*.resources.requests",
        becomes({"cpu": "1800m", "memory": "1Gi"}),
    ),
    Damage("quota", "a quota shrunk", "ResourceQuota", "spec.hard.*", becomes("0")),
    Damage("quota", "more replicas than it counts", "Deployment", "spec", only(not_scaled, having(replicas=40))),
    Damage("quota", "a higher maximum", "HorizontalPodAutoscaler", "spec.maxReplicas", becomes(41)),
    Damage(
        "quota", "larger limits", "pods", "pod.containers.*.resources.limits", becomes({"cpu": "9", "memory": "9Gi"})
    ),
    Damage("quota", "a LimitRange below the pods", "LimitRange", "spec.limits.*", having(max={"memory": "100Mi"})),
    Damage("autoscaler", "its target misspelt", "HorizontalPodAutoscaler", "spec.scaleTargetRef.name", misspelt),
    Damage(
        "autoscaler", "its target's kind", "HorizontalPodAutoscaler", "spec.scaleTargetRef.kind", becomes("StatefulSet")
    ),
    Damage("autoscaler", "its target gone", "Deployment", "", only(is_scaled, removed)),
    Damage("autoscaler", "two on one target", "HorizontalPodAutoscaler", "", beside(called("other"))),
    Damage(
        "autoscaler", "replicas beside it", "Deployment", "spec", only(lambda s: not not_scaled(s), having(replicas=3))
    ),
    Damage(
        "autoscaler",
        "no request to divide by",
        "Deployment",
        "",
        only(is_scaled, lambda manifest: [_without_cpu(manifest)]),
        given=without_limit_range,
    ),
    Damage("disruption", "a budget of none", "Deployment StatefulSet", "", budget(maxUnavailable=0)),
    Damage("disruption", "all must stay", "Deployment StatefulSet", "", budget(minAvailable="100%")),
    Damage("disruption", "more must stay than are there", "Deployment StatefulSet", "", budget(minAvailable=9)),
    Damage("disruption", "all may go", "Deployment", "", budget(maxUnavailable="100%"), _WARNING),
    Damage("disruption", "both bounds", "Deployment", "", budget(maxUnavailable=1, minAvailable=1)),
    Damage("pod-security", "the node's network", "pods", "pod", having(hostNetwork=True)),
    Damage(
        "pod-security",
        "the node's files",
        "pods",
        "pod.volumes.*",
        lambda v: {"name": v["name"], "hostPath": {"path": "/"}},
    ),
    Damage("pod-security", "as root", "pods", "pod.securityContext.runAsUser", becomes(0)),
    Damage("pod-security", "perhaps as root", "pods", "pod.securityContext.runAsNonRoot", gone),
    Damage("pod-security", "no seccomp profile", "pods", "pod.securityContext.seccompProfile", gone),
    Damage("pod-security", "no context", "pods", "pod.securityContext", gone),
    Damage("pod-security", "no context of the container", "pods", "pod.containers.*.securityContext", gone),
    Damage("pod-security", "capabilities kept", "pods", "pod.containers.*.securityContext.capabilities", gone),
    Damage("pod-security", "privileged", "pods", "pod.containers.*.securityContext", having(privileged=True)),
    Damage(
        "pod-security",
        "more privileges allowed",
        "pods",
        "pod.containers.*.securityContext.allowPrivilegeEscalation",
        becomes(True),
    ),
    Damage(
        "pod-security",
        "an init container of its own",
        "pods",
        "pod",
        having(initContainers=[{"name": "i", "image": "i:1"}]),
    ),
    Damage("resources", "none at all", "pods", "pod.containers.*.resources", gone, given=without_limit_range),
    Damage("resources", "no limits", "pods", "pod.containers.*.resources.limits", gone, given=without_limit_range),
    Damage(
        "resources",
        "no memory limit",
        "pods",
        "pod.containers.*.resources.limits.memory",
        gone,
        _WARNING,
        without_defaults_and_quota,
    ),
    Damage(
        "resources",
        "no requests",
        "pods",
        "pod.containers.*.resources",
        becomes({"limits": {"memory": "1Gi"}}),
        _WARNING,
        without_defaults_and_quota,
    ),
    Damage(
        "invalid-value", "a request above the limit", "pods", "pod.containers.*.resources.limits.memory", becomes("1Mi")
    ),
    Damage(
        "invalid-value", "an amount that is none", "pods", "pod.containers.*.resources.requests.cpu", becomes("lots")
    ),
    Damage("singleton", "two beats", "Deployment", "", beat(2, "Recreate")),
    Damage(
        "singleton", "a beat that rolls", "Deployment", "", only(lambda m: not is_scaled(m), beat(1, "RollingUpdate"))
    ),
    Damage("singleton", "a beat in a worker", "Deployment", "", beat(3, "RollingUpdate", embedded=True)),
    Damage(
        "singleton",
        "a claim for all pods",
        "Deployment",
        "",
        only(lambda m: m["spec"].get("replicas", 2) > 1, shared_claim),
    ),
    Damage("queue", "another queue consumed", "Deployment", f"metadata.annotations.{CONSUMES}", misspelt),
    Damage(
        "queue", "another queue in the command", "Deployment", "pod.containers.*.command.*", replacing(r"^q\.", "q.x")
    ),
    Damage(
        "queue",
        "tasks to a queue of nobody",
        "Deployment",
        f"metadata.annotations.{PRODUCES}",
        replacing("vision", "visoin"),
    ),
    Damage(
        "queue", "the worker gone", "Deployment", "", only(lambda m: CONSUMES in m["metadata"]["annotations"], removed)
    ),
    Damage("queue", "a trigger on another queue", "Deployment", "", scaled_by("q.other")),
    Damage(
        "plain-secret",
        "a password in the environment",
        "pods",
        "pod.containers.*.env.*",
        only(
            lambda variable: variable["name"].endswith(("PASSWORD", "KEY")),
            lambda variable: {"name": variable["name"], "value": "hunter2"},
        ),
    ),
    Damage(
        "plain-secret",
        "a URL with its password",
        "pods",
        "pod.containers.*.env",
        plus({"name": "BROKER", "value": "amqp://app:hunter2@rabbitmq.messaging.svc:5672//"}),
    ),
    Damage(
        "plain-secret",
        "a password in the command",
        "pods",
        "pod.containers.*",
        having(args=["--url=redis://:hunter2@redis.data.svc"]),
    ),
    Damage("plain-secret", "a password in a ConfigMap", "ConfigMap", "data", having(password="hunter2")),
    Damage(
        "plain-secret",
        "a key in a file",
        "ConfigMap",
        "data.*",
        lambda text: f"{text}\n-----BEGIN RSA PRIVATE KEY-----",
    ),
    *(
        Damage("probe", f"{probe} on a port misspelt", "pods", f"pod.containers.*.{probe}.httpGet.port", misspelt)
        for probe in ("startupProbe", "readinessProbe", "livenessProbe")
    ),
    Damage("probe", "another number", "pods", "pod.containers.*.readinessProbe.httpGet.port", becomes(1), _WARNING),
    Damage("probe", "the container's port renamed", "Deployment", "pod.containers.*.ports.*.name", misspelt),
    Damage("probe", "cut off before its answer", "pods", "pod.containers.*", having(livenessProbe=_SLOW)),
    Damage("probe", "answered by any worker", "pods", "pod.containers.*", having(livenessProbe=_PING)),
    Damage("image", "latest", "pods", "pod.containers.*.image", replacing(r":[^:]+$", ":latest")),
    Damage("image", "no tag", "pods", "pod.containers.*.image", replacing(r":[^:]+$", "")),
    Damage("image", "development's", "pods", "pod.containers.*.image", lambda image: f"{image}-dev"),
    Damage("argocd", "a path misspelt", "Application", "spec.source.path", replacing("prod", "prd")),
    Damage("argocd", "a file misspelt", "Application", "spec.source.directory.include", misspelt),
    Damage("argocd", "two on one path", "Application", "", beside(called("other"))),
    Damage(
        "argocd",
        "self-heal against an autoscaler",
        "Deployment",
        "spec",
        only(lambda spec: not not_scaled(spec), having(replicas=3)),
        given=without_ignored_replicas,
    ),
    Damage(
        "suppression", "one without a reason", "*", "metadata", having(annotations={f"{IGNORE}image": ""}), _WARNING
    ),
    Damage("suppression", "one of no use", "*", "metadata", having(annotations={f"{IGNORE}image": "old"}), _WARNING),
    Damage("suppression", "one of no check", "*", "metadata", having(annotations={f"{IGNORE}imgae": "x"}), _WARNING),
)


def _without_cpu(manifest: Manifest) -> Manifest:
    for container in manifest["spec"]["template"]["spec"]["containers"]:
        for amounts in container["resources"].values():
            amounts.pop("cpu", None)
    return manifest
