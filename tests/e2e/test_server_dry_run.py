"""`check --server-dry-run` against a real API server: its answers are found at their fields, and nothing changes."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from constructs_lib.checks import registry
from constructs_lib.cli import main
from tests.e2e.build import KUBERNETES
from tests.e2e.control_plane import ControlPlane
from tests.e2e.kube import Kube
from tests.e2e.manifests import ROOT
from tests.e2e.waiting import eventually

NAMESPACE = "dry"
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME, namespace: dry}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: side
        image: side:1
      - name: web
        image: web:1
"""
CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME, namespace: dry}\n"
NEW_NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: fresh}\n"
CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: gadgets, singular: gadget, kind: Gadget}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties: {spec: {type: object, properties: {size: {type: integer, minimum: 1}}}}
"""
GADGET = "apiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: g, namespace: dry}\nspec:\n  size: 0\n"

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module", params=KUBERNETES)
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def kube(cluster: ControlPlane) -> Kube:
    _create(cluster.kube, "v1", "Namespace", NAMESPACE, labels={"pod-security.kubernetes.io/warn": "restricted"})
    return cluster.kube


@pytest.fixture(autouse=True)
def _contexts(cluster: ControlPlane, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The context of the cluster, one of a user without rights, and one of a server that is gone."""
    config = json.loads(cluster.kubeconfig.read_text())
    [user], [server] = config["users"], config["clusters"]
    config["users"].append({"name": "guest", "user": {**user["user"], "as": "guest"}})
    config["clusters"].append({"name": "gone", "cluster": {**server["cluster"], "server": "https://127.0.0.1:1"}})
    config["contexts"] += [
        {"name": "guest", "context": {"cluster": server["name"], "user": "guest"}},
        {"name": "gone", "context": {"cluster": "gone", "user": user["name"]}},
    ]
    (tmp_path / "kubeconfig").write_text(json.dumps(config))
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "kubeconfig"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _all_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The answers that repeat the finding of another check, too."""
    monkeypatch.setattr(registry, "without_repetition", tuple)
    monkeypatch.setattr(registry, "first_causes", lambda _, findings: findings)


def _create(kube: Kube, version: str, kind: str, name: str, **metadata: Any) -> None:
    kube.apply({"apiVersion": version, "kind": kind, "metadata": {"name": name, **metadata}})


def _check(capsys: Capture, content: str, *options: str) -> tuple[int, list[tuple[str, str, str, int]], list[str]]:
    Path("a.yaml").write_text(content)
    code = main(["check", "a.yaml", "--server-dry-run", "--format", "json", *options])
    captured = capsys.readouterr()
    found = [one for one in json.loads(captured.out)["findings"] if one["check"] == "server-dry-run"]
    shown = [(one["severity"], one["field"], one["message"], one["line"]) for one in found]
    return code, shown, captured.err.splitlines()[1:]


def test_unknown_fields(kube: Kube, capsys: Capture) -> None:
    """One in each object, since the server may stop at the first."""
    inner = DEPLOYMENT.replace("NAME", "inner").replace("        image: web:1", "        imagee: web:1")
    outer = DEPLOYMENT.replace("NAME", "outer") + "  replicaz: 2\n"
    _, found, _ = _check(capsys, f"{inner}---\n{outer}")
    assert [one for one in found if one[0] == "error"] == [
        ("error", "spec.template.spec.containers[1].imagee", "field not declared in schema", 13),
        ("error", "spec.replicaz", "field not declared in schema", 28),
    ]


def test_invalid_values_and_warnings_of_each_object(kube: Kube, capsys: Capture) -> None:
    short = DEPLOYMENT.replace("        image: web:1\n", "        terminationMessagePolicy: x\n        image: web:1\n")
    sound = DEPLOYMENT.replace("NAME", "sound")
    code, found, notes = _check(capsys, f"{short.replace('NAME', 'web')}---\n{sound}---\n{sound.replace('sound', 'b')}")
    assert (code, notes) == (1, [])
    [error, *warnings] = found
    assert (error[1], error[3]) == ("spec.template.spec.containers[1].terminationMessagePolicy", 13)
    assert error[2].startswith('Unsupported value: "x": supported values: ')
    # The pod security of all three is warned about, though kubectl prints equal warnings once.
    assert [(severity, line) for severity, _, _, line in warnings] == [("warning", 16), ("warning", 30)]
    assert all(message.startswith('would violate PodSecurity "restricted:latest": ') for _, _, message, _ in warnings)


def test_immutable_fields_and_nothing_changes(kube: Kube, capsys: Capture) -> None:
    labels = {"app": "web"}
    container = {"name": "web", "image": "web:1"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    spec = {"replicas": 0, "selector": {"matchLabels": labels}, "template": template}
    metadata = {"name": "live", "namespace": NAMESPACE}
    kube.apply({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec})
    before = eventually(lambda: _settled(kube), what="the controller")
    content = DEPLOYMENT.replace("NAME", "live").replace("app: web", "app: other")
    code, found, _ = _check(capsys, f"{content}---\n{CONFIG_MAP.replace('NAME', 'never')}---\n{NEW_NAMESPACE}")
    assert (code, [one for one in found if one[0] == "error"]) == (
        1,
        [("error", "spec.selector", "field is immutable", 5)],
    )
    assert _settled(kube) == before
    assert kube.find("v1/ConfigMap", "never", NAMESPACE) is None
    assert kube.find("v1/Namespace", "fresh") is None


def _settled(kube: Kube) -> str:
    found = kube.get("apps/v1/Deployment", "live", NAMESPACE)
    is_seen = found.get("status", {}).get("observedGeneration") == found["metadata"]["generation"]
    return str(found["metadata"]["resourceVersion"]) if is_seen else ""


def test_a_new_namespace(kube: Kube, capsys: Capture) -> None:
    content = CONFIG_MAP.replace("NAME", "a").replace("dry", "fresh") + "binaryData: {a: '!'}\n"
    _create(kube, "v1", "ConfigMap", "a", namespace="default")
    code, found, notes = _check(capsys, f"{NEW_NAMESPACE}---\n{content}")
    [(_, field, message, line)] = found
    assert (code, field, line) == (1, "", 5)
    assert "illegal base64 data" in message
    assert notes == [
        "note: 1 object checked by the server in namespace default, because the cluster lacks their own (fresh); the "
        "quotas and admission rules there are unknown"
    ]
    code, found, _ = _check(capsys, content.replace("binaryData: {a: '!'}\n", ""))
    assert (code, [(field, line) for _, field, _, line in found]) == (1, [("metadata.namespace", 3)])


def test_custom_resources(kube: Kube, capsys: Capture) -> None:
    _, found, notes = _check(capsys, f"{CRD}---\n{GADGET}")
    assert (found, len(notes)) == ([], 1)
    assert "1 object not checked by the server: the cluster does not have their CustomResourceDefinition" in notes[0]
    _, found, _ = _check(capsys, GADGET)
    assert [(field, line) for _, field, _, line in found] == [("apiVersion", 1)]
    kube.apply(yaml.safe_load(CRD))
    eventually(lambda: not _unknown(capsys), what="the kind Gadget")
    _, found, notes = _check(capsys, GADGET.replace("size: 0", "size: 0\n  hue: 1"))
    assert (found, notes) == ([("error", "spec.hue", "field not declared in schema", 6)], [])
    _, found, _ = _check(capsys, GADGET)
    assert [(field, line) for _, field, _, line in found] == [("spec.size", 5)]


def _unknown(capsys: Capture) -> bool:
    return any(field == "apiVersion" for _, field, _, _ in _check(capsys, GADGET)[1])


def test_contexts_that_cannot_be_asked(kube: Kube, capsys: Capture) -> None:
    content = CONFIG_MAP.replace("NAME", "a")
    code, found, [fault] = _check(capsys, content, "--context", "guest")
    assert (code, found) == (2, [])
    assert 'User "guest" cannot patch resource "configmaps"' in fault
    code, found, [fault] = _check(capsys, content, "--context", "gone")
    assert (code, found) == (2, [])
    assert fault.startswith('the kubectl context "gone": the cluster cannot be asked: The connection to the server')


def test_200_objects_take_seconds(kube: Kube, capsys: Capture) -> None:
    many = "---\n".join(CONFIG_MAP.replace("NAME", f"c{number}") for number in range(200))
    begun = time.monotonic()
    assert _check(capsys, many) == (0, [], [])
    assert time.monotonic() - begun < 60


def test_our_own_manifests_are_accepted(kube: Kube, capsys: Capture) -> None:
    existing = "namespaces: [argocd, messaging, monitoring]\n"
    Path("existing.yaml").write_text(existing)
    paths = [str(ROOT / "dist" / "prod"), str(ROOT / "crds")]
    main(["check", *paths, "--server-dry-run", "--existing", "existing.yaml", "--format", "json"])
    found = json.loads(capsys.readouterr().out)["findings"]
    assert [one for one in found if one["check"] == "server-dry-run"] == []
