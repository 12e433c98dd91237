"""HTTPRoutes instead of Ingresses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from constructs_lib import ApiService, GatewayOptions
from tests.conftest import of_kind
from tests.delivery.build import faults_of, manifests_of, new_chart, one
from tests.growbin.test_values import append, synthesized

GATEWAY = GatewayOptions(gateway="public", namespace="edge", host="example.com", from_namespace="edge")


def service(path: Any, options: GatewayOptions = GATEWAY) -> ApiService:
    return ApiService(new_chart(ingress=options), "shop", image="shop:1", port=9000, path=path)


def test_a_route_of_the_gateway() -> None:
    options = replace(GATEWAY, listener="https", annotations={"a": "b"})
    manifests = manifests_of(service(["/shop", "/shop/v2"], options))
    route = one(manifests, "HTTPRoute", "example.com")
    assert route["metadata"]["annotations"] == {"a": "b"}
    assert route["spec"] == {
        "parentRefs": [{"name": "public", "namespace": "edge", "sectionName": "https"}],
        "hostnames": ["example.com"],
        "rules": [
            {
                "matches": [{"path": {"type": "PathPrefix", "value": path}}],
                "backendRefs": [{"name": "shop", "port": 9000}],
            }
            for path in ("/shop/v2", "/shop")
        ],
    }
    assert of_kind(manifests, "Ingress") == {}
    (rule,) = one(manifests, "NetworkPolicy", "shop")["spec"]["ingress"]
    assert rule["from"] == [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "edge"}}}]


@pytest.mark.parametrize(("count", "sizes"), [(16, [16]), (17, [16, 1]), (33, [16, 16, 1])])
def test_sixteen_rules_at_most(count: int, sizes: list[int]) -> None:
    routes = of_kind(manifests_of(service([f"/p{number}" for number in range(count)])), "HTTPRoute")
    names = ["example.com", "example.com-2", "example.com-3"][: len(sizes)]
    assert {name: len(route["spec"]["rules"]) for name, route in routes.items()} == dict(zip(names, sizes, strict=True))
    paths = {rule["matches"][0]["path"]["value"] for route in routes.values() for rule in route["spec"]["rules"]}
    assert len(paths) == count


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"gateway": ""}, "ingress.gateway: name the Gateway and its namespace"),
        ({"namespace": ""}, "ingress.namespace: name the Gateway and its namespace"),
        (
            {"from_namespace": None},
            "ingress: no traffic would be allowed in; set from_namespace to the ingress controller's namespace, "
            "or from_cidrs to the load balancer's addresses",
        ),
    ],
)
def test_wrong_options(changes: dict[str, Any], fault: str) -> None:
    assert faults_of(new_chart(ingress=replace(GATEWAY, **changes))) == [f"web: {fault}"]


def test_growbin_behind_a_gateway(checkout: Path) -> None:
    append(
        checkout / "values" / "values-prod.yaml",
        "ingress: {gateway: {name: public, namespace: gateways, listener: https}, fromNamespace: gateways}\n",
    )
    manifests = synthesized(checkout)
    route = one(manifests, "HTTPRoute", "api.growbin.example.com")
    assert route["spec"]["parentRefs"] == [{"name": "public", "namespace": "gateways", "sectionName": "https"}]
    assert [rule["backendRefs"][0]["name"] for rule in route["spec"]["rules"]] == [
        *("locations-api", "recycling-api", "users-api", "waste-api", "auth-api")
    ]
    assert of_kind(manifests, "Ingress") == {}
