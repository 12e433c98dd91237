"""Environment variables: plain strings, or handles of what holds the value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias

from constructs_lib.errors import Fault, did_you_mean, shown, shown_as
from constructs_lib.kubernetes.names import key_faults, name_faults, variable_name_faults

_NAMED: Final = re.compile(r"(?:\$\$)+|\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)")
_FIELD: Final = re.compile(
    r"metadata\.(name|namespace|uid|(labels|annotations)\['[^']+'\])|spec\.(nodeName|serviceAccountName)"
    r"|status\.(hostIP|hostIPs|podIP|podIPs)"
)
_CPU_DIVISORS: Final = ("1", "1m")
_BYTE_DIVISORS: Final = ("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei")
_VERSIONED_NAME: Final = 63 - len("secret-version.")


@shown_as("ExternalSource")
class SecretSource(Protocol):
    """An object that creates a Secret, such as an `ExternalSource`."""

    def manifest(self, secret: SecretRef) -> dict[str, Any]:
        """Return the object that creates the Secret."""

    def faults(self, secret: SecretRef) -> Iterator[Fault]:
        """Yield the faults of it as the source of the Secret."""


@dataclass(frozen=True)
class SecretRef:
    """A Secret that pods read, by its name: it has to be in the namespace of each pod that uses it.

    Args:
        name: the Secret's name.
        keys: the keys that it holds; a key that isn't among them can't be used.
        version: change it when the Secret's content changes, and the pods that use it are replaced.
        source: source that creates it in each namespace that uses it; by default the Secret exists.
    """

    name: str
    keys: tuple[str, ...] = ()
    version: str | None = None
    source: SecretSource | None = None

    def key(self, key: str, *, optional: bool = False) -> SecretKey:
        """The handle of one key, as a value of an environment variable; pods start without an optional one."""
        return SecretKey(self, key, optional)

    def faults(self) -> Iterator[Fault]:
        """Yield the faults of its name, keys and version."""
        yield from name_faults("Secret", self.name, "Secret")
        yield from key_faults(f"Secret {self.name}", self.keys)
        if self.version is not None and not (self.version and len(self.name) <= _VERSIONED_NAME):
            yield Fault(
                f"Secret {self.name}",
                f"version={shown(self.version)} needs a string, and a Secret name of at most {_VERSIONED_NAME} "
                "characters, because both become an annotation",
            )


@dataclass(frozen=True)
class SecretKey:
    """One key of a Secret.

    Args:
        secret: the Secret.
        key: one of its keys.
        optional: whether pods start without it.
    """

    secret: SecretRef
    key: str
    optional: bool = False

    def render(self) -> dict[str, Any]:
        """The `valueFrom` of the variable."""
        return {"secretKeyRef": _reference(self.secret.name, self.key, self.optional)}

    def faults(self) -> Iterator[Fault]:
        """Yield the faults of this handle."""
        if self.key not in self.secret.keys:
            known = did_you_mean(self.key, self.secret.keys)
            yield Fault("", f"Secret {self.secret.name} is declared without the key {shown(self.key)}{known}")


@dataclass(frozen=True)
class ConfigMapRef:
    """A ConfigMap that pods read, in their namespace.

    Args:
        name: the ConfigMap's name.
        keys: the keys that it holds; a key that isn't among them can't be used.
    """

    name: str
    keys: tuple[str, ...] = ()

    def key(self, key: str, *, optional: bool = False) -> ConfigMapKey:
        """The handle of one key, as a value of an environment variable; pods start without an optional one."""
        return ConfigMapKey(self, key, optional)

    def faults(self) -> Iterator[Fault]:
        """Yield the faults of it."""
        yield from name_faults("ConfigMap", self.name, "ConfigMap")
        yield from key_faults(f"ConfigMap {self.name}", self.keys)


@dataclass(frozen=True)
class ConfigMapKey:
    """One key of a ConfigMap.

    Args:
        config_map: the ConfigMap.
        key: one of its keys.
        optional: whether pods start without it.
    """

    config_map: ConfigMapRef
    key: str
    optional: bool = False

    def render(self) -> dict[str, Any]:
        """The `valueFrom` of the variable."""
        return {"configMapKeyRef": _reference(self.config_map.name, self.key, self.optional)}

    def faults(self) -> Iterator[Fault]:
        """Yield the faults of this handle."""
        if self.key not in self.config_map.keys:
            known = did_you_mean(self.key, self.config_map.keys)
            yield Fault("", f"ConfigMap {self.config_map.name} is declared without the key {shown(self.key)}{known}")


@dataclass(frozen=True)
class FieldRef:
    """A field of the pod itself.

    Source: https://kubernetes.io/docs/concepts/workloads/pods/downward-api/

    Args:
        path: such as `status.podIP` or `metadata.name`.
    """

    path: str

    def render(self) -> dict[str, Any]:
        """The `valueFrom` of the variable."""
        return {"fieldRef": {"fieldPath": self.path}}

    def faults(self) -> Iterator[Fault]:
        """Yield the faults of this handle."""
        if not _FIELD.fullmatch(self.path):
            yield Fault(
                f"FieldRef({self.path!r})",
                "no variable can have that field; there are metadata.name, .namespace, "
                ".uid, .labels['key'] and .annotations['key'], spec.nodeName and .serviceAccountName, status.hostIP "
                "and .podIP",
            )


@dataclass(frozen=True)
class ResourceFieldRef:
    """A request or limit of the container itself.

    Source: https://kubernetes.io/docs/concepts/workloads/pods/downward-api/

    Args:
        resource: such as `limits.memory`.
        divisor: the unit of the value, such as `1m` (CPU) or `1Mi` (memory), rounded up; by default cores or bytes.
    """

    resource: str
    divisor: str = "1"

    def render(self) -> dict[str, Any]:
        """The `valueFrom` of the variable."""
        return {"resourceFieldRef": {"resource": self.resource, "divisor": self.divisor}}

    def faults(self) -> Iterator[Fault]:
        """Yield the faults of this handle."""
        if not re.fullmatch(r"(limits|requests)\.(cpu|memory|ephemeral-storage)", self.resource):
            yield Fault(f"ResourceFieldRef({self.resource!r})", "write limits.memory, requests.cpu or the like")
            return
        divisors = _CPU_DIVISORS if self.resource.endswith(".cpu") else _BYTE_DIVISORS
        if self.divisor not in divisors:
            yield Fault(
                f"ResourceFieldRef({self.resource!r})",
                f"{shown(self.divisor)} is not a valid divisor; write {' or '.join(divisors)}",
            )


Handle: TypeAlias = SecretKey | ConfigMapKey | FieldRef | ResourceFieldRef
EnvValue: TypeAlias = str | Handle
Env: TypeAlias = Mapping[str, EnvValue]


def render_env(env: Env) -> list[dict[str, Any]]:
    """Return the variables in the given order: a variable must come before values that use it as `$(NAME)`."""
    return [
        {"name": name, "value": value} if isinstance(value, str) else {"name": name, "valueFrom": value.render()}
        for name, value in env.items()
    ]


def env_faults(env: Env) -> Iterator[Fault]:
    """Yield the faults of the names and handles of the variables."""
    names = list(env)
    for name, value in env.items():
        yield from variable_name_faults("env", name)
        if isinstance(value, Handle):
            yield from (fault.within(f"env {name}") for fault in value.faults())
        else:
            for named in filter(None, _NAMED.findall(value)):
                if named in env and names.index(named) > names.index(name):
                    yield Fault(
                        f"env {name}", f"$({named}) is defined below it, and would stay as it is; write it before"
                    )


def secrets_of(env: Env) -> Iterator[SecretRef]:
    """The Secrets that the variables read."""
    return (value.secret for value in env.values() if isinstance(value, SecretKey))


def config_maps_of(env: Env) -> Iterator[ConfigMapRef]:
    """The ConfigMaps that the variables read."""
    return (value.config_map for value in env.values() if isinstance(value, ConfigMapKey))


def _reference(name: str, key: str, optional: bool) -> dict[str, Any]:
    return {"name": name, "key": key, **({"optional": True} if optional else {})}
