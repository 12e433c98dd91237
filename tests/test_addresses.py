from __future__ import annotations

import pytest

from constructs_lib import ApiService, App, Internet, NamespaceChart, synthesize
from constructs_lib.kubernetes.addresses import is_cidr


@pytest.mark.parametrize("text", ["10.0.0.0/8", "10.0.0.1/8", "010.0.0.0/8", "fd00::/8", "::/0", "0.0.0.0/0"])
def test_what_the_api_server_reads_as_a_cidr(text: str) -> None:
    assert is_cidr(text)


@pytest.mark.parametrize(
    "text", ["10.0.0.1", "10.0.0/8", "10.0.0.0/33", "10.0.0.0/255.0.0.0", "10.0.0.0/", "", "fd00::/129"]
)
def test_what_it_does_not(text: str) -> None:
    assert not is_cidr(text)


def test_the_internet_leaves_out_all_private_ranges() -> None:
    app = App()
    ApiService(NamespaceChart(app, "api"), "shop", image="org/shop:1", uses=[Internet(("api.example.com",))])
    policies = [item for item in synthesize(app).manifests["api"] if item["kind"] == "NetworkPolicy"]
    blocks = [
        peer["ipBlock"]
        for policy in policies
        for rule in policy["spec"].get("egress", ())
        for peer in rule.get("to", ())
        if "ipBlock" in peer
    ]
    private = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"]
    assert blocks == [{"cidr": "0.0.0.0/0", "except": private}]
