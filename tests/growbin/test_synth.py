"""`cdk8s synth` and `python main.py`: the same bytes each time, all or nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT, run, snapshot_of


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} is not once in {path}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_dist_is_what_the_values_say(checkout: Path) -> None:
    for path in (checkout / "dist").rglob("*.yaml"):
        path.unlink()
    result = run("python", "main.py", cwd=checkout)
    assert result.returncode == 0, result.stderr
    assert snapshot_of(checkout / "dist") == snapshot_of(ROOT / "dist")


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_the_same_bytes_whatever_the_hash_seed(checkout: Path, seed: str) -> None:
    result = run("python", "main.py", cwd=checkout, env={"PYTHONHASHSEED": seed})
    assert result.returncode == 0, result.stderr
    assert snapshot_of(checkout / "dist") == snapshot_of(ROOT / "dist")


def test_a_second_run_touches_nothing(checkout: Path) -> None:
    times = {path: path.stat().st_mtime_ns for path in (checkout / "dist").rglob("*.yaml")}
    assert run("python", "main.py", cwd=checkout).returncode == 0
    assert {path: path.stat().st_mtime_ns for path in (checkout / "dist").rglob("*.yaml")} == times


def test_the_cdk8s_command_writes_dist_and_a_failing_one_leaves_it(checkout: Path) -> None:
    (checkout / ".venv").symlink_to(Path(run("python", "-c", "import sys; print(sys.prefix)", cwd=ROOT).stdout.strip()))
    replace(checkout / "values" / "values-prod.yaml", "tag: 1.0.0", "tag: 1.0.1")
    result = run("cdk8s", "synth", cwd=checkout)
    assert result.returncode == 0, result.stderr
    after = snapshot_of(checkout / "dist")
    assert b"growbin-backend:1.0.1" in after["prod/api.k8s.yaml"]
    assert after["dev/api.k8s.yaml"] == snapshot_of(ROOT / "dist")["dev/api.k8s.yaml"]
    assert "end-of-life" not in result.stderr
    assert "new version" not in result.stderr

    replace(checkout / "values" / "values-prod.yaml", "tag: 1.0.1", "tag: latest")
    result = run("cdk8s", "synth", cwd=checkout)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert snapshot_of(checkout / "dist") == after


def test_latest_is_refused_in_production_only(checkout: Path) -> None:
    replace(checkout / "values" / "values-prod.yaml", "tag: 1.0.0", "tag: latest")
    result = run("python", "main.py", cwd=checkout)
    assert result.returncode == 1
    # Nine Deployments and a migration run it, but it is one value.
    assert result.stderr == (
        "prod: error image  api/Deployment/waste-api  spec.template.spec.containers[0].image (argument "
        "image): ghcr.io/your-org/growbin-backend:latest has the tag latest: the content can change without "
        "a change of this manifest, and a rollback cannot restore it; set a version  "
        "[api/waste-api/Deployment, values/values-prod.yaml:5]\n"
    )
    assert snapshot_of(checkout / "dist") == snapshot_of(ROOT / "dist")


def test_a_namespace_that_is_gone_loses_its_file(checkout: Path) -> None:
    stale = checkout / "dist" / "prod" / "gone.k8s.yaml"
    stale.write_text("kind: ConfigMap\n", encoding="utf-8")
    assert run("python", "main.py", cwd=checkout).returncode == 0
    assert not stale.exists()


def test_an_environment_that_is_gone_loses_its_folder(checkout: Path) -> None:
    (checkout / "values" / "values-dev.yaml").unlink()
    assert run("python", "main.py", cwd=checkout).returncode == 0
    assert not (checkout / "dist" / "dev").exists()
    assert (checkout / "dist" / "prod").is_dir()


def test_the_summary_of_production(checkout: Path) -> None:
    result = run("python", "main.py", cwd=checkout)
    prod = result.stderr[result.stderr.index("prod\n") :]
    for line in (
        "  namespace api on k8s-worker-1 (requests of CPU and memory)\n",
        "    waste-api                 3–5       200m, 256Mi  600m–1, 768Mi–1280Mi\n",
        "    vision-worker      5–8       100m, 256Mi  500m–800m, 1280Mi–2Gi\n",
        "    quota              34 pods                4400m, 8064Mi\n",
        "  namespace data (requests of CPU and memory)\n",
        "    redis              1         270m, 816Mi   270m, 816Mi               k8s-redis\n",
        "    application    k8s-worker-1    1400m–1850m of 1850m  2304Mi–3008Mi of 3496Mi\n",
        "    Secret async/rabbitmq with password, url, username\n",
        "    metrics-server, for the HorizontalPodAutoscalers\n",
        "    a default StorageClass, for the claims\n",
        "    IngressClass traefik\n",
        "    Namespace argocd\n    Namespace messaging with Service rabbitmq\n    Namespace monitoring\n",
    ):
        assert line in prod
    assert max(map(len, prod.splitlines())) <= 90  # to be read without wrapping


def test_the_summary_names_what_routes_and_claims_need(checkout: Path) -> None:
    values = checkout / "values" / "values-prod.yaml"
    shutil.rmtree(checkout / "dist")  # a claim that is there can't get another class
    text = "ingress: {gateway: {name: public, namespace: gateways}}\ndata: {redis: {storageClass: fast}}\n"
    values.write_text(values.read_text(encoding="utf-8") + text, encoding="utf-8")
    err = run("python", "main.py", cwd=checkout).stderr
    prod = err[err.index("prod\n") :]
    assert "    Gateway gateways/public, whose listener lets routes of our namespace in\n" in prod
    assert "    StorageClass fast\n" in prod
    assert "IngressClass" not in prod
