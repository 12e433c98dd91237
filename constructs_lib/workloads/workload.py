"""The part that all workloads share: pods, policies, references and their objects."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final, TypedDict

import cdk8s
from constructs import Construct

from constructs_lib.app.api_objects import Manifest, add_manifest
from constructs_lib.app.argument_types import spell_out_options
from constructs_lib.app.overrides import overridden, override
from constructs_lib.app.validation import free_id, state_of
from constructs_lib.errors import Fault, minimum_faults, shown
from constructs_lib.inventory.cluster import ExistingKeys
from constructs_lib.kubernetes.addresses import PRIVATE_IPV4_CIDRS
from constructs_lib.kubernetes.annotations import CONSUMES, PRODUCES, USES
from constructs_lib.kubernetes.argocd_sync import PREPARE_WAVE, wave
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.kinds import TEMPLATES
from constructs_lib.kubernetes.manifest import dig
from constructs_lib.kubernetes.names import SERVICE_NAME, annotation_faults, label_faults, label_value_faults
from constructs_lib.manifests.networking.network_policies import PodPeer, dns_rule, network_policy
from constructs_lib.manifests.pods.container import Container
from constructs_lib.manifests.pods.env import Env, SecretRef, SecretSource
from constructs_lib.manifests.pods.template import PodOptions, PodTemplate, ServiceAccountRef, config_keys
from constructs_lib.manifests.scaling.hpa import ScaleTarget, Scaling
from constructs_lib.manifests.scaling.rollout import (
    Rollout,
    default_rollout,
    deployment,
    pod_disruption_budget,
    protects,
)
from constructs_lib.namespaces.namespace_chart import NamespaceChart, settings_of
from constructs_lib.workloads.endpoints import Endpoint, Queue
from constructs_lib.workloads.field_arguments import argument_of
from constructs_lib.workloads.ingress_rules import IngressRules

NAME_LABEL: Final = "app.kubernetes.io/name"
COMPONENT_LABEL: Final = "app.kubernetes.io/component"


class WorkloadOptions(TypedDict, total=False):
    """Arguments that every workload takes.

    Args:
        node_pool: name of the pool of nodes to run on; any node by default.
        app_name: value of the label `app.kubernetes.io/name`; by default the construct's id. It is part of the
            selector, which cannot be changed once the workload is in a cluster.
        pod: further settings of the pods, such as sidecars or a PriorityClass.
        labels: labels of the workload's objects and pods.
        annotations: annotations of the Deployment, StatefulSet, Job or CronJob.
        overrides: plain values that replace those of the manifests, by kind:
            `{"Deployment": {"spec": {"revisionHistoryLimit": 3}}}`.
    """

    node_pool: str | None
    app_name: str | None
    pod: PodOptions
    labels: Mapping[str, str] | None
    annotations: Mapping[str, str] | None
    overrides: Mapping[str, Mapping[str, Any]] | None


class ClientOptions(WorkloadOptions, total=False):
    """Arguments of workloads that connect to others.

    Args:
        uses: the services, data stores and external hosts that the pods connect to. Each adds environment variables
            and opens the NetworkPolicies of both sides.
        sends_to: the queues that the pods send tasks to.
    """

    uses: Sequence[Endpoint]
    sends_to: Sequence[Queue | str]


class Workload(Construct):
    """Pods of one kind in one namespace, and the objects that belong to them.

    Args:
        component: value of the label `app.kubernetes.io/component`. It is part of the selector, which cannot be
            changed once the workload is in a cluster.
        consumes: the queues that the pods read.
        max_name: the greatest length of the id.

    The remaining arguments are those of `WorkloadOptions` and `ClientOptions`.
    """

    image_user: ClassVar[int | None] = None
    """The user that its image is made for, if there is just one: it takes the place of the chart's."""

    single: ClassVar[bool] = False
    """True if there is never more than one pod."""

    ingress_rules: IngressRules | None = None
    """The ingress side of its policy, to which peers can be added; None without a policy."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        spell_out_options(cls)

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        component: str,
        uses: Sequence[Endpoint] = (),
        sends_to: Sequence[Queue | str] = (),
        consumes: Sequence[Queue | str] = (),
        node_pool: str | None = None,
        app_name: str | None = None,
        pod: PodOptions = PodOptions(),
        labels: Mapping[str, str] | None = None,
        annotations: Mapping[str, str] | None = None,
        overrides: Mapping[str, Mapping[str, Any]] | None = None,
        max_name: int = 63,
    ) -> None:
        labels, annotations = labels or {}, annotations or {}
        is_first = True
        try:
            super().__init__(scope, construct_id)
        except RuntimeError:
            is_first = False
            super().__init__(scope, free_id(scope, construct_id))
        self.name = construct_id
        self._state = state_of(scope)
        self._settings = settings_of(scope, self)
        self.namespace = self._settings.namespace
        self.selector = {NAME_LABEL: app_name or construct_id, COMPONENT_LABEL: component}
        self.objects: dict[str, cdk8s.ApiObject] = {}
        self._own_env: frozenset[str] = frozenset()
        self._labels = {**self._settings.labels, **labels}
        self._pool = self._state.node_pool(self, node_pool)
        self._pod, self._overrides = pod, overrides or {}
        self.uses, self.node_pool = tuple(uses), node_pool
        self.service_account = pod.service_account or ServiceAccountRef(self.name)
        self._annotations = {
            **_words(USES, [address for endpoint in uses for address in endpoint.addresses()]),
            **_words(CONSUMES, map(_queue_name, consumes)),
            **_words(PRODUCES, map(_queue_name, sends_to)),
            **annotations,
        }
        self._report(
            _name_faults(construct_id, max_name),
            _selector_faults(component, app_name, {"labels": labels, "pod.labels": pod.labels}),
            label_faults("labels", labels),
            annotation_faults("annotations", annotations),
            pod.faults(),
            queue_faults("sends_to", map(_queue_name, sends_to)),
        )
        self._report(fault.within("uses") for endpoint in uses for fault in endpoint.faults())
        if is_first:
            self._state.claim_selector(self, self.namespace, self.selector)

    @property
    def network_policy(self) -> cdk8s.ApiObject:
        """Its own policy; there is none where the chart's `Defaults` have `network_policies=False`."""
        return self.objects["NetworkPolicy"]

    # What constructs build from

    def _report(self, *groups: Iterable[Fault]) -> None:
        self._state.report(self, *(fault for group in groups for fault in group))

    def _env(self, env: Env) -> Env:
        """The variables of what is used, and then the user's own, which win and may name the others."""
        self._own_env = frozenset(env)
        used = {name: value for endpoint in self.uses for name, value in endpoint.client_env().items()}
        return {**{name: value for name, value in used.items() if name not in env}, **env}

    def _template(self, container: Container, config_files: Mapping[str, str], grace_seconds: int) -> PodTemplate:
        defaults = self._settings.defaults
        self.template = PodTemplate(
            container=container,
            labels={**self._labels, **self.selector},
            selector=self.selector,
            service_account=self.service_account,
            options=self._pod,
            security=self._pod.security or defaults.security.of_image(self.image_user),
            image_pull_secrets=defaults.image_pull_secrets,
            cpu_limits=defaults.cpu_limits,
            pool=self._pool,
            config_files=config_files,
            config_map=f"{self.name}-config",
            grace_period_seconds=grace_seconds,
            spread=not self.single and _chosen(self._pod.spread, defaults.spread),
        )
        self._report(container.faults(), self.template.faults())
        return self.template

    def _deployment(
        self,
        template: PodTemplate,
        replicas: int,
        autoscaling: Scaling | None,
        rollout: Rollout | None,
        queues: Sequence[str] = (),
    ) -> list[Manifest]:
        """The Deployment with its autoscaler and disruption budget."""
        self._report(minimum_faults("replicas", replicas, 1))
        minimum = replicas
        scaler: list[Manifest] = []
        if autoscaling is not None:
            target = ScaleTarget(self.name, "Deployment", replicas, queues)
            self._report(autoscaling.faults(target))
            self._declare_secrets(autoscaling.secrets())
            minimum = autoscaling.minimum(replicas)
            scaler = autoscaling.manifests(target)
        rollout = rollout or default_rollout(minimum, self._pool)
        self._report(rollout.faults())
        fixed = None if autoscaling else replicas
        manifest = deployment(self.name, self.selector, template.render(), fixed, rollout)
        self._count(manifest, autoscaling.maximum() if autoscaling else replicas)
        return [manifest, *scaler, *self._disruption_budget(minimum)]

    def _disruption_budget(self, replicas: int) -> list[Manifest]:
        wanted = _chosen(self._pod.disruption_budget, self._settings.defaults.disruption_budgets)
        return [pod_disruption_budget(self.name, self.selector)] if wanted and protects(replicas, self._pool) else []

    def _count(self, manifest: Manifest, max_replicas: int) -> None:
        if self._settings.chart is not None:
            self._settings.chart.add_scale(manifest, max_replicas)

    def _create(self, template: PodTemplate, manifests: Sequence[Manifest], ingress: Sequence[Manifest]) -> None:
        """Create the objects: these, and those that every workload has, with the user's overrides."""
        self._declare_existing(template)
        self._admit_at_endpoints()
        every = [*self._service_account(), *self._config_map(template), *manifests, *self._policy(ingress)]
        by_name = {_key(manifest, every): manifest for manifest in every}
        for manifest in every:
            metadata = manifest["metadata"]
            metadata["labels"] = {**self._labels, **self.selector, **metadata.get("labels", {})}
            if manifest["kind"] in TEMPLATES:
                reloader = {"reloader.stakater.com/auto": "true"} if self._pod.reload_on_secret_change else {}
                metadata["annotations"] = {**self._annotations, **reloader, **metadata.get("annotations", {})}
        self._report(override(by_name, self._overrides))
        for key, manifest in by_name.items():
            added = self.objects[key] = add_manifest(self, key, manifest)
            added.argument_of = functools.partial(self._argument_of, key, manifest)
        if "NetworkPolicy" in self.objects:
            self.ingress_rules = IngressRules(self.network_policy, self.namespace, rules=len(ingress))

    def _argument_of(self, key: str, manifest: Manifest, field: FieldPath) -> str:
        """Return the argument that set a field of a manifest, or an empty string."""
        argument = argument_of(manifest["kind"], field)
        named = overridden(self._overrides.get(key), manifest, field)
        if named == field or (argument == "pod.sidecars" and any(isinstance(part, int) for part in named)):
            return "overrides"
        if argument == "env":
            name = dig(manifest, *field[: field.index("env") + 2], "name")
            return f"env.{name}" if name in self._own_env else ""
        known = inspect.signature(type(self).__init__).parameters
        return argument if argument.partition(".")[0] in known else ""

    def _service_account(self) -> list[Manifest]:
        if self._pod.service_account is not None:
            return []
        metadata = {"name": self.name, "annotations": dict(self._pod.service_account_annotations)}
        return [
            {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata, "automountServiceAccountToken": False}
        ]

    def _config_map(self, template: PodTemplate) -> list[Manifest]:
        if not template.config_files:
            return []
        keys = config_keys(template.config_files)
        data = {keys[path]: content for path, content in template.config_files.items()}
        return [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": template.config_map}, "data": data}]

    def _declare_existing(self, template: PodTemplate) -> None:
        self._declare_secrets(template.secrets())
        self._state.declare(services=[service for endpoint in self.uses for service in endpoint.existing()])

    def _declare_secrets(self, secrets: Iterable[SecretRef]) -> None:
        """Declare Secrets as existing, or add the objects that create them to the namespace."""
        existing = []
        for secret in secrets:
            if secret.source is None:
                existing.append(ExistingKeys(namespace=self.namespace, name=secret.name, keys=secret.keys))
            else:
                self._report(secret.source.faults(secret), _add_source(self, secret, secret.source))
        self._state.declare(secrets=existing)

    # Policies

    def _admit_at_endpoints(self) -> None:
        """Add its pods to the policies of the endpoints that it uses."""
        for endpoint in self.uses:
            endpoint.admit(PodPeer(self.namespace, self.selector))

    def _policy(self, ingress: Sequence[Manifest]) -> list[Manifest]:
        me = PodPeer(self.namespace, self.selector)
        cidrs = self._state.cluster.cidrs if self._state.cluster else PRIVATE_IPV4_CIDRS
        if not self._settings.defaults.network_policies:
            return []
        # Where no policy of the chart opens the DNS for all its pods, each pod's own has to.
        dns = [] if self._settings.opens_dns else [dns_rule()]
        egress = [*dns, *(endpoint.client_egress(me, cidrs) for endpoint in self.uses)]
        return [network_policy(self.name, self.selector, ingress=ingress, egress=egress)]


def _add_source(scope: Construct, secret: SecretRef, source: SecretSource) -> list[Fault]:
    """Add the object that creates the Secret, once for the chart, in an early sync wave."""
    chart = cdk8s.Chart.of(scope)
    construct_id = f"ExternalSecret-{secret.name}"
    manifest = source.manifest(secret)
    present = chart.node.try_find_child(construct_id)
    if present is not None:
        is_same = isinstance(present, cdk8s.ApiObject) and present.to_json()["spec"] == manifest["spec"]
        return (
            []
            if is_same
            else [Fault(f"Secret {secret.name}", "another source already creates it; use the same source for both")]
        )
    manifest["metadata"]["annotations"] = wave(PREPARE_WAVE)
    add_manifest(chart, construct_id, manifest)
    if isinstance(chart, NamespaceChart):
        chart.prepare_first()
    return []


def _words(annotation: str, words: Iterable[str]) -> dict[str, str]:
    text = " ".join(dict.fromkeys(words))
    return {annotation: text} if text else {}


def _queue_name(queue: Queue | str) -> str:
    return queue.name if isinstance(queue, Queue) else queue


def _chosen(own: bool | None, default: bool) -> bool:
    return default if own is None else own


def queue_faults(where: str, queues: Iterable[str]) -> Iterator[Fault]:
    """Yield the faults of the names of queues."""
    seen = set[str]()
    for name in queues:
        if not name or any(character.isspace() or character == "," for character in name):
            yield Fault(where, f"{shown(name)} is not a valid queue name; write it without blanks and commas")
        elif name in seen:
            yield Fault(where, f"{shown(name)} is given twice; remove one")
        seen.add(name)


def _selector_faults(component: str, app_name: str | None, labels: Mapping[str, Mapping[str, str]]) -> Iterator[Fault]:
    arguments = {COMPONENT_LABEL: "component", NAME_LABEL: "app_name"}
    yield from label_value_faults("component", component)
    if app_name is not None:
        yield from label_value_faults("app_name", app_name)
    for where, given in labels.items():
        for label in sorted(given.keys() & arguments.keys()):
            yield Fault(where, f"{label} is part of the selector; set it with the argument {arguments[label]}")


def _name_faults(name: str, longest: int) -> Iterator[Fault]:
    if not SERVICE_NAME.pattern.fullmatch(name):
        yield Fault("", f"{shown(name)} is not a valid id; write {SERVICE_NAME.words}")
    if len(name) > longest:
        message = f"{shown(name)} has {len(name)} characters; the id has at most {longest}, because suffixes follow"
        yield Fault("", message)


def _key(manifest: Manifest, every: Sequence[Manifest]) -> str:
    """Return the kind, with the name if there are several objects of the kind."""
    same = [other for other in every if other["kind"] == manifest["kind"]]
    return manifest["kind"] if manifest is same[0] else f"{manifest['kind']}-{manifest['metadata']['name']}"
