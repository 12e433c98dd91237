"""What a user does with the values files."""

from __future__ import annotations

from pathlib import Path

import pytest

from constructs_lib import InputError, synth
from constructs_lib.inventory.layered_yaml import merge
from growbin.environments import load_environments
from growbin.release import main, release, set_image
from tests.conftest import ROOT, Manifest, of_kind, read_manifests, run, snapshot_of
from tests.growbin.test_synth import replace


def synthesized(checkout: Path, environment: str = "prod") -> list[Manifest]:
    """What main.py would write of an environment, without the cost of a process."""
    environments = load_environments(checkout / "values")
    synth(environments.apps, checkout / "dist", faults=environments.faults)
    return read_manifests(checkout / "dist" / environment)


def refused(checkout: Path) -> list[str]:
    """What main.py would say, with paths relative to the checkout; dist/ is as it was."""
    environments = load_environments(checkout / "values")
    with pytest.raises(InputError) as error:
        synth(environments.apps, checkout / "dist", faults=environments.faults)
    assert snapshot_of(checkout / "dist") == snapshot_of(ROOT / "dist")
    return [fault.replace(f"{checkout}/", "") for fault in error.value.faults]


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


@pytest.mark.parametrize(
    ("base", "over", "merged"),
    [
        ({"a": {"x": 1, "y": 2}}, {"a": {"y": 3}}, {"a": {"x": 1, "y": 3}}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
        ({"a": {"x": 1}}, {"a": None}, {}),
        ({"a": {"x": 1}}, {"a": 5}, {"a": 5}),
        ({"a": 5}, {"a": {"x": 1, "y": None}}, {"a": {"x": 1}}),
        ({}, {"a": {"y": None}}, {"a": {}}),
    ],
)
def test_layers_merge_as_helm_does(base: dict[str, object], over: dict[str, object], merged: dict[str, object]) -> None:
    assert merge(base, over) == merged


def test_a_sixth_api_is_four_lines(checkout: Path) -> None:
    replace(
        checkout / "values" / "values.yaml",
        "  locations: {enabled: true, replicas: 2}\n",
        "  locations: {enabled: true, replicas: 1}\n"
        "  rewards:\n    enabled: true\n    replicas: 1\n    path: /api/v1/rewards\n",
    )
    manifests = synthesized(checkout)
    assert of_kind(manifests, "Deployment")["rewards-api"]["spec"]["replicas"] == 1
    (ingress,) = of_kind(manifests, "Ingress").values()
    assert "/api/v1/rewards" in [path["path"] for path in ingress["spec"]["rules"][0]["http"]["paths"]]


def test_a_fifth_worker_is_four_lines(checkout: Path) -> None:
    replace(
        checkout / "values" / "values.yaml",
        "  rag: {enabled: true, replicas: 2, queue: q.rag, pool: gevent, concurrency: 10}\n",
        "  rag: {enabled: true, replicas: 1, queue: q.rag, pool: gevent, concurrency: 10}\n"
        "  ocr:\n    enabled: true\n    replicas: 1\n    queue: q.ocr\n",
    )
    (container,) = of_kind(synthesized(checkout), "Deployment")["ocr-worker"]["spec"]["template"]["spec"]["containers"]
    assert container["command"][:6] == ["celery", "-A", "workers.ocr", "worker", "-Q", "q.ocr"]


def test_a_disabled_service_is_gone(checkout: Path) -> None:
    append(checkout / "values" / "values-prod.yaml", "  users: {enabled: false}\n")
    assert not [m for m in synthesized(checkout) if m["metadata"]["name"] == "users-api"]


def test_longer_paths_come_first(checkout: Path) -> None:
    append(
        checkout / "values" / "values-prod.yaml",
        "  users: {path: /api}\n  auth: {path: /api/v1/waste/auth}\n",
    )
    (ingress,) = of_kind(synthesized(checkout), "Ingress").values()
    assert [path["path"] for path in ingress["spec"]["rules"][0]["http"]["paths"]] == [
        "/api/v1/waste/auth",
        "/api/v1/locations",
        "/api/v1/recycling",
        "/api/v1/waste",
        "/api",
    ]


def test_an_aws_load_balancer(checkout: Path) -> None:
    append(
        checkout / "values" / "values-prod.yaml",
        "ingress:\n"
        "  className: alb\n"
        "  tlsSecret: null\n"
        "  fromNamespace: null\n"
        "  fromCidrs: [172.31.0.0/20, 172.31.16.0/20]\n"
        "  annotations: {alb.ingress.kubernetes.io/target-type: ip}\n",
    )
    manifests = synthesized(checkout)
    (ingress,) = of_kind(manifests, "Ingress").values()
    assert ingress["spec"]["ingressClassName"] == "alb"
    assert "tls" not in ingress["spec"]
    assert ingress["metadata"]["annotations"] == {"alb.ingress.kubernetes.io/target-type": "ip"}
    assert of_kind(manifests, "NetworkPolicy")["waste-api"]["spec"]["ingress"][0] == {
        "from": [{"ipBlock": {"cidr": "172.31.0.0/20"}}, {"ipBlock": {"cidr": "172.31.16.0/20"}}],
        "ports": [{"protocol": "TCP", "port": 8000}],
    }


def test_a_broker_of_our_own_on_its_node(checkout: Path) -> None:
    append(checkout / "values" / "values-prod.yaml", "messaging: {rabbitmq: {existing: false}}\n")
    manifests = synthesized(checkout)
    spec = of_kind(manifests, "RabbitmqCluster")["rabbitmq"]["spec"]
    required = spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert required["nodeSelectorTerms"] == [
        {"matchExpressions": [{"key": "workload", "operator": "In", "values": ["message-queue"]}]}
    ]
    assert spec["persistence"] == {"storage": "10Gi"}
    assert spec["resources"]["requests"] == {"cpu": "500m", "memory": "1Gi"}
    rules = of_kind(manifests, "NetworkPolicy")["rabbitmq"]["spec"]["ingress"]
    (clients,) = [rule for rule in rules if [port["port"] for port in rule["ports"]] == [5672]]
    assert len(clients["from"]) == 10  # nine services and a migration
    assert "messaging" in of_kind(manifests, "Namespace")


def test_other_namespaces_reach_every_name(checkout: Path) -> None:
    append(checkout / "values" / "values-prod.yaml", "namespaces: {data: growbin-data}\n")
    synthesized(checkout)
    folder = checkout / "dist" / "prod"
    assert sorted(path.name for path in folder.iterdir()) == [
        *("api.k8s.yaml", "argocd.k8s.yaml", "async.k8s.yaml", "growbin-data.k8s.yaml"),
        *("messaging.k8s.yaml", "monitoring.k8s.yaml"),
    ]
    text = (folder / "api.k8s.yaml").read_text(encoding="utf-8")
    assert "postgresql.growbin-data.svc" in text
    assert "kubernetes.io/metadata.name: growbin-data" in text


# The address is another word for Argo CD's own cluster.
@pytest.mark.parametrize("destination", ["{name: in-cluster}", "{name: null, server: https://kubernetes.default.svc}"])
def test_two_environments_in_one_cluster_need_namespaces_of_their_own(checkout: Path, destination: str) -> None:
    replace(checkout / "values" / "values-dev.yaml", "{name: growbin-dev}", destination)
    assert refused(checkout) == [
        f"values/values.yaml:19: namespaces.{namespace}: '{namespace}' of in-cluster is dev's already, and prod's: "
        "they would overwrite each other forever; give one of them another name or another destination"
        for namespace in ("api", "async", "data")
    ]
    append(
        checkout / "values" / "values-dev.yaml",
        "namespaces: {api: dev-api, async: dev-async, data: dev-data, messaging: dev-messaging}\n",
    )
    synthesized(checkout, "dev")


def test_two_environments_that_read_the_same_queues(checkout: Path) -> None:
    values = checkout / "values"
    replace(values / "values-dev.yaml", "{name: growbin-dev}", "{name: in-cluster}")
    append(values / "values-dev.yaml", "namespaces: {api: dev-api, async: dev-async, data: dev-data}\n")
    append(values / "values.yaml", "secretStore: {name: growbin, path: growbin}\n")
    assert refused(checkout) == [
        "values/values.yaml:19: namespaces.messaging: the broker in 'messaging' of in-cluster has queues that dev "
        "reads too, q.preprocess, q.vision, q.rag, q.llm: each would take the other's tasks; give prod queues or a "
        "broker of its own"
    ]
    # Where the URL is the team's own, it may name a virtual host.
    replace(values / "values.yaml", "secretStore: {name: growbin, path: growbin}\n", "")
    synthesized(checkout, "dev")


def test_faults_of_all_files_are_told_together(checkout: Path) -> None:
    replace(checkout / "values" / "values-prod.yaml", "minReplicas: 3", "minReplica: 3")
    replace(checkout / "values" / "values-dev.yaml", "waste: {replicas: 1}", "waste: {replicas: 0}")
    replace(checkout / "values" / "cluster-dev.yaml", "memory: 16Gi", "memory: 16GB")
    assert refused(checkout) == [
        "values/values-dev.yaml:10: api.waste.replicas: must be at least 1, got 0",
        'values/cluster-dev.yaml:7: pools.development.capacity.memory: "16GB" is not a quantity; write it '
        "like 200m, 1 or 0.5 (CPU), 256Mi or 2Gi (memory)",
        'values/values-prod.yaml:9: api.waste.autoscaling: unknown field "minReplica"; did you mean "minReplicas"?',
    ]


def test_pull_secrets_are_made_elsewhere(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replace(checkout / "values" / "values-prod.yaml", "{tag: 1.0.0}", "{tag: 1.0.0}\n  imagePullSecrets: [registry]")
    pod = of_kind(synthesized(checkout), "Deployment")["users-api"]["spec"]["template"]["spec"]
    assert pod["imagePullSecrets"] == [{"name": "registry"}]
    assert "missing-reference" not in capsys.readouterr().err


def test_a_gateway_needs_no_class(checkout: Path) -> None:
    gateway = "ingress: {className: null, gateway: {name: public, namespace: gateways}}\n"
    append(checkout / "values" / "values-prod.yaml", gateway)
    assert "HTTPRoute" in {manifest["kind"] for manifest in synthesized(checkout)}


def test_a_node_label_that_no_pool_has(checkout: Path) -> None:
    replace(checkout / "values" / "values.yaml", "workload: async-workers", "workload: async-worker")
    assert refused(checkout) == [
        "prod: async: nodeSelector: workload=async-worker: no pool of cluster.yaml has it; did you mean "
        '"async-workers"?  [values/values.yaml:82]'
    ]


@pytest.mark.parametrize(
    ("label", "known"),
    [
        ("workload: gpu", "application, async-workers, cache, database, message-queue, monitoring"),
        (
            "role: gpu",
            "node-role.kubernetes.io/control-plane=, workload=application, workload=async-workers, workload=cache, "
            "workload=database, workload=message-queue, workload=monitoring",
        ),
    ],
)
def test_a_node_label_that_is_like_none(checkout: Path, label: str, known: str) -> None:
    replace(checkout / "values" / "values.yaml", "workload: async-workers", label)
    wanted = label.replace(": ", "=")
    line = (
        f"prod: async: nodeSelector: {wanted}: no pool of cluster.yaml has it; known: {known}  [values/values.yaml:82]"
    )
    assert line in refused(checkout)


DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("before", "tag", "digest", "after"),
    [
        (
            "# head\nglobal:\n  # the image\n  image: {tag: 1.0.0}   # here\n\napi:\n    waste: {a:  2}\n",
            "1.0.1",
            None,
            "# head\nglobal:\n  # the image\n  image: {tag: 1.0.1}   # here\n\napi:\n    waste: {a:  2}\n",
        ),
        (
            "global:\n    image:\n        tag: '1.0.0'   # old\n        # its own\n        registry: x\r\n",
            None,
            DIGEST,
            f"global:\n    image:\n        digest: {DIGEST}   # old\n        # its own\n        registry: x\r\n",
        ),
        (
            f"global: {{image: {{tag: 1.0.0, digest: {DIGEST}}}}}\n",
            "1.0.1",
            None,
            "global: {image: {tag: 1.0.1, digest: null}}\n",
        ),
        (
            "api:\n  waste: {replicas: 2}\n",
            "1.10",
            None,
            'global: {image: {tag: "1.10"}}\napi:\n  waste: {replicas: 2}\n',
        ),
        (
            "global:\n  # of the registry\n  image:\n    registry: x\n",
            "1e3",
            None,
            'global:\n  # of the registry\n  image:\n    tag: "1e3"\n    registry: x\n',
        ),
        ("global: {image: {}}", "1.0.1", None, "global: {image: {tag: 1.0.1}}"),
        ("global:\napi: {}\n", "1.0.1", None, "global: {image: {tag: 1.0.1}}\napi: {}\n"),
        ("global: {image: null}\n", "1.0.1", None, "global: {image: {tag: 1.0.1}}\n"),
    ],
)
def test_a_release_changes_one_value(before: str, tag: str | None, digest: str | None, after: str) -> None:
    assert set_image(before, tag=tag, digest=digest) == after


def test_a_release_synthesizes_and_takes_back_what_is_refused(checkout: Path) -> None:
    (checkout / ".venv").symlink_to(Path(run("python", "-c", "import sys; print(sys.prefix)", cwd=ROOT).stdout.strip()))
    values = checkout / "values" / "values-prod.yaml"
    before = values.read_text(encoding="utf-8")
    digest = "sha256:" + "0" * 64
    result = run("python", "-m", "growbin.release", "--environment", "prod", "--digest", digest, cwd=checkout)
    assert result.returncode == 0, result.stderr
    deployments = of_kind(read_manifests(checkout / "dist" / "prod"), "Deployment").values()
    images = {item["spec"]["template"]["spec"]["containers"][0]["image"] for item in deployments}
    assert images == {f"ghcr.io/your-org/growbin-backend@{digest}"}
    assert values.read_text(encoding="utf-8") == before.replace("tag: 1.0.0", f"digest: {digest}")

    released, dist = values.read_text(encoding="utf-8"), snapshot_of(checkout / "dist")
    result = run("python", "-m", "growbin.release", "--environment", "prod", "--tag", "latest", cwd=checkout)
    assert result.returncode == 1
    assert values.read_text(encoding="utf-8") == released
    assert snapshot_of(checkout / "dist") == dist


def test_a_release_of_nonsense(checkout: Path) -> None:
    result = run("python", "-m", "growbin.release", "--environment", "prd", "--tag", "a b", cwd=checkout)
    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        '--environment: there is no values/values-prd.yaml; did you mean "prod"?',
        "--tag: \"a b\" is not a valid tag; write letters, digits, '.', '_' and '-', no '.' or '-' at the start",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("api: [1\n", "{prod}:2: not YAML: did not find expected ',' or ']'"),
        ("global:\n  image: x\n", "{prod}:2: image must be a mapping"),
        ("", "{prod}: is empty"),
    ],
)
def test_a_release_into_a_broken_file(checkout: Path, text: str, fault: str) -> None:
    path = checkout / "values" / "values-prod.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        release(checkout / "values", "prod", tag="1.0.1", digest=None)
    assert error.value.faults == (fault.format(prod=path),)
    assert path.read_text(encoding="utf-8") == text


def test_a_tag_that_a_digest_below_would_hide(checkout: Path) -> None:
    shared, own = checkout / "values" / "values.yaml", checkout / "values" / "values-prod.yaml"
    replace(shared, "tag: latest", f"digest: {DIGEST}")
    before = own.read_bytes()
    with pytest.raises(InputError) as error:
        release(checkout / "values", "prod", tag="1.0.1", digest=None)
    assert error.value.faults == (f"{shared}: global.image.digest would win over the tag; take it out of there",)
    assert own.read_bytes() == before


def test_a_release_without_the_command_changes_nothing(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = checkout / "values" / "values-prod.yaml"
    before = path.read_bytes()
    monkeypatch.chdir(checkout)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(InputError) as error:
        main(["--environment", "prod", "--tag", "1.0.1"])
    assert error.value.faults == ("the command cdk8s does not exist; use make release",)
    assert path.read_bytes() == before
