"""Credentials in plain text. The messages never repeat them.

Source: https://kubernetes.io/docs/concepts/security/secrets-good-practices/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.engine.check import Check
from constructs_lib.checks.engine.finding import Finding
from constructs_lib.checks.engine.world import World
from constructs_lib.checks.rules.missing_reference import Known, known_objects
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import items, mapping, mappings, text

_SECRET_NAME: Final = re.compile(
    r"(?:.*[_.\-]|pg)?(?:password|passwd|passphrase|secret|token|api[_.\-]?key|secret[_.\-]?key(?:[_.\-]?base)?"
    r"|(?:secret[_.\-]?)?access[_.\-]?key|private[_.\-]?key|credentials?)|.*[_.\-](?:pass|pwd)",
    re.IGNORECASE,
)
_SECRET_FLAG: Final = re.compile(
    r"--?(?!-|(?:no|use|with|without|enable|disable|require|skip|allow)-)(?:.*[_.\-])?"
    r"(?:password|passwd|passphrase|pass|pwd|requirepass|masterauth|token|api[_.\-]?key|secret[_.\-]?key)",
    re.IGNORECASE,
)
"""Flags that take a credential; a flag that ends with `secret` usually names a Secret."""

_URL_PASSWORD: Final = re.compile(r"[a-z][a-z0-9+.\-]*://[^\s:/@\"']*:(?P<password>[^\s/@\"']+)@", re.IGNORECASE)
_KNOWN_FORMS: Final = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\beyJ[A-Za-z0-9_\-]{8,}\.eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}"
    r"|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bsk-[A-Za-z0-9_\-]{20,}|\bxox[abprs]-[A-Za-z0-9\-]{10,}"
)
_NO_SECRET: Final = re.compile(r"[$</].*|\d*|true|false|yes|no|on|off|none|null|\*+|\{\{.*", re.IGNORECASE | re.DOTALL)


def _faults(world: World) -> Iterator[Finding]:
    known = known_objects(world)
    for workload in world.workloads:
        for where, container in workload.containers():
            for place, variable in mappings(container, "env"):
                kind = _credential(text(variable, "name"), text(variable, "value"), known, workload.namespace)
                if kind:
                    message = _message(f"the variable {text(variable, 'name')} holds {kind}")
                    yield CHECK.error(workload.manifest, where / "env" / place / "value", message)
            for field in ("command", "args"):
                for place, kind in _in_command(items(container, field)):
                    message = _message(f"the command line holds {kind}")
                    yield CHECK.error(workload.manifest, where / field / place, message)
    yield from _config_maps(world, known)


def _in_command(words: tuple[object, ...]) -> Iterator[tuple[int, str]]:
    """The places of words that hold a credential, and its kind: `--password=x`, `--requirepass x`, a URL."""
    flag = ""
    for place, word in enumerate(words):
        value = word if isinstance(word, str) else ""
        if value.startswith("-") and "=" in value:
            flag, _, value = value.partition("=")
        is_named = _SECRET_FLAG.fullmatch(flag) and not value.startswith("-") and not _NO_SECRET.fullmatch(value)
        kind = _within(value) or ("a credential" if is_named else "")
        if kind:
            yield place, kind
        flag = value if value.startswith("-") else ""


def _config_maps(world: World, known: Known) -> Iterator[Finding]:
    for config in world.of_kind("ConfigMap"):
        for key, value in mapping(config, "data").items():
            kind = _credential(str(key), value, known, "") if isinstance(value, str) else ""
            if kind:
                message = _message(f"the key {key} holds {kind}")
                yield CHECK.error(config, FieldPath("data", key), message)


def _message(what: str) -> str:
    reason = "and anyone who can read the object or its repository can read it"
    return f"{what} in plain text, {reason}; take it from a Secret"


def _credential(name: str, value: str, known: Known, namespace: str) -> str:
    """Return the kind of credential in a named value, or an empty string."""
    found = _within(value)
    if found or not _SECRET_NAME.fullmatch(name) or "\n" in value.strip():
        return found
    is_reference = ("Secret", namespace, value) in known  # the name of a Secret is none
    return "" if is_reference or _NO_SECRET.fullmatch(value.strip()) else "a credential"


def _within(value: str) -> str:
    if "://" in value:
        for match in _URL_PASSWORD.finditer(value):
            if not _NO_SECRET.fullmatch(match["password"]):
                return "a URL with a password"
    return "a key" if _KNOWN_FORMS.search(value) else ""


CHECK: Final = Check(
    id="plain-secret",
    title="a credential in plain text",
    description="A password in a manifest is stored in the repository and its history, and everyone who can read "
    "the Deployment sees it.",
    example="env:\n- {name: DATABASE_URL, value: 'postgresql://app:hunter2@postgresql.data/app'}",
    remediation="Keep it in a Secret, refer to it with `secretKeyRef`, and change the exposed password.",
    run=_faults,
)
