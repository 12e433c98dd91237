"""What Kubernetes takes as a name, a label or a key.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

_LABEL: Final = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_DNS_LABEL: Final = re.compile(_LABEL)
_DNS_NAME: Final = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_HOST: Final = re.compile(rf"(\*\.)?{_LABEL}(\.{_LABEL})*")
_PORT: Final = re.compile(r"(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_KEY: Final = re.compile(r"[A-Za-z0-9._-]+")
_QUALIFIED: Final = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?")


def label_name_faults(where: str, name: str) -> Iterator[str]:
    """What is wrong with the name of a namespace, container or volume: a DNS label."""
    if not _DNS_LABEL.fullmatch(name):
        yield f"{where}: {name!r} is no name: write lower-case letters, digits and '-', no '-' at either end"
    elif len(name) > 63:
        yield _too_long(where, name, 63)


def name_faults(where: str, name: str) -> Iterator[str]:
    """What is wrong with the name of most other objects: a DNS name."""
    if not _DNS_NAME.fullmatch(name):
        yield (
            f"{where}: {name!r} is no name: write lower-case letters, digits, '-' and '.', "
            "a letter or digit at either end"
        )
    elif len(name) > 253:
        yield _too_long(where, name, 253)


def host_faults(where: str, host: str) -> Iterator[str]:
    """What is wrong with a host, which may begin with `*.`."""
    parts = host.split(".")
    if not _HOST.fullmatch(host):
        yield f"{where}: {host!r} is no host's name; write it like api.example.com, in lower case, without https://"
    elif len(host) > 253 or any(len(part) > 63 for part in parts):
        yield f"{where}: {host!r} is too long; the most are 253 characters, 63 between two dots"


def port_name_faults(where: str, name: str) -> Iterator[str]:
    """What is wrong with the name of a port."""
    if not _PORT.fullmatch(name) or len(name) > 15:
        yield (
            f"{where}: {name!r} is no port's name: write 15 characters at most, lower-case letters "
            "(one at least), digits and single '-' within"
        )


def key_faults(where: str, keys: Iterable[str]) -> Iterator[str]:
    """What is wrong with keys of a Secret or ConfigMap."""
    for key in keys:
        if not _KEY.fullmatch(key) or len(key) > 253:
            yield f"{where}: {key!r} is no key: write letters, digits, '-', '_' and '.'"


def label_faults(where: str, labels: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with labels."""
    yield from annotation_faults(where, labels)
    for key, value in labels.items():
        yield from label_value_faults(f"{where}.{key}", value) if value else ()


def label_value_faults(where: str, value: str) -> Iterator[str]:
    """What is wrong with the value of a label that has one."""
    if not _QUALIFIED.fullmatch(value):
        yield (
            f"{where}: {value!r} is no label's value: write letters, digits, '-', '_' and '.', "
            "a letter or digit at either end"
        )
    elif len(value) > 63:
        yield _too_long(where, value, 63)


def annotation_faults(where: str, annotations: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with the keys of annotations, which are like those of labels."""
    for key in annotations:
        prefix, slash, name = key.rpartition("/")
        is_prefixed = not slash or (_DNS_NAME.fullmatch(prefix.lower()) and len(prefix) <= 253)
        if not is_prefixed or not _QUALIFIED.fullmatch(name) or len(name) > 63:
            yield (
                f"{where}: {key!r} is no key: write [DNS name/]name, the name of 63 characters at most, "
                "with letters, digits, '-', '_' and '.', a letter or digit at either end"
            )


def _too_long(where: str, name: str, longest: int) -> str:
    return f"{where}: {name!r} has {len(name)} characters; the most are {longest}"
