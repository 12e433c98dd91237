"""Services: the stable name and port of pods.

Source: https://kubernetes.io/docs/concepts/services-networking/service/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

ServiceType: TypeAlias = Literal["ClusterIP", "NodePort", "LoadBalancer"]


def service(
    name: str,
    selector: Mapping[str, str],
    ports: Mapping[str, int],
    *,
    service_type: ServiceType = "ClusterIP",
    annotations: Mapping[str, str] | None = None,
    headless: bool = False,
) -> dict[str, Any]:
    """A Service that offers each container port under the same name and number.

    A headless one gives each pod a DNS name, also before it is ready.
    """
    spec: dict[str, Any] = {"clusterIP": "None", "publishNotReadyAddresses": True} if headless else {}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "annotations": dict(annotations or {})},
        "spec": {
            "type": service_type,
            **spec,
            "selector": dict(selector),
            "ports": [
                {"name": port_name, "port": port, "targetPort": port_name, "protocol": "TCP"}
                for port_name, port in ports.items()
            ],
        },
    }
