"""What the other tests run within: a root file system that can only be read, and the memory limit."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
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


@pytest.fixture
def start(folder: Path, secrets: Secrets) -> Iterator[Callable[..., Pod]]:
    with ExitStack() as stack:

        def start(workload: Workload, **extra_env: str) -> Pod:
            pod = Pod(workload, Place(folder, secrets=secrets, extra_env=extra_env), workload.name)
            stack.callback(pod.kill)
            return pod

        yield start


@pytest.mark.parametrize("name", NAMES)
def test_read_only_root(name: str, prod: dict[str, Workload], folder: Path, start: Callable[..., Pod]) -> None:
    """Each can write to its /tmp, and not beside it."""
    outside = folder / "outside"
    outside.mkdir()
    outside.chmod(0o777)
    command = 'echo mine > /tmp/mine && echo no > "$OUTSIDE"'
    pod = start(prod[name].with_command("sh", "-c", command), OUTSIDE=f"{outside}/no")
    assert pod.process.result() != 0
    assert pod.process.output.endswith(f": cannot create {outside}/no: Read-only file system\n")
    assert (pod.folder("/tmp") / "mine").read_text() == "mine\n"


def test_memory_limit(prod: dict[str, Workload], start: Callable[..., Pod]) -> None:
    """The kernel kills what takes more than the limit."""
    trial = make_cgroup(1024**3)
    if trial is None:
        pytest.skip("no memory cgroups (version 1) that this user may make")
    trial.remove()
    pod = start(prod["postgresql-backup"].with_command("tail", "/dev/zero"))
    assert pod.process.result() == -9
    assert pod.process.memory_kills == 1
