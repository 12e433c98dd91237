"""Check the fields of the values against each other."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from constructs_lib import FieldPath, did_you_mean
from growbin.values import Values

REQUIRED_KEYS: Final = {
    "postgresql": ("username", "password"),
    "redis": ("password",),
    "rabbitmq": ("username", "password", "url"),
}
"""Keys that the Secrets of the stores must have."""


def faults_between(values: Values, reported: Collection[str]) -> Iterator[tuple[FieldPath, str]]:
    """Yield the faults between sections, each with the path of the field to change.

    Args:
        values: the values without invalid fields.
        reported: sections with invalid fields, which are already reported; missing keys there are no further fault.
    """
    if "namespaces" not in reported:
        yield from _namespace_faults(values)
    if "secrets" not in reported:
        yield from _secret_faults(values)


def _namespace_faults(values: Values) -> Iterator[tuple[FieldPath, str]]:
    called = values.section_namespaces()
    unknown = {section: name for section, name in called.items() if name not in values.namespaces}
    for section, name in unknown.items():
        yield FieldPath(section, "namespace"), f"namespaces has no {name!r}{did_you_mean(name, values.namespaces)}"
    for name in [name for name in values.namespaces if name not in called.values() and not unknown]:
        yield FieldPath("namespaces", name), f"no section uses this namespace{did_you_mean(name, called.values())}"
    owners = {values.argocd.namespace: "argocd"}
    for section, name in called.items():
        owner = owners.setdefault(values.namespace(name), section)
        if owner != section:
            message = (
                f"{values.namespace(name)!r} is already the namespace of {owner}; {section} needs its own namespace"
            )
            yield FieldPath("namespaces", name), message


def _secret_faults(values: Values) -> Iterator[tuple[FieldPath, str]]:
    for name, required in REQUIRED_KEYS.items():
        keys = values.secrets.get(name, ())
        missing = [key for key in required if key not in keys]
        if missing:
            yield FieldPath("secrets", name), f"lacks {', '.join(missing)}{did_you_mean(missing[0], keys)}"
    asked = {name: outside.secret for name, outside in values.internet.items() if outside.secret}
    unknown = {name: secret for name, secret in asked.items() if secret not in values.secrets}
    for name, secret in unknown.items():
        yield (
            FieldPath("internet", name, "secret"),
            f"secrets has no {secret!r}{did_you_mean(secret, values.secrets)}",
        )
    used = {*REQUIRED_KEYS, *asked.values()}
    for name in [name for name in values.secrets if name not in used and not unknown]:
        yield FieldPath("secrets", name), f"no component reads it{did_you_mean(name, used)}"
