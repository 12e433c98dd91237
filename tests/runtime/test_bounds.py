"""What the other tests run within: a root file system that can only be read, and the memory limit."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.runtime.bounds import can_confine, make_cgroup
from tests.runtime.manifests import Secrets, Workload
from tests.runtime.pods import Place, Pod

NAMES = ("waste-api", "vision-worker", "postgresql", "postgresql-backup", "redis")


@pytest.fixture(autouse=True)
def confined() -> None:
    if not can_confine():
        missing = "no mount namespaces here: they take root and, in a container, the capability SYS_ADMIN"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)


@pytest.mark.parametrize("name", NAMES)
def test_read_only_root(name: str, prod: dict[str, Workload], folder: Path, secrets: Secrets) -> None:
    """Each can write to its /tmp, and not beside it."""
    outside = folder / "outside"
    outside.mkdir()
    outside.chmod(0o777)
    command = 'echo mine > /tmp/mine && echo no > "$OUTSIDE"'
    place = Place(folder, secrets=secrets, extra_env={"OUTSIDE": f"{outside}/no"})
    pod = Pod(prod[name].with_command("sh", "-c", command), place, name)
    assert pod.process.result() != 0
    assert pod.process.output.endswith(f": cannot create {outside}/no: Read-only file system\n")
    assert (pod.folder("/tmp") / "mine").read_text() == "mine\n"
    pod.kill()


def test_memory_limit(prod: dict[str, Workload], folder: Path, secrets: Secrets) -> None:
    """The kernel kills what takes more than the limit."""
    trial = make_cgroup(1024**3)
    if trial is None:
        pytest.skip("no memory cgroups (version 1) that this user may make")
    trial.remove()
    pod = Pod(prod["postgresql-backup"].with_command("tail", "/dev/zero"), Place(folder, secrets=secrets), "hungry")
    assert pod.process.result() == -9
    assert pod.process.memory_kills == 1
    pod.kill()
