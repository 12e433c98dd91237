"""Manifests of other projects that are known to work, at pinned versions, with the true errors in them.

A project is a Go module (`github.com/argoproj/argo-cd/v3@v3.1.16`) or a repository on GitHub at a commit.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Folder(NamedTuple):
    """Manifests of a project, and the true errors in them, each as `<check> <object>`.

    Args:
        project: a Go module with its version, or `owner/name@commit`.
        path: a file or folder of the project.
        namespace: the namespace of objects that name none.
        is_kustomization: True to check what kustomize builds from the folder.
        errors: the errors, which `docs/false-alarms.md` explains.
    """

    project: str
    path: str
    namespace: str = "default"
    is_kustomization: bool = False
    errors: tuple[str, ...] = ()


ARGO_CD: Final = "github.com/argoproj/argo-cd/v3@v3.1.16"
KWOK: Final = "sigs.k8s.io/kwok@v0.8.0"
KUBERNETES: Final = "k8s.io/kubernetes@v1.36.3"
GCE_BINDINGS: Final = ("controller-attacher", "controller-provisioner", "controller-snapshotter", "resizer")
EXAMPLE_APPS: Final = "argoproj/argocd-example-apps@0d521c6e049889134f3122eb32d7ed342f43ca0d"
STORE: Final = "Azure-Samples/aks-store-demo@7ce10c5110d6a52d3517dfb6d7a7b7b2edf2e5a5"
VOTING: Final = "Azure-Samples/azure-voting-app-redis@1705b177447819f5cc163cdfb448dd28d84452fc"
BANK: Final = "GoogleCloudPlatform/bank-of-anthos@d0af04743a6d951665169ca6370d15725ec51252"
BOUTIQUE: Final = "GoogleCloudPlatform/microservices-demo@34ffea9175946982c3088ed84994fe6019ad6e92"
DIFY: Final = "Winson-030/dify-kubernetes@cdb9e53acb4c363d08b4a4cac3828332bde9b1db"
DOCKER_VOTING: Final = "dockersamples/example-voting-app@63e9150ca17af4ed05880d4245e486481f73fcb4"
MAIL_ARCHIVE: Final = "ietf-tools/mailarchive@3f706f1f0f805a67934fbd007c72447c74723984"
PURPLE: Final = "ietf-tools/purple@1a9be0aedde5b7f2eafb2055f945698781199a60"
ISTIO: Final = "istio/istio@86c9f01fd735fb01d8192f5bcaf0d424afb7f14c"
EXAMPLES: Final = "kubernetes/examples@279e8e4fe314f6cb7bc55fa3fbc21bbeaa48c0ea"
QUORA: Final = "mohamad-liyaghi/FastQuora@2215b98a75620aa5c70fce8b5fe5ced7efa80769"
KUBE_PROMETHEUS: Final = "prometheus-operator/kube-prometheus@4d719f1dea8853540b3823ab1fbe6be74a9953b3"
CELUS: Final = "techlib/celus@3b70d8d627b66b8181f3aaba572929a1daeca106"

FOLDERS: Final = (
    *(
        Folder(ARGO_CD, f"manifests/{name}.yaml", "argocd")
        for name in ("install", "ha/install", "namespace-install", "ha/namespace-install", "core-install")
    ),
    Folder(ARGO_CD, "manifests/install-with-hydrator.yaml", "argocd"),
    Folder(ARGO_CD, "examples"),
    *(
        Folder(KWOK, path)
        for path in ("kustomize/crd", "kustomize/rbac", "kustomize/kwok", "kustomize/metrics", "demo")
    ),
    # Two ways to install the node problem detector, of which one is chosen; its nodeSelector is misspelled.
    Folder(
        KUBERNETES,
        "cluster/addons",
        errors=(
            "duplicate-object ClusterRoleBinding/npd-binding",
            "unknown-field kube-system/DaemonSet/node-problem-detector",
        ),
    ),
    # Variants of one test, of which each is applied without the others. The tests set the namespaces of the subjects,
    # and decode the Service without strict validation.
    Folder(
        KUBERNETES,
        "test/e2e/testing-manifests",
        errors=(
            "duplicate-object ClusterRoleBinding/psp-csi-controller-driver-registrar-role",
            "duplicate-object default/PodDisruptionBudget/tester-pdb",
            "duplicate-object default/Service/test-server",
            "duplicate-object default/StatefulSet/csi-mockplugin",
            "duplicate-object kube-system/DaemonSet/sample-device-plugin-beta",
            "invalid-value ClusterRoleBinding/backup-app-cluster-role-binding",
            *(f"invalid-value ClusterRoleBinding/csi-gce-pd-{name}-binding" for name in GCE_BINDINGS),
            "invalid-value ClusterRoleBinding/psp-csi-controller-driver-registrar-role",
            "unknown-field default/Service/netexec",
        ),
    ),
    *(Folder(EXAMPLE_APPS, path) for path in ("guestbook", "kustomize-guestbook", "pre-post-sync", "sync-waves")),
    # Demos with passwords in plain text.
    Folder(EXAMPLE_APPS, "sock-shop/base", errors=("plain-secret default/Deployment/catalogue-db",)),
    Folder(
        STORE,
        "aks-store-all-in-one.yaml",
        errors=(
            *("plain-secret default/Deployment/makeline-service",) * 2,
            "plain-secret default/StatefulSet/documentdb",
        ),
    ),
    Folder(
        STORE,
        "aks-store-quickstart.yaml",
        errors=("plain-secret default/Deployment/order-service", "plain-secret default/StatefulSet/rabbitmq"),
    ),
    Folder(STORE, "ai-service.yaml"),
    Folder(VOTING, "azure-vote-all-in-one-redis.yaml"),
    Folder(
        BANK,
        "kubernetes-manifests",
        errors=(
            *("plain-secret default/ConfigMap/accounts-db-config",) * 2,
            "plain-secret default/ConfigMap/demo-data-config",
            *("plain-secret default/ConfigMap/ledger-db-config",) * 2,
        ),
    ),
    Folder(BOUTIQUE, "release/kubernetes-manifests.yaml"),
    Folder(BOUTIQUE, "release/istio-manifests.yaml"),
    # An API group of Traefik 2, two Services in two files each, two misplaced fields, and credentials in plain text.
    Folder(
        DIFY,
        "dify",
        errors=(
            "api-version dify/IngressRoute/dify-ingressroute",
            "duplicate-object dify/Service/dify-pg",
            "duplicate-object dify/Service/dify-redis",
            "plain-secret dify/Deployment/dify-sandbox",
            *("plain-secret dify/StatefulSet/dify-api",) * 3,
            *("plain-secret dify/StatefulSet/dify-worker",) * 2,
            "unknown-field dify/Deployment/dify-ssrf",
            "unknown-field dify/StatefulSet/dify-api",
        ),
    ),
    Folder(DOCKER_VOTING, "k8s-specifications", errors=("plain-secret default/Deployment/db",)),
    Folder(
        MAIL_ARCHIVE,
        "k8s",
        is_kustomization=True,
        errors=("plain-secret mailarch/ConfigMap/ml-django-config", "plain-secret mailarch/StatefulSet/ml-rabbitmq"),
    ),
    Folder(PURPLE, "k8s", is_kustomization=True),
    Folder(ISTIO, "samples/bookinfo/platform/kube/bookinfo.yaml"),
    Folder(ISTIO, "samples/bookinfo/networking/bookinfo-gateway.yaml"),
    Folder(ISTIO, "samples/bookinfo/networking/destination-rule-all.yaml"),
    Folder(ISTIO, "samples/health-check"),
    # The guestbook once in one file, and once in a file for each object.
    Folder(
        EXAMPLES,
        "web",
        errors=tuple(
            f"duplicate-object default/{kind}/{name}"
            for kind in ("Deployment", "Service")
            for name in ("frontend", "redis-master", "redis-replica")
        ),
    ),
    Folder(EXAMPLES, "databases", errors=("plain-secret default/Pod/mysql",)),
    # A resize policy that does not exist.
    Folder(QUORA, "kubernetes", errors=("invalid-value default/Deployment/fast-quora-redis-dp",)),
    Folder(KUBE_PROMETHEUS, "manifests"),
    # An Ingress of 2020, and a Secret whose value is to be filled in.
    Folder(
        CELUS,
        "k8s",
        errors=("api-version default/Ingress/celus-nginx-ingress", "invalid-value default/Secret/gitlab"),
    ),
)
"""The manifests, those of Python services with workers among them."""
