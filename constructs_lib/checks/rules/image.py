"""Images with a malformed name, without a fixed version, or of another environment.

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
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.image_references import image_faults, split_image
from constructs_lib.kubernetes.manifest import text
from constructs_lib.kubernetes.pod_owners import Workload

_ENVIRONMENTS: Final = (
    frozenset({"dev", "develop", "development"}),
    frozenset({"test", "testing"}),
    frozenset({"qa"}),
    frozenset({"stage", "staging"}),
    PRODUCTION,
)

_PLACEHOLDER: Final = re.compile(r"[${}<>()%]|__|^[A-Z0-9_:]+$")
"""Signs that something replaces the image before the manifest is applied."""


def _faults(world: World) -> Iterator[Finding]:
    for workload in world.workloads:
        for where, container in workload.containers():
            image = text(container, "image")
            if not image:
                continue
            path, tag, digest = split_image(image)
            yield from _malformed(workload, where / "image", image.partition("@")[0])
            if world.is_production and not digest and tag in ("", "latest"):
                what = f"the tag {tag}" if tag else "no tag"
                message = (
                    f"{image} has {what}: the content can change without a change of this manifest, and a "
                    "rollback cannot restore it; set a version"
                )
                yield CHECK.error(workload.manifest, where / "image", message)
            foreign = _foreign(world.environments, path, tag)
            if foreign:
                message = (
                    f"{image} is an image of {foreign}, and this is {world.environments[0]}; "
                    "name the one that was built for it"
                )
                yield CHECK.error(workload.manifest, where / "image", message)


def _malformed(workload: Workload, where: FieldPath, image: str) -> Iterator[Finding]:
    if not _PLACEHOLDER.search(image):
        for fault in image_faults("", image):
            message = f"{fault.message}; its pods stay in InvalidImageName"
            yield CHECK.error(workload.manifest, where, message)


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
    title="an image without a fixed version, of another environment, or with a malformed name",
    description="The kubelet cannot pull an image with a malformed name. The tag `latest` can point to different "
    "images over time: two pods of one Deployment may run different code, and a rollback does not "
    "restore the old code (reported in production only). An image built for another environment usually "
    "connects to that environment.",
    example="kind: Deployment  # in production\nspec: {template: {spec: {containers: [{image: 'app:latest'}]}}}",
    remediation="Set a version or a digest of this environment.",
    run=_faults,
)
