"""References of pods to Secrets, ConfigMaps, their keys, ServiceAccounts and claims.

Source: https://kubernetes.io/docs/concepts/configuration/secret/#using-a-secret
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.world import World
from constructs_lib.checks.network.operators import Keys, operator_outputs
from constructs_lib.errors import did_you_mean, nearest
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import (
    Manifest,
    items,
    mapping,
    mappings,
    name_of,
    namespace_of,
    text,
)
from constructs_lib.kubernetes.pod_owners import Workload

Known = Mapping[tuple[str, str, str], Keys]
"""Kind, namespace and name of what is there, with its keys; `None` where they can't be known."""

_EFFECTS: Final = {
    "Secret": "its container cannot start",
    "ConfigMap": "its container cannot start",
    "ServiceAccount": "its pods cannot be created",
    "PersistentVolumeClaim": "its pods stay pending",
}
_CLAIM_TEMPLATES: Final = "volumeClaimTemplates"
_GIVEN: Final = {  # what every namespace has
    ("ServiceAccount", "default"): None,
    ("ConfigMap", "kube-root-ca.crt"): frozenset({"ca.crt"}),
}


@dataclass(frozen=True, eq=False)
class Reference:
    """One reference to an object in the pod's own namespace.

    Args:
        kind: of what is referred to.
        name: its name.
        where: path of the field that names it.
        keys: keys that must be there, with the path of the field that names each.
        effect: what happens without it, if that isn't what is usual for its kind.
    """

    kind: str
    name: str
    where: FieldPath
    keys: tuple[tuple[str, FieldPath], ...] = ()
    effect: str = ""

    @property
    def consequence(self) -> str:
        """The consequence if the object does not exist."""
        return self.effect or _EFFECTS[self.kind]


def references(workload: Workload) -> Iterator[Reference]:
    """Yield the references that the workload's pods need to start, without optional ones."""
    for where, container in workload.containers():
        yield from _from_environment(where, container)
    for place, volume in mappings(workload.spec, "volumes"):
        yield from _from_volume(workload.path / "volumes" / place, volume)
        yield from _from_mounts(workload, volume)
    for field in ("serviceAccountName", "serviceAccount"):
        if text(workload.spec, field):
            yield Reference("ServiceAccount", text(workload.spec, field), workload.path / field)
            break


def _from_environment(where: FieldPath, container: Manifest) -> Iterator[Reference]:
    for place, variable in mappings(container, "env"):
        for field, kind in (("secretKeyRef", "Secret"), ("configMapKeyRef", "ConfigMap")):
            reference = mapping(variable, "valueFrom", field)
            if reference.get("optional") is not True and text(reference, "name"):
                path = where / "env" / place / "valueFrom" / field
                keys = ((text(reference, "key"), path / "key"),) if text(reference, "key") else ()
                yield Reference(kind, text(reference, "name"), path / "name", keys)
    for place, source in mappings(container, "envFrom"):
        for field, kind in (("secretRef", "Secret"), ("configMapRef", "ConfigMap")):
            reference = mapping(source, field)
            if reference.get("optional") is not True and text(reference, "name"):
                yield Reference(kind, text(reference, "name"), where / "envFrom" / place / field / "name")


def _from_volume(where: FieldPath, volume: Manifest) -> Iterator[Reference]:
    claim = text(volume, "persistentVolumeClaim", "claimName")
    if claim:
        yield Reference("PersistentVolumeClaim", claim, where / "persistentVolumeClaim" / "claimName")
    yield from _from_files(where / "secret", "Secret", "secretName", mapping(volume, "secret"))
    yield from _from_files(where / "configMap", "ConfigMap", "name", mapping(volume, "configMap"))
    for place, source in mappings(volume, "projected", "sources"):
        path = where / "projected" / "sources" / place
        yield from _from_files(path / "secret", "Secret", "name", mapping(source, "secret"))
        yield from _from_files(path / "configMap", "ConfigMap", "name", mapping(source, "configMap"))


def _from_mounts(workload: Workload, volume: Manifest) -> Iterator[Reference]:
    """Single files of a ConfigMap or Secret, mounted by `subPath`."""
    for field, kind, name_field in (("configMap", "ConfigMap", "name"), ("secret", "Secret", "secretName")):
        source = mapping(volume, field)
        name = text(source, name_field)
        if not name or "items" in source or source.get("optional") is True:
            continue
        for where, container in workload.containers():
            for place, mount in mappings(container, "volumeMounts"):
                if text(mount, "name") == text(volume, "name") and text(mount, "subPath"):
                    keys = ((text(mount, "subPath"), where / "volumeMounts" / place / "subPath"),)
                    yield Reference(kind, name, keys[0][1], keys, "its container finds an empty folder in its place")


def _from_files(where: FieldPath, kind: str, name_field: str, source: Manifest) -> Iterator[Reference]:
    name = text(source, name_field)
    if name and source.get("optional") is not True:
        keys = tuple(
            (text(item, "key"), where / "items" / place / "key")
            for place, item in mappings(source, "items")
            if text(item, "key")
        )
        yield Reference(kind, name, where / name_field, keys)


def known_objects(world: World) -> Known:
    """Return all known Secrets, ConfigMaps, ServiceAccounts and claims, including those of operators."""
    known = _declared(world)
    for manifest, made in operator_outputs(world):
        known.update({("Secret", namespace_of(manifest), name): keys for name, keys in made.secrets.items()})
    for manifest in world.of_kind("Secret", "ConfigMap", "ServiceAccount", "PersistentVolumeClaim"):
        known[manifest["kind"], namespace_of(manifest), name_of(manifest)] = _own_keys(manifest)
    for workload in world.workloads:
        if workload.kind == "StatefulSet":
            known.update(dict.fromkeys(_template_claims(workload)))
    return known


def _declared(world: World) -> dict[tuple[str, str, str], Keys]:
    """Return the objects declared as existing, with the keys of all declarations."""
    existing = world.existing
    known: dict[tuple[str, str, str], Keys] = {}
    for kind, declared in (
        ("Secret", existing.secrets),
        ("ConfigMap", existing.config_maps),
        ("ServiceAccount", existing.service_accounts),
        ("PersistentVolumeClaim", existing.claims),
    ):
        for item in declared:
            place = (kind, item.namespace, item.name)
            others = known.get(place, frozenset())
            known[place] = others | frozenset(item.keys) if item.keys and others is not None else None
    return known


def _own_keys(manifest: Manifest) -> Keys:
    keys = {
        key
        for field in ("data", "stringData", "binaryData")
        for key in mapping(manifest, field)
        if isinstance(key, str)
    }
    # One without any key, or a token, is filled by somebody else.
    is_token = text(manifest, "type") == "kubernetes.io/service-account-token"
    return None if is_token or not keys else frozenset(keys)


def _template_claims(workload: Workload) -> Iterator[tuple[str, str, str]]:
    for _, template in mappings(workload.manifest, "spec", _CLAIM_TEMPLATES):
        for ordinal in range(min(max(workload.max_replicas, 0), 100)):
            yield (
                "PersistentVolumeClaim",
                workload.namespace,
                f"{name_of(template)}-{workload.name}-{ordinal}",
            )


def _faults(world: World) -> Iterator[Finding]:
    known = known_objects(world)
    by_place: dict[tuple[str, str], list[str]] = {}
    by_name: dict[tuple[str, str], str] = {}
    for kind, namespace, name in known:
        by_place.setdefault((kind, namespace), []).append(name)
        by_name.setdefault((kind, name), namespace)
    for workload in world.workloads:
        missing: set[tuple[str, str]] = set()
        for reference in references(workload):
            place = (reference.kind, workload.namespace, reference.name)
            if place in known:
                yield from _missing_keys(workload, reference, known[place])
            elif (reference.kind, reference.name) in _GIVEN:
                yield from _missing_keys(workload, reference, _GIVEN[reference.kind, reference.name])
            elif (reference.kind, reference.name) not in missing:
                missing.add((reference.kind, reference.name))
                names = by_place.get((reference.kind, workload.namespace), [])
                elsewhere = by_name.get((reference.kind, reference.name))
                yield _missing(world, workload, reference, names, elsewhere)
    yield from _pull_secrets(world, known)


def _missing(
    world: World, workload: Workload, reference: Reference, names: list[str], elsewhere: str | None
) -> Finding:
    if elsewhere:
        hint = f"; a pod cannot use the one in namespace {elsewhere}"
    else:
        hint = nearest(reference.name, names) or "; create it, or declare it as existing"
    message = (
        f"{reference.kind} {reference.name} does not exist in namespace {workload.namespace}, "
        f"so {reference.consequence}{hint}"
    )
    return CHECK.absence(world, workload.manifest, reference.where, message)


def _missing_keys(workload: Workload, reference: Reference, keys: Keys) -> Iterator[Finding]:
    for key, where in reference.keys:
        if keys is not None and key not in keys:
            message = (
                f"{reference.kind} {reference.name} has no key {key}, "
                f"so {reference.consequence}{did_you_mean(key, keys)}"
            )
            yield CHECK.error(workload.manifest, where, message)


def _pull_secrets(world: World, known: Known) -> Iterator[Finding]:
    for workload in world.workloads:
        for place, item in enumerate(items(workload.spec, "imagePullSecrets")):
            name = text(item, "name")
            if name and ("Secret", workload.namespace, name) not in known:
                message = (
                    f"Secret {name} does not exist in namespace {workload.namespace}, so a private image cannot be "
                    "pulled; create it, or declare it as existing"
                )
                where = workload.path / "imagePullSecrets" / place / "name"
                yield CHECK.warning(workload.manifest, where, message)


CHECK: Final = Check(
    id="missing-reference",
    title="a Secret, ConfigMap, key, ServiceAccount or claim that does not exist",
    description="A container does not start without its Secret, ConfigMap or key. A pod stays Pending without its "
    "claim. A pod is not created without its ServiceAccount. Foreign YAML may be incomplete, so there a missing object "
    "is a warning; a missing key of an object in the YAML is an error.",
    example="env:\n- name: PASSWORD\n  valueFrom: {secretKeyRef: {name: postgresql, key: passwort}}"
    "  # its key is password",
    remediation="Correct the name or key, create the object, declare it as existing, or mark the reference as "
    "optional.",
    run=_faults,
)
