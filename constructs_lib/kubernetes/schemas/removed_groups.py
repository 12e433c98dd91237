"""API groups that no current version of their project serves, but that manifests still name.

Sources:
    https://keda.sh/docs/latest/migration/
    https://cert-manager.io/docs/releases/upgrading/upgrading-0.10-0.11/
    https://doc.traefik.io/traefik/migrate/v2-to-v3-details/#kubernetes-crds-api-group-traefikcontainous
    https://github.com/external-secrets/kes-to-eso
    https://gateway-api.sigs.k8s.io/blog/2021/introducing-v1alpha2/
    https://istio.io/latest/blog/2021/migrate-alpha-policy/
    https://github.com/fluxcd/helm-operator
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

REMOVED_GROUPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "authentication.istio.io": "security.istio.io",
        "certmanager.k8s.io": "cert-manager.io",
        "flux.weave.works": "helm.toolkit.fluxcd.io",
        "helm.fluxcd.io": "helm.toolkit.fluxcd.io",
        "keda.k8s.io": "keda.sh",
        "kubernetes-client.io": "external-secrets.io",
        "networking.x-k8s.io": "gateway.networking.k8s.io",
        "rbac.istio.io": "security.istio.io",
        "traefik.containo.us": "traefik.io",
    }
)
"""The group that replaces each of them."""
