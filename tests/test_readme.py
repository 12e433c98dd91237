"""What the README shows works as it stands there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tests.conftest import ROOT, of_kind, read_manifests, run

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_service_of_your_own(tmp_path: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    shutil.copytree(ROOT / "values", tmp_path / "values")
    (tmp_path / "main.py").write_text(code, encoding="utf-8")
    result = run("python", "main.py", cwd=tmp_path)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert sorted(path.name for path in (tmp_path / "dist").iterdir()) == ["shop-data.k8s.yaml", "shop.k8s.yaml"]
    manifests = read_manifests(tmp_path / "dist")
    variables = of_kind(manifests, "Deployment")["orders"]["spec"]["template"]["spec"]["containers"][0]["env"]
    assert {variable["name"] for variable in variables} >= {"POSTGRESQL_HOST", "POSTGRESQL_PORT", "POSTGRESQL_DATABASE"}


def test_the_page_of_testing(tmp_path: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "testing.md").read_text(), flags=re.DOTALL)
    (tmp_path / "test_shop.py").write_text(code, encoding="utf-8")
    made = run("python", "-m", "pytest", "-q", "--snapshot-update", "test_shop.py", cwd=tmp_path)
    assert (made.returncode, made.stdout.splitlines()[-1][:8]) == (0, "4 passed"), made.stdout
    (tmp_path / "test_shop.py").write_text(code.replace("replicas=2", "replicas=3"), encoding="utf-8")
    changed = run("python", "-m", "pytest", "-q", "test_shop.py", cwd=tmp_path)
    assert (changed.returncode, changed.stdout.splitlines()[-1][:18]) == (1, "2 failed, 2 passed"), changed.stdout


def test_every_link_leads_to_a_file() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", README):
        assert (ROOT / target).exists(), target


def test_every_make_target_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"make ([a-z-]+)", README):
        if target not in ("on", "switches", "alone"):
            assert f"\n{target}:" in makefile, target
