"""Fields of PersistentVolumeClaims.

Source: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go
"""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest, dig, mapping, mappings
from constructs_lib.kubernetes.quantities import quantity_faults
from constructs_lib.kubernetes.validation.values import FieldFault, at


def claim_faults(manifest: Manifest) -> Iterator[FieldFault]:
    """Yield the invalid values of a PersistentVolumeClaim."""
    yield from _size(FieldPath("spec"), mapping(manifest, "spec"))


def claim_template_faults(manifest: Manifest) -> Iterator[FieldFault]:
    """Yield the invalid values of a StatefulSet's claim templates."""
    for place, template in mappings(manifest, "spec", "volumeClaimTemplates"):
        yield from _size(FieldPath("spec", "volumeClaimTemplates", place, "spec"), mapping(template, "spec"))


def _size(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    size = dig(spec, "resources", "requests", "storage")
    if isinstance(size, (str, int, float)) and not isinstance(size, bool):
        yield from at(where / "resources" / "requests" / "storage", quantity_faults("", size))
