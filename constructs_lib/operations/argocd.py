"""ArgoCD: one AppProject, and an Application for each chart.

Source: https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import cdk8s
from constructs import Construct, Node

from constructs_lib.app.api_objects import LazyManifest, Manifest
from constructs_lib.app.argument_types import checked
from constructs_lib.app.chart_reader import manifests_of
from constructs_lib.app.validation import free_id, state_of
from constructs_lib.app.writer import SUFFIX
from constructs_lib.errors import Fault, minimum_faults, shown
from constructs_lib.kubernetes.kinds import CLUSTER_WIDE
from constructs_lib.kubernetes.manifest import group_of, kind_of, name_of, namespace_of, text

_URL: Final = re.compile(r"(https?|ssh)://[^/\s]+/\S+|file:///\S+|[\w.-]+@[\w.-]+:\S+")
_SERVER: Final = re.compile(r"https?://[^/\s]+(/\S*)?")

# A kind that left the project would be invisible to Argo CD, which could then not prune the last object of it:
# so the project allows what the library's constructs write, whether it is in use just now or not.
_CONSTRUCT_KINDS: Final = frozenset(
    [
        *(("", kind) for kind in ("ConfigMap", "LimitRange", "PersistentVolumeClaim")),
        *(("", kind) for kind in ("ResourceQuota", "Service", "ServiceAccount")),
        *(("apps", kind) for kind in ("Deployment", "StatefulSet")),
        ("autoscaling", "HorizontalPodAutoscaler"),
        *(("batch", kind) for kind in ("CronJob", "Job")),
        ("external-secrets.io", "ExternalSecret"),
        ("gateway.networking.k8s.io", "HTTPRoute"),
        *(("keda.sh", kind) for kind in ("ScaledObject", "TriggerAuthentication")),
        *(("monitoring.coreos.com", kind) for kind in ("PodMonitor", "PrometheusRule", "ServiceMonitor")),
        *(("networking.k8s.io", kind) for kind in ("Ingress", "NetworkPolicy")),
        ("policy", "PodDisruptionBudget"),
    ]
)

# Kinds that the cluster creates from them. Argo CD shows only kinds that the project allows: without these, neither
# pods nor logs.
_SHOWN_KINDS: Final = frozenset(
    [
        *(("", kind) for kind in ("Endpoints", "Pod")),
        *(("apps", kind) for kind in ("ControllerRevision", "ReplicaSet")),
        ("discovery.k8s.io", "EndpointSlice"),
    ]
)


@dataclass(frozen=True, kw_only=True)
class Destination:
    """The cluster that Argo CD deploys to: give one of the two arguments.

    Args:
        name: name of the cluster, such as `in-cluster` for Argo CD's own.
        server: the URL of its API server.
    """

    name: str | None = None
    server: str | None = None

    def render(self, namespace: str) -> dict[str, str]:
        """The destination of objects in the namespace."""
        cluster = {"name": self.name} if self.name else {"server": self.server or ""}
        return {**cluster, "namespace": namespace}

    def faults(self) -> Iterator[Fault]:
        """Yield the faults of it."""
        if bool(self.name) == bool(self.server):
            yield Fault("destination", "give either the cluster's name, such as in-cluster, or its server")
        elif self.server and not _SERVER.fullmatch(self.server):
            yield Fault(
                "destination", f"{shown(self.server)} is not the address of an API server; write https://host:6443"
            )


class ArgoCD(Construct):
    """AppProject and Applications of one environment, in the chart of Argo CD's namespace.

    Each Application applies the file of one chart, with prune, self-heal and server-side apply. The project allows the
    repository, the charts' namespaces, the kinds in the charts, the kinds that the library can write, and the kinds
    that the cluster creates from them.

    The id is the name of the project and the prefix of the Applications. It should contain the environment, so that two
    environments in one Argo CD do not overwrite each other. Deleting an Application keeps the objects that it applied.

    Args:
        repo_url: the git repository.
        revision: branch, tag or commit.
        path: the folder of the environment's files in the repository, such as `dist/prod`.
        destination: the cluster.
        charts: charts to deploy, all of the same app.
        retries: number of retries of a failed sync, after 10 seconds at first and 5 minutes at most.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        repo_url: str,
        path: str,
        charts: Sequence[cdk8s.Chart],
        revision: str = "main",
        destination: Destination = Destination(name="in-cluster"),
        retries: int = 10,
    ) -> None:
        super().__init__(scope, free_id(scope, construct_id))
        self._state = state_of(self)
        self._repo_url, self._path, self._revision = repo_url, path.strip("/"), revision
        self._destination, self._retries = destination, retries
        strange = {id(chart): fault for chart in charts if (fault := self._stranger(chart))}
        self.charts = [chart for chart in charts if id(chart) not in strange]
        self._state.report(self, *self._faults(), *destination.faults(), *strange.values())
        # The project tells what all charts hold: they are read before it is.
        self._state.read_last.add(cdk8s.Chart.of(self))
        self._name = self.node.id
        self.project = LazyManifest(self, "project", self._render_project, _head("AppProject", self._name))
        named = {chart.node.id: chart for chart in self.charts}
        self.applications = {name: self._add_application(name, chart) for name, chart in named.items()}

    def _add_application(self, name: str, chart: cdk8s.Chart) -> LazyManifest:
        head = _head("Application", f"{self._name}-{name}")
        # Without it a StatefulSet, whose claim templates the API server completes, would stay OutOfSync forever.
        head["metadata"]["annotations"] = {"argocd.argoproj.io/compare-options": "ServerSideDiff=true"}
        return LazyManifest(
            self, f"application-{name}", lambda: {**head, "spec": self._application_spec(name, chart)}, head
        )

    def _render_project(self) -> Manifest:
        cluster, namespaced = set[tuple[str, str]](), {*_CONSTRUCT_KINDS, *_SHOWN_KINDS}
        namespaces = self._namespaces()
        for chart in self.charts:
            for manifest in manifests_of(chart, self._state):
                kinds = cluster if kind_of(manifest) in CLUSTER_WIDE else namespaced
                kinds.add((group_of(manifest), kind_of(manifest)))
                self._report_foreign(chart, manifest, namespaces)
        spec = {
            "description": f"{self._path} of {self._repo_url}"[:255],
            "sourceRepos": [self._repo_url],
            "destinations": [self._destination.render(namespace) for namespace in namespaces],
            "clusterResourceWhitelist": _kinds(cluster),
            "namespaceResourceWhitelist": _kinds(namespaced),
        }
        return {**_head("AppProject", self._name), "spec": spec}

    def _application_spec(self, name: str, chart: cdk8s.Chart) -> dict[str, Any]:
        ignored = [_ignored(target) for target in _scaled(manifests_of(chart, self._state))]
        respect = ["RespectIgnoreDifferences=true"] if ignored else []
        backoff = {"duration": "10s", "factor": 2, "maxDuration": "5m"}
        return {
            "project": self._name,
            "source": {
                "repoURL": self._repo_url,
                "targetRevision": self._revision,
                "path": self._path,
                "directory": {"include": f"{name}{SUFFIX}"},
            },
            "destination": self._destination.render(chart.namespace or ""),
            "syncPolicy": {
                "automated": {"prune": True, "selfHeal": True},
                "syncOptions": ["ServerSideApply=true", *respect],
                "retry": {"limit": self._retries, "backoff": backoff},
            },
            **({"ignoreDifferences": ignored} if ignored else {}),
        }

    def _namespaces(self) -> list[str]:
        return list(dict.fromkeys(chart.namespace for chart in self.charts if chart.namespace))

    # Faults

    def _faults(self) -> Iterator[Fault]:
        if not _URL.fullmatch(self._repo_url):
            yield Fault(
                "repo_url",
                f"{shown(self._repo_url)} is not the URL of a git repository; write "
                "https://host/owner/repository.git or git@host:owner/repository.git",
            )
        if not self._path:
            yield Fault("path", "name the folder of the environment's files in the repository, such as dist/prod")
        yield from minimum_faults("retries", self._retries, 0)

    def _stranger(self, chart: cdk8s.Chart) -> Fault | None:
        if Node.of(chart).root is not self.node.root:
            return Fault("charts", f"{chart.node.id} is a chart of another app, whose files aren't in {self._path}")
        if chart is cdk8s.Chart.of(self):
            return Fault("charts", f"{chart.node.id} is the chart of Argo CD's own objects; leave it out")
        if not chart.namespace:
            return Fault("charts", f"{chart.node.id} has no namespace; use a NamespaceChart or Chart(namespace=...)")
        return None

    def _report_foreign(self, chart: cdk8s.Chart, manifest: Manifest, ours: Sequence[str]) -> None:
        namespace = text(manifest, "metadata", "namespace")
        if namespace and namespace not in ours:
            self._state.report(
                self,
                Fault(
                    "charts",
                    f"{kind_of(manifest)} {name_of(manifest)} of {chart.node.id} is in the namespace "
                    f"{namespace}, which the AppProject does not allow, so Argo CD rejects it; it "
                    f"allows {', '.join(ours)}",
                ),
            )


def _head(kind: str, name: str) -> Manifest:
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": kind, "metadata": {"name": name}}


def _kinds(kinds: set[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"group": group, "kind": kind} for group, kind in sorted(kinds)]


def _scaled(manifests: Sequence[Manifest]) -> Iterator[dict[str, Any]]:
    """Return the targets of all autoscalers of the manifests."""
    for manifest in manifests:
        if kind_of(manifest) in ("HorizontalPodAutoscaler", "ScaledObject"):
            target = manifest["spec"]["scaleTargetRef"]
            group = target.get("apiVersion", "apps/v1").rpartition("/")[0]
            kind = target.get("kind", "Deployment")
            yield {"group": group, "kind": kind, "name": target["name"], "namespace": namespace_of(manifest)}


def _ignored(target: dict[str, Any]) -> dict[str, Any]:
    """Return the entry that ignores the replicas of a scaled workload, which git does not hold."""
    return {**target, "jsonPointers": ["/spec/replicas"]}
