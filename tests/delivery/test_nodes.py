"""Pools of several nodes, and the command `constructs-lib nodes`."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import yaml

from constructs_lib import ApiService, App, Cluster, NamespaceChart, NodePool
from constructs_lib.cli import main
from constructs_lib.inventory.cluster import Amount, Taint
from tests.conftest import ROOT
from tests.delivery.build import manifests_of, one

INVENTORY = """
pools:
  web:
    nodes: [a, b]
    zones: [z1, z2]
    labels: {work: web, size: "2"}
    taints: [{key: web, value: "yes"}, {key: only, effect: NoExecute}]
    capacity: {cpu: "2", memory: 4Gi}
    reserved: {cpu: 200m, memory: 1Gi}
  other: {nodes: [c], capacity: {cpu: "1", memory: 1Gi}}
"""


@pytest.fixture
def inventory(tmp_path: Path) -> str:
    path = tmp_path / "cluster.yaml"
    path.write_text(INVENTORY, encoding="utf-8")
    return str(path)


def node(name: str, **changes: Any) -> dict[str, Any]:
    labels = {"kubernetes.io/hostname": name, **changes.get("labels", {})}
    taints = changes.get("taints", [])
    allocatable = {"cpu": "2", "memory": "3584Mi", **changes.get("allocatable", {})}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": {"taints": taints},
        "status": {"allocatable": allocatable},
    }


LABELS = {"work": "web", "size": "2"}
TAINTS = [
    {"key": "web", "value": "yes", "effect": "NoSchedule"},
    {"key": "only", "effect": "NoExecute"},
    {"key": "node.kubernetes.io/unreachable", "effect": "NoExecute"},  # passes
]
SOUND = [
    node("a", labels={**LABELS, "topology.kubernetes.io/zone": "z1"}, taints=TAINTS),
    node("b", labels=LABELS, taints=TAINTS),
    node("c"),
]


def compare(inventory: str, tmp_path: Path, nodes: list[dict[str, Any]]) -> int:
    live = tmp_path / "live.yaml"
    live.write_text(yaml.safe_dump({"apiVersion": "v1", "kind": "List", "items": nodes}), encoding="utf-8")
    return main(["nodes", inventory, "--live", str(live)])


def test_the_commands(inventory: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nodes", inventory]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "kubectl label node a work=web size=2 --overwrite",
        "kubectl taint node a web=yes:NoSchedule only:NoExecute --overwrite",
        "kubectl label node b work=web size=2 --overwrite",
        "kubectl taint node b web=yes:NoSchedule only:NoExecute --overwrite",
    ]


def test_growbins_nodes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nodes", str(ROOT / "values" / "cluster.yaml")]) == 0
    assert "kubectl taint node k8s-redis workload=cache:NoSchedule --overwrite" in capsys.readouterr().out


def test_nodes_as_they_should_be(inventory: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert compare(inventory, tmp_path, SOUND) == 0
    assert capsys.readouterr().out == "the nodes are as the inventory says\n"


def test_every_difference_is_a_line(inventory: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = node(
        "a",
        labels={"work": "wbe", "topology.kubernetes.io/zone": "z9"},
        taints=[TAINTS[0], {"key": "gpu", "value": "1", "effect": "NoSchedule"}],
        allocatable={"cpu": "1500m", "memory": "2Gi"},
    )
    assert compare(inventory, tmp_path, [wrong, node("c"), node("bb")]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "a: has the label work=wbe; the inventory says web",
        "a: lacks the label size=2, so the pods of its pool cannot run on it",
        "a: has the label topology.kubernetes.io/zone=z9; the inventory says z1",
        "a: lacks the taint only:NoExecute, so pods of others run there",
        "a: has the taint gpu=1:NoSchedule, which no pod of its pool tolerates",
        "a: has 1500m of cpu for pods; the inventory says 1800m",
        "a: has 2Gi of memory for pods; the inventory says 3Gi",
        'b: the cluster has no such node, but pool web has; did you mean "bb"?',
        "bb: is in no pool of the inventory, so nothing is planned for it",
    ]


def test_from_standard_input(
    inventory: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(yaml.safe_dump_all(SOUND).encode())))
    assert main(["nodes", inventory, "--live", "-"]) == 0


def test_what_holds_no_nodes(inventory: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    live = tmp_path / "live.yaml"
    live.write_text("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n", encoding="utf-8")
    assert main(["nodes", inventory, "--live", str(live)]) == 2
    assert capsys.readouterr().err == f"{live}: holds no nodes; write kubectl get nodes -o yaml into it\n"
    assert main(["nodes", inventory, "--live", "nowhere.yaml"]) == 2
    assert capsys.readouterr().err == "nowhere.yaml: no such file or folder, and no file matches the pattern\n"


def test_pods_are_spread_over_the_nodes_and_zones_of_their_pool() -> None:
    room = Amount.model_validate({"cpu": "4", "memory": "8Gi"})
    pool = NodePool(
        nodes=("a", "b"), zones=("z1", "z2"), labels={"work": "web"}, taints=(Taint(key="x"),), capacity=room
    )
    chart = NamespaceChart(App(cluster=Cluster(pools={"web": pool})), "web")
    manifests = manifests_of(ApiService(chart, "shop", image="shop:1", replicas=2, node_pool="web"))
    pod = one(manifests, "Deployment")["spec"]["template"]["spec"]
    assert [constraint["topologyKey"] for constraint in pod["topologySpreadConstraints"]] == [
        *("kubernetes.io/hostname", "topology.kubernetes.io/zone")
    ]
    # With two nodes a drain can move the pods: a budget keeps one of them up.
    assert one(manifests, "PodDisruptionBudget")["spec"]["maxUnavailable"] == 1
