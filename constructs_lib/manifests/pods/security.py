"""The security context of pods and containers: Pod Security Standard `restricted` by default.

Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from constructs_lib.errors import Fault
from constructs_lib.kubernetes.validation.rule import USER_ID


@dataclass(frozen=True)
class Security:
    """User and privileges of the processes; `None` leaves a field to the image or the cluster.

    Args:
        run_as_user: numeric, so that the kubelet can see that it isn't root.
        run_as_group: the primary group.
        fs_group: the group that owns mounted volumes.
        run_as_non_root: refuse to start as root.
        read_only_root_filesystem: only volumes (and `/tmp`, see `writable_tmp`) can be written.
        allow_privilege_escalation: whether a process can gain more rights than its parent.
        drop_capabilities: `("ALL",)` by default.
        add_capabilities: `restricted` allows just `NET_BIND_SERVICE`.
        seccomp_profile: `RuntimeDefault` or `Unconfined`.
        writable_tmp: mounts an empty directory at `/tmp`.
    """

    run_as_user: int | None = 10001
    run_as_group: int | None = 10001
    fs_group: int | None = 10001
    run_as_non_root: bool | None = True
    read_only_root_filesystem: bool | None = True
    allow_privilege_escalation: bool | None = False
    drop_capabilities: tuple[str, ...] = ("ALL",)
    add_capabilities: tuple[str, ...] = ()
    seccomp_profile: Literal["RuntimeDefault", "Unconfined"] | None = "RuntimeDefault"
    writable_tmp: bool = True

    def of_image(self, user: int | None) -> Security:
        """The same with the only user that an image can run as; an id that is left to the cluster stays so."""
        if user is None:
            return self
        user_id, group, fs_group = (
            None if given is None else user for given in (self.run_as_user, self.run_as_group, self.fs_group)
        )
        return replace(self, run_as_user=user_id, run_as_group=group, fs_group=fs_group)

    def faults(self, name: str) -> Iterator[Fault]:
        """Yield the faults of the ids."""
        for field in ("run_as_user", "run_as_group", "fs_group"):
            value = getattr(self, field)
            yield from (Fault(f"{name}.{field}", message) for message in (USER_ID(value) if value is not None else ()))
        if self.run_as_user == 0 and self.run_as_non_root:
            yield Fault(
                f"{name}.run_as_user",
                "0 is root, which run_as_non_root forbids; set another user, or run_as_non_root=None",
            )

    def pod_context(self) -> dict[str, Any]:
        """The pod's `securityContext`."""
        return _present(
            runAsNonRoot=self.run_as_non_root,
            runAsUser=self.run_as_user,
            runAsGroup=self.run_as_group,
            fsGroup=self.fs_group,
            fsGroupChangePolicy="OnRootMismatch" if self.fs_group is not None else None,
            seccompProfile={"type": self.seccomp_profile} if self.seccomp_profile else None,
        )

    def container_context(self) -> dict[str, Any]:
        """Each container's `securityContext`."""
        capabilities = _present(drop=list(self.drop_capabilities) or None, add=list(self.add_capabilities) or None)
        return _present(
            allowPrivilegeEscalation=self.allow_privilege_escalation,
            readOnlyRootFilesystem=self.read_only_root_filesystem,
            capabilities=capabilities or None,
        )


def _present(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
