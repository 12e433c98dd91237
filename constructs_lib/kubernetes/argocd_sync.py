"""Annotations that tell Argo CD in which order to apply objects, and which ones to keep; `kubectl apply` ignores them.

Sources: https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/ and
https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/
"""

from __future__ import annotations

from typing import Final

_PREFIX: Final = "argocd.argoproj.io/"

KEEP: Final = {f"{_PREFIX}sync-options": "Prune=false,Delete=false"}
"""For what must not vanish: `Prune=false` keeps it when it is gone from git, `Delete=false` when the Application is."""

PREPARE_WAVE: Final = -2
"""Sync wave of the objects that a hook needs: Namespace, policies, ServiceAccount, configuration, Secrets."""

HOOK_WAVE: Final = -1
"""Hooks that run before everything else, which is in wave 0."""


def wave(number: int) -> dict[str, str]:
    """The annotation of what is applied in the wave: a wave begins when the one before is healthy."""
    return {f"{_PREFIX}sync-wave": str(number)}


def sync_hook() -> dict[str, str]:
    """The annotations of a Job that runs in each sync, before wave 0.

    A Sync hook, not a PreSync one: that would run on the first sync before its Namespace, ServiceAccount and
    policies are there. A finished one stays for its log to be read, until the next takes its place.
    """
    policy = {f"{_PREFIX}hook": "Sync", f"{_PREFIX}hook-delete-policy": "BeforeHookCreation"}
    return {**policy, **wave(HOOK_WAVE)}
