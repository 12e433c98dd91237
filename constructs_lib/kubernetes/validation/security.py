"""Rules of security contexts.

Source: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from constructs_lib.errors import shown
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest, items, mappings, text
from constructs_lib.kubernetes.mount_paths import backstep_faults
from constructs_lib.kubernetes.validation.rule import USER_ID, FieldFault, Rules, each, messages, one_of, unique

_SYSCTL: Final = re.compile(r"([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?")
_PROFILES: Final = one_of("Localhost", "RuntimeDefault", "Unconfined")


def _profile(where: FieldPath, profile: Manifest) -> Iterator[FieldFault]:
    kind, local = text(profile, "type"), profile.get("localhostProfile")
    if kind == "Localhost" and not local:
        yield where / "localhostProfile", "is required with type: Localhost"
    elif kind in ("RuntimeDefault", "Unconfined") and local is not None:
        yield where / "localhostProfile", "can be set only with type: Localhost"


def _relative_profile(value: str) -> Iterator[str]:
    if value.startswith("/"):
        yield f"must be a relative path, got {shown(value)}"
    else:
        yield from messages(backstep_faults("", value))


def _container(where: FieldPath, context: Manifest) -> Iterator[FieldFault]:
    if context.get("allowPrivilegeEscalation") is False:
        if context.get("privileged") is True:
            yield where / "allowPrivilegeEscalation", "cannot be false for a privileged container"
        elif "CAP_SYS_ADMIN" in items(context, "capabilities", "add"):
            yield where / "allowPrivilegeEscalation", "cannot be false with the capability CAP_SYS_ADMIN"


def _pod(where: FieldPath, context: Manifest) -> Iterator[FieldFault]:
    yield from unique(where / "sysctls", mappings(context, "sysctls"), ("name",), "two sysctls")


def _sysctl(value: str) -> Iterator[str]:
    if value and not _SYSCTL.fullmatch(value):
        yield f"{shown(value)} is not a valid sysctl; write it like net.core.somaxconn"


def _windows(where: FieldPath, options: Manifest) -> Iterator[FieldFault]:
    if options.get("runAsUserName") == "":
        yield where / "runAsUserName", "must not be empty"


RULES: Final = Rules(
    fields={
        "core.v1.SecurityContext": {
            "runAsUser": USER_ID,
            "runAsGroup": USER_ID,
            "procMount": one_of("Default", "Unmasked"),
        },
        "core.v1.PodSecurityContext": {
            "runAsUser": USER_ID,
            "runAsGroup": USER_ID,
            "fsGroup": USER_ID,
            "supplementalGroups": each(USER_ID),
            "fsGroupChangePolicy": one_of("OnRootMismatch", "Always"),
            "supplementalGroupsPolicy": one_of("Merge", "Strict"),
            "seLinuxChangePolicy": one_of("Recursive", "MountOption"),
        },
        "core.v1.SeccompProfile": {"type": _PROFILES, "localhostProfile": _relative_profile},
        "core.v1.AppArmorProfile": {"type": _PROFILES},
        "core.v1.Sysctl": {"name": _sysctl},
    },
    objects={
        "core.v1.SecurityContext": (_container,),
        "core.v1.PodSecurityContext": (_pod,),
        "core.v1.SeccompProfile": (_profile,),
        "core.v1.WindowsSecurityContextOptions": (_windows,),
        "core.v1.AppArmorProfile": (_profile,),
    },
)
