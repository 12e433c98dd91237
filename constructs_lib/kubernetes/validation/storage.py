"""Rules of PersistentVolumeClaims, PersistentVolumes, StorageClasses and CSI drivers.

Sources: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go and
https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/storage/validation/validation.go
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from constructs_lib.errors import shown
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest, dig, items, mapping, mappings, text
from constructs_lib.kubernetes.mount_paths import backstep_faults
from constructs_lib.kubernetes.names import DNS_LABEL, DNS_NAME, form_faults, is_qualified
from constructs_lib.kubernetes.validation.rule import (
    NOT_NEGATIVE,
    FieldFault,
    FieldRule,
    Rules,
    amount,
    between,
    each,
    exactly_one,
    forbidden,
    given_name,
    label_key,
    messages,
    name,
    one_of,
    one_of_or_default,
    positive_quantity,
    since,
)
from constructs_lib.kubernetes.validation.volumes import SOURCES

ACCESS_MODES: Final = ("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod")
_VOLUME_SOURCES: Final = (
    *(
        set(SOURCES)
        & {
            *(
                "awsElasticBlockStore",
                "azureDisk",
                "azureFile",
                "cephfs",
                "cinder",
                "csi",
                "fc",
                "flexVolume",
                "flocker",
            ),
            *("gcePersistentDisk", "glusterfs", "hostPath", "iscsi", "nfs", "photonPersistentDisk", "portworxVolume"),
            *("quobyte", "rbd", "scaleIO", "storageos", "vsphereVolume"),
        }
    ),
    "local",
)


def _access_modes(value: tuple[object, ...]) -> Iterator[str]:
    yield from each(one_of(*ACCESS_MODES))(value)
    if "ReadWriteOncePod" in value and len(set(map(str, value))) > 1:
        yield "cannot hold other modes beside ReadWriteOncePod"


def _claim(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    size = dig(spec, "resources", "requests", "storage")
    here = where / "resources" / "requests" / "storage"
    if size is None:
        if spec.get("resources") is None or isinstance(spec["resources"], dict):
            yield here, "is required; write it like 10Gi"
    elif isinstance(size, (str, int, float)):
        yield from ((here, message) for message in positive_quantity(size))
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    if isinstance(source, dict) and isinstance(reference, dict):
        if text(reference, "namespace"):
            yield where / "dataSource", "cannot be set beside dataSourceRef.namespace"
        elif any(source.get(key) != reference.get(key) for key in ("apiGroup", "kind", "name")):
            yield where / "dataSource", "must equal dataSourceRef; remove it"


def _data_source(where: FieldPath, source: Manifest) -> Iterator[FieldFault]:
    if not text(source, "apiGroup") and text(source, "kind") not in ("", "PersistentVolumeClaim"):
        yield where / "apiGroup", f"is required with kind: {text(source, 'kind')}"


def _template(where: FieldPath, template: Manifest) -> Iterator[FieldFault]:
    metadata = mapping(template, "metadata")
    fields = [field for field in metadata if field not in ("labels", "annotations", "creationTimestamp")]
    yield from forbidden(where / "metadata", metadata, fields, "in a claim template; Kubernetes sets it")


def _volume(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    yield from exactly_one(where, spec, sorted(_VOLUME_SOURCES))
    capacity = mapping(spec, "capacity")
    if set(capacity) != {"storage"}:
        yield where / "capacity", "must hold storage alone"
    for resource, given in capacity.items():
        size = 0 if given is None else given  # as the API server reads null
        if isinstance(size, (str, int, float)):
            yield from ((where / "capacity" / str(resource), message) for message in positive_quantity(size))
    if spec.get("local") is not None and dig(spec, "nodeAffinity", "required") is None:
        yield where / "nodeAffinity", "is required with local, since the volume is on one node"
    if text(spec, "hostPath", "path") == "/" and text(spec, "persistentVolumeReclaimPolicy") == "Recycle":
        yield where / "persistentVolumeReclaimPolicy", "cannot be Recycle for the host path /"


@since("1.34")
def _attributes_class(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    if spec.get("volumeAttributesClassName") is not None and spec.get("csi") is None:
        yield where / "volumeAttributesClassName", "requires csi"


def _attachment_source(where: FieldPath, source: Manifest) -> Iterator[FieldFault]:
    yield from exactly_one(where, source, ("persistentVolumeName", "inlineVolumeSpec"))


def _topology(where: FieldPath, term: Manifest) -> Iterator[FieldFault]:
    if not any(items(term, "matchLabelExpressions")):
        yield where / "matchLabelExpressions", "must hold at least one expression"
    seen: set[str] = set()
    for place, expression in mappings(term, "matchLabelExpressions"):
        key = text(expression, "key")
        if key and key in seen:
            yield where / "matchLabelExpressions" / place / "key", f"two expressions have the key {key}; remove one"
        seen.add(key)
        values = list(map(str, items(expression, "values")))
        if len(set(values)) < len(values):
            yield where / "matchLabelExpressions" / place / "values", "must hold each value once"


def _topologies(where: FieldPath, storage_class: Manifest) -> Iterator[FieldFault]:
    terms = [str(term) for _, term in mappings(storage_class, "allowedTopologies")]
    for place, term in enumerate(terms):
        if term in terms[:place]:
            yield where / "allowedTopologies" / place, "repeats another entry; remove it"


def _token_requests(where: FieldPath, spec: Manifest) -> Iterator[FieldFault]:
    seen: set[str] = set()
    for place, request in mappings(spec, "tokenRequests"):
        audience = text(request, "audience")
        if audience in seen:
            yield where / "tokenRequests" / place / "audience", f"two requests have the audience {shown(audience)}"
        seen.add(audience)


def _topology_keys(value: tuple[Any, ...]) -> Iterator[str]:
    if not all(value):
        yield "must not hold an empty string"
    elif len(set(value)) < len(value):
        yield "must hold each key once"
    else:
        yield from each(label_key)(value)


def _no_backsteps(value: str) -> Iterator[str]:
    return messages(backstep_faults("", value))


def _driver(value: str) -> Iterator[str]:
    return messages(form_faults("", value.lower(), "driver name", DNS_NAME._replace(longest=63))) if value else iter(())


def _provisioner(value: str) -> Iterator[str]:
    if value and not is_qualified(value.lower()):
        yield f"{shown(value)} is not a valid provisioner; write it like ebs.csi.aws.com"


_CLAIM_FIELDS: Final[dict[str, FieldRule]] = {
    "accessModes": _access_modes,
    "storageClassName": name(DNS_NAME, "StorageClass name"),
    "volumeMode": one_of("Block", "Filesystem"),
    "volumeAttributesClassName": since("1.34")(name(DNS_NAME, "VolumeAttributesClass name")),
}
_REFERENCE: Final = {"apiGroup": name(DNS_NAME, "API group"), "namespace": name(DNS_LABEL, "namespace")}

RULES: Final = Rules(
    fields={
        "core.v1.PersistentVolumeClaimSpec": _CLAIM_FIELDS,
        "core.v1.PersistentVolumeSpec": {
            "accessModes": _access_modes,
            "storageClassName": name(DNS_NAME, "StorageClass name"),
            "persistentVolumeReclaimPolicy": one_of_or_default("Delete", "Recycle", "Retain"),
            "volumeMode": one_of("Block", "Filesystem"),
        },
        "core.v1.TypedObjectReference": _REFERENCE,
        "core.v1.LocalVolumeSource": {"path": _no_backsteps},
        "core.v1.CSIPersistentVolumeSource": {"driver": _driver},
        "core.v1.TopologySelectorLabelRequirement": {"key": label_key},
        "storage.v1.StorageClass": {
            "provisioner": _provisioner,
            "reclaimPolicy": one_of_or_default("Delete", "Retain"),
            "volumeBindingMode": one_of("Immediate", "WaitForFirstConsumer"),
        },
        "storage.v1.VolumeAttachmentSpec": {
            "attacher": _driver,
            "nodeName": name(DNS_NAME, "Node name"),
        },
        "storage.v1.VolumeAttachmentSource": {"persistentVolumeName": given_name(DNS_NAME, "PersistentVolume name")},
        "storage.v1.TokenRequest": {"expirationSeconds": between(600, 2**32)},
        "storage.v1.CSIDriverSpec": {
            "fsGroupPolicy": one_of("ReadWriteOnceWithFSType", "File", "None"),
            "volumeLifecycleModes": each(one_of("Persistent", "Ephemeral")),
        },
        "storage.v1.CSINodeDriver": {"name": _driver, "topologyKeys": _topology_keys},
        "storage.v1.VolumeNodeResources": {"count": NOT_NEGATIVE},
        "storage.v1.CSIStorageCapacity": {
            "storageClassName": name(DNS_NAME, "StorageClass name"),
            "capacity": amount,
        },
    },
    objects={
        "core.v1.PersistentVolumeClaimSpec": (_claim,),
        "core.v1.PersistentVolumeClaimTemplate": (_template,),
        "core.v1.PersistentVolumeSpec": (_volume, _attributes_class),
        "core.v1.TopologySelectorTerm": (_topology,),
        "storage.v1.StorageClass": (_topologies,),
        "storage.v1.VolumeAttachmentSource": (_attachment_source,),
        "storage.v1.CSIDriverSpec": (_token_requests,),
    },
    required={
        "core.v1.PersistentVolumeClaim": ("spec",),
        "core.v1.PersistentVolumeClaimSpec": ("accessModes",),
        "core.v1.PersistentVolume": ("spec",),
        "core.v1.PersistentVolumeSpec": ("accessModes", "capacity"),
        "core.v1.VolumeNodeAffinity": ("required",),
    },
    optional={
        "storage.v1.CSIDriver": ("spec",),
        "storage.v1.CSINode": ("spec",),
        "storage.v1.CSINodeSpec": ("drivers",),
        "core.v1.TypedLocalObjectReference": ("kind", "name"),
        "storage.v1.TokenRequest": ("audience",),
    },
)
