"""Rules of volumes.

Source: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from constructs_lib.errors import shown
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest, mappings, text
from constructs_lib.kubernetes.mount_paths import backstep_faults, file_path_faults, relative_path_faults
from constructs_lib.kubernetes.names import DNS_LABEL, DNS_NAME, form_faults
from constructs_lib.kubernetes.validation.rule import (
    FILE_MODE,
    FieldFault,
    Rules,
    amount,
    between,
    exactly_one,
    messages,
    name,
    one_of,
    one_of_or_default,
)

SOURCES: Final = (
    *("awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "configMap", "csi", "downwardAPI"),
    *("emptyDir", "ephemeral", "fc", "flexVolume", "flocker", "gcePersistentDisk", "gitRepo", "glusterfs"),
    *("hostPath", "image", "iscsi", "nfs", "persistentVolumeClaim", "photonPersistentDisk", "portworxVolume"),
    *("projected", "quobyte", "rbd", "scaleIO", "secret", "storageos", "vsphereVolume"),
)
"""The sources of a pod's volume."""

_PROJECTIONS: Final = (
    "secret",
    "configMap",
    "downwardAPI",
    "serviceAccountToken",
    "clusterTrustBundle",
    "podCertificate",
)
_TEN_MINUTES: Final = 600


def _volume(where: FieldPath, volume: Manifest) -> Iterator[FieldFault]:
    # Without a source, older API servers give it an emptyDir.
    yield from exactly_one(where, volume, SOURCES, required=False)


def _projection(where: FieldPath, source: Manifest) -> Iterator[FieldFault]:
    yield from exactly_one(where, source, _PROJECTIONS, required=False)


def _projected(where: FieldPath, projected: Manifest) -> Iterator[FieldFault]:
    seen: set[str] = set()
    for place, source in mappings(projected, "sources"):
        for kind in ("secret", "configMap", "downwardAPI"):
            for item_place, item in mappings(source, kind, "items"):
                path = text(item, "path")
                if path and path in seen:
                    here = where / "sources" / place / kind / "items" / item_place / "path"
                    yield here, f"two files of the volume have the path {shown(path)}; change one of them"
                seen.add(path)


def _trust_bundle(where: FieldPath, bundle: Manifest) -> Iterator[FieldFault]:
    yield from exactly_one(where, bundle, ("name", "signerName"))
    if bundle.get("name") is not None and bundle.get("labelSelector") is not None:
        yield where / "labelSelector", "cannot be set beside name"


def _fibre_channel(where: FieldPath, source: Manifest) -> Iterator[FieldFault]:
    yield from exactly_one(where, {key: value or None for key, value in source.items()}, ("targetWWNs", "wwids"))
    if source.get("targetWWNs") and source.get("lun") is None:
        yield where / "lun", "is required with targetWWNs"


def _flocker(where: FieldPath, source: Manifest) -> Iterator[FieldFault]:
    yield from exactly_one(where, {key: value or None for key, value in source.items()}, ("datasetName", "datasetUUID"))


def _absolute(value: str) -> Iterator[str]:
    if not value.startswith("/"):
        yield f"{shown(value)} must be an absolute path"


def _no_backsteps(value: str) -> Iterator[str]:
    return messages(backstep_faults("", value))


def _file_path(value: str) -> Iterator[str]:
    return messages(file_path_faults("", value)) if value else iter(())


def _relative(value: str) -> Iterator[str]:
    return messages(relative_path_faults("", value)) if value else iter(())


def _qualified_name(value: str) -> Iterator[str]:
    if not (value.startswith(("iqn", "eui", "naa"))):
        yield f"{shown(value)} is not valid; it begins with iqn, eui or naa"


def _driver(value: str) -> Iterator[str]:
    return messages(form_faults("", value.lower(), "driver name", DNS_NAME._replace(longest=63))) if value else iter(())


def _secret_of_driver(where: FieldPath, source: Manifest) -> Iterator[FieldFault]:
    reference = source.get("nodePublishSecretRef")
    if isinstance(reference, dict) and not text(reference, "name"):
        yield where / "nodePublishSecretRef" / "name", "is required"


_MODE: Final = {"defaultMode": FILE_MODE}
_PARTITION: Final = {"partition": between(0, 255)}

RULES: Final = Rules(
    fields={
        "core.v1.Volume": {"name": name(DNS_LABEL, "volume name")},
        "core.v1.EmptyDirVolumeSource": {"sizeLimit": amount},
        "core.v1.HostPathVolumeSource": {
            "path": _no_backsteps,
            "type": one_of_or_default(
                *("DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice")
            ),
        },
        "core.v1.GitRepoVolumeSource": {"directory": _relative},
        "core.v1.NFSVolumeSource": {"path": _absolute},
        "core.v1.ISCSIVolumeSource": {"lun": between(0, 255), "iqn": _qualified_name, "initiatorName": _qualified_name},
        "core.v1.ISCSIPersistentVolumeSource": {"lun": between(0, 255), "iqn": _qualified_name},
        "core.v1.FCVolumeSource": {"lun": between(0, 255)},
        "core.v1.AWSElasticBlockStoreVolumeSource": _PARTITION,
        "core.v1.GCEPersistentDiskVolumeSource": _PARTITION,
        "core.v1.SecretVolumeSource": _MODE,
        "core.v1.ConfigMapVolumeSource": _MODE,
        "core.v1.DownwardAPIVolumeSource": _MODE,
        "core.v1.ProjectedVolumeSource": _MODE,
        "core.v1.KeyToPath": {"path": _file_path, "mode": FILE_MODE},
        "core.v1.DownwardAPIVolumeFile": {"path": _file_path, "mode": FILE_MODE},
        "core.v1.ServiceAccountTokenProjection": {
            "path": _file_path,
            "expirationSeconds": between(_TEN_MINUTES, 2**32),
        },
        "core.v1.ClusterTrustBundleProjection": {"path": _file_path},
        "core.v1.CSIVolumeSource": {"driver": _driver},
        "core.v1.ImageVolumeSource": {"pullPolicy": one_of_or_default("Always", "IfNotPresent", "Never")},
        "core.v1.AzureDiskVolumeSource": {
            "cachingMode": one_of("None", "ReadOnly", "ReadWrite"),
            "kind": one_of("Shared", "Dedicated", "Managed"),
        },
    },
    objects={
        "core.v1.Volume": (_volume,),
        "core.v1.VolumeProjection": (_projection,),
        "core.v1.ProjectedVolumeSource": (_projected,),
        "core.v1.ClusterTrustBundleProjection": (_trust_bundle,),
        "core.v1.FCVolumeSource": (_fibre_channel,),
        "core.v1.FlockerVolumeSource": (_flocker,),
        "core.v1.CSIVolumeSource": (_secret_of_driver,),
    },
    required={
        "core.v1.SecretVolumeSource": ("secretName",),
        "core.v1.ConfigMapVolumeSource": ("name",),
        "core.v1.SecretProjection": ("name",),
        "core.v1.ConfigMapProjection": ("name",),
        "core.v1.EphemeralVolumeSource": ("volumeClaimTemplate",),
        "core.v1.ClusterTrustBundleProjection": ("path",),
    },
)
