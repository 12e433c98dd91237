"""References to container images: `registry/repository:tag@digest`.

Source: https://github.com/distribution/reference/blob/main/reference.go
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from constructs_lib.errors import Fault, shown
from constructs_lib.kubernetes.names import Form

_PART: Final = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_REGISTRY: Final = rf"{_PART}(?:\.{_PART})*(?::[0-9]+)?"
_SEGMENT: Final = r"[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*"
_REPOSITORY: Final = rf"{_SEGMENT}(?:/{_SEGMENT})*"
_TAG: Final = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"
_DIGEST: Final = r"sha256:[0-9a-f]{64}"
_IMAGE: Final = re.compile(rf"(?:{_REGISTRY}/)?{_REPOSITORY}(?::{_TAG})?(?:@{_DIGEST})?")

IMAGE_REGISTRY: Final = Form(re.compile(_REGISTRY), "a host and, if needed, a port, such as ghcr.io", 255)
IMAGE_REPOSITORY: Final = Form(
    re.compile(_REPOSITORY), "lower-case letters, digits and single '.', '_', '-' or '/' within", 255
)
IMAGE_TAG: Final = Form(re.compile(_TAG), "letters, digits, '.', '_' and '-', no '.' or '-' at the start", 128)
IMAGE_DIGEST: Final = Form(re.compile(_DIGEST), "sha256: and 64 hexadecimal digits", 71)


class ImageReference(NamedTuple):
    """The parts of an image reference.

    Args:
        path: the segments of registry and repository.
        tag: the tag, or an empty string.
        digest: the digest, or an empty string.
    """

    path: tuple[str, ...]
    tag: str
    digest: str


def split_image(image: str) -> ImageReference:
    """Return the parts of an image reference.

    >>> split_image("ghcr.io/org/shop:1.2")
    ImageReference(path=('ghcr.io', 'org', 'shop'), tag='1.2', digest='')
    """
    name, _, digest = image.partition("@")
    path, _, last = name.rpartition("/")
    repository, _, tag = last.partition(":")
    return ImageReference((*filter(None, path.split("/")), repository), tag, digest)


def image_faults(where: str, image: str) -> Iterator[Fault]:
    """Yield the fault of a reference that the kubelet cannot read; such a pod stays in `InvalidImageName`."""
    if not _IMAGE.fullmatch(image):
        yield Fault(
            where,
            f"{shown(image)} is not a valid image; write registry/repository:tag with the repository in lower case",
        )
