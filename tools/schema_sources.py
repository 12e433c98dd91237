"""The projects whose CustomResourceDefinitions the library knows, at pinned versions.

A version is the newest of which the module proxy has the zip.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Source(NamedTuple):
    """A Go module and its files with CustomResourceDefinitions.

    Args:
        name: what people call the project.
        module: the path of the Go module.
        version: the version of the module, with the leading `v`.
        files: patterns of the files in the module.
    """

    name: str
    module: str
    version: str
    files: tuple[str, ...]

    @property
    def title(self) -> str:
        """The name and the version, such as `KEDA 2.21.0`."""
        return f"{self.name} {self.version.removeprefix('v')}"


_CILIUM: Final = "pkg/k8s/apis/cilium.io/client/crds"
_KNATIVE: Final = "config/core/300-resources"
_WORKFLOWS: Final = (
    "clusterworkflowtemplates",
    "cronworkflows",
    "workfloweventbindings",
    "workflows",
    "workflowtemplates",
)
_TRAEFIK: Final = "docs/content/reference/dynamic-configuration"
SOURCES: Final = (
    Source("Argo CD", "github.com/argoproj/argo-cd/v3", "v3.6.1", ("manifests/crds/*-crd.yaml",)),
    Source("Argo Events", "github.com/argoproj/argo-events", "v1.9.10", ("manifests/base/crds/*.yaml",)),
    Source("Argo Rollouts", "github.com/argoproj/argo-rollouts", "v1.10.2", ("manifests/crds/*-crd.yaml",)),
    Source(
        "Argo Workflows",
        "github.com/argoproj/argo-workflows/v4",
        "v4.0.5",
        # Not the kinds that only the controller writes.
        tuple(f"manifests/base/crds/full/argoproj.io_{kind}.yaml" for kind in _WORKFLOWS),
    ),
    Source("cert-manager", "github.com/cert-manager/cert-manager", "v1.21.2", ("deploy/crds/*.yaml",)),
    Source("Cilium", "github.com/cilium/cilium", "v1.20.2", (f"{_CILIUM}/v2/*.yaml", f"{_CILIUM}/v2alpha1/*.yaml")),
    Source("CloudNativePG", "github.com/cloudnative-pg/cloudnative-pg", "v1.29.0", ("config/crd/bases/*.yaml",)),
    Source(
        "External Secrets",
        "github.com/external-secrets/external-secrets",
        "v1.3.2",
        ("config/crds/bases/*external-secrets.io_*.yaml",),
    ),
    Source("Flux helm-controller", "github.com/fluxcd/helm-controller", "v1.4.0", ("config/crd/bases/*.yaml",)),
    Source(
        "Flux kustomize-controller", "github.com/fluxcd/kustomize-controller", "v1.10.1", ("config/crd/bases/*.yaml",)
    ),
    Source("Flux source-controller", "github.com/fluxcd/source-controller", "v1.10.1", ("config/crd/bases/*.yaml",)),
    # The experimental channel has fields that the standard one lacks: both together, so that none of them is unknown.
    Source(
        "Gateway API",
        "sigs.k8s.io/gateway-api",
        "v1.7.0",
        ("config/crd/standard/gateway.*.yaml", "config/crd/experimental/gateway.*.yaml"),
    ),
    Source("Istio", "istio.io/api", "v1.32.0", ("kubernetes/customresourcedefinitions.gen.yaml",)),
    Source("KEDA", "github.com/kedacore/keda/v2", "v2.21.0", ("config/crd/bases/*.yaml",)),
    Source("Knative Serving", "knative.dev/serving", "v0.51.0", (f"{_KNATIVE}/*.yaml",)),
    Source(
        "Kubernetes CSI external-snapshotter",
        "github.com/kubernetes-csi/external-snapshotter/client/v8",
        "v8.7.0",
        ("config/crd/*snapshot.storage.k8s.io_*.yaml",),
    ),
    Source(
        "Prometheus Operator",
        "github.com/prometheus-operator/prometheus-operator",
        "v0.85.0",
        ("example/prometheus-operator-crd/*.yaml",),
    ),
    Source(
        "RabbitMQ Cluster Operator", "github.com/rabbitmq/cluster-operator/v2", "v2.16.0", ("config/crd/bases/*.yaml",)
    ),
    Source(
        "RabbitMQ Messaging Topology Operator",
        "github.com/rabbitmq/messaging-topology-operator",
        "v1.17.4",
        ("config/crd/bases/*.yaml",),
    ),
    Source("Sealed Secrets", "github.com/bitnami-labs/sealed-secrets", "v0.40.0", ("helm/sealed-secrets/crds/*.yaml",)),
    Source("Traefik", "github.com/traefik/traefik/v3", "v3.7.13", (f"{_TRAEFIK}/traefik.io_*.yaml",)),
    Source(
        "Vertical Pod Autoscaler",
        "k8s.io/autoscaler/vertical-pod-autoscaler",
        "v1.8.1",
        ("deploy/vpa-v1-crd-gen.yaml",),
    ),
)
