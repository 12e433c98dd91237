"""Environment variables: plain strings, or handles of what holds the value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias

from constructs_lib.arguments import written_as
from constructs_lib.errors import did_you_mean

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


@written_as("ExternalSource")
class SecretSource(Protocol):
    """What makes a Secret, such as an `ExternalSource`."""

    def manifest(self, secret: SecretRef) -> dict[str, Any]:
        """The object that makes the Secret."""

    def faults(self, secret: SecretRef) -> Iterator[str]:
        """What is wrong with it as the source of the Secret."""


@dataclass(frozen=True)
class SecretRef:
    """A Secret that pods read, by its name: it has to be in the namespace of each pod that uses it.

    Args:
        name: the Secret's name.
        keys: the keys that it holds; a key that isn't among them can't be used.
        version: change it when the Secret's content changes, and the pods that use it are replaced.
        source: what makes it, in each namespace where it is used; by default it is there already.
    """

    name: str
    keys: tuple[str, ...] = ()
    version: str | None = None
    source: SecretSource | None = None

    def key(self, key: str, *, optional: bool = False) -> SecretKey:
        """The handle of one key, as a value of an environment variable; pods start without an optional one."""
        return SecretKey(self, key, optional)

    def faults(self, *wanted: str) -> Iterator[str]:
        """What is wrong with asking for these keys."""
        for key in wanted:
            if key not in self.keys:
                yield f"Secret {self.name} is declared without the key {key!r}{did_you_mean(key, self.keys)}"


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

    def faults(self) -> Iterator[str]:
        """What is wrong with this handle."""
        return self.secret.faults(self.key)


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

    def faults(self) -> Iterator[str]:
        """What is wrong with this handle."""
        if self.key not in self.config_map.keys:
            known = did_you_mean(self.key, self.config_map.keys)
            yield f"ConfigMap {self.config_map.name} is declared without the key {self.key!r}{known}"


@dataclass(frozen=True)
class FieldRef:
    """A field of the pod itself, such as `status.podIP` or `metadata.name`.

    Source: https://kubernetes.io/docs/concepts/workloads/pods/downward-api/
    """

    path: str

    def render(self) -> dict[str, Any]:
        """The `valueFrom` of the variable."""
        return {"fieldRef": {"fieldPath": self.path}}

    def faults(self) -> Iterator[str]:
        """What is wrong with this handle."""
        if not re.fullmatch(r"(metadata|spec|status)\..+", self.path):
            yield f"FieldRef({self.path!r}): a pod's field begins with metadata., spec. or status."


@dataclass(frozen=True)
class ResourceFieldRef:
    """A request or limit of the container itself, such as `limits.memory`, in units of `divisor`."""

    resource: str
    divisor: str = "1"

    def render(self) -> dict[str, Any]:
        """The `valueFrom` of the variable."""
        return {"resourceFieldRef": {"resource": self.resource, "divisor": self.divisor}}

    def faults(self) -> Iterator[str]:
        """What is wrong with this handle."""
        if not re.fullmatch(r"(limits|requests)\.(cpu|memory|ephemeral-storage)", self.resource):
            yield f"ResourceFieldRef({self.resource!r}): write limits.memory, requests.cpu or the like"


Handle: TypeAlias = SecretKey | ConfigMapKey | FieldRef | ResourceFieldRef
EnvValue: TypeAlias = str | Handle
Env: TypeAlias = Mapping[str, EnvValue]


def render_env(env: Env) -> list[dict[str, Any]]:
    """The variables in the order given: one must stand before those whose values name it as `$(NAME)`."""
    return [
        {"name": name, "value": value} if isinstance(value, str) else {"name": name, "valueFrom": value.render()}
        for name, value in env.items()
    ]


def env_faults(env: Env) -> Iterator[str]:
    """What is wrong with the names and handles of the variables."""
    for name, value in env.items():
        if not _NAME.fullmatch(name):
            yield f"env {name!r}: a variable's name has letters, digits, '_', '.' and '-' and begins with no digit"
        if isinstance(value, Handle):
            yield from (f"env {name}: {fault}" for fault in value.faults())
        elif not isinstance(value, str):
            yield f"env {name}: {value!r} is no text; write {str(value)!r}"


def secrets_of(env: Env) -> Iterator[SecretRef]:
    """The Secrets that the variables read."""
    return (value.secret for value in env.values() if isinstance(value, SecretKey))


def _reference(name: str, key: str, optional: bool) -> dict[str, Any]:
    return {"name": name, "key": key, **({"optional": True} if optional else {})}
