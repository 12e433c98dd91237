"""Images whose content isn't fixed, or that belong to another environment.

Source: https://kubernetes.io/docs/concepts/containers/images/#image-names
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.world import World
from constructs_lib.kubernetes.annotations import PRODUCTION
from constructs_lib.kubernetes.manifest import text

_ENVIRONMENTS: Final = (
    frozenset({"dev", "develop", "development"}),
    frozenset({"test", "testing"}),
    frozenset({"qa"}),
    frozenset({"stage", "staging"}),
    PRODUCTION,
)


def _faults(world: World) -> Iterator[Finding]:
    for workload in world.workloads:
        for where, container in workload.containers():
            image = text(container, "image")
            if not image:
                continue
            path, tag, is_fixed = _parts(image)
            if world.is_production and not is_fixed and tag in ("", "latest"):
                what = f"the tag {tag}" if tag else "no tag"
                message = (
                    f"{image} has {what}: what runs in production changes without a change here, and can't be rolled "
                    "back; name a version"
                )
                yield CHECK.error(workload.manifest, where / "image", message)
            foreign = _foreign(world.environments, path, tag)
            if foreign:
                message = (
                    f"{image} is an image of {foreign}, and this is {world.environments[0]}; "
                    "name the one that was built for it"
                )
                yield CHECK.error(workload.manifest, where / "image", message)


def _parts(image: str) -> tuple[tuple[str, ...], str, bool]:
    """Path segments, tag, and whether a digest fixes the content."""
    name, at, _ = image.partition("@")
    path, slash, last = name.rpartition("/")
    repository, _, tag = last.partition(":")
    return (*path.split("/"), repository) if slash else (repository,), tag, bool(at)


def _foreign(environments: tuple[str, ...], path: tuple[str, ...], tag: str) -> str:
    """The other environment that the image names, at either end of its tag or as a path segment."""
    own = [group for group in _ENVIRONMENTS if group & set(environments)]
    if len(environments) != 1 or not own:
        return ""
    words = [word for word in re.split(r"[-_.+]", tag.lower()) if word]
    for word in (*words[:1], *words[-1:], *path[:-1]):
        if any(word in group for group in _ENVIRONMENTS if group not in own):
            return word
    return ""


CHECK: Final = Check(
    id="image",
    title="an image without a fixed version, or of another environment",
    description="What `latest` names changes under a running system: two pods of one Deployment may run "
    "different code, and a rollback brings nothing back. It is refused in production only. An image built for "
    "another environment mostly talks to that environment.",
    example="kind: Deployment  # in production\nspec: {template: {spec: {containers: [{image: 'app:latest'}]}}}",
    remediation="Name a version or a digest of this environment.",
    run=_faults,
)
