"""The chart: one namespace with its quota, limits, default deny, and the routes of its services."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal, TypeAlias

import cdk8s
from constructs import Construct

from constructs_lib.app.api_objects import LazyManifest, add_manifest
from constructs_lib.app.argument_types import checked
from constructs_lib.app.validation import free_id, state_of
from constructs_lib.errors import Fault, shown
from constructs_lib.kubernetes.annotations import ENVIRONMENT
from constructs_lib.kubernetes.argocd_sync import KEEP, PREPARE_WAVE, wave
from constructs_lib.kubernetes.names import label_faults, label_name_faults, name_faults
from constructs_lib.manifests.monitors import Monitors
from constructs_lib.manifests.networking.network_policies import dns_rule, network_policy
from constructs_lib.manifests.networking.routes import Route, Routing, route_object
from constructs_lib.manifests.pods.security import Security
from constructs_lib.namespaces.foreign_workloads import all_scales
from constructs_lib.namespaces.quota import Headroom, QuotaDemand, limit_range, resource_quota

PodSecurity: TypeAlias = Literal["privileged", "baseline", "restricted"]

POLICY_NAME = "default-deny"


@dataclass(frozen=True, kw_only=True)
class Defaults:
    """Default settings of all workloads of a chart.

    Args:
        security: who processes run as and what they may do.
        image_pull_secrets: names of Secrets in the namespace.
        cpu_limits: `False` leaves CPU limits out everywhere, quota and limit range included.
        spread: over nodes and zones, where there are several.
        disruption_budgets: keep a drain from taking away more than one pod of a workload at once.
        network_policies: each workload has a NetworkPolicy that allows only its own connections.
        metrics_namespace: where Prometheus runs; it is let in to metrics ports.
        monitors: how ServiceMonitors and PodMonitors are written; none are by default.
    """

    security: Security = Security()
    image_pull_secrets: Sequence[str] = ()
    cpu_limits: bool = True
    spread: bool = True
    disruption_budgets: bool = True
    network_policies: bool = True
    metrics_namespace: str = "monitoring"
    monitors: Monitors | None = None

    def faults(self) -> Iterator[Fault]:
        """Yield the faults of the defaults."""
        yield from self.security.faults("defaults.security")
        yield from label_name_faults("defaults.metrics_namespace", self.metrics_namespace, "Namespace")
        for name in self.image_pull_secrets:
            yield from name_faults("defaults.image_pull_secrets", name, "Secret")


class NamespaceChart(cdk8s.Chart):
    """A namespace and all that is in it: one file in the output.

    It makes the Namespace with its Pod Security level, a ResourceQuota and LimitRange computed from its
    workloads, and policies that allow only DNS; the constructs open the connections that they need. Any other
    object may be in it too: it gets labels and namespace, is checked, and counts in the quota.

    Args:
        namespace: its name; by default the construct's id.
        existing: the namespace exists and belongs to others: only the objects added to the chart are written.
        pod_security: level that is enforced, warned about and audited
            (https://kubernetes.io/docs/concepts/security/pod-security-admission/); `None` for none.
        labels: on every object of the chart and on its pods.
        ingress: settings of the routes to services with a path.
        defaults: what the workloads get unless they say otherwise.
        headroom: what the quota leaves beyond the workloads; `None` for no quota and no limit range.
        default_deny: add a policy that allows only DNS in the namespace; workloads have their own policies, see
            `Defaults`.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        namespace: str | None = None,
        existing: bool = False,
        pod_security: PodSecurity | None = "restricted",
        labels: Mapping[str, str] | None = None,
        ingress: Routing | None = None,
        defaults: Defaults = Defaults(),
        headroom: Headroom | None = Headroom(),
        default_deny: bool = True,
    ) -> None:
        # The ids of its own objects have an upper-case letter, which no workload's name has.
        name = construct_id if namespace is None else namespace
        super().__init__(
            scope,
            free_id(scope, construct_id),
            namespace=name,
            labels=dict(labels or {}),
            disable_resource_name_hashes=True,
        )
        self.namespace_name = name
        self.ingress_options, self.defaults, self.headroom = ingress, defaults, headroom
        self.pod_labels = dict(labels or {})
        self.opens_dns = default_deny and not existing
        self._scales: list[QuotaDemand] = []
        self._routes: dict[str, list[Route]] = {}
        model = state_of(self)
        if ingress is not None:
            model.report(self, *ingress.faults())
        model.report(
            self,
            *(label_name_faults("namespace", name, "Namespace") if namespace is not None else ()),
            *label_faults("labels", self.pod_labels),
            *defaults.faults(),
            *(headroom.faults() if headroom else ()),
        )
        if existing:
            model.declare(namespaces=[name])
            return
        if name.startswith("kube-"):
            model.report(
                self,
                Fault(
                    "namespace",
                    f"{shown(name)} belongs to Kubernetes, whose pods its quota and policies would stop; choose "
                    "another, or say existing=True",
                ),
            )
        self._add_namespace(name, pod_security)
        if headroom is not None:
            self._add_quota(headroom)
        if default_deny:
            closed = network_policy(POLICY_NAME, {}, ingress=[], egress=[dns_rule()])
            self.default_deny = add_manifest(self, "DefaultDeny", closed)

    def _add_namespace(self, name: str, pod_security: PodSecurity | None) -> None:
        modes = ("enforce", "warn", "audit") if pod_security else ()
        environment = state_of(self).environment
        manifest: dict[str, Any] = {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {
                "name": name,
                "labels": {f"pod-security.kubernetes.io/{mode}": pod_security for mode in modes},
                "annotations": {**KEEP, **({ENVIRONMENT: environment} if environment else {})},
            },
        }
        self.namespace_object = add_manifest(self, "Namespace", manifest)
        # The chart's namespace is put on every object, but a Namespace is in none.
        self.namespace_object.add_json_patch(cdk8s.JsonPatch.remove("/metadata/namespace"))

    def _add_quota(self, headroom: Headroom) -> None:
        cpu_limits = self.defaults.cpu_limits
        self.resource_quota = LazyManifest(
            self,
            "ResourceQuota",
            lambda: resource_quota("resource-quota", self._all_scales(), headroom, cpu_limits=cpu_limits),
        )
        self.limit_range = add_manifest(self, "LimitRange", limit_range("limit-range", cpu_limits=cpu_limits))

    def prepare_first(self) -> None:
        """Apply the Namespace, and the policy that lets its pods ask the DNS, before any hook of a sync runs."""
        for name in ("namespace_object", "default_deny"):
            for key, value in wave(PREPARE_WAVE).items() if hasattr(self, name) else ():
                getattr(self, name).metadata.add_annotation(key, value)

    def _all_scales(self) -> list[QuotaDemand]:
        return all_scales(self, self._scales, state_of(self).cluster)

    def add_scale(self, manifest: Mapping[str, Any], max_replicas: int) -> None:
        """Count a workload in the quota, at its largest."""
        self._scales.append(QuotaDemand(manifest, max_replicas))

    def add_claim(self, manifest: Mapping[str, Any]) -> None:
        """Count a claim that belongs to no StatefulSet in the quota."""
        self._scales.append(QuotaDemand(manifest, 1))

    def add_route(self, scope: Construct, route: Route) -> None:
        """Put a service's path into the Ingress or HTTPRoute of its host."""
        options = self.ingress_options
        if options is None:
            return
        routes = self._routes.setdefault(route.host, [])
        # As a prefix `/shop/` is `/shop`.
        same = [other.service for other in routes if other.path.rstrip("/") == route.path.rstrip("/")]
        if same:
            message = f"{shown(route.path)}: {same[0]} has the same path of {route.host}; choose another"
            state_of(scope).report(scope, Fault("path", message))
            return
        routes.append(route)
        part, begun = divmod(len(routes) - 1, options.most_routes or sys.maxsize)
        if not begun:
            suffix = f"-{part + 1}" if part else ""
            render = partial(route_object, options, route.host, routes, part)
            LazyManifest(self, f"Ingress-{route.host}{suffix}", render)


@dataclass(frozen=True)
class ChartSettings:
    """The settings of a workload's chart: a NamespaceChart or a plain `cdk8s.Chart`."""

    namespace: str
    defaults: Defaults = Defaults()
    labels: Mapping[str, str] = field(default_factory=dict)
    chart: NamespaceChart | None = None
    opens_dns: bool = False


def settings_of(scope: Construct, construct: Construct) -> ChartSettings:
    """The settings of the chart around `scope`; a plain chart without a namespace is a fault of the construct."""
    chart = scope if isinstance(scope, cdk8s.Chart) else cdk8s.Chart.of(scope)
    if isinstance(chart, NamespaceChart):
        return ChartSettings(chart.namespace_name, chart.defaults, chart.pod_labels, chart, chart.opens_dns)
    if chart.namespace is None:
        state_of(scope).report(
            construct, Fault("", "its chart has no namespace; use a NamespaceChart or Chart(namespace=...)")
        )
    return ChartSettings(chart.namespace or "default", labels=dict(chart.labels or {}))
