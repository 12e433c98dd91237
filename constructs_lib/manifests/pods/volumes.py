"""Volumes and their mounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from constructs_lib.errors import Fault, shown
from constructs_lib.kubernetes.mount_paths import mount_path_faults
from constructs_lib.kubernetes.names import label_name_faults, name_faults
from constructs_lib.kubernetes.quantities import quantity_faults
from constructs_lib.manifests.pods.env import SecretRef


@dataclass(frozen=True)
class Volume:
    """A volume and the place where containers see it.

    Args:
        mount_path: the absolute path in the container.
        name: the volume's name in the pod; by default made from the path.
        read_only: whether it can't be written.
    """

    mount_path: str
    name: str | None = None
    read_only: bool = False

    @property
    def volume_name(self) -> str:
        """The name in the pod: `/var/cache/app` is `var-cache-app`."""
        return self.name or self.mount_path.strip("/").replace("/", "-").replace(".", "-").replace("_", "-").lower()

    def source(self) -> Mapping[str, Any]:
        """The pod volume's source."""
        raise NotImplementedError

    def faults(self) -> Iterator[Fault]:
        """Yield the faults of its parts."""
        where = f"volume {shown(self.mount_path)}"
        misplaced = list(mount_path_faults(where, self.mount_path))
        yield from misplaced
        if self.name is not None:
            yield from label_name_faults(f"{where}: name", self.name, "volume")
        elif not misplaced and any(label_name_faults("", self.volume_name, "volume")):
            yield Fault(where, "its path makes no name for it; give it one (name)")

    def render(self) -> dict[str, Any]:
        """The entry of the pod's `volumes`."""
        return {"name": self.volume_name, **self.source()}

    def mount(self) -> dict[str, Any]:
        """The entry of the container's `volumeMounts`."""
        read_only = {"readOnly": True} if self.read_only else {}
        return {"name": self.volume_name, "mountPath": self.mount_path, **read_only}


@dataclass(frozen=True)
class EmptyDir(Volume):
    """A directory that lives as long as the pod.

    Args:
        size_limit: the pod is evicted when it holds more, such as `1Gi`.
        medium: `Memory` for a RAM disk, which counts as the container's memory.
    """

    size_limit: str | None = None
    medium: Literal["Memory"] | None = None

    def source(self) -> Mapping[str, Any]:
        """`emptyDir`."""
        fields = {"medium": self.medium, "sizeLimit": self.size_limit}
        return {"emptyDir": {name: value for name, value in fields.items() if value is not None}}

    def faults(self) -> Iterator[Fault]:
        """Yield the faults of path and size."""
        yield from super().faults()
        if self.size_limit is not None:
            yield from quantity_faults(f"volume {shown(self.mount_path)}: size_limit", self.size_limit)


@dataclass(frozen=True, kw_only=True)
class SecretVolume(Volume):
    """The keys of a Secret as files.

    Args:
        secret: the Secret, in the pod's namespace.
    """

    secret: SecretRef
    read_only: bool = True

    def source(self) -> Mapping[str, Any]:
        """`secret`."""
        return {"secret": {"secretName": self.secret.name}}

    def faults(self) -> Iterator[Fault]:
        """Yield the faults of path and Secret."""
        yield from super().faults()
        yield from self.secret.faults()


@dataclass(frozen=True, kw_only=True)
class ClaimVolume(Volume):
    """An existing PersistentVolumeClaim.

    Args:
        claim_name: its name, in the pod's namespace.
    """

    claim_name: str

    def source(self) -> Mapping[str, Any]:
        """`persistentVolumeClaim`."""
        read_only = {"readOnly": True} if self.read_only else {}
        return {"persistentVolumeClaim": {"claimName": self.claim_name, **read_only}}

    def faults(self) -> Iterator[Fault]:
        """Yield the faults of path and claim."""
        yield from super().faults()
        yield from name_faults(f"volume {shown(self.mount_path)}: claim_name", self.claim_name, "PersistentVolumeClaim")


def claim(name: str, storage: str, storage_class: str | None) -> dict[str, Any]:
    """A PersistentVolumeClaim for the pods of one node, such as `20Gi` of the class."""
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            **({"storageClassName": storage_class} if storage_class else {}),
            "resources": {"requests": {"storage": storage}},
        },
    }
